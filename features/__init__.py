"""What we read from it: levels out of texts and ratings, what a person wants and knows, the value of an hour."""
