"""The page of an address: the document holds the experiment of its link, and shows its run as it shows the first
one's.

A page costs about as much as an answer to a turned knob. So they are made within a share of a core and cached for
others who open the same link; beyond it, and for links that are stored or long, the document is the first
experiment's, and the page's scripts ask where the link leads. For links that say more than an experiment, and for runs
that take long, it shows the first experiment, and the scripts go on from there.
"""

import time
from dataclasses import dataclass, replace

from engine.base.byte_cache import ByteCache
from webapp.bench.budget import BUDGET, run_cost
from webapp.bench.page_content import PageContent
from webapp.http.rate_limit import Rate
from webapp.links.codec import LONGEST, Link, read_link
from webapp.links.lessons import lesson_of
from webapp.links.routes import link_response
from webapp.links.short_links import ShortLinks
from webapp.page.before_dash.parts import parted
from webapp.page.index import data_block
from webapp.page.initial_page import first_block, initial_page
from webapp.page.layout import layout

MILLISECONDS = 200
"""The most milliseconds of each second that are spent on pages of links."""
MOST_BYTES = 8 * 1024 * 1024
"""The most bytes of the cached pages together."""
PER_PAGE = 1024
"""The bytes of each of them beside its characters."""
DOCUMENT_BYTES = 6 * 1024 * 1024
"""The most bytes of the documents with such pages together: about twenty."""
MOST_COST = BUDGET // 20
"""Longer runs wait for the scripts, which show that they take a while."""
LINK_ID = "opened-link"
ALL = "all"


@dataclass(frozen=True)
class OpenedPage:
    """The parts of the document that depend on its address."""

    markup: str
    """The HTML of the page."""
    block: str
    """The start values of its scripts: the experiment that it shows, and the link of its address."""
    answers: bool
    """Whether it shows the run of its address's link."""


class OpenedPages:
    """The pages of addresses; safe to use from many threads. Without short links the bench has no links at all."""

    def __init__(
        self,
        first: OpenedPage,
        content: PageContent,
        short_links: ShortLinks | None,
        max_samples: int,
        rate: float = MILLISECONDS,
    ) -> None:
        self._first = first
        self._content = content
        self._short_links = short_links
        self._max_samples = max_samples
        self._rate = Rate(rate)
        self._made: ByteCache[str, OpenedPage] = ByteCache(MOST_BYTES, size_of)

    def of(self, query: str) -> OpenedPage:
        """The page of an address with this query, without a question mark."""
        # A short link is looked up, and may lead to a large table.
        if self._short_links is None or not query or len(query) > LONGEST or "saved=" in query:
            return self._first
        found = self._made.get(query)
        if found is not None or not self._rate.allows(ALL):
            return found or self._first
        begun = time.thread_time()
        found = self._page_of(read_link(query, self._short_links, self._max_samples))
        self._rate.charge(ALL, round(1000 * (time.thread_time() - begun)))
        self._made.put(query, found)
        return found

    def _page_of(self, link: Link) -> OpenedPage:
        leads_to = data_block(LINK_ID, link_response(link))
        if not is_plain(link):
            return replace(self._first, block=self._first.block + leads_to)
        page = initial_page(self._content, link.key, link.experiment)
        return OpenedPage(parted(layout(page)).markup, first_block(page) + leads_to, answers=True)


def is_plain(link: Link) -> bool:
    """Whether a link says no more than an experiment, whose run does not take long."""
    if link.warnings or lesson_of(link.texts) is not None:
        return False
    return run_cost(link.experiment, link.experiment.network()) <= MOST_COST


def size_of(query: str, page: OpenedPage) -> int:
    """About how many bytes a page takes with its query."""
    return PER_PAGE + len(query) + len(page.block) + (len(page.markup) if page.answers else 0)
