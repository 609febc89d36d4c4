"""Metrics for Prometheus, on a listener of their own: nothing of them is reached through the page's port."""

import platform
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from functools import partial

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, Info, ProcessCollector, start_http_server
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, Metric

from webapp.base.version import version
from webapp.operations.metrics import Answered, CountedCache, Metrics, StoreOutcome
from webapp.operations.readiness import WORDS
from webapp.settings import SettingsError
from webapp.store import Clock, Contents, StoreError

SECONDS = (0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1.0, 2.0, 5.0, 10.0, 30.0, 60.0)
RUN_SECONDS = (0.00005, 0.0001, 0.0002, 0.0005, 0.001, *SECONDS)
STORE_SECONDS = (0.0001, 0.0003, 0.001, 0.003, 0.01, 0.03, 0.1, 0.3, 1.0, 3.0)
"""Upper bounds of the columns of a histogram."""
COUNTED_SECONDS = 15.0
"""Seconds for which the contents of a store are not counted again."""
CONTENTS = {
    "sessions": ("Sessions with stored weights", ""),
    "tabs": ("Tabs with stored weights", ""),
    "links": ("Short links", ""),
    "rooms": ("Classes that are open", ""),
    "sweeps": ("Sweeps by state: wanted, done, cancelled or failed", "state"),
    "store_bytes": ("Bytes of a store as its limit counts them; of sweeps those that are reserved", "store"),
}
"""The numbers of what stores hold: the name of each, its sentence, and its label."""


class PrometheusMetrics(Metrics):
    """The numbers of one process."""

    def __init__(self, clock: Clock = time.monotonic) -> None:
        self.registry = CollectorRegistry()
        self._requests = Histogram(
            "nnbench_request_seconds",
            "Seconds from a whole request to its answer, by kind (a turned knob: knob or long; the page and its files: "
            "light) and outcome",
            ("kind", "outcome"),
            registry=self.registry,
            buckets=SECONDS,
        )
        self._runs = Histogram(
            "nnbench_run_seconds",
            "Seconds of a run made for a knob",
            registry=self.registry,
            buckets=RUN_SECONDS,
        )
        self._refused = Counter(
            "nnbench_refused", "Requests refused, by the limit that was met", ("limit",), registry=self.registry
        )
        self._pieces = Counter("nnbench_sweep_pieces", "Pieces of sweeps, made and stored", registry=self.registry)
        self._swept = Counter("nnbench_sweep_runs", "Runs in these pieces", registry=self.registry)
        self._store = Histogram(
            "nnbench_store_seconds",
            "Seconds of an operation of the store of sessions",
            ("operation", "outcome"),
            registry=self.registry,
            buckets=STORE_SECONDS,
        )
        self._waiting = Gauge(
            "nnbench_waiting_requests", "Requests waiting for a slot", ("kind",), registry=self.registry
        )
        self._kernel = Gauge("nnbench_kernel_ready", "1 once the kernel is compiled", registry=self.registry)
        self._connections = Gauge("nnbench_connections", "Connections that are open", registry=self.registry)
        self._ready = Gauge("nnbench_ready", "1 while the process takes requests", registry=self.registry)
        self._not_ready = Gauge(
            "nnbench_not_ready", "1 for the reason why it does not", ("why",), registry=self.registry
        )
        self._contents = StoreContents(clock)
        self.registry.register(self._contents)
        Info("nnbench_build", "What runs here", registry=self.registry).info(
            {"version": version(), "python": platform.python_version()}
        )
        self._caches = Caches()
        self.registry.register(self._caches)
        ProcessCollector(registry=self.registry)

    def answered(self, request: Answered) -> None:
        self._requests.labels(request.kind, request.outcome).observe(request.seconds)
        if request.limit:
            self._refused.labels(request.limit).inc()

    def trained(self, seconds: float) -> None:
        self._runs.observe(seconds)

    def swept(self, pieces: int, runs: int) -> None:
        self._pieces.inc(pieces)
        self._swept.inc(runs)

    def stored(self, operation: str, outcome: StoreOutcome, seconds: float) -> None:
        self._store.labels(operation, outcome).observe(seconds)

    def watch_cache(self, name: str, cache: CountedCache) -> None:
        self._caches.by_name[name] = cache

    def watch_waiting(self, kind: str, count: Callable[[], int]) -> None:
        self._waiting.labels(kind).set_function(count)

    def watch_connections(self, count: Callable[[], int]) -> None:
        self._connections.set_function(count)

    def watch_readiness(self, missing: Callable[[], str]) -> None:
        self._ready.set_function(lambda: float(not missing()))
        for why in WORDS:
            self._not_ready.labels(why).set_function(partial(_is_missing, missing, why))

    def watch_contents(self, contents: Callable[[], Contents]) -> None:
        self._contents.of_stores.append(contents)

    def watch_kernel(self, ready: Callable[[], bool]) -> None:
        self._kernel.set_function(lambda: float(ready()))

    def listen(self, address: str, port: int) -> None:
        """Serves them there, on threads of their own; SettingsError when the port cannot be had."""
        try:
            start_http_server(port, address, self.registry)
        except OSError as error:
            raise SettingsError(
                f"METRICS_PORT must be a port that is free, and {address}:{port} cannot be listened on "
                f"({error.strerror}). Give another one, or leave METRICS_PORT out."
            ) from error


def _is_missing(missing: Callable[[], str], why: str) -> float:
    return float(missing() == why)


class StoreContents:
    """The contents of the stores, counted when somebody asks and they are old; a store that is away has none."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self.of_stores: list[Callable[[], Contents]] = []
        self._lock = threading.Lock()
        self._found: list[Contents] = []
        self._old_at = 0.0

    def collect(self) -> Iterator[Metric]:
        """A family of numbers for each row of CONTENTS."""
        with self._lock:
            if self._clock() >= self._old_at:
                self._found = [found for contents in self.of_stores if (found := _counted(contents)) is not None]
                self._old_at = self._clock() + COUNTED_SECONDS * bool(self.of_stores)
        for name, (sentence, label) in CONTENTS.items():
            family = GaugeMetricFamily(f"nnbench_{name}", sentence, labels=[label] if label else [])
            for number in [found[name] for found in self._found if name in found]:
                for value, amount in number.items() if isinstance(number, Mapping) else [("", number)]:
                    family.add_metric([value] if label else [], amount)
            yield family


def _counted(contents: Callable[[], Contents]) -> Contents | None:
    try:
        return contents()
    except StoreError:
        return None


class Caches:
    """The counts of each cache, read when somebody asks."""

    def __init__(self) -> None:
        self.by_name: dict[str, CountedCache] = {}

    def collect(self) -> Iterator[Metric]:
        """The three numbers of each."""
        found = CounterMetricFamily("nnbench_cache_hits", "Values found in a cache", labels=["cache"])
        missed = CounterMetricFamily("nnbench_cache_misses", "Values not found in a cache", labels=["cache"])
        taken = GaugeMetricFamily("nnbench_cache_bytes", "Bytes of the values in a cache", labels=["cache"])
        for name, cache in self.by_name.items():
            found.add_metric([name], cache.hits)
            missed.add_metric([name], cache.misses)
            taken.add_metric([name], cache.taken)
        yield from (found, missed, taken)
