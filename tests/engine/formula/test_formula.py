"""Formulas: what can be typed has the value that Python gives it, and every slope is what can be measured."""

import ast
import math
import pickle
import re
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from hypothesis import example, given

from engine import Formula, FormulaError, formulas
from engine.activations import ACTIVATIONS
from engine.base.elementary import sigmoid, softplus
from engine.base.numerics import FloatArray
from engine.errors import BenchError, ShapeError
from engine.formula import VECTOR
from engine.formula.derivative import FACTORS, RULES
from engine.formula.operations import OPERATIONS
from tests.engine.asserting import refusal, refuses
from tests.engine.formulas import ONE_VARIABLE, texts
from tests.engine.strategies import MANY, bits

POINTS = np.array([-2.71, -1.3, -0.77, -0.21, 0.13, 0.38, 0.92, 1.6, 2.9])
"""Points that stay clear of every kink of these formulas."""


def of_numbers(choose: Callable[..., float]) -> Callable[..., float]:
    """Python's min or max; nan where one of the numbers is nan, as NumPy has it."""
    return lambda *given: math.nan if any(map(math.isnan, given)) else choose(given)


NAMES: dict[str, Any] = {
    "abs": abs, "sign": lambda x: (x > 0) - (x < 0), "sqrt": lambda x: math.sqrt(x) if x >= 0 else math.nan,
    "exp": math.exp, "log": lambda x: math.log(x) if x > 0 else math.nan,
    "log1p": lambda x: math.log1p(x) if x > -1 else math.nan, "expm1": math.expm1, "sin": math.sin, "cos": math.cos,
    "tan": math.tan, "arctan": math.atan, "sinh": math.sinh, "cosh": math.cosh, "tanh": math.tanh,
    "sigmoid": lambda x: 1 / (1 + math.exp(-x)), "softplus": lambda x: math.log(1 + math.exp(x)),
    "relu": lambda x: of_numbers(max)(x, 0), "floor": math.floor, "step": lambda x: 1 if x > 0 else 0,
    "max": of_numbers(max), "min": of_numbers(min),
    "where": lambda c, a, b: a if c else b, "pi": math.pi, "e": math.e,
    "clip": lambda x, low, high: of_numbers(min)(of_numbers(max)(x, low), high),
}  # fmt: skip
"""Every name of the language in plain Python."""


class ComparisonsAsNumbers(ast.NodeTransformer):
    """Makes numbers of comparisons: those of NumPy's numbers add up to at most True."""

    def visit_Compare(self, node: ast.Compare) -> ast.Call:
        self.generic_visit(node)
        return ast.Call(ast.Name("float", ast.Load()), [node], [])


def in_python(text: str, x: float) -> float:
    plain = ast.parse(text.strip().replace("np.", "").replace("math.", ""), mode="eval")
    code = compile(ast.fix_missing_locations(ComparisonsAsNumbers().visit(plain)), "formula", "eval")
    found = eval(code, {"__builtins__": {}}, NAMES | {"x": x, "float": float})
    return math.nan if isinstance(found, complex) else float(found)


def measured(formula: Formula, x: FloatArray) -> FloatArray:
    """The slope by central differences, taken twice so that their error cancels to the fourth order."""
    wide, near = ((formula(x + h) - formula(x - h)) / (2 * h) for h in (1e-3, 5e-4))
    return np.asarray((4 * near - wide) / 3)


@pytest.mark.parametrize("text", ONE_VARIABLE)
def test_a_formula_means_what_python_means_by_it_and_its_slope_is_what_can_be_measured(text: str) -> None:
    formula, wanted = Formula(text), [in_python(text, x) for x in POINTS.tolist()]
    assert formula(POINTS) == pytest.approx(wanted, rel=1e-13, abs=1e-15, nan_ok=True)
    sound = np.isfinite(formula(POINTS))
    assert formula.slope(POINTS[sound]) == pytest.approx(measured(formula, POINTS[sound]), rel=1e-8, abs=1e-8)
    if not formula.slope_text.endswith("…"):
        again = Formula(formula.slope_text)(POINTS)
        assert again == pytest.approx(formula.slope(POINTS), rel=1e-12, abs=1e-12, nan_ok=True)


def test_many_formulas_are_measured_and_a_slope_that_is_a_little_wrong_is_caught() -> None:
    assert len(ONE_VARIABLE) >= 60
    assert [name for name in NAMES if not any(f"{name}(" in text or name in ("pi", "e") for text in ONE_VARIABLE)] == []
    assert {*FACTORS} | {*RULES} == {*OPERATIONS} - {"where positive"}
    crooked = Crooked("tanh(x) + x*x")
    assert crooked.slope(POINTS) != pytest.approx(measured(crooked, POINTS), rel=1e-5)


class Crooked(Formula):
    """A formula whose slope is wrong by one part in two thousand."""

    def slope(self, x: Any) -> FloatArray:
        return super().slope(x) * 1.0005


def test_a_formula_knows_where_its_slope_is_none_or_zero_and_states_one_at_a_kink() -> None:
    slopes = {
        ("x**1", 0.0): 1.0, ("x**0", 0.0): 0.0, ("7", 0.0): 0.0, ("x", 0.0): 1.0, ("sqrt(x)", 0.0): math.inf,
        ("x**0.5", 0.0): math.inf, ("abs(x)", 0.0): 0.0, ("relu(x)", 0.0): 0.0, ("x*(x>0)", 0.0): 0.0,
        ("sign(x)", 0.0): 0.0, ("floor(x)", 2.0): 0.0, ("step(x)", 0.0): 0.0, ("max(x, 0)", 0.0): 0.5,
        ("min(3*x, x)", 0.0): 2.0, ("max(x, x)", 5.0): 1.0, ("where(x>=0, 5*x, x)", 0.0): 5.0,
        ("where(x>0, 5*x, x)", 0.0): 1.0, ("2*x if x else 3*x", 0.0): 3.0, ("0**x", 2.0): 0.0,
        ("x**-2", 0.0): -math.inf,
    }  # fmt: skip
    assert {(text, x): float(Formula(text).slope(np.array([x]))[0]) for text, x in slopes} == slopes
    assert Formula("sqrt(x)").slope(np.array([-0.0])).tolist() == [math.inf]
    x, meets = np.array([-2.0, -1.0, 0.0, 1.0, 2.0]), {
        "x": [], "x*x/2": [], "abs(x)": [0], "relu(x-1)": [1], "sign(x)*x": [0], "step(x)": [0],
        "floor(x/2)": [-2, 0, 2], "max(x, 1)": [1], "min(x, 1, -x)": [0, 1], "clip(x, -1, 2)": [-1, 2],
        "(x>1)*2-1": [1], "1 if x == 2 else 0": [2], "not x": [0], "where(x, 1, 2)": [0], "where(x>1, x, 0)": [1],
        "where((x>1) and (x<2), x, 0)": [1, 2], "where((x>1)*2-1 > 0, x, 0)": [1], "max(x, x)": [],
        "sqrt(x+1)": [-2, -1], "1/x": [0], "3 + abs(2)": [],
    }  # fmt: skip
    found = {text: Formula(text).without_slope(x) for text in meets}
    assert {text: x[without].tolist() for text, without in found.items()} == meets
    assert {without.dtype for without in found.values()} == {np.dtype(bool)}
    zero = ("3", "floor(x)", "(x>0)*2-1", "sign(x)+step(x)", "x - x", "x**0", "not x", "0*x", "-0*x")
    other = ("x", "relu(x)", "where(x>0, 0, x)", "x*0.5")
    assert [text for text in (*zero, *other) if Formula(text).slope_is_zero] == list(zero)
    assert {Formula(text).slope_text for text in zero} <= {"0", "-0"}
    assert not any(Formula(text).slope(POINTS).any() for text in zero)


def test_a_slope_is_written_as_one_would_and_cut_short_where_it_is_long() -> None:
    slopes = {
        "x*x/2": "x", "3*x": "3", "x**5": "5*x**4", "tanh(x)": "(1 + tanh(x))*(1 - tanh(x))",
        "sin(x)+0.1*x": "cos(x) + 0.1", "where(x>0, x, 0.1*x)": "where(0 < x, 1, 0.1)",
    }  # fmt: skip
    assert {text: Formula(text).slope_text for text in slopes} == slopes
    slope = Formula("max(" * 20 + "x" + ",-x)" * 20).slope_text
    assert len(slope) == 240
    assert slope.endswith("…")


@pytest.mark.parametrize("text", ["x", "2", "tanh(x)*x", "where(x>0, 1, 0)"])
def test_a_formula_takes_and_gives_float64_of_any_shape(text: str) -> None:
    formula = Formula(text)
    for shape in ((), (1,), (9,), (40,), (4, 30), (2, 3, 5), (0,), (3, 0)):
        x = np.asarray(np.random.RandomState(0).randn(*shape))
        before = x.copy()
        for answer in (formula(x), formula.slope(x)):
            assert isinstance(answer, np.ndarray)
            assert (answer.shape, answer.dtype) == (shape, np.dtype(np.float64))
            assert not np.shares_memory(answer, x)
        assert (formula.without_slope(x).shape, bits(x)) == (shape, bits(before))


def test_ints_and_lists_are_numbers_too_and_a_formula_has_the_bits_of_the_same_activation() -> None:
    assert Formula("x/2")([1, 2]).tolist() == [0.5, 1.0]
    assert formulas("[v0/2]")[0]([[1], [2]]).tolist() == [0.5]
    x, formula = np.random.RandomState(1).randn(10_001), Formula("exp(-x*x)*sin(3*x) + x**1.5")
    assert bits(formula(x)[::99]) == bits(np.array([formula(number) for number in x[::99]]))
    assert bits(formula.slope(x)[::99]) == bits(np.array([formula.slope(number) for number in x[::99]]))
    x = np.concatenate([np.random.RandomState(2).randn(100) * 3, [0.0, -0.0, math.inf, -math.inf]])
    for text, name in {
        "tanh(x)": "tanh", "x*x/2": "square/2", "sigmoid(x)": "sigmoid", "softplus(x)": "softplus", "relu(x)": "relu",
        "where(x>0, x, 0.01*x)": "leaky relu", "2*x": "double", "x+1": "plus one", "x": "identity",
    }.items():  # fmt: skip
        formula, row = Formula(text), ACTIVATIONS[name]
        with np.errstate(all="ignore"):
            assert bits(formula(x)) == bits(row.value(x)), name
            assert bits(formula.slope(x)) == bits(row.slope(x)), name
    assert bits(Formula("sigmoid(x)")(POINTS)) == bits(sigmoid(POINTS))
    assert bits(Formula("softplus(x)")(POINTS)) == bits(softplus(POINTS))


EDGES = (
    ("1/x", 0.0, math.inf), ("1/x", -0.0, -math.inf), ("log(x)", 0.0, -math.inf), ("log(x)", -1.0, math.nan),
    ("log1p(x)", -1.0, -math.inf), ("sqrt(x)", -1.0, math.nan), ("sin(x)", math.inf, math.nan),
    ("cos(x)", -math.inf, math.nan), ("tan(x)", math.inf, math.nan), ("sinh(x)", -1e3, -math.inf),
    ("sinh(x)", 1e3, math.inf), ("cosh(x)", 1e3, math.inf), ("exp(x)", 1e3, math.inf),
    ("arctan(x)", math.inf, math.pi / 2), ("x**0.5", -1.0, math.nan), ("x**0.5", -0.0, 0.0),
    ("2**x", 2000.0, math.inf), ("x**65", -1e300, -math.inf), ("x**-65", -0.0, -math.inf), ("x**66", -1e300, math.inf),
    ("x**-0.5", 0.0, math.inf), ("(-8)**x", 0.5, math.nan), ("(-8)**x", math.inf, math.inf),
    ("x**x", math.nan, math.nan), ("1**x", math.nan, 1.0), ("x**0", math.nan, 1.0), ("max(x, 1)", math.nan, math.nan),
    ("min(1, x)", math.nan, math.nan), ("sign(x)", math.nan, math.nan), ("sign(x)", -0.0, 0.0),
    ("abs(x)", -math.inf, math.inf), ("floor(x)", -math.inf, -math.inf), ("x > 0", math.nan, 0.0),
    ("x != x", math.nan, 1.0), ("not x", math.nan, 0.0), ("where(x, 1, 2)", math.nan, 1.0),
    ("expm1(x)", 800.0, math.inf), ("relu(x)", math.nan, math.nan), ("step(x)", 0.0, 0.0),
)  # fmt: skip


def test_at_the_edges_the_answer_is_ieees_and_whole_exponents_are_repeated_multiplication() -> None:
    assert [edge for edge in EDGES if bits(Formula(edge[0])(np.array([edge[1]]))) != bits([edge[2]])] == []
    x = np.array([-3.0, -1.5, 0.0, -0.0, 2.0, 1e200, math.inf])
    for exponent in range(-64, 65):
        formula = Formula(f"x**{exponent}")
        with np.errstate(all="ignore"):
            assert formula(x) == pytest.approx(np.power(x, float(exponent)), rel=1e-13)
        assert not any(list(OPERATIONS)[step.opcode] == "power" for step in formula._value.steps)


# Several variables, and several formulas


def test_several_variables_are_rows_of_one_array_and_several_formulas_come_from_one_text() -> None:
    v, formula = np.arange(12.0).reshape(3, 4), Formula("v0 + 10*v[2]", VECTOR)
    assert (formula.inputs, formula(v).tolist()) == (3, (v[0] + 10 * v[2]).tolist())
    assert formula(v[:, 0]).tolist() == v[0, 0] + 10 * v[2, 0]
    assert Formula("a - b", ("a", "b"))([[3.0], [1.0]]).tolist() == [2.0]
    constant = Formula("3", VECTOR)
    assert (constant(np.zeros((2, 5))).tolist(), constant(np.zeros(2)).shape, constant.inputs) == ([3.0] * 5, (), 0)
    for few in ([1.0, 2.0], 3.0, []):
        assert re.fullmatch(r"v2 reads 3 numbers; it was given \d\.", refusal(ShapeError, Formula("v2", VECTOR), few))
    formula = Formula("v0*v1", VECTOR)
    for ask in (lambda: formula.slope([1.0, 2.0]), lambda: formula.slope_text, lambda: formula.slope_is_zero,
                lambda: formula.without_slope([1.0, 2.0]), lambda: formula.program):  # fmt: skip
        refuses(BenchError, ask, match="a derivative needs a formula in one")
    formula = pickle.loads(pickle.dumps(Formula("x*x", ("x",))))
    assert (formula.text, repr(formula)) == ("x*x", "Formula x*x")
    error = pickle.loads(pickle.dumps(FormulaError("No.", 3)))
    assert (str(error), error.position) == ("No.", 3)
    given: list[tuple[Any, list[str]]] = [
        ("[(v0-v1)**2, 0]", ["(v0-v1)**2", "0"]), ("  [ (v0>0)*2-1,(v0>v1)*2-1 ]  ", ["(v0>0)*2-1", "(v0>v1)*2-1"]),
        ("[(v0)]", ["v0"]), ("v[1]", ["v[1]"]), ("where(v0, 1, 2)", ["where(v0, 1, 2)"]),
        (["v1", " v0 "], ["v1", "v0"]), (("1", "1"), ["1", "1"]),
    ]  # fmt: skip
    assert [[formula.text for formula in formulas(one)] for one, _ in given] == [texts for _, texts in given]
    wrong: list[Any] = ["[]", [], (), 3, None, {}, ["v0"] * 257]
    said = [refusal(FormulaError, formulas, given) for given in wrong]
    assert [one for one in said if not one.startswith("There are from 1 to 256 formulas")] == []
    with pytest.raises(FormulaError) as refused:
        formulas(" [v0, 2*w1]")
    assert refused.value.position == 8


@MANY
@given(texts())
@example("((x < 0)+(x <= x))")
@example("(x <= max(x, log(x)))")
def test_any_formula_of_the_language_means_what_python_means_by_it(text: str) -> None:
    formula = Formula(text)
    for x in (-1.7, -0.3, 0.6, 2.2):
        try:
            with np.errstate(all="ignore"):
                wanted = in_python(text, np.float64(x))  # a root of a number below 0 is no complex one
        except (ArithmeticError, ValueError, TypeError):
            continue
        found = float(formula(x))
        if math.isfinite(wanted) and math.isfinite(found):
            assert found == pytest.approx(wanted, rel=1e-6, abs=1e-6)
