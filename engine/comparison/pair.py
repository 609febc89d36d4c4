"""Two runs side by side, and the measures between them, each computed once, when it is first needed."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cached_property, partial

import numpy as np

from engine import kernel
from engine.base.numerics import FloatArray
from engine.comparison.barrier import Line, line_between
from engine.comparison.layer_shape import DENSE, shape_of
from engine.comparison.matching import Matched, as_it_is, match
from engine.comparison.mean_loss import some_samples
from engine.comparison.output_distance import answer_difference, are_same, inputs_in_words, inputs_of
from engine.comparison.path import Path, path_of
from engine.comparison.plane import Plane, plane_of
from engine.comparison.symmetry import symmetries_of
from engine.data.samples import Samples
from engine.experiments.run import Run
from engine.outcomes.effect import Effect, effect_by_twins
from engine.outcomes.twins import TWINS, luck_from
from engine.rules.losses import HALF_SQUARE
from engine.rules.rule import TrainingRule
from engine.training.mean_losses import mean_losses_of
from engine.training.network import Network

MOST_ON_LINE = 10_000
"""The most samples of this run that the wall is measured on: all of most runs."""


@dataclass(frozen=True, eq=False)
class End:
    """The end at which a run is compared: its last step, or its last sound one."""

    run: Run
    step: int
    network: Network
    weights: FloatArray
    """The flat weights there; finite, unless even the first were not."""


class Pair:
    """Run a, the one before, and run b, the one now.

    `on_progress` is called before each piece of work, and whatever it raises ends it; what was measured before stays.
    With twins = 0 nothing is said of luck.
    """

    def __init__(
        self, a: Run, b: Run, on_progress: Callable[[int], None] = lambda done: None, *, twins: int = TWINS
    ) -> None:
        self.a, self.b, self.on_progress, self.twins = a, b, on_progress, twins

    @cached_property
    def path_a(self) -> Path:
        """The path of the run before."""
        return path_of(self.a, self.on_progress)

    @cached_property
    def path_b(self) -> Path:
        """The path of this run."""
        return path_of(self.b, self.on_progress)

    @cached_property
    def before(self) -> End:
        """The end of the run before."""
        return _end(self.a, lambda: self.path_a)

    @cached_property
    def now(self) -> End:
        """The end of this run."""
        return _end(self.b, lambda: self.path_b)

    @cached_property
    def samples(self) -> Samples:
        """At most 441 samples of this run, for mean losses."""
        return some_samples(self.b.experiment, on_progress=self.on_progress)

    @cached_property
    def same_layers(self) -> bool:
        """Whether both networks are the same function of their weights."""
        shape = shape_of(self.a.trained.layers)
        return shape is not None and shape == shape_of(self.b.trained.layers)

    @property
    def same_loss(self) -> bool:
        """Whether both runs have the same kind of loss."""
        return self.a.experiment.rule.loss == self.b.experiment.rule.loss

    @property
    def loss(self) -> str:
        """The loss that the plane and the wall are measured by: that of this run."""
        return self.b.experiment.rule.loss

    @property
    def squares(self) -> bool:
        """Whether the loss of both is half the squared error, the unit in which answers are apart."""
        return all(one.experiment.rule.loss_row is HALF_SQUARE for one in (self.a, self.b))

    @property
    def same_start(self) -> bool:
        """Whether both runs start from the same weights, for the same layers."""
        return self.same_layers and np.array_equal(self.a.first_weights, self.b.first_weights)

    @property
    def identical(self) -> bool:
        """Whether both end in the same weights, to the bit, for the same layers."""
        return self.same_layers and np.array_equal(self.before.weights, self.now.weights)

    @cached_property
    def plane(self) -> Plane | None:
        """The plane of both paths, None where there is none."""
        if not self.same_start or not self._measurable:
            return None
        return plane_of(self.path_a, self.path_b, self._surface, self.samples, _measured_by(self.b))

    @property
    def no_plane(self) -> str:
        """Why there is no plane, in a sentence; empty where there is one."""
        return next(self._against_a_plane(), "")

    def _against_a_plane(self) -> Iterator[str]:
        """The reasons against a plane; each is asked only if none before it holds."""
        if shape_of(self.a.trained.layers) is None or shape_of(self.b.trained.layers) is None:
            yield "A layer of your own may depend on more than its weights, so there is no plane and no matching."
        if not self.same_layers:
            yield "The networks have other layers, so there is no plane and no matching."
        if not self.a.first_weights.size:
            yield "The networks have no weights, so there is no plane."
        if not self._measurable:
            yield "The starting weights are not finite, so there is no plane and no matching."
        if not self.same_start:
            yield "The runs start from other weights, so there is no plane."
        if all(np.array_equal(end.weights, end.run.first_weights) for end in (self.before, self.now)):
            yield "Neither run moves a weight, so there is no plane."
        if self.plane is None:
            yield "The weights are too small or too large for a plane."

    @cached_property
    def difference(self) -> tuple[float, float] | None:
        """`answer_difference` of both ends; None too where the networks' numbers of inputs or outputs differ."""
        a, b = self.a.experiment, self.b.experiment
        if (a.width, a.outputs) != (b.width, b.outputs):
            return None
        self.on_progress(0)
        return answer_difference(self.before.network, self.now.network, self.inputs)

    @cached_property
    def inputs(self) -> FloatArray:
        """The inputs of this run at which answers are compared."""
        return inputs_of(self.b.experiment)

    @cached_property
    def inputs_asked(self) -> str:
        """The number of different inputs, in words: 1,000 inputs, 4 corners, 10 rows."""
        return inputs_in_words(self.b.experiment, self.inputs)

    @cached_property
    def final_loss(self) -> float:
        """The mean of both final losses; of a run that diverges, the mean loss at its last sound step counts."""
        return (self._loss_of(self.before) + self._loss_of(self.now)) / 2.0

    @cached_property
    def same_answers(self) -> bool | None:
        """Whether both answer alike; None where that cannot be said.

        Half a squared difference is a share of losses of that kind alone: with others it is held against the answers.
        """
        if self.difference is None:
            return None
        return are_same(*self.difference, self.final_loss if self.squares and np.isfinite(self.final_loss) else 0.0)

    @cached_property
    def matched(self) -> Matched | None:
        """B laid over A; None where the layers allow no other order."""
        symmetries = symmetries_of(self.b.trained.layers) if self.same_layers else None
        if symmetries is None or not self._measurable:
            return None
        shapes = [layer.M.shape for layer in self.b.trained.layers if type(layer) in DENSE]
        return match(shapes, symmetries, self.before.weights, self.now.weights, lambda: self.on_progress(0))

    @cached_property
    def weights(self) -> Matched | None:
        """B laid over A, or B as it is where the layers allow no other order; None where that says nothing."""
        if not self.same_layers or not self._measurable:
            return None
        return self.matched or as_it_is(self.before.weights, self.now.weights)

    @cached_property
    def line(self) -> Line | None:
        """The straight line between both ends, to the matched one where the starts differ."""
        if self.weights is None:
            return None
        end = self.now.weights if self.same_start else self.weights.weights
        samples = some_samples(self.b.experiment, MOST_ON_LINE, self.on_progress)
        rule = _measured_by(self.b)
        of_more = self.b.experiment.samples > MOST_ON_LINE
        start, tick = self.before.weights, self.on_progress
        return line_between(self._surface, start, end, samples, tick, rule=rule, of_more=of_more)

    @property
    def wall(self) -> float | None:
        """The wall on that line."""
        return None if self.line is None else self.line.wall

    @cached_property
    def effect(self) -> Effect | None:
        """The verdict on the change of the final loss, by the ends of both runs' twins.

        None without twins, for two kinds of loss, which have no common scale, and for a layer class of one's own: how
        it begins is not known.
        """
        runs = self.a, self.b
        if not self.twins or not self.same_loss or any(shape_of(one.trained.layers) is None for one in runs):
            return None
        return effect_by_twins(
            *(partial(luck_from, one.experiment, one.checkpoint(), self.on_progress) for one in runs), few=self.twins
        )

    @property
    def luck(self) -> bool | None:
        """Whether the change of the final loss is within luck; None where that is not known.

        A final loss that is the same to the bit has not changed, by luck or not.
        """
        if self.effect is None or self.effect.verdict == "untold":
            return None
        return self.effect.verdict == "luck" and self.effect.before[0] != self.effect.now[0]

    @property
    def _measurable(self) -> bool:
        """Whether there are weights, and all of them are finite."""
        ends = self.before.weights, self.now.weights
        return bool(ends[0].size) and all(np.isfinite(weights).all() for weights in ends)

    @property
    def _surface(self) -> Network:
        """The network that computes losses with given weights: that of the two which the kernel knows."""
        ends = self.now.network, self.before.network
        return next((network for network in ends if kernel.supports(network.layers)), ends[0])

    def _loss_of(self, end: End) -> float:
        """The final loss; of a run that diverges, the mean loss at its last sound step."""
        final = end.run.sound_settled
        if final is not None:
            return final
        samples = some_samples(end.run.experiment, on_progress=self.on_progress)
        return float(mean_losses_of(end.network, end.weights[None], samples, rule=_measured_by(end.run))[0])


def _measured_by(run: Run) -> TrainingRule:
    """The plain rule with the loss of the run."""
    return TrainingRule(loss=run.experiment.rule.loss)


def _end(run: Run, path: Callable[[], Path]) -> End:
    weights = kernel.flattened(kernel.parameters(run.trained.layers))
    if np.isfinite(weights).all():
        return End(run, run.trained_at, run.trained, weights)
    steps, rows = path().steps, path().weights
    step, last = (int(steps[-1]), rows[-1]) if len(steps) else (0, run.first_weights)
    return End(run, step, run.trained.with_weights(last), last)
