"""The content of a page: its experiments, targets and knobs, and the reader of experiments that a browser sends."""

import functools
import json
import threading
from collections import OrderedDict
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from engine.data.targets import TARGETS, Target
from engine.experiments.catalogue import CATALOGUE, FIRST, CatalogueEntry
from engine.experiments.experiment import Experiment
from engine.experiments.knobs import Knobs

REMEMBERED = 32
"""How many stored experiments are remembered as they were read; a large table takes a while."""
REMEMBERED_CHARACTERS = 3_000_000
"""The most characters of all of them: one or two of the largest tables, which are ten times as large when read."""


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
    """A reader that remembers the latest texts it has read, few in number and in characters; safe on many threads."""

    def __init__(self, read: Callable[[str], Experiment]) -> None:
        self._read = read
        self._lock = threading.Lock()
        self._known: OrderedDict[str, Experiment] = OrderedDict()
        self._characters = 0

    def __call__(self, text: str) -> Experiment:
        """The experiment of the text."""
        with self._lock:
            if text in self._known:
                self._known.move_to_end(text)
                return self._known[text]
        read = self._read(text)
        with self._lock:
            self._characters += len(text) if text not in self._known else 0
            self._known[text] = read
            while len(self._known) > REMEMBERED or self._characters > REMEMBERED_CHARACTERS:
                self._characters -= len(self._known.popitem(last=False)[0])
        return read


CATALOGUE_CONTENT = PageContent(CATALOGUE, TARGETS, FIRST, Experiment.from_plain, shared=True)
"""The content of the public page."""
