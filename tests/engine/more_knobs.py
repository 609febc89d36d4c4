"""A table of knobs with rows of the tests' own: one of every kind of value, as knobs of training have them."""

from dataclasses import dataclass
from typing import Any

from engine.data.inputs import SAMPLES_LIMIT
from engine.experiments.experiment import Experiment
from engine.experiments.knobs import KNOBS, Choice, Knob, Knobs, Number, Switch, Text, Whole
from engine.formula import VECTOR, formulas

OPTIMIZERS = {"sgd": "SGD", "rmsprop": "RMSProp", "adam": "Adam"}


def rate_formula(text: Any) -> str:
    """A formula in one variable, as its text."""
    return formulas((text,), VECTOR)[0].text


def axis_knob(label: str, spoken: str, kind: Whole | Number | Switch | Choice, default: Any) -> Knob:
    name, title = f"later_{label.lower()}", label.capitalize()
    return Knob(name, kind, title=title, label=label, spoken=spoken, default=default, axis=label)


SOME = Whole("From {low} to {high:,} distinct samples.", low=1, high=SAMPLES_LIMIT, none="every sample new")
BATCH = axis_knob("batch", "the batch", Whole("A batch has {low} to {high} samples.", low=1, high=256, step=1), 1)
SHARE = Number("Momentum goes from {low} to {high}.", low=0.0, high=0.99, step=0.01)
MOMENTUM = axis_knob("momentum", "later_momentum", SHARE, 0.0)
NESTEROV = axis_knob("Nesterov", "Nesterov", Switch("Nesterov is on or off."), default=False)
OPTIMIZER = axis_knob("optimizer", "the optimizer", Choice("The optimizer is one of {options}.", OPTIMIZERS), "sgd")
RATE = Knob("later_rate", Text(read=rate_formula), title="Rate", label="rate", spoken="the rate", default="1")
DISTINCT = Knob(
    "later_distinct", SOME, "Distinct samples", label="distinct", spoken="the distinct samples", alters="samples"
)

MORE_KNOBS: Knobs = {**KNOBS, **{knob.name: knob for knob in (BATCH, MOMENTUM, NESTEROV, OPTIMIZER, RATE, DISTINCT)}}

LATER_VALUES: dict[str, Any] = {
    "later_batch": 16, "later_momentum": 0.9, "later_nesterov": True, "later_optimizer": "adam",
    "later_rate": "1/(1+v0/200)", "later_distinct": 30,
}  # fmt: skip
"""A value of every added knob that is not its default."""


@dataclass(frozen=True)
class LaterExperiment(Experiment):
    """An experiment with a field for each of these rows; they change nothing about its run."""

    later_batch: int = BATCH.default
    later_momentum: float = MOMENTUM.default
    later_nesterov: bool = NESTEROV.default
    later_optimizer: str = OPTIMIZER.default
    later_rate: str = RATE.default
    later_distinct: int | None = DISTINCT.default

    knobs = MORE_KNOBS
