"""Responses that are the same for every client: once made, they are sent again without work."""

from http import HTTPStatus
from typing import Any, NamedTuple

from engine.base.byte_cache import ByteCache
from webapp.http.connections.strict_parser import StrictParser

MOST_BYTES = 8 * 2**20
"""The most bytes of all that are kept: the page's files, compressed in the two ways that browsers take."""
PER_RESPONSE = 2048
"""Bytes beside a body."""
CONDITIONS = ("RANGE", "IF_RANGE", "IF_NONE_MATCH", "IF_MODIFIED_SINCE", "IF_MATCH", "IF_UNMODIFIED_SINCE")
"""Headers that ask for less than the whole response."""
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


class SharedResponses:
    """The responses that were requested last, within a number of bytes; safe to use from many threads."""

    def __init__(self, most_bytes: int = MOST_BYTES) -> None:
        self._kept: ByteCache[Question, SharedResponse] = ByteCache(most_bytes, _size)

    def get(self, request: StrictParser) -> SharedResponse | None:
        """The response to such a request, if it is kept."""
        question = question_of(request)
        return None if question is None else self._kept.get(question)

    def keep(self, request: StrictParser, task: Any, body: bytes) -> None:
        """Stores a response that a task of waitress has made, if it is whole and the same for every client."""
        question, names = question_of(request), [name for name, _ in task.response_headers]
        if question is None or not task.status.startswith("200 ") or "Set-Cookie" in names:
            return
        headers = [(name, text) for name, text in task.response_headers if name not in OF_ONE]
        lines = sorted(f"{name}: {text}" for name, text in [*headers, ("Content-Length", str(len(body)))])
        head = "\r\n".join(["HTTP/1.1 200 OK", *lines, ""]).encode("latin-1")
        self._kept.put(question, SharedResponse(HTTPStatus.OK, headers, body, head))


def question_of(request: StrictParser) -> Question | None:
    """All that the response to a request depends on; None where it may be another each time."""
    if request.command != "GET" or any(name in request.headers for name in CONDITIONS):
        return None
    return request.path, request.query, request.headers.get("ACCEPT_ENCODING", "")


def _size(question: Question, response: SharedResponse) -> int:
    return PER_RESPONSE + sum(map(len, question)) + len(response.body)
