"""The four networks on the kernel, beside C that was written by hand for each of them and beside the readable layers.

Every time is one of a whole call of `Network.train` on a network that was just unpickled. The C is `fixed.c`, compiled
on the spot where there is a compiler; it fuses, reorders, and knows every size. The two take turns, and medians of
processor time count.
"""

import ctypes
import functools
import shutil
import statistics
import subprocess
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import dill
import numpy as np

from benchmarks import heading
from benchmarks.steps import NETWORKS, Widths, network
from engine.base.numerics import FloatArray
from engine.kernel import flattened, parameters
from engine.kernel.train_one import zeros
from engine.rules.rule import PLAIN, TrainingRule
from engine.training.network import Network

LENGTHS = {"A": (1_000, 20_000), "B": (1_000, 20_000), "C": (1_000, 20_000), "D": (1_000, 4_000)}
TURNS = 41
HEADING_STEPS = 4_000
"""The steps whose time the heading of each table gives."""
READABLE_STEPS = 300
FLAGS = ("-O3", "-march=native", "-mprefer-vector-width=512", "-std=gnu11", "-shared", "-fPIC")

Timed = Callable[[], float]


@functools.cache
def compiled_c() -> ctypes.CDLL | None:
    """The functions of fixed.c, or None without a compiler."""
    compiler = shutil.which("cc")
    if compiler is None:
        return None
    with tempfile.TemporaryDirectory() as folder:
        library = Path(folder) / "fixed.so"
        source = Path(__file__).with_name("fixed.c")
        done = subprocess.run([compiler, *FLAGS, "-o", library, source], check=False, capture_output=True)
        return ctypes.CDLL(str(library)) if done.returncode == 0 else None


def address(array: FloatArray) -> ctypes.c_void_p:
    """The address at which an array begins."""
    return ctypes.c_void_p(array.ctypes.data)


def facts(widths: Widths, n: int) -> tuple[FloatArray, FloatArray]:
    """Inputs and targets, within reach of a tanh."""
    rng = np.random.RandomState(3)
    return rng.randn(n, widths[0]), np.tanh(rng.randn(n, widths[-1]))


def taking_turns(timed: list[Timed], turns: int = TURNS) -> list[float]:
    """The median of each clock, in seconds, after many rounds in which each is read once."""
    rounds = [[clock() for clock in timed] for _ in range(turns)]
    return [statistics.median(column) for column in zip(*rounds, strict=True)]


def on_the_kernel(net: Network, X: FloatArray, T: FloatArray, rule: TrainingRule = PLAIN) -> Timed:
    """Times one call of `train` on a fresh copy of the network."""
    pickled = dill.dumps(net)

    def clock() -> float:
        fresh: Network = dill.loads(pickled)
        fresh.begin(rule, len(X))
        before = time.thread_time()
        fresh.train(X, T)
        return time.thread_time() - before

    return clock


def in_c(library: ctypes.CDLL, key: str, net: Network, X: FloatArray, T: FloatArray) -> Timed:
    """Times one call of the C function for that network."""
    train, start, losses = library[f"train_{key}"], flattened(parameters(net.layers)), np.empty(len(X))
    flat = zeros(len(start))

    def clock() -> float:
        flat[:] = start
        before = time.thread_time()
        train(address(flat), address(X), address(T), ctypes.c_double(net.alpha), address(losses), ctypes.c_long(len(X)))
        return time.thread_time() - before

    return clock


@functools.cache
def step_in_c(key: str) -> float | None:
    """Seconds of a step of that network in C; None without a compiler."""
    library = compiled_c()
    if library is None:
        return None
    _, widths, mapped = NETWORKS[key]
    X, T = facts(widths, HEADING_STEPS)
    (seconds,) = taking_turns([in_c(library, key, network(widths, mapped), X, T)])
    return seconds / HEADING_STEPS


def readably(net: Network, X: FloatArray, T: FloatArray) -> float:
    """Seconds a step on the readable layers."""
    fresh, rows = net.copy(), list(zip(X[:READABLE_STEPS], T[:READABLE_STEPS], strict=True))
    before = time.thread_time()
    fresh.losses(rows)
    return (time.thread_time() - before) / len(rows)


def main() -> None:
    """Prints the table."""
    library = compiled_c()
    print(heading())
    print(f"One online SGD step within a whole `Network.train`, median of {TURNS} turns:\n")
    print(f"| {'network':20} | {'n':>6} | {'C, ns':>8} | {'kernel, ns':>10} | {'times C':>7} | {'readable, ns':>12} |")
    print(f"| {'-' * 20} | {'-' * 5}: | {'-' * 7}: | {'-' * 9}: | {'-' * 6}: | {'-' * 11}: |")
    for key, (title, widths, mapped) in NETWORKS.items():
        net = network(widths, mapped)
        for n in LENGTHS[key]:
            X, T = facts(widths, n)
            clocks = [on_the_kernel(net, X, T), *([in_c(library, key, net, X, T)] if library else [])]
            kernel, *limit = (seconds / n * 1e9 for seconds in taking_turns(clocks))
            reply = (f"{limit[0]:8,.1f}", f"{kernel / limit[0]:7.2f}") if limit else (" " * 8, " " * 7)
            slow = f"{readably(net, X, T) * 1e9:12,.0f}"
            print(f"| {f'{key}  {title}':20} | {n:6,} | {reply[0]} | {kernel:10,.1f} | {reply[1]} | {slow} |")
    print()


if __name__ == "__main__":
    main()
