"""The rank of the current data seed among 32, in words, without the page."""

import pytest

from tests.scripts.node import Scripts, scripts

SAID = """
const [settled, losses, spread] = arguments;
const isNudged = (loss) => Math.abs((loss ?? Infinity) - settled) <= spread;
return nnbench.rankWords({ settled }, new Map(losses.map((loss, seed) => [seed, loss])), isNudged);
"""
FALLING = [1.0 - seed / 100 for seed in range(32)]
"""Final losses of 32 seeds, a hundredth apart."""
ONE_DIVERGES = [*FALLING[:31], None]
LEVEL = "Best of 32 seeds, level with 1 more, 1 within luck"

FOUND = """
const [seed, settled] = arguments, summary = { seed, settled: settled[seed] };
const seeds = settled.map((_, at) => at).filter((at) => at !== seed);
const asked = { seeds: seeds.sort((a, b) => Math.abs(a - seed) - Math.abs(b - seed)) };
const reply = { settled: seeds.map((at) => settled[at]) };
nnbench.state.shown = { summary, known: [{ name: 'seed_spread', asked, reply }] };
return nnbench.fillSpread(summary, () => true).then(() => nnbench.seedsFinding());
"""
"""The finding of these losses when the run of one of the seeds is shown first."""

page = scripts("outcomes/seed_dots.js", "model/seed_spread.js", "core/state.js")


@pytest.mark.parametrize(("losses", "seed", "spread", "words"), [
    (FALLING, 21, 0, "11th best of 32"),
    (FALLING, 21, 0.005, "11th best of 32"),
    (FALLING, 21, 0.025, "11th best of 32 seeds, 4 within luck"),
    (FALLING, 31, 0.015, "Best of 32 seeds, 1 within luck"),
    (FALLING, 21, 1.0, "All 32 data seeds end within the luck of this run"),
    (ONE_DIVERGES, 30, 0.015, "Best of 32 seeds, 1 within luck, 1 diverges"),
    (ONE_DIVERGES, 30, 1.0, "Best of 32 seeds, 30 within luck, 1 diverges"),
    ([*FALLING[:31], FALLING[30]], 30, 0.015, LEVEL),
    ([0.5] * 32, 3, 0, "All 32 data seeds have the same final loss"),
    (FALLING[:31], 21, 0, "10th best of 31 seeds, 1 leaves nothing to learn from"),
    ([0.5], 0, 0, "31 of 32 data seeds leave nothing to learn from"),
    ([0.5] * 30, 3, 0, "All 30 data seeds have the same final loss, 2 leave nothing to learn from"),
])  # fmt: skip
def test_a_rank_says_how_many_seeds_a_nudge_would_reach(
    page: Scripts, losses: list[float | None], seed: int, spread: float, words: str
) -> None:
    assert page.execute_script(SAID, losses[seed], losses, spread) == words


def test_of_equal_losses_the_first_and_the_last_seed_are_named(page: Scripts) -> None:
    said = page.execute_script(FOUND, 4, [0] * 32)
    assert said.startswith("Final losses go from 0 with seed 0 to 0 with seed 31.")


def test_seeds_without_a_run_are_known_and_have_no_dot(page: Scripts) -> None:
    page.load()
    script = FOUND.replace("settled[at]) }", "settled[at]), none: [7] }")
    said = page.execute_script(script, 4, [0.5, *FALLING[1:7], None, *FALLING[8:]])
    assert said.startswith("Final losses go from 0.500 with seed 0 to 0.990 with seed 1. 28th best of 31 seeds, ")
    assert page.execute_script("return nnbench.spreadOf(nnbench.state.shown.summary).settled.has(7)") is False


def test_where_a_twin_diverges_no_seed_is_beyond_luck(page: Scripts) -> None:
    said = page.execute_script(SAID.replace("<= spread", "<= Infinity"), ONE_DIVERGES[3], ONE_DIVERGES, 0)
    assert said == "All 32 data seeds end within the luck of this run"


@pytest.mark.parametrize(("diverged", "is_of_alpha", "words"), [
    (32, True, "diverge: it is α, not the seed"), (31, True, "diverge: it is mostly α"),
    (24, True, "diverge: it is mostly α"), (23, True, "diverge"), (8, True, "diverge: it depends on the seed"),
    (1, True, "diverges: it depends on the seed"), (32, False, "diverge"),
])  # fmt: skip
def test_alpha_is_at_fault_where_all_seeds_diverge(page: Scripts, diverged: int, is_of_alpha: bool, words: str) -> None:
    assert page.call("divergenceWords", diverged, is_of_alpha) == words
