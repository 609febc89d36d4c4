"""Chunks take about the time they are meant to take, whatever a run costs."""

import pytest

from engine.experiments.experiment import Affinity, Experiment, Map
from engine.sweeps.chunk_size import ChunkSizer
from engine.sweeps.executor import task_results
from engine.sweeps.grid import Grid


@pytest.mark.parametrize("truth", [1e-4, 1e-2, 1.0])
def test_the_chunk_size_settles_where_a_chunk_takes_the_intended_time(truth: float) -> None:
    sizer = ChunkSizer(0.2, 1e-2, 10_000)
    for _ in range(12):
        sizer.record(sizer.blocks, sizer.blocks * truth)
    assert sizer.blocks == max(1, int(0.2 / truth + 1e-9))


def test_one_odd_chunk_changes_the_size_by_no_more_than_twice() -> None:
    sizer = ChunkSizer(0.2, 1e-3, 10_000)
    assert sizer.blocks == 50
    sizer.record(50, 1e-6)
    assert sizer.blocks == 100
    sizer.record(100, 100.0)
    assert sizer.blocks == 50


def test_a_chunk_has_no_more_blocks_than_it_may() -> None:
    sizer = ChunkSizer(0.2, 1e-9, 7)
    sizer.record(7, 1e-9)
    assert sizer.blocks == 7


def test_a_small_sweep_is_shared_among_all_cores() -> None:
    grid = Grid(Experiment((Affinity(2, 2), Map("tanh")), "swap"), (0.1, 0.2), tuple(range(64)))
    assert len(list(task_results(grid))) >= 4
