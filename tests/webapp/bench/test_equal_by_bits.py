"""Caches take for equal only what is equal to the bit: 0.0 and −0.0 are equal, and may lead to different runs."""

from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from engine import CATALOGUE, Affinity, Experiment, Map, Table
from engine.data.table import TABLE
from engine.experiments.layer_specs import GivenWeights
from engine.experiments.run import checkpoint_digest, checkpoint_fingerprint, run
from webapp.bench.actions import PreparedRun
from webapp.bench.run_cache import RunCache

SIGN = (Map("tanh(1/x)"), Affinity(1, 1), Map("tanh"))
"""tanh(1/0.0) is 1, and tanh(1/−0.0) is −1."""


def of_table(zero: float) -> Experiment:
    """One row, whose input is this zero."""
    return Experiment(SIGN, TABLE, inputs=Table(((zero,),), ((1.0,),)), samples=3)


def of_given(zero: float) -> Experiment:
    """A network one of whose weights is this zero."""
    return replace(CATALOGUE["tanh-signs"].experiment, weights=GivenWeights(((((zero, 1.0), (1.0, 0.5)), (0.5, 1.0)),)))


@pytest.mark.parametrize("of", [of_table, of_given])
def test_experiments_are_equal_where_their_bits_are(of: Any) -> None:
    plus, minus = of(0.0), of(-0.0)
    assert plus == of(0.0)
    assert hash(plus) == hash(of(0.0))
    assert plus != minus
    assert Experiment.from_json(minus.to_json()) == minus
    prepared = [PreparedRun(one, one.network()).identity for one in (plus, minus)]
    assert prepared[0] != prepared[1]


def test_each_has_its_own_run_from_the_cache() -> None:
    cache = RunCache()
    made = [cache.run(one, one.network(), lambda done: None, 0) for one in (of_table(0.0), of_table(-0.0))]
    assert made[0].losses[0] != made[1].losses[0]
    alone = [run(one, one.network()).fingerprint for one in (of_table(0.0), of_table(-0.0))]
    assert [one.fingerprint for one in made] == alone


def test_checkpoints_with_one_fingerprint_may_have_different_digests() -> None:
    plus, minus = (of_given(zero).network() for zero in (0.0, -0.0))
    assert np.signbit(minus.layers[0].M[0, 0])
    assert checkpoint_fingerprint(plus) == checkpoint_fingerprint(minus)
    assert checkpoint_digest(plus) != checkpoint_digest(minus)
    assert checkpoint_digest(plus) == checkpoint_digest(plus.copy())
