"""What a page offers: its experiments and targets, and how it reads an experiment that comes back from a browser."""

import functools
import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from engine.data.targets import TARGETS, Target
from engine.experiments.catalogue import CATALOGUE, FIRST, CatalogueEntry
from engine.experiments.experiment import Experiment

REMEMBERED = 32
"""How many experiments that sessions have kept are remembered as they were read; a large table takes a while."""


@dataclass(frozen=True)
class PageContent:
    """The rows of the picker and of the targets, the row that is open first, and the reader of plain experiments."""

    rows: Mapping[str, CatalogueEntry]
    ideals: Mapping[str, Target]
    first: str
    read: Callable[[object], Experiment]
    shared: bool = False
    """Whether what is on the bench can be said in a link; Python functions of one's own cannot."""

    @functools.cached_property
    def read_kept(self) -> Callable[[str], Experiment]:
        """The reader of an experiment's JSON that a session has kept."""
        return functools.lru_cache(maxsize=REMEMBERED)(lambda text: self.read(json.loads(text)))


CATALOGUE_CONTENT = PageContent(CATALOGUE, TARGETS, FIRST, Experiment.from_plain, shared=True)
"""What the public page offers."""
