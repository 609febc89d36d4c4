"""The plane through three rows of a table: what the network answers on it, which rows are near, why there is none."""

from typing import Any

import numpy as np
import pytest

from engine import CATALOGUE, Experiment, Network, Table, run
from engine.base.numerics import FloatArray
from engine.data.row_plane import plane_through
from engine.rules.losses import softmax
from tests.engine.asserting import known
from tests.webapp.decoding import decoded
from webapp.analyses.trajectory import step_detail
from webapp.base.validation import Malformed
from webapp.bench.actions import PreparedRun
from webapp.bench.requests import AnswerOptions, MapOptions
from webapp.figures.response_maps import GRID, LARGE_GRID
from webapp.responses.input_domain import InputDomain
from webapp.responses.rows import row_plane as responses
from webapp.responses.rows.row_plane import NEAR_PLANE, NO_PLANE, OPACITY_GRID, plane_of_rows
from webapp.responses.step_view import response_at_step, step_view_at

PENGUINS, CARS = (CATALOGUE[key].experiment for key in ("penguins", "cars"))

CORNERS = known(PENGUINS.table).rows.learned[[5, 120, 190]].tolist()


def shown(experiment: Experiment, own: FloatArray | None = None, **options: Any) -> tuple[dict[str, Any], Network]:
    """The response at the end of the experiment's run, and the network there."""
    done = run(experiment, experiment.network())
    probed = None if own is None else tuple(own.tolist())
    view = step_view_at(experiment, None, len(done.losses), done.losses, (done.trained, done.trained), probed)
    return response_at_step(view, InputDomain(experiment), MapOptions(**options)), done.trained


@pytest.mark.parametrize("large", [False, True])
def test_the_outputs_are_those_at_the_points_of_the_plane(large: bool) -> None:
    found, trained = shown(PENGUINS, through=(), large=large)
    part, X = found["plane"], known(PENGUINS.table).arrays[0]
    assert part["through"] == [89, 309, 225]
    rows = X[[88, 308, 224]]
    origin, across, up = decoded(part["vectors"]).reshape(3, -1)
    points = LARGE_GRID if large else GRID
    u, v = (np.linspace(low, low + part["side"], points) for low in part["low"])
    grid = origin + np.repeat(v, points)[:, None] * up + np.tile(u, points)[:, None] * across
    outputs = decoded(found["output"]).reshape(3, -1)
    assert np.allclose(outputs, softmax(trained.respond(grid)).T, rtol=1e-5, atol=1e-6)
    for row, (x, y) in zip(rows, part["corners"], strict=True):
        place = [low + part["side"] * share for low, share in zip(part["low"], (x, y), strict=True)]
        assert np.abs(origin + place[0] * across + place[1] * up - row).max() < 1e-12
    assert (found["marks"], found["held"], "spans" in found) == ([], [], False)
    assert part["standard"]
    assert found["scales"][1] is None


def test_rows_within_one_and_a_half_radii_are_near_and_paler_with_their_distance() -> None:
    found, _ = shown(PENGUINS, through=tuple(int(row) + 1 for row in CORNERS), large=True)
    table, near = known(PENGUINS.table), found["plane"]["near"]
    open_rows = np.concatenate([table.rows.learned, table.rows.held_out])
    X = table.arrays[0][open_rows]
    through = plane_through(table.arrays[0][CORNERS])
    off, places = through.off(X), through.shares(through.coordinates(X))
    farthest = NEAR_PLANE * table.nearness.radius
    wanted = open_rows[(off <= farthest + 1e-6) & (places >= 0).all(axis=1) & (places <= 1).all(axis=1)] + 1
    rows = decoded(near["rows"])
    assert sorted(rows) == sorted(wanted)
    assert near["count"] == len(rows)
    assert {row + 1 for row in CORNERS} <= set(rows)
    assert not set(rows - 1) & set(table.rows.test)
    by_row = dict(zip(open_rows + 1, off, strict=True))
    distances = np.array([by_row[row] for row in rows])
    assert (np.diff(distances) >= 0).all(), "the nearest come first"
    assert np.allclose(decoded(near["pale"]) / 255, distances / farthest, atol=0.003)
    assert decoded(near["targets"]).tolist() == np.argmax(table.arrays[1][rows - 1], axis=1).tolist()
    assert np.allclose(
        decoded(near["at"]).reshape(-1, 2), through.shares(through.coordinates(table.arrays[0][rows - 1]))
    )


def test_at_most_so_many_rows_are_drawn(monkeypatch: pytest.MonkeyPatch) -> None:
    all_rows = shown(PENGUINS, through=())[0]["plane"]["near"]
    monkeypatch.setattr(responses, "MOST_ROWS", 7)
    few = shown(PENGUINS, through=())[0]["plane"]["near"]
    assert few["count"] == all_rows["count"] > 7
    assert decoded(few["rows"]).tolist() == decoded(all_rows["rows"])[:7].tolist()


def test_colours_fade_with_nearness_on_a_plane_and_over_two_of_many_inputs() -> None:
    table = known(PENGUINS.table)
    x = table.learned[0][5]
    for through in ((), None):
        found, _ = shown(PENGUINS, x, through=through, large=True)
        opacity = decoded(found["opacity"]).reshape(OPACITY_GRID, OPACITY_GRID)
        domain, flat = InputDomain(PENGUINS), plane_of_rows(PENGUINS, through)
        over = None if flat is None or isinstance(flat, str) else flat.plane
        points = domain.window((0, 1), x, plane=over).points(OPACITY_GRID)
        apart = np.linalg.norm(points[:, None] - table.learned[0][None], axis=2).min(axis=1)
        wanted = np.clip((3 * table.nearness.radius - apart) / (2 * table.nearness.radius), 0, 1)
        assert np.abs(opacity.ravel() / 255 - wanted).max() < 0.003
    assert "opacity" not in shown(PENGUINS)[0], "what does not fade costs nothing"
    answers = AnswerOptions("learned", None, None, None, 0)
    assert "opacity" not in shown(PENGUINS, large=True, unit=(1, 0), answers=answers)[0]
    assert "opacity" in shown(PENGUINS, large=True, unit=(1, 0), answers=answers, through=())[0]
    assert "opacity" not in shown(CATALOGUE["circle"].experiment, large=True)[0]


def test_of_numbers_rows_have_their_targets_and_colours_the_unit_of_the_table() -> None:
    found, _ = shown(CARS, through=(), held=True)
    table, part = known(CARS.table), found["plane"]
    rows = decoded(part["near"]["rows"]) - 1
    offset, size = found["scales"][1]
    true = offset[0] + size[0] * decoded(part["near"]["targets"])
    assert np.allclose(true, table.table.arrays[1][rows, 0], rtol=1e-5)
    learned = table.rows.learned + 1
    mpg = table.table.arrays[1][:, 0]
    low, _, high = part["through"]
    assert (mpg[low - 1], mpg[high - 1]) == (mpg[learned - 1].min(), mpg[learned - 1].max())
    assert "reach" in found["output"], "while a knob is held a point has a byte"


def test_a_ring_is_where_the_probed_input_lies_near_the_plane() -> None:
    table = known(PENGUINS.table)
    near, _ = shown(PENGUINS, table.arrays[0][308], through=())
    assert near["ring"] == pytest.approx(near["plane"]["corners"][1])
    far, _ = shown(PENGUINS, table.arrays[0][308] + 50.0, through=())
    assert far["ring"] is None


@pytest.mark.parametrize(
    ("through", "says"),
    [((0, 1, 2), "Row 0 is none"), ((343, 1, 2), "Row 343 is none"), ((89, 89, 9), "are alike, so they span no plane")],
)
def test_rows_that_span_no_plane_are_refused_in_a_sentence(through: tuple[int, ...], says: str) -> None:
    found, _ = shown(PENGUINS, through=through)
    assert says in found["plane"]["none"]
    assert found["spans"], "the maps are over two inputs then"


def test_a_test_row_is_no_corner() -> None:
    row = int(known(PENGUINS.table).rows.test[0]) + 1
    assert f"Row {row} is none" in str(plane_of_rows(PENGUINS, (row, 1, 2)))


def test_a_table_whose_rows_lie_on_a_line_has_no_plane() -> None:
    rows = tuple((float(k), 2.0 * k, -1.0 * k, 1.0) for k in range(6))
    table = Table(rows, tuple(tuple(row) for row in np.eye(3)[[0, 1, 2, 0, 1, 2]].tolist()))
    experiment = PENGUINS.replace_unchecked(inputs=table, ideal="table", held_out=0, test=0, split="every")
    assert plane_of_rows(experiment, ()) == NO_PLANE


def test_inputs_that_are_drawn_or_only_two_have_no_plane() -> None:
    for key in ("circle", "tanh-signs"):
        assert "plane" not in shown(CATALOGUE[key].experiment, through=())[0]
    assert "plane" not in shown(PENGUINS)[0]


def test_a_page_asks_for_three_rows_for_the_first_ones_or_for_none() -> None:
    prepared = PreparedRun(PENGUINS, PENGUINS.network(), None)
    plain = {"step": 40, "own": None, "axes": [0, 1]}
    assert "plane" not in step_detail(prepared, plain)["response"]
    assert step_detail(prepared, plain | {"through": []})["response"]["plane"]["through"] == [89, 309, 225]
    assert step_detail(prepared, plain | {"through": [3, 2, 200]})["response"]["plane"]["through"] == [3, 2, 200]
    for wrong in ([1], [1, 2], [1, 2, 3, 4], "1,2,3", [1, 2, "3"], [1, 2, -3], [1, 2, 10**9], {"a": 1}):
        with pytest.raises(Malformed):
            step_detail(prepared, plain | {"through": wrong})
