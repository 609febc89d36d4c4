"""What a side question may cost: about a tenth of a second of one core, counted as the kernel counts its work."""

from engine import kernel
from engine.experiment import Experiment
from engine.network import Network

BUDGET = 500_000_000
"""As `kernel.work` counts: a million steps of the notebook's smallest networks, or a thousand of the widest."""


READABLE = 1_000
"""So many times longer the readable layers take."""

FEWEST = 4
"""Whoever wants many runs asks for them in pieces of at least so many, or not at all: it would go on for too long."""


def cost(experiment: Experiment, checkpoint: Network) -> int:
    """What one run of the experiment costs."""
    slower = 1 if kernel.takes(checkpoint.layers) else READABLE
    return experiment.samples * kernel.work(checkpoint.layers, experiment.width) * slower


def in_a_piece(experiment: Experiment, checkpoint: Network) -> int:
    """How many runs are one piece of many; 0 where the whole would go on for too long."""
    runs = BUDGET // cost(experiment, checkpoint)
    return runs if runs >= FEWEST else 0


def affordable(experiment: Experiment, checkpoint: Network, runs: int = 1) -> bool:
    """Whether so many runs are within the budget."""
    return runs * cost(experiment, checkpoint) <= BUDGET
