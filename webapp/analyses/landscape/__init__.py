"""The landscape of the page, a map of runs over two knobs.

The modules, from the bottom up: `axes` (knobs and their values), `evaluate` (runs), `download` (CSV and NPZ).
"""
