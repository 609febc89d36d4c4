"""The probe: one vector through every layer, the slope of its loss back, and the update that it asks for.

Numbers travel to the last bit and the browser writes them; here are the heads of the columns and the sentence that says
which weight the update moved most, and what it did to the loss of that vector.
"""

from collections.abc import Sequence
from typing import Any

import numpy as np

from engine.activations import ACTIVATIONS
from engine.base.numerics import FloatArray
from engine.layers.layers import AffinityLayer, IdentityLayer, MapLayer
from engine.training.trace import Arrays, Trace, Update, trace_of, update_of, values_of
from webapp.base.format import number, subscript, two_decimals
from webapp.figures.encode import typed
from webapp.responses.step_view import StepView

BETWEEN = "uwpqrsz"
"""What the vectors between the first, v, and the last, y, are called."""
NOTHING_LEARNS = "Nothing in this network learns."
NOTHING_MOVES = "It moves nothing: every slope is 0, or its weight is frozen."


def probe_at(cursor: StepView) -> dict[str, Any]:
    """Columns of values and slopes from the input on, the target, the loss, and the update of every affine layer.

    Where nobody knows what the vector should give there are values alone.
    """
    x, wanted, network = cursor.x, cursor.wanted, cursor.probed
    told = {
        "sample": None if cursor.own is not None else cursor.sample,
        "step": cursor.step if cursor.own is not None else min(cursor.step, cursor.sample),
        "alpha": number(float(network.alpha)),
    }
    if wanted is None:
        return told | {"columns": _columns(network.layers, values_of(network, x), None), "target": None}
    passage, update = trace_of(network, x, wanted), update_of(network, x, wanted)
    return told | {
        "columns": _columns(network.layers, passage.values, passage.slopes),
        "target": typed(wanted, "f8"),
        "loss": number(passage.loss),
        "update": _update(network.layers, passage, update),
        "says": _says(network.layers, passage, update, own=cursor.own is not None),
    }


def names_of(layers: Sequence[Any]) -> list[str]:
    """Affinity 1, Affinity 2, Map: the layers as the cards call them."""
    kinds = [_kind(layer) for layer in layers]
    return [
        kind if kinds.count(kind) == 1 else f"{kind} {kinds[: at + 1].count(kind)}" for at, kind in enumerate(kinds)
    ]


def _kind(layer: Any) -> str:
    rows = ((AffinityLayer, "Affinity"), (MapLayer, "Map"), (IdentityLayer, "Identity"))
    return next((kind for made, kind in rows if isinstance(layer, made)), "Layer")


def _columns(
    layers: Sequence[Any], values: Sequence[FloatArray], slopes: Sequence[FloatArray] | None
) -> list[dict[str, Any]]:
    letters = ["v", *_between(len(layers) - 1), "y"]
    says = ["v", *map(_formula, layers, letters, letters[1:])]
    return [
        {
            "head": head,
            "says": words,
            "values": typed(value, "f8"),
            "slopes": None if slopes is None else typed(slopes[at], "f8"),
        }
        for at, (head, words, value) in enumerate(zip(["Input", *names_of(layers)], says, values, strict=True))
    ]


def _between(count: int) -> Sequence[str]:
    """The names of so many vectors: letters, and numbers where there are more of them than letters."""
    return BETWEEN[:count] if count <= len(BETWEEN) else [subscript("u", k) for k in range(1, count + 1)]


def _formula(layer: Any, given: str, gives: str) -> str:
    """u = Mv + b, y = tanh u."""
    if isinstance(layer, AffinityLayer):
        return f"{gives} = M{given} + b"
    if isinstance(layer, MapLayer):
        named = layer.name is not None and layer.name in ACTIVATIONS and layer.name.isalpha()
        return f"{gives} = {layer.name} {given}" if named else f"{gives} = f({given})"
    return f"{gives} = {given}" if isinstance(layer, IdentityLayer) else gives


def _update(layers: Sequence[Any], passage: Trace, update: Update) -> list[dict[str, Any]]:
    """Weights, slopes and new weights of every affine layer, M row by row and then b."""
    parts = zip(layers, names_of(layers), update.before, passage.gradients, update.after, strict=True)
    return [
        {
            "name": name,
            "rows": layer.outputs,
            "columns": layer.inputs,
            "before": _flat(before),
            "slopes": _flat(slopes),
            "after": _flat(after),
            "frozen": list(layer.frozen),
        }
        for layer, name, before, slopes, after in parts
        if isinstance(layer, AffinityLayer) and slopes
    ]


def _flat(arrays: Arrays) -> dict[str, str]:
    return typed(np.concatenate([arrays["M"].ravel(), arrays["b"]]), "f8")


def _says(layers: Sequence[Any], passage: Trace, update: Update, *, own: bool) -> str:
    moves = list(_moves(layers, update))
    if not moves:
        return NOTHING_LEARNS
    _, name, was, now = max(moves)
    if was == now:
        return NOTHING_MOVES
    it, takes = ("A step here would move", "would take") if own else ("It moves", "takes")
    what = "this input" if own else "this sample"
    return (
        f"{it} the {name} most, {from_to(was, now)}. "
        f"It {takes} the loss of {what} from {number(passage.loss)} to {number(update.loss)}."
    )


def from_to(was: float, now: float) -> str:
    """−0.15 → −0.16, with as many decimals as tell the two apart."""
    texts = two_decimals(was), two_decimals(now)
    for digits in range(3, 18):
        if len(set(texts)) == 1 and was != now:
            texts = number(was, digits), number(now, digits)
    return " → ".join(texts)


def _moves(layers: Sequence[Any], update: Update) -> Any:
    """For each affine layer how far its most moved number went, that number's name, and its value before and after."""
    several = sum(isinstance(layer, AffinityLayer) for layer in layers) > 1
    for layer, name, before, after in zip(layers, names_of(layers), update.before, update.after, strict=True):
        if not isinstance(layer, AffinityLayer):
            continue
        was, now = (np.concatenate([arrays["M"].ravel(), arrays["b"]]) for arrays in (before, after))
        with np.errstate(all="ignore"):
            far = np.nan_to_num(np.abs(now - was), nan=np.inf)
        place = int(np.argmax(far))
        where = f" in {name.lower()}" if several else ""
        yield float(far[place]), _weight(layer, place) + where, float(was[place]), float(now[place])


def _weight(layer: AffinityLayer, place: int) -> str:
    if place >= layer.M.size:
        return f"bias of {subscript('u', place - layer.M.size)}"
    row, column = divmod(place, layer.M.shape[1])
    return f"weight {subscript('v', column)} to {subscript('u', row)}"
