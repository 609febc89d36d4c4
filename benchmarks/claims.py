"""A judge of what the bench claims: random situations, each claim held against runs that plain NumPy makes.

`python -m benchmarks.claims [effects|causes|best|floors|walls|confidence]…` prints, for each kind of claim, how many
there were and how many were false. Training, nudges and ranks here share no code with the engine but in the last part;
samples and first weights are read from the experiment, and claims from the sentences of the bench.
"""

import json
import math
import re
import sys
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from itertools import pairwise
from typing import Any

import numpy as np

from benchmarks import heading
from engine import CATALOGUE, Network, compare, floor, run, why
from engine.base.numerics import FloatArray
from engine.experiments.experiment import Affinity, DrawnWeights, Experiment, GivenWeights, Map
from engine.experiments.layer_specs import LayerSpec
from engine.outcomes.floor_search import FloorSearch, floor_samples
from tests.scripts.node import Scripts
from webapp.analyses.outcomes.luck import change_luck, more_luck
from webapp.bench.actions import PreparedRun
from webapp.bench.narration import Narration, narrate
from webapp.responses.run import summary_of

SEED = 2026
COUNTS = {"effects": 280, "causes": 120, "best": 60, "floors": 10, "walls": 40, "confidence": 200}
NUDGED = 64
PARTED = 0.01
"""Ends of nudged starts are parted where ranks as far apart have this probability or less."""
Rows = list[tuple[FloatArray, FloatArray]]
"""M of shape (runs, outputs, inputs) and b of shape (runs, outputs), for each dense layer."""

ACTIVATIONS: dict[str, tuple[Callable[[FloatArray], FloatArray], Callable[[FloatArray], FloatArray]]] = {
    "tanh": (np.tanh, lambda x: 1.0 - np.tanh(x) ** 2),
    "relu": (lambda x: np.maximum(x, 0.0), lambda x: (x > 0.0).astype(float)),
    "sigmoid": (lambda x: 1.0 / (1.0 + np.exp(-x)), lambda x: 1.0 / (2.0 + np.exp(x) + np.exp(-x))),
    "sin": (np.sin, np.cos),
}
TARGETS = {"swap": 2, "signs": 2, "xor": 1, "circle": 1, "spiral": 1, "moons": 1, "squared difference": 2}


# Plain training


def train(layers: Sequence[LayerSpec], rows: Rows, X: FloatArray, T: FloatArray, alpha: FloatArray) -> FloatArray:
    """Trains every run in place on its samples, X of shape (n, runs or 1, inputs): the final losses."""
    losses = np.empty((len(X), len(alpha)))
    seen: list[tuple[FloatArray, tuple[FloatArray, FloatArray] | None]]
    with np.errstate(all="ignore"):
        for k, (x, t) in enumerate(zip(X, T, strict=True)):
            dense, v = iter(rows), np.broadcast_to(x, (len(alpha), x.shape[-1]))
            seen = []
            for layer in layers:
                if isinstance(layer, Affinity):
                    M, b = next(dense)
                    seen.append((v, (M, b)))
                    v = np.matmul(M, v[:, :, None])[:, :, 0] + b
                elif isinstance(layer, Map):
                    value, slope = ACTIVATIONS[layer.function]
                    seen.append((slope(v), None))
                    v = value(v)
            e = v - t
            losses[k] = (e * e).sum(axis=1) / 2.0
            for before, weights in reversed(seen):
                if weights is None:
                    e = e * before
                    continue
                M, b = weights
                back = np.matmul(e[:, None, :], M)[:, 0, :]
                M -= alpha[:, None, None] * e[:, :, None] * before[:, None, :]
                b -= alpha[:, None] * e
                e = back
        limit = 1e6 * np.maximum(1.0, losses[0])
        lost = ~(np.isfinite(losses) & (losses <= limit)).all(axis=0)
        final = losses[-max(1, len(X) // 10) :].mean(axis=0)
    return np.where(lost | ~np.isfinite(final), np.inf, final)


def answers(layers: Sequence[LayerSpec], rows: Rows, X: FloatArray) -> FloatArray:
    """The answers of every run to the rows of X, shape (runs, n, outputs)."""
    v, dense = np.broadcast_to(X, (len(rows[0][0]), *X.shape)), iter(rows)
    with np.errstate(all="ignore"):
        for layer in layers:
            if isinstance(layer, Affinity):
                M, b = next(dense)
                v = v @ M.transpose(0, 2, 1) + b[:, None, :]
            elif isinstance(layer, Map):
                v = ACTIVATIONS[layer.function][0](v)
    return v


def mean_loss(layers: Sequence[LayerSpec], rows: Rows, X: FloatArray, T: FloatArray) -> FloatArray:
    """The mean loss of every run on these samples."""
    with np.errstate(all="ignore"):
        losses: FloatArray = ((answers(layers, rows, X) - T) ** 2).sum(axis=2).mean(axis=1) / 2.0
    return losses


def starts(one: Experiment | Network, runs: int, rng: np.random.RandomState | None = None) -> Rows:
    """The first weights for each run, or those of a network, nudged by a millionth where there is an rng."""
    found: Rows = []
    network = one.network() if isinstance(one, Experiment) else one
    for layer in network.layers:
        if getattr(layer, "parameters", None):
            M, b = (np.repeat(array[None], runs, axis=0) for array in (layer.M, layer.b))
            found.append((M + 1e-6 * rng.randn(*M.shape), b + 1e-6 * rng.randn(*b.shape)) if rng else (M, b))
    return found


def ends(one: Experiment, rng: np.random.RandomState) -> FloatArray:
    """The final losses of nudged runs."""
    X, T = one.facts()
    return train(one.layers, starts(one, NUDGED, rng), X[:, None], T[:, None], np.full(NUDGED, one.alpha))


def probability(a: FloatArray, b: FloatArray) -> float:
    """The probability of ranks so far apart, two-sided, by the normal law with its correction for ties."""
    both = np.concatenate([a, b])
    _, place, count = np.unique(both, return_inverse=True, return_counts=True)
    ranks = (np.cumsum(count) - (count - 1) / 2.0)[place]
    n, m, whole = len(a), len(b), len(both)
    variance = n * m / 12.0 * (whole + 1.0 - (count**3 - count).sum() / (whole * (whole - 1.0)))
    apart = abs(ranks[:n].sum() - n * (whole + 1.0) / 2.0)
    return math.erfc(max(0.0, apart - 0.5) / math.sqrt(2.0 * variance)) if variance > 0.0 else 1.0


# Situations


def random_run(rng: np.random.RandomState, alpha: tuple[float, float] = (0.02, 1.0), most: int = 500) -> Experiment:
    """One or two hidden layers of up to 10 units, a target of two inputs, 60 to `most` samples."""
    ideal, function = str(rng.choice(list(TARGETS))), str(rng.choice(list(ACTIVATIONS)))
    layers: list[LayerSpec] = []
    for inputs, outputs in pairwise([2, *rng.randint(2, 11, rng.randint(1, 3)).tolist(), TARGETS[ideal]]):
        layers += [Affinity(inputs, outputs), Map(function)]
    closed = rng.random_sample() < 0.5
    return Experiment(
        (*layers[:-1], Map("tanh")) if closed else tuple(layers[:-1]),
        ideal,
        DrawnWeights(int(rng.randint(1000))),
        str(rng.choice(["normal", "uniform"])),
        alpha=log_uniform(rng, *alpha),
        samples=int(log_uniform(rng, 60, most)),
        seed=int(rng.randint(1000)),
    )


def log_uniform(rng: np.random.RandomState, low: float, high: float) -> float:
    """A number of two digits whose logarithm is uniform."""
    return float(f"{math.exp(rng.uniform(math.log(low), math.log(high))):.2g}")


TURNS: tuple[Callable[[Experiment, float], Experiment], ...] = (
    lambda one, far: replace(one, alpha=one.alpha * far),
    lambda one, far: replace(one, alpha=one.alpha / far),
    lambda one, far: replace(one, samples=int(one.samples * far) + 1),
    lambda one, _far: replace(one, seed=one.seed + 1),
)


# Effects


def sentence_of(before: Experiment, now: Experiment) -> str:
    """The sentence of the page about a change, once it has settled."""
    was, is_now = (PreparedRun(one, one.network()) for one in (before, now))
    made = [run(one.experiment, one.checkpoint) for one in (was, is_now)]
    first, second = (
        summary_of(CATALOGUE["circle"], one.experiment, one.checkpoint, result)
        for one, result in zip((was, is_now), made, strict=True)
    )
    said = narrate(first, second)
    if said.judged is None:
        return "".join(text for text, _ in said.sentence)
    plain = json.loads(before.to_json())
    reply = change_luck(is_now, {"before": {"luck": None, "experiment": plain}})
    if reply.get("more"):
        known = {"luck": reply["before"], "experiment": plain}
        reply = more_luck(is_now, {"now": reply["now"], "before": known})
    return settled_words(said, reply)


def settled_words(said: Narration, reply: dict[str, Any]) -> str:
    """The sentence that the scripts make of both (`assets/js/model/luck.js`)."""
    pieces, judged = said.sentence, said.judged
    if judged is not None and "none" not in reply:
        if reply["verdict"] == "effect":
            pieces = (*judged.opening, *reply["rest"]) if reply["rest"] else judged.beyond
        elif reply["verdict"] == "luck":
            pieces = judged.within_before if reply["of_before"] else judged.within
    return "".join(text for text, _ in pieces)


def effects(rng: np.random.RandomState, count: int) -> Iterator[tuple[str, bool]]:
    """Claims of an effect, of luck and of nothing, each with whether it is false."""
    for number in range(count):
        before = random_run(rng, (0.02, 2.0), 1200)
        now = TURNS[number % len(TURNS)](before, rng.choice([1.02, 1.1, 1.3, 2.0]))
        a, b = (ends(one, rng) for one in (before, now))
        middle = [float(np.median(one)) for one in (a, b)]
        p, words = probability(a, b), sentence_of(before, now)
        real = p < PARTED
        if "within the luck" in words:
            yield "luck, where 64 nudges a side are parted", real
        elif re.search(r"lowered|ended the divergence", words):
            yield "effect, where 64 nudges a side are not parted", not real
            yield "direction, which the medians do not have", real and middle[1] > middle[0]
        elif re.search(r"raised|made the run diverge", words):
            yield "effect, where 64 nudges a side are not parted", not real
            yield "direction, which the medians do not have", real and middle[1] < middle[0]
        elif "less than 5 %" in words:
            low, high = sorted(middle)
            yield "less than 5 %, where the medians are further apart", high > 1.05 * low + 1e-12
        else:
            yield f"no claim ({'parted' if real else 'not parted'})", False
            continue
        if real and "within the luck" not in words and (ratio := re.search(r"\(([\d.]+)×\)", words)):
            low, high = sorted(middle)
            yield "size, which is not the medians'", not 0.8 < float(ratio[1]) / (high / low) < 1.25


# Causes


def causes(rng: np.random.RandomState, count: int) -> Iterator[tuple[str, bool]]:
    """Causes of failures: whether most nudged runs have them, α is to blame and more steps lower the loss."""
    found = 0
    while found < count:
        one = random_run(rng, (0.02, 8.0))
        cause = why(one)
        if cause is None:
            continue
        found += 1
        counted = re.search(r"nudged by a millionth|data seed", cause.sentence)
        if not counted:
            same = sum(reason_from(one, start) == cause.reason for start in nudged_weights(one, rng, 12))
            yield f"cause {cause.reason}, which fewer than 9 of 12 nudged runs have", same < 9
        if "α is too large" in cause.sentence and not counted:
            kind = "α is too large, where no smaller α ends lower in half of 32 data seeds"
            yield kind, max(lower_at(one, times) for times in (1 / 3, 1 / 10, 1 / 100)) < 16
        if "may lower" in cause.sentence or "more steps lower" in cause.sentence:
            yield "more steps may lower it, where twice as many do not", not longer_is_lower(one)


def nudged_weights(one: Experiment, rng: np.random.RandomState, count: int) -> Iterator[GivenWeights]:
    rows = starts(one, count, rng)
    for k in range(count):
        yield GivenWeights(tuple((tuple(map(tuple, M[k].tolist())), tuple(b[k].tolist())) for M, b in rows))


def reason_from(one: Experiment, weights: GivenWeights) -> str | None:
    cause = why(one, replace(one, weights=weights).network(), nudged=0)
    return None if cause is None else cause.reason


def lower_at(one: Experiment, times: float) -> int:
    """The number of 32 data seeds in which this multiple of α ends lower, or both diverge."""
    facts = [replace(one, seed=one.seed + 1 + k).facts() for k in range(32)]
    X, T = (np.stack(part, axis=1) for part in zip(*facts, strict=True))
    now, other = (
        train(one.layers, starts(one, 32), X, T, np.full(32, alpha)) for alpha in (one.alpha, one.alpha * times)
    )
    return int(((other < now) | np.isinf(now)).sum())


def longer_is_lower(one: Experiment) -> bool:
    """Whether the mean loss of all samples is lower after twice as many, the next ones of the stream."""
    X, T = one.facts()
    losses = []
    for times in (1, 2):
        rows = starts(one, 1)
        more = replace(one, samples=times * one.samples).facts()
        train(one.layers, rows, more[0][:, None], more[1][:, None], np.full(1, one.alpha))
        losses.append(float(mean_loss(one.layers, rows, X, T)[0]))
    return losses[1] < losses[0]


# The best α

SAID = """
const { x, y, values, losses, own } = arguments[0];
const cube = nnbench.emptyCube([[y, values[y]], [x, values[x]]], [x, y], Float64Array);
losses.forEach((loss, cell) => nnbench.putLoss(cube, cell, loss ?? Infinity));
return nnbench.conclusionOf({ cube }, { settled: null, alpha: null });
"""


def finals(one: Experiment, alphas: Sequence[float], seeds: range) -> FloatArray:
    """The final losses, a row for each seed and a column for each α."""
    facts = [replace(one, seed=seed).facts() for seed in seeds]
    X, T = (np.repeat(np.stack(part, axis=1), len(alphas), axis=1) for part in zip(*facts, strict=True))
    runs = len(seeds) * len(alphas)
    return train(one.layers, starts(one, runs), X, T, np.tile(alphas, len(seeds))).reshape(len(seeds), -1)


def best(rng: np.random.RandomState, count: int) -> Iterator[tuple[str, bool]]:
    """The best α by a map over 32 data seeds, on 500 other data seeds."""
    page = Scripts("landscape/conclusion.js", "cube/loss_cube.js")
    alphas = [float(f"{0.02 * 100 ** (k / 15):.2g}") for k in range(16)]
    for _ in range(count):
        one = random_run(rng, most=120)
        seen = finals(one, alphas, range(32))
        plain = [None if math.isinf(loss) else loss for loss in seen.ravel().tolist()]
        values = {"alpha": alphas, "seed": list(range(32))}
        words = page.execute_script(SAID, {"x": "alpha", "y": "seed", "values": values, "losses": plain})
        medians = np.median(finals(one, alphas, range(1000, 1500)), axis=0)
        least = float(medians.min())
        claimed = re.search(r"α (?:from ([\d.]+) to )?([\d.]+) is best", words)
        if claimed:
            low, high = float(claimed[1] or claimed[2]), float(claimed[2])
            yield (
                "best α, which 500 other seeds have elsewhere",
                not 0.99 * low <= alphas[int(medians.argmin())] <= 1.01 * high,
            )
        elif "little difference" in words:
            yield (
                "α makes little difference, where medians of 500 seeds are 10 % apart",
                float(medians.max()) > 1.1 * least,
            )
        else:
            yield "no α is said to be best", False
    page.end()


# Floors and walls


def floors(rng: np.random.RandomState, count: int) -> Iterator[tuple[str, bool]]:
    """Floors against the best constant answer, and plain descent with a falling rate from 12 starts."""
    for number in range(count):
        wide = int(rng.randint(2, 7))
        one = Experiment(
            (Affinity(2, wide), Map("tanh"), Affinity(wide, 1), Map("tanh")),
            ("circle", "moons")[number % 2],
            DrawnWeights(int(rng.randint(1000))),
            samples=400,
            noise=(0.0, 0.5, 1.0)[number % 3],
        )
        found = floor(one, starts=8)
        if found.loss is None or found.ceiling is None:
            yield "no floor", False
            continue
        yield "floor above the best constant answer", found.loss > found.ceiling
        fresh = replace(one, seed=777_777, samples=24_000).facts()
        read = floor_samples(one)
        rows = [starts(replace(one, weights=DrawnWeights(5_000 + k)), 1) for k in range(12)]
        joined = [
            (np.concatenate([M for M, _ in of]), np.concatenate([b for _, b in of])) for of in zip(*rows, strict=True)
        ]
        for rate, piece in zip((0.1, 0.05, 0.02, 0.005), np.split(np.arange(24_000), 4), strict=True):
            train(one.layers, joined, fresh[0][piece, None], fresh[1][piece, None], np.full(12, rate))
        least = float(np.nanmin(mean_loss(one.layers, joined, *read)))
        yield "floor, which plain descent goes below", least < 0.999 * found.loss


def _between(a: FloatArray, b: FloatArray, t: FloatArray) -> FloatArray:
    line: FloatArray = a + t.reshape(-1, *[1] * (a.ndim - 1)) * (b - a)
    return line


def walls(rng: np.random.RandomState, count: int) -> Iterator[tuple[str, bool]]:
    """The wall between two runs on all samples of the second."""
    for _ in range(count):
        before = random_run(rng, (0.02, 0.3), 1500)
        now = replace(before, alpha=float(f"{before.alpha * 1.7:.2g}"))
        wall = compare(before, now, twins=0).wall
        if wall is None or math.isinf(wall):
            continue
        X, T = now.facts()
        # Ends of a chaotic run differ with the rounding: the weights are the bench's own.
        both = [starts(run(one, one.network()).trained, 1) for one in (before, now)]
        t = np.linspace(0.0, 1.0, 41)
        line = [(_between(M, N, t), _between(b, c, t)) for (M, b), (N, c) in zip(*both, strict=True)]
        losses = mean_loss(now.layers, line, X, T)
        true = max(0.0, float((losses - (losses[0] + t * (losses[-1] - losses[0]))).max())) / max(losses[[0, -1]])
        yield "wall, which all samples do not have", abs(wall - true) > max(0.002, 0.05 * true)


# The confidence of floors

STARTS, OTHERS = 16, 24
"""The starts of a floor, and those that are tried beside it."""


def confidence(rng: np.random.RandomState, count: int) -> Iterator[tuple[str, bool]]:
    """The share of other starts that lead below a floor, against the share that the floor says."""
    for _ in range(count):
        target, function = str(rng.choice(list(TARGETS))), str(rng.choice(list(ACTIVATIONS)))
        wide = int(rng.randint(2, 6))
        layers = (Affinity(2, wide), Map(function), Affinity(wide, TARGETS[target]))
        first, seed = DrawnWeights(int(rng.randint(1000))), int(rng.randint(1000))
        one = Experiment(layers, target, first, samples=200, seed=seed)
        search = FloorSearch(one, starts=STARTS + OTHERS)
        losses = [search.candidate(piece).loss for piece in range(STARTS + OTHERS)]
        lower = sum(loss < 0.99 * min(losses[:STARTS]) for loss in losses[STARTS:])
        missed = 1.0 - 0.05 ** (1.0 / STARTS)
        yield (
            f"no better valley that {100 * missed:.0f} % of starts find, with 95 % confidence",
            lower > missed * OTHERS,
        )


PARTS = {
    "effects": effects,
    "causes": causes,
    "best": best,
    "floors": floors,
    "walls": walls,
    "confidence": confidence,
}


def main(names: Sequence[str] = ()) -> None:
    """Prints a line for each kind of claim."""
    print(heading())
    print(f"\nSeed {SEED}, {len(CATALOGUE)} experiments in the catalogue, none of them used.\n")
    print("| part | claim | false | of |\n| --- | --- | ---: | ---: |")
    for name in names or PARTS:
        counts: dict[str, Counter[bool]] = {}
        for kind, is_false in PARTS[name](np.random.RandomState(SEED), COUNTS[name]):
            counts.setdefault(kind, Counter())[is_false] += 1
        for kind, count in sorted(counts.items()):
            print(f"| {name} | {kind} | {count[True]} | {count.total()} |", flush=True)


if __name__ == "__main__":
    main(sys.argv[1:])
