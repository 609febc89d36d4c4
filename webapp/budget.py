"""What a side question may cost: about a tenth of a second of one core, counted as the kernel counts its work."""

from engine import kernel
from engine.experiment import Experiment
from engine.network import Network

BUDGET = 500_000_000
"""As `kernel.work` counts: a million steps of the notebook's smallest networks, or a thousand of the widest."""


def cost(experiment: Experiment, checkpoint: Network) -> int:
    """What one run of the experiment costs."""
    return experiment.samples * kernel.work(checkpoint.layers, experiment.width)


def affordable(experiment: Experiment, checkpoint: Network, runs: int = 1) -> bool:
    """Whether so many runs are within the budget."""
    return runs * cost(experiment, checkpoint) <= BUDGET
