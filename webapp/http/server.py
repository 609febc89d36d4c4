"""How the server listens: a socket, and waitress on it.

Waitress reads whole requests before a thread sees them, so slow clients hold sockets and not threads; its default of
100 connections is too few for a class, so the limit is raised.
"""

import errno
import select
import socket
from typing import TYPE_CHECKING, Any

import waitress

from webapp.settings import Settings

if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIApplication

HEADER_BYTES = 64 * 1024


class CannotListen(Exception):
    """The address or the port cannot be had; the message says what to do."""


def listen(settings: Settings) -> socket.socket:
    """A socket that listens already; CannotListen when the port is taken or not ours to take."""
    family = socket.AF_INET6 if ":" in settings.host else socket.AF_INET
    try:
        return socket.create_server((settings.host, settings.port), family=family, backlog=1024)
    except OSError as error:
        raise CannotListen(reason(error, settings)) from error


def listener(
    line: socket.socket, app: "WSGIApplication", settings: Settings, channels: dict[int, Any] | None = None
) -> Any:
    """A waitress server on that socket; it answers once it runs, and keeps its open connections in `channels`."""
    return waitress.create_server(
        app,
        map=channels,
        sockets=[line],
        threads=settings.threads,
        connection_limit=settings.connection_limit,
        max_request_body_size=settings.max_body,
        max_request_header_size=HEADER_BYTES,
        asyncore_use_poll=hasattr(select, "poll"),  # select() itself stops at 1,024 sockets
        clear_untrusted_proxy_headers=not settings.trusted_proxies,  # the guard reads them, hop by hop
        ident=None,
    )


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
