"""Cause or luck: the effect of a nudge of the first weights on a run, and whether a turned knob did more than that."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from engine.base.metrics import first_divergence
from engine.outcomes.effect import Effect, effect_of, wants_more
from engine.outcomes.twins import TWINS, Luck, luck, twin_losses
from engine.training.network import Network
from webapp.analyses.percentile_band import drawn_steps, smooth_at
from webapp.base.format import number
from webapp.base.validation import Malformed, exactly, finite, listed
from webapp.bench.actions import PreparedRun, read_pinned
from webapp.bench.budget import affordable, slow_layers
from webapp.bench.narration import ALMOST_NOTHING, Pieces, how_much
from webapp.figures.encode import packed
from webapp.jobs.job import current_job

FEWEST_TWINS = 3
"""A run that takes too long for eight twins has three, or else is not judged."""
COUNTS = (TWINS, FEWEST_TWINS)

MORE = (64, 32, 16)
"""The most twins of each run where eight cannot tell, or as many as there is time for."""

OTHER_PROCESSOR = "Another processor may show another curve."
SENSITIVE_ABOVE = 1e4
"""The growth from which on the last digits decide, which another processor may round in another way."""


@dataclass(frozen=True)
class KnownLuck:
    """The ends of a run and its twins as the page knows them already, and the growth of the nudges."""

    ends: tuple[float, ...]
    growth: float


def change_luck(prepared: PreparedRun, plain: object) -> dict[str, Any]:
    """The luck of the shown run, of the one before it, and the verdict on the change from that one.

    `plain` is {"before": None, or the `experiment` of the run before and the `luck` that an earlier response has about
    it, or None}. `rest` is what goes on after the sentence's opening, where the medians of nudged runs say it and not
    both runs alone. An infinite number is None. Only `none`, in words, where even three twins would take too long.
    """
    before = exactly(plain, {"before"})["before"]
    if before is None:
        now = luck_of(prepared)
        return {"none": _not_judged(prepared.checkpoint, "Runs this long")} if now is None else _alone(now)
    other, earlier = _earlier(before, prepared)
    now = luck_of(prepared)
    if now is None:
        return {"none": _not_judged(prepared.checkpoint, "Runs this long")}
    known = earlier if earlier is not None else luck_of(other)
    if known is None:
        return {"none": _not_judged(other.checkpoint, "Runs as long as the one before")}
    runs = len(now.ends) + (len(known.ends) if earlier is None else 0)
    most = _most_twins(prepared, other) if wants_more(known, now) else 0
    if most > now.twins:
        more = _twins(prepared, range(now.twins, most))
        now, runs = now.and_more(more), runs + len(more.ends)
        if most >= len(known.ends):
            more = _twins(other, range(len(known.ends) - 1, most))
            known, runs = _joined(known, more), runs + len(more.ends)
    effect = effect_of(known, now)
    ranges = [max(one.ends) - min(one.ends) if min(one.ends) < math.inf else 0.0 for one in (known, now)]
    return {
        "runs": runs,
        "now": plain_luck(now),
        "before": plain_luck(known),
        "verdict": effect.verdict,
        "of_before": ranges[0] > ranges[1],
        "rest": effect_words(effect),
        "proof": nudged_words(effect),
        "elsewhere": OTHER_PROCESSOR if now.growth > SENSITIVE_ABOVE else "",
    }


def _alone(now: Luck) -> dict[str, Any]:
    """The reply about a run that is compared with none."""
    empty = {"before": None, "verdict": None, "of_before": False, "rest": None, "proof": "", "elsewhere": ""}
    return {"runs": len(now.ends), "now": plain_luck(now)} | empty


def _earlier(plain: object, prepared: PreparedRun) -> tuple[PreparedRun, KnownLuck | None]:
    """The run before, prepared, and its luck as far as the page knows it."""
    given = exactly(plain, {"experiment", "luck"})
    other = _other(given["experiment"], prepared)
    if given["luck"] is None:
        return other, None
    known = exactly(given["luck"], {"ends", "growth"})
    ends = [math.inf if end is None else abs(finite(end)) for end in listed(known["ends"], 1 + MORE[0])]
    if len(ends) <= FEWEST_TWINS:
        raise Malformed("So few twins are never trained.")
    return other, KnownLuck(tuple(ends), math.inf if known["growth"] is None else abs(finite(known["growth"])))


def _most_twins(*runs: PreparedRun) -> int:
    """The most twins of each of these runs that there is time for, of MORE; 0 for none of these."""
    return next((n for n in MORE if all(affordable(one.experiment, one.checkpoint, n + 1) for one in runs)), 0)


def _joined(known: Luck | KnownLuck, more: Luck) -> Luck | KnownLuck:
    return known.and_more(more) if isinstance(known, Luck) else KnownLuck((*known.ends, *more.ends[1:]), known.growth)


def _other(plain: object, prepared: PreparedRun) -> PreparedRun:
    """The run before, prepared from its `experiment`."""
    other = read_pinned(plain, prepared.content)
    return PreparedRun(other, other.network(), content=prepared.content)


def _not_judged(checkpoint: Network, long_runs: str) -> str:
    """Why a run has no twins: it is long, or of layers that train slowly."""
    slow = slow_layers(checkpoint)
    return f"{long_runs} are not judged." if not slow else f"These runs are not judged: {slow} train slowly."


def luck_of(prepared: PreparedRun) -> Luck | None:
    """The luck of a run, by as many twins as a side request can train; None if it can train none."""
    twins = twins_within_budget(prepared)
    if not twins:
        return None
    return _twins(prepared, range(twins))


def _twins(prepared: PreparedRun, seeds: Sequence[int]) -> Luck:
    job = current_job()
    return luck(prepared.experiment, prepared.checkpoint, lambda _: job.check_cancelled(), seeds=seeds)


def twins_within_budget(prepared: PreparedRun) -> int:
    """The number of twins that a side request can train beside the run itself: eight, three, or 0 for none."""
    return next((n for n in COUNTS if affordable(prepared.experiment, prepared.checkpoint, n + 1)), 0)


def plain_luck(known: Luck | KnownLuck) -> dict[str, Any]:
    """The luck of a run as the page keeps it; an infinite number is None."""
    return {"ends": [_or_none(end) for end in known.ends], "growth": _or_none(known.growth)}


def _or_none(value: float) -> float | None:
    return value if math.isfinite(value) else None


def effect_words(effect: Effect) -> Pieces | None:
    """The effect by the medians of nudged runs, after the opening of its sentence; None where both runs stand for all,
    or there is none."""
    was, now = effect.medians
    lost_before, lost = (ends.count(math.inf) for ends in (effect.before, effect.now))
    if effect.verdict != "effect" or not (effect.varies or (now < was) != (effect.now[0] < effect.before[0])):
        return None
    if math.inf in (was, now):
        kind = "made" if lost > lost_before else "left"
        counted = f"{lost} of {len(effect.now)} nudged runs {'diverge' if lost > lost_before else 'diverging'}"
        return ((f" {kind} ", ""), (counted, "bad"), (f", before {lost_before} of {len(effect.before)}", ""), (".", ""))
    low, high = sorted((was, now))
    if high < ALMOST_NOTHING * low:
        return ((" changed the median final loss of nudged runs by less than 5 %", ""), (".", ""))
    opening = f" {'lowered' if now < was else 'raised'} the median final loss from {number(was)} to "
    return ((opening, ""), (number(now) + how_much(was, now), "strong"), (".", ""))


def nudged_words(effect: Effect) -> str:
    """The ends of nudged runs before and now, where they vary or no effect is claimed; else nothing."""
    if effect.verdict == "effect" and not effect.varies:
        return ""
    before, now = (_range_words(ends) for ends in (effect.before, effect.now))
    counts = sorted({len(effect.before), len(effect.now)})
    runs = f"{counts[0]} runs each" if len(counts) == 1 else f"{counts[0]} and {counts[1]} runs"
    few = " They are too few to tell." if effect.verdict == "untold" else ""
    return f"Nudged by a millionth, {runs} end {before} before, {now} now.{few}"


def _range_words(ends: Sequence[float]) -> str:
    low, high = (number(end) if end < math.inf else "divergence" for end in (min(ends), max(ends)))
    return f"at {low}" if low == high else f"from {low} to {high}"


# The fan of curves

APART = 1.1
"""Twins are apart from the step at which the highest of their curves is this multiple of the lowest."""


def twin_curves(prepared: PreparedRun, plain: object) -> dict[str, Any]:
    """The low-pass curve of every twin, and from which step on they are apart.

    `plain` is {}. `steps` has the steps of the curves and `curves` a row for each twin, shape (twins, steps), far above
    the plot from where a twin has diverged; `apart` is the first step at which the highest lies more than 10 % above
    the lowest, None where there is none. No steps where the twins would take too long.
    """
    exactly(plain, set())
    count = twins_within_budget(prepared)
    if not count:
        return {"steps": None}
    job = current_job()
    losses = twin_losses(prepared.experiment, prepared.checkpoint, lambda _: job.check_cancelled(), seeds=range(count))
    steps, columns = drawn_steps(prepared.experiment.samples)
    curves = np.stack([smooth_at(row, first_divergence(row), steps) for row in losses])
    apart = np.flatnonzero(curves.max(axis=0) > APART * curves.min(axis=0))
    return {
        "runs": count,
        "twins": count,
        "steps": packed(steps[columns]),
        "curves": packed(curves[:, columns].ravel()),
        "apart": float(steps[apart[0]]) if apart.size else None,
    }
