"""What the page may ask, judged before anything is done with it.

A request is one plain object. Whatever no honest page would send is `Malformed`, a 400; a value that a person can type
wrong is `Refused`, with the sentence that goes under its field.
"""

import math
from collections.abc import Mapping
from dataclasses import dataclass, fields
from typing import Any

from engine.facts import INPUTS, LARGEST_SEED, SAMPLES_LIMIT
from engine.filters import FILTERS
from engine.table import TABLE
from webapp.figures.loss import Range
from webapp.figures.theme import THEMES
from webapp.guard import Malformed
from webapp.knobs import Refused
from webapp.offer import EVERYTHING, Offer
from webapp.words import Summary

ACTS = ("turn", "choose", "open", "randomize", "keep", "edit")
LARGEST_SERIAL = 2**53
LARGEST_WEIGHT = 1e6
NARROWEST_RANGE, LOWEST_POWER, HIGHEST_POWER = 1e-6, -330.0, 307.0


@dataclass(frozen=True)
class Knobs:
    """The knobs as they came: numbers, slider positions or typed text, not yet read."""

    alpha: object
    samples: object
    seed: object
    ideal: str
    inputs: str
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
class View:
    """How the page wants the answer: its theme, the axis frozen while a knob is dragged, whether maps are due, and the
    name of the frame that it has."""

    theme: str
    limits: Range | None
    maps: bool
    frame: str = ""


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
        knobs=_knobs(body["knobs"], offer),
        experiment=body["experiment"],
        cell=None if body["cell"] is None else _cell(body["cell"]),
        before=None if body["before"] is None else _summary(body["before"], offer),
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


def _knobs(plain: object, offer: Offer) -> Knobs:
    body = _object(plain, {field.name for field in fields(Knobs)})
    return Knobs(
        alpha=_position(body["alpha"]) if isinstance(body["alpha"], dict) else _typed(body["alpha"]),
        samples=_typed(body["samples"]),
        seed=_typed(body["seed"]),
        ideal=_one_of(body["ideal"], (*offer.ideals, TABLE)),
        inputs=_one_of(body["inputs"], (*INPUTS, TABLE)),
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


def _summary(plain: object, offer: Offer) -> Summary:
    body = _object(plain, {field.name for field in fields(Summary)})
    return Summary(
        title=_text(body["title"], 80),
        alpha=_finite(body["alpha"]),
        samples=_whole(body["samples"], SAMPLES_LIMIT),
        seed=_whole(body["seed"], LARGEST_SEED),
        ideal=_one_of(body["ideal"], (*offer.ideals, TABLE)),
        inputs=_one_of(body["inputs"], (*INPUTS, TABLE)),
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
    return View(_one_of(body["theme"], THEMES), limits, body["maps"], _text(body["frame"], 64))


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
