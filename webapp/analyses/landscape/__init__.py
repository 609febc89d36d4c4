"""The landscape of the page: its axes, its cells in pieces, and the file that it becomes.

Its modules, from the ground up: `axes` (two knobs and their values), `evaluate` (runs), `download` (CSV and NPZ).
"""
