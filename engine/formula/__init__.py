"""Own formulas: a small language of our own, from text to a program that knows its derivative. Nothing typed is run.

From the ground up: `operations` (the table), `graph` (each subexpression once), `syntax` (characters and brackets),
`parser` (what can be typed), `derivative`, `printer` (text again), `program` (steps over registers), `formula` (the
callable).
"""

from engine.formula.formula import VECTOR, Formula, formulas

__all__ = ["VECTOR", "Formula", "formulas"]
