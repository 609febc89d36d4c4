"""A knob's value is a number of its range, or it is refused with a sentence."""

import math
from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.experiments.knobs import ALPHA, SAMPLES, SEED
from tests.webapp.asking import refusal
from webapp.bench.knob_values import (
    ALPHA_TICKS,
    SAMPLES_TICKS,
    SLIDER_SAMPLES,
    Refused,
    alpha_at,
    position_of,
    read_knob,
    samples_at,
    samples_position,
)

LIMIT = 10_000


def test_the_sliders_keep_the_notebooks_mapping_and_give_whole_samples_of_two_digits() -> None:
    assert (alpha_at(1.0), alpha_at(0.3)) == (0.5, 2.0 ** (-1.005 / 0.305))
    assert 1e-61 < alpha_at(0.0) < 1e-60
    positions = [position_of(alpha) for alpha, _ in ALPHA_TICKS]
    assert (positions, positions[-1]) == (sorted(positions), 1.0)
    assert [samples_at(k / 4) for k in range(5)] == [1, 10, 100, 1_000, 10_000]
    assert [samples_position(samples) for samples in SAMPLES_TICKS] == pytest.approx([0.0, 0.5, 1.0])
    given = sorted({samples_at(k / 1000) for k in range(1001)})
    assert given == [*range(1, 100), *range(100, 1_000, 10), *range(1_000, 10_001, 100)]


@given(st.floats(0.0, 1.0))
def test_a_position_comes_back_from_its_alpha(position: float) -> None:
    assert math.isclose(position_of(alpha_at(position)), position, abs_tol=1e-12)


@given(st.floats(min_value=0.5, max_value=1e300))
def test_the_thumb_is_parked_at_the_end_from_one_half_on(alpha: float) -> None:
    assert position_of(alpha) == 1.0


@given(st.floats(min_value=5e-324, max_value=1e300))
def test_every_alpha_has_a_place_on_the_slider(alpha: float) -> None:
    assert 0.0 <= position_of(alpha) <= 1.0


@given(st.integers(1, SLIDER_SAMPLES))
def test_a_number_of_samples_stands_where_the_slider_gives_its_first_two_digits(samples: int) -> None:
    digit, rounded = 10 ** max(0, len(str(samples)) - 2), samples_at(samples_position(samples))
    assert abs(rounded - samples) <= digit / 2
    assert samples_at(samples_position(rounded)) == rounded


@given(st.integers(SLIDER_SAMPLES, 10**6))
def test_the_thumb_of_samples_is_parked_at_the_end_from_its_last_number_on(samples: int) -> None:
    assert samples_position(samples) == 1.0


def test_alpha_samples_and_seeds_are_read_as_people_type_them() -> None:
    for typed, alpha in [
        ("0.25", 0.25), (" .5 ", 0.5), ("1e-3", 1e-3), ("1e−3", 1e-3), ("3", 3.0), ("1e300", 1e300),
        ("5e-324", 5e-324), ("1 000", 1000.0), ("1,000", 1000.0), ("12,345.5", 12345.5), ("0,1", 0.1),
        ("0,125", 0.125), (0.1, 0.1), (2, 2.0),
    ]:  # fmt: skip
        assert read_knob(ALPHA, typed) == alpha
    assert read_knob(ALPHA, {"position": 1}) == 0.5
    for typed, samples in [("300", 300), ("10,000", 10_000), ("1e3", 1000), (1, 1), ("1", 1), ("2.0", 2)]:
        assert read_knob(SAMPLES, typed, LIMIT) == samples
    for typed, seed in [("3", 3), ("0", 0), ("4294967295", 2**32 - 1), (7, 7), ("−0", 0)]:
        assert read_knob(SEED, typed) == seed
    for typed, alpha in [("5·10⁻²", 0.05), ("5 × 10⁻²", 0.05), ("5∙10⁻²", 0.05)]:
        assert read_knob(ALPHA, typed) == alpha


NO_NUMBERS = [
    "abc", "", " ", "nan", "inf", "0x10", "1,2,3x", "1,2,3", "1" * 65, "½", math.nan, math.inf, None, True, [],
]  # fmt: skip


def test_what_is_no_value_of_a_knob_is_refused_in_words_that_say_what_it_may_mean() -> None:
    for typed in ["0", "−1", "-1", "1e999", "1e301", 0, -0.5, *NO_NUMBERS]:
        assert refusal(read_knob, ALPHA, typed) == Refused("alpha", "α must be a number above 0, at most 1e300.")
    for position in [-0.01, 1.01, math.nan, "1", None, True]:
        assert refusal(read_knob, ALPHA, {"position": position}).field == "alpha"
    for typed in ["0", "-5", "2,000,000", "2000000", "10001", "2.5", "1e999", 0, 10_001, 2.5, *NO_NUMBERS]:
        refused = refusal(read_knob, SAMPLES, typed, LIMIT)
        assert refused == Refused("samples", "Samples are a whole number from 1 to 10,000.")
    for typed in ["-1", "4294967296", "1.5", -1, 2**32, *NO_NUMBERS]:
        assert refusal(read_knob, SEED, typed) == Refused("seed", "Seeds are whole numbers from 0 to 4,294,967,295.")
    assert refusal(read_knob, ALPHA, "1/3").sentence.endswith(" A fraction is not read: type 0.25 for 1/4.")
    for knob in [SAMPLES, SEED]:
        assert refusal(read_knob, knob, "1.000").sentence == "1.000 may mean 1 or 1,000. Type it without a dot."
        assert [read_knob(knob, typed) for typed in ("1,000", "1.0", "12.", "1e3")] == [1000, 1, 12, 1000]


@given(st.text(max_size=80) | st.integers() | st.floats() | st.none() | st.booleans())
def test_anything_at_all_is_either_a_value_of_the_knob_or_refused(typed: object) -> None:
    for knob, least, most in ((ALPHA, 5e-324, 1e300), (SAMPLES, 1, LIMIT), (SEED, 0, 2**32 - 1)):
        with suppress(Refused):
            assert least <= read_knob(knob, typed, LIMIT if knob is SAMPLES else None) <= most
