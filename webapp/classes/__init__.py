"""The class: lessons, the truth behind their questions, and what a room of people predicts of it."""
