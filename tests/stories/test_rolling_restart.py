"""Two processes behind HAProxy are restarted one after the other, and the page that is open notices nothing.

`make test` has the same restart without a browser, in tests/deploy/test_proxy.py, with four visitors in its place.
"""

import threading
from pathlib import Path

import pytest
from selenium.webdriver import Chrome

from benchmarks.fleet import MISSING, Fleet, fleet, haproxy
from tests.stories.conftest import DESK, look
from tests.stories.visitor import Visitor

pytestmark = [pytest.mark.soak, pytest.mark.skipif(haproxy() is None, reason=MISSING)]
NOTE = """
window.noted = [];
const note = document.getElementById('note'), says = document.getElementById('note-text');
new MutationObserver(() => note.hidden || noted.push(says.textContent)).observe(note, { attributes: true });
"""


def restart(running: Fleet) -> None:
    """Ends each process as an orchestrator does, and starts it again before the next."""
    for k in range(len(running.processes)):
        assert running.end(k) == 0
        running.start(k)
        running.until_ready()


def test_a_page_turns_its_knobs_through_a_rolling_restart(driver: Chrome, tmp_path: Path) -> None:
    look(driver, *DESK)
    with fleet(2, str(tmp_path)) as running:
        person = Visitor(driver, running.url)
        person.open()
        person.turns(person.click, "#randomize")
        drawn = person.text("chip")
        person.js(NOTE)
        restarting = threading.Thread(target=restart, args=[running])
        restarting.start()
        turned = 0
        while restarting.is_alive() or turned < 2:
            person.turns(person.click, "#next-seed")
            turned += 1
        assert person.js("return window.noted") == []
        assert person.text("chip") == drawn
        assert person.console() == []
