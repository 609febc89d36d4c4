"""A process's questions to a Valkey server before it uses it: its kind, its possible losses, and the secret of its
rows.

A server that cannot serve is a StoreError at the start; one that may lose rows is a warning in the log.
"""

import logging
import secrets
from collections.abc import Iterator, Mapping
from typing import Any

from webapp.store import StoreError
from webapp.store.valkey_client import ValkeyClient

log = logging.getLogger(__name__)

PREFIX = "nnbench:"
"""The prefix of all keys of the bench."""
SECRET = f"{PREFIX}secret"
"""The key of the check value of the secret."""
MARK = f"{PREFIX}mark"
"""The key of a random value, which the first process of an empty store writes: it changes where the rows are others."""
OLDEST = 7
"""The version that Valkey states of the Redis commands it knows: the first to refuse a whole script, and not its second
half, when its memory is full."""


START_PATIENCE = 5.0
"""Seconds that a start waits for a server that starts at the same time."""


def join(server: ValkeyClient, secret_check: str) -> bytes:
    """The mark of the server's rows. StoreError where this process cannot share them; warns of settings that lose
    some, and of an empty server."""
    info = server.call(lambda valkey: valkey.info(), START_PATIENCE)
    check_kind(info, str(server))
    for loss in losses(info, fsync_of(server)):
        log.warning("The store %s %s", server, loss)
    mark, is_empty = share(server, secret_check)
    if is_empty:
        log.warning(
            "The store %s is empty, as that of a new bench is. If it was to be restored, stop it: a snapshot alone is "
            "not read beside appendonly yes, and docs/hosting.md says how it is.",
            server,
        )
    return mark


def share(server: ValkeyClient, secret_check: str) -> tuple[bytes, bool]:
    """Writes the check value and a mark where there are none. The mark that is there, and whether there was no check
    value, as in an empty store; StoreError where another secret has sealed the rows."""
    first = server.call(lambda valkey: valkey.set(SECRET, secret_check, nx=True, get=True))
    if first not in (None, secret_check.encode()):
        raise StoreError(
            f"The rows of the store {server} were sealed with another SECRET_KEY. Give every process of a bench the "
            "same one, and each bench a database of its own, as /1 behind the port. If the secret was changed on "
            f"purpose, stop all processes and delete the key {SECRET} there: sessions of the old one end."
        )
    own = secrets.token_hex(8).encode()
    return server.call(lambda valkey: valkey.set(MARK, own, nx=True, get=True)) or own, first is None


def check_kind(info: Mapping[str, Any], server: str) -> None:
    """StoreError for a server that takes no scripts, or no puts."""
    version = str(info.get("valkey_version") or info.get("redis_version", "unknown"))
    kind = "Valkey" if "valkey_version" in info else "Redis or like it"
    spoken = str(info.get("redis_version", "0")).partition(".")[0]
    if not spoken.isdecimal() or int(spoken) < OLDEST:
        raise StoreError(
            f"The store {server} is too old: it is {kind}, version {version}. Take Valkey 7.2 or a newer one."
        )
    mode = info.get("server_mode") or info.get("redis_mode", "standalone")
    if mode != "standalone":
        raise StoreError(
            f"The store {server} is a {mode}, and rows are kept on a single server. Give the address of one."
        )
    if info.get("role") not in ("master", "primary"):
        raise StoreError(f"The store {server} is a replica, which takes no rows. Give the address of its primary.")


def losses(info: Mapping[str, Any], fsync: str) -> Iterator[str]:
    """The possible losses by the server's settings, in words behind its name."""
    if not info.get("aof_enabled"):
        yield "loses checkpoints when it is restarted. Set appendonly yes there, and appendfsync always."
    elif fsync not in ("always", ""):
        yield f"may lose the checkpoints of the last seconds when it is killed. Set appendfsync always ({fsync} now)."
    policy = info.get("maxmemory_policy", "noeviction")
    if policy != "noeviction":
        yield f"may drop any row when its memory is full. Set maxmemory-policy noeviction there ({policy} now)."


def fsync_of(server: ValkeyClient) -> str:
    """The words for when the server writes its log to the disk; empty where this user may not ask."""
    try:
        found = server.call(lambda valkey: valkey.config_get("appendfsync"))
    except StoreError:
        return ""
    return str(found.get("appendfsync", ""))
