"""Numbers written in the browser are written as the server writes them, and arrays arrive as they left.

The modules run in Node.
"""

import math
from collections.abc import Callable

import numpy as np
import pytest

from engine.base.number_text import rounded_up
from tests.scripts.node import Scripts, scripts
from webapp.base.format import (
    COLUMN_POWERS_FROM,
    column_number,
    digits_of_error,
    grouped,
    knob_number,
    number,
    read_back,
    two_decimals,
)
from webapp.bench.knob_values import alpha_at, position_of
from webapp.figures.encode import typed

PLAIN = [
    0.0, 1.0, 0.1, 0.001, 0.0334, 0.00999, 0.0099951, 0.000123, 0.0001, 0.00012345, 0.0000999, 0.00009999, 1e-7,
    3.12e-7, 5e-324, 2.2e-308, 0.26, 0.5, 0.494, 0.4949, 0.996, 0.9996, 0.9949, 1.8, 1.2349, 2.718281828, 9.996,
    9.9949, 12.0, 12.34, 99.96, 99.9, 123.0, 123.4, 999.6, 999.4, 1234.0, 9994.0, 9999.99, 9999.994, 9999.996,
    10_000.0, 12_300.0, 12_346.0, 99_960.0, 123_456.7, 999_400.0, 999_600.0, 1e6, 1.5e6, 1.234e7, 1e15, 1e21, 1.7e22,
    6.02e23, 1e100, 1.7976931348623157e308, math.inf,
]  # fmt: skip
VALUES = [*PLAIN, *(-x for x in PLAIN), math.nan]
"""Of every size, but none halfway between two roundings."""

WRITE = """
const there = { inf: Infinity, '-inf': -Infinity, nan: NaN }, [name, digits, texts] = arguments;
return texts.map((text) => nnbench[name](text in there ? there[text] : Number(text), ...digits));
"""

page = scripts("core/format.js", "core/sliders.js", "lib/arrays.js", "maps/ticks.js")


def written(page: Scripts, name: str, *digits: int) -> dict[str, str]:
    """The texts that a function of the page makes of all values."""
    return dict(zip(map(repr, VALUES), page.execute_script(WRITE, name, digits, list(map(repr, VALUES))), strict=True))


def wanted(write: Callable[[float], str]) -> dict[str, str]:
    return {repr(x): write(x) for x in VALUES}


def test_the_browser_writes_three_digits_as_the_server_does(page: Scripts) -> None:
    assert written(page, "formatNumber") == wanted(number)


@pytest.mark.parametrize("digits", [1, 2, 4])
def test_the_browser_writes_fewer_and_more_digits_as_the_server_does(page: Scripts, digits: int) -> None:
    assert written(page, "formatNumber", digits) == wanted(lambda x: number(x, digits))


def test_the_browser_writes_knobs_as_the_server_does(page: Scripts) -> None:
    assert written(page, "formatKnob") == wanted(knob_number)
    assert written(page, "formatKnob", 3, COLUMN_POWERS_FROM) == wanted(column_number)
    assert list(map(column_number, (8_467_975.0, -1.5e6, 1e12, 123_456_789_012.5))) == [
        "8,467,975", "−1,500,000", "1 × 10¹²", "123,456,789,012.5",
    ]  # fmt: skip


def test_numbers_of_a_scaled_table_are_read_back_with_each_digit_that_they_had(page: Scripts) -> None:
    columns = [
        [21849.33, 166814.69, 2709.05],
        [9124616.0, 1.0],
        [0.0, 7.3, 40.1],
        [1e-7, 3.31e-6],
        [0.0],
        [98765432101.0, 12.0],
        [1e-310, 3e-310],
    ]
    pairs, numbers = [], []
    for column in map(np.array, columns):
        offset, size = column.mean(), column.std() or 1.0
        pairs += [[float(offset), float(size * ((x - offset) / size))] for x in column]
        numbers += column.tolist()
    assert [offset + scaled for offset, scaled in pairs] != numbers
    assert [read_back(*pair) for pair in pairs] == numbers
    assert page.execute_script("return arguments[0].map((pair) => nnbench.readBack(...pair))", pairs) == numbers
    for offset, scaled in ((20.0, 1 / 3), (1e6, -math.pi), (math.inf, 1.0)):
        assert read_back(offset, scaled) == offset + scaled


def test_the_browser_writes_weights_as_the_server_does(page: Scripts) -> None:
    assert written(page, "formatWeight") == wanted(two_decimals)


def test_a_thousand_drawn_weights_are_written_as_the_server_does(page: Scripts) -> None:
    rng = np.random.RandomState(5)
    drawn = (rng.randn(1000) * 10.0 ** rng.uniform(-3, 5, 1000)).tolist()
    texts = page.execute_script(WRITE, "formatWeight", [], list(map(repr, drawn)))
    assert texts == list(map(two_decimals, drawn))


def test_large_and_small_ticks_have_the_digits_that_tell_them_apart(page: Scripts) -> None:
    def texts(*ends: float) -> list[str]:
        found: list[str] = page.execute_script("return nnbench.ticksBetween(...arguments).map((t) => t.text)", *ends)
        return found

    assert texts(0, 1e11) == ["0", "5 × 10¹⁰", "1 × 10¹¹"]
    assert texts(-2e6, 2e6) == ["−2 × 10⁶", "−1 × 10⁶", "0", "1 × 10⁶", "2 × 10⁶"]
    assert texts(5.79e10, 5.81e10) == ["5.79 × 10¹⁰", "5.795 × 10¹⁰", "5.8 × 10¹⁰", "5.805 × 10¹⁰", "5.81 × 10¹⁰"]
    assert texts(0, 1e-310) == ["0", "5 × 10⁻³¹¹", "1 × 10⁻³¹⁰"]
    assert texts(-2e-5, 2e-5) == ["−2 × 10⁻⁵", "−1 × 10⁻⁵", "0", "1 × 10⁻⁵", "2 × 10⁻⁵"]


def test_years_along_an_axis_have_no_comma_and_other_numbers_have(page: Scripts) -> None:
    script = "return [true, false].map((years) => nnbench.ticksBetween(1890, 2030, years).map(({ text }) => text))"
    assert page.execute_script(script) == [["1900", "1950", "2000"], ["1,900", "1,950", "2,000"]]


@pytest.mark.parametrize(("said", "truth", "digits"), [
    (1957.3, 1950, 4), (33.1, 46.6, 3), (317.9, 315.74, 3), (1008.31, 1009.2, 5), (14.02, 14, 4), (0, 5, 3),
    (5, 5, 6), (14.0000001, 14, 6), (-1e9, 3, 3), (math.nan, 1, 3),
])  # fmt: skip
def test_a_prediction_has_the_digits_that_show_how_far_it_is_off(
    page: Scripts, said: float, truth: float, digits: int
) -> None:
    assert digits_of_error(said, truth) == digits
    given = None if math.isnan(said) else said
    assert (
        page.execute_script("return nnbench.digitsOfError(arguments[0] ?? NaN, arguments[1])", given, truth) == digits
    )


def test_alpha_stands_on_its_slider_where_the_server_says(page: Scripts) -> None:
    positions = [k / 100 for k in range(101)]
    alphas = page.execute_script("return arguments[0].map(nnbench.alphaAt)", positions)
    assert alphas == pytest.approx(list(map(alpha_at, positions)), rel=1e-12)
    places = page.execute_script("return arguments[0].map(nnbench.positionOf)", [*alphas, 0.6, 1e-100])
    assert places == pytest.approx(list(map(position_of, [*alphas, 0.6, 1e-100])), abs=1e-12)


def test_a_fingerprint_stands_in_two_groups(page: Scripts) -> None:
    assert page.call("formatFingerprint", "f0094f17") == grouped("f0094f17")


@pytest.mark.parametrize("kind", ["f4", "f8", "i4"])
def test_arrays_arrive_to_the_last_bit(page: Scripts, kind: str) -> None:
    array = np.array([0, 1, -3, 7] if kind == "i4" else [0.1, -2.5, 1e-30, 1 / 3])
    arrived = page.execute_script("return Array.from(nnbench.decode(arguments[0]))", typed(array, kind))
    assert arrived == array.astype(kind).astype(np.float64).tolist()


@pytest.mark.parametrize(("value", "share"), [(0.5, 0.25), (-2, -1), (1e300, 1), (-5, -1), (None, 0)])
def test_the_share_that_colours_a_cell_goes_from_minus_1_to_1(page: Scripts, value: float | None, share: float) -> None:
    script = (
        "const value = arguments[0] ?? NaN; return [nnbench.tint(value, 2), nnbench.roughTint(value, 2)].map(Number)"
    )
    assert page.execute_script(script, value) == [share, share]


def test_a_flat_row_falls_into_rows_of_equal_length(page: Scripts) -> None:
    script = "return nnbench.rowsOf(Float64Array.of(1, 2, 3, 4, 5, 6), arguments[0]).map((row) => Array.from(row))"
    assert page.execute_script(script, 3) == [[1, 2, 3], [4, 5, 6]]
    assert page.execute_script(script, 1) == [[1], [2], [3], [4], [5], [6]]


@pytest.mark.parametrize(
    ("typed", "number"),
    [("0.5", 0.5), ("0,5", 0.5), ("−0,5", -0.5), ("1,000", 1000), ("−1,234,567.5", -1234567.5), (" 3 ", 3)],
)
def test_a_typed_number_has_either_decimal_sign_and_thousands(page: Scripts, typed: str, number: float) -> None:
    assert page.call("parseNumber", typed) == number


def test_what_is_reached_is_rounded_up_as_the_engine_does(page: Scripts) -> None:
    losses = [x for x in PLAIN if 0.0 < x < 1e15] + [0.4883549, 0.48935, 0.9996, 9.991e-5]
    found = page.execute_script("return arguments[0].map(nnbench.roundedUp)", losses)
    assert found == pytest.approx([rounded_up(loss) for loss in losses], rel=1e-12)


def test_passes_are_never_said_to_be_more_than_they_are(page: Scripts) -> None:
    said = {
        (1000, 206, "rows"): "4.8 passes over 206 rows", (206, 206, "rows"): "1 pass over 206 rows",
        (207, 206, "rows"): "1.0 passes over 206 rows", (100, 206, "rows"): "100 of 206 rows",
        (4120, 206, "rows"): "20 passes over 206 rows", (4119, 206, "rows"): "19 passes over 206 rows",
        (100_000, 3, "rows"): "33,333 passes over 3 rows", (1, 1, "row"): "1 pass over 1 row",
    }  # fmt: skip
    for given, words in said.items():
        assert page.call("passWords", *given) == words
