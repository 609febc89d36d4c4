"""Numbers as sentences show them: three digits, a power of ten in superscripts, a true minus sign."""

import decimal

_SUBSCRIPTS = str.maketrans("0123456789", "₀₁₂₃₄₅₆₇₈₉")
_SUPERSCRIPTS = str.maketrans("-0123456789", "⁻⁰¹²³⁴⁵⁶⁷⁸⁹")


def number_text(value: float, precision: int = 3) -> str:
    """A number with three digits, or as many as are wanted, without zeros at its end."""
    digits, _, exponent = f"{value:.{precision}g}".partition("e")
    power = f" × 10{str(int(exponent)).translate(_SUPERSCRIPTS)}" if exponent else ""
    return digits.replace("-", "−") + power


def loss_text(value: float) -> str:
    """A loss with three digits, zeros at its end too; 0 is one digit."""
    digits, _, exponent = f"{value:#.3g}".partition("e")
    return number_text(value) if exponent or value == 0.0 else digits.removesuffix(".")


def rounded_down(value: float) -> float:
    """The largest number of three digits that is not above this one."""
    return float(decimal.Context(prec=3, rounding=decimal.ROUND_FLOOR).create_decimal(repr(value)))


def rounded_up(value: float) -> float:
    """The smallest number of three digits that is not below this one."""
    return -rounded_down(-value)


MOST_DIGITS = 9


def percent_text(share: float) -> str:
    """A share in whole percent, with as many digits more as it takes to tell it from 0 and 100 %."""
    digits = 0
    while digits < MOST_DIGITS and 0.0 < share < 1.0 and float(f"{100.0 * share:.{digits}f}") in (0.0, 100.0):
        digits += 1
    return f"{100.0 * share:.{digits}f} %"


def subscript(letter: str, index: int) -> str:
    """v₀, u₁₂."""
    return letter + str(index).translate(_SUBSCRIPTS)
