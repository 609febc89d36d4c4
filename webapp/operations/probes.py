"""The addresses that an orchestrator or a proxy asks: does the process live, and can it take requests?

`/livez` is answered as long as the process works. `/readyz` is 200 when requests can be taken, else 503 with the word
for why; below it stands a sentence where the store was replaced, or has lost its rows. Images of earlier versions ask
`/healthz`, and so does the page while the connection is lost.
"""

from collections.abc import Callable, Mapping
from http import HTTPStatus
from typing import NamedTuple

from flask import Flask, Response

from webapp.operations.readiness import Readiness

HEALTH, LIVE, READY = "/healthz", "/livez", "/readyz"


class Probed(NamedTuple):
    """The response to a probe."""

    status: HTTPStatus
    content_type: str
    body: bytes


def probes_of(readiness: Readiness) -> Mapping[str, Callable[[], Probed]]:
    """The probes by their paths below the prefix; none of them waits for anything."""

    def ready() -> Probed:
        missing = readiness.missing()
        status = HTTPStatus.SERVICE_UNAVAILABLE if missing else HTTPStatus.OK
        return plain(status, missing or "ready", *readiness.sentences())

    return {
        HEALTH: lambda: Probed(HTTPStatus.OK, "text/html", b"OK"),
        LIVE: lambda: plain(HTTPStatus.OK, "live"),
        READY: ready,
    }


def plain(status: HTTPStatus, *lines: str) -> Probed:
    """Lines of text."""
    return Probed(status, "text/plain; charset=utf-8", "".join(f"{line}\n" for line in lines).encode())


def install(server: Flask, readiness: Readiness) -> None:
    """Serves GET /livez and /readyz under servers other than ours, too; Dash serves /healthz."""
    for path, probe in probes_of(readiness).items():
        if path != HEALTH:
            server.add_url_rule(path, path.strip("/"), view_of(probe))


def view_of(probe: Callable[[], Probed]) -> Callable[[], Response]:
    """The probe as a view of Flask."""

    def view() -> Response:
        probed = probe()
        return Response(probed.body, probed.status, content_type=probed.content_type)

    return view
