"""Prometheus reads what deploy/ has for it, and the dashboard asks for what a bench says of itself."""

import contextlib
import json
import re
import shutil
import subprocess
import time
import urllib.parse
import urllib.request
from pathlib import Path
from typing import Any

import pytest
import yaml

from benchmarks.fleet import free_port
from benchmarks.load import Visitor, server
from webapp.operations.prometheus import PrometheusMetrics

ROOT = Path(__file__).parents[2]
DEPLOY = ROOT / "deploy"
needs_prometheus = pytest.mark.skipif(
    not all(map(shutil.which, ("prometheus", "promtool"))),
    reason="Prometheus is not installed (on Debian: apt-get install prometheus)",
)
PANELS: list[dict[str, Any]] = json.loads((DEPLOY / "dashboard.json").read_text("utf-8"))["panels"]
EXPRESSIONS = [target["expr"].replace("$__rate_interval", "1m") for panel in PANELS for target in panel["targets"]]
(GROUP,) = yaml.safe_load((DEPLOY / "alerts.yml").read_text("utf-8"))["groups"]
ALERTS: dict[str, str] = {rule["alert"]: rule["expr"] for rule in GROUP["rules"]}


def test_the_dashboard_and_the_alerts_name_metrics_that_there_are_and_each_has_its_word() -> None:
    said = {sample.name for family in PrometheusMetrics().registry.collect() for sample in family.samples}
    families = {family.name for family in PrometheusMetrics().registry.collect()}
    for expression in (*EXPRESSIONS, *ALERTS.values()):
        for name in re.findall(r"\b(?:nnbench|process)_\w+", expression.replace('"nnbench"', "")):
            assert name in said or re.sub(r"_(total|bucket|count|sum|info)$", "", name) in families, name
    page = (ROOT / "docs" / "watching.md").read_text("utf-8")
    assert len(ALERTS) == 4
    assert [name for name in ALERTS if f"| `{name}` |" not in page] == []
    assert [panel["title"] for panel in PANELS if not panel["description"]] == []


@needs_prometheus
@pytest.mark.parametrize(
    "words",
    [("check", "config", "deploy/prometheus.yml"), ("test", "rules", "tests/deploy/alerts_test.yml")],
    ids=" ".join,
)
def test_prometheus_takes_the_files_and_raises_each_alert_where_it_is_due(words: tuple[str, ...]) -> None:
    checked = subprocess.run(["promtool", *words], cwd=ROOT, capture_output=True, text=True, check=False)
    assert checked.returncode == 0, checked.stdout + checked.stderr


@needs_prometheus
@pytest.mark.soak
def test_a_prometheus_that_reads_a_bench_answers_every_panel(tmp_path: Path) -> None:
    bench, port = free_port(), free_port()
    scraped = {"scrape_interval": "1s", "evaluation_interval": "1s"}
    job = {"job_name": "nnbench", "static_configs": [{"targets": [f"127.0.0.1:{bench}"]}]}
    alerts = [str(DEPLOY / "alerts.yml")]
    given = tmp_path / "prometheus.yml"
    given.write_text(yaml.safe_dump({"global": scraped, "rule_files": alerts, "scrape_configs": [job]}))
    words = ["prometheus", f"--config.file={given}", f"--storage.tsdb.path={tmp_path}/data"]
    with contextlib.ExitStack() as stack:
        url = stack.enter_context(server(str(tmp_path / "bench"), METRICS_PORT=f"{bench}"))
        watching = stack.enter_context(
            subprocess.Popen([*words, f"--web.listen-address=127.0.0.1:{port}"], stderr=subprocess.DEVNULL)
        )
        stack.callback(watching.terminate)
        visitor = Visitor(url)
        stack.callback(visitor.close)
        until = time.monotonic() + 30
        while len(asked(port, "nnbench_ready[1m]")) == 0 or time.monotonic() < until - 22:
            visitor.ask(alpha={"position": 0.2 + 0.01 * (time.monotonic() % 10)})
            time.sleep(0.2)
            assert time.monotonic() < until
        empty = [expression for expression in EXPRESSIONS if not asked(port, expression)]
        assert [one for one in empty if not re.search("not_ready|refused_total|outcome[!=]", one)] == []
        assert asked(port, "ALERTS") == []
        (build,) = asked(port, "nnbench_build_info")
    assert build["metric"]["version"]


def at(port: int) -> str:
    """Where Prometheus is asked."""
    return f"http://127.0.0.1:{port}"


def asked(port: int, expression: str) -> list[dict[str, Any]]:
    """The answer of Prometheus; nothing while it starts."""
    query = urllib.parse.urlencode({"query": expression})
    result: list[dict[str, Any]] = []
    with contextlib.suppress(OSError), urllib.request.urlopen(f"{at(port)}/api/v1/query?{query}", timeout=10) as answer:
        result = json.load(answer)["data"]["result"]
    return result
