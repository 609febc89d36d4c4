"""Formulas beside the built-in functions that say the same: the time of one step, in single runs and in sweeps.

Each network has the map after every affine layer. Formula and function take turns, and medians of processor time
count; a sweep trains 64 alphas on the same facts on one core.
"""

import itertools
from collections.abc import Callable

import numpy as np

from benchmarks import heading
from benchmarks.limit import facts, on_the_kernel, taking_turns
from benchmarks.steps import ALPHA, Widths
from benchmarks.sweep import ALPHAS, SEEDS, on_one_core
from engine.layers.layers import AffinityLayer, MapLayer
from engine.training.network import Network

PAIRS = {
    "tanh": "tanh(x)",
    "square/2": "x*x/2",
    "leaky relu": "where(x>0, x, 0.01*x)",
    "relu": "relu(x)",
    "sin": "sin(x)",
    "sigmoid": "sigmoid(x)",
    "silu": "x*sigmoid(x)",
    "gaussian": "exp(-x*x)",
}
"""Functions, and formulas for the same."""

WIDTHS: tuple[Widths, ...] = ((2, 2), (2, 8, 8, 2), (16, 64, 64, 16))
SWEPT: Widths = (2, 8, 8, 2)
STEPS, TURNS = 4_000, 21
SWEPT_STEPS, SWEEPS = 1_000, 7


def network(widths: Widths, function: str) -> Network:
    """Affine layers of those widths, small enough not to diverge, with the function after each."""
    net = Network()
    net.alpha = ALPHA
    for index, (inputs, outputs) in enumerate(itertools.pairwise(widths)):
        layer = AffinityLayer(inputs, outputs, seed=[0, index])
        layer.M /= 4.0 * np.sqrt(inputs)
        net.extend(layer)
        net.extend(MapLayer(function))
    return net


def single(widths: Widths, name: str, formula: str) -> list[float]:
    """Nanoseconds a step of a single run, with the function and with the formula."""
    X, T = facts(widths, STEPS)
    clocks = [on_the_kernel(network(widths, function), X, T) for function in (name, formula)]
    return [seconds / STEPS * 1e9 for seconds in taking_turns(clocks, TURNS)]


def swept(name: str, formula: str) -> list[float]:
    """Nanoseconds a step and run of a sweep, with the function and with the formula."""
    X, T = facts(SWEPT, SWEPT_STEPS)
    clocks = [on_one_core(network(SWEPT, function), X, T) for function in (name, formula)]
    scale = 1e9 / (len(ALPHAS) * SEEDS * SWEPT_STEPS)
    return [seconds * scale for seconds in taking_turns(clocks, SWEEPS)]


def main() -> None:
    """Prints the table."""
    print(heading())
    print(f"A formula beside the built-in function, ns a step, n = {STEPS:,} ({SWEPT_STEPS:,} in sweeps):\n")
    print(f"| {'network':22} | {'formula':22} | {'function':>8} | {'formula':>8} | {'times':>5} |")
    print(f"| {'-' * 22} | {'-' * 22} | {'-' * 7}: | {'-' * 7}: | {'-' * 4}: |")
    rows: list[tuple[str, Callable[..., list[float]], tuple[Widths, ...]]] = [
        ("→".join(map(str, widths)), single, (widths,)) for widths in WIDTHS
    ]
    rows.append((f"{'→'.join(map(str, SWEPT))}, a sweep", swept, ()))
    for title, measured, which in rows:
        for name, formula in PAIRS.items():
            function, own = measured(*which, name, formula)
            print(f"| {title:22} | {formula:22} | {function:8,.1f} | {own:8,.1f} | {own / function:5.2f} |")
    print()


if __name__ == "__main__":
    main()
