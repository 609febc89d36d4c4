"""A grid numbers its runs, and orders them so that the first blocks already cover all of it."""

from itertools import islice

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.errors import OutOfRangeError
from engine.experiments.experiment import Affinity, Experiment
from engine.sweeps.grid import Block, Grid, golden_order

EXPERIMENT = Experiment((Affinity(2, 2),), "swap", samples=20)


@pytest.mark.parametrize("number", [1, 2, 3, 7, 64, 100, 1_952, 4_096])
def test_golden_order_has_every_number_once_and_its_first_ones_lie_all_over(number: int) -> None:
    order = list(golden_order(number))
    assert sorted(order) == list(range(number))
    for first in range(1, number + 1, 1 + number // 20):
        seen = np.array(sorted(order[:first]))
        gaps = np.diff([*seen, seen[0] + number])
        assert gaps.max() <= 4 * number / first + 1


@pytest.mark.parametrize("at_most", [1, 5, 16, 48, 10_000])
@pytest.mark.parametrize("weight_seeds", [(), (1, 2, 3)])
def test_blocks_have_every_run_once_and_one_data_seed_each(at_most: int, weight_seeds: tuple[int, ...]) -> None:
    grid = Grid(EXPERIMENT, tuple(np.geomspace(0.01, 1.0, 20).tolist()), tuple(range(7)), weight_seeds)
    blocks = list(grid.blocks(at_most))
    assert sorted(np.concatenate([block.runs for block in blocks]).tolist()) == list(range(grid.size))
    for block in blocks:
        assert len(block.runs) <= at_most
        assert {grid.run(number).seed for number in block.runs.tolist()} == {grid.seeds[block.seed]}


@pytest.mark.parametrize("at_most", [5, 16, 60, 10_000])
@pytest.mark.parametrize("weight_seeds", [(), (1, 2, 3)])
def test_blocks_in_a_row_are_those_at_their_places(
    at_most: int, weight_seeds: tuple[int, ...], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("engine.sweeps.grid.NUMBERED_AT_ONCE", 130)
    grid = Grid(EXPERIMENT, tuple(np.geomspace(0.01, 1.0, 20).tolist()), tuple(range(7)), weight_seeds)
    for place, block in enumerate(grid.blocks(at_most)):
        assert plain(block) == plain(grid.block(at_most, place))
    assert place + 1 == grid.block_count(at_most)


def plain(block: Block) -> list[object]:
    return [np.asarray(part).tolist() for part in block]


def test_the_first_blocks_lie_all_over_the_grid() -> None:
    grid = Grid(EXPERIMENT, tuple(np.geomspace(0.01, 1.0, 64).tolist()), tuple(range(64)))
    seen = np.concatenate([block.runs for block in islice(grid.blocks(16), 64)])
    a, s, _ = np.unravel_index(seen, grid.shape)
    quarters = {(column // 16, row // 16) for column, row in zip(a.tolist(), s.tolist(), strict=True)}
    assert len(quarters) == 16


def test_a_grid_of_several_samples_runs_the_most_of_them() -> None:
    grid = Grid(EXPERIMENT, (0.1,), (3,), samples=(10, 70, 30))
    assert grid.run(0).samples == 70
    assert grid.lengths == (10, 70, 30)
    assert Grid(EXPERIMENT, (0.1,), (3,)).lengths == (20,)


def test_samples_out_of_their_range_are_refused() -> None:
    with pytest.raises(OutOfRangeError, match="Samples are a whole number from 1"):
        Grid(EXPERIMENT, (0.1,), (3,), samples=(10, 0))


@given(st.integers(1, 9), st.integers(1, 9), st.integers(0, 9), st.integers(1, 40), st.data())
def test_the_runs_of_blocks_are_those_of_one_block_after_the_other(
    alphas: int, seeds: int, weight_seeds: int, at_most: int, data: st.DataObject
) -> None:
    grid = Grid(
        EXPERIMENT, tuple(0.01 * k for k in range(1, alphas + 1)), tuple(range(seeds)), tuple(range(weight_seeds))
    )
    count = grid.block_count(at_most)
    first = data.draw(st.integers(0, count - 1))
    places = range(first, data.draw(st.integers(first + 1, count)))
    found = grid.runs_of_blocks(at_most, places)
    assert found.tolist() == np.concatenate([grid.block(at_most, place).runs for place in places]).tolist()
