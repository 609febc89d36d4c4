"""The network diagram as plain data: a card for each layer, the widths between them, and the chip of the checkpoint.

The browser draws it. The colour of a weight runs from the background's at 0 to the colour of its sign; a cell holds
only the share of the way, −1 … 1, so that the data is the same in every theme.
"""

from collections.abc import Sequence
from typing import Any, TypeVar

import numpy as np

from engine.activations import ACTIVATIONS, Activation
from engine.base.numerics import FloatArray
from engine.experiments.experiment import Affinity, Experiment
from engine.experiments.run import checkpoint_fingerprint, parameters
from engine.layers.faulty_layers import HALF_SLOPE, LEAKY_RELU, LeftMultiplied, spoken_function
from engine.layers.layers import AffinityLayer, IdentityLayer, MapLayer
from engine.training.network import Network, affine_weights
from webapp.base.format import grouped
from webapp.bench.changes import frozen_places
from webapp.figures.weights import largest_of

MOST_CELLS = 16
"""The most rows and columns of a thumbnail, and cells of a chip; more are thinned evenly."""
THUMBNAIL_REACH = 3.0
THUMBNAIL_WIDTH, THUMBNAIL_HEIGHT = 52.0, 38.0

T = TypeVar("T")


def network_diagram(experiment: Experiment, checkpoint: Network, *, offer_faults: bool = False) -> dict[str, Any]:
    """The cards, the wires and the chip; `offer_faults` offers the notebook's two bugs as switches."""
    scale = largest_of(affine_weights(checkpoint))
    widths = [experiment.width]
    for layer in checkpoint.layers:
        widths.append(getattr(layer, "outputs", None) or widths[-1])
    numbers = np.concatenate([array.ravel() for array in parameters(checkpoint)] or [np.zeros(0)])
    return {
        "layers": [_card(experiment, at, layer, scale, offer_faults) for at, layer in enumerate(checkpoint.layers)],
        "widths": widths,
        "chip": {
            "cells": [round(float(v) / scale, 3) for v in thinned(numbers)],
            "digits": grouped(checkpoint_fingerprint(checkpoint)),
        },
        "editable": experiment.repeatable,
        "functions": list(ACTIVATIONS),
    }


def _card(experiment: Experiment, at: int, layer: Any, scale: float, offer_faults: bool) -> dict[str, Any]:
    spec = experiment.layers[at] if at < len(experiment.layers) else None
    if isinstance(layer, AffinityLayer):
        frozen = frozen_places(spec) if isinstance(spec, Affinity) else set()
        square = layer.inputs == layer.outputs
        return {
            "kind": "affinity",
            "inputs": layer.inputs,
            "outputs": layer.outputs,
            "cells": _cells(layer, scale),
            "frozen": "all" if len(frozen) == layer.M.size + layer.b.size else "some" if frozen else "",
            "places": sorted(frozen),
            "switch": {"do": "left", "on": isinstance(layer, LeftMultiplied)} if offer_faults and square else None,
        }
    if isinstance(layer, MapLayer):
        name = layer.name or "your function"
        leaky = name in (LEAKY_RELU, HALF_SLOPE.name)
        return {
            "kind": "map",
            "name": spoken_function(name),
            "own": layer.name is not None and name not in ACTIVATIONS and name != HALF_SLOPE.name,
            "flat": layer.function.slope_is_zero,
            "switch": {"do": "half", "on": name == HALF_SLOPE.name} if offer_faults and leaky else None,
        }
    return {"kind": "identity" if isinstance(layer, IdentityLayer) else "yours", "name": type(layer).__name__}


def function_paths(function: Activation) -> tuple[str, str]:
    """SVG paths of a function and of its slope over −3…3, in a box 52 wide and 38 high around the origin."""
    x = np.linspace(-THUMBNAIL_REACH, THUMBNAIL_REACH, 49)
    with np.errstate(all="ignore"):
        value, slope = function.value(x), function.slope(x)
    both = np.abs(np.concatenate([value, slope]))
    unit = (THUMBNAIL_HEIGHT / 2 - 2) / max(1.0, float(np.max(both[np.isfinite(both)], initial=0.0)))
    return _path(x, value, unit), _path(x, slope, unit)


def _path(x: FloatArray, y: FloatArray, unit: float) -> str:
    """The points joined by lines, with a gap where there is no number."""
    across, path, pen = x * (THUMBNAIL_WIDTH / 2 / THUMBNAIL_REACH), [], "M"
    for a, b in zip(across, y * -unit, strict=True):
        if np.isfinite(b):
            path.append(f"{pen}{a:.1f} {b:.1f}")
        pen = "L" if np.isfinite(b) else "M"
    return "".join(path)


def _cells(layer: Any, scale: float) -> list[list[float]]:
    """Rows of M beside b as shares of the scale, as many as a picture has."""
    rows = thinned(np.column_stack([layer.M, layer.b]) / scale)
    return [[round(float(v), 3) for v in (*thinned(row[:-1]), row[-1])] for row in rows]


def thinned(items: Sequence[T] | FloatArray) -> list[Any]:
    """At most MOST_CELLS of the items, evenly, with the first and the last among them."""
    count = len(items)
    if count <= MOST_CELLS:
        return list(items)
    return [items[i * (count - 1) // (MOST_CELLS - 1)] for i in range(MOST_CELLS)]
