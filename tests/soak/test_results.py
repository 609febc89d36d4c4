"""The table of results from papers holds, and the shares on the story's pages are those of its seeds."""

import re

import pytest

from benchmarks.results import ROWS, halved_spreads, late_rules, line, peaks
from tests.documents import documents
from tests.webapp.links.paper_numbers import SLOW_SHARES
from webapp.links.lessons import STORY


@pytest.mark.soak
@pytest.mark.parametrize("key", ROWS)
def test_a_row_of_the_table_is_what_its_runs_give(key: str) -> None:
    text = documents()["docs/results.md"]
    (row,) = [one for one in text.splitlines() if f"`?lesson={key}`" in one]
    assert row.startswith(line(key))


def test_each_page_about_a_paper_has_a_row_with_its_source_that_takes_at_most_ten_seconds() -> None:
    pages = STORY["Results from papers"]
    assert [page.key for page in pages] == list(ROWS)
    for page in pages:
        found = re.search(
            rf"`\?lesson={page.key}`.* (\d+) \| {re.escape(page.source)} \|", documents()["docs/results.md"]
        )
        assert found is not None
        assert int(found[1]) <= 10


@pytest.mark.soak
def test_the_shares_on_the_pages_that_take_seconds_are_those_of_their_seeds() -> None:
    assert {
        "peaks": peaks(),
        "peaks after 100 steps": peaks(3_000),
        "halved spreads": halved_spreads(),
        "late without decay": late_rules(0.0),
    } == SLOW_SHARES
