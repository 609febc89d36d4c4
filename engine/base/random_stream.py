"""NumPy's frozen random streams: what `numpy.random.RandomState(seed)` draws, at a fraction of what it costs to make.

A `RandomState` is seeded twice: with a state that NumPy hashes for a modern generator, and then with the legacy seed,
which overwrites it. Here the first one is a constant, or left from other draws.
"""

import threading
from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.random.bit_generator import ISeedSequence

WORDS = 624
"""Of the state of a Mersenne twister."""


class _Overwritten(ISeedSequence):
    """A state that no number is ever drawn from."""

    def __init__(self) -> None:
        self._state = np.ones(WORDS, dtype=np.uint32)

    def generate_state(self, n_words: int, dtype: Any = np.uint32) -> Any:  # noqa: ARG002
        """That state, whatever is asked."""
        return self._state


_OVERWRITTEN: Any = _Overwritten()
_own = threading.local()

Seed = int | Sequence[int] | None


def random_stream(seed: Seed) -> np.random.RandomState:
    """The same numbers as those of `numpy.random.RandomState(seed)`, and its errors; None takes fresh entropy."""
    stream = np.random.RandomState(np.random.MT19937(_OVERWRITTEN))
    stream.seed(seed)
    return stream


def passing_stream(seed: Seed) -> np.random.RandomState:
    """The same for draws that are made before this thread asks for another one: it is the thread's own, seeded anew."""
    if not hasattr(_own, "stream"):
        _own.stream = random_stream(0)
    stream: np.random.RandomState = _own.stream
    stream.seed(seed)
    return stream
