"""The rate at which one session and one address may post, measured with token buckets.

A bucket holds two seconds' worth and fills at the rate, so a burst passes and a flood does not. The limits are far
above what a class behind one address or a dragged slider sends. Reading text from a client (a link, a table, a file, a
formula) is counted once more, by the milliseconds of a processor that it took. The library `limits` has neither such
buckets nor a bound on its memory, so these are our own.
"""

import threading
import time
from collections import OrderedDict
from collections.abc import Callable
from typing import NamedTuple

from flask import Flask, Response, g, request
from werkzeug.exceptions import TooManyRequests

from webapp.base.addresses import network_of
from webapp.http.kinds import Kind, kind_of
from webapp.jobs.job import current_job
from webapp.sessions.sessions import Sessions
from webapp.settings import Settings

SECONDS_HELD = 2.0
MOST_BUCKETS = 10_000
LARGE = 65_536
"""Bytes of a post for which it counts once more."""
READING_PER_SESSION, READING_PER_ADDRESS = 300, 600
"""Milliseconds of processor time a second for reading text from one browser, or from one address."""
POSTS_PER_PERSON, POSTS_OF_ROOMS = 8, 2000
"""Requests a second of a class for each of its people, and of all classes together."""
RETRY_AFTER = 1
"""Seconds after which a refused visitor may try again; each refusal of one is answered after far fewer."""


class Bucket(NamedTuple):
    """The requests that the bucket still held, and when that was so."""

    held: float
    at: float


class Rate:
    """At most `rate` requests a second for each key, and what comes in `seconds_held` at once; safe to use from many
    threads."""

    def __init__(
        self, rate: float, clock: Callable[[], float] = time.monotonic, seconds_held: float = SECONDS_HELD
    ) -> None:
        self._rate = rate
        self._most = rate * seconds_held
        self._clock = clock
        self._lock = threading.Lock()
        self._buckets: OrderedDict[str, Bucket] = OrderedDict()

    def allows(self, key: str, cost: float = 1.0) -> bool:
        """Takes a request from the key's bucket, if there is one in it; one that costs nothing only asks."""
        now = self._clock()
        with self._lock:
            bucket = self._buckets.pop(key, None) or Bucket(self._most, now)
            held = min(self._most, bucket.held + (now - bucket.at) * self._rate)
            allowed = held >= (cost or 1.0)
            self._buckets[key] = Bucket(held - cost * allowed, now)
            if len(self._buckets) > MOST_BUCKETS:
                self._buckets.popitem(last=False)  # silent longest, so it is the fullest, or nearly
        return allowed

    def charge(self, key: str, cost: int) -> None:
        """Takes `cost` from the key's bucket, which may come to owe some: nothing is allowed until it is repaid."""
        with self._lock:
            bucket = self._buckets.get(key)
            if bucket:
                self._buckets[key] = Bucket(bucket.held - cost, bucket.at)

    def seconds_until(self, key: str, cost: float) -> float:
        """Seconds until the key's bucket holds as much, or is full."""
        now = self._clock()
        with self._lock:
            bucket = self._buckets.get(key) or Bucket(self._most, now)
        held = bucket.held + (now - bucket.at) * self._rate
        return max(0.0, (min(cost, self._most) - held) / self._rate)


class Seat(NamedTuple):
    """The seat in a class that a request comes from: the code of the class, and the people that it is opened for."""

    room: str
    people: int


def no_seat() -> Seat | None:
    """The seat of a request where the bench has no classes."""
    return None


def install(server: Flask, settings: Settings, sessions: Sessions, seat_of_request: Callable[[], Seat | None]) -> None:
    """Refuses posts, and all else that is work, above POSTS_PER_SESSION and POSTS_PER_ADDRESS: 429, in a sentence that
    names the limit.

    A request that comes from a seat counts by its class: a whole class often has one address.
    """
    by_session, by_address = Rate(settings.posts_per_session), Rate(settings.posts_per_address)
    by_room, by_rooms = Rate(1.0), Rate(POSTS_OF_ROOMS)

    @server.before_request
    def check_rates() -> None:
        is_light = kind_of(request.method, request.path, 0) is Kind.LIGHT
        if current_job().again or (is_light and request.method != "POST"):
            return
        # A browser that is refused takes nothing of its address's, which others share.
        if not by_session.allows(sessions.session_id()):
            refuse("POSTS_PER_SESSION", settings.posts_per_session, "This browser")
        g.seat = seat = seat_of_request()
        if seat is not None:
            most = POSTS_PER_PERSON * seat.people
            if not (by_room.allows(seat.room, 1 / most) and by_rooms.allows("")):
                raise TooManyRequests(
                    f"This class sends more than {most:,} requests a second, or all of them more "
                    f"than {POSTS_OF_ROOMS:,}. The page tries again in a moment.",
                    retry_after=RETRY_AFTER,
                )
        elif not by_address.allows(address()):
            refuse("POSTS_PER_ADDRESS", settings.posts_per_address, "This address")
        more = (request.content_length or 0) // LARGE
        if seat is None:
            by_address.charge(address(), more)
        by_session.charge(sessions.session_id(), more)


def install_for_reading(server: Flask, sessions: Sessions) -> None:
    """Refuses to read more for a client that has had READING_PER_SESSION or READING_PER_ADDRESS: 429, in a sentence."""
    by_session, by_address = Rate(READING_PER_SESSION), Rate(READING_PER_ADDRESS)

    @server.before_request
    def check_reading() -> None:
        if kind_of(request.method, request.path, request.content_length or 0) is not Kind.READING:
            return
        if not by_session.allows(sessions.session_id()) or not (g.get("seat") or by_address.allows(address())):
            raise TooManyRequests(
                f"The bench spends at most {READING_PER_SESSION} ms a second on the links, tables, files and formulas "
                "of one browser. The page tries again in a moment.",
                retry_after=RETRY_AFTER,
            )
        g.reading_began = time.thread_time()

    @server.after_request
    def charge_reading(response: Response) -> Response:
        if "reading_began" in g:
            milliseconds = round(1000 * (time.thread_time() - g.reading_began))
            if not g.get("seat"):
                by_address.charge(address(), milliseconds)
            by_session.charge(sessions.session_id(), milliseconds)
        return response


def address() -> str:
    """The network of the request's address."""
    return network_of(request.remote_addr or "")


def refuse(limit: str, rate: int, who: str) -> None:
    """Raises the refusal; only the page's posts are sent again by themselves."""
    again = "The page tries again in a moment." if request.method == "POST" else "Try again in a moment."
    limited = f"{who} sends more than {rate} requests a second, the most that {limit} allows."
    raise TooManyRequests(f"{limited} {again}", retry_after=RETRY_AFTER)
