"""A checkpoint is loaded by its own session and tab only, or refused with a sentence."""

import logging
import random
from functools import partial
from pathlib import Path
from unittest.mock import Mock

import dill
import numpy as np
import pytest
from flask import Flask
from hypothesis import given
from hypothesis import strategies as st

from engine import AffinityLayer, MapLayer, Network
from tests.engine.asserting import refuses
from tests.webapp.asking import ManualClock, not_none, together
from webapp.sessions.sessions import (
    BadTab,
    ChangedElsewhere,
    CheckpointRefused,
    CheckpointTooLarge,
    SessionError,
    Sessions,
    StoreUnavailable,
)
from webapp.settings import Settings
from webapp.store import Conflict, Key, Limits, StoredRow, StoreError
from webapp.store.memory import MemoryStore
from webapp.store.sqlite import SqliteStore

ROOMY = Limits(age=1e9, rows=1000, total=10**9)
PLAIN = Settings(secret_key="s" * 32)
DAY = 24 * 3600.0


def sessions_on(store: object, settings: Settings = PLAIN, clock: ManualClock | None = None) -> Sessions:
    return Sessions(settings, store, clock or ManualClock())  # type: ignore[arg-type]


def network(seed: int = 1) -> Network:
    net = Network()
    net.layers = [AffinityLayer(2, 3, seed), MapLayer("tanh"), AffinityLayer(3, 2, seed + 1)]
    return net


def numbers(net: Network | None) -> list[bytes]:
    assert net is not None
    return [array.tobytes() for layer in net.layers for array in layer.parameters.values()]


@pytest.fixture
def store() -> MemoryStore:
    return MemoryStore(ROOMY)


def test_a_stored_checkpoint_is_loaded_as_it_was_for_its_session_and_tab_alone(store: MemoryStore) -> None:
    assert sessions_on(store).checkpoint("ann", "tab") is None
    assert sessions_on(store).stored_checkpoint("ann", "tab") is None
    for experiment in ["{}", '{"ideal": "größer", "α": 0.1}', ""]:
        sessions = sessions_on(store)
        version = sessions.store_checkpoint("ann", "tab", network(), experiment)
        kept = not_none(sessions.stored_checkpoint("ann", "tab"))
        assert (kept.experiment, kept.version) == (experiment, version)
        assert numbers(kept.network) == numbers(sessions.checkpoint("ann", "tab")) == numbers(network())
    sessions, owners = sessions_on(store), [("ann", "1"), ("ann", "2"), ("bob", "1")]
    for seed, (session, tab) in enumerate(owners):
        sessions.store_checkpoint(session, tab, network(10 * seed), "{}")
    for seed, (session, tab) in enumerate(owners):
        assert numbers(sessions.checkpoint(session, tab)) == numbers(network(10 * seed))


def test_alike_checkpoints_are_written_once_and_change_not(store: MemoryStore, monkeypatch: pytest.MonkeyPatch) -> None:
    sessions, net = sessions_on(store), network()
    sessions.store_checkpoint("ann", "tab", net, "{}")
    net.learn([([1.0, 2.0], [0.0, 0.0])])
    assert numbers(sessions.checkpoint("ann", "tab")) == numbers(network())
    sessions = sessions_on(store)
    sessions.store_checkpoint("ann", "tab", network(), "{}")
    one, two = sessions.checkpoint("ann", "tab"), sessions.checkpoint("ann", "tab")
    assert one is not None
    assert two is not None
    one.layers[0].M[...] = 0
    assert np.all(two.layers[0].M != 0)
    sessions, dumps = sessions_on(store), Mock(side_effect=dill.dumps)
    monkeypatch.setattr(dill, "dumps", dumps)
    for name, alike in (("one", "circle"), ("two", "circle"), ("three", "sine"), ("four", None), ("five", None)):
        sessions.store_checkpoint(name, "tab", network(3 if alike == "sine" else 1), "{}", alike=alike)
    assert dumps.call_count == 4
    one, two, three = (sessions.checkpoint(name, "tab") for name in ("one", "two", "three"))
    assert one is not two
    assert numbers(one) == numbers(two) == numbers(network(1))
    assert numbers(three) == numbers(network(3))


def test_the_later_of_two_writers_gets_an_error_and_many_leave_one_whole_checkpoint(store: MemoryStore) -> None:
    sessions = sessions_on(store)
    first = sessions.store_checkpoint("ann", "tab", network(1), "{}", expected_version=0)
    second = sessions.store_checkpoint("ann", "tab", network(2), "{}", expected_version=first)
    assert second == first + 1
    for stale in (0, first, second + 1):
        with pytest.raises(ChangedElsewhere, match="Reload the page"):
            sessions.store_checkpoint("ann", "tab", network(3), "{}", expected_version=stale)
    assert numbers(sessions.checkpoint("ann", "tab")) == numbers(network(2))
    versions = [sessions.store_checkpoint("ann", "tab", network(seed), "{}") for seed in range(3)]
    assert versions == [versions[0], versions[0] + 1, versions[0] + 2]
    assert numbers(sessions.checkpoint("ann", "tab")) == numbers(network(2))
    old = sessions.store_checkpoint("ann", "tab", network(1), "{}")
    store.drop(Key("ann", "tab"))
    sessions.store_checkpoint("ann", "tab", network(2), "{}")
    refuses(ChangedElsewhere, sessions.store_checkpoint, "ann", "tab", network(3), "{}", expected_version=old)
    sessions = sessions_on(store)
    errors: list[SessionError] = []

    def keep(seed: int) -> None:
        for _ in range(20):
            try:
                sessions.store_checkpoint("ann", "tab", network(seed), str(seed))
            except ChangedElsewhere as error:
                errors.append(error)

    together(*[partial(keep, 10 * number) for number in range(6)])
    kept = not_none(sessions.stored_checkpoint("ann", "tab"))
    assert numbers(kept.network) == numbers(network(int(kept.experiment)))
    assert len(errors) < 60


def test_a_checkpoint_beyond_the_limit_and_a_tab_that_no_page_makes_are_refused(store: MemoryStore) -> None:
    sessions, tabs = sessions_on(store), ("", "a b", "x" * 65, "ä", "../etc", "a\n", "<b>", None, 5, ["a"], {"a": 1})
    for tab in tabs:
        with pytest.raises(BadTab, match="Reload the page"):
            sessions.stored_checkpoint("ann", tab)  # type: ignore[arg-type]
        with pytest.raises(BadTab, match="Reload the page"):
            sessions.store_checkpoint("ann", tab, network(), "{}")  # type: ignore[arg-type]
    wide = Network()
    wide.layers = [AffinityLayer(64, 64, 1)]
    sessions = sessions_on(store, Settings(secret_key="s" * 32, checkpoint_kb=16))
    with pytest.raises(CheckpointTooLarge, match=r"stores at most 16,384. Make the layers narrower"):
        sessions.store_checkpoint("ann", "tab", wide, "{}")
    largest = Network()
    largest.layers = [AffinityLayer(64, 64, seed) for seed in range(8)]
    sessions_on(store).store_checkpoint("ann", "tab", largest, "{}" * 1000)


@given(tab=st.from_regex(r"[A-Za-z0-9_-]{1,64}", fullmatch=True))
def test_any_proper_tab_id_serves(tab: str) -> None:
    sessions = sessions_on(MemoryStore(ROOMY))
    sessions.store_checkpoint("ann", tab, network(), "{}")
    assert sessions.checkpoint("ann", tab) is not None


class Replaying(MemoryStore):
    """A store whose rows a test can change."""

    def harm(self, key: Key, value: bytes, version: int | None = None) -> None:
        held = self._rows[key]
        self._rows[key] = held._replace(row=StoredRow(value, version or held.row.version))

    def value(self, key: Key) -> bytes:
        return self._rows[key].row.value


@pytest.fixture
def replaying() -> Replaying:
    return Replaying(ROOMY)


def test_a_row_from_elsewhere_or_before_is_refused(replaying: Replaying, caplog: pytest.LogCaptureFixture) -> None:
    sessions = sessions_on(replaying)
    sessions.store_checkpoint("ann", "tab", network(), "{}")
    for session, tab in (("bob", "tab"), ("ann", "other")):
        version = sessions.store_checkpoint(session, tab, network(5), "{}")
        replaying.harm(Key(session, tab), replaying.value(Key("ann", "tab")), version)
        refuses(CheckpointRefused, sessions.checkpoint, session, tab, match="does not hold")
    sessions.store_checkpoint("ann", "tab", network(1), "{}")
    old = replaying.value(Key("ann", "tab"))
    sessions.store_checkpoint("ann", "tab", network(2), "{}")
    replaying.harm(Key("ann", "tab"), old)
    refuses(CheckpointRefused, sessions.checkpoint, "ann", "tab", match="version")
    caplog.clear()
    sessions.store_checkpoint("ann-session", "tab", network(), "{}")
    replaying.harm(Key("ann-session", "tab"), b"harmed" * 20)
    refuses(CheckpointRefused, sessions.checkpoint, "ann-session", "tab")
    assert len(caplog.text.strip().splitlines()) == 1
    assert "ann-session" not in caplog.text


def test_a_row_of_another_secret_time_or_kind_is_refused(store: MemoryStore) -> None:
    sessions_on(store).store_checkpoint("ann", "tab", network(), "{}")
    refuses(CheckpointRefused, sessions_on(store, Settings(secret_key="t" * 32)).checkpoint, "ann", "tab")
    manual_clock = ManualClock()
    sessions = sessions_on(store, clock=manual_clock)
    sessions.store_checkpoint("ann", "tab", network(), "{}")
    manual_clock.now += 30 * DAY
    assert sessions.checkpoint("ann", "tab") is not None
    manual_clock.now += 1
    refuses(CheckpointRefused, sessions.checkpoint, "ann", "tab", match="expired")
    manual_clock.now -= 31 * DAY
    refuses(CheckpointRefused, sessions.checkpoint, "ann", "tab", match="future")
    manual_clock = ManualClock()
    sessions = sessions_on(store, clock=manual_clock)
    version = sessions.store_checkpoint("ann", "tab", network(1), "{}")
    manual_clock.now -= 300
    assert numbers(sessions.checkpoint("ann", "tab")) == numbers(network(1))
    sessions.store_checkpoint("ann", "tab", network(2), "{}", version)
    assert numbers(sessions.checkpoint("ann", "tab")) == numbers(network(2))
    net = network()
    net.layers.append(MapLayer(np.tanh, np.cos))
    sessions = sessions_on(store)
    sessions.store_checkpoint("ann", "tab", net, "{}")
    refuses(CheckpointRefused, sessions.checkpoint, "ann", "tab", match="not opened; the tab gets new starting weights")


def test_10_000_harmed_rows_are_refused_one_replaced(replaying: Replaying, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.CRITICAL)
    sessions, rng, key = sessions_on(replaying), random.Random(3), Key("ann", "tab")
    sessions.store_checkpoint("ann", "tab", network(), "{}")
    whole, refused = replaying.value(key), 0
    for _ in range(10_000):
        place = rng.randrange(len(whole))
        cut = whole[:place] + (b"" if rng.random() < 0.2 else bytes([whole[place] ^ 1 << rng.randrange(8)]))
        replaying.harm(key, cut + whole[place + 1 :])
        try:
            sessions.checkpoint("ann", "tab")
        except CheckpointRefused:
            refused += 1
    assert refused == 10_000
    sessions.store_checkpoint("ann", "tab", network(7), "{}")
    assert numbers(sessions.checkpoint("ann", "tab")) == numbers(network(7))


class Contested(MemoryStore):
    """A store in which another writer is always first."""

    def put(self, key: Key, value: bytes, version: int, expected: int, address: str | None = "") -> None:
        raise Conflict("Another writer was first.")


def test_a_store_in_trouble_is_a_sentence_and_is_set_by_name(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    for name, kind in [("sqlite", SqliteStore), ("memory", MemoryStore)]:
        sessions = Sessions.from_settings(Settings(data_dir=tmp_path, store=name).with_data_folder())
        assert isinstance(sessions._store, kind)
        sessions.store_checkpoint("ann", "tab", network(), "{}")
        sessions._store.close()
    first = Sessions.from_settings(Settings(data_dir=tmp_path).with_data_folder())
    version = first.store_checkpoint("ann", "tab", network(), '{"seed": 3}')
    first._store.close()
    again = Sessions.from_settings(Settings(data_dir=tmp_path).with_data_folder())
    kept = not_none(again.stored_checkpoint("ann", "tab"))
    assert (kept.version, kept.experiment) == (version, '{"seed": 3}')
    assert numbers(kept.network) == numbers(network())
    again._store.close()
    away = StoreError("disk I/O error on /secret/path")
    sessions = sessions_on(Mock(**{"get.side_effect": away, "put.side_effect": away}))
    for act in (
        lambda: sessions.checkpoint("ann", "tab"),
        lambda: sessions.store_checkpoint("ann", "tab", network(), "{}", expected_version=0),
        lambda: sessions.store_checkpoint("ann", "tab", network(), "{}"),
    ):
        with pytest.raises(StoreUnavailable, match="try again in a minute") as errors:
            act()
        assert "/secret/path" not in str(errors.value)
    assert caplog.text.count("/secret/path") == 3
    refuses(ChangedElsewhere, sessions_on(Contested(ROOMY)).store_checkpoint, "ann", "tab", network(), "{}")
    for error in (BadTab, CheckpointRefused, CheckpointTooLarge, ChangedElsewhere, StoreUnavailable):
        assert issubclass(error, SessionError)


def test_a_checkpoint_counts_towards_its_visitors_address_which_its_row_does_not_show(store: MemoryStore) -> None:
    sessions, server = sessions_on(store), Flask("visited")
    for session, address in [
        ("ann", "192.0.2.7"), ("bob", "192.0.2.7"), ("cat", "2001:db8::1"), ("dan", "2001:db8::2"),
    ]:  # fmt: skip
        with server.test_request_context(environ_base={"REMOTE_ADDR": address}):
            sessions.store_checkpoint(session, "tab", network(), "{}")
    assert sorted(map(len, store._of_address.values())) == [2, 2]
    assert not any("192" in name or ":" in name for name in store._of_address)
