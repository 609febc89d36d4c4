"""One contract for jobs in every kind of store: leases, pieces that are stored once, cancels, limits, and the index."""

import itertools
from collections.abc import Callable
from contextlib import ExitStack, closing
from pathlib import Path

import pytest

from tests.engine.asserting import refuses
from tests.webapp.asking import ManualClock, not_none, together
from tests.webapp.store.valkey_server import needs_valkey
from webapp.store import Conflict, Key, Limits, Store, StoredRow, StoreError
from webapp.store.memory import MemoryStore
from webapp.store.sqlite import SqliteStore
from webapp.store.valkey import ValkeyStore
from webapp.sweeps import jobs as jobs_module
from webapp.sweeps.job import CANCELLED, DONE, FAILED, MOST_OWNERS, WANTED, Job
from webapp.sweeps.jobs import (
    HEARD_SECONDS,
    INDEX,
    SPEAKS_SECONDS,
    Jobs,
    NewJob,
    PieceResult,
    SweepLimits,
    SweepsFull,
    TooManySweeps,
)
from webapp.sweeps.pieces import FilePieces, PieceStore, RowPieces

ROOMY = Limits(age=10_000.0, rows=8, total=100_000_000)
LIMITS = SweepLimits(age=1000.0, per_session=2, bytes=1_000_000)
PIECES, CELLS = 4, 10
names = map("sweeps-{}".format, itertools.count())
KINDS = ["memory", "sqlite", "files", pytest.param("valkey", marks=needs_valkey)]

Open = Callable[..., Jobs]


@pytest.fixture(params=KINDS)
def open_jobs(request: pytest.FixtureRequest, tmp_path: Path, closes: ExitStack, clock: ManualClock) -> Open:
    """Opens the jobs of this test, as another process would."""
    name, in_memory = next(names), MemoryStore(ROOMY, clock)

    def opened(limits: SweepLimits = LIMITS) -> Jobs:
        store: Store = in_memory
        if request.param == "sqlite":
            store = closes.enter_context(closing(SqliteStore(tmp_path / "sweeps.sqlite3", ROOMY, clock)))
        elif request.param == "valkey":
            address = request.getfixturevalue("valkey").address
            store = closes.enter_context(closing(ValkeyStore(address, name, ROOMY, clock)))
        pieces: PieceStore = RowPieces(store) if request.param != "files" else FilePieces(tmp_path, 1000.0)
        return Jobs(store, pieces, limits, clock)

    return opened


@pytest.fixture
def jobs(open_jobs: Open) -> Jobs:
    return open_jobs()


def new(name: str = "a", cells: int = PIECES * CELLS) -> NewJob:
    return NewJob(name * 22, f"the plan of {name}", cells, PIECES, 1.5)


def results(*places: int) -> dict[int, PieceResult]:
    return {place: PieceResult(b"piece %d" % place, CELLS) for place in places}


def claimed(jobs: Jobs, name: str = "a") -> Job:
    found = not_none(jobs.find(name * 22))
    return not_none(jobs.claim(found.id, found.beat))


def state_of(jobs: Jobs, name: str = "a") -> str:
    job = jobs.find(name * 22)
    return job.state if job else ""


def pieces_of(jobs: Jobs, name: str = "a") -> list[bytes | None]:
    job = jobs.find(name * 22)
    return [jobs.piece(job, at) for at in range(len(job.stored))] if job else []


def test_a_job_is_wanted_once_every_process_finds_it_and_equal_plans_are_one(open_jobs: Open) -> None:
    job, other = open_jobs().submit(new(), "ann"), open_jobs()
    found = not_none(other.find(job.id))
    assert (found.state, found.owners, found.cells, found.seconds) == (WANTED, ("ann",), 40, 1.5)
    assert (other.plan(job.id), list(other.wanted())) == ("the plan of a", [job.id])
    assert [each.id for each in other.of("ann")] == [job.id]
    assert (other.of("bob"), other.find("b" * 22), other.plan("b" * 22)) == ([], None, None)
    second, again = open_jobs().submit(new(), "bob"), open_jobs().submit(new(), "bob")
    assert (job.id, again.owners, len(open_jobs().wanted())) == (second.id, ("ann", "bob"), 1)
    assert len(open_jobs().of("bob")) == 1


def test_pieces_are_stored_once_in_their_order_and_a_job_is_done_with_its_last_one(jobs: Jobs) -> None:
    job, held = jobs.submit(new(), "ann"), claimed(jobs)
    assert jobs.add(job.id, held.token, results(2), 0.0) is not None
    found = not_none(jobs.add(job.id, held.token, results(2, 0), 3.0))
    assert (found.places, found.made, found.left) == ({0, 2}, 2 * CELLS, 2 * CELLS / 3.0)
    assert pieces_of(jobs) == [b"piece 2", b"piece 0"]
    last = not_none(jobs.add(job.id, held.token, results(3, 1), 0.0))
    assert (last.state, last.token, last.made, jobs.wanted()) == (DONE, "", 40, {})
    assert jobs.claim(job.id, last.beat) is None
    assert not jobs.renew(job.id, held.token)
    assert [each.state for each in jobs.of("ann")] == [DONE]


def test_of_two_sweepers_one_has_the_lease_until_it_gives_it_back(open_jobs: Open) -> None:
    one, two = open_jobs(), open_jobs()
    job = one.submit(new(), "ann")
    held = not_none(one.claim(job.id, job.beat))
    assert two.claim(job.id, job.beat) is None
    one.release(job.id, held.token)
    assert two.claim(job.id, -1) is not None


def test_whoever_has_seen_a_newer_beat_than_the_holder_s_last_may_not_take_over(jobs: Jobs) -> None:
    job, held = jobs.submit(new(), "ann"), claimed(jobs)
    assert jobs.renew(job.id, held.token)
    assert jobs.claim(job.id, held.beat) is None
    jobs.add(job.id, held.token, results(1), 0.0)
    assert jobs.claim(job.id, held.beat + 1) is None
    assert jobs.claim(job.id, held.beat + 2) is not None


def test_a_late_piece_of_a_frozen_holder_is_refused_and_leaves_nothing(open_jobs: Open) -> None:
    frozen, other = open_jobs(), open_jobs()
    job, late, holder = frozen.submit(new(), "ann"), claimed(frozen), claimed(other)
    other.add(job.id, holder.token, results(1), 0.0)
    assert frozen.add(job.id, late.token, results(1, 2), 0.0) is None
    assert not frozen.renew(job.id, late.token)
    frozen.release(job.id, late.token)
    frozen.fail(job.id, late.token, "It failed.")
    assert pieces_of(other) == [b"piece 1"]
    assert other.renew(job.id, holder.token)
    assert frozen._pieces.get(job.id, f"1-{late.token}") is None
    assert frozen._pieces.get(job.id, f"2-{late.token}") is None


def test_after_a_cancel_nothing_is_stored(open_jobs: Open) -> None:
    sweeper, page = open_jobs(), open_jobs()
    job, held = page.submit(new(), "ann"), claimed(sweeper)
    sweeper.add(job.id, held.token, results(0), 0.0)
    assert not_none(page.leave(job.id, "ann")).state == CANCELLED
    assert sweeper.add(job.id, held.token, results(1), 0.0) is None
    assert (pieces_of(page), page.wanted(), [own.state for own in page.of("ann")]) == ([b"piece 0"], {}, [CANCELLED])
    assert sweeper._pieces.get(job.id, f"1-{held.token}") is None


def test_a_job_goes_on_while_one_of_its_owners_wants_it_and_where_it_was_when_started_again(jobs: Jobs) -> None:
    job = jobs.submit(new(), "ann")
    jobs.submit(new(), "bob")
    assert jobs.leave(job.id, "carol") is None
    left = not_none(jobs.leave(job.id, "ann"))
    assert (left.state, left.owners) == (WANTED, ("bob",))
    assert jobs.leave(job.id, "ann") is None
    held = claimed(jobs)
    jobs.add(job.id, held.token, results(0, 1), 0.0)
    assert not_none(jobs.leave(job.id, "bob")).state == CANCELLED
    assert jobs.submit(new(), "ann").owners == ("ann",), "and not again of who has cancelled it"
    assert [not_none(jobs.leave(job.id, "ann")).owners for _ in range(2)] == [("ann",), ()], "cancelled, then removed"
    assert jobs.of("bob") == []
    again = jobs.submit(new(), "bob")
    assert (again.state, again.places, again.owners) == (WANTED, {0, 1}, ("bob",))
    assert jobs.add(job.id, held.token, results(2), 0.0) is None
    assert jobs.add(job.id, claimed(jobs).token, results(2, 3), 0.0) is not None
    assert state_of(jobs) == DONE


def test_a_job_that_failed_says_why_and_may_be_started_again(jobs: Jobs) -> None:
    job = jobs.submit(new(), "ann")
    jobs.fail(job.id, claimed(jobs).token, "A part was lost.")
    found = not_none(jobs.find(job.id))
    assert (found.state, found.says, jobs.wanted()) == (FAILED, "A part was lost.", {})
    assert (jobs.submit(new(), "ann").says, list(jobs.wanted())) == ("", [job.id])


def test_one_session_has_so_many_unfinished_sweeps_and_others_are_free(jobs: Jobs) -> None:
    for name in "ab":
        jobs.submit(new(name), "ann")
    with pytest.raises(TooManySweeps, match="2 unfinished sweeps already, as many as SWEEPS_PER_SESSION allows"):
        jobs.submit(new("c"), "ann")
    assert state_of(jobs, "c") == ""
    jobs.submit(new("a"), "ann")
    jobs.submit(new("c"), "bob")
    jobs.leave("a" * 22, "ann")
    jobs.submit(new("d"), "ann")


def test_the_unfinished_work_of_many_sessions_of_one_address_counts_as_one_s(open_jobs: Open) -> None:
    jobs = open_jobs(LIMITS._replace(per_address=3))
    for name in "abc":
        jobs.submit(new(name), f"{name}@crowd")
    refuses(TooManySweeps, jobs.submit, new("d"), "d@crowd", match="3 unfinished sweeps already.*SWEEPS_PER_ADDRESS")
    jobs.submit(new("d"), "d@home")
    jobs.leave("a" * 22, "a")
    jobs.submit(new("e"), "e@crowd")


def test_one_address_reserves_no_more_than_its_share_of_the_room(open_jobs: Open) -> None:
    size = new(cells=10_000).bytes
    jobs = open_jobs(LIMITS._replace(bytes=4 * size, address_bytes=2 * size))
    for name in "ab":
        jobs.submit(new(name, 10_000), f"{name}@crowd")
    refuses(SweepsFull, jobs.submit, new("c", 10_000), "c@crowd", match="SWEEP_SHARE allow one address")
    for name in "de":
        jobs.submit(new(name, 10_000), f"{name}@home")


@pytest.mark.parametrize("most_jobs", [3, 500])
def test_finished_sweeps_go_of_the_address_that_has_most(
    open_jobs: Open, clock: ManualClock, monkeypatch: pytest.MonkeyPatch, most_jobs: int
) -> None:
    monkeypatch.setattr(jobs_module, "MOST_JOBS", most_jobs)
    jobs = open_jobs(LIMITS._replace(bytes=3 * new(cells=40).bytes))
    for name, owner in zip("abcd", ("bob@home", "1@crowd", "2@crowd", "3@crowd"), strict=True):
        clock.now += 1
        jobs.submit(new(name), owner)
        jobs.add(name * 22, claimed(jobs, name).token, results(0, 1, 2, 3), 0.0)
    assert [state_of(jobs, name) for name in "abcd"] == [DONE, "", DONE, DONE]


def test_a_job_ends_when_no_owner_looks_for_long_and_goes_on_where_it_was(open_jobs: Open, clock: ManualClock) -> None:
    jobs = open_jobs(LIMITS._replace(away=100.0))
    job, other = jobs.submit(new("a"), "ann@1"), jobs.submit(new("b"), "bob@2")
    jobs.add(job.id, claimed(jobs).token, results(0), 0.0)
    clock.now += 90
    jobs.end_left()
    jobs.see(not_none(jobs.find(other.id)), "carol")
    assert [each.id for each in jobs.of("bob")] == [other.id]
    clock.now += 20
    jobs.end_left()
    ended = not_none(jobs.find(job.id))
    assert (ended.state, list(jobs.wanted())) == (CANCELLED, [other.id])
    assert "Nobody has looked at this sweep" in ended.says
    again = jobs.submit(new("a"), "ann@1")
    assert (again.state, again.says, again.places) == (WANTED, "", {0})


def test_the_owners_of_a_job_are_bounded_and_those_of_other_addresses_stay(jobs: Jobs) -> None:
    job = jobs.submit(new(), "ann@home")
    for k in range(MOST_OWNERS + 5):
        job = jobs.submit(new(), f"s{k}@crowd")
    assert (len(job.owners), job.owners[0], job.owners[1]) == (MOST_OWNERS, "ann@home", "s6@crowd")
    assert [each.id for each in jobs.of("ann")] == [job.id]


def test_a_done_sweep_of_another_may_be_had_with_all_places_taken(jobs: Jobs) -> None:
    jobs.add(jobs.submit(new("c"), "bob").id, claimed(jobs, "c").token, results(0, 1, 2, 3), 0.0)
    for name in "ab":
        jobs.submit(new(name), "ann")
    assert (jobs.submit(new("c"), "ann").state, list(jobs.wanted())) == (DONE, ["a" * 22, "b" * 22])


def test_finished_sweeps_make_room_the_oldest_first_and_no_others(open_jobs: Open, clock: ManualClock) -> None:
    jobs = open_jobs(LIMITS._replace(bytes=3 * new(cells=10_000).bytes))
    for name in "abc":
        clock.now += 1
        jobs.submit(new(name, 10_000), name)
    with pytest.raises(SweepsFull, match=r"MB that SWEEP_MB allows, the unfinished sweeps take"):
        jobs.submit(new("d", 10_000), "ann")
    jobs.add("b" * 22, claimed(jobs, "b").token, results(0, 1), 0.0)
    jobs.leave("b" * 22, "b")
    jobs.leave("c" * 22, "c")
    jobs.submit(new("d", 10_000), "ann")
    assert [state_of(jobs, name) for name in "abcd"] == [WANTED, "", CANCELLED, WANTED]
    assert jobs.plan("b" * 22) is None


def test_a_job_is_gone_once_it_is_past_its_age_and_its_plan_makes_a_new_one(jobs: Jobs, clock: ManualClock) -> None:
    job = jobs.submit(new(), "ann")
    jobs.add(job.id, claimed(jobs).token, results(0, 1, 2, 3), 0.0)
    clock.now += LIMITS.age
    assert state_of(jobs) == DONE
    clock.now += 1
    assert (state_of(jobs), jobs.of("ann")) == ("", [])
    again = jobs.submit(new(), "ann")
    assert (again.state, again.made, again.created) == (WANTED, 0, clock.now)
    assert jobs.plan(job.id) == "the plan of a"


def test_what_a_kill_left_between_two_rows_is_put_right(jobs: Jobs, clock: ManualClock) -> None:
    cancelled, lost = jobs.submit(new("a"), "ann"), jobs.submit(new("b"), "bob")
    index = not_none(jobs._store.get(INDEX))
    jobs.leave(cancelled.id, "ann")
    jobs._store.drop(Key(lost.id, "job"))
    current = not_none(jobs._store.get(INDEX))
    jobs._store.put(INDEX, index.value, current.version + 1, current.version)
    assert len(jobs.wanted()) == 2
    clock.now += 100
    for id_ in (cancelled.id, lost.id):
        jobs.sync(id_)
    assert jobs.wanted() == {}


def test_of_many_threads_each_piece_is_stored_by_one(open_jobs: Open) -> None:
    jobs = open_jobs()
    job, held = jobs.submit(NewJob("a" * 22, "plan", 80, 80, 1.0), "ann"), claimed(jobs)

    def add() -> None:
        for place in range(20):
            jobs.add(job.id, held.token, {place: PieceResult(b"%d" % place, 1)}, 0.0)

    together(*[add] * 4)
    found = not_none(jobs.find(job.id))
    assert (sorted(found.stored[:, 0].tolist()), found.made) == (list(range(20)), 20)


def test_a_notice_is_heard_by_others_and_without_a_job_talks_over_none(open_jobs: Open, clock: ManualClock) -> None:
    one, two = open_jobs(), open_jobs()
    assert two.notice() is None
    one.announce({"place": "2 processes", "count": 2, "trouble": "", "holds": 0})
    two.announce({"place": "here", "count": 3, "trouble": "", "holds": 0})
    clock.now += 5
    found = not_none(one.notice())
    assert (found["place"], found["count"]) == ("here", 3)
    clock.now += HEARD_SECONDS
    assert one.notice() is None
    busy, idle = one, two

    def trouble() -> str:
        idle.announce({"place": "here", "count": 2, "trouble": "", "holds": 0})
        return str(not_none(idle.notice())["trouble"])

    busy.announce({"place": "a cluster", "count": 0, "trouble": "It is away.", "holds": 1})
    assert trouble() == "It is away."
    clock.now += SPEAKS_SECONDS
    assert trouble() == ""
    busy.announce({"place": "a cluster", "count": 0, "trouble": "It is away.", "holds": 1})
    assert trouble() == "It is away."
    busy.announce({"place": "a cluster", "count": 2, "trouble": "", "holds": 0})
    assert trouble() == ""


class LosesReplies(MemoryStore):
    """A store that writes a job's row once and says that it failed."""

    failures = 0

    def put(self, key: Key, value: bytes, version: int, expected: int, address: str | None = "") -> None:
        super().put(key, value, version, expected, address)
        if key.tab == "job" and self.failures:
            self.failures -= 1
            raise StoreError("The reply is lost.")


def test_an_add_that_is_made_again_after_a_lost_reply_counts_once_even_when_the_lease_is_lost_meanwhile() -> None:
    store = LosesReplies(ROOMY, ManualClock())
    jobs = Jobs(store, RowPieces(store), LIMITS, ManualClock())
    job, held = jobs.submit(new(), "ann"), claimed(jobs)
    store.failures = 1
    refuses(StoreError, jobs.add, job.id, held.token, results(1), 0.0)
    assert jobs.add(job.id, held.token, results(1), 0.0) is not None
    store.failures = 1
    refuses(StoreError, jobs.add, job.id, held.token, results(2), 0.0)
    claimed(jobs)
    assert jobs.add(job.id, held.token, results(2, 3), 0.0) is None
    assert pieces_of(jobs) == [b"piece 1", b"piece 2"]


class AlwaysLater(MemoryStore):
    """A store in which another writer is always first."""

    def put(self, key: Key, value: bytes, version: int, expected: int, address: str | None = "") -> None:
        if key.tab == "job":
            raise Conflict("Another writer was first.")
        super().put(key, value, version, expected, address)


def test_a_job_that_others_change_without_end_is_a_store_error_and_no_endless_loop() -> None:
    store = AlwaysLater(ROOMY, ManualClock())
    jobs = Jobs(store, RowPieces(store), LIMITS, ManualClock())
    refuses(StoreError, jobs.submit, new(), "ann", match="changed too often")


def test_files_that_cannot_be_written_are_a_sentence_and_a_job_reads_back_as_it_was_written(tmp_path: Path) -> None:
    pieces, folder = FilePieces(tmp_path / "photographs", 1.0), tmp_path / "photographs" / "nnbench-sweeps"
    folder.rmdir()
    folder.write_text("a file")
    refuses(StoreError, pieces.put, "a" * 22, "1-x", b"piece", match=r"SWEEP_DIR\) could not be used")
    refuses(StoreError, FilePieces, folder, 1.0, match=r"SWEEP_DIR\) could not be used: Not a directory")
    old, young = FilePieces(tmp_path, -10.0), FilePieces(tmp_path, 1000.0)
    young.put("a" * 22, "1-x", b"piece")
    young.expire()
    assert young.get("a" * 22, "1-x") == b"piece"
    old.expire()
    assert young.get("a" * 22, "1-x") is None
    assert (tmp_path / "photographs").is_dir()
    job = Job("x" * 22, WANTED, ("ann", "bob"), 40, 4, 1.25, 17.0, token="t", beat=3).with_stored({3: 5, 1: 5}, 2.0)
    other = Job.from_bytes(job.id, job.to_bytes())
    assert other.to_bytes() == job.to_bytes()
    assert (other.names, other.owners, other.places) == (["3-t", "1-t"], ("ann", "bob"), {1, 3})
    assert StoredRow(job.to_bytes(), 1).value.count(b"\n") >= 1
