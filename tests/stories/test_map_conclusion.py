"""What a whole landscape shows is said in words, without the page."""

from typing import Any

import pytest
from selenium.webdriver import Chrome

from tests.stories.modules_alone import empty_page_with

SAID = """
const at = (map, name, k) => (name === 'samples' ? `${map.values[name][k]} samples` : `${name} ${map.values[name][k]}`);
return nnbench.conclusionOf(arguments[0], { at, of: (name) => name }, arguments[1]);
"""

UNJUDGED = {"settled": 0.3, "spread": 0}


@pytest.fixture(scope="module")
def empty_page(driver: Chrome) -> Chrome:
    return empty_page_with(driver, "landscape/conclusion.js")


def whole(rows: list[list[float | None]], x: str = "alpha", y: str = "seed") -> dict[str, Any]:
    """A map with these final losses, from the lowest row up; None where a run diverged."""
    losses = [loss for row in rows for loss in row]
    width, height = len(rows[0]), len(rows)
    values = {x: [10 * (k + 1) for k in range(width)], y: [10 * (k + 1) for k in range(height)]}
    return {
        "x": x,
        "y": y,
        "width": width,
        "height": height,
        "size": len(losses),
        "values": values,
        "settled": [0.0 if loss is None else loss for loss in losses],
        "diverged": [3 if loss is None else -1 for loss in losses],
    }


@pytest.mark.parametrize(
    ("rows", "words"),
    [
        ([[0.3, 0.2], [0.1, 0.4]], "The lowest final loss is 0.100, at alpha 10, seed 20."),
        ([[0.3, None], [0.1, None]], "The lowest final loss is 0.100, at alpha 10, seed 20; 2 of 4 runs diverge."),
        ([[None, None]], "Every run diverges."),
        ([[0.0, 0.0], [0.0, 0.0]], "Every run ends at 0."),
        ([[0.3, 0.3], [0.1, 0.1]], "The lowest final loss is 0.100, at seed 20, for every alpha."),
        ([[0.3, 0.1], [0.2, 0.1]], "The lowest final loss is 0.100, at alpha 20, for every seed."),
        ([[0.0, 0.0], [0.0, None]], "The lowest final loss is 0, in 3 of 4 runs; 1 of 4 runs diverges."),
    ],
)
def test_the_lowest_final_loss_and_what_diverges_are_named(
    empty_page: Chrome, rows: list[list[float | None]], words: str
) -> None:
    assert empty_page.execute_script(SAID, whole(rows), UNJUDGED) == words


@pytest.mark.parametrize(
    ("rows", "refused", "words"),
    [
        ([[0.3, 0.2], [0.1, 0.4]], [2], "The lowest final loss is 0.200, at alpha 20, seed 10."),
        ([[0.3, None], [0.1, 0.4]], [2], "The lowest final loss is 0.300, at alpha 10, seed 10; 1 of 3 runs diverges."),
        ([[0.3, 0.3], [0.1, 0.4]], [2, 3], "Every run ends at 0.300."),
        ([[0.3, None]], [0], "Every run diverges."),
        ([[0.3, 0.1]], [0, 1], "No pair of these values is allowed."),
    ],
)
def test_cells_that_the_bench_refuses_are_no_runs(
    empty_page: Chrome, rows: list[list[float | None]], refused: list[int], words: str
) -> None:
    refusing = SAID.replace("return", "for (const cell of arguments[2]) arguments[0].settled[cell] = NaN;\nreturn")
    assert empty_page.execute_script(refusing, whole(rows), UNJUDGED, refused) == words


@pytest.mark.parametrize(
    ("own", "words"),
    [
        ({"settled": 0.3, "spread": 0.1}, "at alpha 10, seed 20; 1 of 4 runs diverges."),
        (
            {"settled": 0.3, "spread": 0.25},
            "at alpha 10, seed 20, within the luck of the current run; 1 of 4 runs diverges.",
        ),
        (
            {"settled": 0.1, "spread": 0.15},
            "at alpha 10, seed 20; 1 more run is as low within the luck of the current run; 1 of 4 runs diverges.",
        ),
        ({"settled": None, "spread": 0.05}, "at alpha 10, seed 20; 1 of 4 runs diverges."),
    ],
)
def test_what_a_nudge_would_reach_too_is_not_sold_as_the_lowest(
    empty_page: Chrome, own: dict[str, float | None], words: str
) -> None:
    said = empty_page.execute_script(SAID, whole([[0.3, 0.24], [0.1, None]]), own)
    assert said == f"The lowest final loss is 0.100, {words}"


@pytest.mark.parametrize(
    ("steps", "diverged", "words"),
    [
        ([70, 42, -1, 50], [], "The loss is first at most 0.1 after 42 samples, at alpha 20, seed 10."),
        ([1, 42, -1, 50], [], "The loss is first at most 0.1 after 1 sample, at alpha 10, seed 10."),
        ([70, 42, 42, 50], [], "The loss is first at most 0.1 after 42 samples, in 2 of 4 runs."),
        ([-1, -1, -1, -1], [], "In no run is the loss down to 0.1."),
        (
            [70, 42, -1, 50],
            [1],
            "Of the runs that do not diverge, the loss is first at most 0.1 after 50 samples, at alpha 20, seed 20.",
        ),
    ],
)
def test_where_samples_until_a_loss_are_counted_the_quickest_run_is_named(
    empty_page: Chrome, steps: list[int], diverged: list[int], words: str
) -> None:
    losses: list[float | None] = [None if cell in diverged else 0.05 for cell in range(4)]
    map_ = whole([losses[:2], losses[2:]]) | {"steps": steps, "reaching": 0.1}
    counted = SAID.replace("arguments[1])", "arguments[1], 'sample')")
    assert empty_page.execute_script(counted, map_, UNJUDGED) == words


FALLING = [1.0, 0.5, 0.2, 0.1, 0.1, 0.1, 0.1, 0.1, 0.1, 0.1, 0.1, 0.1, 0.1, 0.1, 0.1, 0.1, 0.1]
"""Final losses of 10 to 170 samples: 40 lose nothing by not being 160."""


@pytest.mark.parametrize("turned", [False, True])
def test_so_many_samples_are_enough_as_four_times_as_many_do_not_end_lower(empty_page: Chrome, turned: bool) -> None:
    rows: list[list[float | None]] = [list(FALLING), [*FALLING], [9.0] * len(FALLING)]
    flipped: list[list[float | None]] = [list(column) for column in zip(*rows, strict=True)]
    map_ = whole(flipped, "seed", "samples") if turned else whole(rows, "samples", "seed")
    assert empty_page.execute_script(SAID, map_, UNJUDGED).endswith(" About 40 samples are enough.")


@pytest.mark.parametrize(
    ("x", "y", "place"),
    [
        ("alpha", "samples", "at alpha 10, with 20 samples"),
        ("samples", "weight_seed", "at weight_seed 20, with 10 samples"),
        ("samples", "seed", "at seed 20, with 10 samples"),
    ],
)
def test_samples_are_named_as_a_number_of_them(empty_page: Chrome, x: str, y: str, place: str) -> None:
    said = empty_page.execute_script(SAID, whole([[0.3, 0.2], [0.1, 0.4]], x, y), UNJUDGED)
    assert said == f"The lowest final loss is 0.100, {place}."


def test_samples_that_diverge_are_not_said_to_be_enough(empty_page: Chrome) -> None:
    rows: list[list[float | None]] = [[None] * 17, [None] * 17, [9.0] * 17]
    assert "enough" not in empty_page.execute_script(SAID, whole(rows, "samples", "seed"), UNJUDGED)


def test_where_every_sample_still_helps_nothing_is_said_of_enough(empty_page: Chrome) -> None:
    falling: list[float | None] = [1.0 / (k + 1) for k in range(17)]
    assert "enough" not in empty_page.execute_script(SAID, whole([falling], "samples", "seed"), UNJUDGED)
