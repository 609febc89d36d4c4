"""Homework: answers to tasks, marked by replaying their runs."""
