"""The plane through the start and the ends of two runs: its window, its contents, its heights, and the words."""
