"""`python -m webapp`: serves the bench with waitress and says where.

One process with threads. Waitress reads whole requests before a thread sees them, so slow clients hold
sockets and not threads; its default of 100 connections is too few for a class, so the limit is raised.
SIGTERM and Ctrl-C end it with exit code 0.
"""

import errno
import logging
import os
import select
import signal
import socket
import sys
import webbrowser
from typing import NoReturn

import waitress
from flask import Flask

from webapp import create_app
from webapp.settings import Settings, SettingsError
from webapp.store import StoreError

HEADER_BYTES = 64 * 1024
SWITCH_SECONDS = 0.001
"""How long one thread may keep Python to itself while others wait: at the usual 5 ms, a full bench is slow to greet."""


class CannotListen(Exception):
    """The address or the port cannot be had; the message says what to do."""


def main() -> None:
    """Reads the settings, listens, prints the address, and serves until it is told to stop."""
    logging.basicConfig(level=logging.INFO, format="%(levelname)s %(name)s: %(message)s")
    # Waiting requests are what threads are for; the log is not told of each.
    logging.getLogger("waitress.queue").setLevel(logging.ERROR)
    signal.signal(signal.SIGTERM, stop)
    sys.setswitchinterval(SWITCH_SECONDS)
    try:
        settings = Settings.from_environment()
        with listen(settings) as line:
            serve(line, create_app(settings).server, settings)
    except (SettingsError, StoreError, CannotListen) as error:
        sys.exit(f"NNBench did not start. {error}")


def listen(settings: Settings) -> socket.socket:
    """A socket that listens already; CannotListen when the port is taken or not ours to take."""
    family = socket.AF_INET6 if ":" in settings.host else socket.AF_INET
    try:
        return socket.create_server((settings.host, settings.port), family=family, backlog=1024)
    except OSError as error:
        raise CannotListen(reason(error, settings)) from error


def serve(line: socket.socket, server: Flask, settings: Settings) -> None:
    """Says where the page is, and answers on the socket until SIGTERM or Ctrl-C."""
    listener = waitress.create_server(
        server,
        sockets=[line],
        threads=settings.threads,
        connection_limit=settings.connection_limit,
        max_request_body_size=settings.max_body,
        max_request_header_size=HEADER_BYTES,
        asyncore_use_poll=hasattr(select, "poll"),  # select() itself stops at 1,024 sockets
        clear_untrusted_proxy_headers=not settings.trusted_proxies,  # the guard reads them, hop by hop
        ident=None,
    )
    url = address(settings, line.getsockname()[1])
    sys.stdout.write(f"NNBench is on {url}\n")
    sys.stdout.flush()
    if settings.open_browser and not settings.hosted and on_a_desktop():
        webbrowser.open(url)
    listener.run()


def reason(error: OSError, settings: Settings) -> str:
    """Why the port cannot be had, in words."""
    port = settings.port
    if error.errno == errno.EADDRINUSE:
        return f"Port {port} is in use. Stop what uses it, or give another one, as in PORT={port + 1}."
    if error.errno == errno.EACCES:
        return f"Port {port} is not ours to use. Give one above 1023, as in PORT=8050."
    return f"HOST={settings.host} cannot be listened on ({error.strerror}). Give another HOST."


def address(settings: Settings, port: int) -> str:
    """Where a browser finds the page."""
    if settings.public_url:
        return settings.public_url + "/"
    host = settings.host if settings.host not in ("0.0.0.0", "::") else "localhost"  # noqa: S104
    return f"http://{f'[{host}]' if ':' in host else host}:{port}{settings.prefix}"


def on_a_desktop() -> bool:
    """Whether a person at a terminal on a desktop started us."""
    screen = sys.platform in ("darwin", "win32") or "DISPLAY" in os.environ or "WAYLAND_DISPLAY" in os.environ
    return sys.stdout.isatty() and screen and "SSH_CONNECTION" not in os.environ


def stop(_number: int, _frame: object) -> NoReturn:
    """Ends waitress's loop, which then lets its threads finish."""
    sys.exit(0)


if __name__ == "__main__":
    main()
