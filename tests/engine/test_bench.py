"""A bench holds a network, an ideal, a seed and a checkpoint; its learning potential and its explanation touch none."""

import math
import warnings
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import dill
import numpy as np
import pytest

from engine.bench import NNBench, bench_for
from engine.data.table import Table
from engine.errors import DivergedWarning, FormulaError, NoCheckpointError, NoFactsError, ShapeError
from engine.experiments.catalogue import CATALOGUE
from engine.layers.layers import AffinityLayer, IdentityLayer, MapLayer
from engine.outcomes.failure import why
from engine.training.network import Network
from tests.engine.asserting import known
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
    with warnings.catch_warnings(action="ignore", category=DivergedWarning):
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


def test_the_learning_potential_of_a_diverging_run_is_minus_infinity_and_says_why_once() -> None:
    bench = diverging()
    with pytest.warns(DivergedWarning) as said:
        potentials = bench.learning_potential(), bench.learning_potential(alpha=1e199)
    assert potentials == (-math.inf, -math.inf)
    assert [str(warning.message) for warning in said] == [f"The learning potential is −inf. {bench.explain(100)}"]
    assert said[0].filename == __file__


def test_a_cause_that_names_no_step_is_said_after_it() -> None:
    bench = bench_of(IdentityLayer())
    facts = iter([0.0, 1e9, 0.5])
    bench.ideal = lambda v: v + next(facts)
    with pytest.warns(DivergedWarning, match=r"−inf\. The run diverges at step 1\. The target is 1 × 10⁹ "):
        bench.learning_potential(3)


def test_a_run_that_diverged_on_the_way_has_no_potential_even_if_its_last_loss_is_finite() -> None:
    bench = bench_of(IdentityLayer())
    facts = iter([1e9, 0.0, 0.0])
    bench.ideal = lambda v: v + next(facts)
    losses = bench.learn(3)
    assert losses == [pytest.approx(1e18), 0.0, 0.0]
    facts = iter([0.0, 1e9, 0.5])
    with pytest.warns(DivergedWarning):
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


def explained(ideal: Callable[[Any], Any] | str, *layers: object, alpha: float = 0.1, n: int = 300) -> str | None:
    """What a bench with this ideal and these layers says of n samples; it learns them to −∞, or to a number."""
    bench = bench_of(*layers, alpha=alpha)
    bench.ideal = ideal if callable(ideal) else NNBench(bench.net, ideal).ideal
    bench.checkpoint_net()
    return bench.explain(n)


def dense() -> AffinityLayer:
    return AffinityLayer(2, 2, seed=1)


def test_a_bench_says_why_its_learning_potential_is_minus_infinity() -> None:
    bench = bench_of(dense(), MapLayer(lambda x: x * x / 2, lambda x: x), alpha=0.3)
    bench.ideal = lambda v: [(v[0] - v[1]) ** 2, 0]
    bench.checkpoint_net()
    with pytest.warns(DivergedWarning, match="α is too large: the run diverges at step 7; "):
        assert bench.learning_potential(300) == -math.inf
    sentence = bench.explain(300)
    assert sentence == (
        "α is too large: the run diverges at step 7; 4 of 7 steps raised the loss of the very sample that they "
        "learned from."
    )
    bench.net.alpha = 0.02
    assert bench.explain(300) is None
    assert bench.explain(300, alpha=0.3) == sentence


def test_a_function_of_ones_own_is_named_with_what_it_was_given() -> None:
    sentence = explained(np.log, dense())
    assert sentence == "The target is not a number at sample 1: ideal(v)[1] with v = (0.0965, −1.86)."
    assert explained("[log(v0), v1]", dense()) == "The target is not a number at sample 2: log(v0) with v0 = −0.277."


def test_every_kind_of_bench_is_explained() -> None:
    frozen = dense()
    frozen.freeze()
    assert explained("swap", frozen) == "Every weight is frozen, so nothing can learn."
    assert explained("swap", dense(), alpha=-0.5, n=50) == (
        "α is −0.5, and a step goes down the gradient only where α is above 0."
    )
    wrong = MapLayer(np.tanh, lambda x: -1.0)
    assert (explained("swap", dense(), wrong) or "").startswith(
        "The gradient is wrong in the activation (your function): "
    )
    table = Table(inputs=((1.0, 2.0), (0.0, 1.0), (2.0, 2.0)), targets=((1.0, 0.0), (5.0, 1.0), (3.0, 3.0)))
    bench = NNBench(bench_of(dense(), alpha=5.0).net, inputs=table)
    assert (bench.explain() or "").startswith("α is too large: the run diverges at step ")


def test_an_explanation_agrees_with_that_of_the_experiment() -> None:
    for key in ("square-map", "tanh-signs", "xor-hidden-layer", "three-facts", "left-or-right"):
        for alpha in (1e-30, 0.1, 3.0):
            experiment = replace(CATALOGUE[key].experiment, alpha=alpha, samples=200)
            cause = why(experiment)
            assert bench_for(experiment).explain(200) == (None if cause is None else cause.sentence)


def test_an_explanation_begins_at_the_checkpoint_else_at_the_net_as_it_is() -> None:
    bench = bench_of(dense(), MapLayer("x*x/2"), alpha=0.3)
    bench.ideal = lambda v: [(v[0] - v[1]) ** 2, 0]
    without = known(bench.explain(300))
    bench.checkpoint_net()
    bench.net.layers[0].M = 9.0 * np.eye(2)
    assert bench.explain(300) == without
    bench.net_checkpoint = None
    assert bench.explain(300) != without


def test_an_explanation_changes_nothing_and_asks_the_ideal_once_for_each_sample() -> None:
    calls: list[bytes] = []

    def ideal(v: Any) -> Any:
        calls.append(bits(v))
        return [v[1], v[0] * v[1]]

    bench = bench_of(dense(), MapLayer(np.tanh, lambda x: 1 - np.tanh(x) ** 2), dense(), alpha=1.0)
    bench.ideal = ideal
    bench.checkpoint_net()
    bench.learn(5)
    net, before, checkpoint, state = bench.net, dill.dumps(bench.net), bench.net_checkpoint, np.random.get_state()  # noqa: NPY002
    remembered, facts = bench.net.layers[0].input, [bits(x) for x, _ in bench.training_data_gen(40)]
    calls.clear()
    first = bench.explain(40)
    assert calls == facts
    assert bench.explain(40) == first
    assert bench.net is net
    assert dill.dumps(bench.net) == before
    assert bench.net.layers[0].input is remembered
    assert bench.net_checkpoint is checkpoint
    assert [bits(x) for x, _ in bench.training_data_gen(40)] == facts
    assert all(np.array_equal(a, b) for a, b in zip(np.random.get_state(), state, strict=True))  # noqa: NPY002


def test_what_cannot_be_learned_cannot_be_explained() -> None:
    with pytest.raises(NoFactsError, match=r"^An explanation needs at least one sample\.$"):
        bench_of(dense()).explain(0)
    for ideal in (lambda v: [1.0], lambda v: v if v[0] > 0 else [1.0], lambda v: 1.0):
        bench = bench_of(dense())
        bench.ideal = ideal
        with pytest.raises(ShapeError):
            bench.learn(20)
        with pytest.raises(ShapeError):
            bench.explain(20)
