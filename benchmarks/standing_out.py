"""How often "stands out" is said: of tables as they are, and of tables in which one label has been flipped.

Untouched are the named tables under as many data seeds, each of which holds out other rows. A flipped table is one of
those with classes, in which one learned row, drawn by RandomState([11, seed]), gets another class. It is found where it
is the first by its loss without it, and named where the sentence says so.
"""

from collections.abc import Iterator
from dataclasses import replace

import numpy as np

from benchmarks import heading
from engine import CATALOGUE, Experiment, which_sample
from engine.data.table import Table

UNTOUCHED = ("penguins", "iris", "wine", "cars")
SEEDS = 50
WITH_CLASSES = ("penguins", "iris", "wine")
FLIPPED = 100


def untouched(key: str) -> Iterator[Experiment]:
    """The experiment of a table under each data seed."""
    for seed in range(SEEDS):
        yield replace(CATALOGUE[key].experiment, seed=seed)


def flipped(number: int) -> tuple[Experiment, int]:
    """A table with one flipped label, and the number of that row from 1."""
    key, rng = WITH_CLASSES[number % len(WITH_CLASSES)], np.random.RandomState([11, number])
    one = replace(CATALOGUE[key].experiment, seed=number)
    table, rows = one.inputs, one.rows
    if not isinstance(table, Table) or rows is None:
        raise TypeError(key)
    row = int(rng.choice(rows.learned))
    own = table.targets[row].index(1.0)
    other = int(rng.choice([k for k in range(table.outputs) if k != own]))
    targets = list(table.targets)
    targets[row] = tuple(float(k == other) for k in range(table.outputs))
    return replace(one, inputs=replace(table, name=None, targets=tuple(targets))), row + 1


def main() -> None:
    """Prints the tables."""
    print(heading())
    print(f"\nUntouched tables under {SEEDS} data seeds:\n")
    print(f"| {'table':8} | {'stands out':>10} | {'rows':24} |")
    print(f"| {'-' * 8} | {'-' * 9}: | {'-' * 24} |")
    total = 0
    for key in UNTOUCHED:
        rows = [found.stands_out for found in map(which_sample, untouched(key)) if found.stands_out is not None]
        total += len(rows)
        names = ", ".join(f"{row} ({rows.count(row)})" for row in sorted(set(rows)))
        print(f"| {key:8} | {len(rows):10} | {names:24} |")
    runs = SEEDS * len(UNTOUCHED)
    print(f"\nThat is {total} of {runs} runs, {100.0 * total / runs:.1f} %.\n")
    first = named = 0
    for number in range(FLIPPED):
        one, row = flipped(number)
        found = which_sample(one)
        first += found.rows[int(np.argmax(found.own_without))] == row
        named += found.stands_out == row
    print(f"Of {FLIPPED} flipped labels {first} are first by their own loss, and {named} stand out.\n")


if __name__ == "__main__":
    main()
