"""Stores experiments that are too large for a link, long links, and lessons, under a short name, until they expire.

The name is a hash of the content, so equal contents have one name, and a damaged row is detected. Anybody who knows
a name may read its content, which has nothing about its author but what a lesson's title and prompt say.
"""

import base64
import hashlib
import json
import logging

from engine.errors import BenchError
from engine.experiments.experiment import Experiment
from webapp.http.rate_limit import Rate
from webapp.settings import Settings
from webapp.store import Clock, Conflict, Contents, Key, Limits, StoreError
from webapp.store.open_store import open_store

log = logging.getLogger(__name__)

NAME_LENGTH = 16
"""Base64 digits of a name: 96 bits of SHA-256."""
EXPERIMENT, QUERY, LESSON = "link", "query", "lesson"
"""The kinds of contents, as rows are called in a store."""
ROWS_PER_NAME = 1
"""Every name has one row of a kind, for all visitors."""


class NotStored(Exception):
    """The experiment could not be stored; the message is a sentence for the visitor."""


class LinksAway(Exception):
    """Whether there is such a short link is not known: the store does not answer."""


class TooManyLinks(NotStored):
    """This address has made more short links than LINKS_PER_MINUTE allows."""


class ShortLinks:
    """The experiments of short links; safe to use from many threads."""

    def __init__(self, settings: Settings, clock: Clock | None = None) -> None:
        limits = Limits(settings.link_seconds, ROWS_PER_NAME, settings.link_bytes)
        self._store = open_store(settings, "links", limits, clock)
        self._rate = Rate(settings.links_per_minute / 60)
        self._per_minute = settings.links_per_minute

    def store(self, experiment: Experiment, address: str) -> str:
        """Stores the experiment for LINK_DAYS from now and returns its short name; NotStored when that fails."""
        return self._store_content(experiment.to_json().encode(), EXPERIMENT, address)

    def store_query(self, query: str, address: str) -> str:
        """Stores the query of a link likewise."""
        return self._store_content(query.encode(), QUERY, address)

    def store_lesson(self, lesson: bytes, address: str) -> str:
        """Stores the file of a lesson likewise."""
        return self._store_content(lesson, LESSON, address)

    def contents(self) -> Contents:
        """The contents of the store of links, for the metrics."""
        found = self._store.count()
        return {"links": found.rows, "store_bytes": {"links": found.bytes}}

    def _store_content(self, content: bytes, kind: str, address: str) -> str:
        name = name_of(content)
        key = Key(name, kind)
        try:
            row = self._store.get(key)
            if row is None and not self._rate.allows(address):
                raise TooManyLinks(
                    f"This address makes more than {self._per_minute} short links a minute, which LINKS_PER_MINUTE "
                    "allows. Try again in a moment."
                )
            version = row.version if row else 0
            self._store.put(key, content, version + 1, version)
        except Conflict:
            return name  # another request has just stored the same
        except StoreError as error:
            log.error("%s", error)  # noqa: TRY400 - the sentence says it all
            raise NotStored(
                "The server cannot keep a short link at the moment. Export the experiment instead."
            ) from error
        return name

    def load(self, name: str) -> Experiment | None:
        """The experiment with that name, None when there is none, or a damaged one; LinksAway when the store fails."""
        content = self._load_content(name, EXPERIMENT)
        try:
            return None if content is None else Experiment.from_plain(json.loads(content))
        except (BenchError, ValueError):
            return None

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


def name_of(content: bytes) -> str:
    """The short name of the content."""
    return base64.urlsafe_b64encode(hashlib.sha256(content).digest()).decode()[:NAME_LENGTH]
