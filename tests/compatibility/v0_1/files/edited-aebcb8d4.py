"""XOR with a hidden layer: a run of NNBench, to be repeated to the last bit.

It needs the package `engine` of NNBench and nothing else, and prints the fingerprint that the page showed: aebc b8d4.
"""

from engine import run
from engine.experiments.experiment import Affinity, Experiment, GivenWeights, Map

experiment = Experiment(
    layers=(Affinity(2, 4), Map("tanh"), Affinity(4, 1), Map("tanh")),
    ideal="xor",
    weights=GivenWeights(
        (
            (
                (
                    (0.5, 0.840166034615641),
                    (-3.013204030356897, -0.27232832993329115),
                    (1.157653702373302, 0.6078211735770335),
                    (-0.2415994237100711, 1.2065613246561033),
                ),
                (1.7199589634486303, -0.42399463479374666, 0.038267155311069063, -0.4385112917895045),
            ),
            (
                ((-1.5452675993718525, 0.5408459245070665, 1.5286110279001572, -0.6654484127115576),),
                (0.7295782329870248,),
            ),
        )
    ),
    inputs="corners",
    alpha=0.1,
    samples=500,
    seed=3,
    filter="both",
)

result = run(experiment, experiment.network())
print(f"{len(result.losses):,} samples took the loss from {result.losses[0]:.3g} to {result.settled:.3g}.")
print(result.fingerprint)
