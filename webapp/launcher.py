"""`launch` serves the page for the user's own bench, from a terminal or a notebook cell, on this machine only."""

import secrets
import threading
import webbrowser
from http import HTTPStatus

from flask import Flask, abort, request

from engine.bench import NNBench
from webapp.app import assemble
from webapp.http.connections.event_loop import EventLoop
from webapp.http.server import address, listen, listener
from webapp.local_bench import LocalSessions, local_bench, local_content
from webapp.settings import Settings

MAX_SAMPLES = 1_000_000
STOP_SECONDS = 10.0
LOOPBACK_NAMES = ("127.0.0.1", "localhost")


class RunningPage:
    """A page that is being served at `url` until `stop` is called."""

    def __init__(self, url: str, wsgi_server: EventLoop) -> None:
        self.url = url
        self._wsgi_server = wsgi_server
        self._thread = threading.Thread(target=wsgi_server.run, name=f"nnbench {url}", daemon=True)
        self._thread.start()

    def stop(self) -> None:
        """Stops serving and frees the port; a second call does nothing."""
        if self._thread.is_alive():
            self._wsgi_server.stop()
            self._thread.join(STOP_SECONDS)

    def __repr__(self) -> str:
        return f"NNBench on {self.url}" if self._thread.is_alive() else "NNBench, stopped"


def launch(bench: NNBench, port: int = 0, open_browser: bool = True, samples: int = 100) -> RunningPage:
    """Serves the page for this bench, with so many samples at first; returns at once, and serves until stopped.

    The page trains copies of the bench's checkpoint, which is taken first when there is none; `bench.net` does not
    change. Only this machine can reach the page. BenchError when the page cannot show the bench, and whatever the
    bench's own functions raise.
    """
    local = local_bench(bench)
    content = local_content(local, samples)
    settings = Settings(port=port, secret_key=secrets.token_hex(32), max_samples=MAX_SAMPLES)
    sessions = LocalSessions(local, content.rows[content.first].experiment)
    server = assemble(settings, sessions, content).server
    refuse_other_hosts(server)
    listening = listen(settings)
    page = RunningPage(address(settings, listening.getsockname()[1]), listener(listening, server, settings))
    if open_browser:
        webbrowser.open(page.url)
    return page


def refuse_other_hosts(server: Flask) -> None:
    """403 under any other name than this machine's: a stranger's name may be pointed here (DNS rebinding)."""

    @server.before_request
    def check_name() -> None:
        if request.host.partition(":")[0] not in LOOPBACK_NAMES:
            abort(HTTPStatus.FORBIDDEN)
