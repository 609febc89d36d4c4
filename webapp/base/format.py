"""Number formats for people: three significant digits, minus as U+2212, powers of ten written out."""

import math
from collections.abc import Callable

WIDEST_WEIGHT = 10_000
"""The size from which on a weight is written with three significant digits, to stay within its cell."""
FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r")
"""The beginnings that spreadsheets take for a formula."""

_SUPERSCRIPTS = str.maketrans("-0123456789", "⁻⁰¹²³⁴⁵⁶⁷⁸⁹")


POWERS_FROM, COLUMN_POWERS_FROM = 6, 12
"""The powers of ten from which on numbers are written with one: losses and the like, and numbers of a table."""


def number(x: float, digits: int = 3, powers_from: int = POWERS_FROM) -> str:
    """x with that many significant digits: 0.0334, 1.80, 12,300, 3.12 × 10⁻⁷, ∞."""
    if math.isnan(x):
        return "not a number"
    if math.isinf(x):
        return "∞" if x > 0 else "−∞"
    if x == 0:
        return "0"
    mantissa, _, power = f"{x:.{digits - 1}e}".partition("e")
    exponent = int(power)
    if -4 <= exponent < powers_from:
        text = f"{float(f'{x:.{digits - 1}e}'):,.{max(0, digits - 1 - exponent)}f}"
    else:
        text = f"{mantissa} × 10{str(exponent).translate(_SUPERSCRIPTS)}"
    return text.replace("-", "−")


EVERY_DIGIT = 17
"""The number of significant digits that tells any two floats apart."""

MOST_TYPED_DIGITS = 13
"""The most significant digits of a float that was typed; those that the slider of α computes have more."""


def is_typed(x: float) -> bool:
    """Whether x has no more digits than one types."""
    return float(f"{x:.{MOST_TYPED_DIGITS}g}") == x


def knob_number(x: float, digits: int = 3, powers_from: int = POWERS_FROM) -> str:
    """A knob's value in a sentence, without trailing zeros: 0.1, 0.12345 as it was typed, 3.1 × 10⁻⁶¹.

    A number with more digits than one types is rounded to `digits`: 0.252.
    """
    mantissa, *power = number(x, MOST_TYPED_DIGITS if is_typed(x) else digits, powers_from).split(" ", 1)
    return " ".join([mantissa.rstrip("0").rstrip(".") if "." in mantissa else mantissa, *power])


def cut_to(text: str, most: int) -> str:
    """The text in at most that many characters; one that is cut ends with …."""
    return text if len(text) <= most else f"{text[: most - 1]}…"


YEAR_DIGITS = 4


def column_number(x: float, digits: int = 3, *, year: bool = False) -> str:
    """A number of a column of a table: as a knob's value, but 8,467,975, and a year has four digits and no comma."""
    text = knob_number(x, max(YEAR_DIGITS, digits) if year else digits, COLUMN_POWERS_FROM)
    return text.replace(",", "") if year else text


MOST_SAID = 6
"""The most digits of a prediction that is near what is true."""


def digits_of_error(said: float, truth: float) -> int:
    """The number of significant digits of a prediction, from three on, that show how far it is from what is true."""
    if said == 0.0 or not math.isfinite(said - truth):
        return 3
    if said == truth:
        return MOST_SAID
    size, off = (math.floor(math.log10(abs(x))) for x in (said, said - truth))
    return max(3, min(MOST_SAID, size - off + 1))


READ_BACK_DIGITS = 10
"""The most significant digits of a number of a scaled table that are told from its last bits."""
LAST_BITS = 8.0 * 2.0**-52
"""The share of its size by which such a number may be off."""


def read_back(offset: float, scaled: float) -> float:
    """The sum, a number of a table before it was scaled: one of at most ten digits, or a whole one, has lost none
    in its last bits."""
    value, size = offset + scaled, max(abs(offset), abs(scaled))
    if not 0.0 < size < math.inf:
        return value
    typed = round(value, min(100, max(0, READ_BACK_DIGITS - 1 - math.floor(math.log10(size)))))
    return typed if abs(typed - value) <= LAST_BITS * size else value


def told_apart(a: float, b: float) -> tuple[str, str]:
    """Two values of a knob in a sentence, with three significant digits or as many more as tell them apart."""
    return _with_digits_apart(knob_number, a, b)


def apart(a: float, b: float) -> tuple[str, str]:
    """Two numbers in a sentence, with three significant digits or as many more as tell them apart."""
    return _with_digits_apart(number, a, b)


def _with_digits_apart(text: Callable[[float, int], str], a: float, b: float) -> tuple[str, str]:
    for digits in range(3, EVERY_DIGIT):
        texts = text(a, digits), text(b, digits)
        if texts[0] != texts[1]:
            return texts
    return text(a, EVERY_DIGIT), text(b, EVERY_DIGIT)


def as_typed(x: float) -> str:
    """x as one would type it: 0.1, 5e-62; a number with more digits than one types is rounded to three: 0.252, or
    3.11·10⁻⁶¹ at the left end of α's slider."""
    text = repr(x if is_typed(x) else float(f"{x:.3g}")).removesuffix(".0").replace("e-0", "e-").replace("e+", "e")
    digits, power = text.split("e") if "e" in text and not is_typed(x) else (text, "")
    return f"{digits}·10{power.translate(_SUPERSCRIPTS)}" if power else text


def two_decimals(x: float) -> str:
    """A weight: −0.49."""
    if not abs(x) < WIDEST_WEIGHT:
        return number(x)
    return f"{round(float(x), 2) + 0.0:.2f}".replace("-", "−")


def without_zeros(x: float) -> str:
    """A weight, a whole number without its decimals: −1."""
    return two_decimals(x).removesuffix(".00")


def percent_of(part: int, whole: int) -> float:
    """A share in percent, to a tenth; a part is never 100."""
    share = round(100 * part / whole, 1)
    return min(share, 99.9) if part < whole else share


def grouped(fingerprint: str) -> str:
    """Eight hex digits in two groups: f009 4f17."""
    return f"{fingerprint[:4]} {fingerprint[4:]}"


def plural(count: int, noun: str) -> str:
    """1 sample, 300 samples."""
    return f"{count:,} {noun}" + ("" if count == 1 else "s")


def as_cell(text: str) -> str:
    """A text that a spreadsheet reads as such: an apostrophe stands before what it would take for a formula."""
    if not text.startswith(FORMULA_STARTS):
        return text
    try:
        float(text)
    except ValueError:
        return f"'{text}"
    return text
