"""Analyses of the run that is shown: short side requests that never delay a knob."""
