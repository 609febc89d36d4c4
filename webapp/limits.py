"""`/limits`: every setting with its current value, and every limit that is not a setting, as a plain page or as JSON.

The secret is the one value that is not shown.
"""

import dataclasses
import html
from typing import NamedTuple

from flask import Flask, Response, jsonify, request

from engine.data.inputs import LARGEST_SEED
from engine.data.table import MOST_COLUMNS, MOST_ROWS
from engine.experiments.experiment import REMEMBERED_BYTES as SAMPLE_BYTES
from engine.experiments.knobs import LARGEST_ALPHA
from engine.formula.parser import MOST_NODES
from engine.formula.syntax import DEEPEST as DEEPEST_FORMULA
from engine.formula.syntax import LONGEST
from webapp.analyses.routes import LARGEST_BODY
from webapp.analyses.trajectory import REMEMBERED_BYTES as RECORDED_BYTES
from webapp.bench.actions import MOST_LAYERS, WIDEST
from webapp.bench.budget import MOST_SAMPLES_COST, NUMBER_COST
from webapp.bench.requests import LARGEST_WEIGHT
from webapp.bench.run_cache import MOST_BYTES as RUN_BYTES
from webapp.files.export_run import PER_STEP
from webapp.files.tables import MOST_NUMBERS
from webapp.http.connections.connection import WINDOW_BYTES, WINDOW_SECONDS
from webapp.http.connections.event_loop import INTAKE_BYTES, UNREAD_BYTES
from webapp.http.envelope import DEEPEST, MOST_LISTS
from webapp.http.kinds import WAITING, Kind, slots_of
from webapp.http.rate_limit import READING_PER_ADDRESS, READING_PER_SESSION
from webapp.jobs.worker_slots import MOST_WAITING_TABS
from webapp.links.codec import LONGEST as LONGEST_QUERY
from webapp.links.lessons import LONGEST_PROMPT, LONGEST_TITLE
from webapp.settings import Settings

BYTES_OF_A_STEP = 24
"""Of a run in work: its loss, smoothed and as it is hashed."""

FIXED_LIMITS = (
    ("layers", f"{MOST_LAYERS}", "The most layers that a network has on the page."),
    ("width", f"{WIDEST}", "The most numbers that a layer takes or gives on the page."),
    ("facts", f"{MOST_ROWS:,} rows, {MOST_COLUMNS} + {MOST_COLUMNS} columns", "The largest table of samples."),
    ("alpha", f"above 0, at most {LARGEST_ALPHA:g}", "The learning rates that can be typed."),
    ("seed", f"0 to {LARGEST_SEED}", "The seeds that samples are drawn from."),
    ("weight", f"−{LARGEST_WEIGHT:,.0f} to {LARGEST_WEIGHT:,.0f}", "The weights that can be typed."),
    (
        "formula",
        f"{LONGEST}, {MOST_NODES}, {DEEPEST_FORMULA}",
        "The most characters and parts of a formula, and how deep.",
    ),
    (
        "link",
        f"{LONGEST_QUERY:,}",
        "The most characters of a link that the page writes; what is larger gets a short one.",
    ),
    ("lesson", f"{LONGEST_TITLE} + {LONGEST_PROMPT:,}", "The most characters of a lesson's title and text in a link."),
    (
        "waiting",
        f"{WAITING}",
        "How many may wait for /run.json or an export; as many run as there are cores but one.",
    ),
    (
        "weights",
        f"{MOST_NUMBERS:,}",
        "The most numbers in a table of weights; of longer runs every k-th step is stored.",
    ),
    (
        "drawn",
        f"{MOST_SAMPLES_COST // NUMBER_COST:,}",
        "The most numbers in all samples of one run, inputs and outputs together; fewer where formulas are slow.",
    ),
    (
        "question",
        f"{LARGEST_BODY // 1024} kB",
        "The largest side question; one that brings an experiment may be as large as any request.",
    ),
    ("lists", f"{MOST_LISTS:,}", "How many lists and objects a request may hold."),
    ("waiting tabs", f"{MOST_WAITING_TABS}", "How many tabs of one session may wait for a run."),
    (
        "reading",
        f"{READING_PER_SESSION} and {READING_PER_ADDRESS} ms",
        "Processor time a second that links, tables, files and formulas of one browser, or one address, may take.",
    ),
    (
        "slow",
        f"{WINDOW_BYTES:,} bytes in {WINDOW_SECONDS:g} s",
        "Whoever reads or sends less is cut, and so is a header that takes as long.",
    ),
    ("intake", f"{INTAKE_BYTES >> 20} MB", "What the bodies of all requests under way may take together."),
    ("unread", f"{UNREAD_BYTES >> 20} MB", "What is made for single clients and not read yet, together."),
    ("depth", f"{DEEPEST}", "How many lists and objects may stand inside each other in a request."),
)
"""Limits that are the same on every server: their names, values and sentences."""

PAGE = """<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>Limits · NNBench</title>
<style>
body {{ font: 15px/1.5 system-ui, sans-serif; max-width: 60rem; margin: 2rem auto; padding: 0 1rem; }}
td, th {{ text-align: left; vertical-align: top; padding: 0.35rem 1rem 0.35rem 0; }}
</style>
</head>
<body>
<main>
<h1>Settings and limits of this bench</h1>
<table>
<thead><tr><th scope="col">Name</th><th scope="col">In force</th><th scope="col">What it does</th></tr></thead>
<tbody>
{rows}
</tbody>
</table>
</main>
</body>
</html>
"""


class Limit(NamedTuple):
    """One row of the page."""

    name: str
    value: str
    sentence: str


def install(server: Flask, settings: Settings) -> None:
    """Serves GET /limits; JSON to clients that prefer it to HTML."""
    rows = limits(settings)

    @server.get("/limits")
    def show_limits() -> Response:
        if request.accept_mimetypes.best_match(["text/html", "application/json"]) == "application/json":
            return jsonify([row._asdict() for row in rows])
        return Response(page(rows), mimetype="text/html")


def limits(settings: Settings) -> list[Limit]:
    """Every setting with its current value, then the limits that are the same everywhere, and their sum in memory."""
    return [*setting_limits(settings), *(Limit(*row) for row in FIXED_LIMITS), memory_limit(settings)]


def memory_limit(settings: Settings) -> Limit:
    """What all requests together may take, from the limits that bound it."""
    slots = slots_of(settings)
    runs = slots[Kind.KNOB].working + slots[Kind.LONG].working
    parts = {
        "bodies": INTAKE_BYTES,
        "responses not read yet": UNREAD_BYTES,
        "remembered runs": RUN_BYTES + RECORDED_BYTES,
        "remembered samples": SAMPLE_BYTES,
        f"{runs} runs in work": runs * BYTES_OF_A_STEP * settings.max_samples,
        "large work, one at a time": PER_STEP * settings.max_samples,
    }
    megabytes = {name: round(size / 2**20) for name, size in parts.items()}
    return Limit(
        "memory",
        f"{sum(megabytes.values())} MB",
        f"What requests take at most, beside the program and its store: "
        f"{', '.join(f'{name} {size} MB' for name, size in megabytes.items())}.",
    )


def setting_limits(settings: Settings) -> list[Limit]:
    """The settings as rows; a value that a repr leaves out is not shown here either."""
    return [
        Limit(
            field.metadata["row"].name,
            value_text(getattr(settings, field.name)) if field.repr else "given, and not shown",
            field.metadata["row"].sentence,
        )
        for field in dataclasses.fields(settings)
    ]


def value_text(value: object) -> str:
    """A value as it is written in the environment."""
    return {True: "yes", False: "no"}[value] if isinstance(value, bool) else str(value) or "—"


def page(rows: list[Limit]) -> str:
    """The rows as an HTML document."""
    return PAGE.format(rows="\n".join(f"<tr>{''.join(map(cell, row))}</tr>" for row in rows))


def cell(text: str) -> str:
    return f"<td>{html.escape(text)}</td>"
