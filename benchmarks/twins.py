"""Whether eight twins judge a change of the final loss as fifteen others do, on random runs with one knob turned.

A change is luck where it is at most the larger spread of the two runs and their twins (`engine.outcomes.twins`). Both
verdicts are about the same two runs; the twins of seeds 0 to 7 give one, those of seeds 100 to 114 the other.
"""

from collections import Counter
from collections.abc import Callable
from dataclasses import replace
from itertools import pairwise

import numpy as np

from benchmarks import heading
from engine.experiments.experiment import Affinity, DrawnWeights, Experiment, Map
from engine.experiments.layer_specs import LayerSpec
from engine.outcomes.twins import luck, within_luck

RUNS, SEED = 300, 8
FIRST, OTHERS = range(8), range(100, 115)
TARGETS = {"swap": 2, "squared difference": 2, "signs": 2, "xor": 1, "circle": 1, "spiral": 1, "moons": 1}
ACTIVATIONS = ("tanh", "relu", "leaky relu", "sigmoid", "sin", "softplus")

KNOBS: dict[str, Callable[[Experiment], Experiment]] = {
    "α · 1.2": lambda one: replace(one, alpha=one.alpha * 1.2),
    "α / 1.2": lambda one: replace(one, alpha=one.alpha / 1.2),
    "data seed": lambda one: replace(one, seed=one.seed + 1),
    "weight seed": lambda one: replace(one, weights=DrawnWeights(one.weights.seed + 1)),  # type: ignore[union-attr]
    "samples · 1.1": lambda one: replace(one, samples=one.samples * 11 // 10),
}


def random_run(rng: np.random.RandomState) -> Experiment:
    """One to three hidden layers of up to 24 units, a target of two inputs, any α to 0.6, 100 to 5,000 samples."""
    ideal = str(rng.choice(list(TARGETS)))
    widths = [2, *rng.randint(1, 25, rng.randint(1, 4)).tolist(), TARGETS[ideal]]
    layers: list[LayerSpec] = []
    for inputs, outputs in pairwise(widths):
        layers += [Affinity(inputs, outputs), Map(str(rng.choice(ACTIVATIONS)))]
    return Experiment(
        tuple(layers if rng.random_sample() < 0.5 else layers[:-1]),
        ideal,
        DrawnWeights(int(rng.randint(1000))),
        str(rng.choice(["normal", "uniform"])),
        alpha=float(np.exp(rng.uniform(np.log(0.01), np.log(0.6)))),
        samples=int(np.exp(rng.uniform(np.log(100), np.log(5000)))),
        seed=int(rng.randint(1000)),
    )


def main() -> None:
    """Prints the table: how often the verdicts agree, for each knob and for each verdict about the run before."""
    rng = np.random.RandomState(SEED)
    rows: list[tuple[str, str, bool, bool]] = []
    for number in range(RUNS):
        before, knob = random_run(rng), list(KNOBS)[number % len(KNOBS)]
        both = before, KNOBS[knob](before)
        few, many = (tuple(luck(one, seeds=seeds) for one in both) for seeds in (FIRST, OTHERS))
        rows.append((knob, few[0].verdict, within_luck(*few), within_luck(*many)))
    print(heading())
    print(f"{RUNS} random runs, one knob turned: is the change of the final loss luck?\n")
    print(f"| {'':>20} | runs | luck by 8 | luck by 15 | agree |")
    print(f"| {'-' * 19}: | ---: | --------: | ---------: | ----: |")
    verdicts = Counter(verdict for _, verdict, _, _ in rows)
    for name in (*KNOBS, *verdicts, "all"):
        some = [row for row in rows if name in (*row[:2], "all")]
        by_few, by_many = sum(row[2] for row in some), sum(row[3] for row in some)
        agree = sum(row[2] == row[3] for row in some) / len(some)
        print(f"| {name:>20} | {len(some):4} | {by_few:9} | {by_many:10} | {agree:4.0%}  |")
    print()


if __name__ == "__main__":
    main()
