"""The samples of a run: its inputs with noise on them, a few samples that repeat, and held-out ones.

Inputs come from `RandomState(seed)`. Each further draw has a stream of its own, `RandomState([seed, 0, k])`, so that
changing it changes nothing else: k = 1 is the noise, 2 the held-out inputs, 3 the noise on those; of a table k = 4
chooses the held-out rows, and k = 5 of seed 0 the test rows.
"""

from collections.abc import Iterator

import numpy as np

from engine.base.numerics import FloatArray
from engine.base.random_stream import random_stream
from engine.data.inputs import checked_seed, epoch_order, input_distribution_named

Samples = tuple[FloatArray, FloatArray]
"""X of shape (n, inputs) and T of shape (n, outputs)."""

NOISE_STREAM, HELD_OUT_STREAM, HELD_OUT_NOISE_STREAM, SPLIT_STREAM, TEST_STREAM = 1, 2, 3, 4, 5
"""The streams of a seed beside its inputs."""


def stream(seed: int, number: int) -> np.random.RandomState:
    """The stream of that number, from its beginning."""
    return random_stream([checked_seed(seed), 0, number])


def unit_noise(seed: int, n: int, width: int, number: int = NOISE_STREAM) -> FloatArray:
    """n vectors z of that stream, shape (n, width), each number normal with spread 1; fewer are the first of more."""
    return stream(seed, number).randn(n, width)


def blurred(X: FloatArray, noise: float, z: FloatArray) -> FloatArray:
    """The inputs as the network sees them: x + σ·z, shape (n, width)."""
    with np.errstate(all="ignore"):
        seen: FloatArray = X + noise * z
    return seen


def blurred_blocks(blocks: Iterator[Samples], noise: float, seed: int) -> Iterator[Samples]:
    """The samples in the same blocks, their inputs blurred; each has the noise that one draw of all would give it."""
    rng = stream(seed, NOISE_STREAM)
    for X, T in blocks:
        yield blurred(X, noise, rng.randn(*X.shape)), T


def repeated_blocks(X: FloatArray, T: FloatArray, seed: int, n: int, size: int) -> Iterator[Samples]:
    """n samples in successive blocks of at least `size`: the rows of X and T again and again.

    Each pass, the first too, has an order of its own, that of `epoch_order(RandomState(seed), n, len(X))`, shuffled.
    The last block may be shorter.
    """
    rng, rows = random_stream(checked_seed(seed)), len(X)
    size = -(-size // rows) * rows
    for start in range(0, n, size):
        order = epoch_order(rng, min(size, n - start), rows, shuffled=True)
        yield X[order], T[order]


def held_out_inputs(name: str, seed: int, n: int, width: int) -> FloatArray:
    """n inputs of that distribution that no run with the seed learns from, shape (n, width), without noise."""
    return input_distribution_named(name).draw(stream(seed, HELD_OUT_STREAM), n, width)
