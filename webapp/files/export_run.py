"""The run of a link, for whoever wants its numbers and not the page: within the page's limits, in places of its own.

One place fewer than there are cores, so that a turned knob never waits behind them, and a short queue.
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

WAITING = 16
"""How many may wait for a place."""
Made = TypeVar("Made")


@dataclass(frozen=True)
class ExportedRun:
    """A link with its checkpoint and its run."""

    link: Link
    checkpoint: Network
    run: Run


class UnreadableLink(Exception):
    """A query that is no experiment; the message says what could not be read."""


class LinkRunner:
    """Runs what the query of a request leads to."""

    def __init__(self, settings: Settings, saved: ShortLinks) -> None:
        self._places = WorkerSlots(max(1, settings.side_by_side - 1), WAITING)
        self._saved = saved
        self._most = settings.max_samples

    def ran(self, make: Callable[[ExportedRun], Made]) -> Made:
        """What is made of the run; Unreadable for a query that a page would mend, 503 when too many wait.

        A program gets the run that it asked for, or none.
        """
        link = read_link(request.query_string.decode("utf-8", "replace"), self._saved, self._most)
        if link.said:
            raise UnreadableLink(link.sentence)
        try:
            with self._places.place((secrets.token_hex(8), "link"), 0):
                checkpoint = link.experiment.network()
                return make(ExportedRun(link, checkpoint, run(link.experiment, checkpoint)))
        except QueueFull:
            raise ServiceUnavailable(
                f"{WAITING} others wait for their numbers already. Try again in a moment.", retry_after=1
            ) from None
