"""`launch`: the page on a bench of the user's own, from a terminal or a notebook cell, on this machine alone."""

import secrets
import threading
import webbrowser
from http import HTTPStatus
from typing import Any

from flask import Flask, abort, request
from waitress import wasyncore

from engine.training.bench import NNBench
from webapp.app import assemble
from webapp.http.server import address, listen, listener
from webapp.local_bench import LocalSessions, local_bench, local_content
from webapp.settings import Settings

MOST_SAMPLES = 1_000_000
THREADS = 16
PATIENCE = 10.0
OURSELVES = ("127.0.0.1", "localhost")


class Launched:
    """A page that is being served; `url` is where, and `stop` ends it."""

    def __init__(self, url: str, waiter: Any, channels: dict[int, Any]) -> None:
        self.url = url
        self._waiter = waiter
        self._channels = channels
        self._thread = threading.Thread(target=waiter.run, name=f"nnbench {url}", daemon=True)
        self._thread.start()

    def stop(self) -> None:
        """Frees the port; a second call does nothing."""
        if self._thread.is_alive():
            self._waiter.trigger.pull_trigger(lambda: wasyncore.close_all(self._channels))
            self._thread.join(PATIENCE)
            self._waiter.task_dispatcher.shutdown()

    def __repr__(self) -> str:
        return f"NNBench on {self.url}" if self._thread.is_alive() else "NNBench, stopped"


def launch(bench: NNBench, port: int = 0, open_browser: bool = True, samples: int = 100) -> Launched:
    """The page on this very bench, with that many samples at first; returns at once, and serves until stopped.

    It turns the bench's checkpoint, which is taken first when there is none; `bench.net` stays as it is. Only this
    machine can reach it. BenchError when the page cannot show the bench, and whatever the bench's own functions raise.
    """
    own = local_bench(bench)
    content = local_content(own, samples)
    settings = Settings(port=port, secret_key=secrets.token_hex(32), max_samples=MOST_SAMPLES, threads=THREADS)
    sessions = LocalSessions(own, content.rows[content.first].experiment)
    channels: dict[int, Any] = {}
    server = assemble(settings, sessions, content).server
    answer_ourselves_alone(server)
    line = listen(settings)
    launched = Launched(address(settings, line.getsockname()[1]), listener(line, server, settings, channels), channels)
    if open_browser:
        webbrowser.open(launched.url)
    return launched


def answer_ourselves_alone(server: Flask) -> None:
    """403 under any other name than this machine's: a stranger's name may be pointed here (DNS rebinding)."""

    @server.before_request
    def check_name() -> None:
        if request.host.partition(":")[0] not in OURSELVES:
            abort(HTTPStatus.FORBIDDEN)
