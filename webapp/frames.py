"""What the page shows of an experiment and its checkpoint, which stays while a knob is turned.

The network's cards, the target's map, the checkpoint's weights, the words about the experiment: together they are a
frame, and it has a name made of all that it depends on. A page says which frame it has; only another one travels.
"""

import functools
import hashlib
import secrets
from dataclasses import dataclass
from typing import Any

from engine.catalogue import Row
from engine.experiment import Experiment
from engine.facts import inputs_named
from engine.layers import AffinityLayer
from engine.network import Network
from engine.run import checkpoint_fingerprint
from webapp.components.knobs import formula_lines
from webapp.figures.response import Asked, asked_of, response_figure
from webapp.figures.theme import THEMES
from webapp.figures.weights import AffineWeights, scale_of, weight_cells, weight_numbers, weights_figure
from webapp.offer import Offer
from webapp.strip import strip_of

NO_WEIGHTS = "This network has no weights: nothing in it can learn."
TARGETS = 64
"""How many targets are remembered on their grids."""


@dataclass(frozen=True)
class Scene:
    """What a frame is made of: a row of the offer, the experiment, its checkpoint, and the theme it is drawn in."""

    row: Row
    experiment: Experiment
    checkpoint: Network
    theme: str

    @functools.cached_property
    def name(self) -> str:
        """Twelve hex digits; equal frames have equal names, and only what is repeatable can have an equal."""
        experiment = self.experiment
        parts = (self.row.key, experiment.layers, experiment.ideal, experiment.inputs, self.theme)
        once = "" if experiment.repeatable else secrets.token_hex(8)
        whole = repr((*parts, checkpoint_fingerprint(self.checkpoint), once))
        return hashlib.sha256(whole.encode()).hexdigest()[:12]

    @property
    def reach(self) -> float:
        """How far the maps go from zero."""
        return inputs_named(self.experiment.inputs).reach

    @functools.cached_property
    def asked(self) -> Asked:
        """The target on its grid."""
        ask = _remembered if self.experiment.repeatable else asked_of
        return ask(self.experiment.target, self.reach, self.experiment.width)


_remembered = functools.lru_cache(maxsize=TARGETS)(asked_of)


def frame_of(scene: Scene, offer: Offer) -> dict[str, Any]:
    """The frame, whole."""
    experiment = scene.experiment
    return {
        "group": scene.row.group,
        "hint": scene.row.look_for,
        "ideals": fitting_ideals(experiment, offer),
        "formulas": formula_lines(experiment.target.formulas),
        "strip": strip_of(experiment, scene.checkpoint),
        "weights": _weights(scene),
        "response": {
            "figure": response_figure(scene.asked, THEMES[scene.theme]),
            "rows": experiment.outputs,
            "inputs": experiment.width,
            "scale": scene.asked.scale,
        },
    }


def fitting_ideals(experiment: Experiment, offer: Offer) -> list[dict[str, str]]:
    """The targets that the network can be asked for."""
    return [
        {"value": ideal.name, "label": ideal.title}
        for ideal in offer.ideals.values()
        if ideal.inputs <= experiment.width and ideal.outputs == experiment.outputs
    ]


def _weights(scene: Scene) -> dict[str, Any]:
    layers = affine_weights(scene.checkpoint)
    return {
        "figure": weights_figure(layers, scale_of(layers), THEMES[scene.theme]),
        "cells": weight_cells(layers),
        "checkpoint": weight_numbers(layers),
        "none": "" if layers else NO_WEIGHTS,
    }


def affine_weights(network: Network) -> list[AffineWeights]:
    """M and b of every affine layer, in order."""
    return [(layer.M, layer.b) for layer in network.layers if isinstance(layer, AffinityLayer)]
