"""Whether two networks are the same function of their weights, so that weights of one may be read as the other's."""

from collections.abc import Sequence
from typing import Any

from engine.layers.faulty_layers import LeftMultiplied, MistakenMap
from engine.layers.layers import AffinityLayer, IdentityLayer, MapLayer

Shape = tuple[Any, ...]
"""A network's forward function, but for its weights."""

DENSE, ACTIVATIONS = (AffinityLayer, LeftMultiplied), (MapLayer, MistakenMap)


def shape_of(layers: Sequence[Any]) -> Shape | None:
    """The widths of each dense layer and each activation, in their order; None for a layer class of one's own.

    An identity layer changes nothing, and M in place of Mᵀ on the way back changes nothing forward. A function of
    one's own is itself and no other; the dependences of a layer class of one's own beside its parameters are not
    known.
    """
    parts = [_part(layer) for layer in layers if type(layer) is not IdentityLayer]
    return None if None in parts else tuple(parts)


def _part(layer: Any) -> Any:
    if type(layer) in DENSE:
        return layer.inputs, layer.outputs
    # The stored form of an activation identifies it: a name, a formula, or a pair of functions of one's own.
    return ("activation", layer.__getstate__()) if type(layer) in ACTIVATIONS else None
