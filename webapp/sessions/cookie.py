"""The cookie that identifies a visitor: a random id, signed, and nothing else.

A new id is made when a request without one needs it, or when a page is served. The time of signing is part of the
signature; after half its age the cookie is signed anew, so a visitor who comes back keeps the session.

In a frame of another site a browser keeps this cookie not at all, or only by https and for that site alone
(Partitioned). So a framed page gets a cookie of a second name by https; and where it has none, it sends a header with
each request, and the response's header of that name holds the id, signed in the same way, which the page then sends
for as long as it is open.
"""

import hashlib
import hmac
import re
import secrets
import time
from collections.abc import Mapping
from functools import lru_cache
from typing import NamedTuple

from flask import Response, g, request
from itsdangerous import BadSignature, TimestampSigner
from werkzeug.http import parse_cookie

from webapp.sessions.seal import CLOCK_SKEW
from webapp.settings import Settings
from webapp.store import Clock

SESSION = re.compile(r"[A-Za-z0-9_-]{32}")
HEADER = "X-Session"
"""The header of a framed page; empty while it has no id."""
MOST_REMEMBERED = 4096
"""The most good signatures that are remembered: a page sends the same one with each of its requests."""


class Known(NamedTuple):
    """A session id that a request came with: when it was signed, and the name of its cookie; none for a header's."""

    session_id: str
    signed_at: float
    cookie: str


class Cookie:
    """The signed cookie: a random id, the time it was signed (in the signature), and nothing else."""

    def __init__(self, settings: Settings, clock: Clock) -> None:
        # Cookies ignore ports: the tag keeps two benches on one host from overwriting each other's.
        tag = hmac.digest(settings.secret_key.encode(), b"nnbench cookie name", hashlib.sha256).hex()[:8]
        host = "__Host-" if settings.https else ""
        self.name = f"{host}nnbench-{tag}"
        self.framed_name = f"{host}nnbench-framed-{tag}"
        self._https = settings.https
        self._framed = bool(settings.frame_ancestors)
        self._age = settings.session_seconds
        self._clock = clock
        self._signer = ClockedSigner(settings.secret_key, salt="nnbench cookie", digest_method=hashlib.sha256)
        self._signer.clock = clock
        self._verified = lru_cache(MOST_REMEMBERED)(self._verify)

    def session_id(self) -> str:
        """The id that the request came with, or a new one."""
        if "session_id" not in g:
            known = self._known(request.cookies, request.headers.get(HEADER, ""))
            known = known or Known(secrets.token_urlsafe(24), 0.0, self._cookie_to_set())
            g.session_id, g.session_cookie = known.session_id, known.cookie
            g.session_due = self._clock() - known.signed_at > self._age / 2
        return str(g.session_id)

    @staticmethod
    def is_kept_away() -> bool:
        """Whether the request came without any cookie, though its page was given one and is in no frame."""
        return not request.cookies and HEADER not in request.headers

    def owner(self, cookies: str, header: str = "") -> str:
        """The id in a Cookie header or a framed page's, outside any request; empty where there is none."""
        known = self._known(parse_cookie(cookies), header)
        return known.session_id if known else ""

    def refresh(self, response: Response) -> Response:
        """Sends the id when it is new, or was signed more than half its age ago: in a cookie, or in the header.

        A response to a request whose id was read is for this browser alone, whatever its view says of caches.
        """
        if "session_id" in g:
            keep_private(response)
        if not g.get("session_due"):
            return response
        signed = self._signer.sign(g.session_id).decode()
        if not g.session_cookie:
            response.headers[HEADER] = signed
            return response
        framed = g.session_cookie == self.framed_name
        response.set_cookie(
            g.session_cookie,
            signed,
            max_age=self._age,
            path="/",
            secure=self._https,
            httponly=True,
            samesite="None" if framed else "Lax",
            partitioned=framed,
        )
        return response

    def _cookie_to_set(self) -> str:
        """The name of the cookie that this visitor may keep; none for a framed page that came without any."""
        if self._framed and HEADER in request.headers:
            return ""
        in_frame = request.headers.get("Sec-Fetch-Dest") == "iframe"
        foreign = request.headers.get("Sec-Fetch-Site") == "cross-site"
        return self.framed_name if self._framed and self._https and in_frame and foreign else self.name

    def _known(self, cookies: Mapping[str, str], header: str) -> Known | None:
        """The first id that is ours: the cookie's, the framed page's, the header's."""
        values = {self.name: cookies.get(self.name, "")}
        if self._framed:
            values |= {self.framed_name: cookies.get(self.framed_name, ""), "": header}
        for name, value in values.items():
            if read := self._read(value):
                return Known(*read, name)
        return None

    def _read(self, value: str) -> tuple[str, float] | None:
        try:
            text, signed_at = self._verified(value)
        except BadSignature:
            return None
        in_time = -CLOCK_SKEW <= self._clock() - signed_at <= self._age
        return (text, signed_at) if in_time and SESSION.fullmatch(text) else None

    def _verify(self, value: str) -> tuple[str, float]:
        """The signed id, and the time of signing, in seconds since the epoch."""
        session_id, signed = self._signer.unsign(value, return_timestamp=True)
        return session_id.decode(), signed.timestamp()


def keep_private(response: Response) -> None:
    """Lets no cache store the response that several people share; a browser may, for as long as its view says."""
    control = response.cache_control
    control.public, control.s_maxage, control.private = False, None, True


class ClockedSigner(TimestampSigner):
    """A timestamp signer by our own clock."""

    clock: Clock = time.time

    def get_timestamp(self) -> int:
        """Whole seconds since the epoch."""
        return int(self.clock())
