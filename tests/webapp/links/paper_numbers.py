"""The numbers on the story's pages about papers: what their runs give, and in how many of 32 seeds it is so."""

from collections.abc import Callable
from dataclasses import replace

import numpy as np

from benchmarks.results import (
    alpha_windows,
    at_the_edge,
    diverging_with_tanh,
    late_rules,
    many_borders,
    page,
    spreads,
    tickets,
    walls_by_nudge,
    walls_by_order,
)
from engine import DrawnWeights, Experiment, Run, compare, run, scores
from engine.experiments.link_codec import to_texts
from engine.results.edge_of_stability import sharpness_by_edge
from engine.results.grokking import steps_to_answers
from engine.results.lottery_ticket import largest_units, with_units
from engine.results.seeds_side_by_side import SEEDS, first_weights, last_weights
from engine.results.spread import shares_right
from engine.sweeps.axes import WIDTH, with_values
from tests.webapp.asking import not_none
from webapp.base.format import number
from webapp.links.lessons import WHOLE_OF_TICKET

SLOW_SHARES = {"peaks": 30, "peaks after 100 steps": 2, "halved spreads": 27, "late without decay": 0}
"""Shares that take seconds: the soak tests count them again."""


def made(experiment: Experiment) -> Run:
    return run(experiment, experiment.network())


def final(experiment: Experiment) -> str:
    return number(made(experiment).settled)


def held_out(experiment: Experiment) -> str:
    return number(not_none(made(experiment).held_out).final)


def wall_text(before: Experiment, now: Experiment) -> str:
    return number(not_none(compare(before, now, twins=0).wall))


def numbers_of_edge() -> list[str]:
    edge, lower = page("edge"), page("edge", alpha=0.1)
    start, end = (2.0 / edge.alpha * float(sharpness_by_edge(edge, [1], step)[0]) for step in (0, None))
    assert made(edge).losses[-20:].mean() < made(edge).losses[20:40].mean()
    return [
        f"All {edge.distinct} samples", f"in each of {edge.rule.steps(edge.samples):,} steps", "above 2/α",
        f"At α {edge.alpha}, 2/α is {2 / edge.alpha:.0f}",
        f"it is {start:.2f} before the first step and {end:.2f} after the last", "Set α to 0.1",
        f"Now 2/α is {2 / lower.alpha:.0f}",
        f"Not in 3,000 steps: it ends at {20 * float(sharpness_by_edge(lower, [1])[0]):.2f}",
        f"At α 0.4, it ends within 5 % of 2/α with {at_the_edge(0.4)} of 32", f"at α 0.1, with {at_the_edge(0.1)}.",
    ]  # fmt: skip


def numbers_of_butterfly() -> list[str]:
    before = page("butterfly")
    network = before.network()
    first = network.layers[0].parameters["M"]
    weight = f"is {first[0, 0]:.7f}, and"
    assert 0.5e-6 < 0.210711 - first[0, 0] < 1.5e-6
    first[0, 0] = 0.210711
    rates = before.rule.paces(before.samples)[:, 0]
    assert (np.flatnonzero(rates == 0.1)[0], set(rates[7000:])) == (7000, {0.1})
    return [
        weight, f"From step 7,000 of {before.samples:,} on",
        "the first cell and set it to 0.210711",
        f"There is one of {wall_text(before, before.with_weights_of(network))} times the larger loss",
        f"{walls_by_nudge(0)} of 32 weight seeds have a wall", f"at step 7,000, {walls_by_nudge(7000)};",
        f"at α 0.02 and step 0, {walls_by_nudge(0, 0.02)}.",
    ]  # fmt: skip


def numbers_of_connected() -> list[str]:
    before = page("connected")
    later = before.with_weights_of(made(replace(before, samples=2000 * before.batch)).trained)
    assert not_none(compare(replace(later, seed=4), later, twins=0).wall) <= 0.02
    X, _ = before.facts()
    return [
        f"The same {len(np.unique(X, axis=0))} points", f"batches of {before.batch}", "Set Data seed to 4",
        "step 2,000, press Start", f"set Data seed to {before.seed}.",
        f"There is one of {wall_text(before, replace(before, seed=4))} times",
        f"{walls_by_order(0)} of 32 weight seeds have a wall", f"at step 1,000, {walls_by_order(1000)};",
        f"at step 2,000, {walls_by_order(2000)}.",
    ]  # fmt: skip


def numbers_of_ticket() -> list[str]:
    whole, ticket, drawn = WHOLE_OF_TICKET, page("ticket"), page("ticket", weights=DrawnWeights(33, "xavier"))
    units = largest_units(whole, last_weights(whole, first_weights(whole, [1]))[0], 4)
    assert to_texts(with_units(whole, units.tolist()), whole) == to_texts(ticket, whole)
    (small, anew), (_, normal) = tickets(), tickets("normal")
    return [
        "16 hidden units", f"to {final(whole)}.", f"its {len(units)} largest units", f"They end at {final(ticket)}.",
        "set Weight seed to 33", f"but at {final(drawn)}.", f"Of 32 weight seeds, {small} have",
        "within 10 %", f"{anew} of 32 new fours", f"{normal} new fours do",
    ]  # fmt: skip


def numbers_of_descent() -> list[str]:
    fitting = page("descent")
    narrow, wide = (with_values(fitting, {WIDTH: width}) for width in (10, 64))
    return [
        f"these {fitting.distinct} samples", "into the 30 hidden", f"it is {held_out(fitting)}.",
        "set the outputs to 10, then to 64", f"{held_out(wide)}, after {held_out(narrow)} with 10",
        f"With {SLOW_SHARES['peaks']} of 32 weight seeds the loss at 30 units is over 1.5 times",
        f"After 100 steps in place of {fitting.rule.steps(fitting.samples):,}, with",
        f" {SLOW_SHARES['peaks after 100 steps']}: nothing is fitted",
    ]  # fmt: skip


def numbers_of_grokking() -> list[str]:
    late, never = page("grokking"), page("grokking", decay=0.0)
    learned, others = (steps[0] for steps in steps_to_answers(late, [1]))
    return [
        f"{late.width - 2} other inputs", f"{late.distinct} samples come again",
        f"99 % of them are right after {learned:,.0f} steps", f"99 % are right after {others:,.0f}.",
        "set Decay λ to 0.", f"it ends at {held_out(never)}, not at {held_out(late)}",
        f"over 4 times as long with {late_rules(0.003)} of 32",
        f"without, {SLOW_SHARES['late without decay']} get there",
        "modulo 5, 7 and 11 did not, in 200,000 steps",
    ]  # fmt: skip


def numbers_of_border() -> list[str]:
    outcomes = [made(page("border", alpha=alpha)).diverged_at is not None for alpha in (0.0415, 0.0416, 0.0417, 0.0418)]
    assert outcomes == [False, True, False, True]
    assert made(page("border", alpha=0.1)).diverged_at is not None
    assert diverging_with_tanh() == 0
    first, *rest = (str(window.changes) for window in alpha_windows())
    return [
        "x²/2 again", f"At α {page('border').alpha} the run learns, and at α 0.1",
        "With tanh no α up to 5",
        "Set α to 0.0416, then to 0.0417, then to 0.0418",
        f"Of 201 α from 0.01 to 0.1, neighbours differ {first} times", "each 40 times",
        f"{', '.join(rest[:-1])} and {rest[-1]} times", f"With {many_borders()} of 32 weight seeds it is 3 or more",
    ]  # fmt: skip


def numbers_of_spread() -> list[str]:
    one = page("spread")
    small, large = spreads()
    shares = 100 * shares_right(one, (100,), SEEDS)
    few = spreads(distinct=20)
    return [
        f"Of {one.held_out} held-out samples, {not_none(scores(one).held_out).right} are right",
        f"from 0 to 31 it is {shares.min():.0f} to {shares.max():.0f}", "do 100 samples say", "set Held-out to 2,000",
        f"from {small:.2f} to {large:.2f} points", f"With {SLOW_SHARES['halved spreads']} of 32 data seeds",
        f"With 20 distinct samples, not {one.distinct}", f"differ: {few[0]:.2f} and {few[1]:.2f}",
    ]  # fmt: skip


PAPER_NUMBERS: dict[str, Callable[[], list[str]]] = {
    "edge": numbers_of_edge, "butterfly": numbers_of_butterfly, "connected": numbers_of_connected,
    "ticket": numbers_of_ticket, "descent": numbers_of_descent, "grokking": numbers_of_grokking,
    "border": numbers_of_border, "spread": numbers_of_spread,
}  # fmt: skip
