"""Which sample did it: each run without one row is the run that leaves it out, and its effect is beyond luck or not."""

from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from engine import CATALOGUE, Affinity, Experiment, Map, Table, luck, which_sample
from engine.base.numerics import FloatArray
from engine.data.turns import ALL_NEW
from engine.errors import TimeIsUpError
from engine.experiments.run import OnProgress
from engine.outcomes.effect import effect_by_twins
from engine.outcomes.questions.which_sample import NO_TIME, LeaveOneOut
from engine.outcomes.questions.which_words import WhichWords
from tests.engine.asserting import known, refuses
from tests.engine.nets import Doubling, run_of

CIRCLE = replace(CATALOGUE["circle"].experiment, distinct=12, samples=240)
PENGUINS = replace(CATALOGUE["penguins"].experiment, samples=400)
SUMS = Table(
    tuple((k / 10.0, (k * 7 % 10) / 10.0) for k in range(20)), tuple(((k + k * 7 % 10) / 10.0,) for k in range(20))
)
NUMBERS = Experiment((Affinity(2, 1),), "table", inputs=SUMS, samples=400, alpha=0.05)


def loss_of(experiment: Experiment, network: Any, places: Any = slice(None), *, held_out: bool = False) -> FloatArray:
    X, T = known(experiment.held_out_samples() if held_out else experiment.sample_source.learned_samples)
    return experiment.rule.loss_row.value(network.respond(X[places]), T[places])


@pytest.mark.parametrize(
    "one",
    [
        CIRCLE, replace(CIRCLE, held_out=40), replace(CIRCLE, optimizer="adam", alpha=0.01), replace(CIRCLE, batch=5),
        replace(CIRCLE, momentum=0.9, alpha=0.01, without=(2, 7)), NUMBERS,
    ],
)  # fmt: skip
def test_effects_and_own_losses_are_those_of_the_runs_that_leave_one_out(one: Experiment) -> None:
    found, made = which_sample(one), run_of(one).trained
    assert len(found.rows) == found.of == len(found.effect) == known(one.distinct_count)
    numbers = len(found.rows) + len(one.without)
    assert not set(found.rows) & set(one.without)
    for k, number in enumerate(found.rows):
        without = run_of(one.without_too(number)).trained
        place, others = number - 1, np.setdiff1d(np.arange(numbers), [number - 1, *(w - 1 for w in one.without)])
        assert found.own[k] == pytest.approx(float(loss_of(one, made, [place])[0]), rel=1e-12)
        assert found.own_without[k] == pytest.approx(float(loss_of(one, without, [place])[0]), rel=1e-12)
        compared = None if one.held_out else others
        before, now = (
            float(np.mean(loss_of(one, net, held_out=True) if compared is None else loss_of(one, net, compared)))
            for net in (made, without)
        )
        assert found.effect[k] == pytest.approx(now - before, rel=1e-9, abs=1e-13)
        assert found.turns[k] == np.count_nonzero(known(one.turns) == number)


def test_threads_and_blocks_change_no_bit() -> None:
    one, other = which_sample(PENGUINS, threads=1), which_sample(PENGUINS, threads=2)
    assert np.array_equal(one.effect, other.effect)
    assert np.array_equal(one.own_without, other.own_without)
    assert one.sentence == other.sentence


def test_a_learning_rate_of_luck_tells_no_row_and_a_small_one_all() -> None:
    heart = replace(CIRCLE, distinct=30, samples=10_000, held_out=200)
    calm, wild = which_sample(replace(heart, alpha=0.05)), which_sample(replace(heart, alpha=0.2))
    assert not calm.luck.any()
    assert wild.luck.all()
    assert "All 30 effects are more than luck." in calm.sentence
    assert "No effect is more than luck." in wild.sentence
    assert wild.did_most is None


def test_a_named_row_is_an_effect_by_the_twins_of_both_runs() -> None:
    one = replace(CIRCLE, held_out=40)
    found = which_sample(one)
    number = known(found.did_most)
    assert found.sentence.startswith((f"Point {number} did most: without it the held-out loss", "Point"))
    k = found.rows.index(number)
    assert abs(found.effect[k]) > found.spread
    other = one.without_too(number)

    def twins(experiment: Experiment) -> Any:
        return lambda seeds: luck(experiment, seeds=seeds)

    assert effect_by_twins(twins(one), twins(other)).verdict == "effect"


def test_a_flipped_label_stands_out() -> None:
    table = CATALOGUE["penguins"].experiment.inputs
    assert isinstance(table, Table)
    place = int(known(PENGUINS.rows).learned[5])
    targets = list(table.targets)
    targets[place] = (0.0, 0.0, 1.0) if targets[place][0] == 1.0 else (1.0, 0.0, 0.0)
    flipped = replace(table, targets=tuple(targets), name=None)
    found = which_sample(replace(PENGUINS, inputs=flipped, samples=1_000))
    at = int(np.argmax(found.own_without))
    assert found.rows[at] == found.stands_out == place + 1
    assert known(found.answer_without)[at] == table.targets[place].index(1.0)
    assert found.sentence.startswith(f"Row {place + 1} stands out: it says ")


def test_nothing_stands_out_where_many_are_answered_otherwise_or_rows_are_few() -> None:
    heart = which_sample(CATALOGUE["circle-by-heart"].experiment)
    assert (heart.stands_out, heart.did_most) == (None, 15)
    assert heart.own_without.max() > 1.9
    few = Table(SUMS.inputs[:9], (*SUMS.targets[:8], (9.0,)))
    assert which_sample(replace(NUMBERS, inputs=few)).stands_out is None


def test_a_number_that_is_far_off_stands_out() -> None:
    targets = list(SUMS.targets)
    targets[7] = (9.0,)
    found = which_sample(replace(NUMBERS, inputs=replace(SUMS, targets=tuple(targets))))
    assert found.stands_out == 8
    assert "times that of the next." in found.sentence
    assert which_sample(NUMBERS).stands_out is None


def test_a_row_without_a_turn_changes_nothing_and_doubles_go_one_at_a_time() -> None:
    table = replace(SUMS, shuffled=False)
    found = which_sample(replace(NUMBERS, inputs=table, samples=8))
    assert found.turns == (1,) * 8 + (0,) * 12
    assert not found.effect[8:].any()
    assert found.luck[8:].all()
    doubled = Table(SUMS.inputs + SUMS.inputs[:1], SUMS.targets + SUMS.targets[:1])
    assert which_sample(replace(NUMBERS, inputs=doubled)).doubles == (21, *[None] * 19, 1)


def test_runs_that_diverge_have_no_end() -> None:
    wild = which_sample(replace(NUMBERS, alpha=50.0))
    assert wild.rows == ()
    assert wild.sentence.startswith("This run diverges at step ")
    # A step on x = 1 multiplies the weight's error by 1 − αx² = −1.5, one on x² = 0.4 by 0.
    table = Table(((1.0,), (0.4**0.5,)), ((1.0,), (0.5,)), shuffled=False)
    one = Experiment((Affinity(1, 1, frozen=(1,)),), "table", inputs=table, samples=120, alpha=2.5)
    found = which_sample(one)
    assert np.isinf(found.effect).tolist() == [False, True]
    step = known(found.diverges_at[1])
    assert step == known(run_of(one.without_too(2)).diverged_at)
    assert (found.diverges_at[0], found.did_most) == (None, 2)
    assert found.sentence.startswith(f"Without row 2 the run diverges at step {step:,}.")


def test_twins_that_diverge_leave_nothing_that_is_more_than_luck() -> None:
    words = WhichWords(CIRCLE, is_held_out=False)
    assert words.of_all(12, 12, 0, np.inf).endswith("A nudge makes some runs diverge. No effect is more than luck.")


def test_frozen_networks_and_layers_of_ones_own_are_answered() -> None:
    frozen = which_sample(
        replace(CIRCLE, layers=(Affinity(2, 4, frozen=True), Map("tanh"), Affinity(4, 1, frozen=True)))
    )
    assert not frozen.effect.any()
    assert frozen.sentence.startswith("No point did anything")
    network = CIRCLE.network()
    network.layers.append(Doubling())
    found = which_sample(replace(CIRCLE, samples=60), checkpoint=network)
    assert len(found.rows) == 12


def test_a_search_goes_on_where_it_was_left() -> None:
    search, whole = LeaveOneOut(PENGUINS), which_sample(PENGUINS)

    def soon(known_now: int) -> OnProgress:
        def up(done: int) -> None:
            if done > known_now:
                raise TimeIsUpError

        return up

    pieces = []
    while not search.is_whole:
        search.go_on(soon(search.known), threads=1)
        pieces.append(search.known)
    assert pieces == sorted(pieces)
    assert len(set(pieces)) > 4
    found = search.found()
    assert found.effect.tolist() == whole.effect.tolist()
    assert (found.rows, found.sentence) == (whole.rows, whole.sentence)


def test_time_that_is_up_leaves_what_is_known() -> None:
    def up(done: int) -> None:
        if done >= 64:
            raise TimeIsUpError

    found = which_sample(PENGUINS, up, threads=1)
    assert 64 <= len(found.rows) < found.of == 206
    assert f"{len(found.rows)} of 206 runs so far" in found.sentence
    whole = which_sample(PENGUINS)
    assert found.effect.tolist() == whole.effect[: len(found.rows)].tolist()

    def never(_done: int) -> None:
        raise TimeIsUpError

    assert (which_sample(PENGUINS, never).rows, which_sample(PENGUINS, never).sentence) == ((), NO_TIME)

    def gone(_done: int) -> None:
        raise ConnectionError

    refuses(ConnectionError, which_sample, PENGUINS, gone)


def test_what_cannot_be_left_out_is_said() -> None:
    refuses(ValueError, which_sample, replace(CIRCLE, distinct=None), match=ALL_NEW)
    refuses(ValueError, which_sample, replace(CIRCLE, distinct=1), match="There is one sample to learn from")
    refuses(ValueError, which_sample, replace(CIRCLE, distinct=2_001, samples=3_000), match="At most 2,000 rows")
