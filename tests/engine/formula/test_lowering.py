"""A program has fewer operations than its formula, and the same bits."""

import numpy as np
import pytest
from hypothesis import given

from engine.base.numerics import FloatArray
from engine.formula import program
from engine.formula.formula import Formula
from engine.formula.operations import OPERATIONS
from tests.engine.formulas import texts
from tests.engine.nets import same_bits

NAMES = list(OPERATIONS)
POINTS = np.concatenate([np.linspace(-3.0, 3.0, 61), [-0.0, 1e308, -1e308, 5e-324, -5e-324, np.inf, -np.inf, np.nan]])


def steps_of(text: str) -> list[str]:
    return [NAMES[step.opcode] for step in Formula(text).program.steps]


def as_written(text: str) -> list[FloatArray]:
    """Value and slope when each node is an operation."""
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(program, "lowered", lambda graph, roots: (graph, list(roots)))
        formula = Formula(text)
    return [formula(POINTS), formula.slope(POINTS)]


def keeps_its_bits(text: str) -> bool:
    """Whether the formula has the bits of the formula as written."""
    formula = Formula(text)
    return all(map(same_bits, (formula(POINTS), formula.slope(POINTS)), as_written(text)))


def test_what_is_lowered_is_a_slope_and_a_product_with_the_bits_of_the_operations_as_written() -> None:
    for leaky in ("where(x > 0, x, 0.01*x)", "where(0 < x, 3*x, x)", "where(-0.0 < x, x*2, 5*x)"):
        assert steps_of(leaky) == ["where positive", "multiply"]
    kept = {
        "where(x > 1, x, 0.01*x)": ["less", "multiply", "where"],
        "where(x >= 0, x, 0.01*x)": ["at most", "multiply", "where"],
        "where(x < 0, x, 1)": ["less", "where", "where"],
        "where(x > 0, x, -x)": ["negate", "where positive", "where positive"],
        "where(x > 0, 1, 2)": ["where positive"],
        "(x > 0) + where(x > 0, x, 1)": ["add", "less", "where positive", "where positive"],
    }
    assert {text: sorted(steps_of(text)) for text in kept} == kept
    assert [text for text in (
        "where(x > 0, x, 0.01*x)", "where(x > 0, 1e308*x, x)", "where(x > 0, 0*x, -1*x)", "where(x < 1, 3*exp(x), x)",
        "where(x < 1, 3*exp(x), exp(x))", "max(x, 0)", "min(0, 2*x)", "clip(x, 0, 1)",
        "where(x > 0, where(x > 1, x, 2*x), 3*x)", "where(x*x > 0, x, 7)",
    ) if not keeps_its_bits(text)] == []  # fmt: skip


@given(texts(20))
def test_any_formula_keeps_its_bits(text: str) -> None:
    assert keeps_its_bits(text)
