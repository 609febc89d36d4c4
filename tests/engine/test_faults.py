"""The notebook's ten faults, each mended and named. docs/notebook.md describes them in words."""

import dataclasses
import math
import warnings

import numpy as np
import pytest

import engine.bench
from engine import AffinityLayer, Experiment, IdentityLayer, MapLayer, NNBench
from engine.activations import LEAK
from engine.base.smoothing import FILTERS, low_pass
from engine.checks.gradcheck import layer_difference
from engine.errors import DivergedWarning
from engine.experiments.run import parameters, run
from engine.layers.faulty_layers import MistakenMap
from tests.engine.nets import catalogued, network_of, run_of
from tests.engine.strategies import bits


def test_fault_1_the_gradient_goes_back_through_m_transposed_as_it_was_before_the_step() -> None:
    layer, upper = AffinityLayer(3, 2, seed=1), [10.0, -20.0]
    before = layer.M.copy()
    layer([1.0, 2.0, 3.0])
    assert layer.backprop(upper) == pytest.approx(before.T @ upper)
    assert not np.array_equal(layer.M, before)


def test_fault_2_a_slope_of_one_half_stays_one_half_when_the_first_answer_is_an_int() -> None:
    leak = 0.5
    layer = MapLayer(lambda x: x if x > 0 else leak * x, lambda d: [leak, 1][1 if d > 0 else 0])
    layer([1.0, -1.0])
    assert layer.backprop([1.0, 1.0]).tolist() == [1.0, 0.5]
    assert np.vectorize(lambda d: [leak, 1][1 if d > 0 else 0])(np.array([1.0, -1.0])).tolist() == [1, 0]


def test_fault_3_the_leaky_relus_slope_below_zero_is_its_stated_derivative() -> None:
    layer = MapLayer("leaky relu")
    assert (layer([-1.0])[0] - layer([-2.0])[0]) == pytest.approx(LEAK)
    assert layer.backprop([1.0]).tolist() == [LEAK]
    found = layer_difference(MistakenMap(), [-1.0], [1.0])
    assert (found.agrees, found.backprop) == (False, LEAK)
    assert found.numeric == pytest.approx(LEAK / 2)


def test_fault_4_the_samples_of_a_seed_are_the_notebooks_and_no_global_random_state_is_touched() -> None:
    bench = NNBench(network_of(AffinityLayer(2, 2)))
    np.random.seed(42)  # noqa: NPY002
    before = np.random.get_state()  # noqa: NPY002
    facts = [x for x, _ in bench.training_data_gen(10)]
    after = np.random.get_state()  # noqa: NPY002
    assert all(np.array_equal(one, other) for one, other in zip(before, after, strict=True))
    np.random.seed(bench.seed)  # noqa: NPY002
    notebooks = [np.random.randn(2) for _ in range(10)]  # noqa: NPY002
    assert [bits(x) for x in facts] == [bits(x) for x in notebooks]


def test_fault_5_after_a_rollback_the_current_network_is_the_benchs_and_the_package_says_so() -> None:
    net = network_of(AffinityLayer(2, 2, seed=1))
    bench = NNBench(net)
    bench.checkpoint_net()
    bench.rollback_net()
    assert bench.net is not net
    bench.learn(10)
    assert bits(bench.net.layers[0].M) != bits(net.layers[0].M)
    assert "inspect `bench.net`" in (engine.bench.__doc__ or "").replace("\n", " ")


def test_fault_6_integer_parameters_are_float64_at_the_door() -> None:
    layer = AffinityLayer(2, 2)
    layer.M, layer.b = np.array([[1, 0], [0, 1]]), np.array([0, 0])
    assert layer.M.dtype == layer.b.dtype == np.float64
    assert math.isfinite(network_of(layer).learn([([3, 5], [5, 3])]))
    assert layer.b.tolist() == pytest.approx([0.2, -0.2])


def test_fault_7_the_next_seed_and_another_filter_are_plain_changes_of_the_experiment() -> None:
    experiment = catalogued("tanh-signs")
    checkpoint = experiment.network()
    first = run(experiment, checkpoint)
    next_seed = run(dataclasses.replace(experiment, seed=experiment.seed + 1), checkpoint)
    assert bits(next_seed.losses) != bits(first.losses)
    filtered = {run(dataclasses.replace(experiment, filter=name), checkpoint).fingerprint for name in FILTERS}
    assert filtered == {first.fingerprint}


def test_fault_8_layers_of_any_widths_stand_side_by_side_each_with_its_own_numbers() -> None:
    net = network_of(AffinityLayer(2, 8), MapLayer("tanh"), AffinityLayer(8, 1))
    assert [array.shape for array in parameters(net)] == [(8, 2), (8,), (1, 8), (1,)]


def test_fault_9_the_third_filter_is_both_and_a_low_pass_leaves_the_raw_losses_beside_it() -> None:
    signs = catalogued("tanh-signs")
    assert list(FILTERS) == ["raw", "low pass", "both"]
    assert Experiment.from_json(signs.to_json()).filter == "both"
    losses = run_of(signs).losses
    steps, smoothed = low_pass(losses)
    assert len(steps) == len(smoothed) == len(losses)
    assert np.ptp(smoothed) < np.ptp(losses)


def test_fault_10_the_learning_potential_is_never_nan_raises_nothing_and_warns_of_a_divergence_alone() -> None:
    dense = AffinityLayer(2, 2, seed=1)
    for net, potential in (
        (network_of(IdentityLayer()), math.inf),
        (network_of(dense, MapLayer("square/2"), alpha=1e200), -math.inf),
        (network_of(dense, MapLayer(lambda x: math.nan, lambda d: 1)), -math.inf),
    ):
        with warnings.catch_warnings(record=True, action="always") as said:
            assert NNBench(net).learning_potential() == potential
        assert [warning.category for warning in said] == [DivergedWarning] * (potential == -math.inf)
