"""A prediction is right or wrong by what it says, and the sentence says by how much."""

import pytest

from tests.scripts.node import Scripts, scripts

page = scripts("model/guesses.js")
KNOBS = {"loss": "half-square", "batch": 1, "samples": 500}


def ended(settled: float | None, targets: str = "", **knobs: object) -> dict[str, object]:
    """A run, as far as a prediction reads it."""
    end = {"settled": settled, "diverged_at": 30 if settled is None else None, "data": f"00000000{targets}"}
    return {"summary": {**KNOBS, **end, **knobs}, "experiment": {"ideal": targets}}


@pytest.mark.parametrize(
    ("guess", "was", "now", "words"),
    [
        ("lower", 0.2, 0.15, "You predicted lower: right. It fell from 0.200 to 0.150 (−25 %)."),
        ("higher", 0.2, 0.15, "You predicted higher: wrong. It fell from 0.200 to 0.150 (−25 %)."),
        ("higher", 0.2, 0.5, "You predicted higher: right. It rose from 0.200 to 0.500 (2.5 times as high)."),
        ("same", 0.2, 0.209, "You predicted the same within 5 %: right. It stayed within 5 %: 0.200, then 0.209."),
        ("lower", 0.2, 0.195, "You predicted lower: wrong. It stayed within 5 %: 0.200, then 0.195."),
        ("same", 0.2, 0.22,
         "You predicted the same within 5 %: wrong. It rose from 0.200 to 0.220 (+10 %). The same ends within 5 %."),
        ("same", 0.2, 0.2, "You predicted the same within 5 %: right. It stayed at 0.200."),
        ("diverges", 0.2, None, "You predicted that it diverges: right. It diverges at step 30."),
        ("same", 0.2, None, "You predicted the same within 5 %: wrong. It diverges at step 30."),
        ("lower", None, 0.4,
         "You predicted lower: right. It ends at 0.400, where the run before it diverges at step 30."),
        ("lower", 0.5, 1e-9, "You predicted lower: right. It fell from 0.500 to 1.00 × 10⁻⁹ (−99.9 %)."),
        ("higher", 0.0, 0.4, "You predicted higher: right. It rose from 0 to 0.400."),
        (0.21, 0.5, 0.2,
         "You predicted 0.21: right. It fell from 0.500 to 0.200 (−60 %), and you guessed 5.0 % too high."),
        (0.3, 0.5, 0.2,
         "You predicted 0.30: wrong. It fell from 0.500 to 0.200 (−60 %), and you guessed 50 % too high."),
        (0.02, 0.5, 0.2,
         "You predicted 0.020: wrong. It fell from 0.500 to 0.200 (−60 %), and you guessed 10 times too low."),
        (0.3, 0.5, None, "You predicted 0.30: wrong. It diverges at step 30."),
    ],
)  # fmt: skip
def test_a_guess_is_judged_and_the_sentence_says_by_how_much(
    page: Scripts, guess: str | float, was: float | None, now: float | None, words: str
) -> None:
    assert page.call("guessWords", guess, ended(was), ended(now)) == words


def test_the_step_of_a_divergence_is_written_as_everywhere(page: Scripts) -> None:
    said = page.call("guessWords", "diverges", ended(0.2), ended(None, diverged_at=1234))
    assert said == "You predicted that it diverges: right. It diverges at step 1,234."


def test_a_final_loss_past_all_numbers_is_higher_than_one_and_no_divergence(page: Scripts) -> None:
    past, number = ended(None, diverged_at=None), ended(0.2)
    assert page.call("guessWords", 0.3, number, past) == "You predicted 0.30: wrong. It ends past all numbers."
    assert page.call("guessWords", "diverges", number, past).startswith("You predicted that it diverges: wrong.")
    assert page.call("isRight", "higher", number, past) is True
    assert page.call("isRight", "lower", past, number) is True
    assert page.call("isRight", "same", past, past) is None
    assert page.call("guessWords", "lower", past, number).endswith("where the run before it ends past all numbers.")


def test_losses_of_two_kinds_or_for_other_targets_are_not_judged(page: Scripts) -> None:
    said = page.call("guessWords", "lower", ended(0.2), ended(0.6, targets="12345678"))
    assert said == "You predicted lower. It ends at 0.600, which is the loss for other targets."
    said = page.call("guessWords", "lower", ended(0.2), ended(0.6, loss="absolute"))
    assert said == "You predicted lower. It ends at 0.600, which is another kind of loss."
    assert page.call("isRight", "diverges", ended(0.2), ended(None, loss="absolute")) is True
