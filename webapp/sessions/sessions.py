"""A visitor's session: a signed cookie with a random id, and one sealed checkpoint per tab on the server.

The cookie holds the id and nothing else; the checkpoint never leaves the server. A checkpoint is opened only if this
session stored it, for this tab, in time, and nobody changed it. The exceptions:

    SessionError
    ├── BadTab               a tab id that no page of ours makes
    ├── CheckpointRefused    a row that must not be opened; storing a new checkpoint replaces it
    ├── CheckpointTooLarge   more bytes than CHECKPOINT_KB allows
    ├── ChangedElsewhere     another writer was first
    ├── NoCookie             the cookie was kept from us
    └── StoreUnavailable     the store cannot be used now; its rows are as they were
"""

import logging
import re
import secrets
import struct
import time
from collections.abc import Callable, Hashable
from http import HTTPStatus
from typing import NamedTuple, Self

import dill
from flask import Flask, Response, has_request_context, request

from engine.base.byte_cache import ByteCache
from engine.experiments.run import Run
from engine.training.network import Network
from webapp.base.addresses import address_name, network_of
from webapp.sessions.cookie import Cookie
from webapp.sessions.safe_unpickle import UnpickleRefused, load_network
from webapp.sessions.seal import Seal, SealBroken, secret_check
from webapp.settings import Settings
from webapp.store import Clock, Conflict, Contents, Key, Limits, Store, StoredRow, StoreError, StoreFull
from webapp.store.open_store import open_store

log = logging.getLogger(__name__)

TAB = re.compile(r"[A-Za-z0-9_-]{1,64}")
WRITE_ATTEMPTS = 8
"""The number of times that a writer that expects no particular version tries again when others are faster."""
DUMPED_BYTES = 1024 * 1024
"""The most bytes of dumped networks that are remembered."""
PER_DUMP = 32 * 1024
"""The most bytes of one beside its own: those of the experiment by which it is found."""
LENGTH = struct.Struct(">I")


class SessionError(Exception):
    """Something about a visitor's session; the message is a sentence for the visitor."""


class BadTab(SessionError):
    """A tab id that no page of ours makes."""


class CheckpointRefused(SessionError):
    """The row of this tab must not be opened."""


class CheckpointTooLarge(SessionError):
    """The checkpoint has more bytes than the limit."""


class ChangedElsewhere(SessionError):
    """Another writer was first."""


class NoCookie(SessionError):
    """The cookie was kept from us, so nothing that is stored is found again."""


class StoreUnavailable(SessionError):
    """The store cannot be used now."""


class StoredCheckpoint(NamedTuple):
    """A tab's checkpoint, its experiment as JSON, and their version."""

    network: Network
    experiment: str
    version: int


class Sessions:
    """The sessions of one server; safe to use from many threads."""

    def __init__(self, settings: Settings, store: Store, clock: Clock = time.time) -> None:
        self._store = store
        self._secret = settings.secret_key
        self._seal = Seal(settings.secret_key, settings.session_seconds, clock)
        self._most = settings.max_checkpoint
        self._cookie = Cookie(settings, clock)
        self._cookie_warned = False
        self._dumped: ByteCache[Hashable, bytes] = ByteCache(DUMPED_BYTES, lambda alike, data: PER_DUMP + len(data))

    @classmethod
    def from_settings(cls, settings: Settings, around: Callable[[Store], Store] = lambda store: store) -> Self:
        """Sessions in the store that the settings name, with that around it; the settings have their data folder."""
        share = settings.store_bytes * settings.store_share // 100
        limits = Limits(settings.session_seconds, settings.tabs_per_session, settings.store_bytes, share)
        store = open_store(settings, "sessions", limits)
        store.join(secret_check(settings.secret_key))
        return cls(settings, around(store))

    def look(self) -> str:
        """A sentence about rows that the store has lost; StoreError when it does not answer."""
        return self._store.look()

    def contents(self) -> Contents:
        """The contents of the store of sessions, for the metrics."""
        found = self._store.count()
        return {"sessions": found.owners, "tabs": found.rows, "store_bytes": {"sessions": found.bytes}}

    def attach(self, server: Flask) -> None:
        """Lets responses set the cookie: when a page is served, or when `session_id` made a new id."""

        @server.after_request
        def set_cookie(response: Response) -> Response:
            if response.mimetype == "text/html" and response.status_code < HTTPStatus.BAD_REQUEST:
                self._cookie.session_id()
            return self._cookie.refresh(response)

    def session_id(self) -> str:
        """The visitor's id, from the request's cookie, or a new one that the response's cookie will hold."""
        return self._cookie.session_id()

    def address(self) -> str:
        """A name for the visitor's address that does not show it; empty outside a request."""
        return address_name(network_of(request.remote_addr or ""), self._secret) if has_request_context() else ""

    def name(self) -> str:
        """A name for the visitor's session that does not show its id."""
        return address_name(f"session {self.session_id()}", self._secret)

    def is_cookie_kept_away(self) -> bool:
        """Whether the browser, or a proxy on the way, keeps the cookie from us; the log says so once."""
        kept_away = self._cookie.is_kept_away()
        if kept_away and not self._cookie_warned:
            self._cookie_warned = True
            log.warning(
                "A page came back without the cookie that it was given. Where this is so for every visitor, a proxy in "
                "front takes cookies away: let Cookie and Set-Cookie pass."
            )
        return kept_away

    def checkpoint(self, session_id: str, tab_id: str) -> Network | None:
        """The tab's checkpoint, a fresh object each time; None when it has none (any more)."""
        stored = self.stored_checkpoint(session_id, tab_id)
        return stored.network if stored else None

    def stored_checkpoint(self, session_id: str, tab_id: str) -> StoredCheckpoint | None:
        """The tab's checkpoint and experiment; None when there is none, CheckpointRefused if it must not be opened."""
        owner = owner_of(session_id, tab_id)
        row = self._row(owner)
        if row is None:
            return None
        try:
            experiment, data = unpack(self._seal.unseal(row.value, owner, row.version))
            return StoredCheckpoint(load_network(data, self._most), experiment, row.version)
        except (SealBroken, UnpickleRefused) as error:
            log.warning("A checkpoint was refused: %s", error)
            raise CheckpointRefused(f"{error} It was not opened; the tab gets new starting weights.") from error

    def store_checkpoint(
        self,
        session_id: str,
        tab_id: str,
        network: Network,
        experiment: str,
        expected_version: int | None = None,
        alike: Hashable = None,
    ) -> int:
        """Stores the network as the tab's checkpoint, with its experiment as JSON; returns the new version.

        Networks that are `alike`, if it is not None, are written once: a class that opens one link stores the same.
        ChangedElsewhere unless the row has `expected_version` (0: there is no row yet); None replaces any version.
        """
        owner = owner_of(session_id, tab_id)
        data = None if alike is None else self._dumped.get(alike)
        if data is None:
            data = dill.dumps(network)
            if alike is not None:
                self._dumped.put(alike, data)
        payload = pack(experiment, data)
        if len(payload) > self._most:
            raise CheckpointTooLarge(
                f"The starting weights take {len(payload):,} bytes, and the server stores at most {self._most:,}. "
                "Make the layers narrower, or fewer, or the table shorter."
            )
        for _ in range(WRITE_ATTEMPTS if expected_version is None else 1):
            try:
                return self._put(owner, payload, expected_version)
            except Conflict:
                continue
        raise ChangedElsewhere("This bench was changed by another request first. Reload the page to go on from there.")

    def note_shown(self, run: Run) -> None:
        """Hears of each run that a page shows: a bench of one's own tells Python of it, others do not remember it."""

    def _row(self, owner: Key) -> StoredRow | None:
        try:
            return self._store.get(owner)
        except StoreError as error:
            raise unavailable(error) from error

    def _put(self, owner: Key, payload: bytes, expected: int | None) -> int:
        if expected is None:
            row = self._row(owner)
            expected = row.version if row else 0
        # A first version is random, so that a writer from before a row was dropped gets a conflict too.
        version = expected + 1 if expected else secrets.randbelow(2**40) + 1
        try:
            self._store.put(owner, self._seal.seal(payload, owner, version), version, expected, self.address())
        except Conflict:
            raise
        except StoreError as error:
            raise unavailable(error) from error
        return version


def owner_of(session_id: str, tab_id: object) -> Key:
    """The store's key; BadTab unless the tab id is 1 to 64 letters, digits, _ or -."""
    if not isinstance(tab_id, str) or not TAB.fullmatch(tab_id):
        raise BadTab("The request names no tab of this page. Reload the page.")
    return Key(session_id, tab_id)


def pack(experiment: str, data: bytes) -> bytes:
    """The experiment and the dill bytes as one payload."""
    text = experiment.encode()
    return LENGTH.pack(len(text)) + text + data


def unpack(payload: bytes) -> tuple[str, bytes]:
    """The experiment and the dill bytes of a payload that `pack` made."""
    end = LENGTH.size + LENGTH.unpack_from(payload)[0]
    return payload[LENGTH.size : end].decode(), payload[end:]


def unavailable(error: StoreError) -> StoreUnavailable:
    """The visitor's sentence for a store that failed; the log gets the operator's."""
    log.error("%s", error)
    if isinstance(error, StoreFull):
        return StoreUnavailable(
            "The storage of the server is full, and nothing new is stored at the moment. This page keeps what it "
            "shows, and the starting weights that were stored stay as they are."
        )
    return StoreUnavailable(
        "The server cannot reach the starting weights that it stores at the moment. This page keeps what it shows; "
        "try again in a minute."
    )
