"""What was measured along the slider of α, in pieces, names and words, without the page."""

from itertools import pairwise
from typing import Any

import pytest
from selenium.webdriver import Chrome

from tests.stories.modules_alone import empty_page_with
from webapp.bench.knob_values import alpha_at

OUTCOMES = {"l": "learns", "k": "luck", "f": "flat", "d": "diverges"}


@pytest.fixture(scope="module")
def empty_page(driver: Chrome) -> Chrome:
    return empty_page_with(driver, "curve/alpha_outcomes.js")


def asked(page: Chrome, name: str, *values: Any) -> Any:
    """What a function of the module answers."""
    return page.execute_script("const [name, ...values] = arguments; return nnbench[name](...values)", name, *values)


def measured(letters: str, losses: list[float] | None = None) -> dict[str, Any]:
    """A scale with these outcomes; a run that learns ends lower the further it stands to the right."""
    positions = [k / (len(letters) - 1) for k in range(len(letters))]
    falling = losses or [1.0 - 0.5 * k / len(letters) for k in range(len(letters))]
    settled = [None if letter == "d" else loss for letter, loss in zip(letters, falling, strict=True)]
    return {"positions": positions, "settled": settled, "outcomes": [OUTCOMES[letter] for letter in letters]}


def test_neighbours_of_one_outcome_are_a_piece_up_to_halfway(empty_page: Chrome) -> None:
    pieces = asked(empty_page, "piecesOf", measured("ffllldddddd"))
    assert [piece["outcome"] for piece in pieces] == ["flat", "learns", "diverges"]
    assert [(piece["from"], piece["to"]) for piece in pieces] == [
        (0, pytest.approx(0.15)),
        (pytest.approx(0.15), pytest.approx(0.45)),
        (pytest.approx(0.45), 1),
    ]


def test_a_position_unlike_both_its_neighbours_is_no_piece(empty_page: Chrome) -> None:
    assert [piece["outcome"] for piece in asked(empty_page, "piecesOf", measured("fllkllldd"))] == [
        "flat",
        "learns",
        "diverges",
    ]


def test_where_alpha_changes_nothing_no_outcome_is_claimed(empty_page: Chrome) -> None:
    level = measured("lllll", [0.888] * 5)
    assert [piece["outcome"] for piece in asked(empty_page, "piecesOf", level)] == [None]
    assert asked(empty_page, "scaleWords", level) == "Every α ends at 0.888"


def test_too_small_an_alpha_is_not_said_to_learn_what_the_starting_weights_know(empty_page: Chrome) -> None:
    trained = measured("lllll", [0.2, 0.2, 0.199, 0.1, 0.05])
    pieces = asked(empty_page, "piecesOf", trained)
    assert [(piece["outcome"], piece["to"]) for piece in pieces] == [(None, 0.625), ("learns", 1)]
    worse = measured("lllll", [0.2, 0.2, 0.2, 0.3, 0.4])
    assert asked(empty_page, "scaleWords", worse) == "No α lowers the final loss"


def test_what_is_lowest_by_luck_is_not_set_beside_where_it_learns(empty_page: Chrome) -> None:
    losses = [1.0, 0.9, 0.5, 0.4, 0.3, 0.9]
    assert asked(empty_page, "scaleWords", measured("fllfkf", losses)) == "Lowest near 0.42, by luck"


@pytest.mark.parametrize("width", [160, 240])
@pytest.mark.parametrize("letters", ["fflllkkkkk", "flkdflkd" * 2, "d" * 5, "ffffffffld"])
def test_names_stand_apart_and_within_the_track(empty_page: Chrome, letters: str, width: int) -> None:
    pieces = asked(empty_page, "piecesOf", measured(letters))
    names = asked(empty_page, "namesOf", pieces[:4], width)
    widths = {"learns": 36, "luck": 26, "flat": 22, "diverges": 50}
    ends = [(name["at"] - widths[name["outcome"]] / 2, name["at"] + widths[name["outcome"]] / 2) for name in names]
    assert all(left[1] < right[0] for left, right in pairwise(ends))
    assert ends[-1][1] <= width


@pytest.mark.parametrize(
    ("letters", "words"),
    [
        ("ddddd", "Every α diverges"),
        ("fffff", "Flat at every α"),
        ("lllll", "Lowest near 0.5"),
        ("ffflllllll", "Flat below 0.046, lowest near 0.5"),
        ("llllllddddd", "Lowest near 0.25, diverges from 0.32 to 0.5"),
        ("llllllkkkkk", "Lowest near 0.5, by luck"),
        ("llllllkfkfk", "Lowest near 0.5, by luck"),
    ],
)
def test_the_scale_is_said_in_one_line(empty_page: Chrome, letters: str, words: str) -> None:
    assert asked(empty_page, "scaleWords", measured(letters)) == words


def test_alphas_are_rounded_so_that_the_words_hold(empty_page: Chrome) -> None:
    """They diverge from 0.372 on, and are flat up to 0.136: “from” rounds up, “below” rounds down."""
    words = asked(empty_page, "scaleWords", measured("ffffllldddd"))
    assert words == "Lowest near 0.31, diverges from 0.38 to 0.5"
    assert alpha_at(0.7) < 0.38
    assert asked(empty_page, "scaleWords", measured("ffffllllll")).startswith("Flat below 0.12")
    assert alpha_at(3 / 9) > 0.12
