"""The two exact questions about a run, which sample did it and when it was decided, beside C that was written by hand.

A step of C is that of network C of `limit`, measured on the spot, so that tables of two machines can be compared. All
steps of a question count: those of the run, of its twins, and of each run without a row or of each fork. The quickest
of some rounds counts, by the clock.
"""

import time
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import numpy as np

from benchmarks import heading
from benchmarks.limit import compiled_c, facts, in_c, taking_turns
from benchmarks.steps import NETWORKS, network
from engine import CATALOGUE, Experiment, Table, when_decided, which_sample
from engine.outcomes.questions import when_decided as forks
from engine.outcomes.questions import which_sample as leaving_out

ROUNDS = 3
PENGUINS = CATALOGUE["penguins"].experiment
CIRCLE = CATALOGUE["circle"].experiment
WILD = replace(CIRCLE, alpha=0.3, samples=1_000)


def in_order(experiment: Experiment) -> Experiment:
    """The experiment on the same samples as a table whose rows come in order: no other data can come."""
    X, T = experiment.facts()
    table = Table(tuple(map(tuple, X.tolist())), tuple(map(tuple, T.tolist())), shuffled=False)
    return replace(experiment, inputs=table, ideal="table")


QUESTIONS: tuple[tuple[str, Experiment, Callable[..., Any]], ...] = (
    ("which: 300 × 20,000, 4→8→3", replace(PENGUINS, held_out=0, test=42, samples=20_000), which_sample),
    ("which: 30 × 60,000, 2→8→1", replace(CIRCLE, distinct=30, samples=60_000), which_sample),
    ("which: digits, 1,077 × 5,000", CATALOGUE["digits"].experiment, which_sample),
    ("decided: 1,000, by nudges", in_order(WILD), when_decided),
    ("decided: 1,000, other data too", WILD, when_decided),
)


def steps_of(experiment: Experiment, found: Any) -> int:
    """The steps of all runs of an answer."""
    n = experiment.samples
    if isinstance(found, leaving_out.WhichSample):
        return n * (1 + leaving_out.TWINS + len(found.rows))
    runs = forks.TWINS + (0 if found.moved_data is None else forks.OTHER_DATA)
    forked: int = runs * sum(n - place for place in found.places)
    return 2 * n + forked


def main() -> None:
    """Prints the table."""
    library = compiled_c()
    print(heading())
    print(f"Two questions about a run, the quickest of {ROUNDS} rounds:\n")
    print(f"| {'question':30} | {'seconds':>7} | {'ns a step':>9} | {'C, ns':>6} | {'times C':>7} |")
    print(f"| {'-' * 30} | {'-' * 6}: | {'-' * 8}: | {'-' * 5}: | {'-' * 6}: |")
    _, widths, mapped = NETWORKS["C"]
    X, T = facts(widths, 1_000)
    for title, experiment, ask in QUESTIONS:
        times, found = [], None
        for _ in range(ROUNDS):
            before = time.perf_counter()
            found = ask(experiment)
            times.append(time.perf_counter() - before)
        each = min(times) / steps_of(experiment, found) * 1e9
        beside = (" " * 6, " " * 7)
        if library:
            [limit] = np.array(taking_turns([in_c(library, "C", network(widths, mapped), X, T)])) / len(X) * 1e9
            beside = (f"{limit:6,.0f}", f"{each / limit:7.2f}")
        print(f"| {title:30} | {min(times):7.3f} | {each:9.0f} | {beside[0]} | {beside[1]} |")
    print()


if __name__ == "__main__":
    main()
