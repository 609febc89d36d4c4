"""Hidden units are called alike where their weights say so, before and after the run."""

from dataclasses import replace

import numpy as np
import pytest

from engine.experiments.catalogue import CATALOGUE
from engine.experiments.experiment import Affinity, DrawnWeights, Experiment, Map
from engine.experiments.run import run
from engine.layers.layers import AffinityLayer
from engine.outcomes.alike_units import AlikeUnits, alike_units
from engine.training.network import Network

XOR = CATALOGUE["xor-hidden-layer"].experiment


def after(experiment: Experiment, start: Network) -> list[AlikeUnits]:
    return alike_units(start, run(experiment, start).trained)


def with_equal_units(experiment: Experiment = XOR) -> Network:
    network = experiment.network()
    hidden, last = (layer for layer in network.layers if isinstance(layer, AffinityLayer))
    hidden.M, hidden.b, last.M = np.full((4, 2), 0.5), np.full(4, 0.1), np.full((1, 4), -0.5)
    return network


def test_zero_weights_hold_all_units_alike_and_the_first_layer_in_its_place() -> None:
    zero = replace(XOR, weights=DrawnWeights(1, "zero"))
    assert after(zero, zero.network()) == [AlikeUnits(0, 4, zero=True, moved=False)]


def test_every_hidden_layer_of_a_tower_of_zeros_is_named() -> None:
    spiral = replace(CATALOGUE["spiral"].experiment, weights=DrawnWeights(1, "zero"), samples=50)
    assert [one.place for one in after(spiral, spiral.network())] == [0, 2]


def test_equal_weights_move_alike_over_all_steps() -> None:
    start = with_equal_units()
    assert after(XOR, start) == [AlikeUnits(0, 4, zero=False, moved=True)]


@pytest.mark.parametrize("changes", [{"optimizer": "adam"}, {"momentum": 0.9}, {"batch": 8}, {"decay": 0.1}])
def test_so_they_do_under_every_rule(changes: dict[str, object]) -> None:
    experiment = replace(XOR, **changes)  # type: ignore[arg-type]
    assert [one.moved for one in after(experiment, with_equal_units(experiment))] == [True]


def test_one_other_digit_and_the_units_are_not_alike() -> None:
    for change in range(3):
        start = with_equal_units()
        hidden, last = (layer for layer in start.layers if isinstance(layer, AffinityLayer))
        array = (hidden.M, hidden.b, last.M)[change]
        array.flat[-1] = np.nextafter(array.flat[-1], 9.0)
        assert after(XOR, start) == []


def test_units_that_part_on_the_way_are_not_alike() -> None:
    start = with_equal_units()
    end = run(XOR, start).trained
    end.layers[0].M[1, 0] += 1e-9
    assert alike_units(start, end) == []


def test_drawn_weights_and_a_single_unit_are_not_alike() -> None:
    assert after(XOR, XOR.network()) == []
    one = replace(XOR, layers=(Affinity(2, 1), Map("tanh"), Affinity(1, 1)), weights=DrawnWeights(1, "zero"))
    assert after(one, one.network()) == []


def test_units_of_frozen_layers_are_left_out() -> None:
    frozen = replace(XOR, layers=(Affinity(2, 4, frozen=(0,)), *XOR.layers[1:]), weights=DrawnWeights(1, "zero"))
    assert after(frozen, frozen.network()) == []
