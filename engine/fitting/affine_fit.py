"""The least mean loss that a stack of dense layers can have on some samples: exact, by reduced-rank regression.

A cascade of dense and identity layers is one affine function. Its offset is free, since the last bias is, and its
matrix is any whose rank is at most the narrowest width (Izenman 1975). The samples are read in blocks, and only the
triangle of their QR decomposition is kept.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from engine.base.numerics import FloatArray
from engine.layers.faulty_layers import LeftMultiplied
from engine.layers.layers import AffinityLayer, IdentityLayer

ROWS = 2_048
"""Samples that are decomposed at a time: a few milliseconds."""

SMALLEST = 1e-13
"""Directions of the inputs, all scaled to one size, that are smaller than this share of the largest are 0."""


@dataclass(frozen=True)
class AffineFit:
    """The best affine function of some samples: x ↦ `at_origin` + (x − `origin`) · `slopes`."""

    floor: float
    """Its mean loss on these samples, the least that there is."""
    constant: float
    """The mean loss of the best constant on them."""
    origin: FloatArray
    at_origin: FloatArray
    slopes: FloatArray

    def respond(self, X: FloatArray) -> FloatArray:
        """Its responses to many vectors, (n, inputs) → (n, outputs)."""
        return self.at_origin + (X - self.origin) @ self.slopes

    def weights(self, shapes: Sequence[tuple[int, int]]) -> list[FloatArray]:
        """M, shape (outputs, inputs), and b for each of these dense layers, so that together they are this function.

        `shapes` are the (inputs, outputs) of the layers of a cascade whose narrowest width is at least the fit's rank.
        """
        left, sizes, right = np.linalg.svd(self.slopes.T, full_matrices=False)
        rank = min(len(sizes), *(min(shape) for shape in shapes))
        # The first layer makes the numbers that the function depends on, those between pass them on.
        factors = [np.diag(np.sqrt(sizes[:rank])) @ right[:rank], left[:, :rank] * np.sqrt(sizes[:rank])]
        arrays: list[FloatArray] = []
        for place, (inputs, outputs) in enumerate(shapes):
            M = np.zeros((outputs, inputs))
            first, last = place == 0, place == len(shapes) - 1
            part = self.slopes.T if first and last else factors[0] if first else factors[1] if last else np.eye(rank)
            M[: part.shape[0], : part.shape[1]] = part
            arrays += [M, self.at_origin - self.origin @ self.slopes if last else np.zeros(outputs)]
        return arrays


def affine_rank(layers: Sequence[Any]) -> int | None:
    """The largest rank of the affine function that these layers can be.

    None where they are not dense and identity layers alone, where no layer is dense, or where a weight is frozen.
    """
    dense = [layer for layer in layers if type(layer) in (AffinityLayer, LeftMultiplied)]
    others = [layer for layer in layers if type(layer) not in (AffinityLayer, LeftMultiplied, IdentityLayer)]
    if not dense or others or any(layer.frozen for layer in dense):
        return None
    return min(int(width) for layer in dense for width in (layer.inputs, layer.outputs))


def affine_fit(blocks: Iterable[tuple[FloatArray, FloatArray]], rank: int) -> AffineFit | None:
    """The best affine function whose matrix has at most this rank, for X (n, inputs) and T (n, outputs) in blocks.

    None where the numbers are too large for it, or not finite.
    """
    count, triangle = 0, np.empty((0, 0))
    origin, first_target = np.empty(0), np.empty(0)
    with np.errstate(all="ignore"):
        for X, T in blocks:
            if count == 0:
                # Differences from the first sample: exact where the numbers lie far from 0 and close together.
                origin, first_target = X[0], T[0]
                triangle = np.empty((0, 1 + X.shape[1] + T.shape[1]))
            count += len(X)
            for start in range(0, len(X), ROWS):
                x, t = X[start : start + ROWS] - origin, T[start : start + ROWS] - first_target
                rows = np.hstack([np.ones((len(x), 1)), x, t])
                if not np.isfinite((rows * rows).sum()):
                    return None
                triangle = _triangle(np.vstack([triangle, rows]))
        return _fit(triangle, count, origin, first_target, rank)


def _triangle(rows: FloatArray) -> FloatArray:
    triangle: FloatArray = np.asarray(np.linalg.qr(rows, mode="r"))
    return triangle


def _fit(triangle: FloatArray, count: int, origin: FloatArray, first_target: FloatArray, rank: int) -> AffineFit:
    """The fit, from the triangle of the columns 1, X − origin and T − first_target."""
    width, size = len(origin), triangle.shape[1]
    full = np.vstack([triangle, np.zeros((size - len(triangle), size))])
    inputs, offset = slice(1, 1 + width), full[0, 0]
    by_inputs, targets, rest = full[inputs, inputs], full[inputs, 1 + width :], full[1 + width :, 1 + width :]
    scale = np.sqrt((by_inputs * by_inputs).sum(axis=0))
    scale[scale == 0.0] = 1.0
    left, sizes, right = np.linalg.svd(by_inputs / scale)
    kept = sizes > SMALLEST * sizes[0]
    explained = left[:, kept].T @ targets
    outer, strengths, inner = np.linalg.svd(explained, full_matrices=False)
    best = (outer[:, :rank] * strengths[:rank]) @ inner[:rank]
    slopes = (right[kept].T / sizes[kept]) @ best / scale[:, None]
    unexplained = targets - left[:, kept] @ best
    floor, constant = (
        float((rest * rest).sum() + (part * part).sum()) / (2.0 * count) for part in (unexplained, targets)
    )
    at_origin = first_target + (full[0, 1 + width :] - full[0, inputs] @ slopes) / offset
    return AffineFit(floor, constant, origin, at_origin, slopes)
