"""A choice among texts: the runs decide which one holds, or the author says which is right."""

import math

from engine.experiments.experiment import Experiment
from webapp.base.validation import whole_upto
from webapp.classes.kinds import turn
from webapp.classes.kinds.prediction import Plain, Prediction
from webapp.classes.kinds.runs import MOST_DRAWS, holding, turned, turned_runs
from webapp.classes.kinds.scores import end_of
from webapp.classes.lesson import CLASS, Step


def _runs(asked: Step) -> tuple[int, int]:
    return turned_runs(MOST_DRAWS if asked.seed == CLASS else 1) if asked.after else (1, 0)


def _truth(asked: Step, before: Experiment, after: Experiment, facts: Plain) -> Plain:
    """With how many of the data seeds the same choice holds, too, and the loss that the reveal says."""
    right = [at for at, choice in enumerate(asked.choices) if choice.right]
    if not asked.after:
        return {"truth": right[0]}
    found = turned(before, after, facts, _runs(asked))
    truth = found.truth
    held = holding(asked, end_of(facts["before"]), end_of(truth["truth"]))
    agree = sum(holding(asked, *pair) == held for pair in found.pairs) if found.pairs and held else None
    right = right or held
    return truth | {"agree": agree, "loss": truth["truth"], "truth": right[0] if len(right) == 1 else None}


KIND = Prediction(
    "choice",
    read=lambda ask, plain: whole_upto(plain, len(ask["choices"]) - 1),
    runs=_runs,
    truth=_truth,
    is_within=lambda truth, value: bool(value == truth["truth"]),
    distance=lambda truth, value: math.inf,
    group=lambda truth, value: value,
    happened=turn.happened,
    luck=turn.luck,
    value=lambda say, truth, value: say("quoted", text=truth["texts"][value]),
    miss=lambda say, truth, value: say("not_right"),
    answers=lambda truth: range(0),
    is_right=True,
)
