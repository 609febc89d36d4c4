"""Settings are rows, and a bad value stops the start with a sentence."""

import logging
import os
import stat
import threading
from dataclasses import replace
from pathlib import Path

import pytest

from tests.engine.asserting import refuses
from tests.webapp.asking import together
from webapp.settings import Settings, SettingsError, all_settings, whole_number

SECRET = "s" * 32

BAD = [
    ({"PORT": "eighty"}, "PORT must be a whole number from 0 to 65535, and it is 'eighty'."),
    ({"PORT": "70000"}, "PORT must be a whole number from 0 to 65535, and it is '70000'."),
    ({"PORT": "-1"}, "leave PORT out for 8050."),
    ({"PORT": "8" * 5000}, "PORT must be a whole number"),
    ({"THREADS": "0"}, "THREADS must be a whole number from 1 to 10100"),
    ({"THREADS": "٣"}, "THREADS must be a whole number"),
    ({"STORE": "redis"}, "STORE must be sqlite, memory, valkey://host:port or valkeys://host:port, and it is 'redis'."),
    ({"STORE": "redis://:hunter2@h"}, "and it is no such address. Change it, or leave STORE out for sqlite."),
    ({"STORE": "valkey://h:65536", "SECRET_KEY": SECRET}, "and it is no such address."),
    ({"STORE": "valkey://h/0?db=1", "SECRET_KEY": SECRET}, "and it is no such address."),
    ({"STORE": "valkey://h"}, "SECRET_KEY must be given when STORE is a Valkey server, and it is not: each process"),
    ({"DRAIN_SECONDS": "11"}, "DRAIN_SECONDS must be a whole number from 0 to 10"),
    ({"METRICS_PORT": "0"}, "METRICS_PORT must be a port, or an address and a port like 0.0.0.0:9464, and it is '0'."),
    ({"METRICS_PORT": "[::1]:99999"}, "METRICS_PORT must be a port"),
    ({"METRICS_PORT": "http://localhost:9464"}, "leave METRICS_PORT out."),
    ({"SWEEP_RUNS": "10000001"}, "SWEEP_DIR must be given when SWEEP_RUNS is more than 10000000, and it is not"),
    ({"SWEEP_DIR": "~nobody-here/s"}, "SWEEP_DIR must be a folder, and nobody has the home of '~nobody-here/s'."),
    ({"DATA_DIR": "~nobody-here"}, "leave DATA_DIR out for ~/.nnbench."),
    ({"DASK_SCHEDULER": "tcp://scheduler:87860"}, "DASK_SCHEDULER must be an address like"),
    ({"DASK_SCHEDULER": "scheduler:8786"}, "DASK_SCHEDULER must be an address like tls://scheduler.example.org:8786"),
    ({"MAX_SAMPLES": "9999"}, "MAX_SAMPLES must be a whole number from 10000 to 1000000, and it is '9999'."),
    ({"SWEEPER": "maybe"}, "SWEEPER must be yes or no, and it is 'maybe'."),
    ({"LOG": "yaml"}, "LOG must be text or json, and it is 'yaml'."),
    ({"OPEN_BROWSER": "maybe"}, "OPEN_BROWSER must be yes or no, and it is 'maybe'."),
    (
        {"SECRET_KEY": "\udcff" * 32},
        "SECRET_KEY must be text in UTF-8, and it is not. Change it, or leave SECRET_KEY out.",
    ),
    ({"SECRET_KEY": "hunter2"}, "SECRET_KEY must have at least 32 characters, and it has 7."),
    ({"PUBLIC_URL": "bench.example.org"}, "PUBLIC_URL must be an address like https://bench.example.org"),
    ({"PUBLIC_URL": "https://me:pw@example.org"}, "PUBLIC_URL must be an address"),
    ({"PUBLIC_URL": "http://example.org/?a=1"}, "PUBLIC_URL must be a path like /nnbench"),
    ({"PUBLIC_URL": "http://example.org:99999"}, "PUBLIC_URL must be an address like https://bench.example.org"),
    ({"PUBLIC_URL": "http://example.org:0"}, "PUBLIC_URL must be an address like https://bench.example.org"),
    ({"PUBLIC_URL": "http://[:::]"}, "PUBLIC_URL must be an address like https://bench.example.org"),
    ({"PUBLIC_URL": "ftp://example.org"}, "PUBLIC_URL must be an address"),
    ({"PUBLIC_URL": "https://example.org"}, "SECRET_KEY must be given when PUBLIC_URL is https, and it is not."),
    ({"FRAME_ANCESTORS": "school.example.org"}, "FRAME_ANCESTORS must be origins like https://school.example.org, and"),
    ({"FRAME_ANCESTORS": "https://a.org:99999"}, "one of them is 'https://a.org:99999'."),
    ({"FRAME_ANCESTORS": "https://a.org *"}, "one of them is '*'."),
    ({"FRAME_ANCESTORS": "https://a.org/page"}, "one of them is 'https://a.org/page'."),
    ({"FRAME_ANCESTORS": "https://a.org; script-src"}, "one of them is 'https://a.org;'."),
    ({"FRAME_ANCESTORS": "'self'"}, "leave FRAME_ANCESTORS out."),
    ({"URL_PREFIX": "/a b"}, "URL_PREFIX must be a path like /nnbench, and it is '/a b'."),
    ({"URL_PREFIX": "/../etc"}, "URL_PREFIX must be a path"),
    ({"URL_PREFIX": "/a", "PUBLIC_URL": "http://h/b"}, "URL_PREFIX must be the path of PUBLIC_URL, /b,"),
    ({"URL_PREFIX": "/a", "PUBLIC_URL": "http://h"}, "the path of PUBLIC_URL, which has none, and it is /a."),
]


def test_a_bad_value_is_refused_with_its_cure_and_a_secret_or_address_never_repeated() -> None:
    for environ, sentence in BAD:
        with pytest.raises(SettingsError) as refused:
            Settings.from_environment(environ)
        assert sentence in str(refused.value)
        assert str(refused.value).endswith(".")
    for key in ["hunter2", "correct horse battery"]:
        with pytest.raises(SettingsError) as refused:
            Settings.from_environment({"SECRET_KEY": key})
        assert key not in str(refused.value)
    assert SECRET not in repr(Settings(secret_key=SECRET))
    assert "hunter2" not in repr(Settings(secret_key=SECRET, store="valkey://ann:hunter2@h"))
    for text in ["valkey://ann:hunter2@", "valkey:/ann:hunter2@h", "ann:hunter2@h", "valkey://:hunter2"]:
        with pytest.raises(SettingsError) as refused:
            Settings.from_environment({"STORE": text, "SECRET_KEY": SECRET})
        assert "hunter2" not in str(refused.value)


def test_environments_give_the_defaults_or_names_that_are_unique_and_documented() -> None:
    assert Settings.from_environment({}) == Settings()
    assert Settings.from_environment({"PORT": "  ", "PUBLIC_URL": ""}) == Settings()
    given = {row.name: row.default for row in all_settings() if row.default}
    assert Settings.from_environment(given) == Settings()
    found = Settings.from_environment({"PORT": "80", "DATA_DIR": "/data", "OPEN_BROWSER": "No", "SESSION_DAYS": "2"})
    assert (found.port, found.data_dir, found.open_browser) == (80, Path("/data"), False)
    assert found.session_seconds == 2 * 86_400
    for text, kind in [
        ("sqlite", "sqlite"), ("memory", "memory"), ("valkey://127.0.0.1", "valkey"),
        ("valkeys://ann:p%40ss@store.example.org:6380/3", "valkey"), ("valkey://:pass@[::1]:6379/", "valkey"),
    ]:  # fmt: skip
        found = Settings.from_environment({"STORE": text, "SECRET_KEY": SECRET})
        assert (found.store, found.store_kind) == (text, kind)
    for text, origins in ANCESTORS:
        assert Settings.from_environment({"FRAME_ANCESTORS": text}).frame_ancestors == origins
    for text, place in [
        ("", None), ("9464", ("127.0.0.1", 9464)), ("0.0.0.0:9464", ("0.0.0.0", 9464)), ("[::1]:9464", ("::1", 9464)),
        ("metrics.example.org:1", ("metrics.example.org", 1)),
    ]:  # fmt: skip
        assert Settings.from_environment({"METRICS_PORT": text}).metrics_port == place
    assert len({row.name for row in all_settings()}) == len(all_settings())
    assert all(row.sentence.endswith(".") and "|" not in row.sentence for row in all_settings())
    refuses(ValueError, whole_number(1, 9), "+3", match="must be")
    refuses(SettingsError, replace, Settings(), public_url="https://example.org", match="SECRET_KEY")
    for url, prefix, public, full_prefix, https, origin in URLS:
        found = Settings.from_environment({"PUBLIC_URL": url, "URL_PREFIX": prefix, "SECRET_KEY": SECRET})
        assert (found.public_url, found.prefix, found.https, found.origin) == (public, full_prefix, https, origin)
        assert found.hosted == bool(url)


ANCESTORS = [
    ("", ()), ("https://School.example.org", ("https://school.example.org",)),
    ("https://a.org, http://localhost:8080", ("https://a.org", "http://localhost:8080")),
    ("https://a.org http://[::1]:80,https://a.org", ("https://a.org", "http://[::1]:80")),
]  # fmt: skip

URLS = [
    ("", "", "", "/", False, ""),
    ("", "bench/", "", "/bench/", False, ""),
    ("http://Bench.Example.org/", "", "http://bench.example.org", "/", False, "http://bench.example.org"),
    ("https://h.org:443/a/b/", "", "https://h.org:443/a/b", "/a/b/", True, "https://h.org"),
    ("https://h.org:8443", "", "https://h.org:8443", "/", True, "https://h.org:8443"),
    ("http://h/a", "/a/", "http://h/a", "/a/", False, "http://h"),
    ("http://[::1]:8050", "", "http://[::1]:8050", "/", False, "http://[::1]:8050"),
]


def test_processes_that_start_together_share_one_secret_of_each_folder(tmp_path: Path) -> None:
    found: list[str] = []
    all_there = threading.Barrier(8)

    def start() -> None:
        all_there.wait()
        found.append(Settings(data_dir=tmp_path).with_data_folder().secret_key)

    together(*[start] * 8)
    assert (len(found), len(set(found))) == (8, 1)
    settings = Settings(data_dir=tmp_path / "new" / "folder")
    first, second = settings.with_data_folder(), settings.with_data_folder()
    assert first == second == first.with_data_folder()
    assert len(first.secret_key) >= 32
    assert stat.S_IMODE((first.data_dir / "secret").stat().st_mode) == 0o600
    assert stat.S_IMODE(first.data_dir.stat().st_mode) == 0o700
    assert [path.name for path in first.data_dir.iterdir()] == ["secret"]
    assert len({Settings(data_dir=tmp_path / name).with_data_folder().secret_key for name in "ab"}) == 2
    (tmp_path / "secret").write_text(SECRET)
    (tmp_path / "secret").chmod(0o644)
    assert Settings(data_dir=tmp_path).with_data_folder().secret_key == SECRET
    assert stat.S_IMODE((tmp_path / "secret").stat().st_mode) == 0o600


def test_a_given_secret_is_not_written_down(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert Settings(data_dir=tmp_path, secret_key=SECRET).with_data_folder().secret_key == SECRET
    assert list(tmp_path.iterdir()) == []
    settings = Settings(data_dir=tmp_path / "none", secret_key=SECRET, store="valkey://h")
    assert (settings.with_data_folder(), list(tmp_path.iterdir())) == (settings, [])
    monkeypatch.setenv("HOME", str(tmp_path))
    assert Settings().with_data_folder().data_dir == tmp_path / ".nnbench"
    (tmp_path / "secret").write_text("short")
    with pytest.raises(SettingsError, match=r"at least 32 characters, and it has 5\. Delete the file"):
        Settings(data_dir=tmp_path).with_data_folder()


def test_a_temporary_folder_serves_and_the_log_warns(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    blocked = tmp_path / "a file"
    blocked.touch()
    with caplog.at_level(logging.WARNING):
        found = Settings(data_dir=blocked / "data").with_data_folder()
    assert found.data_dir.is_dir()
    assert os.access(found.data_dir, os.W_OK)
    assert len(found.secret_key) >= 32
    assert "Give DATA_DIR a folder that can be written." in caplog.text
    assert found.secret_key not in caplog.text
