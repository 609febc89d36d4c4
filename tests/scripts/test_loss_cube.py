"""The losses of a sweep as the page reads them: maps, medians, the lowest; and ranges and ticks, without the page."""

import base64
from collections.abc import Callable, Iterator
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from engine.experiments.knobs import BATCH, DECAY
from engine.sweeps.axes import values_over
from tests.scripts.node import Scripts, scripts
from webapp.analyses.landscape.axes import ALPHAS, POSITIONS
from webapp.base.ranges import read_range
from webapp.bench.knob_values import alpha_at

AXES: dict[str, list[Any]] = {"noise": [0.0, 0.5, 1.0], "alpha": [0.1, 0.2, 0.3, 0.4], "seed": list(range(7))}
SHAPE = (3, 4, 7)
CUBE = """
const [axes, cells, losses] = arguments[0];
const order = ['alpha', 'seed', 'noise'];
window.cube = nnbench.emptyCube(axes, order);
nnbench.fillCube(cube, { cells: { dtype: 'i4', bdata: cells }, losses: { dtype: 'f4', bdata: losses } });
"""

MODULES = ("cube/loss_cube", "cube/totals", "cube/axis_ticks")
SWEEPS = ("sweeps/map_measures", "sweeps/sweep_words", "sweeps/run_filter", "sweeps/axis_ranges")
page = scripts(*(f"{name}.js" for name in (*MODULES, *SWEEPS)))


def losses_of_runs() -> NDArray[np.float32]:
    """A loss for each cell, of which some diverged."""
    losses = np.random.RandomState(3).lognormal(size=SHAPE).astype(np.float32)
    losses[2, 3, :5] = np.nan
    losses[0, 0, 0] = np.nan
    return losses


def filled(page: Scripts, losses: NDArray[np.float32], cells: NDArray[Any]) -> None:
    """The page has a cube with the losses of these cells."""
    texts = [base64.b64encode(array.tobytes()).decode() for array in (cells.astype("<i4"), losses.ravel()[cells])]
    page.execute_script(CUBE, [[list(row) for row in AXES.items()], *texts])


def answer(page: Scripts, script: str, *values: Any) -> Any:
    return page.execute_script(f"return {script}", *values)


VIEW = "{ x: 'alpha', y: 'noise', at: { seed: null }, measure: '%s' }"
WHOLE = "{ x: [0, 4], y: [0, 3] }"


def test_a_map_has_the_share_of_its_losses_at_each_place(page: Scripts) -> None:
    losses = losses_of_runs()
    filled(page, losses, np.arange(84))
    sorted_ = np.sort(np.where(np.isnan(losses), np.inf, losses), axis=-1)
    for measure, expected in (("median", sorted_[..., 3]), ("low", sorted_[..., 0]), ("high", sorted_[..., 6])):
        values = f"nnbench.gridOf(cube, {VIEW % measure}, {WHOLE}, [9, 9]).values"
        grid = answer(page, f"[...{values}].map((x) => x === Infinity ? 'lost' : x)")
        assert [np.inf if value == "lost" else value for value in grid] == expected.ravel().tolist()
    assert answer(page, "[cube.made, cube.lost, cube.names]") == [84, 6, ["alpha", "seed", "noise"]]


def test_a_map_with_less_space_than_places_shows_some_of_them_evenly(page: Scripts) -> None:
    filled(page, losses_of_runs(), np.arange(84))
    view = "{ x: 'seed', y: 'alpha', at: { noise: 1 }, measure: 'median' }"
    grid = f"nnbench.gridOf(cube, {view}, {{ x: [1, 7], y: [0, 4] }}, [3, 2])"
    assert answer(page, f"[...{grid}.columns]") == [2, 4, 6]
    values = answer(page, f"[...{grid}.values]")
    assert values == losses_of_runs()[1][np.ix_([1, 3], [2, 4, 6])].ravel().tolist()


def test_a_view_offers_the_measures_that_its_places_have(page: Scripts) -> None:
    filled(page, losses_of_runs(), np.arange(84))
    for view, more in (
        ("{ x: 'alpha', y: 'noise', at: { seed: null } }", ["low", "high", "luck"]),
        ("{ x: 'alpha', y: 'seed', at: { noise: null } }", ["low", "high"]),
        ("{ x: 'alpha', y: 'noise', at: { seed: 2 } }", []),
        ("{ x: 'alpha', y: null, at: { seed: null, noise: 1 } }", []),
    ):
        assert answer(page, f"nnbench.measuresOf(cube, {view})") == ["median", *more], view


def test_runs_that_are_not_made_count_for_nothing(page: Scripts) -> None:
    losses = losses_of_runs()
    filled(page, losses, np.arange(28, 31))
    values = answer(page, f"[...nnbench.gridOf(cube, {VIEW % 'median'}, {WHOLE}, [9, 9]).values]")
    assert values == [-1.0] * 4 + [float(np.median(losses[1, 0, :3]))] + [-1.0] * 7
    found = answer(page, f"nnbench.summaryAt(cube, {VIEW % 'median'}, {{ alpha: 1, noise: 0 }})")
    assert found == {"runs": 7, "made": 0}
    lowest = answer(page, "nnbench.lowestCell(cube)")
    assert (lowest["cell"], lowest["ties"]) == (28 + int(np.argmin(losses[1, 0, :3])), 1)


def test_the_lowest_median_and_the_run_in_the_middle_are_found(page: Scripts) -> None:
    losses = losses_of_runs()
    filled(page, losses, np.arange(84))
    medians = np.median(np.where(np.isnan(losses), np.inf, losses), axis=-1)
    best = answer(page, "nnbench.lowestMedian(cube, ['seed'])")
    assert best["cell"] == 7 * int(np.argmin(medians))
    assert best["median"] == medians.min()
    places = "{ alpha: 1, noise: 2 }"
    cell = answer(page, f"nnbench.middleCell(cube, {VIEW % 'median'}, {places})")
    assert losses.ravel()[cell] == medians[2, 1]
    found = answer(page, "nnbench.placesOfCell(cube, arguments[0])", cell)
    assert found == {"alpha": 1, "noise": 2, "seed": cell - 7 * 9}
    lost = answer(page, f"nnbench.summaryAt(cube, {VIEW % 'median'}, {{ alpha: 3, noise: 2 }})")
    assert (lost["made"], lost["lost"]) == (7, 5)


NONE_LEFT = -2.0
FILTERS = [
    ({"kind": "all", "limit": None}, lambda losses: losses > -1, ""),
    ({"kind": "most", "limit": 0.9}, lambda losses: losses <= np.float32(0.9), "?at_most=0.9"),
    ({"kind": "least", "limit": 0.9}, lambda losses: (losses >= np.float32(0.9)) & (losses < np.inf), "?at_least=0.9"),
    ({"kind": "lost", "limit": 0.9}, lambda losses: losses == np.inf, "?diverged=yes"),
    ({"kind": "most", "limit": 0}, lambda losses: losses < 0, "?at_most=0"),
]
"""Filters, the runs that each leaves, and its text in the address of a file."""


@pytest.mark.parametrize(("chosen", "leaves", "query"), FILTERS)
def test_a_filter_acts_on_all_that_is_read(
    page: Scripts, chosen: dict[str, Any], leaves: Callable[[Any], Any], query: str
) -> None:
    losses = np.where(np.isnan(losses_of_runs()), np.float32(np.inf), losses_of_runs())
    filled(page, losses_of_runs(), np.arange(84))
    page.execute_script("cube.left = nnbench.lossesLeft(arguments[0])", chosen)
    left = leaves(losses)
    count = {"count": int(left.sum()), "lost": int((losses[left] == np.inf).sum())}
    assert answer(page, "nnbench.countLeft(cube)") == count
    assert answer(page, "nnbench.filterQuery(arguments[0])", chosen) == query
    lows = [float(min(cell[kept])) if kept.any() else NONE_LEFT for cell, kept in cells_of(losses, left)]
    values = f"[...nnbench.gridOf(cube, {VIEW % 'low'}, {WHOLE}, [9, 9]).values]"
    found = answer(page, f"{values}.map((x) => x === Infinity ? 'lost' : x)")
    assert [np.inf if value == "lost" else value for value in found] == lows
    shares = [kept.mean() if kept.any() else NONE_LEFT for _, kept in cells_of(losses, left)]
    grid = f"nnbench.gridOf(cube, {VIEW % 'left'}, {WHOLE}, [9, 9])"
    if query:
        assert answer(page, f"[...{grid}.values]") == pytest.approx(shares)
    finite = left & (losses < np.inf)
    lowest = answer(page, "nnbench.lowestCell(cube)?.cell ?? null")
    assert lowest == (int(np.argmin(np.where(finite, losses, np.inf))) if finite.any() else None)
    kept = left[2, 3]
    summary = answer(page, f"nnbench.summaryAt(cube, {VIEW % 'median'}, {{ alpha: 3, noise: 2 }})")
    assert (summary["made"], summary["left"]) == (7, kept.sum())
    middle = answer(page, f"nnbench.middleCell(cube, {VIEW % 'median'}, {{ alpha: 3, noise: 2 }})")
    assert middle is None if not kept.any() else left.ravel()[middle]


def cells_of(losses: NDArray[Any], left: NDArray[Any]) -> Iterator[tuple[NDArray[Any], NDArray[Any]]]:
    """The losses of each place of the map over α and noise, row after row, and which of them are left."""
    yield from zip(losses.reshape(12, 7), left.reshape(12, 7), strict=True)


def test_what_is_left_is_said_and_that_what_diverged_has_no_loss(page: Scripts) -> None:
    filled(page, losses_of_runs(), np.arange(84))
    page.execute_script("cube.left = nnbench.lossesLeft({ kind: 'least', limit: 1e-9 })")
    said = answer(page, "nnbench.leftText(cube, { kind: 'least' })")
    assert said == "78 of 84 runs are left (93 %). A run that diverged has no final loss."
    page.execute_script("cube.left = nnbench.lossesLeft({ kind: 'lost' })")
    assert answer(page, "nnbench.leftText(cube, { kind: 'lost' })") == "6 of 84 runs are left (7 %)."
    assert answer(page, "nnbench.leftText(cube, { kind: 'all' })") == ""


def test_where_most_runs_are_left_is_found_and_said(page: Scripts) -> None:
    losses = losses_of_runs()
    filled(page, losses, np.arange(84))
    page.execute_script("cube.left = nnbench.lossesLeft({ kind: 'lost' })")
    assert answer(page, "nnbench.mostLeft(cube, ['seed'])") == {
        "cell": 7 * 11, "left": 5, "made": 7, "share": pytest.approx(5 / 7), "ties": 1,
    }  # fmt: skip
    said = "Every run that is left diverges. Most are left at α 0.4, noise 1: 5 of 7."
    assert answer(page, "nnbench.findingText(cube)") == said
    page.execute_script("cube.left = nnbench.lossesLeft({ kind: 'most', limit: 1e-9 })")
    assert answer(page, "nnbench.findingText(cube)") == "No run is left."
    says = answer(page, f"nnbench.cellText(cube, {VIEW % 'left'}, {{ alpha: 3, noise: 2 }})")
    assert says == "α 0.4, noise 1: none of 7 runs over data seed is left."


def test_runs_that_are_still_to_run_are_not_those_that_a_filter_leaves_out(page: Scripts) -> None:
    filled(page, losses_of_runs(), np.arange(28, 31))
    page.execute_script("cube.left = nnbench.lossesLeft({ kind: 'most', limit: 1e-9 })")
    values = answer(page, f"[...nnbench.gridOf(cube, {VIEW % 'median'}, {WHOLE}, [9, 9]).values]")
    assert values == [-1.0] * 4 + [NONE_LEFT] + [-1.0] * 7
    says = answer(page, f"nnbench.cellText(cube, {VIEW % 'left'}, {{ alpha: 3, noise: 2 }})")
    assert says == "α 0.4, noise 1 is still to run."


def test_of_a_sweep_that_ended_early_the_finding_speaks_of_the_runs_that_are_made(page: Scripts) -> None:
    losses = losses_of_runs()
    filled(page, losses, np.arange(28, 59))
    median = float(np.median(losses[1, 1]))
    finding = answer(page, "nnbench.findingText(cube)")
    start = f"Over 7 data seeds the median final loss of the runs made is lowest at α 0.2, noise 0.5: {median:.3f} "
    assert finding.startswith(start)
    assert "The lowest final loss of a single run made is" in finding
    assert finding.endswith("% is luck of the data seed; the rest follows from α and noise.")
    assert " Of how the runs made rank, " in finding
    assert answer(page, "nnbench.leftText(cube, { kind: 'most' })") == "31 of 31 runs made are left (100 %)."
    says = answer(page, f"nnbench.cellText(cube, {VIEW % 'median'}, {{ alpha: 0, noise: 1 }})")
    assert " as much as over the map so far." in says


def test_a_place_whose_runs_all_diverged_is_said_so(page: Scripts) -> None:
    losses = losses_of_runs()
    losses[2, 3] = np.nan
    filled(page, losses, np.arange(84))
    says = answer(page, f"nnbench.cellText(cube, {VIEW % 'median'}, {{ alpha: 3, noise: 2 }})")
    assert says == "α 0.4, noise 1: each of 7 runs over data seed diverged."


RANGES = [
    ({"whole": False}, ("0.001", "1", "4", True), [0.001, 0.01, 0.1, 1.0]),
    ({"whole": False}, ("0,5", "2", "0x4", False), [0.5, 1.0, 1.5, 2.0]),
    ({"whole": True}, ("0", "9", "10", False), list(range(10))),
    ({"whole": True}, ("1", "256", "9", True), [2**power for power in range(9)]),
    ({"whole": True}, ("0", "10", "4", False), [0, 3, 7, 10]),
    ({"whole": True}, ("1", "3", "9", False), [1, 2, 3]),
]


MISTAKES = [
    (("a lot", "1", "4", True), "from", "From is a number, and “a lot” is none."),
    (("1", "", "4", True), "to", "To is a number."),
    (("1", "2", "2,5", False), "count", "Values is a whole number from 2 up, and “2,5” is none."),
    (("1", "2", "1", False), "count", "Values is a whole number from 2 up, and “1” is none."),
    (("1", "0", "4", True), "to", "Only numbers above 0 go by a factor."),
    (("100", "1.000 ", "4", False), "to", "1.000 may mean 1 or 1,000. Type it without a dot."),
    (("1", "2", "3.000", False), "count", "3.000 may mean 3 or 3,000. Type it without a dot."),
]


@pytest.mark.parametrize(("typed", "part", "sentence"), MISTAKES)
def test_what_is_no_range_is_said_in_the_words_of_its_fields(
    page: Scripts, typed: tuple[str, str, str, bool], part: str, sentence: str
) -> None:
    fields = dict(zip(("from", "to", "count", "log"), typed, strict=True))
    assert answer(page, "nnbench.fieldMistake({ whole: true }, arguments[0])", fields) == {
        "part": part, "sentence": sentence,
    }  # fmt: skip


@pytest.mark.parametrize(("axis", "typed", "values"), RANGES)
def test_what_is_typed_is_the_range_that_it_says(
    page: Scripts, axis: dict[str, bool], typed: tuple[str, str, str, bool], values: list[float]
) -> None:
    fields = dict(zip(("from", "to", "count", "log"), typed, strict=True))
    text = answer(page, "nnbench.rangeText(...arguments)", axis, fields)
    assert read_range(text, "It").numbers() == pytest.approx(values)


def ticks_of(page: Scripts, name: str, values: list[Any]) -> Any:
    """The ticks of a landscape's axis."""
    return answer(page, "nnbench.axisTicks(arguments[0], arguments[1], [0, arguments[1].length], 5)", name, values)


def test_ticks_stand_at_powers_of_ten_at_marks_or_at_values(page: Scripts) -> None:
    alphas = np.geomspace(0.001, 1, 31).tolist()
    ticks = answer(page, "nnbench.axisTicks('alpha', arguments[0], [0, 31])", alphas)
    assert [tick["text"] for tick in ticks] == ["0.001", "0.01", "0.1", "1"]
    assert [tick["at"] for tick in ticks] == pytest.approx([0, 10, 20, 30])
    ticks = answer(page, "nnbench.axisTicks('seed', arguments[0], [100, 200])", list(range(1000)))
    assert [tick["text"] for tick in ticks] == ["100", "120", "140", "159", "179", "199"]
    assert all(tick["text"] == str(tick["at"]) for tick in ticks)
    marked = [(tick["at"], tick["text"]) for tick in ticks_of(page, "alpha", list(ALPHAS))]
    assert [text for _, text in marked] == [".01", ".03", ".1", ".25", ".5"]
    for at, text in marked:
        assert alpha_at(POSITIONS[0] + 0.015 * at) == pytest.approx(float(text), rel=0.02)
    powers = [tick["text"] for tick in ticks_of(page, "decay", list(values_over(DECAY)))]
    assert powers == ["0", "0.001", "0.01", "0.1", "1"]
    assert [tick["at"] for tick in ticks_of(page, "batch", list(values_over(BATCH)))] == [0, 2, 4, 6, 8]
    assert [tick["text"] for tick in ticks_of(page, "nesterov", [False, True])] == ["off", "on"]
    assert answer(page, "nnbench.evenTicks(-1.5, 4.5)") == [0, 2, 4]
    assert answer(page, "nnbench.evenTicks(77, 300)") == [100, 150, 200, 250, 300]
    assert answer(page, "nnbench.lossTicks(0.05, 2)") == pytest.approx([0.05, 0.1, 0.2, 0.5, 1, 2])
