"""Formulas for tests: a fixed list, and random ones."""

import numpy as np
from hypothesis import strategies as st

from engine import Formula, FormulaError
from engine.formula.parser import FUNCTIONS

ONE_VARIABLE = (
    "x", "-x", "+x", "3", "x + 2", "2 - x", "x*x/2", "x/3", "3/x", "x - x", "x*3*x", "x**2", "x**3", "x**7", "x**-1",
    "x**-3", "x**1", "x**0", "-x**2", "(-x)**2", "2**-x", "x**1.5", "(x/3)**65", "1.1**x", "(x*x)**x", "abs(x)",
    "sign(x)*x", "sqrt(x)", "sqrt(x*x + 1)", "exp(x)", "exp(-x*x)", "log(x)", "log(1 + exp(x))", "log1p(x*x)",
    "expm1(x)", "sin(x)", "sin(2*x + 1)", "cos(x)", "tan(x/2)", "arctan(x)", "sinh(x)", "cosh(x)", "tanh(x)",
    "tanh(x) + 0.1*x", "sigmoid(x)", "x*sigmoid(x)", "softplus(x)", "relu(x)", "relu(x)**2", "floor(x)", "x - floor(x)",
    "step(x)", "max(x, 0)", "max(x, 0.5, -x)", "min(x, 1)", "min(x, 1, x*x, -0.4)", "clip(x, -1, 1)",
    "clip(2*x, -1, x*x)", "where(x>0, x, 0.1*x)", "where(x, 1/x, 0)", "x if x>0 else 0.01*x",
    "1 if x<-1 else 2 if x<1 else x", "(x>0)*2-1", "(x>=0)*x", "(x<0)*x*x", "(x<=0)*3", "(x==1) + (x!=1)*x",
    "0 < x < 1", "-1 < x <= 2 != x", "x>0 and x<1", "x and x*x", "x or 5", "(x<0 or x>1)*x", "not x", "(not x>0)*x",
    "np.sin(x)*math.pi", "math.exp(x)/np.e", "pi*x + e", "e**x", ".5*x + 1.e-1 - 2E+1", "  x  ", "((x))",
    "x*(x - 1)*(x + 1)/(x*x + 2)", "tanh(tanh(tanh(x)))", "exp(sin(x)*cos(x))", "1/(1 + exp(-3*x))",
    "x/sqrt(1 + x**2)", "x*tanh(softplus(x))",
)  # fmt: skip
"""Formulas in one variable, as they may be typed; every name of the language is among them."""

_LEAVES = (*["x"] * 12, "0", "1", "2", "0.5", "3.25", "1e-3", "pi", "e", "10")
_ARITIES = {"where": 3, "clip": 3, "max": 2, "min": 2}
_CALLS = tuple(f"{name}({', '.join(['{}'] * _ARITIES.get(name, 1))})" for name in FUNCTIONS)
_SHAPES = (
    *[f"({{}}{sign}{{}})" for sign in "+-*/" * 4],
    *[f"({{}} {sign} {{}})" for sign in ("<", "<=", ">", ">=", "==", "!=", "and", "or")],
    *[f"({{}})**{exponent}" for exponent in (2, 3, 7, -1, -2, 0.5, 1.5)],
    *_CALLS, "({})**({})", "(-{})", "(not {})", "({} if {} else {})",
)  # fmt: skip
"""Shapes of a formula that is made of smaller ones."""


def _grown(smaller: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    def filled(shape: str) -> st.SearchStrategy[str]:
        count = shape.count("{}")
        return st.lists(smaller, min_size=count, max_size=count).map(lambda parts: shape.format(*parts))

    return st.sampled_from(_SHAPES).flatmap(filled)


def random_text(rng: np.random.RandomState) -> str:
    """A random formula, up to five operations deep."""
    while not accepted(text := _random(rng, rng.randint(1, 6))):
        pass
    return text


def _random(rng: np.random.RandomState, depth: int) -> str:
    if not depth:
        return str(rng.choice(_LEAVES))
    shape = str(rng.choice(_SHAPES))
    return shape.format(*[_random(rng, rng.randint(depth)) for _ in range(shape.count("{}"))])


def texts(leaves: int = 12) -> st.SearchStrategy[str]:
    """Random expression trees over all names, whose text is a formula in x."""
    return st.recursive(st.sampled_from(_LEAVES), _grown, max_leaves=leaves).filter(accepted)


def accepted(text: str) -> bool:
    """Whether the text is a formula: not too long, and without constants that are not finite."""
    try:
        Formula(text)
    except FormulaError:
        return False
    return True
