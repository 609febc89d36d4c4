"""The same four networks trained fact by fact with PyTorch, JAX and scikit-learn, where they are installed.

`pip install -r benchmarks/requirements.txt` installs them; nothing else needs them. JAX scans over the facts within one
compiled function in float64; PyTorch runs eagerly; scikit-learn is asked for one `partial_fit` a fact, and its last
layer never has a tanh.
"""

import importlib
import importlib.util
import time
from itertools import pairwise
from typing import Any

from benchmarks import heading
from benchmarks.limit import LENGTHS, Timed, facts, on_the_kernel, taking_turns
from benchmarks.steps import ALPHA, NETWORKS, Widths, network
from engine.layers import AffinityLayer
from engine.network import Network
from engine.numerics import Numbers

TURNS = 9
FEW_FACTS = 200
"""scikit-learn takes a fifth of a millisecond for each."""


def installed(name: str) -> Any:
    """The module, or None where it is not installed."""
    return importlib.import_module(name) if importlib.util.find_spec(name) else None


def in_jax(jax: Any, net: Network, mapped: bool, X: Numbers, T: Numbers) -> tuple[Timed, float]:
    """A clock for one training, and the seconds that it takes to compile."""
    jax.config.update("jax_enable_x64", True)  # noqa: FBT003
    start = [(layer.M, layer.b) for layer in net.layers if isinstance(layer, AffinityLayer)]

    def loss(weights: Any, x: Any, expected: Any) -> Any:
        for M, b in weights:
            x = M @ x + b
            x = jax.numpy.tanh(x) if mapped else x
        return ((x - expected) ** 2).sum() / 2

    def step(weights: Any, fact: Any) -> Any:
        value, slopes = jax.value_and_grad(loss)(weights, *fact)
        return jax.tree.map(lambda w, slope: w - net.alpha * slope, weights, slopes), value

    train = jax.jit(lambda weights, X, T: jax.lax.scan(step, weights, (X, T)))

    def clock() -> float:
        before = time.process_time()
        jax.block_until_ready(train(start, X, T))
        return time.process_time() - before

    begun = time.perf_counter()
    train.lower(start, X, T).compile()
    return clock, time.perf_counter() - begun


def in_scikit_learn(widths: Widths, X: Numbers, T: Numbers) -> float:
    """Seconds a fact."""
    network_class = importlib.import_module("sklearn.neural_network").MLPRegressor
    peer = network_class(
        hidden_layer_sizes=widths[1:-1], activation="tanh", solver="sgd", batch_size=1, learning_rate_init=ALPHA
    )
    peer.partial_fit(X[:1], T[:1])
    before = time.process_time()
    for k in range(FEW_FACTS):
        peer.partial_fit(X[k : k + 1], T[k : k + 1])
    return (time.process_time() - before) / FEW_FACTS


def in_torch(torch: Any, widths: Widths, mapped: bool, X: Numbers, T: Numbers) -> float:
    """Seconds a fact, eagerly: forward, loss, backward and one step of its own SGD."""
    torch.set_num_threads(1)
    layers: list[Any] = []
    for inputs, outputs in pairwise(widths):
        layers += [torch.nn.Linear(inputs, outputs, dtype=torch.float64), *([torch.nn.Tanh()] if mapped else [])]
    net = torch.nn.Sequential(*layers)
    optimiser = torch.optim.SGD(net.parameters(), lr=ALPHA)
    inputs_and_targets = list(zip(torch.from_numpy(X[:FEW_FACTS]), torch.from_numpy(T[:FEW_FACTS]), strict=True))
    before = time.process_time()
    for x, expected in inputs_and_targets:
        optimiser.zero_grad()
        (((net(x) - expected) ** 2).sum() / 2).backward()
        optimiser.step()
    return (time.process_time() - before) / FEW_FACTS


def main() -> None:
    """Prints the table."""
    jax, torch, sklearn = installed("jax"), installed("torch"), installed("sklearn")
    print(heading())
    if not (jax or torch or sklearn):
        print("Neither PyTorch nor JAX nor scikit-learn is installed to be measured against.\n")
        return
    print(f"One online SGD step, ns, median of {TURNS} turns:\n")
    columns = ("network", "kernel", "JAX scan", "JAX compiles, s", "PyTorch", "scikit-learn")
    print("| " + " | ".join(f"{name:>16}" for name in columns) + " |")
    print("| " + " | ".join("-" * 15 + ":" for _ in columns) + " |")
    for key, (title, widths, mapped) in NETWORKS.items():
        net, n = network(widths, mapped), LENGTHS[key][-1]
        X, T = facts(widths, n)
        peer, compiling = in_jax(jax, net, mapped, X, T) if jax else (None, 0.0)
        kernel, *scan = taking_turns([on_the_kernel(net, X, T), *filter(None, [peer])], TURNS)
        row = [f"{key}  {title}", f"{kernel / n * 1e9:,.1f}"]
        row += [f"{scan[0] / n * 1e9:,.1f}", f"{compiling:.2f}"] if scan else ["", ""]
        row.append(f"{in_torch(torch, widths, mapped, X, T) * 1e9:,.0f}" if torch else "")
        row.append(f"{in_scikit_learn(widths, X, T) * 1e9:,.0f}" if sklearn else "")
        print("| " + " | ".join(f"{cell:>16}" for cell in row) + " |")
    print()


if __name__ == "__main__":
    main()
