"""The floor, the least loss that a network of some shape can reach, its proof, and the share that a run learned of it.

The ceiling is the loss of the best constant answer, the floor that of the best network of this shape that is known.
Both, and the trained network's loss, are means over the same samples, which no run and no fit has seen; those of a
table are its rows.
"""

import math
from dataclasses import dataclass

from engine.base.number_text import loss_text, percent_text, rounded_up
from engine.experiments.experiment import Experiment

HARDLY_BETTER = 0.95
"""A floor of at least this share of the ceiling is hardly better: no share of the way between them is stated."""

NEARLY_ALL = 0.999

CONFIDENCE = 0.95


@dataclass(frozen=True, repr=False)
class Floor:
    """The floor of an experiment's network and its ceiling, and where its run ends between them.

    Losses are means over `samples` samples of the experiment, as many as a table has rows.
    """

    loss: float | None
    """The witness's loss, as the engine's own layers compute it; None where there is no floor."""
    ceiling: float | None
    """The loss of the best constant answer; None where a target is no finite number."""
    exact: bool
    """Whether no network of this shape has a lower loss on these samples; otherwise a lower one may exist."""
    witness: Experiment | None
    """The experiment with the weights that have this loss as its first weights; None where there is no floor."""
    trained: float | None
    """The trained network's loss; None where the run diverged or this loss is not finite."""
    final: float | None
    """The run's final loss, of its own last samples; None where it diverged."""
    final_samples: int
    """The number of the run's last samples that the final loss is a mean of."""
    samples: int
    rows: bool
    """Whether the samples are all rows of a table; otherwise they are others than the run's."""
    starts: int
    """The number of drawn starts that fits were made from; 0 where the floor is known without fits."""
    free: bool = True
    """Whether any weight of the network can change."""
    refusal: str = ""
    """Why there is no floor, in a sentence."""

    @property
    def measured_on(self) -> str:
        """The samples that the losses are means over, in words."""
        if not self.rows:
            return f"{self.samples:,} other samples"
        return "the only row of the table" if self.samples == 1 else f"the {self.samples:,} rows of the table"

    @property
    def learned(self) -> float | None:
        """(ceiling − trained) / (ceiling − floor), from 0 to 1: the share of what this shape can that the run learned.

        Unless the floor is exact, the true share may be smaller. 0 for a run that ends above the ceiling. None where
        there is no floor or no weight to move, where the run diverged, and where the floor lies above 95 % of the
        ceiling, so that there is nothing to share out.
        """
        if self.loss is None or self.ceiling is None or self.trained is None or not self.free:
            return None
        if self.loss >= HARDLY_BETTER * self.ceiling:
            return None
        return min(1.0, max(0.0, (self.ceiling - self.trained) / (self.ceiling - self.loss)))

    @property
    def sentence(self) -> str:
        """The sentence about the share of its shape's best that the run learned, or why that cannot be said."""
        if self.loss is None or self.ceiling is None:
            return self.refusal
        learned = self.learned
        return self._no_share(self.loss, self.ceiling) if learned is None else self._share(learned)

    def _share(self, learned: float) -> str:
        if learned == 0.0:
            return "Learned 0 % of what this shape can: one answer for all samples does at least as well."
        if learned >= NEARLY_ALL and self.exact:
            return "Learned nearly all of what this shape can."
        if learned >= NEARLY_ALL:
            return "Learned nearly all of what this shape was found to reach."
        return f"Learned {_percent(learned) if self.exact else f'at most {_at_most(learned)}'} of what this shape can."

    def _no_share(self, loss: float, ceiling: float) -> str:
        """Why there is no share, the first that holds."""
        best = _at_most_loss(loss)
        if not self.free:
            return f"No weight of this network can change, so training leaves its loss at {best}."
        if ceiling == 0.0:
            return f"One answer for all samples has loss 0 here; a network of this shape reaches {best}."
        if loss >= HARDLY_BETTER * ceiling:
            so_well = "much better than" if loss <= ceiling else "as well as"
            compared = f"{so_well} one answer for all samples: {best} against {_at_most_loss(ceiling)}"
            if self.exact:
                return f"No network of this shape does {compared}."
            return f"No network of this shape was found to do {compared}."
        unknown = f"The trained network has no finite loss on {self.measured_on}"
        ends = "The run diverges" if self.final is None else unknown
        return f"{ends}; a network of this shape reaches {best}."

    @property
    def details(self) -> str:
        """The losses that the sentence is about; empty where there is no floor."""
        if self.loss is None or self.ceiling is None:
            return ""
        best = "the best of its shape" if self.exact else "the best found of its shape"
        others = [] if self.trained is None else [f"the trained network {_at_most_loss(self.trained)}"]
        others += [f"{best} {_at_most_loss(self.loss)}"] if self.free else []
        constant = f"one answer for all has {_at_most_loss(self.ceiling)}"
        return f"Mean losses on {self.measured_on}: {', '.join([constant, *others])}. {self.below}".rstrip()

    @property
    def below(self) -> str:
        """Why the run's final loss lies below the floor; empty where it does not."""
        if self.loss is None or self.final is None or not self.final < self.loss:
            return ""
        lower = f"The final loss of this run, {loss_text(self.final)}, lies below this floor"
        last = "the last one" if self.final_samples == 1 else f"the last {self.final_samples:,}"
        if self.rows:
            return f"{lower}, since it is measured otherwise: on {last} that the run learned, each before its step."
        return f"{lower}, since it is measured on other samples: {last} that the run learned."

    @property
    def confidence(self) -> str:
        """The sentence about the odds that there is a lower floor; empty where nothing is left to chance."""
        if self.loss is None or self.exact or not self.starts:
            return ""
        # If a share q of all starts led lower, none of these would with probability (1 − q)ⁿ; 5 % is for q as follows.
        missed = percent_text(1.0 - (1.0 - CONFIDENCE) ** (1.0 / self.starts))
        return f"With 95 % confidence: any better valley is one that fewer than about {missed} of starts find."

    def __repr__(self) -> str:
        return f"<Floor: {' '.join(part for part in (self.sentence, self.details, self.confidence) if part)}>"


def _at_most_loss(loss: float) -> str:
    """A loss that is not claimed to be lower than it was measured."""
    return loss_text(rounded_up(loss))


def _percent(share: float) -> str:
    return f"{100.0 * share:.1f} %" if share > 0.99 else percent_text(share)


def _at_most(share: float) -> str:
    """A percentage that is not below the share: of one digit more where that is above 99 %."""
    return f"{math.ceil(1000.0 * share) / 10.0:g} %" if share > 0.99 else f"{math.ceil(100.0 * share)} %"
