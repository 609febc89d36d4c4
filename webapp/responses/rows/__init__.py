"""The rows of a table in a response: answers to them, lines and a plane through some, and those that are pictures."""
