"""Metrics for Prometheus, on a listener of their own: nothing of them is reached through the page's port."""

from collections.abc import Callable, Iterator

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, ProcessCollector, start_http_server
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, Metric

from webapp.operations.metrics import Answered, CountedCache, Metrics
from webapp.settings import SettingsError

SECONDS = (0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1.0, 2.0, 5.0, 10.0, 30.0, 60.0)
STORE_SECONDS = (0.0001, 0.0003, 0.001, 0.003, 0.01, 0.03, 0.1, 0.3, 1.0, 3.0)
"""Upper bounds of the columns of a histogram."""


class PrometheusMetrics(Metrics):
    """The numbers of one process."""

    def __init__(self) -> None:
        self.registry = CollectorRegistry()
        self._requests = Histogram(
            "nnbench_request_seconds",
            "Seconds from a whole request to its answer, by kind (a turned knob: knob or long) and outcome",
            ("kind", "outcome"),
            registry=self.registry,
            buckets=SECONDS,
        )
        self._runs = Histogram(
            "nnbench_run_seconds",
            "Seconds of a run made for a knob",
            registry=self.registry,
            buckets=SECONDS,
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
        self._caches = Caches()
        self.registry.register(self._caches)
        ProcessCollector(registry=self.registry)

    def answered(self, request: Answered) -> None:
        self._requests.labels(request.kind, request.outcome).observe(request.seconds)

    def trained(self, seconds: float) -> None:
        self._runs.observe(seconds)

    def swept(self, pieces: int, runs: int) -> None:
        self._pieces.inc(pieces)
        self._swept.inc(runs)

    def stored(self, operation: str, outcome: str, seconds: float) -> None:
        self._store.labels(operation, outcome).observe(seconds)

    def watch_cache(self, name: str, cache: CountedCache) -> None:
        self._caches.by_name[name] = cache

    def watch_waiting(self, kind: str, count: Callable[[], int]) -> None:
        self._waiting.labels(kind).set_function(count)

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
