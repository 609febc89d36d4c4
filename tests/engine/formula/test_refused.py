"""Text that is no formula is refused in a sentence, at once and in little memory, wherever it comes from."""

import string
import time
import tracemalloc

import dill
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine import BenchError, Formula, FormulaError, MapLayer, Network, formulas
from engine.activations import ACTIVATIONS
from engine.formula import VECTOR
from engine.formula.formula import MOST_NODES
from engine.formula.parser import FUNCTIONS
from engine.formula.program import Program
from engine.rules.rate import rate_formula
from tests.engine.asserting import refusal, refuses
from tests.engine.formulas import accepted
from webapp.sessions.safe_unpickle import UnpickleRefused, load_network

SECONDS = 0.1
"""Of the processor, which no other work on the machine takes away."""

MEMORY = 4_000_000

TYPED = ("x", "v0", *FUNCTIONS, "pi", "e", "np.", "if", "else", "and", "or", "not", "for", "in", "is", "lambda", "(",
         ")", "[", "]", ",", "+", "-", "*", "/", "**", "<", "<=", "==", "!=", ">", "=", ".", " ", "1", "0.5", "9",
         "1e3", "_", "await", "yield", "import", "None", "True")  # fmt: skip

ATTACKS = (
    # attributes
    "x.real", "x.__class__", "().__class__", "(1).real", "1.0.real", "1 .real", "x.x.x", "np.x", "np.np.sin(x)",
    "np.load(x)", "np.os", "math.inf", "math.nan", "math", "np", "np.sin", "numpy.sin(x)", "sin.sin(x)", "x.sin()",
    "abs.__call__(x)", "tanh(x).imag", "[].append(x)", "v.shape", "e.e", "pi.pi",
    # statements and calls of what is not here
    "__import__(x)", "import os", "from os import system", "exec(x)", "eval(x)", "open(x)", "print(x)", "globals()",
    "getattr(x, x)", "breakpoint()", "exit()", "input()", "del x", "pass", "return x", "raise x", "assert x",
    "global x", "while x", "with x", "x; x", "x = 1", "x == 1 = 2", "x += 1", "x == = 1",
    # lambdas, comprehensions, generators and the rest of Python's expressions
    "lambda: x", "lambda x: x", "[x for x in x]", "(x for x in x)", "{x for x in x}", "{x: x}", "{x}", "{}", "[]",
    "[x]", "[x][0]", "(x, x)", "x, x", "x,", "()", "*x", "**x", "max(*x)", "max(**x)", "max(x, *x)", "max(a=x)",
    "where(x, x, c=x)", "abs(x for x in x)", "yield", "(yield)", "(yield x)", "await x", "x := 1", "(x := 1)", "...",
    "x[...]", "x[0]", "x[0:1]", "x[x]", "v[0]", "v[x]", "v[-1]", "v[0.5]", "v[0][0]", "v[1, 2]", "v[]", "v[:]", "e[0]",
    "sin[0](x)", "x(x)", "pi(2)", "1(2)", "(x)(x)", "abs(x)(x)", "sin()", "sin(x, x)", "where(x, x)", "clip(x, 1)",
    "max()", "max(x)", "abs", "None", "True", "False", "True + x", "not", "x not", "x not in x", "x in x", "x is x",
    "x is not x", "x if x", "if x else x", "x else x", "and x", "x and", "x or or x",
    # operators that are not here
    "x % 2", "x // 2", "x << 2", "x >> 2", "x & x", "x | x", "x ^ x", "~x", "x @ x", "x <> x", "x !x", "!x", "x = x",
    "x => 1", "x =< 1", "x === 1", "x ** ** x", "x +", "* x", "/ x", "x x", "x 2", "2 x", "x y", "<", "==", "=", "!",
    # quotes, strings and other characters
    "'x'", '"x"', "'", '"', "b'x'", "f'{x}'", "`x`", "\\", "x\\\n+x", "#", "x # y", "x$", "x?", "x@", "x;", "x:", "{x",
    "x\n", "x\nx", "\nx", "x\tx", "\tx", "x\rx", "x\x00", "\x00", "x\x0b", "x\x0c+x", "x\x1b[0m", "\ufeffx", "x\u200b",
    "x\u00a0+x", "\u2003x", "x\u2028x", "<b>x</b>", "<script>alert(1)</script>", "&lt;", "x\ud800", "\U0001f600",
    # look-alikes
    "\u0445", "\u0445*x", "\uff58", "x\u00b2", "x\u2212x", "x\u00d7x", "\u03c0", "\u212f", "\u0661", "x*\uff12",
    "s\u0456n(x)", "tanh\uff08x\uff09", "x\u2217x", "\u00aax", "\u017fin(x)", "x\u00f72",
    # numbers
    "1e400", "-1e400", "1e999999999", "0x10", "0x1p3", "0b1", "0o7", "007", "1_000", "1__0", "_", "__", "_x", "x_",
    "x__", "1j", "1J", "2x", "x2", "1.2.3", "1..2", "..1", ".", "1e", "1e+", "1if x else 2", "0or x", "9" * 25,
    "0." + "1" * 25, "1" * 240, "1" * 4400, "inf", "nan", "Infinity", "NaN", "1f", "1L", "1.e", "0xfor x in x",
    # what is not finite, or explodes
    "9**9**9", "9**9**9**9", "10**400", "2**1024", "0**-1", "1/0", "0/0", "-1/0", "log(0)", "log(-1)", "sqrt(-1)",
    "exp(1000)", "x + 9**9**9", "x*(1/0)", "sinh(1e3)", "tan(1e400)", "(-8)**0.5", "1e308*10", "1e308 + 1e308",
    "log1p(-1)", "0*(1/0)", "x if 0 else 1/0", "e**e**e**e", "floor(9**999)",
    # what is too long, too deep or too large
    "", " ", " " * 1000, "x" * 241, "x+" * 120 + "x", "x" + "+x" * 100, "x*" * 119 + "x", "-" * 239 + "x",
    "+" * 200 + "x", "not " * 59 + "x", "(" * 1000, "(" * 1000 + "x" + ")" * 1000, "(" * 119 + "x" + ")" * 119,
    "[" * 119 + "]" * 119, "([" * 59 + "])" * 59, ")" * 100, "(" * 25 + "x" + ")" * 25, "((x)", "(x))", "(x]", "[x)",
    "abs(" * 48 + "x" + ")" * 48, "x**" * 79 + "x", "x<" * 119 + "x", "max(" * 24 + "x" + ",-x)" * 24,
    "min(x," * 30 + "x" + ")" * 30, "where(x," * 29, "," * 240, "max(" + "x," * 117 + "x)", "x" * 10_000_000,
    "(" * 10_000_000, "x," * 1_000_000,
    # more of each, as strangers send them
    "x.__reduce__", "np.linalg.det(x)", "math.pi.real", "np..sin(x)", "np.(sin)(x)", "sin.__globals__",
    "__import__('os')", "pow(x,2)", "sum(x)", "range(9**9)", "type x = x", "match x", "async x", "(lambda x:x)(x)",
    "x if lambda:x else x", "((x:=x))", "sin(cos)", "sin(x)[0]", "max(,x)", "sin(x,out=x)", "v]0[", "v[True]",
    "v[v[0]]", "v[256]", "v00", "\U0001d465", "\U0001d70b", "t\u0430nh(x)", "\uff53\uff49\uff4e(x)", "\u221ax",
    "x\u202ex", "x\u00ad", "x\u0301", "x\u200d", "x\x85", "10**1000", "sinh(711)", "exp(exp(exp(9)))", "0 and 1/0",
    "x if 1 else 0/0", "max(1/0,x)", "where(1,x,1/0)", "1e.1", "x" + "**-x" * 40, "x" + "<x" * 100, "+-" * 100 + "x",
    "(x," * 60 + ")" * 60, "<svg onload=x>", "javascript:x", "{{x}}", "%00", "/*x*/", "x" + " and x" * 40,
)  # fmt: skip


def refused(text: object, *variables: tuple[str, ...]) -> FormulaError:
    """The error that reading the text as a formula gives."""
    with pytest.raises(FormulaError) as raised:
        Formula(text, *variables)  # type: ignore[arg-type]
    return raised.value


def seconds(text: str) -> float:
    """How long this thread works at a refusal; once in a while another's rubbish is collected meanwhile."""
    before = time.thread_time()
    refused(text)
    return time.thread_time() - before


def test_hostile_text_is_refused_at_once_with_little_memory_in_a_sentence_and_at_a_place() -> None:
    assert len(set(ATTACKS)) == len(ATTACKS) > 250
    for text in ATTACKS:
        error = refused(text)
        assert min(seconds(text) for _ in range(3)) < SECONDS, text[:80]
        assert isinstance(error, BenchError)
        assert 0 <= error.position <= len(text), text[:80]
        sentence = str(error)
        assert len(sentence) < 300
        assert sentence[0] not in " ,"
        assert sentence[-1] in ".?…!="
        assert all(letter.isprintable() for letter in sentence)
        assert not any(mark in sentence for mark in ("<b>", "<script", "</", "&lt;")), "no markup that was typed"
    for text in ATTACKS:
        tracemalloc.start()
        refused(text)
        _, peak = tracemalloc.get_traced_memory()
        tracemalloc.stop()
        # The text may be cut from its blanks once.
        assert peak < MEMORY + len(text), text[:80]


def test_an_error_says_what_was_found_where_and_what_to_do_in_a_list_as_alone() -> None:
    for text in ("x" * 10, "[x]", "a b", "[v0, v1", "[v0, [v1]]", "[v0 for v0 in v]", "[*v0]"):
        refuses(FormulaError, formulas, text)
    for value in (3, None, b"x", ["x"], 1.5, object):
        assert str(refused(value)).startswith("A formula is text, not ")
    errors = {text: refused(text, VECTOR) for text in SAID}
    assert {text: (error.position, str(error)) for text, error in errors.items()} == SAID
    for variables, example in ((("x",), "x*x/2"), (VECTOR, "v0*v0/2"), (("k",), "k*k/2")):
        assert str(refused("", variables)) == f"The formula is empty. Write one, such as {example}."
        Formula(example, variables)
    assert "such as v0*v0/2." in refusal(FormulaError, formulas, [""])
    rate = "The formula is empty. A rate is a formula in k, such as 1/(1+k/200)."
    assert refusal(FormulaError, rate_formula, "") == rate


NO_NAME = "is not a name here. Use v0, v1, numbers, + − * / ** and sign, abs, exp, …"
NO_CHARACTER = "is no character of a formula. Use Latin letters, digits, blanks and . , + - * / ( ) [ ] < > = !"
SAID = {
    "v0 + w1": (5, f"w1 {NO_NAME}"), "  v0 + w1": (7, f"w1 {NO_NAME}"), "v[300]": (0, f"v[300] {NO_NAME}"),
    "v0 = 1": (3, "= is no operator here. Compare with ==, !=, <, <=, > or >=."),
    "3v0": (0, "3v0 is not a number. Write 3*v0 to multiply, and numbers as 0.5 or 1e-3."),
    "v1 + 0.5sin(v0)": (5, "0.5sin is not a number. Write 0.5*sin to multiply, and numbers as 0.5 or 1e-3."),
    "1_000*v0": (0, "1_000 is not a number. Write numbers as 0.5 or 1e-3."),
    "α*v0": (0, f"'α' {NO_CHARACTER}"), "v0 % 2": (3, f"'%' {NO_CHARACTER}"),
    "(v0": (0, "( is never closed. Close it, or take it out."),
    "v0)": (2, ") closes a bracket that is not open. Open it, or take it out."),
    "sin": (0, "sin is a function. Write sin(…)."), "v0(2)": (0, "v0 is a number, not a function. Write v0*(…)."),
    "1 + where(v0, 1)": (4, "where takes 3 values, and was given 2."),
    "max(v0)": (0, "max takes 2 values or more, and was given 1."),
    "abs(v0, v1)": (0, "abs takes 1 value, and was given 2."), "v0 + 9**9**9": (5, "This has no finite value."),
    "v0 +": (4, "This cannot be read from character 5 on. Is a value or an operator missing?"),
    "": (0, "The formula is empty. Write one, such as v0*v0/2."),
    "v0+" * 80 + "v0": (240, "A formula has at most 240 characters, not 242. Write it shorter."),
    "v0" + "+1" * 24: (0, "A formula is at most 24 parts deep. Write it flatter."),
    "1" * 25: (0, "A number has at most 24 digits in a row. Round it."),
    "v0 // 2": (0, "That operator has no meaning here. Use v0, v1, numbers, + − * / ** and sign, abs, exp, …"),
}  # fmt: skip
"""Texts, and where and why they are no formulas."""


def largest_programs() -> list[Program]:
    """Programs of formulas that are as large as can be, each by another way."""
    shapes = (
        lambda k: f"max({','.join(f'x**{n + 2}' for n in range(k))})",
        lambda k: f"min({','.join(f'x**x**{n}.5' for n in range(k))})",
        lambda k: f"max({','.join(f'sin({n}*x)' for n in range(2, k + 2))})",
        lambda k: "+".join(f"(x+{n})**63" for n in range(2, k + 2)),
        lambda k: "+".join(f"x**x**x**{n}" for n in range(2, k + 2)), lambda k: "tanh(" * k + "x" + ")" * k,
        lambda k: "max(" * k + "x" + ",-x)" * k, lambda k: "max(" * k + "x" + ",x*x,-x)" * k,
    )  # fmt: skip
    programs = ([Formula(text).program for text in map(shape, range(2, 24)) if accepted(text)] for shape in shapes)
    return [max(some, key=lambda program: len(program.steps)) for some in programs]


def test_the_largest_programs_are_within_bounds_and_more_parts_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    for program in largest_programs():
        assert len(program.steps) + len(program.constants) <= MOST_NODES
        assert program.registers < 300
        assert np.isfinite(program.run([np.full(3, 0.5)], 3)).any()
    many = "+".join(f"(x+{k})**63" for k in range(2, 12))
    assert str(refused(many)) == "A formula has at most 96 parts. Write it shorter."
    monkeypatch.setattr("engine.formula.formula.MOST_NODES", 30)
    found = str(refused("max(sin(x), cos(x), tan(x), exp(x), tanh(x))"))
    assert found == "With its derivative, this formula has more than 30 parts. Write it shorter."


# The other ways in


def test_a_map_layer_names_both_ways_to_a_function_and_one_with_a_hostile_formula_is_not_opened() -> None:
    names = ", ".join(ACTIVATIONS)
    for text in ("tahn", "x.real", "__import__('os')", "x*y", "", "x" * 10_000):
        assert refusal(FormulaError, MapLayer, text).endswith(f" Or name a function: {names}.")
    net = Network()
    net.extend(MapLayer("tanh"))
    for text in ("tahn", "__import__('os').system('true')", "lambda: 1", "9**9**9", "x" * 100_000):
        data = dill.dumps(net).replace(b"\x8c\x04tanh", b"\x8d" + len(text).to_bytes(8, "little") + text.encode())
        # Without its frame the pickle may be of any length.
        data = data[:2] + data[11:] if data[2:3] == b"\x95" else data
        said = refusal(UnpickleRefused, load_network, data, 1_000_000)
        assert said == "The checkpoint cannot be read (FormulaError)."


# Fuzz


def check(text: str) -> None:
    """A formula or a refusal, at once; a formula has a value and a slope everywhere."""
    before = time.thread_time()
    read: Formula | FormulaError
    try:
        read = Formula(text)
    except FormulaError as error:
        read = error
    if isinstance(read, FormulaError):
        assert 0 <= read.position <= len(text)
        assert str(read)
    else:
        x = np.array([-1.5, 0.0, 2.0])
        assert read(x).shape == read.slope(x).shape == read.without_slope(x).shape == x.shape
        assert len(read.slope_text) <= 240
    assert time.thread_time() - before < 10 * SECONDS


words = st.lists(st.sampled_from(TYPED), max_size=40).map("".join)
lines = st.text(alphabet=string.printable, max_size=60)
language = st.text(alphabet="x01.9e+-*/()<>=!, _v[]", max_size=240)


@settings(max_examples=200)
@given(words | lines | language | st.text(max_size=260))
def test_any_text_at_all_is_a_formula_or_is_refused(text: str) -> None:
    check(text)


@pytest.mark.soak
@settings(max_examples=30_000)
@given(words | lines | language | st.text(max_size=260))
def test_any_of_many_thousand_texts_is_a_formula_or_is_refused(text: str) -> None:
    check(text)
