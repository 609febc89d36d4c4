"""The time of a training rule beside plain steps, in the compiled kernel: one run, and sixteen side by side.

Every rule learns the same samples of an experiment from the same first weights; the quickest of several runs counts,
and the rules take turns, so that a busy moment meets all of them.
"""

import time
from collections.abc import Callable, Mapping

import numpy as np

from benchmarks import heading
from engine import kernel
from engine.experiments.catalogue import CATALOGUE
from engine.experiments.experiment import Experiment
from engine.rules.rule import PLAIN, TrainingRule

ROUNDS = 40
EXPERIMENTS = ("tanh-signs", "xor-hidden-layer", "sine", "circle", "spiral")
RULES: Mapping[str, TrainingRule] = {
    "plain": PLAIN,
    "rate": TrainingRule(rate="1/(1+k/200)"),
    "decay": TrainingRule(decay=0.01),
    "momentum": TrainingRule(momentum=0.9),
    "nesterov": TrainingRule(momentum=0.9, nesterov=True),
    "batch 16": TrainingRule(batch=16),
    "huber": TrainingRule(loss="huber"),
    "rmsprop": TrainingRule(optimizer="rmsprop"),
    "adam": TrainingRule(optimizer="adam"),
}


def one_run(experiment: Experiment) -> Callable[[TrainingRule], float]:
    """Seconds of one run by a rule."""
    (X, T), start = experiment.facts(), experiment.network()

    def seconds(rule: TrainingRule) -> float:
        network = start.copy()
        network.begin(rule, len(X))
        before = time.perf_counter()
        network.train(X, T)
        return time.perf_counter() - before

    return seconds


def side_by_side(experiment: Experiment) -> Callable[[TrainingRule], float]:
    """Seconds of sixteen runs side by side by a rule."""
    (X, T), layers = experiment.facts(), experiment.network().layers
    start = kernel.flattened(kernel.parameters(layers))[None]
    rows, alphas = np.zeros(kernel.SIDE_BY_SIDE, dtype=np.int64), np.full(kernel.SIDE_BY_SIDE, experiment.alpha)

    def seconds(rule: TrainingRule) -> float:
        before = time.perf_counter()
        kernel.sweep(layers, start, rows, alphas, X, T, keep_losses=False, rule=rule)
        return time.perf_counter() - before

    return seconds


def best(seconds: Callable[[TrainingRule], float]) -> dict[str, float]:
    """The quickest time of each rule."""
    times = [{name: seconds(rule) for name, rule in RULES.items()} for _ in range(ROUNDS)]
    return {name: min(row[name] for row in times) for name in RULES}


def main() -> None:
    """Prints the table."""
    print(heading())
    print(f"Training rules in the kernel: ns a sample plain, and how many times as long by a rule; best of {ROUNDS}:\n")
    print(f"| {'experiment':16} | {'runs':>4} | {'plain':>6} |" + "".join(f" {name:>8} |" for name in list(RULES)[1:]))
    print(f"| {'-' * 16} | {'-' * 3}: | {'-' * 5}: |" + f" {'-' * 7}: |" * (len(RULES) - 1))
    for key in EXPERIMENTS:
        experiment = CATALOGUE[key].experiment
        for runs, timer in ((1, one_run), (kernel.SIDE_BY_SIDE, side_by_side)):
            times = best(timer(experiment))
            plain = times.pop("plain")
            ratios = "".join(f" {seconds / plain:8.2f} |" for seconds in times.values())
            print(f"| {key:16} | {runs:4} | {plain / runs / experiment.samples * 1e9:6.0f} |{ratios}")
    print()


if __name__ == "__main__":
    main()
