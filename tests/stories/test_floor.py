"""The lowest loss that the network can reach: in words, as lines in the plot, and as starting weights by one click."""

from collections.abc import Iterator

import pytest

from engine.experiments.catalogue import CATALOGUE, FIRST
from engine.experiments.run import checkpoint_fingerprint
from engine.outcomes.floor_search import floor
from tests.stories.conftest import DESK, look
from tests.stories.visitor import INKED, WRITTEN, Visitor

NOTES = "return document.querySelector('.floor-notes').textContent"


@pytest.fixture(autouse=True)
def surface(visitor: Visitor) -> Iterator[None]:
    look(visitor.driver, *DESK)
    visitor.begins()
    visitor.click("#view-surface")
    visitor.until("return document.querySelector('.floor-notes') !== null")
    yield
    visitor.click("#view-loss")


def test_the_floor_is_the_engines_and_its_weights_are_loaded_by_one_click(visitor: Visitor) -> None:
    past, _ = visitor.depth
    assert visitor.js(NOTES) == ""
    before = visitor.js(INKED)
    visitor.click("#floor")
    found = floor(CATALOGUE[FIRST].experiment)
    visitor.until(f"return (() => {{ {NOTES} }})().startsWith(arguments[0])", found.sentence)
    assert visitor.by_id("floor").get_attribute("aria-pressed") == "true"
    assert visitor.js(INKED) > before, "lines in the plot"
    visitor.turns(visitor.click, ".floor-notes .linked")
    assert found.witness is not None
    assert visitor.shown["checkpoint"] == checkpoint_fingerprint(found.witness.network())
    assert visitor.depth == (past + 1, 0)
    visitor.click("#floor")
    assert visitor.js(NOTES) == ""
    assert visitor.js("return getComputedStyle(document.getElementById('floor')).display") != "none"
    visitor.click("#view-loss")
    assert not visitor.by_id("floor").is_displayed()


@pytest.mark.soak
def test_a_failed_run_without_another_cause_fails_for_its_shape(visitor: Visitor) -> None:
    visitor.begins("xor-one-layer")
    visitor.turns(visitor.js, "nnbench.followLink('?experiment=xor-one-layer&layers=2:1~tanh(x)-sin(x)/1e9')")
    visitor.click("#view-surface")
    assert not visitor.by_id("why").is_displayed()
    visitor.click("#floor")
    visitor.until("return document.body.dataset.fault === 'shape'", patience=20.0)
    assert "of this shape" in visitor.text("why")
    visitor.click("#floor")
    assert not visitor.by_id("why").is_displayed()


@pytest.mark.soak
def test_a_final_loss_below_the_floor_is_said_to_be_of_other_samples(visitor: Visitor) -> None:
    visitor.begins("xor-one-layer")
    visitor.turns(visitor.types, "seed-field", "5")
    visitor.js(WRITTEN)
    visitor.click("#floor")
    visitor.until(f"return (() => {{ {NOTES} }})().includes('reaches')", patience=20.0)
    notes = visitor.js(NOTES)
    assert "A network of this shape reaches 0.489 on 4,000 other samples: load its weights" in notes
    assert notes.endswith(
        "The final loss of this run, 0.361, lies below this floor, since it is measured on other samples: the last 50 "
        "that the run learned."
    )
    visitor.click("#view-loss")
    visitor.until("return window.written.some((text) => text.startsWith('this shape'))")
    assert {text for text in visitor.js("return window.written") if "4,000" in text} == {
        "best constant answer 0.500 on 4,000 other samples",
        "this shape reaches 0.489 on 4,000 other samples; this run 0.361 on its last 50",
    }
    visitor.click("#view-surface")
    visitor.click("#floor")
