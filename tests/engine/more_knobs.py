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


BATCH = Knob(
    "batch", Whole("A batch has {low} to {high} samples.", low=1, high=256, step=1),
    title="Batch", label="batch", spoken="the batch", default=1, axis="batch",
)  # fmt: skip
MOMENTUM = Knob(
    "momentum", Number("Momentum goes from {low} to {high}.", low=0.0, high=0.99, step=0.01),
    title="Momentum", label="momentum", spoken="momentum", default=0.0, axis="momentum",
)  # fmt: skip
NESTEROV = Knob(
    "nesterov", Switch("Nesterov is on or off."),
    title="Nesterov", label="Nesterov", spoken="Nesterov", default=False, axis="Nesterov",
)  # fmt: skip
OPTIMIZER = Knob(
    "optimizer", Choice("The optimizer is one of {options}.", OPTIMIZERS),
    title="Optimizer", label="optimizer", spoken="the optimizer", default="sgd", axis="optimizer",
)  # fmt: skip
RATE = Knob(
    "rate", Text(read=rate_formula),
    title="Rate", label="rate", spoken="the rate", default="1",
)  # fmt: skip
DISTINCT = Knob(
    "distinct", Whole("From {low} to {high:,} distinct samples.", low=1, high=SAMPLES_LIMIT, none="every sample new"),
    title="Distinct samples", label="distinct", spoken="the distinct samples", alters="samples",
)  # fmt: skip

MORE_KNOBS: Knobs = {
    **KNOBS, **{knob.name: knob for knob in (BATCH, MOMENTUM, NESTEROV, OPTIMIZER, RATE, DISTINCT)}
}  # fmt: skip

LATER_VALUES: dict[str, Any] = {
    "batch": 16,
    "momentum": 0.9,
    "nesterov": True,
    "optimizer": "adam",
    "rate": "1/(1+v0/200)",
    "distinct": 30,
}
"""A value of every added knob that is not its default."""


@dataclass(frozen=True)
class LaterExperiment(Experiment):
    """An experiment with a field for each of these rows; they change nothing about its run."""

    batch: int = BATCH.default
    momentum: float = MOMENTUM.default
    nesterov: bool = NESTEROV.default
    optimizer: str = OPTIMIZER.default
    rate: str = RATE.default
    distinct: int | None = DISTINCT.default

    knobs = MORE_KNOBS
