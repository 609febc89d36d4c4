"""A formula is read however people spell it, and an error is shown where they wrote it."""

from hypothesis import given
from hypothesis import strategies as st

from engine.formula import Formula, plain_spelling


def test_signs_powers_and_indices_are_read_as_what_they_mean() -> None:
    plain = {
        "x − 1": "x - 1", "2·x × 3": "2*x * 3", "x ÷ 2": "x / 2", "x²/2": "x**2/2", "x¹⁰": "x**10", "x^3": "x**3",
        "v₁ − v₀": "v1 - v0", "v₁₀": "v10", "x*x/2": "x*x/2",
    }  # fmt: skip
    assert {typed: plain_spelling(typed)[0] for typed in plain} == plain
    formula = Formula(plain_spelling("x² − 2·x")[0])
    assert [float(formula(x)) for x in (0.0, 1.0, 3.0)] == [0.0, -1.0, 3.0]


@given(st.text(max_size=40))
def test_every_character_knows_where_it_was_written(text: str) -> None:
    spelled, places = plain_spelling(text)
    assert (len(places), places[-1], places) == (len(spelled) + 1, len(text), sorted(places))


@given(st.text(alphabet="abcxv0123456789+-*/()., ", max_size=40))
def test_text_that_needs_no_other_spelling_stays_as_it_is(text: str) -> None:
    assert plain_spelling(text) == (text, list(range(len(text) + 1)))
