"""A sweep that was stopped or killed goes on where it was, and ends with the same bits."""

from functools import cache, partial
from itertools import islice
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from engine.errors import OtherSweepError
from engine.experiments.catalogue import CATALOGUE
from engine.sweeps import sweep_result
from engine.sweeps.executor import task_results
from engine.sweeps.grid import Grid
from engine.sweeps.sweep_result import SweepResult, kept_and_missing, plan_of, sweep
from tests.engine.asserting import refuses
from webapp.files.resumable_sweep import ResumableSweep

EXPERIMENT = CATALOGUE["tanh-signs"].experiment.replace_unchecked(samples=40)
ALPHAS = tuple(0.005 * k for k in range(1, 101))
AXES: dict[str, Any] = {"alphas": ALPHAS, "seeds": range(320), "reaching": 0.1}
GRID = Grid(EXPERIMENT, ALPHAS, tuple(range(320)))


@cache
def whole() -> SweepResult:
    return sweep(EXPERIMENT, **AXES)


def same(one: SweepResult, other: SweepResult) -> bool:
    return all(
        getattr(one, name).tobytes() == getattr(other, name).tobytes() for name in ("settled", "last", "sound", "steps")
    )


def stopped_after(path: Path, chunks: int) -> None:
    train = partial(task_results, GRID, target_loss=0.1)
    list(islice(kept_and_missing(ResumableSweep(path), plan_of(GRID, 0.1), GRID.size, train), chunks))


@pytest.fixture
def made(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """How many runs each chunk had that was made."""
    counted: list[int] = []

    def counting(*given: Any, **options: Any) -> Any:
        for runs, result in task_results(*given, **options):
            counted.append(len(runs))
            yield runs, result

    monkeypatch.setattr(sweep_result, "task_results", counting)
    return counted


def test_what_was_made_before_a_stop_is_not_made_again(tmp_path: Path, made: list[int]) -> None:
    path = tmp_path / "chunks"
    stopped_after(path, 3)
    before = sum(made)
    made.clear()
    found = sweep(EXPERIMENT, **AXES, store=ResumableSweep(path))
    assert 0 < sum(made) <= GRID.size - before
    made.clear()
    assert same(found, sweep(EXPERIMENT, **AXES, store=ResumableSweep(path)))
    assert made == []
    assert same(found, whole())


@pytest.fixture(scope="module")
def stopped(tmp_path_factory: pytest.TempPathFactory) -> bytes:
    """The file of a sweep that was stopped after four chunks."""
    path = tmp_path_factory.mktemp("stopped") / "chunks"
    stopped_after(path, 4)
    return path.read_bytes()


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(lost=st.integers(0, 4000), flipped=st.none() | st.integers(0, 10**6))
@example(lost=0, flipped=5)  # a length of a terabyte
@example(lost=0, flipped=7)
def test_a_file_that_was_cut_gives_the_sweep(stopped: bytes, tmp_path: Path, lost: int, flipped: int | None) -> None:
    path = tmp_path / "chunks"
    data = bytearray(stopped[: max(0, len(stopped) - lost)])
    head = data.find(b"\n") + 1
    if flipped is not None and len(data) > head:
        data[head + flipped % (len(data) - head)] ^= 1
    path.write_bytes(data)
    assert same(sweep(EXPERIMENT, **AXES, store=ResumableSweep(path)), whole())


@pytest.mark.parametrize(
    "other",
    [
        {"alphas": [0.01, 0.1, 0.6]}, {"seeds": range(41)}, {"reaching": None}, {"samples": [20, 40]},
        {"weight_seeds": [1, 2]},
    ],
)  # fmt: skip
def test_the_file_of_another_sweep_is_refused_and_stays(tmp_path: Path, other: dict[str, Any]) -> None:
    path = tmp_path / "chunks"
    stopped_after(path, 2)
    before = path.read_bytes()
    with pytest.raises(OtherSweepError, match="chunks was not written by this sweep"):
        sweep(EXPERIMENT, **AXES | other, store=ResumableSweep(path))
    assert path.read_bytes() == before


def test_what_is_no_file_of_this_sweep_is_refused_and_stays(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "chunks"
    stopped_after(path, 2)
    monkeypatch.setattr(sweep_result, "bit_check_fingerprint", lambda: "00000000")
    refuses(OtherSweepError, sweep, EXPERIMENT, store=ResumableSweep(path), **AXES)
    path = tmp_path / "notes.txt"
    path.write_text("These are my notes.")
    refuses(OtherSweepError, sweep, EXPERIMENT, store=ResumableSweep(path), **AXES)
    assert path.read_text() == "These are my notes."


def test_blocks_whose_runs_are_done_are_left_out() -> None:
    made = np.arange(GRID.size) % len(GRID.seeds) < 30  # a block has the runs of one seed
    runs = np.concatenate([runs for runs, _ in task_results(GRID, made=made)])
    assert set(np.flatnonzero(~made).tolist()) <= set(runs.tolist()) < set(range(GRID.size))
