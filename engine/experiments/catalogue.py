"""The experiments that come with the bench, a row each, with a sentence that says what to look for."""

import functools
from collections.abc import Callable
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import Any

from engine.base.notebook_html import table
from engine.data.named_tables import TABLES
from engine.data.prepared_table import BY_SEED, STANDARD
from engine.data.table import TABLE, Table
from engine.experiments.experiment import Affinity, DrawnWeights, Experiment, GivenWeights, Identity, Map
from engine.experiments.knobs import LOSS

NOTEBOOK = "From the notebook"
CLASSICS = "Classics"
REAL_TABLES = "Real tables"
TRAINING = "Data and training"
CLASS_LOSS = "cross-entropy"
"""The loss that one begins with where the answer is a class."""
MISTAKES = "Left-multiply or right-multiply?"

_UNIT = GivenWeights(((((1.0, 0.0), (0.0, 1.0)), (0.0, 0.0)),))
_THREE_FACTS = Table(inputs=((0.0, 1.0), (2.0, 3.0), (4.0, 5.0)), targets=((1.0, 0.0), (3.0, 2.0), (5.0, 4.0)))
"""The notebook's own list, on which it tried its first layers."""


@dataclass(frozen=True)
class CatalogueEntry:
    """One experiment of the catalogue."""

    key: str
    group: str
    title: str
    look_for: str
    source: Experiment | Callable[[], Experiment]
    """The experiment, or the function that makes it when it is first asked for."""
    mistakes: bool = False
    """Whether the page offers the notebook's two bugs as switches; they are off at first."""

    @functools.cached_property
    def experiment(self) -> Experiment:
        """The experiment as it is before anything of it is changed."""
        return self.source() if callable(self.source) else self.source


def tower(*widths: int, function: str = "tanh", last: bool = False) -> tuple[Affinity | Map, ...]:
    """Dense layers of those widths with an activation between them, and after the last one too where `last`."""
    layers: list[Affinity | Map] = []
    for inputs, outputs in pairwise(widths):
        layers += [Affinity(inputs, outputs), Map(function)]
    return tuple(layers if last else layers[:-1])


def _of_table(name: str, *, width: int = 8, **knobs: Any) -> Callable[[], Experiment]:
    """The experiment on a named table, which is read when it is first asked for."""

    def made() -> Experiment:
        rows = TABLES[name].table()
        layers = tower(rows.width, width, rows.outputs)
        loss = CLASS_LOSS if rows.classes else LOSS.default
        drawn = DrawnWeights(1, "xavier")
        return Experiment(layers, TABLE, drawn, rows, scaling=STANDARD, split=BY_SEED, loss=loss, **knobs)

    return made


_BY_HEART = Experiment(
    tower(2, 8, 1, last=True), "circle", DrawnWeights(1), "uniform", alpha=0.05, samples=10_000, seed=5,
    distinct=30, noise=0.5, held_out=300,
)  # fmt: skip
"""Noise hides much of the circle, and there are few samples: the network learns these samples and no more."""

_ROWS = (
    CatalogueEntry("three-facts", NOTEBOOK, "Three samples",
        "The loss goes to 0, and yet M is not the swap: many matrices fit these three samples.",
        Experiment((Affinity(2, 2),), TABLE, DrawnWeights(1), _THREE_FACTS, alpha=0.03, samples=300)),
    CatalogueEntry("affine-identity", NOTEBOOK, "Dense layer learns the identity",
        "M becomes the identity matrix and b goes to 0; with 500 samples the last loss is exactly 0.",
        Experiment((Affinity(2, 2),), "identity", DrawnWeights(1))),
    CatalogueEntry("affine-swap", NOTEBOOK, "Dense layer learns the swap",
        "M becomes the identity matrix with its two rows swapped.",
        Experiment((Affinity(2, 2),), "swap", DrawnWeights(1))),
    CatalogueEntry("doubling-map", NOTEBOOK, "Activation that doubles",
        "The activation doubles, so M becomes one half of the identity matrix.",
        Experiment((Affinity(2, 2), Map("double")), "identity", DrawnWeights(1))),
    CatalogueEntry("square-map", NOTEBOOK, "x²/2 learns (v₀ − v₁)²",
        "It learns only with a small α; with a large one the run diverges.",
        Experiment((Affinity(2, 2), Map("square/2")), "squared difference", DrawnWeights(2), alpha=0.02, samples=600)),
    CatalogueEntry("tanh-signs", NOTEBOOK, "tanh learns signs",
        "The larger α is, the sharper the edges of the output map become.",
        Experiment((Affinity(2, 2), Map("tanh")), "signs", DrawnWeights(1), samples=300)),
    CatalogueEntry("identity-by-hand", NOTEBOOK, "Identity set by hand",
        "The weights are right before the first step: every loss is 0, and no weight moves.",
        Experiment((Affinity(2, 2), Map("double")), "double", _UNIT)),
    CatalogueEntry("map-taken-off", NOTEBOOK, "The activation taken off",
        "The dense layer of the x²/2 network, without its activation, learns the identity at once.",
        Experiment((Affinity(2, 2),), "identity", DrawnWeights(2))),
    CatalogueEntry("leaky-relu-ones", NOTEBOOK, "Leaky ReLU learns (1, 1)",
        "Where the input of the ReLU is below 0, only its leak passes a gradient back.",
        Experiment((Affinity(2, 2), Map("leaky relu")), "ones", DrawnWeights(1))),
    CatalogueEntry("xor-one-layer", NOTEBOOK, "XOR with one layer",
        "One dense layer cannot learn it: at every α and seed, at least one of the four corners stays wrong. "
        "The least loss that was found for it is 0.488, and one answer for all has 0.5.",
        Experiment((Affinity(2, 1), Map("tanh")), "xor", DrawnWeights(1), "corners", samples=500)),
    CatalogueEntry("xor-hidden-layer", NOTEBOOK, "XOR with a hidden layer",
        "Four hidden units learn it, but from weight seed 7 one of the four corners stays wrong.",
        Experiment((*tower(2, 4, 1, last=True),), "xor", DrawnWeights(1), "corners", samples=500)),
    CatalogueEntry("identity-layer", NOTEBOOK, "Identity layer",
        "It has no weights, so α changes nothing: the losses stay the same.",
        Experiment((Identity(),), "swap")),
    CatalogueEntry("map-plus-one", NOTEBOOK, "Activation x + 1",
        "An activation has no weights either: α changes nothing.",
        Experiment((Map("plus one"),), "swap")),
    CatalogueEntry("circle", CLASSICS, "Circle",
        "Eight hidden units draw a closed curve around the centre.",
        Experiment(tower(2, 8, 1, last=True), "circle", DrawnWeights(1), "uniform", samples=3000)),
    CatalogueEntry("spiral", CLASSICS, "Spiral",
        "The hardest of the classics: the arms appear slowly, if at all.",
        Experiment(tower(2, 16, 16, 1, last=True), "spiral", DrawnWeights(1), "uniform", alpha=0.05, samples=5000)),
    CatalogueEntry("sine", CLASSICS, "Sine",
        "One input, one output: the output bends until it follows the sine.",
        Experiment(tower(1, 8, 1), "sine", DrawnWeights(1), "uniform", samples=2000)),
    CatalogueEntry("two-moons", CLASSICS, "Two moons",
        "The border of the output map bends between the two arcs.",
        Experiment(tower(2, 8, 1, last=True), "moons", DrawnWeights(1), "uniform", samples=3000)),
    CatalogueEntry("penguins", REAL_TABLES, "Penguins",
        "Three kinds of penguin, told apart by four measures: one held-out row is still wrong.",
        _of_table("penguins", alpha=0.02, samples=1000, held_out=68, test=68)),
    CatalogueEntry("iris", REAL_TABLES, "Iris",
        "Setosa is told apart at once; two held-out rows of the other two kinds stay wrong.",
        _of_table("iris", alpha=0.05, samples=2000, held_out=30, test=30)),
    CatalogueEntry("wine", REAL_TABLES, "Wine",
        "Turn scaling off: proline drowns the rest, and 38 of the 106 learned rows are right, not 106.",
        _of_table("wine", alpha=0.05, samples=2000, held_out=36, test=36)),
    CatalogueEntry("cars", REAL_TABLES, "Cars",
        "The held-out cars are missed by 1.9 miles per gallon; one answer for all would miss them by 6.5.",
        _of_table("cars", alpha=0.02, samples=4000, held_out=78, test=78)),
    CatalogueEntry("digits", REAL_TABLES, "Digits",
        "Turn decay up to 0.01: the weights of pixels that are always blank fade from the noise they started as.",
        _of_table("digits", width=16, alpha=0.05, samples=5000, held_out=360, test=360)),
    CatalogueEntry("circle-by-heart", TRAINING, "Circle learned by heart",
        "The same 30 noisy samples come again and again: the final loss is 0.00528, and on held-out samples, the "
        "dashed line, it is 0.740.",
        _BY_HEART),
    CatalogueEntry("circle-decay", TRAINING, "Circle with decay",
        "Decay keeps the weights small: fewer of the 30 samples are known, and the held-out loss is 0.559, not 0.740.",
        replace(_BY_HEART, decay=0.02)),
    CatalogueEntry("falling-rate", TRAINING, "Signs at a falling rate",
        "After step 2,250 each step has a tenth of α, and the loss falls: to 0.0304, not to 0.0503.",
        Experiment((Affinity(2, 2), Map("tanh")), "signs", DrawnWeights(1), alpha=1.0, samples=3000,
            rate="where(k<2250,1,0.1)")),
    CatalogueEntry("left-or-right", MISTAKES, "A correct network and two classic bugs",
        "Pass back M, not Mᵀ: the gradient check fails, and the final loss is far higher.",
        Experiment(tower(2, 4, 4, 2, function="leaky relu"), "swap", DrawnWeights(2), alpha=0.05, samples=500),
        mistakes=True),
)  # fmt: skip


class Catalogue(dict[str, CatalogueEntry]):
    """The experiments by their keys, in their order; in a cell of a notebook a table."""

    def __repr__(self) -> str:
        return f"{len(self)} experiments: {', '.join(self)}"

    def _repr_html_(self) -> str:
        """Keys, titles, and what to look for."""
        rows = ((row.key, row.group, row.title, row.look_for) for row in self.values())
        return table(("key", "group", "experiment", "what to look for"), rows)


CATALOGUE = Catalogue((row.key, row) for row in _ROWS)
FIRST = "tanh-signs"
"""The experiment of a link or a file that names none."""
