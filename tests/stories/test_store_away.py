"""The store that a server shares with others is killed: knobs of the open page go on; what it cannot store it says."""

from collections.abc import Iterator

import pytest
from selenium.webdriver import Chrome

from benchmarks.load import server
from tests.stories.conftest import DESK, look
from tests.stories.visitor import Visitor
from tests.webapp.store.valkey_server import ValkeyServer, needs_valkey

pytestmark = needs_valkey
AWAY = (
    "The server cannot reach the starting weights that it stores at the moment. This page keeps what it shows; "
    "try again in a minute."
)


@pytest.fixture(scope="module")
def valkey(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ValkeyServer]:
    store = ValkeyServer(tmp_path_factory.mktemp("valkey"))
    yield store
    store.kill()


@pytest.fixture(scope="module")
def visitor(driver: Chrome, valkey: ValkeyServer) -> Iterator[Visitor]:
    """Somebody whose starting weights are like no others."""
    with server(SECRET_KEY="s" * 32, STORE=valkey.address) as url:
        look(driver, *DESK)
        person = Visitor(driver, url)
        person.open()
        person.turns(person.click, "#randomize")
        yield person


@pytest.mark.soak
def test_knobs_go_on_while_the_store_is_away(valkey: ValkeyServer, visitor: Visitor) -> None:
    before = visitor.shown
    valkey.kill()
    visitor.turns(visitor.click, "#next-seed")
    assert visitor.shown["seed"] == before["seed"] + 1
    assert visitor.shown["checkpoint"] == before["checkpoint"]
    assert visitor.js("return document.getElementById('note').hidden")


@pytest.mark.soak
def test_what_cannot_be_stored_is_said_and_the_page_stays_as_it_is(visitor: Visitor) -> None:
    before, depth = visitor.shown, visitor.depth
    visitor.click("#randomize")
    visitor.sees("note-text", AWAY)
    assert visitor.shown == before
    assert visitor.depth == depth


@pytest.mark.soak
def test_once_the_store_is_back_it_has_the_same_starting_weights(valkey: ValkeyServer, visitor: Visitor) -> None:
    before = visitor.shown
    valkey.start()
    visitor.turns(visitor.click, "#next-seed")
    assert visitor.shown["checkpoint"] == before["checkpoint"]
    assert visitor.js("return document.getElementById('note').hidden")
    visitor.turns(visitor.click, "#randomize")
    assert visitor.shown["checkpoint"] != before["checkpoint"]
