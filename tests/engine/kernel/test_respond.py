"""The kernel's responses to many vectors have the bits of the readable layers, layer by layer."""

import numpy as np
import pytest

from engine import CATALOGUE, AffinityLayer, IdentityLayer, MapLayer, Network, kernel
from engine.base.numerics import FloatArray
from tests.engine.nets import KINDS, random_training, same_bits, training

BATCHES, BATCH = 3, 100


def one_by_one(net: Network, X: FloatArray) -> list[FloatArray]:
    """The responses of each layer, every vector through the readable layers by itself."""
    values, found = list(X), []
    with np.errstate(all="ignore"):
        for layer in net.copy().layers:
            values = [layer(x) for x in values]
            found.append(np.array(values))
    return found


def agrees(net: Network, X: FloatArray) -> bool:
    """Whether the kernel knows these layers, and gives the same bits for each, and for the last alone."""
    compiled, last = kernel.respond(net.layers, X), kernel.respond(net.layers, X, only_last=True)
    if compiled is None or last is None:
        return False
    readable = one_by_one(net, X)
    alike = [same_bits(a, b) for a, b in zip(readable, compiled, strict=True)]
    return all(alike) and same_bits(readable[-1], last[0])


@pytest.mark.parametrize("batch", range(BATCHES))
def test_a_random_network_responds_with_the_same_bits(batch: int) -> None:
    cases = [random_training(seed) for seed in range(batch * BATCH, (batch + 1) * BATCH)]
    known = [case for case in cases if any(type(layer) is not IdentityLayer for layer in case.net.layers)]
    assert len(known) > BATCH / 2
    assert [case for case in known if not agrees(case.net, case.X)] == []


def test_layers_of_every_width_respond_with_the_same_bits() -> None:
    for width in (1, 7, 8, 9, 16, 17, 64, 255):
        parts: list[int | str] = [width, "tanh", "", width, 2, "1/(1 + exp(-x)) + x*0.1"]
        case = training(parts, 3, 20, 0.1, np.random.RandomState(width))
        assert agrees(case.net, case.X), width


@pytest.mark.parametrize("key", KINDS)
def test_networks_of_the_catalogue_respond_as_their_readable_layers_do(key: str) -> None:
    experiment = CATALOGUE[key].experiment
    net, X = experiment.network(), np.random.RandomState(0).randn(40, experiment.width)
    readable = one_by_one(net, X)
    assert all(same_bits(a, b) for a, b in zip(readable, net.responses(X), strict=True))
    assert same_bits(readable[-1], net.respond(X))
    assert kernel.respond(net.layers, X) is None or agrees(net, X)


def test_no_vectors_have_no_responses_and_unknown_layers_readable_ones(monkeypatch: pytest.MonkeyPatch) -> None:
    own = [AffinityLayer(2, 2), MapLayer(abs, np.sign)]
    for layers in ([], [IdentityLayer()], [AffinityLayer(3, 2)], own):
        assert kernel.respond(layers, np.ones((4, 2))) is None
    net = training([3, "tanh", 2], 2, 4, 0.1, np.random.RandomState(0)).net
    for compiled in (True, False):
        monkeypatch.setattr(kernel, "ready", lambda compiled=compiled: compiled)
        assert net.respond(np.empty((0, 2))).shape == (0, 2)
        assert [part.shape for part in net.responses(np.empty((0, 2)))] == [(0, 3), (0, 3), (0, 2)]
