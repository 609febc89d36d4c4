"""Links: reads an experiment from the query of a URL, and writes the query of an experiment.

A link holds what `engine.experiments.link_codec` writes, the row of the catalogue that it starts from, the result of
its run where it was shared, and a lesson's text. Experiments that are too large for a URL are stored on the server,
under a short name. Nothing in a link stops the page: a value that cannot be read gives a warning, and the default is
used.
"""

import re
from dataclasses import dataclass, replace
from typing import NamedTuple
from urllib.parse import parse_qsl, quote, urlencode

from engine.errors import BenchError, ExperimentError, shown
from engine.experiments.catalogue import CATALOGUE, FIRST
from engine.experiments.experiment import Experiment
from engine.experiments.knobs import Knobs, plain_knobs
from engine.experiments.link_codec import BETWEEN_LAYERS, WITHIN_LAYER, from_texts, to_texts
from webapp.bench.actions import MOST_LAYERS, TOO_LARGE, checked_for_page
from webapp.bench.changes import WIDEST
from webapp.bench.knob_values import Refused
from webapp.links.lessons import CHAPTERS
from webapp.links.short_links import LinksAway, Maker, ShortLinks

LONGEST = 1_800
"""The longest query that a page writes; with the address before it and a fingerprint it stays below 2,000."""
LONGEST_READ = 16_000
"""The longest query that is read."""
MOST_NAMES = 200
MOST_DIGITS = 9
UNQUOTED = "~:,()*/[]!'@$;"
"""Characters that are not percent-encoded in a query, so that people can read it."""
RUN = re.compile(r"([0-9a-f]{8})([0-9a-f]{32})")
MOST_SENTENCES = 3


class SharedRun(NamedTuple):
    """A shared run: its fingerprint, and sixteen two-digit hashes along it."""

    fingerprint: str
    along: str


@dataclass(frozen=True)
class Link:
    """The content of a query."""

    key: str
    experiment: Experiment
    warnings: tuple[str, ...]
    """A sentence for everything in the query that could not be read."""
    run: SharedRun | None
    texts: dict[str, str]
    """All names and values of the query, unparsed."""

    @property
    def sentence(self) -> str:
        """The warnings, the first few of them."""
        more = len(self.warnings) - MOST_SENTENCES
        return " ".join(self.warnings[:MOST_SENTENCES]) + (f" And {more} more." if more > 0 else "")


def query_of(key: str, experiment: Experiment, short_links: ShortLinks, maker: Maker) -> str:
    """The query of an experiment that differs from this entry of the catalogue; NotStored when a short link fails."""
    base = CATALOGUE[key].experiment
    try:
        query = encode_query({"experiment": key} | to_texts(experiment, base))
    except ExperimentError:
        query = ""
    if 0 < len(query) <= LONGEST:
        return query
    # The knobs are in the query, so that turning them needs no other short link.
    stored = _with_knobs_of(base, experiment)
    return encode_query({"experiment": key, "saved": short_links.store(stored, maker)} | to_texts(experiment, stored))


def _with_knobs_of(other: Experiment, experiment: Experiment) -> Experiment:
    """The experiment with the knobs of another one, or with none that is on, where those do not fit its samples."""
    try:
        return replace(experiment, **other.knob_values)
    except BenchError:
        return replace(experiment, **{knob.name: knob.default for knob in plain_knobs(experiment.knobs)})


def encode_query(texts: dict[str, str]) -> str:
    """The texts as a query."""
    return urlencode(texts, safe=UNQUOTED, quote_via=quote).replace("%20", "+")


def read_link(query: str, short_links: ShortLinks, max_samples: int) -> Link:
    """The experiment of a query, with or without a question mark, within the limits of the page."""
    texts, warnings = _texts(query)
    chapter = CHAPTERS.get(texts.get("lesson", ""))
    if texts.get("lesson") and chapter is None:
        warnings.append(f"The story has no page called {shown(texts['lesson'])}.")
    if chapter is not None and "experiment" not in texts:
        texts = chapter.texts | texts
    key = texts.get("experiment", FIRST)
    if key not in CATALOGUE:
        warnings.append(f"There is no experiment called {shown(key)}. Showing {CATALOGUE[FIRST].title} instead.")
        key = FIRST
    base = _base(texts, key, short_links, warnings)
    experiment, unreadable = from_texts(_without_too_large_network(texts, base.knobs, warnings), base)
    warnings += unreadable
    experiment = _within_limits(experiment, base, max_samples, warnings)
    run = _shared_run(texts, warnings)
    return Link(key, experiment, tuple(warnings), run, texts)


def _without_too_large_network(texts: dict[str, str], knobs: Knobs, warnings: list[str]) -> dict[str, str]:
    """The texts, or its knobs alone where there are more layers than the page takes, or wider ones: their formulas are
    never read."""
    layers = texts.get("layers", "").split(BETWEEN_LAYERS)
    if len(layers) <= MOST_LAYERS and not any(map(_is_too_wide, layers)):
        return texts
    warnings.append(f"{TOO_LARGE} Showing the experiment's own network instead.")
    names = ("v", *(knob.link_name for knob in plain_knobs(knobs)))
    return {name: texts[name] for name in names if name in texts}


def _is_too_wide(layer: str) -> bool:
    """Whether a dense layer of a link takes or gives more numbers than a layer of the page."""
    widths = re.match(rf"([0-9]+){WITHIN_LAYER}([0-9]+)", layer)
    return widths is not None and any(len(text) > MOST_DIGITS or int(text) > WIDEST for text in widths.groups())


def query_in(text: str) -> str:
    """The query in an address of the bench, as it stands in the address bar; another text is one already, but for its
    question mark."""
    address, mark, query = text.partition("?")
    if not mark or "=" in address:
        return text
    return query.partition("#")[0] if address else query


def _texts(query: str) -> tuple[dict[str, str], list[str]]:
    query = query_in(query)
    if len(query) > LONGEST_READ:
        return {}, [f"This link has more than {LONGEST_READ:,} characters, and nothing of it was read."]
    try:
        return dict(parse_qsl(query, keep_blank_values=True, max_num_fields=MOST_NAMES)), []
    except ValueError:
        return {}, [f"This link names more than {MOST_NAMES} things, and nothing of it was read."]


def _base(texts: dict[str, str], key: str, short_links: ShortLinks, warnings: list[str]) -> Experiment:
    base = CATALOGUE[key].experiment
    if "saved" not in texts:
        return base
    shown_instead = f"Showing {CATALOGUE[key].title} instead."
    try:
        stored = short_links.load(texts["saved"])
    except LinksAway:
        warnings.append(
            f"The server cannot look up short links at the moment; open this one again in a minute. {shown_instead}"
        )
        return base
    if stored is None:
        warnings.append(f"This short link has expired, or it was made elsewhere. {shown_instead}")
    return stored or base


def _within_limits(experiment: Experiment, base: Experiment, max_samples: int, warnings: list[str]) -> Experiment:
    try:
        checked_for_page(experiment)
    except Refused as refused:
        warnings.append(f"{refused.sentence} Showing the experiment's own network instead.")
        experiment = _with_knobs_of(experiment, base)
    if experiment.samples > max_samples:
        warnings.append(f"Samples go from 1 to {max_samples:,} here. Showing {max_samples:,} instead.")
        distinct = experiment.distinct and min(experiment.distinct, max_samples)
        without = tuple(row for row in experiment.without if experiment.table or row <= (distinct or 0))
        experiment = replace(experiment, samples=max_samples, distinct=distinct, without=without)
    return experiment


def _shared_run(texts: dict[str, str], warnings: list[str]) -> SharedRun | None:
    if "run" not in texts:
        return None
    match = RUN.fullmatch(texts["run"])
    if match is None:
        warnings.append("What the link says of its run is damaged, so the run is not compared.")
        return None
    return SharedRun(*match.groups())
