"""The sentences of a reveal are true of its numbers, in each language alike."""

import json
import math
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from webapp.app import ASSETS
from webapp.classes.kinds.scores import Round
from webapp.classes.language import LANGUAGES, PLURAL, words_of
from webapp.classes.lesson import Choice, Step
from webapp.classes.reveal import sentences
from webapp.classes.reveal.board import Entry, ranked
from webapp.classes.rooms import routes

LOSS = Step("loss", "Where?", "", "?before", "?after")
CURVE = Step("curve", "Draw", "", "?before", "?after")
ALPHA = Step("alpha", "Which α?", "", "?before")
CHOICE = Step("choice", "Same?", "", "?b", "?a", choices=(Choice("Alike", "same"), Choice("Far up", "higher", 10)))
RIGHT = Step("choice", "M?", "", "?b", choices=(Choice("M"), Choice("Mᵀ", right=True)))
TRUTH: dict[str, Any] = {
    "kind": "loss", "before": 0.183, "axis": [-60, 20], "one": "step", "truth": 1.02, "diverged": None,
    "fingerprint": "472e1770", "verdict": "effect", "twins": [1.02] * 8,
    "seeds": [0.3] * 3 + [0.476] * 13 + [0.987] * 16,
    "raised": 32, "lowered": 0, "lost": False, "saved": False, "band": [0.476, 1.02], "high": 1.02,
    "why": "α is too large.", "curve": [1.0] * 64,
}  # fmt: skip
LOST = TRUTH | {
    "truth": None, "diverged": 30, "twins": [None] * 8, "seeds": [None] * 32, "band": [None, None], "high": None,
}  # fmt: skip
OF_CHOICE = TRUTH | {"kind": "choice", "loss": 1.02, "truth": 1, "texts": ["Alike", "Far up"]}
OF_CURVE = TRUTH | {"kind": "curve", "means": [0.0] * 16, "limit": 0.1}
OF_ALPHA = {
    "kind": "alpha", "before": 0.183, "axis": [-60, 20], "one": "step", "own": 40, "truth": 50, "alpha": 0.316,
    "loss": 0.1,
    "finals": [1.0] * 50 + [0.1] * 5 + [None] * 6, "limit": 1.1, "twins": [0.1] * 8,
    "fingerprint": "472e1770", "curve": [],
}  # fmt: skip
FIRST: Round = {-31: (100, 32), -20: (0, 10), 0: (3, 4), 21: (20, 12)}
SECOND: Round = {-31: (50, 27), 0: (44, 0), 21: (30, 28)}


def shown(asked: Step, truth: dict[str, Any], *rounds: Round, lang: str = "en") -> dict[str, Any]:
    return sentences.shown(asked, truth, rounds, lang)


def test_neither_nobody_nor_everybody_stands_for_some() -> None:
    told = shown(LOSS, TRUTH, {-31: (300, 0), 0: (1, 0)}, {-31: (1, 0), 0: (0, 300)})
    assert told["said"] == "99 % said lower, and after talking 1 %."
    assert shown(LOSS, TRUTH, {-31: (300, 0)}, {})["said"] == "100 % said lower."


def test_the_sentence_says_what_the_class_said_and_what_happened() -> None:
    told = shown(LOSS, TRUTH, FIRST, SECOND)
    assert told["sentence"] == "78 % said lower, and after talking 43 %. It rose from 0.183 to 1.02."
    assert told["happened"] == ["The final loss ", "rose from 0.183 to 1.02", "."]
    assert told["within_words"] == (
        "Within luck: 7 of 181 at first, 44 of 179 after talking. 80 were sure and not within luck."
    )
    assert told["class_words"] == "7 of 181 were within luck, then 44 of 179."
    assert told["luck_words"] == "This run and its twins end at 1.02. 29 of 32 data seeds end between 0.476 and 0.987."
    assert (
        told["proof"] == "α is too large. In 32 of 32 data seeds the same change raises the final loss. Run 472e 1770."
    )
    assert told["within"] == [7, 44]
    assert told["people"] == [181, 179]
    assert told["rounds"][0]["-31"] == [100, 32]


def test_a_run_that_diverges_has_no_distance() -> None:
    told = shown(LOSS, LOST, FIRST)
    assert told["sentence"] == "78 % said lower. It diverged at step 30."
    assert told["happened"] == ["The run ", "diverged at step 30", "."]
    assert told["within_words"] == (
        "Within luck: 32 of 181. 103 were sure and not within luck. "
        "Who named a number gets no distance: there is no final loss."
    )
    assert told["luck_words"] == "This run and its twins diverge. All 32 data seeds diverge."
    assert told["proof"] == "α is too large. All 32 data seeds diverge. Run 472e 1770."


@pytest.mark.parametrize(("change", "result"), [
    ({"before": 1.02}, "It stayed at 1.02."),
    ({"before": 1.0}, "It changed by less than 5 %, from 1.00 to 1.02."),
    ({"before": 2.0}, "It fell from 2.00 to 1.02."),
    ({"verdict": "luck"}, "It went from 0.183 to 1.02, within the luck of this run."),
    ({"verdict": "untold"}, "It went from 0.183 to 1.02."),
    ({"before": None}, "It did not diverge: it ended at 1.02."),
    ({"before": None, "truth": None, "diverged": 1234}, "It diverged again, at step 1,234."),
    ({"before": None, "truth": None, "diverged": 2, "verdict": "luck"}, "It diverged again, at step 2."),
    ({"truth": None, "diverged": 7, "one": "sample"}, "It diverged at sample 7."),
    ({"before": 0.0, "truth": 0.0}, "It stayed at 0."),
])  # fmt: skip
def test_what_happened_is_said_as_it_is(change: dict[str, Any], result: str) -> None:
    assert shown(LOSS, TRUTH | change)["result"] == result


@pytest.mark.parametrize(("lang", "words"), [
    ("en", ("1 of 2 was within luck, then 0 of 1.", "Of this run and its twins 1 of 9 diverges.",
            "1 of 32 data seeds diverges.", "1 of 2 was right.")),
    ("de", ("1 von 2 lag im Rahmen des Zufalls, dann 0 von 1.",
            "Von diesem Lauf und seinen Zwillingen divergiert 1 von 9.", "1 von 32 Daten-Seeds divergiert.",
            "1 von 2 lag richtig.")),
])  # fmt: skip
def test_one_is_told_in_the_singular(lang: str, words: tuple[str, ...]) -> None:
    some = TRUTH | {"twins": [1.02] * 7 + [None], "seeds": [None, *TRUTH["seeds"][1:]]}
    told = shown(LOSS, some, {0: (1, 0), -31: (0, 1)}, {-31: (1, 0)}, lang=lang)
    luck = re.split(r"(?<=\.) ", told["luck_words"])
    chosen = shown(CHOICE, OF_CHOICE, {1: (1, 0), 0: (0, 1)}, lang=lang)
    assert (told["class_words"], luck[0], luck[2], chosen["class_words"]) == words


def test_numbers_have_the_marks_of_the_lessons_language() -> None:
    assert shown(LOSS, TRUTH, lang="de")["result"] == "Er stieg von 0,183 auf 1,02."
    late = TRUTH | {"truth": None, "diverged": 12_345}
    assert shown(LOSS, late, lang="de")["result"] == "Er divergierte bei Schritt 12.345."
    changes = [("samples", "4,000", "10,000"), ("α", "0.1", "3.1 × 10⁻⁶"), ("rate", "1/(1+0.1k)", "none")]
    assert sentences.difference(changes, "de", others=False)["text"].endswith(
        "samples 4.000 → 10.000, α 0,1 → 3,1 × 10⁻⁶, rate 1/(1+0.1k) → none."
    )


def test_opinions_that_part_are_told_by_two_groups() -> None:
    told = shown(LOSS, TRUTH, {-31: (40, 0), 0: (35, 0), 21: (25, 0)}, {-31: (10, 0), 0: (0, 40)})
    assert told["said"] == "Opinions parted: 40 % said lower, 35 % higher, and after talking 20 % and 80 %."
    assert shown(LOSS, TRUTH, {}, {})["said"] == "Nobody predicted."
    assert shown(LOSS, TRUTH)["said"] == ""


def test_choices_curves_and_alphas_have_sentences_of_their_own() -> None:
    told = shown(CHOICE, OF_CHOICE, {0: (96, 0), 1: (42, 43)}, {0: (80, 0), 1: (91, 8)})
    assert told["sentence"] == "53 % said “Alike”, and after talking 45 %. It rose from 0.183 to 1.02."
    assert told["within_words"] == "Right: 85 of 181 at first, 99 of 179 after talking. 80 were sure and not right."
    judged = {"kind": "choice", "before": 1.0, "axis": [-60, 20], "one": "step", "truth": 1, "texts": ["M", "Mᵀ"]}
    assert shown(RIGHT, judged, {0: (1, 0)})["sentence"] == "100 % said “M”. Right, says the lesson: Mᵀ."
    drawn = shown(CURVE, OF_CURVE, {(0,) * 16: (1, 1), (0,) * 15 + (-40,): (0, 1)})
    assert drawn["said"] == "67 % drew the end higher."
    assert drawn["luck_words"] == "The curves of at least 29 of 32 data seeds are off by a factor of 1.3 or less."
    best = shown(ALPHA, OF_ALPHA, {50: (1, 0), 30: (0, 2)})
    assert best["sentence"] == "67 % said a smaller α. The lowest final loss is 0.100, at α 0.316."
    assert best["within"] == [1]


@pytest.mark.parametrize(("truth", "values", "words"), [
    (TRUTH, [-31, -2], "First 0.0282: 36 times too low. Then 0.794: within luck. Closer than 1 of 3."),
    (TRUTH, [-61], "You said below 0.001: more than 1,000 times too low. Closer than 1 of 3."),
    (TRUTH, [20], "You said 10.0: 9.8 times too high. Closer than 1 of 3."),
    (TRUTH, [21], "You said that it diverges: it ended at 1.02."),
    (LOST, [-74], "You said 0.000200: it diverged at step 30."),
    (LOST, [21], "You said that it diverges: within luck."),
    (OF_CHOICE, [0], "You said “Alike”: not right."),
    (OF_CHOICE, [1, 1], "First “Far up”: right. Then “Far up”: right."),
    (OF_CURVE, [(2,) * 16], "Your curve: within luck."),
    (OF_CURVE, [(9,) * 16], "Your curve: off by a factor of 2.8."),
    (OF_ALPHA, [50], "You said α 0.316: within luck. Closer than 2 of 3."),
    (OF_ALPHA, [10], "You said α 0.00316: its final loss is 10 times the lowest."),
    (OF_ALPHA, [60], "You said α 1: the run diverges there."),
    (OF_ALPHA | {"finals": [1.0] * 50 + [0.0] * 11, "limit": 1.0}, [10], "You said α 0.00316: it ended at 1.00."),
    (TRUTH, [None], "You did not predict."),
])  # fmt: skip
def test_each_phone_is_told_how_near_it_came(truth: dict[str, Any], values: list[Any], words: str) -> None:
    if truth is LOST:
        truth = truth | {"axis": [-80, 20]}
    of_kind: dict[str, Round] = {"curve": {(0,) * 16: (2, 0)}, "alpha": {5: (2, 0)}}
    others = of_kind.get(truth["kind"], {0: (1, 0), 21: (1, 0)})
    rounds: list[Round] = [dict(others) | ({} if value is None else {value: (1, 0)}) for value in values]
    assert sentences.own(truth, values, rounds, "en")["words"] == words


@pytest.mark.parametrize(("changes", "others", "words"), [
    ([("α", "0.1", "0.4")], False, "They differ in α alone: 0.1 → 0.4."),
    ([("α", "0.1", "0.4"), ("samples", "9", "20")], False,
     "They differ in more than one knob: α 0.1 → 0.4, samples 9 → 20."),
    ([("α", "0.1", "0.4")], True,
     "They differ in more than knobs: α 0.1 → 0.4, and the network, its weights or the data."),
    ([], True, "They differ in the network, its weights or the data, and in no knob."),
    ([], False, "They are the same run."),
])  # fmt: skip
def test_an_author_is_told_how_both_runs_differ(changes: list[tuple[str, str, str]], others: bool, words: str) -> None:
    assert sentences.difference(changes, "en", others=others) == {"good": "alone" in words, "text": words}


def test_the_board_tells_the_first_from_the_lucky_one() -> None:
    start = {"own": 0.295, "hidden": [0.335] * 32}
    rows = [Entry(20, "?a", 0.26, [0.251] * 32, {"alpha": "0.05"}), Entry(148, "?b", 0.2, [0.4] * 32, {"alpha": "0.1"})]
    told = sentences.board(ranked(rows), start, "en")
    assert told["sentence"] == "Seat 20 handed in the lowest: 0.251 over 32 data seeds."
    assert told["luck_words"] == (
        "Seat 148 was first on the data seed that all saw, with 0.200. "
        "On the 32 others its median is 0.400: place 2 of 2."
    )
    assert told["proof"] == "Start: 0.295 on the data seed that all saw, median 0.335."
    assert [row["seat"] for row in told["rows"]] == [20, 148]
    first = sentences.board(ranked(rows[:1]), start, "en")
    assert first["luck_words"] == "Seat 20 was first on the data seed that all saw, and on 32 others."
    lost = [Entry(1, "?", float("inf"), [float("inf")] * 32, {})]
    told = sentences.board(ranked(lost), start, "en")
    found = (told["sentence"], told["luck_words"])
    assert found == ("Every run that was handed in diverges with half of the 32 data seeds or more.", "")


def test_nobody_is_lucky_on_a_seed_with_which_every_run_diverges() -> None:
    rows = [Entry(seat, "?", math.inf, [median] * 32, {}) for seat, median in ((1, 0.2), (2, 0.3))]
    told = sentences.board(ranked(rows), {"own": 0.295, "hidden": [0.335] * 32}, "en")
    assert (told["lucky"], told["luck_words"]) == (None, "")


def test_ties_share_a_place() -> None:
    rows = [
        Entry(seat, "?", own, [median] * 32, {}) for seat, own, median in ((1, 1.0, 0.5), (2, 1.0, 0.5), (3, 0.9, 0.6))
    ]
    places = {place.entry.seat: (place.place, place.seen_place) for place in ranked(rows)}
    assert places == {1: (1, 2), 2: (1, 2), 3: (3, 1)}
    start = {"own": 0.295, "hidden": [0.335] * 32}
    told = sentences.board(ranked(rows[:2]), start, "en")
    assert told["sentence"] == "2 seats handed in the lowest: 0.500 over 32 data seeds."
    assert told["luck_words"] == "2 seats were first on the data seed that all saw, and on 32 others."
    first = sentences.board(ranked([*rows[:1], Entry(4, "?", 1.1, [0.5] * 32, {})]), start, "en")
    assert first["luck_words"] == "Seat 1 was first on the data seed that all saw, and on 32 others."


def test_nobody_is_first_on_seeds_with_which_every_run_diverges() -> None:
    rows = [Entry(1, "?", 0.2, [math.inf] * 32, {}), Entry(2, "?", 0.3, [math.inf] * 32, {})]
    assert sentences.board(ranked(rows), {"own": 0.295, "hidden": [0.335] * 32}, "en")["luck_words"] == ""


@given(st.dictionaries(st.integers(-61, 21), st.tuples(st.integers(0, 9), st.integers(0, 9)), max_size=6),
       st.sampled_from([TRUTH, LOST, TRUTH | {"before": None}]), st.sampled_from(LANGUAGES))  # fmt: skip
def test_every_round_has_whole_sentences(votes: dict[Any, tuple[int, int]], truth: dict[str, Any], lang: str) -> None:
    told = shown(LOSS, truth, votes, votes, lang=lang)
    for name in ("sentence", "within_words", "luck_words", "class_words", "proof"):
        assert re.fullmatch(r"|[^{}]*\.", told[name]), told[name]
    json.dumps(told, allow_nan=False)


def leaves(words: Any, way: str = "") -> Iterator[tuple[str, set[str]]]:
    """Every sentence by its way, with the names of its values, of which a plural needs `n`."""
    if isinstance(words, str):
        yield way, {*re.findall(r"\{(\w+)\}", words), *(["n"] if PLURAL.search(words) else [])}
    else:
        for name, inner in words.items():
            yield from leaves(inner, f"{way}/{name}")


def test_languages_have_the_same_words_plurals_and_values() -> None:
    english, *others = (dict(leaves(words_of(lang))) for lang in LANGUAGES)
    english = {way: values for way, values in english.items() if not way.startswith("/editor/")}
    for other in others:
        assert other == english


def test_every_word_of_a_page_is_used_and_there() -> None:
    sources = "".join(path.read_text("utf-8") for path in Path(ASSETS / "class").glob("*.js"))
    words = words_of("en")
    used = set(re.findall(r"\bsay\(\s*[^)]*?\"(\w+)\"", sources)) | set(re.findall(r"\"([a-z_]+)\"", sources))
    assert not (words["student"].keys() | words["common"].keys()) - used


def test_every_refusal_of_a_class_is_among_the_words_and_every_one_of_these_is_used() -> None:
    sources = "".join(path.read_text("utf-8") for path in Path(routes.__file__).parents[1].rglob("*.py"))
    refused = words_of("en")["refused"].keys()
    assert set(re.findall(r"(?:said|Refused|Refusal|Full)\((?:HTTPStatus\.\w+, )?\"(\w+)\"", sources)) <= refused
    assert refused <= set(re.findall(r"\"(\w+)\"", sources))
