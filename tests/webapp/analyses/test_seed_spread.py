"""The seeds around the page's own have the final losses of their runs."""

from dataclasses import replace

import pytest

from engine import Affinity, Experiment, Table, run
from tests.engine.asserting import refuses
from tests.webapp.asking import prepared_for, settled
from webapp.analyses.seed_spread import seed_spread
from webapp.base.validation import Malformed
from webapp.bench import budget
from webapp.bench.actions import PreparedRun


def test_every_seed_settles_as_a_run_of_its_own_and_too_long_ones_are_not_made(monkeypatch: pytest.MonkeyPatch) -> None:
    for key in ("tanh-signs", "square-map", "three-facts", "left-or-right", "xor-hidden-layer"):
        prepared, seeds = prepared_for(key), [3, 4, 2, 31, 4_294_967_295]
        losses = seed_spread(prepared, {"seeds": seeds})["settled"]
        assert losses == [settled(replace(prepared.experiment, seed=seed), prepared) for seed in seeds]
    prepared = prepared_for("tanh-signs")
    monkeypatch.setattr(budget, "BUDGET", 5 * budget.run_cost(prepared.experiment, prepared.checkpoint))
    losses = seed_spread(prepared, {"seeds": list(range(7, 20))})["settled"]
    assert losses == [settled(replace(prepared.experiment, seed=seed), prepared) for seed in range(7, 12)]
    assert seed_spread(prepared_for("spiral", samples=1_000_000), {"seeds": [0, 1]}) == {"settled": []}
    for plain in [{"seeds": 3}, {"seeds": [2**32]}, {"seeds": list(range(33))}, {"seeds": ["1"]}]:
        refuses(Malformed, seed_spread, prepared_for("tanh-signs"), plain)


def test_a_seed_that_leaves_nothing_to_learn_from_has_no_final_loss() -> None:
    rows = tuple((float(k), float(-k)) for k in range(8))
    table = Table(rows, tuple((float(k % 2),) for k in range(8)))
    one = Experiment(
        (Affinity(2, 1),), "table", inputs=table, samples=20, held_out=4, split="seed", without=(1, 2, 3, 4)
    )
    gone = one.seeds_without_rows(range(200))
    seeds = [gone[0] - 1, gone[0]]
    found = seed_spread(PreparedRun(one, one.network(), None), {"seeds": seeds})
    own = replace(one, seed=seeds[0])
    assert found == {"settled": [run(own, own.network()).sound_settled, None], "none": gone[:1]}
