"""A formula shows its function and its slope while it is typed, or what is wrong and where; done, it is learned."""

from collections.abc import Iterator
from dataclasses import replace

import pytest
from selenium.webdriver.common.keys import Keys
from selenium.webdriver.support.select import Select

from engine import Affinity, Map, run
from engine.experiments.catalogue import CATALOGUE, FIRST
from tests.stories.visitor import Visitor
from tests.webapp.asking import fingerprint

PANEL = """
const panel = document.querySelector('.formula-panel');
if (!panel || panel.hidden) return null;
const marked = panel.querySelector('mark'), { top, bottom, left, right } = panel.getBoundingClientRect();
return {
  text: [...panel.querySelectorAll('p')].map((line) => line.textContent).join(' '),
  value: panel.querySelector('path.value')?.getAttribute('d') || '',
  slope: panel.querySelector('path.slope')?.getAttribute('d') || '',
  wrong: marked ? [marked.previousSibling?.data || '', marked.textContent] : null,
  seen: top >= 0 && left >= 0 && bottom <= innerHeight && right <= innerWidth,
};
"""
NO_NAME = "w1 is not a name here. Use v0, v1, numbers, + − * / ** and sign, abs, exp, …"
STILL_SIGNS = "Still showing sign(v0), sign(v0 - v1)."


@pytest.fixture(autouse=True)
def first_experiment(visitor: Visitor) -> Iterator[None]:
    visitor.begins()
    yield
    visitor.presses(Keys.ESCAPE)


def own_formula(visitor: Visitor) -> None:
    """Turns the function of the map into a field for a formula."""
    if visitor.js("return document.querySelector('[data-control=function-1]')"):
        Select(visitor.hand("function-1")).select_by_visible_text("own formula")
    visitor.until("return document.activeElement.dataset.control === 'formula-1'")


def panel(visitor: Visitor, part: str) -> dict[str, object]:
    """The panel beside the field, once its text includes `part`."""
    shown = f"(() => {{ {PANEL} }})()"
    found: dict[str, object] = visitor.until(
        f"const panel = {shown}; return panel && panel.text.includes(arguments[0]) ? panel : null", part
    )
    return found


def test_a_formula_is_drawn_with_its_slope_while_it_is_typed_and_learned_once_it_is_done(visitor: Visitor) -> None:
    past, _ = visitor.depth
    own_formula(visitor)
    visitor.presses("x*x/")
    wrong = panel(visitor, "This cannot be read from character 5 on.")
    assert wrong["wrong"] == ["x*x/", "\u00a0"]
    assert visitor.shown["fingerprint"] == fingerprint()
    visitor.presses("2")
    right = panel(visitor, "derivative x")
    assert right["value"]
    assert right["slope"]
    assert right["seen"]
    visitor.turns(visitor.presses, Keys.ENTER)
    assert visitor.shown["fingerprint"] == fingerprint(layers=(Affinity(2, 2), Map("x*x/2")))
    assert visitor.sentence.startswith("Changing tanh to x*x/2 ")
    assert visitor.depth == (past + 1, 0)
    assert visitor.cards[1] == "Activation x*x/2"
    assert visitor.js("return !document.querySelector('.formula-panel').checkVisibility()")


def test_what_is_wrong_is_said_with_its_place_and_the_last_good_run_stays(visitor: Visitor) -> None:
    own_formula(visitor)
    visitor.presses("tanh(x)+w1*x")
    assert panel(visitor, "w1 is not a name here.")["wrong"] == ["tanh(x)+", "w"]
    visitor.asks(visitor.presses, Keys.ENTER)
    visitor.reads("#network-error", start="w1 is not a name here.")
    assert visitor.hand("formula-1").get_attribute("aria-invalid") == "true"
    assert visitor.shown["fingerprint"] == fingerprint()
    visitor.presses(Keys.ESCAPE)
    visitor.sees("network-error", "")
    assert visitor.cards[1] == "Activation tanh"


def test_a_slope_of_zero_everywhere_never_learns(visitor: Visitor) -> None:
    own_formula(visitor)
    visitor.presses("sign(x)")
    panel(visitor, "this layer never learns")
    visitor.turns(visitor.presses, Keys.ENTER)
    assert visitor.js("return document.querySelector('.layer[data-at=\"1\"] .warn').textContent") == "never learns"


@pytest.mark.soak
def test_a_field_left_empty_gives_the_menu_back_and_a_formula_can_have_a_name_again(visitor: Visitor) -> None:
    own_formula(visitor)
    visitor.presses(Keys.TAB)
    visitor.until("return document.activeElement.dataset.control === 'unit-1-0'")
    visitor.until("return document.querySelector('[data-control=function-1]') !== null")
    own_formula(visitor)
    visitor.turns(visitor.presses, "0.5*x", Keys.ENTER)
    visitor.takes("menu-1", "Named function")
    with visitor.turning():
        Select(visitor.hand("function-1")).select_by_visible_text("tanh")
    assert visitor.shown["fingerprint"] == fingerprint()
    assert visitor.cards[1] == "Activation tanh"


def test_a_target_is_typed_one_formula_for_each_output(visitor: Visitor) -> None:
    past, _ = visitor.depth
    visitor.fills("y-1", "(v0-v1)**2", "")
    panel(visitor, "This can be learned.")
    visitor.turns(visitor.presses, Keys.ENTER)
    assert visitor.shown["fingerprint"] == fingerprint(ideal=("sign(v0)", "(v0-v1)**2"))
    assert visitor.sentence.startswith("Changing the target from Signs to sign(v0), (v0-v1)**2: the final loss is ")
    visitor.sees_value("target", "Own formulas")
    assert visitor.depth == (past + 1, 0)


def test_a_wrong_target_is_marked_and_stands_again_as_it_was(visitor: Visitor) -> None:
    visitor.fills("y-1", "sign(v0-w1)", "")
    assert panel(visitor, "w1 is not a name here.")["wrong"] == ["sign(v0-", "w"]
    visitor.asks(visitor.presses, Keys.ENTER)
    visitor.sees("target-error", f"{NO_NAME} {STILL_SIGNS}")
    assert visitor.hand("y-1").get_attribute("aria-invalid") == "true"
    assert visitor.hand("y-0").get_attribute("aria-invalid") is None
    assert visitor.shown["fingerprint"] == fingerprint()
    visitor.presses(Keys.ESCAPE)
    visitor.sees("target-error", "")
    visitor.sees_formulas("sign(v0)", "sign(v0 - v1)")


def test_outputs_are_added_and_taken_away_and_the_network_follows(visitor: Visitor) -> None:
    for act, outputs, ideal in (
        ("Add an output", 3, ("sign(v0)", "sign(v0 - v1)", "0")),
        ("Remove the last", 2, ("sign(v0)", "sign(v0 - v1)")),
    ):
        with visitor.turning():
            visitor.hand(act).click()
        # Another output leaves the weights of the others as they are.
        layers = (Affinity(2, outputs, first_shape=None if outputs == 2 else (2, 2)), Map("tanh"))
        wanted = replace(CATALOGUE[FIRST].experiment, layers=layers, ideal=ideal)
        assert visitor.shown["fingerprint"] == run(wanted, wanted.network()).fingerprint
        assert visitor.cards[0] == f"Dense 2 → {outputs}"
        visitor.sees_formulas(*ideal)
    before = visitor.shown["fingerprint"]
    visitor.asks(visitor.fills, "y-1", "v9")
    visitor.sees("target-error", f"There is no v9: the network has 2 inputs, v0, v1. {STILL_SIGNS}")
    assert visitor.shown["fingerprint"] == before
