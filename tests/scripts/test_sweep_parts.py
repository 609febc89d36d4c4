"""The parts of a sweep that is too large for the page: their runs, and the places of these, without the page."""

import math
from typing import Any

import numpy as np
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.scripts.node import Scripts, scripts
from webapp.figures.encode import packed

WHOLE = """
const [counts, order] = arguments[0];
const axes = counts.map(([name, count]) => [name, Array.from({ length: count }, (_, k) => k / 10)]);
window.whole = nnbench.sweepLayout(axes, order);
"""

MODULES = ("cube/axis_words", "cube/loss_cube", "sweeps/sweep_parts", "sweeps/sweep_words", "sweeps/run_filter")
page = scripts(*(f"{name}.js" for name in MODULES))


def answer(page: Scripts, script: str, *values: Any) -> Any:
    return page.execute_script(f"return {script}", *values)


def has_sweep(page: Scripts, **counts: int) -> None:
    """The page has a sweep with these counts of values of its axes, numbered in this order."""
    page.execute_script(WHOLE, [list(counts.items()), ["alpha", "seed", "weight_seed", "noise"]])


def seen(page: Scripts, view: dict[str, Any], x: list[int], y: list[int], most: int) -> dict[str, list[int]]:
    found: dict[str, list[int]] = answer(
        page, "nnbench.partSeen(whole, arguments[0], { x: arguments[1], y: arguments[2] }, arguments[3])", view, x, y,
        most,
    )  # fmt: skip
    return found


def runs_of(part: dict[str, list[int]]) -> int:
    return math.prod(len(range(*places)) for places in part.values())


HELD = {"alpha": 3, "seed": None, "weight_seed": None, "noise": 2}
MAP: dict[str, Any] = {"x": "alpha", "y": "seed", "at": HELD}


def test_the_longest_axes_that_are_drawn_are_thinned_first_and_seeds_last(page: Scripts) -> None:
    has_sweep(page, noise=5, alpha=1000, seed=300, weight_seed=40)
    assert seen(page, MAP, [0, 1000], [0, 300], 60_000_000)["alpha"] == [0, 1000, 1]
    part = seen(page, MAP, [0, 1000], [0, 300], 2_000_000)
    assert part == {"alpha": [0, 1000, 4], "seed": [0, 300, 2], "weight_seed": [0, 40, 1], "noise": [2, 3, 1]}
    few = seen(page, MAP, [0, 1000], [0, 300], 40_000)
    assert few == {"alpha": [0, 1000, 16], "seed": [0, 300, 8], "weight_seed": [0, 40, 4], "noise": [2, 3, 1]}


def test_a_part_of_a_zoomed_map_has_what_lies_beside_it_and_its_places_are_multiples(page: Scripts) -> None:
    has_sweep(page, noise=5, alpha=1000, seed=300, weight_seed=40)
    part = seen(page, MAP, [501, 601], [50, 100], 210_000)
    assert part["alpha"] == [448, 651, 4]
    assert part["seed"] == [25, 125, 1]
    assert seen(page, MAP, [500, 510], [50, 60], 200_000)["alpha"] == [495, 515, 1]


ranges = st.tuples(st.integers(0, 90), st.integers(4, 100)).map(lambda pair: [pair[0], min(100, sum(pair))])


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None, max_examples=60)
@given(x=ranges, y=ranges, most=st.integers(1, 10**6), held=st.booleans())
def test_any_part_is_small_enough_shows_all_that_is_seen_and_is_found_again(
    page: Scripts, x: list[int], y: list[int], most: int, held: bool
) -> None:
    has_sweep(page, noise=9, seed=100, alpha=100, weight_seed=13)
    view = {**MAP, "at": {**HELD, "noise": 2 if held else None}}
    part = seen(page, view, x, y, most)
    assert runs_of(part) <= most
    for name, (first, end) in (("alpha", x), ("seed", y)):
        start, stop, every = part[name]
        assert start <= first
        assert stop >= end
        assert every == 1 or start % every == 0
        assert every & (every - 1) == 0
    found = answer(
        page,
        "nnbench.cubeLike([{ part: arguments[0] }], arguments[0], whole, arguments[1], { x: arguments[2], "
        "y: arguments[3] })?.part ?? null",
        part, view, x, y,
    )  # fmt: skip
    assert found == part


def test_a_part_is_drawn_for_what_it_has_alone(page: Scripts) -> None:
    has_sweep(page, noise=5, alpha=1000, seed=300, weight_seed=40)
    coarse = {"alpha": [0, 1000, 8], "seed": [0, 300, 1], "weight_seed": [0, 40, 1], "noise": [2, 3, 1]}
    fine = {"alpha": [400, 700, 2], "seed": [0, 100, 1], "weight_seed": [0, 40, 1], "noise": [2, 3, 1]}
    cubes = "arguments[0].map((part) => ({ part }))"
    finest = f"nnbench.finestCube({cubes}, whole, arguments[1], arguments[2])?.part ?? null"
    rows: list[tuple[dict[str, Any], list[int], dict[str, Any] | None]] = [
        (MAP, [500, 600], fine),
        (MAP, [300, 600], coarse),
        ({**MAP, "at": {**HELD, "noise": 3}}, [500, 600], None),
        ({**MAP, "at": {**HELD, "noise": None}}, [500, 600], None),
        ({**MAP, "at": {**HELD, "weight_seed": 7}}, [500, 600], fine),
    ]
    for view, x, part in rows:
        assert answer(page, finest, [coarse, fine], view, {"x": x, "y": [0, 90]}) == part


def test_a_cell_of_a_part_is_a_run_of_the_whole_sweep(page: Scripts) -> None:
    shape = {"noise": 5, "alpha": 40, "seed": 30, "weight_seed": 4}
    has_sweep(page, **shape)
    part = {"noise": [2, 3, 1], "alpha": [8, 40, 4], "seed": [3, 21, 1], "weight_seed": [0, 4, 2]}
    page.execute_script("window.cube = nnbench.cubeOfPart(whole, arguments[0])", part)
    assert answer(page, "nnbench.partQuery(cube)") == "2:3:1,8:40:4,3:21:1,0:4:2"
    numbers = np.arange(math.prod(shape.values())).reshape(tuple(shape.values()))
    taken = numbers[tuple(slice(*part[name]) for name in shape)].ravel().tolist()
    assert answer(page, "Array.from(cube.losses, (_, cell) => nnbench.wholeCell(cube, cell))") == taken
    assert answer(page, "cube.values.alpha") == [k / 10 for k in range(8, 40, 4)]
    own = answer(page, "nnbench.ownPlaces(cube, { alpha: 17, seed: 5, weight_seed: null })")
    assert own == {"alpha": 2, "seed": 2, "weight_seed": None}
    assert answer(page, "nnbench.wholePlaces(cube, { alpha: 2, seed: 2 })") == {"alpha": 16, "seed": 5}
    found = answer(page, "nnbench.ownRange(cube, { x: 'alpha', y: 'seed' }, { x: [15, 26], y: [4, 9] })")
    assert found == {"x": [1, 5], "y": [1, 6]}


def test_words_about_a_part_say_which_runs_they_are_of(page: Scripts) -> None:
    has_sweep(page, noise=3, alpha=16, seed=6)
    part = {"noise": [1, 2, 1], "alpha": [0, 16, 4], "seed": [0, 4, 2]}
    page.execute_script("window.cube = nnbench.cubeOfPart(whole, arguments[0])", part)
    losses = np.array([0.5, 0.25, -1, 0.75, 0.125, 1, np.nan, 4], "<f4")
    page.execute_script("nnbench.fillWhole(cube, arguments[0])", packed(losses))
    assert answer(page, "[cube.made, cube.lost]") == [7, 1]
    found = answer(page, "nnbench.readHereText(cube)")
    assert found == "7 of the 288 runs are read here: every 4th α, every 2nd data seed from 0 to 0.2, noise 0.1."
    finding = answer(page, "nnbench.findingText(cube)")
    assert "The lowest final loss of a single run read here is 0.125, at α 0.8, data seed 0, noise 0.1." in finding
    assert "% is luck of the data seed; the rest follows from α." in finding
    view = "{ x: 'alpha', y: '', at: { alpha: null, seed: null, noise: 0 }, measure: 'median' }"
    says = answer(page, f"nnbench.cellText(cube, {view}, {{ alpha: 0 }})")
    assert "of 2 runs over every 2nd data seed" in says
    assert answer(page, "nnbench.leftText(cube, { kind: 'most', limit: 1 })") == (
        "7 of 7 runs read here are left (100 %)."
    )
