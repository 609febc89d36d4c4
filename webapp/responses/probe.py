"""The probe: one vector through every layer, the gradient of its loss back, and the update of the weights.

Numbers are sent to the last bit and the browser formats them. This module names the columns and writes the sentence
about the weight that the update changed most, and the update's effect on the loss of that vector.
"""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import numpy as np

from engine.activations import ACTIVATIONS
from engine.base.number_text import subscript
from engine.base.numerics import FloatArray
from engine.experiments.port_names import PortNames, port_names
from engine.layers.layers import AffinityLayer, IdentityLayer, MapLayer
from engine.rules.losses import softmax
from engine.training.network import Network
from engine.training.trace import Arrays, Trace, Update, trace_of, update_of, values_of
from webapp.base.format import apart, knob_number, number, two_decimals
from webapp.figures.encode import packed
from webapp.responses.step_view import StepView, scaled_back
from webapp.responses.update_rule import RuleAtSample, places_of, rule_at

FORMULAS = {
    "absolute": ("|y − t|", "the sign of y − t"),
    "huber": ("½(y − t)² where |y − t| is at most 1, and |y − t| − ½ elsewhere", "y − t, cut off at −1 and 1"),
    "logistic": ("ln(1 + exp(−t·y))", "−t ÷ (1 + exp(t·y))"),
    "cross-entropy": ("−t·ln p", "p − t"),
}
"""The value and the slope of a loss, as they are read."""
MOST_OUTPUTS = 4
"""The gradient at more outputs is not written out."""
BETWEEN = "uwpqrsz"
"""The letters of the vectors between the first, v, and the last, y."""
NOTHING_LEARNS = "Nothing in this network learns."
ALL_FROZEN = "every weight is frozen"
NO_GRADIENT = "every gradient is 0"
NO_FREE_GRADIENT = "every gradient is 0, or its weight is frozen"
LOST_IN_DIGITS = "α times each gradient is too small to change its weight"
LOST_OR_FROZEN = f"{LOST_IN_DIGITS}, or the weight is frozen"
RATE_IS_0 = "the rate is 0 at this step"
STEP_IS_LOST = "the step is too small to change any weight"
STEP_IS_LOST_OR_FROZEN = f"{STEP_IS_LOST} that is not frozen"
"""Why no weight moves, as the end of a sentence."""
NO_TARGET = "No target is known for this input, so there is no gradient and no update."
LEFT_OUT = "It is left out: its loss is taken, and nothing is learned from it."
IN_NO_BATCH = "A step follows each batch of {batch} samples, and an input of your own is in none."


def probe_at(view: StepView) -> dict[str, Any]:
    """Columns of values and gradients from the input on, the target, the loss, and the update of every dense layer.

    Where the target is not known, only the values.
    """
    x, target, network = view.x, view.target, view.probe_network
    common = {
        "sample": None if view.own_input is not None else view.sample,
        "step": view.step if view.own_input is not None else min(view.step, view.sample),
        "alpha": knob_number(float(network.alpha)),
    }
    if target is None:
        values = values_of(network, x)
        columns = [*_columns(view, network.layers, values, None), *_probability(network, values[-1])]
        return common | {"columns": columns, "target": None, "says": _read_back(view, values[-1]) + NO_TARGET}
    own = view.own_input is not None
    progress = network.progress
    if own and progress is not None and progress.passed is not None:
        # A step is shown for it even at the turn of a sample that is left out.
        network = network.copy()
        network.progress = replace(progress, passed=None)
    trace, update, rule = trace_of(network, x, target), update_of(network, x, target), rule_at(network, x, target)
    names = port_names(view.experiment)
    alone = own and rule is not None and rule.before.rule.batch > 1
    return common | {
        "columns": [
            *_columns(view, network.layers, trace.values, trace.slopes),
            *_probability(network, trace.values[-1]),
        ],
        "target": packed(target, "f8"),
        "sign": "×" if network.loss_row.of_product else "−",
        "loss": number(trace.loss),
        "update": [] if alone or _is_left_out(rule) else _update(network, trace, update, rule),
        "says": " ".join(
            filter(
                None,
                [loss_words(network, trace, target), _sentence(network.layers, trace, update, rule, names, own=own)],
            )
        ),
    }


def _read_back(view: StepView, output: FloatArray) -> str:
    """The answer in the numbers of the table; nothing where the output is shown so."""
    texts = scaled_back(view.experiment, output)
    if texts is None:
        return ""
    named = zip(port_names(view.experiment).outputs, texts, strict=True)
    return f"The answer is {', '.join(f'{name} {text}' for name, text in named)}. "


def _is_left_out(rule: RuleAtSample | None) -> bool:
    """Whether nothing is learned from the sample, and no step of its batch follows it."""
    return rule is not None and rule.before.passes and not rule.moves


def _probability(network: Network, output: FloatArray) -> list[dict[str, Any]]:
    """The column of the probabilities that the loss reads the outputs as; none for another loss."""
    if not network.loss_row.reads_probabilities:
        return []
    with np.errstate(all="ignore"):
        values = packed(softmax(output), "f8")
    return [{"head": "Probability", "says": "p = softmax(y)", "values": values, "slopes": None}]


def loss_words(network: Network, trace: Trace, target: FloatArray) -> str:
    """The loss of the vector and its gradient, computed with numbers; None for half the square, whose gradient is the
    error that stands there."""
    if network.loss_row.name not in FORMULAS:
        return ""
    value, slope = FORMULAS[network.loss_row.name]
    several = len(target) > 1
    gradient = ", ".join(map(knob_number, trace.slopes[-1].tolist())) if len(target) <= MOST_OUTPUTS else ""
    all_of_it = "the sum of " * several + value
    return f"The loss is {all_of_it}: {number(trace.loss)}. Its gradient at y is {slope}{gradient and f': {gradient}'}."


def layer_names(layers: Sequence[Any]) -> list[str]:
    """The names of the layers on their cards: Affinity 1, Affinity 2, Map."""
    kinds = [_kind(layer) for layer in layers]
    return [
        kind if kinds.count(kind) == 1 else f"{kind} {kinds[: at + 1].count(kind)}" for at, kind in enumerate(kinds)
    ]


def _kind(layer: Any) -> str:
    rows = ((AffinityLayer, "Dense layer"), (MapLayer, "Activation"), (IdentityLayer, "Identity"))
    return next((kind for layer_type, kind in rows if isinstance(layer, layer_type)), "Layer")


def _columns(
    view: StepView, layers: Sequence[Any], values: Sequence[FloatArray], slopes: Sequence[FloatArray] | None
) -> list[dict[str, Any]]:
    letters = ["v", *_between(len(layers) - 1), "y"]
    formulas = [_input_name(view), *map(_formula, layers, letters, letters[1:])]
    return [
        {
            "head": head,
            "says": formula,
            "values": packed(value, "f8"),
            "slopes": None if slopes is None else packed(slopes[at], "f8"),
        }
        for at, (head, formula, value) in enumerate(zip(["Input", *layer_names(layers)], formulas, values, strict=True))
    ]


def _input_name(view: StepView) -> str:
    """The note under the head of the first column: the fields of an own input are in the numbers of the table."""
    table = view.experiment.table
    if table is None or table.scales[0] is None:
        return "v"
    typed = view.own_input is not None and port_names(view.experiment).given
    return "v, before it is scaled" if typed else "v, scaled"


def _between(count: int) -> Sequence[str]:
    """The names of `count` vectors: letters, and numbers where there are more of them than letters."""
    return BETWEEN[:count] if count <= len(BETWEEN) else [subscript("u", k) for k in range(1, count + 1)]


def _formula(layer: Any, input_name: str, output_name: str) -> str:
    """u = Mv + b, y = tanh u."""
    if isinstance(layer, AffinityLayer):
        return f"{output_name} = M{input_name} + b"
    if isinstance(layer, MapLayer):
        named = layer.name is not None and layer.name in ACTIVATIONS and layer.name.isalpha()
        return f"{output_name} = {layer.name} {input_name}" if named else f"{output_name} = f({input_name})"
    return f"{output_name} = {input_name}" if isinstance(layer, IdentityLayer) else output_name


def _update(network: Network, trace: Trace, update: Update, rule: RuleAtSample | None) -> list[dict[str, Any]]:
    """Weights, gradients and new weights of every dense layer, M row by row and then b; and the equation that makes
    the ones of the others, where a step is more than α times a gradient."""
    layers = network.layers
    parts = zip(
        layers, layer_names(layers), update.before, trace.gradients, update.after, places_of(network), strict=True
    )
    return [
        {
            "name": name,
            "rows": layer.outputs,
            "columns": layer.inputs,
            "before": packed(_flat(before), "f8"),
            "slopes": packed(_flat(slopes), "f8"),
            "after": packed(_flat(after), "f8"),
            "frozen": list(layer.frozen),
        }
        | ({} if rule is None else {"equation": rule.equation(layer, at, (_flat(before), _flat(slopes), _flat(after)))})
        for layer, name, before, slopes, after, at in parts
        if isinstance(layer, AffinityLayer) and slopes
    ]


def _flat(arrays: Arrays) -> FloatArray:
    return np.concatenate([arrays["M"].ravel(), arrays["b"]])


def _sentence(
    layers: Sequence[Any], trace: Trace, update: Update, rule: RuleAtSample | None, names: PortNames, *, own: bool
) -> str:
    moves = list(_moves(layers, update, names))
    if not moves:
        return NOTHING_LEARNS
    if _is_left_out(rule):
        return LEFT_OUT
    if rule is not None and rule.before.rule.batch > 1:
        if own:
            return IN_NO_BATCH.format(batch=rule.before.rule.batch)
        if not rule.moves:
            count, last = rule.before.batch, rule.last_of_batch
            return f"It adds its gradient to those of its batch of {count}; the step comes after sample {last:,}."
    it, takes = ("A step here would move", "would take") if own else ("It moves", "takes")
    _, name, before_value, after_value = max(moves)
    if before_value == after_value:
        return f"{it} nothing: {_why_nothing_moves(layers, trace, rule)}."
    what = "this input" if own else "this sample"
    if rule is not None and rule.before.batch > 1:
        it = f"The step of its batch of {rule.before.batch} moves"
    moved = f"{it} the {name} most, {change_text(before_value, after_value)}."
    was, becomes = apart(trace.loss, update.loss)
    if was == becomes:
        loss = number(trace.loss)
        moved = (
            f"{moved} The loss of {what} would stay at {loss}."
            if own
            else f"{moved} The loss of {what} stays at {loss}."
        )
    else:
        moved = f"{moved} It {takes} the loss of {what} from {was} to {becomes}."
    return moved + _decay_words(rule)


def _decay_words(rule: RuleAtSample | None) -> str:
    if rule is None or not rule.before.rule.decay:
        return ""
    return f" Decay multiplies each weight by {number(rule.kept, 4)}, and no bias."


def _why_nothing_moves(layers: Sequence[Any], trace: Trace, rule: RuleAtSample | None) -> str:
    """The frozen weights, the gradients, the rate or α, whichever leaves every weight where it is."""
    dense = [
        (layer, np.concatenate([slopes["M"].ravel(), slopes["b"]]))
        for layer, slopes in zip(layers, trace.gradients, strict=True)
        if isinstance(layer, AffinityLayer) and slopes
    ]
    slope = np.concatenate([slopes for _, slopes in dense])
    frozen = np.concatenate([np.isin(np.arange(slopes.size), layer.frozen) for layer, slopes in dense])
    if frozen.all():
        return ALL_FROZEN
    if rule is not None and rule.pace.alpha == 0.0:
        return RATE_IS_0
    if rule is None or rule.before.batch == 1:
        if not slope.any():
            return NO_GRADIENT
        if not slope[~frozen].any():
            return NO_FREE_GRADIENT
    lost, lost_or_frozen = (LOST_IN_DIGITS, LOST_OR_FROZEN) if rule is None else (STEP_IS_LOST, STEP_IS_LOST_OR_FROZEN)
    return lost_or_frozen if frozen.any() else lost


def change_text(before_value: float, after_value: float) -> str:
    """−0.15 → −0.16, with enough decimals to make the two differ."""
    texts = two_decimals(before_value), two_decimals(after_value)
    if len(set(texts)) == 1 and before_value != after_value:
        texts = apart(before_value, after_value)
    return " → ".join(texts)


def _moves(layers: Sequence[Any], update: Update, names: PortNames) -> Any:
    """For each dense layer, the number that changed most: by how much, its name, its value before and after."""
    dense = [layer for layer in layers if isinstance(layer, AffinityLayer)]
    for layer, name, before, after in zip(layers, layer_names(layers), update.before, update.after, strict=True):
        if not isinstance(layer, AffinityLayer):
            continue
        before_value, after_value = (np.concatenate([arrays["M"].ravel(), arrays["b"]]) for arrays in (before, after))
        with np.errstate(all="ignore"):
            far = np.nan_to_num(np.abs(after_value - before_value), nan=np.inf)
        place = int(np.argmax(far))
        where = f" in {name.lower()}" if len(dense) > 1 else ""
        weight = _weight(layer, place, names, first=layer is dense[0], last=layer is dense[-1])
        yield float(far[place]), weight + where, float(before_value[place]), float(after_value[place])


def _weight(layer: AffinityLayer, place: int, names: PortNames, *, first: bool, last: bool) -> str:
    if place >= layer.M.size:
        return f"bias of {names.unit_of(place - layer.M.size, last=last)}"
    row, column = divmod(place, layer.M.shape[1])
    # Without given names each layer calls what it takes v.
    source = names.source(column, first=first or not names.given)
    return f"weight {source} to {names.unit_of(row, last=last)}"
