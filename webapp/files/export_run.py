"""Runs the experiment of a link for /run.json and the exports, within the page's limits."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TypeVar

from flask import request

from engine.data.inputs import SAMPLES_LIMIT
from engine.errors import OutOfRangeError
from engine.experiments.catalogue import CATALOGUE
from engine.experiments.run import Run, run
from engine.training.network import Network
from webapp.bench.budget import check_costs
from webapp.bench.run_summary import has_own_data, name_of
from webapp.jobs.job import Job, RunTooLong, current_job
from webapp.jobs.large_work import turn_for
from webapp.links.codec import Link, read_link
from webapp.links.short_links import ShortLinks
from webapp.settings import Settings

Result = TypeVar("Result")
SHOWN_INSTEAD = re.compile(r" Showing .*?\.(?= |$)")
"""The clause about the value that a page would use instead; a program gets no such value."""
PER_STEP = 64
"""Bytes that an export takes for each step of its run, as an object and as text."""


@dataclass(frozen=True)
class ExportedRun:
    """A link with its checkpoint and its run."""

    link: Link
    checkpoint: Network
    run: Run

    @property
    def has_own_data(self) -> bool:
        """Whether its samples are a table that the listed experiment does not have."""
        return has_own_data(self.link.experiment, CATALOGUE[self.link.key].experiment)

    @property
    def title(self) -> str:
        """The name of what was run: that of the listed experiment says nothing of a table of one's own."""
        return name_of(self.link.experiment, CATALOGUE[self.link.key])


class UnreadableLink(Exception):
    """A query that is not an experiment; the message says what could not be read."""


class LinkRunner:
    """Runs the experiment that the query of a request names.

    Until the kernel is compiled the readable layers train it; with wait_for_kernel=None it waits where that is quicker.
    """

    def __init__(self, settings: Settings, short_links: ShortLinks, *, wait_for_kernel: bool | None = False) -> None:
        self._short_links = short_links
        self._wait_for_kernel = wait_for_kernel
        self._max_samples = settings.max_samples
        self.seconds = settings.run_seconds

    def run_link(self, export: Callable[[ExportedRun], Result]) -> Result:
        """The export of the run; UnreadableLink where a page would use a default, or for a run that takes too long.

        A program gets exactly the run that it requested, or none.
        """
        return self.run_query(self._request_query(), export)

    def run_query(self, query: str, export: Callable[[ExportedRun], Result]) -> Result:
        """An export of the run of another query."""
        return self._run({"": query}, export)

    def run_pair(self, queries: Mapping[str, str], export: Callable[[ExportedRun, ExportedRun], Result]) -> Result:
        """The export of the runs of two queries; errors as `run_link`, with the name of the query that is at fault."""
        return self._run(queries, export)

    def run_with(self, other: Mapping[str, str], export: Callable[[ExportedRun, ExportedRun], Result]) -> Result:
        """The export of the run of another query, and that of the request; errors as `run_pair`."""
        return self._run({**other, "": self._request_query()}, export)

    def _run(self, queries: Mapping[str, str], export: Callable[..., Result]) -> Result:
        links = [self.read(query, name) for name, query in queries.items()]
        for link in links:
            try:
                check_costs(link.experiment)
            except OutOfRangeError as error:
                raise UnreadableLink(str(error)) from None
        job = current_job()
        with turn_for(PER_STEP * sum(link.experiment.samples for link in links)):
            try:
                return export(*(self._exported(link, job) for link in links))
            except RunTooLong as error:
                raise UnreadableLink(str(error)) from None

    def read(self, query: str, name: str = "") -> Link:
        """The link of a query, without its run; UnreadableLink, with its name, where a page would use a default."""
        link = read_link(query, self._short_links, self._max_samples)
        if link.warnings:
            unread = SHOWN_INSTEAD.sub("", link.sentence)
            raise UnreadableLink(f"In {name}: {unread}" if name else unread)
        return link

    @staticmethod
    def _request_query() -> str:
        return request.query_string.decode("utf-8", "replace")

    def _exported(self, link: Link, job: Job) -> ExportedRun:
        checkpoint, wait = link.experiment.network(), self._wait_for_kernel
        made = run(link.experiment, checkpoint, lambda _done: job.check_cancelled(), wait_for_kernel=wait)
        return ExportedRun(link, checkpoint, made)


def own_link_runner() -> LinkRunner:
    """Runs links as the page does, as long as this machine likes; it knows no short links, which are a server's."""
    settings = Settings(store="memory", max_samples=SAMPLES_LIMIT)
    return LinkRunner(settings, ShortLinks(settings), wait_for_kernel=None)
