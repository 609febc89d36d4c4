"""The board of a hunt: who found the lowest final loss, by the median over data seeds that nobody saw."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Entry:
    """An entry of a seat: its link, its knobs as texts, and final losses, on the seen seed and on the hidden ones.

    ∞ stands for a run that diverges.
    """

    seat: Any
    link: str
    own: float
    hidden: Sequence[float]
    knobs: Mapping[str, str]

    @property
    def median(self) -> float:
        """The median over the hidden seeds; ∞ where half of them diverge."""
        return median_of(self.hidden)


@dataclass(frozen=True)
class Place:
    """An entry with its place, and its place by the seed that all saw; ties share one."""

    entry: Entry
    place: int
    seen_place: int

    @property
    def is_lucky(self) -> bool:
        """Whether it is first on the seed that all saw, on which not every run diverges, and not on the others."""
        return self.seen_place == 1 and self.place > 1 and self.entry.own < math.inf


def ranked(entries: Sequence[Entry]) -> list[Place]:
    """The entries from the lowest median on; of those that share a place, the lower loss on the seen seed first."""
    medians = sorted(entry.median for entry in entries)
    seen = sorted(entry.own for entry in entries)
    places = [Place(entry, medians.index(entry.median) + 1, seen.index(entry.own) + 1) for entry in entries]
    return sorted(places, key=lambda place: (place.place, place.seen_place))


def median_of(losses: Sequence[float]) -> float:
    """The median: the mean of the two in the middle, ∞ where one of them is."""
    ordered = sorted(losses)
    low, high = ordered[(len(ordered) - 1) // 2], ordered[len(ordered) // 2]
    return math.inf if math.inf in (low, high) else (low + high) / 2
