"""One client's connection: a request is read, works, and its response is sent; then the next one is read.

Nothing is copied for a reader who does not read: parts of a response are sent from where they lie, and as long as
some are left, the next request of the connection waits in its bytes. All of this happens on the thread of the event
loop, but for the first sending of a response, which the thread that made it does.
"""

import contextlib
import socket
from collections import deque
from typing import Any, Protocol

from waitress.buffers import ReadOnlyFileBasedBuffer

from webapp.http.connections.exchange import Exchange
from webapp.http.connections.intake import Intake
from webapp.http.connections.strict_parser import StrictParser
from webapp.operations.metrics import Answered

AT_ONCE = 65_536
"""Bytes that are read at a time."""
AHEAD = 65_536
"""Bytes that a client may send before the response to its last request goes out; a client that sends more is cut."""
ROOM = 131_072
"""Bytes of a response that the system holds for a connection; it would take megabytes for each by itself."""
FILE_PART = 65_536
"""Bytes of a file that are in memory for its reader."""
FILE_PARTS = 4
"""Parts of a file that one reader is sent in a turn of the loop, however fast it reads."""
PARTS = 16
"""Parts of a response that are sent in one call."""
HEADER_SECONDS = 10.0
"""Seconds that a header may take, from its first byte; the first one from when the connection was opened."""
WINDOW_SECONDS, WINDOW_BYTES = 10.0, 20_000
"""Seconds, and bytes: a client that sends or reads fewer bytes in these seconds is cut."""
IDLE_SECONDS = 120.0
"""Seconds that a connection may be silent between two requests."""
LINGER_SECONDS = 2.0
"""Seconds for which the rest of a refused client's request is read and thrown away, so that the refusal reaches it."""
LOST = (OSError, ValueError)


class Loop(Protocol):
    """The event loop as a connection sees it."""

    adj: Any
    intake: Intake
    closing: bool
    """Responses end their connections: the server will stop."""

    def cut(self, connection: "Connection", reason: str = "") -> None:
        """Closes the connection, and logs the reason; without one the client has left, or loses nothing."""

    def note_read(self, connection: "Connection") -> None:
        """Notes that a response has gone out whole that its client took some time to read."""

    def begin(self, connection: "Connection", request: StrictParser, now: float) -> None:
        """Answers a request that is read whole, or lets it wait for its turn."""

    def refuse_body(self, connection: "Connection", request: StrictParser, now: float) -> None:
        """Answers a request whose body there is no room for."""


class Connection:
    """A client's socket and the work under way on it."""

    def __init__(self, server: Loop, sock: socket.socket, address: tuple[str, int], now: float) -> None:
        self.server = server
        self.sock = sock
        self.address = address
        self.network = ""
        """The address of the client that sent the latest request, as far as proxies are believed about it."""
        self.exchange: Exchange | None = None
        self.gone = False
        """The client has gone; the socket is closed once no other thread uses it."""
        self.private = 0
        """Bytes left of a response that is this client's own."""
        self.answering = False
        """The response goes out; bytes that the client sends from then on are its next request."""
        self.ticket = ""
        """The ticket of the latest response."""
        self.unread: Answered | None = None
        """The latest request, as long as some of its response is to be read."""
        self.watched = 0
        """The events that the loop watches the socket for."""
        self._held = 0
        self._parser: StrictParser | None = None
        self._ahead = b""
        self._outgoing: deque[memoryview] = deque()
        self._file: ReadOnlyFileBasedBuffer | None = None
        self._shared = False
        self._closes = False
        self._lingers = False
        self._since = now
        self._has_asked = False
        self._window = now
        self._moved = 0
        sock.settimeout(0)
        with contextlib.suppress(OSError):
            sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            sock.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, ROOM)

    @property
    def idle(self) -> bool:
        """Whether nothing of a request or a response is under way."""
        return self.exchange is None and self._parser is None and not (self.sending or self._lingers)

    @property
    def sending(self) -> bool:
        """Whether some of a response, or of bytes that were sent ahead, is left for the next turn of the loop."""
        return self.has_more or bool(self._ahead)

    # Reading

    def can_read(self, now: float) -> None:
        """Reads the bytes that are there; after a response has begun to go out, not before `finish`."""
        if self.answering:
            return
        try:
            data = self.sock.recv(AT_ONCE)
        except (BlockingIOError, InterruptedError):
            return
        except LOST:
            data = b""
        if not data:
            self.server.cut(self)
        elif self._lingers:
            return
        elif self.exchange is not None or self.sending:
            self._ahead += data
            # The response may have gone out since the first look, and what came may be the request after it.
            if len(self._ahead) > AHEAD and not self.answering:
                self.server.cut(self, f"more than {AHEAD:,} bytes were sent ahead of a response")
        else:
            self._read(data, now)

    def _read(self, data: bytes, now: float) -> None:
        """Reads requests from the bytes until one is under way, or has been answered at once; the bytes behind it wait,
        so that a client that sends many ahead takes no more of a turn than others."""
        answered = False
        while data and self.exchange is None and not (answered or self._outgoing or self._closes or self.gone):
            if self._parser is None:
                self._parser = StrictParser(self.server.adj)
                self._begin_window(now)
            parser = self._parser
            data = data[parser.received(data) :]
            self._hold(parser.body_bytes_received)
            if parser.completed:
                self._parser = None
                if not parser.empty:
                    self._has_asked = answered = True
                    self.server.begin(self, parser, now)
            elif self.server.intake.is_full:
                self._parser = None
                self.server.refuse_body(self, parser, now)
            elif parser.expect_continue and parser.headers_finished:
                parser.expect_continue = False
                self.send([b"HTTP/1.1 100 Continue\r\n\r\n"])
        self._ahead = bytes(data)

    def _hold(self, size: int) -> None:
        self.server.intake.add(size - self._held)
        self._held = size

    # Sending

    def answer(self, exchange: Exchange) -> None:
        """Sends as much of the response as goes at once, on the thread that made it.

        A client that has the response may send its next request before the loop runs `finish`. That request stays in
        the socket meanwhile, and the body of this one no longer counts.
        """
        self.release()
        self.ticket = exchange.ticket
        self.answering = True
        self._file, exchange.file = exchange.file, None
        self.send(exchange.parts, exchange.shared)

    @property
    def has_more(self) -> bool:
        """Whether some of a response is left to be sent."""
        return bool(self._outgoing or self._file)

    @property
    def on_disk(self) -> int:
        """Bytes of a file that are left for this client; its share of them where others read the file too."""
        if self._file is None:
            return 0
        written = getattr(self._file.file, "written", None)
        return len(self._file) // max(1, written.readers if written else 1)

    def close(self) -> None:
        """Closes the socket, and the file that was being read."""
        self._drop_file()
        self.sock.close()

    def _drop_file(self) -> None:
        if self._file is not None:
            self._file.close()
            self._file = None

    def release(self) -> None:
        """Gives back the room that the body under way takes."""
        self._hold(0)

    def send(self, parts: list[bytes], shared: bool = False) -> None:
        """Sends as much as goes at once, and keeps the rest; safe on any thread while an exchange is in work."""
        self._outgoing.extend(memoryview(part) for part in parts)
        self._shared = shared
        self._send_some()

    def _send_some(self) -> None:
        try:
            while self._outgoing:
                sent = self.sock.sendmsg([self._outgoing[k] for k in range(min(PARTS, len(self._outgoing)))])
                self._moved += sent
                while self._outgoing and sent >= len(self._outgoing[0]):
                    sent -= len(self._outgoing.popleft())
                if sent:
                    self._outgoing[0] = self._outgoing[0][sent:]
        except (BlockingIOError, InterruptedError):
            pass
        except LOST:
            self.gone = True
            self._outgoing.clear()

    def can_write(self, now: float) -> None:
        """Sends more; once all is sent, the next request has its turn."""
        self._send_some()
        for _ in range(FILE_PARTS):
            if self.gone or self._outgoing or self._file is None:
                break
            self._outgoing.append(memoryview(self._file.get(FILE_PART, skip=True)))
            if not len(self._file):
                self._drop_file()
            self._send_some()
        self._count_private()
        if self.gone or not self.has_more:
            self._go_on(now)

    def finish(self, exchange: Exchange, now: float) -> None:
        """The exchange is answered: its response is sent, or the rest that the first sending has left is on its way."""
        self.exchange = None
        self.answering = False
        self.release()
        self._closes = self._closes or exchange.closes
        self._begin_window(now)
        self._count_private()
        if self.gone:
            self.server.cut(self)
        elif not self.has_more:
            self._go_on(now)

    def _count_private(self) -> None:
        self.private = 0 if self._shared else sum(map(len, self._outgoing))

    def _go_on(self, now: float) -> None:
        """After a response: ends the connection, or reads the next request."""
        self._since = now
        self._begin_window(now)
        if self.gone:
            self.server.cut(self)
            return
        self.server.note_read(self)
        if self._closes:
            self._linger()
        elif self._ahead:
            data, self._ahead = self._ahead, b""
            self._read(data, now)

    def _linger(self) -> None:
        """Says that nothing more will come, and waits for the client to see it."""
        self._lingers = True
        try:
            self.sock.shutdown(socket.SHUT_WR)
        except LOST:
            self.server.cut(self)

    # Time

    def _begin_window(self, now: float) -> None:
        self._window, self._moved = now, 0

    def overdue(self, now: float) -> str | None:
        """The reason to cut a client that had its time; None as long as it has some left.

        A connection that is silent between two requests loses nothing, and its reason is empty.
        """
        if self.exchange is not None:
            return None
        if self._lingers:
            return "" if now - self._since > LINGER_SECONDS else None
        if self.has_more:
            return "a response was read too slowly" if self._is_too_slow(self._moved, now) else None
        if self._parser is not None and self._parser.headers_finished:
            moved = self._parser.body_bytes_received - self._moved
            return "a body was sent too slowly" if self._is_too_slow(moved, now, received=True) else None
        if self._parser is not None:
            return "a header was sent too slowly" if now - self._window > HEADER_SECONDS else None
        return "" if now - self._since > (IDLE_SECONDS if self._has_asked else HEADER_SECONDS) else None

    def _is_too_slow(self, moved: int, now: float, received: bool = False) -> bool:
        """Whether too few bytes moved in this window; a new one begins when it is over."""
        if now - self._window < WINDOW_SECONDS:
            return False
        self._window = now
        self._moved = self._moved + moved if received else 0
        return moved < WINDOW_BYTES
