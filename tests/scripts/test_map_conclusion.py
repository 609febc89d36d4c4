"""The finding of a whole landscape, in words, without the page."""

import re
from typing import Any

import numpy as np
import pytest

from engine import CATALOGUE, SweepResult
from engine.experiments.knobs import Number
from tests.scripts.node import Scripts, scripts
from tests.webapp.asking import prepared_for
from webapp.analyses.landscape.axes import ALPHAS
from webapp.analyses.landscape.evaluate import cells

SAID = """
const { x, y, values, losses, ...numbers } = arguments[0];
const cube = nnbench.emptyCube([[y, values[y]], [x, values[x]]], [x, y], Float64Array);
losses.forEach((loss, cell) => nnbench.putLoss(cube, cell, loss ?? Infinity));
return nnbench.conclusionOf({ cube, ...numbers }, arguments[1]);
"""
REFUSED = -3.0
RIGHT = "share of held-out rows answered right"

UNJUDGED = {"settled": None, "alpha": None}

page = scripts("landscape/conclusion.js", "cube/loss_cube.js")


Losses = list[float | None]


def whole(rows: list[Losses], x: str = "alpha", y: str = "seed") -> dict[str, Any]:
    """A map with these final losses, from the lowest row up; None where a run diverged."""
    width, height = len(rows[0]), len(rows)
    values = {x: [10 * (k + 1) for k in range(width)], y: [10 * (k + 1) for k in range(height)]}
    return {"x": x, "y": y, "values": values, "losses": [loss for row in rows for loss in row]}


@pytest.mark.parametrize(("rows", "words"), [
    ([[0.3, 0.2], [0.1, 0.4]], "The highest learning potential is 2.30, at α 10, data seed 20."),
    ([[0.3, None], [0.1, 0.1]],
     "The highest learning potential is 2.30, at data seed 20, for every α; 1 of 4 runs diverges."),
    ([[None, None]], "Every run diverges."),
    ([[0.5, 0.5]], "Every run has the learning potential 0.693."),
    ([[0.5, 0.0]], "The highest learning potential is ∞, at α 20, data seed 10."),
])  # fmt: skip
def test_a_map_of_the_potential_is_not_said_by_its_final_losses(page: Scripts, rows: list[Losses], words: str) -> None:
    shown = whole(rows)
    shown["last"] = shown["losses"]
    shown["losses"] = [None if loss is None else 9.0 - k for k, loss in enumerate(shown["last"])]
    said = SAID.replace("conclusionOf", "potentialConclusion")
    assert page.execute_script(said, shown, UNJUDGED) == words


@pytest.mark.parametrize(("rows", "words"), [
    ([[0.5, 0.985], [0.9, None]], f"The highest {RIGHT} is 98.5 %, at α 20, data seed 10; 1 of 4 runs diverges."),
    ([[1.0, 1.0]], f"Of every run the {RIGHT} is 100 %."),
    ([[None, None]], "Every run diverges."),
    ([["none", 0.5], [0.25, "none"]], f"The highest {RIGHT} is 50 %, at α 20, data seed 10."),
    ([["none", "none"]], f"There is no {RIGHT}: their targets do not differ, or numbers are too large for it."),
])  # fmt: skip
def test_a_map_of_scores_is_said_by_the_highest(page: Scripts, rows: list[list[Any]], words: str) -> None:
    scores = "losses.map((score) => (score === 'none' ? NaN : score))"
    said = SAID.replace("conclusionOf({ cube, ...numbers },", f"scoreConclusion({{ cube }}, {scores},")
    said = said.replace("loss ?? Infinity", "loss === 'none' ? 0.5 : (loss ?? Infinity)")
    assert page.execute_script(said, whole(rows), RIGHT) == words


@pytest.mark.parametrize(("rows", "words"), [
    ([[0.3, 0.2], [0.1, 0.4]], "The lowest final loss is 0.100, at α 10, data seed 20."),
    ([[0.3, None], [0.1, None]], "The lowest final loss is 0.100, at α 10, data seed 20; 2 of 4 runs diverge."),
    ([[None, None]], "Every run diverges."),
    ([[0.0, 0.0], [0.0, 0.0]], "Every run ends at 0."),
    ([[0.3, 0.3], [0.1, 0.1]], "The lowest final loss is 0.100, at data seed 20, for every α."),
    ([[0.3, 0.1], [0.2, 0.1]], "The lowest final loss is 0.100, at α 20, for every data seed."),
    ([[0.0, 0.0], [0.0, None]], "The lowest final loss is 0, in 3 of 4 runs; 1 of 4 runs diverges."),
    ([[0.3, 0.2], [REFUSED, 0.4]], "The lowest final loss is 0.200, at α 20, data seed 10."),
    ([[0.3, None], [REFUSED, 0.4]],
     "The lowest final loss is 0.300, at α 10, data seed 10; 1 of 3 runs diverges."),
    ([[0.3, 0.3], [REFUSED, REFUSED]], "Every run ends at 0.300."),
    ([[REFUSED, None]], "Every run diverges."),
    ([[REFUSED, REFUSED]], "No pair of these values is allowed."),
])  # fmt: skip
def test_the_lowest_loss_and_what_diverges_are_named_and_refused_is_no_run(
    page: Scripts, rows: list[Losses], words: str
) -> None:
    assert page.execute_script(SAID, whole(rows), UNJUDGED) == words


@pytest.mark.parametrize(("own", "words"), [
    ({"settled": 0.3, "nudgedLowest": 0.2}, "at α 10, data seed 20; 1 of 4 runs diverges."),
    ({"settled": 0.3, "nudgedLowest": 0.09},
     "at α 10, data seed 20, within the luck of the current run; 1 of 4 runs diverges."),
    ({"settled": 0.1, "nudgedLowest": 0.05}, "at α 10, data seed 20; 1 of 4 runs diverges."),
    ({"settled": 0.09, "nudgedLowest": 0.05},
     "at α 10, data seed 20; the current run ends lower, at 0.0900; 1 of 4 runs diverges."),
    ({"settled": None, "nudgedLowest": None}, "at α 10, data seed 20; 1 of 4 runs diverges."),
    ({"settled": None, "samples": 49},
     ("at α 10, data seed 20; 1 of 4 runs diverges. "
      "Where a run has fewer than 50 samples, its final loss is of fewer than 5.")),
])  # fmt: skip
def test_what_a_nudge_would_reach_is_not_the_lowest(page: Scripts, own: dict[str, float | None], words: str) -> None:
    said = page.execute_script(SAID, whole([[0.3, 0.24], [0.1, None]]), own)
    assert said == f"The lowest final loss is 0.100, {words}"


STAYING = "Of the runs that end at 0.1 or lower, the loss is first that low"


LOW = [0.05] * 4


@pytest.mark.parametrize(("losses", "steps", "words"), [
    (LOW, [70, 42, -1, 50], f"{STAYING} after 42 samples, at α 20, data seed 10."),
    (LOW, [1, 42, -1, 50], f"{STAYING} after 1 sample, at α 10, data seed 10."),
    (LOW, [70, 42, 42, 50], f"{STAYING} after 42 samples, in 2 of 4 runs."),
    (LOW, [-1, -1, -1, -1], "In no run is the loss down to 0.1."),
    ([0.05, None, 0.05, 0.05], [70, 42, -1, 50], f"{STAYING} after 50 samples, at α 20, data seed 20."),
    ([0.05, 0.948, 0.1, 0.2], [70, 11, 50, -1], f"{STAYING} after 50 samples, at α 10, data seed 20."),
    ([0.2, 0.948, 0.3, 0.2], [70, 11, 50, -1],
     "In 3 runs the loss is down to 0.1 on the way, and higher at the end."),
])  # fmt: skip
def test_where_samples_until_a_loss_are_counted_the_quickest_run_that_ends_there_is_named(
    page: Scripts, losses: Losses, steps: list[int], words: str
) -> None:
    map_ = whole([losses[:2], losses[2:]]) | {"steps": steps, "reaching": 0.1}
    counted = SAID.replace("arguments[1])", "arguments[1], 'sample')")
    assert page.execute_script(counted, map_, UNJUDGED) == words


def turned_over(rows: list[Losses], x: str, *, turned: bool) -> dict[str, Any]:
    """A map over x and data seeds, or the same one over data seeds and x."""
    return whole([list(column) for column in zip(*rows, strict=True)], "seed", x) if turned else whole(rows, x)


FALLING: Losses = [1.0, 0.5, 0.2, 0.1, 0.1, 0.1, 0.1, 0.1, 0.1, 0.1, 0.1, 0.1, 0.1, 0.1, 0.1, 0.1, 0.1]
"""Final losses of 10 to 170 samples: 40 lose nothing by not being 160."""
OVER_3 = "the median final loss over 3 data seeds"


@pytest.mark.parametrize("turned", [False, True])
def test_so_many_samples_are_enough_as_four_times_as_many_do_not_end_lower(page: Scripts, turned: bool) -> None:
    map_ = turned_over([FALLING, FALLING, [9.0 * (loss or 0.0) for loss in FALLING]], "samples", turned=turned)
    found = page.execute_script(SAID, map_, UNJUDGED)
    assert found.startswith(f"About 40 samples are enough: with four times as many {OVER_3} is not 5 % lower.")


@pytest.mark.parametrize(("losses", "words"), [
    ([1.0 / (k + 1) for k in range(17)],
     f"More than 40 samples are needed: with 160 {OVER_3} is 0.0625, with 40 it is 0.250. The"),
    ([10.0 ** (-3 * k) for k in range(17)], f"About 40 samples are enough: from there on {OVER_3} is below 10⁻⁶. The"),
    ([1.0, 0.5, None, None], "With 30 samples half of the runs or more diverge. The"),
    ([1.0, 0.5, 0.4], "The lowest final loss is 0.400, with 30 samples, for every data seed."),
])  # fmt: skip
def test_where_no_number_of_samples_is_enough_it_is_said_why(page: Scripts, losses: Losses, words: str) -> None:
    assert page.execute_script(SAID, whole([losses] * 3, "samples", "seed"), UNJUDGED).startswith(words)


BEST: list[Losses] = [[0.9, 0.30, 0.20, 0.21, 0.8], [0.9, 0.2, 0.205, 0.2, None], [0.9, 0.25, 0.01, 0.2, None]]
BEST_SAID = "α from 20 to 40 is best within luck: the lowest median final loss is 0.200, at 30."
LOWEST = "is best: the lowest median final loss is 0.100"


@pytest.mark.parametrize("turned", [False, True])
@pytest.mark.parametrize(("rows", "own", "words"), [
    (BEST, 10,
     f"Over 3 data seeds {BEST_SAID} At the current α, 10, the median is 0.900. The single lowest is 0.0100, "),
    (BEST, 60,
     f"Over 3 data seeds {BEST_SAID} At α 50, which is nearest to the current one, at least half of them div"),
    ([[0.5, 0.4, None], [0.5, 0.3, 0.1], [0.5, 0.2, 0.1]], 30,
     "No α is best within luck: over 3 data seeds the lowest median final loss is 0.100, at 30, and no other "),
    ([[0.1, 0.5]] * 3, 10, f"Over 3 data seeds α 10 {LOWEST}. The map begins at α 10: a smaller one may be better. "),
    ([[0.1, 0.0, 0.0]] * 3, 20,
     "Over 3 data seeds α from 20 to 30 is best within luck: the lowest median final loss is 0, at 20. The map "),
    ([[None, None]] * 2 + [[0.1, None]], 10,
     "At every α tried here at least half of the 3 data seeds diverge. The sin"),
    ([[0.1, 0.1], [0.2, 0.2], [0.3, 0.3]], 10, f"Every α tried here has the same {OVER_3[4:]}, 0.200. The lowest "),
    ([[0.2, 0.204]] * 3, 10, "α makes little difference: over 3 data seeds, at each one tried here, the median final "),
    ([[0.3, 0.2], [0.1, 0.4]], 10, "The lowest final loss is 0.100, at "),
    ([[0.5, REFUSED, 0.3]] * 3, 10, "Over 3 data seeds α 30 is best: "),
    ([[0.1, 0.3], [0.3, 0.2], [0.2, 0.25]], 20,
     ("No α is best within luck: over 3 data seeds the lowest median final loss is 0.200, at 10, and no "
      "other is ruled out. At the current α, 20, the median is 0.250.")),
])  # fmt: skip
def test_over_seeds_the_medians_say_which_alpha_is_best(
    page: Scripts, rows: list[Losses], own: float, words: str, turned: bool
) -> None:
    said = page.execute_script(SAID, turned_over(rows, "alpha", turned=turned), UNJUDGED | {"alpha": own})
    assert said.startswith(words), said


def test_a_median_that_is_known_at_the_current_alpha_is_said(page: Scripts) -> None:
    lowest = "The single lowest is 0.0100, at α 30, data seed 30; 2 of 15 runs diverge."
    for losses, words in [
        ([0.2, 0.207, 0.3], f"Over 3 data seeds {BEST_SAID} At the current α, 33, the median is 0.207."),
        ([0.02, 0.02, 0.009], "Over 3 data seeds α 33 is best: the lowest median final loss is 0.0200."),
    ]:  # fmt: skip
        own = UNJUDGED | {"alpha": 33, "losses": losses}
        assert page.execute_script(SAID, whole(BEST), own) == f"{words} {lowest}"


NUMBER = r"\d+(?:\.\d+)?(?: × 10[⁻⁰¹²³⁴⁵⁶⁷⁸⁹]+)?"
FEW_SEEDS = {"seed": list(range(9))}
"""The medians of a whole map in a third of the time."""


@pytest.mark.parametrize("key", CATALOGUE)
def test_which_alpha_is_best_is_what_the_engine_finds(page: Scripts, key: str) -> None:
    prepared = prepared_for(key)
    values: dict[str, list[Any]] = {"alpha": list(ALPHAS[::2]), **FEW_SEEDS}
    found = cells(prepared, values)
    medians = np.median(np.where(found.diverged, np.inf, found.settled), axis=list(found.axes).index("seed"))
    map_ = filled(found, "alpha", "seed", values)
    said = page.execute_script(SAID, map_, UNJUDGED | {"alpha": values["alpha"][3]})
    if best := re.match(
        rf"Over 9 data seeds α (?:from )?({NUMBER})(?: to ({NUMBER}))? is best.*?: the lowest .*? is ({NUMBER})", said
    ):
        ends = [typed(text) for text in (best[1], best[2] or best[1])]
        inside = [ends[0] <= alpha <= ends[1] for alpha in values["alpha"]]
        assert inside[int(np.argmin(medians))], said
        assert min(medians[np.logical_not(inside)]) > min(medians), said
        assert typed(best[3]) == pytest.approx(min(medians), rel=0.005)
        assert ("The map ends" in said) == inside[-1]
    elif same := re.match(rf"Every α tried here has the same median final loss over 9 data seeds, ({NUMBER})", said):
        assert min(medians) == max(medians) == pytest.approx(typed(same[1]), rel=0.005)
    elif none := re.match(rf"No α is best within luck: .*? is ({NUMBER}), at ({NUMBER}), and no", said):
        assert typed(none[1]) == pytest.approx(min(medians), rel=0.005)
        assert typed(none[2]) == pytest.approx(values["alpha"][int(np.argmin(medians))], rel=0.005)
    elif said.startswith("α makes little difference"):
        assert max(medians) <= 1.05 * min(medians), said
    else:
        assert re.match(r"Every run ends at", said), said
    if own := re.search(rf"At the current α, {NUMBER}, the median is ({NUMBER})", said):
        assert typed(own[1]) == pytest.approx(medians[3], rel=0.005)


@pytest.mark.parametrize("key", CATALOGUE)
def test_how_many_samples_are_enough_is_what_the_engine_finds(page: Scripts, key: str) -> None:
    prepared = prepared_for(key)
    most = max(1_000, prepared.experiment.samples)
    values = {"samples": [round(most * (k + 1) / 32) for k in range(32)], **FEW_SEEDS}
    found = cells(prepared, values)
    medians = np.median(np.where(found.diverged, np.inf, found.settled), axis=list(found.axes).index("seed"))
    losses = dict(zip(values["samples"], medians.tolist(), strict=True))
    said = page.execute_script(SAID, filled(found, "samples", "seed", values), UNJUDGED)
    if low := re.match(r"About ([\d,]+) samples are enough: from there on .* is below 10⁻⁶", said):
        assert all(loss < 1e-6 for count, loss in losses.items() if count >= typed(low[1])), said
    elif enough := re.match(r"About (?:[\d,]+ to )?([\d,]+) samples are enough: with four times", said):
        more = next(loss for count, loss in losses.items() if count >= 4 * typed(enough[1]))
        assert more == 0.0 or more > 0.95 * losses[int(typed(enough[1]))], said
    elif needed := re.match(
        rf"More than ([\d,]+) samples are needed: with ([\d,]+) .* is ({NUMBER}), with [\d,]+ it is ({NUMBER})\.", said
    ):
        few, many, end, before = map(typed, needed.groups())
        assert end == pytest.approx(losses[int(many)], rel=0.005)
        assert before == pytest.approx(losses[int(few)], rel=0.005)
        assert end < 0.96 * before, said
    elif not said.startswith("Whether "):
        assert re.match(r"Every run ends at", said), said


def typed(text: str) -> float:
    """A number as the page writes it."""
    return Number("", high=1e300).parse(text)


def filled(found: SweepResult, x: str, y: str, values: dict[str, list[Any]]) -> dict[str, Any]:
    """A sweep as the page has it, row after row from the lowest up."""
    losses = np.where(found.diverged, np.inf, found.settled)
    rows = losses if next(iter(found.axes)) == y else losses.T
    return {"x": x, "y": y, "values": values, "losses": [None if loss == np.inf else loss for loss in rows.ravel()]}


@pytest.mark.parametrize(("x", "y", "place"), [
    ("alpha", "samples", "at α 10, with 20 samples"),
    ("samples", "weight_seed", "at weight seed 20, with 10 samples"),
    ("samples", "seed", "at data seed 20, with 10 samples"),
])  # fmt: skip
def test_samples_are_named_as_a_number_of_them(page: Scripts, x: str, y: str, place: str) -> None:
    said = page.execute_script(SAID, whole([[0.3, 0.2], [0.1, 0.4]], x, y), UNJUDGED)
    assert f"lowest final loss is 0.100, {place}." in said
