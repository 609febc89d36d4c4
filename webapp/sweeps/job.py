"""A job as the store has it: its state, its owners, its holder, and its stored pieces.

Its row is a line of JSON and, behind it, two numbers for each stored piece in the order in which they were stored: the
place of the piece, and the number of the holder that stored it.
"""

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, fields, replace

import numpy as np
from numpy.typing import NDArray

WANTED, DONE, CANCELLED, FAILED = "wanted", "done", "cancelled", "failed"

MOST_OWNERS = 64
"""The most owners that a job remembers."""

Stored = NDArray[np.int32]
"""The stored pieces, shape (pieces, 2): the place of each, and the number of its holder."""


def none_stored() -> Stored:
    """No stored piece yet."""
    return np.empty((0, 2), dtype=np.int32)


@dataclass(frozen=True, eq=False)
class Job:
    """A job; `id` names its plan, and anybody who knows it may read the results."""

    id: str
    state: str
    owners: tuple[str, ...]
    """The sessions that want it, at their addresses; of a job that was cancelled the last ones, who have it listed."""
    cells: int
    pieces: int
    seconds: float
    """An estimate of how long all pieces take on one core."""
    created: float
    """Seconds since the epoch."""
    says: str = ""
    """Why it failed."""
    token: str = ""
    """The secret of the lease, which its holder alone knows; empty when nobody holds it."""
    beat: int = 0
    """The count of the holder's signs of life: where it stands still for as long as a lease, another may take over."""
    pace: float = 0.0
    """Cells a second, lately; 0 where it is not known."""
    made: int = 0
    """Cells in the stored pieces."""
    seen: float = 0.0
    """The time at which one of its owners last looked at it, about."""
    holders: tuple[str, ...] = ()
    """The tokens under which pieces were stored."""
    stored: Stored = field(default_factory=none_stored)

    @property
    def wanted(self) -> bool:
        """Whether there is work left that somebody wants."""
        return self.state == WANTED

    @property
    def left(self) -> float | None:
        """The seconds until all is done, at the latest pace; None where that is not known."""
        return (self.cells - self.made) / self.pace if self.pace > 0.0 else None

    def is_held_by(self, token: str) -> bool:
        """Whether a piece may be stored under this token now."""
        return self.wanted and bool(token) and self.token == token

    def with_stored(self, cells: Mapping[int, int], pace: float) -> "Job":
        """The job with these pieces stored by its holder, by their places, and done when they were the last.

        `cells` has the number of cells of each. One that is stored already counts no second time.
        """
        holders = self.holders if self.token in self.holders else (*self.holders, self.token)
        number, known = holders.index(self.token), self.places
        new = [place for place in cells if place not in known]
        stored = np.concatenate([self.stored, np.array([(place, number) for place in new], np.int32).reshape(-1, 2)])
        made = self.made + sum(cells[place] for place in new)
        job = replace(self, holders=holders, stored=stored, made=made, pace=pace, beat=self.beat + 1)
        return replace(job, state=DONE, token="") if len(stored) == self.pieces else job

    @property
    def places(self) -> set[int]:
        """The places of the stored pieces."""
        return set(self.stored[:, 0].tolist())

    @property
    def names(self) -> list[str]:
        """The names under which the stored pieces are kept."""
        return [piece_name(place, self.holders[holder]) for place, holder in self.stored.tolist()]

    def piece_name(self, at: int) -> str:
        """The name under which the piece is kept that was stored as number `at`."""
        place, holder = self.stored[at].tolist()
        return piece_name(place, self.holders[holder])

    def to_bytes(self) -> bytes:
        """Its row; `from_bytes` reads it."""
        names = [each.name for each in fields(self) if each.name not in ("id", "stored")]
        plain = {name: getattr(self, name) for name in names}
        return json.dumps(plain).encode() + b"\n" + self.stored.astype("<i4").tobytes()

    @classmethod
    def from_bytes(cls, id_: str, data: bytes) -> "Job":
        """Reads what `to_bytes` wrote."""
        line, _, rest = data.partition(b"\n")
        plain = json.loads(line)
        lists = {name: tuple(plain[name]) for name in ("owners", "holders")}
        stored = np.frombuffer(rest, dtype="<i4").astype(np.int32).reshape(-1, 2)
        return cls(id_, **plain | lists, stored=stored)


def piece_name(place: int, token: str) -> str:
    """Pieces of two holders have two names, so that neither can overwrite, or delete, what the other stored."""
    return f"{place}-{token}"


# Owners: a session at an address; sessions of one address count as one


def owner_of(session: str, address: str) -> str:
    """The owner as rows have it; `address` is a name for an address, and holds no @."""
    return f"{session}@{address}"


def session_of(owner: str) -> str:
    """The session of an owner."""
    return owner.partition("@")[0]


def address_of(owner: str) -> str:
    """The name of the owner's address; owners that an earlier version stored have none, and each counts for itself."""
    return owner.rpartition("@")[2]


def addresses(owners: Iterable[str]) -> set[str]:
    """The addresses of these owners."""
    return {address_of(owner) for owner in owners}


def without(owners: Sequence[str], session: str) -> tuple[str, ...]:
    """The owners but for this session."""
    return tuple(owner for owner in owners if session_of(owner) != session)


def joined(owners: Sequence[str], new: str) -> tuple[str, ...]:
    """The owners with a new one; beyond MOST_OWNERS the first one goes of the address that has most."""
    found = [*without(owners, session_of(new)), new]
    while len(found) > MOST_OWNERS:
        places = [address_of(owner) for owner in found]
        del found[places.index(max(places, key=places.count))]
    return tuple(found)
