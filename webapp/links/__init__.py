"""Links: an experiment as the query of an address, what is too large for one, and the words that may come with it."""
