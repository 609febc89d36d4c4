"""Routes for links: the experiment of a query, and the query of the experiment that the tab shows.

POST /link reads a query; POST /analysis/address writes one for the stored experiment under the page's knobs. POST
/shorten stores a query, and GET /l/ with its name leads to it. None trains anything, so none waits for a worker slot.
"""

import json
import re
from typing import Any

from flask import Flask, redirect, request
from werkzeug.exceptions import NotFound, ServiceUnavailable, TooManyRequests
from werkzeug.wrappers import Response

from engine.experiments.experiment import Experiment
from webapp.base.validation import Malformed, exactly, text_within
from webapp.bench.actions import NoCheckpoint, RequestContext
from webapp.bench.knob_values import Refused
from webapp.bench.requests import read_side_request
from webapp.links.codec import Link, query_of, read_link
from webapp.links.lessons import lesson_of
from webapp.links.short_links import LinksAway, Maker, NotStored, ShortLinks, TooManyLinks, maker_of
from webapp.sessions.sessions import SessionError, Sessions
from webapp.settings import Settings

PRINTED = re.compile(r"[!-~]+")
LONGEST_SHORTENED = 4_000
"""The most characters of a query that is stored: a page's own, with a title and a prompt."""
LONGEST_BODY = 65_536
"""The most characters of a query that are accepted; `read_link` reads far fewer, and warns about more."""


def install(server: Flask, sessions: Sessions, settings: Settings, short_links: ShortLinks) -> None:
    """Serves POST /link with {"query": …}, and POST /analysis/address like every side request."""

    def link() -> dict[str, Any]:
        query = text_within(exactly(request.get_json(), {"query"})["query"], LONGEST_BODY)
        return link_response(read_link(query, short_links, settings.max_samples))

    def address() -> dict[str, Any]:
        return query_response(request.get_json(), sessions, settings, short_links)

    def shorten() -> dict[str, Any]:
        query = text_within(exactly(request.get_json(), {"query"})["query"], LONGEST_SHORTENED)
        return shortened(query, short_links, maker_of(sessions)) | {"days": settings.link_days}

    def follow(name: str) -> Response:
        return redirect(f"{settings.prefix}?{query_named(name, short_links)}")

    server.add_url_rule("/link", view_func=link, methods=["POST"])
    server.add_url_rule("/shorten", view_func=shorten, methods=["POST"])
    server.add_url_rule("/l/<name>", view_func=follow)
    server.add_url_rule("/analysis/address", view_func=address, methods=["POST"])


def shortened(query: str, short_links: ShortLinks, maker: Maker) -> dict[str, Any]:
    """The name under which the query of a link is stored, or the sentence that refuses it."""
    if not PRINTED.fullmatch(query):
        raise Malformed("The query of a link has the printed letters of ASCII alone, and no spaces.")
    try:
        return {"name": short_links.store_query(query, maker)}
    except TooManyLinks as error:
        raise TooManyRequests(str(error), retry_after=1) from None
    except NotStored as error:
        return {"refused": str(error)}


def query_named(name: str, short_links: ShortLinks) -> str:
    """The query that is stored under this name."""
    try:
        query = short_links.load_query(name)
    except LinksAway:
        raise ServiceUnavailable(
            "The server cannot look up short links at the moment. Try again in a minute."
        ) from None
    if query is None:
        raise NotFound("There is no such short link, or no longer.")
    return query


def link_response(link: Link) -> dict[str, Any]:
    """The data with which the page opens a link."""
    return {
        "key": link.key,
        "experiment": experiment_json(link.experiment),
        "said": link.sentence,
        "run": link.run._asdict() if link.run else None,
        "lesson": lesson_of(link.texts, link.experiment),
    }


def query_response(body: object, sessions: Sessions, settings: Settings, short_links: ShortLinks) -> dict[str, Any]:
    """The query of the tab's stored experiment."""
    side_request = read_side_request(body)
    exactly(side_request.asked, set())
    context = RequestContext(sessions, sessions.session_id(), settings.max_samples)
    try:
        query = query_of(side_request.key, context.stored_with_weights(side_request), short_links, maker_of(sessions))
    except NoCheckpoint:
        return {"lost": True}
    except TooManyLinks as error:
        raise TooManyRequests(str(error), retry_after=1) from None
    except Refused as refused:
        return {"refused": refused.sentence}
    except (NotStored, SessionError) as error:
        return {"refused": str(error)}
    return {"query": query}


def experiment_json(experiment: Experiment) -> dict[str, Any]:
    """The experiment as in JSON."""
    decoded: dict[str, Any] = json.loads(experiment.to_json())
    return decoded
