"""The address bar: what a link leads to, and the link that leads to what the tab shows.

POST /link reads a query and gives the page what it opens; POST /aside/address writes one for the kept experiment under
the knobs of the page. Nothing is learned here, so neither waits for a place.
"""

import json
from typing import Any

from flask import Flask, request
from werkzeug.exceptions import TooManyRequests

from engine.experiments.experiment import Experiment
from webapp.base.validation import exactly, text_within
from webapp.bench.actions import NoCheckpoint, RequestContext
from webapp.bench.knob_values import Refused
from webapp.bench.requests import read_side_request
from webapp.http.rate_limit import network_of
from webapp.links.codec import Link, query_of, read_link
from webapp.links.lessons import chapter_about, lesson_of
from webapp.links.short_links import NotStored, ShortLinks, TooManyLinks
from webapp.sessions.sessions import SessionError, Sessions
from webapp.settings import Settings

LONGEST_BODY = 65_536
"""Characters of a query that are taken at all; `read_link` reads far fewer, and says so."""


def install(server: Flask, sessions: Sessions, settings: Settings, saved: ShortLinks) -> None:
    """Answers POST /link with {"query": …}, and POST /aside/address as every side question."""

    def link() -> dict[str, Any]:
        query = text_within(exactly(request.get_json(), {"query"})["query"], LONGEST_BODY)
        return opened(read_link(query, saved, settings.max_samples))

    def address() -> dict[str, Any]:
        return address_of(request.get_json(), sessions, settings, saved, network_of(request.remote_addr or ""))

    server.add_url_rule("/link", view_func=link, methods=["POST"])
    server.add_url_rule("/aside/address", view_func=address, methods=["POST"])


def opened(link: Link) -> dict[str, Any]:
    """What the page needs in order to open a link."""
    return {
        "key": link.key,
        "experiment": plain(link.experiment),
        "said": link.sentence,
        "run": link.run._asdict() if link.run else None,
        "lesson": lesson_of(link.texts),
    }


def address_of(body: object, sessions: Sessions, settings: Settings, saved: ShortLinks, visitor: str) -> dict[str, Any]:
    """The query that leads to what the tab has kept, and the chapter that its experiment belongs to."""
    question = read_side_request(body)
    exactly(question.asked, set())
    context = RequestContext(sessions, sessions.session_id(), settings.max_samples)
    try:
        query = query_of(question.key, context.stored_with_weights(question), saved, visitor)
    except NoCheckpoint:
        return {"lost": True}
    except TooManyLinks as error:
        raise TooManyRequests(str(error), retry_after=1) from None
    except Refused as refused:
        return {"refused": refused.sentence}
    except (NotStored, SessionError) as error:
        return {"refused": str(error)}
    return {"query": query, "chapter": chapter_about(question.key)}


def plain(experiment: Experiment) -> dict[str, Any]:
    """The experiment as JSON holds it."""
    decoded: dict[str, Any] = json.loads(experiment.to_json())
    return decoded
