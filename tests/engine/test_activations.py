"""Every row of the table of functions: its value, its slope, and what it does at the edges of the numbers."""

import math
import re
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from engine.activations import ACTIVATIONS, LEAK, Activation, activation_named, custom_activation, resolve_activation
from engine.base.numerics import FloatArray
from engine.checks.gradcheck import layer_difference
from engine.errors import UnknownNameError
from engine.layers.layers import MapLayer
from tests.engine.asserting import refusal

GRID = np.linspace(-4.0, 4.0, 161) + 0.0123
"""Points that stay clear of every kink."""

ORACLES: dict[str, Callable[[float], float]] = {
    "identity": lambda x: x, "tanh": math.tanh, "sigmoid": lambda x: 1 / (1 + math.exp(-x)),
    "relu": lambda x: max(0.0, x), "leaky relu": lambda x: x if x > 0 else 0.01 * x,
    "softplus": lambda x: math.log(1 + math.exp(x)), "elu": lambda x: x if x > 0 else math.exp(x) - 1,
    "gelu": lambda x: x * (1 + math.erf(x / math.sqrt(2))) / 2, "silu": lambda x: x / (1 + math.exp(-x)),
    "gaussian": lambda x: math.exp(-x * x), "sin": math.sin, "square/2": lambda x: x * x / 2,
    "double": lambda x: 2 * x, "plus one": lambda x: x + 1,
}  # fmt: skip

LIMITS = {
    "identity": (-math.inf, math.inf), "tanh": (-1.0, 1.0), "sigmoid": (0.0, 1.0), "relu": (0.0, math.inf),
    "leaky relu": (-math.inf, math.inf), "softplus": (0.0, math.inf), "elu": (-1.0, math.inf), "gaussian": (0.0, 0.0),
    "square/2": (math.inf, math.inf), "double": (-math.inf, math.inf), "plus one": (-math.inf, math.inf),
}  # fmt: skip
"""The value of an activation at −∞ and at +∞, where that is a number."""

every_row = pytest.mark.parametrize("row", ACTIVATIONS.values(), ids=ACTIVATIONS)


def difference(layer: MapLayer, x: FloatArray) -> float:
    return layer_difference(layer, x, np.ones_like(x)).size


@every_row
def test_a_value_is_what_the_textbook_says_and_its_slope_what_can_be_measured(row: Activation) -> None:
    assert row.value(GRID) == pytest.approx([ORACLES[row.name](x) for x in GRID.tolist()], rel=1e-13, abs=1e-15)
    assert difference(MapLayer(row.name), GRID) < 1e-8
    # The same value with a slope that is wrong by one part in two thousand is caught.
    off = MapLayer(lambda x: row.value(np.full(1, x))[0], lambda x: row.slope(np.full(1, x))[0] * 1.0005)
    assert difference(off, GRID[::10]) > 1e-4


@every_row
def test_it_rises_is_affine_and_has_its_range_as_its_row_says(row: Activation) -> None:
    near, far = (np.linspace(-reach, reach, 40_001) for reach in (30.0, 400.0))
    assert row.rises == (np.diff(row.value(near)) >= -1e-15).all(), "but for the last digit"
    assert row.affine == bool((np.abs(np.diff(row.value(near), 2)) < 1e-12).all())
    low, high = row.range
    y = row.value(far)
    assert low <= y.min() < low + 1e-3 if low > -math.inf else y.min() < -3.0 or row.name in ("gelu", "silu")
    assert high >= y.max() > high - 1e-3 if high < math.inf else y.max() > 300.0


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("max(0, x)", "relu"), ("x*(x > 0)", "relu"), ("(x + abs(x))/2", "relu"), ("1/(1 + exp(-x))", "sigmoid"),
        ("where(x > 0, x, x/100)", "leaky relu"), ("log(1 + exp(x))", "gelu"), ("x + x", "double"),
        ("x*x/2", "square/2"), ("3*x", "gelu"), ("relu(x)*(x < 1000)", "gelu"), ("relu(x) - 1e-6", "gelu"),
        ("x/0", "gelu"),
    ],
)  # fmt: skip
def test_a_formula_is_known_as_its_row_is_where_it_is_the_same_function(text: str, name: str) -> None:
    """Of gelu nothing is known, and of formulas that are no row nothing either."""
    formula, row = resolve_activation(text), ACTIVATIONS[name]
    assert (formula.rises, formula.affine, formula.range) == (row.rises, row.affine, row.range)


@every_row
def test_at_a_kink_the_slope_is_that_of_the_left_side_and_without_one_zero_is_smooth(row: Activation) -> None:
    if not row.nondifferentiable_at:
        assert difference(MapLayer(row.name), np.zeros(1)) < 1e-5
        return
    kinks = np.array(row.nondifferentiable_at)
    before, after = (row.value(kinks + nudge) - row.value(kinks) for nudge in (-1e-6, 1e-6))
    assert row.slope(kinks) == pytest.approx(before / -1e-6)
    assert row.slope(kinks) != pytest.approx(after / 1e-6)


@every_row
def test_a_row_takes_and_gives_arrays_of_any_shape_and_leaves_its_argument_alone(row: Activation) -> None:
    for shape in ((1,), (3,), (40,), (4, 30), (2, 3, 5)):
        x = np.random.RandomState(0).randn(*shape)
        before = x.copy()
        for answer in (row.value(x), row.slope(x)):
            assert answer.shape == shape
            assert answer.dtype == np.float64
            assert not np.shares_memory(answer, x)
        assert np.array_equal(x, before)
    assert np.isnan(row.value(np.full(3, math.nan))).all()


def test_the_table_has_the_notebooks_functions_and_the_fields_with_values_at_both_ends_of_the_numbers() -> None:
    with np.errstate(all="ignore"):
        ends = {name: tuple(ACTIVATIONS[name].value(np.array([-math.inf, math.inf]))) for name in LIMITS}
    assert (ends, set(ACTIVATIONS)) == (LIMITS, set(ORACLES))
    assert all(name == row.name for name, row in ACTIVATIONS.items())
    assert LEAK == 0.01


def test_an_activation_knows_where_it_has_no_slope_and_an_unknown_one_is_answered_with_names() -> None:
    x = np.array([-1.0, 0.0, 1.0])
    own, formula = custom_activation(math.tanh, math.tanh), resolve_activation("abs(x-1)")
    rows = (ACTIVATIONS["relu"], ACTIVATIONS["tanh"], own, formula)
    assert [x[row.without_slope(x)].tolist() for row in rows] == [[0.0], [], [], [1.0]]
    assert resolve_activation("sign(x)").slope_is_zero
    assert not any(row.slope_is_zero for row in (resolve_activation("abs(x)"), *ACTIVATIONS.values()))
    assert resolve_activation("square/2") is ACTIVATIONS["square/2"]
    assert resolve_activation("x*x/2").name == "x*x/2"
    for name in ("Tanh", "", None, 3, ["tanh"]):
        said = refusal(UnknownNameError, activation_named, name)
        assert re.match(r"There is no function called .*\. Known: identity, tanh, .*plus one\.", said), name


def test_a_function_of_ones_own_meets_one_float64_at_a_time_and_may_answer_any_number() -> None:
    seen: list[object] = []

    def remembered(x: np.float64) -> float:
        seen.append(x)
        return float(x)

    custom_activation(remembered, remembered).value(np.array([[1.0, 2.0], [3.0, 4.0]]))
    assert (seen, {type(x) for x in seen}) == ([1.0, 2.0, 3.0, 4.0], {np.float64})
    leak = 0.5
    own = custom_activation(lambda x: x > 0, lambda d: [leak, 1][1 if d > 0 else 0])
    x = np.array([-2.0, 3.0])
    assert (own.value(x).tolist(), own.slope(x).tolist()) == ([0.0, 1.0], [0.5, 1.0])
    assert own.value(x).dtype == own.slope(x).dtype == np.float64
    cases: list[tuple[Callable[[Any], object], float, float]] = [
        (lambda at: at * at, 1e200, math.inf), (lambda at: 1 / at, 0.0, math.inf), (np.log, -1.0, math.nan),
        (math.log, -1.0, math.nan), (lambda at: 1 / math.floor(at), 0.5, math.nan),
        (lambda at: math.exp(float(at)), 1e4, math.nan), (lambda at: 10**400, 0.0, math.nan),
    ]  # fmt: skip
    for function, at, y in cases:
        assert custom_activation(function, function).value(np.array([at])) == pytest.approx([y], nan_ok=True)
    # A mistake is not hidden.
    with pytest.raises(TypeError):
        custom_activation(lambda at: str(at) + at, lambda d: 1).value(np.zeros(1))  # type: ignore[operator]
