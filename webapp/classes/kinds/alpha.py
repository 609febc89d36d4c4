"""The α that ends lowest, of 61 from 10⁻³ to 1."""

import math

from engine.experiments.experiment import Experiment
from engine.experiments.run import run
from engine.outcomes.other_seeds import final_losses
from engine.outcomes.twins import TWINS, luck
from webapp.base.format import knob_number
from webapp.base.validation import whole_upto
from webapp.classes.kinds.prediction import Plain, Prediction
from webapp.classes.kinds.runs import check_wanted, curve_of
from webapp.classes.kinds.scores import end_of, or_none
from webapp.classes.language import Words
from webapp.classes.lesson import LessonRefused, Step
from webapp.classes.values import LOWEST_ALPHA, MOST_ALPHA, PER_DECADE, alpha_at, position_of


def _truth(asked: Step, before: Experiment, after: Experiment, facts: Plain) -> Plain:
    """The final loss at each α, the position of the lowest and of the run's own, and the highest loss near it."""
    start = before.network()
    alphas = [alpha_at(position) for position in range(MOST_ALPHA + 1)]
    finals = final_losses(before, start, alphas, [before.seed], check_wanted)[:, 0].tolist()
    best = min(range(len(finals)), key=finals.__getitem__)
    if finals[best] == math.inf:
        raise LessonRefused("The run diverges at each α that can be named.")
    made = before.replace_unchecked(alpha=alphas[best])
    result = run(made, start, check_wanted, held_out=False)
    twins = luck(made, start, check_wanted)
    highest = max(twins.highest or 0.0, 1.1 * finals[best])
    return {
        "own": round(PER_DECADE * -LOWEST_ALPHA + position_of(before.alpha)),
        "truth": best,
        "alpha": alphas[best],
        "loss": finals[best],
        "finals": list(map(or_none, finals)),
        "limit": highest / finals[best] if finals[best] > 0.0 else 1.0,
        "twins": list(twins.finals),
        "fingerprint": result.fingerprint,
        "curve": curve_of(result),
    }


def _times(truth: Plain, value: int) -> float:
    """The final loss at this α over the lowest of all; 1 for the lowest, ∞ where the run diverges."""
    finals = [end_of(loss) for loss in truth["finals"]]
    loss, best = finals[value], min(finals)
    if loss == best:
        return 1.0
    return loss / best if best > 0.0 else math.inf


def _group(truth: Plain, value: int) -> str:
    own = truth["own"]
    return "alpha_same" if value == own else "alpha_lower" if value < own else "alpha_higher"


def _happened(say: Words, asked: Step, truth: Plain) -> dict[str, list[str]]:
    best = say("best_is", loss=say.number(truth["loss"]), alpha=say.local(knob_number(truth["alpha"])))
    return {"it": [], "opening": [say("best"), best, "."]}


def _miss(say: Words, truth: Plain, value: int) -> str:
    final, times = truth["finals"][value], _times(truth, value)
    if final is None:
        return say("alpha_diverges")
    return say("over_best", times=say.number(times, 2)) if times < math.inf else say("it_ended", loss=say.number(final))


KIND = Prediction(
    "alpha",
    read=lambda ask, plain: whole_upto(plain, MOST_ALPHA),
    runs=lambda asked: (1 + (MOST_ALPHA + 1) + 1 + (1 + TWINS), 0),
    truth=_truth,
    is_within=lambda truth, value: _times(truth, value) <= truth["limit"],
    distance=lambda truth, value: math.log10(_times(truth, value)),
    group=_group,
    happened=_happened,
    luck=lambda say, truth: say("alpha_luck", loss=say.number(truth["limit"] * truth["loss"])) + ".",
    value=lambda say, truth, value: say("alpha", alpha=say.local(knob_number(alpha_at(value)))),
    miss=_miss,
    answers=lambda truth: range(MOST_ALPHA + 1),
)
