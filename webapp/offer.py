"""What a page offers: its experiments and targets, and how it reads an experiment that comes back from a browser."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from engine.catalogue import CATALOGUE, FIRST, Row
from engine.experiment import Experiment
from engine.ideals import IDEALS, Ideal


@dataclass(frozen=True)
class Offer:
    """The rows of the picker and of the targets, the row that is open first, and the reader of plain experiments."""

    rows: Mapping[str, Row]
    ideals: Mapping[str, Ideal]
    first: str
    read: Callable[[object], Experiment]


EVERYTHING = Offer(CATALOGUE, IDEALS, FIRST, Experiment.from_plain)
"""What the public page offers."""
