"""Arithmetic with one defined result: sums in a stated order, metrics of a run's losses, smoothing, a progress bar."""
