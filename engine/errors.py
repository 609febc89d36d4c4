"""The engine's exceptions: each is a BenchError.

Each message says what was expected, what was found and what to do, in words for the person at the bench.
"""

import reprlib
from collections.abc import Iterable, Mapping

_SHORT = reprlib.Repr()
_SHORT.maxlevel = 2
_SHORT.maxstring = _SHORT.maxlong = _SHORT.maxother = 40
_LONGEST = 60


def shown(value: object) -> str:
    """The value as Python writes it, cut short where it is long or deep: no error repeats all that a stranger sent."""
    text = _SHORT.repr(value)
    return text if len(text) <= _LONGEST else f"{text[: _LONGEST - 1]}…"


class BenchError(ValueError):
    """A request that cannot be met; the message says what was found and what to do."""


class ShapeError(BenchError):
    """A vector or a matrix has another size than expected."""


class UnknownNameError(BenchError):
    """A name is in no row of its table."""

    def __init__(self, kind: str, name: object, known: Iterable[str], nearest: Iterable[str] = ()) -> None:
        perhaps = "".join(f" The nearest is {one}." for one in nearest)
        super().__init__(f"There is no {kind} called {shown(name)}. Known: {', '.join(known)}.{perhaps}")


class OutOfRangeError(BenchError):
    """A number lies outside the range that its knob or layer takes."""


class FormulaError(BenchError):
    """Text that is no formula; `position` counts the characters before the place where it stops being one."""

    def __init__(self, message: str, position: int = 0) -> None:
        super().__init__(message)
        self.position = position

    def __reduce__(self) -> tuple[type["FormulaError"], tuple[str, int]]:
        return FormulaError, (str(self), self.position)


class TableError(BenchError):
    """Rows or text that make no table of samples."""


class ExperimentError(BenchError):
    """Plain data that describes no experiment."""


class NoFactsError(BenchError):
    """Learning without a single sample."""


class DivergedWarning(UserWarning):
    """A run diverged where only a number is given back; the message says at which step, and why if that is known."""


class NoCheckpointError(BenchError):
    """A rollback before any checkpoint was taken."""


class TimeIsUpError(BenchError):
    """Raised by an `on_progress` that asks for what is known so far."""


class LostWorkError(BenchError):
    """Part of a sweep was lost as often as it was sent."""

    def __init__(self, times: int, last: object) -> None:
        (first, *_) = str(last).strip().splitlines() or [""]
        super().__init__(
            f"A part of the sweep was sent {times} times and lost each time, at last by {type(last).__name__}: "
            f"{first[:200].rstrip('.')}. See that the workers have memory enough, and that they and the scheduler of a "
            "cluster have this package; then start the sweep again."
        )


class OtherBitsError(BenchError):
    """A worker's bit check gives another fingerprint than this machine's."""

    def __init__(self, host: str, found: str, expected: str) -> None:
        super().__init__(
            f"The worker on {host} computes other numbers than this machine: its bit check gives {found}, "
            f"here it gives {expected}. Let both run the same image, with the same C library."
        )


class OtherVersionsError(BenchError):
    """A worker has other versions of Python or of the packages that runs are computed with."""

    def __init__(self, host: str, found: Mapping[str, str], own: Mapping[str, str]) -> None:
        differences = ", ".join(f"{name} {text} (here {own.get(name, 'none')})" for name, text in found.items())
        super().__init__(
            f"The worker on {host} has other versions than this machine: {differences}. "
            "Let both run the same image, or install the same versions."
        )


class OtherSweepError(BenchError):
    """The store of a sweep's chunks holds those of another sweep, or something else."""

    def __init__(self, path: object) -> None:
        super().__init__(
            f"{path} was not written by this sweep: it has other runs, or comes from another version or from a "
            "processor with other bits. Delete it, or keep this sweep elsewhere."
        )
