"""64 alphas with 32 data seeds, a thousand facts each: the time of one step of one run, on one core and on all.

Beside the kernel stands C written by hand for each network, which trains eight runs side by side on one core; facts and
weights are drawn before these two clocks start. A whole sweep draws them on its way: on one core, and on all.
"""

import ctypes
import itertools
import time
from concurrent.futures import ThreadPoolExecutor
from multiprocessing import cpu_count

import numpy as np

from benchmarks import heading
from benchmarks.limit import Timed, address, compiled_c, facts, taking_turns
from benchmarks.steps import NETWORKS, network
from engine import kernel
from engine.base.numerics import FloatArray
from engine.experiments.experiment import Affinity, Experiment, Map
from engine.experiments.layer_specs import LayerSpec
from engine.kernel import flattened, parameters
from engine.sweeps.executor import Grid, sweep
from engine.training.network import Network

ALPHAS = np.geomspace(1e-3, 0.3, 64)
SEEDS, STEPS, TURNS = 32, 1_000, 7
SWEPT = ("A", "B", "C")


def on_one_core(net: Network, X: FloatArray, T: FloatArray) -> Timed:
    """Times the kernel's sweep over all alphas for all seeds, whose samples are as many copies."""
    starts, alphas = flattened(parameters(net.layers))[None], np.tile(ALPHAS, SEEDS)
    rows, sets = np.zeros(len(alphas), dtype=np.int64), np.repeat(np.arange(SEEDS), len(ALPHAS))
    X, T = np.tile(X, (SEEDS, 1, 1)), np.tile(T, (SEEDS, 1, 1))

    def clock() -> float:
        before = time.thread_time()
        kernel.sweep(net.layers, starts, rows, alphas, X, T, keep_losses=False, sets=sets)
        return time.thread_time() - before

    return clock


def in_c(library: ctypes.CDLL, key: str, net: Network, X: FloatArray, T: FloatArray) -> Timed:
    """Times the C function, eight alphas at a time."""
    train, start = library[f"sweep_{key}"], flattened(parameters(net.layers))
    room = np.empty(8 * (len(start) + len(X) + 2))
    room = room[-room.ctypes.data // 8 % 8 :]
    alphas, flat, losses = room[:8], room[8 : 8 * (len(start) + 1)], room[8 * (len(start) + 1) :]

    def clock() -> float:
        before = time.thread_time()
        for first in list(range(0, len(ALPHAS), 8)) * SEEDS:
            alphas[:] = ALPHAS[first : first + 8]
            flat[:] = np.repeat(start, 8)
            train(address(flat), address(X), address(T), address(alphas), address(losses), ctypes.c_long(len(X)))
        return time.thread_time() - before

    return clock


def grid_of(key: str, alphas: FloatArray, seeds: int, steps: int) -> Grid:
    """The runs of a network at each alpha for each data seed; it learns half of each input."""
    _, widths, mapped = NETWORKS[key]
    layers: list[LayerSpec] = []
    for inputs, outputs in itertools.pairwise(widths):
        layers += [Affinity(inputs, outputs), *([Map("tanh")] if mapped else [])]
    halves = tuple(f"v{k}*0.5" for k in range(widths[-1]))
    experiment = Experiment(layers=tuple(layers), ideal=halves, samples=steps)
    return Grid(experiment, tuple(alphas.tolist()), tuple(range(seeds)))


def whole(grid: Grid, workers: int | None = None) -> Timed:
    """Times a whole sweep, with everything that has to be drawn, on as many threads as there are workers or cores."""

    def clock() -> float:
        with ThreadPoolExecutor(workers or cpu_count()) as pool:
            before = time.perf_counter()
            for _ in sweep(grid, executor=pool):
                pass
            return time.perf_counter() - before

    return clock


def main() -> None:
    """Prints the table."""
    library = compiled_c()
    print(heading())
    print(
        f"A sweep of {len(ALPHAS)} α × {SEEDS} seeds × {STEPS:,} facts, ns a step and run, median of {TURNS} turns:\n"
    )
    names = ("C, one core", "kernel, one core", "times C", "whole sweep, one core", "whole sweep, all cores")
    print(f"| {'network':20} | {' | '.join(names)} |")
    print(f"| {'-' * 20} | {' | '.join('-' * (len(name) - 1) + ':' for name in names)} |")
    for key in SWEPT:
        title, widths, mapped = NETWORKS[key]
        net, (X, T) = network(widths, mapped), facts(widths, STEPS)
        grid = grid_of(key, ALPHAS, SEEDS, STEPS)
        by_hand = [in_c(library, key, net, X, T)] if library else []
        clocks = [on_one_core(net, X, T), whole(grid, 1), whole(grid), *by_hand]
        scale = 1e9 / (len(ALPHAS) * SEEDS * STEPS)
        one, swept, on_all, *limit = (seconds * scale for seconds in taking_turns(clocks, TURNS))
        reply = (f"{limit[0]:11.2f}", f"{one / limit[0]:7.2f}") if limit else (" " * 11, " " * 7)
        print(f"| {f'{key}  {title}':20} | {reply[0]} | {one:16.2f} | {reply[1]} | {swept:21.2f} | {on_all:22.2f} |")
    print()


if __name__ == "__main__":
    main()
