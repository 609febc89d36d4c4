"""A server with its hands full says so in words, and the page comes back to it by itself."""

import json
import threading
import time
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest
from selenium.webdriver import Chrome

from benchmarks.load import Visitor as Stranger
from engine import CATALOGUE, Affinity, DrawnWeights, Map
from tests.stories.conftest import SETTINGS, Server
from tests.stories.visitor import Visitor

INSIDE = (Affinity(64, 64), Map("tanh"), Affinity(64, 64), Map("tanh"), Affinity(64, 64))
WIDE = (Affinity(2, 64), *INSIDE, Affinity(64, 2))
HEAVY = replace(CATALOGUE["tanh-signs"].experiment, layers=WIDE, weights=DrawnWeights(1), samples=1_000_000)
BUSY = "The bench is busy, trying again."
TAKEN = 200
REFUSED = "Failed to load resource: the server responded with a status of 503"


@pytest.fixture(scope="module")
def url() -> Iterator[str]:
    """A server that works on one long run at a time and lets nobody wait."""
    busy = Server(replace(SETTINGS, trainings=1, queue=0, max_samples=1_000_000))
    yield busy.url
    busy.stop()


def until_taken(stranger: Stranger, serial: int, act: str = "turn", **asked: Any) -> None:
    """Posts until the server has taken it and answered."""
    while stranger.post_apart(serial, act, **asked)[0] != TAKEN:
        time.sleep(0.02)


@pytest.mark.soak
def test_a_full_queue_is_told_in_words_and_the_knob_is_answered_once_there_is_room(driver: Chrome, url: str) -> None:
    stranger, other, visitor = Stranger(url), Stranger(url), Visitor(driver, url)
    visitor.open()
    visitor.console()  # what the stories before have left
    before = visitor.shown["fingerprint"]
    plain = {"experiment": json.loads(HEAVY.to_json()), "samples": HEAVY.samples}
    heavy = threading.Thread(target=until_taken, args=(stranger, 10, "open"), kwargs=plain)
    heavy.start()
    while other.post_apart(other.serial, samples=HEAVY.samples)[0] == TAKEN:
        other.serial += 1
    visitor.types("samples-field", "1,000,000")
    visitor.sees("note-text", BUSY)
    assert visitor.shown["fingerprint"] == before

    until_taken(stranger, 11)
    heavy.join()
    stranger.close()
    other.close()
    visitor.until("return nnbench.state.shown.summary.fingerprint !== arguments[0]", before)
    visitor.until("return document.getElementById('note').hidden")
    visitor.rests()
    assert visitor.shown["samples"] == HEAVY.samples
    assert [line for line in visitor.console() if REFUSED not in line] == []
