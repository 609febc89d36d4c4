"""Twenty readers of large files at once, each at a pace of its own, all get theirs whole."""

import http.client
import json
import time
from concurrent.futures import ThreadPoolExecutor
from http import HTTPStatus
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from benchmarks.load import server

READERS, PACE, PART = 20, 2_000_000, 65_536
"""Bytes a second of each reader, and of one read."""
PLAN = {"link": "?experiment=tanh-signs&samples=30", "axes": {"alpha": "0.001:1:1000:log", "seed": "0:400"}}


def whole(url: str, path: str) -> bool:
    """Whether the file at this address comes whole, to a reader who comes again when told so."""
    while True:
        line = http.client.HTTPConnection(urlsplit(url).netloc, timeout=300)
        line.request("GET", path)
        answer = line.getresponse()
        if answer.status == HTTPStatus.SERVICE_UNAVAILABLE:
            again = float(answer.headers["Retry-After"])
            line.close()
            time.sleep(again)
            continue
        begun, read = time.monotonic(), 0
        while part := answer.read(PART):
            read += len(part)
            time.sleep(max(0.0, begun + read / PACE - time.monotonic()))
        line.close()
        return answer.status == HTTPStatus.OK and read == int(answer.headers["Content-Length"]) > 10 * PART


@pytest.mark.soak
def test_each_of_twenty_readers_gets_its_file_whole(tmp_path: Path) -> None:
    with server(str(tmp_path)) as url:
        line = http.client.HTTPConnection(urlsplit(url).netloc, timeout=60)
        line.request("POST", "/sweeps", json.dumps(PLAN | {"start": True}), {"Content-Type": "application/json"})
        id_ = json.load(line.getresponse())["job"]["id"]
        state = "wanted"
        while state == "wanted":
            time.sleep(0.5)
            line.request("GET", f"/sweeps/{id_}?from=9999999")
            state = json.load(line.getresponse())["job"]["state"]
        line.close()
        paths = [f"/sweeps/{id_}.csv", f"/sweeps/{id_}.npz", "/run.json?experiment=circle&samples=500000"]
        with ThreadPoolExecutor(READERS) as readers:
            found = list(readers.map(lambda k: whole(url, paths[k % len(paths)]), range(READERS)))
    assert found == [True] * READERS
