"""A range says how many numbers it has before it makes any, and refuses what is none in a sentence."""

from engine.errors import BenchError
from tests.engine.asserting import refuses
from webapp.base.ranges import read_range


def test_a_range_is_counted_and_not_made_and_what_is_none_is_a_sentence() -> None:
    assert read_range("0:1000000000000", "A seed").size == 10**12
    assert read_range("0:1:1000000000000", "α").size == 10**12
    for text, count in [("5:3", 0), ("0.1,0.2,0.3", 3), ("1:100:3:log", 3), ("0:1:2", 2)]:
        found = read_range(text, "α")
        assert (found.size, len(found.numbers())) == (count, count)
    for text in ["", "a", "1:2:3:4:5", "0:1:5:log", "1:2:-3", "1:2:3:lin", "1:2.5", "1,,2", "0:1e400"]:
        refuses(BenchError, read_range, text, "α", match="α is given as a:b:n for n values")
