"""The knobs' numbers: the position of a slider's thumb for a value, and the value of a typed text.

Every value that comes from the page passes through here. Anything else than a value of the knob is refused with a
sentence that says what was asked and what to do; the field keeps the words, the bench keeps its last good run.
"""

import math
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from engine.experiments.knobs import ALPHA, DISTINCT, SAMPLES, Kind, Knob, Number, Whole, plain_number

SLIDER_SAMPLES = 10_000
"""The samples slider ends here; a larger typed number parks the thumb at the end."""
SLIDER_DIGITS = 2
"""The significant digits of the numbers that the samples slider gives."""
SAMPLES_TICKS = (1, 100, 10_000)

LARGEST_SLIDER_ALPHA = 0.5
SLIDER_STEPS = 1_000
ALPHA_NUMERATOR, ALPHA_SHIFT = 1.005, 0.005
"""The notebook's mapping of the α slider, see `alpha_at`."""

ALPHA_TICKS = ((0.01, ".01"), (0.1, ".1"), (0.5, ".5"))

_MOST_TYPED = 64


@dataclass  # not frozen: Python writes a traceback into an exception that passes a context
class Refused(Exception):
    """A value that the knob does not take, with the field it belongs to and a sentence for the person who typed it."""

    field: str
    sentence: str


def alpha_at(position: float) -> float:
    """The notebook's mapping of the slider, p in [0, 1] ↦ α = 2^(−1.005/(p+0.005)): 0.5 at 1, about 10⁻⁶¹ at 0."""
    return float(2.0 ** (-ALPHA_NUMERATOR / (position + ALPHA_SHIFT)))


def position_of(alpha: float) -> float:
    """The thumb's position for alpha; from 0.5 on it is parked at the end."""
    if alpha >= LARGEST_SLIDER_ALPHA:
        return 1.0
    return max(0.0, -ALPHA_NUMERATOR / math.log2(alpha) - ALPHA_SHIFT)


def samples_at(position: float) -> int:
    """The logarithmic mapping of the samples slider, p in [0, 1] ↦ 10000^p, rounded to two significant digits."""
    samples = float(SLIDER_SAMPLES**position)
    power = int(10 ** max(0, math.floor(math.log10(samples)) + 1 - SLIDER_DIGITS))
    return power * math.floor(samples / power + 0.5)


def samples_position(samples: int) -> float:
    """The thumb's position for this number of samples; from the slider's last number on it is parked at the end."""
    return min(1.0, math.log(samples) / math.log(SLIDER_SAMPLES))


ALL_FROM = 0.96
"""From here on the slider of distinct samples says that all samples are distinct; below it is a slider of samples."""


def distinct_position(distinct: int | None) -> float:
    """The thumb's position for this number of distinct samples; None, for all, is the end."""
    return 1.0 if distinct is None else ALL_FROM * samples_position(distinct)


POSITION_OF: Mapping[str, Callable[[Any], float]] = {
    ALPHA.name: position_of,
    SAMPLES.name: samples_position,
    DISTINCT.name: distinct_position,
}
"""Knobs whose slider goes by position in [0, 1], each with the position of a value."""

VALUE_AT: Mapping[str, Callable[[float], float]] = {ALPHA.name: alpha_at}
"""Those of them whose slider sends a position in [0, 1] as {"position": p}, each with its value there."""


FRACTION = " A fraction is not read: type 0.25 for 1/4."

_FRACTION = re.compile(r"\s*\d+\s*/\s*\d+\s*")
_THOUSANDS_OR_DECIMALS = re.compile(r"([1-9]\d{0,2})\.000")
"""A whole number either way: 1.000 is 1, or in other countries 1,000."""


def read_knob(knob: Knob, value: object, most: int | None = None, field: str = "") -> Any:
    """The value of a plain knob from a number, from typed text or from a slider's position.

    `most` is the upper end of its range here, where that is lower than the knob's own; `field` is where the page shows
    the refusal, the knob's own field unless it is given.
    """
    kind = knob.kind if most is None or not isinstance(knob.kind, Whole) else knob.kind.up_to(most)
    field = field or knob.name
    if isinstance(value, dict) and knob.name in VALUE_AT:
        position = value.get("position")
        if not isinstance(position, (int, float)) or isinstance(position, bool) or not 0 <= position <= 1:
            raise Refused(field, f"The {knob.label} slider goes from 0 to 1.")
        return VALUE_AT[knob.name](position)
    if (
        isinstance(kind, Whole)
        and isinstance(value, str)
        and (found := _THOUSANDS_OR_DECIMALS.fullmatch(value.strip()))
    ):
        raise Refused(field, f"{found[0]} may mean {found[1]} or {found[0].replace('.', ',')}. Type it without a dot.")
    try:
        return kind.check(_typed(kind, value) if isinstance(value, str) else value)
    except (ValueError, OverflowError) as error:
        fraction = (
            FRACTION if isinstance(kind, Number) and isinstance(value, str) and _FRACTION.fullmatch(value) else ""
        )
        raise Refused(field, (kind.refusal or str(error)) + fraction) from None


def _typed(kind: Kind, text: str) -> object:
    """The value of that kind in a typed text; ValueError where it is no number and has to be one."""
    if isinstance(kind, Whole):
        return None if kind.none and text.strip() == kind.none else _whole(tidied(text))
    return float(tidied(text)) if isinstance(kind, Number) else text


def tidied(text: str) -> str:
    """A typed number, plainly; ValueError for a text that is too long for one."""
    if len(text) > _MOST_TYPED:
        raise ValueError
    return plain_number(text)


def _whole(text: str) -> int:
    value = float(text)
    if not value.is_integer():
        raise ValueError
    return int(value)
