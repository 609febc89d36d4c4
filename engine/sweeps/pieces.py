"""A sweep over any knobs as a plan that can be stored: which runs it has, and the pieces that it is cut into.

The plan holds all that its results depend on, so equal plans have equal text, and wherever a plan is read it has the
same pieces. The first few pieces in their order lie all over the map.
"""

import json
import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from functools import cached_property, lru_cache
from itertools import product
from typing import Any

import numpy as np
from numpy.typing import NDArray

from engine import kernel
from engine.errors import BenchError, ExperimentError, OutOfRangeError, UnknownNameError
from engine.experiments.experiment import Affinity, Experiment
from engine.experiments.knobs import ALPHA, SAMPLES, SEED
from engine.scoring import check_measure, scored_count
from engine.sweeps.axes import GRID_AXES, WEIGHT_SEED, axes_of, with_values
from engine.sweeps.chunk_size import run_seconds, sample_seconds
from engine.sweeps.grid import Grid, check_rows, golden_place
from engine.sweeps.tasks import Task, task_of

MOST_AXES = 4
MOST_NETWORKS = 1_024
"""Combinations of the values of all axes but α, seeds and samples: each is an experiment that is checked first."""

DRAW_SECONDS = 2e-5
"""About how long the weights of a dense layer take to be drawn from a seed, or those of a unit that was added to it."""
PIECE_SECONDS = 0.2
"""About how long a piece takes on one core."""
FEWEST_PIECES, MOST_PIECES = 16, 4_096
"""The least pieces of a sweep, if it has as many blocks, and the most, so that a long one has longer pieces."""
MOST_LOSSES = 4_000_000
"""Losses of the runs of a block that are evaluated after several numbers of samples."""
VERSION = 1

INNER = (ALPHA.name, SEED.name, WEIGHT_SEED, SAMPLES.name)
"""The axes of a grid in the order in which runs are numbered and then evaluated, which `GRID_AXES` lists otherwise."""

Combination = tuple[Any, ...]
"""A value of each axis that is none of a grid's."""


@dataclass(frozen=True)
class Cut:
    """The cut of a plan into pieces: the most runs of one data seed in a block, and the blocks in a piece."""

    runs: int
    blocks: int


@dataclass(frozen=True)
class SweepPiece:
    """Some cells of a sweep, by their numbers, and the task that makes their runs."""

    cells: NDArray[np.int64]
    """Shape (runs, lengths): the cells that a run is evaluated for, after fewer samples and after more."""
    task: Task


@dataclass(frozen=True)
class SweepPlan:
    """The runs of an experiment with every combination of the values of its axes.

    Cells are numbered over the axes as they stand here, the last one quickest: first all knobs that a grid does not
    have, then α, data seed, weight seed and samples. `sweep_plan` makes one and checks it.
    """

    experiment: Experiment
    axes: Mapping[str, tuple[Any, ...]]
    cut: Cut
    measure: str | None = None
    """The measure by which runs are scored, too, `accuracy` or `r2`; None for no scores."""

    @property
    def shape(self) -> tuple[int, ...]:
        """The number of values on each axis."""
        return tuple(map(len, self.axes.values()))

    @property
    def size(self) -> int:
        """The number of cells."""
        return math.prod(self.shape)

    def to_json(self) -> str:
        """One line of JSON that `from_json` turns back into an equal plan."""
        axes = [[name, list(values)] for name, values in self.axes.items()]
        cut = [self.cut.runs, self.cut.blocks]
        plain = [VERSION, self.experiment.to_json(), axes, cut, *filter(None, [self.measure])]
        return json.dumps(plain, allow_nan=False, ensure_ascii=False)

    @classmethod
    def from_json(cls, text: str) -> "SweepPlan":
        """Reads what `to_json` wrote; ExperimentError for what another version wrote."""
        version, *parts = json.loads(text)
        if version != VERSION:
            raise ExperimentError("This sweep was planned by another version of the bench. Start it again.")
        experiment, axes, cut, *measure = parts
        values = {name: tuple(numbers) for name, numbers in axes}
        return cls(Experiment.from_json(experiment), values, Cut(*cut), *measure)

    @cached_property
    def combinations(self) -> tuple[Combination, ...]:
        """All combinations of the values of the axes that a grid does not have."""
        return tuple(product(*(values for name, values in self.axes.items() if name not in GRID_AXES)))

    @cached_property
    def grid(self) -> Callable[[int], Grid]:
        """The grid of the combination with that number; the latest ones are remembered."""
        return lru_cache(maxsize=8)(self._grid)

    def _grid(self, number: int) -> Grid:
        names = [name for name in self.axes if name not in GRID_AXES]
        turned = with_values(self.experiment, dict(zip(names, self.combinations[number], strict=True)))
        return Grid(
            turned,
            self.axes.get(ALPHA.name, (turned.alpha,)),
            self.axes.get(SEED.name, (turned.seed,)),
            self.axes.get(WEIGHT_SEED, ()),
            self.axes.get(SAMPLES.name, ()),
        )

    @cached_property
    def pieces_each(self) -> int:
        """The number of pieces of each combination."""
        return -(-self.grid(0).block_count(self.cut.runs) // self.cut.blocks)

    @property
    def pieces(self) -> int:
        """The number of pieces."""
        return self.pieces_each * len(self.combinations)

    def piece(self, place: int) -> SweepPiece:
        """The piece at that place of their order."""
        number, places = self._blocks(place)
        grid = self.grid(number)
        blocks = [grid.block(self.cut.runs, each) for each in places]
        return SweepPiece(self.cells(place), task_of(grid, blocks, measure=self.measure))

    def cells(self, place: int) -> NDArray[np.int64]:
        """The cells of the piece at that place, as the piece has them, without its task."""
        number, places = self._blocks(place)
        grid = self.grid(0)  # those of the other combinations are as large
        runs = grid.runs_of_blocks(self.cut.runs, places) + number * grid.size
        lengths = len(grid.lengths)
        return runs[:, None] * lengths + np.arange(lengths)

    def _blocks(self, place: int) -> tuple[int, range]:
        """The combination of the piece at that place, and the places of its blocks in the grid's order."""
        number, part = divmod(golden_place(place, self.pieces), self.pieces_each)
        count = self.grid(0).block_count(self.cut.runs)
        return number, range(part * self.cut.blocks, min((part + 1) * self.cut.blocks, count))

    def run(self, cell: int) -> Experiment:
        """The experiment of a cell, as a run of its own."""
        places = np.unravel_index(cell, self.shape)
        values = {name: values[at] for (name, values), at in zip(self.axes.items(), places, strict=True)}
        number, rest = divmod(cell, self.grid(0).size * len(self.grid(0).lengths))
        run = self.grid(number).run(rest // len(self.grid(0).lengths))
        return run.replace_unchecked(samples=values[SAMPLES.name]) if SAMPLES.name in values else run

    @cached_property
    def seconds_of_some(self) -> list[float]:
        """Estimates of how long one run takes on one core, with its share of samples, in some of the combinations."""
        sharing = self.grid(0).shape[0] * self.grid(0).shape[2]
        some = [self.grid(number).experiment for number in self._some]
        lengths = 0 if self.measure is None else len(self.grid(0).lengths)
        return [
            run_seconds(one) * (1 + lengths * scored_count(one) / one.samples) + sample_seconds(one) / sharing
            for one in some
        ]

    @property
    def seconds(self) -> float:
        """An estimate of how long all runs take on one core, with the weights that they start from."""
        mean = sum(self.seconds_of_some) / len(self.seconds_of_some)
        return mean * self.grid(0).size * len(self.combinations) + self.drawing_seconds

    @cached_property
    def drawing_seconds(self) -> float:
        """An estimate of how long weights take to be drawn on one core: each piece draws those of its weight seeds."""
        if WEIGHT_SEED not in self.axes:
            return 0.0
        seeds = {seed for settings in self.piece(0).task.settings for seed in settings.weight_seeds}
        some = [draws(self.experiment, self.grid(number).experiment) for number in self._some]
        return DRAW_SECONDS * sum(some) / len(some) * len(seeds) * self.pieces

    @property
    def _some(self) -> range:
        """The numbers of some of the combinations."""
        return range(0, len(self.combinations), max(1, len(self.combinations) // 64))


def sweep_plan(experiment: Experiment, axes: Mapping[str, tuple[Any, ...]], measure: str | None = None) -> SweepPlan:
    """The plan of these axes, one to four, whose values are checked one by one and together, and of a measure.

    UnknownNameError, OutOfRangeError or ExperimentError, in a sentence, for a sweep that cannot be made; that it has
    too many runs is for the caller to say.
    """
    known = axes_of(experiment.knobs)
    for name in axes:
        if name not in known:
            raise UnknownNameError("axis of a sweep", name, known)
    if not 1 <= len(axes) <= MOST_AXES:
        raise OutOfRangeError(f"A sweep lies over one to {MOST_AXES} knobs, not over {len(axes)}.")
    order = [*(name for name in known if name not in INNER), *INNER]
    checked = {name: known[name].checked(experiment, axes[name]) for name in order if name in axes}
    networks = math.prod(len(values) for name, values in checked.items() if name not in GRID_AXES)
    if networks > MOST_NETWORKS:
        raise OutOfRangeError(
            f"Knobs other than α, seeds and samples have {networks:,} combinations here, and a sweep takes "
            f"{MOST_NETWORKS:,}. Take fewer values of them."
        )
    if measure is not None:
        check_measure(experiment, measure)
    plan = SweepPlan(experiment, checked, Cut(1, 1), measure)
    check_together(plan)
    return replace(plan, cut=cut_of(plan))


def check_together(plan: SweepPlan) -> None:
    """Refuses axes that contradict each other somewhere, and says where."""
    own, axes = plan.experiment, plan.axes
    alphas, lengths = axes.get(ALPHA.name, (own.alpha,)), axes.get(SAMPLES.name, (own.samples,))
    names = [name for name in axes if name not in GRID_AXES]
    known = axes_of(own.knobs)
    for combination in plan.combinations:
        knobs = dict(zip(names, combination, strict=True))
        for alpha, samples in product({min(alphas), max(alphas)}, {min(lengths), max(lengths)}):
            try:
                with_values(own, {**knobs, ALPHA.name: alpha, SAMPLES.name: samples})
            except BenchError as error:
                where = {**knobs, ALPHA.name: alpha, SAMPLES.name: samples}
                said = ", ".join(f"{known[name].title} {value}" for name, value in where.items())
                raise OutOfRangeError(f"These axes contradict each other at {said}. {error}") from None
        check_rows(with_values(own, knobs), axes.get(SEED.name, ()))


def cut_of(plan: SweepPlan) -> Cut:
    """Blocks and pieces of about PIECE_SECONDS, by an estimate; longer ones where there would be too many."""
    longest = max(plan.seconds_of_some)
    grid, count = plan.grid(0), len(plan.combinations)
    runs = grid.size * count
    wanted = max(PIECE_SECONDS, longest * runs / MOST_PIECES) / longest
    wanted = min(wanted, -(-runs // FEWEST_PIECES))
    if SAMPLES.name in plan.axes or plan.measure is not None:  # every loss of a block is in memory
        wanted = min(wanted, MOST_LOSSES // grid.experiment.samples)
    # Runs of one seed go side by side, sixteen at a time.
    at_most = max(kernel.SIDE_BY_SIDE, int(wanted) - int(wanted) % kernel.SIDE_BY_SIDE)
    block = min(at_most, grid.shape[0] * grid.shape[2])
    return Cut(at_most, max(1, round(wanted / block)))


def draws(first: Experiment, turned: Experiment) -> int:
    """The random streams of one network's weights: one for each dense layer, and for each unit that was added to it."""
    layers = zip(first.layers, turned.layers, strict=True)
    pairs = [(a.outputs, b.outputs) for a, b in layers if isinstance(a, Affinity) and isinstance(b, Affinity)]
    return sum(1 + max(0, after - before) for before, after in pairs)
