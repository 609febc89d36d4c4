"""The sixteen chapters of the notebook's story are true, and the text of anybody is plain text."""

import itertools

import numpy as np
import pytest

from engine.checks.gradcheck import AGREES, DISAGREES, check
from engine.experiments.catalogue import CATALOGUE, NOTEBOOK
from engine.experiments.experiment import Experiment
from engine.experiments.run import Run, run
from tests.webapp.asking import SETTINGS
from webapp.links.codec import read_link
from webapp.links.lessons import CHAPTERS, LONGEST_PROMPT, LONGEST_TITLE, chapter_about, lesson_of, plain_text
from webapp.links.short_links import ShortLinks


def chapter_run(key: str, **knobs: object) -> tuple[Experiment, Run]:
    query = "&".join([f"lesson={key}", *(f"{name}={value}" for name, value in knobs.items())])
    link = read_link(query, ShortLinks(SETTINGS), SETTINGS.max_samples)
    assert link.warnings == ()
    return link.experiment, run(link.experiment, link.experiment.network())


def settled(key: str, **knobs: object) -> float:
    return chapter_run(key, **knobs)[1].settled


def test_next_leads_through_every_chapter_and_back_leads_back() -> None:
    keys, at = ["wheels"], lesson_of({"lesson": "wheels"})
    while at and at["next"]:
        keys.append(at["next"])
        at = lesson_of({"lesson": at["next"]})
    assert keys == list(CHAPTERS)
    for before, after in itertools.pairwise(keys):
        lesson = lesson_of({"lesson": after})
        assert lesson is not None
        assert lesson["back"] == before


def test_every_row_from_the_notebook_has_its_page() -> None:
    rows = [key for key, row in CATALOGUE.items() if row.group == NOTEBOOK]
    assert {CHAPTERS[chapter_about(key)].row for key in rows} == set(rows)
    assert chapter_about("circle") == "wheels"


@pytest.mark.parametrize("key", CHAPTERS)
def test_a_chapter_can_be_read_in_one_glance(key: str) -> None:
    chapter = CHAPTERS[key]
    assert len(chapter.title) <= 45
    assert 120 <= len(chapter.prompt) <= 480
    assert chapter.prompt.count("\n") == 1


@pytest.mark.parametrize("key", ["wheels", "map"])
def test_nothing_learns_where_the_story_says_so(key: str) -> None:
    assert np.array_equal(chapter_run(key)[1].losses, chapter_run(key, alpha=0.5)[1].losses)


def test_three_facts_leave_room_for_another_matrix_than_the_swap() -> None:
    _, result = chapter_run("numbers")
    assert result.settled < 0.001
    (M, _) = result.trained.layers[0].parameters.values()
    assert np.abs(M - [[0, 1], [1, 0]]).max() > 0.1


def test_the_identity_is_learned_to_a_loss_of_exactly_0() -> None:
    assert chapter_run("identity", samples=500)[1].last == 0.0


def test_the_doubling_map_leaves_one_half() -> None:
    (M, _) = chapter_run("double")[1].trained.layers[0].parameters.values()
    assert np.allclose(M, [[0.5, 0], [0, 0.5]], atol=1e-5)


def test_the_notebooks_nan_was_an_alpha_too_large() -> None:
    assert chapter_run("stuck")[1].diverged_at == 30
    assert settled("alpha") == pytest.approx(0.0009, abs=0.00005)
    assert chapter_run("alpha", alpha=0.05)[1].diverged_at == 130


def test_the_weights_set_by_hand_are_right_and_come_back() -> None:
    _, result = chapter_run("by-hand")
    assert (result.losses == 0).all()
    _, moved = chapter_run("by-hand", given="2,0,0,1,0,0", experiment="identity-by-hand")
    assert moved.trained.layers[0].parameters["M"][0, 0] == pytest.approx(1.0, abs=1e-5)


def test_the_leaky_relu_learns_at_0_3_and_not_at_0_5() -> None:
    assert settled("leak") == pytest.approx(0.42, abs=0.005)
    assert settled("leak", alpha=0.3) < 0.01
    assert settled("leak", alpha=0.5) > 0.4


def test_xor_wants_a_hidden_layer_and_some_luck() -> None:
    assert settled("xor") > 0.5
    assert settled("hidden") < 0.01
    for seed in (2, 7):
        assert settled("hidden", weights=seed) == pytest.approx(0.8, abs=0.01)


def test_the_answer_is_the_transpose() -> None:
    for key, loss, state in (("left", 0.66, DISAGREES), ("answer", 0.048, AGREES)):
        experiment, result = chapter_run(key)
        assert result.settled == pytest.approx(loss, rel=0.01)
        assert check(experiment.network(), experiment.points(4)).state == state


def test_a_link_may_bring_a_text_of_its_own() -> None:
    lesson = lesson_of({"title": "α", "prompt": "Predict: what happens at α 0.4?"})
    assert lesson == {
        "key": None,
        "row": None,
        "title": "α",
        "prompt": "Predict: what happens at α 0.4?",
        "place": "",
        "back": None,
        "next": None,
    }
    assert lesson_of({}) is None
    assert lesson_of({"lesson": "unheard of", "prompt": " \u202e "}) is None


def test_a_text_is_cut_and_steers_nothing() -> None:
    assert plain_text("a\u202eb\x07c\nd\u200f", 99) == "abc\nd"
    lesson = lesson_of({"title": "t" * 999, "prompt": "p" * 9999})
    assert lesson is not None
    assert (len(lesson["title"]), len(lesson["prompt"])) == (LONGEST_TITLE, LONGEST_PROMPT)
