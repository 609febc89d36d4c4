"""The losses of a sweep as the page reads them: maps, medians, the lowest; and ranges and ticks, without the page."""

import base64
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray
from selenium.webdriver import Chrome

from engine.experiments.knobs import KNOBS
from tests.stories.modules_alone import empty_page_with
from webapp.base.ranges import read_range

AXES: dict[str, list[Any]] = {"noise": [0.0, 0.5, 1.0], "alpha": [0.1, 0.2, 0.3, 0.4], "seed": list(range(7))}
SHAPE = (3, 4, 7)
CUBE = """
const [axes, cells, losses] = arguments[0];
const order = ['alpha', 'seed', 'noise'];
window.cube = nnbench.emptyCube(axes, order);
nnbench.fillCube(cube, { cells: { dtype: 'i4', bdata: cells }, losses: { dtype: 'f4', bdata: losses } });
"""


@pytest.fixture(scope="module")
def empty_page(driver: Chrome) -> Chrome:
    modules = ("loss_cube", "axis_ranges", "axis_ticks")
    return empty_page_with(driver, *(f"sweeps/{name}.js" for name in modules), knobs=KNOBS)


def losses_of_runs() -> NDArray[np.float32]:
    """A loss for each cell, of which some diverged."""
    losses = np.random.RandomState(3).lognormal(size=SHAPE).astype(np.float32)
    losses[2, 3, :5] = np.nan
    losses[0, 0, 0] = np.nan
    return losses


def filled(page: Chrome, losses: NDArray[np.float32], cells: NDArray[Any]) -> None:
    """The page has a cube with the losses of these cells."""
    texts = [base64.b64encode(array.tobytes()).decode() for array in (cells.astype("<i4"), losses.ravel()[cells])]
    page.execute_script(CUBE, [[list(row) for row in AXES.items()], *texts])


def answer(page: Chrome, script: str, *values: Any) -> Any:
    return page.execute_script(f"return {script}", *values)


VIEW = "{ x: 'alpha', y: 'noise', at: { seed: null }, share: %s }"
WHOLE = "{ x: [0, 4], y: [0, 3] }"


def test_a_map_has_the_share_of_its_losses_at_each_place(empty_page: Chrome) -> None:
    losses = losses_of_runs()
    filled(empty_page, losses, np.arange(84))
    sorted_ = np.sort(np.where(np.isnan(losses), np.inf, losses), axis=-1)
    for share, expected in ((0.5, sorted_[..., 3]), (0.1, sorted_[..., 0]), (0.9, sorted_[..., 6])):
        values = f"nnbench.gridOf(cube, {VIEW % share}, {WHOLE}, [9, 9]).values"
        grid = answer(empty_page, f"[...{values}].map((x) => x === Infinity ? 'lost' : x)")
        assert [np.inf if value == "lost" else value for value in grid] == expected.ravel().tolist()
    assert answer(empty_page, "[cube.made, cube.lost, cube.names]") == [84, 6, ["alpha", "seed", "noise"]]


def test_a_map_with_less_space_than_places_shows_some_of_them_evenly(empty_page: Chrome) -> None:
    filled(empty_page, losses_of_runs(), np.arange(84))
    view = "{ x: 'seed', y: 'alpha', at: { noise: 1 }, share: 0.5 }"
    grid = f"nnbench.gridOf(cube, {view}, {{ x: [1, 7], y: [0, 4] }}, [3, 2])"
    assert answer(empty_page, f"[...{grid}.columns]") == [2, 4, 6]
    values = answer(empty_page, f"[...{grid}.values]")
    assert values == losses_of_runs()[1][np.ix_([1, 3], [2, 4, 6])].ravel().tolist()


def test_runs_that_are_not_made_count_for_nothing(empty_page: Chrome) -> None:
    losses = losses_of_runs()
    filled(empty_page, losses, np.arange(28, 31))
    values = answer(empty_page, f"[...nnbench.gridOf(cube, {VIEW % 0.5}, {WHOLE}, [9, 9]).values]")
    assert values == [-1.0] * 4 + [float(np.median(losses[1, 0, :3]))] + [-1.0] * 7
    assert answer(empty_page, f"nnbench.summaryAt(cube, {VIEW % 0.5}, {{ alpha: 1, noise: 0 }})") == {
        "runs": 7,
        "made": 0,
    }
    lowest = answer(empty_page, "nnbench.lowestCell(cube)")
    assert (lowest["cell"], lowest["ties"]) == (28 + int(np.argmin(losses[1, 0, :3])), 1)


def test_the_lowest_median_and_the_run_in_the_middle_are_found(empty_page: Chrome) -> None:
    losses = losses_of_runs()
    filled(empty_page, losses, np.arange(84))
    medians = np.median(np.where(np.isnan(losses), np.inf, losses), axis=-1)
    best = answer(empty_page, "nnbench.lowestMedian(cube, ['seed'])")
    assert best["cell"] == 7 * int(np.argmin(medians))
    assert best["median"] == medians.min()
    places = "{ alpha: 1, noise: 2 }"
    cell = answer(empty_page, f"nnbench.middleCell(cube, {VIEW % 0.5}, {places})")
    assert losses.ravel()[cell] == medians[2, 1]
    assert answer(empty_page, "nnbench.placesOfCell(cube, arguments[0])", cell) == {
        "alpha": 1,
        "noise": 2,
        "seed": cell - 7 * 9,
    }
    lost = answer(empty_page, f"nnbench.summaryAt(cube, {VIEW % 0.5}, {{ alpha: 3, noise: 2 }})")
    assert (lost["made"], lost["lost"]) == (7, 5)


RANGES = [
    ({"whole": False}, ("0.001", "1", "4", True), [0.001, 0.01, 0.1, 1.0]),
    ({"whole": False}, ("0,5", "2", "4", False), [0.5, 1.0, 1.5, 2.0]),
    ({"whole": True}, ("0", "9", "10", False), list(range(10))),
    ({"whole": True}, ("1", "256", "9", True), [2**power for power in range(9)]),
    ({"whole": True}, ("0", "10", "4", False), [0, 3, 7, 10]),
    ({"whole": True}, ("1", "3", "9", False), [1, 2, 3]),
]


@pytest.mark.parametrize(("axis", "typed", "values"), RANGES)
def test_what_is_typed_is_the_range_that_it_says(
    empty_page: Chrome, axis: dict[str, bool], typed: tuple[str, str, str, bool], values: list[float]
) -> None:
    fields = dict(zip(("from", "to", "count", "log"), typed, strict=True))
    text = answer(empty_page, "nnbench.rangeText(...arguments)", axis, fields)
    assert read_range(text, "It").numbers() == pytest.approx(values)


def test_ticks_stand_at_powers_of_ten_or_at_values(empty_page: Chrome) -> None:
    alphas = np.geomspace(0.001, 1, 31).tolist()
    ticks = answer(empty_page, "nnbench.axisTicks('alpha', arguments[0], [0, 31])", alphas)
    assert [tick["text"] for tick in ticks] == ["0.001", "0.01", "0.1", "1"]
    assert [tick["at"] for tick in ticks] == pytest.approx([0, 10, 20, 30])
    ticks = answer(empty_page, "nnbench.axisTicks('seed', arguments[0], [100, 200])", list(range(1000)))
    assert [tick["text"] for tick in ticks] == ["100", "120", "140", "159", "179", "199"]
    assert all(tick["text"] == str(tick["at"]) for tick in ticks)
    assert answer(empty_page, "nnbench.lossTicks(0.05, 2)") == pytest.approx([0.05, 0.1, 0.2, 0.5, 1, 2])
