"""docs/hosting.md and watching.md name every setting of hosting, and nothing that there is not."""

import base64
import re
import secrets
from pathlib import Path
from typing import get_args

import pytest
import yaml
from prometheus_client.core import Metric

from engine.formula.syntax import DEEPEST, LONGEST
from tests.webapp.asking import NO_LIMITS
from webapp.analyses.routes import LARGEST_BODY
from webapp.classes.rooms.rooms import ROOM_BYTES
from webapp.http.connections.connection import WINDOW_BYTES, WINDOW_SECONDS
from webapp.http.connections.event_loop import UNREAD_BYTES
from webapp.http.kinds import Kind
from webapp.http.rate_limit import LARGE as LARGE_POST
from webapp.http.server import HEADER_BYTES
from webapp.jobs.job import Outcome
from webapp.jobs.worker_slots import MOST_WAITING_TABS
from webapp.links.short_links import NAME_LENGTH
from webapp.operations.metrics import StoreOutcome
from webapp.operations.prometheus import PrometheusMetrics
from webapp.operations.store_watch import PATIENCE
from webapp.sessions.seal import CLOCK_SKEW
from webapp.settings import Settings, all_settings
from webapp.sweeps.job import MOST_OWNERS
from webapp.sweeps.jobs import HEARD_SECONDS
from webapp.sweeps.loss_file import MOST_RUNS
from webapp.sweeps.pieces import CELL_BYTES, LOSS_BYTES, WHOLE_IN_PAGE
from webapp.sweeps.sweeper import DRAIN_SECONDS

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


GUIDE = (ROOT / "docs" / "hosting.md").read_text("utf-8")
COMPOSE_TEXT = (ROOT / "deploy" / "compose.yaml").read_text("utf-8")
COMPOSE = yaml.safe_load(COMPOSE_TEXT)["services"]
UNIT = (ROOT / "deploy" / "nnbench@.service").read_text("utf-8")


def test_the_commands_without_compose_give_what_compose_gives() -> None:
    part = GUIDE.partition("### Without Compose")[2].partition("\n## ")[0]
    known = {row.name for row in all_settings()} | variables("haproxy.cfg") | {"HTTP", "HTTPS", "NEW", "PASSWORD"}
    assert set(re.findall(r"^([A-Z][A-Z0-9_]+)=", part, re.MULTILINE)) <= known
    for flag in ("appendonly yes", "appendfsync always", 'save ""', "maxmemory-policy noeviction"):
        assert f"\n{flag}\n" in part
        assert f"--{flag}" in COMPOSE_TEXT
    for name in ("TRUSTED_PROXIES", "DRAIN_SECONDS"):
        assert f"\n{name}={COMPOSE['web1']['environment'][name]}\n" in part
    (words,) = re.findall(r"^Environment=(.*)$", UNIT, re.MULTILINE)
    names = {word.partition("=")[0] for word in words.split()}
    assert names - {row.name for row in all_settings()} == {"OPENBLAS_NUM_THREADS"}
    assert int(re.findall(r"TimeoutStopSec=(\d+)", UNIT)[0]) >= int(COMPOSE["web1"]["stop_grace_period"].rstrip("s"))
    assert int(re.findall(r"LimitNOFILE=(\d+)", UNIT)[0]) > Settings().connection_limit


def test_every_kind_and_outcome_of_the_metrics_has_its_word() -> None:
    part = PAGE.partition("Requests by kind: ")[2].partition("\n## ")[0]
    words = {*get_args(Outcome), *get_args(StoreOutcome), *(kind.value for kind in Kind)}
    assert set(re.findall(r"`(\w+)`", part)) == words


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


PROXY = (ROOT / "deploy" / "haproxy.cfg").read_text("utf-8")
SECURITY = " ".join((ROOT / "docs" / "security.md").read_text("utf-8").split())

PAGES = r"backend pages\n    default-server maxconn (\d+)"


def given(name: str) -> str:
    """The value that haproxy.cfg gives a variable that nobody has set."""
    (found,) = re.findall(rf"presetenv {name} (\S+)", PROXY)
    return str(found)


def seconds_of(line: str) -> int:
    """The seconds of a line of haproxy.cfg."""
    (found,) = re.findall(rf"\n    {line} (\d+)s", PROXY)
    return int(found)


@pytest.mark.parametrize("claim", [
    f"`REQUESTS_PER_ADDRESS` ({int(given('REQUESTS_PER_ADDRESS')):,} in ten seconds",
    f"`CONNECTIONS_PER_ADDRESS` ({int(given('CONNECTIONS_PER_ADDRESS')):,})",
    f"Two processes take {2 * int(re.findall(PAGES, PROXY)[0]):,} connections",
    f"`COOKIE_LIFE` ({given('COOKIE_LIFE').removesuffix('m')} minutes)", f"{Settings().port} and 8443 unless given",
    f"within {COMPOSE['web1']['mem_limit'].removesuffix('g')} GB",
    f"`WEB` processes ({COMPOSE['web']['deploy']['replicas'].partition(':-')[2].rstrip('}')} unless given)",
    f"within {COMPOSE['web1']['stop_grace_period'].removesuffix('s')} seconds (`stop_grace_period`)",
    f"within {DRAIN_SECONDS:g} seconds, and gives its jobs back", f"been heard of within {HEARD_SECONDS:g} seconds",
    f"at most {CELL_BYTES} bytes a run", f"{CELL_BYTES + LOSS_BYTES} bytes a run of `SWEEP_MB`",
    f"more than {WHOLE_IN_PAGE // 10**6} million runs",
    f"up to {'two' if MOST_RUNS == 2 * 10**6 else MOST_RUNS} million runs at a time",
    f"each reserves {ROOM_BYTES // 2**20} MB",
    f"whose clocks may differ by {'an hour' if CLOCK_SKEW == 3600 else CLOCK_SKEW}",
    f"does not answer for {'three' if PATIENCE == 3 else PATIENCE} seconds",
])  # fmt: skip
def test_a_number_of_the_page_is_the_one_in_force(claim: str) -> None:
    assert claim in " ".join(PAGE.split())


def test_the_proxy_waits_longer_than_the_longest_run_and_processes_drain_as_long_as_it_takes_to_see_it() -> None:
    assert seconds_of("timeout server") > Settings().run_seconds
    (fall,) = re.findall(r"check inter 1s fall (\d+)", PROXY)
    assert int(COMPOSE["web1"]["environment"]["DRAIN_SECONDS"]) > int(fall)


@pytest.mark.parametrize("claim", [
    f"{8 * len(base64.urlsafe_b64decode(secrets.token_urlsafe(24)))} random bits", f"at most {LONGEST} characters",
    f"{DEEPEST} deep", f"{NAME_LENGTH * 6} bits of a hash of its content",
    f"headers are at most {HEADER_BYTES // 1024} kB", f"at most {LARGEST_BODY // 1024} kB large",
    f"a session with {'eight' if MOST_WAITING_TABS == 8 else MOST_WAITING_TABS} tabs",
    f"a job has at most {MOST_OWNERS} owners", f"once more for every {LARGE_POST // 1024} kB",
    f"{WINDOW_BYTES // 1000} kB in {WINDOW_SECONDS:g} s or cut", f"is at most {UNREAD_BYTES // 2**20} MB",
])  # fmt: skip
def test_a_number_of_the_page_about_security_is_the_one_in_force(claim: str) -> None:
    assert claim in SECURITY


def test_every_test_that_the_page_about_security_names_is_there() -> None:
    named = set(re.findall(r"`(test_\w+\.py)`", SECURITY))
    assert named - {path.name for path in (ROOT / "tests").rglob("test_*.py")} == set()
