"""The server dies in the middle, comes back on the same port and folder, and the page that was left open goes on."""

import subprocess
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit
from urllib.request import urlopen

import pytest
from selenium.webdriver import Chrome

from benchmarks.load import address_of, started
from tests.stories.conftest import DESK, look
from tests.stories.visitor import Visitor

LOST = "Connection lost. Your knobs are kept here; retrying."
REFUSED = "net::ERR_CONNECTION_REFUSED"
RESET = "net::ERR_CONNECTION_RESET"


class Mortal:
    """A server in a process of its own, with a folder and a port that outlive it."""

    def __init__(self, folder: Path) -> None:
        self._folder = str(folder)
        self._process: subprocess.Popen[str] = started(self._folder)
        self.url = address_of(self._process, warmed=False)

    def kill(self) -> None:
        """As kill -9 does: nothing is said, nothing is put away."""
        self._process.kill()
        self._process.communicate()

    def rise(self) -> None:
        """Starts it again where it was, and waits for its first answer: a busy machine takes long for it."""
        self._process = started(self._folder, PORT=str(urlsplit(self.url).port))
        assert address_of(self._process, warmed=False) == self.url
        with urlopen(self.url) as page:
            page.read()


@pytest.fixture(scope="module")
def mortal(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Mortal]:
    server = Mortal(tmp_path_factory.mktemp("mortal"))
    yield server
    server.kill()


@pytest.fixture(scope="module")
def visitor(driver: Chrome, mortal: Mortal) -> Visitor:
    """Somebody whose checkpoint is like no other."""
    look(driver, *DESK)
    person = Visitor(driver, mortal.url)
    person.open()
    person.turns(person.click, "#randomize")
    person.console()
    return person


@pytest.mark.soak
def test_after_kill_9_and_a_restart_the_next_click_has_the_same_checkpoint(mortal: Mortal, visitor: Visitor) -> None:
    before, depth = visitor.shown, visitor.depth
    mortal.kill()
    mortal.rise()
    visitor.turns(visitor.click, "#next-seed")
    assert visitor.shown["seed"] == before["seed"] + 1
    assert visitor.shown["checkpoint"] == before["checkpoint"]
    assert visitor.js("return nnbench.state.shown.act") == "turn", "the store, not the browser, had the checkpoint"
    assert visitor.depth == (depth[0] + 1, 0)
    visitor.turns(visitor.click, "#undo")
    assert visitor.shown["fingerprint"] == before["fingerprint"]
    lines = visitor.console()
    assert all("/analysis/" in line for line in lines), "only side questions may be on their way when the server dies"


@pytest.mark.soak
def test_after_kill_9_a_click_and_the_story_say_so_and_a_restarted_server_answers_from_the_same_checkpoint(
    mortal: Mortal, visitor: Visitor
) -> None:
    before, depth = visitor.shown, visitor.depth
    mortal.kill()
    visitor.click("#story")
    visitor.sees("note-text", "This page of the story could not be opened. Try again in a moment.")
    visitor.click("#next-seed")
    visitor.sees("note-text", LOST)
    assert visitor.shown == before
    mortal.rise()
    visitor.until("return nnbench.state.shown.summary.seed === arguments[0]", before["seed"] + 1)
    visitor.rests()
    assert visitor.js("return document.getElementById('note').hidden")
    assert visitor.shown["checkpoint"] == before["checkpoint"]
    assert visitor.js("return nnbench.state.shown.act") == "turn", "the store, not the browser, had the checkpoint"
    assert visitor.depth == (depth[0] + 1, 0)
    visitor.turns(visitor.click, "#undo")
    assert visitor.shown["fingerprint"] == before["fingerprint"]
    visitor.turns(visitor.click, "#story")
    assert visitor.by_id("lesson").is_displayed()
    assert visitor.js("return document.getElementById('note').hidden")
    assert all(REFUSED in line or RESET in line for line in visitor.console())
