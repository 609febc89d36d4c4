"""What the page says is what the numbers say."""

import math
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.data.inputs import INPUT_DISTRIBUTIONS
from engine.data.targets import TARGETS
from engine.experiments.knobs import naming_knobs
from tests.engine.strategies import values_of
from webapp.base.format import grouped, number, plural, short, two_decimals
from webapp.bench.narration import Narration, changed_knobs, input_name, narrate, target_name
from webapp.bench.run_summary import RunSummary

LATER = {knob.name: knob.default for knob in naming_knobs() if knob.later}
BEFORE = RunSummary(
    title="tanh learns signs",
    knobs=LATER | {"alpha": 0.1, "samples": 300, "seed": 3, "ideal": "signs", "inputs": "normal"},
    network="5a1f0c3e",
    checkpoint="b99ad4a3",
    settled=0.12,
    first=2.38,
    diverged_at=None,
    fingerprint="f0094f17",
)


def now(**changes: Any) -> RunSummary:
    """A run after the one before, which differs in this."""
    knobs = {name: changes.pop(name, value) for name, value in BEFORE.knobs.items()}
    return replace(BEFORE, knobs=knobs, fingerprint="a5671021", **changes)


def sentence(said: Narration) -> str:
    """The sentence without its emphasis."""
    return "".join(text for text, _ in said.sentence)


def diverging(step: int = 38, **changes: Any) -> RunSummary:
    """A run that left the numbers."""
    return now(settled=None, diverged_at=step, **changes)


@pytest.mark.parametrize(
    ("x", "text"),
    [
        (0.0334, "0.0334"),
        (1.8, "1.80"),
        (0.0, "0"),
        (-0.0, "0"),
        (12345.0, "12,300"),
        (999_999.0, "1.00 × 10⁶"),
        (99.95, "100"),
        (0.1, "0.100"),
        (0.00012345, "0.000123"),
        (3.12e-7, "3.12 × 10⁻⁷"),
        (-3.12e-7, "−3.12 × 10⁻⁷"),
        (1e300, "1.00 × 10³⁰⁰"),
        (-0.49, "−0.490"),
        (math.inf, "∞"),
        (-math.inf, "−∞"),
        (math.nan, "not a number"),
        (5e-324, "4.94 × 10⁻³²⁴"),
    ],
)
def test_a_number_is_written_with_three_significant_digits(x: float, text: str) -> None:
    assert number(x) == text


@given(st.floats(min_value=1e-4, max_value=9e5))
def test_a_plain_number_reads_back_within_half_a_digit(x: float) -> None:
    read = float(number(x).replace(",", "")) if "×" not in number(x) else x
    assert abs(read - x) <= 0.005001 * x


@given(st.floats())
def test_no_number_holds_a_hyphen(x: float) -> None:
    assert "-" not in number(x) + two_decimals(x)


@pytest.mark.parametrize(("x", "text"), [(0.1, "0.1"), (0.25198, "0.252"), (5e-62, "5e-62"), (1e300, "1e+300")])
def test_a_short_number_is_what_one_would_type(x: float, text: str) -> None:
    assert short(x) == text
    assert math.isclose(float(short(x)), x, rel_tol=5e-3)


@pytest.mark.parametrize(
    ("x", "text"), [(-0.494, "−0.49"), (0.0, "0.00"), (math.inf, "∞"), (math.nan, "not a number"), (2.0, "2.00")]
)
def test_a_weight_has_two_decimals(x: float, text: str) -> None:
    assert two_decimals(x) == text


def test_an_endless_weight_keeps_its_sign() -> None:
    assert two_decimals(-math.inf) == "−∞"


def test_a_weight_that_rounds_to_zero_has_no_sign() -> None:
    assert two_decimals(-0.001) == "0.00"


def test_a_fingerprint_is_read_in_two_groups() -> None:
    assert grouped("f0094f17") == "f009 4f17"


def test_one_is_singular_and_the_rest_are_not() -> None:
    assert [plural(n, "sample") for n in (0, 1, 2, 3000)] == ["0 samples", "1 sample", "2 samples", "3,000 samples"]


# The sentence


def test_the_first_run_says_from_where_to_where() -> None:
    said = narrate(None, BEFORE)
    assert sentence(said) == "300 samples took the loss from 2.38 to 0.120."
    assert said.label == "start, α 0.100"
    assert said.proof == "The loss settles: mean of the last 30 steps. Run f009 4f17."


def test_a_first_run_that_diverges_says_at_which_step() -> None:
    said = narrate(None, diverging())
    assert sentence(said) == "300 samples made the run diverge at step 38."
    assert "Weights and response stop at step 37." in said.proof


@pytest.mark.parametrize(
    ("settled", "effect"),
    [
        (0.06, "settled the loss 2.0 times lower."),
        (0.012, "settled the loss 10 times lower."),
        (0.36, "settled the loss 3.0 times higher."),
        (0.12 * 1.0499, "changed almost nothing."),
        (0.12 / 1.0499, "changed almost nothing."),
        (0.12, "changed almost nothing."),
        (0.12 * 1.0501, "settled the loss 1.1 times higher."),
        (0.0, "took the settled loss to 0."),
    ],
)
def test_turning_alpha_says_how_much_the_loss_changed(settled: float, effect: str) -> None:
    said = narrate(BEFORE, now(alpha=0.25198, settled=settled))
    assert sentence(said) == f"Turning α from 0.100 to 0.252 {effect}"
    assert said.label == "α → 0.252"
    assert said.change == "α 0.100 → 0.252"


def test_leaving_a_loss_of_zero_is_no_division_by_zero() -> None:
    said = narrate(replace(BEFORE, settled=0.0), now(alpha=0.2, settled=0.5))
    assert sentence(said) == "Turning α from 0.100 to 0.200 took the settled loss from 0 to 0.500."
    assert sentence(narrate(replace(BEFORE, settled=0.0), now(alpha=0.2, settled=0.0))).endswith("almost nothing.")


def test_a_run_that_a_knob_made_diverge_says_so() -> None:
    said = narrate(BEFORE, diverging(step=1038, alpha=2.0))
    assert sentence(said) == "Turning α from 0.100 to 2.00 made the run diverge at step 1,038."
    assert ("diverge at step 1,038", "bad") in said.sentence
    assert said.proof.endswith("Turn α back, or lower it.")


def test_coming_back_from_divergence_says_where_the_loss_settled() -> None:
    said = narrate(diverging(alpha=2.0), BEFORE)
    assert sentence(said) == "Turning α from 2.00 to 0.100 brought the run back: the loss settled at 0.120."
    assert said.proof.startswith("∞ → 0.120, mean of the last 30 steps.")


@pytest.mark.parametrize(
    ("changes", "opening", "label", "kept"),
    [
        ({"alpha": 0.2}, "Turning α from 0.100 to 0.200 ", "α → 0.200", "Same checkpoint, same 300 samples."),
        ({"samples": 3000}, "Turning samples from 300 to 3,000 ", "samples → 3,000", "Same checkpoint, same seed."),
        ({"seed": 4}, "Turning the seed from 3 to 4 ", "seed → 4", "Same checkpoint, other samples."),
        ({"ideal": "swap"}, "Turning the target from Signs to Swap ", "target → Swap",
         "Same checkpoint, other target."),
        ({"inputs": "corners"}, "Turning the inputs from Normal to Corners ", "inputs → Corners",
         "Same checkpoint, other samples."),
        ({"checkpoint": "00000000"}, "Another checkpoint ", "other weights", "New checkpoint, same 300 samples."),
    ],
)  # fmt: skip
def test_each_knob_is_called_by_its_name(changes: dict[str, Any], opening: str, label: str, kept: str) -> None:
    said = narrate(BEFORE, now(settled=0.06, **changes))
    assert sentence(said) == opening + "settled the loss 2.0 times lower."
    assert said.label == label
    tail = "mean of the last 300 steps" if "samples" in changes else "mean of the last 30 steps"
    assert said.proof == f"0.120 → 0.0600, {tail}. {kept} Run a567 1021."


@pytest.mark.parametrize(
    ("act", "opening", "label"),
    [
        ("randomize", "New weights ", "new weights"),
        ("keep", "Starting from the trained weights ", "kept weights"),
        ("edit", "The edited weight ", "edited weight"),
        ("open", "Another checkpoint ", "other weights"),
    ],
)
def test_an_act_that_changes_the_checkpoint_is_called_by_its_name(act: str, opening: str, label: str) -> None:
    said = narrate(BEFORE, now(settled=0.36, checkpoint="00000000"), act)
    assert sentence(said) == opening + "settled the loss 3.0 times higher."
    assert (said.label, said.change) == (label, label)
    assert "New checkpoint, same 300 samples." in said.proof


@pytest.mark.parametrize(
    "changes",
    [
        {"alpha": 0.2, "seed": 4},
        {"alpha": 0.2, "checkpoint": "00000000"},
        {"title": "XOR"},
        {"title": "XOR", "seed": 9},
    ],
)
def test_two_changes_at_once_are_not_put_down_to_one_knob(changes: dict[str, Any]) -> None:
    run = now(settled=0.06, **changes)
    said = narrate(BEFORE, run)
    assert sentence(said) == f"{run.title}: the loss settled at 0.0600."
    assert said.change == run.title


def test_two_changes_that_diverge_say_the_step() -> None:
    assert sentence(narrate(BEFORE, diverging(title="XOR"))) == "XOR: the run diverged at step 38."


def test_nothing_changed_is_said_like_a_first_run() -> None:
    assert narrate(BEFORE, BEFORE) == narrate(None, BEFORE)


CHANGE = ("Freezing affinity", "affinity frozen")


def test_a_change_brings_its_own_words() -> None:
    said = narrate(BEFORE, now(settled=0.36, network="00000000"), "change", CHANGE)
    assert sentence(said) == "Freezing affinity settled the loss 3.0 times higher."
    assert (said.label, said.change) == ("affinity frozen", "affinity frozen")
    assert said.proof.startswith("0.120 → 0.360, mean of the last 30 steps. New checkpoint, same 300 samples.")


def test_a_change_is_said_however_much_it_changes() -> None:
    other = now(settled=0.36, network="00000000", checkpoint="00000000", ideal="swap", inputs="table")
    assert sentence(narrate(BEFORE, other, "change", CHANGE)) == "Freezing affinity settled the loss 3.0 times higher."


def test_a_change_of_nothing_but_the_target_keeps_the_checkpoint() -> None:
    said = narrate(BEFORE, now(settled=0.06, ideal="v0*v1"), "change", ("Turning the target from Signs to v0*v1", "t"))
    assert "Same checkpoint, other target." in said.proof


def test_a_change_that_diverges_says_at_which_step() -> None:
    said = narrate(BEFORE, diverging(network="00000000"), "change", CHANGE)
    assert sentence(said) == "Freezing affinity made the run diverge at step 38."


@pytest.mark.parametrize(
    ("ideal", "name"), [("xor", "XOR"), ("table", "the table"), ("v0, v1", "v0, v1"), ("<b>", "<b>")]
)
def test_a_target_is_called_by_its_title_or_its_formulas(ideal: str, name: str) -> None:
    assert target_name(ideal) == name


def test_inputs_are_called_by_their_title_or_the_table() -> None:
    assert [input_name(name) for name in (*INPUT_DISTRIBUTIONS, "table")] == [
        *(row.title for row in INPUT_DISTRIBUTIONS.values()),
        "the table",
    ]


SUMMARIES = st.builds(
    RunSummary,
    title=st.sampled_from(["tanh learns signs", "XOR with one layer"]),
    knobs=st.fixed_dictionaries(
        {
            "alpha": st.floats(min_value=1e-61, max_value=1e300),
            "samples": st.integers(1, 1_000_000),
            "seed": st.integers(0, 2**32 - 1),
            "ideal": st.sampled_from([*sorted(TARGETS), "table"]),
            "inputs": st.sampled_from([*sorted(INPUT_DISTRIBUTIONS), "table"]),
        }
        | {knob.name: values_of(knob) for knob in naming_knobs() if knob.later}
    ),
    network=st.sampled_from(["5a1f0c3e", "00000000"]),
    checkpoint=st.sampled_from(["b99ad4a3", "00000000"]),
    settled=st.none() | st.floats(min_value=0.0, allow_infinity=False),
    first=st.floats(min_value=0.0, allow_infinity=False),
    diverged_at=st.just(38),
    fingerprint=st.just("f0094f17"),
)


@given(st.none() | SUMMARIES, SUMMARIES)
def test_any_two_runs_give_one_sentence_that_ends_in_a_full_stop(before: RunSummary | None, run: RunSummary) -> None:
    said = narrate(before, run)
    words = sentence(said) + said.proof + said.label + said.change
    assert sentence(said).endswith(".")
    assert said.proof.endswith(".")
    assert said.label
    assert "nan" not in words
    assert "-" not in words
    assert {mark for _, mark in said.sentence} <= {"", "now", "strong", "bad"}


def test_the_changed_knobs_are_found_among_all_of_them() -> None:
    knobs = LATER | {"alpha": 0.2, "samples": 9, "seed": 4, "ideal": "swap", "inputs": "corners"}
    other = RunSummary("x", knobs, "5a1f0c3e", "00000000", 0.5, 1.0, None, "00000000")
    assert changed_knobs(BEFORE, other) == [knob for knob in naming_knobs() if not knob.later]
    assert changed_knobs(BEFORE, now(settled=0.06)) == []
