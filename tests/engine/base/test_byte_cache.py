"""A cache holds the latest values within its bytes, and never more."""

import threading
from typing import ClassVar

import pytest

from engine.base.byte_cache import ByteCache


@pytest.fixture
def cache() -> ByteCache[str, str]:
    """Room for four characters."""
    return ByteCache(4, lambda key, value: len(value))


def test_the_oldest_goes_first_and_one_too_large_is_not_stored(cache: ByteCache[str, str]) -> None:
    cache.put("a", "11")
    cache.put("b", "22")
    assert cache.get("a") == "11"
    cache.put("c", "33")
    assert (cache.get("a"), cache.get("b"), cache.get("c")) == ("11", None, "33")
    for value in ("1", "1111", "11"):
        cache.put("a", value)
    cache.put("b", "22")
    assert (cache.get("a"), cache.get("b")) == ("11", "22")
    cache.put("a", "11")
    cache.put("b", "22222")
    assert (cache.get("a"), cache.get("b")) == (None, None)
    cache.put("c", "3333")
    assert cache.get("c") == "3333"


def test_what_a_key_holds_counts_once_however_deep_it_is() -> None:
    class Large:
        bytes_held: ClassVar = {"rows": 100}

    cache: ByteCache[tuple[object, ...], int] = ByteCache(110, lambda key, value: value)
    cache.put((Large(), ("pair", (Large(),))), 5)
    assert cache.taken == 105
    cache.put(("small",), 10)
    assert cache.taken == 10


def test_of_two_that_come_with_the_same_key_both_get_the_first(cache: ByteCache[str, str]) -> None:
    given: list[str] = []
    threads = [threading.Thread(target=lambda k=k: given.append(cache.first_put("a", k))) for k in "xyz"]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert (len(set(given)), cache.get("a")) == (1, given[0])
