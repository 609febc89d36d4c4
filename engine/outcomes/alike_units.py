"""Hidden units that are alike: equal weights get equal gradients, so units that start alike stay alike.

A hidden unit is a row of one dense layer, with its bias, and a column of the next. Whether units stayed alike is read
from the weights before and after the run, to the bit.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

import numpy as np

from engine.layers.layers import AffinityLayer
from engine.training.network import Network


@dataclass(frozen=True)
class AlikeUnits:
    """The units of one hidden layer, all of which are alike before and after a run."""

    place: int
    """The dense layer whose rows they are, counted from 0 among all layers."""
    units: int
    zero: bool
    """Whether every weight of the two layers is 0 at first."""
    moved: bool
    """Whether the dense layer of the rows ends elsewhere than it began."""


def alike_units(start: Network, end: Network) -> list[AlikeUnits]:
    """The hidden layers whose units are all alike at the start of a run and at its end.

    `start` has the first weights and `end` the last ones, of the same layers. Layers with frozen weights are left out,
    for their units need not move alike.
    """
    return [
        AlikeUnits(place, start.layers[place].outputs, _is_zero(start, place, after), _has_moved(start, end, place))
        for place, after in _hidden_layers(start.layers)
        if _are_alike(start, place, after) and _are_alike(end, place, after)
    ]


def _hidden_layers(layers: Sequence[Any]) -> Iterator[tuple[int, int]]:
    """The places of two dense layers with units between them, none of whose weights is frozen."""
    dense = [place for place, layer in enumerate(layers) if isinstance(layer, AffinityLayer)]
    for place, after in pairwise(dense):
        if layers[place].outputs > 1 and not layers[place].frozen and not layers[after].frozen:
            yield place, after


def _are_alike(network: Network, place: int, after: int) -> bool:
    """Whether every unit has the weights of the first, to the bit: incoming ones, the bias, and outgoing ones."""
    rows, columns = network.layers[place], network.layers[after]
    units = np.hstack([rows.M, rows.b[:, None], columns.M.T])
    return bool((units == units[0]).all())


def _is_zero(network: Network, place: int, after: int) -> bool:
    layers = [network.layers[at] for at in (place, after)]
    return not any(array.any() for layer in layers for array in (layer.M, layer.b))


def _has_moved(start: Network, end: Network, place: int) -> bool:
    before, now = start.layers[place], end.layers[place]
    return not (np.array_equal(before.M, now.M) and np.array_equal(before.b, now.b))
