"""The most that an analysis may cost: about a tenth of a second of one core, counted as the kernel counts its work."""

from engine import kernel
from engine.errors import OutOfRangeError
from engine.experiments.experiment import Experiment
from engine.layers.faulty_layers import LeftMultiplied, MistakenMap
from engine.training.held_out import held_out_steps
from engine.training.network import Network

BUDGET = 500_000_000
"""As `kernel.work` counts: a million steps of the notebook's smallest networks, or a thousand of the widest."""


READABLE_SLOWDOWN = 1_000
"""The ratio of a run's time on the readable layers to that on the kernel."""

LONG = 5 * BUDGET
"""Work above this is long work, with slots of its own: about half a second."""

MANY_NUMBERS = 1_500_000
"""Numbers in the samples and losses of one run from which it is long work too: few of those are in memory at a time."""

FEWEST_RUNS = 2
"""Many runs are requested in pieces of at least this many, or not at all: the whole would go on for too long."""

RUNS_OF_A_CAUSE = 5
"""The cost of finding why a run failed, in runs, the run itself among them."""

LAYER_COST, PARAMETER_COST = 200_000, 10
"""The cost of even a short run for each layer, and for each parameter: they are copied for it."""

MOST_SAMPLES_COST = 2 * BUDGET
"""The most that all samples of one run may cost: a million of 16 numbers, or fewer with slow formulas."""


def most_samples(experiment: Experiment) -> int:
    """The most samples of the experiment that may be drawn for one run."""
    return max(1, MOST_SAMPLES_COST // experiment.sample_source.work)


def check_costs(experiment: Experiment) -> None:
    """OutOfRangeError where drawing the samples of a run would take the server's time and its memory."""
    most = most_samples(experiment)
    if experiment.samples > most:
        raise OutOfRangeError(
            f"Samples of {experiment.width} inputs with this target are drawn at most {most:,} times here, "
            f"and {experiment.samples:,} are asked for. Lower the samples first."
        )


def run_cost(experiment: Experiment, checkpoint: Network, samples: int | None = None) -> int:
    """The cost of one run of the experiment, on its own number of samples or another."""
    slower = 1 if kernel.supports(checkpoint.layers) else READABLE_SLOWDOWN
    learning = kernel.work(checkpoint.layers, experiment.width) * slower
    numbers = sum(array.size for array in kernel.parameters(checkpoint.layers))
    prepared = LAYER_COST * (1 + len(checkpoint.layers)) + PARAMETER_COST * numbers
    count = experiment.samples if samples is None else samples
    return prepared + count * (learning + experiment.sample_source.work)


def held_out_cost(experiment: Experiment, checkpoint: Network) -> int:
    """The cost of the losses of held-out samples beside the run: each about that of a step."""
    slower = 1 if kernel.supports(checkpoint.layers) else READABLE_SLOWDOWN
    learning = kernel.work(checkpoint.layers, experiment.width) * slower
    return len(held_out_steps(experiment.samples)) * experiment.held_out * learning


def runs_per_request(experiment: Experiment, checkpoint: Network) -> int:
    """The most runs of one request of many; 0 if the whole would go on for too long."""
    runs = BUDGET // run_cost(experiment, checkpoint)
    return runs if runs >= FEWEST_RUNS else 0


def most_affordable_samples(experiment: Experiment, checkpoint: Network, runs: int) -> int:
    """The most samples of each of `runs` runs of the experiment within the budget; 0 if none is."""
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


def work_in(seconds: float) -> float:
    """The work that one core does in a number of seconds, about, as `kernel.work` counts."""
    return 10.0 * seconds * BUDGET


def is_within(seconds: float, experiment: Experiment, checkpoint: Network, runs: int) -> bool:
    """Whether `runs` runs take no more than this many seconds of a core."""
    return runs * run_cost(experiment, checkpoint) + held_out_cost(experiment, checkpoint) <= work_in(seconds)


def affordable(experiment: Experiment, checkpoint: Network, runs: int = 1) -> bool:
    """Whether `runs` runs are within the budget."""
    return runs * run_cost(experiment, checkpoint) <= BUDGET
