"""Formulas as people and other programs write them, turned into the spelling that the language reads.

A minus of U+2212 is a minus, × and · multiply, ÷ divides, ^ and raised digits are powers, lowered digits belong to a
name: v₀ is v0. Text that was written so already stays as it is.
"""

_ONE_BY_ONE = str.maketrans("−–×·∙⋅÷₀₁₂₃₄₅₆₇₈₉", "--****/0123456789")
_RAISED = "⁰¹²³⁴⁵⁶⁷⁸⁹"
_POWERS = {"^": "**"} | {raised: f"**{digit}" for digit, raised in enumerate(_RAISED)}


def plain_spelling(text: str) -> tuple[str, list[int]]:
    """The text as the language spells it, and for each of its characters the place in the given text it came from.

    The places end with the length of the given text.
    """
    spelled, places = "", []
    for place, character in enumerate(text):
        goes_on = character in _RAISED and place > 0 and text[place - 1] in _RAISED  # 10 in x¹⁰ is one power
        piece = str(_RAISED.index(character)) if goes_on else _POWERS.get(character, character)
        spelled += piece.translate(_ONE_BY_ONE)
        places += [place] * len(piece)
    return spelled, [*places, len(text)]
