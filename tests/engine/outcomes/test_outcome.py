"""One word for what came of a run, at its own alpha and at many."""

import math
from collections.abc import Callable
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine import Affinity, AffinityLayer, DrawnWeights, Experiment, Luck, Map, MapLayer, Network, luck, run
from engine.base.metrics import settling_turns
from engine.data.table import TABLE, Table
from engine.outcomes import outcome
from engine.outcomes.outcome import (
    OUTCOME_TWINS,
    best_constant_loss,
    loss_to_beat,
    outcome_of,
    outcome_of_run,
    outcomes_at,
)
from tests.engine.asserting import known
from tests.engine.nets import catalogued, network_of, run_of
from tests.engine.strategies import FEW, experiments, tame_float

SMALL = Experiment((Affinity(2, 3), Map("tanh"), Affinity(3, 2)), "swap", DrawnWeights(1), samples=40)


def alone(experiment: Experiment, alpha: float, network: Network | None = None) -> outcome.Outcome:
    """The outcome at an alpha, from the twins of a run of its own."""
    one = replace(experiment, alpha=alpha)
    start = one.network() if network is None else network
    return outcome_of_run(one, start, run(one, start), luck(one, network, seeds=range(OUTCOME_TWINS)))


@FEW
@given(
    experiments(samples=60, numbers=tame_float),
    st.lists(st.floats(5e-324, 1e300) | st.floats(1e-3, 2.0), min_size=1, max_size=6),
)
def test_an_outcome_among_many_alphas_is_that_of_the_run_alone(experiment: Experiment, alphas: list[float]) -> None:
    experiment = replace(experiment, decay=0.0)
    assert outcomes_at(experiment, alphas) == [alone(experiment, alpha) for alpha in alphas]


def test_own_functions_have_outcomes_and_many_weights_are_trained_in_pieces(monkeypatch: pytest.MonkeyPatch) -> None:
    network = network_of(AffinityLayer(2, 2, seed=1), MapLayer(math.tanh, lambda x: 1 - math.tanh(x) ** 2))
    alphas = [1e-3, 0.2, 1e100]
    assert outcomes_at(SMALL, alphas, network) == [alone(SMALL, alpha, network) for alpha in alphas]
    alphas = np.geomspace(1e-3, 3.0, 11).tolist()
    at_once = outcomes_at(SMALL, alphas)
    monkeypatch.setattr(outcome, "NUMBERS_AT_ONCE", 1)
    assert (outcomes_at(SMALL, alphas), outcomes_at(SMALL, [])) == (at_once, [])


def test_experiments_have_their_outcomes_by_the_first_rule_that_holds() -> None:
    words = {
        ("tanh-signs", 1e-6): "flat", ("tanh-signs", 0.1): "learns", ("square-map", 0.1): "diverges",
        ("spiral", 0.05): "luck", ("xor-one-layer", 0.1): "flat", ("leaky-relu-ones", 1e-9): "flat",
        ("leaky-relu-ones", 1e-4): "flat", ("leaky-relu-ones", 0.0147): "learns", ("doubling-map", 0.187): "grows",
        ("doubling-map", 1e-9): "flat",
    }  # fmt: skip
    for (key, alpha), word in words.items():
        [found], one = outcomes_at(catalogued(key), [alpha]), catalogued(key, alpha=alpha)
        assert (found.word, found.final) == (word, run_of(one).sound_settled), key
    rules: dict[tuple[float | None, float, float, float, bool], str] = {
        (None, 1.0, 1.0, 1.0, True): "diverges", (0.1, 0.085, 1.0, 1.0, True): "luck",
        (0.1, math.inf, 1.0, 1.0, True): "luck", (0.1, 0.095, 1.0, 1.0, True): "learns",
        (0.95, 0.95, 1.0, 1.0, True): "flat", (0.1, 0.1, 1.0, 1.0, False): "flat",
        (5.0, 5.0, 1.0, 4.9, True): "flat", (5.0, 5.0, 4.9, 1.0, True): "flat", (5.0, 5.0, 1.0, 4.7, False): "grows",
        (5.0, 5.0, 4.7, 1.0, False): "grows", (0.94, 0.94, 1.0, 0.5, True): "learns",
        (5.0, 5.0, 0.0, 9.0, True): "learns", (5.0, 5.0, math.nan, 9.0, True): "learns",
    }  # fmt: skip
    for (final, twin, constant, first, fell), word in rules.items():
        finals = (None if twin == math.inf else twin, final)
        twins = Luck(1e9, 0.0, 9.0, "stable", final, finals, (1e9, 1e9))
        assert outcome_of(twins, constant, first, fell=fell).word == word, (final, twin, constant, first)


def test_luck_is_of_ends_that_differ_and_a_run_that_moves_no_weight_does_not_learn() -> None:
    words = {("tanh-signs", 1e6): ("flat", "grows"), ("xor-hidden-layer", 10.0): ("flat", "grows")}
    for (key, alpha), allowed in words.items():
        [found] = outcomes_at(catalogued(key), [alpha])
        assert (found.word in allowed, found.growth > 1e4) == (True, True), key
        assert luck(catalogued(key, alpha=alpha)).verdict != "luck"
    said = [outcomes_at(catalogued(key), [0.1])[0].word for key in ("identity-layer", "identity-by-hand")]
    assert said == ["flat"] * 2
    frozen = (Affinity(2, 2, frozen=True), Map("tanh"))
    [found] = outcomes_at(catalogued("tanh-signs", layers=frozen, samples=12, seed=37), [0.1])
    assert (found.word, known(found.final) < 0.5) == ("flat", True)


@FEW
@given(experiments(samples=300, numbers=tame_float))
def test_no_constant_answers_all_samples_better_than_the_best_constant(experiment: Experiment) -> None:
    _, T = experiment.facts()
    if not np.isfinite(T).all() or np.abs(T).max() > 1e100:
        return
    loss, rounding = experiment.rule.loss_row, (1e-12 * np.abs(T).max()) ** 2 * T.size
    with np.errstate(all="ignore"):
        passed = experiment.passed
        learned = T if passed is None or passed.all() else T[passed == 0]
        constant, last = loss.constant(learned), T[settling_turns(len(T), passed)]
        expected = float(np.mean([float(loss.value(constant, t)) for t in last]))
        assert best_constant_loss(experiment) == pytest.approx(expected, rel=1e-9, abs=rounding)
        least = sum(float(loss.value(constant, t)) for t in learned)
        for other in (np.zeros_like(constant), np.clip(constant, -9.0, 9.0) + 0.1, T[0]):
            assert sum(float(loss.value(other, t)) for t in learned) >= least * (1 - 1e-9) - rounding


def test_the_best_constant_is_that_of_the_loss_and_exact_where_all_targets_are_the_same() -> None:
    table = Table(inputs=((0.0,), (1.0,)), targets=((-1.0,), (1.0,)))
    for loss, expected in (("half square", 0.5), ("absolute", 1.0), ("huber", 0.5), ("logistic", math.log(2.0))):
        experiment = Experiment((Affinity(1, 1),), TABLE, DrawnWeights(1), table, samples=100, loss=loss)
        exact = pytest.approx(expected) if loss == "logistic" else expected
        assert best_constant_loss(experiment) == exact, loss
    constant = Table(inputs=((0.0, 1.0), (2.0, 3.0), (1.0, 1.0)), targets=((0.1, 0.7),) * 3)
    assert best_constant_loss(replace(SMALL, inputs=constant, ideal=TABLE, samples=1000)) == 0.0
    assert math.isnan(best_constant_loss(replace(SMALL, ideal=("log(v0)", "v1"))))


@pytest.fixture
def small_blocks(monkeypatch: pytest.MonkeyPatch) -> Callable[[], None]:
    """Lets every run draw its samples in blocks from then on, as only long runs do."""

    def begin() -> None:
        monkeypatch.setattr("engine.data.sample_source.REMEMBERED_NUMBERS", 100)
        monkeypatch.setattr("engine.data.sample_source.BLOCK", 64)

    return begin


def test_where_one_answer_is_right_a_run_learns_below_its_start(small_blocks: Callable[[], None]) -> None:
    one = replace(SMALL, ideal=("1", "1"), samples=1000)
    still = replace(one, layers=(Affinity(2, 3, frozen=True), Map("tanh"), Affinity(3, 2, frozen=True)))
    first = run_of(still).settled
    assert loss_to_beat(one, one.network()) == pytest.approx(first, rel=1e-12)
    small_blocks()
    assert loss_to_beat(one, one.network()) == pytest.approx(first, rel=1e-12)
    found = outcomes_at(one, [1e-9, 1e-5, 0.1])
    assert [outcome.word for outcome in found] == ["flat", "flat", "learns"]
    assert known(found[1].final) > 0.95 * first > known(found[2].final)
    assert loss_to_beat(SMALL, SMALL.network()) == best_constant_loss(SMALL)
    experiment = replace(SMALL, layers=(Affinity(2, 2, frozen=True),), samples=1000)
    network, whole = experiment.network(), best_constant_loss(experiment)
    network.layers[0].M, network.layers[0].b = np.zeros((2, 2)), experiment.facts()[1].mean(axis=0)
    assert whole == pytest.approx(run(experiment, network).settled, rel=1e-12)
    small_blocks()
    assert best_constant_loss(experiment) == pytest.approx(whole, rel=1e-12)
