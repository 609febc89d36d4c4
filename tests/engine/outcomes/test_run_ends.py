"""The end of a run among many has the bits of a run of its own, with whatever it learns side by side."""

from dataclasses import replace

import numpy as np
import pytest

from engine import CATALOGUE, DrawnWeights, Experiment, run, scores
from engine.errors import TimeIsUpError
from engine.outcomes.run_ends import alike, ends_of, other_seeds

BASES = {
    "plain": CATALOGUE["circle"].experiment.replace_unchecked(samples=200),
    "held out, by a rule": replace(CATALOGUE["circle-by-heart"].experiment, samples=100, momentum=0.5, batch=8),
    "a table with a split by seed": replace(CATALOGUE["iris"].experiment, samples=120),
    "layers that no kernel has": replace(CATALOGUE["left-or-right"].experiment, samples=50),
    "too large an α": CATALOGUE["square-map"].experiment.replace_unchecked(samples=100),
}


@pytest.mark.parametrize("base", BASES.values(), ids=BASES)
def test_an_end_has_the_bits_of_a_run_of_its_own(base: Experiment) -> None:
    turned = [base, *(base.replace_unchecked(alpha=0.03 * k, weights=DrawnWeights(k)) for k in range(1, 6))]
    (group,) = alike(turned)
    scored = base.inputs != "normal"
    for one, end in zip(turned, ends_of([turned[at] for at in group], scored=scored), strict=True):
        alone = run(one, one.network())
        assert (end.fingerprint, end.diverged_at) == (alone.fingerprint, alone.diverged_at)
        assert end.final == (np.inf if alone.sound_settled is None else alone.settled)
        if alone.held_out is None:
            assert np.isnan(end.held_out)
        elif alone.diverged_at is None:
            assert end.held_out == alone.held_out.final
        if scored and alone.diverged_at is None:
            of_all = scores(one, alone.trained)
            assert end.accuracy == (of_all.held_out or of_all.learned).accuracy


def test_the_held_out_loss_of_a_run_that_diverges_is_infinite_so_that_a_median_has_its_order() -> None:
    lost = replace(CATALOGUE["cars"].experiment, samples=300, alpha=5.0, momentum=0.9)
    (end,) = ends_of([lost])
    assert end.diverged_at is not None
    assert (end.final, end.held_out) == (np.inf, np.inf)


def test_runs_that_differ_in_more_than_alpha_or_weights_are_in_other_groups() -> None:
    base = BASES["plain"]
    others = [replace(base, alpha=0.2), replace(base, seed=4), replace(base, momentum=0.1), replace(base, samples=9)]
    assert alike([base, *others, base]) == [[0, 1, 5], [2], [3], [4]]
    assert other_seeds(3)[:4] == [0, 1, 2, 4]
    assert len(other_seeds(3)) == len(other_seeds(10**6)) == 32


def test_an_end_of_time_ends_the_runs() -> None:
    def over(_done: int) -> None:
        raise TimeIsUpError("over")

    with pytest.raises(TimeIsUpError):
        ends_of([BASES["plain"]], over)
