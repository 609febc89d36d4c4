"""Schemes scale the same draws: their spread is what their papers say, and their rows are complete."""

import math

import numpy as np
import pytest

from engine.errors import UnknownNameError
from engine.layers.initializers import INITIALIZERS, initializer_named
from engine.layers.layers import AffinityLayer
from tests.engine.asserting import refuses
from tests.engine.strategies import bits

LAYER = AffinityLayer(100, 200, seed=1)

SPREADS = {
    "normal": (1.0, 1.0), "xavier": (math.sqrt(2 / 300), 0.0), "he": (math.sqrt(2 / 100), 0.0), "zero": (0.0, 0.0),
}  # fmt: skip


@pytest.mark.parametrize("name", INITIALIZERS)
def test_an_initializer_gives_weights_of_its_spread_and_leaves_the_draws_as_they_are(name: str) -> None:
    before = bits(LAYER.M), bits(LAYER.b)
    M, b = INITIALIZERS[name].weights(LAYER.M, LAYER.b)
    assert (M.shape, b.shape) == ((200, 100), (200,))
    assert M.std() == pytest.approx(SPREADS[name][0], rel=0.02)
    assert b.std() == pytest.approx(SPREADS[name][1], rel=0.2)
    assert (bits(LAYER.M), bits(LAYER.b)) == before
    assert name != "normal" or (bits(M), bits(b)) == before, "normal weights are the draws themselves"
    row = initializer_named(name)
    assert row.name == name
    assert row.title
    assert row.sentence.endswith(".")


def test_a_scaling_initializer_keeps_signals_about_as_large_and_an_unknown_one_is_refused() -> None:
    layer, x = AffinityLayer(200, 200, seed=2), np.random.RandomState(3).randn(200)
    for name in ("xavier", "he"):
        M, _ = INITIALIZERS[name].weights(layer.M, layer.b)
        assert 0.5 < np.linalg.norm(M @ x) / np.linalg.norm(x) < 2.0
    for unknown in ["Normal", "", None, ["he"]]:
        refuses(UnknownNameError, initializer_named, unknown, match=r"called .*\. Known: normal, xavier, he, zero\.")
