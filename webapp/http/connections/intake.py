"""The number of bytes in the bodies of all requests under way; a bound on them bounds the server's memory."""

import threading


class Intake:
    """A count of bytes that the loop and the threads that answer change."""

    def __init__(self, most_bytes: int) -> None:
        self._most_bytes = most_bytes
        self._bytes = 0
        self._lock = threading.Lock()

    def add(self, change: int) -> None:
        """Counts these bytes more, or fewer if negative."""
        with self._lock:
            self._bytes += change

    @property
    def is_full(self) -> bool:
        """Whether the bodies take more than they may."""
        return self._bytes > self._most_bytes
