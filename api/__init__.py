"""How people reach it: commands, HTTP, text in three languages. Thin: parse, call one function, present."""
