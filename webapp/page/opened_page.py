"""The page of an address: the document holds what its link says, and shows its run as it shows the first one's.

A page costs about as much as an answer to a turned knob. So they are made within a share of a core and cached for
others who open the same link; beyond it, and for links that are stored or long, the document is the first
experiment's, and the page's scripts ask where the link leads. A run that takes long has its room in the document, and
comes with the scripts.
"""

import time
from dataclasses import dataclass, replace

from engine import kernel
from engine.base.byte_cache import ByteCache
from engine.experiments.experiment import Experiment
from webapp.bench.budget import BUDGET, held_out_cost, run_cost
from webapp.bench.page_content import PageContent
from webapp.http.rate_limit import Rate
from webapp.links.codec import LONGEST, Link, read_link
from webapp.links.routes import link_response
from webapp.links.short_links import ShortLinks
from webapp.page.before_dash.parts import parted
from webapp.page.before_dash.stand_ins import attributes
from webapp.page.components.lesson import COMPARING
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
MOST_COST = BUDGET // 2
"""Longer runs wait for the scripts, which show that they take a while."""
MOST_READABLE_SECONDS = 0.15
"""The longest run until the kernel is compiled, since the readable layers train it meanwhile."""
LINK_ID = "opened-link"
ALL = "all"


@dataclass(frozen=True)
class OpenedPage:
    """The parts of the document that depend on its address."""

    markup: str
    """The HTML of the page."""
    block: str
    """The start values of its scripts: the experiment that it shows, and the link of its address."""
    attributes: str = ""
    """Attributes of the document: whether the page is its address's, and its lesson."""


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
        link = read_link(query, self._short_links, self._max_samples)
        with_run = not takes_long(link.experiment)
        made = self._page_of(link, with_run=with_run)
        self._rate.charge(ALL, round(1000 * (time.thread_time() - begun)))
        if with_run or is_ready(link.experiment):
            self._made.put(query, made)
        return made

    def _page_of(self, link: Link, *, with_run: bool) -> OpenedPage:
        reply = link_response(link)
        lesson, run, said = reply["lesson"], reply["run"], reply["said"]
        page = replace(
            initial_page(self._content, link.key, link.experiment, with_run=with_run),
            lesson=lesson,
            framed=link.texts.get("embed") == "1",
            # A lesson is no report of a run.
            notice=" ".join(filter(None, [COMPARING if run and not lesson else "", said])),
            good=not said,
        )
        given = {
            "data-answered": True,
            "data-later": not with_run,
            "data-lesson": "page" if lesson else None,
            "data-view": (lesson["view"] or None) if lesson else None,
        }
        block = first_block(page) + data_block(LINK_ID, reply)
        return OpenedPage(parted(layout(page)).markup, block, attributes(given))


def takes_long(experiment: Experiment) -> bool:
    """Whether nobody is to wait for the document until the run is made."""
    network = experiment.network()
    if run_cost(experiment, network) + held_out_cost(experiment, network) > MOST_COST:
        return True
    seconds = experiment.samples * kernel.readable_seconds(network.layers, experiment.width)
    return seconds > MOST_READABLE_SECONDS and not is_ready(experiment)


def is_ready(experiment: Experiment) -> bool:
    """Whether the kernel that trains the run is compiled."""
    return kernel.ready(by_rule=not experiment.rule.plain)


def size_of(query: str, page: OpenedPage) -> int:
    """About how many bytes a page takes with its query."""
    return PER_PAGE + len(query) + len(page.block) + len(page.markup)
