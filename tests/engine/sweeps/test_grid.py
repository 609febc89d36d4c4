"""A grid numbers its runs, and orders them so that the first blocks already cover all of it."""

from itertools import islice

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.errors import OutOfRangeError
from engine.experiments.experiment import Affinity, Experiment
from engine.sweeps.grid import Block, Grid, golden_place
from tests.engine.asserting import refuses

EXPERIMENT = Experiment((Affinity(2, 2),), "swap", samples=20)


def test_golden_order_has_every_number_once_and_its_first_ones_lie_all_over() -> None:
    for number in (1, 2, 3, 7, 64, 100, 1_952, 4_096):
        order = [golden_place(k, number) for k in range(number)]
        assert sorted(order) == list(range(number))
        for first in range(1, number + 1, 1 + number // 20):
            seen = np.array(sorted(order[:first]))
            assert np.diff([*seen, seen[0] + number]).max() <= 4 * number / first + 1


@pytest.mark.parametrize("weight_seeds", [(), (1, 2, 3)])
def test_blocks_have_every_run_once_one_data_seed_each_and_are_those_at_their_places(
    weight_seeds: tuple[int, ...], monkeypatch: pytest.MonkeyPatch
) -> None:
    def plain(block: Block) -> list[object]:
        return [np.asarray(part).tolist() for part in block]

    monkeypatch.setattr("engine.sweeps.grid.NUMBERED_AT_ONCE", 130)
    grid = Grid(EXPERIMENT, tuple(np.geomspace(0.01, 1.0, 20).tolist()), tuple(range(7)), weight_seeds)
    for at_most in (1, 5, 16, 48, 60, 10_000):
        blocks = list(grid.blocks(at_most))
        assert sorted(np.concatenate([block.runs for block in blocks]).tolist()) == list(range(grid.size))
        assert len(blocks) == grid.block_count(at_most)
        for place, block in enumerate(blocks):
            assert len(block.runs) <= at_most
            assert {grid.run(number).seed for number in block.runs.tolist()} == {grid.seeds[block.seed]}
            assert plain(block) == plain(grid.block(at_most, place))


def test_the_first_blocks_lie_all_over_the_grid_and_of_several_samples_the_most_are_run() -> None:
    grid = Grid(EXPERIMENT, tuple(np.geomspace(0.01, 1.0, 64).tolist()), tuple(range(64)))
    seen = np.concatenate([block.runs for block in islice(grid.blocks(16), 64)])
    a, s, _ = np.unravel_index(seen, grid.shape)
    quarters = {(column // 16, row // 16) for column, row in zip(a.tolist(), s.tolist(), strict=True)}
    assert len(quarters) == 16
    grid = Grid(EXPERIMENT, (0.1,), (3,), samples=(10, 70, 30))
    assert (grid.run(0).samples, grid.lengths) == (70, (10, 70, 30))
    assert Grid(EXPERIMENT, (0.1,), (3,)).lengths == (20,)
    refuses(OutOfRangeError, Grid, EXPERIMENT, (0.1,), (3,), samples=(10, 0), match="Samples are a whole number from 1")


@given(st.integers(1, 9), st.integers(1, 9), st.integers(0, 9), st.integers(1, 40), st.data())
def test_the_runs_of_blocks_are_those_of_one_block_after_the_other(
    alphas: int, seeds: int, weight_seeds: int, at_most: int, data: st.DataObject
) -> None:
    values = tuple(0.01 * k for k in range(1, alphas + 1))
    grid = Grid(EXPERIMENT, values, tuple(range(seeds)), tuple(range(weight_seeds)))
    count = grid.block_count(at_most)
    first = data.draw(st.integers(0, count - 1))
    places = range(first, data.draw(st.integers(first + 1, count)))
    expected = np.concatenate([grid.block(at_most, place).runs for place in places])
    assert grid.runs_of_blocks(at_most, places).tolist() == expected.tolist()
