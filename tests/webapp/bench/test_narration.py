"""The page's sentences agree with the numbers."""

import math
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.data.inputs import INPUT_DISTRIBUTIONS
from engine.data.targets import TARGETS
from engine.experiments.knobs import naming_knobs, plain_number
from engine.scoring import Score
from tests.engine.strategies import values_of
from webapp.base.format import as_typed, grouped, knob_number, number, plural, two_decimals
from webapp.bench.held_out_words import HeldOutWords
from webapp.bench.knob_values import SLIDER_STEPS, alpha_at
from webapp.bench.narration import Narration, Origin, changed_knobs, input_name, narrate, target_name
from webapp.bench.run_summary import RunSummary

LATER = {knob.name: knob.kind.plain(knob.default) for knob in naming_knobs() if knob.since_v0_2}
SLID = alpha_at(0.5)
"""An α that the slider computes: 0.252."""

KNOBS = LATER | {"alpha": 0.1, "samples": 300, "seed": 3, "ideal": "signs", "inputs": "normal"}
BEFORE = RunSummary("tanh learns signs", KNOBS, "5a1f0c3e", "b99ad4a3", 0.12, 2.38, None, "f0094f17", constant=0.6)

CHANGE = ("Freezing the dense layer", "dense layer frozen")


def now(**changes: Any) -> RunSummary:
    """A run after the one before, which differs in this."""
    knobs = {name: changes.pop(name, value) for name, value in BEFORE.knobs.items()}
    return replace(BEFORE, knobs=knobs, fingerprint="a5671021", **changes)


def sentence(said: Narration) -> str:
    """The sentence without its emphasis; once it is known, that the change is beyond luck."""
    return "".join(text for text, _ in (said.judged.beyond if said.judged else said.sentence))


def diverging(step: int = 38, **changes: Any) -> RunSummary:
    return now(settled=None, diverged_at=step, **changes)


def test_numbers_are_written_with_three_digits_and_targets_and_inputs_by_their_titles() -> None:
    for x, text in [
        (0.0334, "0.0334"), (1.8, "1.80"), (0.0, "0"), (-0.0, "0"), (12345.0, "12,300"), (999_999.0, "1.00 × 10⁶"),
        (99.95, "100"), (0.1, "0.100"), (0.00012345, "0.000123"), (3.12e-7, "3.12 × 10⁻⁷"),
        (-3.12e-7, "−3.12 × 10⁻⁷"), (1e300, "1.00 × 10³⁰⁰"), (-0.49, "−0.490"), (math.inf, "∞"), (-math.inf, "−∞"),
        (math.nan, "not a number"), (5e-324, "4.94 × 10⁻³²⁴"),
    ]:  # fmt: skip
        assert number(x) == text
    for x, text in [(-0.494, "−0.49"), (0.0, "0.00"), (math.inf, "∞"), (math.nan, "not a number"), (2.0, "2.00")]:
        assert two_decimals(x) == text
    assert (two_decimals(-math.inf), two_decimals(-0.001), grouped("f0094f17")) == ("−∞", "0.00", "f009 4f17")
    assert [plural(n, "sample") for n in (0, 1, 2, 3000)] == ["0 samples", "1 sample", "2 samples", "3,000 samples"]
    for x, text in [
        (0.1, "0.1"), (alpha_at(0.5), "0.252"), (5e-62, "5e-62"), (1e300, "1e300"), (1000.0, "1000"), (1e-5, "1e-5"),
        (alpha_at(0.0), "3.11·10⁻⁶¹"), (0.25198, "0.25198"), (0.1000000000001, "0.1000000000001"), (0.1 + 0.2, "0.3"),
    ]:  # fmt: skip
        assert as_typed(x) == text
        assert math.isclose(float(plain_number(as_typed(x))), x, rel_tol=5e-3)
    assert max(len(as_typed(alpha_at(k / SLIDER_STEPS))) for k in range(SLIDER_STEPS + 1)) <= len("1.23·10⁻⁴⁵")
    for ideal, name in [("xor", "XOR"), ("table", "the table"), ("v0, v1", "v0, v1"), ("<b>", "<b>")]:
        assert target_name(ideal) == name
    found = [input_name(name) for name in (*INPUT_DISTRIBUTIONS, "table")]
    assert found == [*(row.title for row in INPUT_DISTRIBUTIONS.values()), "the table"]
    knobs = LATER | {"alpha": 0.2, "samples": 9, "seed": 4, "ideal": "swap", "inputs": "corners"}
    other = RunSummary("x", knobs, "5a1f0c3e", "00000000", 0.5, 1.0, None, "00000000")
    assert changed_knobs(BEFORE, other) == [knob for knob in naming_knobs() if not knob.since_v0_2]
    assert changed_knobs(BEFORE, now(settled=0.06)) == []


@given(st.floats(min_value=1e-4, max_value=9e5))
def test_a_plain_number_reads_back_within_half_a_digit(x: float) -> None:
    assert abs((float(number(x).replace(",", "")) if "×" not in number(x) else x) - x) <= 0.005001 * x


@given(st.floats(-1e300, 1e300))
def test_what_a_knobs_value_is_written_as_can_be_typed(x: float) -> None:
    assert math.isclose(float(plain_number(knob_number(x))), x, rel_tol=0.00501, abs_tol=1e-322)


@given(st.floats())
def test_no_number_holds_a_hyphen(x: float) -> None:
    assert "-" not in number(x) + two_decimals(x)


@given(st.integers(1, 10**13 - 1), st.integers(-300, 280))
def test_a_field_shows_every_digit_of_a_typed_number(digits: int, power: int) -> None:
    typed = float(f"{digits}e{power}")
    assert float(as_typed(typed)) == typed


def test_the_first_run_says_from_where_to_where_in_steps_or_samples() -> None:
    said = narrate(None, BEFORE)
    assert (sentence(said), said.label) == ("After 300 samples the final loss is 0.120.", "start, α 0.1")
    assert said.proof == "5.0× better than one answer for all, 0.600."
    said = narrate(None, diverging())
    assert sentence(said) == "The run diverges at step 38."
    assert "Weights and maps stop at step 37." in said.proof
    assert narrate(BEFORE, BEFORE) == narrate(None, BEFORE)
    said = narrate(BEFORE, now(batch=16, settled=0.06))
    assert sentence(said) == "Turning the batch from 1 to 16 lowered the final loss from 0.120 to 0.0600 (2.0×)."
    assert said.proof == "Same starting weights and samples. 10× better than one answer for all, 0.600."
    lost = narrate(BEFORE, diverging(48, batch=16))
    assert sentence(lost) == "Turning the batch from 1 to 16 made the run diverge at sample 48."
    assert lost.proof.endswith("Weights and maps stop at sample 47.")
    said = narrate(BEFORE, replace(now(nesterov=True), fingerprint=BEFORE.fingerprint))
    assert sentence(said).startswith("Changing Nesterov's momentum from off to on changed nothing")
    assert narrate(BEFORE, now(rate="1/(1+k/200)")).label == "rate → 1/(1+k/200)"


def test_turning_alpha_says_how_much_the_loss_changed_and_where_a_run_diverges() -> None:
    for settled, effect in [
        (0.06, "lowered the final loss from 0.120 to 0.0600 (2.0×)."),
        (0.012, "lowered the final loss from 0.120 to 0.0120 (10×)."),
        (0.36, "raised the final loss from 0.120 to 0.360 (3.0×)."),
        (0.108, "lowered the final loss from 0.120 to 0.108 (−10 %)."),
        (0.12 * 1.0499, "changed the final loss by less than 5 %."),
        (0.12 / 1.0499, "changed the final loss by less than 5 %."), (0.12, "left the final loss at 0.120."),
        (0.12 * 1.0501, "raised the final loss from 0.120 to 0.126 (+5 %)."),
        (0.12 * 1.999, "raised the final loss from 0.120 to 0.240 (+100 %)."),
        (0.0, "lowered the final loss from 0.120 to 0."),
        (1830.0, "raised the final loss from 0.120 to 1,830 (15,000×)."),
        (1.2e29, "raised the final loss from 0.120 to 1.20 × 10²⁹ (1.0 × 10³⁰ times)."),
    ]:  # fmt: skip
        said = narrate(BEFORE, now(alpha=SLID, settled=settled))
        assert (sentence(said), said.label) == (f"Turning α from 0.1 to 0.252 {effect}", "α → 0.252")
        assert said.change == "α 0.1 → 0.252"
    said = narrate(replace(BEFORE, settled=0.0), now(alpha=0.2, settled=0.5))
    assert sentence(said) == "Turning α from 0.1 to 0.2 raised the final loss from 0 to 0.500."
    found = sentence(narrate(replace(BEFORE, settled=0.0), now(alpha=0.2, settled=0.0)))
    assert found.endswith("left the final loss at 0.")
    said = narrate(BEFORE, diverging(step=1038, alpha=2.0))
    assert sentence(said) == "Turning α from 0.1 to 2 made the run diverge at step 1,038."
    assert ("diverge at step 1,038", "bad") in said.sentence
    assert said.proof.startswith("The loss is over 10⁶ times the first or not finite.")
    for step, effect in [
        (28, "moved the divergence from step 1,038 to step 28."),
        (1038, "left the divergence at step 1,038."),
    ]:
        before = replace(diverging(step=1038, alpha=2.0), fingerprint="0badbabe")
        said = narrate(before, diverging(step=step, alpha=3.0))
        assert sentence(said) == f"Turning α from 2 to 3 {effect}"
        assert (f"step {step:,}", "bad") in said.sentence
    said = narrate(diverging(alpha=2.0), BEFORE)
    assert sentence(said) == "Turning α from 2 to 0.1 ended the divergence: the final loss is 0.120."
    assert said.proof == "Same starting weights and samples. 5.0× better than one answer for all, 0.600."
    before = replace(diverging(step=107, samples=600), fingerprint="0badbabe")
    said = narrate(before, now(samples=20, settled=0.0498))
    assert sentence(said) == (
        "Turning samples from 600 to 20 stopped the run before its divergence at step 107: the final loss is 0.0498."
    )
    later = narrate(before, now(samples=200, settled=0.0498))
    assert sentence(later) == "Turning samples from 600 to 200 ended the divergence: the final loss is 0.0498."
    assert sentence(narrate(BEFORE, diverging(title="XOR"))) == "XOR: the run diverges at step 38."


def test_each_knob_is_called_by_its_name_and_what_stayed_is_seen_from_data_and_weights() -> None:
    cases: list[Any] = [
        ({"alpha": 0.2}, "Turning α from 0.1 to 0.2 ", "α → 0.2", " and samples"),
        ({"samples": 3000}, "Turning samples from 300 to 3,000 ", "samples → 3,000", " and first 300 samples"),
        ({"samples": 100}, "Turning samples from 300 to 100 ", "samples → 100", " and first 100 samples"),
        ({"seed": 4}, "Changing the data seed from 3 to 4 ", "data seed → 4", ", other samples"),
        ({"ideal": "swap"}, "Changing the target from Signs to Swap ", "target → Swap", " and inputs, other target"),
        ({"inputs": "corners"}, "Changing the inputs from Normal to Corners ", "inputs → Corners", ", other samples"),
    ]
    for changes, opening, label, kept in cases:
        said = narrate(BEFORE, now(settled=0.06, **changes))
        effect = "lowered the final loss from 0.120 to 0.0600 (2.0×)."
        assert sentence(said) == (
            opening.rstrip() + ": the final loss is 0.0600." if "ideal" in changes else opening + effect
        )
        assert said.label == label
        assert said.proof == f"Same starting weights{kept}. 10× better than one answer for all, 0.600."
    turned: list[Any] = [{"seed": 4}, {"ideal": "swap"}, {"inputs": "table"}, {"network": "00000000"}]
    for changes in turned:
        for data, kept in [
            ("1111111122222222", "same samples"), ("1111111133333333", "same inputs, other target"),
            ("3333333322222222", "other samples"),
        ]:  # fmt: skip
            before = replace(BEFORE, data="1111111122222222")
            said = narrate(before, now(settled=0.06, data=data, **changes), Origin(change=CHANGE))
            facts = f", other network, {kept}" if "network" in changes else f", {kept}".replace(", same ", " and ")
            assert said.proof.startswith(f"Same starting weights{facts}.")
    for layers in ["11111111", "22222222"]:
        before = replace(BEFORE, layers="11111111")
        said = narrate(before, now(settled=0.06, network="00000000", layers=layers), Origin(change=CHANGE))
        assert (", other network" in said.proof) is (layers == "22222222")
    for changes, kept, weights in [
        ({"network": "00000000"}, "", "Same starting weights, other network, same samples"),
        ({"network": "00000000"}, "All but one", "Same starting weights, other network, same samples"),
        ({"checkpoint": "00000000"}, "", "Other starting weights, same samples"),
        ({"checkpoint": "00000000"}, "Same starting weights but one", "Same starting weights but one, same samples"),
        ({"network": "00000000", "checkpoint": "00000000"}, "", "Other starting weights, same samples"),
    ]:
        said = narrate(BEFORE, now(settled=0.06, **changes), Origin("change", CHANGE, kept))
        assert said.proof.startswith(f"{weights}.")


def test_luck_is_that_of_either_run_and_the_same_bits_change_nothing() -> None:
    said = narrate(BEFORE, now(alpha=0.2, settled=0.06))
    assert said.judged is not None
    texts = [
        "".join(text for text, _ in pieces) for pieces in (said.sentence, said.judged.within, said.judged.within_before)
    ]
    moved = "Turning α from 0.1 to 0.2 moved the final loss from 0.120 to 0.0600"
    assert texts == [
        f"{moved}.", f"{moved}, within the luck of this run.", f"{moved}, within the luck of the run before.",
    ]  # fmt: skip
    assert said.judged.noun == "turn"
    for was, is_now, words in [
        ((0.12, None), (None, 30), "moved the run from a final loss of 0.120 to divergence at step 30, within"),
        ((None, 30), (0.12, None), "moved the run from divergence at step 30 to a final loss of 0.120, within"),
    ]:
        before = replace(BEFORE, settled=was[0], diverged_at=was[1])
        said = narrate(before, now(alpha=0.2, settled=is_now[0], diverged_at=is_now[1]))
        assert said.judged is not None
        assert (
            "".join(text for text, _ in said.judged.within)
            == f"Turning α from 0.1 to 0.2 {words} the luck of this run."
        )
    said = narrate(BEFORE, replace(now(seed=4), fingerprint=BEFORE.fingerprint))
    assert sentence(said) == "Changing the data seed from 3 to 4 changed nothing: the run is the same to the last bit."
    assert "changed nothing" in sentence(narrate(diverging(), diverging(seed=4)))
    said = narrate(BEFORE, now(alpha=0.1000000000001, settled=0.06))
    assert sentence(said).startswith("Turning α from 0.1 to 0.1000000000001 ")
    assert (said.label, said.change) == ("α → 0.1000000000001", "α 0.1 → 0.1000000000001")
    said = narrate(BEFORE, now(seed=4, settled=0.06))
    assert said.judged is not None
    assert said.judged.noun == "change"
    before = now(alpha=0.2, settled=0.06)
    said = narrate(before, BEFORE, Origin("open", back_to=BEFORE.fingerprint))
    assert sentence(said) == "Back to α 0.1: run f009 4f17, identical."
    assert said.proof == "Final loss 0.120: mean of the last 30 steps. 5.0× better than one answer for all, 0.600."
    assert (said.label, said.change) == ("α → 0.1", "α 0.2 → 0.1")
    other = narrate(before, BEFORE, Origin("open", back_to="12345678"))
    assert sentence(other) == "Back to α 0.1: run f009 4f17, which was 1234 5678 before."
    for name, shown in (("", BEFORE.title), ("Own data", "Own data")):
        opened = narrate(now(title="XOR", alpha=0.2), replace(BEFORE, name=name), Origin("open"))
        assert (sentence(opened).split(":")[0], opened.change) == (shown, shown)
    several = narrate(now(title="XOR", alpha=0.2), BEFORE, Origin("open", back_to=BEFORE.fingerprint))
    assert sentence(several) == "Back to run f009 4f17, identical."
    assert (several.label, several.change) == ("run f009 4f17", "back to run f009 4f17")


def test_an_act_or_a_change_brings_its_own_words_and_two_at_once_bring_none() -> None:
    for act, opening, label in [
        ("randomize", "New weights ", "new weights"),
        ("keep", "Starting from the trained weights ", "trained weights"),
        ("open", "Other starting weights ", "other weights"),
    ]:
        said = narrate(BEFORE, now(settled=0.36, checkpoint="00000000"), Origin(act))
        assert sentence(said) == opening + "raised the final loss from 0.120 to 0.360 (3.0×)."
        assert (said.label, said.change) == (label, label)
        assert said.proof.startswith("Other starting weights, same samples.")
    cases: list[Any] = [
        {"alpha": 0.2, "seed": 4}, {"alpha": 0.2, "checkpoint": "00000000"}, {"title": "XOR"},
        {"title": "XOR", "seed": 9},
    ]  # fmt: skip
    for changes in cases:
        run = now(settled=0.06, **changes)
        said = narrate(BEFORE, run)
        assert (sentence(said), said.change) == (f"{run.title}: the final loss is 0.0600.", run.title)
    said = narrate(BEFORE, now(settled=0.36, network="00000000"), Origin("change", CHANGE))
    assert sentence(said) == "Freezing the dense layer raised the final loss from 0.120 to 0.360 (3.0×)."
    assert (said.label, said.change) == ("dense layer frozen", "freezing the dense layer")
    other = now(settled=0.36, network="00000000", checkpoint="00000000", ideal="swap", inputs="table")
    said = narrate(BEFORE, other, Origin("change", CHANGE))
    assert sentence(said) == "Freezing the dense layer: the final loss is 0.360."
    said = narrate(BEFORE, diverging(network="00000000"), Origin("change", CHANGE))
    assert sentence(said) == "Freezing the dense layer made the run diverge at step 38."
    for begins, change in [
        ("Changing the weight seed from 1 to 2", "changing the weight seed from 1 to 2"),
        ("Weight seed 2", "weight seed 2"), ("He starting weights", "He starting weights"),
        ("Zero starting weights", "zero starting weights"),
        ("New weights in dense layer 1", "new weights in dense layer 1"),
        ("Passing back M, not Mᵀ,", "passing back M, not Mᵀ"),
    ]:  # fmt: skip
        said = narrate(BEFORE, now(settled=0.36, network="00000000"), Origin("change", (begins, "weight seed → 2")))
        assert said.change == change


@pytest.mark.parametrize(("settled", "constant", "words"), [
    (0.6, 0.6, "No better than one answer for all, 0.600."),
    (0.9, 0.6, "No better than one answer for all, 0.600."),
    (0.0, 0.0, "No better than one answer for all, 0."),
    (0.0, 0.6, "One answer for all ends at 0.600."),
    (0.599, 0.6, "Less than 1 % better than one answer for all, 0.600."),
    (0.5, 0.6, "16 % better than one answer for all, 0.600."),
    (1e-30, 0.6, "6.0 × 10²⁹ times better than one answer for all, 0.600."),
    (0.5, None, "Final loss: mean of the last 30 steps."),
])  # fmt: skip
def test_a_final_loss_is_set_beside_one_answer_for_all(settled: float, constant: float | None, words: str) -> None:
    assert narrate(None, replace(BEFORE, settled=settled, constant=constant)).proof.startswith(words)


def test_a_final_loss_of_fewer_than_five_samples_says_so_and_is_not_set_beside_that_of_all() -> None:
    for samples, tail in [(12, "the loss of the last step"), (49, "mean of the last 4 steps")]:
        few = replace(BEFORE, knobs=KNOBS | {"samples": samples})
        assert narrate(None, few).proof == f"Final loss: {tail}, too few to judge by."
        assert "one answer" not in narrate(few, replace(few, settled=0.06, fingerprint="a5671021")).proof
    assert "one answer" in narrate(None, replace(BEFORE, knobs=KNOBS | {"samples": 50})).proof


def test_runs_of_the_same_samples_are_told_apart_by_when_they_have_half_of_that_loss() -> None:
    before = replace(BEFORE, data="1111111122222222", halved_at=260)
    learned = now(alpha=0.2, settled=0.06, data="1111111122222222", halved_at=105)
    found = narrate(before, learned).proof
    assert found == "Same starting weights and samples. First below 0.30 (smoothed) at step 105, not 260."
    for run in (
        replace(learned, halved_at=None), replace(learned, halved_at=200), replace(learned, data="3333333322222222"),
        replace(learned, constant=None), replace(learned, constant=0.5),
    ):  # fmt: skip
        assert "smoothed" not in narrate(before, run).proof


def test_final_losses_that_are_means_of_other_numbers_of_steps_say_so() -> None:
    before = replace(BEFORE, constant=None)
    said = narrate(before, now(samples=3000, settled=0.06, constant=None))
    assert said.proof == "Same starting weights and first 300 samples. Means of the last 30 and 300 steps."
    said = narrate(before, now(samples=3000, batch=16, settled=0.06, constant=None), Origin(change=CHANGE))
    assert said.proof.endswith("Means of the last 30 and 300 samples.")


def test_losses_too_large_for_a_mean_are_no_divergence_at_step_0() -> None:
    past = now(alpha=0.2, settled=None)
    said = narrate(BEFORE, past)
    assert sentence(said) == "Turning α from 0.1 to 0.2 made the run end past all numbers."
    assert "0" not in narrate(None, replace(past, constant=None)).proof.replace("30 steps", "")
    assert sentence(narrate(None, past)) == "The run ends past all numbers."
    assert "divergence" not in sentence(narrate(past, replace(past, fingerprint="00000000")))
    back = sentence(narrate(past, replace(BEFORE, fingerprint="00000000"), Origin(change=CHANGE)))
    assert back.endswith(f"lowered the final loss from past all numbers to {number(BEFORE.settled or 0.0)}.")


def test_a_final_loss_of_a_run_without_some_samples_is_said_to_be_the_mean_of_the_others() -> None:
    before = replace(BEFORE, constant=None, knobs=KNOBS | {"without": "3,14"})
    assert narrate(None, before).proof.startswith("Final loss: mean of the last 30 steps but for what is left out.")
    said = narrate(before, now(samples=3000, without="3,14", settled=0.06, constant=None), Origin(change=CHANGE))
    assert said.proof.endswith("Means within the last 30 and 300 steps.")


SUMMARIES = st.builds(
    RunSummary,
    title=st.sampled_from(["tanh learns signs", "XOR with one layer"]),
    knobs=st.fixed_dictionaries(
        {
            "alpha": st.floats(min_value=1e-61, max_value=1e300), "samples": st.integers(1, 1_000_000),
            "seed": st.integers(0, 2**32 - 1), "ideal": st.sampled_from([*sorted(TARGETS), "table"]),
            "inputs": st.sampled_from([*sorted(INPUT_DISTRIBUTIONS), "table"]),
        }
        | {knob.name: values_of(knob) for knob in naming_knobs() if knob.since_v0_2}
    ),
    network=st.sampled_from(["5a1f0c3e", "00000000"]),
    checkpoint=st.sampled_from(["b99ad4a3", "00000000"]),
    settled=st.none() | st.floats(min_value=0.0, allow_infinity=False),
    first=st.floats(min_value=0.0, allow_infinity=False),
    diverged_at=st.just(38),
    fingerprint=st.just("f0094f17"),
    data=st.sampled_from(["", "1111111122222222"]),
    constant=st.none() | st.floats(min_value=0.0, allow_infinity=False),
    halved_at=st.none() | st.integers(0, 1_000_000),
)  # fmt: skip


@given(st.none() | SUMMARIES, SUMMARIES)
def test_any_two_runs_give_one_sentence_that_ends_in_a_full_stop(before: RunSummary | None, run: RunSummary) -> None:
    said = narrate(before, run)
    words = sentence(said) + said.proof + said.label + said.change
    assert sentence(said).endswith(".")
    assert said.proof.endswith(".")
    assert len(said.proof) <= 90
    assert said.label
    assert "nan" not in words
    assert "-" not in words.replace("held-out", "")
    assert {mark for _, mark in said.sentence} <= {"", "now", "strong", "bad"}


def plain_sentence(said: Narration) -> str:
    return "".join(text for text, _ in said.sentence)


def test_another_kind_of_loss_is_not_called_lower_or_higher_nor_compared() -> None:
    said = narrate(BEFORE, now(loss="logistic", settled=0.03))
    assert plain_sentence(said) == "The loss is now logistic; its final value is 0.0300."
    assert (said.judged, said.compares) == (None, False)
    assert (said.label, said.change) == ("loss → Logistic", "loss Half square → Logistic")
    assert said.proof == "Same starting weights and samples. 20× better than one answer for all, 0.600."
    lost = narrate(BEFORE, diverging(loss="absolute"))
    assert plain_sentence(lost) == "The loss is now absolute, and the run diverges at step 38."
    same = narrate(BEFORE, replace(now(loss="huber"), fingerprint=BEFORE.fingerprint))
    assert plain_sentence(same) == "The loss is now Huber, which changed nothing: the run is the same to the last bit."
    cases: list[Any] = [{"alpha": 0.2}, {"checkpoint": "00000000"}, {"network": "00000000"}]
    for more in cases:
        said = narrate(BEFORE, now(loss="huber", settled=0.03, **more))
        assert plain_sentence(said) == "tanh learns signs: the final loss is 0.0300."
        assert (said.judged, said.compares) == (None, False)
        changed = narrate(BEFORE, now(loss="huber", settled=0.03, **more), Origin(change=CHANGE))
        assert plain_sentence(changed) == "Freezing the dense layer: the final loss is 0.0300."
    before, after = now(loss="huber"), now(loss="huber", alpha=0.2, settled=0.06)
    said = narrate(replace(before, fingerprint="00000000"), after)
    assert sentence(said) == "Turning α from 0.1 to 0.2 lowered the final loss from 0.120 to 0.0600 (2.0×)."


DECAYED = now(decay=0.02, settled=0.339)
HELD_OUT_BEFORE = replace(BEFORE, held_out_loss=0.74)
BY_HEART = "learned these 30 by heart"


def test_held_out_losses_are_compared_on_the_same_samples_only_before_and_after_a_change() -> None:
    said = narrate(HELD_OUT_BEFORE, DECAYED, held_out=HeldOutWords(0.5593, ""))
    assert said.judged is not None
    assert said.judged.noun == "turn"
    for pieces in (said.sentence, said.judged.beyond, said.judged.within, said.judged.within_before):
        assert "".join(text for text, _ in pieces).endswith(" Held-out 0.740 → 0.559.")
    assert sentence(said) == (
        "Turning decay from 0 to 0.02 raised the final loss from 0.120 to 0.339 (2.8×). Held-out 0.740 → 0.559."
    )
    said = narrate(HELD_OUT_BEFORE, DECAYED, held_out=HeldOutWords(0.8, BY_HEART))
    assert said.judged is not None
    for pieces in (said.judged.within, said.judged.within_before):
        assert "".join(text for text, _ in pieces).endswith(". Held-out 0.740 → 0.800.")
    for before, run, held_out, says in [
        (HELD_OUT_BEFORE, DECAYED, HeldOutWords(0.7404, ""), ""),
        (HELD_OUT_BEFORE, DECAYED, HeldOutWords(0.7404, BY_HEART),
         " Held-out 0.740: it has learned these 30 by heart."),
        (HELD_OUT_BEFORE, DECAYED, HeldOutWords(0.8, BY_HEART), " Held-out 0.740 → 0.800: learned by heart."),
        (BEFORE, DECAYED, HeldOutWords(0.5593, ""), ""),
        (BEFORE, DECAYED, HeldOutWords(0.5593, BY_HEART), " Held-out 0.559: it has learned these 30 by heart."),
        (HELD_OUT_BEFORE, now(seed=4, settled=0.06), HeldOutWords(0.5, ""), ""),
        (HELD_OUT_BEFORE, now(ideal="swap", settled=0.06), HeldOutWords(0.5, ""), ""),
        (HELD_OUT_BEFORE, now(samples=30, settled=0.06), HeldOutWords(0.5, ""), " Held-out 0.740 → 0.500."),
        (HELD_OUT_BEFORE, now(network="00000000", data="1", settled=0.06), HeldOutWords(0.5, ""), ""),
        (HELD_OUT_BEFORE, now(network="00000000", settled=0.06), HeldOutWords(0.5, ""), " Held-out 0.740 → 0.500."),
        (HELD_OUT_BEFORE, now(decay=0.02, alpha=0.2, settled=0.06), HeldOutWords(0.5, ""), ""),
    ]:  # fmt: skip
        assert sentence(narrate(before, run, held_out=held_out)) == sentence(narrate(before, run)) + says


def test_noise_is_not_the_whole_change_where_the_weights_or_the_table_are_others_too() -> None:
    held_out = HeldOutWords(0.5, "")
    noisy = now(noise=0.5, settled=0.06)
    assert "learned 0.0600, held-out 0.500" in sentence(narrate(BEFORE, noisy, held_out=held_out))
    others = replace(noisy, checkpoint="00000000")
    assert sentence(narrate(BEFORE, others, held_out=held_out)) == "tanh learns signs: the final loss is 0.0600."
    table = now(distinct=9, settled=0.06, network="00000000")
    said = sentence(narrate(BEFORE, table, Origin("change", CHANGE), held_out=held_out))
    assert said == "Freezing the dense layer lowered the final loss from 0.120 to 0.0600 (2.0×)."


def test_the_score_of_held_out_rows_ends_each_sentence_and_is_compared_where_the_rows_are_the_same() -> None:
    right = Score(68, right=66, loss=0.1)
    error = Score(78, mean_error=1.94, unit="mpg", loss=0.1)

    def told(before: RunSummary | None, after: RunSummary, score: Score) -> str:
        return sentence(narrate(before, after, held_out=HeldOutWords(0.1, "", score)))

    assert told(None, now(), right).endswith(" It answers 66 of 68 held-out rows right.")
    assert told(None, now(), error).endswith(" The held-out mean error is 1.9 mpg.")
    before, other = replace(BEFORE, held_out_score=67), replace(BEFORE, held_out_score=2.04)
    after = now(alpha=0.2, settled=0.06)
    assert told(before, after, right).endswith("(2.0×). Held-out rows right: 66 of 68, before 67.")
    assert told(replace(before, held_out_score=66), after, right).endswith("Held-out rows right: 66 of 68, as before.")
    assert told(other, after, error).endswith(" The held-out mean error is 1.9 mpg, before 2.0.")
    assert told(before, now(seed=4, settled=0.06), right).endswith(" Held-out rows right: 66 of 68, before 67.")
    for changes in ({"test": 3}, {"held_out": 9}, {"split": "seed"}, {"seed": 4, "split": "seed"}):
        told_anew = told(before, now(settled=0.06, **changes), right)
        assert "before" not in told_anew


def test_losses_of_other_targets_or_of_answers_on_another_scale_are_not_compared() -> None:
    for changes in ({"ideal": "swap"}, {"scaling": "standard"}):
        other = now(settled=0.06, data="0" * 16, **changes)
        assert sentence(narrate(replace(BEFORE, data="1" * 16), other)).endswith(": the final loss is 0.0600.")
    same_targets = now(settled=0.06, data="2" * 8 + "1" * 8, scaling="standard")
    assert "lowered the final loss" in sentence(narrate(replace(BEFORE, data="1" * 16), same_targets))
    table = replace(BEFORE, knobs={**BEFORE.knobs, "inputs": "table"}, data="1" * 16)
    said = narrate(table, replace(table, data="2" * 16, settled=0.06, fingerprint="0" * 8), Origin("change", CHANGE))
    assert sentence(said) == "Freezing the dense layer: the final loss is 0.0600."
    rows = replace(table, data="2" * 16, settled=0.06, fingerprint="0" * 8, network="00000000")
    assert sentence(narrate(table, rows)) == "Other rows of the table: the final loss is 0.0600."
    assert sentence(narrate(table, replace(rows, layers="0" * 8))).startswith("Another network")
    lost = narrate(replace(BEFORE, data="1" * 16), diverging(ideal="swap", data="0" * 16))
    assert sentence(lost) == "Changing the target from Signs to Swap: the run diverges at step 38."
