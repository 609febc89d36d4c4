"""Layers: components with two ports.

Forward takes a vector and gives a vector. Backprop takes ∂loss/∂output, adjusts the layer's own parameters by what it
is given, and passes ∂loss/∂input on. The loss gradient arrives already scaled by the learning rate, so a layer
knows nothing of alpha. A layer of your own needs `__call__` and `backprop` and no more.
"""

from collections.abc import Callable, Iterable
from operator import index
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from engine.activations import Activation, custom_activation, resolve_activation
from engine.base.numerics import FloatArray, sum_in_order, sum_lanes
from engine.base.random_stream import passing_stream
from engine.errors import BenchError, OutOfRangeError, ShapeError, shown

WIDEST = 256
PRODUCTS_AT_ONCE = 2**17
"""The number of products of weights and inputs that are computed at once, so that they stay within the cache."""
ScalarFunction = Callable[[Any], Any]
Flags = NDArray[np.bool_]

SILENT = np.errstate(all="ignore")
"""A network that diverged returns inf and nan without a warning, its layers by themselves too."""


class Layer:
    """A component with two ports: x ↦ y forward, and ∂loss/∂y ↦ ∂loss/∂x backward."""

    inputs: int | None = None
    """The number of inputs; None where any number will do."""
    outputs: int | None = None
    """The number of outputs; None where it is that of the inputs."""
    frozen: tuple[int, ...] = ()
    """Places of the numbers that training does not change, counted over all parameters: M row by row, then b."""

    def __call__(self, x: ArrayLike) -> FloatArray:
        """The response to a vector of shape (inputs,)."""
        raise NotImplementedError

    @SILENT
    def backprop(self, output_delE: ArrayLike) -> FloatArray:
        """Subtracts the parameters' gradients and returns ∂loss/∂input, taken before the parameters moved.

        Takes ∂loss/∂output of shape (outputs,), times the learning rate, at the input of the latest call. Frozen
        numbers stay; what is passed on is the same with and without them.
        """
        input_delE, gradients = self.gradients(np.asarray(output_delE, dtype=np.float64))
        for name, gradient in gradients.items():
            parameter = self.parameters[name]
            np.subtract(parameter, gradient, out=parameter, where=self.moves(name))
        return input_delE

    def freeze(self, places: bool | Iterable[int] = True) -> None:
        """Freezes every number (True), none (False), or those at these places and no others.

        OutOfRangeError for a place that the parameters do not have, or that is no whole number.
        """
        count = sum(parameter.size for parameter in self.parameters.values())
        try:
            frozen = set(range(count if places else 0) if isinstance(places, bool) else map(index, places))
        except TypeError:
            raise OutOfRangeError(
                f"Numbers to freeze are named by their places, as in [0, 3], not by {shown(places)}."
            ) from None
        if beyond := frozen - set(range(count)):
            raise OutOfRangeError(f"{self} has {count} numbers to freeze, counted from 0; there is no {min(beyond)}.")
        self.frozen = tuple(sorted(frozen))

    def moves(self, name: str) -> bool | Flags:
        """Whether training may change each number of that parameter: True for all, or an array of its shape."""
        if not self.frozen:
            return True
        sizes = [parameter.size for parameter in self.parameters.values()]
        free = np.isin(np.arange(sum(sizes)), self.frozen, invert=True)
        start = sum(sizes[: list(self.parameters).index(name)])
        parameter = self.parameters[name]
        return free[start : start + parameter.size].reshape(parameter.shape)

    def gradients(self, output_delE: FloatArray) -> tuple[FloatArray, dict[str, FloatArray]]:
        """∂loss/∂input and, by name, ∂loss/∂parameter at the latest input; nothing is adjusted."""
        raise NotImplementedError

    @property
    def parameters(self) -> dict[str, FloatArray]:
        """The live parameter arrays by name, in the order in which they are drawn; empty when nothing is learned."""
        return {}

    def randomize(self, seed: Any = None) -> None:
        """Draws every parameter anew, in order, from a standard normal; None takes fresh entropy."""
        rng = passing_stream(seed)
        for parameter in self.parameters.values():
            parameter[...] = rng.randn(*parameter.shape)

    def respond(self, x: FloatArray) -> FloatArray:
        """The response to many vectors at once, along the leading axes."""
        rows = [self(row) for row in x.reshape(-1, x.shape[-1])]
        return np.array(rows).reshape(*x.shape[:-1], -1)


class IdentityLayer(Layer):
    """y = x, and ∂loss/∂x = ∂loss/∂y."""

    def __call__(self, x: ArrayLike) -> FloatArray:
        return np.asarray(x, dtype=np.float64)

    def gradients(self, output_delE: FloatArray) -> tuple[FloatArray, dict[str, FloatArray]]:
        return output_delE, {}

    def respond(self, x: FloatArray) -> FloatArray:
        """x itself."""
        return x

    def __repr__(self) -> str:
        return "IdentityLayer"


class AffinityLayer(Layer):
    """y = M x + b, the classic fully connected layer with biases; M has shape (m, n), b has shape (m,).

    ∂loss/∂x = Mᵀ ∂loss/∂y, ∂loss/∂M = ∂loss/∂y xᵀ, ∂loss/∂b = ∂loss/∂y (Rumelhart, Hinton and Williams 1986).
    `M` and `b` are live float64 arrays, changed in place; assigning to them copies the numbers in.
    """

    input: FloatArray
    output: FloatArray

    def __init__(self, n: int, m: int, seed: Any = None) -> None:
        for width, port in ((n, "takes"), (m, "gives")):
            if not (isinstance(width, (int, np.integer)) and 1 <= width <= WIDEST):
                raise OutOfRangeError(f"A dense layer {port} from 1 to {WIDEST} numbers, not {shown(width)}.")
        self.inputs, self.outputs = int(n), int(m)
        self._M = np.empty((m, n))
        self._b = np.empty(m)
        self.randomize(seed)

    @property
    def M(self) -> FloatArray:
        """The matrix, shape (outputs, inputs)."""
        return self._M

    @M.setter
    def M(self, values: ArrayLike) -> None:
        self._copy_in("M", values)

    @property
    def b(self) -> FloatArray:
        """The biases, shape (outputs,)."""
        return self._b

    @b.setter
    def b(self, values: ArrayLike) -> None:
        self._copy_in("b", values)

    @property
    def parameters(self) -> dict[str, FloatArray]:
        return {"M": self._M, "b": self._b}

    def __call__(self, x: ArrayLike) -> FloatArray:
        vector = np.asarray(x, dtype=np.float64)
        if vector.shape != (self.inputs,):
            found = f"{self} was given {_counted(vector)}; it takes {self.inputs}."
            if vector.ndim > 1:
                raise ShapeError(f"{found} Many vectors at once go to respond(X).")
            raise ShapeError(f"{found} Does what comes before it end in {self.inputs}?")
        self.input = vector
        self.output = self.respond(vector)
        return self.output

    @SILENT
    def respond(self, x: FloatArray) -> FloatArray:
        """M x + b for one vector or, along the leading axes, for many; does not store its input."""
        if x.shape[-1:] != (self.inputs,):
            raise ShapeError(f"{self} was given an array of shape {x.shape}; its rows have {self.inputs} numbers.")
        if x.ndim != 2:
            return sum_lanes(self._M * x[..., None, :]) + self._b
        rows = max(1, PRODUCTS_AT_ONCE // self._M.size)
        sums = np.empty((len(x), len(self._M)))
        for start in range(0, len(x), rows):
            block = slice(start, start + rows)
            sums[block] = sum_lanes(self._M * x[block, None, :])
        return sums + self._b

    def gradients(self, output_delE: FloatArray) -> tuple[FloatArray, dict[str, FloatArray]]:
        if output_delE.shape != (self.outputs,):
            raise ShapeError(f"{self} was passed back {_counted(output_delE)}; it gives {self.outputs}.")
        column = output_delE[:, None]
        return sum_in_order(self._M * column, axis=0), {"M": column * self.input, "b": output_delE}

    def copy(self) -> "AffinityLayer":
        """An independent layer with the same parameters, as `copy.deepcopy` makes one of this very class."""
        twin = AffinityLayer.__new__(AffinityLayer)
        twin.__dict__ |= self.__getstate__() | {"_M": self._M.copy(), "_b": self._b.copy()}
        return twin

    def _copy_in(self, name: str, values: ArrayLike) -> None:
        parameter, array = self.parameters[name], np.asarray(values, dtype=np.float64)
        if array.shape != parameter.shape:
            raise ShapeError(f"{name} of {self} has the shape {parameter.shape}; it was given {array.shape}.")
        parameter[...] = array

    def __getstate__(self) -> dict[str, Any]:
        # The latest input of a layer belongs to a run, not to a checkpoint.
        return {name: value for name, value in vars(self).items() if name not in ("input", "output")}

    def __repr__(self) -> str:
        return f"AffinityLayer {self.inputs}→{self.outputs}"


class MapLayer(Layer):
    """A scalar function applied to each number: yᵢ = f(xᵢ), ∂loss/∂xᵢ = f′(xᵢ) ∂loss/∂yᵢ.

    Takes the name of a row of `engine.activations.ACTIVATIONS`, a formula in x such as "x*x/2", or a function and its
    derivative of your own. FormulaError when text is neither name nor formula.
    """

    input: FloatArray

    def __init__(self, fun: str | ScalarFunction, dfundx: ScalarFunction | None = None) -> None:
        self._own: tuple[ScalarFunction, ScalarFunction] | None = None
        if isinstance(fun, str):
            self.function: Activation = resolve_activation(fun)
        elif callable(fun) and callable(dfundx):
            self._own = (fun, dfundx)
            self.function = custom_activation(fun, dfundx)
        else:
            raise BenchError("MapLayer takes the name of a function, a formula, or a function and its derivative.")

    @property
    def name(self) -> str | None:
        """The name of the activation or the formula, or None for functions of your own."""
        return None if self._own else self.function.name

    def __call__(self, x: ArrayLike) -> FloatArray:
        self.input = np.asarray(x, dtype=np.float64)
        return self.respond(self.input)

    @SILENT
    def respond(self, x: FloatArray) -> FloatArray:
        """f of every number in x, of any shape; does not store its input."""
        return self.function.value(x)

    def gradients(self, output_delE: FloatArray) -> tuple[FloatArray, dict[str, FloatArray]]:
        if output_delE.shape != self.input.shape:
            raise ShapeError(f"{self} took {_counted(self.input)}; it was passed back {_counted(output_delE)}.")
        return self.function.slope(self.input) * output_delE, {}

    def copy(self) -> "MapLayer":
        """A layer with the same named function, as `copy.deepcopy` makes one of this very class."""
        twin = MapLayer.__new__(MapLayer)
        twin.__dict__ |= {"function": self.function, "_own": None}
        return twin

    def __getstate__(self) -> str | tuple[ScalarFunction, ScalarFunction]:
        # A function travels as its name or formula, so a checkpoint of the page holds text and arrays, never code.
        return self._own or self.function.name

    def __setstate__(self, state: str | tuple[ScalarFunction, ScalarFunction]) -> None:
        self.__init__(*([state] if isinstance(state, str) else state))  # type: ignore[misc]

    def __repr__(self) -> str:
        return f"MapLayer {self.function.name}"


def is_copied_quickly(layer: object) -> bool:
    """Whether its `copy` makes what deepcopy would: functions and classes of your own may hold more."""
    return type(layer) is AffinityLayer or (type(layer) is MapLayer and layer.name is not None)


def _counted(vector: FloatArray) -> str:
    if vector.ndim != 1:
        return f"an array of shape {vector.shape}"
    return f"{vector.size} number" + ("" if vector.size == 1 else "s")
