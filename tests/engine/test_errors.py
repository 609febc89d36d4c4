"""The engine's exceptions are one tree, and no message repeats all of a long argument."""

import inspect

from engine import errors
from engine.errors import BenchError, UnknownNameError, shown


def test_every_refusal_is_a_bench_error_and_says_in_its_class_what_it_means() -> None:
    found = [kind for _, kind in inspect.getmembers(errors, inspect.isclass) if issubclass(kind, Exception)]
    kinds = [kind for kind in found if not issubclass(kind, Warning)]
    assert BenchError in kinds
    assert all(issubclass(kind, BenchError) for kind in kinds)
    assert [kind.__name__ for kind in kinds if not vars(kind)["__doc__"]] == []
    assert issubclass(BenchError, ValueError)


def test_an_unknown_name_is_answered_with_the_known_ones_and_a_value_is_shown_but_cut_short() -> None:
    said = "There is no colour called 'tael'. Known: teal, ink."
    assert str(UnknownNameError("colour", "tael", ["teal", "ink"])) == said
    texts: list[tuple[object, str]] = [
        (3, "3"), ("tanh", "'tanh'"), (None, "None"), (["raw"], "['raw']"), ([[[1]]], "[[[...]]]"),
        ("<b>" * 100, "'<b><b><b><b><b><b...<b><b><b><b><b><b>'"),
        (10**100, "100000000000000000...0000000000000000000"), (["x" * 30] * 9, f"['{'x' * 30}', '{'x' * 23}…"),
    ]  # fmt: skip
    assert [shown(value) for value, _ in texts] == [text for _, text in texts]
