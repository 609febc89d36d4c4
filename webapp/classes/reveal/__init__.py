"""The reveal of a question: the sentences about its runs and predictions, and the board of a hunt."""
