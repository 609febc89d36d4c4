"""Goals of tasks: what they ask and allow in words, and whether a run has reached one.

An end counts under another data seed where it holds all that the goal says of losses and answers. Where the goal says
only in how many of 32 others a run learns, it learns below 95 % of the loss of the best constant answer.
"""

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from engine.experiments.experiment import Experiment
from engine.experiments.knobs import KNOBS
from engine.outcomes.outcome import FLAT_FROM, best_constant_loss
from engine.outcomes.run_ends import OTHERS, RunEnd
from webapp.base.format import apart, knob_number, number
from webapp.classes.lesson import Goal, Step
from webapp.classes.turned_knobs import WEIGHT_SEED, WEIGHTS

MOST_OF_THE_WAY = 0.9
"""The most points of a run that is not there."""


@dataclass(frozen=True)
class Judged:
    """A run, judged by the goal of its task."""

    done: bool
    """Whether all of the goal holds."""
    missing: tuple[str, ...]
    """A sentence for each part of the goal that does not hold."""
    points: float
    """1 where it is done, else up to 0.9: the share of the way from the first run to the goal, of the part that lags
    most, over the logarithms of losses and evenly over shares."""
    found: str
    """The numbers that the goal is about, in words."""


def asked_words(goal: Goal) -> str:
    """A goal in words: a final loss of at most 0.05 with at most 500 samples."""
    parts = []
    if goal.final_loss is not None:
        parts.append(f"a final loss of at most {knob_number(goal.final_loss)}")
    if goal.held_out is not None:
        parts.append(f"a held-out loss of at most {knob_number(goal.held_out)}")
    if goal.accuracy is not None:
        parts.append(f"at least {percent(goal.accuracy)} answered right")
    words = listed(parts or ["a run that learns"])
    words += "" if goal.samples is None else f" with at most {goal.samples:,} samples"
    return words + ("" if goal.learns_in is None else f", and so with {goal.learns_in} of {OTHERS} other data seeds")


def allowed_words(step: Step) -> str:
    """The knobs that may be turned, in words."""
    spoken = {knob.link_name: knob.spoken for knob in KNOBS.values()} | {WEIGHTS: f"the {WEIGHT_SEED}"}
    return listed([spoken.get(name, name) for name in step.knobs])


def listed(words: Sequence[str]) -> str:
    """a, b and c."""
    return " and ".join(filter(None, [", ".join(words[:-1]), *words[-1:]]))


def percent(share: float) -> str:
    """A share in percent: 95 %, 97.5 %."""
    return f"{100 * share:.4g} %"


def to_learn(goal: Goal, experiment: Experiment) -> float:
    """The loss that a run which learns ends below; nan where the goal does not ask for that."""
    if goal.final_loss is None and goal.held_out is None and goal.accuracy is None:
        return FLAT_FROM * best_constant_loss(experiment)
    return math.nan


def counts(goal: Goal, end: RunEnd, below: float) -> bool:
    """Whether the end of a run, under its own data seed or another, is one that the goal asks for."""
    parts = [
        goal.final_loss is None or end.final <= goal.final_loss,
        goal.held_out is None or end.held_out <= goal.held_out,
        goal.accuracy is None or end.accuracy >= goal.accuracy,
        math.isnan(below) or end.final < below,
    ]
    return end.diverged_at is None and math.isfinite(end.final) and all(parts)


def judge(
    goal: Goal, experiment: Experiment, end: RunEnd, start: RunEnd, below: float, reached: int | None = None
) -> Judged:
    """The run judged, with the end of the first run, and how many of 32 other data seeds get there: None if nobody has
    looked."""
    parts = list(_parts(goal, experiment, end, start, below, reached))
    missing = tuple(sentence for holds, sentence, _, _ in parts if not holds)
    way = min((way for holds, _, way, _ in parts if not holds), default=1.0)
    found = "; ".join(words for *_, words in parts if words)
    points = 1.0 if not missing else math.floor(100 * MOST_OF_THE_WAY * min(max(way, 0.0), 1.0)) / 100
    return Judged(not missing, missing, points, found)


def _parts(
    goal: Goal, experiment: Experiment, end: RunEnd, start: RunEnd, below: float, reached: int | None
) -> Iterator[tuple[bool, str, float, str]]:
    """Of each part of the goal: whether it holds, what is missing, the share of the way, and the number in words."""
    if not math.isfinite(end.final):
        place = "" if end.diverged_at is None else f" at step {end.diverged_at:,}"
        yield False, f"The run diverges{place}.", 0.0, f"diverges{place}"
        return
    if goal.final_loss is not None:
        yield _at_most("final loss", end.final, goal.final_loss, start.final)
    if goal.held_out is not None:
        yield _at_most("held-out loss", end.held_out, goal.held_out, start.held_out)
    if goal.accuracy is not None:
        way = _way(start.accuracy, end.accuracy, goal.accuracy)
        sentence = f"{percent(end.accuracy)} are answered right; the task asks for {percent(goal.accuracy)}."
        yield end.accuracy >= goal.accuracy, sentence, way, f"{percent(end.accuracy)} right"
    if not math.isnan(below):
        sentence = f"The run does not learn: its final loss is {number(end.final)}, not below {number(below)}."
        yield end.final < below, sentence, 0.0, f"final loss {number(end.final)}"
    if goal.samples is not None and experiment.samples > goal.samples:
        sentence = f"The run has {experiment.samples:,} samples; the task allows {goal.samples:,}."
        yield False, sentence, goal.samples / experiment.samples, ""
    if goal.learns_in is not None and reached is not None:
        sentence = f"With {reached} of {OTHERS} other data seeds it gets there; the task asks for {goal.learns_in}."
        yield reached >= goal.learns_in, sentence, reached / goal.learns_in, ""


def _at_most(name: str, found: float, most: float, first: float) -> tuple[bool, str, float, str]:
    shown = apart(found, most)[0] if found > most else number(found)
    way = _way(math.log(first), math.log(found), math.log(most)) if found > 0.0 < first < math.inf else 0.0
    return (
        found <= most,
        f"The {name} is {shown}; the task asks for at most {knob_number(most)}.",
        way,
        f"{name} {shown}",
    )


def _way(first: float, found: float, goal: float) -> float:
    """The share of the way from the first value to the goal that is done."""
    return (found - first) / (goal - first) if math.isfinite(first) and goal != first else 0.0
