"""docs/hosting.md and watching.md name every setting of hosting, and nothing that there is not."""

import re
from pathlib import Path

import pytest
from prometheus_client.core import Metric

from webapp.limits import NO_LIMITS
from webapp.operations.prometheus import PrometheusMetrics
from webapp.settings import all_settings

ROOT = Path(__file__).parents[2]
PAGE = "".join((ROOT / "docs" / name).read_text("utf-8") for name in ("hosting.md", "watching.md"))
HOSTING = {
    *NO_LIMITS, "STORE", "TRAININGS", "THREADS", "QUEUE", "RUN_SECONDS", "CONNECTION_LIMIT", "POSTS_PER_SESSION",
    "POSTS_PER_ADDRESS", "SESSION_DAYS", "STORE_MB", "LINK_DAYS", "LINK_MB",
}  # fmt: skip
"""Where and how a server stands, and what an operator sizes; other limits are about one visitor."""


def variables(name: str) -> set[str]:
    """The environment variables that a file of deploy/ reads."""
    return set(re.findall(r"\$\{(\w+)", (ROOT / "deploy" / name).read_text("utf-8")))


def test_every_setting_of_hosting_is_named() -> None:
    assert {name for name in HOSTING if f"`{name}" not in PAGE} == set()


def test_every_setting_that_is_named_is_there() -> None:
    named = set(re.findall(r"`([A-Z][A-Z0-9_]+)[`=]", PAGE))
    known = {row.name for row in all_settings()} | variables("compose.yaml") | variables("haproxy.cfg")
    assert named <= known


def name_of(family: Metric) -> str:
    """The name of a metric as Prometheus has it."""
    return str(family.name) + {"counter": "_total", "info": "_info"}.get(family.type, "")


@pytest.mark.parametrize("name", sorted(set(re.findall(r"`((?:nnbench|process)_\w+)`", PAGE)) - {"nnbench_default"}))
def test_every_metric_that_is_named_is_there(name: str) -> None:
    metrics = PrometheusMetrics()
    assert name in {name_of(family) for family in metrics.registry.collect()}


def test_every_metric_of_ours_is_named() -> None:
    families = [family for family in PrometheusMetrics().registry.collect() if family.name.startswith("nnbench")]
    assert {name for name in map(name_of, families) if f"`{name}`" not in PAGE} == set()


def test_the_readmes_line_for_a_class_is_the_pages() -> None:
    line = "docker compose -f deploy/compose.yaml --profile small up"
    assert line in PAGE
    assert line in (ROOT / "README.md").read_text("utf-8")
