"""The words about two runs: A, the run before, and B, the run now.

Each of the three words has its number and a sentence.
"""

import math
from collections.abc import Iterator

import numpy as np

from engine.base.number_text import number_text
from engine.base.numerics import FloatArray
from engine.comparison.barrier import NO_WALL, POINTS, Line
from engine.comparison.matching import Matched
from engine.comparison.output_distance import SAME_ANSWERS, distinct_inputs
from engine.comparison.pair import MOST_ON_LINE, Pair
from engine.comparison.plane import Plane
from engine.comparison.sentence import SAME_WEIGHTS, TIMES_FROM, answer_words, bound_words, error_words, weight_words
from webapp.base.format import number, plural

LATER = "; a thicker path is the later run."


def words_of(pair: Pair) -> list[dict[str, str]]:
    """The words that can be said, a row each: its name, the word itself, its number and its sentence."""
    rows = (*_wall_row(pair), *_answer_row(pair), *_weight_row(pair))
    return [dict(zip(("name", "word", "number", "says"), row, strict=True)) for row in rows]


Row = tuple[str, str, str, str]


def _wall_row(pair: Pair) -> Iterator[Row]:
    line, wall = pair.line, pair.wall
    if line is None or wall is None:
        return
    to = "B" if pair.same_start or pair.weights is None or pair.weights.order is None else "B in the order of A’s units"
    samples = plural(min(pair.b.experiment.samples, MOST_ON_LINE), "sample")
    way = f"On the straight line from A to {to} the mean loss of {samples} of B {_course(line)}"
    yield "wall", _wall_word(wall), f"{_error_words(line, wall)}between them", way


def _error_words(line: Line, wall: float) -> str:
    return bound_words(line) if wall <= NO_WALL else f"{error_words(line)[1:]} " * bool(line.error)


def _wall_word(wall: float) -> str:
    if wall <= NO_WALL:
        return "No wall"
    if math.isinf(wall):
        return "A wall"
    return f"A wall of {number_text(wall)}" + (" times the loss" if wall >= TIMES_FROM else "")


def _course(line: Line) -> str:
    """The course of the mean loss along the line, and its rise above the chord."""
    course, wall = _from_end_to_end(line.losses), line.wall
    if not np.isfinite(line.losses).all():
        return f"{course}; in between it is not finite ({POINTS} points)."
    if not wall:
        return f"{course}; it never rises above the chord ({POINTS} points)."
    if math.isinf(wall):
        highest = number(float(line.losses.max()))
        return f"{course}; both ends are as good as 0, and in between it rises to {highest} ({POINTS} points)."
    above, share = number(float(line.above.max())), f"{number(100.0 * wall)} % of the larger end loss"
    return f"{course}; it rises above the chord by at most {above}, {share} ({POINTS} points)."


def _from_end_to_end(losses: FloatArray) -> str:
    first, last = number(float(losses[0])), number(float(losses[-1]))
    steps = np.diff(losses)
    if (steps == 0.0).all():
        return f"stays at {first}"
    if (steps <= 0.0).all():
        return f"only falls, from {first} to {last}"
    if (steps >= 0.0).all():
        return f"only rises, from {first} to {last}"
    return f"goes from {first} to {last}"


def _answer_row(pair: Pair) -> Iterator[Row]:
    if pair.difference is None or pair.same_answers is None:
        return
    difference = pair.difference[0]
    apart = number(difference)
    drawn, distinct = len(pair.inputs), distinct_inputs(pair.inputs)
    places = f"{plural(drawn, 'input')}{f', {distinct:,} of them distinct,' if distinct < drawn else ''}"
    compared = f"Half the mean squared difference of their outputs at {places} is"
    yield (
        "answers",
        _begun(answer_words(pair)),
        f"{apart} apart",
        f"{compared} {apart}: {_measure(pair, difference)}.",
    )


def _measure(pair: Pair, difference: float) -> str:
    """The scale of the difference of the answers."""
    if not pair.squares:
        return f"{'at most' if pair.same_answers else 'more than'} a millionth of the outputs’ own spread"
    final = f"{100 * SAME_ANSWERS:g} % of the mean final loss, {number(pair.final_loss)}"
    if difference <= SAME_ANSWERS * pair.final_loss:
        return f"at most {final}"
    return "at most a millionth of the outputs’ own spread" if pair.same_answers else f"more than {final}"


def _weight_row(pair: Pair) -> Iterator[Row]:
    found = pair.weights
    if found is None:
        return
    word = _begun(weight_words(found, pair.identical))
    if pair.identical:
        yield "weights", word, "to the last bit", "A and B end in the same weights, to the last bit."
        return
    if not math.isfinite(found.distance):
        yield "weights", word, "A’s are all 0", "The weights of A are all 0, and those of B are not."
        return
    share = f"{number(100.0 * found.distance, 2)} % of A’s length"
    limit = f"{'At most' if found.distance <= SAME_WEIGHTS else 'More than'} {100 * SAME_WEIGHTS:g} %"
    kind = "the same weights" if found.distance <= SAME_WEIGHTS else "other weights"
    best = _best_match(found)
    matched = f", with {best} of hidden units that was found," if best else ""
    says = f"B’s weights{matched} lie {share} from A’s. {limit} are {kind}."
    yield "weights", word, f"{share} apart" + (f" with {best} of units" if best else ""), says


def _best_match(found: Matched) -> str:
    """the best order and signs: the differences of B's hidden units that the distance allows for, if any."""
    changed = [] if found.order is None else changes_of(found)
    return f"the best {' and '.join(changed)}" if changed else ""


def changes_of(found: Matched) -> list[str]:
    """The changes of B's hidden units where B is laid over A: order, signs, sizes."""
    return [name for name, done in (("order", found.moved), ("signs", found.turned), ("sizes", found.scaled)) if done]


def _begun(words: str) -> str:
    return words[0].upper() + words[1:]


def caption_of(plane: Plane, identical: bool) -> str:
    """The points that the plane goes through."""
    start = "the starting weights"
    if identical:
        return f"A plane through {start} and the common end of A and B{LATER}"
    if plane.a == (0.0, 0.0):
        return f"A plane through {start}, where A ends too, and B{LATER}"
    if plane.b == (0.0, 0.0):
        return f"A plane through {start}, where B ends too, and A{LATER}"
    if plane.exact:
        return f"A plane through three sets of weights{LATER}"
    return f"A plane through {start} and A, and near B{LATER}"


def share_words(plane: Plane) -> tuple[str, str, str]:
    """The share of both paths that lies in the plane: before the number, the number, and after it."""
    percent = 100.0 * plane.share
    shown = f"{min(99.9, math.floor(10 * percent) / 10):g}" if 99.5 <= percent < 100.0 else f"{percent:.0f}"
    fade = "; they fade where they leave it." if plane.share < 1.0 else "."
    return "The plane holds ", f"{shown} %", f" of both paths{fade}"
