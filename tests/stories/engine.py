"""A browser of another engine than Chromium's as the stories drive it: Selenium's driver, with what stories ask of
Chromium's own protocol.

That is the size of the window, the system's colours, and single events of the mouse, which WebDriver's actions make.
A story that asks for more is skipped, and says for what.
"""

from abc import abstractmethod
from collections.abc import Mapping, Sequence
from typing import Any

import pytest
from selenium.webdriver import Remote
from selenium.webdriver.remote.file_detector import UselessFileDetector
from selenium.webdriver.support.wait import WebDriverWait

PATIENCE = 60.0
"""Seconds that a script of a story may take, and a browser to start."""
GLANCE = 0.02
MOUSE = {"mousePressed": "pointerDown", "mouseReleased": "pointerUp"}


def moved(x: int, y: int) -> dict[str, object]:
    """The action of a mouse that goes to that point of the window."""
    return {"type": "pointerMove", "duration": 0, "x": x, "y": y, "origin": "viewport"}


class Engine(Remote):
    """A browser as Selenium's driver, on the machine that has the files which stories choose."""

    def __init__(self, **given: Any) -> None:
        super().__init__(file_detector=UselessFileDetector(), **given)
        self.set_script_timeout(PATIENCE)
        self._mouse_at: tuple[int, int] | None = None
        self._density: float = 1

    def lacks(self, what: str) -> None:
        """Skips the story, which asks for what this browser's protocol does not have."""
        pytest.skip(f"{type(self).__name__} has no {what}.")

    @abstractmethod
    def lines(self) -> Sequence[str]:
        """The lines of the page's console since the last look."""

    @abstractmethod
    def prefer(self, name: str, value: str) -> None:
        """Has the visitor's system prefer this: a feature of media queries and its value."""

    @abstractmethod
    def scale(self, density: float) -> None:
        """Gives the screen this many pixels for each of the page."""

    @abstractmethod
    def resize(self, width: int, height: int) -> None:
        """Gives the page this many pixels."""

    def waits(self, script: str) -> None:
        """Waits until the script returns something true."""
        WebDriverWait(self, PATIENCE, GLANCE).until(lambda _: self.execute_script(script))

    def get_log(self, log_type: str) -> list[dict[str, Any]]:
        """The lines of the page's console since the last look; other logs are Chromium's."""
        return [{"message": line} for line in self.lines()] if log_type == "browser" else []

    def execute_cdp_cmd(self, command: str, given: Mapping[str, Any]) -> dict[str, Any]:
        """Does what Chromium's protocol does by that name."""
        if command == "Emulation.setDeviceMetricsOverride":
            if given["deviceScaleFactor"] != self._density:
                self.scale(given["deviceScaleFactor"])
                self._density = given["deviceScaleFactor"]
            self.resize(given["width"], given["height"])
        elif command == "Emulation.setEmulatedMedia" and "features" in given:
            for feature in given["features"]:
                self.prefer(**feature)
        elif command == "Input.dispatchMouseEvent":
            self._mouse(**given)
        else:
            self.lacks(command)
        return {}

    def _mouse(self, *, x: float, y: float, **given: Any) -> None:
        kind, place = str(given["type"]), (round(x), round(y))
        acts = [moved(*place)]
        if kind != "mouseMoved":
            acts.append({"type": MOUSE[kind], "button": 0})
        elif place == self._mouse_at:
            acts.insert(0, moved(place[0] + 1, place[1]))  # an action that goes nowhere is no event
        self._mouse_at = place
        source = {"type": "pointer", "id": "mouse", "parameters": {"pointerType": "mouse"}, "actions": acts}
        self.execute("actions", {"actions": [source]})
