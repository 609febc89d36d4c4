"""One browser and one server for all stories; every story begins as a new visitor and ends with a clean console.

Opening the page costs as much as turning several knobs, so most tests share one: as `beginner` where they begin with
nothing before them, as `visitor` where that is no matter.
"""

import contextlib
import os
import threading
from collections.abc import Iterable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from selenium.webdriver import Chrome
from selenium.webdriver.chrome.options import Options

from engine.experiments.catalogue import FIRST
from tests.script_coverage import SETTING, counting
from tests.stories.firefox import Firefox
from tests.stories.proxy import Proxy
from tests.stories.visitor import Visitor
from tests.stories.webkit import WebKit
from webapp import create_app
from webapp.bench.page_content import CATALOGUE_CONTENT, PageContent
from webapp.http.server import address, listen, listener
from webapp.operations.operations import Operations
from webapp.page.index import VIEW_KEY, VISITED_KEY
from webapp.settings import Settings
from webapp.sweeps.workers import PoolWorkers

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIEnvironment

SETTINGS = Settings(store="memory", secret_key="k" * 32)
CONTENT = replace(CATALOGUE_CONTENT, first=FIRST)
"""Stories open with a run that takes a tenth of the time of the first one that a newcomer finds."""
STORIES = Path(__file__).parent
ENGINES = {"firefox": Firefox, "webkit": WebKit}
LOGS = {"browser": "ALL"}
DESK = (1440, 900)
FORGETS = "localStorage.clear(); sessionStorage.clear(); Object.assign(localStorage, arguments[0])"


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Puts the stories before all other tests: their files are the longest, so no process waits long for another at the
    end. Those whose stories share the page come before those in which some open another, for the file that follows has
    to open it anew."""
    stories = [item for item in items if isinstance(item, pytest.Function) and item.path.is_relative_to(STORIES)]
    files, opening = ({story.path for story in some} for some in (stories, filter(opens_pages, stories)))
    items.sort(key=lambda item: (item.path not in files, item.path in opening))


def opens_pages(story: pytest.Function) -> bool:
    """Whether a story leaves another page behind than the one that stories share."""
    return "page" not in story.fixturenames


class Server:
    """Our page on our own server, at a free port; `restart` empties its memory as a real restart would."""

    def __init__(self, settings: Settings, content: PageContent = CONTENT) -> None:
        self._settings, self._content = settings, content
        self._operations = Operations()
        self.restart()
        settings = replace(settings, port=0)
        line = listen(settings)
        self._listener = listener(line, self, settings)
        self.url = address(settings, line.getsockname()[1])
        threading.Thread(target=self._listener.run, daemon=True).start()

    def restart(self) -> None:
        """Forgets every session; the secret and with it the cookies stay good."""
        self._operations.end()
        self._operations = Operations()
        self._app = create_app(self._settings, self._operations, self._content).server

    def __call__(self, environ: "WSGIEnvironment", start_response: "StartResponse") -> Iterable[bytes]:
        answer: Iterable[bytes] = self._app(environ, start_response)
        return answer

    def stop(self) -> None:
        """Frees the port, and ends what makes sweeps."""
        self._listener.stop()
        self._operations.end()


@pytest.fixture(scope="session")
def server() -> Iterator[Server]:
    """The server of all stories; these wait for its sweeps, which hurry although browsers take both processors. One
    process makes them: a second one takes longer to begin than they take."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("webapp.sweeps.workers.NICENESS", 0)
        patch.setattr("webapp.sweeps.embedded.workers_of", lambda _: PoolWorkers(1))
        running = Server(SETTINGS)
        yield running
        running.stop()


@pytest.fixture(scope="session")
def driver(pytestconfig: pytest.Config, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Chrome]:
    """Headless Chromium, with the options of the house; or the browser that `--engine` asks for."""
    engine = pytestconfig.getoption("engine")
    downloads = tmp_path_factory.mktemp("downloads")
    browser: Any = ENGINES[engine]() if engine in ENGINES else chromium(pytestconfig, downloads)
    folder = os.environ.get(SETTING)
    with counting(browser, Path(folder)) if folder else contextlib.nullcontext():
        yield browser
    browser.quit()


def chromium(config: pytest.Config, downloads: Path, **logs: str) -> Chrome:
    """Headless Chromium with the options of the house, that has its downloads in a folder, whichever window is closed;
    with these logs beside the console's."""
    options: Options = config.hook.pytest_setup_options()[0]
    options.add_argument("--headless=new")
    options.add_argument("--hide-scrollbars")
    options.add_experimental_option("prefs", {"download.default_directory": str(downloads)})
    Options.set_capability(options, "goog:loggingPrefs", LOGS | logs)
    return Chrome(options=options)


@pytest.fixture(scope="module")
def page(driver: Chrome, server: Server) -> Visitor:
    """The page as all tests of a story share it: the one of the story before, put back, or one that is opened."""
    person = Visitor(driver, server.url)
    look(driver, *DESK)
    if not driver.current_url.startswith(server.url) or not person.starts_over():
        person = arrived(driver, server)
        person.keeps_start()
    for log in LOGS:
        driver.get_log(log)
    return person


@pytest.fixture
def visitor(page: Visitor) -> Iterator[Visitor]:
    """The story's visitor, who leaves a clean console behind every test."""
    yield page
    assert page.console() == []


@pytest.fixture
def first_experiment(visitor: Visitor) -> None:
    """The story's visitor has the first experiment on the bench."""
    visitor.begins()


@pytest.fixture
def beginner(visitor: Visitor, server: Server) -> Visitor:
    """The story's visitor, who finds all as a newcomer does: what an earlier test has left is put back in the page.

    Where that test had a page of its own, it is opened anew.
    """
    look(visitor.driver, *DESK)
    if not visitor.starts_over():
        new_visitor(visitor.driver, server)
        visitor.open()
        visitor.keeps_start()
    return visitor


@pytest.fixture
def newcomer(driver: Chrome, server: Server) -> Iterator[Visitor]:
    """Somebody who opens the page for the first time, and leaves a clean console behind."""
    person = arrived(driver, server)
    yield person
    assert person.console() == []


@pytest.fixture
def stranger(driver: Chrome, server: Server) -> Iterator[Visitor]:
    """Somebody new who has not opened the page yet, for a story that begins at a link; leaves a clean console."""
    person = new_visitor(driver, server)
    yield person
    assert person.console() == []


def arrived(driver: Chrome, server: Server) -> Visitor:
    """Somebody new with the page open."""
    person = new_visitor(driver, server)
    person.open()
    return person


def new_visitor(driver: Chrome, server: Server | Proxy) -> Visitor:
    """Somebody with a run of their own, at a desk in a light room, who will see the loss on the stage. They have been
    here before, so that no run plays itself."""
    look(driver, *DESK)
    driver.get(server.url + "healthz")
    driver.execute_script(FORGETS, {VIEW_KEY: "loss", VISITED_KEY: "yes"})
    driver.delete_all_cookies()
    for log in LOGS:
        driver.get_log(log)
    return Visitor(driver, server.url)


def look(driver: Chrome, width: int, height: int, scheme: str = "light") -> None:
    """Gives the window this size, and the visitor's system this colour scheme."""
    metrics = {"width": width, "height": height, "deviceScaleFactor": 1, "mobile": width < 900}
    driver.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", metrics)
    feature = {"name": "prefers-color-scheme", "value": scheme}
    driver.execute_cdp_cmd("Emulation.setEmulatedMedia", {"features": [feature]})
