"""The content of a page: its experiments, targets and knobs, and the reader of experiments that a browser sends."""

import functools
import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from engine.base.byte_cache import ByteCache
from engine.data.targets import TARGETS, Target
from engine.experiments.catalogue import CATALOGUE, CatalogueEntry
from engine.experiments.experiment import Experiment
from engine.experiments.knobs import Knobs

REMEMBERED_BYTES = 30_000_000
"""The most bytes of the stored experiments that are cached as they were read, one of the largest tables at least:
reading a large table takes a while."""
PER_EXPERIMENT = 100_000
"""Bytes of an experiment beside its text, its table and given weights."""


@dataclass(frozen=True)
class PageContent:
    """The rows of the picker and of the targets, the key of the row that opens first, a reader of plain experiments."""

    rows: Mapping[str, CatalogueEntry]
    ideals: Mapping[str, Target]
    first: str
    read: Callable[[object], Experiment]
    shared: bool = False
    """Whether its experiments can be said in a link; Python functions of one's own cannot."""

    @property
    def knobs(self) -> Knobs:
        """The table of its experiments' knobs."""
        return self.rows[self.first].experiment.knobs

    @functools.cached_property
    def read_stored(self) -> Callable[[str], Experiment]:
        """The reader of the JSON of a stored experiment."""
        return Remembered(lambda text: self.read(json.loads(text)))


class Remembered:
    """A reader that remembers the latest texts it has read; safe on many threads."""

    def __init__(self, read: Callable[[str], Experiment], most: int = REMEMBERED_BYTES) -> None:
        self._read = read
        self._known: ByteCache[str, Experiment] = ByteCache(
            most, lambda text, read: PER_EXPERIMENT + len(text) + sum(read.bytes_held.values())
        )

    def __call__(self, text: str) -> Experiment:
        """The experiment of the text."""
        return self._known.get_or_make(text, lambda: self._read(text))


CATALOGUE_CONTENT = PageContent(CATALOGUE, TARGETS, "circle", Experiment.from_plain, shared=True)
"""The content of the public page. It opens with a border that is seen to form, and that too small and too large an α
both fail to find."""
