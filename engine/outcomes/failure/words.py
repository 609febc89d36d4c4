"""The names of layers, and counts of steps, as sentences about a run have them."""

from typing import Any

from engine.layers.faulty_layers import spoken_function
from engine.layers.layers import AffinityLayer, IdentityLayer, MapLayer
from engine.training.network import Network

LAYER_KINDS = {AffinityLayer: "dense layer", MapLayer: "activation", IdentityLayer: "identity layer"}
"""The name of a layer in sentences; any other is a layer of your own."""


def layer_name(network: Network, place: int) -> str:
    """dense layer 2 (4→4), the activation (tanh): a layer by its kind, numbered where there are several of that."""
    layer, kinds = network.layers[place], list(map(_kind, network.layers))
    kind = kinds[place]
    name = f"{kind} {kinds[: place + 1].count(kind)}" if kinds.count(kind) > 1 else f"the {kind}"
    if isinstance(layer, AffinityLayer):
        return f"{name} ({layer.inputs}→{layer.outputs})"
    if isinstance(layer, MapLayer):
        return f"{name} ({spoken_function(layer.name or 'your function')})"
    return name if isinstance(layer, IdentityLayer) else f"{name} ({type(layer).__name__})"


def _kind(layer: Any) -> str:
    return next((kind for known, kind in LAYER_KINDS.items() if isinstance(layer, known)), "layer of your own")


def capitalized(text: str) -> str:
    """The text with a capital letter, unless it opens with a symbol."""
    return text[0].upper() + text[1:] if text[0].isascii() else text


def count_in_words(count: int, one: str) -> str:
    return one if count == 1 else f"{count:,} {one}s"
