"""A state that was reached by turns says the same as the page that its link opens, and goes on from there."""

from collections.abc import Iterator
from dataclasses import replace
from random import Random
from typing import Any
from urllib.parse import urlsplit

import pytest
from selenium.webdriver import Chrome

from engine import CATALOGUE
from engine.activations import ACTIVATIONS
from engine.experiments.knobs import Choice, Knob, Switch, Text, WholeNumbers, plain_knobs
from tests.stories.conftest import SETTINGS, Server, new_visitor
from tests.stories.proxy import Proxy
from tests.stories.visitor import Visitor

TURNS, SEEDS = 6, 60
LOST = 0.05
"""The share of requests that a bad line loses, and of answers."""
KEPT = ("/", "/healthz")
LONG = 60.0
"""Seconds in which what was lost has been asked for again, some of it more than once."""
SCALED = "return nnbench.currentTrajectory() !== null"
"""Colours have the scale of the whole run, whose steps come after it."""
IDLE = "return window.nnbench?.state?.base && nnbench.queue.idle && !document.querySelector('[data-place]')"
NUMBERS = {
    "alpha": (0.01, 0.3, 3.0),
    "samples": (1, 50, 1000),
    "seed": (0, 4, 99),
    "held_out": (0, 10, 200),
    "test": (0, 20),
}
SAID = """
const silent = ['.spoken, .ghost-labels, #undo, #redo, #chip, #link-notice', // what was before
  '#sentence, #proof, #elsewhere, #why, #surface, #seed-dots, #runs-table', // and a comparison with it
  '#alpha-track, #alpha-outcomes, #alpha-state, #lr-range, #seed-rank, #alpha-slider', // and what still comes
  '.path, #weights-key .said',
  'svg, canvas, script, style, option, #chain-on, #chain-back'].join();
document.querySelectorAll('details').forEach((fold) => (fold.open = false));
const isSaid = (one) => !one.closest(silent) && one.checkVisibility({ visibilityProperty: true });
const attributes = ['title', 'aria-label', 'aria-pressed', 'aria-valuetext', 'data-says'];
const wordsOf = (one) => [
  ...attributes.map((name) => one.getAttribute(name)), one.value, one.children.length ? '' : one.textContent,
];
const placeOf = (one) => one.closest('[id]:not([id^=mantine], [id^=react])').id;
const said = [...document.querySelectorAll('#page *')].filter(isSaid);
return said.map((one) => [placeOf(one), ...wordsOf(one).filter(Boolean)].join(' | '));
"""
"""Every text of the page, with those that a pointer or a screen reader finds."""


@pytest.mark.soak
@pytest.mark.parametrize("seed", range(SEEDS))
def test_a_link_opens_what_turns_have_reached_and_goes_on_from_there(stranger: Visitor, seed: int) -> None:
    chance, done = Random(seed), []
    stranger.open(f"?experiment={chance.choice(list(CATALOGUE))}&view={chance.choice(['output', 'loss', 'weights'])}")
    for _ in range(TURNS):
        done.append(turn(stranger, chance))
        stranger.until("return nnbench.queue.idle")
    stranger.js("nnbench.refusalsCleared.emit()")
    stranger.rests()
    link = stranger.driver.execute_async_script("nnbench.currentQuery().then(arguments[0])")
    reached = stranger.js(SAID)
    stranger.js("sessionStorage.clear()")
    stranger.open(f"?{link}")
    assert set(stranger.js(SAID)) ^ set(reached) == set(), done
    stranger.turns(stranger.js, "nnbench.turnKnobs({ seed: 41 })")
    noted = stranger.js("return [document.getElementById('note').hidden, nnbench.state.refusedField]")
    assert noted == [True, None], done


@pytest.fixture(scope="module")
def behind() -> Iterator[Server]:
    """The server behind a proxy."""
    running = Server(replace(SETTINGS, trusted_proxies=1))
    yield running
    running.stop()


@pytest.mark.soak
@pytest.mark.parametrize("seed", range(SEEDS // 2))
def test_turns_over_a_line_that_loses_requests_reach_what_their_link_opens(
    driver: Chrome, behind: Server, server: Server, seed: int
) -> None:
    """Nothing waits for anything; a page whose document is lost is the browser's, which asks for none again."""
    chance, done, line_chance = Random(seed), [], Random(seed)
    line = Proxy(behind.url, loses=lambda path: urlsplit(path).path not in KEPT and line_chance.random() < LOST)
    person = new_visitor(driver, line)
    driver.get(f"{line.url}?experiment={chance.choice(list(CATALOGUE))}")
    person.until(IDLE, patience=LONG)
    for _ in range(TURNS):
        done.append(turn(person, chance))
        driver.execute_async_script("setTimeout(arguments[1], arguments[0])", chance.choice([0, 30, 300]))
    person.until(IDLE, patience=LONG)
    person.js("nnbench.refusalsCleared.emit()")
    person.rests()
    person.until(SCALED)
    link = driver.execute_async_script("nnbench.currentQuery().then(arguments[0])")
    reached = person.js(SAID)
    line.stop()
    person = new_visitor(driver, server)
    person.open(f"?{link}")
    person.until(SCALED)
    assert set(person.js(SAID)) ^ set(reached) == set(), done


def turn(visitor: Visitor, chance: Random) -> tuple[Any, ...]:
    """Turns a knob, changes a layer, or opens another experiment, and returns the act; some are refused."""
    kind = chance.choice(("knob", "knob", "knob", "width", "function", "insert", "remove", "freeze", "experiment"))
    if kind == "knob":
        knob = chance.choice(list(plain_knobs()))
        value = chance.choice(values_of(knob))
        visitor.js("nnbench.turnKnobs({ [arguments[0]]: arguments[1] })", knob.name, value)
        return knob.name, value
    if kind == "experiment":
        key = chance.choice(list(CATALOGUE))
        visitor.js("nnbench.handlers.experiment(arguments[0])", key)
        return kind, key
    values = {"width": ["1", "3", "8"], "function": [*ACTIVATIONS, "x*tanh(x)"], "insert": ["affinity", "map"]}
    at, value = chance.randrange(4), chance.choice(values.get(kind, [kind == "freeze" or None]))
    visitor.js("nnbench.changeExperiment(...arguments)", kind, at, value)
    return kind, at, value


def values_of(knob: Knob) -> list[Any]:
    match knob.kind:
        case Choice(options=options):
            return list(options)
        case Switch():
            return [False, True]
        case WholeNumbers():
            return ["none", "3", "1, 5, 9"]
        case Text():
            return ["1", "1 / (1 + n / 100)"]
    return list(NUMBERS.get(knob.name, knob.tried or knob.axis_values))
