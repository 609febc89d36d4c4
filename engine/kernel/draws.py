"""Normal numbers of many seeds at once, in compiled code that leaves the interpreter to others."""

from collections.abc import Sequence
from functools import cache

import numpy as np

from engine.base.numerics import FloatArray
from engine.base.random_stream import passing_stream
from engine.kernel.cache import KERNEL

COMPARED_SEEDS, COMPARED = (0, 1, 2**32 - 1), 2**14
"""The seeds, and how many numbers of each, by which the compiled code is compared with NumPy."""


def normals(seeds: Sequence[int], count: int) -> FloatArray:
    """The draws of `numpy.random.RandomState(seed).randn(count)` for each seed, 0 to 2³² − 1: shape (seeds, count).

    Many threads may draw at once. Waits for the compiler if it must.
    """
    return _compiled_normals(seeds, count) if _has_numpys_bits() else _numpys_normals(seeds, count)


@cache
def _has_numpys_bits() -> bool:
    """Whether NumPy was compiled to round as the kernel does: some compilers fuse a product and a sum."""
    compiled, numpys = (draw(COMPARED_SEEDS, COMPARED) for draw in (_compiled_normals, _numpys_normals))
    return np.array_equal(compiled, numpys)


def _compiled_normals(seeds: Sequence[int], count: int) -> FloatArray:
    numbers = np.empty((len(seeds), count))
    functions = KERNEL.functions(by_rule=KERNEL.ready(by_rule=True))
    functions.draw(np.array(seeds, dtype=np.uint32), numbers)
    return numbers


def _numpys_normals(seeds: Sequence[int], count: int) -> FloatArray:
    return np.stack([passing_stream(seed).randn(count) for seed in seeds])
