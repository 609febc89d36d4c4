"""Experiments of the catalogue, random networks for the kernel's tests, and whether two have the same bits."""

from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from engine import CATALOGUE, AffinityLayer, Experiment, IdentityLayer, MapLayer, Network, Run, run
from engine.activations import ACTIVATIONS
from engine.base.metrics import fingerprint
from engine.base.numerics import FloatArray
from engine.kernel import flattened, parameters

KINDS = ("identity-layer", "three-facts", "left-or-right", "square-map", "xor-hidden-layer", "sine", "circle-decay",
         "falling-rate")  # fmt: skip
"""Experiments of the catalogue, one for each kind of network, inputs, target and rule."""
STRANGE = (np.inf, -np.inf, np.nan, 5e-324, -1e-310, 0.0, -0.0, 1e308, -1e200)
ALPHAS = (0.0, 5e-324, 1e-61, 1e-3, 0.03, 0.5, 3.0, 1e8, 1e300)


def catalogued(key: str, **changes: Any) -> Experiment:
    return replace(CATALOGUE[key].experiment, **changes)


def run_of(experiment: Experiment, *rest: Any, **named: Any) -> Run:
    return run(experiment, experiment.network(), *rest, **named)


def flat(network: Network) -> FloatArray:
    return flattened(parameters(network.layers))


def network_of(*layers: Any, alpha: float = 0.1) -> Network:
    network = Network()
    network.layers, network.alpha = list(layers), alpha
    return network


class Doubling:
    """A layer of one's own that has the two ports and no more."""

    def __call__(self, x: Any) -> FloatArray:
        return 2.0 * np.asarray(x)

    def backprop(self, output_delE: Any) -> FloatArray:
        return 2.0 * np.asarray(output_delE)


@dataclass(frozen=True)
class Training:
    net: Network
    X: FloatArray
    T: FloatArray

    def readable(self) -> tuple[FloatArray, FloatArray]:
        """Losses and parameters by the readable layers."""
        net = self.net.copy()
        return np.array(net.losses(zip(self.X, self.T, strict=True))), flat(net)

    def compiled(self) -> tuple[FloatArray, FloatArray]:
        """Losses and parameters by `Network.train`: by the kernel, where it can."""
        net = self.net.copy()
        return net.train(self.X, self.T, wait_for_kernel=True), flat(net)

    def agrees(self) -> bool:
        """Whether both have the same bits, every nan alike."""
        return all(same_bits(a, b) for a, b in zip(self.readable(), self.compiled(), strict=True))


def same_bits(a: FloatArray, b: FloatArray) -> bool:
    """Whether two arrays of float64 hold the same bits, every nan alike and −0 apart from 0."""
    nan = np.isnan(a)
    return a.shape == b.shape and bool(np.array_equal(nan, np.isnan(b)) and (bits(a)[~nan] == bits(b)[~nan]).all())


def bits(a: FloatArray) -> NDArray[np.uint64]:
    return np.ascontiguousarray(a).view(np.uint64)


def training(
    parts: list[int | str], inputs: int, steps: int, alpha: float, rng: np.random.RandomState, strange: float = 0.0
) -> Training:
    """A training of the network with these parts: a width for an affine layer, a name for a map, "" for an identity."""
    net, width = Network(), inputs
    net.alpha = alpha
    for part in parts:
        if isinstance(part, int):
            layer = AffinityLayer(width, part, seed=rng.randint(2**31))
            layer.M *= 0.5
            net.extend(layer)
            width = part
        else:
            net.extend(MapLayer(part) if part else IdentityLayer())
    X = rng.randn(steps, inputs)
    X[rng.random_sample(X.shape) < strange] = rng.choice(STRANGE)
    return Training(net, X, rng.randn(steps, width))


def random_training(seed: int, widest: int = 20) -> Training:
    """Up to four affine layers of any widths, any functions around them, any alpha, and some strange inputs."""
    rng, functions = np.random.RandomState([5, seed]), ["", *ACTIVATIONS]
    parts: list[int | str] = []
    for _ in range(rng.randint(0, 5)):
        parts += [functions[k] for k in rng.randint(0, len(functions), rng.randint(0, 3))]
        parts.append(int(rng.randint(1, widest + 1)))
    parts += [functions[k] for k in rng.randint(0, len(functions), rng.randint(0, 3))]
    alpha = float(rng.choice(ALPHAS)) if seed % 2 else float(10 ** rng.uniform(-4, 1))
    case = training(parts, int(rng.randint(1, widest + 1)), 30, alpha, rng, strange=rng.choice([0.0, 0.0, 0.02]))
    if seed % 3:
        return case
    with np.errstate(over="ignore"):
        return replace(case, X=case.X * 1e3)


def some_frozen(case: Training, seed: int) -> Training:
    """The same training with some, all or none of the numbers of each layer frozen."""
    rng, net = np.random.RandomState([6, seed]), case.net.copy()
    for layer in net.layers:
        count = sum(array.size for array in layer.parameters.values())
        layer.freeze(np.flatnonzero(rng.random_sample(count) < rng.choice([0.0, 0.1, 0.5, 1.0])))
    return replace(case, net=net)


def digest_of_random_trainings(count: int) -> str:
    """Eight hex digits over losses and parameters of the first random trainings on the kernel."""
    return fingerprint(array for seed in range(count) for array in random_training(seed).compiled())
