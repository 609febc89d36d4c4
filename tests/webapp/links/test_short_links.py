"""What is too large for a link is kept under a short name, until it expires, and comes back unharmed or not at all."""

from dataclasses import replace
from pathlib import Path

import pytest

from engine.experiments.catalogue import CATALOGUE, FIRST
from engine.experiments.experiment import Experiment
from tests.webapp.asking import SETTINGS
from webapp.links.short_links import NAME_LENGTH, NotStored, ShortLinks, TooManyLinks
from webapp.settings import Settings
from webapp.store import Key

EXPERIMENT = CATALOGUE[FIRST].experiment
DAY = 24 * 3600
SOMEBODY = "192.0.2.1"


class Clock:
    """Seconds that go by when they are told to."""

    now = 1_000_000.0

    def __call__(self) -> float:
        return self.now


def kept(experiment: Experiment, saved: ShortLinks) -> str:
    return saved.store(experiment, SOMEBODY)


def test_equal_experiments_have_one_short_name() -> None:
    saved = ShortLinks(SETTINGS)
    name = kept(EXPERIMENT, saved)
    assert len(name) == NAME_LENGTH
    assert kept(replace(EXPERIMENT), saved) == name != kept(replace(EXPERIMENT, seed=4), saved)
    assert saved.load(name) == EXPERIMENT


@pytest.mark.parametrize("store", ["memory", "sqlite"])
def test_a_short_link_lives_for_link_days_after_it_was_last_made(store: str, tmp_path: Path) -> None:
    clock = Clock()
    saved = ShortLinks(replace(SETTINGS, store=store, data_dir=tmp_path, link_days=2), clock)
    name = kept(EXPERIMENT, saved)
    clock.now += 1.9 * DAY
    assert kept(EXPERIMENT, saved) == name
    clock.now += 1.9 * DAY
    assert saved.load(name) == EXPERIMENT
    clock.now += 0.2 * DAY
    assert saved.load(name) is None


def test_a_short_link_survives_a_restart(tmp_path: Path) -> None:
    settings = Settings(data_dir=tmp_path, secret_key="k" * 32)
    name = kept(EXPERIMENT, ShortLinks(settings))
    assert ShortLinks(settings).load(name) == EXPERIMENT


@pytest.mark.parametrize("name", ["", "nothing", "../../etc/passwd", "x" * 5000, "ä\x00"])
def test_nothing_is_found_under_any_other_name(name: str) -> None:
    saved = ShortLinks(SETTINGS)
    kept(EXPERIMENT, saved)
    assert saved.load(name) is None


def test_a_row_that_was_exchanged_is_not_opened() -> None:
    saved = ShortLinks(SETTINGS)
    name = kept(EXPERIMENT, saved)
    saved._store.put(Key(name, "link"), replace(EXPERIMENT, seed=4).to_json().encode(), 2, 1)
    assert saved.load(name) is None


def test_one_address_makes_so_many_new_links_and_no_more() -> None:
    saved = ShortLinks(replace(SETTINGS, links_per_minute=60))
    names = [kept(replace(EXPERIMENT, seed=seed), saved) for seed in (1, 2)]
    with pytest.raises(TooManyLinks, match="LINKS_PER_MINUTE"):
        kept(replace(EXPERIMENT, seed=3), saved)
    assert kept(replace(EXPERIMENT, seed=1), saved) == names[0]
    assert saved.store(replace(EXPERIMENT, seed=3), "192.0.2.2")


def test_the_links_made_longest_ago_make_room() -> None:
    saved = ShortLinks(replace(SETTINGS, link_mb=1, links_per_minute=100_000))
    long = CATALOGUE["spiral"].experiment
    long = long.with_weights_of(long.network())
    names = [kept(replace(long, seed=seed), saved) for seed in range(200)]
    assert saved.load(names[0]) is None
    assert saved.load(names[-1]) is not None


def test_a_store_that_fails_is_told_in_a_sentence(tmp_path: Path) -> None:
    saved = ShortLinks(Settings(data_dir=tmp_path, secret_key="k" * 32))
    saved._store.close()
    with pytest.raises(NotStored, match="Export the experiment instead"):
        kept(EXPERIMENT, saved)
    assert saved.load("A" * NAME_LENGTH) is None
