"""One training on the kernel: the layers' parameters go in as one flat row, and come out trained."""

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import ArrayLike

from engine.base.numerics import LANES, FloatArray
from engine.kernel.cache import KERNEL
from engine.kernel.program import Program, Whole, program_of, shape_of
from engine.layers.layers import MapLayer

NOWHERE = np.empty(0)
"""Room for no parameters at all."""

NONE_FROZEN = np.empty(0, dtype=np.int64)
"""No places at all."""


def parameters(layers: Sequence[Any]) -> list[FloatArray]:
    """The live parameter arrays of the layers, in layer order: M, then b."""
    return [array for layer in layers for array in layer.parameters.values()]


def train(
    layers: Sequence[Any], X: ArrayLike, T: ArrayLike, alpha: float, kept: FloatArray = NOWHERE, every: int = 0
) -> FloatArray | None:
    """Takes one step for each row of X (n, inputs) and T (n, outputs): n losses, and the parameters end trained.

    After every `every`-th step the parameters, M row by row and then b for each affine layer in turn, go into the next
    row of `kept`. None, and nothing has happened, when the readable layers have to do it. Waits for the compiler if it
    must.
    """
    facts = facts_for(layers, X, T)
    if facts is None:
        return None
    program, inputs, targets = facts
    arrays = parameters(layers)
    flat = flattened(arrays)
    losses = run(program, flat, inputs, targets, alpha, every, kept, frozen_places(layers))
    load_flat(arrays, flat)
    return losses


def takes(layers: Sequence[Any]) -> bool:
    """Whether the kernel can stand in for these layers, where they fit one another and the facts."""
    return shape_of(layers) is not None


def frozen_places(layers: Sequence[Any]) -> Whole:
    """The places in the flat row of the numbers that training leaves as they are."""
    places: list[int] = []
    start = 0
    for layer in layers:
        places += [start + place for place in layer.frozen]
        start += sum(array.size for array in layer.parameters.values())
    return np.array(places, dtype=np.int64)


def work(layers: Sequence[Any], width: int) -> int:
    """About what a step costs on vectors of that width, in parameters moved: a hundred, each of them, and formulas."""
    total = 100
    for layer in layers:
        width = getattr(layer, "outputs", None) or width
        total += sum(array.size for array in layer.parameters.values())
        if isinstance(layer, MapLayer):
            total += layer.function.work * -(-width // LANES)
    return total


def flattened(arrays: Sequence[FloatArray]) -> FloatArray:
    """The numbers of all the arrays in one row."""
    return np.concatenate([np.empty(0), *[array.ravel() for array in arrays]])


def load_flat(arrays: Sequence[FloatArray], flat: FloatArray) -> None:
    """Copies a flat row of parameters into the arrays it was made of."""
    start = 0
    for array in arrays:
        array[...] = flat[start : start + array.size].reshape(array.shape)
        start += array.size


def run(
    program: Program,
    flat: FloatArray,
    inputs: FloatArray,
    targets: FloatArray,
    alpha: float,
    every: int = 0,
    kept: FloatArray = NOWHERE,
    frozen: Whole = NONE_FROZEN,
) -> FloatArray:
    """Trains flat parameters in place, on facts that fit the program, and gives the losses.

    The numbers at the frozen places stay as they are.
    """
    losses = np.empty(len(inputs))
    KERNEL.entries().train(
        program.stages,
        program.places,
        flat,
        zeros(program.held),
        scratch(program),
        inputs.ravel(),
        targets.ravel(),
        alpha,
        losses,
        every or max(1, len(losses)),
        kept.ravel(),
        frozen,
    )
    return losses


def facts_for(layers: Sequence[Any], X: ArrayLike, T: ArrayLike) -> tuple[Program, FloatArray, FloatArray] | None:
    """The program for these layers and facts, and the facts as it takes them; None when there is no such program."""
    shape = shape_of(layers)
    if shape is None:
        return None
    try:
        inputs, targets = (np.ascontiguousarray(rows, dtype=np.float64) for rows in (X, T))
    except ValueError:
        return None  # rows of unequal length
    if inputs.ndim != 2 or targets.ndim != 2 or len(inputs) != len(targets):
        return None
    program = program_of(shape, inputs.shape[1])
    fits = program is not None and program.outputs == targets.shape[1] and program.inputs > 0
    return (program, inputs, targets) if program is not None and fits else None


def scratch(program: Program, runs: int = 1) -> FloatArray:
    """What so many runs side by side work on: zeros, and the constants of the formulas in their registers."""
    room = zeros(program.scratch * runs)
    if program.constants.size:
        width = max(LANES, runs)
        starts = program.rooms * runs + program.registers * width
        room[starts[:, None] + np.arange(width)] = program.constants[:, None]
    return room


def zeros(count: int) -> FloatArray:
    """That many zeros, the first at an address that a vector of eight likes."""
    room = np.zeros(count + LANES)
    start = -room.ctypes.data // room.itemsize % LANES
    return room[start : start + count]
