"""The operation of one process around its requests: its readiness, its metrics and its log of requests."""

import logging
import threading
from collections.abc import Callable
from importlib import import_module

from webapp.operations.logs import beside, log_answered
from webapp.operations.measured_store import MeasuredStore
from webapp.operations.metrics import Answered, Metrics
from webapp.operations.readiness import SENTENCES, Readiness
from webapp.operations.store_watch import StoreWatch
from webapp.settings import Settings, SettingsError
from webapp.store import Store

log = logging.getLogger(__name__)

LOOK_SECONDS = 0.2
"""Seconds between two looks whether the process is ready, for the log."""
LIGHT = "light"
"""The kind of requests for the page and its files, which the log leaves out unless they are cut."""


class Operations:
    """The operations of a process, made once and passed to the parts that they are about."""

    def __init__(self, metrics: Metrics | None = None, *, logs_requests: bool = False) -> None:
        self.readiness = Readiness()
        self.metrics = metrics or Metrics()
        self.metrics.watch_readiness(self.readiness.missing)
        self._logs_requests = logs_requests
        self._store_watch: StoreWatch | None = None
        self._word: str | None = None
        self._noting = threading.Lock()
        self._ended = threading.Event()
        self._starts: list[Callable[[], None]] = []
        self._ends: list[Callable[[], None]] = []

    @classmethod
    def from_settings(cls, settings: Settings) -> "Operations":
        """The operations that METRICS_PORT and LOG ask for; the metrics can be read from now on."""
        metrics = Metrics()
        if settings.metrics_port is not None:
            metrics = prometheus_metrics()
            metrics.listen(*settings.metrics_port)
        return cls(metrics, logs_requests=settings.log == "json")

    def around_store(self, store: Store) -> Store:
        """The store of sessions, with its time measured."""
        return MeasuredStore(store, self.metrics)

    def watch_store(self, look: Callable[[], str]) -> None:
        """Makes the process not ready as long as looking at the store fails, and says what it has lost."""
        self._store_watch = StoreWatch(look)
        self.readiness.require("store", self._store_watch.answers, self._store_watch.says)

    def watch_kernel(self, ready: Callable[[], bool]) -> None:
        """Makes the process not ready until the kernel is compiled."""
        self.readiness.require("kernel", ready)
        self.metrics.watch_kernel(ready)

    def start(self) -> None:
        """Watches the store from now on, so that no probe waits for it."""
        if self._store_watch is not None:
            self._store_watch.start()
        for begin in self._starts:
            begin()
        if self._logs_requests:
            threading.Thread(target=self._watch_readiness, name="nnbench-readiness", daemon=True).start()

    def run_beside(self, begin: Callable[[], None], end: Callable[[], None]) -> None:
        """A part beside the requests, which begins when the server does and ends after its last request."""
        self._starts.append(begin)
        self._ends.append(end)

    def end(self) -> None:
        """The server has answered its last request."""
        self._ended.set()
        for end in self._ends:
            end()
        if self._logs_requests:
            self._note_readiness()
            log.info("The process has stopped.", extra=beside(event="stopped"))

    def _watch_readiness(self) -> None:
        while not self._ended.wait(LOOK_SECONDS):
            self._note_readiness()

    def _note_readiness(self) -> None:
        """A line of the log where the process has become ready, or no longer is."""
        with self._noting:
            word, before = self.readiness.missing(), self._word
            self._word = word
        if word != before and word in SENTENCES and (before != "store" or word):
            log.info(SENTENCES[word], extra=beside(event=word or "ready"))

    def answered(self, request: Answered) -> None:
        """A request was answered."""
        self.metrics.answered(request)
        if self._logs_requests and (request.kind != LIGHT or request.outcome == "cut"):
            log_answered(request)


def prometheus_metrics() -> Metrics:
    """Metrics that Prometheus reads; SettingsError without the library, which is optional and imported here."""
    try:
        found: Metrics = import_module("webapp.operations.prometheus").PrometheusMetrics()
    except ModuleNotFoundError as error:
        raise SettingsError(
            f"METRICS_PORT needs the package prometheus-client, and {error.name} is not installed. Call "
            "pip install nnbench[metrics], or leave METRICS_PORT out."
        ) from None
    return found
