"""Predictions on a phone: positions are those of the server, and a drawn curve has no gaps."""

import pytest

from tests.scripts.node import Scripts, scripts
from webapp.classes.language import words_of
from webapp.classes.values import alpha_at, loss_at, position_of

answers = scripts("class/positions.js", "class/curve.js", "class/numbers.js", "class/words.js")


def test_positions_are_those_of_the_server(answers: Scripts) -> None:
    alphas = answers.execute_script("return Array.from({ length: 61 }, (_, at) => nnbench.alphaAt(at))")
    assert alphas == [alpha_at(at) for at in range(61)]
    losses = answers.execute_script("return [-61, -20, 0, 21].map(nnbench.lossAt)")
    assert losses == pytest.approx([loss_at(at) for at in (-61, -20, 0, 21)])
    assert answers.call("positionOf", 0.0282) == pytest.approx(position_of(0.0282))


def test_a_number_is_written_and_read_as_in_the_language_of_the_page(answers: Scripts) -> None:
    written, read = answers.execute_script("""
let found;
nnbench.sayIn(arguments[0], () => {
  const written = [nnbench.formatCount(10_000), nnbench.formatNumber(0.183), nnbench.formatKnob(1234.5)];
  const alphas = nnbench.namedAlphas().map(([, words]) => words);
  found = [[...written, ...alphas], ["0.183", "1.5", ...written].map(nnbench.parseNumber)];
});
return found;""", words_of("de")["common"])  # fmt: skip
    assert written == ["10.000", "0,183", "1.234,5", "0,001", "0,01", "0,1", "1"]
    assert read == [0.183, 1.5, 10_000, 0.183, 1234.5]
    assert answers.execute_script("return nnbench.formatCount(10_000)") == "10,000"


def test_a_stroke_goes_straight_from_one_column_to_another(answers: Scripts) -> None:
    empty = [None] * 16
    drawn = answers.call("withStroke", empty, 3, 3, -10)
    drawn = answers.call("withStroke", drawn, 3, 7, -30)
    assert drawn[3:8] == [-10, -15, -20, -25, -30]
    back = answers.call("withStroke", drawn, 7, 5, 0)
    assert back[5:8] == [0, -15, -30]
    assert drawn[:3] == [None] * 3


def test_a_curve_is_filled_between_and_beyond_what_is_drawn(answers: Scripts) -> None:
    drawn = [None] * 4 + [0] + [None] * 3 + [-40] + [None] * 7
    assert answers.call("filled", drawn) == [0] * 5 + [-10, -20, -30] + [-40] * 8
    assert answers.call("filled", [None] * 16) == [None] * 16
