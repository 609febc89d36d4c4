"""The outcomes along the slider of α, in pieces, names and words, without the page."""

import re
from collections.abc import Callable
from dataclasses import replace
from itertools import pairwise
from typing import Any

import pytest

from engine import CATALOGUE, DrawnWeights, run
from engine.outcomes.outcome import best_constant_loss, loss_to_beat
from tests.scripts.node import Scripts, scripts
from tests.webapp.asking import prepared_for, settled
from webapp.analyses.lr_range import lr_range
from webapp.bench.actions import PreparedRun
from webapp.bench.knob_values import alpha_at

OUTCOME = "(?:flat|luck|grows|diverges)"
OUTCOMES = {"l": "learns", "k": "luck", "f": "flat", "g": "grows", "d": "diverges"}

page = scripts("outcomes/alpha_outcomes.js")


def measured(letters: str, losses: list[float] | None = None) -> dict[str, Any]:
    """A scale with these outcomes; a run that learns ends lower the further it stands to the right."""
    positions = [k / (len(letters) - 1) for k in range(len(letters))]
    falling = losses or [1.0 - 0.5 * k / len(letters) for k in range(len(letters))]
    settled = [None if letter == "d" else loss for letter, loss in zip(letters, falling, strict=True)]
    return {"positions": positions, "settled": settled, "outcomes": [OUTCOMES[letter] for letter in letters]}


def outcomes_of(page: Scripts, scale: dict[str, Any]) -> list[str | None]:
    """The outcomes of the scale's pieces."""
    return [piece["outcome"] for piece in page.call("piecesOf", scale)]


def test_neighbours_of_one_outcome_are_a_piece_up_to_halfway_and_one_unlike_both_is_none(page: Scripts) -> None:
    pieces = page.call("piecesOf", measured("ffllldddddd"))
    assert [piece["outcome"] for piece in pieces] == ["flat", "learns", "diverges"]
    assert [(piece["from"], piece["to"]) for piece in pieces] == [
        (0, pytest.approx(0.15)), (pytest.approx(0.15), pytest.approx(0.45)), (pytest.approx(0.45), 1),
    ]  # fmt: skip
    assert outcomes_of(page, measured("fllkllldd")) == ["flat", "learns", "diverges"]


def test_a_loss_that_grows_is_not_called_flat(page: Scripts) -> None:
    scale = measured("fflllggggdd")
    words = page.call("scaleWords", scale, 1.0)
    assert words == "Lowest at 0.421, never learns from 0.252"
    assert page.call("countWords", scale) == "2 of 11 diverge, 3 learn, 2 are flat, 4 grow"
    assert outcomes_of(page, scale) == ["flat", "learns", "grows", "diverges"]


def test_where_alpha_changes_nothing_no_outcome_is_claimed(page: Scripts) -> None:
    level = measured("lllll", [0.888] * 5)
    assert outcomes_of(page, level) == [None]
    assert page.call("countWords", level) == ""
    assert page.call("scaleWords", level, 0.888) == "Every α ends at 0.888"
    assert page.call("scaleWords", level, None) == "Every α up to 0.5 ends at 0.888"


def test_too_small_an_alpha_is_not_said_to_learn_what_the_starting_weights_know(page: Scripts) -> None:
    trained = measured("lllll", [0.2, 0.2, 0.199, 0.1, 0.05])
    pieces = page.call("piecesOf", trained)
    assert [(piece["outcome"], piece["to"]) for piece in pieces] == [(None, 0.625), ("learns", 1)]


UNMOVED = "No α ends 1 % below the first weights"


WIDTHS = {"learns": 36, "luck": 26, "flat": 22, "diverges": 50}


@pytest.mark.parametrize("width", [160, 240])
@pytest.mark.parametrize(
    "letters", ["fflllkkkkk", "flkdflkd" * 2, "d" * 5, "ffffffffld", "ffllddllddllkkddffddd" * 2, "flllfdddlf" * 5]
)
def test_names_stand_apart_within_the_track_and_under_their_pieces(page: Scripts, letters: str, width: int) -> None:
    pieces = page.call("piecesOf", measured(letters))
    names = page.call("namesOf", pieces, width)
    ends = [
        (name["at"] - WIDTHS[name["outcome"]] / 2, name["at"] + WIDTHS[name["outcome"]] / 2, name["outcome"])
        for name in names
    ]
    assert ends
    assert all(left[1] < right[0] and left[2] != right[2] for left, right in pairwise(ends))
    assert 0 <= ends[0][0] <= ends[-1][1] <= width
    for left, right, outcome in ends:
        assert any(
            piece["outcome"] == outcome and left < width * piece["to"] and right > width * piece["from"]
            for piece in pieces
        )


def test_where_one_answer_is_right_flat_runs_are_held_against_their_first_weights(page: Scripts) -> None:
    said = page.call("alphaWords", measured("fffff") | {"toBeat": "start"}, {"settled": 1.0, "seed": 3}, None)
    assert said["line"] == "Flat at every α up to 0.5"
    assert said["inFull"][-1] == "Flat: not 5 % better than the first weights"


@pytest.mark.parametrize(("best", "line"), [
    (None, "Lowest at 0.252"),
    ({}, "Lowest at 0.252"),
    ({"from": 0.295, "to": 0.5, "seeds": 32}, "32 data seeds: best 0.295–0.5"),
    ({"from": 0.0363, "to": 0.0363, "seeds": 32}, "32 data seeds: best at 0.0363"),
    ({"from": 0.0363, "to": 0.0363, "seeds": 32, "lost": 14, "runs": 32}, "32 seeds: best at 0.0363, 14 of 32 diverge"),
    ({"from": 0.295, "to": 0.5, "seeds": 32, "atEnd": True, "lost": 0, "runs": 96},
     "32 data seeds: best 0.295–0.5, the map’s end"),
])  # fmt: skip
def test_the_finding_over_many_seeds_stands_before_one(page: Scripts, best: dict[str, float] | None, line: str) -> None:
    falling = measured("lllll", [1.0, 0.5, 0.2, 0.201, 0.6])
    said = page.call("alphaWords", falling, {"settled": 0.2, "seed": 3}, best)
    assert said["line"] == line
    assert "At 5 α on the slider, for data seed 3: lowest at 0.252" in said["inFull"]


HIGHER_AFTER = [1.0, 0.8, 0.5, 0.6, 0.7, 0.8, 0.9, 0.9, 0.9, 0.9, 0.9]


@pytest.mark.parametrize(("letters", "losses", "own", "words"), [
    ("ddddd", None, 1.0, "Every α up to 0.5 diverges"),
    ("fffff", None, 1.0, "Flat at every α up to 0.5"),
    ("lllll", None, 1.0, "Lowest at 0.5, the slider’s end"),
    ("ffflllllll", None, 1.0, "Lowest at 0.5, the slider’s end"),
    ("llllllddddd", None, 1.0, "Lowest at 0.252, diverges from 0.316"),
    ("llllllddddd", None, 0.001, "Lower at the current α than on the slider"),
    ("lllllllllld", None, 1.0, "Lowest at 0.463, diverges at 0.5"),
    ("llllllkkkkk", None, 1.0, "Lowest at 0.5, by luck"),
    ("llllllkfkfk", None, 1.0, "Lowest at 0.5, by luck"),
    ("ffffffddddd", None, 1.0, "Flat up to 0.252, diverges from 0.316"),
    # The lowest by luck is not set beside where it learns.
    ("fllfkf", [1.0, 0.9, 0.5, 0.4, 0.3, 0.9], 1.0, "Lowest at 0.421, by luck"),
    # The end begins where runs no longer learn.
    ("lllkkkkkkkk", HIGHER_AFTER, 1.0, "Lowest at 0.0334, luck from 0.102"),
    ("lllllllllkf", HIGHER_AFTER, 1.0, "Lowest at 0.0334, at best luck from 0.463"),
    ("llldldkkkkk", HIGHER_AFTER, 1.0, "Lowest at 0.0334, at best luck from 0.252"),
    ("lllldldkklk", HIGHER_AFTER, 1.0, "Lowest at 0.0334, mixed from 0.316"),
    ("lllddllllld", HIGHER_AFTER, 1.0, "Lowest at 0.0334, some diverge from 0.102"),
    ("lllfflllllf", HIGHER_AFTER, 1.0, "Lowest at 0.0334, some are flat from 0.102"),
    ("llllllllllk", HIGHER_AFTER, 1.0, "Lowest at 0.0334, luck at 0.5"),
    ("lllgdfgdfgd", HIGHER_AFTER, 1.0, "Lowest at 0.0334, never learns from 0.102"),
    ("lllkdfkdfkd", HIGHER_AFTER, 1.0, "Lowest at 0.0334, at best luck from 0.102"),
    # Ties are named, and near is only said of a valley.
    ("lllll", [1.0, 0.5, 0.0, 0.0, 0.0], 1.0, "Lowest from 0.252 to 0.5, the slider’s end"),
    ("lllll", [1.0, 0.0, 0.5, 0.0, 0.1], 1.0, "Lowest at 2 α from 0.0651 to 0.397"),
    ("lllll", [1.0, 0.5, 0.2, 0.201, 0.6], 1.0, "Lowest at 0.252"),
    ("lllll", [1.0, 0.201, 0.2, 0.201, 0.6], 1.0, "Lowest near 0.252"),
    # The run before may have ended higher, so that a smaller α has lowered the final loss.
    ("lllll", [0.2, 0.2, 0.2, 0.3, 0.4], 0.2, UNMOVED),
    ("lllll", [0.2, 0.2, 0.2, 0.3, 0.199], 0.199, UNMOVED),
    ("lllll", [0.2, 0.2, 0.2, 0.3, 0.4], 0.19, "Lower at the current α than on the slider"),
])  # fmt: skip
def test_the_scale_is_said_in_one_line(
    page: Scripts, letters: str, losses: list[float] | None, own: float, words: str
) -> None:
    assert page.call("scaleWords", measured(letters, losses), own) == words


def test_without_twins_it_is_said_what_diverges(page: Scripts) -> None:
    scale = measured("llllllddddd")
    scale["outcomes"] = [outcome if outcome == "diverges" else None for outcome in scale["outcomes"]]
    words = page.call("scaleWords", scale, 1.0)
    assert words == "Lowest at 0.252, diverges from 0.316"
    assert page.call("countWords", scale) == "5 of 11 diverge"


def scale_of(prepared: PreparedRun) -> dict[str, Any]:
    """A scale as the page has it, once it is whole."""
    scale: dict[str, Any] = {"positions": [], "settled": [], "outcomes": []}
    after: int | None = 0
    to_beat = None
    while after is not None:
        piece = lr_range(prepared, {"from": after})
        after, to_beat = piece["next"], to_beat if to_beat == "either" else piece["toBeat"] or to_beat
        for name, known in scale.items():
            known.extend(piece[name])
    return scale | {"toBeat": to_beat}


def between(scale: dict[str, Any], low: str, high: str) -> set[str]:
    """The outcomes from α to α, both as they are written."""
    ends = float(low) * (1 - 1e-9), float(high) * (1 + 1e-9)
    pairs = zip(scale["positions"], scale["outcomes"], strict=True)
    return {outcome for position, outcome in pairs if ends[0] <= alpha_at(position) <= ends[1]}


def test_where_most_positions_learn_it_is_counted_how_many_are_luck(page: Scripts) -> None:
    """Three of the last six positions learn, and one of them is the lowest of all."""
    experiment = replace(CATALOGUE["xor-hidden-layer"].experiment, weights=DrawnWeights(2), alpha=0.3)
    prepared = PreparedRun(experiment, experiment.network())
    words = page.call("scaleWords", scale_of(prepared), settled(experiment, prepared))
    assert words == "Lowest at 0.493, some are luck from 0.482"


def test_where_runs_are_luck_nobody_says_that_none_of_them_learns(page: Scripts) -> None:
    """At 0.01 this run ends far below any constant answer."""
    experiment = replace(CATALOGUE["spiral"].experiment, optimizer="adam", alpha=0.01)
    prepared = PreparedRun(experiment, experiment.network())
    own = settled(experiment, prepared)
    assert own is not None
    assert own < 0.7 * best_constant_loss(experiment)
    words = page.call("scaleWords", scale_of(prepared), own)
    assert words == "Lowest at 0.00131, at best luck from 0.0112"


@pytest.mark.parametrize("trained", [0, pytest.param(2, marks=pytest.mark.soak)], ids=["drawn", "trained"])
@pytest.mark.parametrize("key", CATALOGUE)
def test_what_the_scale_says_of_an_experiment_holds_for_whoever_types_it(page: Scripts, key: str, trained: int) -> None:
    prepared = prepared_for(key)
    for _ in range(trained):
        prepared = replace(prepared, checkpoint=run(prepared.experiment, prepared.checkpoint).trained)
    scale, own = scale_of(prepared), settled(prepared.experiment, prepared)
    words = page.call("scaleWords", scale, own)
    finite = [loss for loss in (*scale["settled"], own) if loss is not None]
    assert len(words) <= 45
    if lowest := re.search(r"Lowest (?:near|at) (\d+(?:\.\d+)?)(?:$|,)", words):
        typed = settled(replace(prepared.experiment, alpha=float(lowest[1])), prepared)
        assert typed is not None
        assert typed <= min(finite), words
    if end := re.search(rf"({OUTCOME}|never learns|at best luck|some \w+ ?\w*|mixed) (?:from|at) ([\d.]+)$", words):
        there = between(scale, end[2], "0.5")
        assert all(holds(there) for said, holds in ENDS.items() if end[1].lower() == said), words
    assert ("slider’s end" in words) <= (scale["settled"][-1] == min(finite)), words
    if flat := re.search(r"[Ff]lat up to ([\d.]+)", words):
        assert between(scale, "1e-70", flat[1]) == {"flat"}
    if "lat " in words and scale["toBeat"] != "either":
        to_beat = loss_to_beat(prepared.experiment, prepared.checkpoint)
        losses = [loss for loss, word in zip(scale["settled"], scale["outcomes"], strict=True) if word == "flat"]
        assert min(losses) >= 0.95 * to_beat, words
        assert (scale["toBeat"] == "start") == (best_constant_loss(prepared.experiment) == 0.0)
    assert not words.startswith("No α ends") or min(finite) >= 0.99 * scale["settled"][0]
    assert not words.startswith("Every α ends") or len(set(finite)) == 1


ENDS: dict[str, Callable[[set[str]], bool]] = {
    "never learns": lambda there: not there & {"learns", "luck"},
    "at best luck": lambda there: "luck" in there and "learns" not in there,
    "some diverge": lambda there: "diverges" in there,
    "some are luck": lambda there: "luck" in there,
    "some are flat": lambda there: "flat" in there,
    "mixed": lambda there: len(there) > 2,
} | {word: lambda there, word=word: there == {word} for word in ("flat", "luck", "grows", "diverges")}
"""Tests of the outcomes that a scale's line ends with, by its words."""
