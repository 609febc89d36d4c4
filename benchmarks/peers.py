"""The same four networks trained fact by fact with PyTorch, JAX and scikit-learn, where they are installed.

`pip install -r benchmarks/requirements.txt` installs them; nothing else needs them. JAX scans over the facts within
one compiled function in float64; PyTorch runs eagerly; scikit-learn is asked for one `partial_fit` a fact, and its
last layer never has a tanh. The first call of each, which loads and compiles its code, is listed apart.

A second table has whole sweeps beside JAX's `vmap` over runs; a third one of the networks under training rules, where
JAX's optimizers are written out in the scan and PyTorch has its own.
"""

import importlib
import importlib.util
import time
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from itertools import pairwise
from typing import Any

import numpy as np

from benchmarks import heading
from benchmarks.limit import LENGTHS, Timed, facts, on_the_kernel, taking_turns
from benchmarks.steps import ALPHA, NETWORKS, Widths, network
from benchmarks.sweep import grid_of, whole
from engine.base.numerics import FloatArray
from engine.layers.layers import AffinityLayer
from engine.rules.optimizers import EPSILON, MEAN_MEMORY, MEMORY, SQUARE_MEMORY
from engine.rules.rule import PLAIN, TrainingRule

TURNS = 9
FEW_FACTS = 320
"""The number of facts for peers that take a tenth of a millisecond for each."""

Training = Callable[[], object]

RULED = "C"
"""The network that learns by each rule."""
RULES = {
    "plain": PLAIN,
    "momentum 0.9": TrainingRule(momentum=0.9),
    "batch 16": TrainingRule(batch=16),
    "RMSProp": TrainingRule(optimizer="rmsprop"),
    "Adam": TrainingRule(optimizer="adam"),
}


@dataclass(frozen=True)
class Peer:
    """A row: the module, the function that makes one training of it, and whether it is asked for a few facts only."""

    module: str
    training: Callable[[Any, Widths, bool, TrainingRule, FloatArray, FloatArray], Training]
    few: bool
    rules: bool = True
    """Whether it has the rules too."""


def in_jax(jax: Any, widths: Widths, mapped: bool, rule: TrainingRule, X: FloatArray, T: FloatArray) -> Training:
    """One compiled scan over all facts, or over batches of them."""
    jax.config.update("jax_enable_x64", True)  # noqa: FBT003
    start = [(layer.M, layer.b) for layer in network(widths, mapped).layers if isinstance(layer, AffinityLayer)]

    zeros = jax.tree.map(jax.numpy.zeros_like, start)

    loss = loss_in_jax(jax, mapped)

    def step(state: Any, batch: Any) -> Any:
        weights, means, squares, k = state
        value, slopes = jax.value_and_grad(lambda *asked: loss(*asked) / rule.batch)(weights, *batch)
        steps, means, squares = in_jax_step(jax, rule)(slopes, means, squares, k)
        return (jax.tree.map(lambda w, move: w - move, weights, steps), means, squares, k + 1), value

    shape = (-1, rule.batch) if rule.batch > 1 else (-1,)
    batches = X.reshape(*shape, X.shape[1]), T.reshape(*shape, T.shape[1])
    train = jax.jit(lambda state, batches: jax.lax.scan(step, state, batches))
    return lambda: jax.block_until_ready(train((start, zeros, zeros, 1.0), batches))


def loss_in_jax(jax: Any, mapped: bool) -> Callable[[Any, Any, Any], Any]:
    """Half the sum of squares, as a function of the weights, an input and its target, or of a batch of them."""

    def loss(weights: Any, x: Any, expected: Any) -> Any:
        for M, b in weights:
            x = x @ M.T + b
            x = jax.numpy.tanh(x) if mapped else x
        return ((x - expected) ** 2).sum() / 2

    return loss


def in_jax_step(jax: Any, rule: TrainingRule) -> Callable[[Any, Any, Any, Any], Any]:
    """The step that a rule subtracts, and its next state, from (slopes, means, squares, number of the step)."""
    each, root = jax.tree.map, jax.numpy.sqrt

    def momentum(slopes: Any, means: Any, squares: Any, _k: Any) -> Any:
        means = each(lambda v, slope: rule.momentum * v + ALPHA * slope, means, slopes) if rule.momentum else slopes
        return means if rule.momentum else each(lambda slope: ALPHA * slope, slopes), means, squares

    def rmsprop(slopes: Any, means: Any, squares: Any, _k: Any) -> Any:
        squares = each(lambda v, slope: MEMORY * v + (1 - MEMORY) * slope**2, squares, slopes)
        return each(lambda slope, v: ALPHA * slope / (root(v) + EPSILON), slopes, squares), means, squares

    def adam(slopes: Any, means: Any, squares: Any, k: Any) -> Any:
        squares = each(lambda v, slope: SQUARE_MEMORY * v + (1 - SQUARE_MEMORY) * slope**2, squares, slopes)
        means = each(lambda m, slope: MEAN_MEMORY * m + (1 - MEAN_MEMORY) * slope, means, slopes)
        pace, rest = ALPHA / (1 - MEAN_MEMORY**k), 1 - SQUARE_MEMORY**k
        return each(lambda m, v: pace * m / (root(v / rest) + EPSILON), means, squares), means, squares

    return {"sgd": momentum, "rmsprop": rmsprop, "adam": adam}[rule.optimizer]


def in_torch(torch: Any, widths: Widths, mapped: bool, rule: TrainingRule, X: FloatArray, T: FloatArray) -> Training:
    """Eagerly, batch by batch: forward, loss, backward and one step of its own optimizer."""
    torch.set_num_threads(1)
    layers: list[Any] = []
    for inputs, outputs in pairwise(widths):
        layers += [torch.nn.Linear(inputs, outputs, dtype=torch.float64), *([torch.nn.Tanh()] if mapped else [])]
    net = torch.nn.Sequential(*layers)
    optimiser = {
        "sgd": lambda parameters: torch.optim.SGD(parameters, lr=ALPHA, momentum=rule.momentum),
        "rmsprop": lambda parameters: torch.optim.RMSprop(parameters, lr=ALPHA),
        "adam": lambda parameters: torch.optim.Adam(parameters, lr=ALPHA),
    }[rule.optimizer](net.parameters())
    one = torch.Tensor.squeeze if rule.batch == 1 else torch.Tensor.clone
    both = [
        [one(part) for part in pair]
        for pair in zip(*(torch.from_numpy(a).split(rule.batch) for a in (X, T)), strict=True)
    ]

    def train() -> None:
        for x, expected in both:
            optimiser.zero_grad()
            (((net(x) - expected) ** 2).sum() / 2 / rule.batch).backward()
            optimiser.step()

    return train


def in_scikit_learn(
    _sklearn: Any, widths: Widths, _mapped: bool, _rule: TrainingRule, X: FloatArray, T: FloatArray
) -> Training:
    """Its perceptron with hidden layers, one fact at a time."""
    perceptron = importlib.import_module("sklearn.neural_network").MLPRegressor
    net = perceptron(
        hidden_layer_sizes=widths[1:-1], activation="tanh", solver="sgd", batch_size=1, learning_rate_init=ALPHA
    )

    def train() -> None:
        for k in range(len(X)):
            net.partial_fit(X[k : k + 1], T[k : k + 1])

    return train


ALPHAS, SWEPT_STEPS, SWEPT_TURNS = 64, 200, 3
SWEPT = dict.fromkeys("ABC", (1_024, 10_240, 102_400)) | {"D": (1_024, 10_240)}
"""The numbers of runs that each network is swept over."""

PEERS = {
    "JAX scan": Peer("jax", in_jax, few=False),
    "PyTorch": Peer("torch", in_torch, few=True),
    "scikit-learn": Peer("sklearn", in_scikit_learn, few=True, rules=False),
}


def main() -> None:
    """Prints the table."""
    found = {name: peer for name, peer in PEERS.items() if importlib.util.find_spec(peer.module)}
    print(heading())
    if not found:
        print("Neither JAX nor PyTorch nor scikit-learn is installed to be measured against.\n")
        return
    print(f"One online SGD step, ns, median of {TURNS} turns; in brackets the seconds of a first call:\n")
    print_table("network", {f"{key}  {NETWORKS[key][0]}": (key, PLAIN) for key in NETWORKS}, found)
    if "JAX scan" in found:
        print_sweeps(importlib.import_module("jax"))
    found = {name: peer for name, peer in found.items() if peer.rules}
    print(f"The same a fact, of network {RULED} by each rule:\n")
    print_table("rule", {name: (RULED, rule) for name, rule in RULES.items()}, found)


def print_table(title: str, rows: dict[str, tuple[str, TrainingRule]], found: dict[str, Peer]) -> None:
    """A line for each network and rule: its name, the kernel, and each peer."""
    print("| " + " | ".join(f"{name:>20}" for name in (title, "kernel", *found)) + " |")
    print("| " + " | ".join("-" * 19 + ":" for _ in ("", "", *found)) + " |")
    for name, (key, rule) in rows.items():
        print("| " + " | ".join(f"{cell:>20}" for cell in (name, *row(key, rule, found))) + " |")
    print()


def row(key: str, rule: TrainingRule, found: dict[str, Peer]) -> list[str]:
    """Nanoseconds of a fact on the kernel, and on each peer."""
    _, widths, mapped = NETWORKS[key]
    most = LENGTHS[key][-1]
    X, T = facts(widths, most)
    counts = [most, *(FEW_FACTS if peer.few else most for peer in found.values())]
    trainings = [
        peer.training(importlib.import_module(peer.module), widths, mapped, rule, X[:count], T[:count])
        for peer, count in zip(found.values(), counts[1:], strict=True)
    ]
    first = [wall_clock(training) for training in trainings]
    own_clock = on_the_kernel(network(widths, mapped), X, T, rule)
    seconds = taking_turns([own_clock, *map(processor_clock, trainings)], TURNS)
    own, *theirs = (f"{1e9 * all_of_them / count:,.1f}" for all_of_them, count in zip(seconds, counts, strict=True))
    return [own, *(f"{ns} ({begun:.2f})" for ns, begun in zip(theirs, first, strict=True))]


def print_sweeps(jax: Any) -> None:
    """A line for each network and number of runs: thousands of runs a second of a whole sweep here, on all cores, with
    all that it draws; and of JAX, which is given the samples, compiled for that many runs before."""
    print(f"Whole sweeps of {SWEPT_STEPS} online steps a run, thousands of runs a second, median of {SWEPT_TURNS}:\n")
    print("| network | runs | sweep, all cores | JAX vmap and scan | times JAX |\n| --- | ---: | ---: | ---: | ---: |")
    for key, counts in SWEPT.items():
        title, widths, mapped = NETWORKS[key]
        for runs in counts:
            alphas, seeds = np.geomspace(1e-3, 0.3, ALPHAS), runs // ALPHAS
            theirs = swept_in_jax(jax, widths, mapped, alphas, seeds)
            theirs()
            clocks: list[Timed] = [whole(grid_of(key, alphas, seeds, SWEPT_STEPS)), partial(wall_clock, theirs)]
            own, other = (runs / 1000 / seconds for seconds in taking_turns(clocks, SWEPT_TURNS))
            print(f"| {key}  {title} | {runs:,} | {own:,.1f} | {other:,.1f} | {own / other:.1f} |")
    print()


def swept_in_jax(jax: Any, widths: Widths, mapped: bool, alphas: FloatArray, seeds: int) -> Training:
    """One compiled scan over the samples, mapped over all alphas and over the samples of each seed."""
    start = [(layer.M, layer.b) for layer in network(widths, mapped).layers if isinstance(layer, AffinityLayer)]
    loss = loss_in_jax(jax, mapped)

    def train(alpha: Any, X: Any, T: Any) -> Any:
        def step(weights: Any, fact: Any) -> Any:
            value, slopes = jax.value_and_grad(loss)(weights, *fact)
            return jax.tree.map(lambda w, slope: w - alpha * slope, weights, slopes), value

        return jax.lax.scan(step, start, (X, T))[1][-SWEPT_STEPS // 10 :].mean()

    samples = (part.reshape(seeds, SWEPT_STEPS, -1) for part in facts(widths, seeds * SWEPT_STEPS))
    all_runs = jax.jit(jax.vmap(jax.vmap(train, (None, 0, 0)), (0, None, None)))
    arguments = [jax.numpy.asarray(part) for part in (alphas, *samples)]
    return lambda: jax.block_until_ready(all_runs(*arguments))


def wall_clock(training: Training) -> float:
    """Seconds that one training takes."""
    before = time.perf_counter()
    training()
    return time.perf_counter() - before


def processor_clock(training: Training) -> Timed:
    """A clock for the processor's time of one training."""

    def clock() -> float:
        before = time.process_time()
        training()
        return time.process_time() - before

    return clock


if __name__ == "__main__":
    main()
