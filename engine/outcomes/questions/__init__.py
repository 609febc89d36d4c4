"""Exact questions about a run, answered by making it again: which sample did it, and when it was decided."""
