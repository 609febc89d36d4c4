"""Pairs of runs: the run before and the one that is shown, measured once for everything that the page asks about them.

The page's plane has its first axis to the right and its second one up, and it shows B below A: so it is the engine's
plane with the second axis turned around.
"""

from typing import NamedTuple

import numpy as np

from engine import kernel
from engine.base.byte_cache import CacheRow, Caches
from engine.base.numerics import FloatArray
from engine.comparison.pair import Pair
from engine.comparison.path import MOST_NUMBERS, STEPS
from engine.comparison.plane import Plane
from engine.experiments.experiment import Experiment
from engine.experiments.run import checkpoint_digest, run
from engine.training.network import Network
from webapp.bench.budget import BUDGET, run_cost
from webapp.jobs.job import current_job

MOST_BYTES = 24 * 1024 * 1024
"""Weights of the paths and losses of all pairs together: some dozens of usual ones."""
PER_PAIR, PER_RUN_SAMPLES, NETWORKS = 65_536, 3, 8
"""Bytes of a pair beside its arrays, rows of numbers per sample of a run, and copies of a network beside its path."""

RUNS = 2
"""The cost of a pair, in runs of each: the run itself, and its path."""

TOO_LONG = "Runs this long are not compared here."
TOO_SLOW = "Layers that the page trains slowly are not compared over runs this long."

UPWARDS = np.array([1.0, -1.0])


class PairKey(NamedTuple):
    """All that a pair of runs depends on."""

    before: Experiment
    now: Experiment
    checkpoint: str
    """The digest of the weights that the run now starts from."""


def run_pair(before: Experiment, now: Experiment, checkpoint: Network, caches: Caches) -> Pair | None:
    """The pair of the run before, trained from its own weights, and the run now, trained from this checkpoint.

    None where both take too long to be trained once more here. Runs that may differ when they are trained again are
    paired anew each time. A job that ends in between leaves what was measured before.
    """
    if not (before.repeatable and now.repeatable):
        return _paired(before, now, checkpoint)
    key, pairs = PairKey(before, now, checkpoint_digest(checkpoint)), caches.of(PAIRS)
    found = pairs.get(key)
    if found is None:
        found = _paired(before, now, checkpoint)
        if found is not None:
            pairs.put(key, found)
    return found


def why_not_paired(checkpoint: Network) -> str:
    """Why runs are not compared where they take too long: because of their length, or of layers that train slowly."""
    return TOO_LONG if kernel.supports(checkpoint.layers) else TOO_SLOW


def _paired(before: Experiment, now: Experiment, checkpoint: Network) -> Pair | None:
    first = _first_network(before, now, checkpoint)
    if RUNS * (run_cost(before, first) + run_cost(now, checkpoint)) > BUDGET:
        return None
    runs = [run(one, network, _go_on, held_out=False) for one, network in ((before, first), (now, checkpoint))]
    return Pair(runs[0], runs[1], _go_on, twins=0)


def _first_network(before: Experiment, now: Experiment, checkpoint: Network) -> Network:
    """The network that the run before starts from.

    A bench with Python functions of one's own has one network under both runs, but opening its checkpoint makes new
    functions each time, and a new function is another one. So these are taken from the run now.
    """
    first = before.network()
    if before.repeatable or now.repeatable:
        return first
    return checkpoint.with_weights(kernel.flattened(kernel.parameters(first.layers)))


def _go_on(_done: int) -> None:
    """Ends the work of the request that needs the pair now, not of the one that made it."""
    current_job().check_cancelled()


def _size_of(key: PairKey, pair: Pair) -> int:
    numbers = sum(array.size for array in kernel.parameters(pair.b.trained.layers))
    samples = sum(one.samples * PER_RUN_SAMPLES for one in (key.before, key.now))
    along = min(MOST_NUMBERS, (STEPS + 1) * numbers)
    return PER_PAIR + 8 * (samples + 2 * (along + NETWORKS * numbers))


PAIRS = CacheRow(MOST_BYTES, _size_of)


def plane_points(points: FloatArray) -> FloatArray:
    """Points of the engine's plane as the page has them, shape (k, 2), and the other way round."""
    turned: FloatArray = np.asarray(points, dtype=np.float64).reshape(-1, 2) * UPWARDS + 0.0
    return turned


def weights_at(plane: Plane, point: tuple[float, float]) -> FloatArray:
    """The flat weights at a point of the page."""
    weights: FloatArray = plane.weights_at(plane_points(np.array([point])))[0]
    return weights
