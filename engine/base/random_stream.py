"""NumPy's frozen random streams: the numbers of `numpy.random.RandomState(seed)`, without the time that it takes to
make one.

A `RandomState` is seeded twice: with a state that NumPy hashes for a modern generator, and then with the legacy seed,
which overwrites it. Here the first one is a constant, or left from other draws.
"""

import threading
from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.random.bit_generator import ISeedSequence

WORDS = 624
"""The words of a Mersenne twister's state."""


class _Overwritten(ISeedSequence):
    """A state that no number is ever drawn from."""

    def __init__(self) -> None:
        self._state = np.ones(WORDS, dtype=np.uint32)

    def generate_state(self, n_words: int, dtype: Any = np.uint32) -> Any:  # noqa: ARG002
        """The same state for any request."""
        return self._state


_OVERWRITTEN: Any = _Overwritten()
_own = threading.local()

Seed = int | Sequence[int] | None


def random_stream(seed: Seed) -> np.random.RandomState:
    """A generator of the numbers of `numpy.random.RandomState(seed)`, with its errors; None takes fresh entropy."""
    stream = np.random.RandomState(np.random.MT19937(_OVERWRITTEN))
    stream.seed(seed)
    return stream


def passing_stream(seed: Seed) -> np.random.RandomState:
    """The stream of a seed for draws that end before this thread asks for another: its own one, seeded anew."""
    if not hasattr(_own, "stream"):
        _own.stream = random_stream(0)
    stream: np.random.RandomState = _own.stream
    stream.seed(seed)
    return stream
