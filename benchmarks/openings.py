"""The time of a class that opens one link at once.

A browser that has never seen the page opens the link after another one, as everybody but the first of a class does.
Its requests are made again for each of them, one after the other, on a connection and with a cookie of its own, over
plain sockets and from one thread.
"""

import json
from collections.abc import Iterator, Sequence
from typing import Any
from urllib.parse import urlsplit

from benchmarks import print_heading
from benchmarks.capacity import Class, Line, warm_server
from benchmarks.load import CLASS, percentile
from benchmarks.page import browser, has_browser, wait

LINK = "?experiment=circle&alpha=0.3&seed=5"
SECONDS = 10.0
"""Seconds within which all have clicked."""
IS_OPEN = "return window.nnbench?.queue?.idle && nnbench.state.shown && !document.querySelector('[data-place]')"
HAS_ASKED = """
return performance.getEntriesByType('resource').some(({ name }) => name.endsWith('seed_spread')) && nnbench.queue.idle
"""
"""The questions of a page that rests end with other data seeds."""

Request = tuple[str, str, bytes]
"""A method, an address without its host, and a body."""


def main() -> None:
    """Prints the table, or one sentence where there is no browser that opens the link first."""
    if not has_browser("Openings are"):
        return
    print_heading()
    with warm_server() as (process_id, url):
        asked = requests_of(url + LINK)
        seats = Class(process_id, [Opening(url, asked) for _ in range(CLASS)])
        met = seats.turns(CLASS, CLASS / SECONDS)
        for page in seats.pages:
            page.socket.close()
    print(f"| {CLASS} openings in {SECONDS:.0f} s, each of {len(asked)} requests | |\n| --- | ---: |")
    print(f"| seconds until all is there, median / p95 / most | {spread(met.times)} |")
    print(f"| server ms an opening | {met.server_ms:.1f} |")
    print(f"| refused | {met.refused} |\n")


def spread(times: Sequence[float]) -> str:
    """Median, 95th percentile and the most, in seconds."""
    return f"{percentile(list(times), 50) / 1000:.2f} / {percentile(list(times), 95) / 1000:.2f} / {max(times):.2f}"


def requests_of(link: str) -> list[Request]:
    """The requests of the second browser that opens the link, until the page rests, in their order."""
    with browser() as first:
        first.get(link)
        wait(first, IS_OPEN)
        wait(first, HAS_ASKED)
    with browser(performance="ALL") as driver:
        driver.get(link)
        wait(driver, IS_OPEN)
        return list(_sent(driver.get_log("performance"), urlsplit(link).netloc))


def _sent(log: Sequence[dict[str, Any]], host: str) -> Iterator[Request]:
    for entry in log:
        message = json.loads(entry["message"])["message"]
        if message["method"] != "Network.requestWillBeSent":
            continue
        request = message["params"]["request"]
        where = urlsplit(request["url"])
        if where.netloc == host:
            yield request["method"], where._replace(scheme="", netloc="").geturl(), request.get("postData", "").encode()


class Opening(Line):
    """A client that opens the link; the question is answered once everything is there."""

    def __init__(self, url: str, asked: Sequence[Request]) -> None:
        where = urlsplit(url)
        super().__init__((where.hostname, where.port))
        self._host, self._asked, self._cookie = where.netloc, asked, ""
        self._following = iter(asked)
        self._worst = 0

    def turn(self) -> None:
        """Begins with the document."""
        self._following = iter(self._asked)
        self._ask(*next(self._following))

    def status(self) -> int | None:
        """Asks for what follows; the highest status once nothing does."""
        if (status := super().status()) is None:
            return None
        self._worst = max(self._worst, status)
        if given := [line for line in self.head.split("\r\n") if line.lower().startswith("set-cookie: nnbench")]:
            self._cookie = given[0].partition(": ")[2].partition(";")[0]
        following = next(self._following, None)
        if following is None:
            return self._worst
        self._ask(*following)
        return None

    def _ask(self, method: str, address: str, body: bytes) -> None:
        head = "\r\n".join([
            f"{method} {address} HTTP/1.1",
            f"Host: {self._host}",
            f"Cookie: {self._cookie}",
            "Content-Type: application/json",
            "Accept-Encoding: gzip, deflate, br",
            f"Content-Length: {len(body)}",
        ])  # fmt: skip
        self.socket.sendall(head.encode() + b"\r\n\r\n" + body)


if __name__ == "__main__":
    main()
