"""Whether this process can take requests, and if not, the word for why.

The words: `draining`, since it was told to stop; `kernel`, until the kernel is compiled; `store`, as long as the store
does not answer.
"""

from collections.abc import Callable

DRAINING = "draining"
WORDS = (DRAINING, "kernel", "store")


SENTENCES = {
    "": "The process is ready: it takes requests.",
    "kernel": "The process is not ready yet: its kernel is being loaded, or compiled.",
    DRAINING: "The process is told to stop. It serves on for DRAIN_SECONDS, and its proxy goes elsewhere.",
}
"""The line of the log for each word; for the store there is another one."""


class Readiness:
    """The conditions under which requests are taken; safe to use from many threads and from a signal handler."""

    def __init__(self) -> None:
        self._holds: dict[str, Callable[[], bool]] = {}
        self._says: list[Callable[[], str]] = []
        self._draining = False

    def require(self, word: str, holds: Callable[[], bool], says: Callable[[], str] = str) -> None:
        """Adds a condition: not ready, for that word, while it is false; and a sentence for the operator, or an empty
        text. Neither may wait: the event loop asks them."""
        self._holds[word] = holds
        self._says.append(says)

    def drain(self) -> None:
        """Makes the process not ready for good: it will stop."""
        self._draining = True

    def missing(self) -> str:
        """The word for why this process is not ready; empty when it is."""
        if self._draining:
            return DRAINING
        return next((word for word, holds in self._holds.items() if not holds()), "")

    def sentences(self) -> list[str]:
        """The sentences for the operator."""
        return [sentence for says in self._says if (sentence := says())]
