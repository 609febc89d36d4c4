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
from selenium.webdriver.support.wait import WebDriverWait

PATIENCE = 60.0
"""Seconds that a script of a story may take, and a browser to start."""
GLANCE = 0.02
MOUSE = {"mousePressed": "pointerDown", "mouseReleased": "pointerUp"}


class Engine(Remote):
    """A browser as Selenium's driver."""

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
        kind = str(given["type"])
        move = {"type": "pointerMove", "duration": 0, "x": round(x), "y": round(y), "origin": "viewport"}
        acts = [move] if kind == "mouseMoved" else [move, {"type": MOUSE[kind], "button": 0}]
        source = {"type": "pointer", "id": "mouse", "parameters": {"pointerType": "mouse"}, "actions": acts}
        self.execute("actions", {"actions": [source]})
