"""A right net and its two mistakes: a run of NNBench, to be repeated to the last bit.

It needs the package `engine` of NNBench and nothing else, and prints the fingerprint that the page showed: e6d9 1d97.
"""

from engine import run
from engine.experiments.experiment import Affinity, DrawnWeights, Experiment, Map

experiment = Experiment(
    layers=(Affinity(2, 4), Map("leaky relu"), Affinity(4, 4, left_multiplied=True), Map("leaky relu"), Affinity(4, 2)),
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
