"""A run without some rows or distinct samples: at their turns a loss is taken, and nothing moves."""

from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from engine import CATALOGUE, TABLES, Affinity, Experiment, Map, Network, NNBench, Table, floor, run, scores, sweep
from engine.base.metrics import settling_window
from engine.base.numerics import FloatArray
from engine.bench import bench_for
from engine.data.turns import ALL_NEW
from engine.errors import OutOfRangeError
from engine.experiments.edits import set_table, set_target
from engine.experiments.link_codec import from_texts, to_texts
from engine.outcomes.failure.evidence import Evidence
from engine.outcomes.nudged_runs import train_nudged
from engine.outcomes.other_seeds import final_losses
from engine.outcomes.outcome import best_constant_loss, first_loss, mean_losses_of_all
from engine.rules.optimizers import OPTIMIZERS, Pace
from engine.rules.rate import rates
from engine.scoring.answers import left_out_answers, row_answers
from tests.engine.asserting import known, refusal, refuses
from tests.engine.nets import flat, run_of, same_bits

GROUPS, GROUP = 10, 20
PENGUINS = CATALOGUE["penguins"].experiment
CIRCLE = replace(CATALOGUE["circle"].experiment, distinct=30, samples=400)
EIGHT = Table(tuple((float(k), 1.0 - k) for k in range(8)), tuple((float(k % 3),) for k in range(8)))


def random_experiment(seed: int) -> Experiment:
    """A random rule on a table or on distinct samples, without some of them."""
    rng = np.random.RandomState([9, seed])
    rule: dict[str, Any] = {
        "batch": int(rng.choice([1, 1, 2, 7, 16])), "momentum": float(rng.choice([0.0, 0.5, 0.9])),
        "nesterov": bool(rng.rand() < 0.5), "optimizer": str(rng.choice(list(OPTIMIZERS))),
        "decay": float(rng.choice([0.0, 0.01])), "rate": str(rng.choice(["1", "1/(1+k/20)", "where(k<5, 1, 0.1)"])),
        "alpha": float(rng.choice([0.01, 0.1, 0.5])),
    }  # fmt: skip
    samples, layers = int(rng.choice([16, 33, 60])), (Affinity(2, 3), Map("tanh"), Affinity(3, 1))
    if seed % 2:
        table = replace(EIGHT, shuffled=bool(rng.rand() < 0.5))
        one = Experiment(layers, "table", inputs=table, samples=samples, held_out=int(rng.choice([0, 2])), **rule)
    else:
        one = Experiment(layers, ("v0*v1",), samples=samples, distinct=int(rng.choice([2, 5, 12])), **rule)
    numbers = sorted({*known(one.turns).tolist()})
    left_out = rng.choice(numbers, min(len(numbers) - 1, int(rng.choice([1, 2]))), replace=False)
    return replace(one, without=tuple(map(int, left_out)))


def passing_over(experiment: Experiment) -> tuple[list[float], Network]:
    """The losses and the last network of a plain loop over batches: what is left out adds no gradient, and a batch of
    none makes no move."""
    rule, network, n = experiment.rule, experiment.network(), experiment.samples
    (X, T), turns = experiment.facts(), known(experiment.turns)
    steps, moves, losses = rates(rule.rate, rule.steps(n)), 0, []
    state: dict[tuple[int, str], tuple[FloatArray, ...]] = {}
    for start in range(0, n, rule.batch):
        batch = range(start, min(start + rule.batch, n))
        learned = [k for k in batch if turns[k] not in experiment.without]
        losses += [float(rule.loss_row.value(network(X[k]), T[k])) for k in batch]
        _, mean, root = rule.paces(n)[moves].tolist()
        pace = Pace(experiment.alpha * float(steps[start // rule.batch]), mean, root)
        sums: dict[tuple[int, str], FloatArray] = {}
        for k in learned:
            gradient = rule.loss_row.slope(network(X[k]), T[k]) * rule.scale(pace, len(learned))
            for at, layer in reversed(list(enumerate(network.layers))):
                gradient, by_name = layer.gradients(gradient)
                for name, part in by_name.items():
                    sums[at, name] = sums[at, name] + part if (at, name) in sums else part
        for (at, name), part in sums.items():
            array = network.layers[at].parameters[name]
            rest = tuple(np.zeros_like(array) for _ in range(3))
            array[...], state[at, name] = rule.moved(array, part, state.get((at, name), rest), pace)
        moves += bool(learned)
    return losses, network


@pytest.mark.parametrize("group", range(GROUPS))
def test_a_run_has_the_bits_of_a_loop_that_passes_over(group: int) -> None:
    for seed in range(group * GROUP, (group + 1) * GROUP):
        one = random_experiment(seed)
        losses, network = passing_over(one)
        made = run(one, one.network(), wait_for_kernel=True)
        assert same_bits(made.losses, np.array(losses)), f"seed {seed}: {one}"
        assert same_bits(flat(made.trained), flat(network)), f"seed {seed}: {one}"


@pytest.mark.parametrize("one", [PENGUINS, CIRCLE], ids=["penguins", "circle"])
def test_with_plain_steps_it_is_the_run_on_the_samples_without_those_turns(one: Experiment) -> None:
    number = int(known(one.turns)[0])
    others, (X, T) = known(one.turns) != number, one.facts()
    network = one.network()
    network.begin(one.rule, int(others.sum()))
    network.train(X[others], T[others])
    made = run_of(replace(one, without=(number,)))
    assert same_bits(flat(made.trained), flat(network))
    tail = slice(one.samples - settling_window(one.samples), one.samples)
    counted = made.losses[tail][others[tail]]
    assert made.settled == pytest.approx(float(np.mean(counted)), rel=1e-12)


def test_sweeps_and_nudged_runs_have_the_bits_of_runs() -> None:
    for one in (replace(PENGUINS, samples=300, without=(2, 6, 9)), replace(CIRCLE, without=(3,), batch=4)):
        alphas, seeds = (0.01, 0.02, 0.05, 0.1), (3, 4)
        swept = final_losses(one, one.network(), alphas, seeds)
        for k, alpha in enumerate(alphas):
            for s, seed in enumerate(seeds):
                made = run_of(one.replace_unchecked(alpha=alpha, seed=seed))
                assert swept[k, s] == made.settled
        start = flat(one.network())[None]
        nudged = train_nudged(one, one.network(), start, np.array([one.alpha]), lambda _: None)
        made = run_of(one)
        assert nudged.final[0] == made.settled
        assert same_bits(nudged.ends[0], flat(made.trained))


def test_a_sweep_refuses_a_data_seed_that_holds_out_every_row_but_those_left_out() -> None:
    one = Experiment(
        (Affinity(2, 1),), "table", inputs=EIGHT, samples=20, held_out=4, split="seed", without=(1, 2, 3, 4)
    )
    gone = one.seeds_without_rows(range(200))
    said = f"Under data seed {gone[0]} nothing is left to learn from. Leave out fewer rows."
    assert refusal(OutOfRangeError, sweep, one, seeds=range(200)) == said
    for seed in gone:
        assert refusal(OutOfRangeError, replace, one, seed=seed) == "Nothing is left to learn from. Leave out fewer."
    rest = [seed for seed in range(200) if seed not in gone]
    ends = [run_of(replace(one, seed=seed)).settled for seed in rest]
    assert sweep(one, seeds=rest).settled.tolist() == ends


def test_a_final_loss_is_over_the_whole_tenth_where_all_of_it_is_passed_over() -> None:
    table = replace(EIGHT, shuffled=False)
    one = Experiment((Affinity(2, 1),), "table", inputs=table, samples=8, without=(8,))
    made = run_of(one)
    assert made.settled == made.losses[-1]
    assert first_loss(one, one.network()) == pytest.approx(float(one.network().loss(table.inputs[7], table.targets[7])))
    assert np.isfinite(best_constant_loss(one))


def test_scaling_keeps_the_scale_of_all_learned_rows() -> None:
    number = int(known(PENGUINS.rows).learned[0]) + 1
    X, T = PENGUINS.facts()
    without_X, without_T = replace(PENGUINS, without=(number,)).facts()
    assert same_bits(X, without_X)
    assert same_bits(T, without_T)


def test_what_is_left_out_counts_as_learned_nowhere() -> None:
    one = replace(PENGUINS, without=(2, 6))
    rows, X = [row for row in known(one.rows).learned.tolist() if row + 1 not in (2, 6)], known(one.table).arrays[0]
    made = run_of(one)
    found, (answered, _) = scores(one).learned, row_answers(one, made.trained)
    assert (found.rows, answered.rows.tolist()) == (len(rows), rows)
    assert same_bits(answered.Y, made.trained.respond(X[rows]))
    assert known(left_out_answers(one, made.trained)).rows.tolist() == [1, 5]
    assert left_out_answers(PENGUINS, made.trained) is None
    evidence = Evidence(one, one.network(), made, lambda _: None, None)
    learned = known(one.passed) == 0
    assert same_bits(evidence.samples[0], one.facts()[0][learned])
    assert evidence.all_samples == f"all {int(learned.sum())} samples"
    assert evidence.latest == int(learned[-100:].sum())
    [mean] = mean_losses_of_all(one, one.network(), flat(one.network())[None])
    assert mean == pytest.approx(evidence.start_loss, rel=1e-12)
    drawn = replace(CIRCLE, without=(3, 4))
    assert known(drawn.distinct_count) == len(known(drawn.learned)[0]) == 28
    last = known(drawn.passed)[-40:] == 0
    assert scores(drawn).learned.rows == int(last.sum()) < 40


def test_the_floor_of_a_table_is_that_of_the_rows_that_are_not_left_out() -> None:
    layers = (Affinity(2, 1),)
    one = Experiment(layers, "table", inputs=EIGHT, samples=80, without=(8,))
    fewer = Experiment(layers, "table", inputs=Table(EIGHT.inputs[:7], EIGHT.targets[:7]), samples=80)
    assert (floor(one).samples, floor(one).loss, floor(one).ceiling) == (7, floor(fewer).loss, floor(fewer).ceiling)


def test_a_bench_in_python_passes_over_too() -> None:
    for one in (replace(PENGUINS, samples=200, without=(2, 6)), replace(CIRCLE, without=(1,), optimizer="adam")):
        bench = bench_for(one)
        assert bench.learn(one.samples) == run_of(one).losses.tolist()
    with pytest.raises(ValueError, match=ALL_NEW):
        NNBench(Network(), without=(1,))


def test_links_json_and_python_keep_it() -> None:
    one = replace(PENGUINS, without=(14, 6, 14))
    assert one.without == (6, 14)
    assert Experiment.from_json(one.to_json()) == one
    texts = to_texts(one, PENGUINS)
    assert texts["without"] == "6,14"
    assert from_texts(texts, PENGUINS) == (one, [])
    assert [from_texts({"without": text}, one)[0] for text in ("", "none")] == [PENGUINS] * 2
    assert to_texts(PENGUINS, one)["without"] == "none"
    assert "without=(6, 14)" in repr(one)
    assert "without" not in PENGUINS.to_json()


def test_what_no_run_learns_from_cannot_be_left_out() -> None:
    rows = known(PENGUINS.rows)
    held_out, test = int(known(replace(PENGUINS, split="every").rows).held_out[0]) + 1, int(rows.test[0]) + 1
    for changes, sentence in (
        ({"without": (held_out,), "split": "every"}, f"Row {held_out} is held out. It cannot be left out."),
        ({"without": (test,)}, f"Row {test} is a test row. It cannot be left out."),
        ({"without": (343,)}, "There is no row 343: the table has 342. It cannot be left out."),
        (
            {"without": (199,), "distinct": 3, "samples": 9, "split": "every"},
            "Row 199 is none of the 3 distinct ones. It cannot be left out.",
        ),
        ({"without": (0,)}, "Left out are at most 100 whole numbers"),
        ({"without": tuple(range(1, 102))}, "Left out are at most 100 whole numbers"),
        ({"without": "3,x"}, "Left out are at most 100 whole numbers"),
        ({"without": 3}, "Left out are at most 100 whole numbers"),
    ):
        refuses(ValueError, replace, PENGUINS, **changes, match=sentence)
    refuses(ValueError, replace, CIRCLE, without=(31,), match="Sample 31 is none of the 30 distinct ones.")
    refuses(ValueError, replace, CIRCLE, distinct=None, without=(3,), match=ALL_NEW)
    refuses(ValueError, replace, CIRCLE, distinct=2, without=(1, 2), match="Nothing is left to learn from.")


def test_a_row_that_one_data_seed_holds_out_is_left_out_under_the_others_alone() -> None:
    one, held_out = replace(PENGUINS, without=(295,), samples=300), 0
    for seed in range(32):
        other = replace(one, seed=seed)
        is_learned = 294 in known(other.rows).learned
        held_out += not is_learned
        assert bool(np.any(known(other.passed))) == is_learned
        if not is_learned:
            assert run_of(other).fingerprint == run_of(replace(other, without=())).fingerprint
    assert held_out == 8


def test_another_table_keeps_only_rows_that_it_may_learn() -> None:
    one = replace(PENGUINS, without=(6, 14))
    iris = set_table(one, TABLES["iris"].table())
    assert iris.without == (14,)
    assert 13 in known(iris.rows).learned
    assert 5 not in known(iris.rows).learned
    assert set_target(one, "swap").without == ()
