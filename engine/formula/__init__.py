"""Own formulas: a small language of our own, from text to a program that knows its derivative. Nothing typed is run.

Its rooms, from the ground up: `operations` (the table), `graph` (every part once), `spelling` (characters and
brackets), `language` (what can be typed), `slopes` (the derivative), `writing` (text again), `program` (steps over
registers), `own` (what is called).
"""

from engine.formula.own import VECTOR, Formula, formulas

__all__ = ["VECTOR", "Formula", "formulas"]
