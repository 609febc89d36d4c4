"""Two runs compared: the plane through their start and their ends, three words, and one sentence.

The words are answers (do the two networks say the same?), weights (are they the same network, but for the order of
their units?) and wall (does the loss rise between them?).
"""

from collections.abc import Callable
from dataclasses import dataclass, field

from engine.comparison.matching import Matched
from engine.comparison.pair import Pair
from engine.comparison.plane import Plane
from engine.comparison.sentence import sentence_about
from engine.experiments.experiment import Experiment
from engine.experiments.run import Run, run
from engine.outcomes.twins import TWINS
from engine.training.network import Network


@dataclass(frozen=True, eq=False, repr=False)
class Comparison:
    """The differences between two runs: a, the run before, and b, the run now."""

    plane: Plane | None
    """The plane through their start and their ends; None where there is none, and `no_plane` says why."""
    wall: float | None
    """The highest mean loss on the straight line between both ends, over the chord, as a share of the larger end loss.

    Over all samples of b, or 10,000 of more, whose error the sentence says; at most 0.02 is no wall. With other first
    weights the line goes to the matched weights. inf where both ends are as good as 0 and the line is not; None where
    the line or its ends have no loss.
    """
    answers: float | None
    """Half the mean squared difference of their outputs over 1,000 inputs of b, in the unit of the loss.

    None where the networks differ in their numbers of inputs or outputs, or an output is not finite.
    """
    same_answers: bool | None
    """Whether that is at most 1 % of the mean of both final losses, or a millionth of the answers' own spread.

    A run that diverges counts with the mean loss of its last sound step in place of a final loss.
    """
    weights: float | None
    """‖A − πB‖ / ‖A‖, with the units of B in the best order that was found, and signs and sizes where these are free.

    0 where they are identical; at most 0.02 are the same weights. None for other layers, and without weights.
    """
    luck: bool | None
    """Whether the change of the final loss is within luck, by both runs' twins; None where that is not known."""
    sentence: str
    """The three words in one sentence: "Same answers at 4 corners, other weights, a wall of 0.12 between them."""
    no_plane: str
    """Why there is no plane, in a sentence; empty where there is one."""
    matched: Matched | None = field(repr=False)
    """B laid over A, where the layers allow it; its weights are b's own where no other order is nearer."""
    step_a: int
    """The step of A: the last, or the last sound one of a run that diverges."""
    step_b: int
    network_b: Network = field(repr=False)
    """B: the network after `step_b` steps."""

    def __repr__(self) -> str:
        return f"Comparison: {self.sentence}"

    def matched_network(self) -> Network | None:
        """B in the order of A, to be looked at or trained on; None where the layers allow no other order."""
        return None if self.matched is None else self.network_b.with_weights(self.matched.weights)


def compare(
    a: Run | Experiment,
    b: Run | Experiment,
    on_progress: Callable[[int], None] = lambda done: None,
    *,
    twins: int = TWINS,
) -> Comparison:
    """Compares run a, the one before, with run b, the one now; an experiment is trained first.

    Both are compared at their last step, or where they diverge at the last sound one. Costs about four runs, and for
    `luck` the `twins` of each run; twins = 0 leaves luck out. `on_progress` is called before each piece of work with
    the number of steps or points of its part that are done, and whatever it raises ends it. OutOfRangeError for more
    than 64 twins. Waits for the compiler if it must.
    """
    runs = [run(one, one.network(), on_progress) if isinstance(one, Experiment) else one for one in (a, b)]
    pair = Pair(runs[0], runs[1], on_progress, twins=twins)
    return Comparison(
        plane=pair.plane,
        wall=pair.wall,
        answers=None if pair.difference is None else pair.difference[0],
        same_answers=pair.same_answers,
        weights=None if pair.weights is None else pair.weights.distance,
        luck=pair.luck,
        sentence=sentence_about(pair),
        no_plane=pair.no_plane,
        matched=pair.matched,
        step_a=pair.before.step,
        step_b=pair.now.step,
        network_b=pair.now.network,
    )
