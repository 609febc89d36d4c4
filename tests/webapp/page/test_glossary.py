"""Each control and each number of the page has a line that says what it is."""

import dataclasses
import re

from engine.experiments.knobs import KNOBS
from webapp.bench.knob_controls import control_inputs
from webapp.page.constants import page_constants
from webapp.page.glossary import GLOSSARY

SENTENCE = re.compile(r"^[A-Z−32].*[.…?]$")


def test_every_term_is_said_once_in_whole_sentences() -> None:
    assert len({term.name for term in GLOSSARY}) == len({term.selector for term in GLOSSARY}) == len(GLOSSARY)
    for term in GLOSSARY:
        assert SENTENCE.match(term.says), term
        assert not term.higher or (term.higher[0].islower() and term.higher.endswith(".")), term


def test_every_control_of_a_knob_is_explained() -> None:
    selectors = " ".join(term.selector for term in GLOSSARY)
    controls = [control for knob in KNOBS.values() for control, _ in control_inputs(knob)]
    assert controls
    for control in controls:
        known = {"alpha-slider": "alpha-track"}.get(control, control)
        assert f"#{known}" in selectors, control


def test_the_scripts_get_every_term() -> None:
    sent = page_constants()["glossary"]
    for term, row in zip(GLOSSARY, sent, strict=True):
        assert row == {name: text for name, text in dataclasses.asdict(term).items() if name != "name"}
