"""A server whose data folder is full: it starts after kill -9, reads what is there, says that nothing new is kept, and
goes on by itself when there is room."""

import contextlib
import http.client
import subprocess
import time
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from benchmarks.load import Visitor, address_of, started
from tests.soak.test_kills import SECRET

LONGEST = 20.0
"""Seconds within which the server says what has changed."""


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A folder on a file system of its own, with room for 3 MB."""
    folder = tmp_path / "small"
    folder.mkdir()
    mounted = subprocess.run(["mount", "-t", "tmpfs", "-o", "size=3m", "small", str(folder)], check=False)
    if mounted.returncode:
        pytest.skip("This user may not mount a file system.")
    yield folder
    subprocess.run(["umount", "--lazy", str(folder)], check=True)


def fill(folder: Path) -> Path:
    """A file that takes all the room that is left."""
    filler = folder / "filler"
    with filler.open("wb", buffering=0) as file, contextlib.suppress(OSError):
        while True:
            file.write(bytes(4096))
    return filler


def readiness(url: str) -> str:
    """The answer to an orchestrator."""
    with contextlib.closing(http.client.HTTPConnection(urlsplit(url).netloc, timeout=5)) as line:
        line.request("GET", "/readyz")
        return line.getresponse().read().decode()


def comes_to_say(url: str, *, wanted: bool) -> None:
    """Waits until the server says, or no longer says, that there is no room."""
    until = time.monotonic() + LONGEST
    while ("has no room" in readiness(url)) is not wanted:
        assert time.monotonic() < until, readiness(url)
        time.sleep(0.1)


@pytest.mark.parametrize("by", ["kill", "terminate"])
def test_a_start_on_a_full_disk_reads_says_so_and_goes_on_when_there_is_room(by: str, small_disk: Path) -> None:
    process = started(str(small_disk), SECRET_KEY=SECRET)
    with closing(Visitor(address_of(process), "before")) as visitor:
        checkpoint = visitor.ask("randomize")["summary"]["checkpoint"]
        cookie = visitor.cookie
    filler = fill(small_disk) if by == "kill" else None
    getattr(process, by)()
    process.communicate()
    filler = filler or fill(small_disk)
    process = started(str(small_disk), SECRET_KEY=SECRET)
    try:
        url = address_of(process)
        with closing(Visitor(url, "before")) as visitor:
            visitor.cookie = cookie
            assert visitor.ask("turn", alpha=0.2)["summary"]["checkpoint"] == checkpoint
            # Its log may have room for a few.
            while "nothing new is stored" not in str(reply := visitor.ask("randomize")):
                checkpoint = reply["summary"]["checkpoint"]
            comes_to_say(url, wanted=True)
            assert visitor.ask("turn", alpha=0.3)["summary"]["checkpoint"] == checkpoint
            filler.unlink()
            comes_to_say(url, wanted=False)
            assert visitor.ask("randomize")["summary"]["checkpoint"] != checkpoint
    finally:
        process.kill()
        process.communicate()
