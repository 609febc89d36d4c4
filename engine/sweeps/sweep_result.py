"""The result of a sweep: losses of many runs of one experiment, over the knobs that were varied.

`sweep` computes it, in threads or on a cluster. Its arrays have one axis for each knob that was varied, and every cell
equals, to the bit, the result of a single run. It can be written as CSV or NPZ and drawn as a Plotly figure.
"""

import hashlib
import json
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence, Sized
from concurrent.futures import Executor
from contextlib import closing
from dataclasses import dataclass, field, replace
from functools import cached_property, partial
from math import isfinite
from typing import Any, Protocol
from zipfile import BadZipFile

import numpy as np
from numpy.typing import NDArray

from engine.base.metrics import potential
from engine.base.notebook_html import paragraph
from engine.base.number_text import loss_text
from engine.base.numerics import FloatArray
from engine.base.progress import progress
from engine.data.inputs import checked_seed
from engine.errors import BenchError, OutOfRangeError, UnknownNameError, shown
from engine.experiments.experiment import Experiment
from engine.experiments.knobs import ALPHA
from engine.scoring import ACCURACY, R2, check_measure
from engine.sweeps.axes import GRID_AXES, as_whole, axes_of
from engine.sweeps.bit_check import bit_check_fingerprint
from engine.sweeps.executor import task_results
from engine.sweeps.grid import Grid, RunNumbers, check_rows, check_runs
from engine.sweeps.tasks import TaskResult
from engine.training.plotting import sweep_figure

PLOTLY = "application/vnd.plotly.v1+json"
"""The MIME type of a Plotly figure in notebooks."""
AXES_DRAWN = 2
"""The number of axes that a map lies over."""

MEASURES = {
    "settled_potential": "settled potential",
    "last_potential": "last-loss potential",
    "steps": "steps to the loss asked for",
    "settled": "settled loss",
    "last": "last loss",
    "diverged_at": "step of divergence",
}
"""The measures of each run, and their titles."""


SCORES = {ACCURACY: ("right", "held_out_right"), R2: ("r2", "held_out_r2")}
"""The two scores of each run that a measure adds: of what it learned, and of held-out samples."""
TITLES_OF_SCORES = {
    "right": "share answered right",
    "held_out_right": "share of held-out samples answered right",
    "r2": "R²",
    "held_out_r2": "R² of held-out samples",
}

COUNTED = ("diverged_at", "steps")
"""Measures that are whole numbers, which not every run has."""
EARLIER_NAMES = {"settled_loss": "settled", "last_loss": "last"}
"""The names of columns in a CSV of before, and those of today."""
LINES_AT_ONCE = 2_000
"""The lines of a CSV that are in memory at a time."""

ChunkOfGrid = tuple[RunNumbers, TaskResult]
"""The numbers of some runs of a grid, and their results."""


@dataclass(frozen=True, repr=False)
class SweepResult:
    """Runs of one experiment over named axes; the arrays have one axis for each entry of `axes`, in its order."""

    experiment: Experiment
    axes: Mapping[str, NDArray[Any]]
    """The values of each knob that was varied, by the name of its axis."""
    settled: FloatArray
    """The mean loss of each run's last max(1, n//10) samples."""
    last: FloatArray
    """The loss of each run's last sample."""
    sound: NDArray[np.int64]
    """Each run's steps before the first that diverged; as many as it has samples when none did."""
    diverged: NDArray[np.bool_]
    """Whether each run diverged."""
    steps: FloatArray
    """The steps after which the mean of the last max(1, n//10) losses was first at most `reaching`; inf if never."""
    reaching: float | None = None
    scores: Mapping[str, FloatArray] = field(default_factory=dict)
    """With a measure, the scores of each run at its end by their names, as `engine.scores` takes them; nan where it
    diverged."""

    def __repr__(self) -> str:
        over = " × ".join(f"{len(values):,} {name}" for name, values in self.axes.items())
        lost = f", {int(self.diverged.sum()):,} diverged" if self.diverged.any() else ""
        sound = self.settled[~self.diverged]
        lowest = f"; lowest final loss {loss_text(float(sound.min()))}" if sound.size else ""
        runs = f"{self.settled.size:,} run{'s' * (self.settled.size != 1)}"
        return f"SweepResult: {runs}{over and f' over {over}'}{lost}{lowest}"

    def _repr_mimebundle_(self, **_: Any) -> dict[str, Any]:
        """The table, and the figure where it lies over two axes, for notebooks that bring Plotly's scripts along."""
        bundle = {"text/plain": repr(self), "text/html": paragraph(repr(self))}
        return bundle | ({PLOTLY: json.loads(self.figure().to_json())} if len(self.axes) == AXES_DRAWN else {})

    @cached_property
    def settled_potential(self) -> FloatArray:
        """−ln of the settled loss; inf for 0, −inf for a run that diverged."""
        return _potentials(self.settled, self.diverged)

    @cached_property
    def last_potential(self) -> FloatArray:
        """−ln of the last loss, the notebook's learning potential; inf for 0, −inf for a run that diverged."""
        return _potentials(self.last, self.diverged)

    @property
    def diverged_at(self) -> FloatArray:
        """The step at which each run diverged; nan where it did not."""
        return np.where(self.diverged, self.sound, np.nan)

    @property
    def right(self) -> FloatArray | None:
        """The share that each run answers right of what it learned; None unless `measure="accuracy"`."""
        return self.scores.get("right")

    @property
    def held_out_right(self) -> FloatArray | None:
        """The share that each run answers right of held-out samples; None also where there are none."""
        return self.scores.get("held_out_right")

    @property
    def r2(self) -> FloatArray | None:
        """R² of what each run learned; None unless `measure="r2"`."""
        return self.scores.get("r2")

    @property
    def held_out_r2(self) -> FloatArray | None:
        """R² of held-out samples; None also where there are none."""
        return self.scores.get("held_out_r2")

    def at(self, **fixed: float) -> "SweepResult":
        """The runs in which each of these knobs has this value: a result with fewer axes."""
        result = self
        for name, value in fixed.items():
            result = result._at(name, value)
        return result

    def to_csv(self, file: Any = None, *, left: NDArray[np.bool_] | None = None) -> str:
        """CSV with a line for each run; written to the path or open file too, when there is one.

        Of `left`, which has the shape of the arrays, only the runs for which it is true.
        """
        text = "".join(self.csv_parts(left))
        if file is not None:
            np.savetxt(file, [text], fmt="%s", newline="", encoding="utf-8")
        return text

    def columns(self, rows: NDArray[np.intp]) -> dict[str, NDArray[Any]]:
        """The knobs and the measures of the runs at these places among all of them, shape (rows,) each, by the names
        that every file has. `diverged_at` is nan for a run that did not, and `steps`, where they were counted, inf for
        one that never came so low."""
        places = np.unravel_index(rows, self.settled.shape) if self.axes else ()
        found = {name: values[at] for (name, values), at in zip(self.axes.items(), places, strict=True)}
        diverged = self.diverged.ravel()[rows]
        found |= {name: getattr(self, name).ravel()[rows] for name in ("settled", "last")}
        found |= {f"{name}_potential": _potentials(found[name], diverged) for name in ("settled", "last")}
        found["diverged_at"] = np.where(diverged, self.sound.ravel()[rows], np.nan)
        more = dict(self.scores) if self.reaching is None else {"steps": self.steps, **self.scores}
        return found | {name: array.ravel()[rows] for name, array in more.items()}

    def csv_parts(self, left: NDArray[np.bool_] | None = None) -> Iterator[str]:
        """That CSV in parts of two thousand lines, of which one is in memory at a time; a measure that a run has not
        is empty."""
        rows = np.arange(self.settled.size) if left is None else np.flatnonzero(left)
        yield ",".join(self.columns(rows[:0])) + "\n"
        for first in range(0, rows.size, LINES_AT_ONCE):
            columns = self.columns(rows[first : first + LINES_AT_ONCE])
            texts = [_texts(name, column) for name, column in columns.items()]
            yield "".join(",".join(line) + "\n" for line in zip(*texts, strict=True))

    def to_npz(self, file: Any, *, left: NDArray[np.bool_] | None = None) -> None:
        """Writes axes and arrays by name, and the experiment as JSON, to a path or a binary file; without a pickle.

        `left`, which has the shape of the arrays, is one more of them.
        """
        arrays: dict[str, Any] = {f"axis_{name}": values for name, values in self.axes.items()}
        for name, column in self.columns(np.arange(self.settled.size)).items():
            arrays |= {} if name in self.axes else {name: column.reshape(self.settled.shape)}
        arrays |= {} if left is None else {"left": left}
        np.savez_compressed(file, **arrays, experiment=np.array(self.experiment.to_json()))

    def figure(self, measure: str = "settled_potential") -> Any:
        """A Plotly figure of one measure over two axes; fix the others with `at`."""
        titles_of = MEASURES | {name: TITLES_OF_SCORES[name] for name in self.scores}
        if measure not in titles_of:
            raise UnknownNameError("measure", measure, titles_of)
        if len(self.axes) != AXES_DRAWN:
            raise OutOfRangeError(
                f"A landscape is drawn over two knobs, and this one lies over {len(self.axes)}: "
                f"{', '.join(self.axes) or 'none'}. Hold the others: at(seed=3)."
            )
        (x, xs), (y, ys) = self.axes.items()
        axes = axes_of(self.experiment.knobs)
        titles = (axes[x].title, axes[y].title, titles_of[measure])
        return sweep_figure(xs, ys, getattr(self, measure).T, self.diverged.T, titles)

    def _at(self, name: str, value: float) -> "SweepResult":
        if name not in self.axes:
            raise UnknownNameError("axis of this landscape", name, self.axes)
        found = np.flatnonzero(self.axes[name] == value)
        if not found.size:
            raise OutOfRangeError(f"This landscape has no {axes_of(self.experiment.knobs)[name].title} {shown(value)}.")
        axis = list(self.axes).index(name)
        arrays = {array: np.take(getattr(self, array), found[0], axis) for array in _ARRAYS}
        scores = {score: np.take(array, found[0], axis) for score, array in self.scores.items()}
        axes = {key: values for key, values in self.axes.items() if key != name}
        return replace(self, axes=axes, scores=scores, **arrays)


def _potentials(losses: FloatArray, diverged: NDArray[np.bool_]) -> FloatArray:
    """−ln of each loss."""
    steps = [0 if each else None for each in diverged.ravel().tolist()]
    flat = [potential(loss, step) for loss, step in zip(losses.ravel().tolist(), steps, strict=True)]
    return np.array(flat, dtype=np.float64).reshape(losses.shape)


def _texts(name: str, column: NDArray[Any]) -> list[str]:
    """The numbers of a column of a CSV with all their digits; empty where a run has none."""
    if name in COUNTED:
        return [str(int(number)) if isfinite(number) else "" for number in column.tolist()]
    if name in TITLES_OF_SCORES:
        return [repr(score) if isfinite(score) else "" for score in column.tolist()]
    return [each if isinstance(each, str) else repr(each) for each in column.tolist()]


def read_sweep(file: Any) -> dict[str, NDArray[Any]]:
    """The columns of a sweep's file, by its ending an NPZ or else a CSV, with a value a run: the same from both.

    nan stands where a run has none, and knobs that are words are words. Columns of earlier files have the names of
    today. BenchError for another file.
    """
    try:
        columns = _columns_of_npz(file) if str(file).endswith(".npz") else _columns_of_csv(file)
    except (ValueError, EOFError, BadZipFile):
        columns = {}
    if "settled" not in columns:
        raise BenchError(f"{file} is no file of a sweep: it has no column of final losses, settled, that can be read.")
    found = {name: column.ravel() for name, column in columns.items()}
    if "steps" in found:  # earlier files have them where nobody counted any
        steps = found.pop("steps")
        found |= {"steps": np.where(np.isinf(steps), np.nan, steps)} if np.isfinite(steps).any() else {}
    return found


def _columns_of_npz(file: Any) -> dict[str, NDArray[Any]]:
    with np.load(file, allow_pickle=False) as stored:
        axes = {name.removeprefix("axis_"): stored[name] for name in stored.files if name.startswith("axis_")}
        arrays = {name: stored[name] for name in stored.files if name in (*MEASURES, *TITLES_OF_SCORES)}
    return dict(zip(axes, np.meshgrid(*axes.values(), indexing="ij"), strict=True)) | arrays


def _columns_of_csv(file: Any) -> dict[str, NDArray[Any]]:
    table = np.genfromtxt(file, delimiter=",", names=True, encoding="utf-8", ndmin=1)
    columns = {EARLIER_NAMES.get(name, name): table[name] for name in table.dtype.names or ()}
    for place, name in enumerate(columns):
        if name not in (*MEASURES, *TITLES_OF_SCORES) and np.isnan(columns[name]).all():
            words = np.genfromtxt(file, "U64", delimiter=",", skip_header=1, usecols=(place,), encoding="utf-8")
            words = np.char.strip(np.atleast_1d(words), "'")
            columns[name] = words == "True" if np.isin(words, ("True", "False")).all() else words
    return columns


class ChunkStore(Protocol):
    """Stores the finished chunks of a sweep, so that one that was stopped goes on where it was."""

    def chunks(self, plan: str) -> Iterator[ChunkOfGrid]:
        """The chunks of the sweep with that plan; OtherSweepError when the store holds those of another."""

    def add(self, runs: RunNumbers, result: TaskResult) -> None:
        """Stores one more."""


_ARRAYS = ("settled", "last", "sound", "diverged", "steps")


def sweep(
    experiment: Experiment,
    *,
    alphas: Sequence[float] | FloatArray | None = None,
    seeds: Sequence[int] | None = None,
    samples: Sequence[int] | None = None,
    weight_seeds: Sequence[int] | None = None,
    reaching: float | None = None,
    executor: Executor | None = None,
    measure: str | None = None,
    window: int | None = None,
    store: ChunkStore | None = None,
) -> SweepResult:
    """Runs the experiment with every combination of these values; a knob that is left out keeps the experiment's own.

    `reaching` is a loss, and the steps to it are counted in each run. With `measure` each is scored at its end, too:
    "accuracy" adds `right` and `held_out_right`, for classes and signs, "r2" the like of numbers. The runs go on a
    thread for each core, or on any `concurrent.futures.Executor`; for a Dask cluster that is
    `client.get_executor(pure=False, retries=3)`. `window` is how many chunks are submitted to it at once, 64 unless it
    is given: twice as many as a large cluster has threads.
    OutOfRangeError for a knob out of its range or more than 100,000,000 runs, OtherBitsError for a worker that computes
    other numbers, LostWorkError when a chunk is lost again and again. Chunks of the same sweep in `store` are not made
    again. A progress bar shows in a terminal and in a notebook.
    """
    axes = {"alpha": alphas, "seed": seeds, "samples": samples, "weight_seed": weight_seeds}
    varied = {name: values for name, values in axes.items() if values is not None}
    for axis in varied.values():
        if not isinstance(axis, Sized):
            raise OutOfRangeError(f"An axis of a sweep is a list of values, not {shown(axis)}.")
    check_runs(map(len, varied.values()))
    grid = Grid(
        experiment,
        (experiment.alpha,) if alphas is None else tuple(ALPHA.check(float(alpha)) for alpha in alphas),
        (experiment.seed,) if seeds is None else tuple(map(checked_seed, seeds)),
        () if weight_seeds is None else tuple(map(checked_seed, weight_seeds)),
        () if samples is None else tuple(map(as_whole, samples)),
    )
    check_rows(grid.experiment, grid.seeds)
    if measure is not None:
        check_measure(grid.experiment, measure)
    for name, values in (("samples", samples), ("weight seeds", weight_seeds)):
        if values is not None and not len(values):
            raise OutOfRangeError(f"There are no {name} to sweep over. Give some, or leave them out.")
    train = partial(task_results, grid, target_loss=reaching, measure=measure, executor=executor, window=window)
    chunks = train() if store is None else kept_and_missing(store, plan_of(grid, reaching, measure), grid.size, train)
    with closing(progress(grid.size, "runs")) as bar:
        return assemble(experiment, grid, list(varied), chunks, reaching, bar.update, measure=measure)


def kept_and_missing(
    store: ChunkStore, plan: str, runs: int, train: Callable[..., Iterator[ChunkOfGrid]]
) -> Iterator[ChunkOfGrid]:
    """The chunks that are kept, and then those that are missing, which are kept as they come.

    `train` gives all chunks but those whose runs are `made`.
    """
    made = np.zeros(runs, dtype=bool)
    for numbers, result in store.chunks(plan):
        made[numbers] = True
        yield numbers, result
    for numbers, result in train(made=made):
        store.add(numbers, result)
        yield numbers, result


def plan_of(grid: Grid, target_loss: float | None, measure: str | None = None) -> str:
    """Hex digits that name the runs of a sweep, its measures, and the bits of this processor's runs."""
    axes = (grid.alphas, grid.seeds, grid.weight_seeds, grid.lengths, target_loss, *filter(None, [measure]))
    plan = json.dumps([grid.experiment.to_json(), *axes])
    return f"{hashlib.sha256(plan.encode()).hexdigest()} {bit_check_fingerprint()}"


def assemble(
    experiment: Experiment,
    grid: Grid,
    names: Sequence[str],
    chunks: Iterable[ChunkOfGrid],
    reaching: float | None = None,
    on_progress: Callable[[int], object] = lambda _: None,
    *,
    measure: str | None = None,
) -> SweepResult:
    """The sweep's result over the axes of these names, from chunks that contain all runs of the grid.

    `on_progress` is called with the number of runs of each chunk; the grid's other axes have one value.
    """
    shape = (grid.size, len(grid.lengths))
    settled, last, steps, sound = np.empty(shape), np.empty(shape), np.full(shape, np.inf), np.empty(shape, np.int64)
    scores = {name: np.empty(shape) for name in SCORES.get(measure or "", ())}
    for runs, result in chunks:
        settled[runs], last[runs], sound[runs] = result.settled, result.last, result.sound
        if reaching is not None:
            steps[runs] = result.steps
        for name, found in zip(tuple(scores), (result.learned, result.held_out), strict=False):
            if found.shape[1]:
                scores[name][runs] = found
            else:
                del scores[name]
        on_progress(len(runs))
    values = dict(zip(GRID_AXES, (grid.alphas, grid.seeds, grid.lengths, grid.weight_seeds), strict=True))
    axes = {name: np.array(numbers) for name, numbers in values.items() if name in names}

    def over_axes(flat: NDArray[Any]) -> NDArray[Any]:
        """An array of runs × lengths with one axis for each name."""
        alphas_seeds_samples_weights = flat.reshape(*grid.shape, -1).transpose(0, 1, 3, 2)
        return alphas_seeds_samples_weights.reshape([len(values) for values in axes.values()])

    diverged = over_axes(sound < np.array(grid.lengths))
    return SweepResult(
        experiment,
        axes,
        over_axes(settled),
        over_axes(last),
        over_axes(sound),
        diverged,
        over_axes(steps),
        reaching,
        {name: over_axes(array) for name, array in scores.items()},
    )


def stacked(name: str, values: Sequence[Any], results: Sequence[SweepResult]) -> SweepResult:
    """Sweeps of experiments that differ in one knob only, as one sweep with an axis more: its last, over the values.

    This sweeps a knob that a grid does not know: each of its values is a sweep of its own.
    """
    first, none = results[0], np.full(results[0].settled.shape, np.nan)
    arrays: dict[str, Any] = {
        part: np.stack([getattr(result, part) for result in results], axis=-1) for part in _ARRAYS
    }
    names = dict.fromkeys(name for result in results for name in result.scores)
    scores = {name: np.stack([result.scores.get(name, none) for result in results], axis=-1) for name in names}
    return replace(first, axes={**first.axes, name: np.array(values)}, scores=scores, **arrays)


Landscape = SweepResult
"""The name of a sweep result in version 0.1."""
