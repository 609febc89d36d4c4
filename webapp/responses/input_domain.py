"""The ground that maps are drawn on: how far it reaches, which plane of it is seen, and the target over it."""

import functools
from dataclasses import dataclass, replace

from engine.base.numerics import FloatArray
from engine.experiments.experiment import Experiment
from webapp.figures.response_maps import Asked, Window, asked_of, scale_of, unasked

DRAWN_WHOLE = 2
"""More inputs than these are drawn as a plane."""
PAST_ROWS = 1.1
TRIED = 200
"""So many facts say how far the colours must reach, where the target cannot be drawn whole."""
TARGETS = 64
"""How many targets are remembered on their grids."""


@dataclass(frozen=True)
class InputDomain:
    """The input space of an experiment, as its maps show it."""

    experiment: Experiment

    @property
    def reach(self) -> float:
        """How far the maps go from zero; past the rows of a table, so that its outermost are seen whole."""
        return self.experiment.reach * (1.0 if self.experiment.target.everywhere else PAST_ROWS)

    @property
    def plane(self) -> bool:
        """Whether the maps are a plane of a larger space, whose target then comes with each run."""
        return self.experiment.width > DRAWN_WHOLE

    @functools.cached_property
    def asked(self) -> Asked:
        """The target over the whole input space, as far as it is known and can be drawn."""
        experiment = self.experiment
        window = Window(self.reach, experiment.width)
        if self.plane or not experiment.target.everywhere:
            few = replace(experiment, samples=min(experiment.samples, TRIED))
            return unasked(window, experiment.outputs, scale_of(few.facts()[1]))
        return (_remembered if experiment.repeatable else asked_of)(experiment.target, window)

    def window(self, axes: tuple[int, int], through: FloatArray) -> Window:
        """What is drawn of a run: a plane goes through that input."""
        experiment = self.experiment
        if not self.plane:
            return self.asked.window
        known = axes if max(axes) < experiment.width else (0, 1)
        return Window(self.reach, experiment.width, known, tuple(through.tolist()))


_remembered = functools.lru_cache(maxsize=TARGETS)(asked_of)
