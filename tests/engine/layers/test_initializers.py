"""Schemes scale the same draws: their spread is what their papers say, and their rows are complete."""

import math

import numpy as np
import pytest

from engine.errors import UnknownNameError
from engine.layers.initializers import INITIALIZERS, initializer_named
from engine.layers.layers import AffinityLayer
from tests.engine.strategies import bits

LAYER = AffinityLayer(100, 200, seed=1)


@pytest.mark.parametrize(
    ("name", "spread", "biases"),
    [("normal", 1.0, 1.0), ("xavier", math.sqrt(2 / 300), 0.0), ("he", math.sqrt(2 / 100), 0.0), ("zero", 0.0, 0.0)],
)
def test_an_initializer_gives_weights_of_its_spread(name: str, spread: float, biases: float) -> None:
    M, b = INITIALIZERS[name].weights(LAYER.M, LAYER.b)
    assert M.shape == (200, 100)
    assert b.shape == (200,)
    assert M.std() == pytest.approx(spread, rel=0.02)
    assert b.std() == pytest.approx(biases, rel=0.2)


def test_normal_weights_are_the_draws_themselves() -> None:
    M, b = INITIALIZERS["normal"].weights(LAYER.M, LAYER.b)
    assert bits(M) == bits(LAYER.M)
    assert bits(b) == bits(LAYER.b)


@pytest.mark.parametrize("name", INITIALIZERS)
def test_an_initializer_leaves_the_draws_as_they_are(name: str) -> None:
    before = bits(LAYER.M), bits(LAYER.b)
    INITIALIZERS[name].weights(LAYER.M, LAYER.b)
    assert (bits(LAYER.M), bits(LAYER.b)) == before


@pytest.mark.parametrize("name", ["xavier", "he"])
def test_a_scaling_initializer_keeps_signals_about_as_large(name: str) -> None:
    layer = AffinityLayer(200, 200, seed=2)
    M, _ = INITIALIZERS[name].weights(layer.M, layer.b)
    x = np.random.RandomState(3).randn(200)
    assert 0.5 < np.linalg.norm(M @ x) / np.linalg.norm(x) < 2.0


@pytest.mark.parametrize("name", INITIALIZERS)
def test_every_row_is_found_by_its_name_and_has_its_words(name: str) -> None:
    row = initializer_named(name)
    assert row.name == name
    assert row.title
    assert row.sentence.endswith(".")


@pytest.mark.parametrize("name", ["Normal", "", None, ["he"]])
def test_an_unknown_initializer_is_refused_with_the_names_there_are(name: object) -> None:
    with pytest.raises(UnknownNameError, match=r"called .*\. Known: normal, xavier, he, zero\."):
        initializer_named(name)  # type: ignore[arg-type]
