"""Chunks of work take about the time that is asked of them, whatever the work."""

import pytest

from engine.experiments.experiment import Affinity, Experiment, Map
from engine.sweeps.chunk_size import ChunkSizer
from engine.sweeps.executor import outcomes
from engine.sweeps.grid import Grid


@pytest.mark.parametrize("truth", [1e-4, 1e-2, 1.0])
def test_a_pace_finds_the_size_that_takes_the_time_asked_for(truth: float) -> None:
    pace = ChunkSizer(0.2, 1e-2, 10_000)
    for _ in range(12):
        pace.heard(pace.blocks, pace.blocks * truth)
    assert pace.blocks == max(1, int(0.2 / truth + 1e-9))


def test_one_odd_chunk_changes_the_pace_by_no_more_than_twice() -> None:
    pace = ChunkSizer(0.2, 1e-3, 10_000)
    assert pace.blocks == 50
    pace.heard(50, 1e-6)
    assert pace.blocks == 100
    pace.heard(100, 100.0)
    assert pace.blocks == 50


def test_a_chunk_has_no_more_blocks_than_it_may() -> None:
    pace = ChunkSizer(0.2, 1e-9, 7)
    pace.heard(7, 1e-9)
    assert pace.blocks == 7


def test_a_small_sweep_is_shared_among_all_cores() -> None:
    grid = Grid(Experiment((Affinity(2, 2), Map("tanh")), "swap"), (0.1, 0.2), tuple(range(64)))
    assert len(list(outcomes(grid))) >= 4
