"""Metrics of a run's losses: divergence, potential, final loss, fingerprint."""

import hashlib
import math
import struct

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.base.metrics import fingerprint, first_divergence, hashes_along, potential, settled_loss
from tests.engine.base.test_numerics import spelled_out
from tests.engine.strategies import MANY, any_float, bits


def test_a_run_diverged_at_the_first_loss_that_is_not_finite_or_past_a_million_times_the_first() -> None:
    runs: list[tuple[list[float], int | None]] = [
        ([], None), ([1.0, 2.0, 0.5], None), ([0.0], None), ([0.1, 1e6], None), ([0.1, 1.1e6], 1), ([5.0, 5e6], None),
        ([5.0, 5.1e6], 1), ([1.0, math.inf, 1.0], 1), ([1.0, 2.0, math.nan, 3.0], 2), ([math.nan, 1.0], 0),
        ([math.inf, 1.0], 0), ([1.0, 1e7, 1e8], 1), ([1e305, 1e306], None), ([1e305, math.inf], 1),
    ]  # fmt: skip
    assert [first_divergence(np.array(losses)) for losses, _ in runs] == [step for _, step in runs]


@MANY
@given(st.lists(any_float.map(abs), max_size=30))
def test_the_step_of_divergence_is_the_one_that_a_loop_finds(losses: list[float]) -> None:
    limit = 1e6 * max(1.0, losses[0]) if losses else 0.0
    found = next((k for k, loss in enumerate(losses) if not math.isfinite(loss) or loss > limit), None)
    assert first_divergence(np.array(losses)) == found


def test_the_potential_is_minus_ln_of_the_loss_and_the_final_loss_the_mean_of_the_last_tenth() -> None:
    for loss, diverged_at, expected in (
        (1.0, None, 0.0), (math.exp(-3), None, 3.0), (0.0, None, math.inf), (-0.0, None, math.inf),
        (5e-324, None, 1074 * math.log(2)), (math.inf, None, -math.inf), (math.nan, None, -math.inf),
        (1.0, 7, -math.inf), (0.0, 7, -math.inf), (1.0, 0, -math.inf),
    ):  # fmt: skip
        assert potential(loss, diverged_at) == pytest.approx(expected)
    for n, tail in ((1, 1), (9, 1), (10, 1), (19, 1), (20, 2), (100, 10), (257, 25)):
        losses = np.random.RandomState(n).rand(n)
        assert bits(settled_loss(losses)) == bits(spelled_out(losses[-tail:].tolist()) / tail), n
    # That of a diverged run is not finite, in silence.
    assert not any(math.isfinite(settled_loss(np.full(40, odd))) for odd in (math.nan, math.inf, 1.7e308))


def independent(*arrays: list[float]) -> str:
    """The documented fingerprint, byte by byte."""
    raw = b""
    for value in (value for array in arrays for value in array):
        raw += struct.pack("<Q", 0x7FF8000000000000) if value != value else struct.pack("<d", value or 0.0)
    return hashlib.sha256(raw).hexdigest()[:8]


@MANY
@given(st.lists(any_float, max_size=30), st.lists(any_float, max_size=5))
def test_a_fingerprint_is_the_documented_hash(losses: list[float], weights: list[float]) -> None:
    assert fingerprint([np.array(losses), np.array(weights)]) == independent(losses, weights)


def test_a_fingerprint_takes_every_nan_alike_and_the_hashes_along_a_run_part_where_runs_part() -> None:
    nans = np.array([0x7FF8000000000000, 0xFFF8000000000001, 0xFFFFFFFFFFFFFFFF], dtype="<u8").view("<f8")
    assert len({fingerprint([nans[k : k + 1]]) for k in range(3)}) == 1
    assert fingerprint([np.array([-0.0])]) == fingerprint([np.array([0.0])])
    assert fingerprint([np.array([1.0])]) != fingerprint([np.array([math.nextafter(1.0, 2.0)])])
    assert fingerprint([]) == hashlib.sha256(b"").hexdigest()[:8] == "e3b0c442"
    matrix = np.random.RandomState(0).randn(3, 4)
    assert fingerprint([np.asfortranarray(matrix)]) == fingerprint([matrix]) == fingerprint([matrix.astype(">f8")])
    for n in (0, 1, 7, 16, 100, 300, 1001, 70_001):
        losses = np.random.RandomState(1).rand(n)
        steps = [math.floor(k * n / 16 + 0.5) for k in range(1, 17)]
        assert hashes_along(losses) == "".join(fingerprint([losses[:step]])[:2] for step in steps), n
    losses = np.random.RandomState(1).rand(300)
    other = losses.copy()
    other[41] = math.nextafter(other[41], 1.0)
    pairs = zip(*[iter(zip(hashes_along(losses), hashes_along(other), strict=True))] * 2, strict=True)
    alike = [a[0] + b[0] == a[1] + b[1] for a, b in pairs]
    assert alike == [True] * 2 + [False] * 14  # before steps 19 and 38; the third pair is over 56 losses
