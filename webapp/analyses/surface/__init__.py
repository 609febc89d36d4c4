"""The plane through the start and the ends of two runs: its window, what lies in it, its heights, and the words."""
