"""Stores experiments that are too large for a link, long links, and lessons, under a short name, until they expire.

The name is a hash of the content, so equal contents have one name, and a damaged row is detected. Anybody who knows
a name may read its content, which has nothing about its author but what a lesson's title and prompt say. The table of
an experiment is stored apart from it, once for all its knobs.

Contents stay until they expire: where a session or an address has taken its share, or all have taken the whole, new
ones are refused.
"""

import base64
import contextlib
import hashlib
import json
import logging
import time
from typing import NamedTuple

from flask import has_request_context

from engine.errors import BenchError
from engine.experiments.experiment import Experiment
from engine.experiments.json_codec import plain_inputs
from webapp.http.rate_limit import Rate
from webapp.sessions.sessions import Sessions
from webapp.settings import Settings
from webapp.store import Clock, Conflict, Contents, Key, Limits, StoreError, StoreFull, row_size
from webapp.store.changes import change_row
from webapp.store.open_store import open_store

log = logging.getLogger(__name__)

NAME_LENGTH = 16
"""Base64 digits of a name: 96 bits of SHA-256."""
EXPERIMENT, QUERY, LESSON, TABLE = "link", "query", "lesson", "table"
"""The kinds of contents, as rows are called in a store."""
MADE = "made"
"""The row of a session: what it stored, with its bytes and the time."""
ROWS_PER_NAME = 5
"""Every name has one row of a kind, for all visitors."""
ADDRESS_PART, SESSION_PART = 4, 8
"""The parts of LINK_MB that one address, and one session, may take."""
STORED = "stored"
"""The field of inputs that names a table of its own."""


class Maker(NamedTuple):
    """The session and the network address that store a content, by names that do not show them."""

    session: str
    address: str


BESIDE = Maker("beside", "beside")
"""The maker of what is stored beside all requests."""


def maker_of(sessions: Sessions) -> Maker:
    """The maker of what this request stores."""
    return Maker(sessions.name(), sessions.address()) if has_request_context() else BESIDE


class NotStored(Exception):
    """The experiment could not be stored; the message is a sentence for the visitor."""


class LinksAway(Exception):
    """Whether there is such a short link is not known: the store does not answer."""


class TooManyLinks(NotStored):
    """This address has made more short links than LINKS_PER_MINUTE allows."""


class ShortLinks:
    """The experiments of short links; safe to use from many threads."""

    def __init__(self, settings: Settings, clock: Clock | None = None) -> None:
        share = settings.link_bytes // ADDRESS_PART
        limits = Limits(settings.link_seconds, ROWS_PER_NAME, settings.link_bytes, share, keeps=True)
        self._store = open_store(settings, "links", limits, clock)
        self._rate = Rate(settings.links_per_minute / 60)
        self._per_minute = settings.links_per_minute
        self._age = settings.link_seconds
        self._session_bytes = settings.link_bytes // SESSION_PART
        self._clock = clock or time.time

    def store(self, experiment: Experiment, maker: Maker) -> str:
        """Stores the experiment for LINK_DAYS from now and returns its short name; NotStored when that fails."""
        content, inputs = experiment.to_json().encode(), plain_inputs(experiment.inputs)
        if isinstance(inputs, dict) and "name" not in inputs:
            table = _json_of(inputs)
            name = self._store_content(table, TABLE, maker)
            content = content.replace(table, _json_of({STORED: name}))
        return self._store_content(content, EXPERIMENT, maker)

    def store_query(self, query: str, maker: Maker) -> str:
        """Stores the query of a link likewise."""
        return self._store_content(query.encode(), QUERY, maker)

    def store_lesson(self, lesson: bytes, maker: Maker) -> str:
        """Stores the file of a lesson likewise."""
        return self._store_content(lesson, LESSON, maker)

    def contents(self) -> Contents:
        """The contents of the store of links, for the metrics."""
        found = self._store.count()
        return {"links": found.rows, "store_bytes": {"links": found.bytes}}

    def _store_content(self, content: bytes, kind: str, maker: Maker) -> str:
        name = name_of(content)
        key = Key(name, kind)
        try:
            row = self._store.get(key)
            if row is None:
                if not self._rate.allows(maker.address):
                    raise TooManyLinks(
                        f"This address makes more than {self._per_minute} short links a minute, which LINKS_PER_MINUTE "
                        "allows. Try again in a moment."
                    )
                self._reserve(maker, key, row_size(content))
                self._store.put(key, content, 1, 0, maker.address)
            else:  # it counts to whoever stored it first
                self._store.put(key, content, row.version + 1, row.version, None)
        except Conflict:
            return name  # another request has just stored the same
        except StoreFull as error:
            log.warning("%s", error)
            self._release(maker, key)
            raise NotStored(
                "The server cannot store a new short link: it has as many bytes of them as it may, in all or from this "
                "network address. Those that were made before are still stored. Export the experiment instead."
            ) from error
        except StoreError as error:
            log.error("%s", error)  # noqa: TRY400 - the sentence says it all
            raise NotStored(
                "The server cannot keep a short link at the moment. Export the experiment instead."
            ) from error
        return name

    def _reserve(self, maker: Maker, key: Key, size: int) -> None:
        """Notes what the session is about to store; NotStored where its share has no room for it."""
        now = self._clock()

        def edit(value: bytes | None) -> tuple[bytes | None, bool]:
            made: dict[str, list[float]] = json.loads(value or b"{}")
            made = {name: entry for name, entry in made.items() if entry[1] >= now - self._age}
            made[_made_name(key)] = [size, now]
            fits = sum(bytes_of for bytes_of, _ in made.values()) <= self._session_bytes
            return (_json_of(made) if fits else None), fits

        if not change_row(self._store, Key(maker.session, MADE), edit, "list of short links", maker.address):
            raise NotStored(
                f"The server cannot store a new short link: it has {self._session_bytes / 2**20:.3g} MB of them from "
                "this browser, which is the most. Those that were made before are still stored. Export the "
                "experiment instead."
            )

    def _release(self, maker: Maker, key: Key) -> None:
        """Takes back that the session stored it."""

        def edit(value: bytes | None) -> tuple[bytes | None, None]:
            made: dict[str, list[float]] = json.loads(value or b"{}")
            made.pop(_made_name(key), None)
            return _json_of(made), None

        with contextlib.suppress(StoreError):
            change_row(self._store, Key(maker.session, MADE), edit, "list of short links", maker.address)

    def load(self, name: str) -> Experiment | None:
        """The experiment with that name, None when there is none, or a damaged one; LinksAway when the store fails."""
        content = self._load_content(name, EXPERIMENT)
        try:
            return None if content is None else Experiment.from_plain(self._with_table(json.loads(content)))
        except (BenchError, ValueError):
            return None

    def _with_table(self, plain: dict[str, object]) -> dict[str, object]:
        """The experiment with its table, if that is stored apart; ValueError where it is not there."""
        match plain.get("inputs"):
            case {"stored": str(name)}:
                return plain | {"inputs": json.loads(self._load_content(name, TABLE) or b"")}
        return plain

    def load_query(self, name: str) -> str | None:
        """The query with that name likewise."""
        content = self._load_content(name, QUERY)
        return None if content is None else content.decode("ascii", "replace")

    def load_lesson(self, name: str) -> bytes | None:
        """The file of the lesson with that name likewise."""
        return self._load_content(name, LESSON)

    def _load_content(self, name: str, kind: str) -> bytes | None:
        try:
            row = self._store.get(Key(name, kind))
        except StoreError as error:
            log.error("%s", error)  # noqa: TRY400 - the sentence says it all
            raise LinksAway from error
        return None if row is None or name_of(row.value) != name else row.value


def _json_of(plain: object) -> bytes:
    return json.dumps(plain, allow_nan=False, ensure_ascii=False).encode()


def _made_name(key: Key) -> str:
    return f"{key.tab}/{key.session}"


def name_of(content: bytes) -> str:
    """The short name of the content."""
    return base64.urlsafe_b64encode(hashlib.sha256(content).digest()).decode()[:NAME_LENGTH]
