"""When a run was decided: forks are runs from its own state, and place 0 has the twins that luck is judged by."""

from dataclasses import replace
from functools import cache

import numpy as np
import pytest

from engine import CATALOGUE, Affinity, Experiment, Map, Table, kernel, luck, when_decided
from engine.base.metrics import diverged, settled_loss
from engine.errors import TimeIsUpError
from engine.experiments.run import rolled_back
from engine.outcomes.nudged_runs import flat_weights, nudged_weights
from engine.outcomes.questions.when_decided import OTHER_DATA, RANK, TWINS, RunForks
from tests.engine.asserting import known, refuses
from tests.engine.nets import Doubling, run_of

WILD = replace(CATALOGUE["circle"].experiment, alpha=0.3, samples=300)
HEART = replace(WILD, distinct=12, alpha=0.4)
CASES = (
    WILD, HEART, replace(HEART, without=(3,)), replace(WILD, momentum=0.9, alpha=0.1),
    replace(WILD, rate="1/(1+k/900)", momentum=0.9, nesterov=True, alpha=0.1),
    replace(WILD, rate="1/(1+k/900)", optimizer="rmsprop", alpha=0.1),
    replace(WILD, batch=7, alpha=0.9), replace(HEART, optimizer="adam", alpha=0.3, without=(1, 5)),
)  # fmt: skip


known_forks = cache(when_decided)


def apart(found: float, final: float) -> float:
    return 0.0 if found == final == 0.0 else abs(found - final) / max(found, final)


def finals_by_hand(one: Experiment, place: int) -> list[float]:
    """The final losses of runs that are nudged at a place, and go on with the readable layers."""
    forked, (X, T), finals = rolled_back(one.network(), one), one.facts(), []
    before = forked.losses(zip(X[:place], T[:place], strict=True))
    for weights in nudged_weights(forked, range(TWINS)):
        network = forked.copy()
        kernel.load_flat(kernel.parameters(network.layers), weights)
        row = np.array(before + network.losses(zip(X[place:], T[place:], strict=True)))
        finals.append(float("nan") if diverged(row, row[0]).any() else settled_loss(row, one.passed))
    return finals


@pytest.mark.parametrize(("at", "one"), list(enumerate(CASES)))
def test_a_fork_is_the_run_that_is_nudged_there(at: int, one: Experiment) -> None:
    found, final = known_forks(one), run_of(one).settled
    k = (1, len(found.places) // 2, len(found.places) - 1)[at % 3]
    finals = finals_by_hand(one, found.places[k])
    distances = sorted(1.0 if np.isnan(end) else apart(end, final) for end in finals)
    assert found.moved[k] == distances[RANK - 1]


def test_place_0_has_the_twins_of_luck_to_the_bit() -> None:
    found, twins = known_forks(WILD), luck(WILD, seeds=range(TWINS))
    final = known(twins.final)
    distances = sorted(1.0 if end is None else apart(end, final) for end in twins.finals)
    assert found.moved[0] == distances[RANK - 1]


@pytest.mark.parametrize("one", [WILD, replace(HEART, without=(3,))])
def test_other_data_are_those_of_the_next_seeds_from_the_place_on(one: Experiment) -> None:
    found, final = known_forks(one), run_of(one).settled
    k = len(found.places) // 2
    place, distances = found.places[k], []
    for seed in range(one.seed + 1, one.seed + 1 + OTHER_DATA):
        other = one.with_seed(seed)
        X, T = one.facts()
        X[place:], T[place:] = (part[place:] for part in other.facts())
        passed = None
        if one.passed is not None:
            passed = np.concatenate([one.passed[:place], known(other.passed)[place:]])
        network = one.network()
        network.begin(one.rule, one.samples, passed)
        losses = np.array(network.losses(zip(X, T, strict=True)))
        end = settled_loss(losses, passed)
        distances.append(1.0 if diverged(losses, losses[0]).any() else apart(end, final))
    assert known(found.moved_data)[k] == pytest.approx(float(np.median(distances)), rel=1e-12)


def test_decided_is_the_first_place_from_which_on_no_fork_moves_the_end() -> None:
    for one in CASES:
        found = known_forks(one)
        still = [place for k, place in enumerate(found.places) if (found.moved[k:] <= 0.05).all()]
        assert found.step == (still[0] if still else None)
        words = "no longer depends on the last digits." if found.step else "the end depends on the last digits."
        assert found.step == 0 or words in found.sentence


def test_a_stable_run_is_decided_before_its_first_step_and_one_that_diverges_never() -> None:
    stable = when_decided(CATALOGUE["penguins"].experiment)
    assert (stable.places, stable.step, stable.moved_data) == ((0,), 0, None)
    assert stable.sentence == "Decided before the first step: a nudge grows less than 100 times."
    wild = when_decided(replace(CATALOGUE["square-map"].experiment, alpha=3.0))
    assert (wild.places, wild.step) == ((), None)
    assert wild.sentence.startswith("This run diverges at step ")


def test_a_table_in_fixed_order_has_no_other_data_and_short_runs_fewer_places() -> None:
    rng = np.random.RandomState(1)
    table = Table(
        tuple(map(tuple, rng.randn(7, 2).tolist())), tuple((v,) for v in rng.randn(7).tolist()), shuffled=False
    )
    one = Experiment((Affinity(2, 8), Map("tanh"), Affinity(8, 1)), "table", inputs=table, samples=300, alpha=0.9)
    found = when_decided(one)
    assert found.moved_data is None
    short = when_decided(replace(WILD, samples=30))
    assert short.places == tuple(sorted(set(short.places)))
    assert when_decided(replace(WILD, samples=1)).places == (0,)


def test_layers_of_ones_own_are_forked_too() -> None:
    network = WILD.network()
    network.layers.append(Doubling())
    found = when_decided(replace(WILD, samples=10), checkpoint=network)
    assert found.places[0] == 0
    assert flat_weights(network).size == flat_weights(WILD.network()).size


def test_forks_go_on_where_they_were_left() -> None:
    forks, whole, pieces = RunForks(HEART), known_forks(HEART), 0
    while not forks.is_whole:
        before = forks.known

        def up(done: int, before: int = before) -> None:
            if done > before + 6:
                raise TimeIsUpError

        forks.go_on(up)
        pieces += 1
    found = forks.found()
    assert pieces > 5
    assert found.moved.tolist() == whole.moved.tolist()
    assert known(found.moved_data).tolist() == known(whole.moved_data).tolist()
    assert (found.places, found.sentence) == (whole.places, whole.sentence)


def test_time_that_is_up_leaves_the_last_places() -> None:
    def up(done: int) -> None:
        if done >= 20:
            raise TimeIsUpError

    found, whole = when_decided(WILD, up), known_forks(WILD)
    assert (len(found.places), found.is_whole) == (20, False)
    assert found.places == whole.places[-20:]
    assert found.moved.tolist() == whole.moved[-20:].tolist()

    def never(_done: int) -> None:
        raise TimeIsUpError

    assert (when_decided(WILD, never).places, when_decided(WILD, never).is_whole) == ((), False)

    def gone(_done: int) -> None:
        raise ConnectionError

    refuses(ConnectionError, when_decided, WILD, gone)


def test_what_is_known_when_time_is_up_is_no_more_than_what_the_sentence_says() -> None:
    def soon(done: int) -> None:
        if done >= 5:
            raise TimeIsUpError

    late = when_decided(CATALOGUE["spiral"].experiment, soon)
    assert (len(late.places), late.step) == (5, None)
    assert late.moved[-1] > 0.05
    assert late.sentence == "Until its last tenth the end depends on the last digits."
    heart = replace(CATALOGUE["circle-by-heart"].experiment, alpha=0.2)
    for experiment, one in ((heart, "step"), (replace(heart, batch=2, alpha=0.9), "sample")):
        found = when_decided(experiment, soon)
        assert (len(found.places), found.step, found.moved.max() <= 0.05) == (5, None, True)
        begins = f"From {one} {found.places[0]:,} on no nudge moves the end by more than 5 %"
        assert found.sentence == f"{begins}; no fork before it is known."
