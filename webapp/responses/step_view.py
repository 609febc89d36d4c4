"""What stands at the cursor: a step of a run, the network there, and one vector that is sent through it.

The vector is the sample of that step, the one about to be used, or an input of the visitor's own. At the very end no
sample is left: the last one is shown, at the step before it was used.
"""

import math
from dataclasses import dataclass
from typing import Any

import numpy as np

from engine.base.numerics import FloatArray
from engine.experiments.experiment import Experiment
from engine.training.network import Network
from webapp.base.format import plain, two_decimals
from webapp.bench.requests import Own
from webapp.figures.encode import typed
from webapp.figures.response_maps import LAST_SAMPLES, asked_of, marks, response_numbers
from webapp.responses.input_domain import InputDomain


@dataclass(frozen=True)
class StepView:
    """A step of a run; `network` is the one there, `probed` the one that the vector is sent through."""

    experiment: Experiment
    step: int
    last: int
    """The last step there is: all samples, or the one before a divergence."""
    loss: float | None
    """Of the sample about to be used; None at the end, and where it is no number."""
    network: Network
    probed: Network
    sample: int
    """The sample of this step, counted from 0."""
    facts: tuple[FloatArray, FloatArray]
    """The latest samples and what they were to give, this step's at the end."""
    own: Own | None = None

    @property
    def x(self) -> FloatArray:
        """The vector that is probed."""
        x: FloatArray = self.facts[0][-1] if self.own is None else np.array(self.own)
        return x

    @property
    def wanted(self) -> FloatArray | None:
        """What it should give; None where nobody knows."""
        if self.own is not None:
            target = self.experiment.target
            return target(self.x) if target.everywhere else None
        t: FloatArray = self.facts[1][-1]
        return t


def sample_at(step: int | None, samples: int) -> int:
    """The sample that is looked at from a step; None is the end."""
    return samples - 1 if step is None else min(step, samples - 1)


def step_view_at(
    experiment: Experiment,
    step: int | None,
    last: int,
    losses: FloatArray,
    facts: tuple[FloatArray, FloatArray],
    networks: tuple[Network, Network],
    own: Own | None = None,
) -> StepView:
    """The cursor at a step, or at the end; `networks` are the one there, and the one its sample is about to change.

    An own input of another network's width stands for none.
    """
    at, sample = last if step is None else min(step, last), min(last, sample_at(step, len(losses)))
    latest = slice(max(0, sample + 1 - LAST_SAMPLES), sample + 1)
    X, T = facts
    fits = own is not None and len(own) == experiment.width
    return StepView(
        experiment=experiment,
        step=at,
        last=last,
        loss=float(losses[at]) if at < len(losses) and math.isfinite(losses[at]) else None,
        network=networks[0],
        probed=networks[0] if fits else networks[1],
        sample=sample,
        facts=(X[latest], T[latest]),
        own=own if fits else None,
    )


def place_of(cursor: StepView) -> dict[str, Any]:
    """Where the cursor stands, as the page needs it."""
    return {"step": cursor.step, "last": cursor.last, "sample": cursor.sample, "loss": cursor.loss}


def response_at(cursor: StepView, ground: InputDomain, axes: tuple[int, int]) -> dict[str, Any]:
    """The maps' outputs, the latest samples, what is probed, and a sentence about it; a plane's target too."""
    target, asked, (X, T) = cursor.experiment.target, ground.asked, cursor.facts
    window = ground.window(axes, cursor.x)
    plane = asked_of(target, window).target if ground.plane and target.everywhere else None
    return response_numbers(asked, cursor.network.respond(window.grid)) | {
        "target": None if plane is None else typed(plane.T.ravel()),
        "axes": list(window.axes),
        "marks": marks(window, X),
        "ring": next(iter(marks(window, cursor.x[None])), None),
        "probed": typed(cursor.x, "f8"),
        "facts": None if target.everywhere else facts_as_shares(cursor.network.respond(X), T, asked.scale),
        "says": _says(cursor),
    }


def facts_as_shares(given: FloatArray, wanted: FloatArray, scale: float) -> dict[str, list[list[float]]]:
    """What is wanted at each fact, and what the network misses it by, as shares of the maps' scale."""
    parts = {"wanted": wanted, "missed": given - wanted}
    return {name: np.round(np.clip(part / scale, -1.0, 1.0), 3).tolist() for name, part in parts.items()}


def _says(cursor: StepView) -> list[list[str]]:
    given, wanted = cursor.network.respond(cursor.x[None])[0], cursor.wanted
    what = f"Sample {cursor.sample:,}" if cursor.own is None else "Own input"
    said = [[f"{what} at ({_written(cursor.x)}): output ", ""], [_written(given), "strong"]]
    if wanted is None:
        return [*said, [", no target is known there", ""]]
    return [*said, [", target ", ""], [_written(wanted), "strong"]]


def _written(vector: FloatArray) -> str:
    return ", ".join(map(plain if np.all(vector == np.rint(vector)) else two_decimals, vector.tolist()))
