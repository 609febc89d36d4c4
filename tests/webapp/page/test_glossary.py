"""Each control and each number of the page has a line that says what it is."""

import dataclasses
import re
from collections.abc import Callable

from engine.experiments.knobs import KNOBS
from engine.formula import Formula, formulas
from engine.rules.rate import rate_formula
from webapp.bench.knob_controls import control_inputs
from webapp.page.constants import page_constants
from webapp.page.glossary import GLOSSARY

SENTENCE = re.compile(r"^[A-Z−32].*[.…?]$")


def test_every_term_is_said_once_and_every_formula_that_it_recommends_can_be_typed() -> None:
    assert len({term.name for term in GLOSSARY}) == len({term.selector for term in GLOSSARY}) == len(GLOSSARY)
    for term in GLOSSARY:
        assert SENTENCE.match(term.says), term
        assert not term.higher or (term.higher[0].islower() and term.higher.endswith(".")), term
    assert page_constants()["glossary"] == [dataclasses.asdict(term) for term in GLOSSARY]
    selectors = " ".join(term.selector for term in GLOSSARY)
    controls = [control for knob in KNOBS.values() for control, _ in control_inputs(knob)]
    assert controls
    for control in controls:
        known = {"alpha-slider": "alpha-track"}.get(control, control)
        assert f"#{known}" in selectors, control
    for name, text in RECOMMENDED:
        readers: dict[str, Callable[[str], object]] = {"Formula": Formula, "Rate": rate_formula}
        assert readers.get(name, lambda text: formulas((text,)))(text)
    assert [name for name, _ in RECOMMENDED] == ["Formula"] * 3 + ["Target's formula"] * 3 + ["Rate"] * 2


RECOMMENDED = [
    (term.name, formula)
    for term in GLOSSARY
    for examples in re.findall(r"formula|function of x", term.says) and re.findall(r"such as (.*?)\.(?: |$)", term.says)
    for formula in re.split(r", (?![^(]*\))| or ", examples)
]
