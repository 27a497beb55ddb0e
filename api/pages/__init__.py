"""Pages for coaches, employers, candidates, researchers and administrators: HTML over the same functions as the API."""
