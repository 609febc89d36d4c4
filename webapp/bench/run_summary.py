"""The summary of a run: what the page remembers of it, to say later what has changed since.

Its knobs are the rows of the table that name a run; together with the title, the network and the checkpoint they say
whether two summaries are of one run. As JSON it is flat, a field each.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from engine.experiments.experiment import Experiment
from engine.experiments.knobs import ALPHA, IDEAL, INPUTS, KNOBS, SAMPLES, Knob, Knobs, naming_knobs


@dataclass(frozen=True)
class RunSummary:
    """What the page remembers of a run."""

    title: str
    knobs: Mapping[str, Any]
    """The values of the knobs that name a run, by the knobs' names."""
    network: str
    """Eight hex digits that name the layers, and the samples where they are a table."""
    checkpoint: str
    settled: float | None
    """None when the run diverged."""
    first: float
    diverged_at: int | None
    fingerprint: str

    @property
    def alpha(self) -> float:
        """The learning rate."""
        return float(self.knobs[ALPHA.name])

    @property
    def samples(self) -> int:
        """How many samples it was trained on."""
        return int(self.knobs[SAMPLES.name])

    def plain(self) -> dict[str, Any]:
        """The summary as the page holds it: every knob is a field of its own."""
        fields = dict(vars(self))
        return {"title": fields.pop("title"), **fields.pop("knobs"), **fields}


def run_fields(knobs: Knobs = KNOBS) -> list[str]:
    """The fields of a plain summary that name its run: where one of them differs, it is another run."""
    return ["title", *(knob.name for knob in naming_knobs(knobs)), "network", "checkpoint"]


def summary_knobs(experiment: Experiment) -> dict[str, Any]:
    """The values of the knobs that name the experiment's run, as a summary holds them."""
    return {knob.name: summary_value(experiment, knob) for knob in naming_knobs(experiment.knobs)}


def summary_value(experiment: Experiment, knob: Knob) -> Any:
    """A knob's value as a number, a name or a text; of a target its formulas, of inputs their name."""
    if knob.name == IDEAL.name:
        return ideal_text(experiment)
    return experiment.inputs_name if knob.name == INPUTS.name else getattr(experiment, knob.name)


def ideal_text(experiment: Experiment) -> str:
    """The target's name, or its formulas in a row."""
    return experiment.ideal if isinstance(experiment.ideal, str) else ", ".join(experiment.ideal)
