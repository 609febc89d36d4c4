"""The summary of a run: the page stores it, to say later what has changed since.

Its knobs are the rows of the table that name a run; together with the title, the network and the checkpoint they say
whether two summaries are of one run. As JSON it is flat, a field each.
"""

import hashlib
import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from engine.base.byte_cache import CacheRow, Caches
from engine.data.table import Table
from engine.experiments.catalogue import CatalogueEntry
from engine.experiments.experiment import Experiment
from engine.experiments.knobs import ALPHA, BATCH, IDEAL, INPUTS, KNOBS, SAMPLES, Knob, Knobs, naming_knobs
from engine.outcomes.failure import FAILED_FROM
from engine.outcomes.outcome import best_constant_loss

OWN_DATA = "Own data"
"""The title of runs on a table of one's own, in place of that of the experiment that they began with."""


@dataclass(frozen=True)
class RunSummary:
    """The stored facts of a run."""

    title: str
    knobs: Mapping[str, Any]
    """The values of the knobs that name a run, by the knobs' names."""
    network: str
    """Eight hex digits that name the layers, and the samples where they are a table."""
    checkpoint: str
    settled: float | None
    """The final loss; None when the run diverged."""
    first: float
    diverged_at: int | None
    fingerprint: str
    data: str = ""
    """Eight hex digits over all inputs, and eight over all targets; empty if nobody has looked at them."""
    layers: str = ""
    """Eight hex digits over the layers alone, frozen or not; empty in a summary of an earlier version."""
    held_out_loss: float | None = None
    """The loss of the held-out samples after the last step; None where a sentence has no use for it, or of an earlier
    version."""
    held_out_score: float | None = None
    """The number of rows of a table among them that are answered right, or the mean error; None where a sentence has no
    use for it, or of an earlier version."""
    constant: float | None = None
    """The loss of the best constant answer over the samples that the final loss is of; None where nobody has looked."""
    halved_at: int | None = None
    """The first step or sample at which the smoothed loss is at most half of that; None where there is none."""
    name: str = ""
    """Its title on the page: that of the experiment, or Own data; empty in a summary of an earlier version."""

    @property
    def alpha(self) -> float:
        """The learning rate."""
        return float(self.knobs[ALPHA.name])

    @property
    def samples(self) -> int:
        """The number of samples that it was trained on."""
        return int(self.knobs[SAMPLES.name])

    @property
    def failed(self) -> bool:
        """Whether the run diverged, or ended so near to the best constant answer that a cause of it is looked for."""
        return self.settled is None or bool(self.constant and self.settled >= FAILED_FROM * self.constant)

    @property
    def one(self) -> str:
        """The unit that is counted along the run: a step, or where a step has several samples, a sample."""
        return one_of(self.knobs.get(BATCH.name, BATCH.default))

    def plain(self) -> dict[str, Any]:
        """The summary as the page holds it: every knob is a field of its own."""
        fields = dict(vars(self))
        return {"title": fields.pop("title"), **fields.pop("knobs"), **fields}


def one_of(batch: int) -> str:
    """The unit that is counted along a run of such batches: steps, or samples where a step has several of them."""
    return "step" if batch == 1 else "sample"


def run_fields(knobs: Knobs = KNOBS) -> list[str]:
    """The fields of a plain summary that name its run: where one of them differs, it is another run."""
    return ["title", *(knob.name for knob in naming_knobs(knobs)), "network", "checkpoint"]


def has_own_data(experiment: Experiment, listed: Experiment) -> bool:
    """Whether its samples are a table, and not that of the listed experiment that it began with."""
    return isinstance(experiment.inputs, Table) and experiment.inputs != listed.inputs


def name_of(experiment: Experiment, entry: CatalogueEntry) -> str:
    """The title on the page of a run that began with the entry."""
    return OWN_DATA if has_own_data(experiment, entry.experiment) else entry.title


def summary_knobs(experiment: Experiment) -> dict[str, Any]:
    """The values of the knobs that name the experiment's run, as a summary holds them."""
    return {knob.name: summary_value(experiment, knob) for knob in naming_knobs(experiment.knobs)}


def summary_value(experiment: Experiment, knob: Knob) -> Any:
    """A knob's value as a number, a name or a text; of a target its formulas, of inputs their name."""
    if knob.name == IDEAL.name:
        return ideal_text(experiment)
    value = getattr(experiment, knob.name)
    return experiment.inputs_name if knob.name == INPUTS.name else knob.kind.plain(value)


def data_name(experiment: Experiment, caches: Caches) -> str:
    """Eight hex digits over the inputs of all samples, and eight over their targets; empty for a local bench's."""
    if not experiment.repeatable:
        return ""
    return caches.of(DATA_NAMES).get_or_make(_data_key(experiment), lambda: _hashed_data(experiment))


def constant_of(experiment: Experiment, caches: Caches) -> float | None:
    """The loss of the best constant answer to the samples of a run, over the last of them; None for a local bench's,
    and where it is no finite number or takes longer than a turn of a knob may."""
    if not experiment.repeatable or experiment.samples > MOST_JUDGED:
        return None
    key = (experiment.loss, experiment.without, *_data_key(experiment))
    constant = caches.of(CONSTANTS).get_or_make(key, lambda: best_constant_loss(experiment))
    return constant if math.isfinite(constant) else None


MOST_JUDGED = 100_000
"""The most samples whose best constant answer is looked for at each turn of a knob."""


def _data_key(experiment: Experiment) -> tuple[Any, ...]:
    altering = (knob.name for knob in naming_knobs(experiment.knobs) if knob.alters)
    values = (getattr(experiment, name) for name in altering)
    return (experiment.width, *(value.digest if isinstance(value, Table) else value for value in values))


def _hashed_data(experiment: Experiment) -> str:
    digests = hashlib.sha256(), hashlib.sha256()
    for block in experiment.fact_blocks():
        for digest, array in zip(digests, block, strict=True):
            digest.update(np.ascontiguousarray(array, "<f8").data)
    return "".join(digest.hexdigest()[:8] for digest in digests)


def _size_of(key: tuple[Any, ...], _: object) -> int:
    return 256 + len(str(key))


DATA_NAMES: CacheRow[tuple[Any, ...], str] = CacheRow(2**18, _size_of)
CONSTANTS: CacheRow[tuple[Any, ...], float] = CacheRow(2**18, _size_of)


def ideal_text(experiment: Experiment) -> str:
    """The target's name, or its formulas in a row."""
    return experiment.ideal if isinstance(experiment.ideal, str) else ", ".join(experiment.ideal)
