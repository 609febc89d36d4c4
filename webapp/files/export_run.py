"""Runs the experiment of a link for /run.json and the exports, within the page's limits and in worker slots of its own.

One slot fewer than there are cores, so that a knob never waits behind an export, and a short queue.
"""

import secrets
from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeVar

from flask import request
from werkzeug.exceptions import ServiceUnavailable

from engine.experiments.run import Run, run
from engine.training.network import Network
from webapp.jobs.worker_slots import QueueFull, WorkerSlots
from webapp.links.codec import Link, read_link
from webapp.links.short_links import ShortLinks
from webapp.settings import Settings

MOST_WAITING = 16
"""How many requests may wait for a slot."""
Result = TypeVar("Result")


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
        self._slots = WorkerSlots(max(1, settings.side_by_side - 1), MOST_WAITING)
        self._short_links = short_links
        self._max_samples = settings.max_samples

    def run_link(self, export: Callable[[ExportedRun], Result]) -> Result:
        """The export of the run; UnreadableLink where a page would use a default instead, 503 when too many wait.

        A program gets exactly the run that it requested, or none.
        """
        link = read_link(request.query_string.decode("utf-8", "replace"), self._short_links, self._max_samples)
        if link.warnings:
            raise UnreadableLink(link.sentence)
        try:
            with self._slots.place((secrets.token_hex(8), "link"), 0):
                checkpoint = link.experiment.network()
                return export(ExportedRun(link, checkpoint, run(link.experiment, checkpoint)))
        except QueueFull:
            raise ServiceUnavailable(
                f"{MOST_WAITING} others wait for their numbers already. Try again in a moment.", retry_after=1
            ) from None
