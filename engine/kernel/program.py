"""What the kernel interprets: a table with a row for each stage of a network, and where its numbers lie.

A stage is an affine layer, a map layer, or an affine layer with the map layer after it. A matrix lies as it is summed:
whole blocks of eight columns row after row, then the columns that are left over, each by itself. Every stretch begins
at a multiple of eight and is filled up with zeros to one, so that vectors of eight need no end cases.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

from engine.functions import FUNCTIONS
from engine.layers import AffinityLayer, IdentityLayer, MapLayer
from engine.numerics import LANES, Numbers

Shape = tuple[tuple[int, int] | str, ...]
"""A network as the kernel sees it: (inputs, outputs) for an affine layer, its name for a map layer."""

Whole = NDArray[np.int64]

NONE = -1
"""The opcode of a stage without a map, and the matrix of a stage without one."""

(
    INPUTS,
    OUTPUTS,
    FLAT,
    ROWS,
    COLUMNS,
    OFFSETS,
    MAP,
    X,
    Y,
    SLOPE,
    GRADIENT,
    FIELDS,
) = range(12)
"""FLAT is where a stage's parameters begin in a flat row of them; ROWS, COLUMNS and OFFSETS where they begin in the
kernel's own order; X, Y, SLOPE and GRADIENT where its inputs, outputs, slopes and ∂loss/∂output lie while it runs."""

OPCODES = {name: code for code, name in enumerate(FUNCTIONS)}


@dataclass(frozen=True)
class Program:
    """A network's shape, ready to run; it holds no parameters and may be used by many threads."""

    stages: Whole
    """FIELDS numbers for each stage, one stage after the other."""
    places: Whole
    """Where each of the flat parameters lies in the kernel's order."""
    inputs: int
    outputs: int
    held: int
    """How many numbers the parameters take in the kernel's order."""
    scratch: int
    """How many numbers a run works on besides."""

    @property
    def parameters(self) -> int:
        """How many numbers the network learns."""
        return len(self.places)


def shape_of(layers: Sequence[Any]) -> Shape | None:
    """What the kernel needs to know of the layers; None when it cannot stand in for one of them.

    It cannot for functions and layer classes of your own, nor for a layer that stands in two places: such a layer remembers
    its latest input only.
    """
    shape: list[tuple[int, int] | str] = []
    for layer in layers:
        if type(layer) is AffinityLayer:
            shape.append((layer.inputs or 0, layer.outputs or 0))
        elif type(layer) is MapLayer and layer.name is not None:
            shape.append(layer.name)
        elif type(layer) is not IdentityLayer:
            return None
    learning = [id(layer) for layer in layers if type(layer) is not IdentityLayer]
    return tuple(shape) if len(set(learning)) == len(learning) else None


@lru_cache(maxsize=256)
def program_of(shape: Shape, width: int) -> Program | None:
    """The program for vectors of that width; None when they do not fit the layers."""
    stages: list[list[int]] = []
    places: list[Whole] = []
    held, scratch, inputs, y = 0, _filled_up(width), width, 0
    for part in shape:
        if isinstance(part, tuple):
            if part[0] != width:
                return None
            stage, placed, held = _affine_stage(part, held)
            stage[FLAT] = sum(map(len, places))
            places.append(placed)
            width = part[1]
        elif stages and stages[-1][MAP] == NONE:
            stages[-1][MAP] = OPCODES[part]
            continue
        else:
            stage = [NONE] * FIELDS
            stage[INPUTS] = stage[OUTPUTS] = width
            stage[MAP] = OPCODES[part]
        size = _filled_up(width)
        stage[X], stage[Y], stage[SLOPE], stage[GRADIENT] = y, scratch, scratch + size, scratch + 2 * size
        y, scratch = scratch, scratch + 3 * size
        stages.append(stage)
    return Program(
        stages=np.array(stages, dtype=np.int64).ravel(),
        places=np.concatenate([np.empty(0, np.int64), *places]),
        inputs=inputs,
        outputs=width,
        held=held,
        scratch=scratch,
    )
