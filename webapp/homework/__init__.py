"""Homework: answers to the tasks of a lesson, marked by replaying their runs."""
