"""The part of the input space that response maps show: its reach, its plane, and its target."""

import functools
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from engine import kernel
from engine.base.byte_cache import CacheRow, Caches
from engine.base.numerics import FloatArray
from engine.data.row_plane import Plane
from engine.data.samples import Samples
from engine.experiments.experiment import Experiment
from engine.experiments.port_names import port_names
from engine.rules.losses import softmax
from engine.training.network import Network
from webapp.figures.encode import packed
from webapp.figures.response_maps import Span, TargetMap, Window, scale_of, target_map, target_signs, unknown_target

MOST_WHOLE_INPUTS = 2
"""Networks of more inputs are drawn on a plane of two of them."""
PAST_ROWS = 1.1
DRAWN_SAMPLES = 200
"""The number of samples that are drawn where they are no table."""
MOST_LARGE_WORK = 1_000
"""As `kernel.work` counts: networks whose steps cost more have no large maps, which would take too long."""
REMEMBERED_BYTES = 4 * 2**20
"""Bytes of all targets on their grids that are cached."""


@dataclass(frozen=True)
class InputDomain:
    """The input space of an experiment as far as its response maps show it."""

    experiment: Experiment
    caches: Caches = field(default_factory=Caches, compare=False, repr=False)

    @property
    def reach(self) -> float:
        """The reach of the maps from zero; past the rows of a table, so that its outermost marks are drawn whole."""
        return self.experiment.reach * (1.0 if self.experiment.target.everywhere else PAST_ROWS)

    @functools.cached_property
    def samples(self) -> Samples:
        """Samples for the colour scale and the gradient check, which stay while knobs are turned: the rows of a table,
        but for the test rows, or samples of data seed 0 without noise."""
        table, source = self.experiment.table, self.experiment.sample_source
        if table is not None:
            return table.open_samples
        return next(replace(source, seed=0, noise=0.0, distinct=None).blocks(DRAWN_SAMPLES))

    @functools.cached_property
    def spans(self) -> tuple[Span, ...] | None:
        """The range of each column of a table that has names, a little wider; None for all other inputs.

        Test rows are not looked at.
        """
        table = self.experiment.table
        if table is None or not port_names(self.experiment).given:
            return None
        X, _ = self.samples
        low, high = X.min(axis=0), X.max(axis=0)
        past = np.where(high > low, (PAST_ROWS - 1.0) / 2.0 * (high - low), 1.0)
        return tuple(zip((low - past).tolist(), (high + past).tolist(), strict=True))

    def in_own_numbers(self, spans: Sequence[Span], axes: Sequence[int]) -> list[Span]:
        """Spans of these columns in the numbers of the table, before they were scaled."""
        scale = self.experiment.table and self.experiment.table.scales[0]
        if not scale:
            return list(spans)
        parts = ((scale.offset[k], scale.size[k] or 1.0) for k in axes)
        return [
            (float(offset + size * low), float(offset + size * high))
            for (low, high), (offset, size) in zip(spans, parts, strict=True)
        ]

    @property
    def plane(self) -> bool:
        """Whether the maps show a plane of a larger space, whose target is then sent with each run."""
        return self.experiment.width > MOST_WHOLE_INPUTS

    @property
    def as_probabilities(self) -> bool:
        """Whether outputs are shown as the probabilities that the loss reads them as."""
        return self.experiment.rule.loss_row.reads_probabilities

    @property
    def has_scaled_outputs(self) -> bool:
        """Whether outputs are numbers of a table that was scaled."""
        return self.experiment.table is not None and self.experiment.table.scales[1] is not None

    @property
    def output_name(self) -> str:
        """The noun for what the outputs are shown as."""
        return "probability" if self.as_probabilities else "scaled " * self.has_scaled_outputs + "output"

    @property
    def middle(self) -> float:
        """The number whose colour is between those of low and high ones, and where a target has its border."""
        return 0.5 if self.as_probabilities else 0.0

    def shown(self, outputs: FloatArray) -> FloatArray:
        """Outputs of shape (…, outputs), as they are shown."""
        if not self.as_probabilities:
            return outputs
        with np.errstate(all="ignore"):
            return softmax(outputs)

    @functools.cached_property
    def target_map(self) -> TargetMap:
        """The target over the input space, as far as it is known and can be drawn."""
        experiment = self.experiment
        window = Window(self.reach, experiment.width, spans=self.spans)
        if self.plane or not experiment.target.everywhere:
            return unknown_target(window, experiment.outputs, scale_of(self.samples[1]))
        return self._remembered_map(window) if experiment.repeatable else target_map(experiment.target, window)

    def window(
        self, axes: tuple[int, int], through: FloatArray, *, large: bool = False, plane: Plane | None = None
    ) -> Window:
        """The window that is drawn of a run: that of a plane, or of two inputs, all others as in `through`."""
        experiment = self.experiment
        if plane is not None:
            return Window(self.reach, experiment.width, large=large, plane=plane)
        if not self.plane:
            return self.target_map.window.enlarged if large else self.target_map.window
        known = axes if max(axes) < experiment.width else (0, 1)
        return Window(self.reach, experiment.width, known, tuple(through.tolist()), large, self.spans)

    def target_on(self, window: Window) -> FloatArray | None:
        """The target at every point of a window, shape (points, outputs); None where it is known at samples only."""
        target, domain = self.experiment.target, self.target_map
        if not target.everywhere:
            return None
        if window == domain.window:
            return domain.target
        return (target_map(target, window) if self.plane else self._remembered_map(window)).target

    def _remembered_map(self, window: Window) -> TargetMap:
        target = self.experiment.target
        return self.caches.of(TARGETS).get_or_make((target, window), lambda: target_map(target, window))

    @property
    def border(self) -> dict[str, str] | None:
        """The signs of the target on a fine grid, as bits; None where they are not known, or would take long."""
        experiment = self.experiment
        if experiment.width != MOST_WHOLE_INPUTS or not (experiment.target.everywhere and experiment.repeatable):
            return None
        key = experiment.target, self.reach, self.middle
        signs = self.caches.of(BORDERS).get_or_make(key, lambda: target_signs(*key))
        return packed(signs.ravel(), "u1") if len(signs) else None

    def affords_large(self, network: Network) -> bool:
        """Whether maps of that network may be large: curves need not be, and users' own functions would take long."""
        width = self.experiment.width
        affordable = kernel.supports(network.layers) and kernel.work(network.layers, width) <= MOST_LARGE_WORK
        return width > 1 and self.experiment.repeatable and affordable


TARGETS: CacheRow[tuple[Any, Window], TargetMap] = CacheRow(
    REMEMBERED_BYTES // 2, lambda key, found: 4096 + key[1].grid.nbytes + found.target.nbytes
)
BORDERS: CacheRow[tuple[Any, float, float], NDArray[np.uint8]] = CacheRow(
    REMEMBERED_BYTES // 2, lambda _, signs: 4096 + signs.nbytes
)
"""The signs of targets on a fine grid."""
