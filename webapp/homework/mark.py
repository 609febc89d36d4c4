"""The mark of one answer: what came of it, as numbers, words and sentences."""

from dataclasses import dataclass, field

from engine.experiments.experiment import Experiment
from engine.outcomes.run_ends import RunEnd
from webapp.classes.tasks import Task
from webapp.homework.handed_in import HandedIn
from webapp.homework.replays import Replay

CAUSE, LUCK = "cause", "luck"
AGREES, DIFFERS, NO_CODE = "agrees", "differs", "none"


@dataclass
class Mark:
    """One answer, marked."""

    handed_in: HandedIn
    task: int | None = None
    """The number of its task from 1; None where that is not known."""
    query: str = ""
    """The link of its run, without its question mark."""
    code: str = ""
    """Whether the code that was handed in agrees with the run, differs, or none was; empty without a run."""
    run: str = ""
    """The code of the run as it was made here."""
    reached: bool = False
    points: float = 0.0
    found: str = ""
    """The numbers that the goal is about, or the prediction."""
    others: int | None = None
    """How many of 32 other data seeds get there too."""
    median: str = ""
    """The median over these of the number that the goal is about."""
    luck: str = ""
    """Whether the result is cause, since 29 of 32 data seeds agree with it, or as many as the goal says; or luck."""
    turned: str = ""
    """The knobs that were turned: α 0.1 → 0.3."""
    same_as: str = ""
    """Others who handed in the same run, or one that differs in what changes nothing."""
    counts: bool = False
    """Whether it is the last answer of its name to its task."""
    said: list[str] = field(default_factory=list)
    """Sentences about it, but for what is missing."""
    missing: tuple[str, ...] = ()
    """A sentence for each part of the goal that does not hold."""


@dataclass
class MarkedRun:
    """An answer with a run: its mark, its task, what is to be made, the code that it came with, and once it is made,
    its end."""

    mark: Mark
    task: Task
    replay: Replay
    code: str
    end: RunEnd | None = None

    @property
    def experiment(self) -> Experiment:
        """The experiment of the run."""
        return self.replay.experiment

    @property
    def key(self) -> tuple[int, str]:
        """The task and the code: of equal ones, one stands for all."""
        return self.mark.task or 0, self.mark.run

    @property
    def is_longer_than_allowed(self) -> bool:
        """Whether it has more samples than its task allows, so that no data seed gets there."""
        most = self.task.goal.samples
        return most is not None and self.experiment.samples > most

    def with_seed(self, seed: int) -> Replay:
        """The run under another data seed."""
        return self.replay._replace(experiment=self.experiment.with_seed(seed))
