"""A kind of prediction, as a row: how an answer is read, how its truth is made, and what is said of both.

Truths are plain data, and `Truths.truth` makes their first fields: kind, before, axis, one, and the texts of choices.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from engine.experiments.experiment import Experiment
from webapp.classes.language import Words
from webapp.classes.lesson import Step

Plain = Mapping[str, Any]
"""A question, a truth or the facts of a run, as JSON has it."""


@dataclass(frozen=True)
class Prediction:
    """All that one kind of prediction has of its own; no other code of rounds and reveals knows a kind by its name."""

    name: str
    read: Callable[[Plain, object], Any]
    """The value of an answer to this question, as `Truths.question` gives it; Malformed for any other."""
    runs: Callable[[Step], tuple[int, int]]
    """The runs before and after that the question, the check of its choices and its truth take, at most."""
    truth: Callable[[Step, Experiment, Experiment, Plain], Plain]
    """The truth of a step, from its run before, the one to predict, which is the same where nothing is turned, and the
    facts of `run_before`; LessonRefused where there is none."""
    is_within: Callable[[Plain, Any], bool]
    """Whether a value is within luck; where `is_right`, whether it is the one that holds."""
    distance: Callable[[Plain, Any], float]
    """How far a value lies from the truth, in decades; ∞ where that is no number."""
    group: Callable[[Plain, Any], int | str]
    """The group of opinions of a value: the name of its words, or the number of a text."""
    happened: Callable[[Words, Step, Plain], dict[str, list[str]]]
    """The result as an opening, what is emphasised, and the end; of a turn with “It” as its opening too."""
    luck: Callable[[Words, Plain], str]
    """How near a prediction must be, in words."""
    value: Callable[[Words, Plain, Any], str]
    """A value in words."""
    miss: Callable[[Words, Plain, Any], str]
    """How far off a value is that is not within luck, in words."""
    answers: Callable[[Plain], range]
    """All values where they are numbers that luck may join, else none."""
    is_right: bool = False
    """Whether a value is right or not, in place of near."""
    is_drawn: bool = False
    """Whether a value is drawn, and not said."""
    names_loss: bool = False
    """Whether a loss is named, which can be looked up, and has no distance where the run diverges."""
