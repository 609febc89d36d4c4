"""Targets: the functions that a network can learn, as a table or as formulas in v0, v1, …, one for each output.

A target takes v, whose v[0], v[1], … are numbers or equally long rows of numbers, and returns one row for each output.
"""

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import numpy as np

from engine.base.numerics import FloatArray, arctan2, sin
from engine.errors import FormulaError, UnknownNameError, shown
from engine.formula import formulas

CIRCLE_RADIUS = 0.8
"""Holds half of the square that uniform inputs fill: π·0.8² ≈ 2 of 4."""

CACHED_TARGETS = 64
"""The number of targets given by formulas that are cached."""


@dataclass(frozen=True)
class Target:
    """A function ℝⁿ→ℝᵐ with the words that name it; n is the least number of inputs it reads."""

    name: str
    title: str
    formulas: tuple[str, ...]
    inputs: int
    function: Callable[[Any], Sequence[Any]]
    everywhere: bool = True
    """Whether it is defined for any input; a table of points returns nan elsewhere."""
    work: int = 0
    """About how many nanoseconds eight values of its formulas take in the kernel."""

    @property
    def outputs(self) -> int:
        """The number of outputs."""
        return len(self.formulas)

    def __call__(self, v: Any) -> FloatArray:
        """The expected output: (inputs,) → (outputs,), or column by column (inputs, n) → (outputs, n)."""
        rows = np.asarray(v, dtype=np.float64)
        outputs = [np.asarray(row, dtype=np.float64) for row in self.function(rows)]
        return np.stack([np.broadcast_to(output, rows.shape[1:]) for output in outputs])


def target_named(name: str) -> Target:
    """The row of that name; UnknownNameError lists the names there are."""
    try:
        return TARGETS[name]
    except (KeyError, TypeError):
        raise UnknownNameError("target", name, TARGETS) from None


def resolve_target(target: str | Sequence[str]) -> Target:
    """The target of that name, or given by formulas: the text of one, of a list, or a list of texts.

    FormulaError when it is neither, UnknownNameError for what is no text at all.
    """
    if isinstance(target, list | tuple):
        return custom_target(tuple(map(_text, target)))
    if not isinstance(target, str) or target in TARGETS:
        return target_named(target)  # type: ignore[arg-type]
    try:
        return custom_target(target)
    except FormulaError as error:
        raise FormulaError(f"{error} Or name a target: {', '.join(TARGETS)}.", error.position) from None


def _text(text: object) -> str:
    if not isinstance(text, str):
        raise FormulaError(f"A formula is text, not {shown(text)}.")
    return text


@lru_cache(maxsize=CACHED_TARGETS)
def custom_target(given: str | tuple[str, ...]) -> Target:
    """A target given by formulas, one for each output; its inputs are v0 up to the highest that a formula reads."""
    parsed = formulas(given)
    texts = tuple(formula.text for formula in parsed)
    inputs = max(1, *[formula.inputs for formula in parsed])
    work = sum(formula.value_program.work for formula in parsed)
    name = f"[{', '.join(texts)}]"
    return Target(name, "Own formula", texts, inputs, lambda v: [formula(v) for formula in parsed], work=work)


def _sign(condition: Any) -> Any:
    return np.where(condition, 1.0, -1.0)


def _spiral(v: FloatArray) -> list[FloatArray]:
    radius = np.sqrt(v[0] * v[0] + v[1] * v[1])
    return [_sign(sin(arctan2(v[1], v[0]) + 6.0 * radius) > 0)]


def _arc_distance(x: FloatArray, y: FloatArray) -> FloatArray:
    """Distance to the upper half of the unit circle."""
    on_arc = np.abs(np.sqrt(x * x + y * y) - 1.0)
    to_end = np.sqrt((np.abs(x) - 1.0) ** 2 + y * y)
    return np.where(y >= 0, on_arc, to_end)


def _moons(v: FloatArray) -> list[FloatArray]:
    # The field's two half circles, one upside down, shrunk to fill the square from −1 to 1.
    x, y = 1.5 * v[0] + 0.5, v[1] + 0.25
    return [_sign(_arc_distance(x, y) < _arc_distance(1.0 - x, 0.5 - y))]


_ROWS = (
    Target("identity", "Identity", ("v0", "v1"), 2, lambda v: [v[0], v[1]]),
    Target("swap", "Swap", ("v1", "v0"), 2, lambda v: [v[1], v[0]]),
    Target("double", "Double", ("2*v0", "2*v1"), 2, lambda v: [2.0 * v[0], 2.0 * v[1]]),
    Target(
        "squared difference",
        "Squared difference",
        ("(v0 - v1)**2", "0"),
        2,
        lambda v: [(v[0] - v[1]) * (v[0] - v[1]), 0.0],
    ),
    Target("signs", "Signs", ("sign(v0)", "sign(v0 - v1)"), 2, lambda v: [_sign(v[0] > 0), _sign(v[0] > v[1])]),
    Target("ones", "Ones", ("1", "1"), 2, lambda v: [1.0, 1.0]),
    Target("xor", "XOR", ("-sign(v0)*sign(v1)",), 2, lambda v: [_sign((v[0] > 0) != (v[1] > 0))]),
    Target(
        "circle",
        "Circle",
        ("where(v0*v0 + v1*v1 < 0.64, 1, -1)",),
        2,
        lambda v: [_sign(v[0] * v[0] + v[1] * v[1] < CIRCLE_RADIUS**2)],
    ),
    Target("spiral", "Spiral", ("sign(sin(angle + 6 radius))",), 2, _spiral),
    Target("moons", "Two moons", ("1 nearer the upper moon, else −1",), 2, _moons),
    Target("sine", "Sine", ("sin(pi*v0)",), 1, lambda v: [sin(math.pi * v[0])]),
)

TARGETS: dict[str, Target] = {row.name: row for row in _ROWS}
