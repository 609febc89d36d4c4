"""What the page may ask, judged before anything is done with it.

A request is one plain object. Whatever no honest page would send is `Malformed`, a 400; a value that a person can type
wrong is `Refused`, with the sentence that goes under its field.
"""

import math
from collections.abc import Mapping
from dataclasses import dataclass, fields
from typing import Any

from engine.facts import LARGEST_SEED, SAMPLES_LIMIT
from engine.filters import FILTERS
from webapp.changes import CHANGES
from webapp.figures.loss import Range
from webapp.figures.theme import THEMES
from webapp.guard import Malformed
from webapp.knobs import Refused
from webapp.offer import EVERYTHING, Offer
from webapp.words import Summary

ACTS = ("turn", "choose", "open", "randomize", "keep", "edit", "change")
LARGEST_SERIAL = 2**53
LARGEST_WEIGHT = 1e6
MOST_TEXTS, LONGEST_FORMULA = 16, 1_000
LONGEST_TARGET = MOST_TEXTS * LONGEST_FORMULA
LONGEST_TABLE = 2**20
NARROWEST_RANGE, LOWEST_POWER, HIGHEST_POWER = 1e-6, -330.0, 307.0


@dataclass(frozen=True)
class Knobs:
    """The knobs as they came: numbers, slider positions or typed text, not yet read."""

    alpha: object
    samples: object
    seed: object
    filter: str


@dataclass(frozen=True)
class Cell:
    """One checkpoint weight and the text typed for it."""

    layer: int
    name: str
    row: int
    column: int
    text: str


@dataclass(frozen=True)
class Edit:
    """A change of the network, the target, the facts or the first weights: a row of CHANGES, a layer, and a value."""

    do: str
    at: int
    value: object


@dataclass(frozen=True)
class View:
    """How the page wants the answer: its theme, the axis frozen while a knob is dragged, whether maps are due, the name
    of the frame that it has, and which two of many inputs the maps are drawn over."""

    theme: str
    limits: Range | None
    maps: bool
    frame: str = ""
    axes: tuple[int, int] = (0, 1)


@dataclass(frozen=True)
class Ask:
    """One request of the page."""

    serial: int
    tab: str
    act: str
    key: str
    knobs: Knobs
    experiment: object
    cell: Cell | None
    change: Edit | None
    before: Summary | None
    view: View


def read_ask(plain: object, offer: Offer = EVERYTHING) -> Ask:
    """The request to a page that offers this; Malformed when no honest page would send it."""
    body = _object(plain, {field.name for field in fields(Ask)})
    return Ask(
        serial=_whole(body["serial"], LARGEST_SERIAL),
        tab=_text(body["tab"], 64),
        act=_one_of(body["act"], ACTS),
        key=_one_of(body["key"], offer.rows),
        knobs=_knobs(body["knobs"]),
        experiment=body["experiment"],
        cell=None if body["cell"] is None else _cell(body["cell"]),
        change=None if body["change"] is None else _change(body["change"]),
        before=None if body["before"] is None else _summary(body["before"]),
        view=_view(body["view"]),
    )


def number_in(text: str) -> float:
    """A weight as typed, or Refused."""
    try:
        value = float(text.strip().replace("−", "-"))
    except ValueError:
        value = math.nan
    if not abs(value) <= LARGEST_WEIGHT:
        raise Refused("edit", "A weight is a number from −1,000,000 to 1,000,000, such as −0.49.")
    return value


def _knobs(plain: object) -> Knobs:
    body = _object(plain, {field.name for field in fields(Knobs)})
    return Knobs(
        alpha=_position(body["alpha"]) if isinstance(body["alpha"], dict) else _typed(body["alpha"]),
        samples=_typed(body["samples"]),
        seed=_typed(body["seed"]),
        filter=_one_of(body["filter"], FILTERS),
    )


def _position(plain: object) -> dict[str, float]:
    position = _finite(_object(plain, {"position"})["position"])
    if not 0 <= position <= 1:
        raise Malformed("A slider's position is outside its track.")
    return {"position": position}


def _typed(value: object) -> object:
    return _text(value, 64) if isinstance(value, str) else _finite(value)


def _cell(plain: object) -> Cell:
    body = _object(plain, {field.name for field in fields(Cell)})
    return Cell(
        layer=_whole(body["layer"], 1000),
        name=_one_of(body["name"], ("M", "b")),
        row=_whole(body["row"], 1000),
        column=_whole(body["column"], 1000),
        text=_text(body["text"], 64),
    )


def _change(plain: object) -> Edit:
    body = _object(plain, {field.name for field in fields(Edit)})
    return Edit(_one_of(body["do"], CHANGES), _whole(body["at"], 1000), _value(body["value"]))


def _value(value: object) -> object:
    """A number, yes or no, text, a list of texts, or a table's text and whether it is shuffled."""
    if isinstance(value, dict):
        table = _object(value, {"text", "shuffled"})
        if not isinstance(table["shuffled"], bool):
            raise Malformed("Whether a table is shuffled is yes or no.")
        return {"text": _text(table["text"], LONGEST_TABLE), "shuffled": table["shuffled"]}
    if isinstance(value, list):
        if len(value) > MOST_TEXTS:
            raise Malformed(f"A list must have at most {MOST_TEXTS} texts.")
        return [_text(text, LONGEST_FORMULA) for text in value]
    if isinstance(value, str):
        return _text(value, LONGEST_FORMULA)
    return value if value is None or isinstance(value, bool) else _finite(value)


def _summary(plain: object) -> Summary:
    body = _object(plain, {field.name for field in fields(Summary)})
    return Summary(
        title=_text(body["title"], 80),
        alpha=_finite(body["alpha"]),
        samples=_whole(body["samples"], SAMPLES_LIMIT),
        seed=_whole(body["seed"], LARGEST_SEED),
        ideal=_text(body["ideal"], LONGEST_TARGET),
        inputs=_text(body["inputs"], 64),
        network=_text(body["network"], 8),
        checkpoint=_text(body["checkpoint"], 8),
        settled=None if body["settled"] is None else abs(_finite(body["settled"])),
        first=0.0 if body["first"] is None else _finite(body["first"]),
        diverged_at=None if body["diverged_at"] is None else _whole(body["diverged_at"], SAMPLES_LIMIT),
        fingerprint=_text(body["fingerprint"], 8),
    )


def _view(plain: object) -> View:
    body = _object(plain, {field.name for field in fields(View)})
    if not isinstance(body["maps"], bool):
        raise Malformed("Whether maps are due is yes or no.")
    limits = None if body["limits"] is None else _limits(body["limits"])
    return View(_one_of(body["theme"], THEMES), limits, body["maps"], _text(body["frame"], 64), _axes(body["axes"]))


def _axes(plain: object) -> tuple[int, int]:
    if not isinstance(plain, list) or len(plain) != 2:
        raise Malformed("The maps have two axes.")
    across, up = (_whole(axis, 255) for axis in plain)
    if across == up:
        raise Malformed("The two axes of the maps are different inputs.")
    return across, up


def _limits(plain: object) -> Range:
    if not isinstance(plain, list) or len(plain) != 2:
        raise Malformed("An axis has two ends.")
    low, high = (_finite(end) for end in plain)
    if not LOWEST_POWER <= low < low + NARROWEST_RANGE < high <= HIGHEST_POWER:
        raise Malformed("The ends of an axis are in order.")
    return low, high


def _object(value: object, names: set[str]) -> Mapping[str, Any]:
    if not isinstance(value, dict) or set(value) != names:
        raise Malformed(f"The request must have exactly {', '.join(sorted(names))}.")
    return value


def _one_of(value: object, known: Any) -> str:
    if not isinstance(value, str) or value not in known:
        raise Malformed("The request names something that this page does not have.")
    return value


def _text(value: object, most: int) -> str:
    if not isinstance(value, str) or len(value) > most:
        raise Malformed(f"A text must have at most {most} characters.")
    return value


def _whole(value: object, most: int) -> int:
    if isinstance(value, bool) or not isinstance(value, int) or not 0 <= value <= most:
        raise Malformed(f"A whole number must lie between 0 and {most}.")
    return value


def _finite(value: object) -> Any:
    if isinstance(value, bool) or not isinstance(value, (int, float)) or not _is_finite(value):
        raise Malformed("A finite number was expected.")
    return value


def _is_finite(value: float) -> bool:
    try:
        return math.isfinite(value)
    except OverflowError:
        return False
