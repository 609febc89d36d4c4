"""Experiments: plain data that names everything a run depends on, and the run that it names."""
