"""The badge says what the gradient check found, and names what is wrong."""

import re
from typing import Any

import numpy as np
import pytest

from engine import CATALOGUE, Affinity, DrawnWeights, Experiment, Identity, Layer, Map, Network
from engine.base.numerics import FloatArray
from engine.checks.gradcheck import AGREES, AT_KINK, DISAGREES, UNKNOWN
from engine.layers.faulty_layers import HALF_SLOPE
from webapp.responses.gradcheck_badge import gradcheck_badge
from webapp.responses.input_domain import InputDomain

NOT_FAIR = "The curve is not a fair test."


def badge(experiment: Experiment, network: Network | None = None) -> tuple[str, str]:
    found = whole_badge(experiment, network)
    return found["state"], found["text"]


def whole_badge(experiment: Experiment, network: Network | None = None) -> dict[str, str]:
    return gradcheck_badge(network or experiment.network(), InputDomain(experiment).samples[0])


def test_backprop_agrees_in_every_experiment_and_the_tooltip_says_how_far_apart_the_gradients_are() -> None:
    for key in CATALOGUE:
        state, text = badge(CATALOGUE[key].experiment)
        assert (state, text) == (AGREES, "Gradient check passed")
    experiment = CATALOGUE["xor-hidden-layer"].experiment
    says = whole_badge(experiment)["says"]
    assert re.fullmatch(r"The largest difference is \d × 10⁻\S+\.", says)
    experiment = Experiment((Affinity(2, 2),), "swap", samples=1)
    found = whole_badge(experiment)
    assert found["state"] == AGREES
    assert found["says"].startswith("The largest difference is ")
    network = CATALOGUE["xor-hidden-layer"].experiment.network()
    before = [array.copy() for layer in network.layers for array in layer.parameters.values()]
    badge(CATALOGUE["xor-hidden-layer"].experiment, network)
    after = [array for layer in network.layers for array in layer.parameters.values()]
    assert all(np.array_equal(one, other) for one, other in zip(before, after, strict=True))


def test_mistakes_are_found_in_their_layers_and_what_cannot_be_checked_counts_against_nobody() -> None:
    state, text = badge(Experiment((Affinity(2, 2, left_multiplied=True), Map("tanh")), "swap"))
    assert state == DISAGREES
    assert text.startswith("Gradient check failed in the dense layer, gradient of its input: ")
    assert text.endswith(NOT_FAIR)
    layers = (Affinity(2, 3), Affinity(3, 2), Affinity(2, 2, left_multiplied=True))
    state, text = badge(Experiment(layers, "swap"))
    assert state == DISAGREES
    assert "failed in dense layer 3, gradient of its input: " in text
    wrong = Affinity(2, 2, left_multiplied=True)
    _, text = badge(Experiment((wrong, Map(HALF_SLOPE.name), Affinity(2, 2, left_multiplied=True)), "swap"))
    assert text.startswith("Gradient check failed in dense layer 2, gradient of its input: ")
    assert "; it fails in dense layer 1 and the activation too. " in text
    state, text = badge(Experiment((Affinity(2, 2), Map(HALF_SLOPE.name)), "swap"))
    backprop, _, numeric = (
        text.partition("its input: ")[2].removesuffix(f" by differences. {NOT_FAIR}").partition(" by backprop, ")
    )
    assert state == DISAGREES
    assert float(backprop.replace("−", "-")) == pytest.approx(2 * float(numeric.replace("−", "-")), rel=0.05)
    network = Network()
    network.extend(Forgetful())
    state, text = badge(Experiment((Affinity(2, 2),), "swap"), network)
    assert state == DISAGREES
    assert "layer of your own, gradient of scale" in text
    assert any(place in text for place in ("scale₀: ", "scale₁: "))
    for name in ["relu", "leaky relu"]:
        experiment = Experiment((Affinity(2, 2), Map(name)), "swap")
        network = with_a_unit_of_zeros(experiment)
        assert badge(experiment, network) == (AT_KINK, f"Not checked at 0: {name} has no derivative there")
    experiment = Experiment((Affinity(2, 2), Map("relu"), Affinity(2, 2)), "swap")
    assert badge(experiment, with_a_unit_of_zeros(experiment))[0] == AGREES
    experiment = Experiment((Affinity(2, 2), Map("relu"), Affinity(2, 2)), "swap", DrawnWeights(0, "zero"))
    assert badge(experiment) == (AT_KINK, "Not checked at 0: relu has no derivative there")
    experiment = Experiment((Affinity(2, 2), Map("abs(x - 2)")), "swap", DrawnWeights(0, "zero"))
    network = experiment.network()
    network.layers[0].b[:] = 2.0
    assert badge(experiment, network) == (AT_KINK, "Not checked: abs(x - 2) has no derivative at what it is given")
    found = badge(Experiment((), "swap"))
    assert found == (UNKNOWN, "No layers: the output is the input, and nothing can learn. Add a layer with +.")
    network = Network()
    network.extend(lambda x: 2.0 * np.asarray(x))
    state, text = badge(Experiment((Identity(),), "swap"), network)
    assert (state, text[:33]) == (UNKNOWN, "The gradient cannot be checked: a")
    experiment = Experiment((Affinity(2, 2), Map("exp(x)"), Affinity(2, 2)), "swap")
    for size in (1e10, 1e200, 1.7e308, np.inf, np.nan):
        network = experiment.network()
        network.layers[0].M = np.full((2, 2), size)
        state, text = badge(experiment, network)
        assert state != DISAGREES
        assert "nan" not in text


class Forgetful(Layer):
    """Scales by a parameter, and returns half of that parameter's gradient."""

    def __init__(self) -> None:
        self.scale = np.array([3.0, 3.0])
        self.last = np.zeros(2)

    @property
    def parameters(self) -> dict[str, FloatArray]:
        return {"scale": self.scale}

    def __call__(self, x: Any) -> FloatArray:
        self.last = np.asarray(x)
        return self.scale * self.last

    def respond(self, x: Any) -> FloatArray:
        scaled: FloatArray = self.scale * x
        return scaled

    def gradients(self, output_delE: Any) -> tuple[FloatArray, dict[str, FloatArray]]:
        return self.scale * output_delE, {"scale": 0.5 * self.last * output_delE}


def with_a_unit_of_zeros(experiment: Experiment) -> Network:
    network = experiment.network()
    network.layers[0].M[0] = 0.0
    network.layers[0].b[0] = 0.0
    return network
