"""deploy/compose.yaml names what there is, keeps every container small, and publishes the proxy's ports alone."""

import re
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest
import yaml

from webapp.operations.probes import READY
from webapp.settings import Settings, all_settings
from webapp.sweeps.sweeper import DRAIN_SECONDS

ROOT = Path(__file__).parents[2]
DEPLOY = ROOT / "deploy"
COMPOSE: dict[str, Any] = yaml.safe_load((DEPLOY / "compose.yaml").read_text("utf-8"))
SERVICES: dict[str, dict[str, Any]] = COMPOSE["services"]
PROXIES = {name for name, service in SERVICES.items() if service["image"].startswith("haproxy:")}
SWEEPER = "sweeper"
PROCESSES = {name for name, service in SERVICES.items() if service["image"] == "nnbench"} - {SWEEPER}
PROFILES = {
    "small": {"proxy", "web1", "web2"},
    "university": {"university-proxy", "web", "valkey"},
    "sweeps": {SWEEPER},
}


def test_each_profile_has_its_services_and_each_service_its_profile() -> None:
    found = {profile: {name for name, one in SERVICES.items() if profile in one["profiles"]} for profile in PROFILES}
    assert found == PROFILES
    assert set.union(*found.values()) == set(SERVICES)


@pytest.mark.parametrize("name", SERVICES)
def test_a_container_is_read_only_without_capabilities_and_with_bounds(name: str) -> None:
    service = SERVICES[name]
    assert service["read_only"] is True
    assert service["cap_drop"] == ["ALL"]
    assert service["security_opt"] == ["no-new-privileges:true"]
    assert service["pids_limit"] == 256
    assert service["mem_limit"]


def test_the_image_stands_on_a_base_that_is_named_by_its_digest_unless_somebody_says_another() -> None:
    for name in PROCESSES | {SWEEPER}:
        [(argument, text)] = SERVICES[name]["build"]["args"].items()
        assert re.fullmatch(rf"\$\{{{argument}-@sha256:[0-9a-f]{{64}}}}", text)
        assert f"ARG {argument}=\n" in (ROOT / "Dockerfile").read_text("utf-8")


def test_the_proxy_alone_is_published() -> None:
    assert {name for name, service in SERVICES.items() if "ports" in service} == PROXIES
    assert COMPOSE["networks"]["store"]["internal"] is True
    assert SERVICES["valkey"]["networks"] == ["store"]


@pytest.mark.parametrize("name", sorted(PROCESSES))
def test_a_process_gets_settings_that_there_are_and_time_to_end(name: str) -> None:
    given = SERVICES[name]["environment"]
    assert given.keys() <= {row.name for row in all_settings()}
    read = Settings.from_environment({key: text for key, text in given.items() if "$" not in text})
    assert (read.trusted_proxies, read.drain_seconds) == (1, 3)
    assert int(SERVICES[name]["stop_grace_period"].removesuffix("s")) >= read.drain_seconds + 5
    assert READY in " ".join(SERVICES[name]["healthcheck"]["test"])


def test_the_sweeper_shares_the_store_and_the_secret_and_has_time_to_end() -> None:
    service = SERVICES[SWEEPER]
    assert service["environment"].keys() <= {row.name for row in all_settings()}
    assert service["volumes"] == SERVICES["web1"]["volumes"]
    assert set(service["networks"]) == set(SERVICES["web"]["networks"])
    assert service["command"][-1] == "sweeper"
    assert service["healthcheck"]["test"][1:] == [*service["command"], "--check"]
    assert int(service["stop_grace_period"].removesuffix("s")) >= DRAIN_SECONDS + 5


@pytest.mark.parametrize("name", sorted(PROXIES))
def test_the_proxy_gets_what_its_configuration_reads(name: str) -> None:
    read = set(re.findall(r"\$\{(\w+)\}", (DEPLOY / "haproxy.cfg").read_text("utf-8")))
    assert SERVICES[name]["environment"].keys() <= read
    assert any(volume.startswith("./haproxy.cfg:") for volume in SERVICES[name]["volumes"])


def test_valkey_keeps_what_it_acknowledges() -> None:
    command = " ".join(SERVICES["valkey"]["command"])
    for words in ("--appendonly yes", "--appendfsync always", "--maxmemory-policy noeviction", "--requirepass"):
        assert words in command


def compose(*words: str) -> "subprocess.CompletedProcess[str]":
    return subprocess.run(["docker", "compose", *words], capture_output=True, text=True, check=False)


@pytest.mark.parametrize("profile", PROFILES)
def test_compose_reads_it(profile: str) -> None:
    if shutil.which("docker") is None or compose("version").returncode:
        pytest.skip("Docker is not installed, or has no compose (on Debian: docker.io and docker-compose)")
    read = compose("-f", str(DEPLOY / "compose.yaml"), "--profile", profile, "config", "--services")
    assert read.returncode == 0, read.stderr
    assert set(read.stdout.split()) == PROFILES[profile]


@pytest.mark.soak
def test_both_profiles_come_up_are_upgraded_restored_and_scaled_without_an_error() -> None:
    checked = subprocess.run([str(DEPLOY / "check")], capture_output=True, text=True, check=False)
    if "nothing was checked" in checked.stdout:
        pytest.skip(checked.stdout.strip())
    assert checked.returncode == 0, checked.stdout + checked.stderr
