"""The file of all losses of a sweep has those of its pieces to the bit, whatever becomes of it; parts are read."""

import fcntl
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from unittest.mock import Mock

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine import CATALOGUE, sweep
from engine.sweeps import pieces as engine_pieces
from engine.sweeps.pieces import SweepPlan, sweep_plan
from tests.engine.asserting import refuses
from tests.webapp.asking import ManualClock, not_none
from tests.webapp.sweeps.test_jobs import LIMITS, ROOMY
from webapp.base.validation import Malformed
from webapp.store import StoreError
from webapp.store.memory import MemoryStore
from webapp.sweeps import loss_file
from webapp.sweeps.job import Job
from webapp.sweeps.jobs import Jobs, PieceResult
from webapp.sweeps.loss_file import NOT_MADE, LossFile, Places, part_since, read_part
from webapp.sweeps.pieces import FilePieces, RowPieces, to_bytes
from webapp.sweeps.plans import new_job
from webapp.sweeps.results import Unfinished

SWAP = CATALOGUE["affine-swap"].experiment
AXES: dict[str, Any] = {
    "noise": (0.0, 0.5), "alpha": tuple(np.geomspace(0.01, 10, 7).tolist()), "seed": tuple(range(11)),
    "samples": (20, 50),
}  # fmt: skip
SHAPE = (2, 7, 11, 2)


class Made:
    """A sweep of which as many pieces are stored as a test wants, in a folder of its own."""

    def __init__(self, folder: Path, plan: SweepPlan) -> None:
        store = MemoryStore(ROOMY, ManualClock())
        self.plan = plan
        self.jobs = Jobs(store, FilePieces(folder, 1000.0), LIMITS._replace(bytes=10**9), ManualClock())
        self.id = self.jobs.submit(new_job(plan), "ann").id
        job = not_none(self.jobs.claim(self.id, 0))
        self.token = job.token
        path = not_none(self.jobs.losses(job))
        self.path = path

    @property
    def job(self) -> Job:
        return not_none(self.jobs.find(self.id))

    def store(self, count: int) -> None:
        """Makes and stores so many more pieces, or all that are left."""
        first = len(self.job.stored)
        for place in range(first, min(self.plan.pieces, first + count)):
            piece = self.plan.piece(place)
            result = PieceResult(to_bytes(piece.task.run()), piece.cells.size)
            assert self.jobs.add(self.id, self.token, {place: result}, 1.0) is not None

    def file(self, **more: Any) -> LossFile:
        return LossFile(self.path, self.jobs, self.job, self.plan, **more)

    def whole(self) -> np.ndarray[Any, Any]:
        return self.file().read(tuple(Places(0, count, 1) for count in self.plan.shape)).reshape(self.plan.shape)


@pytest.fixture(scope="module")
def plan() -> Iterator[SweepPlan]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(engine_pieces, "FEWEST_PIECES", 64)
        yield sweep_plan(SWAP.replace_unchecked(samples=50), AXES)


@pytest.fixture(scope="module")
def expected(plan: SweepPlan) -> np.ndarray[Any, Any]:
    """The losses of `engine.sweep` as float32, nan for runs that diverged."""
    found = []
    for noise in AXES["noise"]:
        one = sweep(
            plan.experiment.replace_unchecked(noise=noise), alphas=AXES["alpha"], seeds=range(11), samples=(20, 50)
        )
        found.append(np.where(one.diverged, np.nan, one.settled))
    losses = np.stack(found).astype(np.float32)
    assert 0 < np.isnan(losses).sum() < losses.size
    return losses.reshape(SHAPE)


@pytest.fixture
def made(tmp_path: Path, plan: SweepPlan) -> Made:
    return Made(tmp_path, plan)


@pytest.fixture(scope="module")
def done(tmp_path_factory: pytest.TempPathFactory, plan: SweepPlan) -> Made:
    """A sweep that is done, with its file."""
    done = Made(tmp_path_factory.mktemp("sweeps"), plan)
    done.store(plan.pieces)
    assert done.file().fill() == plan.pieces
    return done


def stored_cells(made: Made) -> np.ndarray[Any, Any]:
    found = np.zeros(made.plan.size, bool)
    for place in made.job.stored[:, 0].tolist():
        found[made.plan.piece(place).cells] = True
    return found.reshape(made.plan.shape)


def assert_bits(found: np.ndarray[Any, Any], expected: np.ndarray[Any, Any]) -> None:
    np.testing.assert_array_equal(found.view(np.int32), expected.astype(np.float32).view(np.int32))


def test_the_file_has_the_bits_of_a_sweep_and_grows_with_it(made: Made, expected: np.ndarray[Any, Any]) -> None:
    for count in (1, 5, made.plan.pieces):
        made.store(count)
        assert made.file().fill() == len(made.job.stored)
        assert_bits(made.whole(), np.where(stored_cells(made), expected, NOT_MADE))
    assert made.job.state == "done"
    assert_bits(made.whole(), expected)


places = st.integers(0, 5).flatmap(lambda first: st.tuples(st.just(first), st.integers(1, 7), st.integers(1, 7)))


@given(st.tuples(*(places for _ in SHAPE)))
def test_a_part_has_every_kth_value_of_each_axis(
    done: Made, expected: np.ndarray[Any, Any], ranges: tuple[tuple[int, int, int], ...]
) -> None:
    part = tuple(
        Places(min(first, count - 1), min(count, min(first, count - 1) + length), min(every, count))
        for (first, length, every), count in zip(ranges, SHAPE, strict=True)
    )
    assert read_part(",".join(f"{each.first}:{each.end}:{each.every}" for each in part), done.plan) == part
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(loss_file, "WINDOW", 37)
        found = done.file().read(part)
    assert_bits(found, expected[tuple(slice(*each) for each in part)].ravel())


@pytest.mark.parametrize("harm", ["truncated", "lengthened", "another form", "emptied", "deleted", "another job's"])
def test_a_file_that_was_harmed_is_made_again(made: Made, expected: np.ndarray[Any, Any], harm: str) -> None:
    made.store(made.plan.pieces)
    made.file().fill()
    data = made.path.read_bytes()
    harmed = {
        "truncated": data[:200], "lengthened": data + b"\1", "another form": b"losses00" + data[8:],
        "another job's": data[:8] + b"\1" * 8 + data[16:], "emptied": b"",
    }  # fmt: skip
    if harm == "deleted":
        made.path.unlink()
    else:
        made.path.write_bytes(harmed[harm])
    assert made.file().fill() == made.plan.pieces
    assert_bits(made.whole(), expected)


def test_what_a_power_cut_left_unwritten_is_noticed_and_made_again(made: Made, expected: np.ndarray[Any, Any]) -> None:
    made.store(made.plan.pieces)
    made.file().fill()
    data = bytearray(made.path.read_bytes())
    data[100:140] = bytes(40)
    made.path.write_bytes(data)
    part = tuple(Places(0, count, 1) for count in SHAPE)
    assert part_since(made.jobs, made.job, made.plan, part, 0) == {"next": 0, "filled": 0}
    assert "losses" in part_since(made.jobs, made.job, made.plan, part, 0)
    assert_bits(made.whole(), expected)


def test_a_request_adds_pieces_for_a_while_and_the_next_one_goes_on(made: Made) -> None:
    made.store(made.plan.pieces)
    ticks = iter(range(10**6))
    filled = [made.file(clock=lambda: float(next(ticks))).fill(seconds=5.0) for _ in range(3)]
    assert 0 < filled[0] < filled[1] < filled[2] < made.plan.pieces
    assert filled[1] == 2 * filled[0]


def test_while_another_process_adds_pieces_nobody_else_does(made: Made, expected: np.ndarray[Any, Any]) -> None:
    made.store(3)
    assert made.file().fill() == 3
    made.store(made.plan.pieces)
    with made.path.open("r+b") as other:
        fcntl.flock(other, fcntl.LOCK_EX)
        assert made.file().fill() == 3
    assert made.file().fill() == made.plan.pieces
    assert_bits(made.whole(), expected)


def test_who_knows_of_fewer_pieces_than_the_file_has_leaves_it_as_it_is(made: Made) -> None:
    made.store(2)
    old = made.file()
    made.store(made.plan.pieces)
    made.file().fill()
    before = made.path.read_bytes()
    assert (old.fill(), made.path.read_bytes()) == (made.plan.pieces, before)


def test_a_part_comes_at_first_when_enough_is_new_and_at_the_end(made: Made, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(loss_file, "SHARE", made.plan.pieces // 4)
    part = tuple(Places(0, 1, 1) for _ in SHAPE)

    def comes(first: int) -> bool:
        said = part_since(made.jobs, made.job, made.plan, part, first)
        assert said["next"] == (len(made.job.stored) if "losses" in said else first)
        return "losses" in said

    assert not comes(0)
    made.store(1)
    assert (comes(0), comes(1)) == (True, False)
    made.store(2)
    assert not comes(1)
    made.store(3)
    assert (comes(1), comes(6)) == (True, False)
    made.store(made.plan.pieces)
    assert (comes(made.plan.pieces - 1), comes(made.plan.pieces)) == (True, False)


def test_while_a_file_is_filled_a_part_comes_now_and_then(made: Made, monkeypatch: pytest.MonkeyPatch) -> None:
    made.store(made.plan.pieces)
    monkeypatch.setattr(loss_file, "MOST_CELLS_AT_ONCE", made.plan.cells(0).size)
    monkeypatch.setattr(loss_file, "SHARE", made.plan.pieces // 2)
    part, first, came = tuple(Places(0, 1, 1) for _ in SHAPE), 0, []
    while first < made.plan.pieces:
        said = part_since(made.jobs, made.job, made.plan, part, first)
        if "losses" in said:
            came.append(said["filled"])
        first = said["next"]
    quarter = made.plan.pieces // loss_file.FILLING_SHARE
    assert came == [2, *range(2 + quarter, made.plan.pieces, quarter), made.plan.pieces]


def test_a_piece_that_is_missing_is_a_sentence(made: Made) -> None:
    made.store(2)
    next(made.path.parent.glob("*.piece")).unlink()
    with pytest.raises(Unfinished, match="Results of this sweep are lost"):
        part_since(made.jobs, made.job, made.plan, tuple(Places(0, 1, 1) for _ in SHAPE), 0)


def test_a_folder_without_space_is_a_sentence(made: Made, monkeypatch: pytest.MonkeyPatch) -> None:
    made.store(2)
    full = Mock(side_effect=OSError(28, "No space left on device"))
    with monkeypatch.context() as patch:
        patch.setattr(LossFile, "_add", full)
        refuses(StoreError, made.file().fill, match="No space left on device")
    assert made.file().fill() == 2


def test_the_file_goes_with_its_job_and_results_in_the_store_have_no_parts(made: Made) -> None:
    store = MemoryStore(ROOMY, ManualClock())
    jobs = Jobs(store, RowPieces(store), LIMITS, ManualClock())
    with pytest.raises(Unfinished, match="has no folder for it"):
        part_since(jobs, made.job, made.plan, tuple(Places(0, 1, 1) for _ in SHAPE), 0)
    made.store(1)
    made.file().fill()
    assert made.path.exists()
    made.jobs._pieces.drop_all(made.id, made.job.names)
    assert not made.path.parent.exists()


@pytest.mark.parametrize(("text", "says"), [
    ("", "A part has first:end:every for each axis, with commas between: noise, alpha, seed, samples."),
    ("0:2:1,0:7:1,0:11:1", "A part has first:end:every for each axis"),
    ("0:2:1,0:7:1,0:11:1,0:2:x", "A part has first:end:every for each axis"),
    ("0:2:1,0:7:1,0:11:1,-1:2:1", "A part has first:end:every for each axis"),
    ("0:2:1,0:7:1,0:11:1,0:2:1,0:2:1", "A part has first:end:every for each axis"),
    ("0:2:1,0:8:1,0:11:1,0:2:1", "The axis alpha has the places 0 to 6"),
    ("0:2:1,3:3:1,0:11:1,0:2:1", "The axis alpha has the places 0 to 6"),
    ("0:2:1,0:7:1,0:11:0,0:2:1", "The axis seed has the places 0 to 10"),
    ("0:2:1,0:7:1,0:11:12,0:2:1", "The axis seed has the places 0 to 10"),
    ("0:2:1,0:7:1,0:11:1,1:2:1", "This part has 154 runs, and one part has at most 150."),
])  # fmt: skip
def test_a_part_that_is_none_is_refused(plan: SweepPlan, text: str, says: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(loss_file, "MOST_RUNS", 150)
    refuses(Malformed, read_part, text, plan, match=says.replace(".", r"\."))
