"""Firefox as the stories drive it, without a driver of its own: over Marionette, the protocol that it speaks itself.

Selenium's commands are translated one by one.
"""

import json
import shutil
import socket
import subprocess
import tempfile
import time
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from tests.stories.engine import PATIENCE, Engine

PROGRAM = "firefox-esr"
PREFERENCES: Mapping[str, object] = {
    "app.update.disabledForTesting": True, "browser.shell.checkDefaultBrowser": False,
    "browser.startup.homepage_override.mstone": "ignore", "browser.startup.page": 0,
    "browser.download.alwaysOpenPanel": False, "browser.tabs.warnOnClose": False,
    "datareporting.policy.dataSubmissionEnabled": False, "dom.events.testing.asyncClipboard": True,
    "dom.ipc.processPrelaunch.enabled": False, "extensions.update.enabled": False,
    "network.captive-portal-service.enabled": False, "network.connectivity-service.enabled": False,
    "network.http.speculative-parallel-limit": 0, "services.settings.server": "data:,#remote-settings-dummy/v1",
    "toolkit.telemetry.enabled": False, "ui.useOverlayScrollbars": 1, "widget.gtk.overlay-scrollbars.enabled": True,
}  # fmt: skip
"""Firefox asks nobody but the page's server for anything."""

COMMANDS = {
    "newSession": "NewSession", "get": "Navigate", "refresh": "Refresh", "goBack": "Back", "goForward": "Forward",
    "getCurrentUrl": "GetCurrentURL", "getTitle": "GetTitle", "getPageSource": "GetPageSource",
    "w3cExecuteScript": "ExecuteScript", "w3cExecuteScriptAsync": "ExecuteAsyncScript", "findElement": "FindElement",
    "findElements": "FindElements", "findChildElement": "FindElement", "findChildElements": "FindElements",
    "clickElement": "ElementClick", "clearElement": "ElementClear", "sendKeysToElement": "ElementSendKeys",
    "getElementText": "GetElementText", "getElementAttribute": "GetElementAttribute",
    "getElementTagName": "GetElementTagName", "getElementProperty": "GetElementProperty",
    "getElementRect": "GetElementRect", "getElementValueOfCssProperty": "GetElementCSSValue",
    "isElementSelected": "IsElementSelected", "isElementEnabled": "IsElementEnabled",
    "w3cGetActiveElement": "GetActiveElement", "actions": "PerformActions", "clearActionState": "ReleaseActions",
    "w3cGetCurrentWindowHandle": "GetWindowHandle", "w3cGetWindowHandles": "GetWindowHandles", "newWindow": "NewWindow",
    "close": "CloseWindow", "switchToWindow": "SwitchToWindow", "switchToFrame": "SwitchToFrame",
    "getWindowRect": "GetWindowRect", "setWindowRect": "SetWindowRect", "addCookie": "AddCookie",
    "getCookies": "GetCookies", "deleteAllCookies": "DeleteAllCookies", "screenshot": "TakeScreenshot",
    "setTimeouts": "SetTimeouts",
}  # fmt: skip
"""Selenium's commands by the names that Marionette has for them."""

FRAME = "return [outerWidth - innerWidth, outerHeight - innerHeight]"
VIEWPORT = """
const { style } = gBrowser.selectedBrowser, [width, height] = arguments;
Object.assign(style, { flex: 'none', width: `${width}px`, height: `${height}px` });
"""
BEFORE = """
const name = crypto.randomUUID(), begin = `
  const begin = ({ target }) => {
    const page = target.defaultView;
    if (!page.location.protocol.startsWith('http')) return;
    const sandbox = new Cu.Sandbox(page, { sandboxPrototype: page, wantXrays: false });
    Cu.evalInSandbox(${JSON.stringify(arguments[0])}, sandbox);
  };
  addEventListener('DOMWindowCreated', begin, true);
  addMessageListener('${name}', () => removeEventListener('DOMWindowCreated', begin, true));`;
const script = `data:,${encodeURIComponent(`{${begin}}`)}`;
Services.mm.loadFrameScript(script, true);
return [name, script];
"""
"""Has a script run before those of each document from now on."""
NOT_BEFORE = """
const [name, script] = arguments;
Services.mm.removeDelayedFrameScript(script);
Services.mm.broadcastAsyncMessage(name);
"""
BLOCK = """
if (!window.blocked) {
  const observe = (channel) => {
    const { spec } = channel.QueryInterface(Ci.nsIHttpChannel).URI;
    if (window.blocked.some((pattern) => pattern.test(spec))) channel.cancel(Cr.NS_ERROR_BLOCKED_BY_POLICY);
  };
  Services.obs.addObserver(observe, 'http-on-modify-request');
}
window.blocked = arguments[0].map((pattern) => new RegExp(pattern.replaceAll('*', '.*')));
"""
DOWNLOAD = """
Services.prefs.setIntPref('browser.download.folderList', 2);
Services.prefs.setStringPref('browser.download.dir', arguments[0]);
"""
PREFER = """
const [name, value] = arguments;
if (value === null) Services.prefs.clearUserPref(name);
else Services.prefs.setIntPref(name, value);
"""
DENSITY = "Services.prefs.setStringPref('layout.css.devPixelsPerPx', arguments[0]);"
CONSOLE = """
const storage = Cc['@mozilla.org/consoleAPI-storage;1'].getService(Ci.nsIConsoleAPIStorage);
const said = storage.getEvents().filter(({ filename }) => filename.startsWith('http'))
  .map((line) => `${line.level} ${line.arguments.map(String).join(' ')}`);
const isOfPage = (line) => line instanceof Ci.nsIScriptError && line.sourceName.startsWith('http')
  && !(line.flags & Ci.nsIScriptError.warningFlag);
const textOf = ({ sourceName, errorMessage }) => `${sourceName} ${errorMessage}`;
const wrong = Services.console.getMessageArray().filter(isOfPage).map(textOf);
storage.clearEvents();
Services.console.reset();
return [...said, ...wrong];
"""
"""The lines and the errors of the page's console since the last look. Firefox warns of what is loaded before it
is needed, where that takes a busy machine some seconds."""
SCHEMES = {"dark": 0, "light": 1}


def is_line(given: Mapping[str, Any]) -> bool:
    """Whether that is a line as it is, or none at all: Firefox makes none slower."""
    return bool(given["latency"] == 0 and (given["offline"] or given["downloadThroughput"] == -1))


class Marionette:
    """A Firefox of its own, without a window, and the line to it."""

    def __init__(self) -> None:
        self._profile = Path(tempfile.mkdtemp(prefix="firefox-"))
        lines = [f"user_pref({json.dumps(name)}, {json.dumps(value)});" for name, value in PREFERENCES.items()]
        lines.append('user_pref("marionette.port", 0);')
        (self._profile / "user.js").write_text("\n".join(lines))
        command = [PROGRAM, "--headless", "--marionette", "--remote-allow-system-access", "--no-remote"]
        self._process = subprocess.Popen(
            [*command, "--profile", str(self._profile)], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
        )
        self._line = socket.create_connection(("127.0.0.1", self._port()), PATIENCE)
        self._read()
        self._serial = 0

    def _port(self) -> int:
        """The port that Firefox has chosen, which it writes into its profile once it listens."""
        written = self._profile / "MarionetteActivePort"
        end = time.monotonic() + PATIENCE
        while not written.exists() or not written.read_text().strip():
            if time.monotonic() > end or self._process.poll() is not None:
                raise RuntimeError(f"{PROGRAM} does not listen.")
            time.sleep(0.05)
        return int(written.read_text())

    def _read(self) -> Any:
        """One message: its length, a colon, and JSON."""
        length = b""
        while (byte := self._line.recv(1)) != b":":
            if not byte:
                raise RuntimeError(f"{PROGRAM} has ended.")
            length += byte
        body = b""
        while len(body) < int(length):
            body += self._line.recv(int(length) - len(body))
        return json.loads(body)

    def ask(self, name: str, parameters: Mapping[str, Any]) -> tuple[Any, Any]:
        """The error of a command, or None, and its result."""
        self._serial += 1
        body = json.dumps([0, self._serial, name, parameters])
        self._line.sendall(f"{len(body.encode())}:{body}".encode())
        _, serial, error, result = self._read()
        assert serial == self._serial
        return error, result

    def execute(self, command: str, parameters: dict[str, Any] | None) -> dict[str, Any]:
        """The answer that Selenium's server would give."""
        given = {name: value for name, value in (parameters or {}).items() if name != "sessionId"}
        if command == "newSession":
            given = {}
        if command in ("findChildElement", "findChildElements"):
            given["element"] = given.pop("id")
        error, result = self.ask(f"WebDriver:{COMMANDS[command]}", given)
        if error is not None:
            return {"status": 500, "value": json.dumps({"value": error})}
        if command == "clickElement":
            # Its mouse is another than that of actions, which would not move again to where it was before the click.
            self.ask("WebDriver:ReleaseActions", {})
        if command == "newSession":
            return {"value": result}
        return result if isinstance(result, dict) and result.keys() == {"value"} else {"value": result}

    def close(self) -> None:
        """Ends this Firefox, and forgets its profile."""
        self._line.close()
        self._process.terminate()
        try:
            self._process.wait(PATIENCE)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
        shutil.rmtree(self._profile, ignore_errors=True)


class Firefox(Engine):
    """Firefox as Selenium's driver."""

    def __init__(self) -> None:
        self._marionette = Marionette()
        super().__init__(command_executor=self._marionette, options=[])

    def quit(self) -> None:
        """Ends the browser."""
        self._marionette.close()

    def inside(self, script: str, *values: Any) -> Any:
        """The value of a script that runs in the browser itself."""
        self._marionette.ask("Marionette:SetContext", {"value": "chrome"})
        try:
            error, result = self._marionette.ask("WebDriver:ExecuteScript", {"script": script, "args": values})
        finally:
            self._marionette.ask("Marionette:SetContext", {"value": "content"})
        assert error is None, error
        return result["value"]

    def lines(self) -> Sequence[str]:
        """The lines and the errors of the page's console."""
        found: list[str] = self.inside(CONSOLE)
        return found

    def prefer(self, name: str, value: str) -> None:
        """Sets what Firefox takes for the system's preference."""
        if name == "prefers-color-scheme":
            self.inside(PREFER, "layout.css.prefers-color-scheme.content-override", SCHEMES[value])
        elif name == "prefers-reduced-motion":
            self.inside(PREFER, "ui.prefersReducedMotion", int(value == "reduce"))
        else:
            self.lacks(f"{name}: {value}")

    def scale(self, density: float) -> None:
        """Gives the screen this many pixels for each of the page."""
        self.inside(DENSITY, str(density))

    def resize(self, width: int, height: int) -> None:
        """Gives the page this many pixels, which may be less than Firefox's narrowest window has."""
        across, down, *_ = self.execute_script(FRAME)
        self.set_window_rect(width=width + max(0, across), height=height + max(0, down))
        self.inside(VIEWPORT, width, height)
        self.waits(f"return innerWidth === {width} && innerHeight === {height}")

    def execute_cdp_cmd(self, command: str, given: Mapping[str, Any]) -> dict[str, Any]:
        """Does what Chromium's protocol does by that name."""
        if command == "Page.addScriptToEvaluateOnNewDocument":
            return {"identifier": self.inside(BEFORE, given["source"])}
        if command == "Page.removeScriptToEvaluateOnNewDocument":
            self.inside(NOT_BEFORE, *given["identifier"])
        elif command == "Network.setBlockedURLs":
            self.inside(BLOCK, given["urls"])
        elif command == "Network.emulateNetworkConditions" and is_line(given):
            self.inside(BLOCK, ["*"] if given["offline"] else [])
        elif command == "Browser.setDownloadBehavior":
            self.inside(DOWNLOAD, given["downloadPath"])
        elif command not in ("Network.enable", "Browser.grantPermissions"):  # granted and enabled from the beginning
            return super().execute_cdp_cmd(command, given)
        return {}
