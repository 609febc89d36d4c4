"""One contract for every store, and what only SQLite can promise."""

import itertools
import sqlite3
import stat
import subprocess
import sys
from collections.abc import Callable
from contextlib import ExitStack, closing
from pathlib import Path
from typing import NamedTuple

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from tests.engine.asserting import refuses
from tests.webapp.asking import ManualClock, not_none, together
from tests.webapp.store.valkey_server import ValkeyServer, needs_valkey
from webapp.store import ROW_OVERHEAD, Conflict, Key, Limits, Store, StoredRow, StoreError, StoreFull, row_size
from webapp.store.memory import MemoryStore
from webapp.store.remembered_rows import RememberedRows
from webapp.store.sqlite import SqliteStore
from webapp.store.valkey import ValkeyStore

ROOT = Path(__file__).parents[3]
ROOMY = Limits(age=1000.0, rows=100, total=10_000_000)
A, B, C = Key("ann", "one"), Key("ann", "two"), Key("bob", "one")

Make = Callable[[Limits, ManualClock], Store]

names = map("store-{}".format, itertools.count())


@pytest.fixture(params=["memory", "sqlite", pytest.param("valkey", marks=needs_valkey)])
def make(request: pytest.FixtureRequest, tmp_path: Path, closes: ExitStack) -> Make:
    if request.param == "memory":
        return MemoryStore
    if request.param == "valkey":
        address: str = request.getfixturevalue("valkey").address
        return lambda limits, clock: closes.enter_context(
            closing(RememberedRows(ValkeyStore(address, next(names), limits, clock)))
        )
    path = tmp_path / "s.sqlite3"
    return lambda limits, clock: closes.enter_context(closing(SqliteStore(path, limits, clock)))


@pytest.fixture
def manual_clock() -> ManualClock:
    return ManualClock()


@pytest.fixture
def store(make: Make, manual_clock: ManualClock) -> Store:
    return make(ROOMY, manual_clock)


def test_a_put_replaces_the_version_that_it_names_and_an_absent_row_is_none(store: Store) -> None:
    assert store.get(A) is None
    store.put(A, b"\x00bytes\xff", 7, expected=0)
    assert store.get(A) == StoredRow(b"\x00bytes\xff", 7)
    assert store.get(B) is store.get(C) is None
    store.put(A, b"new", 8, expected=7)
    assert store.get(A) == StoredRow(b"new", 8)


def test_the_later_of_two_writers_gets_a_conflict_and_changes_nothing(store: Store) -> None:
    refuses(Conflict, store.put, A, b"late", 8, expected=7, match="found 0")
    assert store.get(A) is None
    store.put(A, b"first", 7, expected=0)
    for expected in (0, 6, 8):
        refuses(Conflict, store.put, A, b"later", 9, expected=expected, match=f"expected version {expected}, found 7")
        assert store.get(A) == StoredRow(b"first", 7)


def test_a_store_that_is_looked_at_has_nothing_to_say(store: Store) -> None:
    store.join("secret")
    assert store.look() == ""


def test_a_dropped_row_is_absent_and_dropping_twice_is_no_error(store: Store) -> None:
    store.put(A, b"row", 1, expected=0)
    store.drop(A)
    store.drop(A)
    assert store.get(A) is None
    store.put(A, b"again", 1, expected=0)
    assert store.get(A) == StoredRow(b"again", 1)


def test_a_row_past_the_age_limit_is_absent_and_a_put_makes_it_young(store: Store, manual_clock: ManualClock) -> None:
    store.put(A, b"row", 1, expected=0)
    manual_clock.now += 900
    store.put(A, b"row", 2, expected=1)
    manual_clock.now += ROOMY.age
    assert store.get(A) == StoredRow(b"row", 2)
    manual_clock.now += 1
    assert store.get(A) is None
    store.put(A, b"new", 5, expected=0)
    assert store.get(A) == StoredRow(b"new", 5)


def test_the_oldest_rows_make_room_and_a_value_too_large_drops_none(make: Make, manual_clock: ManualClock) -> None:
    store = make(Limits(1000.0, rows=2, total=10_000_000), manual_clock)
    store.put(C, b"other session", 1, expected=0)
    store.put(A, b"1", 1, expected=0)
    store.put(B, b"2", 1, expected=0)
    store.put(A, b"1 again", 2, expected=1)
    store.put(Key("ann", "three"), b"3", 1, expected=0)
    assert store.get(B) is None
    assert (store.get(A), store.get(C)) == (StoredRow(b"1 again", 2), StoredRow(b"other session", 1))
    store = make(Limits(1000.0, rows=100, total=3 * row_size(b"x" * 100)), manual_clock)
    keys = [Key(f"session {number}", "tab") for number in range(5)]
    for key in keys:
        store.put(key, b"x" * 100, 1, expected=0)
    assert [key for key in keys if store.get(key)] == keys[2:]
    store = make(Limits(1000.0, rows=100, total=row_size(b"x" * 100)), manual_clock)
    store.put(A, b"x" * 100, 1, expected=0)
    refuses(StoreError, store.put, B, b"x" * 101, 1, expected=0, match="STORE_MB")
    assert store.get(A) == StoredRow(b"x" * 100, 1)


def test_an_address_that_has_more_than_its_share_makes_the_room(make: Make, manual_clock: ManualClock) -> None:
    size = row_size(b"x" * 100)
    store = make(Limits(1000.0, rows=100, total=10 * size, share=4 * size), manual_clock)

    def put(count: int, address: str) -> list[Key]:
        keys = [Key(f"{address} {number}", "tab") for number in range(count)]
        for key in keys:
            store.put(key, b"x" * 100, 1, 0, address)
        return [key for key in keys if store.get(key)]

    assert len(put(3, "honest")) == 3
    assert len(put(200, "stranger")) == 7
    assert [store.get(Key(f"honest {number}", "tab")) is None for number in range(3)] == [False] * 3
    assert len(put(3, "another")) == 3
    assert [bool(store.get(Key(f"stranger {number}", "tab"))) for number in range(193, 200)] == [False] * 3 + [True] * 4
    assert all(store.get(Key(f"honest {number}", "tab")) for number in range(3))
    # Where nobody has more than a share, those put longest ago go.
    assert len(put(1, "late")) == 1
    assert [bool(store.get(Key(f"honest {number}", "tab"))) for number in range(3)] == [False, True, True]


def test_of_many_threads_one_wins_each_round_and_rows_of_their_own_are_not_disturbed(store: Store) -> None:
    wins: list[int] = []

    def write() -> None:
        for _ in range(25):
            row = store.get(A)
            version = row.version if row else 0
            try:
                store.put(A, b"x" * 1000, version + 1, expected=version)
            except Conflict:
                continue
            wins.append(version + 1)

    together(*[write] * 8)
    final = not_none(store.get(A))
    assert sorted(wins) == list(range(1, final.version + 1))
    numbers = iter(range(16))
    failures: list[object] = []

    def write_own() -> None:
        key = Key(f"session {next(numbers)}", "tab")
        for version in range(40):
            value = f"{key} {version}".encode() * 50
            store.put(key, value, version + 1, expected=version)
            if store.get(key) != StoredRow(value, version + 1):
                failures.append(key)

    together(*[write_own] * 16)
    assert failures == []


def test_a_store_that_keeps_its_rows_refuses_what_has_no_room_and_drops_nothing(
    make: Make, manual_clock: ManualClock
) -> None:
    size = row_size(b"x" * 100)
    store = make(Limits(1000.0, rows=100, total=10 * size, share=4 * size, keeps=True), manual_clock)

    def put(number: int, address: str, value: bytes = b"x" * 100, expected: int = 0) -> Key:
        key = Key(f"{address} {number}", "tab")
        store.put(key, value, expected + 1, expected, address)
        return key

    kept = [put(number, address) for address in ("honest", "other") for number in range(4)]
    refuses(StoreFull, put, 4, "honest", match="This address has its share of the store")
    refuses(StoreFull, put, 3, "honest", b"x" * 101, 1, match="share")
    store.put(kept[3], b"z" * 100, 2, 1, None)  # another who writes the same needs no share of their own
    refuses(StoreFull, store.put, kept[3], b"z" * 101, 3, 2, None, match="share")
    refuses(StoreFull, put, 4, "honest", match="share")
    kept += [put(number, "") for number in range(2)]
    refuses(StoreFull, put, 0, "late", match="The store is full")
    put(3, "honest", b"y" * 100, 2)  # no larger than the row that it replaces
    assert all(map(store.get, kept))
    store.drop(kept[0])
    put(0, "late")
    manual_clock.now += 1001
    put(1, "late")
    assert store.count().rows == 1


class Entry(NamedTuple):
    """A row of the plain list."""

    key: Key
    row: StoredRow
    put_at: float
    address: str

    @property
    def size(self) -> int:
        return row_size(self.row.value)


class Contract(RuleBasedStateMachine):
    """A store beside a plain list of entries, the row put longest ago first."""

    limits = Limits(age=100.0, rows=3, total=8 * (ROW_OVERHEAD + 40), share=3 * (ROW_OVERHEAD + 40))
    keys = st.builds(Key, st.sampled_from("abcd"), st.sampled_from("12345"))
    addresses = st.sampled_from(["", "here", "there"])

    def make(self, clock: ManualClock) -> Store:
        return MemoryStore(self.limits, clock)

    @initialize()
    def start(self) -> None:
        self.clock = ManualClock()
        self.store = self.make(self.clock)
        self.rows: list[Entry] = []
        self.turn = 0

    def found(self, key: Key) -> StoredRow | None:
        return next((entry.row for entry in self.rows if entry.key == key), None)

    @rule(key=keys, size=st.integers(0, 80), address=addresses, stale=st.booleans())
    def put(self, key: Key, size: int, address: str, stale: bool) -> None:
        self.turn += 1
        row = self.found(key)
        version = row.version if row else 0
        value = bytes([self.turn % 256]) * size
        if stale:
            refuses(Conflict, self.store.put, key, value, self.turn, expected=self.turn + 1000)
            return
        self.store.put(key, value, self.turn, version, address)
        others = [entry for entry in self.rows if entry.key != key]
        siblings = [entry for entry in others if entry.key.session == key.session]
        for entry in siblings[: max(0, len(siblings) - self.limits.rows + 1)]:
            others.remove(entry)
        while sum(entry.size for entry in others) + row_size(value) > self.limits.total:
            others.remove(self.first_to_go(others))
        self.rows = [*others, Entry(key, StoredRow(value, self.turn), self.clock.now, address)]

    def first_to_go(self, rows: list["Entry"]) -> "Entry":
        shares = {at: sum(entry.size for entry in rows if entry.address == at) for at in ("here", "there")}
        most = max(shares, key=lambda at: (shares[at], at))
        return next((entry for entry in rows if shares[most] > self.limits.share and entry.address == most), rows[0])

    @rule(key=keys)
    def drop(self, key: Key) -> None:
        self.store.drop(key)
        self.rows = [entry for entry in self.rows if entry.key != key]

    @rule(seconds=st.integers(1, 60))
    def wait(self, seconds: int) -> None:
        self.clock.now += seconds
        self.rows = [entry for entry in self.rows if entry.put_at >= self.clock.now - self.limits.age]

    @precondition(lambda self: hasattr(self, "store"))
    @invariant()
    def holds_what_the_list_holds(self) -> None:
        for session in "abcd":
            for tab in "12345":
                assert self.store.get(Key(session, tab)) == self.found(Key(session, tab))

    def teardown(self) -> None:
        self.store.close()


class MemoryContract(Contract):
    """The contract of MemoryStore."""


class SqliteContract(Contract):
    """The contract of SqliteStore, in a file that is only in memory."""

    def make(self, clock: ManualClock) -> Store:
        return InMemory(Path(":memory:"), self.limits, clock)


class ValkeyContract(Contract):
    """The contract of ValkeyStore, each history in a store of its own name."""

    address = ""

    def make(self, clock: ManualClock) -> Store:
        return ValkeyStore(self.address, next(names), self.limits, clock)


class InMemory(SqliteStore):
    """A SQLite store whose file is in memory, for histories by the hundred."""

    def _open_file(self) -> sqlite3.Connection:
        return sqlite3.connect(":memory:", isolation_level=None, check_same_thread=False)


for machine in (MemoryContract, SqliteContract):
    machine.TestCase.settings = settings(max_examples=30, stateful_step_count=40)
TestMemoryContract = MemoryContract.TestCase
TestSqliteContract = SqliteContract.TestCase


@needs_valkey
def test_valkey_holds_what_the_list_holds(valkey: ValkeyServer) -> None:
    ValkeyContract.address = valkey.address
    run_state_machine_as_test(ValkeyContract, settings=settings(max_examples=10, stateful_step_count=40))


@pytest.fixture
def reopen(tmp_path: Path, closes: ExitStack) -> Callable[[], SqliteStore]:
    return lambda: closes.enter_context(closing(SqliteStore(tmp_path / "s.sqlite3", ROOMY)))


def test_rows_outlive_their_store_for_their_owner_alone(reopen: Callable[[], SqliteStore], tmp_path: Path) -> None:
    first = reopen()
    first.put(A, b"kept", 7, expected=0)
    first.close()
    assert reopen().get(A) == StoredRow(b"kept", 7)
    reopen().put(A, b"secret", 8, expected=7)
    assert {stat.S_IMODE(path.stat().st_mode) for path in tmp_path.iterdir()} == {0o600}


def test_two_stores_on_one_file_see_each_other(reopen: Callable[[], SqliteStore]) -> None:
    one, two = reopen(), reopen()
    one.put(A, b"from one", 7, expected=0)
    two.put(A, b"from two", 8, expected=7)
    assert one.get(A) == StoredRow(b"from two", 8)
    refuses(Conflict, one.put, A, b"late", 8, expected=7)


PUTS_WITHOUT_END = """
import sys
from pathlib import Path
from webapp.store import Key, Limits
from webapp.store.sqlite import SqliteStore

store = SqliteStore(Path(sys.argv[1]), Limits(1000.0, 100, 10_000_000))
for version in range(1, 1_000_000):
    store.put(Key("ann", "one"), f"{version}".encode() * 500, version, expected=version - 1)
    print(version, flush=True)
"""


def test_no_acknowledged_put_is_lost_to_kill_9(tmp_path: Path, reopen: Callable[[], SqliteStore]) -> None:
    command = [sys.executable, "-c", PUTS_WITHOUT_END, str(tmp_path / "s.sqlite3")]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, cwd=ROOT) as process:
        assert process.stdout is not None
        said = [process.stdout.readline() for _ in range(200)]
        process.kill()
        said += process.stdout.readlines()
    acknowledged, row = int([line for line in said if line.endswith("\n")][-1]), not_none(reopen().get(A))
    assert row.version in (acknowledged, acknowledged + 1)  # killed after the put, before the acknowledgement
    assert row.value == f"{row.version}".encode() * 500


class OnAFullDisk(SqliteStore):
    """A SQLite store whose file may not grow past 40 pages."""

    def _open_file(self) -> sqlite3.Connection:
        file = super()._open_file()
        file.execute("PRAGMA max_page_count = 40")
        return file


def test_on_a_full_disk_old_rows_stay_readable_and_a_small_one_still_fits(tmp_path: Path, closes: ExitStack) -> None:
    store = closes.enter_context(closing(OnAFullDisk(tmp_path / "s.sqlite3", ROOMY)))
    store.put(A, b"old" * 1000, 1, expected=0)
    store.put(C, b"other" * 1000, 1, expected=0)
    with pytest.raises(StoreError, match=r"database or disk is full. See that its folder has room"):
        store.put(A, b"x" * 1_000_000, 2, expected=1)
    assert (store.get(A), store.get(C)) == (StoredRow(b"old" * 1000, 1), StoredRow(b"other" * 1000, 1))
    store.put(A, b"small", 2, expected=1)
    assert store.get(A) == StoredRow(b"small", 2)


class WithoutRoomBesideIt(SqliteStore):
    """A SQLite store in a folder that has no room for the files beside it, until there is."""

    has_space = False

    def _open_file(self) -> sqlite3.Connection:
        file = super()._open_file()
        if not self.has_space:
            file.close()
            error = sqlite3.OperationalError("disk I/O error")
            error.sqlite_errorcode = sqlite3.SQLITE_IOERR_SHMSIZE
            raise error
        return file


def test_a_start_without_room_reads_what_is_there_says_so_and_goes_on_when_there_is(
    tmp_path: Path, closes: ExitStack
) -> None:
    path = tmp_path / "s.sqlite3"
    with closing(SqliteStore(path, ROOMY)) as store:
        store.join("check")
        store.put(A, b"old", 1, expected=0)
    store = closes.enter_context(closing(WithoutRoomBesideIt(path, ROOMY)))
    store.join("check")
    assert store.get(A) == StoredRow(b"old", 1)
    refuses(StoreFull, store.put, A, b"new", 2, expected=1, match="See that its folder has room")
    refuses(StoreFull, store.drop, A)
    assert store.look() == (
        f"The folder of the store {path} has no room. What is there is read, and nothing new is kept until there is "
        "room; then this process goes on by itself."
    )
    store.has_space = True
    with closing(SqliteStore(path, ROOMY)) as other:
        other.put(C, b"of another process", 1, expected=0)
        assert store.get(C) == StoredRow(b"of another process", 1)
        count = other.count()
    assert store.look() == ""
    assert store.count() == count
    store.put(A, b"new", 2, expected=1)
    assert store.get(A) == StoredRow(b"new", 2)
    refuses(StoreError, WithoutRoomBesideIt, path, ROOMY)  # what its log has can be read by no other way


def test_no_file_no_folder_and_a_closed_store_are_errors(tmp_path: Path, reopen: Callable[[], SqliteStore]) -> None:
    store = reopen()
    store.close()
    refuses(StoreError, store.get, A)
    (tmp_path / "s.sqlite3").write_bytes(b"not a database at all" * 100)
    refuses(StoreError, SqliteStore, tmp_path / "s.sqlite3", ROOMY, match="move it away and a new one is made")
    refuses(StoreError, SqliteStore, tmp_path / "gone" / "s.sqlite3", ROOMY, match="No such file or directory")


def turn_sixty_times(store: Store) -> None:
    for turn in range(60):
        key = Key(f"s{turn % 4}", f"t{turn % 7}")
        row = store.get(key)
        store.put(key, b"x" * (turn * 37 % 900), turn + 1, expected=row.version if row else 0)
    store.drop(Key("s1", "t1"))


def test_the_total_is_the_sum_of_the_rows_after_any_sequence_of_calls(tmp_path: Path) -> None:
    path = tmp_path / "s.sqlite3"
    with closing(SqliteStore(path, Limits(1000.0, 2, 5000))) as store:
        turn_sixty_times(store)
    with closing(sqlite3.connect(path)) as file:
        (total,) = file.execute("SELECT bytes FROM total").fetchone()
        assert total == sum(row_size(value) for (value,) in file.execute("SELECT value FROM rows"))
    assert 0 < total <= 5000


def test_a_file_that_erases_has_nothing_left_of_a_dropped_row(tmp_path: Path, manual_clock: ManualClock) -> None:
    secret = b"what a class has answered" * 40
    for erases in (False, True):
        path = tmp_path / f"{erases}.sqlite3"
        with closing(SqliteStore(path, ROOMY, manual_clock, erases=erases)) as store:
            store.put(A, secret, 1, expected=0)
            store.put(B, b"other", 1, expected=0)
            store.drop(A)
            files = b"".join(file.read_bytes() for file in tmp_path.glob(f"{erases}.sqlite3*"))
            assert (secret[:25] in files) is not erases
            assert store.get(B) == StoredRow(b"other", 1)
