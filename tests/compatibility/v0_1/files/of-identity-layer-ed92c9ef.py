"""Identity layer: a run of NNBench, to be repeated to the last bit.

It needs the package `engine` of NNBench and nothing else, and prints the fingerprint that the page showed: ed92 c9ef.
"""

from engine import run
from engine.experiments.experiment import DrawnWeights, Experiment, Identity

experiment = Experiment(
    layers=(Identity(),),
    ideal="swap",
    weights=DrawnWeights(0),
    inputs="normal",
    alpha=0.1,
    samples=100,
    seed=3,
    filter="both",
)

result = run(experiment, experiment.network())
print(f"{len(result.losses):,} samples took the loss from {result.losses[0]:.3g} to {result.settled:.3g}.")
print(result.fingerprint)
