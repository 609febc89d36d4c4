"""The same four networks trained fact by fact with JAX and scikit-learn, where they are installed.

`pip install -r benchmarks/requirements.txt` installs them; nothing else needs them. JAX scans over the facts within one
compiled function in float64; scikit-learn is asked for one `partial_fit` a fact; its last layer never has a tanh.
"""

import importlib
import importlib.util
import time
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


def main() -> None:
    """Prints the table."""
    jax, sklearn = installed("jax"), installed("sklearn")
    print(heading())
    if not (jax or sklearn):
        print("Neither JAX nor scikit-learn is installed to be measured against.\n")
        return
    print(f"One online SGD step, ns, median of {TURNS} turns:\n")
    print(f"| {'network':20} | {'kernel':>9} | {'JAX scan':>9} | {'JAX compiles, s':>15} | {'scikit-learn':>12} |")
    print(f"| {'-' * 20} | {'-' * 8}: | {'-' * 8}: | {'-' * 14}: | {'-' * 11}: |")
    for key, (title, widths, mapped) in NETWORKS.items():
        net, n = network(widths, mapped), LENGTHS[key][-1]
        X, T = facts(widths, n)
        peer, compiling = in_jax(jax, net, mapped, X, T) if jax else (None, 0.0)
        kernel, *scan = taking_turns([on_the_kernel(net, X, T), *filter(None, [peer])], TURNS)
        slow = f"{in_scikit_learn(widths, X, T) * 1e9:,.0f}" if sklearn else ""
        told = (f"{scan[0] / n * 1e9:,.1f}", f"{compiling:.2f}") if scan else ("", "")
        print(f"| {f'{key}  {title}':20} | {kernel / n * 1e9:9,.1f} | {told[0]:>9} | {told[1]:>15} | {slow:>12} |")
    print()


if __name__ == "__main__":
    main()
