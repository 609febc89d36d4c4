"""Serves the bench until SIGTERM, SIGHUP or Ctrl-C, and says where.

One process with threads; more of them means more containers. SIGTERM, SIGHUP (a terminal that is closed) and Ctrl-C end
it with exit code 0: after the first two it serves on for DRAIN_SECONDS, so that a proxy sees that it is not ready any
more before it is gone.
"""

import os
import socket
import sys
import webbrowser
from collections.abc import Mapping
from typing import NoReturn

from flask import Flask

from webapp import create_app
from webapp.base.memory import give_back_early
from webapp.base.version import version
from webapp.http.server import CannotListen, address, listen, listener
from webapp.operations import logs
from webapp.operations.operations import Operations
from webapp.operations.signals import on_signal
from webapp.settings import Settings, SettingsError
from webapp.store import StoreError

SWITCH_SECONDS = 0.001
"""The time that one thread may hold the GIL while others wait: at the usual 5 ms, a busy server is slow to respond."""


def main(given: Mapping[str, str] | None = None) -> None:
    """Reads the settings, listens, prints the address, and serves until SIGTERM or Ctrl-C.

    Settings that are given by their names go before those of the environment.
    """
    on_signal(stop, stop)
    sys.setswitchinterval(SWITCH_SECONDS)
    give_back_early()
    environ = {**os.environ, **(given or {})}
    logs.configure(environ.get("LOG", ""))
    try:
        settings = Settings.from_environment(environ)
        settings = settings.with_data_folder()
        with listen(settings) as listening:
            operations = Operations.from_settings(settings)
            serve(listening, create_app(settings, operations).server, settings, operations)
    except (SettingsError, StoreError, CannotListen) as error:
        logs.refuse_to_start(f"NNBench did not start. {error}")


def serve(listening: socket.socket, server: Flask, settings: Settings, operations: Operations) -> None:
    """Prints the address of the page, and serves on the socket until SIGTERM or Ctrl-C."""
    wsgi_server = listener(listening, server, settings, operations)

    def drain(_number: int, _frame: object) -> None:
        operations.readiness.drain()
        wsgi_server.drain(settings.drain_seconds)

    on_signal(drain, lambda _number, _frame: wsgi_server.stop())
    operations.start()
    url = address(settings, listening.getsockname()[1])
    logs.say(f"NNBench is on {url}", event="started", version=version(), address=url, store=settings.store_kind)
    if settings.open_browser and not settings.hosted and on_a_desktop():
        webbrowser.open(url)
    try:
        wsgi_server.run()
    finally:
        operations.end()


def on_a_desktop() -> bool:
    """Whether a person at a terminal on a desktop started this process."""
    screen = sys.platform in ("darwin", "win32") or "DISPLAY" in os.environ or "WAYLAND_DISPLAY" in os.environ
    return sys.stdout.isatty() and screen and "SSH_CONNECTION" not in os.environ


def stop(_number: int, _frame: object) -> NoReturn:
    """Ends a start that has not come to serving."""
    sys.exit(0)
