"""The changes of an experiment's network, target, samples and initial weights, a row each.

A change makes one experiment of another with the engine's own edits, and brings its words: the opening of the sentence
about it, and the label of the run that follows. The experiments that it gets name all their weights.
"""

import secrets
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any, cast

from engine.activations import ACTIVATIONS
from engine.data.inputs import LARGEST_SEED
from engine.data.prepared_table import BY_SEED, STANDARD
from engine.data.table import TABLE, Table
from engine.data.table_parser import parse_table
from engine.data.targets import resolve_target
from engine.errors import FormulaError
from engine.experiments import edits
from engine.experiments.catalogue import CLASS_LOSS
from engine.experiments.experiment import Affinity, DrawnWeights, Experiment, Identity, Map
from engine.experiments.knobs import HELD_OUT, LOSS, SEED, SPLIT, TEST
from engine.experiments.layer_specs import LayerSpec
from engine.experiments.port_names import port_names
from engine.formula import CHARACTERS, VECTOR, Formula, formulas, plain_spelling
from engine.layers.faulty_layers import spoken_function
from engine.layers.initializers import initializer_named
from engine.scoring import are_one_hot
from webapp.base.format import knob_number, plural
from webapp.bench.knob_values import Refused, read_knob
from webapp.bench.narration import LAYER_KINDS, brief, input_name, target_name, with_article
from webapp.bench.run_summary import ideal_text
from webapp.jobs.large_work import turn_to_read

DENSE = LAYER_KINDS["affinity"]
FIRST_FUNCTION = "tanh"
OWN_FORMULAS = "own formulas"
"""The page's name for a typed target; choosing it keeps the present formulas, to be typed over."""

WIDEST = 64
"""The most numbers that a layer of the page takes or gives; the engine's layers may be wider."""

WEIGHT_GONE = "That weight is not there any more. Close this, and choose another."

FIELDS_OF_LOCAL_BENCHES = ("inputs", "weights")
"""The fields that the page can change on a local bench, whose functions exist in Python only."""

ChangeWords = tuple[str, str]
"""The opening of the sentence about the change, and the label of the run that follows."""


@dataclass(frozen=True)
class ChangeKind:
    """A row: the field of the page that shows its refusals, the edit (experiment, layer, value) ↦ experiment, and the
    words (before, after, layer, value) ↦ its words."""

    field: str
    edit: Callable[[Experiment, int, Any], Experiment]
    words: Callable[[Experiment, Experiment, int, Any], ChangeWords]


def apply_change(experiment: Experiment, do: str, at: int, value: Any) -> tuple[Experiment, ChangeWords]:
    """The experiment after the change `do`, at layer `at`, with a value; BenchError or Refused when it cannot be."""
    row = CHANGES[do]
    if not experiment.repeatable and row.field not in FIELDS_OF_LOCAL_BENCHES:
        raise Refused(row.field, "This bench is your own. Change its network, its target and its samples in Python.")
    after = row.edit(experiment, at, value)
    return after, row.words(experiment, after, at, value)


def _random_seed() -> int:
    return secrets.randbelow(LARGEST_SEED + 1)


# The network


def _insert(experiment: Experiment, at: int, value: Any) -> Experiment:
    wide = edits.width_at(experiment, at)
    specs: dict[str, LayerSpec] = {
        "affinity": Affinity(wide, wide),
        "map": Map(FIRST_FUNCTION),
        "identity": Identity(),
    }
    if not isinstance(value, str) or value not in specs:
        raise Refused("network", f"A layer is one of {', '.join(specs)}.")
    return edits.insert_layer(experiment, at, specs[value], _random_seed())


def _hidden(experiment: Experiment, at: int, value: Any) -> Experiment:
    """A dense layer of `value` units and an activation, before layer `at`; the same weights are drawn at each call."""
    if isinstance(value, bool) or not isinstance(value, int) or not 1 <= value <= WIDEST:
        raise Refused("network", f"A hidden layer has from 1 to {WIDEST} units.")
    wide = edits.width_at(experiment, at)
    after = edits.insert_layer(experiment, at, Map(FIRST_FUNCTION))
    return edits.insert_layer(after, at, Affinity(wide, value))


def _move(experiment: Experiment, at: int, by: Any) -> Experiment:
    if isinstance(by, bool) or not isinstance(by, int) or abs(by) > len(experiment.layers):
        raise Refused("network", "A layer moves by whole places, such as −1 to the left.")
    return edits.move_layer(experiment, at, at + by, _random_seed())


def _width(experiment: Experiment, at: int, value: Any) -> Experiment:
    text = str(value).strip()
    if not text.isdecimal() or not 1 <= int(text) <= WIDEST:
        raise Refused("network", f"The outputs of a dense layer are a whole number from 1 to {WIDEST}.")
    outputs = int(text)
    return edits.set_width(experiment, at, outputs, _random_seed())


def _function(experiment: Experiment, at: int, value: Any) -> Experiment:
    """A function by name or as a formula. The refusal of a formula does not list the functions: a menu has them."""
    text = str(value).strip()
    if text not in ACTIVATIONS:
        text, _ = plain_spelling(text)
        Formula(text)
    return edits.set_function(experiment, at, text)


def _freeze_one(experiment: Experiment, at: int, value: Any) -> Experiment:
    """Weight `value` of affinity `at`, counted M row by row and then b: frozen if it was free, else free."""
    spec = experiment.layers[at] if at < len(experiment.layers) else None
    place = value if isinstance(value, int) and not isinstance(value, bool) else -1
    if not isinstance(spec, Affinity) or not 0 <= place < spec.size:
        raise Refused("edit", WEIGHT_GONE)
    return edits.freeze(experiment, at, frozen_places(spec) ^ {place})


def frozen_places(spec: Affinity) -> set[int]:
    """The places of the frozen numbers, M row by row and then b."""
    return set(range(spec.size)) if spec.frozen is True else set(spec.frozen or ())


def layer_name(experiment: Experiment, at: int) -> str:
    """dense layer 2, tanh, identity: the sentence's name of a layer."""
    spec = experiment.layers[at]
    if isinstance(spec, Map):
        return brief(spoken_function(spec.function))
    if isinstance(spec, Identity):
        return "identity"
    affine = [place for place, other in enumerate(experiment.layers) if isinstance(other, Affinity)]
    return f"{DENSE} {affine.index(at) + 1}" if len(affine) > 1 else DENSE


def spoken_layer(experiment: Experiment, at: int) -> str:
    """dense layer 2, the dense layer, an identity layer: that name in the middle of a sentence."""
    if isinstance(experiment.layers[at], Identity):
        return with_article(LAYER_KINDS["identity"])
    name = layer_name(experiment, at)
    return f"the {name}" if name == DENSE else name


def numbered_layer(experiment: Experiment, at: int) -> str:
    """dense layer 2, the activation: a layer by its kind alone, as on its card."""
    kinds = [_kind(spec) for spec in experiment.layers]
    kind = kinds[at]
    return f"{kind} {kinds[: at + 1].count(kind)}" if kinds.count(kind) > 1 else f"the {kind}"


def _kind(spec: LayerSpec) -> str:
    names = {Affinity: LAYER_KINDS["affinity"], Map: LAYER_KINDS["map"], Identity: LAYER_KINDS["identity"]}
    return names[type(spec)]


def _remove_words(before: Experiment, _after: Experiment, at: int, _value: Any) -> ChangeWords:
    return f"Removing {spoken_layer(before, at)}", f"{layer_name(before, at)} removed"


def _move_words(before: Experiment, _after: Experiment, at: int, _value: Any) -> ChangeWords:
    return f"Moving {spoken_layer(before, at)}", f"{layer_name(before, at)} moved"


def _width_words(before: Experiment, after: Experiment, at: int, _value: Any) -> ChangeWords:
    was, now = (getattr(experiment.layers[at], "outputs", 0) for experiment in (before, after))
    return (
        f"Changing {spoken_layer(before, at)} from {was} to {plural(now, 'output')}",
        f"{was} → {plural(now, 'output')}",
    )


def _function_words(before: Experiment, after: Experiment, at: int, _value: Any) -> ChangeWords:
    was, now = layer_name(before, at), layer_name(after, at)
    return f"Changing {was} to {now}", f"{was} → {now}"


def _freeze_words(before: Experiment, _after: Experiment, at: int, value: Any) -> ChangeWords:
    spoken, name = spoken_layer(before, at), layer_name(before, at)
    return (f"Freezing {spoken}", f"{name} frozen") if value else (f"Unfreezing {spoken}", f"{name} free")


def _freeze_one_words(_before: Experiment, after: Experiment, at: int, value: Any) -> ChangeWords:
    spec = after.layers[at]
    frozen = isinstance(spec, Affinity) and value in frozen_places(spec)
    return ("Freezing one weight", "weight frozen") if frozen else ("Unfreezing one weight", "weight free")


def _redraw_words(before: Experiment, _after: Experiment, at: int, _value: Any) -> ChangeWords:
    return f"New weights in {spoken_layer(before, at)}", "new weights"


def _left_words(_before: Experiment, _after: Experiment, _at: int, value: Any) -> ChangeWords:
    return ("Passing back M, not Mᵀ,", "M for Mᵀ") if value else ("Passing back Mᵀ", "Mᵀ again")


def _half_words(_before: Experiment, _after: Experiment, _at: int, value: Any) -> ChangeWords:
    return (
        ("Halving the leak, but not its derivative,", "half leak")
        if value
        else ("Restoring the whole leak", "whole leak")
    )


# The target, the samples, the starting weights


def _target(experiment: Experiment, _at: int, value: Any) -> Experiment:
    if value == OWN_FORMULAS:
        value = [text if is_formula(text) else "0" for text in experiment.target.formulas]
    if not isinstance(value, list):
        return edits.set_target(experiment, str(value), _random_seed())
    typed = tuple(plain_spelling(text)[0] for text in value)
    _check_inputs(resolve_target(typed).inputs, experiment.width)
    return edits.set_target(experiment, typed, _random_seed())


def _check_inputs(read: int, there: int) -> None:
    """Refuses a typed target that reads inputs which the network does not have."""
    if read > there:
        names = ", ".join(f"v{k}" for k in range(there))
        raise Refused("target", f"There is no v{read - 1}: the network has {plural(there, 'input')}, {names}.")


def as_typed_here(sentence: str) -> str:
    """The error of a formula in the page's words: it reads more characters than the language has (`plain_spelling`)."""
    return sentence.replace(CHARACTERS, f"{CHARACTERS} The page also reads − × · ÷ ^ ² and v₀.")


def is_formula(text: str) -> bool:
    """Whether the text is a target in the language of own formulas."""
    try:
        formulas((text,), VECTOR)
    except FormulaError:
        return False
    return True


def _target_words(before: Experiment, after: Experiment, _at: int, _value: Any) -> ChangeWords:
    was, now = (target_name(ideal_text(experiment)) for experiment in (before, after))
    begins = f"Changing the target from {was} to {now}"
    if before.inputs_name != after.inputs_name:
        begins += f" and the inputs to {input_name(after.inputs_name)}"
    return begins + _fitted_words(before, after), f"target → {now}"


def _fitted_words(before: Experiment, after: Experiment) -> str:
    """, and the network from 2 to 1 output,: the network's change by a target or a table of another width."""
    widths = (("input", before.width, after.width), ("output", before.outputs, after.outputs))
    changed = [f"{was} to {plural(now, name)}" for name, was, now in widths if was != now]
    return f", and the network from {' and from '.join(changed)}," if changed else ""


def with_own_target(value: Any, own: Experiment) -> Any:
    """The value of a change of the inputs, with the target of the catalogue's experiment where it names none.

    The experiment's own target is none to go back to where its samples are a table too.
    """
    if not isinstance(value, dict) or value.get("ideal", "") is not None or isinstance(own.inputs, Table):
        return value
    return value | {"ideal": own.ideal}


def _inputs(experiment: Experiment, _at: int, value: Any) -> Experiment:
    """Inputs by name, or as {"inputs": name, "ideal": target}: inputs that are drawn in place of a table need a target.

    Without a target, each output is to be one of the inputs, which fits every network.
    """
    name, ideal = (value["inputs"], value["ideal"]) if isinstance(value, dict) and "inputs" in value else (value, None)
    if not isinstance(experiment.inputs, Table):
        return replace(experiment, inputs=name)
    if not experiment.repeatable:
        raise Refused("inputs", "The samples of this bench are a table. Change them in Python.")
    if name == TABLE:
        return experiment
    if ideal is None:
        ideal = [f"v{k % experiment.width}" for k in range(experiment.outputs)]
    target = ideal if isinstance(ideal, str) else tuple(ideal)
    return replace(edits.set_target(experiment, target, _random_seed()), inputs=name)


def _inputs_words(before: Experiment, after: Experiment, _at: int, _value: Any) -> ChangeWords:
    was, now = input_name(before.inputs_name), input_name(after.inputs_name)
    begins, label = f"Changing the inputs from {was} to {now}", f"inputs → {now}"
    if before.ideal == after.ideal:
        return begins, label
    target = target_name(ideal_text(after))
    return f"{begins} and the target to {target}{_fitted_words(before, after)}", f"{label}, target → {target}"


def _table(experiment: Experiment, _at: int, value: Any) -> Experiment:
    """The samples of a text, in its own order or another each pass; with `keeps` under the names and classes of the
    table before. With `roles` they are of chosen columns, which brings what one begins with on such a table: scaled,
    split, without an activation at the end, and with the loss of classes."""
    if not isinstance(value, dict) or "text" not in value:
        raise Refused("facts", "A table is given as text.")
    roles = value.get("roles")
    with turn_to_read(value["text"]):
        parsed = parse_table(value["text"], roles, names=value.get("names"), classes=value.get("classes"))
    table = replace(parsed.table, shuffled=value["shuffled"])
    before = experiment.inputs if value.get("keeps") else None
    if isinstance(before, Table) and (table.width, table.outputs) == (before.width, before.outputs):
        table = replace(table, names=before.names, classes=before.classes)
    if roles is None:
        return edits.set_table(experiment, table, _random_seed())
    if experiment.layers and isinstance(experiment.layers[-1], Map):
        experiment = edits.remove_layer(experiment, len(experiment.layers) - 1)
    taken = edits.set_table(replace(experiment, loss=LOSS.default), table, _random_seed())
    loss = CLASS_LOSS if table.classes else LOSS.default
    return replace(taken, loss=loss, distinct=None, scaling=STANDARD, **default_split(table))


FEWEST_SPLIT = 15
"""The fewest rows of which some are held out and kept for a test."""


def default_split(table: Table) -> dict[str, Any]:
    """The split that one begins with on a table: a fifth of the rows held out, and a fifth for the test."""
    fifth = round(len(table.inputs) / 5) if len(table.inputs) >= FEWEST_SPLIT else 0
    return {HELD_OUT.name: fifth, SPLIT.name: BY_SEED, TEST.name: fifth}


def _table_words(before: Experiment, after: Experiment, _at: int, value: Any) -> ChangeWords:
    was, now = before.inputs, after.inputs
    rows = plural(len(now.inputs), "row") if isinstance(now, Table) else ""
    fitted = "" if "roles" in value else _fitted_words(before, after)  # columns with roles have said so themselves
    if isinstance(was, Table) and isinstance(now, Table):
        if replace(was, shuffled=now.shuffled) == now:
            order = "another order each pass" if now.shuffled else "their own order"
            return f"Taking the rows of the table in {order}", f"rows in {order}"
        return f"Changing the table to another of {rows}{fitted}", f"table of {rows}"
    return f"Changing the samples to a table of {rows}{fitted}", f"table of {rows}"


def _points(experiment: Experiment, at: int, value: Any) -> Experiment:
    """Samples as points: a row of inputs and targets for each. Columns of a table before it keep their names."""
    if not isinstance(value, dict) or "points" not in value:
        raise Refused("note", "Points are given as rows of numbers.")
    before, points = experiment.inputs, value["points"]
    removed = isinstance(before, Table) and len(points) < len(before.inputs)
    if at >= len(points) + removed:
        raise Refused("note", f"There is no point {at + 1}.")
    width = experiment.width
    inputs, targets = tuple(row[:width] for row in points), tuple(row[width:] for row in points)
    if isinstance(before, Table):
        table = replace(before, name=None, inputs=inputs, targets=targets)
        return edits.set_table(experiment, table, _random_seed())
    return edits.set_table(replace(experiment, distinct=None), Table(inputs, targets, shuffled=True), _random_seed())


def _points_words(before: Experiment, after: Experiment, at: int, _value: Any) -> ChangeWords:
    """The words for the point of number `at`, from 0, where one alone has changed."""
    was, now = before.inputs, cast(Table, after.inputs)
    if not isinstance(was, Table):
        return f"Changing the samples to {plural(len(now.inputs), 'point')}", plural(len(now.inputs), "point")
    grown = len(now.inputs) - len(was.inputs)
    if grown < 0:
        return f"Removing point {at + 1}", "point removed"
    place = f"({', '.join(knob_number(number) for number in now.inputs[at])})"
    if grown:
        return f"Adding a point, {_target_of(now, at)} at {place}", "point added"
    if was.targets[at] != now.targets[at]:
        return f"Changing point {at + 1} at {place} to {_target_of(now, at)}", f"point → {_target_of(now, at)}"
    return f"Moving point {at + 1} to {place}", "point moved"


def _called(experiment: Experiment, at: int, value: Any) -> Experiment:
    """The row of number `at`, from 0, of a table with classes gets the class of number `value`."""
    table = experiment.inputs
    if not isinstance(table, Table) or not are_one_hot(table.arrays[1]):
        raise Refused("note", "Only the rows of a table have a class to change.")
    if at >= len(table.inputs):
        raise Refused("note", f"There is no row {at + 1:,}.")
    if value not in range(table.outputs):
        raise Refused("note", f"There is no class {value}.")
    targets = list(table.targets)
    targets[at] = tuple(float(k == value) for k in range(table.outputs))
    return edits.set_table(experiment, replace(table, name=None, targets=tuple(targets)), _random_seed())


def _called_words(before: Experiment, after: Experiment, at: int, _value: Any) -> ChangeWords:
    names = port_names(after).outputs
    was, now = (names[cast(Table, one.inputs).targets[at].index(1.0)] for one in (before, after))
    return f"Changing row {at + 1:,} from {was} to {now}", f"row {at + 1:,} → {now}"


def _target_of(table: Table, at: int) -> str:
    target = table.targets[at]
    return table.classes[target.index(1.0)] if table.classes else ", ".join(map(knob_number, target))


def _weight_seed(experiment: Experiment, _at: int, value: Any) -> Experiment:
    return replace(experiment, weights=DrawnWeights(read_knob(SEED, value, field="weights"), scheme_of(experiment)))


def _scheme(experiment: Experiment, _at: int, value: Any) -> Experiment:
    seed = experiment.weights.seed if isinstance(experiment.weights, DrawnWeights) else 0
    return replace(experiment, weights=DrawnWeights(seed, value))


def scheme_of(experiment: Experiment) -> str:
    """The draw of the starting weights; normal where they are given."""
    return experiment.weights.scheme if isinstance(experiment.weights, DrawnWeights) else "normal"


def _weight_seed_words(before: Experiment, after: Experiment, _at: int, _value: Any) -> ChangeWords:
    was, now = (e.weights.seed if isinstance(e.weights, DrawnWeights) else None for e in (before, after))
    begins = f"Weight seed {now}" if was is None else f"Changing the weight seed from {was} to {now}"
    return begins, f"weight seed → {now}"


def _scheme_words(_before: Experiment, after: Experiment, _at: int, _value: Any) -> ChangeWords:
    title = initializer_named(scheme_of(after)).title
    return f"{title} starting weights", f"weights → {title}"


CHANGES: dict[str, ChangeKind] = {
    "insert": ChangeKind(
        "network",
        _insert,
        lambda _, __, ___, kind: (f"Adding {with_article(LAYER_KINDS[kind])}", f"{LAYER_KINDS[kind]} added"),
    ),
    "hidden": ChangeKind(
        "network",
        _hidden,
        lambda _, __, ___, units: (f"Adding {plural(units, 'hidden unit')}", f"{plural(units, 'hidden unit')} added"),
    ),
    "remove": ChangeKind("network", lambda e, at, _: edits.remove_layer(e, at, _random_seed()), _remove_words),
    "move": ChangeKind("network", _move, _move_words),
    "width": ChangeKind("network", _width, _width_words),
    "function": ChangeKind("network", _function, _function_words),
    "freeze": ChangeKind("network", lambda e, at, on: edits.freeze(e, at, bool(on)), _freeze_words),
    "freeze one": ChangeKind("edit", _freeze_one, _freeze_one_words),
    "redraw": ChangeKind(
        "network", lambda e, at, _: edits.randomize_layer(e, at, _random_seed(), scheme_of(e)), _redraw_words
    ),
    "left": ChangeKind("network", lambda e, _, on: edits.multiply_left(e, bool(on)), _left_words),
    "half": ChangeKind("network", lambda e, _, on: edits.halve_slopes(e, bool(on)), _half_words),
    "target": ChangeKind("target", _target, _target_words),
    "inputs": ChangeKind("inputs", _inputs, _inputs_words),
    "table": ChangeKind("facts", _table, _table_words),
    "points": ChangeKind("note", _points, _points_words),
    "call": ChangeKind("note", _called, _called_words),
    "weight seed": ChangeKind("weights", _weight_seed, _weight_seed_words),
    "scheme": ChangeKind("weights", _scheme, _scheme_words),
}
