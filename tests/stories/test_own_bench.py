"""A bench of the user's own in the browser: a lambda for a map layer, a list for an ideal, and knobs that turn it."""

from collections.abc import Iterator

import pytest
from selenium.webdriver import Chrome
from selenium.webdriver.common.keys import Keys

from engine import AffinityLayer, MapLayer, Network, NNBench
from engine.experiments.run import checkpoint_fingerprint
from tests.stories.conftest import DESK, look
from tests.stories.visitor import Visitor
from webapp import launch

LEAK = 0.1


@pytest.fixture(scope="module")
def bench() -> NNBench:
    """The bench that the notebook builds."""
    net = Network()
    net.extend(AffinityLayer(2, 2, seed=5))
    net.extend(MapLayer(lambda x: x if x > 0 else LEAK * x, lambda x: [LEAK, 1][1 if x > 0 else 0]))
    net.alpha = 0.05
    return NNBench(net, ideal=lambda v: [v[1], v[0]])


@pytest.fixture(scope="module")
def visitor(driver: Chrome, bench: NNBench) -> Iterator[Visitor]:
    """The user, at the page that Python opened."""
    page = launch(bench, open_browser=False, samples=80)
    driver.get_log("browser")
    person = Visitor(driver, page.url)
    look(driver, *DESK)
    person.open()
    yield person
    page.stop()


@pytest.mark.soak
def test_the_page_shows_the_benchs_own_facts_and_says_what_cannot_travel(visitor: Visitor, bench: NNBench) -> None:
    bench.checkpoint_net()
    bench.rollback_net()
    settled = sum(bench.learn(80)[-8:]) / 8
    assert (visitor.shown["samples"], visitor.shown["seed"], visitor.shown["alpha"]) == (80, 3, 0.05)
    assert visitor.shown["settled"] == pytest.approx(settled, rel=1e-12)
    assert "no link can say what it is" in str(visitor.by_id("picker").get_attribute("data-says"))
    assert visitor.js("return ['share', 'export', 'story'].filter((id) => document.getElementById(id))") == ["export"]
    assert "your function" in visitor.text("network")
    assert visitor.console() == []


@pytest.mark.soak
def test_a_larger_map_is_refused_with_the_reason(visitor: Visitor) -> None:
    visitor.js("document.getElementById('landscape-larger').click()")
    visitor.reads("#sweep-error", start="The functions of your own bench")
    assert visitor.js("return document.getElementById('sweep-start').disabled")
    visitor.presses(Keys.ESCAPE)
    assert visitor.console() == []


MENU = "return [...document.querySelectorAll('[role=menu] [role=menuitem]')].map((row) => row.textContent.trim())"


def test_its_curve_its_losses_and_its_weights_can_be_saved(visitor: Visitor) -> None:
    visitor.click("#export")
    visitor.until("return document.querySelector('[role=menu]')")
    assert visitor.js(MENU) == [
        "Curve as a table…", "Curve, PNG", "Curve, SVG", "Weights, PNG", "Weights, SVG", "Output, PNG", "Output, SVG",
        "Starting weights, JSON", "Trained weights, JSON", "Data: losses per sample, CSV",
        "Data: weights per sample, CSV", "Print…",
    ]  # fmt: skip
    visitor.presses(Keys.ESCAPE)
    head, *rows = visitor.saved(visitor.exports, "Data: losses per sample, CSV").splitlines()
    assert (head, len(rows)) == ("step,loss", 80)
    assert visitor.console() == []


def test_knobs_turn_it_and_what_is_kept_stands_in_python(visitor: Visitor, bench: NNBench) -> None:
    before = visitor.shown
    visitor.turns(visitor.click, "#next-seed")
    assert visitor.shown["checkpoint"] == before["checkpoint"]
    assert visitor.shown["fingerprint"] != before["fingerprint"]
    visitor.turns(visitor.click, "#keep")
    bench.rollback_net()
    assert checkpoint_fingerprint(bench.net) == visitor.shown["checkpoint"] != before["checkpoint"]
    assert visitor.driver.current_url == visitor.url
    visitor.reload()
    assert visitor.shown["checkpoint"] == checkpoint_fingerprint(bench.net)
    assert visitor.console() == []
