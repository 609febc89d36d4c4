"""The kinds of prediction that a question asks for, each a row in a module of its own; their runs, and their scores."""
