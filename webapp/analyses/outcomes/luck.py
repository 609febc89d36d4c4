"""Cause or luck: the effect of a nudge of the first weights on a run, and whether a turned knob did more than that."""

import math
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import numpy as np

from engine.base.metrics import first_divergence
from engine.outcomes.effect import Effect, effect_of, wants_more
from engine.outcomes.twins import TWINS, Luck, known_luck, luck, twin_losses
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


def change_luck(prepared: PreparedRun, plain: object) -> dict[str, Any]:
    """The luck of the shown run, of the one before it, and the verdict on the change from that one.

    `plain` is {"before": None}, or there {"luck", "experiment"} of the run before: the luck as an earlier response has
    it, or where there is none the experiment; the other one is None. `rest` is what goes on after the sentence's
    opening, where the medians of nudged runs say it and not both runs alone. `more` says that `more_luck` may judge
    otherwise: until then nothing is called luck. An infinite number is None. Only `none`, in words, where even three
    twins would take too long.
    """
    before = exactly(plain, {"before"})["before"]
    given = {"luck": None} if before is None else exactly(before, {"luck", "experiment"})
    known = None if given["luck"] is None else _read_luck(given["luck"])
    other = None if before is None or known else _other(given["experiment"], prepared)
    now = luck_of(prepared)
    if now is None:
        return {"none": _not_judged(prepared.checkpoint, "Runs this long")}
    runs = len(now.ends)
    if other is not None:
        known = luck_of(other)
        if known is None:
            return {"none": _not_judged(other.checkpoint, "Runs as long as the one before")}
        runs += len(known.ends)
    if known is None:
        empty = {"before": None, "verdict": None, "of_before": False, "rest": None, "proof": "", "elsewhere": ""}
        return {"runs": runs, "now": plain_luck(now), "more": False} | empty
    more = wants_more(known, now) and _most_twins(prepared) > now.twins
    return {"runs": runs, "more": more} | _judged(known, now, more)


def more_luck(prepared: PreparedRun, plain: object) -> dict[str, Any]:
    """`change_luck` by the most twins of both runs that there is time for.

    `plain` is {"now": luck, "before": {"luck", "experiment"}}, with the luck of both runs as `change_luck` gave it.
    """
    given = exactly(plain, {"now", "before"})
    before = exactly(given["before"], {"luck", "experiment"})
    known, now = _read_luck(before["luck"]), _read_luck(given["now"])
    other = _other(before["experiment"], prepared)
    most = min(_most_twins(other), _most_twins(prepared))
    runs = sum(1 + most - one.twins for one in (known, now) if one.twins < most)
    known, now = _with_twins(known, other, most), _with_twins(now, prepared, most)
    return {"runs": runs, "more": False} | _judged(known, now)


def _with_twins(known: Luck, prepared: PreparedRun, most: int) -> Luck:
    """The luck of a run by that number of twins, or as it is known by more."""
    return known.and_more(_twins(prepared, range(known.twins, most))) if known.twins < most else known


def _judged(known: Luck, now: Luck, more: bool = False) -> dict[str, Any]:
    """The verdict on a change, in words; none of luck while there is `more` to be asked."""
    effect = effect_of(known, now)
    if more and effect.verdict == "luck":
        effect = replace(effect, verdict="untold")
    ranges = [max(one.ends) - min(one.ends) if min(one.ends) < math.inf else 0.0 for one in (known, now)]
    return {
        "now": plain_luck(now),
        "before": plain_luck(known),
        "verdict": effect.verdict,
        "of_before": ranges[0] > ranges[1],
        "rest": effect_words(effect),
        "proof": nudged_words(effect),
        "elsewhere": OTHER_PROCESSOR if now.growth > SENSITIVE_ABOVE else "",
    }


def _read_luck(plain: object) -> Luck:
    """The luck of a run as `plain_luck` gave it."""
    given = exactly(plain, {"ends", "growth"})
    ends = [math.inf if end is None else abs(finite(end)) for end in listed(given["ends"], 1 + MORE[0])]
    if len(ends) <= FEWEST_TWINS:
        raise Malformed("So few twins are never trained.")
    return known_luck(ends, math.inf if given["growth"] is None else abs(finite(given["growth"])))


def _most_twins(prepared: PreparedRun) -> int:
    """The most twins of a run that there is time for, of MORE; 0 for none of these."""
    return next((n for n in MORE if affordable(prepared.experiment, prepared.checkpoint, n + 1)), 0)


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


def plain_luck(known: Luck) -> dict[str, Any]:
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
    if effect.has_ratio_within(1.0 / ALMOST_NOTHING, ALMOST_NOTHING):
        return ((" changed the median final loss of nudged runs by less than 5 %", ""), (".", ""))
    if number(was) == number(now):
        return ((f" left the median final loss of nudged runs at {number(now)}", ""), (".", ""))
    is_sure = was > 0.0 and effect.has_ratio_within(now / was / SIZE_WITHIN, now / was * SIZE_WITHIN)
    opening = f" {'lowered' if now < was else 'raised'} the median final loss from {number(was)} to "
    return ((opening, ""), (number(now) + (how_much(was, now) if is_sure else ""), "strong"), (".", ""))


SIZE_WITHIN = 1.25
"""The size of an effect is told where the medians of nudged runs give it within this factor."""


def nudged_words(effect: Effect) -> str:
    """The ends of nudged runs before and now, where they vary or no effect is claimed; else nothing."""
    if effect.verdict == "effect" and not effect.varies:
        return ""
    before, now = (_range_words(ends) for ends in (effect.before, effect.now))
    counts = " and ".join(str(count) for count in sorted({len(effect.before), len(effect.now)}))
    opening = "Too few to tell: nudged," if effect.verdict == "untold" else "Nudged by a millionth,"
    return f"{opening} {counts} runs end {before} before, {now} now."


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
