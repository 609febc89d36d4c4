"""A bench holds a network, an ideal, a seed and a checkpoint, and its learning potential touches none of them."""

import math

import dill
import numpy as np
import pytest

from engine.errors import FormulaError, NoCheckpointError, NoFactsError
from engine.layers.layers import AffinityLayer, IdentityLayer, MapLayer
from engine.training.bench import NNBench
from engine.training.network import Network
from tests.engine.strategies import bits


def bench_of(*layers: object, alpha: float = 0.1) -> NNBench:
    net = Network()
    net.layers, net.alpha = list(layers), alpha
    return NNBench(net)


def diverging() -> NNBench:
    """A bench whose run is past all bounds after a few steps."""
    return bench_of(AffinityLayer(2, 2, seed=1), MapLayer("square/2"), alpha=1e200)


def test_a_new_bench_asks_for_the_identity_with_seed_3() -> None:
    bench = bench_of(AffinityLayer(2, 2))
    assert bench.seed == 3
    x = np.array([1.0, 2.0])
    assert bench.ideal(x) is x


def test_the_samples_are_the_notebooks_to_the_bit() -> None:
    bench = bench_of(AffinityLayer(2, 2))
    bench.ideal = lambda v: [v[1], v[0]]
    rng = np.random.RandomState(3)
    expected = [rng.randn(2) for _ in range(20)]
    facts = list(bench.training_data_gen(20))
    assert [bits(x) for x, _ in facts] == [bits(x) for x in expected]
    assert [bits(target) for _, target in facts] == [bits(x[::-1]) for x in expected]


def test_the_samples_are_the_same_at_every_call_and_others_for_another_seed() -> None:
    bench = bench_of(AffinityLayer(2, 2))
    first = [bits(x) for x, _ in bench.training_data_gen(5)]
    assert [bits(x) for x, _ in bench.training_data_gen(5)] == first
    bench.seed += 1
    assert [bits(x) for x, _ in bench.training_data_gen(5)] != first


def test_facts_are_as_wide_as_the_network_takes() -> None:
    assert [x.shape for x, _ in bench_of(AffinityLayer(5, 1)).training_data_gen(1)] == [(5,)]
    assert [x.shape for x, _ in bench_of(IdentityLayer()).training_data_gen(1)] == [(2,)]


def test_learning_goes_on_from_the_current_net() -> None:
    bench = bench_of(AffinityLayer(2, 2, seed=1))
    first, second = bench.learn(20), bench.learn(20)
    assert len(first) == len(second) == 20
    assert all(type(loss) is float for loss in first)
    assert second[0] < first[0]


def test_after_a_rollback_the_same_run_gives_the_same_losses_to_the_bit() -> None:
    bench = bench_of(AffinityLayer(2, 2, seed=1), MapLayer("tanh"))
    bench.checkpoint_net()
    first = bench.learn(50)
    assert bench.learn(50) != first
    bench.rollback_net()
    assert bench.learn(50) == first


def test_the_checkpoint_is_dill_bytes_of_the_net_with_its_alpha() -> None:
    bench = bench_of(AffinityLayer(2, 2, seed=1), alpha=0.3)
    bench.checkpoint_net()
    assert isinstance(bench.net_checkpoint, bytes)
    kept: Network = dill.loads(bench.net_checkpoint)
    assert kept.alpha == 0.3
    assert bits(kept.layers[0].M) == bits(bench.net.layers[0].M)


def test_a_checkpoint_holds_what_the_net_was_when_it_was_taken() -> None:
    bench = bench_of(AffinityLayer(2, 2, seed=1))
    bench.checkpoint_net()
    before = bits(bench.net.layers[0].M)
    bench.learn(10)
    bench.net.layers = []
    bench.rollback_net()
    assert bits(bench.net.layers[0].M) == before


def test_without_a_checkpoint_there_is_nothing_to_roll_back_to() -> None:
    with pytest.raises(NoCheckpointError) as refused:
        bench_of(AffinityLayer(2, 2)).rollback_net()
    assert str(refused.value) == "There is no checkpoint to roll back to. Call checkpoint_net() first."


def test_the_learning_potential_is_minus_ln_of_the_last_loss_of_such_a_run() -> None:
    bench = bench_of(AffinityLayer(2, 2, seed=1), MapLayer("tanh"))
    potential = bench.learning_potential(30)
    assert potential == -math.log(bench.learn(30)[-1])


def test_the_learning_potential_starts_from_the_net_as_it_is_now_and_not_from_the_checkpoint() -> None:
    bench = bench_of(AffinityLayer(2, 2, seed=1))
    bench.checkpoint_net()
    before = bench.learning_potential(20)
    bench.learn(50)
    assert bench.learning_potential(20) > before


@pytest.mark.parametrize("alpha", [None, 0.01, 1e300])
@pytest.mark.parametrize("bench", [bench_of(AffinityLayer(2, 2, seed=1), MapLayer("tanh")), diverging()])
def test_the_learning_potential_changes_neither_the_net_nor_its_alpha(bench: NNBench, alpha: float | None) -> None:
    bench.checkpoint_net()
    net, before, checkpoint = bench.net, dill.dumps(bench.net), bench.net_checkpoint
    bench.net([1.0, 2.0])
    remembered = bench.net.layers[0].input
    assert bench.learning_potential(40, alpha) == bench.learning_potential(40, alpha)
    assert bench.net is net
    assert dill.dumps(bench.net) == before
    assert bench.net.layers[0].input is remembered
    assert bench.net_checkpoint == checkpoint


def test_the_learning_potential_can_try_another_alpha() -> None:
    bench = bench_of(AffinityLayer(2, 2, seed=1), alpha=0.1)
    tried = bench.learning_potential(30, alpha=0.05)
    bench.net.alpha = 0.05
    assert bench.learning_potential(30) == tried
    assert tried != bench.learning_potential(30, alpha=0.1)


def test_the_learning_potential_is_infinite_when_nothing_is_left_to_learn() -> None:
    bench = bench_of(IdentityLayer())
    assert bench.learning_potential() == math.inf


def test_the_learning_potential_of_a_diverging_run_is_minus_infinity() -> None:
    assert diverging().learning_potential() == -math.inf


def test_a_run_that_diverged_on_the_way_has_no_potential_even_if_its_last_loss_is_finite() -> None:
    bench = bench_of(IdentityLayer())
    facts = iter([1e9, 0.0, 0.0])
    bench.ideal = lambda v: v + next(facts)
    losses = bench.learn(3)
    assert losses == [pytest.approx(1e18), 0.0, 0.0]
    facts = iter([0.0, 1e9, 0.5])
    assert bench.learning_potential(3) == -math.inf


def test_without_samples_there_is_no_potential() -> None:
    with pytest.raises(NoFactsError) as refused:
        bench_of(IdentityLayer()).learning_potential(0)
    assert str(refused.value) == "A learning potential needs at least one fact."
    assert bench_of(IdentityLayer()).learn(0) == []


@pytest.mark.parametrize("ideal", ["swap", "[v1, v0]", ["v1", "v0"], ("v[1]", "v[0]")])
def test_an_ideal_may_be_text(ideal: str | list[str]) -> None:
    bench = NNBench(Network(), ideal)
    for x, expected in bench.training_data_gen(5):
        assert expected.tolist() == [x[1], x[0]]


def test_an_ideal_that_is_neither_target_nor_formula_is_refused() -> None:
    with pytest.raises(FormulaError, match=r"^w1 is not a name here\. .* Or name a target: identity, swap, "):
        NNBench(Network(), "w1")


def test_an_ideal_may_answer_a_list_an_array_or_ints() -> None:
    losses = []
    for ideal in (lambda v: [v[1], 0], lambda v: np.array([v[1], 0]), lambda v: (v[1], 0.0)):
        bench = bench_of(AffinityLayer(2, 2, seed=1))
        bench.ideal = ideal
        losses.append(bench.learn(20))
    assert losses[0] == losses[1] == losses[2]


def test_an_ideal_outside_its_domain_gives_nan_in_silence() -> None:
    bench = bench_of(AffinityLayer(2, 2, seed=1))
    bench.ideal = np.log
    assert math.isnan(bench.learn(10)[-1])
    assert bench.learning_potential(10) == -math.inf


def test_learning_leaves_numpys_global_random_state_alone() -> None:
    before = np.random.get_state()  # noqa: NPY002
    bench = bench_of(AffinityLayer(2, 2, seed=1))
    bench.learn(10)
    bench.learning_potential(10)
    after = np.random.get_state()  # noqa: NPY002
    assert all(np.array_equal(one, other) for one, other in zip(before, after, strict=True))


def test_functions_of_ones_own_come_back_from_a_checkpoint() -> None:
    factor = 2.0
    bench = bench_of(AffinityLayer(2, 2, seed=1), MapLayer(lambda x: factor * x, lambda d: factor))
    bench.checkpoint_net()
    first = bench.learn(20)
    bench.rollback_net()
    assert bench.learn(20) == first
