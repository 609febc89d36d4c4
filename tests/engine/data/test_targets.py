"""Every target takes one vector and many, and states how many numbers it reads and gives."""

import math
import re
from typing import Any

import numpy as np
import pytest

from engine.data.inputs import INPUT_DISTRIBUTIONS, draw_inputs
from engine.data.targets import TARGETS, Target, resolve_target, target_named
from engine.errors import UnknownNameError
from tests.engine.asserting import refusal
from tests.engine.strategies import bits

every_row = pytest.mark.parametrize("row", TARGETS.values(), ids=TARGETS)


@every_row
@pytest.mark.parametrize("kind", INPUT_DISTRIBUTIONS)
def test_many_vectors_at_once_have_the_outputs_of_each_alone(row: Target, kind: str) -> None:
    X = draw_inputs(kind, 3, 60, row.inputs + 1)
    together = row(X.T)
    assert together.shape == (row.outputs, 60)
    assert bits(together.T) == bits(np.array([row(x) for x in X]))


@every_row
def test_one_vector_gets_as_many_numbers_as_there_are_formulas_and_a_list_of_ints_is_a_vector_too(row: Target) -> None:
    answer = row(np.full(row.inputs, 0.25))
    assert answer.shape == (row.outputs,) == (len(row.formulas),)
    assert answer.dtype == np.float64
    assert bits(row([1] * row.inputs)) == bits(row(np.ones(row.inputs)))
    # The row has its name and words.
    assert TARGETS[row.name] is row
    assert row.title
    assert all(row.formulas)
    assert row.inputs in (1, 2)


def test_a_target_computes_what_its_title_says_and_the_notebooks_formulas_are_the_notebooks() -> None:
    answers: dict[tuple[str, tuple[float, ...]], tuple[float, ...]] = {
        ("identity", (3.0, -5.0)): (3.0, -5.0), ("swap", (3.0, -5.0)): (-5.0, 3.0),
        ("double", (3.0, -5.0)): (6.0, -10.0), ("squared difference", (3.0, -5.0)): (64.0, 0.0),
        ("signs", (0.5, 2.0)): (1.0, -1.0), ("signs", (-0.5, -2.0)): (-1.0, 1.0), ("signs", (0.0, 0.0)): (-1.0, -1.0),
        ("ones", (3.0, -5.0)): (1.0, 1.0), ("xor", (1.0, 1.0)): (-1.0,), ("xor", (-1.0, -1.0)): (-1.0,),
        ("xor", (1.0, -1.0)): (1.0,), ("xor", (-1.0, 1.0)): (1.0,), ("circle", (0.0, 0.79)): (1.0,),
        ("circle", (0.0, 0.81)): (-1.0,), ("sine", (0.5,)): (1.0,), ("sine", (-0.5,)): (-1.0,),
        ("moons", (-1.0, 0.0)): (1.0,), ("moons", (1.0, 0.0)): (-1.0,), ("spiral", (0.2, 0.1)): (1.0,),
        ("spiral", (-0.2, -0.1)): (-1.0,),
    }  # fmt: skip
    assert {(name, v): tuple(TARGETS[name](v)) for name, v in answers} == answers
    for angle in np.linspace(0.05, np.pi - 0.05, 40):
        on_one, on_the_other = (
            np.array([np.cos(angle), np.sin(angle)]),
            np.array([1 - np.cos(angle), 0.5 - np.sin(angle)]),
        )
        moons = [TARGETS["moons"]((one - [0.5, 0.25]) / [1.5, 1.0]).tolist() for one in (on_one, on_the_other)]
        assert moons == [[1.0], [-1.0]], angle
    for x in draw_inputs("normal", 3, 50, 2):
        assert TARGETS["squared difference"](x).tolist() == [(x[0] - x[1]) ** 2, 0]
        assert TARGETS["signs"](x).tolist() == [(x[0] > 0) * 2 - 1, (x[0] > x[1]) * 2 - 1]
        assert TARGETS["swap"](x).tolist() == [x[1], x[0]]


def test_both_classes_are_about_equally_common_and_spiral_and_sine_are_what_they_say() -> None:
    v = draw_inputs("uniform", 3, 4000, 2).T
    for name in ("circle", "spiral", "moons", "xor", "signs"):
        answers = TARGETS[name](v)
        assert set(answers.ravel()) == {-1.0, 1.0}
        assert abs(answers.mean()) < 0.2
    assert (TARGETS["spiral"](v) == -TARGETS["spiral"](-v)).all()
    v = np.linspace(-1.0, 1.0, 41)
    assert TARGETS["sine"](v[None])[0] == pytest.approx(np.sin(math.pi * v), abs=1e-15)


def test_an_unknown_target_is_answered_with_the_targets_there_are() -> None:
    names: list[Any] = ["Swap", "", None, 3, ["swap"], {}]
    for name in names:
        said = refusal(UnknownNameError, target_named, name)
        assert re.match(r"There is no target called .*\. Known: identity, swap, .*sine\.", said), name
    for target in (names[2], 3, names[-1], 1.5):
        assert "There is no target called" in refusal(UnknownNameError, resolve_target, target)


@pytest.mark.parametrize("kind", INPUT_DISTRIBUTIONS)
def test_a_target_of_formulas_takes_one_vector_and_many_and_a_name_comes_first(kind: str) -> None:
    own, X = resolve_target("[sin(v0)*v[2], 1, where(v1>0, v0, -v2)]"), draw_inputs(kind, 3, 60, 4)
    assert own(X.T).shape == (3, 60)
    assert bits(own(X.T).T) == bits(np.array([own(x) for x in X]))
    assert resolve_target("swap") is TARGETS["swap"]
    assert resolve_target("[v1, v0]").formulas == resolve_target(("v1", "v0")).formulas == ("v1", "v0")
    assert (resolve_target("3").inputs, resolve_target("v7").inputs) == (1, 8)
