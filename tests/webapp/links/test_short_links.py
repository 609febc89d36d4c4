"""A short link loads its experiment undamaged until it expires, or not at all."""

import json
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from engine import Affinity
from engine.data.table import TABLE, Table
from engine.experiments.catalogue import CATALOGUE, FIRST
from engine.experiments.experiment import DrawnWeights, Experiment
from tests.engine.asserting import refuses
from tests.webapp.asking import SETTINGS, ManualClock, not_none
from tests.webapp.store.valkey_server import ValkeyServer, needs_valkey
from webapp.links.codec import read_link
from webapp.links.short_links import NAME_LENGTH, LinksAway, Maker, NotStored, ShortLinks, TooManyLinks
from webapp.settings import Settings
from webapp.store import Key

EXPERIMENT = CATALOGUE[FIRST].experiment
DAY = 24 * 3600
SOMEBODY = Maker("ann", "192.0.2.1")


def stored(experiment: Experiment, short_links: ShortLinks) -> str:
    return short_links.store(experiment, SOMEBODY)


def test_a_short_link_survives_a_restart_of_its_store_and_a_failing_one_is_a_sentence(tmp_path: Path) -> None:
    short_links = ShortLinks(SETTINGS)
    name = stored(EXPERIMENT, short_links)
    assert len(name) == NAME_LENGTH
    assert stored(replace(EXPERIMENT), short_links) == name != stored(replace(EXPERIMENT, seed=4), short_links)
    assert short_links.load(name) == EXPERIMENT
    settings = Settings(data_dir=tmp_path, secret_key="k" * 32)
    name = stored(EXPERIMENT, ShortLinks(settings))
    assert ShortLinks(settings).load(name) == EXPERIMENT
    short_links = ShortLinks(Settings(data_dir=tmp_path, secret_key="k" * 32))
    short_links._store.close()
    refuses(NotStored, stored, EXPERIMENT, short_links, match="Export the experiment instead")
    refuses(LinksAway, short_links.load, "A" * NAME_LENGTH)
    (warning,) = read_link(f"?saved={'A' * NAME_LENGTH}", short_links, SETTINGS.max_samples).warnings
    assert warning.startswith("The server cannot look up short links at the moment; open this one again in a minute.")


@pytest.fixture(params=["memory", "sqlite", pytest.param("valkey", marks=needs_valkey)])
def store(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """The value of the setting STORE."""
    if request.param != "valkey":
        yield request.param
        return
    server = ValkeyServer(tmp_path, appendonly="no")
    yield server.address
    server.kill()


def test_a_short_link_lives_for_link_days_after_it_was_last_made(store: str, tmp_path: Path) -> None:
    clock = ManualClock()
    short_links = ShortLinks(replace(SETTINGS, store=store, data_dir=tmp_path, link_days=2), clock)
    name = stored(EXPERIMENT, short_links)
    clock.now += 1.9 * DAY
    assert stored(EXPERIMENT, short_links) == name
    clock.now += 1.9 * DAY
    assert short_links.load(name) == EXPERIMENT
    clock.now += 0.2 * DAY
    assert short_links.load(name) is None
    short_links._store.close()


def test_nothing_is_found_under_another_name_and_one_address_makes_so_many() -> None:
    for name in ["", "nothing", "../../etc/passwd", "x" * 5000, "ä\x00"]:
        short_links = ShortLinks(SETTINGS)
        stored(EXPERIMENT, short_links)
        assert short_links.load(name) is None
    short_links = ShortLinks(SETTINGS)
    name = stored(EXPERIMENT, short_links)
    short_links._store.put(Key(name, "link"), replace(EXPERIMENT, seed=4).to_json().encode(), 2, 1)
    assert short_links.load(name) is None
    short_links = ShortLinks(replace(SETTINGS, links_per_minute=60))
    names = [stored(replace(EXPERIMENT, seed=seed), short_links) for seed in (1, 2)]
    refuses(TooManyLinks, stored, replace(EXPERIMENT, seed=3), short_links, match="LINKS_PER_MINUTE")
    assert stored(replace(EXPERIMENT, seed=1), short_links) == names[0]
    assert short_links.store(replace(EXPERIMENT, seed=3), Maker("bob", "192.0.2.2"))


def test_who_has_no_room_left_is_refused_and_what_others_keep_stays(store: str, tmp_path: Path) -> None:
    settings = replace(SETTINGS, store=store, data_dir=tmp_path, link_mb=1, links_per_minute=100_000)
    short_links = ShortLinks(settings, clock := ManualClock())
    kept = short_links.store_lesson(b"a lesson of somebody else", Maker("teacher", "192.0.2.9"))
    names: dict[str, list[str]] = {}

    def store_until_refused(maker: Maker, match: str) -> int:
        made = names.setdefault(maker.session, [])

        def store() -> None:
            for number in range(2000):
                made.append(short_links.store_query(f"{maker} {number} {'x' * 20_000}", maker))

        refuses(NotStored, store, match=match)
        return len(made)

    # A session has an eighth, an address a quarter, and all together the whole.
    assert store_until_refused(SOMEBODY, "0.125 MB of them from this browser, which is the most") == 6
    assert store_until_refused(Maker("bob", SOMEBODY.address), "this browser") == 6
    assert store_until_refused(Maker("cat", SOMEBODY.address), "from this network address") < 2
    before = short_links._store.count()
    assert short_links.store_query(f"{SOMEBODY} 0 {'x' * 20_000}", Maker("cat", SOMEBODY.address)) == names["ann"][0]
    assert short_links.store_lesson(b"a lesson of somebody else", SOMEBODY) == kept
    assert short_links._store.count() == before
    store_until_refused(Maker("cat", SOMEBODY.address), "from this network address")
    assert short_links._store.count() == before
    for number in range(20):
        for k in range(2):
            store_until_refused(Maker(f"s{number}{k}", f"198.51.100.{number}"), "cannot store a new short link")
    assert short_links.load_lesson(kept)
    assert all(short_links.load_query(name) for made in names.values() for name in made)
    clock.now += settings.link_seconds + 1
    assert short_links.store_query("a late one", SOMEBODY)
    short_links._store.close()


def test_the_table_of_a_link_is_stored_once_for_all_its_knobs_and_links_with_theirs_inside_open() -> None:
    short_links = ShortLinks(SETTINGS)
    rows = tuple((float(row), float(row % 7)) for row in range(2000))
    table = replace(
        CATALOGUE["three-facts"].experiment, inputs=Table(rows, rows), layers=(Affinity(2, 2),), ideal=TABLE
    )
    names = [stored(replace(table, weights=DrawnWeights(seed)), short_links) for seed in range(5)]
    first, *others = [not_none(short_links._load_content(name, "link")) for name in names]
    assert max(map(len, [first, *others])) < 2000
    assert short_links._store.count().bytes < 2 * len(table.to_json())
    assert [short_links.load(name) for name in names] == [replace(table, weights=DrawnWeights(k)) for k in range(5)]
    whole = short_links._store_content(table.to_json().encode(), "link", SOMEBODY)  # as versions before this one did
    assert short_links.load(whole) == table
    short_links._store.drop(Key(json.loads(first)["inputs"]["stored"], "table"))
    assert short_links.load(names[0]) is None
