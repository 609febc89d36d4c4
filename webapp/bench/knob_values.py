"""The knobs' numbers: where alpha stands on its slider, and what a typed text means.

Every value that comes from the page passes through here. What is no value of the knob is refused with a sentence
that says what was asked and what to do; the field keeps the words, the bench keeps its last good run.
"""

import math
import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeVar

from engine.data.inputs import checked_seed
from engine.experiments.experiment import checked_alpha, checked_samples

SLIDER_SAMPLES = 1_000
"""The samples slider ends here; a larger typed number parks the thumb at the end."""

LARGEST_SLIDER_ALPHA = 0.5
ALPHA_SLIDER_STEPS = 1_000
ALPHA_NUMERATOR, ALPHA_SHIFT = 1.005, 0.005
"""The notebook's mapping of the α slider, see `alpha_at`."""

ALPHA_TICKS = ((0.0, "≈ 0"), (0.01, ".01"), (0.1, ".1"), (0.25, ".25"), (0.5, ".5"))

_MOST_TYPED = 64
_THOUSANDS = re.compile(r"[+-]?[1-9]\d{0,2}(,\d{3})+(\.\d*)?")
N = TypeVar("N", int, float)


@dataclass  # not frozen: Python writes a traceback into an exception that passes a context
class Refused(Exception):
    """A value that the knob does not take, with the field it belongs to and a sentence for the person who typed it."""

    field: str
    sentence: str


def alpha_at(position: float) -> float:
    """The notebook's mapping of the slider, p in [0, 1] ↦ α = 2^(−1.005/(p+0.005)): 0.5 at 1, about 10⁻⁶¹ at 0."""
    return float(2.0 ** (-ALPHA_NUMERATOR / (position + ALPHA_SHIFT)))


def position_of(alpha: float) -> float:
    """Where the thumb stands for alpha; from 0.5 on it is parked at the end."""
    if alpha >= LARGEST_SLIDER_ALPHA:
        return 1.0
    return max(0.0, -ALPHA_NUMERATOR / math.log2(alpha) - ALPHA_SHIFT)


def read_alpha(value: object) -> float:
    """A slider position {"position": p}, a number, or typed text."""
    if isinstance(value, dict):
        position = value.get("position")
        if not isinstance(position, (int, float)) or isinstance(position, bool) or not 0 <= position <= 1:
            raise Refused("alpha", "The α slider goes from 0 to 1.")
        return alpha_at(position)
    return _read("alpha", value, float, checked_alpha, "α must be a number above 0, at most 1e300.")


def read_samples(value: object, limit: int) -> int:
    """A whole number from 1 to the limit, typed or not."""
    return _read("samples", value, _whole, lambda n: checked_samples(n, limit), f"Samples go from 1 to {limit:,}.")


def read_seed(value: object, field: str = "seed") -> int:
    """A whole number from 0 to 4294967295, typed or not."""
    return _read(field, value, _whole, checked_seed, "Seeds are whole numbers from 0 to 4,294,967,295.")


def _read(field: str, value: object, parse: Callable[[str], N], check: Callable[[N], N], sentence: str) -> N:
    try:
        return check(parse(_tidied(value)) if isinstance(value, str) else value)  # type: ignore[arg-type]
    except (ValueError, OverflowError):
        raise Refused(field, sentence) from None


def _tidied(text: str) -> str:
    """What people type for a number: blanks, commas of thousands or before decimals, and the page's own minus."""
    if len(text) > _MOST_TYPED:
        raise ValueError
    tidied = text.strip().replace("−", "-").replace(" ", "")
    return tidied.replace(",", "" if _THOUSANDS.fullmatch(tidied) else ".")


def _whole(text: str) -> int:
    value = float(text)
    if not value.is_integer():
        raise ValueError
    return int(value)
