"""What a hand can change about the network, its target, its facts and its first weights, a row each.

A change takes one experiment to another with the engine's own edits, and says what it did: how the sentence begins, and
what the run is called as a ghost. Experiments that it gets name all their weights.
"""

import secrets
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

from engine.activations import ACTIVATIONS
from engine.data.inputs import LARGEST_SEED
from engine.data.table import Table
from engine.data.table_parser import read_table
from engine.errors import FormulaError
from engine.experiments import edits
from engine.experiments.experiment import Affinity, DrawnWeights, Experiment, Identity, LayerSpec, Map
from engine.formula import VECTOR, Formula, formulas
from engine.layers.initializers import initializer_named
from engine.layers.layers import WIDEST
from webapp.bench.knob_values import Refused, read_seed
from webapp.bench.narration import brief, input_name, target_name

INSERTED = {"affinity": "an affine layer", "map": "a map layer", "identity": "an identity layer"}
FIRST_FUNCTION = "tanh"
OWN_FORMULAS = "own formulas"
"""What the page calls a target that is typed; choosing it by that name begins with the formulas there are."""

GONE = "That weight is not there any more. Close this, and choose another."

OF_OWN_BENCHES = ("inputs", "weights")
"""The fields of what the page can change on a bench whose functions only Python can say."""

ChangeWords = tuple[str, str]
"""How the sentence about the change begins, and what the run that follows is called."""


@dataclass(frozen=True)
class ChangeKind:
    """A row: where its refusals are told, what becomes of the experiment, and what is said of it."""

    field: str
    edit: Callable[[Experiment, int, Any], Experiment]
    say: Callable[[Experiment, Experiment, int, Any], ChangeWords]


def apply_change(experiment: Experiment, do: str, at: int, value: Any) -> tuple[Experiment, ChangeWords]:
    """The experiment after the change `do`, at layer `at`, with a value; BenchError or Refused when it cannot be."""
    row = CHANGES[do]
    if not experiment.repeatable and row.field not in OF_OWN_BENCHES:
        raise Refused(row.field, "This bench is your own. Change its network, its ideal and its facts in Python.")
    after = row.edit(experiment, at, value)
    return after, row.say(experiment, after, at, value)


def _rng() -> int:
    return secrets.randbelow(LARGEST_SEED + 1)


# The network


def _insert(experiment: Experiment, at: int, value: Any) -> Experiment:
    wide = edits.width_at(experiment, at)
    made: dict[str, LayerSpec] = {
        "affinity": Affinity(wide, wide),
        "map": Map(FIRST_FUNCTION),
        "identity": Identity(),
    }
    if not isinstance(value, str) or value not in made:
        raise Refused("network", f"A layer is one of {', '.join(made)}.")
    return edits.insert_layer(experiment, at, made[value], _rng())


def _move(experiment: Experiment, at: int, by: Any) -> Experiment:
    if isinstance(by, bool) or not isinstance(by, int) or abs(by) > len(experiment.layers):
        raise Refused("network", "A layer moves by whole places, such as −1 to the left.")
    return edits.move_layer(experiment, at, at + by, _rng())


def _width(experiment: Experiment, at: int, value: Any) -> Experiment:
    text = str(value).strip()
    if not text.isdecimal() or not 1 <= int(text) <= WIDEST:
        raise Refused("network", f"The outputs of an affine layer are a whole number from 1 to {WIDEST}.")
    outputs = int(text)
    return edits.set_width(experiment, at, outputs, _rng())


def _function(experiment: Experiment, at: int, value: Any) -> Experiment:
    """A function by name or as a formula; what is wrong with a formula is told without the names, which a menu has."""
    text = str(value).strip()
    if text not in ACTIVATIONS:
        Formula(text)
    return edits.set_function(experiment, at, text)


def _freeze_one(experiment: Experiment, at: int, value: Any) -> Experiment:
    """Weight `value` of affinity `at`, counted M row by row and then b, frozen if it moved and free if it did not."""
    spec = experiment.layers[at] if at < len(experiment.layers) else None
    place = value if isinstance(value, int) and not isinstance(value, bool) else -1
    if not isinstance(spec, Affinity) or not 0 <= place < spec.size:
        raise Refused("edit", GONE)
    return edits.freeze(experiment, at, frozen_places(spec) ^ {place})


def frozen_places(spec: Affinity) -> set[int]:
    """The places of the numbers that training leaves, M row by row and then b."""
    return set(range(spec.size)) if spec.frozen is True else set(spec.frozen or ())


def layer_name(experiment: Experiment, at: int) -> str:
    """affinity 2, tanh, identity: how the sentence calls a layer."""
    spec = experiment.layers[at]
    if isinstance(spec, Map):
        return brief(spec.function)
    if isinstance(spec, Identity):
        return "identity"
    affine = [place for place, other in enumerate(experiment.layers) if isinstance(other, Affinity)]
    return f"affinity {affine.index(at) + 1}" if len(affine) > 1 else "affinity"


def _removed(before: Experiment, _after: Experiment, at: int, _value: Any) -> ChangeWords:
    return f"Removing {layer_name(before, at)}", f"{layer_name(before, at)} removed"


def _moved(before: Experiment, _after: Experiment, at: int, _value: Any) -> ChangeWords:
    return f"Moving {layer_name(before, at)}", f"{layer_name(before, at)} moved"


def _widened(before: Experiment, after: Experiment, at: int, _value: Any) -> ChangeWords:
    was, now = (getattr(experiment.layers[at], "outputs", 0) for experiment in (before, after))
    return f"Changing {layer_name(before, at)} from {was} to {now} outputs", f"{was} → {now} outputs"


def _refitted(before: Experiment, after: Experiment, at: int, _value: Any) -> ChangeWords:
    was, now = layer_name(before, at), layer_name(after, at)
    return f"Changing {was} to {now}", f"{was} → {now}"


def _froze(before: Experiment, _after: Experiment, at: int, value: Any) -> ChangeWords:
    name = layer_name(before, at)
    return (f"Freezing {name}", f"{name} frozen") if value else (f"Freeing {name}", f"{name} free")


def _froze_one(_before: Experiment, after: Experiment, at: int, value: Any) -> ChangeWords:
    spec = after.layers[at]
    frozen = isinstance(spec, Affinity) and value in frozen_places(spec)
    return ("Freezing one weight", "weight frozen") if frozen else ("Freeing one weight", "weight free")


def _redrawn(before: Experiment, _after: Experiment, at: int, _value: Any) -> ChangeWords:
    return f"New weights in {layer_name(before, at)}", "new weights"


def _mistaken(_before: Experiment, _after: Experiment, _at: int, value: Any) -> ChangeWords:
    return ("Passing M back for Mᵀ", "M for Mᵀ") if value else ("Passing Mᵀ back", "Mᵀ again")


def _halved(_before: Experiment, _after: Experiment, _at: int, value: Any) -> ChangeWords:
    return ("Halving the leak, but not its slope,", "half leak") if value else ("The whole leak again", "whole leak")


# The target, the facts, the first weights


def _target(experiment: Experiment, _at: int, value: Any) -> Experiment:
    if value == OWN_FORMULAS:
        value = [text if is_formula(text) else "0" for text in experiment.target.formulas]
    return edits.set_target(experiment, tuple(value) if isinstance(value, list) else str(value), _rng())


def is_formula(text: str) -> bool:
    """Whether the text says a target in the language of own formulas."""
    try:
        formulas((text,), VECTOR)
    except FormulaError:
        return False
    return True


def _aimed(before: Experiment, after: Experiment, _at: int, _value: Any) -> ChangeWords:
    was, now = (target_name(ideal_text(experiment)) for experiment in (before, after))
    return f"Turning the target from {was} to {now}", f"target → {now}"


def ideal_text(experiment: Experiment) -> str:
    """The target's name, or its formulas in a row."""
    return experiment.ideal if isinstance(experiment.ideal, str) else ", ".join(experiment.ideal)


def _inputs(experiment: Experiment, _at: int, value: Any) -> Experiment:
    if isinstance(experiment.inputs, Table):
        raise Refused("inputs", "The facts are a table. Choose a target first, and inputs are drawn again.")
    return replace(experiment, inputs=value)


def _drawn(before: Experiment, after: Experiment, _at: int, _value: Any) -> ChangeWords:
    was, now = input_name(before.inputs_name), input_name(after.inputs_name)
    return f"Turning the inputs from {was} to {now}", f"inputs → {now}"


def _table(experiment: Experiment, _at: int, value: Any) -> Experiment:
    if not isinstance(value, dict):
        raise Refused("facts", "A table of facts is given as text.")
    return edits.set_table(experiment, replace(read_table(value["text"]), shuffled=value["shuffled"]), _rng())


def _weight_seed(experiment: Experiment, _at: int, value: Any) -> Experiment:
    return replace(experiment, weights=DrawnWeights(read_seed(value, "weights"), scheme_of(experiment)))


def _scheme(experiment: Experiment, _at: int, value: Any) -> Experiment:
    seed = experiment.weights.seed if isinstance(experiment.weights, DrawnWeights) else 0
    return replace(experiment, weights=DrawnWeights(seed, value))


def scheme_of(experiment: Experiment) -> str:
    """How the first weights are drawn; normal where they are given."""
    return experiment.weights.scheme if isinstance(experiment.weights, DrawnWeights) else "normal"


def _seeded(before: Experiment, after: Experiment, _at: int, _value: Any) -> ChangeWords:
    was, now = (e.weights.seed if isinstance(e.weights, DrawnWeights) else None for e in (before, after))
    begins = f"Weight seed {now}" if was is None else f"Turning the weight seed from {was} to {now}"
    return begins, f"weight seed → {now}"


def _schemed(_before: Experiment, after: Experiment, _at: int, _value: Any) -> ChangeWords:
    title = initializer_named(scheme_of(after)).title
    return f"{title} initial weights", f"weights → {title}"


CHANGES: dict[str, ChangeKind] = {
    "insert": ChangeKind("network", _insert, lambda _, __, ___, kind: (f"Adding {INSERTED[kind]}", f"{kind} added")),
    "remove": ChangeKind("network", lambda e, at, _: edits.remove_layer(e, at, _rng()), _removed),
    "move": ChangeKind("network", _move, _moved),
    "width": ChangeKind("network", _width, _widened),
    "function": ChangeKind("network", _function, _refitted),
    "freeze": ChangeKind("network", lambda e, at, on: edits.freeze(e, at, bool(on)), _froze),
    "freeze one": ChangeKind("edit", _freeze_one, _froze_one),
    "redraw": ChangeKind("network", lambda e, at, _: edits.randomize_layer(e, at, _rng(), scheme_of(e)), _redrawn),
    "left": ChangeKind("network", lambda e, _, on: edits.multiply_left(e, bool(on)), _mistaken),
    "half": ChangeKind("network", lambda e, _, on: edits.halve_slopes(e, bool(on)), _halved),
    "target": ChangeKind("target", _target, _aimed),
    "inputs": ChangeKind("inputs", _inputs, _drawn),
    "table": ChangeKind("facts", _table, lambda *_: ("The facts of the table", "table of facts")),
    "weight seed": ChangeKind("weights", _weight_seed, _seeded),
    "scheme": ChangeKind("weights", _scheme, _schemed),
}
