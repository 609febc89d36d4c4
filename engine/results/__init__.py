"""Results of papers as numbers of small runs, one for each weight seed."""
