"""A final loss, named as a position on the loss axis."""

import math

from webapp.base.format import knob_number
from webapp.classes.kinds import scores, turn
from webapp.classes.kinds.prediction import Plain, Prediction
from webapp.classes.kinds.runs import turned, turned_runs
from webapp.classes.language import Words
from webapp.classes.values import PER_DECADE, below, diverges, loss_at, position_of, read_position


def _distance(truth: Plain, value: int) -> float:
    end, axis = scores.end_of(truth["truth"]), truth["axis"]
    low, high = scores.cell(value, axis)
    if low <= end <= high < math.inf:
        return 0.0
    return math.inf if value == diverges(axis) or end in (0.0, math.inf) else abs(value - position_of(end)) / PER_DECADE


def _value(say: Words, truth: Plain, value: int) -> str:
    if value == diverges(truth["axis"]):
        return say("named_diverges")
    if value == below(truth["axis"]):
        return say("below", loss=say.local(knob_number(loss_at(truth["axis"][0]))))
    return say.number(loss_at(value))


def _miss(say: Words, truth: Plain, value: int) -> str:
    """A factor, where there is one."""
    loss, axis = truth["truth"], truth["axis"]
    if loss is None:
        return say("it_diverged", place=turn.place(say, truth))
    if value == diverges(axis) or loss == 0.0:
        return say("it_ended", loss=say.number(loss))
    if value == below(axis):
        return say("at_least_too_low", times=say.number(loss / loss_at(axis[0]), 2))
    guess = loss_at(value)
    low, high = sorted((guess, loss))
    return say("too_low" if guess < loss else "too_high", times=say.number(high / low, 2))


KIND = Prediction(
    "loss",
    read=lambda ask, plain: read_position(plain, ask["axis"]),
    runs=lambda asked: turned_runs(),
    truth=lambda asked, before, after, facts: turned(before, after, facts, turned_runs()).truth,
    is_within=scores.within_band,
    distance=_distance,
    group=scores.beside_before,
    happened=turn.happened,
    luck=turn.luck,
    value=_value,
    miss=_miss,
    answers=lambda truth: range(below(truth["axis"]), diverges(truth["axis"]) + 1),
    names_loss=True,
)
