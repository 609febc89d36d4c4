"""Sweeps: many runs of one experiment over its knobs, on threads or on any executor."""
