"""The low-pass curve of a run's losses, in which the noise of single samples is smoothed away.

A Gaussian of the losses (σ = 3 samples up to n = 180, as in the notebook, n/60 beyond), edges reflected. Above 4,000
losses they are averaged into 4,000 equal bins first, or the filter would cost n².
"""

import numpy as np
import scipy  # its parts are loaded when they are first used

from engine.base.numerics import FloatArray

FILTERS = {"raw": "Raw", "low pass": "Smoothed", "both": "Both"}

NARROWEST_SIGMA = 3.0
SAMPLES_PER_SIGMA = 60
MOST_BINS = 4_000


def low_pass(losses: FloatArray) -> tuple[FloatArray, FloatArray]:
    """Steps and smoothed losses, equally long. Give it the losses before a divergence, which would poison the rest."""
    n = len(losses)
    if n == 0:
        return np.empty(0), np.empty(0)
    steps, means, width = np.arange(n, dtype=np.float64), losses, 1.0
    if n > MOST_BINS:
        edges = np.arange(MOST_BINS) * n // MOST_BINS
        counts = np.diff(np.append(edges, n))
        steps, means, width = edges + (counts - 1) / 2, np.add.reduceat(losses, edges) / counts, n / MOST_BINS
    sigma = max(NARROWEST_SIGMA, n / SAMPLES_PER_SIGMA) / width
    return steps, scipy.ndimage.gaussian_filter1d(means, sigma, mode="reflect")
