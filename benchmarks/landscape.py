"""64 alphas with 64 data seeds, a thousand facts each, of the network 2→2 tanh: a landscape, wherever it is made.

On as many cores: C written by hand, eight runs side by side, with facts that were drawn before; `engine.sweep` on
threads; and the same on a Dask cluster of as many worker processes, with what travels to them and back.
"""

import pickle
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from concurrent.futures import Executor, ThreadPoolExecutor
from contextlib import contextmanager
from multiprocessing import cpu_count
from pathlib import Path
from statistics import median
from typing import Any

import numpy as np
from distributed import Client

from benchmarks import heading
from benchmarks.limit import compiled_c, facts, taking_turns
from benchmarks.steps import NETWORKS, network
from benchmarks.sweep import in_c
from engine import sweep
from engine.experiments.experiment import Affinity, Experiment, Map
from engine.sweeps.executor import run_task_json, task_results
from engine.sweeps.grid import Grid
from engine.sweeps.tasks import task_of

KEY, ALPHAS, SEEDS, STEPS, TURNS = "B", np.geomspace(1e-3, 0.3, 64), 64, 1_000, 15
MANY = 4_096
"""Seeds of a sweep that is worth a cluster."""
ROOT = Path(__file__).parent.parent


def experiment() -> Experiment:
    """Network B as an experiment."""
    return Experiment((Affinity(2, 2), Map("tanh")), "swap", samples=STEPS)


def swept(seeds: int, executor: Executor | None = None) -> Callable[[], float]:
    """Times a whole sweep, with everything that has to be drawn."""

    def clock() -> float:
        before = time.perf_counter()
        sweep(experiment(), alphas=ALPHAS, seeds=range(seeds), executor=executor)
        return time.perf_counter() - before

    return clock


def in_c_on_all_cores() -> Callable[[], float] | None:
    """Times the C function with the runs shared out among all cores; it makes half as many a time as the sweep."""
    library = compiled_c()
    if library is None:
        return None
    _, widths, mapped = NETWORKS[KEY]
    net, (X, T) = network(widths, mapped), facts(widths, STEPS)
    clocks = [in_c(library, KEY, net, X, T) for _ in range(cpu_count())]

    def clock() -> float:
        before = time.perf_counter()
        with ThreadPoolExecutor(len(clocks)) as pool:
            list(pool.map(lambda run: run(), clocks))
        return time.perf_counter() - before

    return clock


@contextmanager
def cluster() -> Iterator[Client]:
    """A scheduler, and a worker process for each core, on loopback."""
    with tempfile.TemporaryDirectory() as folder:
        named = ("--host", "127.0.0.1", "--no-dashboard", "--scheduler-file", f"{folder}/scheduler.json")
        quiet: dict[str, Any] = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL, "cwd": ROOT}
        worker = ("worker", "--nthreads", "1", "--no-nanny", "--local-directory", folder)
        words = [("scheduler", "--port", "0"), *[worker] * cpu_count()]
        processes = [subprocess.Popen([sys.executable, "-m", "dask", *word, *named], **quiet) for word in words]
        try:
            with Client(scheduler_file=f"{folder}/scheduler.json", timeout=60) as client:
                client.wait_for_workers(cpu_count(), timeout=60)
                yield client
        finally:
            for process in processes:
                process.kill()
                process.wait()


def travelling() -> tuple[int, int, int]:
    """Runs in a task of 64 data seeds, bytes of the task as JSON, and bytes of its result."""
    grid = Grid(experiment(), tuple(ALPHAS.tolist()), tuple(range(SEEDS)))
    reply = task_of(grid, list(grid.blocks(len(ALPHAS)))).to_json()
    return grid.size, len(reply), len(pickle.dumps(run_task_json(reply)))


def driving() -> float:
    """Seconds that the driver spends on a run: making a task, writing it as JSON, and storing its results."""
    grid = Grid(experiment(), tuple(ALPHAS.tolist()), tuple(range(MANY)))
    before = time.perf_counter()
    blocks = list(grid.blocks(len(ALPHAS)))
    task_of(grid, blocks).to_json()
    runs = np.concatenate([block.runs for block in blocks])
    for _ in range(3):
        np.empty(grid.size)[runs] = 1.0
    return (time.perf_counter() - before) / grid.size


def chunks_on(executor: Executor, seeds: int) -> int:
    """The number of chunks that a sweep on the cluster comes back in."""
    grid = Grid(experiment(), tuple(ALPHAS.tolist()), tuple(range(seeds)))
    return sum(1 for _ in task_results(grid, executor=executor))


def round_trip(executor: Executor) -> float:
    """Seconds for one smallest task, there and back."""
    grid = Grid(experiment(), (0.1,), (3,))
    reply = task_of(grid, list(grid.blocks(1))).to_json()
    times = []
    for _ in range(50):
        before = time.perf_counter()
        executor.submit(run_task_json, reply).result()
        times.append(time.perf_counter() - before)
    return median(times)


def line(what: str, seconds: float, runs: int, limit: float | None) -> None:
    """One row of the table."""
    each = seconds / (runs * STEPS) * 1e9
    times = f"{each / limit:7.2f}" if limit else " " * 7
    print(f"| {what:38} | {runs:9,} | {seconds * 1e3:9.1f} | {each:12.2f} | {times} |")


def main() -> None:
    """Prints the table."""
    print(heading())
    print(f"{NETWORKS[KEY][0]}, {STEPS:,} steps a run, {cpu_count()} cores, median of {TURNS} turns:\n")
    print(f"| {'where':38} | {'runs':>9} | {'ms':>9} | {'ns, step+run':>12} | times C |")
    print(f"| {'-' * 38} | {'-' * 8}: | {'-' * 8}: | {'-' * 11}: | ------: |")
    c = in_c_on_all_cores()
    near, *limits = taking_turns([swept(SEEDS), *([c] if c else [])], TURNS)
    c_runs = cpu_count() * 64 * 32
    limit = limits[0] / (c_runs * STEPS) * 1e9 if limits else None
    if limits:
        line("C on all cores, facts drawn before", limits[0], c_runs, limit)
    line("engine.sweep, threads", near, 64 * SEEDS, limit)
    (near_many,) = taking_turns([swept(MANY)], 3)
    line("engine.sweep, threads", near_many, 64 * MANY, limit)
    with cluster() as client:
        executor = client.get_executor(pure=False, retries=3)
        swept(SEEDS, executor)()
        (far_many,) = taking_turns([swept(MANY, executor)], 3)
        line("engine.sweep, Dask workers on loopback", far_many, 64 * MANY, limit)
        chunks, trip = chunks_on(executor, MANY), round_trip(executor)
    runs, there, back = travelling()
    each = far_many * cpu_count() / chunks
    print(
        f"\nOn the cluster: {chunks} chunks of {each * 1e3:.0f} ms; the smallest, {trip * 1e3:.1f} ms there and back."
    )
    print(f"{runs:,} runs: {there:,} bytes there and {back:,} back. The driver takes {driving() * 1e9:.0f} ns a run.\n")


if __name__ == "__main__":
    main()
