"""Seals bytes, so that only unchanged bytes of the same owner and version are opened, and in time.

A seal is HMAC-SHA256 over the payload, its version, the time, the session and the tab. It is verified before anything
of the payload is read. It authenticates the bytes; it does not encrypt them.
"""

import hashlib
import hmac
import struct
import time

from webapp.store import Clock, Key

MAGIC = b"NNB1"
HEADER = struct.Struct(">4sQQ32s")
"""Magic bytes, version, time in whole seconds, HMAC; the payload follows."""
CLOCK_SKEW = 3600
"""The most seconds that a time of sealing or signing may be ahead of our clock: clocks of machines differ, and are set
back.

It would take the secret to state a later time, so this is against a clock that runs years ahead, not an attacker."""


def secret_check(secret: str) -> str:
    """A value that tells whether two processes have the same secret, and does not reveal it."""
    return hmac.digest(secret.encode(), b"nnbench secret check", hashlib.sha256).hex()[:16]


class SealBroken(Exception):
    """Sealed bytes that must not be opened; the message says why."""


class Seal:
    """Seals and unseals with one secret; a seal older than `age` seconds is refused."""

    def __init__(self, secret: str, age: float, clock: Clock = time.time) -> None:
        self._secret = hmac.digest(secret.encode(), b"nnbench checkpoint seal", hashlib.sha256)
        self._age = age
        self._clock = clock

    def seal(self, payload: bytes, owner: Key, version: int) -> bytes:
        """The payload with its seal in front, for this owner and this version only."""
        now = int(self._clock())
        return HEADER.pack(MAGIC, version, now, self._mac(payload, owner, version, now)) + payload

    def unseal(self, sealed: bytes, owner: Key, version: int) -> bytes:
        """The payload; SealBroken unless it was sealed with this secret, owner and version, and in time."""
        if len(sealed) < HEADER.size:
            raise SealBroken("The sealed checkpoint is cut short.")
        magic, stated, sealed_at, mac = HEADER.unpack_from(sealed)
        payload = sealed[HEADER.size :]
        if magic != MAGIC or not hmac.compare_digest(mac, self._mac(payload, owner, stated, sealed_at)):
            raise SealBroken("The seal of the checkpoint does not hold: it was changed, or it belongs to someone else.")
        if stated != version:
            raise SealBroken(f"The checkpoint was sealed as version {stated}, and version {version} stands here.")
        self._check_time(sealed_at)
        return payload

    def _check_time(self, sealed_at: int) -> None:
        age = self._clock() - sealed_at
        if age > self._age:
            raise SealBroken("The checkpoint has expired.")
        if age < -CLOCK_SKEW:
            raise SealBroken("The checkpoint was sealed in the future. Is the clock of this machine right?")

    def _mac(self, payload: bytes, owner: Key, version: int, sealed_at: int) -> bytes:
        # Names are framed by their lengths, so that no two owners give the same bytes.
        names = [name.encode() for name in owner]
        framed = b"".join(struct.pack(">I", len(name)) + name for name in names)
        return hmac.digest(
            self._secret, MAGIC + struct.pack(">QQ", version, sealed_at) + framed + payload, hashlib.sha256
        )
