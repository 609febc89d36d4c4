"""The same four networks trained fact by fact with PyTorch, JAX and scikit-learn, where they are installed.

`pip install -r benchmarks/requirements.txt` installs them; nothing else needs them. JAX scans over the facts within one
compiled function in float64; PyTorch runs eagerly; scikit-learn is asked for one `partial_fit` a fact, and its last
layer never has a tanh. The first call of each, which loads and compiles what it needs, is told apart.
"""

import importlib
import importlib.util
import time
from collections.abc import Callable
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

from benchmarks import heading
from benchmarks.limit import LENGTHS, Timed, facts, on_the_kernel, taking_turns
from benchmarks.steps import ALPHA, NETWORKS, Widths, network
from engine.base.numerics import FloatArray
from engine.layers.layers import AffinityLayer

TURNS = 9
FEW_FACTS = 200
"""Who takes a tenth of a millisecond for each is asked for these."""

Training = Callable[[], object]


@dataclass(frozen=True)
class Peer:
    """A row: the module, what makes one training of it, and whether it is asked for a few facts only."""

    module: str
    training: Callable[[Any, Widths, bool, FloatArray, FloatArray], Training]
    few: bool


def in_jax(jax: Any, widths: Widths, mapped: bool, X: FloatArray, T: FloatArray) -> Training:
    """One compiled scan over all facts."""
    jax.config.update("jax_enable_x64", True)  # noqa: FBT003
    start = [(layer.M, layer.b) for layer in network(widths, mapped).layers if isinstance(layer, AffinityLayer)]

    def loss(weights: Any, x: Any, expected: Any) -> Any:
        for M, b in weights:
            x = M @ x + b
            x = jax.numpy.tanh(x) if mapped else x
        return ((x - expected) ** 2).sum() / 2

    def step(weights: Any, fact: Any) -> Any:
        value, slopes = jax.value_and_grad(loss)(weights, *fact)
        return jax.tree.map(lambda w, slope: w - ALPHA * slope, weights, slopes), value

    train = jax.jit(lambda weights, X, T: jax.lax.scan(step, weights, (X, T)))
    return lambda: jax.block_until_ready(train(start, X, T))


def in_torch(torch: Any, widths: Widths, mapped: bool, X: FloatArray, T: FloatArray) -> Training:
    """Eagerly, fact by fact: forward, loss, backward and one step of its own SGD."""
    torch.set_num_threads(1)
    layers: list[Any] = []
    for inputs, outputs in pairwise(widths):
        layers += [torch.nn.Linear(inputs, outputs, dtype=torch.float64), *([torch.nn.Tanh()] if mapped else [])]
    net = torch.nn.Sequential(*layers)
    optimiser = torch.optim.SGD(net.parameters(), lr=ALPHA)
    both = list(zip(torch.from_numpy(X), torch.from_numpy(T), strict=True))

    def train() -> None:
        for x, expected in both:
            optimiser.zero_grad()
            (((net(x) - expected) ** 2).sum() / 2).backward()
            optimiser.step()

    return train


def in_scikit_learn(_sklearn: Any, widths: Widths, _mapped: bool, X: FloatArray, T: FloatArray) -> Training:
    """Its perceptron with hidden layers, one fact at a time."""
    perceptron = importlib.import_module("sklearn.neural_network").MLPRegressor
    net = perceptron(
        hidden_layer_sizes=widths[1:-1], activation="tanh", solver="sgd", batch_size=1, learning_rate_init=ALPHA
    )

    def train() -> None:
        for k in range(len(X)):
            net.partial_fit(X[k : k + 1], T[k : k + 1])

    return train


PEERS = {
    "JAX scan": Peer("jax", in_jax, few=False),
    "PyTorch": Peer("torch", in_torch, few=True),
    "scikit-learn": Peer("sklearn", in_scikit_learn, few=True),
}


def main() -> None:
    """Prints the table."""
    found = {name: peer for name, peer in PEERS.items() if importlib.util.find_spec(peer.module)}
    print(heading())
    if not found:
        print("Neither JAX nor PyTorch nor scikit-learn is installed to be measured against.\n")
        return
    print(f"One online SGD step, ns, median of {TURNS} turns; in brackets the seconds of a first call:\n")
    columns = ("network", "kernel", *found)
    print("| " + " | ".join(f"{name:>20}" for name in columns) + " |")
    print("| " + " | ".join("-" * 19 + ":" for _ in columns) + " |")
    for key in NETWORKS:
        print("| " + " | ".join(f"{cell:>20}" for cell in row(key, found)) + " |")
    print()


def row(key: str, found: dict[str, Peer]) -> list[str]:
    """The network's name, nanoseconds on the kernel, and on each peer."""
    title, widths, mapped = NETWORKS[key]
    most = LENGTHS[key][-1]
    X, T = facts(widths, most)
    counts = [most, *(FEW_FACTS if peer.few else most for peer in found.values())]
    trainings = [
        peer.training(importlib.import_module(peer.module), widths, mapped, X[:count], T[:count])
        for peer, count in zip(found.values(), counts[1:], strict=True)
    ]
    first = [wall_clock(training) for training in trainings]
    seconds = taking_turns([on_the_kernel(network(widths, mapped), X, T), *map(processor_clock, trainings)], TURNS)
    own, *theirs = (f"{1e9 * all_of_them / count:,.1f}" for all_of_them, count in zip(seconds, counts, strict=True))
    return [f"{key}  {title}", own, *(f"{ns} ({begun:.2f})" for ns, begun in zip(theirs, first, strict=True))]


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
