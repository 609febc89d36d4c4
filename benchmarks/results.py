"""Results of papers at the size of the bench: what is measured, in how many of 32 seeds, in what time, what breaks it.

The experiments are those of the story's pages. The seconds are those of a new process that counts the 32 seeds.
"""

import sys
from collections.abc import Callable
from dataclasses import dataclass, replace
from subprocess import check_output
from time import perf_counter

import numpy as np

from benchmarks import heading
from engine import DrawnWeights, Experiment, Map, Table, sweep
from engine.comparison.barrier import NO_WALL
from engine.experiments.catalogue import tower
from engine.results.border import AlphaWindow, windows
from engine.results.double_descent import held_out_by_width
from engine.results.edge_of_stability import sharpness_by_edge
from engine.results.grokking import steps_to_answers
from engine.results.lottery_ticket import ticket_losses
from engine.results.seeds_side_by_side import SEEDS
from engine.results.spread import shares_right
from engine.results.walls import walls_after_nudge, walls_between_orders
from webapp.base.format import number
from webapp.links.lessons import CHAPTERS, WHOLE_OF_TICKET

WIDTHS = (10, 30, 64)


def page(key: str, **knobs: object) -> Experiment:
    """The experiment of a page, with other knobs."""
    return replace(CHAPTERS[key].experiment, **knobs)  # type: ignore[arg-type]


def at_the_edge(alpha: float) -> int:
    """Weight seeds whose sharpness ends within 5 % of 2/α."""
    return int((abs(sharpness_by_edge(page("edge", alpha=alpha), SEEDS) - 1.0) <= 0.05).sum())


def walls_by_nudge(step: int, alpha: float = 0.1) -> int:
    """Weight seeds with a wall between a run and the one whose first weight is nudged at that step."""
    return int((walls_after_nudge(page("butterfly", alpha=alpha), SEEDS, step) > NO_WALL).sum())


def walls_by_order(step: int) -> int:
    """Weight seeds with a wall between two orders of the samples from that step on."""
    return int((walls_between_orders(page("connected"), SEEDS, step, 4) > NO_WALL).sum())


def tickets(scheme: str = "xavier") -> tuple[int, int]:
    """Weight seeds whose ticket, and whose four new units, end within 10 % of the whole network."""
    whole, small, anew = ticket_losses(replace(WHOLE_OF_TICKET, weights=DrawnWeights(1, scheme)), SEEDS, 4)
    return int((small <= 1.1 * whole).sum()), int((anew <= 1.1 * whole).sum())


def peaks(samples: int = 90_000) -> int:
    """Weight seeds whose held-out loss at 30 units is over 1.5 times that at 10 and at 64."""
    narrow, fitting, wide = held_out_by_width(page("descent", samples=samples), WIDTHS, SEEDS)
    return int((fitting > 1.5 * np.maximum(narrow, wide)).sum())


def late_rules(decay: float) -> int:
    """Weight seeds that answer held-out samples, and only after 4 times the steps of the learned ones."""
    learned, held_out = steps_to_answers(page("grokking", decay=decay), SEEDS)
    return int((np.isfinite(held_out) & (held_out > 4.0 * (learned - 1.0))).sum())


def added(modulus: int) -> int:
    """Weight seeds of 8 that answer held-out sums modulo a number, of inputs that are 1 of each; in 200,000 steps."""
    one = np.eye(modulus)
    pairs = [(a, b) for a in range(modulus) for b in range(modulus)]
    table = Table(
        tuple((*one[a], *one[b]) for a, b in pairs),
        tuple(tuple(one[(a + b) % modulus]) for a, b in pairs),
        shuffled=True,
    )
    experiment = Experiment(
        tower(2 * modulus, 48, modulus, function="relu"), "table", DrawnWeights(1, "xavier"), table, samples=200_000,
        held_out=3 * modulus**2 // 10, split="seed", loss="cross-entropy", decay=0.001,
    )  # fmt: skip
    return int(np.isfinite(steps_to_answers(experiment, range(8))[1]).sum())


def alpha_windows(seed: int = 2) -> list[AlphaWindow]:
    """Five windows of α of a weight seed, each 40 times narrower than the one before."""
    return windows(page("border", weights=DrawnWeights(seed)), 0.01, 0.1, 5)


def many_borders() -> int:
    """Weight seeds with three changes or more in each of five windows."""
    return sum(len(found := alpha_windows(seed)) == 5 and min(w.changes for w in found) >= 3 for seed in SEEDS)


def diverging_with_tanh() -> int:
    """How many of 201 α up to 5 diverge with tanh in place of x²/2."""
    dense, _ = page("border").layers
    return int(sweep(page("border", layers=(dense, Map("tanh"))), alphas=np.linspace(0.01, 5.0, 201)).diverged.sum())


def spreads(**knobs: object) -> tuple[float, float]:
    """The standard deviation over weight seeds of what is right, in points of 100, of 100 and of 2,000 held out."""
    shares = shares_right(page("spread", held_out=2000, **knobs), (100, 2000), SEEDS)
    small, large = (100.0 * shares.std(axis=1, ddof=1)).tolist()
    return small, large


def halved_spreads() -> int:
    """Data seeds with which the second is at most half of the first."""
    return sum(large <= small / 2.0 for small, large in (spreads(seed=seed) for seed in SEEDS))


@dataclass(frozen=True)
class Row:
    """A line of the table: what the paper claims, and functions that measure it, count seeds, and break it."""

    claim: str
    measured: Callable[[], str]
    share: Callable[[], str]
    breaks: Callable[[], str]


def _walls(walls: np.ndarray) -> str:
    return f"median wall {number(float(np.median(walls)))} times the larger loss"


ROWS = {
    "edge": Row("sharpness ends at 2/α",
        lambda: f"λα/2 = {sharpness_by_edge(page('edge'), [1])[0]:.3f}, within 5 %",
        lambda: f"{at_the_edge(0.4)} of 32", lambda: f"α 0.1, 3,000 steps: {at_the_edge(0.1)}"),
    "butterfly": Row("one weight, nudged early, leads to another valley",
        lambda: _walls(walls_after_nudge(page("butterfly"), SEEDS, 0)),
        lambda: f"{walls_by_nudge(0)} of 32 have a wall",
        lambda: f"nudged at step 7,000: {walls_by_nudge(7000)}; α 0.02: {walls_by_nudge(0, 0.02)}"),
    "connected": Row("from some step on, another order ends in the same valley",
        lambda: _walls(walls_between_orders(page("connected"), SEEDS, 0, 4)) + " from step 0 on",
        lambda: f"{walls_by_order(0)} of 32 have a wall from step 0 on, {walls_by_order(2000)} from step 2,000",
        lambda: f"parting at step 1,000: {walls_by_order(1000)} have one"),
    "ticket": Row("a part of a network, from its own first weights, ends as low",
        lambda: "final losses {}, {} and {}: whole, ticket and new units, medians".format(
            *(number(float(np.median(losses))) for losses in ticket_losses(WHOLE_OF_TICKET, SEEDS, 4))),
        lambda: "{} of 32 tickets within 10 % of the whole, {} of new units".format(*tickets()),
        lambda: "Normal first weights: {} and {}".format(*tickets("normal"))),
    "descent": Row("the held-out loss has a peak where the samples just fit",
        lambda: "{}, {} and {} at 10, 30 and 64 units, medians".format(
            *map(number, np.median(held_out_by_width(page("descent"), WIDTHS, SEEDS), axis=1).tolist())),
        lambda: f"{peaks()} of 32 have a peak of 1.5 times both",
        lambda: f"100 steps in place of 3,000: {peaks(3_000)}"),
    "grokking": Row("held-out samples are right long after the learned ones",
        lambda: "{:.0f} times as many steps, median".format(
            np.median(np.divide(*reversed(steps_to_answers(page("grokking"), SEEDS))))),
        lambda: f"{late_rules(0.003)} of 32 take 4 times as long or more",
        lambda: f"no decay: {late_rules(0.0)}; addition modulo 5, 7, 11, of 8: {added(5)}, {added(7)}, {added(11)}"),
    "border": Row("the border of the α that diverge has detail at each scale",
        lambda: f"{', '.join(str(w.changes) for w in alpha_windows())} changes in windows, each 40 times narrower",
        lambda: f"{many_borders()} of 32 have 3 or more in all five",
        lambda: f"tanh for x²/2: {diverging_with_tanh()} of 201 α up to 5 diverge"),
    "spread": Row("seeds differ less than a small test says",
        lambda: "{:.2f} points with 100 held-out samples, {:.2f} with 2,000".format(*spreads()),
        lambda: f"{halved_spreads()} of 32 data seeds halve it",
        lambda: "20 distinct samples: {:.2f} and {:.2f}".format(*spreads(distinct=20))),
}  # fmt: skip


def line(key: str) -> str:
    """The cells of a row but for the seconds and the paper."""
    row = ROWS[key]
    return f"| `?lesson={key}` | {row.claim} | {row.measured()} | {row.share()} | {row.breaks()} |"


def main() -> None:
    """Prints the table."""
    print(heading())
    for key in ROWS:
        start = perf_counter()
        check_output([sys.executable, "-m", "benchmarks.results", key])
        seconds = perf_counter() - start
        print(f"{line(key)} {seconds:.0f} | {CHAPTERS[key].source} |", flush=True)


if __name__ == "__main__":
    match sys.argv[1:]:
        case [key]:  # in how many seeds one row holds
            print(ROWS[key].share())
        case _:
            main()
