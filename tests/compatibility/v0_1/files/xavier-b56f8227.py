"""XOR with a hidden layer: a run of NNBench, to be repeated to the last bit.

It needs the package `engine` of NNBench and nothing else, and prints the fingerprint that the page showed: b56f 8227.
"""

from engine import run
from engine.experiments.experiment import Affinity, DrawnWeights, Experiment, Map

experiment = Experiment(
    layers=(Affinity(2, 4), Map("tanh"), Affinity(4, 1), Map("tanh")),
    ideal="xor",
    weights=DrawnWeights(1, scheme="xavier"),
    inputs="corners",
    alpha=0.1,
    samples=500,
    seed=3,
    filter="both",
)

result = run(experiment, experiment.network())
print(f"{len(result.losses):,} samples took the loss from {result.losses[0]:.3g} to {result.settled:.3g}.")
print(result.fingerprint)
