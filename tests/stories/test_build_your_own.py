"""The network is edited on its cards: every edit is the engine's, a step to undo, a ghost, and part of what is kept."""

from collections.abc import Callable

import pytest
from selenium.webdriver.common.keys import Keys
from selenium.webdriver.support.select import Select

from engine.experiments.catalogue import CATALOGUE, FIRST
from engine.experiments.experiment import Affinity, DrawnWeights, Identity, Map
from tests.stories.conftest import DESK, look
from tests.stories.visitor import Visitor
from tests.webapp.asking import fingerprint
from webapp.base.format import two_decimals

EXPERIMENT = CATALOGUE[FIRST].experiment
TWO_MAPS = (Affinity(2, 2), Map("tanh"), Map("tanh"))
NO_FIT = "The last layer gives 3 numbers, the target has 2. Set its outputs to 2, or add a formula for y₂."
NO_NAME = "w1 is not a name here. Use v0, v1, numbers, + − * / ** and sign, abs, exp, …"
TRAINED = "return [...document.querySelectorAll('#weight-cells .weight')].map((cell) => cell.textContent)"
IN_SIGHT = """
const error = document.getElementById(arguments[0]), box = error.getBoundingClientRect();
return error.textContent === arguments[1] && box.height > 0"""
Layers = tuple[Affinity | Map | Identity, ...]
FOCUS = "return document.activeElement.dataset.control || ''"

pytestmark = pytest.mark.usefixtures("first_experiment")


def with_layers(*layers: Affinity | Map | Identity) -> str:
    """The name of the first experiment's run with these layers instead."""
    return fingerprint(layers=layers)


EDITS: tuple[tuple[Callable[[Visitor], None], Layers, str, str], ...] = (
    (lambda v: v.takes("add-2", "Activation"), TWO_MAPS, "Adding an activation ", "activation added"),
    (lambda v: v.takes("add-0", "Dense layer"), (Affinity(2, 2, draw=1), Affinity(2, 2, draw=0), Map("tanh")),
     "Adding a dense layer ", "dense layer added"),
    (lambda v: v.takes("menu-1", "Remove"), (Affinity(2, 2),), "Removing tanh ", "tanh removed"),
    (lambda v: v.takes("menu-0", "Move right"), (Map("tanh"), Affinity(2, 2, draw=0)), "Moving the dense layer ",
     "dense layer moved"),
    (lambda v: Select(v.hand("function-1")).select_by_visible_text("softplus"), (Affinity(2, 2), Map("softplus")),
     "Changing tanh to softplus ", "tanh → softplus"),
)  # fmt: skip


BY_KEYS_TOO = "activation added", "dense layer added", "tanh removed"
"""Edits that another story makes by keyboard."""


@pytest.mark.parametrize(
    ("edit", "layers", "opening", "label"),
    [pytest.param(*row, id=row[3], marks=[pytest.mark.soak] * (row[3] in BY_KEYS_TOO)) for row in EDITS],
)
def test_an_edit_is_the_engines_run_one_step_to_undo_and_one_ghost(
    visitor: Visitor, edit: Callable[[Visitor], None], layers: Layers, opening: str, label: str
) -> None:
    (past, _), ghosts = visitor.depth, visitor.ghosts
    with visitor.turning():
        edit(visitor)
    assert visitor.shown["fingerprint"] == with_layers(*layers)
    assert visitor.sentence.startswith(opening)
    assert visitor.depth == (past + 1, 0)
    assert visitor.ghosts == [*ghosts, "start, α 0.1"][-5:]
    assert visitor.js("return nnbench.state.base.label") == label
    assert visitor.by_id("undo").get_attribute("aria-label") == f"Undo {opening[0].lower()}{opening[1:].strip()}"
    assert visitor.kept.layers == layers
    visitor.turns(visitor.click, "#undo")
    assert visitor.shown["fingerprint"] == fingerprint()
    assert visitor.ghosts == ghosts
    assert visitor.cards == ["Dense 2 → 2", "Activation tanh"]


def test_the_whole_way_by_keyboard(visitor: Visitor) -> None:
    visitor.js("document.querySelector('[data-control=add-1]').focus()")
    for keys, layers in (
        ((Keys.ENTER, Keys.ARROW_DOWN, Keys.ENTER), TWO_MAPS),
        ((Keys.ENTER, Keys.ENTER), (Affinity(2, 2), Affinity(2, 2), Map("tanh"), Map("tanh"))),
    ):
        visitor.turns(visitor.presses, *keys)
        assert visitor.shown["fingerprint"] == with_layers(*layers)
        visitor.until(f"{FOCUS} === 'add-1'")
    visitor.turns(visitor.fills, "width-0", "3", Keys.TAB)
    assert visitor.cards[:2] == ["Dense 2 → 3", "Dense 3 → 2"]
    visitor.js("document.querySelector('[data-control=menu-3]').focus()")
    visitor.turns(visitor.presses, Keys.ALT + Keys.ARROW_LEFT + Keys.ALT)
    visitor.turns(visitor.presses, Keys.DELETE)
    assert visitor.cards == ["Dense 2 → 3", "Dense 3 → 2", "Activation tanh"]
    visitor.until(f"{FOCUS} !== ''")


@pytest.mark.soak
def test_a_menu_is_walked_with_arrows_and_gives_the_focus_back(visitor: Visitor) -> None:
    visitor.js("document.querySelector('[data-control=menu-0]').focus()")
    visitor.presses(Keys.ENTER)
    item = "return document.activeElement.matches('[role=menuitem]') ? document.activeElement.firstChild.data : ''"
    assert visitor.js(item) == "Move right", "the first layer cannot move left"
    for key, text in ((Keys.END, "Remove"), (Keys.ARROW_DOWN, "Move left"), (Keys.ARROW_UP, "Remove")):
        visitor.presses(key)
        assert visitor.js(item) == text
    visitor.presses("n", Keys.ESCAPE)
    visitor.until(f"{FOCUS} === 'menu-0'")
    assert visitor.shown["fingerprint"] == fingerprint()


@pytest.mark.soak
def test_sizes_that_do_not_fit_get_a_sentence_and_the_last_good_run_stays(visitor: Visitor) -> None:
    depth, said = visitor.depth, visitor.sentence
    visitor.asks(visitor.fills, "width-0", "3")
    visitor.sees("network-error", NO_FIT)
    assert visitor.hand("width-0").get_attribute("aria-invalid") == "true"
    assert (visitor.depth, visitor.sentence, visitor.shown["fingerprint"]) == (depth, said, fingerprint())
    visitor.presses(Keys.ESCAPE)
    visitor.sees("network-error", "")
    assert visitor.cards == ["Dense 2 → 2", "Activation tanh"]
    visitor.until(f"{FOCUS} === 'width-0'")
    for typed in ("many", "0", "65"):
        visitor.asks(visitor.fills, "width-0", typed)
        visitor.until("return document.getElementById('network-error').textContent !== ''")
        assert visitor.shown["fingerprint"] == fingerprint()
    visitor.turns(visitor.click, "#next-seed")
    visitor.sees("network-error", "")
    assert visitor.cards == ["Dense 2 → 2", "Activation tanh"], "a card says what is, once something else was turned"


def test_randomize_of_one_layer_leaves_the_others(visitor: Visitor) -> None:
    visitor.begins("xor-hidden-layer")
    before = CATALOGUE["xor-hidden-layer"].experiment.network()
    visitor.turns(visitor.takes, "menu-2", "Randomize")
    assert visitor.sentence.startswith("New weights in dense layer 2 ")
    after = visitor.kept.network()
    assert after.layers[0].M.tolist() == before.layers[0].M.tolist()
    assert after.layers[2].M.tolist() != before.layers[2].M.tolist()
    visitor.sees("weights-said", "given weights, of no one seed")


def test_a_frozen_weight_or_layer_does_not_move_and_can_be_freed_again(visitor: Visitor) -> None:
    place = "#weight-cells button[aria-label^='Weight from v1 to u0 ']"
    start = two_decimals(float(EXPERIMENT.network().layers[0].M[0, 1]))
    for frozen in (True, False):
        visitor.edits(place)
        visitor.sees("edit-freeze", "Freeze" if frozen else "Free")
        visitor.turns(visitor.click, "#edit-freeze")
        layer = Affinity(2, 2, frozen=(1,) if frozen else False)
        assert visitor.shown["fingerprint"] == with_layers(layer, Map("tanh"))
        visitor.until("return document.querySelector(arguments[0]).matches('.frozen') === arguments[1]", place, frozen)
        visitor.until(f"{FOCUS} === '0 M 0 1'")
        assert (visitor.js(TRAINED)[1] == start) is frozen
        assert ("partly frozen" in visitor.cards[0]) is frozen
    visitor.turns(visitor.takes, "menu-0", "Freeze")
    assert visitor.cards[0] == "Dense 2 → 2 frozen"
    assert visitor.js("return document.querySelector('.layer.frozen .icon-lock') !== null")
    visitor.segment("weights-view", "difference")
    visitor.until(f"return (() => {{ {TRAINED} }})().every((text) => text === '0.00')")
    visitor.segment("weights-view", "trained")
    visitor.turns(visitor.takes, "menu-0", "Free")
    assert visitor.shown["fingerprint"] == fingerprint()


@pytest.mark.soak
def test_first_weights_have_a_seed_and_a_scheme_of_their_own(visitor: Visitor) -> None:
    if not visitor.js("return document.getElementById('knob-weights').open"):
        visitor.click("#knob-weights summary")
    past, _ = visitor.depth
    for seed, act in ((2, lambda: visitor.click("#next-weights")), (42, lambda: visitor.types("weights-field", "42"))):
        with visitor.turning():
            act()
        assert visitor.shown["fingerprint"] == fingerprint(weights=DrawnWeights(seed))
        assert visitor.shown["seed"] == 3, "the facts stay"
        visitor.sees_value("weights-field", str(seed))
    for scheme in ("he", "normal"):
        visitor.turns(visitor.segment, "scheme", scheme)
        assert visitor.shown["fingerprint"] == fingerprint(weights=DrawnWeights(42, scheme))
    assert visitor.kept.weights == DrawnWeights(42)
    assert visitor.depth == (past + 4, 0)
    visitor.types("weights-field", "-1")
    visitor.sees("weights-error", "Seeds are whole numbers from 0 to 4,294,967,295. Still showing 42.")
    visitor.presses(Keys.ESCAPE)
    visitor.sees_value("weights-field", "42")
    visitor.sees("weights-error", "")


@pytest.mark.soak
def test_a_telephone_shows_what_was_refused_and_keeps_every_edit_in_reach(visitor: Visitor) -> None:
    look(visitor.driver, 390, 844)
    visitor.rests()
    visitor.asks(visitor.fills, "width-0", "3")
    visitor.until(f"{IN_SIGHT} && box.bottom <= innerHeight", "network-error", NO_FIT)
    visitor.presses(Keys.ESCAPE)
    visitor.click("#knob-tabs a[href='#knob-target']")
    visitor.asks(visitor.fills, "y-1", "w1")
    in_the_tray = f"{IN_SIGHT} && box.top >= document.querySelector('.rail').getBoundingClientRect().top"
    visitor.until(in_the_tray, "target-error", f"{NO_NAME} Still showing sign(v0), sign(v0 - v1).")
    visitor.presses(Keys.ESCAPE)
    visitor.turns(visitor.takes, "add-0", "Activation")
    assert visitor.shown["fingerprint"] == with_layers(Map("tanh"), Affinity(2, 2, draw=0), Map("tanh"))
    visitor.click("#knob-tabs a[href='#knob-weights']")
    visitor.until("return document.getElementById('next-weights').checkVisibility()")
    look(visitor.driver, *DESK)
