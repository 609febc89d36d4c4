"""The border of trainability: between the α that learn and those that diverge lie, at each scale, both.

Sohl-Dickstein 2024, "The boundary of neural network trainability is fractal".
"""

from dataclasses import dataclass

import numpy as np

from engine.experiments.experiment import Experiment
from engine.sweeps.sweep_result import sweep

VALUES = 201
"""Values of α in a window."""
NARROWER = 40.0
"""Each window is this many times narrower than the one before: five distances between two α."""


@dataclass(frozen=True)
class AlphaWindow:
    """Runs over a window of α: its ends, and how often one α diverges and the next does not, or the other way."""

    low: float
    high: float
    changes: int


def windows(experiment: Experiment, low: float, high: float, count: int) -> list[AlphaWindow]:
    """Windows of α, each around the middle one of the changes in the window before; fewer where no run changes."""
    found = []
    for _ in range(count):
        alphas = np.linspace(low, high, VALUES)
        diverged = sweep(experiment, alphas=alphas).diverged
        places = np.flatnonzero(diverged[1:] != diverged[:-1])
        found.append(AlphaWindow(float(low), float(high), len(places)))
        if not len(places):
            break
        at = places[len(places) // 2]
        middle, half = (alphas[at] + alphas[at + 1]) / 2.0, (high - low) / NARROWER / 2.0
        low, high = middle - half, middle + half
    return found
