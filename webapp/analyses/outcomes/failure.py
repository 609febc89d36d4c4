"""Why the shown run failed, and what to try: each remedy is trained here before it is offered.

A remedy is one change of the page, a knob or a row of the table of changes, and it is offered only where the run that
follows it ends lower, by more than luck, and does not fail for the same reason.
"""

import math
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Any

from engine.base.number_text import rounded_up
from engine.checks.gradcheck import DISAGREES, POINTS, check
from engine.data.prepared_table import STANDARD
from engine.data.sample_source import rows_before
from engine.data.samples import Samples
from engine.errors import BenchError
from engine.experiments.experiment import Affinity, DrawnWeights, Map
from engine.experiments.run import Run, run, watched_blocks
from engine.layers.initializers import INITIALIZERS
from engine.outcomes.answer_range import answer_range
from engine.outcomes.effect import effect_of
from engine.outcomes.failure import FAILED_FROM, NUDGED, OF_THE_START, Cause, why
from engine.outcomes.failure.alpha import TOO_SMALL
from engine.outcomes.failure.evidence import MOST_SAMPLES
from engine.outcomes.failure.shape import OUT_OF_RANGE
from engine.outcomes.floor_search import floor, mean_loss
from engine.outcomes.monotone import is_rising, linear_rank
from engine.outcomes.nudged_runs import flat_weights
from engine.outcomes.outcome import best_constant_loss, loss_to_beat
from engine.outcomes.step_counts import count_steps
from engine.outcomes.twins import TWINS, Luck
from engine.rules.rate import CONSTANT
from webapp.analyses.outcomes.luck import luck_of
from webapp.analyses.quick_runs import settled_of
from webapp.base.format import knob_number
from webapp.base.validation import exactly
from webapp.bench.actions import PreparedRun
from webapp.bench.budget import RUNS_OF_A_CAUSE, affordable
from webapp.bench.changes import apply_change, frozen_places, numbered_layer, scheme_of, spoken_layer
from webapp.bench.knob_values import Refused
from webapp.figures.encode import packed
from webapp.jobs.job import current_job

RUNS = 6
"""The cost of a cause, in runs: a run, and passes over all its steps."""

OTHER_RUNS = 40
"""The further cost, in runs, where the run is held against others, with other data seeds too."""

NUDGED_RUNS = 50
"""The further cost, in runs, where nudged runs are asked too."""

JUDGED_RUNS = 2 * (TWINS + 1)
"""The most that a remedy may cost, in its own runs, which are nudged too."""

MUCH_LOWER = 0.9
"""A remedy ends below this share of the run's own final loss."""

MOST_WORSE_DRAWN = 1_000
MOST_REMEDIES, MOST_JUDGED = 2, 4
"""The most remedies that are offered, and the most that end lower and are looked at more closely."""
HIDDEN_UNITS = (4, 3, 8)
FEW_WEIGHTS, SOME_WEIGHTS, FEW_STARTS = 24, 100, 3
"""Weights times outputs of a network whose best weights are searched for at once, from all starts and from few: some
hundredths of a second."""
MOST_SEARCHED = 2
"""The most changes for which weights are searched."""
MUCH_BETTER, LEAST_SAID = 0.5, 0.001
"""Weights help that have less than this share of the loss; the sentence states no smaller loss than the second."""
SMALLER_ALPHAS, SMALL_ALPHA = 8, 0.01
"""The number of times that α is halved in a search; a large α goes at longer strides, which reach a small one."""


@dataclass(frozen=True)
class Remedy:
    """The label of a button, and the knob that it turns or the change that it makes: [row, layer, value]."""

    text: str
    turn: Mapping[str, Any] | None = None
    change: tuple[str, int, Any] | None = None
    with_it: str = ""
    """The opening of the sentence about the network's best after the remedy; empty if there is none."""

    @property
    def turns(self) -> set[str]:
        """The knobs that it turns, or that it adds hidden units: only one value is offered of each such thing."""
        return {"hidden"} if self.change and self.change[0] == "hidden" else set(self.turn or ())


def failure(prepared: PreparedRun, plain: object) -> dict[str, Any]:
    """Why the run failed, in one sentence, and what to try; `cause` is None for a run that learned.

    `plain` is {}. None too where the run is too long to be gone over.
    """
    exactly(plain, set())
    if not affordable(prepared.experiment, prepared.checkpoint, RUNS):
        return {"cause": None}
    experiment, checkpoint, job = prepared.experiment, prepared.checkpoint, current_job()
    made = run(experiment, checkpoint, lambda _: job.check_cancelled(), held_out=False)
    compared = affordable(experiment, checkpoint, RUNS + OTHER_RUNS)
    nudged = NUDGED if affordable(experiment, checkpoint, RUNS + OTHER_RUNS + NUDGED_RUNS) else 0
    cause = why(experiment, checkpoint, lambda _: job.check_cancelled(), made=made, compared=compared, nudged=nudged)
    if cause is None or cause.reason in AFTER_SHAPE:
        cause = _shape_by_search(prepared, made, compared=compared) or cause
    if cause is None:
        return {"runs": 1, "cause": None}
    remedies, judged = _that_help(prepared, cause)
    # Where no step is named, it is not single steps that raised the loss; the step of a batch has no sample of its own.
    single = cause.step is not None and experiment.rule.batch == 1
    drawn = cause.reason == "alpha" and single and affordable(experiment, checkpoint, RUNS + 1)
    worse = _worse_steps(prepared, made) if drawn else None
    runs = RUNS + judged * RUNS_OF_A_CAUSE
    can = _what_helps(prepared, cause, remedies, made) if cause.reason == "shape" else ""
    alone = "" if nudged or cause.reason in OF_THE_START else NOT_NUDGED
    plain = vars(cause) | {"sentence": cause.sentence + can + alone}
    plain_remedies = [{name: getattr(remedy, name) for name in ("text", "turn", "change")} for remedy in remedies]
    return {"runs": runs, "cause": plain | {"remedies": plain_remedies, "worse": worse}}


NOT_NUDGED = " That is this run alone: its nudged runs would take too long."

AFTER_SHAPE = ("steps",)
"""Reasons that are no reason where no weights of the network end low: more of the same does not help."""


def _shape_by_search(prepared: PreparedRun, made: Run, *, compared: bool) -> Cause | None:
    """The cause that no weights were found that end low, for a failed run whose outputs rise in one direction only.

    Its weights are few, so the search takes about as long as some runs; for other networks somebody has to request it.
    """
    experiment, checkpoint, job = prepared.experiment, prepared.checkpoint, current_job()
    if not is_rising(checkpoint.layers) or flat_weights(checkpoint).size * experiment.outputs > FEW_WEIGHTS:
        return None
    if made.sound_settled is None or made.settled < FAILED_FROM * best_constant_loss(experiment):
        return None
    found = floor(experiment, checkpoint, lambda _: job.check_cancelled(), made=made)
    cause = why(
        experiment, checkpoint, lambda _: job.check_cancelled(), made=made, floor=found, compared=compared, nudged=0
    )
    return cause if cause is not None and cause.reason == "shape" else None


def _what_helps(prepared: PreparedRun, cause: Cause, offered: Sequence[Remedy], made: Run) -> str:
    """The sentence about the network's best: the first change with which weights were found that end low.

    Changes that are offered come first. The weights have this loss on the samples of the run and on others, and it is
    much lower than any that is found for the network as it is.
    """
    job = current_job()
    blocks = watched_blocks(prepared.experiment, lambda _: job.check_cancelled())
    samples = rows_before(blocks, prepared.experiment.samples, MOST_SAMPLES)
    now = min(mean_loss(made.trained, *samples), _least_found(prepared, samples))
    for remedy in islice([*offered, *_shape(prepared, cause)], MOST_SEARCHED):
        after = _after(prepared, remedy) if remedy.with_it else None
        loss = math.inf if after is None else _least_found(after, samples)
        if loss < MUCH_BETTER * now:
            return f" {remedy.with_it} some weights have less than {knob_number(max(LEAST_SAID, rounded_up(loss)))}."
    return ""


def _least_found(prepared: PreparedRun, samples: Samples) -> float:
    """The loss of the best weights that are found, on these samples and on others; inf where none are searched for."""
    experiment, checkpoint, job = prepared.experiment, prepared.checkpoint, current_job()
    is_small = flat_weights(checkpoint).size * experiment.outputs <= SOME_WEIGHTS
    if not (is_small and affordable(experiment, checkpoint, RUNS)):
        return math.inf
    found = floor(experiment, checkpoint, lambda _: job.check_cancelled(), starts=FEW_STARTS)
    if found.loss is None or found.witness is None:
        return math.inf
    return max(found.loss, mean_loss(found.witness.network(), *samples))


def _worse_steps(prepared: PreparedRun, made: Run) -> dict[str, Any]:
    """The steps that raised their own sample's loss, with their losses, as many as are drawn."""
    last, job = made.diverged_at or prepared.experiment.samples, current_job()
    steps = count_steps(prepared.experiment, prepared.checkpoint, last, lambda _: job.check_cancelled()).worse_steps
    drawn = steps[:: max(1, -(-len(steps) // MOST_WORSE_DRAWN))]
    return {"steps": packed(drawn, "i4"), "losses": packed(made.losses[drawn])}


def _that_help(prepared: PreparedRun, cause: Cause) -> tuple[list[Remedy], int]:
    """The remedies of a cause after which the run ends lower and has it no more, the best first, one for each knob; and
    the number of remedies that were judged."""
    end = _end(settled_of(prepared))
    ends = [(_end(_settled_after(prepared, remedy)), remedy) for remedy in REMEDIES[cause.reason](prepared, cause)]
    lower = [(loss, remedy) for loss, remedy in ends if loss < math.inf and loss < MUCH_LOWER * end]
    luck = luck_of(prepared) if lower else None
    ranked = [remedy for _, remedy in sorted(lower, key=lambda pair: pair[0])]
    offered: list[Remedy] = []
    judged = 0
    for remedy in ranked:
        if len(offered) == MOST_REMEDIES or judged == MOST_JUDGED:
            break
        if any(remedy.turns == other.turns for other in offered if other.turns):
            continue
        judged += 1
        if _ends_cause(prepared, cause, remedy) and not _is_luck(prepared, luck, remedy):
            offered.append(remedy)
    return offered, judged


def _ends_cause(prepared: PreparedRun, cause: Cause, remedy: Remedy) -> bool:
    """Whether the run after the remedy learns, or fails for another reason than one that is known."""
    after, job = _after(prepared, remedy), current_job()
    if after is None:
        return False
    one, start = after.experiment, after.checkpoint
    made = run(one, start, lambda _: job.check_cancelled(), held_out=False)
    compared = cause.reason == "alpha" and affordable(one, start, RUNS + OTHER_RUNS)
    left = why(one, start, lambda _: job.check_cancelled(), made=made, compared=compared, nudged=0)
    if cause.reason == "shape" and (left is None or left.reason in AFTER_SHAPE):
        left = _shape_by_search(after, made, compared=False) or left
    if cause.reason == "luck":  # other data seeds are not asked again: a run that fails may do so by luck too
        return left is None and _end(made.sound_settled) < FAILED_FROM * loss_to_beat(one, start)
    return left is None or left.reason != cause.reason


def _is_luck(prepared: PreparedRun, luck: Luck | None, remedy: Remedy) -> bool:
    """Whether the remedy does no more than a nudge of the first weights, as far as there is time to see."""
    after = _after(prepared, remedy)
    other = luck_of(after) if after is not None else None
    return luck is not None and other is not None and effect_of(luck, other).verdict != "effect"


def _end(settled: float | None) -> float:
    return math.inf if settled is None else settled


def _settled_after(prepared: PreparedRun, remedy: Remedy) -> float | None:
    """The final loss after the remedy; None if the run diverges, cannot be made, or would take too long."""
    after = _after(prepared, remedy)
    if after is None or not affordable(after.experiment, after.checkpoint, JUDGED_RUNS):
        return None
    current_job().check_cancelled()
    return settled_of(after)


def _after(prepared: PreparedRun, remedy: Remedy) -> PreparedRun | None:
    """The run that the button prepares; None if the page refuses it."""
    do, at, value = remedy.change or ("", 0, None)
    try:
        if remedy.turn is not None:
            return prepared.with_knobs(**remedy.turn)
        experiment, _ = apply_change(prepared.named, do, at, value)
    except (BenchError, Refused):
        return None
    return PreparedRun(experiment, experiment.network(), content=prepared.content)


# The remedies of each cause


def _none(_prepared: PreparedRun, _cause: Cause) -> Iterator[Remedy]:
    return iter(())


def _smaller_alpha(prepared: PreparedRun, _cause: Cause) -> Iterator[Remedy]:
    """Remedies by some smaller α."""
    if not affordable(prepared.experiment, prepared.checkpoint, SMALLER_ALPHAS):
        return
    alpha = prepared.experiment.alpha
    stride = max(2.0, (alpha / SMALL_ALPHA) ** (1.0 / SMALLER_ALPHAS))
    yield from map(_alpha, (_two_digits(alpha / stride**k) for k in range(1, SMALLER_ALPHAS + 1)))


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
            yield Remedy(
                f"Leaky ReLU in {numbered_layer(prepared.experiment, place)}", change=("function", place, "leaky relu")
            )
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
            yield Remedy(f"Unfreeze {numbered_layer(prepared.experiment, place)}", change=("freeze", place, False))
    yield from _first_weights(prepared, cause)
    yield _alpha(0.1)


def _gradient(prepared: PreparedRun, _cause: Cause) -> Iterator[Remedy]:
    """The end of one bug, where the gradient is right without it."""
    for text, bug in (("Mᵀ in place of M", "left"), ("The whole leak", "half")):
        remedy = Remedy(text, change=(bug, 0, False))
        after = _after(prepared, remedy)
        if after is not None and check(after.checkpoint, after.experiment.points(POINTS)).state != DISAGREES:
            yield remedy


def _scaled(_prepared: PreparedRun, _cause: Cause) -> Iterator[Remedy]:
    yield Remedy("Scale the columns", turn={"scaling": STANDARD})


def _other_alphas(prepared: PreparedRun, cause: Cause) -> Iterator[Remedy]:
    """Smaller ones, and larger ones where another run has shown that α is too small."""
    if TOO_SMALL in cause.sentence:
        yield from (_alpha(_two_digits(times * prepared.experiment.alpha)) for times in (3, 10, 30))
    else:
        yield from _smaller_alpha(prepared, cause)


def _less_decay(prepared: PreparedRun, _cause: Cause) -> Iterator[Remedy]:
    for decay in (0.0, _two_digits(prepared.experiment.decay / 10)):
        yield Remedy(f"Try decay {knob_number(decay)}", turn={"decay": decay})


def _constant_rate(_prepared: PreparedRun, _cause: Cause) -> Iterator[Remedy]:
    yield Remedy("Constant rate", turn={"rate": CONSTANT})


def _more_steps(prepared: PreparedRun, _cause: Cause) -> Iterator[Remedy]:
    for times in (2, 4, 16):
        samples = times * prepared.experiment.samples
        yield Remedy(f"Try {samples:,} samples", turn={"samples": samples})


def _of_luck(prepared: PreparedRun, cause: Cause) -> Iterator[Remedy]:
    yield from _smaller_alpha(prepared, cause)
    yield from _more_steps(prepared, cause)


def _shape(prepared: PreparedRun, cause: Cause) -> Iterator[Remedy]:
    """Where the last activation cannot give some targets, none in its place; else an activation between two dense
    layers, or after the last, and hidden units where there is one dense layer."""
    layers = prepared.experiment.layers
    last = answer_range(prepared.checkpoint.layers) if OUT_OF_RANGE in cause.sentence else None
    if last is not None:
        name = spoken_layer(prepared.experiment, last[0])
        yield Remedy(f"Remove {name}", change=("remove", last[0], None), with_it=f"Without {name}")
        return
    dense = [place for place, spec in enumerate(layers) if isinstance(spec, Affinity)]
    # After the only dense layer of a linear network: behind an activation, one more changes no direction.
    lone = dense if linear_rank(prepared.checkpoint.layers) is not None else []
    for place in dense[:-1] or lone:
        name = numbered_layer(prepared.experiment, place)
        yield Remedy(f"Add tanh after {name}", change=("insert", place + 1, "map"), with_it=f"With tanh after {name}")
    for units in HIDDEN_UNITS if len(dense) == 1 else ():
        with_it = f"With {units} hidden units and tanh in front"
        yield Remedy(f"Add {units} hidden units", change=("hidden", dense[0], units), with_it=with_it)


REMEDIES: Mapping[str, Callable[[PreparedRun, Cause], Iterator[Remedy]]] = {
    "target": _none,
    "nothing": _nothing,
    "gradient": _gradient,
    "columns": _scaled,
    "alpha": _other_alphas,
    "silent": _silent,
    "saturated": _saturated,
    "shape": _shape,
    "alike": _first_weights,
    "decay": _less_decay,
    "rate": _constant_rate,
    "steps": _more_steps,
    "luck": _of_luck,
}
"""The remedies by the reason. A target that is no number is typed anew: the page offers the one before."""
