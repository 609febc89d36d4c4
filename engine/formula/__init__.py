"""Own formulas: a small language, from text to a program with its derivative. Typed text is never run.

Its modules, each of which imports only from those before it: `operations` (the table), `graph` (each subexpression
once), `spelling` (what people write, as the language spells it), `syntax` (characters and brackets), `parser` (what can
be typed), `derivative`, `printer` (text again), `program` (steps over registers), `formula` (the callable).
"""

from engine.formula.formula import VECTOR, Formula, formulas
from engine.formula.spelling import plain_spelling
from engine.formula.syntax import CHARACTERS

__all__ = ["CHARACTERS", "VECTOR", "Formula", "formulas", "plain_spelling"]
