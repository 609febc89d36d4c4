"""The sentence about two runs: answers first, then weights, then the wall, and beside it what could not be compared."""

import math
from collections.abc import Iterator

from engine.base.number_text import number_text
from engine.comparison.barrier import NO_WALL, Line
from engine.comparison.matching import Matched
from engine.comparison.pair import MOST_ON_LINE, End, Pair

SAME_WEIGHTS = 0.02
"""Weights are the same, up to the order of units, where they differ by at most this share of their size."""

TIMES_FROM = 10.0
"""From this share of the larger end loss on, a wall is given as a multiple of that loss."""


def sentence_about(pair: Pair) -> str:
    """The three words in one sentence, and a sentence for whatever else is to be said."""
    notes = [*ends_compared(pair), *what_is_missing(pair), *whose_loss(pair)]
    rest = [*notes, *([pair.no_plane] if pair.no_plane else []), *_order(pair)]
    luck = ["The change of the final loss is within luck."] if pair.luck else []
    return " ".join(filter(None, [three_words(pair), *rest, *luck]))


def three_words(pair: Pair) -> str:
    """The three words in one sentence; empty where nothing could be compared."""
    wall = wall_words(pair.line)
    if wall and pair.b.experiment.samples > MOST_ON_LINE:
        wall += f" on {MOST_ON_LINE:,} of its samples"
    words = answer_words(pair), weight_words(pair.weights, pair.identical), wall
    said = ", ".join(word for word in words if word)
    return f"{said[0].upper()}{said[1:]}." if said else ""


def answer_words(pair: Pair) -> str:
    """The clause about the answers; empty if they were not compared.

    It names the inputs: away from them only networks of the same weights are sure to agree.
    """
    if not pair.same_answers:
        return "" if pair.same_answers is None else "other answers"
    return "same answers" if pair.identical else f"same answers at {pair.inputs_asked}"


def weight_words(found: Matched | None, identical: bool) -> str:
    """The clause about the weights; empty if they were not compared."""
    if found is None:
        return ""
    if identical:
        return "same weights"
    if found.distance > SAME_WEIGHTS:
        return "other weights"
    changed = {"order": found.moved, "sign": found.turned, "size": found.scaled}
    *before, last = [name for name, done in changed.items() if done] or [""]
    if not last:
        return "almost the same weights"
    return f"same weights up to {', '.join(before)}{' and ' if before else ''}{last}"


def wall_words(line: Line | None) -> str:
    """The clause about the wall, with its error if it has one; empty if none was measured."""
    wall = None if line is None else line.wall
    if line is None or wall is None:
        return ""
    if wall <= NO_WALL:
        return f"no wall {bound_words(line)}between them"
    if math.isinf(wall):
        return "a wall between them"
    size = number_text(wall) + error_words(line)
    return f"a wall of {size if wall < TIMES_FROM else f'{size} times the larger loss'} between them"


def bound_words(line: Line) -> str:
    """The height that a wall within its error may have, where there is none; empty without an error."""
    return f"above {number_text((line.wall or 0.0) + line.error)} " if line.error else ""


def error_words(line: Line) -> str:
    """The error of a wall; empty without one."""
    return f" ± {number_text(line.error)}" if line.error else ""


def ends_compared(pair: Pair) -> Iterator[str]:
    """A sentence for each run that is not compared at its last step."""
    for name, end in (("The run before", pair.before), ("This run", pair.now)):
        yield from _not_at_its_end(name, end)


def what_is_missing(pair: Pair) -> Iterator[str]:
    """A sentence for each of the answers and the wall that could not be compared."""
    if pair.difference is None:
        yield _no_difference(pair)
    if pair.weights is not None and pair.wall is None:
        yield "The loss at an end is not finite, so there is no wall to measure."


def whose_loss(pair: Pair) -> Iterator[str]:
    """A sentence where the runs have two kinds of loss: one of them measures both networks."""
    if not pair.same_loss and (pair.wall is not None or pair.plane is not None):
        yield f"The runs have two kinds of loss: both networks are measured here by that of this run, {pair.loss}."


def _order(pair: Pair) -> Iterator[str]:
    if pair.wall is not None and not pair.same_start and pair.weights is not None and pair.weights.order is not None:
        yield "The line between them goes to the best order of units that was found."


def _not_at_its_end(name: str, end: End) -> Iterator[str]:
    one = "step" if end.run.experiment.rule.batch == 1 else "sample"
    steps = f"{end.step:,} {one}{'' if end.step == 1 else 's'}"
    if end.run.diverged_at is not None:
        yield f"{name} diverges at {one} {end.run.diverged_at:,}: it is compared after {steps}."
    elif end.step < end.run.trained_at:
        yield f"{name} ends in weights that are not finite: it is compared after {steps}."


def _no_difference(pair: Pair) -> str:
    a, b = pair.a.experiment, pair.b.experiment
    if a.width != b.width:
        return f"The networks take {a.width} and {b.width} numbers, so their answers cannot be compared."
    if a.outputs != b.outputs:
        return f"The networks give {a.outputs} and {b.outputs} numbers, so their answers cannot be compared."
    return "An answer is not finite, so the answers cannot be compared."
