"""The requests of the page, checked before anything is done with them.

A request is one plain object. Whatever no honest page would send is `Malformed`, a 400; a value that a person can type
wrong is `Refused`, with the sentence that goes under its field.
"""

import math
from collections.abc import Mapping
from dataclasses import dataclass, fields
from typing import Any, NamedTuple

from engine.data.inputs import SAMPLES_LIMIT
from engine.data.row_plane import CORNERS
from engine.data.table import LONGEST_TEXT, MOST_OUTPUTS, MOST_ROWS
from engine.data.table_cells import MOST_COLUMNS
from engine.data.table_parser import ROLES
from engine.experiments.knobs import (
    IDEAL,
    KNOBS,
    Choice,
    Knob,
    Knobs,
    Number,
    Structured,
    Switch,
    Text,
    Whole,
    WholeNumbers,
    naming_knobs,
    plain_knobs,
)
from webapp.base.theme import THEMES
from webapp.base.validation import Malformed, exactly, finite, numbers_upto, one_of, text_within, whole_upto, yes_or_no
from webapp.bench.changes import CHANGES
from webapp.bench.knob_values import VALUE_AT, Refused, tidied
from webapp.bench.page_content import CATALOGUE_CONTENT, PageContent
from webapp.bench.run_summary import RunSummary
from webapp.figures.loss import Range

ACTIONS = ("turn", "choose", "open", "randomize", "keep", "edit", "change", "point")
LARGEST_SERIAL = 2**53
LARGEST_WEIGHT = 1e6
MOST_TEXTS, LONGEST_FORMULA = 16, 1_000
MOST_POINT_NUMBERS = 2 + MOST_OUTPUTS
"""Of a point with two inputs."""
LONGEST_TARGET = MOST_TEXTS * LONGEST_FORMULA
LONGEST_TABLE = 2**20
WIDEST_OWN = 256
LARGEST_PLACE = 1e300
MOST_PLACES = 1000
MOST_POINTS = 500
NARROWEST_RANGE, LOWEST_POWER, HIGHEST_POWER = 1e-6, -330.0, 307.0

Own = tuple[float, ...]
"""An input of the visitor's own."""
UnitPlace = tuple[int, int]
"""A hidden unit: the place of its layer in the network, and its own in the layer, both counted from 0."""


@dataclass(frozen=True)
class WeightEdit:
    """One checkpoint weight and the text typed for it."""

    layer: int
    name: str
    row: int
    column: int
    text: str


@dataclass(frozen=True)
class Change:
    """A change of the network, the target, the samples or the initial weights: a row of CHANGES, a layer, a value."""

    do: str
    at: int
    value: object


@dataclass(frozen=True)
class SurfacePoint:
    """A point of the plane of two runs: the experiment of the run before, not yet read, and where it lies."""

    before: object
    at: tuple[float, float]


LEARNED_SET, HELD_OUT_SET = "learned", "held-out"
ANSWER_SETS = (LEARNED_SET, HELD_OUT_SET)
LARGEST_ROW = 10_000


class AnswerOptions(NamedTuple):
    """The answers to the rows of a table that a page shows: those of a set, of an opened cell, its row and its column
    from 0, and of one row of the table, from 1; or lines along an input, of one output."""

    chosen: str
    cell: tuple[int, int] | None = None
    row: int | None = None
    along: int | None = None
    output: int = 0


@dataclass(frozen=True)
class MapOptions:
    """The page's options of the maps.

    The two of many inputs that they are drawn over, the unit that is shown like an output, whether they are large, the
    place of the layer whose small maps are all wanted, if any, whether a knob is held: then they pass at once, and the
    rows of a table, from 1, that the plane of the maps goes through: none for two inputs, () for those that are first.
    """

    axes: tuple[int, int] = (0, 1)
    unit: UnitPlace | None = None
    large: bool = False
    opened: int | None = None
    held: bool = False
    answers: AnswerOptions | None = None
    """The answers to a table's rows that are wanted, if any."""
    through: tuple[int, ...] | None = None

    @property
    def row(self) -> int | None:
        """The row of the table, from 1, that the own input is of."""
        return None if self.answers is None else self.answers.row


@dataclass(frozen=True)
class ViewOptions:
    """The page's options of the response's figures.

    The theme, the vertical axis while a knob is dragged, whether maps are due, the name of the frame that it has, the
    two of many inputs that the maps are drawn over, the step of its cursor (None is the end), the visitor's own input
    that is probed in place of the samples, the unit that is shown like an output, whether the maps are large, the
    layer whose small maps are all wanted, whether a knob is held, what is wanted of the answers to a table's rows, and
    the rows that the plane of the maps goes through.
    """

    theme: str
    limits: Range | None
    maps: bool
    frame: str = ""
    axes: tuple[int, int] = (0, 1)
    step: int | None = None
    own: Own | None = None
    unit: UnitPlace | None = None
    large: bool = False
    opened: int | None = None
    held: bool = False
    answers: AnswerOptions | None = None
    through: tuple[int, ...] | None = None

    @property
    def map_options(self) -> MapOptions:
        """The options that concern the maps and the answers."""
        return MapOptions(self.axes, self.unit, self.large, self.opened, self.held, self.answers, self.through)


@dataclass(frozen=True)
class TabRequest:
    """The fields of every request of a tab: its serial number, the tab, the key of its experiment, and the knobs'
    values.

    A knob's value is a number, a slider's position or typed text, not yet read.
    """

    serial: int
    tab: str
    key: str
    knobs: Mapping[str, object]


@dataclass(frozen=True)
class RunRequest(TabRequest):
    """A request for a run."""

    action: str
    experiment: object
    cell: WeightEdit | None
    change: Change | None
    before: RunSummary | None
    view: ViewOptions
    back_to: str = ""
    """The fingerprint of an earlier run that is gone back to."""
    point: SurfacePoint | None = None
    """The point of the plane whose weights are to be the starting weights."""


@dataclass(frozen=True)
class SideRequest(TabRequest):
    """A question about the run that the page shows."""

    asked: object


IN_EVERY_REQUEST = {"serial", "tab", "key", "knobs"}


def read_run_request(plain: object, content: PageContent = CATALOGUE_CONTENT) -> RunRequest:
    """The request to a page with this content; Malformed when no honest page would send it."""
    given = {"back_to": "", "point": None} | plain if isinstance(plain, dict) else plain
    own = {"act", "experiment", "cell", "change", "before", "view", "back_to", "point"}
    body = exactly(given, IN_EVERY_REQUEST | own)
    return RunRequest(
        **_tab_fields(body, content),
        action=one_of(body["act"], ACTIONS),
        experiment=body["experiment"],
        cell=None if body["cell"] is None else _cell(body["cell"]),
        change=None if body["change"] is None else _change(body["change"]),
        before=None if body["before"] is None else read_summary(body["before"], content.knobs),
        view=_view(body["view"]),
        back_to=text_within(body["back_to"], 8),
        point=None if body["point"] is None else _point(body["point"]),
    )


def read_side_request(plain: object, content: PageContent = CATALOGUE_CONTENT) -> SideRequest:
    """The question to a page with this content; its own arguments are not checked yet."""
    body = exactly(plain, IN_EVERY_REQUEST | {"asked"})
    return SideRequest(**_tab_fields(body, content), asked=body["asked"])


def number_in(text: str) -> float:
    """A weight as typed, or Refused."""
    try:
        value = float(tidied(text))
    except ValueError:
        value = math.nan
    if not abs(value) <= LARGEST_WEIGHT:
        raise Refused("edit", "A weight is a number from −1,000,000 to 1,000,000, such as −0.49.")
    return value


def _tab_fields(body: Mapping[str, Any], content: PageContent) -> dict[str, Any]:
    return {
        "serial": whole_upto(body["serial"], LARGEST_SERIAL),
        "tab": text_within(body["tab"], 64),
        "key": one_of(body["key"], content.rows),
        "knobs": _knobs(body["knobs"], content.knobs),
    }


def _knobs(plain: object, knobs: Knobs) -> dict[str, object]:
    rows = plain_knobs(knobs)
    body = exactly(plain, {knob.name for knob in rows})
    return {knob.name: _knob(knob, body[knob.name]) for knob in rows}


def _knob(knob: Knob, value: object) -> object:
    """A knob's value as a page can send it: of a choice or a switch a value, of a number its typed or dragged form."""
    match knob.kind:
        case Choice(options=options):
            return one_of(value, options)
        case Switch():
            return yes_or_no(value)
        case Text() | WholeNumbers():
            return text_within(value, LONGEST_FORMULA)
        case Whole(none=none) if none and value is None:
            return None
        case _:
            return _position(value) if isinstance(value, dict) and knob.name in VALUE_AT else _typed(value)


def _position(plain: object) -> dict[str, float]:
    position = finite(exactly(plain, {"position"})["position"])
    if not 0 <= position <= 1:
        raise Malformed("A slider's position is outside its track.")
    return {"position": position}


def _typed(value: object) -> object:
    return text_within(value, 64) if isinstance(value, str) else finite(value)


def _cell(plain: object) -> WeightEdit:
    body = exactly(plain, {field.name for field in fields(WeightEdit)})
    return WeightEdit(
        layer=whole_upto(body["layer"], 1000),
        name=one_of(body["name"], ("M", "b")),
        row=whole_upto(body["row"], 1000),
        column=whole_upto(body["column"], 1000),
        text=text_within(body["text"], 64),
    )


def _change(plain: object) -> Change:
    body = exactly(plain, {field.name for field in fields(Change)})
    return Change(one_of(body["do"], CHANGES), whole_upto(body["at"], MOST_ROWS), _value(body["value"]))


def _point(plain: object) -> SurfacePoint:
    body = exactly(plain, {"before", "at"})
    at = numbers_upto(body["at"], 2, LARGEST_PLACE)
    if len(at) != 2:
        raise Malformed("A point has two coordinates.")
    return SurfacePoint(body["before"], (at[0], at[1]))


def _value(value: object) -> object:
    """A number, yes or no, text, a list of texts, a table as text or points, or inputs and a target."""
    if isinstance(value, dict) and "inputs" in value:
        drawn = exactly(value, {"inputs", "ideal"})
        return {"inputs": text_within(drawn["inputs"], 64), "ideal": _ideal(drawn["ideal"])}
    if isinstance(value, dict) and "points" in value:
        return {"points": _points(exactly(value, {"points"})["points"])}
    if isinstance(value, dict):
        fields = {"text", "shuffled", "roles", "keeps", *(NAMES & set(value))}
        table = exactly({"roles": None, "keeps": False} | value, fields)
        roles = {} if table["roles"] is None else {"roles": read_roles(table["roles"])}
        plain = {"text": text_within(table["text"], LONGEST_TABLE), "shuffled": yes_or_no(table["shuffled"])}
        keeps = {"keeps": True} if yes_or_no(table["keeps"]) else {}
        return plain | keeps | roles | read_names(table)
    if isinstance(value, list):
        return _texts(value)
    if isinstance(value, str):
        return text_within(value, LONGEST_FORMULA)
    return value if value is None or isinstance(value, bool) else finite(value)


def _points(value: object) -> tuple[tuple[float, ...], ...]:
    """Points that are placed with a pointer: rows of inputs and targets."""
    if not isinstance(value, list) or not 1 <= len(value) <= MOST_POINTS:
        raise Malformed(f"A list must have from 1 to {MOST_POINTS} points.")
    return tuple(numbers_upto(row, MOST_POINT_NUMBERS, LARGEST_PLACE) for row in value)


def _ideal(value: object) -> object:
    """A target by name or by its formulas, or None."""
    if value is None:
        return None
    return _texts(value) if isinstance(value, list) else text_within(value, LONGEST_FORMULA)


def _texts(value: list[object]) -> list[str]:
    if len(value) > MOST_TEXTS:
        raise Malformed(f"A list must have at most {MOST_TEXTS} texts.")
    return [text_within(text, LONGEST_FORMULA) for text in value]


def read_summary(plain: object, knobs: Knobs = KNOBS) -> RunSummary:
    """The summary of an earlier run. One that an earlier version wrote lacks later knobs: their defaults stand in."""
    rows = naming_knobs(knobs)
    later: dict[str, Any] = {knob.name: knob.kind.plain(knob.default) for knob in rows if knob.since_v0_2}
    later |= LATER_SUMMARY_FIELDS
    body = exactly(later | plain if isinstance(plain, dict) else plain, SUMMARY_FIELDS | {knob.name for knob in rows})
    return RunSummary(
        title=text_within(body["title"], 80),
        name=text_within(body["name"], 80),
        knobs={knob.name: _summary_value(knob, body[knob.name]) for knob in rows},
        network=text_within(body["network"], 8),
        checkpoint=text_within(body["checkpoint"], 8),
        settled=None if body["settled"] is None else abs(finite(body["settled"])),
        first=0.0 if body["first"] is None else finite(body["first"]),
        diverged_at=None if body["diverged_at"] is None else whole_upto(body["diverged_at"], SAMPLES_LIMIT),
        fingerprint=text_within(body["fingerprint"], 8),
        data=text_within(body["data"], 16),
        layers=text_within(body["layers"], 8),
        held_out_loss=None if body["held_out_loss"] is None else abs(finite(body["held_out_loss"])),
        held_out_score=None if body["held_out_score"] is None else abs(finite(body["held_out_score"])),
        constant=None if body["constant"] is None else abs(finite(body["constant"])),
        halved_at=None if body["halved_at"] is None else whole_upto(body["halved_at"], SAMPLES_LIMIT),
    )


NAMES = {"names", "classes"}
"""Names that somebody has typed: of columns by their places, and of classes by their texts."""


def read_names(table: Mapping[str, Any]) -> dict[str, Any]:
    """The typed names of a table's columns and classes, where it has some; Malformed for anything else."""
    found = {kind: _texts_by_text(table[kind]) for kind in NAMES & set(table)}
    if "names" not in found:
        return found
    return found | {"names": {_place(key): name for key, name in found["names"].items()}}


def _texts_by_text(plain: object) -> dict[str, str]:
    if not isinstance(plain, dict) or len(plain) > MOST_COLUMNS:
        raise Malformed("Names of columns and of classes are objects.")
    return {text_within(key, LONGEST_TEXT): text_within(name, LONGEST_TEXT) for key, name in plain.items()}


def _place(key: object) -> int:
    if not (isinstance(key, str) and key.isascii() and key.isdigit() and len(key) < 5):
        raise Malformed("The roles and names of columns go by their places.")
    return int(key)


def read_roles(plain: object) -> dict[int, str]:
    """The roles of columns by their places, as JSON has them; Malformed for anything else."""
    if not isinstance(plain, dict) or len(plain) > MOST_COLUMNS:
        raise Malformed("The roles of columns are an object.")
    if not all(isinstance(role, str) and role in ROLES for role in plain.values()):
        raise Malformed(f"The role of a column is one of {', '.join(ROLES)}.")
    return {_place(key): role for key, role in plain.items()}


LATER_SUMMARY_FIELDS = {
    "data": "",
    "layers": "",
    "held_out_loss": None,
    "held_out_score": None,
    "constant": None,
    "halved_at": None,
    "name": "",
}
SUMMARY_FIELDS = {field.name for field in fields(RunSummary)} - {"knobs"}


def _summary_value(knob: Knob, value: object) -> object:
    """A knob's value as a run has it."""
    match knob.kind:
        case Structured():
            return text_within(value, LONGEST_TARGET if knob is IDEAL else 64)
        case Whole(none=none, high=high):
            return None if none and value is None else whole_upto(value, high)
        case Number():
            return finite(value)
        case _:
            return _knob(knob, value)


def _view(plain: object) -> ViewOptions:
    body = exactly(with_later_options(plain), {field.name for field in fields(ViewOptions)})
    limits = None if body["limits"] is None else _limits(body["limits"])
    return ViewOptions(
        theme=one_of(body["theme"], THEMES),
        limits=limits,
        maps=yes_or_no(body["maps"]),
        frame=text_within(body["frame"], 64),
        step=read_step(body["step"]),
        own=read_own(body["own"]),
        **vars(read_map_options(body)),
    )


LATER_OPTIONS: Mapping[str, object] = {
    "unit": None, "large": False, "opened": None, "held": False, "answers": None, "through": None,
}  # fmt: skip
"""Options of the maps that a page which was open before they were there does not send."""


def with_later_options(plain: object) -> object:
    """The plain options with those that such a page lacks."""
    return {**LATER_OPTIONS, **plain} if isinstance(plain, dict) else plain


def read_map_options(body: Mapping[str, Any]) -> MapOptions:
    """The options of the maps among these."""
    opened = None if body["opened"] is None else whole_upto(body["opened"], MOST_PLACES)
    large, held = yes_or_no(body["large"]), yes_or_no(body["held"])
    answers, through = _answer_options(body["answers"]), _through(body["through"])
    return MapOptions(read_axes(body["axes"]), read_unit(body["unit"]), large, opened, held, answers, through)


def _through(plain: object) -> tuple[int, ...] | None:
    """The rows that a plane goes through, from 1; whether the table has them is seen later."""
    if plain is None:
        return None
    if not isinstance(plain, list) or len(plain) not in (0, CORNERS):
        raise Malformed("A plane goes through three rows.")
    return tuple(whole_upto(row, LARGEST_ROW) for row in plain)


def _answer_options(plain: object) -> AnswerOptions | None:
    if plain is None:
        return None
    body = exactly(plain, {"set", "cell", "row", "along", "output"})
    return AnswerOptions(
        one_of(body["set"], ANSWER_SETS),
        None if body["cell"] is None else _cell_of_answers(body["cell"]),
        None if body["row"] is None else whole_upto(body["row"], LARGEST_ROW),
        None if body["along"] is None else whole_upto(body["along"], MOST_PLACES),
        whole_upto(body["output"], MOST_PLACES),
    )


def _cell_of_answers(plain: object) -> tuple[int, int]:
    if not isinstance(plain, list) or len(plain) != 2:
        raise Malformed("A cell has a row and a column.")
    wanted, answered = (whole_upto(place, MOST_PLACES) for place in plain)
    return wanted, answered


def read_step(plain: object) -> int | None:
    """The step of the page's cursor; None is the end."""
    return None if plain is None else whole_upto(plain, SAMPLES_LIMIT)


def read_own(plain: object) -> Own | None:
    """The visitor's own input, or None for the run's samples. A table has inputs of any size, and so has the page."""
    return None if plain is None else numbers_upto(plain, WIDEST_OWN, math.inf)


def read_axes(plain: object) -> tuple[int, int]:
    """The two of many inputs that the maps are drawn over."""
    if not isinstance(plain, list) or len(plain) != 2:
        raise Malformed("The maps have two axes.")
    across, up = (whole_upto(axis, 255) for axis in plain)
    if across == up:
        raise Malformed("The two axes of the maps are different inputs.")
    return across, up


def read_unit(plain: object) -> UnitPlace | None:
    """The unit that is shown like an output, if any; whether the network has it is seen later."""
    if plain is None:
        return None
    if not isinstance(plain, list) or len(plain) != 2:
        raise Malformed("A unit has the place of its layer and its own.")
    layer, index = (whole_upto(place, MOST_PLACES) for place in plain)
    return layer, index


def _limits(plain: object) -> Range:
    if not isinstance(plain, list) or len(plain) != 2:
        raise Malformed("An axis has two ends.")
    low, high = (finite(end) for end in plain)
    if not LOWEST_POWER <= low < low + NARROWEST_RANGE < high <= HIGHEST_POWER:
        raise Malformed("The ends of an axis are in order.")
    return low, high
