"""A bench holds a network, an ideal, a seed and a checkpoint; its learning potential and its explanation touch none."""

import itertools
import math
import warnings
from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Any

import dill
import numpy as np
import pytest

from engine import CATALOGUE, AffinityLayer, IdentityLayer, MapLayer, Network, Table, why
from engine.bench import NNBench, bench_for
from engine.errors import (
    BenchError,
    DivergedWarning,
    FormulaError,
    NoCheckpointError,
    NoFactsError,
    OutOfRangeError,
    ShapeError,
    UnknownNameError,
)
from tests.engine.asserting import known, refusal, refuses
from tests.engine.nets import network_of
from tests.engine.strategies import bits


def bench_of(*layers: object, alpha: float = 0.1, ideal: Any = None) -> NNBench:
    bench = NNBench(network_of(*layers, alpha=alpha))
    if ideal is not None:
        bench.ideal = ideal
    return bench


def dense() -> AffinityLayer:
    return AffinityLayer(2, 2, seed=1)


def diverging() -> NNBench:
    """A bench whose run is past all bounds after a few steps."""
    return bench_of(dense(), MapLayer("square/2"), alpha=1e200)


def errors_of(errors: Sequence[float]) -> NNBench:
    """A bench whose network is the identity, and whose ideal is beside it by these, one sample after the other."""
    left = iter(errors)
    return bench_of(IdentityLayer(), ideal=lambda v: v + next(left))


def samples_of(bench: NNBench, n: int) -> list[bytes]:
    return [bits(x) for x, _ in bench.training_data_gen(n)]


def test_a_new_bench_has_the_notebooks_samples_and_learning_goes_on_from_the_current_net() -> None:
    bench, x = bench_of(dense()), np.array([1.0, 2.0])
    assert bench.seed == 3
    assert bench.ideal(x) is x
    bench, rng = bench_of(dense(), ideal=lambda v: [v[1], v[0]]), np.random.RandomState(3)
    expected, facts = [rng.randn(2) for _ in range(20)], list(bench.training_data_gen(20))
    assert [bits(x) for x, _ in facts] == [bits(x) for x in expected] == samples_of(bench, 20)
    assert [bits(target) for _, target in facts] == [bits(x[::-1]) for x in expected]
    bench.seed += 1
    assert samples_of(bench, 20) != [bits(x) for x in expected]
    assert [x.shape for x, _ in bench_of(AffinityLayer(5, 1)).training_data_gen(1)] == [(5,)]
    assert [x.shape for x, _ in bench_of(IdentityLayer()).training_data_gen(1)] == [(2,)]
    factor = 2.0
    bench = bench_of(dense(), MapLayer("tanh"), MapLayer(lambda x: factor * x, lambda d: factor))
    bench.checkpoint_net()
    first, second = bench.learn(20), bench.learn(20)
    assert len(first) == len(second) == 20
    assert all(type(loss) is float for loss in first)
    assert second[0] < first[0]
    bench.rollback_net()
    assert bench.learn(20) == first, "functions of one's own come back from a checkpoint too"


def test_a_knob_that_a_bench_has_not_is_refused_with_those_that_it_has_and_the_nearest() -> None:
    said = refusal(UnknownNameError, NNBench, network_of(dense()), momentun=0.9)
    assert said.startswith("There is no knob of NNBench called 'momentun'. Known: noise, distinct, ")
    assert said.endswith(", loss. The nearest is momentum.")
    assert refusal(UnknownNameError, NNBench, network_of(dense()), qqq=1).endswith(", loss.")


def test_a_network_and_inputs_of_another_kind_are_refused_with_the_way_to_one() -> None:
    said = refusal(BenchError, NNBench, Network)
    assert said.startswith("A bench holds a network, as Network() makes one, not <class ")
    said = refusal(BenchError, NNBench, network_of(dense()), inputs=np.zeros((3, 2)))
    assert said.startswith("Inputs are the name of a distribution or a table, such as Table(X, Y), not array(")


def test_a_checkpoint_holds_what_the_net_was_when_it_was_taken_as_dill_bytes_with_its_alpha() -> None:
    bench = bench_of(dense(), alpha=0.3)
    said = refusal(NoCheckpointError, bench.rollback_net)
    assert said == "There is no checkpoint to roll back to. Call checkpoint_net() first."
    bench.checkpoint_net()
    before = bits(bench.net.layers[0].M)
    assert isinstance(bench.net_checkpoint, bytes)
    kept: Network = dill.loads(bench.net_checkpoint)
    assert (kept.alpha, bits(kept.layers[0].M)) == (0.3, before)
    bench.learn(10)
    bench.net.layers = []
    bench.rollback_net()
    assert bits(bench.net.layers[0].M) == before


def test_the_learning_potential_is_minus_ln_of_the_last_loss_and_changes_nothing_whatever_alpha() -> None:
    bench = bench_of(dense(), MapLayer("tanh"))
    assert bench.learning_potential(30) == -math.log(bench.learn(30)[-1])
    bench = bench_of(dense())
    bench.checkpoint_net()
    before = bench.learning_potential(20)
    bench.learn(50)
    assert bench.learning_potential(20) > before
    for bench, alpha in itertools.product((bench_of(dense(), MapLayer("tanh")), diverging()), (None, 0.01, 1e300)):
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
    bench = bench_of(dense(), alpha=0.1)
    tried = bench.learning_potential(30, alpha=0.05)
    bench.net.alpha = 0.05
    assert bench.learning_potential(30) == tried != bench.learning_potential(30, alpha=0.1)
    assert bench_of(IdentityLayer()).learning_potential() == math.inf
    bench = bench_of(IdentityLayer())
    assert refusal(NoFactsError, bench.learning_potential, 0) == "A learning potential needs at least one fact."
    assert bench.learn(0) == []
    for n in (-1, math.nan, "3"):
        assert refusal(OutOfRangeError, bench.learn, n) == f"A number of samples is 0 or more, not {n!r}."
    bench.net.alpha = "fast"  # type: ignore[assignment]
    assert refusal(BenchError, bench.learn, 3) == "Alpha is a number, not 'fast'."


def test_a_run_that_diverges_has_a_potential_of_minus_infinity_and_says_why_once() -> None:
    bench = diverging()
    with pytest.warns(DivergedWarning) as said:
        potentials = bench.learning_potential(), bench.learning_potential(alpha=1e199)
    assert potentials == (-math.inf, -math.inf)
    assert [str(warning.message) for warning in said] == [f"The learning potential is −inf. {bench.explain(100)}"]
    assert said[0].filename == __file__
    assert errors_of([1e9, 0.0, 0.0]).learn(3) == [pytest.approx(1e18), 0.0, 0.0]
    # A cause that names no step is said after it.
    with pytest.warns(DivergedWarning, match=r"−inf\. The run diverges at step 1\. The target is 1 × 10⁹ "):
        assert errors_of([0.0, 1e9, 0.5]).learning_potential(3) == -math.inf


def test_an_ideal_may_be_text_and_may_answer_a_list_an_array_or_ints() -> None:
    for text in ["swap", "[v1, v0]", ["v1", "v0"], ("v[1]", "v[0]")]:
        assert all(expected.tolist() == [x[1], x[0]] for x, expected in NNBench(Network(), text).training_data_gen(5))
    with pytest.raises(FormulaError, match=r"^w1 is not a name here\. .* Or name a target: identity, swap, "):
        NNBench(Network(), "w1")
    ideals = (lambda v: [v[1], 0], lambda v: np.array([v[1], 0]), lambda v: (v[1], 0.0))
    losses = [bench_of(dense(), ideal=ideal).learn(20) for ideal in ideals]
    assert losses[0] == losses[1] == losses[2]
    assert math.isnan(bench_of(dense(), ideal=np.log).learn(10)[-1])


def test_an_ideal_of_one_output_may_answer_a_number() -> None:
    ideals = (lambda v: [v[0] > 0], lambda v: v[0] > 0, lambda v: float(v[0] > 0), lambda v: int(v[0] > 0))
    benches = [NNBench(network_of(AffinityLayer(2, 1, seed=1)), ideal, held_out=5) for ideal in ideals]
    found = [(bench.learn(20), bench.held_out_loss(), bench.explain(20)) for bench in benches]
    assert found == found[:1] * 4


def explained(ideal: Callable[[Any], Any] | str, *layers: object, alpha: float = 0.1, n: int = 300) -> str | None:
    """The explanation of a bench with this ideal and these layers, which learns n samples to −∞, or to a number."""
    bench = bench_of(*layers, alpha=alpha, ideal=ideal if callable(ideal) else NNBench(Network(), ideal).ideal)
    bench.checkpoint_net()
    return bench.explain(n)


def squared_difference(v: Any) -> list[float]:
    return [(v[0] - v[1]) ** 2, 0]


def test_a_bench_of_every_kind_says_why_its_learning_potential_is_minus_infinity() -> None:
    bench = bench_of(dense(), MapLayer(lambda x: x * x / 2, lambda x: x), alpha=0.3, ideal=squared_difference)
    bench.checkpoint_net()
    sentence = (
        "α is too large: the run diverges at step 7; 4 of 7 steps raised the loss of the very sample that they "
        "learned from."
    )
    with pytest.warns(DivergedWarning, match="α is too large: the run diverges at step 7; "):
        assert bench.learning_potential(300) == -math.inf
    assert bench.explain(300) == sentence
    bench.net.alpha = 0.02
    assert bench.explain(300) is None
    assert bench.explain(300, alpha=0.3) == sentence
    frozen, wrong = dense(), MapLayer(np.tanh, lambda x: -1.0)
    frozen.freeze()
    assert explained("swap", frozen) == "Every weight is frozen, so nothing can learn."
    negative = "α is −0.5, and a step goes down the gradient only where α is above 0."
    assert explained("swap", dense(), alpha=-0.5, n=50) == negative
    at_fault = "The gradient is wrong in the activation (your function): "
    assert known(explained("swap", dense(), wrong)).startswith(at_fault)
    table = Table(inputs=((1.0, 2.0), (0.0, 1.0), (2.0, 2.0)), targets=((1.0, 0.0), (5.0, 1.0), (3.0, 3.0)))
    bench = NNBench(network_of(dense(), alpha=5.0), inputs=table)
    assert known(bench.explain()).startswith("α is too large: the run diverges at step ")
    # A function of one's own is named with what it was given.
    own = "The target is not a number at sample 1: ideal(v)[1] with v = (0.0965, −1.86)."
    assert explained(np.log, dense()) == own
    assert explained("[log(v0), v1]", dense()) == "The target is not a number at sample 2: log(v0) with v0 = −0.277."


def test_an_explanation_agrees_with_the_experiments_and_there_is_none_of_what_cannot_be_learned() -> None:
    for key in ("square-map", "tanh-signs", "xor-hidden-layer", "three-facts", "left-or-right"):
        for alpha in (1e-30, 0.1, 3.0):
            experiment = replace(CATALOGUE[key].experiment, alpha=alpha, samples=200)
            cause, said = why(experiment), bench_for(experiment).explain(200)
            if cause is None or said is None:
                assert (cause, said) == (None, None)
            # Given samples have no others: α is blamed, and steps are tried, as far as these go.
            elif cause.reason == "alpha":
                assert cause.sentence.endswith(said[1:])
            elif cause.reason == "steps":
                assert said.startswith("Learning the samples once more lowers the mean loss on all 200 samples")
            else:
                assert said == cause.sentence
    bench = bench_of(dense(), MapLayer("x*x/2"), alpha=0.3, ideal=squared_difference)
    without = known(bench.explain(300))
    bench.checkpoint_net()
    bench.net.layers[0].M = 9.0 * np.eye(2)
    assert bench.explain(300) == without
    bench.net_checkpoint = None
    assert bench.explain(300) != without
    assert refusal(NoFactsError, bench_of(dense()).explain, 0) == "An explanation needs at least one sample."
    for ideal in (lambda v: [1.0], lambda v: v if v[0] > 0 else [1.0], lambda v: 1.0):
        bench = bench_of(dense(), ideal=ideal)
        for use in (bench.learn, bench.explain):
            refuses(ShapeError, use, 20)
    assert refusal(BenchError, bench.explain, 20, "fast") == "Alpha is a number, not 'fast'."


def test_an_explanation_changes_nothing_and_asks_the_ideal_once_for_each_sample() -> None:
    calls: list[bytes] = []

    def ideal(v: Any) -> Any:
        calls.append(bits(v))
        return [v[1], v[0] * v[1]]

    state = np.random.get_state()  # noqa: NPY002
    own = MapLayer(np.tanh, lambda x: 1 - np.tanh(x) ** 2)
    bench = bench_of(dense(), own, dense(), alpha=1.0, ideal=ideal)
    bench.checkpoint_net()
    bench.learn(5)
    bench.learning_potential(10)
    net, before, checkpoint = bench.net, dill.dumps(bench.net), bench.net_checkpoint
    remembered, facts = bench.net.layers[0].input, samples_of(bench, 40)
    calls.clear()
    first = bench.explain(40)
    assert calls == facts
    assert bench.explain(40) == first
    assert bench.net is net
    assert dill.dumps(bench.net) == before
    assert bench.net.layers[0].input is remembered
    assert bench.net_checkpoint is checkpoint
    assert samples_of(bench, 40) == facts
    assert all(np.array_equal(a, b) for a, b in zip(np.random.get_state(), state, strict=True))  # noqa: NPY002
