"""A window over two number knobs: a picture of runs in which each pixel is a run, as deep as doubles go.

The runs of a line learn the same samples by the same rule side by side, and differ in α alone; where α is neither knob,
each learns by a rule of its own. A run has the bits of a `run` of its own at the values of its pixel.
"""

import math
from bisect import bisect_left
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from engine import kernel
from engine.base.numerics import FloatArray
from engine.errors import ExperimentError, OutOfRangeError, UnknownNameError
from engine.experiments.experiment import Experiment
from engine.experiments.knobs import ALPHA, Number
from engine.sweeps.axes import AXES
from engine.sweeps.chunk_size import run_seconds, sample_seconds
from engine.sweeps.tasks import NUMBERS_REMEMBERED
from engine.training.network import Network

DIVERGED = -10.0
"""The number of a run that diverged is this, less the steps before that; a run that is refused has nan."""
PIXELS = 256
"""The most pixels of a side."""
ALONE = 64
"""The most where α is neither knob: such a run takes as long as sixteen side by side."""
FEWEST = 16
"""A side of fewer pixels shows no border."""
SECONDS = 4.0
"""The most that a whole picture may take on one core, about; one of longer runs has fewer pixels."""
BY_RULE, BY_ITSELF = 2.5, 4e-4
"""The ratio of a step by a rule to a plain one, and the seconds that a run takes to be prepared by itself."""
ALMOST_EVEN = 1.01
"""Below this ratio of its ends an axis goes evenly: exponentials would lose the digits that a deep window needs."""

NO_KNOB = (
    "A zoom goes over two knobs that take any number, such as α and momentum, and {} is none. Start the map instead."
)
NO_KERNEL = "A picture of many runs takes too long with layers of your own. Start the map instead."
TOO_LONG = "A picture of runs this long takes too long. Lower the samples, or start the map instead."
NO_DEEPER = "Doubles end here: fewer than {} numbers lie between these two values of {}. Zoom out."


@dataclass(frozen=True)
class WindowAxis:
    """A side of a window: a knob of any number, from one value to a greater one, evenly or by a factor.

    OutOfRangeError, in a sentence, for ends that the knob does not take, or for no width.
    """

    name: str
    low: float
    high: float
    by_factor: bool = False

    def __post_init__(self) -> None:
        axis = AXES.get(self.name)
        if axis is None:
            raise UnknownNameError("axis of a sweep", self.name, AXES)
        if not isinstance(axis.kind, Number):
            raise OutOfRangeError(NO_KNOB.format(axis.title))
        for end in (self.low, self.high):
            axis.kind.check(end)
        if not self.low < self.high:
            raise OutOfRangeError(f"The window has no width: {axis.title} goes from {self.low!r} to {self.high!r}.")
        if self.by_factor and self.low <= 0:
            raise OutOfRangeError(f"Only numbers above 0 go by a factor, and {axis.title} begins at {self.low!r}.")

    def values(self, count: int) -> FloatArray:
        """The values in the middles of `count` pixels, shape (count,)."""
        shares = (np.arange(count) + 0.5) / count
        if self.by_factor and self.high > ALMOST_EVEN * self.low:
            first, last = math.log(self.low), math.log(self.high)
            return np.clip(np.exp(first + shares * (last - first)), self.low, self.high)
        return np.clip(self.low + shares * (self.high - self.low), self.low, self.high)

    def parts(self, most: int) -> int:
        """The most pixels, `most` or a half, a quarter … of it, whose values all differ; below FEWEST, 0."""
        while most >= FEWEST and not (np.diff(self.values(most)) > 0).all():
            most //= 2
        return most if most >= FEWEST else 0


@dataclass(frozen=True)
class Window:
    """The runs of an experiment over two axes, from a checkpoint; `window_of` makes one and checks it."""

    experiment: Experiment
    checkpoint: Network
    x: WindowAxis
    y: WindowAxis

    @property
    def along(self) -> WindowAxis:
        """The axis along a line of runs: that of α, if there is one."""
        return self.y if self.y.name == ALPHA.name else self.x

    @property
    def across(self) -> WindowAxis:
        """The other one, of which a line has one value."""
        return self.x if self.along is self.y else self.y

    @cached_property
    def line_seconds(self) -> Callable[[int], float]:
        """The seconds that a line of a number of pixels takes on one core, with its samples, about."""
        rules = {self.x.name, self.y.name} != {ALPHA.name, "noise"} or not self.experiment.rule.plain
        one = run_seconds(self.experiment) * (BY_RULE if rules else 1.0)
        if self.along.name != ALPHA.name:
            one = kernel.SIDE_BY_SIDE * one / 2 + BY_ITSELF
        drawing = sample_seconds(self.experiment)
        return lambda count: count * one + drawing

    @cached_property
    def pixels(self) -> int:
        """The pixels of a side of the finest picture, from what its runs take and what doubles can tell apart.

        OutOfRangeError where not even a coarse one can be made.
        """
        most = PIXELS if self.along.name == ALPHA.name else ALONE
        while most >= FEWEST and most * self.line_seconds(most) > SECONDS:
            most //= 2
        if most < FEWEST:
            raise OutOfRangeError(TOO_LONG)
        for axis in (self.x, self.y):
            if not (most := axis.parts(most)):
                raise OutOfRangeError(NO_DEEPER.format(FEWEST, AXES[axis.name].title))
        return most

    @property
    def ends_of_doubles(self) -> bool:
        """Whether the picture is coarser than it may be because doubles tell no more pixels apart."""
        return min(self.x.parts(PIXELS), self.y.parts(PIXELS)) == self.pixels < PIXELS

    def lines(self, count: int, numbers: Sequence[int]) -> FloatArray:
        """Some lines of the picture of `count` pixels a side, shape (lines, count).

        A run that learned has its final loss, one that diverged a number below 0 (see DIVERGED).
        """
        across, along = self.across.values(count), self.along.values(count)
        return np.stack([self._line(float(across[number]), along) for number in numbers])

    def _line(self, value: float, along: FloatArray) -> FloatArray:
        if self.along.name == ALPHA.name:
            return self._side_by_side({self.across.name: value}, along)
        alone = np.array([self.experiment.alpha])
        pairs = ({self.across.name: value, self.along.name: float(other)} for other in along)
        return np.concatenate([self._side_by_side(pair, alone) for pair in pairs])

    def _side_by_side(self, knobs: dict[str, float], alphas: FloatArray) -> FloatArray:
        """The runs with these knobs at each α, from the lowest up; nan for those that the experiment refuses."""
        found = np.full(len(alphas), np.nan)
        try:
            turned = self.experiment.replace_unchecked(alpha=float(alphas[0]), **knobs)
        except (OutOfRangeError, ExperimentError):
            return found
        samples = turned.samples
        # A rule refuses an α that is too large for it, and every larger one.
        allowed = bisect_left(alphas, 1, key=lambda alpha: not turned.allows(float(alpha), samples))
        start = kernel.flattened(kernel.parameters(self.checkpoint.layers))[None]
        few = samples * (turned.width + turned.outputs) <= NUMBERS_REMEMBERED
        X, T = turned.facts_of_seeds([turned.seed], remember=few)
        each, passed = np.zeros(allowed, dtype=np.int64), turned.passed_of_seeds([turned.seed])
        keep_losses = False
        result = kernel.sweep(
            self.checkpoint.layers, start, each, alphas[:allowed], X, T, keep_losses, turned.rule, each, passed
        )
        found[:allowed] = np.where(result.sound < samples, DIVERGED - result.sound, result.settled)
        return found


def window_of(experiment: Experiment, checkpoint: Network, x: WindowAxis, y: WindowAxis) -> Window:
    """The window of these axes; OutOfRangeError, in a sentence, for one that cannot be shown."""
    if x.name == y.name:
        raise OutOfRangeError("A zoom goes over two knobs, and both sides of this window have the same one.")
    if not kernel.supports(checkpoint.layers):
        raise OutOfRangeError(NO_KERNEL)
    window = Window(experiment, checkpoint, x, y)
    _ = window.pixels
    return window
