"""What the page shows of an experiment and its checkpoint, which stays while a knob is turned.

The network's cards, the target's map, the checkpoint's weights, the words about the experiment: together they are a
frame, and it has a name made of all that it depends on. A page says which frame it has; only another one travels.
"""

import functools
import hashlib
import secrets
from dataclasses import dataclass
from typing import Any

from engine.data.inputs import INPUT_DISTRIBUTIONS
from engine.data.table import MOST_COLUMNS, TABLE, Table
from engine.experiments.catalogue import CatalogueEntry
from engine.experiments.experiment import DrawnWeights, Experiment
from engine.experiments.run import checkpoint_fingerprint
from engine.layers.initializers import initializer_named
from engine.layers.layers import AffinityLayer
from engine.training.network import Network
from webapp.base.theme import THEMES
from webapp.bench.changes import OWN_FORMULAS, is_formula
from webapp.bench.page_content import PageContent
from webapp.figures.response_maps import response_figure
from webapp.figures.weights import AffineWeights, largest_of, weight_cells, weight_numbers, weights_figure
from webapp.responses.gradcheck_badge import gradcheck_badge
from webapp.responses.input_domain import InputDomain
from webapp.responses.network_diagram import network_diagram

NO_WEIGHTS = "This network has no weights, so nothing in it can learn: add an affinity with a + above."


@dataclass(frozen=True)
class StaticView:
    """What a frame is made of: a row of the offer, the experiment, its checkpoint, and the theme it is drawn in."""

    row: CatalogueEntry
    experiment: Experiment
    checkpoint: Network
    theme: str

    @functools.cached_property
    def name(self) -> str:
        """Twelve hex digits; equal frames have equal names, and only what is repeatable can have an equal."""
        experiment = self.experiment
        inputs = experiment.inputs.digest if isinstance(experiment.inputs, Table) else experiment.inputs
        parts = (self.row.key, experiment.layers, experiment.ideal, inputs, self.theme)
        once = "" if experiment.repeatable else secrets.token_hex(8)
        whole = repr((*parts, checkpoint_fingerprint(self.checkpoint), once))
        return hashlib.sha256(whole.encode()).hexdigest()[:12]

    @functools.cached_property
    def ground(self) -> InputDomain:
        """What its maps are drawn on."""
        return InputDomain(self.experiment)


def static_view_of(scene: StaticView, content: PageContent) -> dict[str, Any]:
    """The frame, whole."""
    experiment = scene.experiment
    return {
        "group": scene.row.group,
        "hint": scene.row.look_for,
        "badge": gradcheck_badge(experiment, scene.checkpoint),
        "ideals": targets_of(experiment, content),
        "inputs": inputs_of(experiment),
        "target": target_of(experiment),
        "strip": network_diagram(experiment, scene.checkpoint, mistakes=scene.row.mistakes),
        "drawn": drawn_of(experiment, scene.checkpoint),
        "weights": _weights(scene),
        "response": {
            "figure": response_figure(scene.ground.asked, THEMES[scene.theme]),
            "rows": experiment.outputs,
            "inputs": experiment.width,
            "scale": scene.ground.asked.scale,
        },
    }


def targets_of(experiment: Experiment, content: PageContent) -> list[dict[str, str]]:
    """The targets that can be chosen; the last affine layer follows them. Formulas of one's own, and a table that is in
    use, stand among them."""
    rows = [{"value": ideal.name, "label": ideal.title} for ideal in content.ideals.values()]
    if not experiment.repeatable:
        return rows
    table = [{"value": TABLE, "label": "Table of facts"}] if isinstance(experiment.inputs, Table) else []
    return [*table, *rows, {"value": OWN_FORMULAS, "label": "Own formulas"}]


def inputs_of(experiment: Experiment) -> list[dict[str, str]]:
    """The ways to draw inputs, or the table alone."""
    if isinstance(experiment.inputs, Table):
        return [{"value": TABLE, "label": "Table"}]
    return [{"value": row.name, "label": row.title} for row in INPUT_DISTRIBUTIONS.values()]


def target_of(experiment: Experiment) -> dict[str, Any]:
    """A formula for each output, and whether it can be typed over."""
    texts = list(experiment.target.formulas)
    return {"formulas": texts, "editable": experiment.repeatable and all(map(is_formula, texts)), "most": MOST_COLUMNS}


def drawn_of(experiment: Experiment, checkpoint: Network) -> dict[str, Any]:
    """The seed and the scheme that the checkpoint was drawn with; no seed where it was kept or edited."""
    weights = experiment.weights
    same = checkpoint_fingerprint(experiment.network()) == checkpoint_fingerprint(checkpoint)
    if not isinstance(weights, DrawnWeights) or not same:
        return {"seed": None, "scheme": "", "says": "weights as they were kept"}
    title = initializer_named(weights.scheme).title
    return {"seed": weights.seed, "scheme": weights.scheme, "says": f"weight seed {weights.seed}, {title}"}


def _weights(scene: StaticView) -> dict[str, Any]:
    layers = affine_weights(scene.checkpoint)
    return {
        "figure": weights_figure(layers, largest_of(layers), THEMES[scene.theme]),
        "cells": weight_cells(layers),
        "checkpoint": weight_numbers(layers),
        "none": "" if layers else NO_WEIGHTS,
    }


def affine_weights(network: Network) -> list[AffineWeights]:
    """M and b of every affine layer, in order."""
    return [(layer.M, layer.b) for layer in network.layers if isinstance(layer, AffinityLayer)]
