"""Every row of the table of functions: its value, its slope, and what it does at the edges of the numbers."""

import math
from collections.abc import Callable

import numpy as np
import pytest

from engine.activations import ACTIVATIONS, LEAK, Activation, activation_named, custom_activation, resolve_activation
from engine.base.numerics import FloatArray
from engine.checks.gradcheck import layer_difference
from engine.errors import UnknownNameError
from engine.layers.layers import MapLayer

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
    """How far the slope is from the measured one, at the worst of these points."""
    return layer_difference(layer, x, np.ones_like(x)).size


def off_by_a_little(row: Activation) -> MapLayer:
    """The same value with a slope that is wrong by one part in two thousand."""
    return MapLayer(lambda x: row.value(np.full(1, x))[0], lambda x: row.slope(np.full(1, x))[0] * 1.0005)


@every_row
def test_a_value_is_what_the_textbook_says(row: Activation) -> None:
    assert row.value(GRID) == pytest.approx([ORACLES[row.name](x) for x in GRID.tolist()], rel=1e-13, abs=1e-15)


@every_row
def test_a_slope_is_what_can_be_measured(row: Activation) -> None:
    assert difference(MapLayer(row.name), GRID) < 1e-8


@every_row
def test_a_slope_that_is_a_little_wrong_is_caught(row: Activation) -> None:
    assert difference(off_by_a_little(row), GRID[::10]) > 1e-4


@pytest.mark.parametrize(
    "row", [row for row in ACTIVATIONS.values() if row.nondifferentiable_at], ids=lambda row: row.name
)
def test_at_a_kink_the_slope_is_the_one_of_the_left_side(row: Activation) -> None:
    nondifferentiable_at = np.array(row.nondifferentiable_at)
    before, after = (
        row.value(nondifferentiable_at + nudge) - row.value(nondifferentiable_at) for nudge in (-1e-6, 1e-6)
    )
    assert row.slope(nondifferentiable_at) == pytest.approx(before / -1e-6)
    assert row.slope(nondifferentiable_at) != pytest.approx(after / 1e-6)


@pytest.mark.parametrize(
    "row", [row for row in ACTIVATIONS.values() if not row.nondifferentiable_at], ids=lambda row: row.name
)
def test_a_row_without_kinks_is_smooth_at_zero(row: Activation) -> None:
    assert difference(MapLayer(row.name), np.zeros(1)) < 1e-5


@every_row
@pytest.mark.parametrize("shape", [(1,), (3,), (40,), (4, 30), (2, 3, 5)])
def test_a_row_takes_and_gives_arrays_of_any_shape(row: Activation, shape: tuple[int, ...]) -> None:
    x = np.random.RandomState(0).randn(*shape)
    for function in (row.value, row.slope):
        answer = function(x)
        assert answer.shape == shape
        assert answer.dtype == np.float64


@every_row
def test_an_activation_leaves_its_argument_alone_and_returns_an_array_of_its_own(row: Activation) -> None:
    x = np.array([-1.5, 0.0, 2.5])
    for function in (row.value, row.slope):
        assert not np.shares_memory(function(x), x)
    assert x.tolist() == [-1.5, 0.0, 2.5]


@every_row
def test_nan_goes_through_every_row(row: Activation) -> None:
    assert np.isnan(row.value(np.full(3, math.nan))).all()


@pytest.mark.parametrize("name", LIMITS)
def test_an_activation_has_a_value_at_both_ends_of_the_numbers(name: str) -> None:
    with np.errstate(all="ignore"):
        assert tuple(ACTIVATIONS[name].value(np.array([-math.inf, math.inf]))) == LIMITS[name]


def test_the_table_has_the_notebooks_functions_and_the_fields() -> None:
    assert set(ACTIVATIONS) == set(ORACLES)
    assert all(name == row.name for name, row in ACTIVATIONS.items())


def test_the_leak_is_the_fields_usual_one() -> None:
    assert LEAK == 0.01


def test_an_activation_knows_where_it_has_no_slope() -> None:
    x = np.array([-1.0, 0.0, 1.0])
    assert ACTIVATIONS["relu"].without_slope(x).tolist() == [False, True, False]
    assert not ACTIVATIONS["tanh"].without_slope(x).any()
    assert not custom_activation(math.tanh, math.tanh).without_slope(x).any()
    assert resolve_activation("abs(x-1)").without_slope(x).tolist() == [False, False, True]


def test_only_a_formula_can_be_known_to_learn_nothing() -> None:
    assert resolve_activation("sign(x)").slope_is_zero
    assert not resolve_activation("abs(x)").slope_is_zero
    assert not any(row.slope_is_zero for row in ACTIVATIONS.values())


def test_a_name_comes_before_a_formula() -> None:
    assert resolve_activation("square/2") is ACTIVATIONS["square/2"]
    assert resolve_activation("x*x/2").name == "x*x/2"


@pytest.mark.parametrize("name", ["Tanh", "", None, 3, ["tanh"]])
def test_an_unknown_function_is_answered_with_the_names_there_are(name: object) -> None:
    with pytest.raises(UnknownNameError, match=r"There is no function called .*\. Known: identity, tanh, .*plus one\."):
        activation_named(name)  # type: ignore[arg-type]


def test_a_function_of_ones_own_meets_one_numpy_float64_at_a_time() -> None:
    seen: list[object] = []

    def remembered(x: np.float64) -> float:
        seen.append(x)
        return float(x)

    custom_activation(remembered, remembered).value(np.array([[1.0, 2.0], [3.0, 4.0]]))
    assert seen == [1.0, 2.0, 3.0, 4.0]
    assert {type(x) for x in seen} == {np.float64}


def test_a_function_of_ones_own_may_answer_ints_bools_and_list_elements() -> None:
    leak = 0.5
    own = custom_activation(lambda x: x > 0, lambda d: [leak, 1][1 if d > 0 else 0])
    x = np.array([-2.0, 3.0])
    assert own.value(x).tolist() == [0.0, 1.0]
    assert own.slope(x).tolist() == [0.5, 1.0]
    assert own.value(x).dtype == own.slope(x).dtype == np.float64


@pytest.mark.parametrize(
    ("function", "x", "y"),
    [
        (lambda x: x * x, 1e200, math.inf), (lambda x: 1 / x, 0.0, math.inf), (np.log, -1.0, math.nan),
        (math.log, -1.0, math.nan), (lambda x: 1 / math.floor(x), 0.5, math.nan),
        (lambda x: math.exp(float(x)), 1e4, math.nan), (lambda x: 10**400, 0.0, math.nan),
    ],
)  # fmt: skip
def test_outside_its_domain_a_function_of_ones_own_gives_inf_or_nan_in_silence(
    function: Callable[[np.float64], object], x: float, y: float
) -> None:
    assert custom_activation(function, function).value(np.array([x])) == pytest.approx([y], nan_ok=True)


def test_a_mistake_in_a_function_of_ones_own_is_not_hidden() -> None:
    with pytest.raises(TypeError):
        custom_activation(lambda x: str(x) + x, lambda d: 1).value(np.zeros(1))  # type: ignore[operator]
