"""Hidden units are called alike where their weights say so, before and after the run."""

from dataclasses import replace
from typing import Any

import numpy as np

from engine import CATALOGUE, Affinity, AffinityLayer, DrawnWeights, Experiment, Map, Network, run
from engine.outcomes.failure.alike import AlikeUnits, alike_units
from tests.engine.nets import catalogued

XOR = CATALOGUE["xor-hidden-layer"].experiment


def after(experiment: Experiment, start: Network) -> list[AlikeUnits]:
    return alike_units(start, run(experiment, start).trained)


def with_equal_units(experiment: Experiment = XOR) -> Network:
    network = experiment.network()
    hidden, last = (layer for layer in network.layers if isinstance(layer, AffinityLayer))
    hidden.M, hidden.b, last.M = np.full((4, 2), 0.5), np.full(4, 0.1), np.full((1, 4), -0.5)
    return network


def test_zero_weights_hold_units_alike_and_equal_ones_move_alike_under_every_rule() -> None:
    zero = replace(XOR, weights=DrawnWeights(1, "zero"))
    assert after(zero, zero.network()) == [AlikeUnits(0, 4, zero=True, moved=False)]
    spiral = catalogued("spiral", weights=DrawnWeights(1, "zero"), samples=50)
    assert [one.place for one in after(spiral, spiral.network())] == [0, 2]
    rules: list[dict[str, Any]] = [{}, {"optimizer": "adam"}, {"momentum": 0.9}, {"batch": 8}, {"decay": 0.1}]
    for rule in rules:
        experiment = replace(XOR, **rule)
        assert after(experiment, with_equal_units(experiment)) == [AlikeUnits(0, 4, zero=False, moved=True)], rule


def test_one_other_digit_drawn_weights_and_frozen_layers_are_not_alike() -> None:
    for change in range(3):
        start = with_equal_units()
        hidden, last = (layer for layer in start.layers if isinstance(layer, AffinityLayer))
        array = (hidden.M, hidden.b, last.M)[change]
        array.flat[-1] = np.nextafter(array.flat[-1], 9.0)
        assert after(XOR, start) == []
    start = with_equal_units()
    end = run(XOR, start).trained
    end.layers[0].M[1, 0] += 1e-9
    assert alike_units(start, end) == []
    zero = DrawnWeights(1, "zero")
    one = replace(XOR, layers=(Affinity(2, 1), Map("tanh"), Affinity(1, 1)), weights=zero)
    frozen = replace(XOR, layers=(Affinity(2, 4, frozen=(0,)), *XOR.layers[1:]), weights=zero)
    assert [after(each, each.network()) for each in (XOR, one, frozen)] == [[], [], []]
