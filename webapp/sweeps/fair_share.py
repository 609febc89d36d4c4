"""Addresses take turns by the work that was done for them, and so do the sessions of each, so that none waits for
another's sweeps.

An address with several sweeps, or several sessions, has no more of the workers for it, and one that comes late has as
much as those before.
"""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence

from webapp.sweeps.job import address_of, addresses


class Turns:
    """The work done for each address and for each owner, whose jobs follow one another; a job of several owners counts
    for the one with the least."""

    def __init__(self) -> None:
        self._latest: list[str] = []
        self._of_address: dict[str, float] = {}
        self._of_owner: dict[str, float] = {}

    def next(self, jobs: Mapping[str, Sequence[str]]) -> str:
        """The job, of those with work left and their owners, whose turn it is; there is at least one."""
        owners = {owner for owners in jobs.values() for owner in owners}
        self._of_address = _present(self._of_address, addresses(owners))
        self._of_owner = _present(self._of_owner, owners)
        order = sorted(jobs, key=lambda job: self._latest.index(job) if job in self._latest else -1)
        job = min(order, key=lambda job: min(map(self._done_for, jobs[job]), default=(0.0, 0.0)))
        self._latest = [one for one in self._latest if one != job and one in jobs] + [job]
        return job

    def charge(self, owners: Sequence[str], work: float) -> None:
        """Notes the work of a piece, which its owners share."""
        for owner in owners:
            for done, key in ((self._of_address, address_of(owner)), (self._of_owner, owner)):
                done[key] = done.get(key, 0.0) + work / len(owners)

    def _done_for(self, owner: str) -> tuple[float, float]:
        return self._of_address[address_of(owner)], self._of_owner[owner]


def _present(work: Mapping[str, float], present: set[str]) -> dict[str, float]:
    """The work of those who are there: who is new, or comes back, starts where the others are."""
    start = min((work[key] for key in present if key in work), default=0.0)
    return {key: work.get(key, start) for key in present}


def to_give_back(
    held: Mapping[str, Sequence[str]], waiting: Iterable[Sequence[str]], tired: Iterable[str]
) -> str | None:
    """The job that a sweeper with no place left gives back, for an address that waits and has none in work.

    It is the latest of an address with several, or else the first that has had its place for long, of `tired`; None if
    no address waits, or none can give one back.
    """
    at_work = addresses(owner for owners in held.values() for owner in owners)
    if all(at_work & addresses(owners) for owners in waiting):
        return None
    counts = Counter(address for owners in held.values() for address in addresses(owners))
    several = [job for job, owners in held.items() if owners and all(counts[one] > 1 for one in addresses(owners))]
    return several[-1] if several else next(iter(tired), None)


def claim_order(held: Iterable[Sequence[str]], waiting: Mapping[str, Sequence[str]]) -> list[str]:
    """The jobs that wait, in the order in which they are taken: an address with fewer in work first, else an owner
    with fewer, else the oldest."""
    counts = Counter[str]()
    for owners in held:
        counts.update({*owners, *addresses(owners)})
    left, order = dict(waiting), []
    while left:
        job = min(left, key=lambda name: min(((counts[address_of(o)], counts[o]) for o in left[name]), default=(0, 0)))
        owners = left.pop(job)
        counts.update({*owners, *addresses(owners)})
        order.append(job)
    return order
