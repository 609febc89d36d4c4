"""Nanoseconds for one online SGD step, on the readable layers.

A step is one fact: forward, loss, backprop and the change of every parameter. The facts are drawn before the
clock starts, each network runs a thousand of them from the same start, and the quickest of several runs counts.
"""

import itertools
import time

import numpy as np

from benchmarks import heading
from engine.base.numerics import FloatArray
from engine.layers.layers import AffinityLayer, MapLayer
from engine.training.network import Network

STEPS = 1_000
RUNS = 5
ALPHA = 0.01

Widths = tuple[int, ...]
NETWORKS: dict[str, tuple[str, Widths, bool]] = {
    "A": ("affine 2→2", (2, 2), False),
    "B": ("2→2 tanh", (2, 2), True),
    "C": ("2→8→8→2 tanh", (2, 8, 8, 2), True),
    "D": ("16→64→64→16 tanh", (16, 64, 64, 16), True),
}
"""Each network's name, its widths, and whether a tanh follows each affine layer."""


def network(widths: Widths, mapped: bool) -> Network:
    """Affine layers of those widths, their weights drawn from fixed seeds and small enough not to diverge."""
    net = Network()
    net.alpha = ALPHA
    for index, (inputs, outputs) in enumerate(itertools.pairwise(widths)):
        layer = AffinityLayer(inputs, outputs, seed=[0, index])
        layer.M /= np.sqrt(inputs)
        net.extend(layer)
        if mapped:
            net.extend(MapLayer("tanh"))
    return net


def nanoseconds(widths: Widths, mapped: bool) -> float:
    """The time of one step in the quickest of several runs."""
    rng = np.random.RandomState(3)
    X, T = rng.randn(STEPS, widths[0]), np.tanh(rng.randn(STEPS, widths[-1]))
    start = network(widths, mapped)
    return min(_timed(start.copy(), X, T) for _ in range(RUNS)) / STEPS


def main() -> None:
    """Prints the table."""
    print(heading())
    print(f"One online SGD step on the readable layers, n = {STEPS:,}, best of {RUNS}:\n")
    print(f"| {'network':22} | {'ns a step':>10} |")
    print(f"| {'-' * 22} | {'-' * 9}: |")
    for key, (title, widths, mapped) in NETWORKS.items():
        print(f"| {f'{key}  {title}':22} | {nanoseconds(widths, mapped):10,.0f} |")
    print()


def _timed(net: Network, X: FloatArray, T: FloatArray) -> int:
    facts = list(zip(X, T, strict=True))
    before = time.perf_counter_ns()
    net.losses(facts)
    return time.perf_counter_ns() - before


if __name__ == "__main__":
    main()
