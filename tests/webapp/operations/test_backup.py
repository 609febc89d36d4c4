"""A backup that is made while a bench is in use brings back all of it; what is no whole backup changes nothing."""

import io
import json
import logging
import os
import re
import shutil
import subprocess
import tarfile
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, closing
from pathlib import Path

import pytest
import yaml

from engine import CATALOGUE
from tests.engine.asserting import refuses
from tests.webapp.store.valkey_server import ValkeyServer, needs_valkey, until
from webapp.operations import backup as backup_module
from webapp.operations.backup import restore_backup, write_backup
from webapp.sessions.sessions import Sessions
from webapp.settings import Settings
from webapp.store import Key, Limits, OtherStore, StoreError
from webapp.store.open_store import NEW_SECONDS
from webapp.store.sqlite import SqliteStore

ROOT = Path(__file__).parents[3]
CHECKPOINTS = 60
FIRST = CATALOGUE["circle"].experiment
NAMES = ["sessions.sqlite3", "secret"]


def sessions_in(folder: Path, **given: str) -> Sessions:
    """The sessions of a bench in that folder."""
    return Sessions.from_settings(Settings(data_dir=folder, **given).with_data_folder())  # type: ignore[arg-type]


def stored(sessions: Sessions) -> list[str]:
    """Stores checkpoints; the owner of each."""
    owners = [f"{k:032d}" for k in range(CHECKPOINTS)]
    for owner in owners:
        sessions.store_checkpoint(owner, "tab", FIRST.network(), FIRST.to_json())
    return owners


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder with a bench in it that has ended."""
    sessions = sessions_in(tmp_path / "bench")
    stored(sessions)
    sessions._store.close()
    return tmp_path / "bench"


@pytest.fixture(autouse=True)
def looks_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """No test waits for a process whose files were deleted, unless it has one."""
    monkeypatch.setattr(backup_module, "LOOKED_FOR", 0.0)


def backup_of(folder: Path) -> bytes:
    file = io.BytesIO()
    assert write_backup(Settings(data_dir=folder), file) == NAMES
    return file.getvalue()


def test_a_backup_of_a_bench_in_use_brings_back_every_checkpoint_in_files_of_their_owner_alone(tmp_path: Path) -> None:
    sessions = sessions_in(tmp_path / "bench")
    owners = stored(sessions)
    backup, other = backup_of(tmp_path / "bench"), tmp_path / "other"
    own = sessions_in(other)
    own.store_checkpoint("x" * 32, "tab", FIRST.network(), "{}")
    own._store.close()
    assert restore_backup(Settings(data_dir=other), io.BytesIO(backup)) == NAMES
    again = sessions_in(other)
    assert [again.checkpoint(owner, "tab") is not None for owner in owners].count(True) == CHECKPOINTS
    assert again.checkpoint("x" * 32, "tab") is None
    (aside,) = other.glob("before-restore-*")
    assert {"sessions.sqlite3", "secret"} <= {path.name for path in aside.iterdir()}
    assert {path.stat().st_mode & 0o777 for path in other.iterdir() if path.is_file()} == {0o600}


def tar_of(**files: bytes) -> bytes:
    """An archive with these files."""
    written = io.BytesIO()
    with tarfile.open(fileobj=written, mode="w") as tar:
        for name, data in files.items():
            member = tarfile.TarInfo(name)
            member.size = len(data)
            tar.addfile(member, io.BytesIO(data))
    return written.getvalue()


WRONG: dict[str, Callable[[bytes], bytes]] = {
    "empty": lambda backup: b"",
    "cut": lambda backup: backup[: len(backup) // 2],
    "without its end": lambda backup: backup[: backup.index(b"secret") - 512],
    "harmed": lambda backup: backup.replace(b"SQLite format 3", b"SQLite format 4"),
    "no archive": lambda backup: b"x" * 20_000,
    "of something else": lambda backup: tar_of(secret=b"x"),
    "with another path": lambda backup: tar_of(
        **{"backup.json": json.dumps({"format": "nnbench backup", "files": {"../x": {"sha256": ""}}}).encode()},
        **{"../x": b"x"},
    ),
}


@pytest.mark.parametrize("name", WRONG)
def test_what_is_no_whole_backup_changes_nothing(folder: Path, tmp_path: Path, name: str) -> None:
    harmed, there = io.BytesIO(WRONG[name](backup_of(folder))), tmp_path / "there"
    refuses(StoreError, restore_backup, Settings(data_dir=there), harmed, match="This is no backup")
    assert list(there.iterdir()) == []
    assert not (tmp_path / "x").exists()


def test_what_cannot_be_backed_up_is_said(folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    backup = io.BytesIO(backup_of(folder))
    running = sessions_in(folder)
    refuses(StoreError, restore_backup, Settings(data_dir=folder), backup, match="Stop all of them")
    shutil.rmtree(folder)
    with ThreadPoolExecutor(1) as beside, monkeypatch.context() as patched:
        patched.setattr(backup_module, "LOOKED_FOR", 10.0)
        restoring = beside.submit(restore_backup, Settings(data_dir=folder), backup)
        until(folder.is_dir)
        refuses(OtherStore, running.look, match="was deleted")
        refuses(StoreError, restoring.result, match="Stop all of them")
    running._store.close()
    shutil.rmtree(folder)
    restore_backup(Settings(data_dir=folder), backup)
    refuses(StoreError, write_backup, Settings(data_dir=tmp_path), backup, match="There is no bench in")
    refuses(StoreError, write_backup, Settings(store="memory"), backup, match="STORE is memory")
    with Path("/dev/full").open("wb") as full:
        refuses(StoreError, write_backup, Settings(data_dir=folder), full, match="was not made: .*No space left")
    assert [path.name for path in folder.iterdir() if path.is_dir()] == []
    (folder / "secret").unlink()
    without = io.BytesIO()
    write_backup(Settings(data_dir=folder), without)
    without.seek(0)
    refuses(StoreError, restore_backup, Settings(data_dir=tmp_path / "there"), without, match="has no secret")


def test_a_store_of_another_secret_is_refused_at_the_start(folder: Path) -> None:
    secret = (folder / "secret").read_text()
    (folder / "secret").unlink()
    for given in ({}, {"secret_key": "o" * 32}):
        with pytest.raises(StoreError, match="sealed with another SECRET_KEY, and cannot be opened"):
            sessions_in(folder, **given)
    assert sessions_in(folder, secret_key=secret).checkpoint("0" * 32, "tab") is not None


def test_a_store_of_an_earlier_version_has_no_check_value_and_gets_one(tmp_path: Path) -> None:
    roomy = Limits(1000.0, 100, 10_000_000)
    with closing(SqliteStore(tmp_path / "s.sqlite3", roomy)) as store:
        store.put(Key("a", "b"), b"row", 1, 0)
        store._file.execute("PRAGMA user_version = 0")
        store.join("one")
    with closing(SqliteStore(tmp_path / "s.sqlite3", roomy)) as store:
        refuses(StoreError, store.join, "two")


def aged(path: Path) -> None:
    """Makes a file look as if it had been there for a while."""
    then = time.time() - 2 * NEW_SECONDS
    os.utime(path, (then, then))


def test_an_empty_store_in_old_folders_is_said(folder: Path, tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    sessions_in(tmp_path / "new")
    assert caplog.text == ""
    (folder / "sessions.shared").unlink()
    (folder / "sessions.sqlite3").rename(folder / "sessions.backup")
    aged(folder / "secret")
    with pytest.raises(StoreError, match=r"is empty, and its folder is not new: it has secret, sessions\.backup\. Put"):
        sessions_in(folder)
    (folder / "sessions.backup").unlink()
    with caplog.at_level(logging.WARNING):
        sessions_in(folder)
    assert "is empty, and its folder is not new: it has secret. If it was to be restored" in caplog.text
    caplog.clear()
    for path in folder.glob("sessions.sqlite3*"):
        path.unlink()
    (folder / "secret").touch()
    sessions_in(folder)
    assert "its folder is not new: it has sessions.shared. If" in caplog.text


# Valkey: what the guide says, and what Compose starts

VALKEY: str = yaml.safe_load((ROOT / "deploy" / "compose.yaml").read_text("utf-8"))["services"]["valkey"]["command"][2]


def shown(after: str) -> str:
    """The shell's part of the guide's line that begins so, as the container gets it."""
    guide = (ROOT / "docs" / "hosting.md").read_text("utf-8")
    found = re.search(rf"{re.escape(after)} sh -c '([^']+)'", guide)
    assert found, after
    return found[1]


@needs_valkey
@pytest.mark.soak
def test_valkey_is_restored_as_the_guide_says_and_not_started_with_a_snapshot_alone(tmp_path: Path) -> None:
    data, other = tmp_path / "data", tmp_path / "other"
    data.mkdir()
    other.mkdir()
    given = {"secret_key": "s" * 32}
    with ExitStack() as stack:
        server = ValkeyServer(data)
        stack.callback(server.kill)
        owners = stored(sessions_in(data, store=server.address, **given))
        copying = shown("exec -T valkey").replace("/data", str(data)).replace("-cli", f"-cli -p {server.port}")
        backup = subprocess.run(["sh", "-c", copying], check=True, capture_output=True).stdout
    restoring = shown("run --rm -T valkey").replace("/data", str(other))
    for status in (0, 1):  # what is there already is not overwritten
        assert subprocess.run(["sh", "-c", restoring], input=backup, check=False, stderr=-1).returncode == status
    assert {path.stat().st_mode & 0o777 for path in other.rglob("*") if path.is_file()} == {0o600}
    with ExitStack() as stack:
        server = ValkeyServer(other)
        stack.callback(server.kill)
        again = sessions_in(other, store=server.address, **given)
        assert [again.checkpoint(owner, "tab") is not None for owner in owners].count(True) == CHECKPOINTS
    shutil.rmtree(other / "appendonlydir")
    (other / "dump.rdb").write_bytes(backup)
    words = ["sh", "-c", VALKEY.replace("$$", "$").replace("/data", str(other))]
    started = subprocess.run(words, env=os.environ | {"VALKEY_PASSWORD": "p"}, capture_output=True, check=False)
    assert started.returncode == 1
    assert b"A snapshot alone is not read beside appendonly" in started.stderr
