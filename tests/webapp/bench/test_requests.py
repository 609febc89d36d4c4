"""A request is what an honest page sends, or it is malformed."""

import itertools
import json
import math
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.data.inputs import LARGEST_SEED, SAMPLES_LIMIT
from engine.data.table import MOST_OUTPUTS
from engine.experiments.catalogue import CATALOGUE
from engine.experiments.knobs import naming_knobs
from tests.webapp.asking import not_none, plain_change, plain_knobs, plain_request, refusal
from webapp.base.validation import Malformed
from webapp.bench.changes import CHANGES
from webapp.bench.knob_values import Refused
from webapp.bench.requests import (
    ACTIONS,
    Change,
    MapOptions,
    RunRequest,
    ViewOptions,
    WeightEdit,
    number_in,
    read_run_request,
)
from webapp.bench.run_summary import RunSummary

LATER = {knob.name: knob.kind.plain(knob.default) for knob in naming_knobs() if knob.since_v0_2}
KNOBS: dict[str, Any] = {"alpha": 0.1, "samples": 300, "seed": 3, "ideal": "signs", "inputs": "normal"}
RUN = RunSummary("tanh learns signs", LATER | KNOBS, "5a1f0c3e", "b99ad4a3", 0.12, 2.38, None, "f0094f17")
SUMMARY = RUN.plain()
CELL: dict[str, Any] = {"layer": 0, "name": "M", "row": 1, "column": 0, "text": "−0.49"}
VIEW: dict[str, Any] = {
    "theme": "dark", "limits": [-2, 1.5], "maps": False, "frame": "0123456789ab", "axes": [2, 0], "step": 189,
    "own": [5e300, -2], "unit": [1, 3], "large": True, "opened": 1, "held": True,
}  # fmt: skip


def test_an_honest_request_is_read_whole_whatever_its_act_experiment_or_change() -> None:
    ask = read_run_request(plain_request(cell=CELL, before=SUMMARY, view=VIEW))
    assert (ask.serial, ask.action, ask.key) == (1, "turn", "tanh-signs")
    assert ask.knobs == plain_knobs() | {"alpha": 0.1, "samples": 300, "seed": 3, "filter": "both"}
    assert (ask.cell, ask.before) == (WeightEdit(0, "M", 1, 0, "−0.49"), RUN)
    kept = {name: VIEW[name] for name in ("maps", "frame", "step", "large", "opened", "held")}
    assert ask.view == ViewOptions("dark", (-2, 1.5), axes=(2, 0), own=(5e300, -2.0), unit=(1, 3), **kept)
    assert json.loads(json.dumps(plain_request())) == plain_request()
    for key, act in itertools.product(CATALOGUE, ACTIONS):
        assert read_run_request(plain_request(act, key)).action == act
    for do in CHANGES:
        assert read_run_request(plain_change(do, 1, "x")).change == Change(do, 1, "x")
    for alpha in [{"position": 0}, {"position": 1}, {"position": 0.3}, "abc", "", "1e999", 0, -1.5, 3]:
        assert read_run_request(plain_request(knobs=plain_knobs(alpha=alpha))).knobs["alpha"] == alpha
    for value in [
        None, True, False, -1, 3, 1.5, 10**25, "", "x" * 1000, [], ["v0"] * 16,
        {"text": "1 2" * 1000, "shuffled": True}, {"inputs": "grid", "ideal": None},
        {"inputs": "grid", "ideal": "xor"}, {"inputs": "grid", "ideal": ["v0"] * 16},
    ]:  # fmt: skip
        assert not_none(read_run_request(plain_change("target", 0, value)).change).value == value
    points = read_run_request(plain_change("points", 0, {"points": [[0.5, -1, 1]]})).change
    assert not_none(points).value == {"points": ((0.5, -1.0, 1.0),)}
    widest = [0.25] * (2 + MOST_OUTPUTS)
    points = read_run_request(plain_change("points", 0, {"points": [widest]})).change
    assert not_none(points).value == {"points": (tuple(widest),)}


HOSTILE: list[Any] = [None, True, "1", -1, 1.5, 2**60, [], {}, [1], {"a": 1}, "x" * 100, math.nan, math.inf, 10**400]
"""Values of every type that JSON has, and some that it has not."""


def reject(plain: object) -> None:
    with pytest.raises(Malformed) as malformed:
        read_run_request(plain)
    assert str(malformed.value).endswith(".")


def test_what_is_no_object_with_the_right_names_types_and_ranges_is_malformed() -> None:
    for plain in HOSTILE:
        reject(plain)
    for name in sorted(set(plain_request()) - {"back_to", "point"}):
        reject({key: value for key, value in plain_request().items() if key != name})
        reject(plain_request() | {"more": 1})
    for name in CHANGE:
        reject(plain_request("change", change={key: value for key, value in CHANGE.items() if key != name}))
        reject(plain_request("change", change=CHANGE | {"more": 1}))
    for rows, request_with in (
        (ROWS, lambda part: plain_request() | part),
        (KNOB_ROWS, lambda part: plain_request(knobs=plain_knobs() | part)),
        (VIEW_ROWS, lambda part: plain_request(view=VIEW | part)),
        (CELL_ROWS, lambda part: plain_request("edit", cell=CELL | part)),
        (CHANGE_ROWS, lambda part: plain_request("change", change=CHANGE | part)),
        (SUMMARY_ROWS, lambda part: plain_request(before=SUMMARY | part)),
    ):
        for name, values in rows:
            for value in values:
                reject(request_with({name: value}))
    assert {name for name, _ in SUMMARY_ROWS} == set(SUMMARY) - set(LATER)


def test_a_page_that_was_open_before_points_and_unit_maps_is_read() -> None:
    plain = {key: value for key, value in plain_request().items() if key not in ("back_to", "point")}
    assert read_run_request(plain) == read_run_request(plain_request())
    plain = {key: value for key, value in VIEW.items() if key not in ("unit", "large", "opened", "held")}
    options = read_run_request(plain_request(view=plain)).view.map_options
    assert options == MapOptions(axes=(2, 0), unit=None, large=False)
    before = SUMMARY | {"settled": None, "first": None, "diverged_at": 38}
    read = not_none(read_run_request(plain_request(before=before)).before)
    assert (read.settled, read.first, read.diverged_at) == (None, 0.0, 38)


def among(good: Callable[[Any], bool]) -> list[Any]:
    """The hostile values that are not good after all."""
    return [value for value in HOSTILE if not good(value)]


def none(value: object) -> bool:
    return value is None


ROWS: list[tuple[str, list[Any]]] = [
    ("serial", HOSTILE), ("tab", among(lambda v: isinstance(v, str) and len(v) <= 64)),
    ("act", [*HOSTILE, "destroy", "Turn"]), ("key", [*HOSTILE, "no-such-experiment", "__class__"]),
    *((name, among(none)) for name in ("cell", "change", "before")),
    ("point", [*among(none), {"before": None, "at": [0.0]}, {"before": None, "at": [0.0, math.nan]}]),
    ("point", [{"at": [0.0, 0.0]}, {"before": None, "at": [0.0, 0.0, 0.0]}, {"before": None, "at": ["0", 0.0]}]),
    ("view", HOSTILE), ("knobs", HOSTILE),
]  # fmt: skip

NOT_TYPED: list[Any] = [None, True, [], {}, math.nan, math.inf, 10**400, "x" * 65]
KNOB_ROWS: list[tuple[str, list[Any]]] = [
    ("alpha", [*NOT_TYPED, {"position": 2}, {"position": "0.3"}, {"position": True}, {"position": 0.3, "more": 1},
               {"at": 0.3}]),
    ("samples", [*NOT_TYPED, {"position": 0.3}]), ("seed", [*NOT_TYPED, {"position": 0.3}]),
    ("filter", [*HOSTILE, "green"]),
]  # fmt: skip

VIEW_ROWS: list[tuple[str, list[Any]]] = [
    ("theme", [*HOSTILE, "sepia"]), ("maps", among(lambda v: isinstance(v, bool))),
    ("frame", [*among(lambda v: isinstance(v, str)), "x" * 65]),
    ("limits", [*among(none), [1, 0], [0, 0], [0, math.nan], [0, math.inf], [-1e9, 1], [-331, 1], [0, 308], [0, 1e-7],
                [0, 1, 2], ["0", "1"], [True, 2]]),
    ("axes", [*HOSTILE, [0], [0, 0], [0, 1, 2], [0, -1], [0, 256], ["0", "1"], [True, 0], [0.0, 1]]),
    ("step", ["3", -1, 1.5, True, 10**9, [3]]),
    ("own", [3, "0", [None], ["0"], [True], [math.inf], [math.nan], [0.0] * 257, {"0": 1}]),
    ("unit", [*among(none), [1], [1, 0, 0], [-1, 0], [1, -1], [0, 1001], [1.0, 0], ["1", 0], [True, 0], [None, 0]]),
    ("large", among(lambda v: isinstance(v, bool))), ("held", among(lambda v: isinstance(v, bool))),
    ("opened", among(lambda v: v is None or (isinstance(v, int) and not isinstance(v, bool)))),
]  # fmt: skip

CELL_ROWS: list[tuple[str, list[Any]]] = [
    ("layer", HOSTILE), ("row", HOSTILE), ("column", HOSTILE), ("name", [*HOSTILE, "alpha", "__dict__"]),
    ("text", among(lambda v: v == "1")),
]  # fmt: skip

CHANGE: dict[str, Any] = {"do": "function", "at": 1, "value": "relu"}
CHANGE_ROWS: list[tuple[str, list[Any]]] = [
    ("do", [*HOSTILE, "destroy", "Insert", "__class__"]), ("at", [*HOSTILE, 10_001]),
    ("value", [math.nan, math.inf, 10**400, "x" * 1001, ["x"] * 17, ["x" * 1001], [None], [["x"]], {}, {"text": "1"},
               {"text": "1", "shuffled": 1}, {"text": None, "shuffled": True}, {"text": "1", "shuffled": True, "a": 1},
               {"text": "1", "shuffled": True, "keeps": 1},
               {"text": "1" * (2**20 + 1), "shuffled": False}, {"inputs": "grid"}, {"inputs": 1, "ideal": None},
               {"inputs": "grid", "ideal": 1}, {"inputs": "grid", "ideal": ["x"] * 17},
               {"inputs": "grid", "ideal": None, "a": 1}, {"points": []}, {"points": [[1]] * 501}, {"points": [1]},
               {"points": [["1"]]}, {"points": [[1e301]]}, {"points": [[0.0] * 19]}, {"points": [[1]], "a": 1}]),
]  # fmt: skip

SUMMARY_ROWS: list[tuple[str, list[Any]]] = [
    ("title", [None, 1, "x" * 81]), ("name", [None, 1, "x" * 81]), ("alpha", [None, "0.1", True, math.inf]),
    ("samples", [None, -1, 1.5, SAMPLES_LIMIT + 1]), ("seed", [None, -1, LARGEST_SEED + 1]),
    ("ideal", [None, 1, "x" * 16_001]), ("inputs", [None, 1, "x" * 65]), ("network", [None, 1, "x" * 9]),
    ("checkpoint", [None, "x" * 9]), ("settled", ["0.1", True, math.nan]), ("first", ["0.1", math.inf]),
    ("diverged_at", ["3", -1, 1.5]), ("fingerprint", [None, "x" * 9]), ("data", [None, 1, "x" * 17]),
    ("layers", [None, 1, "x" * 9]), ("held_out_loss", ["0.1", True, math.nan]),
    ("held_out_score", ["0.1", True, math.nan]),
    ("constant", ["0.1", True, math.nan]), ("halved_at", ["3", -1, 1.5]),
]  # fmt: skip

JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=70),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=8), inner, max_size=4),
    max_leaves=12,
)


@given(st.sampled_from(sorted(plain_request())), JSON)
def test_whatever_stands_in_a_part_it_is_read_or_malformed(name: str, value: object) -> None:
    try:
        ask = read_run_request(plain_request() | {name: value})
    except Malformed:
        return
    assert isinstance(ask, RunRequest)


def test_a_weight_is_read_as_people_type_it_or_refused_in_words() -> None:
    for text, value in [("−0.49", -0.49), (" 3 ", 3.0), ("1e-3", 1e-3), ("-2", -2.0), ("0", 0.0)]:
        assert number_in(text) == value
    for text in ["", "abc", "nan", "inf", "−inf", "1e999", "1,2,3", "1000001"]:
        refused = refusal(number_in, text)
        assert refused == Refused("edit", "A weight is a number from −1,000,000 to 1,000,000, such as −0.49.")
