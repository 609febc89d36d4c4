"""The fixtures of all tests: a headless Chromium that is alone with our page, and a console that stays clean.

`dash_duo` and `dash_br` of dash[testing] start the browser with the options given here. A test that uses one
of them sees the page at 1440×900 and ends with a look at the console, so no story has to remember to.
"""

import functools
import gc
import os
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import is_hypothesis_test, settings
from selenium.webdriver.chrome.options import Options

from engine.kernel.cache import KERNEL

BROWSERS = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
WITHOUT_WINDOWS = "/usr/lib/chromium/chromium-headless-shell"
"""Chromium's pages without its windows and bars, which take less of the processor: where Debian has the program itself.
The script of this name around it would be ended in its place, and leave it running."""
BROWSER_FIXTURES = ("dash_duo", "dash_br")
STORIES = Path(__file__).parent / "stories"
SOAK = Path(__file__).parent / "soak"
WIDTH, HEIGHT = 1440, 900
ROOM = 2 * 2**30
"""Bytes of memory for a process of tests, its browser and the servers that it starts."""
SWITCHES = (
    "--no-sandbox",  # root has no sandbox
    "--disable-gpu",
    "--no-first-run",
    # Chromium's own calls home would be refused, many at a time, on a machine without a network.
    "--disable-quic",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)

# Tests do not time. A property is tried on a few examples, others at each run, and on many in the soak.
settings.register_profile("nnbench", deadline=None, max_examples=30)
settings.register_profile("soak", deadline=None, max_examples=300)


class ChromeOptions(Options):
    """Chrome options that keep every line of the console; dash[testing] asks for the severe ones only."""

    def set_capability(self, name: str, value: object) -> None:
        super().set_capability(name, {"browser": "ALL"} if name == "goog:loggingPrefs" else value)


def pytest_xdist_auto_num_workers() -> int:
    """Three processes for two processors where memory has room: each waits now and then, for its browser or a clock."""
    memory = os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE")
    return max(1, min(3 * (os.cpu_count() or 1) // 2, memory // ROOM))


def pytest_configure(config: pytest.Config) -> None:
    settings.load_profile("soak" if is_soak(config) else "nnbench")


def is_soak(config: pytest.Config) -> bool:
    """Whether the tests of the soak are asked for."""
    return bool(config.option.markexpr == "soak")


def pytest_addoption(parser: pytest.Parser) -> None:
    """Stories are told in Chromium, or with `--engine` in Firefox or WebKit."""
    engines = ("chromium", "firefox", "webkit")
    parser.addoption("--engine", choices=engines, default="chromium", help="the browser of the stories")


def version_of(program: str) -> str | None:
    """The version that a browser or its driver says; None where it is not installed."""
    if shutil.which(program) is None:
        return None
    words = subprocess.run([program, "--version"], capture_output=True, text=True, check=True).stdout.split()
    return words[1]


@functools.cache
def browser_program() -> str:
    """The browser's path: without windows where its version is the driver's, which drives no other."""
    shell = version_of(WITHOUT_WINDOWS)
    fits = shell is not None and shell == version_of("chromedriver")
    return next(filter(None, map(shutil.which, [WITHOUT_WINDOWS] * fits + [*BROWSERS])), "")


def pytest_setup_options() -> ChromeOptions:
    """The options that dash[testing] starts Chromium with."""
    options = ChromeOptions()
    options.binary_location = browser_program()
    for switch in SWITCHES:
        options.add_argument(switch)
    return options


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Has a failed story told once more, which the summary counts: a browser on a busy machine is late now and then.

    All that is in `soak` is for `make soak`, which tries properties too.
    """
    files = {item.path for item in items}
    stories, soak = ({path for path in files if path.is_relative_to(folder)} for folder in (STORIES, SOAK))
    for item in items:
        if item.path in stories:
            item.add_marker(pytest.mark.flaky(reruns=1))
        is_property = is_hypothesis_test(getattr(item, "obj", None))
        if item.path in soak or (is_property and is_soak(config)):
            item.add_marker(pytest.mark.soak)


def pytest_collection_finish() -> None:
    """All modules are there: the collector of garbage passes over them from now on."""
    gc.collect()
    gc.freeze()


@pytest.fixture(autouse=True, scope="session")
def compiled_kernel() -> None:
    """The kernel in memory: short work of a fresh process is left to the readable layers, which no test means to test
    by chance."""
    KERNEL.load()


@pytest.fixture(autouse=True)
def browser_story(request: pytest.FixtureRequest) -> Iterator[None]:
    """Shows the page at 1440×900, and fails a story that leaves a line on the console.

    A story that expects lines there reads them with `get_logs()`, which also empties the console.
    """
    used = [name for name in BROWSER_FIXTURES if name in request.fixturenames]
    browsers = [request.getfixturevalue(name) for name in used]
    for browser in browsers:
        frame = browser.driver.execute_script("return outerHeight - innerHeight")
        browser.driver.set_window_size(WIDTH, HEIGHT + frame)
    yield
    lines = [entry["message"] for browser in browsers for entry in browser.get_logs()]
    assert not lines, "the console is not clean:\n" + "\n".join(lines)
