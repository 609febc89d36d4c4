"""The lines of memory and of disk on /limits, each against what is measured when it is filled to its bound.

`python -m tests.soak.test_limits` prints the table. Lines of requests under way and of responses that nobody reads are
bounded where their bytes are counted, and measured by the attacks.
"""

import gc
import json
import sys
import tracemalloc
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import ProcessPoolExecutor
from contextlib import closing
from dataclasses import dataclass, replace
from multiprocessing import get_context
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import numpy as np
import pytest

from engine import Affinity, DrawnWeights, Experiment, Table
from engine.base.byte_cache import ByteCache, Caches
from engine.data import prepared_table as prepared_tables
from engine.data import sample_source
from engine.data.prepared_table import BY_SEED, STANDARD, prepared_table
from engine.data.table import TABLE
from engine.experiments.catalogue import CATALOGUE, FIRST
from engine.rules import rule
from engine.sweeps.executor import run_task_json
from engine.sweeps.pieces import sweep_plan
from tests.soak.probe import MEGABYTE, MOST_SAMPLES
from tests.webapp.asking import SETTINGS
from webapp.analyses.outcomes.questions import QUESTIONS, decided
from webapp.analyses.seed_spread import seed_spread
from webapp.analyses.surface.heights import heights
from webapp.analyses.trajectory import RECORDINGS, trajectory
from webapp.bench.actions import PreparedRun
from webapp.bench.run_cache import RunCache
from webapp.bench.run_pairs import PAIRS
from webapp.jobs.answer_cache import AnswerCache
from webapp.limits import groups_of
from webapp.responses.input_domain import BORDERS, TARGETS, InputDomain
from webapp.sessions.sessions import Sessions
from webapp.store import Key, Limits
from webapp.store.memory import MemoryStore
from webapp.store.sqlite import SqliteStore

FULL = 0.97
"""A cache is full when this part of its bytes is taken: the next value may not fit."""
PART = 0.1
"""The part to which a cache is filled whose values take long to make, and is measured in proportion."""
FIRST_RUN = CATALOGUE[FIRST].experiment
STORE_MB, JOURNAL_MB = 16, 5
"""Megabytes of a store that is filled on the disk, and of the journal beside it."""


@dataclass
class Cached:
    """A cache, and what puts the next value into it."""

    cache: ByteCache[Any, Any]
    fill: Callable[[int], object]
    part: float = FULL

    def filled(self) -> float:
        """Fills it to that part of its bound; the megabytes that it takes at its bound."""
        before = tracemalloc.get_traced_memory()[0]
        for count in range(1_000_000):
            if self.cache.taken >= self.part * self.cache._most:
                break
            self.fill(count)
        gc.collect()
        taken = tracemalloc.get_traced_memory()[0] - before
        return taken / MEGABYTE * self.cache._most / self.cache.taken


def turned(count: int) -> Experiment:
    """An experiment that nobody has asked for yet."""
    return replace(FIRST_RUN, alpha=0.1 + count / 1e6)


def runs() -> Iterator[Cached]:
    """Runs, and recordings of runs."""
    kept, network = RunCache(), FIRST_RUN.network()
    yield Cached(kept.values, lambda count: kept.run(turned(count), network, lambda done: None, 300))
    caches = Caches()
    yield Cached(
        caches.of(RECORDINGS), lambda count: trajectory(PreparedRun(turned(count), network, caches=caches), {})
    )


def pairs() -> Iterator[Cached]:
    """Pairs of runs, and the heights that each is asked for."""
    caches, network = Caches(), FIRST_RUN.network()
    prepared = PreparedRun(FIRST_RUN, network, caches=caches)

    def ask(count: int) -> object:
        return heights(prepared, {"before": json.loads(turned(count).to_json()), "grid": "coarse", "from": 0})

    yield Cached(caches.of(PAIRS), ask, PART)


def tables_asked_about() -> Iterator[Cached]:
    """Questions about tables of one's own."""
    caches = Caches()

    def ask(count: int) -> object:
        layers, table = (Affinity(1, 1),), own_table(count, 400)
        experiment = replace(FIRST_RUN, layers=layers, ideal=TABLE, inputs=table, weights=DrawnWeights(1))
        prepared_tables._remembered.clear()
        return decided(PreparedRun(experiment, experiment.network(), caches=caches), {"sure": True})

    yield Cached(caches.of(QUESTIONS), ask, PART)


def answers() -> Iterator[Cached]:
    """Answers to questions about seeds."""
    kept, network = AnswerCache(), FIRST_RUN.network()

    def ask(count: int) -> object:
        prepared = PreparedRun(turned(count), network)
        question = "seed_spread", prepared.identity, count
        return kept.answer(question, lambda: seed_spread(prepared, {"seeds": list(range(31))}))

    yield Cached(kept.values, ask)


def checkpoints() -> Iterator[Cached]:
    """Starting weights that are stored alike."""
    sessions = Sessions(SETTINGS, MemoryStore(Limits(1000.0, 8, 10_000)))
    network = FIRST_RUN.network()
    store = sessions.store_checkpoint
    yield Cached(sessions._dumped, lambda count: store("ann", "tab", network, "{}", alike=(turned(count), "a" * 32)))


def samples() -> Iterator[Cached]:
    """Drawn samples."""
    yield Cached(sample_source._remembered, lambda count: replace(FIRST_RUN, seed=count).facts())


def rates() -> Iterator[Cached]:
    """The rate at each step of runs of other lengths."""
    yield Cached(rule._remembered, lambda count: rule.PLAIN.paces(10_000 + count))


def targets() -> Iterator[Cached]:
    """Targets of two formulas on their grids, and their borders."""
    caches = Caches()

    def ask(count: int) -> object:
        experiment = replace(FIRST_RUN, layers=(Affinity(2, 2),), ideal=(f"v0*{count}", "v1"), weights=DrawnWeights(1))
        domain = InputDomain(experiment, caches)
        return domain.target_on(domain.window((0, 1), np.zeros(2), large=True)), domain.border

    yield Cached(caches.of(TARGETS), ask)
    yield Cached(caches.of(BORDERS), ask)


def own_table(count: int, rows: int) -> Table:
    """A table that nobody has brought yet, one input and one output a row."""
    return Table(tuple((float(count + row),) for row in range(rows)), tuple((row / 7.0,) for row in range(rows)))


def tables() -> Iterator[Cached]:
    """Rows of small and of large tables of one's own, prepared, their answers to a point among them."""

    def prepare(count: int) -> object:
        rows = (10, 100, 1000)[count % 3]
        made = prepared_table(own_table(count, rows), rows // 5, BY_SEED, count, scaling=STANDARD)
        return made.learned, made.held_out_samples, made.reach, made.target(np.zeros(1)), made.table.digest

    yield Cached(prepared_tables._remembered, prepare, PART)


CACHES: Mapping[str, Callable[[], Iterator[Cached]]] = {
    "remembered runs": runs, "remembered pairs": pairs, "remembered answers": answers,
    "remembered checkpoints": checkpoints, "remembered samples": samples, "prepared tables": tables,
    "remembered rates": rates, "remembered targets": targets, "remembered questions": tables_asked_about,
}  # fmt: skip
"""The lines that are caches of this process, by their names on /limits."""


def lines() -> dict[str, float]:
    """The megabytes of each line that has some."""
    found = {}
    for group in groups_of(SETTINGS):
        for limit in group.limits:
            text = limit.value.removesuffix(" MB")
            if group.title == "Memory" or limit.unit == "MB":
                found[limit.name] = float(text)
    return found


def measured(name: str) -> float:
    """Megabytes of the line's caches when all are full."""
    for cached in CACHES[name]():
        cached.fill(0)  # whatever is made once
    sample_source._remembered.clear()
    tracemalloc.start()
    try:
        return sum(cached.filled() for cached in CACHES[name]())
    finally:
        tracemalloc.stop()
        sample_source._remembered.clear()


def measured_piece() -> float:
    """Megabytes that the widest piece of a sweep takes in a process that has made a small one."""
    wide = replace(FIRST_RUN, layers=(Affinity(8, 8),), ideal=("v0",) * 8, weights=DrawnWeights(1))
    small, large = (
        sweep_plan(replace(wide, samples=samples), {"alpha": tuple(0.001 * k for k in range(1, 17))})
        for samples in (10, MOST_SAMPLES)
    )
    with ProcessPoolExecutor(1, get_context("spawn")) as pool:
        pool.submit(run_task_json, small.piece(0).task.to_json()).result()
        before = pool.submit(most_memory).result()
        pool.submit(run_task_json, large.piece(0).task.to_json()).result()
        return pool.submit(most_memory).result() - before


def most_memory() -> float:
    """Megabytes of memory that this process had at most."""
    lines = Path("/proc/self/status").read_text().splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith("VmHWM")) / 1024


def measured_store(folder: Path) -> float:
    """Megabytes on the disk of a store into which three times as much was put as it may hold."""
    limits = Limits(1000.0, 8, STORE_MB * MEGABYTE)
    with closing(SqliteStore(folder / "rows.sqlite3", limits)) as store:
        for count in range(3 * STORE_MB * MEGABYTE // 4096):
            store.put(Key(f"session {count}", "tab"), b"x" * 4096, 1, 0)
        return sum(file.stat().st_size for file in folder.iterdir()) / MEGABYTE


@pytest.mark.parametrize("name", CACHES)
def test_a_cache_that_is_full_takes_what_its_line_says(name: str) -> None:
    assert measured(name) <= lines()[name]


def test_the_widest_piece_of_a_sweep_takes_what_its_line_says() -> None:
    assert measured_piece() <= lines()["pieces"] / (SETTINGS.side_by_side + 1)


def test_a_full_store_takes_its_limit_on_the_disk_and_a_journal(tmp_path: Path) -> None:
    assert measured_store(tmp_path) <= STORE_MB + JOURNAL_MB


def main() -> None:
    """Prints the table."""
    sys.stdout.write("| line | says | measured |\n| --- | ---: | ---: |\n")
    said = lines()
    for name in CACHES:
        sys.stdout.write(f"| {name} | {said[name]:.0f} MB | {measured(name):.1f} MB |\n")
    each = said["pieces"] / (SETTINGS.side_by_side + 1)
    sys.stdout.write(f"| a piece of a sweep | {each:.0f} MB | {measured_piece():.1f} MB |\n")
    with TemporaryDirectory() as folder:
        sys.stdout.write(f"| a store on the disk | {STORE_MB} MB | {measured_store(Path(folder)):.1f} MB |\n")


if __name__ == "__main__":
    main()
