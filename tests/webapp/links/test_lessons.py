"""The thirty-four chapters of the story are true, and the text of anybody is plain text."""

import itertools
import re
from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from engine import AffinityLayer, DrawnWeights, Experiment, Map, Network, Table, compare, look_at_test, sweep
from engine.activations import LEAK
from engine.base.number_text import loss_text, percent_text
from engine.base.numerics import FloatArray
from engine.checks.gradcheck import AGREES, DISAGREES, check
from engine.experiments.catalogue import CATALOGUE, NOTEBOOK, TRAINING
from engine.experiments.run import Run, parameters, run
from engine.outcomes.memorisation import learned_by_heart
from engine.outcomes.questions.when_decided import TWINS, when_decided
from engine.outcomes.questions.which_sample import which_sample
from engine.scoring import held_out_score
from engine.sweeps.axes import WIDTH, with_values
from engine.sweeps.pieces import sweep_plan
from tests.webapp.asking import SETTINGS, not_none
from tests.webapp.links.paper_numbers import PAPER_NUMBERS
from tests.webapp.page.test_layout import ids_on_the_page
from webapp.base.format import number, two_decimals
from webapp.links.codec import read_link
from webapp.links.lessons import (
    CHAPTERS,
    LONGEST_PROMPT,
    LONGEST_TITLE,
    TYPED,
    lesson_of,
    marked,
    plain_text,
    written_for,
)
from webapp.links.short_links import ShortLinks
from webapp.page.stage.views import VIEWS

CORNERS = np.array(list(itertools.product([-1.0, 1.0], repeat=2)))


def chapter_run(key: str, **knobs: object) -> tuple[Experiment, Run]:
    query = "&".join([f"lesson={key}", *(f"{name}={value}" for name, value in knobs.items())])
    link = read_link(query, ShortLinks(SETTINGS), SETTINGS.max_samples)
    assert link.warnings == ()
    return link.experiment, run(link.experiment, link.experiment.network())


def settled(key: str, **knobs: object) -> float:
    return chapter_run(key, **knobs)[1].settled


def test_chapters_are_questions_with_answers_that_lead_from_one_to_the_next_and_mark_what_to_type() -> None:
    keys, at = ["tanh"], lesson_of({"lesson": "tanh"})
    while at and at["next"]:
        keys.append(at["next"])
        at = lesson_of({"lesson": at["next"]})
    assert keys == list(CHAPTERS)
    for before, after in itertools.pairwise(keys):
        lesson = not_none(lesson_of({"lesson": after}))
        assert lesson["back"] == before
    rows = {key for key, row in CATALOGUE.items() if row.group in (NOTEBOOK, TRAINING)}
    assert rows <= {chapter.row for chapter in CHAPTERS.values()}
    for key, chapter in CHAPTERS.items():
        assert written_for(chapter, chapter_run(key)[0]) == ""
        assert len(chapter.title) <= 45
        assert chapter.title.endswith("?")
        assert 120 <= len(chapter.prompt) <= 400
        assert chapter.prompt.count("\n") <= 1
        assert chapter.question.endswith("?")
        assert 40 <= len(chapter.answer) <= 240
        lesson = not_none(lesson_of({"lesson": key}))
        assert (lesson["title"], lesson["prompt"]) == (chapter.title, chapter.prompt)
        assert lesson["answer"] == "\n".join(filter(None, [chapter.answer, chapter.source]))
        assert "".join(text for text, _ in lesson["task"]) == TYPED.sub(r"\1", chapter.task)
        assert set(re.findall(r"#([\w-]+)", chapter.control)) <= set(ids_on_the_page())
        assert chapter.view in {view.name for view in VIEWS if view.lasting}
        assert chapter.view == "output" or "output map" not in chapter.prompt + chapter.task
    pieces = [["Set α to ", ""], ["0.05", "type"], [", then to ", ""], ["0.1", "type"], [".", ""]]
    assert (list(map(list, marked("Set α to [0.05], then to [0.1]."))), marked("")) == (pieces, [])
    lesson = not_none(lesson_of({"prompt": "Set α to [0.02]."}))
    assert (lesson["prompt"], lesson["task"]) == ("Set α to [0.02].", [])
    asking = {key for key in CHAPTERS if (lesson_of({"lesson": key}) or {})["asks"]}
    assert asking == set(CHAPTERS) - {"answer", "widths"}
    for texts, view in (({}, "output"), ({"view": "loss"}, "")):
        lesson = not_none(lesson_of({"lesson": "xor"} | texts))
        assert lesson["view"] == view


def final(key: str, **knobs: object) -> str:
    return number(settled(key, **knobs))


def diverges(key: str, **knobs: object) -> str:
    return f"diverges at step {chapter_run(key, **knobs)[1].diverged_at}"


def holds(claim: str, truth: object) -> str:
    """The claim where it is true; a text that no chapter has where it is not."""
    return claim if truth else f"It is not so: {claim}"


def dense(network: Network, place: int = 0) -> AffinityLayer:
    return [layer for layer in network.layers if isinstance(layer, AffinityLayer)][place]


def diverging_seeds(alpha: float) -> int:
    return sum(chapter_run("alpha", alpha=alpha, seed=seed)[1].diverged_at is not None for seed in range(32))


def learned_the_swap(seed: int) -> bool:
    result = chapter_run("swap", weights=seed)[1]
    M = [[two_decimals(weight) for weight in row] for row in dense(result.trained).M]
    return M == [["0.00", "1.00"], ["1.00", "0.00"]] and result.settled < 1e-7


def relu_run(function: str) -> tuple[Experiment, Run]:
    """The run of "leak" from weight seed 2 with this function in the Activation card."""
    before = CHAPTERS["leak"].experiment
    experiment = replace(before, layers=(before.layers[0], Map(function)), weights=DrawnWeights(2))
    return experiment, run(experiment, experiment.network())


def right_corners(key: str, **knobs: object) -> int:
    experiment, result = chapter_run(key, **knobs)
    return int(np.sum(np.sign(result.trained.respond(CORNERS)[:, 0]) == experiment.target(CORNERS.T)[0]))


def xor_target() -> list[float]:
    target: list[float] = CHAPTERS["xor"].experiment.target(CORNERS.T)[0].tolist()
    return target


def tanh_weight(**knobs: object) -> str:
    return two_decimals(dense(chapter_run("tanh", **knobs)[1].trained).M[0, 0])


def numbers_of_by_hand() -> list[str]:
    experiment, result = chapter_run("by-hand")
    given = {"given": "2,0,0,1,0,0", "experiment": "identity-by-hand"}
    edited = dense(chapter_run("by-hand", **given)[1].trained).M[0, 0]
    first, second = experiment.network()([3.0, 5.0])
    return [
        f"({first:g}, {second:g}) to (3, 5)", holds("every loss is 0", not result.losses.any()),
        holds("click the 1.00 at the top left", dense(experiment.network()).M[0, 0] == 1),
        f"It ends at {two_decimals(edited)} again",
        *("every gradient is 0", "starts at 2, not at 1", "set it to 2", "no longer 0"),
    ]  # fmt: skip


def numbers_of_leak() -> list[str]:
    experiment, with_relu = relu_run("relu")
    _, with_leak = relu_run("leaky relu")
    start = dense(experiment.network())
    X, _ = experiment.facts()
    silent = (X @ start.M[1] + start.b[1] < 0).sum()
    both = zip(parameters(experiment.network()), parameters(with_relu.trained), strict=True)
    unmoved = [np.array_equal(before[1], after[1]) for before, after in both]
    return [
        f"a derivative of {LEAK:g} there",
        holds(f"below 0 for all {silent} samples", silent == len(X)),
        holds("its weights and its bias do not move at all", all(unmoved)),
        f"from {two_decimals(start.b[1])} to {two_decimals(dense(with_leak.trained).b[1])}",
        *("Below 0 a ReLU outputs 0, and its derivative is 0", "target is 1", "Weight seed to 2"),
    ]


def numbers_of_hidden() -> list[str]:
    below = sum(settled("hidden", weights=seed) < 0.05 for seed in range(32))
    wrong = [4 - right_corners("hidden", weights=7, samples=samples) for samples in (500, 20_000)]
    return [
        holds("all four corners have the right sign", right_corners("hidden") == 4),
        f"final loss is {final('hidden')}", f"With weight seed 7 the final loss is {final('hidden', weights=7)}",
        holds("one corner has the wrong sign, also after 20,000 samples", wrong == [1, 1]),
        f"the weight seeds from 0 to 31, {below} get below 0.05 with 500 samples", "Weight seed to 7",
    ]  # fmt: skip


def numbers_of_solution() -> list[str]:
    before, now = (chapter_run("solution", **knobs)[1] for knobs in ({}, {"weights": 10}))
    found = compare(before, now, twins=1)
    assert found.weights is not None
    assert found.wall is not None
    return [
        f"The final loss is {number(before.settled)}, with weight seed 1",
        f"The final loss is {number(now.settled)}",
        holds("the answers are the same at the four corners", "Same answers at 4 corners, " in found.sentence),
        holds("The weights are not, in any order or signs", found.weights > 0.5),
        f"rises by {number(found.wall)} times the larger of theirs",
        "set Weight seed to 10",
    ]


def held_out_loss(key: str, **knobs: object) -> float:
    result = chapter_run(key, **knobs)[1]
    assert result.held_out is not None
    return result.held_out.final


def constant_loss(targets: FloatArray) -> str:
    return number(float(np.var(targets)) / 2.0)


def largest_weight(key: str, **knobs: object) -> str:
    trained = chapter_run(key, **knobs)[1].trained
    return two_decimals(max(float(np.abs(dense(trained, place).M).max()) for place in (0, 1)))


def silenced_units(network: Network) -> int:
    """Hidden units of which no weight, in or out, is beyond ±0.1."""
    first, last = dense(network), dense(network, 1)
    return int(np.sum((np.abs(first.M) <= 0.1).all(axis=1) & (np.abs(last.M) <= 0.1).all(axis=0)))


TENTH = "where(k<2250,1,0.1)"


def numbers_of_rate() -> list[str]:
    experiment, _ = chapter_run("rate", rate=TENTH)
    runs = [[chapter_run("rate", seed=seed, rate=rate)[1].settled for rate in ("1", TENTH)] for seed in range(32)]
    factors = experiment.rule.paces(experiment.samples)[:, 0].tolist()
    last = factors.count(0.1)
    return [
        f"At α {CHAPTERS['rate'].experiment.alpha:g} the weights",
        f"here the constant {CHAPTERS['rate'].experiment.rate}",
        f"set Rate to {TENTH}",
        f"final loss, which is {final('rate')}",
        holds(f"a tenth of α in the last {last} steps", factors == [1.0] * (len(factors) - last) + [0.1] * last),
        f"It falls to {final('rate', rate=TENTH)}",
        holds("With each data seed from 0 to 31 it falls", all(falling < constant for constant, falling in runs)),
        f"α 0.1 from the start would leave {final('rate', alpha=0.1)}",
    ]


def numbers_of_batch() -> list[str]:
    single = CHAPTERS["batch"].experiment
    lowest = min(settled("batch", alpha=alpha) for alpha in (0.02, 0.04, 0.06, 0.08, 0.12, 0.15, 0.2, 0.3))
    return [
        f"It is {final('batch')} at α {single.alpha}",
        holds("about the lowest that single samples reach", settled("batch") < 1.05 * lowest),
        holds("at α 0.4 their run diverges", chapter_run("batch", alpha=0.4)[1].diverged_at),
        f"{single.samples:,} samples are now {chapter_run('batch', batch=16)[0].rule.steps(single.samples)} moves",
        f"At α 0.1 the final loss is {final('batch', batch=16)}",
        holds("At α 0.4, which now learns", chapter_run("batch", batch=16, alpha=0.4)[1].diverged_at is None),
        f"it is {final('batch', batch=16, alpha=0.4)}",
        "set Batch to 16, then α to 0.4",
    ]


def numbers_of_by_heart() -> list[str]:
    few, _ = chapter_run("by-heart", distinct=30)
    one_answer = float(np.var(not_none(few.held_out_samples())[1])) / 2.0
    return [
        f"the final loss is {final('by-heart')}",
        f"one answer for all has {constant_loss(chapter_run('by-heart')[0].facts()[1])}",
        f"the {few.held_out} held-out samples", "set Distinct to 30", f"if {few.distinct} samples come again",
        f"The final loss is {final('by-heart', distinct=30)}",
        f"the held-out loss {number(held_out_loss('by-heart', distinct=30))}",
        holds("which is worse than one answer for all", held_out_loss("by-heart", distinct=30) > one_answer),
        holds("has learned these 30 by heart", learned_by_heart(few, run(few, few.network()))),
    ]  # fmt: skip


def numbers_of_decay() -> list[str]:
    decayed, result = chapter_run("decay", decay=0.02)
    held_out = not_none(decayed.held_out_samples())
    was, is_now = (number(held_out_loss("decay", decay=decay)) for decay in (0.0, 0.02))
    return [
        f"the {decayed.distinct} noisy samples again", f"weights grew up to {largest_weight('decay')}",
        "set Decay λ to 0.02, then to 0.1", f"The held-out loss falls from {was} to {is_now}",
        f"the final loss rises to {number(result.settled)}",
        holds("Six of eight hidden units have no weight beyond ±0.1 left", silenced_units(result.trained) == 6),
        f"Decay 0.1 gives {number(held_out_loss('decay', decay=0.1))}",
        f"and one answer for all {constant_loss(held_out[1])}",
    ]  # fmt: skip


def learning_seeds(width: int, alphas: Sequence[float] | FloatArray, seeds: int = 500) -> list[int]:
    """The number of weight seeds that get to 0.05 with `width` hidden units, at each α."""
    experiment = with_values(CHAPTERS["widths"].experiment, {WIDTH: width})
    losses = sweep(experiment, alphas=alphas, weight_seeds=range(seeds)).settled
    counts: list[int] = (np.float32(losses) <= np.float32(0.05)).sum(axis=1).tolist()
    return counts


ALPHAS = np.geomspace(0.01, 1.0, 21)
"""Those of the plan of the last page; 0.398 is the seventeenth, and 0.1 the eleventh."""


def numbers_of_widths() -> list[str]:
    alphas, widths, seeds = (axis.count for axis in CHAPTERS["widths"].plan)
    runs, (narrow,) = alphas * widths * seeds, learning_seeds(3, ALPHAS[[16]])
    before, best, after, large = learning_seeds(12, ALPHAS[[9, 10, 11, 16]])
    few, one = learning_seeds(12, ALPHAS[::4], 60), learning_seeds(1, ALPHAS[::4], 60)
    return [
        f"each of {alphas} α, {widths} widths and {seeds} weight seeds: {runs:,} runs",
        "“final loss at most” 0.05",
        f"With 3 units {narrow} of {seeds} weight seeds learn it, at α {number(ALPHAS[16])}",
        holds(f"With 12 it is at most {best}, at α 0.1", best > max(before, after) and max(few) < 0.45 * 60),
        f"and {large} at α {number(ALPHAS[16])}",
        holds("With one unit no seed learns it", not any(one)),
    ]


@pytest.mark.soak
def test_the_map_of_the_last_page_shows_what_it_says() -> None:
    axes = {}
    for axis in CHAPTERS["widths"].plan:
        values = (np.geomspace if axis.log else np.linspace)(axis.low, axis.high, axis.count)
        axes[axis.name] = tuple(values.tolist() if axis.log else map(int, values))
    assert sweep_plan(CHAPTERS["widths"].experiment, axes).size == 168_000
    counts = np.array([learning_seeds(width, axes["alpha"], len(axes["weight_seed"])) for width in axes["width"]])
    assert not counts[0].any()
    most = counts[1:].max(axis=1)
    assert np.argmax(most) == 1
    assert all(fewer < more for more, fewer in itertools.pairwise(most[1:]))
    assert (counts[2].max(), counts[2, 16], counts[11].max(), counts[11, 10]) == (340, 340, 183, 183)
    best = ALPHAS[counts.argmax(axis=1)]
    assert all(wider <= narrower for narrower, wider in itertools.pairwise(best[[2, 3, 5, 7, 11, 15]]))


def test_what_the_chapters_say_of_batches_decay_layers_and_gradients_is_so() -> None:
    for seed in range(4):
        single, *batches = (
            min(
                result.settled
                for alpha in (0.06, 0.1, 0.15, 0.2, 0.3, 0.4, 0.45)
                if (result := chapter_run("batch", batch=batch, alpha=alpha, seed=seed)[1]).diverged_at is None
            )
            for batch in (1, 16, 64)
        )
        assert 2.0 * single < batches[0] < batches[1]
        assert settled("batch", seed=seed, batch=16, samples=16 * 2000) < settled("batch", seed=seed)
    assert chapter_run("decay")[1].fingerprint == chapter_run("by-heart", distinct=30)[1].fingerprint
    for seed in range(24):
        assert held_out_loss("decay", seed=seed, decay=0.02) < held_out_loss("decay", seed=seed)
    for key in ["wheels", "map"]:
        assert np.array_equal(chapter_run(key)[1].losses, chapter_run(key, alpha=0.5)[1].losses)
    M, b = dense(chapter_run("identity", samples=500)[1].trained).parameters.values()
    assert np.allclose(M, np.eye(2), atol=1e-12)
    assert np.allclose(b, 0, atol=1e-12)
    doubling = chapter_run("double")[0].network().layers[1]
    doubling([0.3, -0.7])
    assert doubling.backprop(np.array([-1.5, 4.0])).tolist() == [-3.0, 8.0]
    for alpha in [0.01, 0.1, 0.3, 0.5, 2.0]:
        assert right_corners("xor", alpha=alpha) == 3
    third = dense(chapter_run("answer")[1].trained, 2)
    M, gradient = third.M.copy(), np.array([0.15, -0.14])
    third(np.ones(4))
    passed_back = third.backprop(gradient)
    assert np.allclose(M.T @ gradient, passed_back, rtol=1e-12)
    assert np.allclose(gradient @ M, passed_back, rtol=1e-12)
    for key, state in (("left", DISAGREES), ("answer", AGREES)):
        experiment, result = chapter_run(key)
        assert result.settled < result.losses[:50].mean() / 1.5
        assert check(experiment.network(), experiment.points(4)).state == state


def numbers_of_answer() -> list[str]:
    third = dense(chapter_run("answer")[1].trained, 2)
    outputs, inputs = third.M.shape
    return [
        f"makes {outputs} numbers of {inputs}, so its M has {outputs} rows and {inputs} columns",
        f"must make {inputs} numbers of {outputs}",
        f"{outputs} numbers under Dense layer 3 become {inputs} under Activation 2",
    ]


def right_of(key: str, *, test: bool = False, **knobs: object) -> str:
    """How many held-out rows, or test rows, are right of how many."""
    experiment, made = chapter_run(key, **knobs)
    found = look_at_test(experiment, made.trained) if test else held_out_score(experiment, made.trained)
    return "none" if found is None else f"{found.right} of {found.rows}"


def numbers_of_scaling() -> list[str]:
    experiment, _ = chapter_run("scaling")
    rows, table = not_none(experiment.rows), experiment.inputs
    assert isinstance(table, Table)
    most = table.arrays[0][[*rows.learned, *rows.held_out]].max(axis=0)
    named = dict(zip(not_none(table.names)[0], most.tolist(), strict=True))
    return [
        f"proline goes up to {named['proline']:,.0f}, the column hue to {named['hue']:g}",
        f"learns {len(rows.learned)} of the rows, and {len(rows.held_out)} others are held out",
        f"{right_of('scaling')} held-out rows are right",
        holds("34 of them", right_of("scaling", scaling="standard") == "34 of 36"),
        f"from {final('scaling')} to {final('scaling', scaling='standard')}",
        "How many of the 36 will",
    ]


def numbers_of_test() -> list[str]:
    experiment, _ = chapter_run("test")
    rows = not_none(experiment.rows)
    return [
        f"The {len(rows.held_out)} held-out rows", f"That is why {len(rows.test)} more rows",
        f"{right_of('test')} held-out rows are right", "the 68 test rows once", "of the 68 test rows will",
        holds("All 68 are, as of the held-out ones", right_of("test", alpha=0.05) == "68 of 68"
              and right_of("test", test=True, alpha=0.05) == "68 of 68"),
        "Set α to 0.05",
    ]  # fmt: skip


def numbers_of_which() -> list[str]:
    experiment, made = chapter_run("which")
    found, (_, without) = which_sample(experiment), chapter_run("which", without=3)
    point = not_none(experiment.sample_source.learned_samples)[0][2]
    at = found.rows.index(3)
    return [
        f"These {len(found.rows)} samples", f"made {len(found.rows)} times more",
        holds("Noise moved point 3, whose label is 1, out of the circle", bool((point**2).sum() > 0.64)),
        holds("Missed most: point 3 comes first", int(found.own_without.argmax()) == at),
        "Choose point 3 in the list",
        f"from {loss_text(not_none(made.held_out).final)} to {loss_text(not_none(without.held_out).final)}",
        f"The loss at point 3 goes from {loss_text(found.own[at])} to {loss_text(found.own_without[at])}",
        holds("answers −1 there", bool(without.trained.respond(point[None])[0, 0] < -0.95)),
    ]  # fmt: skip


def numbers_of_decided() -> list[str]:
    before, now = (when_decided(chapter_run("decided", **knobs)[0]) for knobs in ({}, {"alpha": 0.2}))
    share = not_none(now.moved_data)[now.places.index(not_none(now.step))]
    return [
        f"at {len(now.places)} steps, each with {TWINS} such",
        holds("here it was before the first step", before.step == 0),
        "Set α to 0.2",
        f"It is step {now.step:,} of {chapter_run('decided')[0].samples:,}",
        "by more than 5 %",
        f"by {percent_text(float(share))}",
    ]


NUMBERS: dict[str, Callable[[], list[str]]] = {
    "wheels": lambda: [f"which is {final('wheels')}", f"It is still {final('wheels', alpha=0.5)}", "Set α to 0.5"],
    "map": lambda: [f"which is {final('map')}", f"still {final('map', alpha=0.5)}", "adds 1", "Set α to 0.5"],
    "numbers": lambda: [
        f"which is {final('numbers')} at α {CHAPTERS['numbers'].experiment.alpha}",
        f"At α 0.01 the final loss is {final('numbers', alpha=0.01)}",
        f"for {CHAPTERS['numbers'].experiment.samples} samples",
        holds("At α 0.2 they are too long", chapter_run("numbers", alpha=0.2)[1].diverged_at),
        diverges("numbers", alpha=0.2), f"at α 0.05, the final loss is {final('numbers', alpha=0.05)}",
        "Set α to 0.01, then to 0.2",
    ],
    "identity": lambda: [
        f"20 samples leave a final loss of {final('identity', samples=20)}",
        f"{CHAPTERS['identity'].experiment.samples} leave {final('identity')}",
        holds("With 500 samples the last loss is exactly 0", chapter_run("identity", samples=500)[1].last == 0),
        *("best b is 0", "with 20 samples", "low with 500?", "Set Samples to 20, then to 500"),
    ],
    "swap": lambda: [
        holds(
            "M ends each time with 0.00 and 1.00 in its first row, 1.00 and 0.00 in its second. "
            "With the weight seeds from 0 to 40 the final loss is always below 10⁻⁷",
            all(map(learned_the_swap, range(41))),
        ),
    ],
    "double": lambda: [
        f"α 0.2 is too large: the run {diverges('double', alpha=0.2)}",
        holds("learns the identity even at α 0.5", settled("identity", alpha=0.5) < 1e-6),
        *("step 0", "Set α to 0.2"),
    ],
    "stuck": lambda: [
        f"kept α at {CHAPTERS['stuck'].experiment.alpha}", f"Here the run {diverges('stuck')}",
        f"has a final loss of {final('stuck', alpha=0.02)}",
        *("x²/2", "(v₀ − v₁)² and 0", "Set α to 0.02", "At α 0.02"),
    ],
    "alpha": lambda: [
        f"{diverging_seeds(0.02)} of 32 data seeds diverge at α {CHAPTERS['alpha'].experiment.alpha}",
        f"{diverging_seeds(0.05)} at α 0.05",
        f"all {diverging_seeds(0.1)} at α 0.1",
        f"At α 0.02 the run diverges with {diverging_seeds(0.02)} of 32 data seeds",
        *("x²/2", "How many of 32 diverge", "Set α to 0.05, then to 0.1"),
    ],
    "tanh": lambda: [
        f"ends at {tanh_weight(alpha=0.4)} instead of {tanh_weight()}",
        f"from {final('tanh')} to {final('tanh', alpha=0.4)}",
        *("between −1 and 1", "above 0", "Set α to 0.4"),
    ],
    "by-hand": numbers_of_by_hand,
    "taken-off": lambda: [
        f"At α 0.5 it still learns: the final loss is {final('taken-off', alpha=0.5)}",
        f"At α 1 the run {diverges('taken-off', alpha=1)}",
        holds("With x²/2 an α of 0.05 was too large", chapter_run("alpha", alpha=0.05)[1].diverged_at),
        *("x²/2", "Set α to 0.5, then to 1"),
    ],
    "leak": numbers_of_leak,
    "xor": lambda: [
        f"{final('xor')} at α {CHAPTERS['xor'].experiment.alpha}",
        f"{final('xor', alpha=0.5)} at α 0.5",
        holds("target is 1 where the two inputs have different signs, else −1", xor_target() == [-1, 1, 1, -1]),
        "Set α to 0.5",
    ],
    "hidden": numbers_of_hidden, "solution": numbers_of_solution, "rate": numbers_of_rate, "batch": numbers_of_batch,
    "scaling": numbers_of_scaling, "test": numbers_of_test, "which": numbers_of_which, "decided": numbers_of_decided,
    "by-heart": numbers_of_by_heart, "decay": numbers_of_decay,
    "left": lambda: [f"From {final('left')} to {final('answer')}"], "answer": numbers_of_answer,
    "widths": numbers_of_widths, **PAPER_NUMBERS,
}  # fmt: skip
"""Of each chapter the parts of its texts that have numbers: what they say of runs, and what is set or given."""


def test_every_number_of_a_chapter_is_given_or_what_its_runs_give() -> None:
    for key in CHAPTERS:
        chapter = CHAPTERS[key]
        text = "\n".join([chapter.prompt, TYPED.sub(r"\1", chapter.task), chapter.question, chapter.answer])
        parts = NUMBERS[key]()
        for part in parts:
            assert part in text
        for part in sorted(parts, key=len, reverse=True):
            text = text.replace(part, "")
        assert re.findall(r"\S*\d\S*", text) == []


def test_a_link_may_bring_a_text_and_a_chapter_says_of_which_run_it_speaks() -> None:
    lesson = lesson_of({"title": "α", "prompt": "Predict: what happens at α 0.4?"})
    assert lesson == {
        "key": None, "row": None, "title": "α", "prompt": "Predict: what happens at α 0.4?", "answer": "",
        "asks": True, "place": "", "back": None, "next": None, "task": [], "plan": [], "question": "", "control": "",
        "view": "",
    }  # fmt: skip
    assert lesson_of({"title": "α"})["asks"] is False  # type: ignore[index]
    assert lesson_of({}) is None
    assert lesson_of({"lesson": "unheard of", "prompt": " \u202e "}) is None
    assert plain_text("a\u202eb\x07c\nd\u200f", 99) == "abc\nd"
    lesson = not_none(lesson_of({"title": "t" * 999, "prompt": "p" * 9999}))
    assert (len(lesson["title"]), len(lesson["prompt"])) == (LONGEST_TITLE, LONGEST_PROMPT)
    cases: list[Any] = [
        ({"alpha": 0.02}, "This page was written for another run: the one with α 0.1."),
        ({"alpha": 0.02, "samples": 50}, "This page was written for another run: the one with α 0.1, samples 600."),
        ({"layers": ()}, "This page was written for another run: the one with its own network."),
        ({"filter": "raw"}, ""),
        ({}, ""),
    ]
    for changes, said in cases:
        chapter = CHAPTERS["stuck"]
        lesson = not_none(lesson_of({"lesson": "stuck"}, replace(chapter.experiment, **changes)))
        assert lesson["prompt"] == (f"{said}\n\n{chapter.prompt}" if said else chapter.prompt)
        assert lesson["asks"] is not bool(said)
