"""One request and the response to it. Waitress' tasks make the response, and take the exchange for their channel."""

import contextlib
import logging
import time
from functools import lru_cache
from http import HTTPStatus
from io import BytesIO
from pathlib import Path
from tempfile import TemporaryFile
from typing import IO, Any, Protocol

from flask import Response, request
from waitress.buffers import ReadOnlyFileBasedBuffer
from waitress.channel import ClientDisconnected
from waitress.task import ErrorTask, Task, WSGITask
from waitress.utilities import InternalServerError, build_http_date

from webapp.http.connections.shared_responses import FOR_EVER, SharedResponse
from webapp.http.connections.strict_parser import StrictParser
from webapp.http.connections.written_file import FileReader
from webapp.http.kinds import Kind
from webapp.jobs.job import ENVIRON_KEY, ClientGone, Job, Outcome, new_ticket

log = logging.getLogger(__name__)

SHARED_OUTPUT = "nnbench.shared"
"""A key in the environment of a response that is the same for every client."""
SHARED_UNTIL = "nnbench.shared_until"
"""A key beside it, of the moment up to which it is the same, on the monotonic clock; without it, for ever."""
FILE_WRAPPER = "nnbench.file_wrapper"
"""A key in the environment of the class of bodies that are read from a file, as their client reads them."""
BROKEN = "The server encountered an unexpected internal server error"
LARGE = 262_144
"""Bytes from which the body of a file is on the disk for its reader: in memory there is little room for slow ones."""


def sent(body: bytes | str, mimetype: str, folder: Path | None) -> Response:
    """A response with that body, which comes at its reader's pace."""
    data = body.encode() if isinstance(body, str) else body
    if len(data) < LARGE:
        return Response(data, mimetype=mimetype)
    try:
        file = TemporaryFile(dir=folder)  # noqa: SIM115 - its connection closes it
        file.write(data)
    except OSError:  # the disk is full
        return Response(data, mimetype=mimetype)
    return streamed(file, mimetype)


def streamed(file: IO[bytes] | FileReader, mimetype: str) -> Response:
    """A response with all of a file that was written, which is closed, and so deleted, once it is read.

    Outside our own server it is read at once.
    """
    size = file.tell()
    file.seek(0)
    wrapper = request.environ.get(FILE_WRAPPER)
    if wrapper is None:
        with file:
            return Response(file.read(), mimetype=mimetype)
    response = Response(wrapper(file), mimetype=mimetype, direct_passthrough=True)
    response.content_length = size
    return response


class Client(Protocol):
    """An exchange's view of its connection."""

    gone: bool
    """Nobody waits for the response any more."""
    network: str
    server: Any
    address: tuple[str, int]


class Exchange:
    """A request on its way through the slots, and the parts of its response as far as they are made."""

    def __init__(self, connection: Client, request: StrictParser, kind: Kind) -> None:
        self.connection = connection
        self.request = request
        self.kind = kind
        self.tab = ("", "")
        self.about: tuple[tuple[str, str], int] | None = None
        self.serial = 0
        self.network = connection.network
        self.superseded = False
        self.ticket = new_ticket()
        self.came = time.monotonic()
        self.act = self.limit = ""
        self.outcome: Outcome | None = None
        self.status = 0
        self.parts: list[bytes] = []
        self.file: ReadOnlyFileBasedBuffer | None = None
        self.closes = False
        self.shared = False
        self.is_probe = False
        """It asks whether the process lives or is ready, and counts as no request."""
        # The attributes that a task requires of its channel:
        self.server = connection.server
        self.adj = connection.server.adj
        self.addr = connection.address

    def respond(self, job: Job) -> None:
        """Makes the response; nothing is sent yet. A second call makes it anew."""
        self.parts, self.closes = [], False
        task = self._from_app(job)
        self._announce_end(task)
        try:
            task.service()
        except (ClientDisconnected, ClientGone):
            task.close_on_finish = True
        except Exception:
            log.exception("Exception while serving %s", self.request.path)
            self.parts = []
            task = self._broken()
            with contextlib.suppress(ClientDisconnected):
                task.service()
        self.closes = bool(task.close_on_finish)
        self.status = int(task.status[:3])
        self.act, self.outcome, self.limit = job.act, job.outcome, job.limit
        environ = getattr(task, "environ", None) or {}
        self.shared = SHARED_OUTPUT in environ
        if self.shared:
            body, until = b"".join(self.parts[1:]), environ.get(SHARED_UNTIL, FOR_EVER)
            self.server.shared_responses.keep(self.request, task, body, until)

    def respond_plainly(
        self, status: HTTPStatus, headers: list[tuple[str, str]], body: bytes, *, closes: bool = False
    ) -> None:
        """A response that takes no work; `closes` ends the connection with it."""
        task = PlainTask(self, self.request, status, headers, body)
        self._announce_end(task)
        if closes:
            task.set_close_on_finish()
        task.service()
        self.status = status.value
        self.closes = bool(task.close_on_finish)

    def respond_again(self, kept: SharedResponse) -> None:
        """A response that was made before; most clients speak HTTP/1.1 and keep their connection."""
        self.shared = True
        stays = self.request.headers.get("CONNECTION", "keep-alive").lower() == "keep-alive"
        if self.request.version != "1.1" or not stays or self.server.closing:
            self.respond_plainly(kept.status, kept.headers, kept.body)
            return
        date = date_line(int(time.time()))
        is_known = kept.is_known_to(self.request)
        self.parts = [kept.unchanged + date] if is_known else [kept.head + date, kept.body]
        self.status = HTTPStatus.NOT_MODIFIED.value if is_known else kept.status.value

    def _announce_end(self, task: Any) -> None:
        """Says in the response that it ends the connection, where it does."""
        if self.server.closing:
            task.set_close_on_finish()

    def check_client_disconnected(self) -> bool:
        """Whether nobody waits for the response any more."""
        return self.connection.gone

    def write_soon(self, data: Any) -> int:
        """Keeps a part of the response, as it is; a file is the last one."""
        if self.connection.gone:
            raise ClientDisconnected
        if isinstance(data, ReadOnlyFileBasedBuffer):
            self.file = data
        elif data:
            self.parts.append(data)
        return len(data)

    def _from_app(self, job: Job) -> Any:
        task = WSGITask(self, self.request)
        environ = task.get_environment()
        environ[ENVIRON_KEY] = job
        # A file that is read for as long as its client takes is on the disk for that one response.
        environ[FILE_WRAPPER] = environ.pop("wsgi.file_wrapper")
        if isinstance(environ["wsgi.input"], BytesIO):
            environ["wsgi.input"].seek(0)
        return task

    def _broken(self) -> Any:
        request = StrictParser(self.adj)
        request.error = InternalServerError(BROKEN)
        request.version = self.request.version
        return ErrorTask(self, request)


class PlainTask(Task):  # type: ignore[misc]  # waitress carries no types
    """A response that is known beforehand."""

    complete = True

    def __init__(
        self,
        exchange: Exchange,
        request: StrictParser,
        status: HTTPStatus,
        headers: list[tuple[str, str]],
        body: bytes,
    ) -> None:
        super().__init__(exchange, request)
        self.status = f"{status.value} {status.phrase}"
        self.response_headers.extend(headers)
        self._body = b"" if getattr(request, "command", "") == "HEAD" else body
        self.content_length = len(body)

    def execute(self) -> None:
        """Writes it."""
        self.write(self._body)


@lru_cache(maxsize=2)
def date_line(second: int) -> bytes:
    """The last header, which many responses of a second share, and the line behind it."""
    return f"Date: {build_http_date(second)}\r\n\r\n".encode()
