"""The network strip: an experiment and its checkpoint as cards on a line, and the chip that names the checkpoint."""

from typing import Any

import numpy as np
from dash import html

from engine.experiment import Experiment
from engine.functions import Function
from engine.layers import AffinityLayer, IdentityLayer, MapLayer
from engine.network import Network
from engine.numerics import Numbers
from engine.run import checkpoint_fingerprint, parameters
from webapp.components.network import affinity_card, card, chip, map_card, network_line
from webapp.figures.weights import scale_of
from webapp.words import grouped

PICTURE_CELLS = 24
PICTURE_REACH = 3.0
PICTURE_WIDTH, PICTURE_HEIGHT = 52.0, 38.0


def strip_of(experiment: Experiment, checkpoint: Network) -> dict[str, Any]:
    """The line of cards and the chip's content, as components."""
    scale = scale_of([(layer.M, layer.b) for layer in checkpoint.layers if isinstance(layer, AffinityLayer)])
    widths, cards = [experiment.width], []
    for layer in checkpoint.layers:
        widths.append(getattr(layer, "outputs", None) or widths[-1])
        if isinstance(layer, AffinityLayer):
            cards.append(affinity_card("Affinity", layer.M.shape[1], layer.M.shape[0], _cells(layer, scale)))
        elif isinstance(layer, MapLayer):
            cards.append(map_card(layer.name or "your function", *function_picture(layer.function)))
        elif not isinstance(layer, IdentityLayer):
            cards.append(card(type(layer).__name__, html.Span("yours", className="what"), html.Span()))
        else:
            cards.append(card("Identity", html.Span("x → x", className="what"), html.Span()))
    numbers = np.concatenate([array.ravel() for array in parameters(checkpoint)] or [np.zeros(0)])
    return {
        "line": network_line(cards, widths),
        "chip": chip(
            [round(float(v) / scale, 3) for v in numbers],
            grouped(checkpoint_fingerprint(checkpoint)),
        ),
    }


def function_picture(function: Function) -> tuple[str, str]:
    """SVG paths of a function and of its slope over −3…3, in a box 52 wide and 38 high around the origin."""
    x = np.linspace(-PICTURE_REACH, PICTURE_REACH, 49)
    value, slope = function.value(x), function.slope(x)
    unit = (PICTURE_HEIGHT / 2 - 2) / max(1.0, float(np.max(np.abs(np.concatenate([value, slope])))))
    return _path(x, value, unit), _path(x, slope, unit)


def _path(x: Numbers, y: Numbers, unit: float) -> str:
    across = x * (PICTURE_WIDTH / 2 / PICTURE_REACH)
    return "M" + "L".join(f"{a:.1f} {-b * unit:.1f}" for a, b in zip(across, y, strict=True))


def _cells(layer: Any, scale: float) -> list[list[float]]:
    """Rows of M beside b as shares of the scale; empty for a layer too large to be pictured."""
    if layer.M.size + layer.b.size > PICTURE_CELLS:
        return []
    return [[round(float(v) / scale, 3) for v in (*row, offset)] for row, offset in zip(layer.M, layer.b, strict=True)]
