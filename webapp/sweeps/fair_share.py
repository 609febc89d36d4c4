"""The order of pieces: sessions take turns by the work that was done for them, so that none waits for another's
sweeps.

A session with several sweeps has no more of the workers for it, and one that comes late has as much as those before
it.
"""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence


class Turns:
    """The work done for each owner of a job; a job of several owners counts for the one with the least."""

    def __init__(self) -> None:
        self._work: dict[str, float] = {}

    def next(self, jobs: Mapping[str, Sequence[str]]) -> str:
        """The job, of those with work left and their owners, whose turn it is; there is at least one."""
        self._meet(owner for owners in jobs.values() for owner in owners)
        return min(jobs, key=lambda job: min((self._work[owner] for owner in jobs[job]), default=0.0))

    def charge(self, owners: Sequence[str], work: float) -> None:
        """Notes the work of a piece, which its owners share."""
        for owner in owners:
            self._work[owner] = self._work.get(owner, 0.0) + work / len(owners)

    def _meet(self, owners: Iterable[str]) -> None:
        """Owners who are new, or come back, start where the others are; those who have gone are forgotten."""
        present = set(owners)
        known = [self._work[owner] for owner in present if owner in self._work]
        start = min(known, default=0.0)
        self._work = {owner: self._work.get(owner, start) for owner in present}


def to_give_back(held: Mapping[str, Sequence[str]], waiting: Iterable[Sequence[str]]) -> str | None:
    """The job that a sweeper with no place left gives back, for an owner who waits and has none in work.

    It is the latest of an owner with several; None if no owner waits, or none has several.
    """
    at_work = {owner for owners in held.values() for owner in owners}
    if all(at_work.intersection(owners) for owners in waiting):
        return None
    counts = Counter(owner for owners in held.values() for owner in owners)
    several = [job for job, owners in held.items() if owners and all(counts[owner] > 1 for owner in owners)]
    return several[-1] if several else None


def claim_order(held: Iterable[Sequence[str]], waiting: Mapping[str, Sequence[str]]) -> list[str]:
    """The jobs that wait, in the order in which they are taken: an owner with fewer in work first, else the oldest."""
    counts = Counter(owner for owners in held for owner in owners)
    left, order = dict(waiting), []
    while left:
        job = min(left, key=lambda name: min((counts[owner] for owner in left[name]), default=0))
        counts.update(left.pop(job))
        order.append(job)
    return order
