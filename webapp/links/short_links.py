"""Experiments that are too large for a link, kept on the server under a short name until they expire.

The name is a hash of what is kept, so equal experiments have one name and a harmed row is none. Whoever knows a name
may read what it stands for; it holds nothing of whose it is.
"""

import base64
import hashlib
import json
import logging
import time

from engine.errors import BenchError
from engine.experiments.experiment import Experiment
from webapp.http.rate_limit import Rate
from webapp.settings import Settings
from webapp.store import Clock, Conflict, Key, Limits, StoreError
from webapp.store.open_store import open_store

log = logging.getLogger(__name__)

NAME_LENGTH = 16
"""Base64 digits of a name: 96 bits of SHA-256."""
ROWS = 1
"""A name has one row, whoever asks for it."""


class NotStored(Exception):
    """The experiment could not be kept under a short name; the message is a sentence for the visitor."""


class TooManyLinks(NotStored):
    """This address has had LINKS_PER_MINUTE made for it."""


class ShortLinks:
    """What short links stand for; safe to use from many threads."""

    def __init__(self, settings: Settings, clock: Clock = time.time) -> None:
        limits = Limits(settings.link_seconds, ROWS, settings.link_bytes)
        self._store = open_store(settings, "links", limits, clock)
        self._rate = Rate(settings.links_per_minute / 60)
        self._per_minute = settings.links_per_minute

    def keep(self, experiment: Experiment, address: str) -> str:
        """The experiment's short name, kept from now on for LINK_DAYS. NotSaved when it cannot be kept."""
        data = experiment.to_json().encode()
        name = name_of(data)
        key = Key(name, "link")
        try:
            row = self._store.get(key)
            if row is None and not self._rate.allows(address):
                raise TooManyLinks(
                    f"This address makes more than {self._per_minute} short links a minute, which LINKS_PER_MINUTE "
                    "allows. Try again in a moment."
                )
            version = row.version if row else 0
            self._store.put(key, data, version + 1, version)
        except Conflict:
            return name  # somebody else has just kept the same
        except StoreError as error:
            log.error("%s", error)  # noqa: TRY400 - the sentence says it all
            raise NotStored(
                "The server cannot keep a short link at the moment. Export the experiment instead."
            ) from error
        return name

    def found(self, name: str) -> Experiment | None:
        """What is kept under the name, or None when there is nothing, or nothing unharmed."""
        try:
            row = self._store.get(Key(name, "link"))
        except StoreError as error:
            log.error("%s", error)  # noqa: TRY400 - the sentence says it all
            return None
        if row is None or name_of(row.value) != name:
            return None
        try:
            return Experiment.from_plain(json.loads(row.value))
        except (BenchError, ValueError):
            return None


def name_of(data: bytes) -> str:
    """The short name of what is kept."""
    return base64.urlsafe_b64encode(hashlib.sha256(data).digest()).decode()[:NAME_LENGTH]
