"""What a side question may cost: about a tenth of a second of one core, counted as the kernel counts its work."""

from engine import kernel
from engine.experiments.experiment import Experiment
from engine.training.network import Network

BUDGET = 500_000_000
"""As `kernel.work` counts: a million steps of the notebook's smallest networks, or a thousand of the widest."""


READABLE = 1_000
"""So many times longer the readable layers take."""

FEWEST = 2
"""Whoever wants many runs asks for them in pieces of at least so many, or not at all: it would go on for too long."""

NUMBER, FORMULA = 60, 4
"""What a number of a fact costs until its loss is told, and a unit of the work of a target's own formulas."""

PREPARED, COPIED = 200_000, 10
"""What a run costs though it be short, for each layer, and for each parameter: they are copied for it."""

MOST_DRAWN = 2 * BUDGET
"""What all facts of one run may cost: a million of 16 numbers, or fewer with formulas that take their time."""


def drawing(experiment: Experiment) -> int:
    """What one fact costs before anything is learned from it."""
    target = experiment.target
    return NUMBER * (experiment.width + target.outputs) + FORMULA * target.work


def most_samples(experiment: Experiment) -> int:
    """How many facts of the experiment may be drawn for one run."""
    return max(1, MOST_DRAWN // drawing(experiment))


def cost(experiment: Experiment, checkpoint: Network) -> int:
    """What one run of the experiment costs."""
    slower = 1 if kernel.supports(checkpoint.layers) else READABLE
    learning = kernel.work(checkpoint.layers, experiment.width) * slower
    numbers = sum(array.size for array in kernel.parameters(checkpoint.layers))
    prepared = PREPARED * (1 + len(checkpoint.layers)) + COPIED * numbers
    return prepared + experiment.samples * (learning + drawing(experiment))


def in_a_piece(experiment: Experiment, checkpoint: Network) -> int:
    """How many runs are one piece of many; 0 where the whole would go on for too long."""
    runs = BUDGET // cost(experiment, checkpoint)
    return runs if runs >= FEWEST else 0


def affordable(experiment: Experiment, checkpoint: Network, runs: int = 1) -> bool:
    """Whether so many runs are within the budget."""
    return runs * cost(experiment, checkpoint) <= BUDGET
