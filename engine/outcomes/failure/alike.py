"""alike: all units between two dense layers are alike, before the run and after it, to the bit.

Equal weights get equal gradients, so units that start alike stay alike. A hidden unit is a row of one dense layer, with
its bias, and a column of the next. The cause is named before silent where the weights are 0 at first, else after it.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

import numpy as np

from engine.layers.layers import AffinityLayer
from engine.outcomes.failure.evidence import Cause, Evidence
from engine.outcomes.failure.words import layer_name
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


def alike_from_zero(evidence: Evidence) -> Cause | None:
    """Alike units of layers whose weights are all 0 at first."""
    found = _known_units(evidence)
    return _cause(evidence, found[0]) if found and found[0].zero else None


def alike(evidence: Evidence) -> Cause | None:
    found = _known_units(evidence)
    return _cause(evidence, found[0]) if found else None


def _known_units(evidence: Evidence) -> list[AlikeUnits]:
    """The hidden layers whose units are all alike, as far as every weight is known."""
    return alike_units(evidence.checkpoint, evidence.made.trained) if evidence.states_weights else []


def _cause(evidence: Evidence, one: AlikeUnits) -> Cause:
    name = layer_name(evidence.checkpoint, one.place)
    start = f"The {one.units} units of {name} start alike{', with every weight 0,' * one.zero} and end alike"
    still = "" if one.moved else " Every weight of this layer ends where it began."
    reason = "equal weights get equal gradients, so they do the work of one unit"
    return Cause("alike", None, f"{start}: {reason}.{still}")
