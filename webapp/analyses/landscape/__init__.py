"""The landscape of the page: what it may lie over, its cells in pieces, and the file that it becomes.

Its rooms, from the ground up: `plan` (knobs and their values), `cells` (runs), `file` (CSV and NPZ).
"""
