"""The event loop: one thread accepts connections, reads requests, hands them to the work queue and sends responses.

A connection costs nothing while nothing happens on it. When connections run short, one that does not work is closed
for each that comes: of the address that has most of them, the one that has waited longest since it was answered.

Its end has two parts. While it drains, it serves on, and each response ends its connection, so that a proxy goes
elsewhere. Then it takes no connection, work ends at its next piece, and what has been answered is sent.
"""

import contextlib
import functools
import json
import logging
import math
import re
import secrets
import selectors
import socket
import threading
import time
from collections import OrderedDict, defaultdict, deque
from collections.abc import Callable, Iterator, Mapping
from http import HTTPStatus
from typing import TYPE_CHECKING, Any, cast

from webapp.base.addresses import network_of
from webapp.http.connections.connection import Connection
from webapp.http.connections.exchange import Exchange
from webapp.http.connections.intake import Intake
from webapp.http.connections.shared_responses import SharedResponses
from webapp.http.connections.strict_parser import StrictParser
from webapp.http.connections.work_queue import WorkQueue
from webapp.http.kinds import Kind, Slots, kind_of
from webapp.http.rate_limit import Rate
from webapp.jobs.cancellation import MOST_TABS, Tab
from webapp.jobs.job import Outcome
from webapp.jobs.worker_slots import QueueFull
from webapp.operations.logs import beside
from webapp.operations.metrics import Answered, limit_in
from webapp.operations.operations import Operations
from webapp.operations.probes import probes_of
from webapp.sessions.cookie import HEADER

if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIApplication

log = logging.getLogger(__name__)

ACCEPTED_AT_ONCE = 32
LOOK_SECONDS = 0.5
"""Seconds between two looks for connections that are overdue."""
INTAKE_BYTES = 24 * 2**20
"""The most bytes of the bodies of all requests under way together."""
UNREAD_BYTES = 32 * 2**20
"""The most bytes of single clients' responses that are not read yet, together; whoever owns most is cut first, by
address."""
FILE_BYTES = 2**30
"""The most bytes on the disk of files that clients are reading, together; cut in that order, too."""
ENDING_SECONDS = 4.0
"""Seconds for work to come to its next piece, and for finished responses to be sent, when the server stops."""
RETRY_AFTER = 1
"""Seconds after which a refused client may come again, at least."""
QUESTIONS = "/analysis/"
DROPPED, LATER = b'{"dropped":true}\n', b'{"later":1}\n'
SEEN = 4096
"""Bytes of a body in which its tab and serial number stand."""
TAB = re.compile(rb'"tab":\s*"([A-Za-z0-9_-]{1,64})"')
SERIAL = re.compile(rb'"serial":\s*([0-9]{1,16})')
FRAMED = HEADER.upper().replace("-", "_")
"""The name under which waitress has the header of a framed page."""
NO_ROOM = "more were opened than the bench holds"
TICKETS = 5
"""Tickets of requests that a line of the log names."""
PLAIN_TEXT = ("Content-Type", "text/plain; charset=utf-8")
SHORT_HEADERS = 4096
"""Bytes of headers that cost no more than the rest of a request."""
TOO_LONG_HEADERS = "This address sends more long headers than HEADER_KB_PER_ADDRESS allows. Try again in a moment."
TOO_MANY_BODIES = "Others send as much as the bench takes at a time. Try again in a moment."

SessionOf = Callable[[str, str], str]
"""A function of a Cookie header and that of a framed page: the session that they show, or an empty text."""


class EventLoop:
    """A WSGI server on a socket that listens."""

    def __init__(
        self,
        line: socket.socket,
        application: "WSGIApplication",
        adj: Any,
        slots: Mapping[Kind, Slots],
        run_seconds: float,
        prefix: str = "/",
        headers: Mapping[str, str] | None = None,
        session_of: SessionOf = lambda cookies, header: "",
        operations: Operations | None = None,
        proxies: int = 0,
        header_kb: int = 256,
    ) -> None:
        self.application = application
        self.adj = adj
        self.server_name: str = adj.server_name
        self.effective_port: int = line.getsockname()[1]
        self.intake = Intake(INTAKE_BYTES)
        self.closing = False
        self.shared_responses = SharedResponses()
        self._operations = operations or Operations()
        self._probes = probes_of(self._operations.readiness)
        self._line = line
        self._slots = slots
        self._prefix = prefix.rstrip("/")
        self._headers = [*(headers or {}).items(), ("Cache-Control", "private, no-cache")]
        self._session_of = session_of
        self._proxies = proxies
        self._header_kb = Rate(header_kb)
        self._connections: dict[str, OrderedDict[Connection, None]] = {}
        self._open = 0
        self._most = adj.connection_limit
        self._answered: deque[Exchange] = deque()
        self._stops_at = float("inf")
        self._selector = selectors.DefaultSelector()
        self._waker, self._woken = socket.socketpair()
        self._waking = threading.Event()
        self._queue = WorkQueue(slots, run_seconds, self._hand_back, self._say_busy, self._say_outdated)
        self._runs: OrderedDict[Tab, int] = OrderedDict()
        """The number of runs that each page has asked for, as far as it is known."""
        line.settimeout(0)
        self._woken.settimeout(0)
        self._selector.register(line, selectors.EVENT_READ)
        self._selector.register(self._woken, selectors.EVENT_READ)
        self._look_again = 0.0
        self._cuts: defaultdict[str, list[str]] = defaultdict(list)
        self._operations.metrics.watch_connections(lambda: self._open)
        for kind in slots:
            self._operations.metrics.watch_waiting(kind.value, functools.partial(self._queue.waiting, kind))

    def run(self) -> None:
        """Serves until `stop` or `drain`; then work ends at its next piece, and is answered."""
        try:
            while time.monotonic() < self._stops_at:
                self._turn(self._stops_at)
            self._end()
        finally:
            self._close()

    def stop(self) -> None:
        """Lets `run` come to its end; from any thread, or a signal."""
        self.drain(0.0)

    def drain(self, seconds: float) -> None:
        """Lets `run` come to its end in this many seconds, and serves on until then; from any thread, or a signal."""
        self.closing = True
        self._stops_at = min(self._stops_at, time.monotonic() + seconds)
        self._wake()

    def _turn(self, until: float) -> None:
        """Does the work that is ready, or waits for some, at most until then."""
        events = self._selector.select(max(0.0, min(LOOK_SECONDS, until - time.monotonic())))
        now = time.monotonic()
        for key, mask in events:
            if key.fileobj is self._line:
                self._accept(now)
            elif key.fileobj is self._woken:
                self._take_back(now)
            else:
                self._serve(key.data, mask, now)
        if now >= self._look_again:
            self._look_again = now + LOOK_SECONDS
            self._cut_overdue(now)
            self._log_cuts()

    def _end(self) -> None:
        """Takes no more connections, ends the work under way, and sends its answers, for a few seconds at most."""
        self.closing = True
        self._selector.unregister(self._line)
        self._line.close()
        self._queue.end_work()
        until = time.monotonic() + ENDING_SECONDS
        while self._cut_idle() and time.monotonic() < until:
            self._turn(until)

    def _cut_idle(self) -> int:
        """Cuts the connections on which nothing is under way; returns the number of those that are left."""
        for connection in [one for theirs in self._connections.values() for one in theirs if one.idle]:
            self.cut(connection)
        return self._open

    def _serve(self, connection: Connection, mask: int, now: float) -> None:
        with self._ending_only(connection):
            if mask & selectors.EVENT_WRITE and not connection.gone:
                connection.can_write(now)
            if mask & selectors.EVENT_READ and not connection.gone:
                connection.can_read(now)
            self._watch(connection)

    @contextlib.contextmanager
    def _ending_only(self, connection: Connection) -> Iterator[None]:
        """Any error on one connection ends that one, and no other."""
        try:
            yield
        except Exception:
            log.exception("A connection is cut, because serving it failed")
            self.cut(connection)

    # Connections

    def _accept(self, now: float) -> None:
        for _ in range(ACCEPTED_AT_ONCE):
            try:
                sock, address = self._line.accept()
            except OSError:
                return
            if self._open >= self._most and not self._make_room():
                sock.close()
                self._cuts[NO_ROOM].append("")
                continue
            connection = Connection(self, sock, address[:2], now)
            self._connections.setdefault(network_of(address[0]), OrderedDict())[connection] = None
            self._open += 1
            self._watch(connection)

    def _make_room(self) -> bool:
        """Cuts the connection that has waited longest, of the address that has most; False when all of them work."""
        for theirs in sorted(self._connections.values(), key=len, reverse=True):
            victim = next((connection for connection in theirs if connection.exchange is None), None)
            if victim is not None:
                self.cut(victim, "" if victim.idle else NO_ROOM)
                return True
        return False

    def _watch(self, connection: Connection) -> None:
        """Watches the socket for the events that the connection waits for."""
        if connection.gone:
            return
        reads = 0 if connection.answering else selectors.EVENT_READ
        wanted = reads | (selectors.EVENT_WRITE if self._waits_to_send(connection) else 0)
        if wanted == connection.watched:
            return
        if not wanted:
            self._selector.unregister(connection.sock)
        elif connection.watched:
            self._selector.modify(connection.sock, wanted, connection)
        else:
            self._selector.register(connection.sock, wanted, connection)
        connection.watched = wanted

    @staticmethod
    def _waits_to_send(connection: Connection) -> bool:
        return connection.exchange is None and connection.sending

    def cut(self, connection: Connection, reason: str = "") -> None:
        """Lets go of a connection; a thread that still works for it hears that its client has gone.

        The log tells the reason; an empty one is that the client has left, or that nothing was under way.
        """
        if reason:
            self._cuts[reason].append(connection.exchange.ticket if connection.exchange else connection.ticket)
        self._tell_unread(connection, "cut" if reason else "gone")
        connection.gone = True
        if connection.watched:
            self._selector.unregister(connection.sock)
            connection.watched = 0
        exchange = connection.exchange
        if exchange is not None and not self._queue.forget(exchange):
            return  # its thread may be sending; what it hands back is closed then
        connection.release()
        connection.exchange = None
        network = network_of(connection.address[0])
        theirs = self._connections.get(network, OrderedDict())
        if connection in theirs:
            del theirs[connection]
            self._open -= 1
            if not theirs:
                del self._connections[network]
        connection.close()

    def note_read(self, connection: Connection) -> None:
        """Notes that a long response has gone out whole."""
        self._tell_unread(connection)

    def _tell_unread(self, connection: Connection, outcome: Outcome | None = None) -> None:
        """Tells the metrics and the log of a request whose response was long, with another outcome where it has one."""
        answered, connection.unread = connection.unread, None
        if answered is not None:
            self._operations.answered(answered._replace(outcome=outcome or answered.outcome))

    def _cut_overdue(self, now: float) -> None:
        reasons = [(one, one.overdue(now)) for theirs in self._connections.values() for one in theirs]
        for connection, reason in reasons:
            if reason is not None:
                self.cut(connection, reason)

    def _log_cuts(self) -> None:
        """A line for each reason, however many connections it has cut since the last look."""
        for reason, tickets in self._cuts.items():
            known = ", ".join([ticket for ticket in tickets if ticket][:TICKETS])
            log.info("Cut %d of the connections, because %s (%s)", len(tickets), reason, known or "no request known")
        self._cuts.clear()

    def _cut_unread(self) -> None:
        """Keeps what single clients have not read yet within its bytes, in memory and on the disk.

        The address that owns most loses its largest response.
        """
        self._cut_largest(lambda one: one.private, UNREAD_BYTES, "responses that nobody reads take too much memory")
        self._cut_largest(lambda one: one.on_disk, FILE_BYTES, "files that nobody reads take too much of the disk")

    def _cut_largest(self, size_of: Callable[[Connection], int], most: int, reason: str) -> None:
        of_address: defaultdict[str, list[Connection]] = defaultdict(list)
        for theirs in self._connections.values():
            for connection in theirs:
                if size_of(connection):
                    of_address[connection.network].append(connection)
        sizes = {network: sum(map(size_of, theirs)) for network, theirs in of_address.items()}
        while sum(sizes.values()) > most:
            network = max(sizes, key=sizes.__getitem__)
            largest = max(of_address[network], key=size_of)
            of_address[network].remove(largest)
            sizes[network] -= size_of(largest)
            self.cut(largest, reason)

    # Requests

    def begin(self, connection: Connection, request: StrictParser, now: float) -> None:
        """Answers a request at once, or lets it wait for its turn."""
        path = "" if request.error else self._below_prefix(request.path)
        if request.error:
            exchange, error = Exchange(connection, request, Kind.LIGHT), request.error
            text = f"{error.reason}. {error.body}.\n".encode()
            exchange.respond_plainly(HTTPStatus(error.code), [*self._headers, PLAIN_TEXT], text, closes=True)
        elif not self._may_send(connection, request):
            exchange = Exchange(connection, request, Kind.LIGHT)
            exchange.respond_plainly(
                *self._refusal(exchange, TOO_LONG_HEADERS, HTTPStatus.TOO_MANY_REQUESTS), closes=True
            )
        elif (kept := self.shared_responses.get(request)) is not None:
            exchange = Exchange(connection, request, Kind.LIGHT)
            exchange.respond_again(kept)
        elif path in self._probes and request.command in ("GET", "HEAD"):
            exchange, probed = Exchange(connection, request, Kind.LIGHT), self._probes[path]()
            exchange.is_probe = True
            headers = [*self._headers, ("Content-Type", probed.content_type)]
            exchange.respond_plainly(probed.status, headers, probed.body)
        else:
            exchange = self._exchange(connection, request, path)
            connection.exchange = exchange
            try:
                self._queue.offer(exchange)
            except QueueFull as full:
                self._say_busy(exchange, full.seconds)
            else:
                return
        self._answer_at_once(connection, exchange, now)

    def _answer_at_once(self, connection: Connection, exchange: Exchange, now: float) -> None:
        connection.exchange = exchange
        connection.answer(exchange)
        self._note_answered(exchange)
        connection.finish(exchange, now)

    def _may_send(self, connection: Connection, request: StrictParser) -> bool:
        """Whether its headers are short, or its address has some left of what it may send a second."""
        connection.network = self._network_of(connection, request)
        size = request.header_bytes_received
        if size <= SHORT_HEADERS:
            return True
        allowed = self._header_kb.allows(connection.network)
        self._header_kb.charge(connection.network, size // 1024)
        return allowed

    def _network_of(self, connection: Connection, request: StrictParser) -> str:
        """The client's address, as far as proxies are believed about it."""
        named = request.headers.get("X_FORWARDED_FOR", "").split(",") if self._proxies else []
        address = named[-self._proxies].strip() if len(named) >= self._proxies > 0 else connection.address[0]
        return network_of(address) or network_of(connection.address[0])

    def refuse_body(self, connection: Connection, request: StrictParser, now: float) -> None:
        """Refuses a request whose body nobody has room for."""
        exchange = Exchange(connection, request, Kind.LIGHT)
        exchange.respond_plainly(*self._refusal(exchange, TOO_MANY_BODIES), closes=True)
        self._answer_at_once(connection, exchange, now)

    def _below_prefix(self, path: str) -> str:
        """The path as the app will see it."""
        path = "/" + path.lstrip("/")
        below = path.removeprefix(self._prefix) if path.startswith(f"{self._prefix}/") else path
        return below or "/"

    def _exchange(self, connection: Connection, request: StrictParser, path: str) -> Exchange:
        """The exchange with its kind and its owner."""
        body = request.body_rcv
        exchange = Exchange(connection, request, kind_of(request.command, path, len(body) if body else 0))
        if exchange.kind is Kind.LIGHT:
            exchange.tab = ("", secrets.token_hex(8))
            return exchange
        headers = request.headers
        shown = self._session_of(headers.get("COOKIE", ""), headers.get(FRAMED, ""))
        session = shown or connection.network
        seen = bytes(request.get_body_stream().getbuffer()[:SEEN]) if body else b""
        tab, serial = TAB.search(seen), SERIAL.search(seen)
        asks = path.startswith(QUESTIONS)
        if (exchange.kind is Kind.KNOB or asks) and tab and serial:
            name = tab[1].decode()
            exchange.tab = (session, f"{name} {path}")
            exchange.serial = int(serial[1])
            run = self._run_of((session, name), begins=not asks)
            exchange.about = ((session, name), run) if asks else None
        else:
            exchange.tab = (session, secrets.token_hex(8))
        return exchange

    def _run_of(self, page: Tab, *, begins: bool) -> int:
        """The number of the page's run, which is another one from now on if one begins."""
        run = self._runs.pop(page, 0) + begins
        self._runs[page] = run
        if len(self._runs) > MOST_TABS:
            self._runs.popitem(last=False)
        return run

    def _say_busy(self, exchange: Exchange, seconds: float) -> None:
        """Makes the refusal of a request that found no slot and no place to wait for one."""
        exchange.parts = []
        exchange.respond_plainly(*self._refusal(exchange, self._slots[exchange.kind].busy, seconds=seconds))

    def _say_outdated(self, exchange: Exchange) -> None:
        """Answers a question that a newer one took the place of. Where that is about another run, the page asks again
        if it shows the run of this one after all."""
        page, run = exchange.about or (("", ""), 0)
        headers = [*self._headers, ("Content-Type", "application/json")]
        exchange.respond_plainly(HTTPStatus.OK, headers, LATER if self._runs.get(page, run) > run else DROPPED)
        exchange.outcome = "dropped"
        self._hand_back(exchange)

    def _refusal(
        self,
        exchange: Exchange,
        sentence: str,
        status: HTTPStatus = HTTPStatus.SERVICE_UNAVAILABLE,
        seconds: float = RETRY_AFTER,
    ) -> tuple[HTTPStatus, list[tuple[str, str]], bytes]:
        exchange.limit = limit_in(sentence)
        ticket, command, path = exchange.ticket, exchange.request.command, exchange.request.path
        log.info("%s %s %.80r: %d, %s", ticket, command, path, status, sentence, extra=beside(ticket=ticket))
        if command == "POST":
            kind, body = ("Content-Type", "application/json"), json.dumps({"error": sentence, "id": ticket}) + "\n"
        else:
            kind, body = PLAIN_TEXT, f"{sentence} ({ticket})\n"
        again = ("Retry-After", str(max(RETRY_AFTER, math.ceil(seconds))))
        return status, [*self._headers, kind, again], body.encode()

    # Responses

    def _hand_back(self, exchange: Exchange) -> None:
        """Sends what goes at once, on the thread that made the response, and leaves the rest to the loop."""
        connection = _connection_of(exchange)
        if not connection.gone:
            connection.answer(exchange)
        self._note_answered(exchange)
        exchange.parts = []
        self._answered.append(exchange)
        self._wake()

    def _note_answered(self, exchange: Exchange) -> None:
        """Tells the metrics and the log of a request, at once or when its response has been read."""
        connection, kind = _connection_of(exchange), exchange.kind.value
        if exchange.is_probe:
            return
        path = getattr(exchange.request, "path", "")  # what cannot be read has none
        act = exchange.act or self._below_prefix(path).strip("/").replace("analysis/", "")[:40]
        outcome = exchange.outcome or outcome_of(exchange.status, gone=connection.gone)
        seconds = time.monotonic() - exchange.came
        answered = Answered(exchange.ticket, kind, act, outcome, exchange.status, seconds, exchange.limit)
        if connection.has_more and not connection.gone:
            connection.unread = answered
        else:
            self._operations.answered(answered)

    def _wake(self) -> None:
        if not self._waking.is_set():
            self._waking.set()
            with contextlib.suppress(OSError):
                self._waker.send(b"x")

    def _take_back(self, now: float) -> None:
        with contextlib.suppress(OSError):
            self._woken.recv(4096)
        self._waking.clear()  # before looking: whoever hands back from now on wakes the loop again
        while self._answered:
            exchange = self._answered.popleft()
            connection = _connection_of(exchange)
            with self._ending_only(connection):
                connection.finish(exchange, now)
                theirs = self._connections.get(network_of(connection.address[0]))
                if theirs and connection in theirs:
                    theirs.move_to_end(connection)
                if connection.private or connection.on_disk:
                    self._cut_unread()
                self._watch(connection)

    def _close(self) -> None:
        self._log_cuts()
        self._selector.close()
        self._line.close()
        self._queue.stop(ENDING_SECONDS / 4)
        for theirs in list(self._connections.values()):
            for connection in theirs:
                connection.close()
        self._waker.close()
        self._woken.close()


def outcome_of(status: int, *, gone: bool = False) -> Outcome:
    """The outcome of a request, in a word, from the status of its response."""
    if gone:
        return "gone"
    if status == HTTPStatus.TOO_MANY_REQUESTS:
        return "limited"
    if status == HTTPStatus.SERVICE_UNAVAILABLE:
        return "busy"
    return "answered" if status < HTTPStatus.BAD_REQUEST else "refused" if status < 500 else "failed"


def _connection_of(exchange: Exchange) -> Connection:
    return cast(Connection, exchange.connection)
