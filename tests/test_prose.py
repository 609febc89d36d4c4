"""Docstrings and comments need no second reading: a sentence names its noun, and a number goes by its name.

A rule is a row of a table: a pattern, what to write instead, and a sentence that breaks it.
"""

import ast
import io
import re
import tokenize
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
WALKED = ("engine", "webapp", "benchmarks", "assets/js", "assets/class", "tests")
"""Folders whose docstrings and comments are read, in Python and in JavaScript."""

BEGIN = r"(?:^|(?<=[.!?] ))"
"""The beginning of a sentence."""
ALONE = r"(?![^.:;]*\bthat\b)"
"""No clause says how many: *so many that …* is English."""
NO_NOUN = r"(?=[,.:;]| (?:as|at|by|for|from|in|of|on|over|to|when|where|while|with|without)\b)"


@dataclass(frozen=True)
class Rule:
    """A turn that needs a second reading: its pattern, what to write instead, and a sentence that has it."""

    pattern: str
    instead: str
    example: str

    def findings(self, text: str) -> list[str]:
        """The places that break the rule, each with some of the text behind it."""
        return [text[match.start() :][:80] for match in re.finditer(self.pattern, text)]


RULES = (
    Rule(BEGIN + r"(?:(?:About|For|Within) s|S)o (?:many|much|long|far|wide|few|large|high|old)\b", "the number's name",
         "So long a header may take."),
    Rule(r"\bso many\b" + ALONE, "the number's name", "It reads at most so many bytes."),
    Rule(r"\b(?:for|after|about|takes?|in|than) so (?:long|much|few)\b(?! as\b)" + ALONE, "the number's name",
         "It rests for so long."),
    Rule(r"\bNone (?:where|when|if) none\b", "None if there is no …", "The latest notice; None where none runs."),
    Rule(BEGIN + r"What\b(?![^.]*\?)", "the noun", "What the page shows of a run."),
    Rule(BEGIN + r"Who(?:se|ever)?\b(?![^.]*\?)", "the noun: a client, an owner", "Whoever asks waits for a slot."),
    Rule(BEGIN + r"The same" + NO_NOUN, "the noun", "The same as it is sent."),
)  # fmt: skip

BLOCK = re.compile(r"/\*+(.*?)\*/", re.DOTALL)
LINE = re.compile(r"(^|.*?\s)//\s+(.*)")
MARGIN = re.compile(r"^[ \t]*\* ?", re.MULTILINE)
TAG = re.compile(r"@\w+(?: \{.*\})?(?: \[?[\w.]+\]?)?")
"""The tag of a line of JSDoc, with the type and the name behind it."""


def prose_of(path: Path) -> Iterator[tuple[int, str]]:
    """The docstrings and comments of a file, each with its line."""
    read = script_prose if path.suffix in (".js", ".mjs") else python_prose
    return ((line, " ".join(text.split())) for line, text in read(path.read_text("utf-8")))


def python_prose(source: str) -> Iterator[tuple[int, str]]:
    """The docstrings of a module, of its classes, functions and attributes, and its comments."""
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant) and isinstance(node.value.value, str):
            yield node.lineno, node.value.value
    tokens = tokenize.generate_tokens(io.StringIO(source).readline)
    comments = (token for token in tokens if token.type == tokenize.COMMENT)
    yield from joined((at.start[0], at.string.lstrip("#"), not at.line[: at.start[1]].strip()) for at in comments)


def script_prose(source: str) -> Iterator[tuple[int, str]]:
    """The block comments of a script, a text for each tag of JSDoc, and its line comments."""
    for block in BLOCK.finditer(source):
        line = source.count("\n", 0, block.start()) + 1
        for part in re.split(r"(?=@\w)", MARGIN.sub("", block[1])):
            yield line, TAG.sub("", part)
            line += part.count("\n")
    lines = ((number, LINE.search(line)) for number, line in enumerate(source.splitlines(), 1))
    yield from joined((number, match[2], not match[1].strip()) for number, match in lines if match)


def joined(comments: Iterable[tuple[int, str, bool]]) -> Iterator[tuple[int, str]]:
    """Comments by line, text, and whether they have a line of their own: such ones in a row are one text."""
    first, text, last = 0, "", 0
    for line, comment, alone in comments:
        if alone and line == last + 1:
            text, last = f"{text} {comment}", line
            continue
        yield first, text
        first, text, last = line, comment, line if alone else 0
    yield first, text


def findings(folder: Path) -> Iterator[str]:
    """The sentences below a folder that break a rule, each with its place and what to write instead."""
    for path in sorted(file for ending in ("py", "js", "mjs") for file in folder.rglob(f"*.{ending}")):
        for line, text in prose_of(path):
            for rule in RULES:
                yield from (f"{path}:{line} {found!r}: {rule.instead}" for found in rule.findings(text))


@pytest.mark.parametrize("folder", WALKED)
def test_no_docstring_or_comment_needs_a_second_reading(folder: str) -> None:
    assert not list(findings(ROOT / folder))


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.example)
@pytest.mark.parametrize(
    ("name", "source"),
    [("a.py", '"""{}"""\n'), ("a.py", 'N = 1\n"""A number. {}"""\n'), ("a.py", "N = 1  # {}\n"),
     ("a.py", "# A number, in\n# seconds. {}\n"), ("a.js", "/** {} */\n"),
     ("a.js", "/**\n * A number.\n * @param {number} x {}\n */\n"), ("a.js", "const n = 1; // {}\n")],
)  # fmt: skip
def test_rules_find_examples_in_docstrings_and_comments(rule: Rule, name: str, source: str, tmp_path: Path) -> None:
    file = tmp_path / name
    file.write_text(source.replace("{}", rule.example), "utf-8")
    assert any(rule.findings(text) for _, text in prose_of(file))


@pytest.mark.parametrize("sentence", [
    "What is a batch?", "The rows are so many that a request reads a part of them.",
    "The same experiment from another checkpoint.", "It waits for as long as the client sends.",
    "The thread takes the request, whose body is small, and says so.",
])  # fmt: skip
def test_questions_and_plain_sentences_break_no_rule(sentence: str) -> None:
    assert not [found for rule in RULES for found in rule.findings(sentence)]
