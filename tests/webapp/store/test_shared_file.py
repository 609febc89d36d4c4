"""Processes that live and use one file have one secret; who comes alone may have another."""

import shutil
import subprocess
import sys
from contextlib import ExitStack, closing
from pathlib import Path

import pytest

from tests.engine.asserting import refuses
from webapp.store import Key, Limits, OtherStore, StoredRow, StoreError
from webapp.store.shared_file import SharedFile
from webapp.store.sqlite import SqliteStore

ROOT = Path(__file__).parents[3]
ROOMY = Limits(age=1000.0, rows=100, total=10_000_000)
A = Key("ann", "one")


def test_those_with_one_check_value_share(tmp_path: Path, closes: ExitStack) -> None:
    for _ in range(3):
        closes.enter_context(closing(SharedFile(tmp_path / "s.shared", "one")))
    assert (tmp_path / "s.shared").read_text() == "one"
    assert (tmp_path / "s.shared").stat().st_mode & 0o777 == 0o600


def test_another_one_is_refused_in_a_sentence_while_anybody_lives(tmp_path: Path, closes: ExitStack) -> None:
    first = closes.enter_context(ExitStack())
    first.enter_context(closing(SharedFile(tmp_path / "s.shared", "one")))
    second = closes.enter_context(ExitStack())
    second.enter_context(closing(SharedFile(tmp_path / "s.shared", "one")))
    first.close()
    for other in ("two", "on", "ones"):
        with pytest.raises(StoreError, match=r"uses .*s\.sqlite3 with another SECRET_KEY. Give both the same"):
            SharedFile(tmp_path / "s.shared", other)
    second.close()
    closes.enter_context(closing(SharedFile(tmp_path / "s.shared", "two")))
    assert (tmp_path / "s.shared").read_text() == "two"


LIVES = """
import sys
from pathlib import Path
from webapp.store import Limits
from webapp.store.sqlite import SqliteStore

store = SqliteStore(Path(sys.argv[1]), Limits(1000.0, 100, 10_000_000))
store.join("one")
print("joined", flush=True)
sys.stdin.read()
"""


def test_a_killed_process_holds_nobody_off(tmp_path: Path, closes: ExitStack) -> None:
    store = closes.enter_context(closing(SqliteStore(tmp_path / "s.sqlite3", ROOMY)))
    command = [sys.executable, "-c", LIVES, str(tmp_path / "s.sqlite3")]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, cwd=ROOT) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == "joined\n"
        refuses(StoreError, store.join, "two")
        process.kill()
    store.join("two")
    store.put(A, b"row", 1, expected=0)
    assert store.get(A) == StoredRow(b"row", 1)


def test_a_store_that_is_closed_lets_others_in(tmp_path: Path, closes: ExitStack) -> None:
    first = SqliteStore(tmp_path / "s.sqlite3", ROOMY)
    first.join("one")
    first.join("one")
    first.close()
    closes.enter_context(closing(SqliteStore(tmp_path / "s.sqlite3", ROOMY))).join("two")


def test_a_store_whose_file_was_deleted_or_replaced_says_so_and_holds_the_folder_that_comes_in_its_place(
    tmp_path: Path, closes: ExitStack
) -> None:
    folder = tmp_path / "bench"
    folder.mkdir()
    store = closes.enter_context(closing(SqliteStore(folder / "s.sqlite3", ROOMY)))
    store.join("one")
    folder.rename(tmp_path / "aside")
    for place in ("none", "empty", "another"):
        if place == "empty":
            folder.mkdir()
        elif place == "another":
            shutil.copy(tmp_path / "aside" / "s.sqlite3", folder)
        with pytest.raises(OtherStore, match=r"^The file s\.sqlite3 was deleted, moved or replaced while this process"):
            store.look()
        assert folder.exists() == (place != "none")
    with pytest.raises(StoreError, match="Another process uses"):
        SharedFile(folder / "s.shared", "two")
    shutil.rmtree(folder)
    (tmp_path / "aside").rename(folder)
    assert store.look() == ""


OPENS = """
import sys
from pathlib import Path
from webapp.store import Limits
from webapp.store.sqlite import SqliteStore
print("ready", flush=True)
sys.stdin.readline()
for k in range(40):
    SqliteStore(Path(sys.argv[1]) / f"{k}.sqlite3", Limits(60.0, 8, 1 << 20)).close()
"""


@pytest.mark.soak
def test_processes_that_open_new_files_together_wait_for_each_other(tmp_path: Path) -> None:
    command = [sys.executable, "-c", OPENS, str(tmp_path)]
    opening = [subprocess.Popen(
        command, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
    ) for _ in range(3)]  # fmt: skip
    for process in opening:
        assert process.stdout is not None
        assert process.stdout.readline() == "ready\n"
    for process in opening:
        assert process.stdin is not None
        process.stdin.write("\n")
        process.stdin.flush()
    assert [process.communicate()[1] for process in opening] == ["", "", ""]
