"""Responses that are the same for every client: once made, they are sent again without work.

Some are so for a moment only, as the state of a class. Such a one is sent again to clients that have seen one like it,
since whoever has not may be one who guesses addresses: its ETags begin with a tag that nobody guesses.
"""

import time
from http import HTTPStatus
from typing import Any, NamedTuple

from engine.base.byte_cache import ByteCache
from webapp.http.connections.strict_parser import StrictParser

MOST_BYTES = 8 * 2**20
"""The most bytes of all that are kept: the page's files, compressed in the two ways that browsers take."""
PER_RESPONSE = 2048
"""Bytes beside a body."""
OTHERS = ("RANGE", "IF_RANGE", "IF_MODIFIED_SINCE", "IF_MATCH", "IF_UNMODIFIED_SINCE", "X_CLASS_KEY")
"""Headers that ask for another response than the one that all others get."""
TAG_LENGTH = 12
"""Characters of the tag with which all ETags of an address begin that is answered for a moment only."""
FOR_EVER = float("inf")
OF_ONE = ("Connection", "Content-Length", "Date", "Set-Cookie")
"""Headers that are made anew for each response; one that sets a cookie is nobody else's."""

Question = tuple[str, str, str]
"""All that such a response depends on: a path, a query, and the compressions that the client accepts."""


class SharedResponse(NamedTuple):
    """A response, without the headers that each one has for itself."""

    status: HTTPStatus
    headers: list[tuple[str, str]]
    body: bytes
    head: bytes
    """Its lines above the body in HTTP/1.1, on a connection that stays open, but for the date and the last line."""
    unchanged: bytes
    """Those lines for a client that has it already; empty for one without an ETag."""
    etag: str
    until: float
    """The moment up to which it is given, on the monotonic clock."""

    def is_known_to(self, request: StrictParser) -> bool:
        """Whether the client has just this response."""
        return bool(self.etag) and request.headers.get("IF_NONE_MATCH") == self.etag


class SharedResponses:
    """The responses that were requested last, within a number of bytes; safe to use from many threads."""

    def __init__(self, most_bytes: int = MOST_BYTES) -> None:
        self._kept: ByteCache[Question, SharedResponse] = ByteCache(most_bytes, _size)

    def get(self, request: StrictParser) -> SharedResponse | None:
        """The response to such a request, if it is kept."""
        question = question_of(request)
        kept = None if question is None else self._kept.get(question)
        if kept is None or kept.until == FOR_EVER:
            return kept
        has_seen = request.headers.get("IF_NONE_MATCH", "")[: TAG_LENGTH + 1] == kept.etag[: TAG_LENGTH + 1]
        return kept if has_seen and time.monotonic() < kept.until else None

    def keep(self, request: StrictParser, task: Any, body: bytes, until: float = FOR_EVER) -> None:
        """Stores a response that a task of waitress has made, if it is whole and the same for every client."""
        question, names = question_of(request), [name for name, _ in task.response_headers]
        if question is None or not task.status.startswith("200 ") or "Set-Cookie" in names:
            return
        headers = [(name, text) for name, text in task.response_headers if name not in OF_ONE]
        lines = sorted(f"{name}: {text}" for name, text in headers)
        etag = next((text for name, text in headers if name == "Etag"), "")
        head = _head("HTTP/1.1 200 OK", *sorted([*lines, f"Content-Length: {len(body)}"]))
        unchanged = _head("HTTP/1.1 304 Not Modified", *lines) if etag else b""
        self._kept.put(question, SharedResponse(HTTPStatus.OK, headers, body, head, unchanged, etag, until))


def _head(*lines: str) -> bytes:
    return "\r\n".join([*lines, ""]).encode("latin-1")


def question_of(request: StrictParser) -> Question | None:
    """All that the response to a request depends on; None where it may be another each time."""
    if request.command != "GET" or any(name in request.headers for name in OTHERS):
        return None
    return request.path, request.query, request.headers.get("ACCEPT_ENCODING", "")


def _size(question: Question, response: SharedResponse) -> int:
    return PER_RESPONSE + sum(map(len, question)) + len(response.body)
