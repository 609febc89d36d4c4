"""The changes of a hidden unit's weights that leave the network's function as it is.

Units of one layer can always change places. Where the function f between two dense layers is odd, a unit's incoming
and outgoing weights can both change their signs (Chen, Lu and Hecht-Nielsen 1993); where it is even, the incoming ones
alone; and where f(s x) = s f(x) for every s > 0, as for ReLU, the incoming ones can shrink as the outgoing ones grow
(Neyshabur, Salakhutdinov and Srebro 2015). The symmetry of f is measured, so formulas and functions of one's own have
it too. Between two dense layers with nothing in between, f(x) = x; any invertible map would be free there, of which
only order, sign and size are used.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from engine.base.numerics import FloatArray
from engine.comparison.layer_shape import DENSE
from engine.layers.layers import IdentityLayer, MapLayer

SIZES = np.append(0.0, np.geomspace(1e-3, 30.0, 61))
"""Distances from 0, on both sides, at which a function is measured."""

FACTORS = (0.4, 3.0)
CLOSE = 1e-9
"""A relative difference that is rounding, and nothing else."""

Signs = tuple[float, float]
"""The factors of a unit's incoming and outgoing weights."""

NONE, BOTH, INCOMING = (1.0, 1.0), (-1.0, -1.0), (-1.0, 1.0)


@dataclass(frozen=True)
class Symmetry:
    """The freedoms of a hidden unit, beside its place."""

    signs: tuple[Signs, ...] = (NONE,)
    scale: bool = False
    """Whether the size of its incoming weights is free."""


def symmetries_of(layers: Sequence[Any]) -> list[Symmetry] | None:
    """The symmetry of each hidden layer: of the units between one dense layer and the next, in their order.

    None where there is no matching: for a layer class of one's own, and for a layer that stands in two places.
    """
    parts = [layer for layer in layers if type(layer) is not IdentityLayer]
    known = all(type(layer) in DENSE or isinstance(layer, MapLayer) for layer in parts)
    if not known or len({id(layer) for layer in parts}) < len(parts):
        return None
    found: list[Symmetry] = []
    functions: list[MapLayer] | None = None
    for layer in parts:
        if type(layer) not in DENSE:
            if functions is not None:
                functions.append(layer)
            continue
        if functions is not None:
            found.append(symmetry_of(functions))
        functions = []
    return found


def symmetry_of(functions: Sequence[MapLayer]) -> Symmetry:
    """The symmetry of a unit that passes through these activations, one after the other."""

    def f(x: FloatArray) -> FloatArray:
        for function in functions:
            x = function.respond(x)
        return x

    up, down = f(SIZES), f(-SIZES)
    if not (np.isfinite(up).all() and np.isfinite(down).all()):
        return Symmetry()
    signs = (NONE, BOTH) if _close(down, -up) else (NONE, INCOMING) if _close(down, up) else (NONE,)
    scale = all(_close(f(factor * side * SIZES), factor * f(side * SIZES)) for factor in FACTORS for side in (1, -1))
    return Symmetry(signs, scale)


def _close(a: FloatArray, b: FloatArray) -> bool:
    return bool((np.abs(a - b) <= CLOSE * np.abs(b)).all())
