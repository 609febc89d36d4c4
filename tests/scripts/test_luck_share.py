"""The share of luck in differences: an analysis of variance of ranks, as SciPy makes it, and its sentences."""

import base64
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray
from scipy.stats import kruskal

from tests.scripts.node import Scripts, scripts

ALPHAS, SEEDS = 6, 9
SHAPE = (ALPHAS, SEEDS)
CUBE = """
const [cells, losses] = arguments;
const seeds = Array.from({ length: 9 }, (_, seed) => seed);
window.cube = nnbench.emptyCube([['alpha', [0.1, 0.2, 0.3, 0.4, 0.5, 0.6]], ['weight_seed', seeds]], [
  'alpha', 'weight_seed',
]);
nnbench.fillCube(cube, { cells: { dtype: 'i4', bdata: cells }, losses: { dtype: 'f4', bdata: losses } });
"""
LINE = "{ x: 'alpha', y: '', at: { weight_seed: null } }"
UNKNOWN, ALIKE = -1, "alike"

MODULES = ("luck_share", "luck_words", "sweep_words")
page = scripts("cube/loss_cube.js", *(f"sweeps/{name}.js" for name in MODULES))


def filled(page: Scripts, losses: NDArray[Any], made: NDArray[np.bool_] | None = None) -> None:
    """The page has a cube with these losses, or with those that are made; NaN for a run that diverged."""
    cells = np.flatnonzero(np.ones(SHAPE) if made is None else made)
    arrays = (cells.astype("<i4"), losses.ravel()[cells].astype("<f4"))
    page.execute_script(CUBE, *(base64.b64encode(array.tobytes()).decode() for array in arrays))


def test_a_cube_of_scores_is_said_by_them_and_the_best_is_the_highest(page: Scripts) -> None:
    right = np.linspace(0.5, 0.99, ALPHAS * SEEDS).reshape(SHAPE)
    filled(page, 1.0 - right)
    page.execute_script("cube.whole.scored = { measure: 'accuracy', heldOut: true }")
    words = page.execute_script("return nnbench.findingText(cube)")
    name = "share of held-out rows answered right"
    assert f"Over 9 weight seeds the median {name} is highest at α 0.6: 95.3 % (10–90 %: 91.6 % to 99 %)." in words
    assert f"The highest {name} of a single run is 99 %, at α 0.6, weight seed 8." in words
    cell = f"return nnbench.cellText(cube, {LINE}, {{ alpha: 0 }})"
    assert "the median is 53.7 % (10–90 %: 50 % to 57.4 %)" in page.execute_script(cell)
    page.execute_script("cube.whole.scored = { measure: 'r2', heldOut: false }")
    words = page.execute_script("return nnbench.findingText(cube)")
    assert "The highest R² of learned rows of a single run is 0.99, at α 0.6, weight seed 8." in words
    right[1], right[4] = right[5], right[5]
    filled(page, 1.0 - right)
    words = page.execute_script("return nnbench.findingText(cube)")
    assert words.startswith("Over 9 weight seeds the median final loss is lowest at 3 of 6 places: 0.0470. ")


def overall(page: Scripts) -> Any:
    return page.execute_script(
        "const share = nnbench.luckOverall(cube, ['weight_seed']); return share === Infinity ? 'alike' : share"
    )


def at_each(page: Scripts) -> list[Any]:
    grid = f"nnbench.luckGrid(cube, {LINE}, {{ x: [0, 6], y: [0, 1] }}, [9, 9]).values"
    found: list[Any] = page.execute_script(f"return [...{grid}].map((x) => x === Infinity ? 'alike' : x)")
    return found


def says(page: Scripts, alpha: int) -> str:
    return str(page.execute_script(f"return nnbench.luckText(cube, {LINE}, {{ alpha: {alpha} }})"))


def binned(losses: NDArray[Any]) -> NDArray[Any]:
    """Losses that share a rank as one number: their first sixteen bits; what diverged comes last."""
    bits: NDArray[Any] = np.where(np.isnan(losses), np.inf, losses).astype(np.float32).view(np.uint32) >> 16
    return bits


def expected_share(groups: NDArray[Any]) -> float:
    """1 − ε², of SciPy's statistic of Kruskal and Wallis."""
    count, places = groups.size, len(groups)
    explained = kruskal(*binned(groups)).statistic / (count - 1)
    return float(min(1.0, (1 - explained) * (count - 1) / (count - places)))


def mixed_losses() -> NDArray[Any]:
    """Losses that depend on α and on luck, of which some diverged and some are 0."""
    random = np.random.RandomState(5)
    losses = random.lognormal(np.linspace(-1, 1, ALPHAS)[:, None], 1.0, SHAPE)
    losses[5, :4] = np.nan
    losses[0, :3] = 0.0
    return losses


def test_the_share_is_that_of_kruskal_and_wallis_and_the_mean_of_its_places(page: Scripts) -> None:
    losses = mixed_losses()
    filled(page, losses)
    share = expected_share(losses)
    assert 0.2 < share < 0.8
    assert overall(page) == pytest.approx(share, rel=1e-9)
    places = at_each(page)
    assert np.mean(places) == pytest.approx(share, rel=1e-6)
    assert places[2] < 1.5
    for alpha in range(ALPHAS):
        beside = f"nnbench.luckBeside(cube, {LINE}, {{ alpha: {alpha} }})"
        neighbours = [at for at in (alpha, alpha - 1, alpha + 1) if 0 <= at < ALPHAS]
        found = page.execute_script(f"return {beside}")
        # Ranks are those among all runs of the map, so what SciPy ranks anew differs a little.
        assert found == pytest.approx(expected_share(losses[neighbours]), abs=0.12)


@pytest.mark.parametrize(("losses", "share"), [
    (np.repeat(np.geomspace(0.1, 10, ALPHAS), SEEDS).reshape(SHAPE), 0.0),
    (np.tile(np.geomspace(0.1, 10, SEEDS), (ALPHAS, 1)), 1.0),
    (np.full(SHAPE, 0.25), ALIKE),
    (np.full(SHAPE, np.nan), ALIKE),
    (np.zeros(SHAPE), ALIKE),
])  # fmt: skip
def test_what_follows_from_a_knob_is_no_luck_and_of_a_seed_is(page: Scripts, losses: NDArray[Any], share: Any) -> None:
    filled(page, losses)
    assert overall(page) == (share if share == ALIKE else pytest.approx(share, abs=1e-9))
    if share == ALIKE:
        assert at_each(page) == [ALIKE] * ALPHAS
        assert says(page, 2) == "All runs of this map end alike."
        assert page.execute_script("return nnbench.luckOverallText(cube, ['weight_seed'])") == ""


def test_a_place_with_a_single_run_has_no_share_and_nothing_is_said_of_it(page: Scripts) -> None:
    made = np.zeros(SHAPE, bool)
    made[:, 0] = True
    filled(page, mixed_losses(), made)
    assert overall(page) == UNKNOWN
    assert at_each(page) == [UNKNOWN] * ALPHAS
    assert says(page, 0) == ""
    made[3] = True
    filled(page, mixed_losses(), made)
    assert [value == UNKNOWN for value in at_each(page)] == [True, True, True, False, True, True]
    assert 0 <= overall(page) <= 1


def test_of_many_draws_of_pure_luck_the_share_is_one_on_average(page: Scripts) -> None:
    random = np.random.RandomState(7)
    shares = []
    for _ in range(40):
        filled(page, random.lognormal(size=SHAPE))
        shares.append(overall(page))
    # Clamped at 1, so a little below it; a share that is not adjusted would be (54 − 6) / 53 = 0.906 on average.
    assert 0.95 < np.mean(shares) <= 1


def test_what_is_said_of_luck_has_the_factors_where_there_are_some(page: Scripts) -> None:
    losses = mixed_losses()
    filled(page, losses)
    sentences = says(page, 2)
    medians = np.median(losses[1:4], axis=1)
    low, high = np.sort(losses[2])[[0, 8]]
    assert f"the medians differ by up to {medians.max() / medians.min():.1f}×" in sentences
    assert f"the runs here (10–90 %) by {high / low:.1f}×: " in sentences
    assert sentences.startswith("Luck: by the weight seed alone ranks vary here ")
    # A loss of 0 and a run that diverged have no factor.
    assert "×" not in says(page, 0)
    assert "×" not in says(page, 5)
    whole = page.execute_script("return nnbench.luckOverallText(cube, ['weight_seed'])")
    percent = round(100 * expected_share(losses))
    assert whole == f"Of how all runs rank, {percent} % is luck of the weight seed; the rest follows from α."
    assert page.execute_script("return nnbench.findingText(cube)").endswith(whole)


def test_sixteen_bits_of_a_loss_keep_it_within_one_percent() -> None:
    losses = np.geomspace(1e-30, 1e6, 10_001)
    kept = (losses.astype(np.float32).view(np.uint32) >> 16 << 16).view(np.float32)
    assert np.all((losses / kept >= 1 - 1e-6) & (losses / kept < 1.01))
