"""A right net and its two mistakes: a run of NNBench, to be repeated to the last bit.

It needs the package `engine` of NNBench and nothing else, and prints the fingerprint that the page showed: 9d17 265d.
"""

from engine import run
from engine.experiments.experiment import Affinity, DrawnWeights, Experiment, Map

experiment = Experiment(
    layers=(
        Affinity(2, 4),
        Map("leaky relu, half slope"),
        Affinity(4, 4),
        Map("leaky relu, half slope"),
        Affinity(4, 2),
    ),
    ideal="swap",
    weights=DrawnWeights(2),
    inputs="normal",
    alpha=0.05,
    samples=500,
    seed=3,
    filter="both",
)

result = run(experiment, experiment.network())
print(f"{len(result.losses):,} samples took the loss from {result.losses[0]:.3g} to {result.settled:.3g}.")
print(result.fingerprint)
