"""Whether `engine.why` names the cause of runs that fail on purpose, and is silent about runs that learned.

A failure is a random run that learns, with one thing spoilt. It counts where the spoilt run fails, and the run before
it does not; the causes take turns. Right is the reason that was spoilt on purpose, and no other.
"""

import math
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import replace
from itertools import pairwise

import numpy as np

from benchmarks import heading
from engine.data.table import TABLE, Table
from engine.experiments.experiment import Affinity, DrawnWeights, Experiment, Identity, Map
from engine.experiments.layer_specs import LayerSpec, weights_of
from engine.experiments.run import Run, run
from engine.outcomes.failure import FAILED_FROM, why
from engine.outcomes.outcome import best_constant_loss

FAILURES, SOUND, SEED = 100, 100, 12
LEARNED_BELOW = 0.2
"""A run that learned ends below this share of the best constant answer's loss."""

TARGETS = {"swap": 2, "signs": 2, "xor": 1, "circle": 1, "moons": 1, "squared difference": 2, "identity": 2}
ACTIVATIONS = ("tanh", "relu", "leaky relu", "sigmoid", "sin", "softplus")
Rng = np.random.RandomState
Spoilt = tuple[str, Experiment]
"""The reason, and the run that fails for it."""


def random_run(rng: Rng) -> Experiment:
    """One or two hidden layers of 4 to 16 units, a target of two inputs, α from 0.01 to 0.2, 500 to 5,000 samples."""
    ideal = str(rng.choice(list(TARGETS)))
    activation = str(rng.choice(ACTIVATIONS))
    widths = [2, *rng.randint(4, 17, rng.randint(1, 3)).tolist(), TARGETS[ideal]]
    layers: list[LayerSpec] = []
    for inputs, outputs in pairwise(widths):
        layers += [Affinity(inputs, outputs), Map(activation)]
    return Experiment(
        tuple(layers[:-1]),
        ideal,
        DrawnWeights(int(rng.randint(1000)), "xavier"),
        str(rng.choice(["normal", "uniform"])),
        alpha=log_uniform(rng, 0.01, 0.2),
        samples=int(log_uniform(rng, 500, 5000)),
        seed=int(rng.randint(1000)),
    )


def log_uniform(rng: Rng, low: float, high: float) -> float:
    """A number whose logarithm is uniform."""
    return float(np.exp(rng.uniform(np.log(low), np.log(high))))


# The ways to spoil a run, a function each


def no_number(one: Experiment, rng: Rng) -> Experiment:
    """The target has no value for some inputs."""
    formula = str(rng.choice(["log(v0 + 0.5)", "sqrt(v1 + 0.3)", "1/floor(abs(3*v0))", "exp(800*v1)"]))
    return replace(one, ideal=(formula, *["v0"] * (one.outputs - 1)))


def bad_row(one: Experiment, rng: Rng) -> Experiment:
    """A table in which one target is a typing error, of a million million."""
    X, T = (part[:50].copy() for part in one.facts())
    T[rng.randint(10, 50), 0] = 1e12
    return replace(one, ideal=TABLE, inputs=Table(tuple(map(tuple, X.tolist())), tuple(map(tuple, T.tolist()))))


def frozen(one: Experiment, _rng: Rng) -> Experiment:
    """Every weight is frozen."""
    layers = tuple(replace(spec, frozen=True) if isinstance(spec, Affinity) else spec for spec in one.layers)
    return replace(one, layers=layers)


def zero_weights(one: Experiment, _rng: Rng) -> Experiment:
    """All first weights are 0, and ReLU has slope 0 there: with a ReLU at the end not one weight can move."""
    layers = tuple(Map("relu") if isinstance(spec, Map) else spec for spec in one.layers)
    return replace(one, layers=(*layers, Map("relu")), weights=DrawnWeights(0, "zero"))


def tiny_alpha(one: Experiment, _rng: Rng) -> Experiment:
    """α is lost beside the digits of the weights."""
    return replace(one, alpha=1e-30)


def no_weights(one: Experiment, _rng: Rng) -> Experiment:
    """Only activations."""
    return replace(one, layers=(Map("tanh"), Identity()), ideal=("v0*v1", "v1 - 3"))


def m_for_transpose(one: Experiment, _rng: Rng) -> Experiment:
    """Layers that send the gradient back through M."""
    first, *_, last = (spec for spec in one.layers if isinstance(spec, Affinity))
    square = Affinity(first.outputs, first.outputs, left_multiplied=True)
    layers = (first, Map("tanh"), square, Map("tanh"), replace(square), Map("tanh"))
    return replace(one, layers=(*layers, replace(last, inputs=first.outputs)), samples=min(one.samples, 600))


def half_slope(one: Experiment, _rng: Rng) -> Experiment:
    """Leaky ReLU with a derivative that is not its own, and a large α."""
    layers = tuple(Map("leaky relu, half slope") if isinstance(spec, Map) else spec for spec in one.layers)
    return replace(one, layers=layers, alpha=2.0, samples=min(one.samples, 600))


def alpha_past(one: Experiment, rng: Rng) -> Experiment:
    """α is up to a hundred times too large."""
    return replace(one, alpha=log_uniform(rng, 1.0, 20.0))


def alpha_of_sines(one: Experiment, rng: Rng) -> Experiment:
    """α is too large with bounded activations, also at the end: nothing diverges."""
    layers = tuple(Map("sin") if isinstance(spec, Map) else spec for spec in one.layers)
    return replace(one, layers=(*layers, Map("sin")), ideal=("v0*v1",) * one.outputs, alpha=log_uniform(rng, 2.0, 20.0))


def dead_relus(one: Experiment, _rng: Rng) -> Experiment:
    """Every unit of one layer of ReLUs has a bias far below its inputs."""
    layers = tuple(Map("relu") if isinstance(spec, Map) else spec for spec in one.layers)
    spoilt = replace(one, layers=layers)
    network = spoilt.network()
    network.layers[0].b = network.layers[0].b - 20.0
    return replace(spoilt, weights=weights_of(network))


def saturated_tanh(one: Experiment, rng: Rng) -> Experiment:
    """A last tanh whose biases are far on the wrong side."""
    network = replace(one, layers=(*one.layers, Map("tanh")), ideal=("sign(v0)",) * one.outputs).network()
    dense = network.layers[-2]
    dense.M, dense.b = 0.1 * dense.M, rng.choice([-1.0, 1.0], dense.b.shape) * rng.uniform(6.0, 12.0)
    return replace(
        one,
        layers=(*one.layers, Map("tanh")),
        ideal=("sign(v0)",) * one.outputs,
        weights=weights_of(network),
        alpha=min(one.alpha, 0.05),
        samples=min(one.samples, 1000),
    )


def affine(one: Experiment, rng: Rng) -> Experiment:
    """No activation, and a target that is no affine function."""
    target = str(rng.choice(["v0*v1", "sign(v0*v1)", "sin(4*v0)", "abs(v0 - v1)", "where(v0*v0+v1*v1 < 0.8, 1, -1)"]))
    layers = tuple(spec for spec in one.layers if isinstance(spec, Affinity))
    return replace(one, layers=layers, ideal=(target,) * one.outputs, alpha=log_uniform(rng, 0.005, 0.05))


def few_steps(one: Experiment, rng: Rng) -> Experiment:
    """The run, cut short."""
    return replace(one, samples=max(20, int(one.samples / log_uniform(rng, 3.0, 50.0))))


CAUSES: dict[str, tuple[Callable[[Experiment, Rng], Experiment], ...]] = {
    "target": (no_number, no_number, bad_row),
    "nothing": (frozen, zero_weights, tiny_alpha, no_weights),
    "gradient": (m_for_transpose, half_slope),
    "alpha": (alpha_past, alpha_of_sines),
    "silent": (dead_relus,),
    "saturated": (saturated_tanh,),
    "shape": (affine,),
    "steps": (few_steps,),
}


def share(made: Run, one: Experiment) -> float:
    """The final loss over the best constant answer's; inf for a run that diverged, nan where there is no such share."""
    constant = best_constant_loss(one)
    if made.diverged_at is not None:
        return math.inf
    return made.settled / constant if constant > 0.0 else math.nan


def sound_runs(rng: Rng) -> Iterator[Experiment]:
    """Random runs that learned."""
    while True:
        one = random_run(rng)
        if share(run(one, one.network()), one) < LEARNED_BELOW:
            yield one


def failures(rng: Rng) -> Iterator[Spoilt]:
    """Runs that learned, spoilt so that they fail; the causes take turns."""
    learned = sound_runs(rng)
    turn = 0
    while True:
        reason = list(CAUSES)[turn % len(CAUSES)]
        spoil = CAUSES[reason][turn // len(CAUSES) % len(CAUSES[reason])]
        spoilt = spoil(next(learned), rng)
        if share(run(spoilt, spoilt.network()), spoilt) >= FAILED_FROM:
            turn += 1
            yield reason, spoilt


def main() -> None:
    """Prints the table: for each cause, the number of times that it is named, and the other answers."""
    rng = np.random.RandomState(SEED)
    said: dict[str, Counter[str]] = {reason: Counter() for reason in CAUSES}
    for _, (reason, spoilt) in zip(range(FAILURES), failures(rng), strict=False):
        cause = why(spoilt)
        said[reason]["no sentence" if cause is None else cause.reason] += 1
    sound = [why(one) for _, one in zip(range(SOUND), sound_runs(rng), strict=False)]
    print(heading())
    print(f"{FAILURES} runs that fail for a known cause, and {SOUND} that learned: what does why say?\n")
    print("| cause     | runs | right | said else |")
    print("| :-------- | ---: | ----: | :-------- |")
    for reason, words in said.items():
        others = ", ".join(f"{word} {count}" for word, count in words.items() if word != reason)
        print(f"| {reason:9} | {words.total():4} | {words[reason]:5} | {others} |")
    right = sum(words[reason] for reason, words in said.items())
    wrong = sum(cause is not None for cause in sound)
    print(f"| all       | {FAILURES:4} | {right:5} | |\n\nOf the {SOUND} runs that learned, {wrong} got a sentence.\n")


if __name__ == "__main__":
    main()
