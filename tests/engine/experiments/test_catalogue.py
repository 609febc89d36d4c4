"""Every experiment of the catalogue runs, and what its sentence says to look for is there to be seen."""

import dataclasses
import itertools
import math
from typing import Any

import numpy as np
import pytest
from scipy import ndimage

from engine.base.numerics import FloatArray
from engine.checks.gradcheck import AGREES, DISAGREES, check
from engine.experiments.catalogue import CATALOGUE, CLASSICS, FIRST, MISTAKES, NOTEBOOK, TRAINING, CatalogueEntry
from engine.experiments.experiment import Affinity, DrawnWeights, Experiment, Identity, Map
from engine.experiments.run import Run, run
from engine.layers.layers import AffinityLayer
from engine.outcomes.by_heart import learned_by_heart
from engine.outcomes.floor_search import floor
from engine.training.network import Network
from tests.engine.asserting import known
from tests.engine.strategies import bits

every_row = pytest.mark.parametrize("row", CATALOGUE.values(), ids=CATALOGUE)
ALPHAS = (1e-61, 0.001, 0.01, 0.05, 0.1, 0.2, 0.3, 0.5)
CORNERS = np.array(list(itertools.product([-1.0, 1.0], repeat=2)))


def run_of(key: str, **knobs: Any) -> Run:
    experiment = dataclasses.replace(CATALOGUE[key].experiment, **knobs)
    return run(experiment, experiment.network())


def affine(network: Network, place: int = 0) -> AffinityLayer:
    found = [layer for layer in network.layers if isinstance(layer, AffinityLayer)]
    return found[place]


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
def test_every_row_runs_to_its_end_without_diverging(row: CatalogueEntry) -> None:
    result = run_of(row.key)
    assert len(result.losses) == row.experiment.samples
    assert result.diverged_at is None
    assert np.isfinite(result.losses).all()


@every_row
def test_every_row_survives_json(row: CatalogueEntry) -> None:
    assert Experiment.from_json(row.experiment.to_json()) == row.experiment


@every_row
def test_every_row_has_its_words(row: CatalogueEntry) -> None:
    assert CATALOGUE[row.key] is row
    assert row.key.replace("-", "").isalnum()
    assert row.title
    assert row.look_for.endswith(".")
    assert row.group in (NOTEBOOK, CLASSICS, TRAINING, MISTAKES)


@pytest.mark.parametrize("column", ["key", "title", "look_for", "experiment"])
def test_no_two_rows_say_the_same(column: str) -> None:
    values = [getattr(row, column) for row in CATALOGUE.values()]
    assert len(set(values)) == len(values)


def test_the_catalogue_holds_what_the_notebook_tried_and_four_classics_three_rows_of_training_and_its_mistakes() -> (
    None
):
    groups = [(group, len(list(rows))) for group, rows in itertools.groupby(row.group for row in CATALOGUE.values())]
    assert groups == [(NOTEBOOK, 13), (CLASSICS, 4), (TRAINING, 3), (MISTAKES, 1)]


def test_the_page_opens_with_a_row_of_the_catalogue() -> None:
    assert FIRST in CATALOGUE


# What each sentence says to look for


@pytest.mark.parametrize("key", ["identity-layer", "map-plus-one"])
def test_where_nothing_can_learn_alpha_changes_nothing(key: str) -> None:
    first = run_of(key)
    assert all(run_of(key, alpha=alpha).fingerprint == first.fingerprint for alpha in ALPHAS)
    assert run_of(key, seed=4).fingerprint != first.fingerprint


def test_three_facts_are_learned_and_yet_m_is_not_the_swap() -> None:
    result = run_of("three-facts", samples=3000)
    assert result.last < 1e-20
    assert np.abs(affine(result.trained).M - [[0.0, 1.0], [1.0, 0.0]]).max() > 0.1
    assert run_of("three-facts").settled < 0.001


def test_the_three_facts_are_the_notebooks_and_its_first_nets_give_its_losses() -> None:
    experiment = CATALOGUE["three-facts"].experiment
    X, T = dataclasses.replace(experiment, samples=3).facts()
    facts = [(np.arange(2 * n, 2 * n + 2), np.arange(2 * n + 1, 2 * n - 1, -1)) for n in range(3)]
    assert X.tolist() == [x.tolist() for x, _ in facts]
    assert T.tolist() == [t.tolist() for _, t in facts]
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


def test_a_dense_layer_learns_the_identity_matrix_and_with_500_samples_a_last_loss_of_exactly_0() -> None:
    trained = affine(run_of("affine-identity").trained)
    assert np.abs(trained.M - np.eye(2)).max() < 1e-3
    assert np.abs(trained.b).max() < 1e-3
    assert run_of("affine-identity", samples=500).last == 0.0


def test_a_dense_layer_learns_the_identity_matrix_with_its_rows_swapped() -> None:
    assert np.abs(affine(run_of("affine-swap").trained).M - np.eye(2)[::-1]).max() < 1e-3


def test_an_activation_that_doubles_leaves_half_the_identity_matrix() -> None:
    assert np.abs(affine(run_of("doubling-map").trained).M - np.eye(2) / 2).max() < 1e-3


def test_the_square_learns_only_with_a_small_alpha_and_diverges_with_a_large_one() -> None:
    experiment = CATALOGUE["square-map"].experiment
    first = run_of("square-map")
    assert first.settled < first.losses[:60].mean() / 20
    assert run_of("square-map", alpha=3 * experiment.alpha).diverged_at is not None
    assert all(run_of("square-map", alpha=alpha).diverged_at is not None for alpha in (0.1, 0.2, 0.3, 0.5))


def test_tanh_signs_gets_sharper_edges_the_more_alpha_is_turned_up() -> None:
    steepness = []
    for alpha in (0.01, 0.02, 0.05, 0.1, 0.2, 0.3, 0.4, 0.5):
        M = affine(run_of("tanh-signs", alpha=alpha).trained).M
        steepness.append(np.linalg.norm(M, axis=1).min())
    assert steepness == sorted(steepness)
    assert steepness[-1] > 3 * steepness[0]


def test_identity_by_hand_is_right_from_the_start() -> None:
    result = run_of("identity-by-hand")
    assert not result.losses.any()
    assert affine(result.trained).M.tolist() == [[1.0, 0.0], [0.0, 1.0]]


def test_without_its_activation_the_dense_layer_of_the_square_learns_at_once() -> None:
    taken, whole = (CATALOGUE[key].experiment for key in ("map-taken-off", "square-map"))
    assert taken.layers == whole.layers[:1]
    assert bits(affine(taken.network()).M) == bits(affine(whole.network()).M)
    result = run_of("map-taken-off")
    assert result.settled < 1e-6
    assert np.abs(affine(result.trained).M - np.eye(2)).max() < 1e-3


def test_leaky_relu_learns_below_zero_by_its_leak_alone() -> None:
    experiment = CATALOGUE["leaky-relu-ones"].experiment
    dead = dataclasses.replace(experiment, layers=(Affinity(2, 2), Map("relu")))
    x = -np.linalg.solve(affine(experiment.network()).M, affine(experiment.network()).b + 1.0)
    moved = []
    for each in (experiment, dead):
        network = each.network()
        assert (affine(network)(x) < 0).all()
        network.learn([(x, [1.0, 1.0])])
        moved.append(bits(affine(network).M) != bits(affine(each.network()).M))
    assert moved == [True, False]


@pytest.mark.parametrize("alpha", ALPHAS)
def test_xor_with_one_layer_leaves_a_corner_wrong_whatever_alpha_and_seed(alpha: float) -> None:
    target = CATALOGUE["xor-one-layer"].experiment.target(CORNERS.T)[0]
    for seed in range(6):
        result = run_of("xor-one-layer", alpha=alpha, seed=seed)
        right = np.sign(result.trained.respond(CORNERS)[:, 0]) == target
        assert right.sum() <= 3
        assert result.settled > 0.2
        assert result.losses[-100:].max() > 0.5


def test_the_hint_of_xor_with_one_layer_says_its_floor() -> None:
    row = CATALOGUE["xor-one-layer"]
    found = floor(row.experiment)
    assert found.loss is not None
    assert f"was found for it is {found.loss:.3g}, and one answer for all has {found.ceiling:.2g}." in row.look_for


def test_xor_with_a_hidden_layer_gets_every_corner_right_whatever_the_seed() -> None:
    target = CATALOGUE["xor-hidden-layer"].experiment.target(CORNERS.T)[0]
    for seed in range(6):
        result = run_of("xor-hidden-layer", seed=seed)
        assert result.settled < 0.01
        assert (np.sign(result.trained.respond(CORNERS)[:, 0]) == target).all()


@pytest.mark.parametrize("samples", [500, 2000, 20_000])
def test_from_weight_seed_7_a_hidden_layer_leaves_one_corner_of_xor_wrong(samples: int) -> None:
    target = CATALOGUE["xor-hidden-layer"].experiment.target(CORNERS.T)[0]
    trained = run_of("xor-hidden-layer", weights=DrawnWeights(7), samples=samples).trained
    assert (np.sign(trained.respond(CORNERS)[:, 0]) == target).sum() == 3


def test_circle_draws_a_closed_curve_around_the_centre() -> None:
    trained, points = run_of("circle").trained, square()
    values = trained.respond(points)[:, 0]
    assert areas(values) == 1
    assert areas(-values) == 1
    assert trained.respond(np.zeros((1, 2)))[0, 0] > 0
    assert (values[np.abs(points).max(axis=1) == 1.0] < 0).all()


def test_spiral_is_the_hardest_of_the_classics() -> None:
    settled = {row.key: run_of(row.key).settled for row in CATALOGUE.values() if row.group == CLASSICS}
    assert max(settled, key=settled.__getitem__) == "spiral"
    early, late = (run_of("spiral", samples=samples).settled for samples in (500, 5000))
    assert late < early


def test_sine_bends_until_it_follows_the_sine() -> None:
    x = np.linspace(-1.0, 1.0, 41)[:, None]
    trained = run_of("sine").trained
    assert np.sqrt(np.mean((trained.respond(x) - np.sin(math.pi * x)) ** 2)) < 0.15
    assert trained.inputs == 1


def test_two_moons_folds_its_border_between_the_arcs() -> None:
    experiment = CATALOGUE["two-moons"].experiment
    points = square()
    target = experiment.target(points.T)[0]
    right = np.mean(np.sign(run_of("two-moons").trained.respond(points)[:, 0]) == target)
    straight = dataclasses.replace(experiment, layers=(Affinity(2, 1), Map("tanh")))
    straight_right = np.mean(np.sign(run(straight, straight.network()).trained.respond(points)[:, 0]) == target)
    assert right > 0.94 > straight_right + 0.05


def held_out_loss(result: Run) -> float:
    """The loss of the samples that the run never learned from."""
    return known(result.held_out).final


def test_thirty_noisy_samples_are_learned_by_heart() -> None:
    row = CATALOGUE["circle-by-heart"]
    result = run_of(row.key)
    assert result.settled <= 0.01
    assert held_out_loss(result) >= 0.5
    assert learned_by_heart(row.experiment, result)
    assert f"The same {row.experiment.distinct} noisy samples" in row.look_for
    assert f"the final loss is {result.settled:.5f}, and on held-out" in row.look_for
    assert f"it is {held_out_loss(result):.3f}." in row.look_for


def test_decay_keeps_weights_small_and_lowers_the_held_out_loss_with_every_seed() -> None:
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


def test_a_falling_rate_lowers_the_final_loss_of_signs_with_every_seed() -> None:
    row = CATALOGUE["falling-rate"]
    for seed in range(32):
        assert run_of(row.key, seed=seed).settled < run_of(row.key, seed=seed, rate="1").settled
    falling, constant = run_of(row.key), run_of(row.key, rate="1")
    assert f"to {falling.settled:.4f}, not to {constant.settled:.4f}." in row.look_for
    factors = row.experiment.rule.paces(row.experiment.samples)[:, 0]
    assert (factors[:2250] == 1.0).all()
    assert (factors[2250:] == 0.1).all()
