"""Runs the experiment of a link for /run.json and the exports, within the page's limits."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeVar

from flask import request

from engine.experiments.run import Run, run
from engine.training.network import Network
from webapp.jobs.job import RunTooLong, current_job
from webapp.jobs.large_work import turn_for
from webapp.links.codec import Link, read_link
from webapp.links.short_links import ShortLinks
from webapp.settings import Settings

Result = TypeVar("Result")
PER_STEP = 64
"""Bytes that an export takes for each step of its run, as an object and as text."""


@dataclass(frozen=True)
class ExportedRun:
    """A link with its checkpoint and its run."""

    link: Link
    checkpoint: Network
    run: Run


class UnreadableLink(Exception):
    """A query that is not an experiment; the message says what could not be read."""


class LinkRunner:
    """Runs the experiment that the query of a request names."""

    def __init__(self, settings: Settings, short_links: ShortLinks) -> None:
        self._short_links = short_links
        self._max_samples = settings.max_samples
        self.seconds = settings.run_seconds

    def run_link(self, export: Callable[[ExportedRun], Result]) -> Result:
        """The export of the run; UnreadableLink where a page would use a default, or for a run that takes too long.

        A program gets exactly the run that it requested, or none.
        """
        link = read_link(request.query_string.decode("utf-8", "replace"), self._short_links, self._max_samples)
        if link.warnings:
            raise UnreadableLink(link.sentence)
        checkpoint, job = link.experiment.network(), current_job()
        with turn_for(PER_STEP * link.experiment.samples):
            try:
                made = run(link.experiment, checkpoint, lambda _done: job.go_on())
                return export(ExportedRun(link, checkpoint, made))
            except RunTooLong as error:
                raise UnreadableLink(str(error)) from None
