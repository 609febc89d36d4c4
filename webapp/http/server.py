"""The server: a socket, and an event loop on it that reads whole requests before a thread sees them.

Waitress reads the requests and writes the responses; connections, queues and slots are our own, so that neither a slow
client nor a waiting request holds a thread.
"""

import errno
import socket
import time
from importlib import import_module
from typing import TYPE_CHECKING

from waitress.adjustments import Adjustments
from waitress.proxy_headers import proxy_headers_middleware

from webapp.http.connections.event_loop import EventLoop
from webapp.http.guard import HEADERS
from webapp.http.kinds import slots_of
from webapp.operations.operations import Operations
from webapp.sessions.cookie import Cookie
from webapp.settings import Settings

if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIApplication

HEADER_BYTES = 32 * 1024
"""The most bytes of the headers of one request: those of the longest link, and as much again."""

OTHER_FILES = 300
"""Files that a process has open beside its connections, at most."""


class CannotListen(Exception):
    """The address or the port cannot be had; the message says what to do."""


def listen(settings: Settings) -> socket.socket:
    """A socket that listens already; CannotListen when the port is taken or not ours to take."""
    family = socket.AF_INET6 if ":" in settings.host else socket.AF_INET
    try:
        return socket.create_server((settings.host, settings.port), family=family, backlog=1024)
    except OSError as error:
        raise CannotListen(listen_error_text(error, settings)) from error


def raise_file_limit(connections: int) -> None:
    """Lets this process have as many files open as these connections need, as far as the system allows."""
    try:
        resource = import_module("resource")
    except ModuleNotFoundError:  # Windows, where connections are no files
        return
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = connections + OTHER_FILES
    most = wanted if hard == resource.RLIM_INFINITY else min(wanted, hard)
    if soft != resource.RLIM_INFINITY and soft < most:
        resource.setrlimit(resource.RLIMIT_NOFILE, (most, hard))


def listener(
    line: socket.socket, app: "WSGIApplication", settings: Settings, operations: Operations | None = None
) -> EventLoop:
    """A server on that socket, with (furnished) settings; it answers once it runs."""
    raise_file_limit(settings.connection_limit)
    adjustments = Adjustments(
        sockets=[line],
        connection_limit=settings.connection_limit,
        max_request_body_size=settings.max_body,
        max_request_header_size=HEADER_BYTES,
        inbuf_overflow=2 * settings.max_body,  # bodies stay in memory
        ident=None,
    )
    if not settings.trusted_proxies:  # else the guard reads them, hop by hop
        app = proxy_headers_middleware(app, clear_untrusted=True)
    return EventLoop(
        line,
        app,
        adjustments,
        slots_of(settings),
        settings.run_seconds,
        settings.prefix,
        HEADERS | {"Content-Security-Policy": "default-src 'none'"},
        Cookie(settings, time.time).owner,
        operations,
        settings.trusted_proxies,
        settings.header_kb_per_address,
    )


def listen_error_text(error: OSError, settings: Settings) -> str:
    """Why the port cannot be had, in words."""
    port = settings.port
    if error.errno == errno.EADDRINUSE:
        return f"Port {port} is in use. Stop what uses it, or give another one, as in PORT={port + 1}."
    if error.errno == errno.EACCES:
        return f"Port {port} is not ours to use. Give one above 1023, as in PORT=8050."
    return f"HOST={settings.host} cannot be listened on ({error.strerror}). Give another HOST."


def address(settings: Settings, port: int) -> str:
    """The address at which a browser finds the page."""
    if settings.public_url:
        return settings.public_url + "/"
    host = settings.host if settings.host not in ("0.0.0.0", "::") else "localhost"  # noqa: S104
    return f"http://{f'[{host}]' if ':' in host else host}:{port}{settings.prefix}"
