"""Every experiment of the catalogue runs, and what its sentence says to look for is there to be seen."""

import dataclasses
import itertools
import math
from typing import Any

import numpy as np
import pytest
from scipy import ndimage

from engine import Affinity, AffinityLayer, DrawnWeights, Experiment, Identity, Map, Network, Run, floor, run
from engine.base.numerics import FloatArray
from engine.checks.gradcheck import AGREES, DISAGREES, check
from engine.experiments.catalogue import (
    CATALOGUE,
    CLASSICS,
    FIRST,
    MISTAKES,
    NOTEBOOK,
    REAL_TABLES,
    TRAINING,
    CatalogueEntry,
)
from engine.outcomes.memorisation import learned_by_heart
from tests.engine.asserting import known
from tests.engine.nets import catalogued
from tests.engine.strategies import bits

every_row = pytest.mark.parametrize("row", CATALOGUE.values(), ids=CATALOGUE)
ALPHAS = (1e-61, 0.001, 0.01, 0.05, 0.1, 0.2, 0.3, 0.5)
CORNERS = np.array(list(itertools.product([-1.0, 1.0], repeat=2)))


def run_of(key: str, **knobs: Any) -> Run:
    experiment = catalogued(key, **knobs)
    return run(experiment, experiment.network())


def affine(network: Network, place: int = 0) -> AffinityLayer:
    return [layer for layer in network.layers if isinstance(layer, AffinityLayer)][place]


def square(side: int = 41) -> FloatArray:
    """The points of a grid over the square from −1 to 1, row by row."""
    axis = np.linspace(-1.0, 1.0, side)
    return np.array([(x, y) for y in axis for x in axis])


def areas(values: FloatArray) -> int:
    """How many connected areas there are where a square map is above zero."""
    side = math.isqrt(len(values))
    _, count = ndimage.label(values.reshape(side, side) > 0)
    return int(count)


@every_row
def test_every_row_runs_to_its_end_without_diverging_survives_json_and_has_its_words(row: CatalogueEntry) -> None:
    result = run_of(row.key)
    assert (len(result.losses), result.diverged_at) == (row.experiment.samples, None)
    assert np.isfinite(result.losses).all()
    assert Experiment.from_json(row.experiment.to_json()) == row.experiment
    assert CATALOGUE[row.key] is row
    assert row.key.replace("-", "").isalnum()
    assert row.title
    assert row.look_for.endswith(".")


def test_the_catalogue_holds_what_it_says_and_where_nothing_can_learn_alpha_changes_nothing() -> None:
    groups = [(group, len(list(rows))) for group, rows in itertools.groupby(row.group for row in CATALOGUE.values())]
    assert groups == [(NOTEBOOK, 13), (CLASSICS, 4), (REAL_TABLES, 5), (TRAINING, 3), (MISTAKES, 1)]
    for column in ("key", "title", "look_for", "experiment"):
        assert len({getattr(row, column) for row in CATALOGUE.values()}) == len(CATALOGUE), "no two say the same"
    assert FIRST in CATALOGUE
    for key in ("identity-layer", "map-plus-one"):
        first = run_of(key).fingerprint
        assert {run_of(key, alpha=alpha).fingerprint for alpha in ALPHAS} == {first}
        assert run_of(key, seed=4).fingerprint != first


# The observations that each entry's sentence promises


def test_three_facts_are_the_notebooks_and_are_learned_and_yet_m_is_not_the_swap() -> None:
    result = run_of("three-facts", samples=3000)
    assert result.last < 1e-20
    assert np.abs(affine(result.trained).M - [[0.0, 1.0], [1.0, 0.0]]).max() > 0.1
    assert run_of("three-facts").settled < 0.001
    experiment = CATALOGUE["three-facts"].experiment
    X, T = dataclasses.replace(experiment, samples=3).facts()
    facts = [(np.arange(2 * n, 2 * n + 2), np.arange(2 * n + 1, 2 * n - 1, -1)) for n in range(3)]
    assert (X.tolist(), T.tolist()) == ([x.tolist() for x, _ in facts], [t.tolist() for _, t in facts])
    for spec, loss in ((Identity(), 1.0), (Map("plus one"), 2.0)):
        tried = dataclasses.replace(experiment, layers=(spec,), samples=3)
        assert run(tried, tried.network()).last == loss


def test_passing_back_m_fails_the_gradient_check_and_gives_a_far_higher_final_loss() -> None:
    row = CATALOGUE["left-or-right"]
    assert [key for key, other in CATALOGUE.items() if other.mistakes] == [row.key]
    left = tuple(
        dataclasses.replace(spec, left_multiplied=True) if spec == Affinity(4, 4) else spec
        for spec in row.experiment.layers
    )
    assert left != row.experiment.layers
    assert run_of(row.key, layers=left).settled > 10 * run_of(row.key).settled
    for layers, state in ((row.experiment.layers, AGREES), (left, DISAGREES)):
        experiment = dataclasses.replace(row.experiment, layers=layers)
        assert check(experiment.network(), experiment.points(4)).state == state


def test_a_dense_layer_learns_the_identity_the_swap_and_without_an_activation_the_square() -> None:
    learned = {"affine-identity": np.eye(2), "affine-swap": np.eye(2)[::-1], "doubling-map": np.eye(2) / 2}
    for key, matrix in learned.items():
        assert np.abs(affine(run_of(key).trained).M - matrix).max() < 1e-3, key
    assert np.abs(affine(run_of("affine-identity").trained).b).max() < 1e-3
    assert run_of("affine-identity", samples=500).last == 0.0
    first, alpha = run_of("square-map"), catalogued("square-map").alpha
    assert first.settled < first.losses[:60].mean() / 20
    assert None not in [run_of("square-map", alpha=large).diverged_at for large in (3 * alpha, 0.1, 0.2, 0.3, 0.5)]
    result = run_of("identity-by-hand")
    assert not result.losses.any()
    assert affine(result.trained).M.tolist() == [[1.0, 0.0], [0.0, 1.0]]
    taken, whole, result = catalogued("map-taken-off"), catalogued("square-map"), run_of("map-taken-off")
    assert taken.layers == whole.layers[:1]
    assert bits(affine(taken.network()).M) == bits(affine(whole.network()).M)
    assert result.settled < 1e-6
    assert np.abs(affine(result.trained).M - np.eye(2)).max() < 1e-3


def test_tanh_signs_gets_sharper_edges_and_leaky_relu_learns_below_zero_by_its_leak_alone() -> None:
    alphas = (0.01, 0.02, 0.05, 0.1, 0.2, 0.3, 0.4, 0.5)
    matrices = [affine(run_of("tanh-signs", alpha=alpha).trained).M for alpha in alphas]
    steepness = [float(np.linalg.norm(M, axis=1).min()) for M in matrices]
    assert steepness == sorted(steepness)
    assert steepness[-1] > 3 * steepness[0]
    leaky = catalogued("leaky-relu-ones")
    first = affine(leaky.network())
    x, moved = -np.linalg.solve(first.M, first.b + 1.0), []
    for each in (leaky, dataclasses.replace(leaky, layers=(Affinity(2, 2), Map("relu")))):
        network = each.network()
        assert (affine(network)(x) < 0).all()
        network.learn([(x, [1.0, 1.0])])
        moved.append(bits(affine(network).M) != bits(affine(each.network()).M))
    assert moved == [True, False]


def corners_right(result: Run) -> int:
    """How many of the four corners of XOR have their sign."""
    target = catalogued("xor-one-layer").target(CORNERS.T)[0]
    return int((np.sign(result.trained.respond(CORNERS)[:, 0]) == target).sum())


@pytest.mark.parametrize("alpha", ALPHAS)
def test_xor_with_one_layer_leaves_a_corner_wrong_whatever_alpha_and_seed(alpha: float) -> None:
    for seed in range(6):
        result = run_of("xor-one-layer", alpha=alpha, seed=seed)
        assert corners_right(result) <= 3
        assert result.settled > 0.2
        assert result.losses[-100:].max() > 0.5


def test_xor_with_one_layer_has_a_floor_and_with_hidden_units_every_corner_but_from_weight_seed_7() -> None:
    row = CATALOGUE["xor-one-layer"]
    found = floor(row.experiment)
    least, constant = known(found.loss), known(found.ceiling)
    assert f"was found for it is {least:.3g}, and one answer for all has {constant:.2g}." in row.look_for
    for seed in range(6):
        result = run_of("xor-hidden-layer", seed=seed)
        assert result.settled < 0.01
        assert corners_right(result) == 4
    for samples in (500, 2000, 20_000):
        assert corners_right(run_of("xor-hidden-layer", weights=DrawnWeights(7), samples=samples)) == 3


def test_circle_sine_spiral_and_two_moons_draw_their_curves_and_the_spiral_is_the_hardest() -> None:
    trained, points = run_of("circle").trained, square()
    values = trained.respond(points)[:, 0]
    assert (areas(values), areas(-values)) == (1, 1)
    assert trained.respond(np.zeros((1, 2)))[0, 0] > 0
    assert (values[np.abs(points).max(axis=1) == 1.0] < 0).all()
    x, trained = np.linspace(-1.0, 1.0, 41)[:, None], run_of("sine").trained
    assert np.sqrt(np.mean((trained.respond(x) - np.sin(math.pi * x)) ** 2)) < 0.15
    assert trained.inputs == 1
    settled = {row.key: run_of(row.key).settled for row in CATALOGUE.values() if row.group == CLASSICS}
    assert max(settled, key=settled.__getitem__) == "spiral"
    early, late = (run_of("spiral", samples=samples).settled for samples in (500, 5000))
    assert late < early
    points = square()
    target = catalogued("two-moons").target(points.T)[0]
    folded, straight = run_of("two-moons"), run_of("two-moons", layers=(Affinity(2, 1), Map("tanh")))
    right, straight_right = (
        np.mean(np.sign(one.trained.respond(points)[:, 0]) == target) for one in (folded, straight)
    )
    assert right > 0.94 > straight_right + 0.05


def held_out_loss(result: Run) -> float:
    """The loss of the samples that the run never learned from."""
    return known(result.held_out).final


def test_noisy_samples_are_learned_by_heart_and_decay_and_a_falling_rate_help_with_every_seed() -> None:
    row, result = CATALOGUE["circle-by-heart"], run_of("circle-by-heart")
    assert result.settled <= 0.01
    assert held_out_loss(result) >= 0.5
    assert learned_by_heart(row.experiment, result)
    assert f"The same {row.experiment.distinct} noisy samples" in row.look_for
    assert f"the final loss is {result.settled:.5f}, and on held-out" in row.look_for
    assert f"it is {held_out_loss(result):.3f}." in row.look_for
    row, start = CATALOGUE["circle-decay"], CATALOGUE["circle-by-heart"]
    assert dataclasses.replace(row.experiment, decay=0.0) == start.experiment
    for seed in range(32):
        plain, decayed = (run_of(key, seed=seed) for key in (start.key, row.key))
        assert held_out_loss(decayed) < held_out_loss(plain)
        for place in (0, 1):
            assert np.abs(affine(decayed.trained, place).M).max() < np.abs(affine(plain.trained, place).M).max()
    plain, decayed = run_of(start.key), run_of(row.key)
    X, T = start.experiment.facts(30)
    known = [int(np.sum(np.sign(made.trained.respond(X)) == T)) for made in (plain, decayed)]
    assert known[0] == 30 > known[1]
    assert f"is {held_out_loss(decayed):.3f}, not {held_out_loss(plain):.3f}." in row.look_for
    row = CATALOGUE["falling-rate"]
    for seed in range(32):
        assert run_of(row.key, seed=seed).settled < run_of(row.key, seed=seed, rate="1").settled
    falling, constant = run_of(row.key), run_of(row.key, rate="1")
    assert f"to {falling.settled:.4f}, not to {constant.settled:.4f}." in row.look_for
    factors = row.experiment.rule.paces(row.experiment.samples)[:, 0]
    assert (factors[:2250] == 1.0).all()
    assert (factors[2250:] == 0.1).all()
