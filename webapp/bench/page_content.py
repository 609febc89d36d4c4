"""The content of a page: its experiments, targets and knobs, and the reader of experiments that a browser sends."""

import functools
import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from engine.data.targets import TARGETS, Target
from engine.experiments.catalogue import CATALOGUE, FIRST, CatalogueEntry
from engine.experiments.experiment import Experiment
from engine.experiments.knobs import Knobs

REMEMBERED = 32
"""How many stored experiments are remembered as they were read; a large table takes a while."""


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
        return functools.lru_cache(maxsize=REMEMBERED)(lambda text: self.read(json.loads(text)))


CATALOGUE_CONTENT = PageContent(CATALOGUE, TARGETS, FIRST, Experiment.from_plain, shared=True)
"""The content of the public page."""
