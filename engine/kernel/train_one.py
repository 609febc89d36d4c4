"""One network on the kernel: its training, whose parameters are copied into one flat row and back into the layers, and
its responses, layer by layer."""

from collections.abc import Sequence
from itertools import accumulate
from typing import Any

import numpy as np
from numpy.typing import ArrayLike

from engine.base.numerics import LANES, FloatArray
from engine.kernel.cache import KERNEL
from engine.kernel.program import FIELDS, OUTPUTS, IntArray, Program, program_of, shape_of
from engine.layers.layers import IdentityLayer, MapLayer
from engine.rules.losses import LOSSES
from engine.rules.optimizers import OPTIMIZERS
from engine.rules.progress import Progress
from engine.rules.rule import MOMENTS

NO_SNAPSHOTS = np.empty(0)

NONE_FROZEN = np.empty(0, dtype=np.int64)
NONE_PASSED = np.empty(0, dtype=np.int64)


def parameters(layers: Sequence[Any]) -> list[FloatArray]:
    """The live parameter arrays of the layers, in layer order: M, then b."""
    return [array for layer in layers for array in stated_parameters(layer).values()]


def train(
    layers: Sequence[Any],
    X: ArrayLike,
    T: ArrayLike,
    alpha: float,
    snapshots: FloatArray = NO_SNAPSHOTS,
    every: int = 0,
    progress: Progress | None = None,
) -> FloatArray | None:
    """Takes one step for each row of X (n, inputs) and T (n, outputs), in place, and returns the n losses.

    After every `every`-th step the parameters, M row by row and then b for each affine layer in turn, are copied into
    the next row of `snapshots`. With `progress`, the samples are learned by its rule, and it goes on. Returns None, and
    changes nothing, when only the readable layers can train this. Waits for the compiler if it must.
    """
    samples = samples_for(layers, X, T)
    if samples is None:
        return None
    program, inputs, targets = samples
    arrays = parameters(layers)
    flat = flattened(arrays)
    losses = run(program, flat, inputs, targets, alpha, every, snapshots, frozen_places(layers), progress)
    load_flat(arrays, flat)
    return losses


def respond(layers: Sequence[Any], X: FloatArray, *, only_last: bool = False) -> list[FloatArray] | None:
    """The responses of each layer in turn, or only those of the last one: X (count, inputs) → (count, outputs) each.

    None when only the readable layers can tell. Waits for the compiler if it must.
    """
    shape = shape_of(layers)
    if not shape or X.ndim != 2:
        return None
    program = program_of(shape, X.shape[1], by_layer=True)
    if program is None or not program.inputs:
        return None
    widths = program.stages[: len(shape) * FIELDS].reshape(-1, FIELDS)[-1 if only_last else 0 :, OUTPUTS]
    answers = np.empty(len(X) * int(widths.sum()))
    KERNEL.functions().respond(
        program.stages,
        program.places,
        flattened(parameters(layers)),
        room(program.padded),
        scratch(program),
        as_compiled(X).ravel(),
        len(X),
        (len(shape) - 1) * FIELDS if only_last else 0,
        answers,
    )
    parts = np.split(answers, len(X) * np.cumsum(widths)[:-1])
    blocks = [part.reshape(len(X), width) for part, width in zip(parts, widths.tolist(), strict=True)]
    return blocks if only_last else _by_layer(layers, X, blocks)


def _by_layer(layers: Sequence[Any], X: FloatArray, blocks: Sequence[FloatArray]) -> list[FloatArray]:
    """A block for each layer; an identity layer passes on what it is given."""
    following, responses = iter(blocks), [X]
    for layer in layers:
        responses.append(responses[-1] if type(layer) is IdentityLayer else next(following))
    return responses[1:]


def supports(layers: Sequence[Any]) -> bool:
    """Whether the kernel can train these layers, provided that they fit one another and the samples."""
    return shape_of(layers) is not None


def frozen_places(layers: Sequence[Any]) -> IntArray:
    """The places in the flat row of the frozen numbers."""
    if not any(getattr(layer, "frozen", ()) for layer in layers):
        return NONE_FROZEN
    places: list[int] = []
    start = 0
    for layer in layers:
        places += [start + place for place in getattr(layer, "frozen", ())]
        start += sum(array.size for array in stated_parameters(layer).values())
    return np.array(places, dtype=np.int64)


def work(layers: Sequence[Any], width: int) -> int:
    """The cost of a step on inputs of that width, about, in parameters moved: 100, plus parameters, plus formulas."""
    total = 100
    for layer in layers:
        width = getattr(layer, "outputs", None) or width
        total += sum(array.size for array in stated_parameters(layer).values())
        if isinstance(layer, MapLayer):
            total += layer.function.work * -(-width // LANES)
    return total


def readable_seconds(layers: Sequence[Any], width: int) -> float:
    """About the time of a step of the readable layers on inputs of that width: 0.1 ms for two small ones."""
    moved = sum(array.size for array in parameters(layers))
    slower = max(1, len(layers) // 2 + moved // 2000)  # each layer takes its time, and so do wide ones
    return 1e-4 * work(layers, width) * slower / (100 + moved)


def stated_parameters(layer: Any) -> dict[str, FloatArray]:
    """The parameters of a layer by name; one of your own need not state any."""
    stated: dict[str, FloatArray] = getattr(layer, "parameters", {})
    return stated


def flattened(arrays: Sequence[FloatArray]) -> FloatArray:
    """The numbers of all the arrays in one row."""
    return np.concatenate([array.ravel() for array in arrays]) if arrays else np.empty(0)


def load_flat(arrays: Sequence[FloatArray], flat: FloatArray) -> None:
    """Copies a flat row of parameters into the arrays it was made of."""
    start = 0
    for array in arrays:
        end = start + array.size
        array.flat = flat[start:end]  # type: ignore[assignment, misc]  # NumPy takes any array
        start = end


def run(
    program: Program,
    flat: FloatArray,
    inputs: FloatArray,
    targets: FloatArray,
    alpha: float,
    every: int = 0,
    snapshots: FloatArray = NO_SNAPSHOTS,
    frozen: IntArray = NONE_FROZEN,
    progress: Progress | None = None,
) -> FloatArray:
    """Trains flat parameters in place, on samples that fit the program, and returns the losses.

    The numbers at the frozen places stay as they are. With `progress`, by its rule from where it is, and it goes on.
    """
    losses = np.empty(len(inputs))
    arguments = (
        program.stages,
        program.places,
        flat,
        room(program.padded),
        scratch(program),
        inputs.ravel(),
        targets.ravel(),
        alpha,
        losses,
        every or max(1, len(losses)),
        snapshots.ravel(),
        frozen,
    )
    if progress is None:
        KERNEL.functions().train(*arguments)
        return losses
    memory = room(program.padded * (1 + MOMENTS))
    remembered = (progress.gradient, progress.moments.reshape(-1), memory)
    KERNEL.functions(by_rule=True).train(*arguments, *rule_numbers(progress), *remembered, passed_turns(progress))
    progress.seen += len(losses)
    return losses


def rule_numbers(progress: Progress) -> tuple[IntArray, FloatArray, FloatArray]:
    """A rule as the kernel reads it: whole numbers, factors, and the paces of its steps."""
    rule = progress.rule
    options = [
        rule.batch, progress.seen, progress.samples, list(LOSSES).index(rule.loss),
        list(OPTIMIZERS).index(rule.optimizer), rule.nesterov, rule.optimizer_row.scales_itself,
        progress.passed is not None,
    ]  # fmt: skip
    paces, passed = progress.paces, progress.passed
    if passed is not None and passed.ndim == paces.ndim:
        paces = np.repeat(paces[None], len(passed), axis=0)
    return np.array(options, dtype=np.int64), np.array([rule.momentum, rule.decay]), paces.ravel()


def passed_turns(progress: Progress) -> IntArray:
    """The turns that are passed over as the kernel reads them: none, or a number for each sample of each set."""
    return NONE_PASSED if progress.passed is None else np.asarray(progress.passed, dtype=np.int64).ravel()


def samples_for(layers: Sequence[Any], X: ArrayLike, T: ArrayLike) -> tuple[Program, FloatArray, FloatArray] | None:
    """The program for these layers and the samples as contiguous arrays; None when there is no such program."""
    shape = shape_of(layers)
    if shape is None:
        return None
    try:
        inputs, targets = as_compiled(X), as_compiled(T)
    except ValueError:
        return None  # rows of unequal length
    if inputs.ndim != 2 or targets.ndim != 2 or len(inputs) != len(targets):
        return None
    program = program_of(shape, inputs.shape[1])
    fits = program is not None and program.outputs == targets.shape[1] and program.inputs > 0
    return (program, inputs, targets) if program is not None and fits else None


def as_compiled(numbers: ArrayLike) -> FloatArray:
    """The numbers as compiled code takes them: contiguous, and never for reading only."""
    return np.require(numbers, np.float64, ["C", "W", "E"])


def scratch(program: Program, runs: int = 1, samples: int = 1) -> FloatArray:
    """The scratch numbers of `runs` runs side by side, for each of the `samples` that they learn at a time.

    They are zeros, and the constants of the formulas in their registers.
    """
    count = program.scratch * runs
    if not program.constants.size:
        return room(count) if runs == 1 else zeros(count * samples)
    # Runs side by side read the steps of a formula once for two rows of a vector.
    numbers, width = zeros(count * samples), LANES if runs == 1 else 2 * runs
    starts = program.register_starts * runs + program.registers * width
    numbers.reshape(samples, count)[:, starts[:, None] + np.arange(width)] = program.constants[:, None]
    return numbers


def room(count: int) -> FloatArray:
    """An array of `count` zeros and eight more: the kernel begins at the first one aligned for a vector of eight."""
    return np.zeros(count + LANES)


def zeros_of_each(*counts: int) -> list[FloatArray]:
    """`zeros` of each of these counts, which are multiples of eight: one allocation is quicker than several."""
    ends = list(accumulate(counts))
    numbers = zeros(ends[-1])
    return [numbers[end - count : end] for count, end in zip(counts, ends, strict=True)]


def zeros(count: int) -> FloatArray:
    """An array of `count` zeros, the first at an address that is aligned for a vector of eight."""
    numbers = np.zeros(count + LANES)
    start = -numbers.ctypes.data // numbers.itemsize % LANES
    return numbers[start : start + count]
