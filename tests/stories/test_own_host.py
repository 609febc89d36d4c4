"""The page asks nobody but its own server, ever."""

import json
import time
from collections.abc import Iterator
from typing import Any
from urllib.parse import SplitResult, urlsplit

import pytest
from selenium.webdriver import Chrome

from tests.stories.conftest import chromium
from tests.stories.visitor import PATIENCE, Visitor

OF_THE_BROWSER = {"data", "blob", "chrome", "devtools", "about"}
"""Schemes that reach no network."""


@pytest.fixture(scope="module")
def driver(pytestconfig: pytest.Config, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Chrome]:
    """A browser of its own, with a log of all that it sends: to keep one costs every story."""
    browser = chromium(pytestconfig, tmp_path_factory.mktemp("downloads"), performance="ALL")
    yield browser
    browser.quit()


def requests(visitor: Visitor) -> list[dict[str, Any]]:
    """Every request since the last look, as the browser's own log of the network has it."""
    events = [json.loads(entry["message"])["message"] for entry in visitor.driver.get_log("performance")]
    return [event["params"] for event in events if event["method"] == "Network.requestWillBeSent"]


LINKS = """
const all = document.querySelectorAll('a[href], form[action], iframe, object, embed');
return Array.from(all, (e) => e.href || e.action || e.src || e.data);
"""


def test_every_request_and_link_goes_to_our_own_server_and_address_and_title_stay_ours(newcomer: Visitor) -> None:
    own = urlsplit(newcomer.url).netloc
    assert [link for link in newcomer.js(LINKS) if urlsplit(link).netloc != own] == []
    newcomer.turns(newcomer.click, "#next-seed")
    assert newcomer.driver.title == "tanh learns signs · NNBench"
    newcomer.until("return location.search.includes('seed=4')")
    assert newcomer.js("return location.origin + location.pathname") == newcomer.url
    newcomer.opens("xor-hidden-layer")
    for act in ("#randomize", "#keep", "#undo", "#theme"):
        newcomer.turns(newcomer.click, act)
    newcomer.click("#help")
    newcomer.driver.execute_cdp_cmd("Input.dispatchMouseEvent", {"type": "mouseMoved", "x": 700, "y": 500})
    newcomer.reload()
    addresses: list[SplitResult] = []
    end = time.monotonic() + PATIENCE
    while not any(address.path.endswith("/_dash-update-component") for address in addresses):
        assert time.monotonic() < end, "the log of the network has none of the page's requests"
        addresses += [urlsplit(request["request"]["url"]) for request in requests(newcomer)]
    outside = [
        address.geturl() for address in addresses if address.scheme not in OF_THE_BROWSER and address.netloc != own
    ]
    assert outside == []
