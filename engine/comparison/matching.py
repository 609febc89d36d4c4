"""The best order, signs and sizes of one network's hidden units to lay it over another: are they the same solution?

With one hidden layer the best order is an assignment, and it is found exactly. With more, each layer is assigned in
turn while the others stay, until nothing improves, from ten starts: the coordinate descent of Git Re-Basin (Ainsworth,
Hayase and Srinivasa 2022). Sizes are those of the other network: where they are free, a unit's incoming weights get
the length that they have there, and its outgoing weights make up for it.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TypeVar

import numpy as np
import scipy
from numpy.typing import NDArray

from engine.base.numerics import FloatArray
from engine.base.random_stream import random_stream
from engine.comparison.symmetry import Symmetry

STARTS = 10
"""The order as it is, the orders by incoming and by outgoing weights alone, and random ones."""

STREAM = (0, 0, 13)
"""Start k draws from RandomState([0, 0, 13, k])."""

MOST_TURNS = 100
"""Every layer is assigned anew at most 100 times."""

LESS = 1.0 - 1e-12
"""A distance that has not come down to this share has not come down."""

Matrices = list[FloatArray]
"""The weights of each dense layer with its biases as the last column, shape (outputs, inputs + 1)."""
OnTurn = Callable[[], None]
Part = TypeVar("Part")


@dataclass(frozen=True, eq=False)
class Order:
    """For each hidden layer: the other network's unit in each place, and the signs of its weights."""

    units: tuple[NDArray[np.int64], ...]
    incoming: tuple[FloatArray, ...]
    outgoing: tuple[FloatArray, ...]


@dataclass(frozen=True, eq=False)
class Matched:
    """A network laid over another one: its outputs are the same as before, but for rounding."""

    weights: FloatArray
    """Its flat weights, M row by row and then b for each dense layer in turn, shape (numbers,)."""
    distance: float
    """‖A − these‖ / ‖A‖; inf where A is 0 and these are not."""
    order: Order | None = None
    """The units of the other order; None where nothing was changed."""
    moved: bool = False
    """Whether a unit has another place than before."""
    turned: bool = False
    """Whether weights of a unit have other signs than before."""
    scaled: bool = False
    """Whether weights of a unit have another size than before."""


def as_it_is(a: FloatArray, b: FloatArray) -> Matched:
    """The flat weights b beside the flat weights a, nothing changed."""
    return Matched(b, relative_distance(a, b))


def relative_distance(a: FloatArray, b: FloatArray) -> float:
    """‖a − b‖ / ‖a‖ of two rows of weights; 0 where they are equal, inf where a alone is 0."""
    with np.errstate(all="ignore"):
        largest = max(np.abs(a).max(initial=0.0), np.abs(b).max(initial=0.0))
        if largest == 0.0:
            return 0.0
        return float(np.linalg.norm(a / largest - b / largest) / np.linalg.norm(a / largest))


def match(
    shapes: Sequence[tuple[int, int]],
    symmetries: Sequence[Symmetry],
    a: FloatArray,
    b: FloatArray,
    on_turn: OnTurn = lambda: None,
) -> Matched:
    """Lays the flat weights b over the flat weights a, both of dense layers of these (outputs, inputs).

    `symmetries` has an entry for each hidden layer, one fewer than the shapes. Where no other order, sign or size
    brings b nearer to a, b stays as it is. `on_turn` is called before each layer is assigned, and whatever it raises
    ends the search.
    """
    stays = as_it_is(a, b)
    if not symmetries or stays.distance == 0.0:
        return stays
    with np.errstate(all="ignore"):
        largest = max(np.abs(a).max(), np.abs(b).max())
        search = _Search(_split(shapes, a / largest), _split(shapes, b / largest), list(symmetries))
        order = search.best(on_turn)
        weights = largest * _joined(search.laid_over(order))
    distance = relative_distance(a, weights)
    if not distance < stays.distance:
        return stays
    moved = any((units != np.arange(len(units))).any() for units in order.units)
    turned = any((signs < 0.0).any() for signs in order.incoming)
    return Matched(weights, distance, order, moved=moved, turned=turned, scaled=search.scales(order))


class _Search:
    """Two networks of one shape, each with the sizes that are free taken off its hidden units."""

    def __init__(self, a: Matrices, b: Matrices, symmetries: list[Symmetry]) -> None:
        self.a, self.symmetries = a, symmetries
        _, self.sizes = _without_sizes(a, symmetries)
        self.b, self.b_sizes = _without_sizes(b, symmetries)

    def best(self, on_turn: OnTurn) -> Order:
        """The order with the least distance that was found; the exact one for a single hidden layer."""
        widths = [matrix.shape for matrix in self.a[:-1]]
        if len(widths) == 1:
            on_turn()
            return self._assigned(_identity(widths), 0)
        found = [self._descended(start, rng, on_turn) for start, rng in self._starts(widths)]
        return min(found, key=self._distance)

    def laid_over(self, order: Order) -> Matrices:
        """The other network in this order, with these signs, and with the sizes of the first."""
        laid = [matrix.copy() for matrix in self.b]
        for layer, size in enumerate(self.sizes):
            units = order.units[layer]
            laid[layer] = laid[layer][units] * (order.incoming[layer] * size)[:, None]
            laid[layer + 1][:, :-1] = laid[layer + 1][:, units] * (order.outgoing[layer] / size)
        return laid

    def scales(self, order: Order) -> bool:
        """Whether a unit has another size there than in the other network itself."""
        pairs = zip(self.sizes, self.b_sizes, order.units, strict=True)
        return any(not np.allclose(size, other[units], rtol=1e-6, atol=0.0) for size, other, units in pairs)

    def _distance(self, order: Order) -> float:
        pairs = zip(self.a, self.laid_over(order), strict=True)
        return float(sum(((one - other) ** 2).sum() for one, other in pairs))

    def _starts(self, widths: Sequence[tuple[int, ...]]) -> list[tuple[Order, np.random.RandomState]]:
        rngs = [random_stream([*STREAM, k]) for k in range(STARTS)]
        plain = _identity(widths)
        forward, backward = plain, plain
        for layer in range(len(widths)):
            forward = self._assigned(forward, layer, outgoing=False)
        for layer in reversed(range(len(widths))):
            backward = self._assigned(backward, layer, incoming=False)
        shuffled = [_shuffled(plain, rng) for rng in rngs[3:]]
        return list(zip([plain, forward, backward, *shuffled], rngs, strict=True))

    def _descended(self, order: Order, rng: np.random.RandomState, on_turn: OnTurn) -> Order:
        """Assigns one layer after the other, in a random order of layers, until nothing comes nearer."""
        distance = self._distance(order)
        for _ in range(MOST_TURNS):
            nearer = order
            for layer in rng.permutation(len(order.units)).tolist():
                on_turn()
                nearer = self._assigned(nearer, layer)
            before, distance = distance, self._distance(nearer)
            if not distance < LESS * before:
                return nearer if distance < before else order
            order = nearer
        return order

    def _assigned(self, order: Order, layer: int, *, incoming: bool = True, outgoing: bool = True) -> Order:
        """The best places and signs of one layer's units where the others stay, by some of their weights or by all."""
        inward, outward = self._other_weights(order, layer)
        size, into, out = self.sizes[layer], self.a[layer], self.a[layer + 1][:, :-1].T
        costs = [
            incoming * _squares(into, s_in * size, inward) + outgoing * _squares(out, s_out / size, outward)
            for s_in, s_out in self.symmetries[layer].signs
        ]
        least = np.min(costs, axis=0)
        if not np.isfinite(least).all():
            return order
        _, units = scipy.optimize.linear_sum_assignment(least)
        chosen = np.argmin(costs, axis=0)[np.arange(len(units)), units]
        signs = np.array(self.symmetries[layer].signs)[chosen]
        return Order(
            _replaced(order.units, layer, units),
            _replaced(order.incoming, layer, signs[:, 0]),
            _replaced(order.outgoing, layer, signs[:, 1]),
        )

    def _other_weights(self, order: Order, layer: int) -> tuple[FloatArray, FloatArray]:
        """Incoming and outgoing weights of the other network's units, a row each, between the layers beside."""
        inward, outward = self.b[layer].copy(), self.b[layer + 1][:, :-1]
        if layer > 0:
            before = order.units[layer - 1]
            inward[:, :-1] = inward[:, before] * (order.outgoing[layer - 1] / self.sizes[layer - 1])
        if layer + 1 < len(order.units):
            outward = outward[order.units[layer + 1]] * (order.incoming[layer + 1] * self.sizes[layer + 1])[:, None]
        return inward, outward.T


def _squares(rows: FloatArray, scales: FloatArray, others: FloatArray) -> FloatArray:
    """Squared distances of each row from each of the others times that row's scale, shape (rows, others)."""
    own, theirs = (rows * rows).sum(axis=1), (others * others).sum(axis=1)
    squares: FloatArray = own[:, None] - 2.0 * scales[:, None] * (rows @ others.T) + scales[:, None] ** 2 * theirs
    return squares


def _without_sizes(matrices: Matrices, symmetries: Sequence[Symmetry]) -> tuple[Matrices, list[FloatArray]]:
    """The network with incoming weights of length 1 where sizes are free, and the lengths that they had, from 1 on."""
    plain, sizes = [matrix.copy() for matrix in matrices], []
    for layer, symmetry in enumerate(symmetries):
        size = np.ones(len(plain[layer]))
        if symmetry.scale:
            lengths = np.linalg.norm(plain[layer], axis=1)
            size = np.where(lengths > 0.0, lengths, 1.0)
        plain[layer] /= size[:, None]
        plain[layer + 1][:, :-1] *= size
        sizes.append(size)
    return plain, sizes


def _identity(widths: Sequence[tuple[int, ...]]) -> Order:
    ones = tuple(np.ones(outputs) for outputs, *_ in widths)
    return Order(tuple(np.arange(outputs) for outputs, *_ in widths), ones, ones)


def _shuffled(order: Order, rng: np.random.RandomState) -> Order:
    return Order(tuple(rng.permutation(len(units)) for units in order.units), order.incoming, order.outgoing)


def _replaced(parts: tuple[Part, ...], at: int, part: Part) -> tuple[Part, ...]:
    return (*parts[:at], part, *parts[at + 1 :])


def _split(shapes: Sequence[tuple[int, int]], flat: FloatArray) -> Matrices:
    """The flat row, M row by row and then b for each dense layer in turn, as matrices."""
    matrices, start = [], 0
    for outputs, inputs in shapes:
        M, b = np.split(flat[start : start + outputs * (inputs + 1)], [outputs * inputs])
        matrices.append(np.hstack([M.reshape(outputs, inputs), b[:, None]]))
        start += outputs * (inputs + 1)
    return matrices


def _joined(matrices: Matrices) -> FloatArray:
    return np.concatenate([part for matrix in matrices for part in (matrix[:, :-1].ravel(), matrix[:, -1])])
