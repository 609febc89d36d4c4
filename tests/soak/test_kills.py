"""Servers and the store behind them are killed again and again: no acknowledged checkpoint is lost, none mixed up."""

import contextlib
import logging
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from benchmarks.load import address_of, started
from tests.soak.writers import Met, writing
from tests.webapp.store.valkey_server import ValkeyServer, environ_of, needs_valkey

log = logging.getLogger(__name__)

SECRET = "s" * 32
TABS = 8
EVERY = 2.0
KILLS = 30
BUSY_DISK = """
import os, sys
block = os.urandom(1 << 20)
while True:
    file = os.open(sys.argv[1], os.O_CREAT | os.O_WRONLY | os.O_TRUNC)
    for _ in range(64):
        os.write(file, block)
        os.fsync(file)
    os.close(file)
"""


class Processes:
    """Server processes on one store, which can be killed and started again where they were."""

    def __init__(self, count: int, folder: Path, **environ: str) -> None:
        self._folder = str(folder)
        self._environ = {"SECRET_KEY": SECRET} | environ
        self._running = [started(self._folder, **self._environ) for _ in range(count)]
        self.urls = [address_of(process) for process in self._running]

    def kill(self, number: int) -> None:
        """As kill -9 does; another one is started on its port, and not waited for."""
        self._end(self._running[number])
        port = str(urlsplit(self.urls[number]).port)
        self._running[number] = started(self._folder, **self._environ, PORT=port)

    def up(self) -> list[int]:
        """Those that take connections now."""
        return [number for number, url in enumerate(self.urls) if takes_connections(urlsplit(url).port or 0)]

    def end(self) -> None:
        """Ends all."""
        for process in self._running:
            self._end(process)

    @staticmethod
    def _end(process: "subprocess.Popen[str]") -> None:
        process.kill()
        process.communicate()


def takes_connections(port: int) -> bool:
    """Whether somebody listens on the port."""
    with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port), timeout=1):
        return True
    return False


@contextmanager
def busy_disk(folder: Path) -> Iterator[None]:
    """A process that writes to the disk as fast as it goes, and waits for each megabyte to be there."""
    with subprocess.Popen([sys.executable, "-c", BUSY_DISK, str(folder / "busy")]) as process:
        yield
        process.kill()


def after_kills_of_the_store(kills: int, folder: Path, **settings: str) -> Met:
    """Counts of tabs that wrote while Valkey, with these settings, was killed and started again beside a busy disk."""
    with ExitStack() as stack:
        valkey = ValkeyServer(folder, **settings)
        stack.callback(valkey.kill)
        servers = Processes(1, folder, STORE=valkey.address)
        stack.callback(servers.end)
        stack.enter_context(busy_disk(folder))
        with writing(servers.urls, TABS) as met:
            for _ in range(kills):
                time.sleep(EVERY)
                valkey.kill()
                valkey.start()
            time.sleep(EVERY)
    log.warning("Valkey, %d kills: %s", kills, met.sentence())
    return met


def after_kills_of_a_server(kills: int, folder: Path, store: str) -> Met:
    """Counts of tabs that wrote while one of three processes was killed every two seconds, if another one was up."""
    with ExitStack() as stack:
        servers = Processes(3, folder, **environ_of(store, folder, stack))
        stack.callback(servers.end)
        with writing(servers.urls, TABS) as met:
            killed, end = 0, time.monotonic() + 3 * kills * EVERY
            while killed < kills and time.monotonic() < end:
                time.sleep(EVERY)
                up = servers.up()
                if len(up) > 1:  # on a busy machine a start takes longer
                    servers.kill(up[killed % len(up)])
                    killed += 1
            time.sleep(EVERY)
    log.warning("One of three processes on %s, %d kills: %s", store, killed, met.sentence())
    return met


@needs_valkey
def test_no_acknowledged_checkpoint_is_lost_to_kills_of_valkey_beside_a_busy_disk(tmp_path: Path) -> None:
    met = after_kills_of_the_store(KILLS, tmp_path)
    assert (met.lost, met.mixed) == (0, 0)
    assert met.acknowledged > KILLS


@needs_valkey
def test_checkpoints_that_a_store_forgets_are_counted_as_lost(tmp_path: Path) -> None:
    assert after_kills_of_the_store(1, tmp_path, appendonly="no").lost > 0


@pytest.mark.parametrize("store", ["sqlite", pytest.param("valkey", marks=needs_valkey)])
def test_no_acknowledged_checkpoint_is_lost_to_kills_of_one_of_three_processes(store: str, tmp_path: Path) -> None:
    met = after_kills_of_a_server(KILLS, tmp_path, store)
    assert (met.lost, met.mixed) == (0, 0)
    assert met.acknowledged > KILLS
    assert met.moves > 0
