"""The strict reading of a request: one that two servers could read in two ways is a 400, and its connection is closed.

Waitress reads the rest. Bodies stay in memory, for they are bounded and shorter than a temporary file is worth.
"""

import re
from http import HTTPStatus
from typing import Any

from waitress.parser import HTTPRequestParser, ParsingError
from waitress.utilities import BadRequest

ONCE = (b"host", b"content-length", b"transfer-encoding", b"content-type", b"cookie", b"origin")
"""Headers that a request has at most once."""
BARE_LINE_FEED = re.compile(rb"(?<!\r)\n")
CONTROL = re.compile(rb"[\x00-\x08\x0a-\x1f\x7f]")
HOST = re.compile(rb"[A-Za-z0-9._\-:\[\]%]*")
CHUNKED = re.compile(rb"[^:]*:[ \t]*chunked[ \t]*", re.IGNORECASE)
MOST_HEADERS = 100
VERSIONS = ("1.0", "1.1")
"""The versions of HTTP whose rules about the end of a request are known here."""


class LengthRequired(BadRequest):  # type: ignore[misc]  # waitress carries no types
    """Chunks would cost a turn each, however few bytes they have, and no page of ours sends any."""

    code = HTTPStatus.LENGTH_REQUIRED.value
    reason = HTTPStatus.LENGTH_REQUIRED.phrase


class VersionNotSupported(BadRequest):  # type: ignore[misc]  # waitress carries no types
    """Where a request of another version ends is not known, so nothing behind it is read."""

    code = HTTPStatus.HTTP_VERSION_NOT_SUPPORTED.value
    reason = HTTPStatus.HTTP_VERSION_NOT_SUPPORTED.phrase


class StrictParser(HTTPRequestParser):  # type: ignore[misc]  # waitress carries no types
    """Waitress' parser, but it refuses requests that it would mend, skip or join."""

    has_transfer_encoding = False

    def received(self, data: bytes) -> int:
        """The number of the bytes that belong to this request."""
        before = self.header_plus[-1:]
        taken: int = super().received(data)
        if self.error or self.empty:
            return taken
        if not self.headers_finished:
            if BARE_LINE_FEED.search(before + data):
                self._refuse("A line ends with LF where CR and LF are due")
        elif self.has_transfer_encoding:
            self._refuse("A request states its length, and has no Transfer-Encoding", LengthRequired)
        elif self.version not in VERSIONS:
            self._refuse("A request is one of version 1.0 or 1.1", VersionNotSupported)
        return taken

    def parse_header(self, header_plus: bytes) -> None:
        """Reads the lines above the body; ParsingError unless they are exactly one request."""
        first, *lines = header_plus.removesuffix(b"\r\n").removesuffix(b"\r\n").split(b"\r\n")
        if len(lines) > MOST_HEADERS:
            raise ParsingError(f"More than {MOST_HEADERS} headers")
        names = [_name_of(line) for line in lines]
        for name in ONCE:
            if names.count(name) > 1:
                raise ParsingError(f"{name.decode()} is given more than once")
        self.has_transfer_encoding = b"transfer-encoding" in names
        if self.has_transfer_encoding and (b"content-length" in names or first.endswith(b"HTTP/1.0")):
            raise ParsingError("Chunks are not read beside a Content-Length, nor in version 1.0")
        if first.endswith(b"HTTP/1.1") and b"host" not in names:
            raise ParsingError("No Host")
        super().parse_header(header_plus)
        if self.chunked and not all(
            CHUNKED.fullmatch(line) for line in lines if _name_of(line) == b"transfer-encoding"
        ):
            raise ParsingError("Transfer-Encoding is chunked and nothing else")
        if self.headers.get("HOST") is not None and not HOST.fullmatch(self.headers["HOST"].encode("latin-1")):
            raise ParsingError("Host is no name")

    def _refuse(self, why: str, error: type[BadRequest] = BadRequest) -> None:
        self.error = error(why)
        self.completed = True


def _name_of(line: bytes) -> Any:
    """The header's name in small letters; ParsingError for a line that is not one header."""
    name, colon, value = line.partition(b":")
    if line[:1] in (b" ", b"\t"):
        raise ParsingError("A header is folded")
    if not colon or b"_" in name or name != name.strip():
        raise ParsingError("A header has no name, or one that others spell otherwise")
    if CONTROL.search(value):
        raise ParsingError("A header holds a control character")
    return name.lower()
