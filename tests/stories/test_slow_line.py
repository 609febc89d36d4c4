"""On a slow line the page asks for less, and says when an answer is late."""

from collections.abc import Iterator
from typing import Any

import pytest

from tests.stories.conftest import Server, new_visitor
from tests.stories.visitor import Visitor

FAST: dict[str, Any] = {"offline": False, "latency": 0, "downloadThroughput": -1, "uploadThroughput": -1}
SLOW = FAST | {"downloadThroughput": 200_000}
FAR = FAST | {"latency": 1_800}
ANSWERS = """
const answers = performance.getEntriesByType('resource').filter(({ name }) => name.endsWith('_dash-update-component'));
return answers.map(({ encodedBodySize, decodedBodySize }) => [encodedBodySize, decodedBodySize]);
"""
LATE = "The answer is late: the line or the server is slow. The earlier curve stays until it is here."


@pytest.fixture
def remote(driver: Any, server: Server) -> Iterator[Visitor]:
    """Somebody new, whose line is fast again afterwards."""
    person = new_visitor(driver, server)
    driver.execute_cdp_cmd("Network.enable", {})
    yield person
    driver.execute_cdp_cmd("Network.emulateNetworkConditions", FAST)
    person.js("localStorage.clear()")
    assert person.console() == []


def turned(visitor: Visitor, alpha: float) -> None:
    """Turns α and waits for its run."""
    visitor.turns(visitor.js, "nnbench.turnKnobs({ alpha: arguments[0] })", alpha)


def test_answers_are_compressed_on_a_slow_line_and_on_the_next_visit_from_the_first_one_on(remote: Visitor) -> None:
    remote.driver.execute_cdp_cmd("Network.emulateNetworkConditions", SLOW)
    remote.open()
    turned(remote, 0.2)
    sent, whole = remote.js(ANSWERS)[-1]
    assert sent < whole / 2
    remote.js("sessionStorage.clear()")
    remote.open()
    sent, whole = remote.js(ANSWERS)[0]
    assert sent < whole / 2


@pytest.mark.soak
def test_answers_on_a_fast_line_go_as_they_are_and_the_page_says_while_one_is_late(remote: Visitor) -> None:
    remote.open()
    turned(remote, 0.3)
    sent, whole = remote.js(ANSWERS)[-1]
    assert sent == whole
    proof = remote.text("proof")
    remote.driver.execute_cdp_cmd("Network.emulateNetworkConditions", FAR)
    remote.js("nnbench.turnKnobs({ alpha: 0.2 })")
    remote.sees("proof", LATE)
    remote.driver.execute_cdp_cmd("Network.emulateNetworkConditions", FAST)
    remote.until("return nnbench.state.base.experiment.alpha === 0.2")
    remote.rests()
    assert remote.text("proof") not in (LATE, proof)
