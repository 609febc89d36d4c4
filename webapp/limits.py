"""`/limits`: every limit with its value in force, as a page or as JSON.

Settings that say where and how the server stands are no limits, and are not shown; nor is the secret.
"""

from flask import Flask, Response, jsonify, request

from engine.data.inputs import LARGEST_SEED
from engine.data.prepared_table import REMEMBERED_BYTES as TABLE_BYTES
from engine.data.sample_source import NUMBER_WORK
from engine.data.sample_source import REMEMBERED_BYTES as SAMPLE_BYTES
from engine.data.table import MOST_INPUTS, MOST_OUTPUTS, MOST_ROWS
from engine.experiments.knobs import LARGEST_ALPHA
from engine.formula.parser import MOST_NODES
from engine.formula.syntax import DEEPEST as DEEPEST_FORMULA
from engine.formula.syntax import LONGEST
from engine.kernel import SIDE_BY_SIDE
from engine.rules.rule import REMEMBERED_BYTES as PACE_BYTES
from engine.sweeps.axes import MOST_VALUES
from engine.sweeps.pieces import MOST_AXES, MOST_NETWORKS
from webapp.analyses.outcomes.questions import HELD_BYTES
from webapp.analyses.routes import LARGEST_BODY
from webapp.analyses.surface.heights import REMEMBERED_BYTES as HEIGHT_BYTES
from webapp.analyses.trajectory import REMEMBERED_BYTES as RECORDED_BYTES
from webapp.base.format import number
from webapp.bench.actions import MOST_LAYERS
from webapp.bench.budget import MOST_SAMPLES_COST
from webapp.bench.changes import WIDEST
from webapp.bench.page_content import REMEMBERED_BYTES as EXPERIMENT_BYTES
from webapp.bench.requests import LARGEST_WEIGHT
from webapp.bench.run_cache import MOST_BYTES as RUN_BYTES
from webapp.bench.run_pairs import MOST_BYTES as PAIR_BYTES
from webapp.classes.kinds.runs import SECONDS as STEP_SECONDS
from webapp.classes.lesson import LARGEST as LESSON_BYTES
from webapp.classes.lesson import MOST_STEPS
from webapp.classes.rooms.rooms import GIVING_WAY_SECONDS, MOST_PER_ADDRESS
from webapp.classes.rooms.routes import ANSWERS_PER_SEAT, JOINS_AT_ONCE, JOINS_PER_ROOM, WRONG_PER_MINUTE
from webapp.classes.rooms.state import MOST_BYTES as CLASS_BYTES
from webapp.files.export_run import PER_STEP
from webapp.files.tables import MOST_NUMBERS
from webapp.http.compression import MOST_BYTES as COMPRESSED_BYTES
from webapp.http.connections.connection import WINDOW_BYTES, WINDOW_SECONDS
from webapp.http.connections.event_loop import FILE_BYTES as READ_FILE_BYTES
from webapp.http.connections.event_loop import INTAKE_BYTES, UNREAD_BYTES
from webapp.http.connections.shared_responses import MOST_BYTES as SHARED_BYTES
from webapp.http.envelope import DEEPEST, MOST_LISTS
from webapp.http.kinds import WAITING, Kind, slots_of
from webapp.http.rate_limit import POSTS_OF_ROOMS, POSTS_PER_PERSON, READING_PER_ADDRESS, READING_PER_SESSION
from webapp.http.server import HEADER_BYTES
from webapp.jobs.answer_cache import MOST_BYTES as ANSWER_BYTES
from webapp.jobs.worker_slots import MOST_WAITING_TABS
from webapp.links.codec import LONGEST as LONGEST_QUERY
from webapp.links.lessons import LONGEST_PROMPT, LONGEST_TITLE
from webapp.page.limits_table import Group, Limit, body, plain
from webapp.page.opened_page import DOCUMENT_BYTES
from webapp.page.opened_page import MOST_BYTES as PAGE_BYTES
from webapp.page.plain_pages import PlainPages
from webapp.responses.input_domain import REMEMBERED_BYTES as TARGET_BYTES
from webapp.responses.rows.row_plane import REMEMBERED_BYTES as OPACITY_BYTES
from webapp.sessions.sessions import DUMPED_BYTES
from webapp.settings import Settings, all_settings
from webapp.store.remembered_rows import MOST_BYTES as ROW_BYTES
from webapp.sweeps.results import MOST_CELLS_OF_A_FILE
from webapp.sweeps.routes import FILE_BYTES

TITLE = "Limits"
INTRODUCTION = "What this bench allows, with the values in force on this server."

ROWS = {row.name.lower(): row for row in all_settings()}
"""The settings by their fields."""
BYTES_OF_A_STEP = 24
"""Bytes of a run in work for each of its samples: its loss, smoothed and as it is hashed."""


def install(server: Flask, settings: Settings, pages: PlainPages, *, stores: bool) -> None:
    """Serves GET /limits; JSON to clients that prefer it to HTML. `stores` is whether sessions and links are stored."""
    groups = groups_of(settings, stores=stores)
    document = pages.document(TITLE, body(TITLE, INTRODUCTION, groups))

    @server.get("/limits")
    def show_limits() -> Response:
        if request.accept_mimetypes.best_match(["text/html", "application/json"]) == "application/json":
            return jsonify(plain(groups))
        return Response(document, mimetype="text/html")


def limit_of(settings: Settings, name: str) -> Limit:
    """The limit that is a setting, by its field."""
    row = ROWS[name]
    return Limit(row.name, row.title, f"{getattr(settings, name)}", row.sentence, row.unit)


def groups_of(settings: Settings, *, stores: bool = True) -> list[Group]:
    """Every limit, in the groups of the page; without those of the store where nothing is stored."""
    kept = [sweep_limits(settings), class_limits(settings), storage_limits(settings)] if stores else []
    return [network_limits(), run_limits(settings), *kept, request_limits(settings), memory_limits(settings)]


def network_limits() -> Group:
    """The largest network and its weights."""
    return Group(
        "What a network may be",
        "The page refuses a network or a number beyond these, in a sentence that says so.",
        (
            Limit(
                "layers",
                "Layers",
                f"{MOST_LAYERS}",
                "The most layers that a network made on the page has, dense layers and activations together.",
            ),
            Limit("width", "Width", f"{WIDEST}", "The most numbers that a layer made on the page takes or gives."),
            Limit(
                "weight",
                "Weights",
                f"−{LARGEST_WEIGHT:,.0f} to {LARGEST_WEIGHT:,.0f}",
                "The weights and biases that can be typed.",
            ),
            Limit(
                "formula",
                "Own formulas",
                f"{LONGEST} characters, {MOST_NODES} parts, {DEEPEST_FORMULA} deep",
                "The longest formula of an activation or a target, its most parts, and how deep they stand in each "
                "other.",
            ),
        ),
    )


def run_limits(settings: Settings) -> Group:
    """The samples of a run, the knobs, and its time."""
    return Group(
        "What a run may be",
        "A run trains the network on its samples, one step for each sample. These are the most samples and the longest "
        "time of one run, and the numbers that its knobs take.",
        (
            limit_of(settings, "max_samples"),
            Limit(
                "drawn",
                "Numbers in the samples",
                f"{MOST_SAMPLES_COST // NUMBER_WORK:,}",
                "The most numbers in all samples of one run, inputs and outputs together; fewer where formulas are "
                "slow.",
            ),
            Limit(
                "facts",
                "Own data",
                f"{MOST_ROWS:,} rows, {MOST_INPUTS} inputs, {MOST_OUTPUTS} outputs",
                "The largest table of samples of one's own.",
            ),
            Limit(
                "alpha",
                "Learning rate α",
                f"above 0, at most {number(LARGEST_ALPHA, 1).removeprefix('1 × ')}",
                "The learning rates that can be typed.",
            ),
            Limit("seed", "Seeds", f"0 to {LARGEST_SEED:,}", "The seeds that samples and weights are drawn from."),
            limit_of(settings, "run_seconds"),
            Limit(
                "weights",
                "Exported weights",
                f"{MOST_NUMBERS:,}",
                "The most numbers in an exported table of weights; of longer runs it has every k-th step.",
            ),
        ),
    )


def sweep_limits(settings: Settings) -> Group:
    """Sweeps as jobs: their runs, their number, and the time for which they are kept."""
    return Group(
        "What a sweep may be",
        "A sweep makes many runs of one experiment beside the page, and may go on when the page is closed.",
        (
            limit_of(settings, "sweep_runs"),
            Limit(
                "axes",
                "Axes",
                f"{MOST_AXES}, each with {MOST_VALUES:,} values",
                "The most knobs that one sweep turns, and the most values of one knob.",
            ),
            Limit(
                "networks",
                "Other combinations",
                f"{MOST_NETWORKS:,}",
                "The most combinations of values of knobs other than α, seeds and samples.",
            ),
            limit_of(settings, "sweeps_per_session"),
            limit_of(settings, "sweeps_per_address"),
            limit_of(settings, "sweep_away_hours"),
            limit_of(settings, "sweeps_at_once"),
            limit_of(settings, "sweep_days"),
            limit_of(settings, "sweep_mb"),
            limit_of(settings, "sweep_share"),
        ),
    )


def class_limits(settings: Settings) -> Group:
    """Classes: their number, their people, and their rates."""
    return Group(
        "What a class may be",
        "A class predicts runs on its phones. Its requests count by seat and class, and not by their address.",
        (
            limit_of(settings, "class_rooms"),
            limit_of(settings, "class_seats"),
            limit_of(settings, "class_hours"),
            Limit(
                "class of an address",
                "Classes of one address",
                f"{MOST_PER_ADDRESS}",
                "How many classes one network address may have open; where room is short, one that has not begun "
                f"with people gives way after {GIVING_WAY_SECONDS / 60:.0f} minutes.",
            ),
            Limit(
                "joins",
                "Seats",
                f"{JOINS_PER_ROOM}",
                f"How many phones one class takes for long; {JOINS_AT_ONCE} at once.",
                "a second",
            ),
            Limit("answers", "Answers of one seat", f"{ANSWERS_PER_SEAT}", "How many are taken.", "a second"),
            Limit(
                "class requests",
                "Requests of a class",
                f"{POSTS_PER_PERSON} for each of its people",
                f"How many it may send; all classes together {POSTS_OF_ROOMS:,}.",
                "a second",
            ),
            Limit(
                "wrong codes",
                "Wrong codes and keys",
                f"{WRONG_PER_MINUTE}",
                "How many one network address may try; beyond, its new phones wait for a minute.",
                "a minute",
            ),
            Limit("lesson file", "A lesson", f"{LESSON_BYTES // 1024}", "The size of its file.", "kB"),
            Limit("lesson steps", "Steps of a lesson", f"{MOST_STEPS}", "How many it may have."),
            Limit(
                "lesson step",
                "Time of a step",
                f"{STEP_SECONDS:g}",
                "How long its runs may take on a processor, as their work predicts it.",
                "seconds",
            ),
        ),
    )


def storage_limits(settings: Settings) -> Group:
    """Starting weights, links, and the time for which they are stored."""
    return Group(
        "What the server keeps, and for how long",
        "The server keeps the starting weights and the experiment of each tab, and experiments that are too large for "
        "a link. After the days below they are dropped, and earlier where more is stored than fits.",
        (
            Limit(
                "STORE",
                "Where they are kept",
                settings.store_kind,
                "sqlite is a file of the server; memory is empty after a restart; valkey is a server that several "
                "such benches share.",
            ),
            limit_of(settings, "session_days"),
            limit_of(settings, "tabs_per_session"),
            limit_of(settings, "checkpoint_kb"),
            limit_of(settings, "store_mb"),
            limit_of(settings, "store_share"),
            limit_of(settings, "link_days"),
            limit_of(settings, "link_mb"),
            limit_of(settings, "links_per_minute"),
            Limit(
                "link",
                "Length of a link",
                f"{LONGEST_QUERY:,}",
                "The longest link that the page writes; an experiment that needs more gets a short link.",
                "characters",
            ),
            Limit(
                "lesson",
                "Lesson in a link",
                f"{LONGEST_TITLE} and {LONGEST_PROMPT:,} characters",
                "The longest title and the longest text of a lesson in a link.",
            ),
        ),
    )


def request_limits(settings: Settings) -> Group:
    """Rates, queues, and sizes of requests."""
    return Group(
        "How many requests",
        "Requests beyond these numbers wait for their turn, or are refused in a sentence. A number a second is what "
        "may go on for long; one second alone may have twice as many.",
        (
            limit_of(settings, "posts_per_session"),
            limit_of(settings, "posts_per_address"),
            limit_of(settings, "runs_per_session"),
            Limit(
                "reading",
                "Time for reading",
                f"{READING_PER_SESSION} and {READING_PER_ADDRESS} ms",
                "How long links, tables, files and formulas of one browser, and of one address, may keep a processor.",
                "a second",
            ),
            Limit(
                "TRAININGS",
                "Runs side by side",
                f"{settings.side_by_side}",
                "How many runs the server trains at a time.",
            ),
            limit_of(settings, "queue"),
            Limit(
                "waiting tabs",
                "Waiting tabs of one browser",
                f"{MOST_WAITING_TABS}",
                "How many tabs of one browser may wait for a run.",
            ),
            Limit(
                "waiting",
                "Other requests that wait",
                f"{WAITING}",
                "The most requests that may wait of each of these: long runs, what is read, and exports.",
            ),
            limit_of(settings, "threads"),
            limit_of(settings, "connection_limit"),
            Limit(
                "slow",
                "Slow connections",
                f"{WINDOW_BYTES:,} bytes in {WINDOW_SECONDS:g} s",
                "Whoever reads or sends less is cut, and so is a header that takes as long.",
            ),
            Limit(
                "files",
                "Files that are read",
                f"{READ_FILE_BYTES // 2**20}",
                "How much the files of sweeps that clients are reading may take on the disk; the address that has most "
                "is cut first.",
                "MB",
            ),
            limit_of(settings, "body_kb"),
            Limit(
                "question",
                "Size for an analysis",
                f"{LARGEST_BODY // 1024} kB",
                "How much the page may send in a request for an analysis that brings no experiment.",
            ),
            Limit(
                "header",
                "Size of headers",
                f"{HEADER_BYTES // 1024}",
                "How much stands above the body of a request, its address and its cookies among it.",
                "kB",
            ),
            limit_of(settings, "header_kb_per_address"),
            Limit("lists", "Lists in a request", f"{MOST_LISTS:,}", "How many lists and objects a request may hold."),
            Limit(
                "depth",
                "Depth of a request",
                f"{DEEPEST}",
                "How many lists and objects may stand inside each other in a request.",
            ),
        ),
    )


def memory_limits(settings: Settings) -> Group:
    """The most memory that all requests together take, from the limits that bound it."""
    slots = slots_of(settings)
    runs = slots[Kind.KNOB].working + slots[Kind.LONG].working
    parts = (
        ("intake", "Requests", INTAKE_BYTES, "The bodies of all requests under way."),
        ("unread", "Responses", UNREAD_BYTES, "What is made for single clients and not read yet."),
        ("remembered runs", "Latest runs", RUN_BYTES + RECORDED_BYTES, "Losses and weights of runs made a moment ago."),
        (
            "remembered pairs",
            "Latest surfaces",
            PAIR_BYTES + HEIGHT_BYTES,
            "Weights along pairs of runs, and mean losses between them, measured a moment ago.",
        ),
        (
            "remembered answers",
            "Latest answers",
            2 * ANSWER_BYTES,
            "Answers to questions that many pages ask alike, or classes.",
        ),
        ("remembered questions", "Latest questions", HELD_BYTES, "Runs of questions that are asked piece by piece."),
        (
            "remembered experiments",
            "Latest experiments",
            EXPERIMENT_BYTES,
            "Experiments of tabs, as they were read a moment ago.",
        ),
        (
            "remembered targets",
            "Latest targets",
            TARGET_BYTES + OPACITY_BYTES,
            "Targets, and how near rows are, on the grids of maps.",
        ),
        (
            "remembered documents",
            "Latest documents",
            PAGE_BYTES + DOCUMENT_BYTES + COMPRESSED_BYTES,
            "The pages of links that were opened a moment ago, as text and compressed, and the compressed scripts.",
        ),
        ("remembered classes", "Latest classes", CLASS_BYTES, "Classes that phones have looked at a moment ago."),
        ("remembered checkpoints", "Latest checkpoints", DUMPED_BYTES, "Starting weights that many pages store alike."),
        ("remembered files", "Files of the page", SHARED_BYTES, "Scripts, type and icons, as they are sent."),
        *remembered_rows(settings),
        *sweep_pieces(settings),
        ("remembered samples", "Latest samples", SAMPLE_BYTES, "Samples drawn a moment ago."),
        ("remembered rates", "Latest rates", PACE_BYTES, "The rate at each step of runs that do not learn plainly."),
        ("prepared tables", "Latest tables", TABLE_BYTES, "Rows of tables, split and scaled a moment ago."),
        (
            "runs in work",
            "Runs at work",
            runs * BYTES_OF_A_STEP * settings.max_samples,
            f"The losses of the {runs} runs that may be at work at a time.",
        ),
        (
            "large work",
            "Large work",
            max(PER_STEP * settings.max_samples, FILE_BYTES * MOST_CELLS_OF_A_FILE if settings.sweeper else 0),
            "Exports, trajectories and tables that need much; they are made one at a time.",
        ),
    )
    limits = [Limit(name, title, f"{megabytes(size)} MB", sentence) for name, title, size, sentence in parts]
    total = sum(megabytes(size) for _, _, size, _ in parts)
    return Group(
        "Memory",
        "The most that all requests together take at a time, beside the program and its store. "
        "A megabyte is 2²⁰ bytes here.",
        (*limits, Limit("memory", "Together", f"{total} MB", "The sum of the lines above.")),
    )


def remembered_rows(settings: Settings) -> list[tuple[str, str, int, str]]:
    """The rows that this process remembers of a store that is elsewhere."""
    sentence = "Starting weights and short links seen a moment ago, for the time that the store does not answer."
    return [("remembered rows", "Latest starting weights", 2 * ROW_BYTES, sentence)] * (settings.store_kind == "valkey")


def sweep_pieces(settings: Settings) -> list[tuple[str, str, int, str]]:
    """The pieces of sweeps at work, where processes of this machine make them: samples and losses, twice at most."""
    processes = settings.side_by_side + 1
    size = 16 * (MOST_SAMPLES_COST // NUMBER_WORK + SIDE_BY_SIDE * settings.max_samples)
    sentence = f"The widest pieces of sweeps in the {processes} processes that make them, beside the processes."
    row = ("pieces", "Sweeps at work", processes * size, sentence)
    return [row] * (settings.sweeper and not settings.dask_scheduler)


def megabytes(size: int) -> int:
    """Bytes as whole megabytes."""
    return round(size / 2**20)
