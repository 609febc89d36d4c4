"""Behind a proxy, under a sub-path: the page, its cookie and links to it work as they do at the root."""

import threading
from collections.abc import Iterator
from dataclasses import replace

import pytest
from selenium.webdriver import Chrome

from tests.stories.conftest import DESK, SETTINGS, look
from tests.stories.proxy import Proxy
from tests.stories.visitor import Visitor
from webapp import create_app
from webapp.http.server import listen, listener

PREFIX = "/class/nnbench"


@pytest.fixture(scope="module")
def bench() -> Iterator[str]:
    """The server itself, as `python -m webapp` would start it."""
    settings = replace(SETTINGS, url_prefix=PREFIX, trusted_proxies=1)
    line = listen(settings)
    waiter = listener(line, create_app(settings).server, settings)
    threading.Thread(target=waiter.run, daemon=True).start()
    yield f"http://127.0.0.1:{line.getsockname()[1]}/"
    waiter.stop()


@pytest.fixture(scope="module")
def proxy(request: pytest.FixtureRequest, bench: str) -> Iterator[Proxy]:
    """A proxy that takes the sub-path off, unless a test asks for one that leaves it on."""
    running = Proxy(bench, PREFIX, strips=getattr(request, "param", True))
    yield running
    running.stop()


@pytest.fixture
def visitor(driver: Chrome, proxy: Proxy) -> Iterator[Visitor]:
    """Somebody who has just opened the page there."""
    look(driver, *DESK)
    driver.get(proxy.url + "limits")
    driver.delete_all_cookies()
    driver.execute_script("localStorage.clear(); sessionStorage.clear()")
    driver.get_log("browser")
    proxy.seen.clear()
    person = Visitor(driver, proxy.url)
    person.open()
    yield person
    assert person.console() == []


@pytest.mark.parametrize("proxy", [True, False], indirect=True, ids=["sub-path taken off", "sub-path left on"])
@pytest.mark.soak
def test_the_page_and_its_cookie_work_and_ask_for_nothing_outside_the_sub_path(visitor: Visitor, proxy: Proxy) -> None:
    visitor.turns(visitor.click, "#next-seed")
    visitor.turns(visitor.click, "#randomize")
    before = visitor.shown
    visitor.reload()
    assert visitor.shown["checkpoint"] == before["checkpoint"]
    assert visitor.js("return fetch(new URL('limits', location.href)).then((answer) => answer.status)") == 200
    visitor.driver.get(proxy.url + "limits")
    visitor.click(".mark")
    visitor.rests()
    assert {path for path in proxy.seen if not path.startswith(f"{PREFIX}/")} == set()
    if proxy.strips:
        comes_back_with_its_cookie(visitor, proxy)


def comes_back_with_its_cookie(visitor: Visitor, proxy: Proxy) -> None:
    """The cookie is set once, and comes back from another site and without the last slash of the address."""
    cookies = visitor.driver.get_cookies()
    assert [(found["path"], found["httpOnly"], found["sameSite"]) for found in cookies] == [("/", True, "Lax")]
    visitor.driver.get(proxy.elsewhere)
    visitor.click("#there")
    visitor.rests()
    assert visitor.js("return location.origin + location.pathname") == proxy.url
    assert visitor.driver.get_cookies() == cookies
    visitor.driver.get(proxy.url.rstrip("/"))
    visitor.rests()
    visitor.turns(visitor.click, "#next-seed")
    assert visitor.driver.get_cookies() == cookies
