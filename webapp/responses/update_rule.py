"""The rule of an update, written out: the numbers that make a step, where it is more than α times a gradient.

An equation is a list of texts and of figures, each figure with a caption and the numbers of one dense layer, M row by
row and then b. It has the numbers of the run: the rule's state, and the factors of this step.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import ArrayLike

from engine.base.numerics import FloatArray
from engine.kernel import stated_parameters
from engine.rules.optimizers import Pace
from engine.rules.progress import Progress
from engine.rules.rate import CONSTANT
from engine.training.network import Network
from webapp.base.format import knob_number, told_apart
from webapp.figures.encode import packed

VELOCITY, SQUARE, MEAN = range(3)
"""The rows of the rule's state of each number."""
BEFORE, GRADIENT, AFTER = "weights before", "gradient × input", "weights after"
Token = str | tuple[str, FloatArray]


@dataclass(frozen=True)
class RuleAtSample:
    """The rule before the sample (x, expected) and after it; `alpha` is the learning rate."""

    before: Progress
    after: Progress
    alpha: float

    @property
    def pace(self) -> Pace:
        """The scale of this sample's batch's step."""
        return self.before.pace(self.alpha)

    @property
    def moves(self) -> bool:
        """Whether a step follows the sample: it is the last of its batch, of which not all are left out."""
        return self.before.in_batch + 1 == self.before.batch and self.before.learned > 0

    @property
    def last_of_batch(self) -> int:
        """The number of the sample after which the step comes, counted from 0."""
        return self.before.seen - self.before.in_batch + self.before.batch - 1

    @property
    def alpha_words(self) -> str:
        """α, times the rate where it is not constant by default."""
        alpha, factor = knob_number(self.alpha), self.before.paces[min(self.before.step, len(self.before.paces) - 1), 0]
        return alpha if self.before.rule.rate == CONSTANT else f"{alpha} × {knob_number(float(factor))}"

    @property
    def kept(self) -> float:
        """The share of each weight that decay leaves."""
        return 1.0 - self.pace.alpha * self.before.rule.decay

    def equation(self, layer: Any, place: int, arrays: tuple[FloatArray, FloatArray, FloatArray]) -> list[Any]:
        """The equation of the dense layer whose numbers begin at this place of the flat ones.

        `arrays` are its numbers before the sample, its gradients and its numbers after it, flat.
        """
        here = slice(place, place + layer.M.size + layer.b.size)
        weights, gradient, moved = arrays
        tokens = self._step(here, gradient) if self.moves else self._sum(here, gradient)
        if not self.moves:
            return [_plain(token) for token in tokens]
        shrunk = [f"{told_apart(self.kept, 1.0)[0]} ×"] * (self.before.rule.decay > 0.0)
        shown = [*shrunk, (BEFORE, weights), "−", *tokens]
        # The terms of the velocity stand behind the equation.
        end = shown.index("where") if "where" in shown else len(shown)
        return [_plain(token) for token in [*shown[:end], "=", (AFTER, moved), *shown[end:]]]

    def _sum(self, here: slice, gradient: FloatArray) -> Iterator[Token]:
        """The term that the sample adds to the sum of its batch."""
        summed = self.before.gradient[here] if self.before.in_batch else np.zeros_like(gradient)
        yield "sum before", summed
        yield f"+ {self._scale} ×"
        yield GRADIENT, gradient
        yield "="
        yield "sum after", self.after.gradient[here]

    @property
    def _scale(self) -> str:
        scale = "1" if self.before.rule.optimizer_row.scales_itself else self.alpha_words
        return f"{scale} ÷ {self.before.learned}" if self.before.learned > 1 else scale

    def _step(self, here: slice, gradient: FloatArray) -> Iterator[Token]:
        """The step that is subtracted."""
        rule = self.before.rule
        if not rule.momentum:
            yield from self._update(here, gradient)
        elif rule.nesterov:
            yield "("
            yield from self._update(here, gradient)
            yield f"+ {knob_number(rule.momentum)} ×"
            yield "v", self.after.moments[VELOCITY, here]
            yield ")"
        else:
            yield "v", self.after.moments[VELOCITY, here]
            yield "where"
            yield f"v = {knob_number(rule.momentum)} ×"
            yield "v before", self.before.moments[VELOCITY, here]
            yield "+"
            yield from self._update(here, gradient)

    def _update(self, here: slice, gradient: FloatArray) -> list[Token]:
        """The optimizer's step, before momentum."""
        alone = self.before.rule.batch == 1
        gradient = gradient if alone else self.after.gradient[here]
        return STEPS[self.before.rule.optimizer](self, here, (GRADIENT if alone else "mean gradient", gradient))


def _sgd(at: RuleAtSample, _here: slice, gradient: tuple[str, FloatArray]) -> list[Token]:
    words, numbers = gradient
    scale = f"{at.alpha_words} ×"
    return [scale, gradient] if words == GRADIENT else [(f"{scale} {words}", numbers)]


def _rmsprop(at: RuleAtSample, here: slice, gradient: tuple[str, FloatArray]) -> list[Token]:
    root = np.sqrt(at.after.moments[SQUARE, here])
    return [f"{at.alpha_words} ×", gradient, "÷ (10⁻⁸ +", ("√s", root), ")"]


def _adam(at: RuleAtSample, here: slice, _gradient: tuple[str, FloatArray]) -> list[Token]:
    mean, square = at.after.moments[MEAN, here] * at.pace.mean, at.after.moments[SQUARE, here] * at.pace.root**2
    return [f"{at.alpha_words} ×", ("m̂", mean), "÷ (10⁻⁸ + √", ("v̂", square), ")"]


STEPS: Mapping[str, Callable[[RuleAtSample, slice, tuple[str, FloatArray]], list[Token]]] = {
    "sgd": _sgd,
    "rmsprop": _rmsprop,
    "adam": _adam,
}
"""The step of every row of the engine's optimizers, of a gradient and its caption."""


def rule_at(network: Network, x: ArrayLike, expected: ArrayLike) -> RuleAtSample | None:
    """The rule at this sample; None for plain gradient descent, which has no state."""
    stepped = network.copy()
    stepped.losses([(x, expected)])
    if network.progress is None or stepped.progress is None:
        return None
    return RuleAtSample(network.progress, stepped.progress, float(network.alpha))


def places_of(network: Network) -> list[int]:
    """The start of each layer's numbers among the flat ones."""
    sizes = [sum(array.size for array in stated_parameters(layer).values()) for layer in network.layers]
    return [sum(sizes[:at]) for at in range(len(sizes))]


def _plain(token: Token) -> Any:
    return token if isinstance(token, str) else {"words": token[0], "values": packed(token[1], "f8")}
