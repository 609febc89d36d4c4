"""Links: an experiment as the query of a URL, short links for larger ones, and the texts of lessons."""
