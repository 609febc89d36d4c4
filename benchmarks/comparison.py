"""The share of two runs' paths in their plane, the time of its heights, and the share of orders of units that are
undone.

The changes are those of one knob in every experiment of the catalogue whose weights move. Heights are of 64 × 64 points
and 441 samples, on one core. A disguise is the same function by other weights: units in a random order, with random
signs and sizes where these are free; it is undone where the distance that is left is rounding.
"""

import itertools
import statistics
import time
from collections.abc import Callable
from dataclasses import replace

import numpy as np

from benchmarks import heading
from engine import kernel
from engine.base.numerics import FloatArray
from engine.comparison.matching import match
from engine.comparison.mean_loss import MOST_SAMPLES, some_samples
from engine.comparison.pair import Pair
from engine.comparison.symmetry import symmetries_of
from engine.experiments.catalogue import CATALOGUE
from engine.experiments.experiment import Affinity, DrawnWeights, Experiment, Map
from engine.experiments.layer_specs import LayerSpec
from engine.experiments.run import Run, run
from engine.layers.layers import AffinityLayer, MapLayer
from engine.training.network import Network

SIDE, TURNS = 64, 7
NETS, SEED = 1_000, 7
ROUNDING = 1e-12
FUNCTIONS = ("tanh", "sin", "relu", "leaky relu", "sigmoid", "gelu", "gaussian", "square/2", "", "x + tanh(x)")
SHAPES = {"2→2 tanh": (2, 2), "2→4→1 tanh": (2, 4, 1), "2→8→1 tanh": (2, 8, 1), "2→4→4→2 tanh": (2, 4, 4, 2)}

KNOBS: dict[str, Callable[[Experiment], Experiment]] = {
    "α · 1.5": lambda one: replace(one, alpha=one.alpha * 1.5),
    "α / 1.5": lambda one: replace(one, alpha=one.alpha / 1.5),
    "data seed": lambda one: replace(one, seed=one.seed + 1),
}


def made(experiment: Experiment) -> Run:
    """The run of an experiment."""
    return run(experiment, experiment.network())


def shares() -> list[tuple[str, str, float, bool]]:
    """Experiment, knob, share held and whether both ends lie in the plane, for each change that has a plane."""
    rows = []
    for key, entry in CATALOGUE.items():
        before = made(entry.experiment)
        for knob, turn in KNOBS.items():
            plane = Pair(before, made(turn(entry.experiment)), twins=0).plane
            if plane is not None:
                rows.append((key, knob, plane.share, plane.exact))
    return rows


def heights_seconds(widths: tuple[int, ...]) -> tuple[int, float, float]:
    """The number of weights, and the median seconds of the whole map and of every eighth point both ways."""
    layers: list[LayerSpec] = []
    for inputs, outputs in itertools.pairwise(widths):
        layers += [Affinity(inputs, outputs), Map("tanh")]
    ideal = "circle" if widths[-1] == 1 else "swap"
    experiment = Experiment(tuple(layers), ideal, DrawnWeights(1), samples=MOST_SAMPLES)
    plane = Pair(made(experiment), made(replace(experiment, alpha=0.3)), twins=0).plane
    if plane is None or len(some_samples(experiment)[0]) != MOST_SAMPLES:
        raise RuntimeError(widths)
    axis = np.linspace(-3.0, 3.0, SIDE)
    points = np.stack(np.meshgrid(axis, axis), axis=-1)
    whole, coarse = (
        statistics.median(seconds(plane.heights, each.reshape(-1, 2)) for _ in range(TURNS))
        for each in (points, points[::8, ::8])
    )
    return plane.start.size, whole, coarse


def seconds(work: Callable[[FloatArray], object], points: FloatArray) -> float:
    """The time of the work by the clock on the wall."""
    before = time.perf_counter()
    work(points)
    return time.perf_counter() - before


def disguised(rng: np.random.RandomState) -> tuple[Network, Network]:
    """A random network of one to three hidden layers, and the same function by other weights."""
    widths = [int(rng.randint(1, 4)), *rng.randint(1, 17, rng.randint(1, 4)).tolist(), int(rng.randint(1, 4))]
    net = Network()
    for inputs, outputs in itertools.pairwise(widths):
        net.extend(AffinityLayer(inputs, outputs, seed=rng.randint(2**31)))
        if function := str(rng.choice(FUNCTIONS)):
            net.extend(MapLayer(function))
    other = net.copy()
    dense = [layer for layer in other.layers if isinstance(layer, AffinityLayer)]
    for (layer, following), symmetry in zip(itertools.pairwise(dense), symmetries_of(net.layers) or [], strict=True):
        order = rng.permutation(len(layer.b))
        signs = np.array(symmetry.signs)[rng.randint(len(symmetry.signs), size=len(order))]
        sizes = np.exp(rng.randn(len(order))) if symmetry.scale else np.ones(len(order))
        layer.M, layer.b = layer.M[order] * (signs[:, :1] * sizes[:, None]), layer.b[order] * signs[:, 0] * sizes
        following.M = following.M[:, order] * (signs[:, 1] / sizes)
    return net, other


def undone(number: int) -> bool:
    """Whether one disguise is undone."""
    net, other = disguised(np.random.RandomState([SEED, number]))
    shapes = [layer.M.shape for layer in net.layers if isinstance(layer, AffinityLayer)]
    a, b = (kernel.flattened(kernel.parameters(each.layers)) for each in (net, other))
    return match(shapes, symmetries_of(net.layers) or [], a, b).distance <= ROUNDING


def main() -> None:
    """Prints the three tables."""
    print(heading())
    rows = shares()
    print(f"{len(rows)} knob changes of the catalogue: the share of both paths that the plane holds.\n")
    print(f"| {'knob':>9} | changes | median | lowest | both ends in the plane |")
    print(f"| {'-' * 8}: | ------: | -----: | -----: | ---------------------: |")
    for name in (*KNOBS, "all"):
        some = [row for row in rows if name in (row[1], "all")]
        held = [row[2] for row in some]
        print(
            f"| {name:>9} | {len(some):7} | {statistics.median(held):6.1%} | {min(held):6.1%} "
            f"| {sum(row[3] for row in some):22} |"
        )
    print(f"\nHeights of {SIDE} × {SIDE} points, {MOST_SAMPLES} samples, ms on one core, median of {TURNS}:\n")
    print(f"| {'network':>14} | weights | {SIDE} × {SIDE} | 8 × 8 first |")
    print(f"| {'-' * 13}: | ------: | ------: | ----------: |")
    for title, widths in SHAPES.items():
        count, whole, coarse = heights_seconds(widths)
        print(f"| {title:>14} | {count:7} | {1e3 * whole:7.1f} | {1e3 * coarse:11.1f} |")
    before = time.perf_counter()
    found = sum(undone(number) for number in range(NETS))
    print(f"\n{found:,} of {NETS:,} disguised random networks undone, {time.perf_counter() - before:.1f} s.\n")


if __name__ == "__main__":
    main()
