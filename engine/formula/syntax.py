"""The syntax of formulas: checks of characters, numbers and brackets, and then Python's own parser.

The result is a syntax tree; no part of it is ever run.
"""

import ast
import re
import string

from engine.errors import FormulaError, shown

LONGEST = 240
DEEPEST = 24
MOST_DIGITS = 24

CHARACTERS = "Use Latin letters, digits, blanks and . , + - * / ( ) [ ] < > = !"
_CHARACTERS = frozenset(string.ascii_letters + string.digits + "_.,+-*/()[]<>=! ")
_TOKEN = re.compile(r"[A-Za-z_]\w*|((?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?)(\w*)", re.ASCII)
_NO_OPERATOR = re.compile(r"(?<![<>=!])=(?!=)|!(?!=)")
_DIGITS = re.compile(rf"\d{{{MOST_DIGITS + 1}}}", re.ASCII)
_PAIRS = {")": "(", "]": "["}


def parsed_tree(text: object, variable: str = "x") -> tuple[ast.expr, int]:
    """The tree of a formula or of a list of them, and how many blanks stand before it.

    Blanks at both ends do not count. FormulaError for text that cannot be read at all; where there is none, an example
    reads this variable.
    """
    if not isinstance(text, str):
        raise FormulaError(f"A formula is text, not {shown(text)}.")
    bare = text.lstrip(" ")
    start, bare = len(text) - len(bare), bare.rstrip(" ")
    try:
        _check_characters(bare, variable)
        tree = ast.parse(bare, mode="eval").body
    except FormulaError as error:
        raise FormulaError(str(error), start + error.position) from None
    except SyntaxError as error:
        # Where the text ends too early, the parser gives no position.
        at = start + min(error.offset - 1 if error.offset else len(bare), len(bare))
        raise FormulaError(
            f"This cannot be read from character {at + 1} on. Is a value or an operator missing?", at
        ) from None
    except (ValueError, MemoryError, RecursionError):
        raise FormulaError("This cannot be read. Write it shorter.", start) from None
    return tree, start


def _check_characters(text: str, variable: str) -> None:
    if not text:
        raise FormulaError(f"The formula is empty. Write one, such as {variable}*{variable}/2.")
    if len(text) > LONGEST:
        raise FormulaError(f"A formula has at most {LONGEST} characters, not {len(text)}. Write it shorter.", LONGEST)
    for position, character in enumerate(text):
        if character not in _CHARACTERS:
            raise FormulaError(
                f"{shown(character)} is no character of a formula. {CHARACTERS}",
                position,
            )
    if "__" in text:
        raise FormulaError("No name here has two underscores. Take them out.", text.index("__"))
    if long := _DIGITS.search(text):
        raise FormulaError(f"A number has at most {MOST_DIGITS} digits in a row. Round it.", long.start())
    if operator := _NO_OPERATOR.search(text):
        raise FormulaError(f"{operator[0]} is no operator here. Compare with ==, !=, <, <=, > or >=.", operator.start())
    _check_brackets(text)
    _check_numbers(text)


def _check_numbers(text: str) -> None:
    for token in _TOKEN.finditer(text):
        if not token[2]:
            continue
        cure = f"Write {token[1]}*{token[2]} to multiply, and numbers as 0.5 or 1e-3."
        if not token[2][0].isalpha():
            cure = "Write numbers as 0.5 or 1e-3."
        raise FormulaError(f"{token[0]} is not a number. {cure}", token.start())


def _check_brackets(text: str) -> None:
    open_at: list[int] = []
    for position, character in enumerate(text):
        if character in "([":
            open_at.append(position)
        elif character in _PAIRS and (not open_at or text[open_at.pop()] != _PAIRS[character]):
            raise FormulaError(f"{character} closes a bracket that is not open. Open it, or take it out.", position)
        if len(open_at) > DEEPEST:
            raise FormulaError(f"Brackets stand at most {DEEPEST} deep. Write it flatter.", position)
    if open_at:
        raise FormulaError(f"{text[open_at[-1]]} is never closed. Close it, or take it out.", open_at[-1])
