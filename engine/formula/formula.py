"""Own formulas: text that anyone may type, as functions over arrays, with their derivative."""

import ast
from collections.abc import Sequence

import numpy as np
from numpy.typing import ArrayLike, NDArray

from engine.base.numerics import FloatArray
from engine.errors import BenchError, FormulaError, ShapeError, shown
from engine.formula.derivative import Slopes, kink_conditions
from engine.formula.graph import VARIABLE, Graph, TooManyNodesError
from engine.formula.parser import graph_of
from engine.formula.printer import text_of
from engine.formula.program import Program, program_of
from engine.formula.syntax import parsed_tree

MOST_NODES = 1500
"""The most parts that a formula may have together with its slope."""

VECTOR = tuple(f"v{k}" for k in range(256))
"""The variables v0, v1, …, which may also be typed as v[0], v[1], …"""


class Formula:
    """A formula in one variable or in several, parsed once; FormulaError says what is wrong with its text, and where.

    Whole constant exponents from −64 to 64 are repeated multiplication; any other power is the C library's, with IEEE's
    answers. A formula in one variable knows its slope. At kinks: abs′(0) = 0, relu′(0) = 0; comparisons, sign, floor
    and step have slope 0; a tie of max or min takes the mean of both; where takes the slope of the branch taken.
    """

    def __init__(self, text: str, variables: Sequence[str] = ("x",)) -> None:
        tree, start = parsed_tree(text, variables[0])
        self.text = text.strip(" ")
        self.variables = tuple(variables)
        graph, root = graph_of(tree, start, self.variables)
        used = sorted({node.variable for node in graph.nodes if node.kind == VARIABLE})
        self.inputs = max(used, default=-1) + 1
        """The highest place of a variable that it reads, plus 1; 0 for a constant."""
        self._value = program_of(graph, [root], used if len(self.variables) > 1 else [0])
        self._slope = _Slope(graph, root, self.variables) if len(self.variables) == 1 else None

    def __call__(self, x: ArrayLike) -> FloatArray:
        """Its value: in one variable over an array of any shape, in several over one of shape (variables, …).

        ShapeError when such an array holds fewer variables than the formula reads.
        """
        values = np.asarray(x, dtype=np.float64)
        if len(self.variables) == 1:
            (value,) = _over(self._value, values)
            return value
        count = len(values) if values.ndim else 0
        if count < self.inputs:
            raise ShapeError(f"{self.text} reads {self.inputs} numbers; it was given {count}.")
        rows = [values[place].ravel() for place in self._value.variables]
        return self._value.run(rows, values[:1].size).reshape(values.shape[1:])

    def slope(self, x: ArrayLike) -> FloatArray:
        """Its derivative over an array of any shape; BenchError for a formula in several variables."""
        (slope,) = _over(self._checked_slope.alone, np.asarray(x, dtype=np.float64))
        return slope

    def without_slope(self, x: ArrayLike) -> NDArray[np.bool_]:
        """The arguments at which no slope can be measured: one in the formula is at a kink there, or the slope is not
        finite.

        Kinks are where two sides of a comparison, of max or of min are equal, where abs, sign, relu, step or the
        condition of where is taken of 0, and where floor is taken of a whole number.
        """
        *conditions, slope = _over(self._checked_slope.kinks, np.asarray(x, dtype=np.float64))
        without: NDArray[np.bool_] = ~np.isfinite(slope)
        for at_kink in conditions:
            without = without | (at_kink != 0.0)
        return without

    @property
    def slope_text(self) -> str:
        """Its derivative as a formula; a text longer than 240 characters ends in …"""
        return self._checked_slope.text

    @property
    def slope_is_zero(self) -> bool:
        """Whether its slope is 0 everywhere, so that no layer before it ever learns."""
        return self._checked_slope.is_zero

    @property
    def value_program(self) -> Program:
        """Its value alone, as the one result of a program in the variables that it reads."""
        return self._value

    @property
    def program(self) -> Program:
        """Value and slope of a formula in one variable, as the two results of one program."""
        return self._checked_slope.with_value

    @property
    def _checked_slope(self) -> "_Slope":
        if self._slope is None:
            raise BenchError(f"{self.text} is a formula in several variables; a derivative needs a formula in one.")
        return self._slope

    def __reduce__(self) -> tuple[type["Formula"], tuple[str, tuple[str, ...]]]:
        return Formula, (self.text, self.variables)

    def __repr__(self) -> str:
        return f"Formula {self.text}"


class _Slope:
    """The derivative of a formula in one variable, as programs and as text."""

    def __init__(self, graph: Graph, root: int, variables: Sequence[str]) -> None:
        graph.most = MOST_NODES
        try:
            slopes = Slopes(graph)
            slope = slopes.of(root)
            conditions = kink_conditions(slopes, root)
        except TooManyNodesError:
            raise FormulaError(
                f"With its derivative, this formula has more than {MOST_NODES:,} parts. Write it shorter."
            ) from None
        self.is_zero = graph.number(slope) == 0.0
        self.text = text_of(graph, slope, variables)
        self.alone = program_of(graph, [slope], [0])
        self.with_value = program_of(graph, [root, slope], [0])
        self.kinks = program_of(graph, [*conditions, slope], [0])


def _over(program: Program, x: FloatArray) -> list[FloatArray]:
    """The results of a program in one variable, each in the shape of x."""
    return [row.reshape(x.shape) for row in program.run([x.ravel()], x.size)]


def formulas(given: str | Sequence[str], variables: Sequence[str] = VECTOR) -> tuple[Formula, ...]:
    """Formulas from the text of one, from the text of a list of them, or from a list of texts.

    `[(v0-v1)**2, 0]` and `["(v0-v1)**2", "0"]` are the same two. FormulaError as for `Formula`.
    """
    texts = _listed(given, variables[0]) if isinstance(given, str) else given
    if not isinstance(texts, list | tuple) or not 0 < len(texts) <= len(VECTOR):
        raise FormulaError(
            f"There are from 1 to {len(VECTOR)} formulas, as text or as a list of texts, not {shown(given)}."
        )
    return tuple(Formula(text, variables) for text in texts)


def _listed(text: str, variable: str) -> list[str]:
    """The texts in a list, each preceded by blanks so that positions in it are positions in the whole."""
    tree, start = parsed_tree(text, variable)
    if not isinstance(tree, ast.List):
        return [text]
    return [" " * (start + part.col_offset) + text[start:][part.col_offset : part.end_col_offset] for part in tree.elts]
