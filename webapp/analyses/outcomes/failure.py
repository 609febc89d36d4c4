"""Why the shown run failed, and what to try: each remedy is trained here before it is offered.

A remedy is one change of the page, a knob or a row of the table of changes, and it is offered only where the run that
follows it ends lower, and by more than luck.
"""

import math
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from itertools import islice
from typing import Any

from engine.errors import BenchError
from engine.experiments.experiment import Affinity, DrawnWeights, Map
from engine.experiments.run import Run, run
from engine.layers.initializers import INITIALIZERS
from engine.outcomes.failure import Cause, why
from engine.outcomes.step_counts import count_steps
from engine.outcomes.twins import Luck, within_luck
from webapp.analyses.outcomes.luck import luck_of
from webapp.analyses.quick_runs import settled_at, settled_of
from webapp.base.format import knob_number
from webapp.base.validation import exactly
from webapp.bench.actions import PreparedRun
from webapp.bench.budget import affordable
from webapp.bench.changes import apply_change, frozen_places, scheme_of
from webapp.bench.knob_values import Refused
from webapp.figures.encode import packed
from webapp.jobs.job import current_job

RUNS = 6
"""What a cause costs, in runs: a run, and passes over all its steps."""

MUCH_LOWER = 0.9
"""A remedy ends below this share of the run's own final loss."""

MOST_WORSE_DRAWN = 1_000
MOST_REMEDIES = 2
SMALLER_ALPHAS = 8
"""α is tried at a half, a quarter, …, so many times."""


@dataclass(frozen=True)
class Remedy:
    """What the button says, and the knob that it turns or the change that it makes: [row, layer, value]."""

    text: str
    turn: Mapping[str, Any] | None = None
    change: tuple[str, int, Any] | None = None


def failure(prepared: PreparedRun, plain: object) -> dict[str, Any]:
    """Why the run failed, in one sentence, and what to try; `cause` is None for a run that learned.

    `plain` is {}. None too where the run is too long to be gone over.
    """
    exactly(plain, set())
    if not affordable(prepared.experiment, prepared.checkpoint, RUNS):
        return {"cause": None}
    experiment, checkpoint, job = prepared.experiment, prepared.checkpoint, current_job()
    made = run(experiment, checkpoint, lambda _: job.go_on())
    cause = why(experiment, checkpoint, lambda _: job.go_on(), made=made)
    if cause is None:
        return {"runs": 1, "cause": None}
    remedies = [vars(remedy) for remedy in _that_help(prepared, cause)]
    drawn = cause.reason == "alpha" and affordable(experiment, checkpoint, RUNS + 1)
    worse = _worse_steps(prepared, made) if drawn else None
    return {"runs": RUNS, "cause": vars(cause) | {"remedies": remedies, "worse": worse}}


def _worse_steps(prepared: PreparedRun, made: Run) -> dict[str, Any]:
    """The steps that made the very sample that they learned worse, as many as are drawn, and their losses."""
    last, job = made.diverged_at or prepared.experiment.samples, current_job()
    steps = count_steps(prepared.experiment, prepared.checkpoint, last, lambda _: job.go_on()).worse_steps
    drawn = steps[:: max(1, -(-len(steps) // MOST_WORSE_DRAWN))]
    return {"steps": packed(drawn, "i4"), "losses": packed(made.losses[drawn])}


def _that_help(prepared: PreparedRun, cause: Cause) -> list[Remedy]:
    """The remedies of a cause that end lower than the run, the best first."""
    end = _end(settled_of(prepared))
    ends = [(_end(_settled_after(prepared, remedy)), remedy) for remedy in REMEDIES[cause.reason](prepared, cause)]
    lower = [(loss, remedy) for loss, remedy in ends if loss < math.inf and loss < MUCH_LOWER * end]
    luck = luck_of(prepared) if lower else None
    ranked = (remedy for _, remedy in sorted(lower, key=lambda pair: pair[0]))
    return list(islice((remedy for remedy in ranked if not _is_luck(prepared, luck, remedy)), MOST_REMEDIES))


def _is_luck(prepared: PreparedRun, luck: Luck | None, remedy: Remedy) -> bool:
    """Whether the remedy does no more than a nudge of the first weights, as far as there is time to see."""
    after = _after(prepared, remedy)
    other = luck_of(after) if after is not None else None
    return luck is not None and other is not None and within_luck(luck, other)


def _end(settled: float | None) -> float:
    return math.inf if settled is None else settled


def _settled_after(prepared: PreparedRun, remedy: Remedy) -> float | None:
    """Where the run ends after the remedy; None where it diverges, cannot be made, or would take too long."""
    after = _after(prepared, remedy)
    if after is None or not affordable(after.experiment, after.checkpoint):
        return None
    current_job().go_on()
    return settled_of(after)


def _after(prepared: PreparedRun, remedy: Remedy) -> PreparedRun | None:
    """What the button prepares; None where the page refuses it."""
    if remedy.turn is not None:
        return prepared.with_knobs(**remedy.turn)
    do, at, value = remedy.change or ("", 0, None)
    try:
        experiment, _ = apply_change(prepared.named, do, at, value)
    except (BenchError, Refused):
        return None
    return PreparedRun(experiment, experiment.network(), content=prepared.content)


# The remedies of each cause


def _none(_prepared: PreparedRun, _cause: Cause) -> Iterator[Remedy]:
    return iter(())


def _smaller_alpha(prepared: PreparedRun, _cause: Cause) -> Iterator[Remedy]:
    """The smaller α that ends lowest, of some."""
    if not affordable(prepared.experiment, prepared.checkpoint, SMALLER_ALPHAS):
        return
    alphas = [_two_digits(prepared.experiment.alpha / 2.0**k) for k in range(1, SMALLER_ALPHAS + 1)]
    ends = list(zip(map(_end, settled_at(alphas, prepared)), alphas, strict=True))
    yield _alpha(min(ends)[1])


def _two_digits(value: float) -> float:
    return float(f"{value:.2g}")


def _alpha(alpha: float) -> Remedy:
    return Remedy(f"Try α {knob_number(alpha)}", turn={"alpha": alpha})


def _first_weights(prepared: PreparedRun, _cause: Cause) -> Iterator[Remedy]:
    """Every other way to draw the first weights, where they are drawn."""
    if not isinstance(prepared.experiment.weights, DrawnWeights) or not prepared.experiment.repeatable:
        return
    for row in INITIALIZERS.values():
        if row.name not in ("zero", scheme_of(prepared.experiment)):
            yield Remedy(f"{row.title} weights", change=("scheme", 0, row.name))


def _silent(prepared: PreparedRun, cause: Cause) -> Iterator[Remedy]:
    for place, spec in enumerate(prepared.experiment.layers):
        if isinstance(spec, Map) and spec.function == "relu":
            yield Remedy(f"Leaky ReLU in layer {place + 1}", change=("function", place, "leaky relu"))
    yield from _first_weights(prepared, cause)


def _saturated(prepared: PreparedRun, cause: Cause) -> Iterator[Remedy]:
    yield from _first_weights(prepared, cause)
    yield from _smaller_alpha(prepared, cause)


def _nothing(prepared: PreparedRun, cause: Cause) -> Iterator[Remedy]:
    dense = [(place, spec) for place, spec in enumerate(prepared.experiment.layers) if isinstance(spec, Affinity)]
    if not dense:
        yield Remedy("Add a dense layer", change=("insert", 0, "affinity"))
    for place, spec in dense:
        if len(frozen_places(spec)) == spec.size:
            yield Remedy(f"Unfreeze layer {place + 1}", change=("freeze", place, False))
    yield from _first_weights(prepared, cause)
    yield _alpha(0.1)


def _gradient(_prepared: PreparedRun, _cause: Cause) -> Iterator[Remedy]:
    yield Remedy("Mᵀ in place of M", change=("left", 0, False))
    yield Remedy("The whole derivative", change=("half", 0, False))


def _more_steps(prepared: PreparedRun, _cause: Cause) -> Iterator[Remedy]:
    for times in (2, 4):
        samples = times * prepared.experiment.samples
        yield Remedy(f"Try {samples:,} samples", turn={"samples": samples})


def _shape(prepared: PreparedRun, _cause: Cause) -> Iterator[Remedy]:
    """An activation between two dense layers, or after the last."""
    layers = prepared.experiment.layers
    dense = [place for place, spec in enumerate(layers) if isinstance(spec, Affinity)]
    for place in dense[:-1] or dense:
        yield Remedy(f"Add tanh after layer {place + 1}", change=("insert", place + 1, "map"))


REMEDIES: Mapping[str, Callable[[PreparedRun, Cause], Iterator[Remedy]]] = {
    "target": _none,
    "nothing": _nothing,
    "gradient": _gradient,
    "alpha": _smaller_alpha,
    "silent": _silent,
    "saturated": _saturated,
    "shape": _shape,
    "steps": _more_steps,
}
"""What may help, by the reason. A target that is no number is typed anew: the page offers the one before."""
