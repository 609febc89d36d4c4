"""WebKit, which is Safari's engine, as the stories drive it: WebKitGTK's own driver with its MiniBrowser, on a screen
that nobody sees.

It has a light desktop whose windows move; a story that asks for others is skipped. Its driver gives no console, so a
script of the browser's notes what the page writes there, and what goes wrong in it.
"""

import os
import shutil
import subprocess
import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from selenium.webdriver.remote.command import Command
from selenium.webdriver.remote.remote_connection import RemoteConnection
from selenium.webdriver.remote.webelement import WebElement
from selenium.webdriver.webkitgtk.options import Options
from selenium.webdriver.webkitgtk.service import Service
from urllib3.exceptions import ReadTimeoutError

from tests.stories.engine import Engine

DRIVER = "WebKitWebDriver"
SCREEN_PROGRAM = "Xvfb"
BROWSERS = tuple(Path("/usr/lib").glob("*/webkit2gtk-4.1/MiniBrowser"))
SCREEN = "2000x1600x24"
"""As large as the largest window of a story with the browser's bars."""
USUAL = {"prefers-color-scheme": "light", "prefers-reduced-motion": "no-preference"}
BARS = "* { border-width: 0; margin: 0; min-width: 0; padding: 0; }"
"""The style of the browser's own bars, below whose width no window goes."""
INTO_VIEW = "arguments[0].scrollIntoView({ block: 'nearest', inline: 'nearest', behavior: 'instant' })"
IS_FOCUSED = "return document.activeElement === arguments[0]"
INSIDE = "return [innerWidth, innerHeight]"
NOTE = """
const note = (kind, words) => { window.name += `${kind} ${words.map(String).join(' ').replaceAll('\\n', ' ')}\\n`; };
for (const kind of ['debug', 'log', 'info', 'warn', 'error']) {
  const write = console[kind].bind(console);
  console[kind] = (...words) => { note(kind, words); write(...words); };
}
const isPutOff = (message) => message.startsWith('ResizeObserver loop');
addEventListener('error', ({ message }) => isPutOff(message) || note('error', [message]));
addEventListener('unhandledrejection', ({ reason }) => note('rejection', [reason]));
const isIconOfBrowser = (address) => address.endsWith('/favicon.ico');
addEventListener('securitypolicyviolation', ({ violatedDirective, blockedURI }) =>
  isIconOfBrowser(blockedURI) || note('violation', [violatedDirective, blockedURI]));
"""
"""Runs before the scripts of each document. A tab keeps its name when the next document comes. A change that an
observer of sizes puts off to the next frame is an event in every browser, and no line on the consoles of the others.
For an icon the browser asks by itself, where a document names none."""
PATIENCE = 60.0
"""Seconds after which a script that was asked while a page of another site came is taken for lost."""
NOTED = "const lines = window.name; window.name = ''; return lines"


def missing_programs() -> list[str]:
    """The programs that WebKit's stories need and this machine does not have."""
    absent = [program for program in (DRIVER, SCREEN_PROGRAM) if shutil.which(program) is None]
    return absent if BROWSERS else [*absent, "MiniBrowser"]


class Screen:
    """A screen in memory."""

    def __init__(self) -> None:
        reader, writer = os.pipe()
        command = [SCREEN_PROGRAM, "-displayfd", str(writer), "-screen", "0", SCREEN, "-nolisten", "tcp"]
        self._process = subprocess.Popen(
            command, pass_fds=[writer], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
        )
        os.close(writer)
        with os.fdopen(reader) as pipe:
            self.name = f":{pipe.readline().strip()}"
        if self.name == ":":
            raise RuntimeError(f"{SCREEN_PROGRAM} does not start.")

    def close(self) -> None:
        """Takes the screen away."""
        self._process.terminate()
        self._process.wait()


class WebKit(Engine):
    """MiniBrowser, its driver and its screen."""

    def __init__(self) -> None:
        self._framed = False
        self._screen = Screen()
        self._folder = Path(tempfile.mkdtemp(prefix="webkit-"))
        script = self._folder / "note.js"
        script.write_text(NOTE)
        self._service = Service(DRIVER)
        (self._folder / "gtk-3.0").mkdir()
        (self._folder / "gtk-3.0" / "gtk.css").write_text(BARS)
        desktop = {"DISPLAY": self._screen.name, "GDK_BACKEND": "x11", "XDG_CONFIG_HOME": str(self._folder)}
        self._service.env = os.environ | desktop
        self._service.start()
        options = Options()
        options.binary_location = str(BROWSERS[0])
        options.add_argument("--automation")
        options.add_argument(f"--user-script-at-start={script}")
        RemoteConnection.set_timeout(PATIENCE)
        super().__init__(command_executor=self._service.service_url, options=options)

    def quit(self) -> None:
        """Ends the browser, its driver and its screen."""
        super().quit()
        self._service.stop()
        self._screen.close()
        shutil.rmtree(self._folder, ignore_errors=True)

    def execute(self, driver_command: str, params: Any = None) -> dict[str, Any]:
        """Does the command as somebody at the browser would.

        A clicked element comes into the window first: the driver clicks while the page still scrolls smoothly. In a
        frame of another site nothing has the focus before it is clicked. A new tab would lie behind the first and draw
        nothing, so it is a window. A script may be lost with the page that was left, and is run in the next one.
        """
        if driver_command == Command.CLICK_ELEMENT and params:
            self.execute_script(INTO_VIEW, WebElement(self, params["id"]))
        elif driver_command == Command.SWITCH_TO_FRAME:
            self._framed = params["id"] is not None
        elif driver_command == Command.SEND_KEYS_TO_ELEMENT and self._framed:
            element = WebElement(self, params["id"])
            if not self.execute_script(IS_FOCUSED, element):
                element.click()
        elif driver_command == Command.NEW_WINDOW:
            params = {"type": "window"}
        answer: dict[str, Any]
        try:
            answer = super().execute(driver_command, params)
        except ReadTimeoutError:
            if driver_command != Command.W3C_EXECUTE_SCRIPT:
                raise
            answer = super().execute(driver_command, params)
        return answer

    def execute_cdp_cmd(self, command: str, given: Mapping[str, Any]) -> dict[str, Any]:
        """Does what Chromium's protocol does by that name; a page may write to the clipboard unasked."""
        return {} if command == "Browser.grantPermissions" else super().execute_cdp_cmd(command, given)

    def lines(self) -> Sequence[str]:
        """The lines and the errors of the page's console.

        Failed loads are not among them: WebKit may give a page the load that the page before it has stopped.
        """
        noted: str = self.execute_script(NOTED)
        return noted.splitlines()

    def prefer(self, name: str, value: str) -> None:
        """Nothing where the desktop is so; else the story is skipped."""
        if USUAL.get(name) != value:
            self.lacks(f"{name}: {value}")

    def scale(self, density: float) -> None:
        """Skips the story: the screen has one pixel for each of the page."""
        self.lacks(f"screen of {density} pixels for one of the page")

    def resize(self, width: int, height: int) -> None:
        """Gives the page this many pixels, once the bar above it is there."""
        if self.execute_script(INSIDE) != [width, height]:
            outer = self.get_window_rect()
            across, down = self.execute_script(INSIDE)
            self.set_window_rect(width=width + outer["width"] - across, height=height + outer["height"] - down)
            self.waits(f"return innerWidth === {width} && innerHeight === {height}")
