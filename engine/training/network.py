"""A network: a cascade of layers that learns one sample at a time.

The loss of a sample is half the squared distance, e·e/2 with e = y − expected, taken before the step. The gradient e is
scaled by alpha and passed back from the last layer to the first (stochastic gradient descent, batch of one). A training
rule may say another loss, and how gradients become steps: all pace sits at the loss, and layers know nothing of it.
"""

import copy
from collections.abc import Callable, Iterable, Iterator
from typing import Any

import numpy as np
from numpy.typing import ArrayLike

from engine import kernel
from engine.base.notebook_html import paragraph, table
from engine.base.numerics import NUMBERS, FloatArray, sum_lanes
from engine.data.turns import Turns
from engine.errors import BenchError, NoFactsError, ShapeError, shown
from engine.layers.layers import AffinityLayer, Layer, is_copied_quickly
from engine.rules.losses import HALF_SQUARE, Loss
from engine.rules.optimizers import Pace
from engine.rules.progress import Progress, progress_of
from engine.rules.rule import TrainingRule
from engine.training.weights_figure import AffineWeights, weights_figure

Sample = tuple[ArrayLike, ArrayLike]
MOST_SHOWN = 64
"""The most parameters of a network that are shown in a notebook."""

BATCH = 256
"""The number of vectors that `respond` computes at once, so that wide layers stay within the cache."""


class Network:
    """A cascade of layers; `layers` is a plain list that may be reassigned or sliced, `alpha` the learning rate."""

    progress: Progress | None = None
    """The progress of a training by a rule; None where each sample is a step of its own, which needs no memory."""

    def __init__(self) -> None:
        self.layers: list[Any] = []
        self.alpha = 0.1

    def begin(self, rule: TrainingRule, samples: int, passed: Turns | None = None) -> None:
        """Starts from rest: the next samples, `samples` in all, are learned by this rule or `passed` over."""
        count = sum(array.size for array in kernel.parameters(self.layers))
        self.progress = progress_of(rule, samples, count, passed=passed)

    def extend(self, layer: Layer | Callable[[ArrayLike], FloatArray]) -> None:
        """Adds a layer at the end; BenchError for a class of layers in its place."""
        if isinstance(layer, type):
            raise BenchError(f"{layer.__name__} is a class. Give one of its layers, as {layer.__name__}(…) makes it.")
        self.layers.append(layer)

    def __call__(self, x: ArrayLike) -> FloatArray:
        """The response to one vector of shape (inputs,)."""
        with np.errstate(all="ignore"):
            return self._forward(x)

    def respond(self, X: ArrayLike) -> FloatArray:
        """The responses to many vectors, (count, inputs) → (count, outputs); ShapeError for vectors of another length.

        The compiled kernel gives them where it is there, to the same bits; a layer of your own takes the readable way.
        """
        vectors = np.asarray(X, dtype=np.float64)
        if kernel.ready() and (compiled := kernel.respond(self.layers, vectors, only_last=True)):
            return compiled[0]
        parts = _batches(vectors)
        for layer in self.layers:
            parts = _responses(layer, parts)
        return np.concatenate(parts)

    def responses(self, X: FloatArray) -> Iterator[FloatArray]:
        """The responses of each layer in turn to many vectors: (count, inputs) → (count, outputs of the layer)."""
        if kernel.ready() and (compiled := kernel.respond(self.layers, X)):
            yield from compiled
            return
        parts = _batches(X)
        for layer in self.layers:
            parts = _responses(layer, parts)
            yield np.concatenate(parts)

    def learn(self, facts: Iterable[Sample], **rule: Any) -> float:
        """Takes one step for each sample (x, expected) and returns the loss of the last one.

        With fields of a `TrainingRule`, such as momentum=0.9 or batch=16, it learns these samples by that rule, from
        rest. A diverging run gives inf or nan, never an exception. NoFactsError when there are no samples.
        """
        if rule:
            facts = list(facts)
            self.begin(TrainingRule(**rule), len(facts))
        losses = self.losses(facts)
        if rule:
            self.progress = None
        if not losses:
            raise NoFactsError("There was no fact to learn from. Give at least one pair (x, expected).")
        return losses[-1]

    def train(self, X: ArrayLike, T: ArrayLike, *, wait_for_kernel: bool | None = None) -> FloatArray:
        """Takes one step for each row: X of shape (n, inputs), T of shape (n, outputs) → losses of shape (n,).

        Of one output, T may have the shape (n,). The compiled kernel does it, to the same bits, unless a layer is your
        own; the inputs that layers store at each call stay as they were. Until the kernel is compiled, the readable
        layers train, unless these rows gain from a wait; wait_for_kernel says which of the two for any rows. After
        `begin` they are learned by its rule.
        """
        X, T = (np.asarray(side) if hasattr(side, "__array__") else side for side in (X, T))
        if len(T) and isinstance(T[0], NUMBERS):  # type: ignore[arg-type, index]  # rows
            T = np.reshape(T, (-1, 1))
        losses, by_rule = None, self.progress is not None
        uses_kernel = kernel.ready(by_rule=by_rule) or wait_for_kernel
        if uses_kernel is None:
            steps = len(X)  # type: ignore[arg-type]  # rows
            uses_kernel = kernel.gains(self.layers, self.inputs or 0, steps, by_rule=by_rule)
        if uses_kernel:
            losses = kernel.train(self.layers, X, T, self._learning_rate(), progress=self.progress)
        if losses is None:
            rows: Any = zip(X, T, strict=True)  # type: ignore[arg-type]
            losses = np.array(self.losses(rows), dtype=np.float64)
        return losses

    def losses(self, facts: Iterable[Sample]) -> list[float]:
        """Takes one step for each sample and returns every loss, each taken before its step.

        BenchError for an object that is no layer or no alpha, and ShapeError for one that is no vector of numbers.
        """
        alpha = self._learning_rate()
        for layer in self.layers:
            _check_ports(layer)
        with np.errstate(all="ignore"):
            return [self._step(x, as_target(expected), alpha) for x, expected in facts]

    def loss(self, x: ArrayLike, expected: ArrayLike) -> float:
        """The loss of one sample, from which nothing is learned."""
        with np.errstate(all="ignore"):
            return float(self.loss_row.value(self._forward(x), np.asarray(expected, dtype=np.float64)))

    def _learning_rate(self) -> float:
        try:
            return float(self.alpha)
        except (TypeError, ValueError):
            raise BenchError(f"Alpha is a number, not {shown(self.alpha)}.") from None

    @property
    def loss_row(self) -> Loss:
        """The loss that it learns by: half the squared error, unless its rule says another."""
        return HALF_SQUARE if self.progress is None else self.progress.rule.loss_row

    @property
    def inputs(self) -> int | None:
        """The number of inputs; None if no layer states it."""
        return next((layer.inputs for layer in self.layers if getattr(layer, "inputs", None)), None)

    def copy(self) -> "Network":
        """An independent network with the same parameters and the same alpha, as far in its training."""
        # Copies of the engine's own layers are made beforehand, in a tenth of the time; other layers may share things.
        made: dict[int, Any] = {id(layer): layer.copy() for layer in self.layers if is_copied_quickly(layer)}
        twin = copy.deepcopy(self, made)
        twin.progress = None if self.progress is None else self.progress.copy()
        return twin

    def with_weights(self, flat: FloatArray) -> "Network":
        """An independent network of the same layers with these flat weights."""
        twin = self.copy()
        kernel.load_flat(kernel.parameters(twin.layers), flat)
        return twin

    def plot_weights(self, start: "Network | None" = None) -> Any:
        """The weights of the dense layers as heat maps: a Plotly figure.

        With a network of the same shapes as `start`, its buttons show start, end or difference. ShapeError for others.
        """
        before = None if start is None else affine_weights(start)
        after = affine_weights(self)
        if before is not None and list(map(_shapes_of, before)) != list(map(_shapes_of, after)):
            raise ShapeError("The dense layers of the start have other shapes than those of this network.")
        return weights_figure(after, before)

    def __repr__(self) -> str:
        count = sum(array.size for array in kernel.parameters(self.layers))
        layers = ", ".join(map(str, self.layers)) or "no layers"
        return f"Network: {layers}; {count:,} numbers, alpha {self.alpha:g}"

    def _repr_html_(self) -> str:
        """The layers as a table, with their parameters where these are few."""
        parts = [(layer, kernel.stated_parameters(layer)) for layer in self.layers]
        few = sum(array.size for _, stated in parts for array in stated.values()) <= MOST_SHOWN
        rows = [(str(layer), _shapes(stated), _numbers(stated) if few else "") for layer, stated in parts]
        return paragraph(repr(self)) + table(("layer", "parameters", "numbers" if few else ""), rows)

    def __getstate__(self) -> dict[str, Any]:
        # The state of a rule belongs to a run, not to a checkpoint.
        return {name: value for name, value in vars(self).items() if name != "progress"}

    def _forward(self, x: ArrayLike) -> FloatArray:
        v = np.asarray(x, dtype=np.float64)
        for layer in self.layers:
            v = layer(v)
        return v

    def _step(self, x: ArrayLike, expected: ArrayLike, alpha: float) -> float:
        y, target = _vector(self._forward(x), "network"), _vector(expected, "ideal")
        if y.ndim != 1 or not y.size:
            raise ShapeError(f"A fact is a pair of vectors; the network gives an array of shape {y.shape}.")
        if y.shape != target.shape:
            raise ShapeError(
                f"The network gives an array of shape {y.shape}, the fact expects {target.shape}. "
                "Let the last layer and the ideal give equally many numbers."
            )
        if self.progress is not None:
            return self._step_by_rule(self.progress, y, target, alpha)
        e = y - target
        gradient = e * alpha
        for layer in reversed(self.layers):
            gradient = layer.backprop(gradient)
        return float(sum_lanes(e * e)) / 2.0

    def _step_by_rule(self, progress: Progress, y: FloatArray, target: FloatArray, alpha: float) -> float:
        """Passes the loss of a sample back, unless it is passed over; the last of a batch moves the parameters."""
        rule, pace = progress.rule, progress.pace(alpha)
        loss, learned, moves_each = rule.loss_row, progress.learned, rule.moves_each_sample
        if progress.in_batch == 0 and not moves_each:
            progress.gradient.fill(-0.0)
        if not progress.passes:
            gradient = loss.slope(y, target) * rule.scale(pace, learned)
            if moves_each:
                for layer in reversed(self.layers):
                    gradient = layer.backprop(gradient)
            else:
                self._add_gradients(progress, gradient)
        if progress.in_batch + 1 == progress.batch and learned and not moves_each:
            self._move(progress, pace)
        progress.seen += 1
        return float(loss.value(y, target))

    def _add_gradients(self, progress: Progress, gradient: FloatArray) -> None:
        end = progress.gradient.size
        for layer in reversed(self.layers):
            try:
                gradient, by_name = layer.gradients(gradient)
            except (AttributeError, NotImplementedError):
                sentence = f"{layer!r} states no gradients(), and this way to learn adjusts the layers itself."
                raise BenchError(sentence) from None
            added = kernel.flattened(list(by_name.values()))
            place = slice(end - added.size, end)
            progress.gradient[place] += added
            end -= added.size

    def _move(self, progress: Progress, pace: Pace) -> None:
        start = 0
        for layer in self.layers:
            for name, parameter in kernel.stated_parameters(layer).items():
                place = slice(start, start + parameter.size)
                gradient, *state = (
                    row.reshape(parameter.shape) for row in (progress.gradient[place], *progress.moments[:, place])
                )
                moved, remembered = progress.rule.moved(parameter, gradient, tuple(state), pace)
                np.copyto(parameter, moved, where=layer.moves(name))
                for row, moment in zip(progress.moments, remembered, strict=False):
                    row[place] = moment.ravel()
                start += parameter.size


def _check_ports(layer: Any) -> None:
    """BenchError unless it has a layer's two ports."""
    if not callable(layer):
        raise BenchError(f"{shown(layer)} is no layer: a layer is called with a vector, and has a backprop(gradient).")
    if not callable(getattr(layer, "backprop", None)):
        name = getattr(layer, "__name__", type(layer).__name__)
        raise BenchError(f"{name} has no backprop(gradient). Give it one that returns the gradient of its input.")


def as_target(answer: Any) -> Any:
    """The target of a sample; a number alone is a vector of one."""
    return [answer] if isinstance(answer, NUMBERS) else answer


def _vector(value: ArrayLike, whose: str) -> FloatArray:
    try:
        return np.asarray(value, dtype=np.float64)
    except (TypeError, ValueError):
        raise ShapeError(f"The {whose} gives {shown(value)}, and not a vector of numbers.") from None


def affine_weights(network: Network) -> list[AffineWeights]:
    """M and b of every dense layer, in order; the live arrays."""
    return [(layer.M, layer.b) for layer in network.layers if isinstance(layer, AffinityLayer)]


def _shapes_of(pair: AffineWeights) -> tuple[tuple[int, ...], ...]:
    return tuple(array.shape for array in pair)


def _shapes(stated: dict[str, FloatArray]) -> str:
    return ", ".join(f"{name} {'×'.join(map(str, array.shape))}" for name, array in stated.items())


def _numbers(stated: dict[str, FloatArray]) -> str:
    return "; ".join(f"{name} = {np.array2string(array, precision=3)}" for name, array in stated.items())


def _batches(X: FloatArray) -> list[FloatArray]:
    return [X[start : start + BATCH] for start in range(0, max(1, len(X)), BATCH)]


def _responses(layer: Any, parts: list[FloatArray]) -> list[FloatArray]:
    """One batch after the other; a layer of your own need not respond to more than one vector at a time."""
    with np.errstate(all="ignore"):
        if isinstance(layer, Layer):
            return [layer.respond(part) for part in parts]
        return [np.array([layer(x) for x in part], dtype=np.float64) for part in parts]
