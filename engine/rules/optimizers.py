"""Optimizers: how a gradient becomes a step, as a table of pure pairs (init, update) whose state is passed.

Plain gradient descent takes the gradient that arrives, which α has scaled at the loss. RMSProp (Tieleman and Hinton
2012) and Adam (Kingma and Ba 2015) divide any factor out of a gradient again, so they get α and scale their step
themselves; their constants are PyTorch's defaults, and ε stands outside the root.
"""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from engine.base.numerics import FloatArray

MEMORY, MEAN_MEMORY, SQUARE_MEMORY, EPSILON = 0.99, 0.9, 0.999, 1e-8
"""RMSProp's α, Adam's β₁ and β₂, and the ε of both."""
FORGETS, MEAN_FORGETS, SQUARE_FORGETS = 1.0 - MEMORY, 1.0 - MEAN_MEMORY, 1.0 - SQUARE_MEMORY

State = tuple[FloatArray, ...]
"""An optimizer's state for a parameter, made of its gradients: arrays of the parameter's shape."""


@dataclass(frozen=True)
class Pace:
    """The scale of one step."""

    alpha: float
    """α times the rate's factor at this step."""
    mean: float
    """1/(1 − β₁ᵗ) at step t = k + 1, β₁ᵗ by repeated multiplication: what makes Adam's mean gradient m̂."""
    root: float
    """1/√(1 − β₂ᵗ): what makes the root of its mean square √v̂."""


@dataclass(frozen=True)
class Optimizer:
    """One rule: `init` gives the state at rest, `update` the step that is subtracted, and the next state."""

    name: str
    title: str
    init: Callable[[FloatArray], State]
    """The state for a parameter like this one."""
    update: Callable[[FloatArray, State, Pace], tuple[FloatArray, State]]
    scales_itself: bool = False
    """Whether α acts in its step, and not at the loss."""
    counts_moves: bool = False
    """Whether its step depends on the number of moves before it."""


def _at_rest(count: int) -> Callable[[FloatArray], State]:
    return lambda parameter: tuple(np.zeros_like(parameter) for _ in range(count))


def _rmsprop(gradient: FloatArray, state: State, pace: Pace) -> tuple[FloatArray, State]:
    square = MEMORY * state[0] + FORGETS * (gradient * gradient)
    return pace.alpha * gradient / (np.sqrt(square) + EPSILON), (square,)


def _adam(gradient: FloatArray, state: State, pace: Pace) -> tuple[FloatArray, State]:
    square = SQUARE_MEMORY * state[0] + SQUARE_FORGETS * (gradient * gradient)
    mean = MEAN_MEMORY * state[1] + MEAN_FORGETS * gradient
    return pace.alpha * pace.mean * mean / (np.sqrt(square) * pace.root + EPSILON), (square, mean)


_ROWS = (
    Optimizer("sgd", "SGD", _at_rest(0), lambda gradient, state, pace: (gradient, state)),
    Optimizer("rmsprop", "RMSProp", _at_rest(1), _rmsprop, scales_itself=True),
    Optimizer("adam", "Adam", _at_rest(2), _adam, scales_itself=True, counts_moves=True),
)

OPTIMIZERS: dict[str, Optimizer] = {row.name: row for row in _ROWS}
