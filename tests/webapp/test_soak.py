"""A minute of a class, and a server that is killed again and again: nothing acknowledged is lost, nothing mixed up."""

import http.client
import logging
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from benchmarks.load import Taught, Visitor, address_of, server, started, teach

log = logging.getLogger(__name__)

SESSIONS, SECONDS = 200, 60.0
KILLS, TABS, LIFE = 30, 4, 0.5
GONE = (OSError, http.client.HTTPException)


@pytest.mark.soak
def test_200_sessions_turning_a_knob_every_second_meet_no_error_and_no_other_checkpoint(tmp_path: Path) -> None:
    with server(str(tmp_path)) as url:
        taught = teach(url, SESSIONS, SECONDS)
    log.warning("%d answers, median %.0f ms, p95 %.0f ms, %d errors, %d mixed checkpoints", *figures(taught))
    assert (taught.errors, taught.mixed, len(taught.times)) == (0, 0, int(SESSIONS * SECONDS))


def figures(taught: Taught) -> tuple[int, float, float, int, int]:
    """The figures of a class, in the order of the logged sentence."""
    return len(taught.times), taught.percentile(50), taught.percentile(95), taught.errors, taught.mixed


class Writer:
    """One tab that stores one checkpoint after the other, and remembers the acknowledged ones."""

    def __init__(self, url: str, tab: str) -> None:
        self.visitor = Visitor(url, tab)
        self.acknowledged = [str(self.visitor.ask("choose")["summary"]["checkpoint"])]

    def write(self, stop: threading.Event) -> None:
        """Stores checkpoints until it is stopped, or the server is gone."""
        try:
            while not stop.is_set():
                self.acknowledged.append(str(self.visitor.ask("randomize")["summary"]["checkpoint"]))
        except GONE:
            self.visitor.close()

    def lost(self) -> bool:
        """Whether the server has no checkpoint, or an older one than the one acknowledged last.

        It may have a newer one, whose acknowledgement died with the server.
        """
        reply = self.visitor.ask()
        if "lost" in reply:
            return True
        stands = str(reply["summary"]["checkpoint"])
        if stands in self.acknowledged:
            return stands != self.acknowledged[-1]
        self.acknowledged.append(stands)
        return False


@pytest.mark.soak
def test_a_checkpoint_that_was_acknowledged_outlives_every_kill_9(tmp_path: Path) -> None:
    process = started(str(tmp_path))
    url = address_of(process)
    writers, lost = [Writer(url, f"tab-{number}") for number in range(TABS)], 0
    for _ in range(KILLS):
        stop = threading.Event()
        with ThreadPoolExecutor(TABS) as pool:
            for writer in writers:
                pool.submit(writer.write, stop)
            time.sleep(LIFE)
            process.kill()
            process.communicate()
            stop.set()
        process = started(str(tmp_path), PORT=str(urlsplit(url).port))
        assert address_of(process, warmed=False) == url
        lost += sum(writer.lost() for writer in writers)
    process.kill()
    process.communicate()
    for writer in writers:
        writer.visitor.close()
    log.warning("%d kills, %d kept, %d lost", KILLS, sum(len(writer.acknowledged) for writer in writers), lost)
    assert lost == 0
