"""The ends of many runs: their final losses, and what their networks do on samples that they have not learned.

Runs that differ in α and in their first weights alone learn side by side. Each end has the bits of a run of its own.
"""

import math
from collections.abc import Callable, Hashable, Sequence
from dataclasses import dataclass
from functools import lru_cache

import numpy as np

from engine.base.metrics import fingerprint
from engine.base.numerics import FloatArray
from engine.data.inputs import LARGEST_SEED
from engine.experiments.experiment import Experiment
from engine.experiments.knobs import ALPHA, plain_knobs
from engine.experiments.layer_specs import LayerSpec, Weights, network_of
from engine.outcomes.nudged_runs import flat_weights, train_nudged
from engine.scoring import ACCURACY, scores_by
from engine.training.mean_losses import mean_losses_of
from engine.training.network import Network

OTHERS = 32
"""The data seeds under which a run is made again, beside its own."""
NUMBERS_AT_ONCE = 4_000_000
"""Losses of runs side by side that are in memory at a time."""
CACHED_STARTS = 256


@dataclass(frozen=True)
class RunEnd:
    """The end of one run."""

    final: float
    """The final loss; inf where the run diverges."""
    fingerprint: str
    """That of the run."""
    diverged_at: int | None
    """The step at which it diverges, or None."""
    held_out: float
    """The mean loss of the held-out samples after the last step; inf where the run diverges, nan without any."""
    accuracy: float
    """The share of held-out samples, of learned ones where none is held out, that are answered right; 0 where the run
    diverges, nan where the targets are numbers, or nobody asked."""


def other_seeds(seed: int) -> list[int]:
    """The 32 lowest data seeds but this one."""
    return [other for other in range(min(OTHERS + 1, LARGEST_SEED)) if other != seed][:OTHERS]


def alike(experiments: Sequence[Experiment]) -> list[list[int]]:
    """The numbers of the experiments in groups: those of a group differ in α and in their first weights alone."""
    groups: dict[Hashable, list[int]] = {}
    for number, one in enumerate(experiments):
        knobs = tuple(
            getattr(one, knob.name) for knob in plain_knobs(one.knobs) if knob is not ALPHA and knob.names_run
        )
        most = max(1, NUMBERS_AT_ONCE // one.samples)
        some = groups.setdefault((one.layers, one.ideal, one.inputs, knobs), [])
        some.append(number)
        if len(some) == most:
            groups[number, "full"] = groups.pop((one.layers, one.ideal, one.inputs, knobs))
    return list(groups.values())


def ends_of(
    experiments: Sequence[Experiment], on_progress: Callable[[int], None] = lambda done: None, *, scored: bool = False
) -> list[RunEnd]:
    """The ends of the runs of one group of `alike` experiments; with `scored`, their accuracy too.

    `on_progress` is called before each piece of work, and what it raises ends it. Waits for the compiler if it must.
    """
    first = experiments[0]
    starts = np.stack([_start(one.layers, one.weights)[1] for one in experiments])
    network = _start(first.layers, first.weights)[0]
    alphas = np.array([one.alpha for one in experiments])
    made = train_nudged(first, network, starts, alphas, on_progress, keep_losses=True)
    held_out = np.full(len(experiments), math.nan)
    if (samples := first.held_out_samples()) is not None:
        held_out = mean_losses_of(network, made.ends, samples, on_progress, rule=first.rule)
        held_out[np.isnan(made.final)] = math.inf
    right = np.full(len(experiments), math.nan)
    if scored:
        right = scores_by(first, map(network.with_weights, made.ends), ACCURACY)[:, 0 if samples is None else 1]
    return [
        _end(first.samples, *of_one)
        for of_one in zip(
            made.losses, made.ends, made.sound.tolist(), made.final.tolist(), held_out, right, strict=True
        )
    ]


def _end(
    samples: int, losses: FloatArray, weights: FloatArray, sound: int, final: float, held_out: float, right: float
) -> RunEnd:
    name, lost = fingerprint([losses, weights]), math.isnan(final)
    if lost and not math.isnan(right):
        right = 0.0
    diverged_at = sound if sound < samples else None
    return RunEnd(math.inf if lost else final, name, diverged_at, float(held_out), float(right))


@lru_cache(maxsize=CACHED_STARTS)
def _start(layers: tuple[LayerSpec, ...], weights: Weights) -> tuple[Network, FloatArray]:
    """The network before training, for reading only, and its flat weights."""
    network = network_of(layers, weights)
    return network, flat_weights(network)
