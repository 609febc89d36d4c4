"""Maps of classes, without the page: who wins where, where the answer turns, and the points of a plane."""

from typing import Any

import numpy as np
import pytest

from engine import CATALOGUE
from engine.base.numerics import FloatArray
from engine.data.row_plane import plane_through
from engine.rules.losses import softmax
from tests.scripts.node import Scripts, scripts
from tests.webapp.base.test_theme import class_colours
from webapp.base.theme import THEMES
from webapp.figures.encode import packed

POINTS = 41
AXIS = np.linspace(0.0, 1.0, POINTS)
ACROSS, UP = (part.ravel() for part in np.meshgrid(AXIS, AXIS))
AREAS = """
const outputs = arguments[0].map((numbers) => Float32Array.from(numbers, (value) => value ?? NaN));
const areas = nnbench.classAreas(outputs, arguments[1], nnbench.colours);
"""
page = scripts("maps/class_areas.js", "output/row_plane.js", first="globalThis.nnbench = {}")


def areas(page: Scripts, outputs: FloatArray, then: str, *, probability: bool = True) -> Any:
    plain = [[float(value) if np.isfinite(value) else None for value in numbers] for numbers in outputs]
    return page.execute_script(f"{AREAS} return {then}", plain, probability)


def test_the_greatest_output_wins_and_the_first_of_equals(page: Scripts) -> None:
    outputs = np.random.RandomState(3).rand(4, POINTS**2)
    outputs[1, :9], outputs[2, :9] = 2.0, 2.0
    outputs[3, 20] = np.nan
    winners = np.array(areas(page, outputs, "Array.from(areas.winners)"))
    wanted = np.argmax(outputs, axis=0)
    wanted[20] = 255
    assert winners.tolist() == wanted.tolist()


def test_the_answer_turns_where_two_outputs_are_equal(page: Scripts) -> None:
    scores = np.stack([3.0 * ACROSS, 1.0 + UP])
    found = np.array(areas(page, softmax(scores.T).T, "nnbench.borders(areas)"))
    assert len(found) >= POINTS - 1
    assert np.abs(3.0 * found[..., 0] - 1.0 - found[..., 1]).max() < 1e-4, "straight, though probabilities are not"


def test_three_classes_meet_in_one_point(page: Scripts) -> None:
    scores = 9.0 * np.stack([ACROSS - 0.5137, UP - 0.4881, 1.0003 - ACROSS - UP])
    found = np.array(areas(page, softmax(scores.T).T, "nnbench.borders(areas)"))
    ends = np.round(found.reshape(-1, 2), 9)
    points, counts = np.unique(ends, axis=0, return_counts=True)
    assert (counts == 3).sum() == 1
    (middle,) = points[counts == 3]
    assert middle == pytest.approx([0.5138, 0.4882], abs=1.5 / (POINTS - 1))
    edge = ((points == 0.0) | (points == 1.0)).any(axis=1)
    assert (counts[~edge] >= 2).all(), "a line ends at an edge alone"


def test_one_class_everywhere_has_no_line_and_no_number_breaks_one(page: Scripts) -> None:
    alone = np.stack([np.full(POINTS**2, 0.9), np.full(POINTS**2, 0.1)])
    assert areas(page, alone, "nnbench.borders(areas)") == []
    broken = np.stack([ACROSS - 0.5, 0.5 - ACROSS])
    broken[0, UP > 0.5] = np.nan
    found = np.array(areas(page, broken, "nnbench.borders(areas)", probability=False))
    assert found[..., 1].max() <= 0.5
    assert found[..., 0] == pytest.approx(0.5, abs=1e-6)


def test_shares_of_classes_are_weighed_by_how_near_rows_are(page: Scripts) -> None:
    outputs = np.stack([np.where(ACROSS < 0.5, 0.9, 0.1), np.where(ACROSS < 0.5, 0.1, 0.9)])
    assert areas(page, outputs, "nnbench.winnerShares(areas, undefined)") == pytest.approx([0.5, 0.5], abs=0.02)
    near = "Uint8Array.from([255, 0, 255, 0])"
    assert areas(page, outputs, f"nnbench.winnerShares(areas, {near})") == pytest.approx([1.0, 0.0], abs=0.02)


def test_a_place_of_a_plane_is_the_input_there_to_its_last_digits(page: Scripts) -> None:
    table = CATALOGUE["wine"].experiment.table
    assert table is not None
    rows = table.learned[0][[4, 40, 90]]
    plane = plane_through(rows)
    spec = {
        "vectors": packed(np.concatenate([plane.origin, plane.across, plane.up]), "f8"),
        "low": plane.low,
        "side": plane.side,
    }
    for row, place in zip(rows, plane.shares(plane.coordinates(rows)), strict=True):
        point = page.call("pointOf", spec, place.tolist())
        assert np.abs(np.array(point) - row).max() < 1e-12


def test_certain_colours_lie_between_the_class_and_the_paper(page: Scripts) -> None:
    for theme in THEMES.values():
        for colour in class_colours():
            mixed = page.call("certainColour", colour, theme.paper)
            channels = [int(part) for part in mixed[4:-1].split(",")]
            ends = [[int(text[k : k + 2], 16) for k in (1, 3, 5)] for text in (colour, theme.paper)]
            assert all(
                min(pair) <= part <= max(pair) for part, pair in zip(channels, zip(*ends, strict=True), strict=True)
            )
