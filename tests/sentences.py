"""Every text that the page can show, in one list: `make sentences` prints it and writes docs/sentences.md, which is
made anew and not committed.

The list is read from the sources, so a text is in it whether or not a test shows it. A literal is a text of the page
when

- a blank stands beside a word in it ("steps to a loss", " made the run "), or it is one word that begins with a capital
  letter or ends in a full stop ("Pin", "Print…", "better.");
- and it stands where the page reads a text: it is no docstring, key, comparison, annotation, CSS class, selector, HTML,
  name of a key of the keyboard, argument of a function that takes names (`NAMED_BY`), or line of the log;
- and its module speaks to the page: `SILENT` names those that do not, with the reason.

A hole of an f-string or of a template is written {…}; literals within the hole are texts of their own.
"""

import ast
import re
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

ROOT = Path(__file__).parent.parent
LISTED = ROOT / "docs" / "sentences.md"
HOLE = "{…}"

SILENT = {
    "engine/__init__.py": "names for Python programs", "engine/checks/sharpness.py": "numbers only",
    "engine/data/named_tables.py": "sources, licences and credits for Python programs",
    "engine/experiment.py": "an address of version 0.1", "engine/kernel": "faults of this program, for the log",
    "engine/sweeps/bit_check.py": "formulas that two machines compare",
    "engine/sweeps/executor.py": "sweeps of Python programs; the page's landscape has words of its own",
    "engine/sweeps/grid.py": "sweeps of Python programs; the page's landscape has words of its own",
    "engine/sweeps/pool_worker.py": "names of threads",
    "engine/sweeps/sweep_result.py": "sweeps of Python programs; the page's landscape has words of its own",
    "engine/sweeps/tasks.py": "sweeps of Python programs; the page's landscape has words of its own",
    "engine/table.py": "an address of version 0.1", "engine/training/plotting.py": "figures of Python programs",
    "engine/training/weights_figure.py": "figures of Python programs", "webapp/app.py": "names of Dash and of the log",
    "webapp/command.py": "the terminal", "webapp/base/memory.py": "names of the system",
    "webapp/files/export_run.py": "the run that an exported file is made of",
    "webapp/files/format.py": "names of file formats", "webapp/files/scripts.py": "exported programs",
    "webapp/files/tables.py": "exported tables", "webapp/files/pytorch/agreement.py": "exported programs",
    "webapp/files/pytorch/code.py": "exported programs", "webapp/files/pytorch/rule.py": "exported programs",
    "webapp/files/pytorch/script.py": "exported programs", "webapp/files/pytorch/tables.py": "exported programs",
    "webapp/homework": "the terminal, notebooks, and the sheet of marks",
    "webapp/http/bundle.py": "faults of this program, at its start",
    "webapp/http/connections": "answers to what no browser sends, and the log",
    "webapp/http/envelope.py": "answers to what no page of the bench sends",
    "webapp/http/modules.py": "faults of this program, at its start", "webapp/http/server.py": "the terminal",
    "webapp/jobs/worker_slots.py": "names of types", "webapp/launcher.py": "the desktop's window list",
    "webapp/limits.py": "a page of its own, for whoever hosts the bench", "webapp/page/fonts.py": "rules of styles",
    "webapp/page/limits_table.py": "a page of its own, for whoever hosts the bench",
    "webapp/local/own_bench.py": "messages of Python programs",
    "webapp/page/before_dash/stand_ins.py": "the words of controls, which other modules say",
    "webapp/serve.py": "the terminal", "webapp/sessions/cookie.py": "names of HTTP",
    "webapp/sessions/safe_unpickle.py": "the log: the page shows what sessions.py says",
    "webapp/sessions/seal.py": "the log: the page shows what sessions.py says",
    "webapp/settings.py": "the terminal and the page of limits",
    "webapp/store": "the log: the page shows what sessions.py says", "webapp/wsgi.py": "names of WSGI",
}  # fmt: skip
"""Modules and folders whose texts the page does not show, each with the use of its texts."""

NAMED_BY = {
    "TypeVar", "ParamSpec", "cast", "compile", "debug", "get", "getLogger", "info", "warning",
    "addEventListener", "byId", "closest", "createElement", "dispatchEvent", "getAttribute", "getContext", "has",
    "hasAttribute", "includes", "join", "matches", "matchMedia", "querySelector", "querySelectorAll", "removeAttribute",
    "replace", "split", "startsWith", "toggle",
}  # fmt: skip
"""Functions whose arguments are names, selectors, separators or lines of the log."""

NAMES = {
    "at a kink": "a state of the gradient check", "at most": "an operation of formulas",
    "freeze one": "a change of the network, in requests", "Medium": "a cut of the typeface",
    "Regular": "a cut of the typeface", "low pass": "the filter Smoothed, in links and files",
    "own layer": "a kind of layer in the gradient check, which the page calls a layer of your own",
    "where positive": "an operation of formulas", "zero tick": "a part of the curve's figure",
}  # fmt: skip
"""Names with a blank, which programs read and the page does not show."""

KEYBOARD = {"Alt", "Arrow", "Control", "Del", "Delete", "End", "Enter", "Escape", "Home", "Shift", "Space", "Tab"}
NO_TEXT_FOR = {"class", "className", "d", "font", "fontFamily", "style", "type", "viewBox"}
"""Attributes whose values the page does not show."""

_MARKUP = re.compile(
    r"<[a-z!/]|=>|;\n|\\[dsw]|_\w+_"  # HTML, code, regular expressions
    r"|^[.#]|^\[data-|\[(?:type|role|value)=|:has\(|sans-serif|^[a-z]+\([\d{]"  # selectors and style
    r"|^M(?:\{…\}|\d)|^-?\d+ -?\d+ "  # paths of SVG
    r"|charset=|no-cache|'self'|=\w*\(\)|^width=|^GET "  # headers of HTTP and of the page
)
_PLOTLY = re.compile(r"<extra>.*?</extra>|%(?=\{)")
_SPACED = re.compile(r"[^\W\d_]\S* |(?: |\}\s)\S*[^\W\d_]")
_LABEL = re.compile(r"[A-Z][a-z]{2,}[…:]?|He|Up|[a-z]+\.")
_CSS_CLASS = re.compile(r"\.([a-z][\w-]*)")


@dataclass(frozen=True)
class Text:
    """One text that the page can show, and where its source stands."""

    path: str
    line: int
    text: str

    def __str__(self) -> str:
        return f"{self.path}:{self.line} {self.text!r}"


def page_texts() -> list[Text]:
    """Every text of the page, by the path and the line of its source."""
    found = [text for path in sources() for text in texts_of(path, (ROOT / path).read_text("utf-8"))]
    return sorted(found, key=lambda text: (text.path, text.line))


def sources() -> Iterator[str]:
    """The sources that speak to the page, by their paths in the repository."""
    for folder, ending in (("assets/js", "js"), ("assets/class", "js"), ("engine", "py"), ("webapp", "py")):
        for file in sorted((ROOT / folder).rglob(f"*.{ending}")):
            path = file.relative_to(ROOT).as_posix()
            if not any(path == silent or path.startswith(f"{silent}/") for silent in SILENT):
                yield path


def texts_of(path: str, source: str) -> Iterator[Text]:
    """The texts of one source, in Python or in JavaScript."""
    literals = script_literals(source) if path.endswith(".js") else python_literals(source)
    classes = css_classes()
    for line, literal in literals:
        text = _PLOTLY.sub("", literal)
        if is_text(text) and not set(text.replace(HOLE, "").split()) <= classes:
            yield Text(path, line, text)


def is_text(literal: str) -> bool:
    """Whether a literal has the form of a text: words with a blank, or one capitalised word."""
    words = literal.replace(HOLE, "")
    if _MARKUP.search(literal) or literal in {*KEYBOARD, *NAMES} or not re.search(r"[^\W\d_]", words):
        return False
    return bool(_SPACED.search(literal) or _LABEL.fullmatch(literal))


@cache
def css_classes() -> set[str]:
    """The classes of the page's style sheets: a literal that consists of them is no text."""
    sheets = (sheet.read_text("utf-8") for sheet in (ROOT / "assets" / "css").glob("*.css"))
    return {name for sheet in sheets for name in _CSS_CLASS.findall(sheet)}


# Python


def python_literals(source: str) -> Iterator[tuple[int, str]]:
    """Line and value of each string literal and f-string in the place of a value."""
    yield from _python(ast.parse(source))


def _python(node: ast.AST) -> Iterator[tuple[int, str]]:
    match node:
        case ast.Constant(value=str(text)):
            yield node.lineno, text
        case ast.JoinedStr(values=parts):
            yield node.lineno, "".join(str(part.value) if isinstance(part, ast.Constant) else HOLE for part in parts)
            for part in parts:
                if isinstance(part, ast.FormattedValue):
                    yield from _python(part.value)
        case _:
            for child in _shown_parts(node):
                yield from _python(child)


def _shown_parts(node: ast.AST) -> Iterator[ast.AST]:
    """The parts of a node in which a text may stand."""
    hidden: list[ast.AST | None] = []
    match node:
        case ast.Expr(value=ast.Constant()) | ast.MatchValue():
            return
        case ast.Compare(left=left, comparators=others):
            hidden = [part for part in (left, *others) if isinstance(part, ast.Constant)]
        case ast.Dict(keys=keys, values=values):
            hidden = [*keys, *(value for key, value in zip(keys, values, strict=True) if _untold(key))]
        case ast.Subscript(slice=index):
            hidden = [index]
        case ast.keyword(arg=str(name)) if name in NO_TEXT_FOR:
            return
        case ast.Call(func=ast.Name(id=name) | ast.Attribute(attr=name), args=arguments) if name in NAMED_BY:
            hidden = list(arguments)
        case ast.Assign(targets=[ast.Name(id="__all__")]):
            return
        case ast.arg() | ast.FunctionDef() | ast.AsyncFunctionDef() | ast.AnnAssign():
            hidden = [getattr(node, "annotation", None), getattr(node, "returns", None)]
    yield from (part for part in ast.iter_child_nodes(node) if part not in hidden)


def _untold(key: ast.AST | None) -> bool:
    return isinstance(key, ast.Constant) and key.value in NO_TEXT_FOR


# JavaScript

_TOKEN = re.compile(
    r"""(?P<skip>\s+|//[^\n]*|/\*.*?\*/)|(?P<string>"(?:[^"\\\n]|\\.)*"|'(?:[^'\\\n]|\\.)*')"""
    r"""|(?P<word>[\w$]+)|(?P<sign>=>|[=!]==?|\?\?|\?\.|&&|\|\||.)""",
    re.DOTALL,
)
_REGEX = re.compile(r"/(?:[^/\\\[\n]|\\.|\[(?:[^\]\\\n]|\\.)*\])+/[a-z]*")
_BEFORE_REGEX = {"return", "case", "typeof", *"([{,;=:?!&|+<>~", "=>", "===", "!==", "==", "!=", "&&", "||", "??"}
_ESCAPE = re.compile(r"\\(u\{?[0-9A-Fa-f]+\}?|.)", re.DOTALL)
_COMPARED = {"===", "!==", "==", "!=", "case", "in"}


@dataclass(frozen=True)
class Token:
    """One token of a script; the value of a string is its text, and that of a template has holes."""

    kind: str
    value: str
    line: int


@cache
def script_tokens(source: str) -> list[Token]:
    """The tokens of a script; a template comes before the tokens of its holes, which are put into brackets."""
    return _Lexer(source).tokens


class _Lexer:
    """One pass over a script: strings, templates with their holes, comments and regular expressions."""

    def __init__(self, source: str) -> None:
        self.source, self.at, self.tokens = source, 0, list[Token]()
        self.read()

    def read(self, *, hole: bool = False) -> None:
        """Tokens up to the end of the source, or to the brace that closes a hole."""
        depth = 0
        while self.at < len(self.source):
            letter = self.source[self.at]
            if letter == "`":
                self.read_template()
                continue
            if letter == "}" and hole and depth == 0:
                return
            depth += {"{": 1, "}": -1}.get(letter, 0)
            self.read_token()

    def read_token(self) -> None:
        before = self.tokens[-1] if self.tokens else None
        may_begin = before is None or (before.kind != "string" and before.value in _BEFORE_REGEX)
        comment = self.source.startswith(("//", "/*"), self.at)
        match = _REGEX.match(self.source, self.at) if may_begin and not comment else None
        kind = "regex"
        if match is None:
            match = _TOKEN.match(self.source, self.at)
            assert match is not None
            kind = match.lastgroup or ""
        text = match[0]
        if kind != "skip":
            self.add(kind, _unescaped(text[1:-1]) if kind == "string" else text, match.start())
        self.at = match.end()

    def read_template(self) -> None:
        start, place, text = self.at, len(self.tokens), ""
        self.at += 1
        while self.source[self.at] != "`":
            if self.source.startswith("${", self.at):
                text += HOLE
                self.at += 2
                self.add("sign", "(", self.at)
                self.read(hole=True)
                self.add("sign", ")", self.at)
                self.at += 1
            else:
                escape = _ESCAPE.match(self.source, self.at)
                letter = escape[0] if escape else self.source[self.at]
                text += _unescaped(letter)
                self.at += len(letter)
        self.at += 1
        self.tokens.insert(place, Token("string", text, self.source.count("\n", 0, start) + 1))

    def add(self, kind: str, value: str, at: int) -> None:
        self.tokens.append(Token(kind, value, self.source.count("\n", 0, at) + 1))


def _unescaped(text: str) -> str:
    def character(match: re.Match[str]) -> str:
        code = match[1]
        if len(code) > 1:
            return chr(int(code[1:].strip("{}"), 16))
        return {"n": "\n", "t": "\t"}.get(code, code)

    return _ESCAPE.sub(character, text)


def script_literals(source: str) -> Iterator[tuple[int, str]]:
    """Line and value of each string and template in the place of a value."""
    tokens = [Token("sign", "", 0), *script_tokens(source), Token("sign", "", 0)]
    calls: list[str] = []
    for k, token in enumerate(tokens):
        before = tokens[k - 1]
        if token.kind == "sign" and token.value in ("(", "[", "{"):
            calls.append(before.value if token.value == "(" and before.kind == "word" else "")
        elif token.kind == "sign" and token.value in (")", "]", "}") and calls:
            calls.pop()
        elif token.kind == "string" and not _is_name(tokens, k, calls[-1] if calls else ""):
            yield token.line, token.value


def _is_name(tokens: list[Token], k: int, call: str) -> bool:
    """Whether a string is an address, a key, one side of a comparison, an attribute's name or value without text."""
    before, after = tokens[k - 1], tokens[k + 1]
    if before.value in {"from", *_COMPARED} or after.value in _COMPARED or call in NAMED_BY:
        return True
    if before.kind == "sign" and before.value in ("{", ",") and after.value == ":":
        return True
    if call == "setAttribute" and before.value == "(":
        return True
    return before.value in ("=", ":") and tokens[k - 2].value in NO_TEXT_FOR


# The list


def listed(texts: list[Text]) -> str:
    """The list as Markdown: a heading for each source, and each of its texts once, in order."""
    lines = [
        "# Every text that the page can show",
        "",
        "Made from the sources by `make sentences`; `tests/sentences.py` says what counts as a text, and",
        "`tests/test_sentences.py` checks each. {…} stands for what the program fills in. A text that begins or ends",
        "with a blank continues another.",
    ]
    by_path: dict[str, dict[str, None]] = {}
    for text in texts:
        by_path.setdefault(text.path, {})[text.text] = None
    for path, found in by_path.items():
        lines += ["", f"## {path}", "", *(f"- {_in_a_line(text)}" for text in found)]
    return "\n".join(lines) + "\n"


def _in_a_line(text: str) -> str:
    return "`` " + text.replace("\n", " ⏎ ") + " ``" if "`" in text else "`" + text.replace("\n", " ⏎ ") + "`"


if __name__ == "__main__":
    LISTED.write_text(listed(page_texts()), "utf-8")
    sys.stdout.write(LISTED.read_text("utf-8"))
