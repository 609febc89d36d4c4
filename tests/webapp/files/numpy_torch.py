"""As much of PyTorch as an exported script needs, over NumPy: tensors that know their gradients, and its optimizers.

PyTorch is no dependency, for its wheel takes as much room as all others together. This module follows its
documentation; that its scripts give the same losses in PyTorch itself is what `DIGITS_IN_PYTORCH` keeps.
"""

from __future__ import annotations

import contextlib
import math
from collections.abc import Callable, Iterator, Sequence
from types import ModuleType, SimpleNamespace
from typing import Any

import numpy as np

Backward = Callable[[Any], Sequence[Any]]
"""The gradients of an operation's arguments, of the gradient of its result."""


class Tensor:
    """An array with the operation that made it; where that is none and it requires a gradient, `grad` adds them up."""

    def __init__(self, data: Any, requires_grad: bool = False, made_of: tuple[Any, ...] = (), back: Any = None) -> None:
        self.data = np.asarray(data)
        self.requires_grad = requires_grad or any(part.requires_grad for part in made_of)
        self.grad: Tensor | None = None
        self._made_of, self._back = made_of, back

    @property
    def shape(self) -> tuple[int, ...]:
        return self.data.shape

    @property
    def T(self) -> Tensor:  # noqa: N802 - its name in PyTorch
        return Tensor(self.data.T)

    def dim(self) -> int:
        return self.data.ndim

    def item(self) -> float:
        return float(self.data)

    def tolist(self) -> Any:
        return self.data.tolist()

    def double(self) -> Tensor:
        return Tensor(self.data.astype(np.float64))

    def reshape(self, shape: tuple[int, ...]) -> Tensor:
        return Tensor(self.data.reshape(shape))

    def expand_as(self, other: Tensor) -> Tensor:
        return Tensor(np.broadcast_to(self.data, other.shape))

    def sqrt(self) -> Tensor:
        return Tensor(np.sqrt(self.data))

    def sum(self) -> Tensor:
        return Tensor(self.data.sum(), made_of=(self,), back=lambda g: (np.broadcast_to(g, self.data.shape),))

    def __len__(self) -> int:
        return len(self.data)

    def __iter__(self) -> Iterator[Tensor]:
        return (Tensor(row) for row in self.data)

    def __getitem__(self, place: Any) -> Tensor:
        return Tensor(self.data[place.data if isinstance(place, Tensor) else place])

    def __add__(self, other: Any) -> Tensor:
        other = tensor(other)
        return Tensor(self.data + other.data, made_of=(self, other), back=lambda g: (g, g))

    def __neg__(self) -> Tensor:
        return self * -1.0

    def __sub__(self, other: Any) -> Tensor:
        return self + -tensor(other)

    def __mul__(self, other: Any) -> Tensor:
        a, b = self, tensor(other)
        return Tensor(a.data * b.data, made_of=(a, b), back=lambda g: (g * b.data, g * a.data))

    def __truediv__(self, other: Any) -> Tensor:
        a, b = self, tensor(other)
        quotient = a.data / b.data
        return Tensor(quotient, made_of=(a, b), back=lambda g: (g / b.data, -g * quotient / b.data))

    def __pow__(self, exponent: int) -> Tensor:
        return Tensor(self.data**exponent)

    def __matmul__(self, other: Tensor) -> Tensor:
        M, x = self.data, other.data
        outer = np.multiply.outer if M.ndim > 1 else np.multiply
        return Tensor(M @ x, made_of=(self, other), back=lambda g: (outer(g, x), M.T @ g if M.ndim > 1 else g * M))

    __radd__ = __add__
    __rmul__ = __mul__

    def __rsub__(self, other: Any) -> Tensor:
        return tensor(other) - self

    def __rtruediv__(self, other: Any) -> Tensor:
        return tensor(other) / self

    def __isub__(self, other: Any) -> Tensor:
        self.data = self.data - tensor(other).data
        return self

    def __imul__(self, other: Any) -> Tensor:
        self.data = self.data * tensor(other).data
        return self

    def __gt__(self, other: Any) -> Tensor:
        return Tensor(self.data > tensor(other).data)

    def __lt__(self, other: Any) -> Tensor:
        return Tensor(self.data < tensor(other).data)

    def __eq__(self, other: object) -> Any:
        return Tensor(self.data == tensor(other).data)

    __hash__ = object.__hash__

    def backward(self) -> None:
        """Adds ∂self/∂p to p.grad for each tensor p that requires a gradient and was not computed."""
        for p, gradient in _gradients(self):
            p.grad = Tensor(gradient if p.grad is None else p.grad.data + gradient)


def _gradients(result: Tensor) -> list[tuple[Tensor, Any]]:
    """The gradient that each leaf receives: a network is a chain, so that a tensor is one argument of one operation."""
    waiting, leaves = [(result, np.ones_like(result.data))], []
    while waiting:
        made, gradient = waiting.pop()
        if not made._made_of:
            leaves.append((made, np.broadcast_to(gradient, made.shape)))
            continue
        for part, received in zip(made._made_of, made._back(gradient), strict=True):
            if part.requires_grad:
                waiting.append((part, received))
    return leaves


def tensor(data: Any, requires_grad: bool = False) -> Tensor:
    if isinstance(data, Tensor):
        return data
    array = np.array(data)
    return Tensor(array if array.dtype == bool else array.astype(np.float64), requires_grad)


def zeros_like(like: Tensor) -> Tensor:
    return Tensor(np.zeros_like(like.data))


def grad(loss: Tensor, parameters: Sequence[Tensor]) -> list[Tensor]:
    sums = {id(p): np.zeros_like(p.data) for p in parameters}
    for p, gradient in _gradients(loss):
        sums[id(p)] = sums[id(p)] + gradient
    return [Tensor(sums[id(p)]) for p in parameters]


class Function:
    """torch.autograd.Function: an operation whose derivative is stated beside its value."""

    @classmethod
    def apply(cls: Any, *arguments: Tensor) -> Tensor:
        ctx = SimpleNamespace()
        ctx.save_for_backward = lambda *saved: setattr(ctx, "saved_tensors", saved)
        value = cls.forward(ctx, *arguments)

        def back(gradient: Any) -> list[Any]:
            found = cls.backward(ctx, Tensor(gradient))
            return [one.data for one in (found if isinstance(found, tuple) else (found,))]

        return Tensor(value.data, made_of=arguments, back=back)


class Optimizer:
    """The base of the three optimizers: one group of parameters, whose learning rate may be set before each step."""

    def __init__(self, parameters: Sequence[Tensor], lr: float) -> None:
        self.param_groups: list[dict[str, Any]] = [{"params": list(parameters), "lr": lr}]
        self.state: dict[int, SimpleNamespace] = {}

    def zero_grad(self) -> None:
        for p in self.param_groups[0]["params"]:
            p.grad = None

    def step(self) -> None:
        for p in self.param_groups[0]["params"]:
            zero = np.zeros_like(p.data)
            state = self.state.setdefault(id(p), SimpleNamespace(buffer=zero, square=zero, mean=zero, t=0))
            assert p.grad is not None
            p.data = p.data - self.step_of(p.grad.data, state, self.param_groups[0]["lr"])

    def step_of(self, gradient: Any, state: SimpleNamespace, lr: float) -> Any:
        raise NotImplementedError


class SGD(Optimizer):
    """b = μ b + g; p = p − lr b, or p − lr (g + μ b)."""

    def __init__(self, parameters: Any, lr: float, momentum: float = 0.0, nesterov: bool = False) -> None:
        super().__init__(parameters, lr)
        assert momentum > 0 or not nesterov  # PyTorch refuses it
        self.momentum, self.nesterov = momentum, nesterov

    def step_of(self, gradient: Any, state: SimpleNamespace, lr: float) -> Any:
        state.buffer = self.momentum * state.buffer + gradient
        return lr * (gradient + self.momentum * state.buffer if self.nesterov else state.buffer)


class RMSprop(Optimizer):
    """v = α v + (1 − α) g²; b = μ b + g/(√v + ε); p = p − lr b."""

    def __init__(self, parameters: Any, lr: float, alpha: float, eps: float, momentum: float = 0.0) -> None:
        super().__init__(parameters, lr)
        self.alpha, self.eps, self.momentum = alpha, eps, momentum

    def step_of(self, gradient: Any, state: SimpleNamespace, lr: float) -> Any:
        state.square = self.alpha * state.square + (1 - self.alpha) * gradient * gradient
        state.buffer = self.momentum * state.buffer + gradient / (np.sqrt(state.square) + self.eps)
        return lr * state.buffer


class Adam(Optimizer):
    """m = β₁ m + (1 − β₁) g; v = β₂ v + (1 − β₂) g²; p = p − lr m̂/(√v̂ + ε)."""

    def __init__(self, parameters: Any, lr: float, betas: tuple[float, float], eps: float) -> None:
        super().__init__(parameters, lr)
        self.betas, self.eps = betas, eps

    def step_of(self, gradient: Any, state: SimpleNamespace, lr: float) -> Any:
        first, second = self.betas
        state.t += 1
        state.mean = first * state.mean + (1 - first) * gradient
        state.square = second * state.square + (1 - second) * gradient * gradient
        root = np.sqrt(state.square) / math.sqrt(1 - second**state.t)
        return lr / (1 - first**state.t) * state.mean / (root + self.eps)


def _elementwise(value: Callable[[Any], Any], derivative: Callable[[Any, Any], Any]) -> Callable[[Tensor], Tensor]:
    """A function over a tensor, with its derivative as a function of x and y."""

    def apply(x: Tensor) -> Tensor:
        y = value(x.data)
        return Tensor(y, made_of=(x,), back=lambda g: (g * derivative(x.data, y),))

    return apply


def where(condition: Tensor, a: Any, b: Any) -> Tensor:
    chosen, a, b = condition.data, tensor(a), tensor(b)
    back: Backward = lambda g: (np.where(chosen, g, 0.0), np.where(chosen, 0.0, g))  # noqa: E731
    return Tensor(np.where(chosen, a.data, b.data), made_of=(a, b), back=back)


def _loss(value: Callable[..., Any], slope: Callable[..., Any]) -> Callable[..., Tensor]:
    """A loss that is added up over all outputs, and over all samples where there are several."""

    def apply(y: Tensor, t: Tensor, reduction: str = "mean", **options: float) -> Tensor:
        assert reduction == "sum"
        total = np.sum(value(y.data, t.data, **options))
        return Tensor(total, made_of=(y, t), back=lambda g: (g * slope(y.data, t.data, **options), None))

    return apply


def _softplus(x: Tensor, threshold: float = 20.0) -> Tensor:
    """log(1 + eˣ), and x itself past the threshold."""
    power = np.exp(np.minimum(x.data, threshold))
    value = np.where(x.data > threshold, x.data, np.log1p(power))
    slope = np.where(x.data > threshold, 1.0, power / (power + 1.0))
    return Tensor(value, made_of=(x,), back=lambda g: (g * slope,))


def _log_shares(y: Any) -> Any:
    apart = y - y.max(axis=-1, keepdims=True)
    return apart - np.log(np.exp(apart).sum(axis=-1, keepdims=True))


LOSSES = {
    "l1_loss": _loss(lambda y, t: np.abs(y - t), lambda y, t: np.sign(y - t)),
    "huber_loss": _loss(
        lambda y, t, delta: np.where(np.abs(y - t) < delta, 0.5 * (y - t) ** 2, delta * (np.abs(y - t) - 0.5 * delta)),
        lambda y, t, delta: np.clip(y - t, -delta, delta),
    ),
    "softplus": _softplus,
    # Of targets that add up to 1, as all are here.
    "cross_entropy": _loss(lambda y, t: -t * _log_shares(y), lambda y, t: np.exp(_log_shares(y)) - t),
}
"""Those of `torch.nn.functional` that scripts use."""


def numpy_torch() -> ModuleType:
    torch: Any = ModuleType("torch")
    torch.Tensor, torch.tensor, torch.zeros_like, torch.where = Tensor, tensor, zeros_like, where
    torch.float64, torch.set_default_dtype = np.float64, lambda dtype: None
    torch.autograd = SimpleNamespace(grad=grad, Function=Function)
    torch.no_grad = contextlib.nullcontext
    torch.optim = SimpleNamespace(SGD=SGD, RMSprop=RMSprop, Adam=Adam)
    torch.arange = lambda count: Tensor(np.arange(count))
    torch.outer = lambda a, b: Tensor(np.multiply.outer(a.data, b.data))
    torch.stack = lambda rows, dim=0: Tensor(np.stack([row.data for row in rows], axis=dim))
    torch.tanh = _elementwise(np.tanh, lambda x, y: 1 - y * y)
    torch.relu = _elementwise(lambda x: np.maximum(x, 0.0), lambda x, y: (x > 0) * 1.0)
    torch.abs = _elementwise(np.abs, lambda x, y: np.sign(x))
    torch.sin = lambda x: Tensor(np.sin(x.data))
    torch.minimum = lambda a, b: Tensor(np.minimum(a.data, b.data))
    torch.pow = lambda a, b: Tensor(np.power(a.data, b.data))
    torch.pi = np.pi
    torch.nn = SimpleNamespace(functional=SimpleNamespace(**LOSSES))
    return torch  # type: ignore[no-any-return]
