"""The truth of a step is what /run.json and 32 data seeds give, to the bit, and a question knows nothing of it."""

import json
import math
import statistics
import threading
from collections.abc import Callable
from dataclasses import replace
from functools import partial
from typing import Any

import numpy as np
import pytest
from flask.testing import FlaskClient
from werkzeug.exceptions import NotFound, ServiceUnavailable

from benchmarks.results import page
from engine import CATALOGUE, Affinity, compare, run, why
from engine.data.table import TABLE, Table
from engine.outcomes.other_seeds import final_losses
from engine.outcomes.twins import TWINS, luck
from engine.results.double_descent import held_out_by_width
from engine.results.edge_of_stability import sharpness_by_edge
from engine.results.grokking import steps_to_answers
from engine.results.spread import shares_right
from tests.engine.asserting import refuses
from tests.webapp.asking import SETTINGS, not_none
from tests.webapp.classes.test_lesson import FILE
from webapp.analyses.outcomes.failure import NUDGED_RUNS, OTHER_RUNS
from webapp.analyses.outcomes.failure import RUNS as RUNS_OF_A_CAUSE
from webapp.base.format import number
from webapp.base.validation import Malformed
from webapp.bench.budget import run_cost, work_in
from webapp.classes.kinds import alpha, runs
from webapp.classes.kinds.curve import means_of
from webapp.classes.kinds.runs import SEEDS
from webapp.classes.kinds.table import PREDICTIONS
from webapp.classes.lesson import Lesson, LessonRefused, read_lesson
from webapp.classes.story import STEPS, story_lesson
from webapp.classes.truth import BOARD, ENTRY, MOST_BEGUN, Truths, _number, own_secret
from webapp.classes.values import alpha_at
from webapp.links.codec import Link, read_link
from webapp.links.short_links import NAME_LENGTH, Maker, ShortLinks

SHORT_LINKS = ShortLinks(SETTINGS)
SECRET = b"s" * 16
ALPHA_STEP = {"ask": "alpha", "question": "Which α?", "before": "?experiment=square-map&alpha=0.02&v=1"}


@pytest.fixture(scope="module")
def truths() -> Truths:
    return Truths(SETTINGS, SHORT_LINKS)


def board_of(truths: Truths, lesson: Lesson, secret: bytes, entries: dict[int, str]) -> dict[str, Any]:
    """The board of a hunt, once its runs are made."""
    truths.begin_board(lesson, 0, secret, entries.values())
    work_off(truths)
    return not_none(truths.board(lesson, 0, secret, entries))


def work_off(truths: Truths) -> None:
    """Waits until all that is begun is made, or has failed."""
    done = threading.Event()
    truths._later(done.set, ENTRY)
    assert done.wait(60)


def lesson_of(*steps: dict[str, Any]) -> Lesson:
    return read_lesson(FILE | {"steps": list(steps)})


SLOW = ("left", "by-heart")
"""Pages whose runs take seconds together."""


@pytest.mark.parametrize(
    "key",
    [pytest.param(key, marks=pytest.mark.soak if key in SLOW else ()) for key, row in STEPS.items() if row["after"]],
)
def test_the_truth_is_that_of_run_json_and_of_32_data_seeds(key: str, truths: Truths, client: FlaskClient) -> None:
    lesson = story_lesson([key])
    truth, asked = truths.truth(lesson, 0, SECRET), lesson.steps[0]
    told = client.get(f"/run.json{asked.after}&twins=8").get_json()
    before = client.get(f"/run.json{asked.before}").get_json()
    loss = truth["loss"] if asked.ask == "choice" else truth["truth"]
    assert loss == (told["settled"] if told["diverged_at"] is None else None)
    assert truth["before"] == (before["settled"] if before["diverged_at"] is None else None)
    assert (truth["diverged"], truth["fingerprint"]) == (told["diverged_at"], told["fingerprint"])
    sound = [twin for twin in truth["twins"] if twin is not None]
    assert (min(sound, default=None), max(sound, default=None)) == (told["twins"]["lowest"], told["twins"]["highest"])
    assert truth["why"] == (told["why"]["sentence"] if told["why"] else "")
    experiment = read_link(asked.after, SHORT_LINKS, SETTINGS.max_samples).experiment
    some = range(0, 32, 5)
    alone = [run(replace(experiment, seed=seed), experiment.network(), held_out=False) for seed in some]
    assert [truth["seeds"][seed] for seed in some] == [one.sound_settled for one in alone]


@pytest.mark.parametrize(
    ("before", "after", "proof"),
    [
        ("affine-identity&alpha=0.7", "affine-identity&alpha=0.01",
         "In 29 of 32 data seeds the run ends lower by the same change, or diverges no more."),
        ("affine-identity&alpha=0.01", "affine-identity&alpha=0.7",
         "In 29 of 32 data seeds the run ends higher by the same change, or diverges. 13 of 32 data seeds diverge."),
        ("square-map&alpha=0.01", "square-map&alpha=0.02",
         "In 30 of 32 data seeds the same change lowers the final loss. 2 of 32 data seeds diverge."),
    ],
)  # fmt: skip
def test_the_proof_says_where_a_change_begins_or_ends_divergence(
    before: str, after: str, proof: str, truths: Truths
) -> None:
    links = {"before": f"?experiment={before}", "after": f"?experiment={after}"}
    shown = truths.shown(lesson_of({"ask": "loss", "question": "Where?", **links}), 0, SECRET, [])
    assert proof in shown["proof"]


@pytest.mark.parametrize("more", ["", "&filter=raw"])
def test_another_data_seed_is_no_change_that_other_data_seeds_could_make(more: str, truths: Truths) -> None:
    links = {"before": "?experiment=circle&samples=300", "after": f"?experiment=circle&samples=300&seed=9{more}"}
    shown = truths.shown(lesson_of({"ask": "loss", "question": "Where?", **links}), 0, SECRET, [])
    assert "same change" not in shown["proof"]


@pytest.mark.parametrize(("choices", "sentence"), [
    ([{"text": "a", "when": "higher"}, {"text": "b", "when": "lower"}],
     "The answer is no luck: 32 of 32 data seeds agree."),
    ([{"text": "a", "when": "higher", "by": 5}, {"text": "b", "when": "lower"}],
     "Luck decides: only 11 of 32 data seeds agree."),
    ([{"text": "a", "right": True}, {"text": "b"}], None),
])  # fmt: skip
def test_data_seeds_agree_on_the_choice_that_holds(
    choices: list[dict[str, Any]], sentence: str | None, truths: Truths
) -> None:
    links = {"before": "?experiment=circle", "after": "?experiment=circle&alpha=0.4&filter=raw"}
    lesson = lesson_of({"ask": "choice", "question": "Which?", **links, "choices": choices})
    found = [one["text"] for one in truths.advice(lesson, 0, SECRET)]
    assert found == ["They differ in α alone: 0.1 → 0.4.", *filter(None, [sentence])]


@pytest.mark.parametrize(("turned", "unit"), [("", "step"), ("&batch=16&samples=600", "sample")])
def test_a_run_that_diverges_is_told_in_its_own_steps_or_samples(turned: str, unit: str, truths: Truths) -> None:
    links = {"before": "?experiment=square-map&samples=300", "after": f"?experiment=square-map&alpha=9{turned}"}
    shown = truths.shown(lesson_of({"ask": "loss", "question": "Where?", **links}), 0, SECRET, [])
    assert shown["result"] == f"It diverged at {unit} {shown['diverged']}."
    assert shown["samples"] == 600


@pytest.mark.parametrize("key", STEPS)
def test_every_page_of_the_story_is_accepted_and_told(key: str, truths: Truths) -> None:
    lesson = story_lesson([key])
    assert truths.refusals(lesson) == []
    secret = own_secret(lesson, truths)
    shown = truths.shown(lesson, 0, secret, [])
    assert shown["result"].endswith(".")
    assert shown["said"] == shown["within_words"] == shown["class_words"] == ""
    json.dumps([shown, truths.question(lesson, 0, secret)], allow_nan=False)


def edge() -> object:
    return 0.4 < sharpness_by_edge(page("edge", alpha=0.1), [1])[0] < 0.6


def butterfly() -> object:
    before = page("butterfly")
    network = before.network()
    network.layers[0].parameters["M"][0, 0] += 1e-6
    return not_none(compare(before, before.with_weights_of(network), twins=0).wall) > 1.0


def connected() -> object:
    before, seeds = page("connected"), (3, 4)
    walls = []
    for step in (0, 2000):
        start = run(replace(before, seed=4, samples=step * before.batch), before.network()).trained if step else None
        one, other = (replace(before if start is None else before.with_weights_of(start), seed=seed) for seed in seeds)
        walls.append(not_none(compare(one, other, twins=0).wall))
    return walls[0] > 1.0 and walls[1] <= 0.02


def descent() -> object:
    losses = held_out_by_width(page("descent"), (10, 30, 64), [2])[:, 0]
    return losses.argmin() == 2


def grokking() -> object:
    return not steps_to_answers(page("grokking", decay=0.0), [1])[1][0] <= 64_000


def spread() -> object:
    few, many = shares_right(page("spread", held_out=2000), (100, 2000), range(32)).std(axis=1)
    return many < few / 2


@pytest.mark.parametrize("holds", [edge, butterfly, connected, descent, grokking, spread])
def test_a_choice_about_a_paper_is_right_by_the_engine(holds: Callable[[], object]) -> None:
    right = {"edge": 2, "butterfly": 2, "connected": 1, "descent": 2, "grokking": 2, "spread": 1}
    choices = STEPS[holds.__name__]["choices"]
    assert [at for at, choice in enumerate(choices) if choice.right] == [right[holds.__name__]]
    assert holds()


@pytest.mark.parametrize("key", ["numbers", "identity"])
def test_the_numbers_of_a_storys_prompt_are_those_of_its_run(key: str, truths: Truths) -> None:
    question = truths.question(story_lesson([key]), 0, SECRET)
    assert f"final loss of {number(question['before'])}" in question["prompt"].replace("loss is", "loss of")


def test_a_nudge_of_a_run_that_moves_no_weight_is_no_luck(truths: Truths) -> None:
    step = FILE["steps"][0] | {"before": "?experiment=identity-by-hand&v=1"}
    shown = truths.shown(lesson_of(step | {"after": "?experiment=identity-by-hand&alpha=0.5&v=1"}), 0, SECRET, [])
    assert (shown["result"], shown["twins"], shown["band"]) == ("It stayed at 0.", [0.0] * 8, [0.0, 0.0])
    assert shown["luck_words"] == "This run and its twins end at 0. 32 of 32 data seeds end at 0."


def test_a_curve_has_the_means_of_sixteenths(truths: Truths) -> None:
    lesson = story_lesson(["rate"])
    truth, asked = truths.truth(lesson, 0, SECRET), lesson.steps[0]
    experiment = read_link(asked.after, SHORT_LINKS, SETTINGS.max_samples).experiment
    losses = run(experiment, experiment.network()).losses
    parts = [losses[start : start + 188] for start in range(0, 188 * 8, 188)]
    assert truth["means"][:8] == pytest.approx([20 * math.log10(part.mean()) for part in parts])
    assert 0.05 <= truth["limit"] < 1.0


def test_an_author_may_give_the_axis(truths: Truths) -> None:
    lesson, given = lesson_of(FILE["steps"][0]), lesson_of(FILE["steps"][0] | {"axis": [1e-4, 1]})
    assert read_lesson(given.to_plain()) == given
    assert truths.refusals(given) == []
    axes = [truths.question(one, 0, SECRET)["axis"] for one in (lesson, given)]
    assert axes == [[-60, 20], [-80, 0]]
    truth, own = (truths.truth(one, 0, SECRET) for one in (lesson, given))
    assert own | {"axis": [-60, 20]} == truth
    # The run ends above the axis, where its highest position stands for it.
    shown = truths.own(given, 0, SECRET, [0], [{0: (1, 0)}])
    assert shown["words"] == "You said 1.00: within luck."


def test_a_short_run_and_one_that_diverges_have_sixteen_means() -> None:
    short = replace(CATALOGUE["circle"].experiment, samples=5)
    means = means_of(run(short, short.network()), [-60, 20])
    assert len(means) == 16
    wild = replace(CATALOGUE["square-map"].experiment, alpha=0.1, samples=320)
    assert means_of(run(wild, wild.network()), [-60, 40])[1:] == [41.0] * 15
    assert max(means_of(run(short, short.network()), [-60, -40])) == -40.0, "a finite loss above the axis is at its end"


def test_the_best_alpha_is_the_lowest_of_sixty_one_runs(truths: Truths) -> None:
    truth = truths.truth(lesson_of(ALPHA_STEP), 0, SECRET)
    experiment = read_link(ALPHA_STEP["before"], SHORT_LINKS, SETTINGS.max_samples).experiment
    finals = [
        run(replace(experiment, alpha=alpha_at(at)), experiment.network()).sound_settled for at in range(0, 61, 6)
    ]
    assert truth["finals"][::6] == finals
    assert truth["finals"][truth["truth"]] == truth["loss"] == min(loss for loss in truth["finals"] if loss is not None)
    assert truth["limit"] >= 1.1
    assert None in truth["finals"]


def test_a_question_depends_on_nothing_of_the_run_to_predict(truths: Truths) -> None:
    for seed in ("links", "class"):
        steps = [FILE["steps"][0] | {"seed": seed, "after": f"?experiment=circle&alpha={a}&v=1"} for a in (0.4, 2)]
        one, other = (truths.question(lesson_of(step), 0, SECRET) for step in steps)
        assert one == other
        assert "after" not in json.dumps(one)
    # Not even a link that cannot be run is looked at.
    broken = FILE["steps"][0] | {"after": "?experiment=nothing"}
    assert truths.question(lesson_of(broken), 0, SECRET)["before"] == pytest.approx(0.183, abs=5e-4)


def test_a_class_draws_its_data_seed_and_others_draw_another(truths: Truths) -> None:
    lesson = lesson_of(FILE["steps"][0] | {"seed": "class"})
    losses = [truths.truth(lesson, 0, secret)["truth"] for secret in (SECRET, SECRET, b"t" * 16)]
    assert losses[0] == losses[1] != losses[2]
    shown = truths.shown(lesson, 0, SECRET, [])
    experiment = read_link(shown["link"], SHORT_LINKS, SETTINGS.max_samples).experiment
    assert experiment.seed not in SEEDS
    assert run(experiment, experiment.network()).sound_settled == losses[0]


def test_a_secret_is_drawn_again_until_one_choice_holds(truths: Truths) -> None:
    step = FILE["steps"][1] | {"after": "?experiment=xor-hidden-layer&weights=0&v=1"}
    lesson = lesson_of(step | {"choices": [{"text": "Higher", "when": "higher"}, {"text": "Lower", "when": "lower"}]})
    secret = truths.secret(lesson)
    assert truths.truth(lesson, 0, secret)["truth"] in (0, 1)
    never = lesson_of(
        step | {"choices": [{"text": "It diverges", "when": "diverges"}, {"text": "Same", "when": "same"}]}
    )
    drawn: list[int] = []
    with pytest.raises(LessonRefused, match="none of its choices holds"):
        truths.secret(never, lambda: bytes([drawn.append(1) or len(drawn)]))  # type: ignore[func-returns-value]
    assert len(drawn) == 8
    assert truths.refusals(never) == ["Step 1: none of its choices holds for its runs."]


@pytest.mark.parametrize(("step", "sentence"), [
    ({"before": "?experiment=nothing"}, "Step 1: There is no experiment called 'nothing'."),
    ({"after": "?experiment=circle&alpha=no"},
     "Step 1: The link says alpha 'no'. α must be a number above 0, at most 1e300."),
    ({"after": "?saved=aaaaaaaaaaaaaaaa"}, "Step 1: This short link has expired, or it was made elsewhere."),
    ({"after": "?experiment=circle&samples=9000000"}, None),
    ({"before": "?experiment=spiral&samples=900000", "after": "?experiment=spiral&samples=900000&alpha=1"},
     "Step 1: its runs take more than 5 seconds of a processor. Lower its samples."),
    ({"axis": [1e-6, 0.1]}, "Step 1: its axis leaves out the final loss of the run before, which is 0.183."),
    ({"ask": "hunt", "knobs": ["alpha", "seed"], "after": None}, None),
    ({"ask": "hunt", "knobs": ["loss"], "after": None}, None),
    ({"after": "?experiment=circle&loss=absolute&v=1"},
     "Step 1: its runs have other targets or other losses, so that neither ends lower than the other."),
    ({"after": "?experiment=spiral&v=1"}, None),
    ({"after": "?experiment=iris&v=1"}, None),
    ({"ask": "choice", "choices": [{"text": "Up", "when": "higher"}, {"text": "Far up", "when": "higher", "by": 2}]},
     "Step 1: more than one of its choices holds for its runs: Up; Far up."),
])  # fmt: skip
def test_a_step_that_cannot_be_asked_is_a_sentence(step: dict[str, Any], sentence: str | None, truths: Truths) -> None:
    plain = {name: value for name, value in (FILE["steps"][0] | step).items() if value is not None}
    refusals = truths.refusals(lesson_of(plain))
    assert len(refusals) == 1
    assert refusals[0].startswith("Step 1: ")
    assert refusals[0].endswith(".")
    assert sentence is None or refusals[0] == sentence


def test_a_truth_that_there_is_none_of_is_refused_and_never_ready(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(alpha, "final_losses", lambda *_: np.full((61, 1), math.inf))
    own, done = Truths(SETTINGS, SHORT_LINKS), threading.Event()
    lesson = lesson_of(ALPHA_STEP | {"seed": "class"}, FILE["steps"][0])
    assert own.refusals(lesson) == ["Step 1: the run diverges at each α that can be named."]
    own.begin(lesson, SECRET)
    own._later(done.set)
    assert done.wait(60)
    assert [own.is_ready(lesson, step, SECRET) for step in (0, 1)] == [False, True], "the next is asked all the same"


def test_a_run_without_scaling_is_asked_about_where_targets_are_classes_which_are_never_scaled(truths: Truths) -> None:
    def refused(table: str) -> list[str]:
        before = f"?experiment={table}&samples=200&v=1"
        return truths.refusals(lesson_of(FILE["steps"][0] | {"before": before, "after": f"{before}&scaling=none"}))

    assert refused("wine") == []
    assert "other targets" in refused("cars")[0]


STEPS_OF_EACH_KIND = [
    {"ask": "loss"}, {"ask": "curve"}, {"ask": "alpha", "after": None},
    {"ask": "hunt", "after": None, "knobs": ["alpha"]},
    *({"ask": "choice", "seed": seed, "choices": FILE["steps"][1]["choices"]} for seed in ("links", "class")),
    {"ask": "choice", "after": None, "choices": [{"text": "Up", "right": True}, {"text": "Down"}]},
]  # fmt: skip


def runs_of_a_cause(*_: Any, compared: bool, nudged: int, **__: Any) -> int:
    assert compared or not nudged
    return RUNS_OF_A_CAUSE + OTHER_RUNS * compared + NUDGED_RUNS * bool(nudged)


@pytest.mark.parametrize("lengths", [(30, 3_000), (3_000, 30)])
@pytest.mark.parametrize("step", STEPS_OF_EACH_KIND)
def test_the_runs_of_a_step_that_is_accepted_take_no_more_than_it_may(
    step: dict[str, Any], lengths: tuple[int, int], monkeypatch: pytest.MonkeyPatch
) -> None:
    links = {
        side: f"?experiment=circle&samples={samples}&alpha={alpha}&v=1"
        for side, samples, alpha in zip(("before", "after"), lengths, (0.1, 0.4), strict=True)
    }
    plain = FILE["steps"][0] | links | step
    asked = lesson_of({name: value for name, value in plain.items() if value is not None}).steps[0]
    both = [
        read_link(link, SHORT_LINKS, SETTINGS.max_samples).experiment for link in (asked.before, asked.after) if link
    ]
    costs = [run_cost(one, one.network()) for one in both]
    counts = PREDICTIONS[asked.ask].runs(asked) if asked.ask in PREDICTIONS else runs.HUNTED
    least = sum(count * cost for count, cost in zip(counts, costs, strict=False))
    # Seconds for the step alone, then for other runs of a failure's cause as well, for nudged ones, and for more twins.
    extra = OTHER_RUNS + NUDGED_RUNS
    for allowed in (
        least,
        least + OTHER_RUNS * costs[-1],
        least + extra * costs[-1],
        least + extra * costs[-1] + runs.MORE_TWINS * sum(costs),
    ):
        monkeypatch.setattr(runs, "SECONDS", allowed / work_in(1.0))
        done: list[int] = []

        def counted(function: Callable[..., Any], runs_in: Callable[..., int], done: list[int] = done) -> Any:
            def made(one: Any, *parts: Any, **named: Any) -> Any:
                done.append(runs_in(*parts, **named) * run_cost(one, one.network()))
                return function(one, *parts, **named)

            return made

        with monkeypatch.context() as patched:
            patched.setattr(runs, "why", counted(why, runs_of_a_cause))
            for module in (runs, alpha):
                patched.setattr(module, "run", counted(run, lambda *_, **__: 1))
                patched.setattr(module, "luck", counted(luck, lambda *_, seeds=range(TWINS): 1 + len(seeds)))
                many = counted(final_losses, lambda _, alphas, seeds, *__: len(alphas) * len(seeds))
                patched.setattr(module, "final_losses", many)
            own, lesson = Truths(SETTINGS, SHORT_LINKS), Lesson("Title", "en", (asked,))
            own.refusals(lesson)
            secret = own_secret(lesson, own)
            own.question(lesson, 0, secret)
            if asked.ask == "hunt":
                board_of(own, lesson, secret, {})
            else:
                own.shown(lesson, 0, secret, [])
        assert sum(done) <= allowed
    monkeypatch.setattr(runs, "SECONDS", 0.99 * least / work_in(1.0))
    assert "its runs take more than" in Truths(SETTINGS, SHORT_LINKS).refusals(lesson)[0]


def test_truths_are_made_ahead_and_counted_from_the_first_on(truths: Truths) -> None:
    own = Truths(SETTINGS, SHORT_LINKS)
    lesson = lesson_of(FILE["steps"][0], FILE["steps"][2], ALPHA_STEP)
    assert own.ready(lesson, SECRET) == 0
    own.truth(lesson, 0, SECRET)
    assert own.ready(lesson, SECRET) == 2
    own.begin(lesson, SECRET)
    own.truth(lesson, 2, SECRET)
    assert own.ready(lesson, SECRET) == 3


def test_a_flood_of_entries_keeps_no_truth_and_no_board_waiting() -> None:
    own, begins, done = Truths(SETTINGS, SHORT_LINKS), threading.Event(), threading.Event()
    made: list[str] = []
    own._later(begins.wait)
    own._later(partial(made.append, "entry"), ENTRY)
    for _ in range(MOST_BEGUN):
        own._later(done.set, ENTRY)
    own._later(partial(made.append, "board"), BOARD)
    own._later(partial(made.append, "truth"))
    begins.set()
    assert done.wait(60)
    assert made == ["truth", "board", "entry"]


def test_a_lesson_whose_link_leads_to_no_run_any_more_opens_no_class(truths: Truths) -> None:
    links = {"before": "?experiment=circle", "after": f"?experiment=circle&saved={'a' * 16}"}
    lesson = lesson_of(ALPHA_STEP, {"ask": "loss", "question": "Where?", **links})
    with pytest.raises(LessonRefused, match=r"Step 2: This short link has expired, or it was made elsewhere\."):
        truths.secret(lesson)


def test_a_lesson_is_kept_under_its_hash(truths: Truths) -> None:
    lesson = read_lesson(FILE)
    name = truths.keep(lesson, Maker("ann", "here"))
    assert truths.keep(lesson, Maker("bob", "there")) == name
    assert truths.find(name) == lesson
    with pytest.raises(NotFound):
        truths.find("a" * 16)


OTHER_RUN = "This run has another network or other data than that of the hunt."
HUNT = FILE["steps"][2] | {"before": "?experiment=circle&samples=300&v=1"}


@pytest.mark.parametrize(("query", "sentence"), [
    ("?experiment=circle&samples=300&alpha=0.2&momentum=0.5&v=1", ""),
    ("?experiment=circle&samples=300&v=1&utm=1", ""),
    ("?experiment=circle&samples=300&filter=raw&v=1", ""),
    ("?experiment=circle&samples=301&v=1", "This hunt leaves samples as it was. Set it back."),
    ("?experiment=circle&samples=300&seed=9&v=1", "This hunt leaves the data seed as it was. Set it back."),
    ("?experiment=spiral&samples=300&v=1", OTHER_RUN),
    ("?experiment=circle&samples=300&weights=5&v=1", OTHER_RUN),
    ("?experiment=circle&samples=300&alpha=none&v=1",
     "The link says alpha 'none'. α must be a number above 0, at most 1e300."),
])  # fmt: skip
def test_a_hunt_takes_a_run_that_differs_in_its_knobs_alone(query: str, sentence: str, truths: Truths) -> None:
    lesson = lesson_of(HUNT)
    if sentence:
        with pytest.raises(Malformed) as error:
            truths.value(lesson, 0, SECRET, {"link": query})
        assert str(error.value) == sentence
        for plain in (query, {"link": 1}, {"link": "x" * 1801}, {"link": query, "more": 1}, {}):
            with pytest.raises(Malformed):
                truths.value(lesson, 0, SECRET, plain)
    else:
        link = truths.value(lesson, 0, SECRET, {"link": query})
        assert isinstance(link, str)
        assert "utm" not in link
        assert truths.value(lesson, 0, SECRET, {"link": link}) == link


def test_a_twin_of_a_hunt_gives_a_run_on_other_samples(truths: Truths) -> None:
    lesson = lesson_of(HUNT, HUNT | {"seed": "class"})
    first, twin = (truths.question(lesson, step, SECRET)["link"] for step in (0, 1))
    seed = _number(SECRET, "step 1")
    assert (read_link(first, SHORT_LINKS, 300).experiment.seed, read_link(twin, SHORT_LINKS, 300).experiment.seed) == (
        3, seed,
    )  # fmt: skip
    assert truths.value(lesson, 1, SECRET, {"link": twin}) == twin[1:]
    with pytest.raises(Malformed, match="leaves the data seed as it was"):
        truths.value(lesson, 1, SECRET, {"link": first})
    truths.begin_board(lesson, 1, SECRET, [twin[1:]])
    work_off(truths)
    own = not_none(truths.board(lesson, 1, SECRET, {1: twin[1:]}))["rows"][0]["own"]
    (end,) = runs.ends_at(read_link(first, SHORT_LINKS, 300).experiment, [seed])
    assert own == end


def test_a_board_whose_run_failed_is_made_once_it_can_be(monkeypatch: pytest.MonkeyPatch) -> None:
    own, lesson = Truths(SETTINGS, SHORT_LINKS), lesson_of(HUNT)
    own.question(lesson, 0, SECRET)
    link = str(own.value(lesson, 0, SECRET, {"link": "?experiment=circle&samples=300&alpha=0.2&v=1"}))

    def away(_query: str) -> Link:
        raise LessonRefused("The server cannot look up short links at the moment.")

    with monkeypatch.context() as patched:
        patched.setattr(own, "_link", away)
        own.begin_board(lesson, 0, SECRET, [link])
        work_off(own)
    assert own.board(lesson, 0, SECRET, {1: link}) is None
    work_off(own)
    assert not_none(own.board(lesson, 0, SECRET, {1: link}))["count"] == 1


def test_a_board_is_the_median_of_32_plain_runs(truths: Truths) -> None:
    lesson = lesson_of(HUNT)
    assert truths.refusals(lesson) == []
    links = {seat: truths.value(lesson, 0, SECRET, {"link": f"?experiment=circle&samples=300&alpha={alpha}&v=1"})
             for seat, alpha in enumerate((0.05, 0.2, 0.2, 5), 1)}  # fmt: skip
    assert truths.board(lesson, 0, SECRET, {seat: str(link) for seat, link in links.items()}) is None
    board = board_of(truths, lesson, SECRET, {seat: str(link) for seat, link in links.items()})
    assert board["count"] == 4
    hidden = [_number(SECRET, f"hunt 0 {k}") for k in range(32)]
    plainly: dict[int, tuple[float, float]] = {}
    for seat, link in links.items():
        experiment = read_link(str(link), SHORT_LINKS, SETTINGS.max_samples).experiment
        ends = [
            math.inf if made.sound_settled is None else made.sound_settled
            for made in (run(replace(experiment, seed=seed), experiment.network()) for seed in (3, *hidden))
        ]
        plainly[seat] = ends[0], statistics.median(ends[1:])
    for row in board["rows"]:
        own, median = plainly[row["seat"]]
        assert (row["own"], row["median"]) == (own, median)
        assert row["place"] == 1 + sum(other < median for _, other in plainly.values())
        assert row["knobs"]["momentum"] == "0.0"
    assert board["sentence"].startswith("2 seats handed in the lowest: ")
    other = board_of(truths, lesson, b"t" * 16, {1: str(links[1])})
    assert other["rows"][0]["own"] == plainly[1][0]
    assert other["rows"][0]["median"] != next(row["median"] for row in board["rows"] if row["seat"] == 1)
    assert board_of(truths, lesson, SECRET, {})["sentence"] == "Nobody handed in a run."


def test_a_link_that_a_lesson_needs_counts_to_whoever_asks_and_takes_no_room_of_others() -> None:
    short_links = ShortLinks(replace(SETTINGS, link_mb=1, links_per_minute=100_000))
    table = replace(
        CATALOGUE["three-facts"].experiment,
        inputs=Table(tuple((float(k), 1.0) for k in range(200)), tuple((float(k), 1.0) for k in range(200))),
        layers=(Affinity(2, 2),),
        ideal=TABLE,
    )
    link = f"?experiment=three-facts&saved={short_links.store(table, Maker('author', 'home'))}"
    own = Truths(SETTINGS, short_links, maker=partial(Maker, "stranger", "elsewhere"))
    others = Truths(SETTINGS, short_links)

    def ask_on() -> None:
        for seed in range(2, 2000):
            own._query(f"{link}&weights={seed}", None)

    refuses(ServiceUnavailable, ask_on, match="from this browser")
    assert f"saved={link[-NAME_LENGTH:]}" in others._query(link, None)
    assert "saved=" in others._query(f"{link}&weights=3000", None)
