"""A sweep's result is many runs over named axes, and each of its cells equals a single run, to the bit."""

import csv
import io
import itertools
import json
import math
from concurrent.futures import BrokenExecutor, Executor, Future, ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import engine
from engine import CATALOGUE, Affinity, DrawnWeights, Experiment, Map, kernel
from engine.base.numerics import FloatArray
from engine.errors import BenchError, LostWorkError, OtherBitsError, OutOfRangeError, UnknownNameError
from engine.experiments.edits import halve_slopes
from engine.kernel.cache import KERNEL
from engine.sweeps import tasks
from engine.sweeps.bit_check import bit_check_fingerprint
from engine.sweeps.executor import WorkerResult, run_task_json
from engine.sweeps.grid import with_weight_seed
from engine.sweeps.sweep_result import MEASURES, SweepResult, read_sweep, sweep
from engine.sweeps.tasks import RESULTS, RunSettings, Task
from tests.engine.asserting import refusal, refuses
from tests.engine.nets import KINDS, run_of

ALPHAS = (1e-61, 0.01, 0.2, 3.0, 1e100)
SEEDS, SAMPLES, WEIGHT_SEEDS = (3, 4), (1, 7, 60, 33), (5, 6, 7)
REACHING = 0.4


def experiment(function: str = "square/2", samples: int = 60) -> Experiment:
    return Experiment((Affinity(2, 3), Map(function), Affinity(3, 2)), "swap", DrawnWeights(1, "he"), samples=samples)


@pytest.fixture(scope="module")
def whole() -> SweepResult:
    knobs: dict[str, Any] = {"seeds": SEEDS, "samples": SAMPLES, "weight_seeds": WEIGHT_SEEDS}
    return sweep(experiment(), alphas=ALPHAS, **knobs, reaching=REACHING)


def plain_steps(losses: FloatArray, loss: float) -> float:
    """After how many steps the mean of the last tenth was first so low, written out."""
    window = max(1, len(losses) // 10)
    for end in range(window, len(losses) + 1):
        if math.fsum(losses[end - window : end]) / window <= loss:
            return end
    return math.inf


def check(result: SweepResult, place: tuple[int, ...], one: Experiment) -> None:
    alone, at = run_of(one), result.diverged_at[place]
    assert result.settled[place].tobytes() == np.float64(alone.settled).tobytes()
    assert result.last[place].tobytes() == np.float64(alone.last).tobytes()
    assert result.settled_potential[place] == alone.settled_potential
    assert result.last_potential[place] == alone.potential
    assert (None if np.isnan(at) else int(at)) == alone.diverged_at
    if result.reaching is not None:
        sound = np.where(np.arange(one.samples) < result.sound[place], alone.losses, np.inf)
        assert result.steps[place] == plain_steps(sound, result.reaching)


EVERY_MEASURE = ["settled", "last", "settled_potential", "last_potential", "diverged_at"]
"""The measures that each file has of each run, in the order of a CSV."""


def rows_of(csv_text: str) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(csv_text)))


def npz_of(result: SweepResult, **named: Any) -> dict[str, Any]:
    file = io.BytesIO()
    result.to_npz(file, **named)
    file.seek(0)
    with np.load(file, allow_pickle=False) as stored:
        return dict(stored)


def test_every_cell_is_what_a_single_run_gives_to_the_bit(whole: SweepResult) -> None:
    assert list(whole.axes) == ["alpha", "seed", "samples", "weight_seed"]
    for place in np.ndindex(5, 2, 4, 3):
        a, s, n, w = place
        one = replace(whole.experiment, alpha=ALPHAS[a], seed=SEEDS[s], samples=SAMPLES[n])
        check(whole, place, with_weight_seed(one, WEIGHT_SEEDS[w]))
    assert whole.diverged.any()
    assert not whole.diverged.all()
    assert np.isfinite(whole.steps).any()


@pytest.mark.parametrize("key", KINDS)
def test_a_sample_of_cells_of_experiments_of_the_catalogue_is_what_single_runs_give(key: str) -> None:
    # At the largest of these α no decay is small enough.
    row = replace(CATALOGUE[key].experiment, samples=50, decay=0.0)
    result = sweep(row, alphas=ALPHAS, seeds=range(3))
    for place in ((0, 0), (2, 1), (4, 2)):
        check(result, place, replace(row, alpha=ALPHAS[place[0]], seed=place[1]))


def test_axes_are_the_knobs_that_were_varied_and_a_figure_shows_a_measure_over_two_of_them(whole: SweepResult) -> None:
    result = engine.sweep(experiment(), seeds=[9], samples=(10, 20))
    assert {name: axis.tolist() for name, axis in result.axes.items()} == {"seed": [9], "samples": [10, 20]}
    assert result.settled.shape == result.settled_potential.shape == (1, 2)
    check(result, (0, 1), replace(experiment(), seed=9, samples=20))
    assert sweep(experiment()).settled.shape == ()
    part = whole.at(samples=33, weight_seed=6)
    assert list(part.axes) == ["alpha", "seed"]
    assert np.array_equal(part.settled, whole.settled[:, :, 3, 1], equal_nan=True)
    assert "no samples 34" in refusal(OutOfRangeError, whole.at, samples=34)
    assert "axis" in refusal(UnknownNameError, part.at, samples=33)
    part = whole.at(samples=60, weight_seed=5)
    for measure, words in MEASURES.items():
        figure = json.loads(part.figure(measure).to_json())
        heat, crosses = figure["data"]
        assert np.shape(heat["x"]) in {(), (5,)}
        assert len(crosses["x"]) if isinstance(crosses["x"], list) else crosses["x"]
        assert figure["layout"]["xaxis"]["type"] == "log"
        assert words in heat["colorbar"]["title"]["text"]
    said = refusal(OutOfRangeError, whole.at(samples=60).figure)
    assert "lies over 3: alpha, seed, weight_seed. Hold the others" in said
    assert "no measure called 'height'" in refusal(UnknownNameError, whole.figure, "height")


def test_files_have_a_line_for_each_run_or_axes_and_arrays(whole: SweepResult, tmp_path: Path) -> None:
    rows = rows_of(whole.to_csv(tmp_path / "map.csv"))
    assert (len(rows), (tmp_path / "map.csv").read_text("utf-8")) == (whole.settled.size, whole.to_csv())
    for place, row in zip(np.ndindex(whole.settled.shape), rows, strict=True):
        assert (float(row["alpha"]), int(row["weight_seed"])) == (ALPHAS[place[0]], WEIGHT_SEEDS[place[3]])
        assert np.array_equal(float(row["settled"]), whole.settled[place], equal_nan=True)
        assert float(row["steps"] or math.inf) == whole.steps[place]
        assert (row["diverged_at"] != "") == whole.diverged[place]
    stored = npz_of(whole)
    assert set(stored) == {*(f"axis_{name}" for name in whole.axes), *EVERY_MEASURE, "steps", "experiment"}
    assert np.array_equal(stored["settled"], whole.settled, equal_nan=True)
    assert Experiment.from_json(str(stored["experiment"])) == whole.experiment
    left = ~whole.diverged & (whole.settled < np.nanmedian(whole.settled))
    rows, stored = rows_of(whole.to_csv(left=left)), npz_of(whole, left=left)
    assert 0 < len(rows) < whole.settled.size
    assert [float(row["settled"]) for row in rows] == whole.settled[left].tolist()
    assert np.array_equal(stored["left"], left)
    assert stored["settled"].shape == left.shape


EARLIER = """alpha,optimizer,nesterov,settled_loss,last_loss,settled_potential,steps,diverged_at
0.1,'sgd',False,0.25,0.5,1.3862943611198906,,
9.0,'adam',True,inf,nan,-inf,,3
"""
"""A file of before, which had other names and a column that is empty unless steps were counted."""


def test_a_file_of_any_kind_and_time_is_read_with_the_names_of_today(whole: SweepResult, tmp_path: Path) -> None:
    found = []
    for ending, write in (("csv", whole.to_csv), ("npz", whole.to_npz)):
        write(tmp_path / f"map.{ending}")
        found.append(read_sweep(tmp_path / f"map.{ending}"))
    csv_, npz = found
    assert list(csv_) == list(npz) == [*whole.axes, *EVERY_MEASURE, "steps"]
    for name, column in csv_.items():
        assert np.array_equal(column, npz[name], equal_nan=True), name
    assert np.array_equal(csv_["settled"], whole.settled.ravel(), equal_nan=True)
    for name, text in (("notes.csv", "a,b\n1,x\n"), ("notes.txt", "no\nsweep, but\na,b,c\n"), ("notes.npz", "text")):
        (tmp_path / name).write_text(text)
        refuses(BenchError, read_sweep, tmp_path / name, match=r"notes\.... is no file of a sweep: it has no column")
    (tmp_path / "earlier.csv").write_text(EARLIER)
    earlier = read_sweep(tmp_path / "earlier.csv")
    assert list(earlier) == ["alpha", "optimizer", "nesterov", "settled", "last", "settled_potential", "diverged_at"]
    assert earlier["nesterov"].tolist() == [False, True]
    assert (earlier["optimizer"].tolist(), earlier["settled"].tolist()) == (["sgd", "adam"], [0.25, math.inf])


def test_a_sweep_over_nothing_is_refused_and_a_result_has_losses_on_readable_layers_too() -> None:
    for axis in ("alphas", "seeds", "samples", "weight_seeds"):
        nothing: dict[str, Any] = {axis: []}
        refuses(OutOfRangeError, sweep, experiment(), match=r"at least one|There are no", **nothing)
    for count in (1.5, math.nan, "9"):
        refuses(OutOfRangeError, sweep, experiment(), match="Samples are a whole number", samples=[count])
    assert sweep(experiment(), samples=[*np.array([3, 5])]).axes["samples"].tolist() == [3, 5]
    settings = (RunSettings((0.1, 1e-300), (1, 2)), RunSettings((0.5,), (3,)))
    task = Task(experiment(), settings, ((3, 1), (4, 0), (5, 1)), (7, 60), 0.25, keep_losses=True)
    assert Task.from_json(task.to_json()) == task
    plain = experiment("leaky relu")
    readable = halve_slopes(plain, wrong=True)
    assert not kernel.supports(readable.network().layers)
    for one, keep_losses in itertools.product((plain, readable), (False, True)):
        task = Task(one, (RunSettings((0.1, 0.2)),), ((3, 0), (4, 0)), (60,), None, keep_losses)
        assert task.run().losses.shape == (4, 60 * keep_losses)


class RecordingExecutor(Executor):
    """Threads that lose the first few chunks, record what is submitted, and may return another worker's result."""

    def __init__(self, lose: int = 0, error: Exception | None = None, result: WorkerResult | None = None) -> None:
        self.pool, self.lose, self.error, self.result = ThreadPoolExecutor(2), lose, error, result
        self.submitted: list[Any] = []

    def submit(self, function: Any, /, *args: Any, **named: Any) -> Future[Any]:
        self.submitted.append((function, args, named))
        if self.lose or self.result:
            self.lose -= 1
            future: Future[Any] = Future()
            if self.result:
                future.set_result(self.result)
            elif self.error:
                future.set_exception(self.error)
            else:
                future.cancel()
                future.set_running_or_notify_cancel()
            return future
        return self.pool.submit(function, *args, **named)


def test_a_given_executor_gets_a_line_of_json_for_each_chunk_and_threads_the_chunk_as_it_is() -> None:
    knobs: dict[str, Any] = {"alphas": ALPHAS, "seeds": range(5), "reaching": 0.4}
    recording = RecordingExecutor()
    elsewhere = sweep(experiment(), **knobs, executor=recording)
    for function, args, named in recording.submitted:
        assert function is run_task_json
        assert not named
        assert [type(argument) for argument in args] == [str]
        assert json.loads(args[0])
    on_threads = sweep(experiment(), **knobs)
    assert all(np.array_equal(getattr(on_threads, name), getattr(elsewhere, name), equal_nan=True) for name in MEASURES)

    class RecordingThreads(ThreadPoolExecutor):
        """Threads that record what is submitted."""

        def submit(self, function: Any, /, *args: Any, **named: Any) -> Future[Any]:
            given.extend(args)
            return super().submit(function, *args, **named)

    given: list[Any] = []
    with RecordingThreads(2) as threads:
        result = sweep(experiment(), alphas=ALPHAS, executor=threads)
    assert {type(one) for one in given} == {Task}
    check(result, (2,), replace(experiment(), alpha=ALPHAS[2]))


@pytest.mark.parametrize("error", [None, BrokenExecutor("gone"), OSError("no route")])
def test_a_chunk_that_was_lost_is_submitted_again(error: Exception | None) -> None:
    recording = RecordingExecutor(3, error)
    result = sweep(experiment(), alphas=ALPHAS, seeds=range(5), executor=recording)
    check(result, (2, 4), replace(experiment(), alpha=ALPHAS[2], seed=4))
    assert len(recording.submitted) > 3


def test_a_chunk_lost_again_and_again_or_by_another_bit_check_is_reported() -> None:
    losing = RecordingExecutor(99, OSError("no route"))
    said = refusal(LostWorkError, sweep, experiment(), alphas=ALPHAS, executor=losing)
    assert "sent 4 times and lost each time, at last by OSError: no route" in said
    refusing = RecordingExecutor(1, OutOfRangeError("α must be a number above 0."))
    assert "above 0" in refusal(OutOfRangeError, sweep, experiment(), executor=refusing)
    said = refusal(OutOfRangeError, sweep, experiment(), alphas=[0.1, 0.2], seeds=range(10**9))
    assert said == "This sweep has 2,000,000,000 runs, and one sweep has at most 100,000,000. Take fewer values."
    said = refusal(OutOfRangeError, sweep, experiment(), alphas=0.1)
    assert said == "An axis of a sweep is a list of values, not 0.1."
    assert len(refusing.submitted) == 1
    task = Task(experiment(), (RunSettings((0.1,)),), ((3, 0),), (60,))
    other = replace(run_task_json(task.to_json()), bit_check_fingerprint="00000000", host="attic")
    said = f"worker on attic computes other.*00000000, here it gives {bit_check_fingerprint()}"
    refuses(OtherBitsError, sweep, experiment(), executor=RecordingExecutor(result=other), match=said)


def test_the_bit_check_notices_a_logarithm_that_is_off_by_one_bit(monkeypatch: pytest.MonkeyPatch) -> None:
    sound, fingerprint = KERNEL.functions(), bit_check_fingerprint()

    class Off:
        """A kernel whose runs come out one bit beside the right ones."""

        train = staticmethod(sound.train)

        @staticmethod
        def sweep(*args: Any) -> None:
            sound.sweep(*args)
            args[10][...] = np.nextafter(args[10], np.inf)

    monkeypatch.setattr(type(KERNEL), "functions", lambda _: Off)
    assert bit_check_fingerprint.__wrapped__() != fingerprint


def test_a_task_gives_the_same_however_many_rows_are_taken_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    settings = (RunSettings((0.1, 0.2, 0.3, 0.4, 0.5)), RunSettings((0.6, 0.7)))
    rows = ((3, 0), (4, 1), (5, 0), (6, 1), (7, 0))
    for target_loss, keep_losses in ((None, False), (0.5, False), (None, True)):
        task = Task(experiment(), settings, rows, (60,), target_loss, keep_losses)
        at_once = task.run()
        with monkeypatch.context() as patched:
            patched.setattr(tasks, "NUMBERS_AT_ONCE", 1)
            in_pieces = task.run()
        for name in RESULTS:
            assert getattr(at_once, name).tobytes() == getattr(in_pieces, name).tobytes(), name
