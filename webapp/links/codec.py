"""Links: the query of an address as an experiment, and an experiment as the query of an address.

A link holds what `engine.experiments.link_codec` writes, the row of the catalogue that it starts from, the result of
its run where it was shared, and a lesson's text. What is too large for an address is stored on the server under a short
name. Nothing in a link stops the page: what cannot be read is named, and its default is used instead.
"""

import re
from dataclasses import dataclass, replace
from typing import NamedTuple
from urllib.parse import parse_qsl, quote, urlencode

from engine.errors import ExperimentError, shown
from engine.experiments.catalogue import CATALOGUE, FIRST
from engine.experiments.experiment import Experiment
from engine.experiments.link_codec import from_texts, to_texts
from webapp.bench.actions import checked_for_page
from webapp.bench.knob_values import Refused
from webapp.links.lessons import CHAPTERS
from webapp.links.short_links import ShortLinks

LONGEST = 1_800
"""Characters of a query that a page writes; with the address before it and a fingerprint it stays below 2,000."""
LONGEST_READ = 16_000
"""Characters of a query that is read."""
MOST_NAMES = 200
UNQUOTED = "~:,()*/[]!'@$;"
"""What a query may hold as it is; people read it."""
RUN = re.compile(r"([0-9a-f]{8})([0-9a-f]{32})")
MOST_SENTENCES = 3


class SharedRun(NamedTuple):
    """What a shared run gave: its fingerprint, and sixteen two-digit hashes along it."""

    fingerprint: str
    along: str


@dataclass(frozen=True)
class Link:
    """What a query leads to."""

    key: str
    experiment: Experiment
    said: tuple[str, ...]
    """A sentence for everything in it that could not be read."""
    run: SharedRun | None
    texts: dict[str, str]
    """All that the query names, as it came."""

    @property
    def sentence(self) -> str:
        """What could not be read, in a few sentences."""
        more = len(self.said) - MOST_SENTENCES
        return " ".join(self.said[:MOST_SENTENCES]) + (f" And {more} more." if more > 0 else "")


def query_of(key: str, experiment: Experiment, saved: ShortLinks, address: str) -> str:
    """The query that leads to the experiment, beginning with that row; NotSaved when it needs a short link in vain."""
    base = CATALOGUE[key].experiment
    try:
        query = encoded({"experiment": key} | to_texts(experiment, base))
    except ExperimentError:
        query = ""
    if 0 < len(query) <= LONGEST:
        return query
    # Turned knobs stand in the query, so that they need no other short link.
    kept = under_knobs_of(base, experiment)
    return encoded({"experiment": key, "saved": saved.keep(kept, address)} | to_texts(experiment, kept))


def under_knobs_of(turned: Experiment, experiment: Experiment) -> Experiment:
    """The experiment with the knobs as they are turned in the other one."""
    return replace(experiment, **turned.knob_values)


def encoded(texts: dict[str, str]) -> str:
    """The query that says this."""
    return urlencode(texts, safe=UNQUOTED, quote_via=quote).replace("%20", "+")


def read_link(query: str, saved: ShortLinks, max_samples: int) -> Link:
    """The experiment of a query, with or without a question mark, within the limits of the page."""
    texts, said = _texts(query)
    chapter = CHAPTERS.get(texts.get("lesson", ""))
    if chapter is not None and "experiment" not in texts:
        texts = chapter.texts | texts
    key = texts.get("experiment", FIRST)
    if key not in CATALOGUE:
        said.append(f"There is no experiment called {shown(key)}. {CATALOGUE[FIRST].title} stands in its place.")
        key = FIRST
    base = _base(texts, key, saved, said)
    experiment, unread = from_texts(texts, base)
    said += unread
    experiment = _within_limits(experiment, base, max_samples, said)
    proof = _proof(texts, said)
    return Link(key, experiment, tuple(said), proof, texts)


def _texts(query: str) -> tuple[dict[str, str], list[str]]:
    query = query.removeprefix("?")
    if len(query) > LONGEST_READ:
        return {}, [f"This link has more than {LONGEST_READ:,} characters, and nothing of it was read."]
    try:
        return dict(parse_qsl(query, keep_blank_values=True, max_num_fields=MOST_NAMES)), []
    except ValueError:
        return {}, [f"This link names more than {MOST_NAMES} things, and nothing of it was read."]


def _base(texts: dict[str, str], key: str, saved: ShortLinks, said: list[str]) -> Experiment:
    base = CATALOGUE[key].experiment
    if "saved" not in texts:
        return base
    found = saved.found(texts["saved"])
    if found is None:
        said.append(
            f"This short link has expired, or it was made elsewhere. {CATALOGUE[key].title} stands in its place."
        )
    return found or base


def _within_limits(experiment: Experiment, base: Experiment, max_samples: int, said: list[str]) -> Experiment:
    try:
        checked_for_page(experiment)
    except Refused as refused:
        said.append(f"{refused.sentence} In its place stands the network as it comes.")
        experiment = under_knobs_of(experiment, base)
    if experiment.samples > max_samples:
        said.append(f"Samples go from 1 to {max_samples:,} here. {max_samples:,} stand in place of more.")
        experiment = replace(experiment, samples=max_samples)
    return experiment


def _proof(texts: dict[str, str], said: list[str]) -> SharedRun | None:
    if "run" not in texts:
        return None
    found = RUN.fullmatch(texts["run"])
    if found is None:
        said.append("What the link says of its run is harmed, so the run is not compared.")
        return None
    return SharedRun(*found.groups())
