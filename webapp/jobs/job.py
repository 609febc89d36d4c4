"""A request in work, as its work sees it: whether anybody waits for it, and how it gives way to shorter work.

Work that may take long calls `check_cancelled` before it begins, and every few milliseconds. It raises an exception
that ends the work: a newer request took its place while it waited, the client has gone, the server stops, or the run
has had its processor seconds. Outside our own HTTP server, in tests for example, nobody goes and nothing ends.
"""

import secrets
import time
from collections.abc import Callable
from typing import Literal

from flask import has_request_context, request
from werkzeug.exceptions import ServiceUnavailable

from webapp.jobs.cancellation import Superseded

ENVIRON_KEY = "nnbench.job"

Outcome = Literal[
    "answered", "busy", "cut", "dropped", "failed", "gone", "limited", "lost", "note", "refused", "run"
]  # fmt: skip
"""The outcomes of requests, in the metrics and the log; docs/watching.md says what each means."""


class ClientGone(Exception):
    """The connection is closed: nobody will read the response."""


class BelongsInLongSlots(Exception):
    """The work is too long for the slot that it is in. It begins anew in a slot for long work; nothing was changed."""


class RunTooLong(Exception):
    """The run has had as many processor seconds as it may have; the message is a sentence for the visitor."""


class Stopping(ServiceUnavailable):
    """The server stops; the client may send the same request again, to the process that answers then."""

    def __init__(self) -> None:
        super().__init__("The server is about to stop. Try again in a moment.", retry_after=1)


class Job:
    """A request that nobody can give up and that nothing waits for."""

    again = False
    """The request was begun before, in a slot that was too short for it, and nothing came of it."""
    act = ""
    outcome: Outcome | None = None
    """The action of the request and its outcome, as far as `says` has stated them."""
    limit = ""
    """The limit for which the request is refused, where it is."""

    def __init__(self, ticket: str = "") -> None:
        self.ticket = ticket or new_ticket()

    def says(self, act: str, outcome: Outcome) -> None:
        """Notes the action of the request and its outcome, for the log and the metrics."""
        self.act, self.outcome = act, outcome

    def check_cancelled(self) -> None:
        """Raises what ends the work; gives way to shorter work first, where there is some."""

    def takes(self, long: bool) -> None:
        """Says how long the work will be, before it changes anything; BelongsInLongSlots when it begins anew there."""


class QueuedJob(Job):
    """A request in one of the server's slots."""

    def __init__(
        self,
        gone: Callable[[], bool],
        give_way: Callable[[], None],
        in_long_slot: bool,
        seconds: float,
        superseded: bool = False,
        clock: Callable[[], float] = time.thread_time,
        stopping: Callable[[], bool] = lambda: False,
        ticket: str = "",
    ) -> None:
        super().__init__(ticket)
        self._stopping = stopping
        self._gone = gone
        self._give_way = give_way
        self._in_long_slot = self.again = in_long_slot
        self._seconds = seconds
        self._superseded = superseded
        self._clock = clock
        self._begun = clock()
        self.moves = False

    def check_cancelled(self) -> None:
        """Raises Superseded, Stopping, ClientGone or RunTooLong."""
        if self._superseded:
            raise Superseded
        if self._stopping():
            raise Stopping
        if self._gone():
            raise ClientGone
        if self._clock() - self._begun > self._seconds:
            raise RunTooLong(
                f"This run needs more than {self._seconds:g} seconds of processor time, the most that RUN_SECONDS "
                "allows. Lower the samples, or take fewer or narrower layers."
            )
        self._give_way()

    def takes(self, long: bool) -> None:
        """BelongsInLongSlots when the work is long and this slot is not for that."""
        if long and not self._in_long_slot:
            self.moves = True
            raise BelongsInLongSlots


def new_ticket() -> str:
    """A new name of a request, for the log and for a refusal."""
    return secrets.token_hex(4)


def current_job() -> Job:
    """The job of the request that this thread answers."""
    job = request.environ.get(ENVIRON_KEY) if has_request_context() else None
    return job if isinstance(job, Job) else Job()
