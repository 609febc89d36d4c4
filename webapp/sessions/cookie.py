"""The cookie that identifies a visitor: a random id, signed, and nothing else.

A new id is made when a request without one needs it, or when a page is served. The time of signing is part of the
signature; after half its age the cookie is signed anew, so a visitor who comes back keeps the session.
"""

import hashlib
import hmac
import re
import secrets
import time

from flask import Response, g, request
from itsdangerous import BadSignature, TimestampSigner
from werkzeug.http import parse_cookie

from webapp.settings import Settings
from webapp.store import Clock

SESSION = re.compile(r"[A-Za-z0-9_-]{32}")


class Cookie:
    """The signed cookie: a random id, the time it was signed (in the signature), and nothing else."""

    def __init__(self, settings: Settings, clock: Clock) -> None:
        # Cookies ignore ports: the tag keeps two benches on one host from overwriting each other's.
        tag = hmac.digest(settings.secret_key.encode(), b"nnbench cookie name", hashlib.sha256).hex()[:8]
        self.name = ("__Host-" if settings.https else "") + f"nnbench-{tag}"
        self._secure = settings.https
        self._age = settings.session_seconds
        self._clock = clock
        self._signer = ClockedSigner(settings.secret_key, salt="nnbench cookie", digest_method=hashlib.sha256)
        self._signer.clock = clock

    def session_id(self) -> str:
        """The id in the request's cookie, or a new one."""
        if "session_id" not in g:
            known = self._read(request.cookies.get(self.name, ""))
            g.session_id, signed_at = known or (secrets.token_urlsafe(24), 0.0)
            g.session_cookie_due = self._clock() - signed_at > self._age / 2
        return str(g.session_id)

    def owner(self, header: str) -> str:
        """The id in a Cookie header, outside any request; nothing where there is none."""
        known = self._read(parse_cookie(header).get(self.name, ""))
        return known[0] if known else ""

    def refresh(self, response: Response) -> Response:
        """Sets the cookie when the id is new, or was signed more than half its age ago."""
        if g.get("session_cookie_due"):
            response.set_cookie(
                self.name,
                self._signer.sign(g.session_id).decode(),
                max_age=self._age,
                path="/",
                secure=self._secure,
                httponly=True,
                samesite="Lax",
            )
        return response

    def _read(self, value: str) -> tuple[str, float] | None:
        try:
            session_id, signed_at = self._signer.unsign(value, max_age=self._age, return_timestamp=True)
        except BadSignature:
            return None
        text = session_id.decode()
        return (text, signed_at.timestamp()) if SESSION.fullmatch(text) else None


class ClockedSigner(TimestampSigner):
    """A timestamp signer by our own clock."""

    clock: Clock = time.time

    def get_timestamp(self) -> int:
        """Whole seconds since the epoch."""
        return int(self.clock())
