"""Rooms: lessons in progress, with their seats, rounds and phases, and what all of a class sees of them."""
