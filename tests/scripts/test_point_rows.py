"""The samples of two inputs as points, without the page: their classes, and the steps on which they lie."""

from typing import Any

import pytest

from tests.scripts.node import Scripts, scripts

page = scripts("output/point_rows.js")
CLASSES = """
const [inputs, rows, target] = arguments, grids = { target: [Float32Array.from(target)] };
const classes = nnbench.pointClasses({ inputs }, { frame: { inputs: 2, rows }, grids });
return classes.map(({ name, target }) => [name, target]);
"""


def table(*targets: list[int] | list[float], **more: Any) -> dict[str, Any]:
    return {"kind": "table", "inputs": [[0, 1]] * len(targets), "targets": list(targets), "shuffled": True} | more


def test_points_have_the_classes_of_their_samples_or_none_where_these_are_numbers(page: Scripts) -> None:
    signs = [["1", [1]], ["−1", [-1]]]
    cases: list[tuple[Any, int, list[float], list[Any]]] = [
        ("uniform", 1, [1, -1, -1], signs),
        ("uniform", 1, [1, 0, 0], [["1", [1]], ["0", [0]]]),
        ("uniform", 1, [0.5, -1], []),
        ("uniform", 2, [1, -1], []),
        (table([1], [-1]), 1, [], signs),
        (table([-1]), 1, [], signs),
        (table([0.5], [1]), 1, [], []),
        (table([1, -1], [-1, -1], [1, -1]), 2, [], [["1, −1", [1, -1]], ["−1, −1", [-1, -1]]]),
        (table([0, 1], [0, 1], classes=["elm", "oak"]), 2, [], [["elm", [1, 0]], ["oak", [0, 1]]]),
        (table(*[[1]] * 501), 1, [], []),
        ({"kind": "table", "name": "iris"}, 3, [], []),
    ]
    for inputs, rows, target, classes in cases:
        assert page.execute_script(CLASSES, inputs, rows, target) == classes


def test_points_lie_on_steps_of_a_power_of_ten(page: Scripts) -> None:
    for value, span, placed in (
        (0.12345, [-1.1, 1.1], 0.12), (-0.001, [-1.1, 1.1], 0), (12.5678, [0, 60], 12.6), (5647, [2600, 6400], 5650),
        (0.00123456, [0, 0.01], 0.0012), (1e-7, [-1e9, 1e9], 0),
    ):  # fmt: skip
        found = page.call("onSteps", value, span)
        assert found == pytest.approx(placed, rel=1e-12)


def test_the_latest_samples_become_points_each_place_once(page: Scripts) -> None:
    marks = [[0.5, 0.5], *[[k / 100, 0.25] for k in range(70)], [0.69, 0.25]]
    response = {"marks": marks, "signs": [[-1 if k % 2 else 1] for k in range(len(marks))]}
    script = """
    const classes = [{ target: [1] }, { target: [-1] }];
    return nnbench.firstPoints({ frame: { reach: 1 }, response: arguments[0] }, classes);
    """
    points = page.execute_script(script, response)
    assert len(points) == 59
    assert points[-1] == [pytest.approx(0.38), -0.5, -1]
    assert points[0] == [pytest.approx(-0.78), -0.5, 1]
