"""Sums have one order and exp and tanh one formula, whatever path takes them."""

import decimal
import importlib
import itertools
import math
import os
import random
import subprocess
import sys
from collections.abc import Callable, Iterable
from functools import reduce

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.base.numerics import FEW as FEW_NUMBERS
from engine.base.numerics import LANES, FloatArray, arctan2, erf, exp, expm1, log1p, sin, sum_in_order, sum_lanes, tanh
from tests.engine.strategies import MANY, any_float, bits

EXACT = decimal.Context(prec=60)


def from_left_to_right(terms: Iterable[float]) -> float:
    return reduce(lambda total, term: total + term, terms)


def spelled_out(terms: list[float]) -> float:
    """The documented order, in plain Python: eight lanes, joined in pairs, then the rest one by one."""
    whole = len(terms) - len(terms) % 8
    if whole == 0:
        return from_left_to_right(terms)
    l0, l1, l2, l3, l4, l5, l6, l7 = (from_left_to_right(terms[lane:whole:8]) for lane in range(8))
    return from_left_to_right([(((l0 + l1) + (l2 + l3)) + ((l4 + l5) + (l6 + l7))), *terms[whole:]])


WRONG_ORDERS: dict[str, Callable[[list[float]], float]] = {
    "from left to right": from_left_to_right,
    "from right to left": lambda terms: from_left_to_right(terms[::-1]),
    "as NumPy likes": lambda terms: float(np.sum(terms)),
    "rounded once": math.fsum,
    "the rest before the lanes": lambda terms: from_left_to_right([spelled_out(terms[-3:]), spelled_out(terms[:-3])]),
    "lanes joined one by one": lambda terms: from_left_to_right(
        [*(from_left_to_right(terms[lane:256:8]) for lane in range(8)), *terms[256:]]
    ),
    "four lanes": lambda terms: from_left_to_right(
        [*(from_left_to_right(terms[lane:256:4]) for lane in range(4)), *terms[256:]]
    ),
}


def test_a_sum_is_the_documented_order_to_the_bit_and_another_order_is_caught() -> None:
    rng = random.Random(3)
    for n in range(1, 301):
        terms = [rng.uniform(-1, 1) * 10.0 ** rng.randint(-12, 12) for _ in range(n)]
        assert bits(sum_lanes(np.array(terms))) == bits(spelled_out(terms)), n
    rng = random.Random(3)
    rows = [[rng.uniform(-1, 1) for _ in range(259)] for _ in range(20)]
    sums = [bits(sum_lanes(np.array(terms))) for terms in rows]
    assert [name for name, wrong in WRONG_ORDERS.items() if [bits(wrong(terms)) for terms in rows] == sums] == []


@MANY
@given(st.lists(any_float, min_size=1, max_size=300))
def test_a_sum_of_odd_numbers_is_the_documented_order_too(terms: list[float]) -> None:
    with np.errstate(all="ignore"):
        assert bits(sum_lanes(np.array(terms))) == bits(spelled_out(terms))


def test_sums_have_one_order_whatever_their_number_axis_and_layout() -> None:
    for shape in ((1, 1), (3, 7), (2, 8), (5, 9), (4, 3, 17), (2, 2, 64)):
        terms = np.random.RandomState(0).randn(*shape)
        together = sum_lanes(terms)
        assert together.shape == shape[:-1]
        assert all(bits(together[at]) == bits(sum_lanes(terms[at])) for at in np.ndindex(*shape[:-1]))
    assert LANES == 8
    for rows in (1, 2, 7, 8, 9, 63, 257):
        terms = np.random.RandomState(rows).randn(rows, 5)
        expected = [from_left_to_right(column) for column in terms.T.tolist()]
        assert bits(sum_in_order(terms, axis=0)) == bits(expected), rows
    terms = np.random.RandomState(1).randn(40, 40)
    backwards = np.ascontiguousarray(terms[::-1])[::-1]
    assert bits(sum_lanes(np.asfortranarray(terms))) == bits(sum_lanes(terms)) == bits(sum_lanes(backwards))
    assert bits(sum_in_order(np.asfortranarray(terms), axis=0)) == bits(sum_in_order(terms, axis=0))


def both_ways(function: Callable[[FloatArray], FloatArray], values: list[float]) -> tuple[bytes, bytes]:
    """The bits of the loop over Python floats, and of the whole array at once."""
    long = np.array(values + [0.5] * (FEW_NUMBERS + 1))
    with np.errstate(all="ignore"):
        one_by_one = [float(function(np.array([value]))[0]) for value in values]
        return bits(one_by_one), bits(function(long)[: len(values)])


near_the_edges = st.floats(-750.0, 750.0) | st.floats(-46.0, 46.0) | st.floats(-1e-3, 1e-3)


@pytest.mark.parametrize("function", [exp, tanh, expm1])
@MANY
@given(values=st.lists(any_float | near_the_edges, min_size=1, max_size=20))
def test_one_number_and_many_have_equal_bits(function: Callable[[FloatArray], FloatArray], values: list[float]) -> None:
    one_by_one, at_once = both_ways(function, values)
    assert one_by_one == at_once


def exact_exp(x: float) -> decimal.Decimal:
    return decimal.Decimal(x).exp(EXACT)


def exact_expm1(x: float) -> decimal.Decimal:
    return EXACT.subtract(exact_exp(x), 1)


def exact_tanh(x: float) -> decimal.Decimal:
    grown = exact_exp(2.0 * x)
    return EXACT.divide(EXACT.subtract(grown, 1), EXACT.add(grown, 1))


def ulps(found: float, exact: decimal.Decimal) -> float:
    """How many units in the last place of the exact value lie between them."""
    apart = EXACT.subtract(decimal.Decimal(found), exact)
    return abs(float(EXACT.divide(apart, decimal.Decimal(math.ulp(float(exact))))))


@pytest.mark.parametrize(("function", "exact", "most"), [
    (exp, exact_exp, 1.0), (expm1, exact_expm1, 2.0), (tanh, exact_tanh, 3.0),
])  # fmt: skip
@pytest.mark.parametrize("points", [501, pytest.param(5_001, marks=pytest.mark.soak)])
def test_the_exponentials_are_accurate_to_a_few_units_in_the_last_place(
    function: Callable[[FloatArray], FloatArray], exact: Callable[[float], decimal.Decimal], most: float, points: int
) -> None:
    for x in (np.geomspace(1e-12, 1.0, points), np.linspace(0.0, 30.0, points), np.linspace(30.0, 709.0, points)):
        both = np.concatenate([-x, x])
        apart = [ulps(found, exact(at)) for at, found in zip(both.tolist(), function(both).tolist(), strict=True)]
        assert max(apart) <= most


@given(st.floats(-746.0, -700.0))
def test_exp_is_right_where_its_answer_is_denormal(x: float) -> None:
    assert ulps(float(exp(np.array([x]))[0]), exact_exp(x)) <= 1.0


@given(any_float)
def test_tanh_is_odd_to_the_bit(x: float) -> None:
    there, back = tanh(np.array([x, -x])).tolist()
    assert bits(there) == bits(-back)


EDGES: dict[Callable[[FloatArray], FloatArray], list[tuple[float, float]]] = {
    exp: [(0.0, 1.0), (-0.0, 1.0), (-math.inf, 0.0), (math.inf, math.inf), (-746.0, 0.0), (711.0, math.inf),
          (math.nan, math.nan), (5e-324, 1.0)],
    expm1: [(0.0, 0.0), (-math.inf, -1.0), (math.inf, math.inf), (math.nan, math.nan)],
    tanh: [(0.0, 0.0), (-0.0, -0.0), (math.inf, 1.0), (-math.inf, -1.0), (1e300, 1.0), (5e-324, 5e-324),
           (math.nan, math.nan)],
    sin: [(math.inf, math.nan), (-math.inf, math.nan), (math.nan, math.nan), (-0.0, -0.0)],
    log1p: [(-1.0, -math.inf), (-2.0, math.nan), (math.inf, math.inf), (math.nan, math.nan)],
    erf: [(math.inf, 1.0), (-math.inf, -1.0), (math.nan, math.nan)],
}  # fmt: skip


@pytest.mark.parametrize("count", [1, FEW_NUMBERS, FEW_NUMBERS + 1])
def test_the_elementary_functions_answer_at_their_edges(count: int) -> None:
    for function, edges in EDGES.items():
        for x, y in edges:
            with np.errstate(over="ignore"):
                assert bits(function(np.full(count, x))) == bits([y] * count), (function, x)


def test_the_other_functions_are_the_c_librarys() -> None:
    x = np.linspace(-0.99, 40.0, 100).reshape(4, 25)
    for ours, libm in ((sin, math.sin), (log1p, math.log1p), (erf, math.erf)):
        assert ours(x).shape == x.shape
        assert bits(ours(x)) == bits([libm(value) for value in x.ravel().tolist()])
    points = list(itertools.product([-1.0, 0.0, 1.0], repeat=2))
    y, x = np.array(points).T
    assert bits(arctan2(y, x)) == bits([math.atan2(*point) for point in points])
    assert arctan2(np.array(1.0), np.array(-1.0)).shape == ()


FINGERPRINTS = """
from engine import CATALOGUE
from engine.base.numerics import exp, tanh, expm1
from engine.base.metrics import fingerprint, first_divergence
import numpy as np
grid = np.linspace(-60, 60, 9999)
print(fingerprint([exp(grid), tanh(grid), expm1(grid)]))
for key in ("tanh-signs", "leaky-relu-ones", "xor-hidden-layer"):
    row = CATALOGUE[key].experiment
    net = row.network()
    print(fingerprint([np.array(net.losses(zip(*row.facts())))]))
"""


def test_numpy_gives_the_same_bits_without_the_machines_wider_instructions(capsys: pytest.CaptureFixture[str]) -> None:
    numpy_itself = importlib.import_module("numpy._core._multiarray_umath")
    wider = [name for name in numpy_itself.__cpu_dispatch__ if numpy_itself.__cpu_features__[name]]
    environment = {**os.environ, "NPY_DISABLE_CPU_FEATURES": " ".join(wider)}
    without = subprocess.check_output([sys.executable, "-c", FINGERPRINTS], env=environment, text=True)
    exec(FINGERPRINTS, {})
    assert capsys.readouterr().out == without
