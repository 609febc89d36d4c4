"""The client of a Valkey server: its address, its connections, and errors as sentences."""

import importlib
from collections.abc import Callable, Mapping
from typing import Any, TypeVar
from urllib.parse import urlsplit

from webapp.store import StoreError
from webapp.store.outage import Outage

Answer = TypeVar("Answer")

PATIENCE = 2.0
"""Seconds of an outage after which a call fails."""
REPLY_SECONDS = 1.0
"""Seconds that one attempt waits for a connection, and for a reply."""
PORT = 6379
LONGEST_REASON = 200

AWAY = ("ConnectionError", "TimeoutError", "ReadOnlyError")
"""Errors of the library after which a call is made again: the server does not answer, or cannot yet."""

SENTENCES: Mapping[str, str] = {
    "AuthenticationError": "The store {at} does not take the name and password in STORE: {why}. Correct STORE.",
    "AuthorizationError": "The store {at} does not take the name and password in STORE: {why}. Correct STORE.",
    "NoPermissionError": "The user in STORE may not do what a store needs at {at}: {why}. "
    "Let it use info, config|get, set and eval, and the keys nnbench:*.",
    "OutOfMemoryError": "The store {at} has no memory left: {why}. "
    "Give it a maxmemory above STORE_MB, LINK_MB and SWEEP_MB together.",
    "InvalidResponse": "What answers at {at} is no Valkey server: {why}. Correct the address in STORE.",
}
"""Errors after which it is in vain, by their names in the library: they are subclasses of those of AWAY, or none."""


class ValkeyClient:
    """Connections to one server, for all threads."""

    def __init__(self, address: str) -> None:
        library, errors = _library("valkey"), _library("valkey.exceptions")
        self._shown = shown_address(address)
        secure = {"ssl_check_hostname": True} if address.startswith("valkeys:") else {}
        self._valkey = library.Valkey.from_url(
            address,
            socket_timeout=REPLY_SECONDS,
            socket_connect_timeout=REPLY_SECONDS,
            socket_keepalive=True,
            lib_name=None,
            lib_version=None,
            **secure,
        )
        self._every_error = errors.ValkeyError
        self._in_vain = {getattr(errors, name): sentence for name, sentence in SENTENCES.items()}
        self._away = tuple(getattr(errors, name) for name in AWAY)
        self._outage = Outage(self._away)

    def __str__(self) -> str:
        """The address as sentences show it."""
        return self._shown

    def call(self, attempt: Callable[[Any], Answer], patience: float = PATIENCE) -> Answer:
        """The result of the attempt, which is made again while the server does not answer; StoreError in a sentence."""
        try:
            return self._outage.call(lambda: self._once(attempt), patience)
        except self._away as error:
            raise StoreError(
                f"The store {self} does not answer: {_reason(error)}. "
                "See that it runs, and that this machine reaches it."
            ) from error

    def close(self) -> None:
        """Closes all connections."""
        self._valkey.close()

    def _once(self, attempt: Callable[[Any], Answer]) -> Answer:
        """One attempt; its errors are of AWAY, or a StoreError."""
        try:
            return attempt(self._valkey)
        except self._every_error as error:
            in_vain = next((text for kind, text in self._in_vain.items() if isinstance(error, kind)), None)
            if in_vain is None and isinstance(error, self._away):
                raise
            sentence = in_vain or "The store {at} refuses a request: {why}."
            raise StoreError(sentence.format(at=self, why=_reason(error))) from error


def shown_address(address: str) -> str:
    """The address without name and password."""
    parts = urlsplit(address)
    host = f"[{parts.hostname}]" if ":" in (parts.hostname or "") else parts.hostname
    return f"{parts.scheme}://{host}:{parts.port or PORT}{parts.path}"


def _library(name: str) -> Any:
    try:
        return importlib.import_module(name)
    except ImportError:
        raise StoreError(
            "STORE names a Valkey server, and its client is not installed. Call `pip install nnbench[valkey]`."
        ) from None


def _reason(error: Exception) -> str:
    return str(error)[:LONGEST_REASON].rstrip(". ") or type(error).__name__
