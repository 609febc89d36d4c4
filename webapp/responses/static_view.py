"""The static view: the part of the page that depends on the experiment and its checkpoint, not on the knobs.

It consists of the network's cards, the map of the target, the checkpoint's weights and the texts about the experiment.
Its name is a hash of everything that it depends on. The page sends the name of the view that it has, and gets another
one only when the names differ. In JSON it is called a frame.
"""

import functools
import hashlib
import secrets
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from engine.base.byte_cache import Caches
from engine.data.inputs import INPUT_DISTRIBUTIONS
from engine.data.table import MOST_OUTPUTS, TABLE, Table
from engine.experiments.catalogue import CatalogueEntry
from engine.experiments.experiment import DrawnWeights, Experiment
from engine.experiments.layer_specs import without_draw
from engine.experiments.port_names import PortNames, port_names
from engine.experiments.run import checkpoint_fingerprint, parameters
from engine.layers.initializers import initializer_named
from engine.scoring import are_one_hot
from engine.training.network import Network, affine_weights
from engine.training.weights_figure import AffineWeights
from webapp.bench.budget import no_preview
from webapp.bench.changes import DENSE, OWN_FORMULAS, is_formula
from webapp.bench.page_content import PageContent
from webapp.bench.run_summary import OWN_DATA, has_own_data
from webapp.figures.response_maps import GRID, target_numbers
from webapp.figures.weights import (
    WIDEST_OPEN,
    can_be_opened,
    weight_cells,
    weight_names,
    weight_numbers,
)
from webapp.responses.gradcheck_badge import gradcheck_badge
from webapp.responses.input_domain import MOST_WHOLE_INPUTS, InputDomain
from webapp.responses.network_diagram import network_diagram
from webapp.responses.rows.pictures import picture_shape

NO_WEIGHTS = "This network has no weights, so nothing in it can learn: add a dense layer with a + above."


@dataclass(frozen=True)
class StaticView:
    """All that a static view depends on: the catalogue entry, the experiment and its checkpoint."""

    entry: CatalogueEntry
    experiment: Experiment
    checkpoint: Network
    caches: Caches = field(default_factory=Caches, compare=False, repr=False)

    @functools.cached_property
    def name(self) -> str:
        """Twelve hex digits, equal for equal views; experiments that are not repeatable get a new name each time."""
        experiment = self.experiment
        table = experiment.table  # the maps reach as far as its scaled rows, but for test rows
        inputs: Any = experiment.inputs if table is None else (table.digest, experiment.test)
        drawn = isinstance(experiment.weights, DrawnWeights) and experiment.weights  # zeros are the same for every seed
        parts = (self.entry.key, experiment.layers, experiment.ideal, inputs, drawn, GRID)
        once = "" if experiment.repeatable else secrets.token_hex(8)
        shares = self.input_domain.as_probabilities
        identity = repr((*parts, checkpoint_fingerprint(self.checkpoint), once, *([shares] if shares else [])))
        return hashlib.sha256(identity.encode()).hexdigest()[:12]

    @property
    def group(self) -> str:
        """The experiment's group in the menu, and whether it was edited since."""
        if self.has_own_data:
            return f"{OWN_DATA}, from"
        return ", ".join(filter(None, (self.entry.group, "edited" if self.edited else "")))

    @property
    def hint(self) -> str:
        """A claim about the listed experiment, which need not hold of one that is turned or edited since."""
        return f"{'As it is listed: ' if self.experiment.repeatable else ''}{self.entry.look_for}"

    @property
    def has_own_data(self) -> bool:
        """Whether its samples are a table that the listed experiment does not have."""
        return has_own_data(self.experiment, self.entry.experiment)

    @property
    def edited(self) -> bool:
        """Whether the network, the target or the inputs are others than the listed experiment's; own data are no
        edit of it."""
        ours, theirs = (
            (tuple(map(without_draw, one.layers)), one.ideal, one.inputs)
            for one in (self.experiment, self.entry.experiment)
        )
        return ours != theirs and not self.has_own_data

    @functools.cached_property
    def input_domain(self) -> InputDomain:
        """The input space of its response maps."""
        return InputDomain(self.experiment, self.caches)


def static_view(view: StaticView, content: PageContent) -> dict[str, Any]:
    """The whole view, as JSON."""
    experiment = view.experiment
    names = port_names(experiment)
    return (
        {
            "group": view.group,
            "edited": view.edited,
            "hint": view.hint,
            "badge": gradcheck_badge(view.checkpoint, view.input_domain.samples[0]),
            "ideals": target_choices(experiment, content),
            "inputs": input_choices(experiment),
            "target": target_formulas(experiment),
            "strip": network_diagram(experiment, view.checkpoint, offer_faults=view.entry.mistakes),
            "no_preview": no_preview(view.checkpoint),
            "drawn": initial_weights(experiment, view.checkpoint),
            "weights": _weights(view, names),
            "response": target_numbers(view.input_domain.target_map)
            | {"border": view.input_domain.border, "probability": view.input_domain.as_probabilities}
            | {"scaled": view.input_domain.has_scaled_outputs},
        }
        | ({"own_data": True} if view.has_own_data else {})
        | ({"ports": plain_ports(experiment, names)} if names.given else {})
        | answers_form(experiment)
        | ({} if (picture := picture_shape(experiment)) is None else {"picture": picture._asdict()})
    )


def plain_ports(experiment: Experiment, names: PortNames) -> dict[str, Any]:
    """The names of inputs and outputs that a table has given, as JSON, and which of them are years."""
    units = {"units": names.input_units, "unit": names.unit, "answer": names.answer}
    years = {} if experiment.table is None else {"years": experiment.table.table.years}
    return {"inputs": names.inputs, "outputs": names.outputs} | units | years


def answers_form(experiment: Experiment) -> dict[str, Any]:
    """Whether the answers to the rows of a table are classes or numbers, and whether they are what is shown at first:
    where a map over two inputs would leave much out."""
    if experiment.table is None or not experiment.repeatable:
        return {}
    classes = are_one_hot(experiment.table.table.arrays[1])
    many = experiment.width > MOST_WHOLE_INPUTS or (classes and experiment.outputs > 2)
    return {"answers": {"classes": classes, "first": port_names(experiment).given and many}}


def target_choices(experiment: Experiment, content: PageContent) -> list[dict[str, str]]:
    """The targets that can be chosen, own formulas and the present table among them; the last dense layer adapts to the
    choice."""
    rows = [{"value": target.name, "label": target.title} for target in content.ideals.values()]
    if not experiment.repeatable:
        return rows
    inputs = experiment.inputs
    table = [{"value": TABLE, "label": answer_words(inputs)}] if isinstance(inputs, Table) else []
    return [*table, *rows, {"value": OWN_FORMULAS, "label": "Own formulas"}]


def answer_words(table: Table) -> str:
    """The answers of a table in a few words: species, 3 classes; miles per gallon."""
    names = ", ".join(table.names[1]) if table.names else ""
    if table.classes is None:
        return names or "Table"
    return ", ".join(filter(None, (names, f"{len(table.classes)} classes")))


def input_choices(experiment: Experiment) -> list[dict[str, str]]:
    """The input distributions, and the present table; a local bench has its table alone, for its target is one."""
    rows = [{"value": entry.name, "label": entry.title} for entry in INPUT_DISTRIBUTIONS.values()]
    if not isinstance(experiment.inputs, Table):
        return rows
    table = {"value": TABLE, "label": "Table"}
    return [table, *rows] if experiment.repeatable else [table]


def target_formulas(experiment: Experiment) -> dict[str, Any]:
    """A formula for each output, and whether they can be edited."""
    texts = list(experiment.target.formulas)
    return {"formulas": texts, "editable": experiment.repeatable and all(map(is_formula, texts)), "most": MOST_OUTPUTS}


def initial_weights(experiment: Experiment, checkpoint: Network) -> dict[str, Any]:
    """The seed and the initializer of the checkpoint; no seed where its weights were trained or edited."""
    weights = experiment.weights
    same = checkpoint_fingerprint(experiment.network()) == checkpoint_fingerprint(checkpoint)
    nothing = "" if parameters(checkpoint) else "no weights"
    if not isinstance(weights, DrawnWeights) or not same:
        return {"seed": None, "scheme": "", "says": nothing or "given weights, of no one seed"}
    scheme = "" if weights.scheme == "normal" else f", {initializer_named(weights.scheme).title}"
    return {"seed": weights.seed, "scheme": weights.scheme, "says": nothing or f"seed {weights.seed}{scheme}"}


def _weights(view: StaticView, names: PortNames) -> dict[str, Any]:
    layers = affine_weights(view.checkpoint)
    return {
        "cells": weight_cells(layers),
        "names": weight_names(layers, names),
        "checkpoint": weight_numbers(layers),
        "none": "" if layers else NO_WEIGHTS,
        "closed": closed_words(layers),
    }


def closed_words(layers: Sequence[AffineWeights]) -> str:
    """The layers that are too wide for their cells to be opened, in a sentence; "" if there are none."""
    closed = [str(k) for k, pair in enumerate(layers, start=1) if not can_be_opened(pair)]
    if not closed:
        return ""
    *others, last = closed
    limit = f"more than {WIDEST_OPEN} numbers"
    if others:
        names = f"{', '.join(others)} and {last}"
        return f"{DENSE.capitalize()}s {names} take or give {limit}: their weights are shown as a picture only."
    name = f"The {DENSE}" if len(layers) == 1 else f"{DENSE.capitalize()} {last}"
    return f"{name} takes or gives {limit}: its weights are shown as a picture only."
