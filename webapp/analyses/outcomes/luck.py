"""Cause or luck: the effect of a nudge of the first weights on a run, and whether a turned knob did more than that."""

import math
from dataclasses import dataclass
from typing import Any

import numpy as np

from engine.base.metrics import first_divergence
from engine.outcomes.twins import TWINS, Luck, luck, twin_losses, within_luck
from engine.training.network import Network
from webapp.analyses.percentile_band import drawn_steps, smooth_at
from webapp.base.format import number
from webapp.base.validation import Malformed, exactly, finite, whole_upto
from webapp.bench.actions import PreparedRun, read_pinned
from webapp.bench.budget import affordable, slow_layers
from webapp.figures.encode import packed
from webapp.jobs.job import current_job

FEWEST_TWINS = 3
"""A run that takes too long for eight twins has three, or else is not judged."""
COUNTS = (TWINS, FEWEST_TWINS)

LOSSES = ("final", "spread", "lowest", "highest")
PLAIN_LUCK = {*LOSSES, "twins", "diverged"}
"""The fields of a run's luck that the page keeps, to be compared with the next one's."""

OTHER_PROCESSOR = "Another processor may show another curve."
SENSITIVE_ABOVE = 1e4
"""The growth from which on the last digits decide, which another processor may round in another way."""


@dataclass(frozen=True)
class KnownLuck:
    """The luck of a run as the page knows it already."""

    final: float | None
    spread: float
    lowest: float | None
    highest: float | None
    twins: int
    diverged: int


def change_luck(prepared: PreparedRun, plain: object) -> dict[str, Any]:
    """The luck of the shown run, of the one before it, and whether the change from that one is within both.

    `plain` is {"before": None, what an earlier response has about the run before, or its `experiment`}. An infinite
    number is None. Only `none`, in words, where even three twins would take too long.
    """
    before = exactly(plain, {"before"})["before"]
    now = luck_of(prepared)
    earlier = _earlier(before, prepared)
    if now is None:
        return {"none": _not_judged(prepared.checkpoint, "Runs this long")}
    if before is not None and earlier is None:
        return {"none": _not_judged(_other(before, prepared).checkpoint, "Runs as long as the one before")}
    runs = now.twins + 1 + (earlier.twins + 1 if isinstance(earlier, Luck) else 0)
    within = earlier is not None and within_luck(earlier, now)
    return {
        "runs": runs,
        "now": plain_luck(now),
        "before": plain_luck(earlier) if isinstance(earlier, Luck) else None,
        "within": within,
        "of_before": within and earlier is not None and earlier.spread > now.spread,
        "proof": luck_words(now, earlier) if within and earlier is not None else "",
        "elsewhere": OTHER_PROCESSOR if now.growth > SENSITIVE_ABOVE else "",
    }


def _earlier(plain: object, prepared: PreparedRun) -> Luck | KnownLuck | None:
    if plain is None:
        return None
    if isinstance(plain, dict) and "experiment" in plain:
        return luck_of(_other(plain, prepared))
    known = exactly(plain, PLAIN_LUCK)
    losses = {name: None if known[name] is None else abs(finite(known[name])) for name in LOSSES}
    spread = losses.pop("spread")
    twins = whole_upto(known["twins"], TWINS)
    if twins not in COUNTS:
        raise Malformed("So many twins are never trained.")
    diverged = whole_upto(known["diverged"], twins)
    return KnownLuck(**losses, spread=math.inf if spread is None else spread, twins=twins, diverged=diverged)


def _other(plain: object, prepared: PreparedRun) -> PreparedRun:
    """The run before, prepared from its `experiment`."""
    other = read_pinned(exactly(plain, {"experiment"})["experiment"], prepared.content)
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
    job = current_job()
    return luck(prepared.experiment, prepared.checkpoint, lambda _: job.check_cancelled(), seeds=range(twins))


def twins_within_budget(prepared: PreparedRun) -> int:
    """The number of twins that a side request can train beside the run itself: eight, three, or 0 for none."""
    return next((n for n in COUNTS if affordable(prepared.experiment, prepared.checkpoint, n + 1)), 0)


def plain_luck(known: Luck) -> dict[str, Any]:
    """The luck of a run as the page keeps it; an infinite number is None."""
    values = {name: getattr(known, name) for name in PLAIN_LUCK}
    return values | {"spread": known.spread if math.isfinite(known.spread) else None}


def luck_words(now: Luck | KnownLuck, before: Luck | KnownLuck) -> str:
    """The words for the larger spread: of the ends of this run and its twins, or of those of the run before."""
    run, known = ("the run before", before) if before.spread > now.spread else ("this run", now)
    twins = {TWINS: "eight twins", FEWEST_TWINS: "three twins"}[known.twins]
    all_of_them = f"{run} and its {twins}, which start from weights nudged by a millionth,"
    if math.isfinite(known.spread):
        return f"{all_of_them[0].upper()}{all_of_them[1:]} end up to {number(known.spread)} apart."
    diverged = known.diverged + (known.final is None)
    return f"Of {all_of_them} 1 diverges." if diverged == 1 else f"Of {all_of_them} {diverged} diverge."


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
