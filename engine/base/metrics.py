"""Metrics of a run's losses: settled loss, divergence, the fingerprint that names the run, and hashes along it."""

import hashlib
import math
from collections.abc import Iterable

import numpy as np
from numpy.typing import NDArray

from engine.base.numerics import FloatArray, sum_lanes

DIVERGED_PAST = 1e6
"""A run has diverged where a loss is more than 10⁶ times its first loss, or more than 10⁶ where that is below 1."""
HASHES = 16
"""The number of hashes along a run."""
HASHED_AT_ONCE = 65_536
"""Numbers that are converted at a time for a hash."""
_CANONICAL_NAN = np.array(0x7FF8000000000000, dtype="<u8").view("<f8")


def first_divergence(losses: FloatArray) -> int | None:
    """The first step whose loss is not finite or is more than 10⁶ × max(1, first loss); None if there is none."""
    if not losses.size:
        return None
    beyond = diverged(losses, losses[0])
    return int(beyond.argmax()) if beyond.any() else None


def diverged(losses: FloatArray, first: FloatArray | float) -> NDArray[np.bool_]:
    """Whether each loss is not finite or more than 10⁶ × max(1, first loss); `first` has a shape that fits them."""
    with np.errstate(all="ignore"):
        beyond: NDArray[np.bool_] = ~(losses <= divergence_limit(first)) | ~np.isfinite(losses)
    return beyond


def divergence_limit(first: FloatArray | float) -> FloatArray:
    """The greatest loss of a run with this first loss that has not diverged; 0 where the first loss is not finite."""
    with np.errstate(all="ignore"):
        limit: FloatArray = np.where(np.isfinite(first), DIVERGED_PAST * np.maximum(1.0, first), 0.0)
    return limit


def potential(loss: float, diverged_at: int | None = None) -> float:
    """−ln(loss); +inf for loss 0, −inf for a run that diverged; never nan."""
    if diverged_at is not None or not math.isfinite(loss):
        return -math.inf
    return math.inf if loss == 0 else -math.log(loss)


def settled_loss(losses: FloatArray, passed: NDArray[np.int8] | None = None) -> float:
    """The mean loss of the last max(1, n//10) samples; runs are compared by it, since one sample's loss is noise.

    Those whose turns were `passed` over, where the numbers of shape (n,) are not 0, do not count, unless all were.
    """
    return float(settled_losses(losses, passed))


def settled_losses(losses: FloatArray, passed: NDArray[np.int8] | None = None) -> FloatArray:
    """The settled loss of each row of losses, shape (…, n) to (…); `passed` has shape (n,), or a row for each."""
    last = settling_window(losses.shape[-1])
    return mean_of_learned(losses[..., -last:], None if passed is None else passed[..., -last:])


def mean_of_learned(losses: FloatArray, passed: NDArray[np.int8] | None) -> FloatArray:
    """The mean of each row of losses, but for those whose turns were passed over, unless all were."""
    if passed is None:
        return mean_losses(losses)
    if passed.ndim > 1:
        return np.array([mean_of_learned(row, turns) for row, turns in zip(losses, passed, strict=True)])
    learned = passed == 0
    return mean_losses(losses[..., learned] if learned.any() else losses)


def mean_losses(losses: FloatArray) -> FloatArray:
    """The mean of each row of losses, shape (…, n) to (…)."""
    with np.errstate(all="ignore"):
        means: FloatArray = sum_lanes(losses) / losses.shape[-1]
    return means


def settling_turns(samples: int, passed: NDArray[np.int8] | None = None) -> slice | NDArray[np.int64]:
    """Where the losses lie, among those of all samples, that the settled loss is the mean of."""
    last = slice(samples - settling_window(samples), samples)
    if passed is None:
        return last
    learned = last.start + np.flatnonzero(passed[last] == 0)
    return learned if learned.size else last


def settling_window(samples: int) -> int:
    """The number of a run's last losses that its settled loss is the mean of."""
    return max(1, samples // 10)


def steps_to(losses: FloatArray, loss: float) -> FloatArray:
    """The number of steps of each row after which the mean of the last max(1, n//10) losses was first at most `loss`.

    Shape (…, n) to (…); inf where it never was. A window's sum is the end of one block of its length and the beginning
    of the next, so that nothing is subtracted and a great loss leaves no trace.
    """
    n = losses.shape[-1]
    window = settling_window(n)
    blocks = -(-n // window)
    padded = np.full((*losses.shape[:-1], blocks * window), np.inf)
    padded[..., :n] = losses
    block = padded.reshape(*losses.shape[:-1], blocks, window)
    with np.errstate(all="ignore"):
        from_start = np.add.accumulate(block, axis=-1).reshape(padded.shape)[..., window - 1 : n]
        to_end = np.add.accumulate(block[..., ::-1], axis=-1)[..., ::-1].reshape(padded.shape)[..., : n - window + 1]
        whole = np.arange(n - window + 1) % window == 0
        reached = np.where(whole, from_start, to_end + from_start) / window <= loss
    return np.where(reached.any(axis=-1), reached.argmax(axis=-1) + float(window), np.inf)


def fingerprint(arrays: Iterable[FloatArray]) -> str:
    """8 hex digits of SHA-256 over the arrays as little-endian float64, every nan alike and −0 as 0."""
    made = hashlib.sha256()
    for array in arrays:
        numbers = array.reshape(-1)
        for start in range(0, numbers.size, HASHED_AT_ONCE):
            made.update(_canonical(numbers[start : start + HASHED_AT_ONCE]))
    return made.hexdigest()[:8]


def hashes_along(losses: FloatArray) -> str:
    """Sixteen two-digit hashes along a run: the k-th is over the losses before step ⌊(k·n + 8)/16⌋, k = 1, …, 16.

    They are the first bytes of SHA-256, as for `fingerprint`. The first pair that two runs do not share says between
    which two of these steps they part; one in 256 such differences is missed.
    """
    digest, hashed, hashes = hashlib.sha256(), 0, ""
    # Numbers of a short run cost less together than their sixteen parts.
    whole = _canonical(losses) if len(losses) <= HASHED_AT_ONCE else None
    for k in range(1, HASHES + 1):
        end = (k * len(losses) + HASHES // 2) // HASHES
        digest.update(_canonical(losses[hashed:end]) if whole is None else whole[8 * hashed : 8 * end])
        hashed, hashes = end, hashes + digest.hexdigest()[:2]
    return hashes


def _canonical(array: FloatArray) -> bytes:
    plain = array + 0.0
    np.copyto(plain, _CANONICAL_NAN, where=np.isnan(plain))
    return plain.astype("<f8", copy=False).tobytes()
