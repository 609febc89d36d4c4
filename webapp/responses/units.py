"""The hidden units at a step: a small map of each, and one as large as the output, with its formula in numbers.

A unit is a number that an activation gives, or a layer of the user's own. The numbers of a dense layer are not drawn:
they are the inputs of the activation after it.
"""

from collections.abc import Sequence
from typing import Any

import numpy as np

from engine.activations import ACTIVATIONS, FormulaActivation
from engine.base.number_text import subscript
from engine.base.numerics import FloatArray
from engine.experiments.port_names import PortNames
from engine.layers.layers import AffinityLayer, IdentityLayer, MapLayer
from engine.training.network import Network
from webapp.base.format import two_decimals
from webapp.bench.requests import UnitPlace
from webapp.figures.encode import packed
from webapp.figures.response_maps import Window
from webapp.figures.unit_maps import is_silent, small_maps, unit_scale, units_shown

MOST_TERMS = 4
"""The most terms of a unit's sum that are written; the others are … ."""
MOST_WEIGHTS_OUT = 64
FORMS = {"identity": "{}", "square/2": "{}²/2", "double": "2 {}", "plus one": "{} + 1"}
"""The spellings of activations whose names are no functions' names."""


def respond_with_units(
    network: Network,
    window: Window,
    asked: UnitPlace | None = None,
    opened: int | None = None,
    ports: PortNames | None = None,
) -> tuple[FloatArray, list[dict[str, Any]], dict[str, Any] | None]:
    """The outputs over a window, shape (points, outputs), the small maps of each layer of units, and the asked unit.

    Of the layer at the place `opened` there is a map of every unit. All of one pass through the network. The unit is
    None where the network does not have it.
    """
    values, layers, unit = window.grid, [], None
    most = units_shown(len(network.layers))
    for at, values in enumerate(network.responses(window.grid)):
        if isinstance(network.layers[at], AffinityLayer | IdentityLayer):
            continue
        layers.append({"layer": at} | small_maps(values, window.coarse, values.shape[1] if at == opened else most))
        if asked and asked[0] == at and asked[1] < values.shape[1]:
            unit = _large_unit(network.layers, at, asked[1], values, ports)
    return values, layers, unit


def _large_unit(
    layers: Sequence[Any], at: int, index: int, values: FloatArray, ports: PortNames | None
) -> dict[str, Any]:
    column = values[:, index]
    return {
        "layer": at,
        "index": index,
        "values": packed(np.where(np.isfinite(column), column, np.nan)),
        "scale": unit_scale(values),
        "formula": formula_of(layers, at, index, ports),
        "out": weights_out(layers, at, index, ports),
        "silent": is_silent(column),
    }


def formula_of(layers: Sequence[Any], at: int, index: int, ports: PortNames | None = None) -> str:
    """The formula of a unit, in numbers: tanh(2.41 v₀ + 0.07 v₁ + 0.14), of the inputs v or the units u before it."""
    before = list(layers[:at])
    while before and isinstance(before[-1], IdentityLayer):
        before.pop()
    layer = layers[at]
    if not isinstance(layer, MapLayer):
        return subscript(f"{type(layer).__name__}({_letter(before)})", index)
    if before and isinstance(before[-1], AffinityLayer):
        weights = before[-1].M[index]
        return _applied(layer, _sum(weights, before[-1].b[index], _names(before[:-1], len(weights), ports)))
    return _applied(layer, _names(before, index + 1, ports)[index])


def _names(before: Sequence[Any], count: int, ports: PortNames | None) -> Sequence[str]:
    """The names of the numbers that these layers give."""
    letter = _letter(before)
    if letter == "v" and ports and ports.given:
        return ports.inputs
    return [subscript(letter, k) for k in range(count)]


def _letter(before: Sequence[Any]) -> str:
    return "v" if all(isinstance(layer, IdentityLayer) for layer in before) else "u"


def _applied(layer: MapLayer, argument: str) -> str:
    """An activation of a sum; a formula in x says what its x is, and a function without a name is called f."""
    name = layer.name
    if name in FORMS:
        return FORMS[name].format(f"({argument})" if name != "identity" and " " in argument else argument)
    if isinstance(layer.function, FormulaActivation):
        return f"{name} with x = {argument}"
    return f"{name if name in ACTIVATIONS else 'f'}({argument})"


def _sum(weights: FloatArray, bias: float, inputs: Sequence[str]) -> str:
    """The largest terms that are not 0, in the order of their inputs, the bias last."""
    values = np.append(weights, bias)
    sizes = np.nan_to_num(np.abs(values), nan=np.inf)
    largest = np.sort(np.argsort(-sizes, kind="stable")[: min(MOST_TERMS, np.count_nonzero(values))])
    names = [*(f" {name}" for name in inputs), ""]
    text = "".join(f"{_sign(values[k])}{two_decimals(abs(values[k]))}{names[k]}" for k in largest.tolist())
    more = " + …" if np.count_nonzero(values) > len(largest) else ""
    first = "−" if text.startswith(" − ") else ""
    return first + text[len(" + ") :] + more if text else "0"


def _sign(value: float) -> str:
    return " − " if two_decimals(value).startswith("−") else " + "


def weights_out(layers: Sequence[Any], at: int, index: int, ports: PortNames | None = None) -> list[dict[str, Any]]:
    """The weights of the dense layer that takes the unit's number as it is, one to each of its sums: y or u.

    Sums of the last dense layer are y, whether or not an activation comes after them. Empty where no dense layer takes
    the number as it is.
    """
    after = list(layers[at + 1 :])
    while after and isinstance(after[0], IdentityLayer):
        after.pop(0)
    if not after or not isinstance(after[0], AffinityLayer):
        return []
    is_last = all(isinstance(layer, MapLayer | IdentityLayer) for layer in after[1:])
    weights = after[0].M[:MOST_WEIGHTS_OUT, index]
    names = ports.outputs if ports and is_last else [subscript("y" if is_last else "u", k) for k in range(len(weights))]
    return [
        {"to": name, "weight": float(weight) if np.isfinite(weight) else None}
        for name, weight in zip(names, weights, strict=False)
    ]
