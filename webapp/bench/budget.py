"""What an analysis may cost: about a tenth of a second of one core, counted as the kernel counts its work."""

from engine import kernel
from engine.experiments.experiment import Experiment
from engine.layers.faulty_layers import LeftMultiplied, MistakenMap
from engine.training.held_out import held_out_steps
from engine.training.network import Network

BUDGET = 500_000_000
"""As `kernel.work` counts: a million steps of the notebook's smallest networks, or a thousand of the widest."""


READABLE_SLOWDOWN = 1_000
"""How many times longer a run takes on the readable layers."""

LONG = 5 * BUDGET
"""What costs more is long work, with slots of its own: about half a second."""

MANY_NUMBERS = 1_500_000
"""Numbers in the samples and losses of one run from which it is long work too: few of those are in memory at a time."""

FEWEST_RUNS = 2
"""Many runs are requested in pieces of at least so many, or not at all: it would go on for too long."""

HELD_OUT_SAVES = 4
"""How many times less a held-out sample costs than a step."""

RUNS_OF_A_CAUSE = 5
"""What it costs to say why a run failed, in runs, the run itself among them."""

LAYER_COST, PARAMETER_COST = 200_000, 10
"""What even a short run costs for each layer, and for each parameter: they are copied for it."""

MOST_SAMPLES_COST = 2 * BUDGET
"""What all samples of one run may cost: a million of 16 numbers, or fewer with formulas that take their time."""


def most_samples(experiment: Experiment) -> int:
    """How many samples of the experiment may be drawn for one run."""
    return max(1, MOST_SAMPLES_COST // experiment.sample_work)


def run_cost(experiment: Experiment, checkpoint: Network, samples: int | None = None) -> int:
    """What one run of the experiment costs, on its own number of samples or another."""
    slower = 1 if kernel.supports(checkpoint.layers) else READABLE_SLOWDOWN
    learning = kernel.work(checkpoint.layers, experiment.width) * slower
    numbers = sum(array.size for array in kernel.parameters(checkpoint.layers))
    prepared = LAYER_COST * (1 + len(checkpoint.layers)) + PARAMETER_COST * numbers
    count = experiment.samples if samples is None else samples
    return prepared + count * (learning + experiment.sample_work)


def held_out_cost(experiment: Experiment, checkpoint: Network) -> int:
    """What the losses of held-out samples cost beside the run: less than steps, for nothing is learned from them."""
    slower = 1 if kernel.supports(checkpoint.layers) else READABLE_SLOWDOWN
    learning = kernel.work(checkpoint.layers, experiment.width) * slower
    return len(held_out_steps(experiment.samples)) * experiment.held_out * learning // HELD_OUT_SAVES


def runs_per_request(experiment: Experiment, checkpoint: Network) -> int:
    """How many runs one request of many may have; 0 where the whole would go on for too long."""
    runs = BUDGET // run_cost(experiment, checkpoint)
    return runs if runs >= FEWEST_RUNS else 0


def most_affordable_samples(experiment: Experiment, checkpoint: Network, runs: int) -> int:
    """How many samples so many runs of the experiment may have each, within the budget; 0 where none is."""
    none = run_cost(experiment, checkpoint, 1)
    each = run_cost(experiment, checkpoint, 2) - none
    return max(0, (BUDGET // runs - none) // each + 1)


def no_preview(checkpoint: Network) -> str:
    """Why there is no preview, where runs take too long for one: because of their length, or of layers that the kernel
    does not have."""
    slow = slow_layers(checkpoint)
    return f"not previewed: {slow} train slowly" if slow else "not previewed for runs this long"


def slow_layers(checkpoint: Network) -> str:
    """The layers that make a run of any length take long, in words; empty where the kernel has all of them."""
    if kernel.supports(checkpoint.layers):
        return ""
    wrong = any(isinstance(layer, (LeftMultiplied, MistakenMap)) for layer in checkpoint.layers)
    return "wrong gradients" if wrong else "your own layers"


def is_long(experiment: Experiment, checkpoint: Network) -> bool:
    """Whether others must not wait behind one run; until the kernel is compiled, the readable layers train it."""
    slower = 1 if kernel.ready(by_rule=not experiment.rule.plain) else READABLE_SLOWDOWN
    numbers = experiment.samples * (experiment.width + experiment.outputs + 1)
    cost = run_cost(experiment, checkpoint) + held_out_cost(experiment, checkpoint)
    return cost * slower > LONG or numbers > MANY_NUMBERS


def is_within(seconds: float, experiment: Experiment, checkpoint: Network, runs: int) -> bool:
    """Whether so many runs take no more than so many seconds of a core."""
    return runs * run_cost(experiment, checkpoint) + held_out_cost(experiment, checkpoint) <= 10.0 * seconds * BUDGET


def affordable(experiment: Experiment, checkpoint: Network, runs: int = 1) -> bool:
    """Whether so many runs are within the budget."""
    return runs * run_cost(experiment, checkpoint) <= BUDGET
