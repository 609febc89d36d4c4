"""The web application around the engine: a Dash server.

`create_app` is the only place where settings, sessions, layout, callbacks and routes meet. Importing this package has
no side effects.
"""

from collections.abc import Callable, Mapping
from functools import cache, partial
from pathlib import Path
from typing import Any

from dash import Dash
from flask import Flask, Response, g, request

from engine import kernel
from engine.base.byte_cache import ByteCache, Caches
from engine.experiments.catalogue import CATALOGUE
from webapp import callbacks, limits
from webapp.analyses import input_preview
from webapp.analyses import routes as analysis_routes
from webapp.bench.page_content import CATALOGUE_CONTENT, PageContent
from webapp.classes import lesson_routes
from webapp.classes.lesson import Lesson
from webapp.classes.pages import ClassPages
from webapp.classes.rooms import pages as room_pages
from webapp.classes.rooms import routes as class_routes
from webapp.classes.rooms.open_rooms import Cleaner, open_rooms
from webapp.classes.rooms.state import States
from webapp.classes.truth import Truths
from webapp.figures.experiment_pictures import experiment_pictures, picture_rules
from webapp.files import exports, file_import
from webapp.http import bundle, compression, guard, rate_limit, static_files
from webapp.http.bundle import Bundle
from webapp.jobs.answer_cache import AnswerCache
from webapp.links import qr_code
from webapp.links import routes as link_routes
from webapp.links.short_links import ShortLinks, maker_of
from webapp.operations import probes
from webapp.operations.operations import Operations
from webapp.page.before_dash.parts import parted
from webapp.page.constants import constants_block
from webapp.page.fonts import font_faces
from webapp.page.index import ABOUT, index, meta_tags, with_page
from webapp.page.initial_page import first_block, initial_page
from webapp.page.layout import layout
from webapp.page.opened_page import DOCUMENT_BYTES, OpenedPage, OpenedPages
from webapp.page.plain_pages import PlainPages, no_script
from webapp.page.stage.views import style_rules
from webapp.sessions.sessions import Sessions
from webapp.settings import Settings
from webapp.sweeps import routes as sweep_routes
from webapp.sweeps.embedded import EmbeddedSweeper
from webapp.sweeps.open_jobs import open_jobs
from webapp.sweeps.plans import OWN_FUNCTIONS

HERE = Path(__file__).resolve().parent
ASSETS = next(folder for folder in (HERE / "assets", HERE.parent / "assets") if folder.is_dir())
"""Scripts, styles and fonts: in the package where it is installed, beside it in a clone."""


def create_app(
    settings: Settings | None = None,
    operations: Operations | None = None,
    content: PageContent = CATALOGUE_CONTENT,
    lessons: Mapping[str, Lesson] | None = None,
) -> Dash:
    """The whole web app, ready to serve; without settings they are read from the environment. It has these lessons by
    their names, beside those of the package."""
    settings = (settings or Settings.from_environment()).with_data_folder()
    operations = operations or Operations()
    sessions = Sessions.from_settings(settings, operations.around_store)
    operations.watch_store(sessions.look)
    return assemble(settings, sessions, content, operations=operations, lessons=lessons)


def assemble(
    settings: Settings,
    sessions: Sessions,
    content: PageContent,
    analyses: Mapping[str, analysis_routes.Analysis] = analysis_routes.ANALYSES,
    operations: Operations | None = None,
    truths: Truths | None = None,
    lessons: Mapping[str, Lesson] | None = None,
) -> Dash:
    """The app with these sessions and this content: its page, its callbacks, its routes and its checks."""
    operations = operations or Operations()
    kernel.warm_up()
    operations.watch_kernel(kernel_is_ready)
    # A bench of one's own has no links.
    short_links = ShortLinks(settings) if content.shared else None
    first = initial_page(content)
    page = parted(layout(first))
    opened = OpenedPage(page.markup, first_block(first))
    pages = OpenedPages(opened, content, short_links, settings.max_samples)
    app = dash_app(settings, pages)
    app.layout = page.layout
    answers, caches = AnswerCache(), Caches()
    callbacks.register(app, sessions, settings, content, operations.metrics, answers, caches)
    sessions.attach(app.server)
    input_preview.install(app.server)
    analysis_routes.install(app.server, sessions, settings, content, analyses, operations.metrics, answers, caches)
    probes.install(app.server, operations.readiness)
    seat_of_request = rate_limit.no_seat
    operations.metrics.watch_contents(sessions.contents)
    if short_links is not None:
        operations.metrics.watch_contents(short_links.contents)
        link_routes.install(app.server, sessions, settings, short_links)
        exports.install(app.server, settings, short_links)
        file_import.install(app.server, settings)
        qr_code.install(app.server)
        install_sweeps(app.server, sessions, settings, short_links, operations)
        own, class_pages = (
            Truths(settings, short_links, lessons, partial(maker_of, sessions)),
            ClassPages(ASSETS, settings.prefix),
        )
        lesson_routes.install(app.server, sessions, settings, own, class_pages)
        if settings.class_rooms:
            seat_of_request = install_rooms(app.server, sessions, settings, truths or own, class_pages, operations)
    else:
        sweep_routes.install_refusal(app.server, OWN_FUNCTIONS)
    plain_pages = PlainPages(settings.prefix, app.config.external_stylesheets[0])
    limits.install(app.server, settings, plain_pages, stores=content.shared)
    rate_limit.install(app.server, settings, sessions, seat_of_request)
    rate_limit.install_for_reading(app.server, sessions)
    static_files.install(app.server, app, ASSETS)
    compression.install(app.server)
    guard.install(app.server, settings, app, plain_pages.refusal)
    return app


def install_sweeps(
    server: Flask, sessions: Sessions, settings: Settings, short_links: ShortLinks, operations: Operations
) -> None:
    """The routes of sweeps, and the sweeper in this process unless SWEEPER is no."""
    jobs, wake = open_jobs(settings), no_sweeper_here
    operations.metrics.watch_contents(jobs.contents)
    if settings.sweeper:
        embedded = EmbeddedSweeper(jobs, settings, operations.metrics)
        wake = embedded.wake
        operations.run_beside(embedded.resume, embedded.stop)
    sweep_routes.install(server, sessions, settings, short_links, jobs, wake)


def install_rooms(
    server: Flask,
    sessions: Sessions,
    settings: Settings,
    truths: Truths,
    pages: ClassPages,
    operations: Operations,
) -> Callable[[], rate_limit.Seat | None]:
    """The rooms of classes, and what deletes those that are over; the result tells of a request's seat."""
    rooms = open_rooms(settings)
    operations.metrics.watch_contents(rooms.contents)
    cleaner = Cleaner(rooms)
    operations.run_beside(cleaner.begin, cleaner.end)
    states = States(rooms, truths, settings.secret_key)
    views = class_routes.install(server, sessions, settings, rooms, states, truths)
    room_pages.install(server, settings, pages, views)
    return views.seat_of_request


def no_sweeper_here() -> None:
    """Sweepers of other processes look for jobs by themselves."""


def kernel_is_ready() -> bool:
    """Whether no run waits for the compiler any more, since it is ready or the readable layers train meanwhile."""
    return kernel.ready() and kernel.ready(by_rule=True)


class Bench(Dash):
    """Dash with a document that holds the page of its address, the same for all visitors who open it."""

    def __init__(self, pages: OpenedPages, **given: Any) -> None:
        self._pages = pages
        self._documents: ByteCache[OpenedPage, bytes] = ByteCache(DOCUMENT_BYTES, lambda page, text: len(text))
        super().__init__("nnbench", **given)

    def index(self, *args: Any, **kwargs: Any) -> str:
        """The document for the request that is answered."""
        return self.document(*args, **kwargs).decode()

    def document(self, *args: Any, **kwargs: Any) -> bytes:
        """The document, encoded."""
        g.page = self._pages.of(request.query_string.decode("ascii", "replace"))
        return self._documents.get_or_make(g.page, partial(self._made, *args, **kwargs))

    def _made(self, *args: Any, **kwargs: Any) -> bytes:
        text: str = super().index(*args, **kwargs)  # type: ignore[no-untyped-call]
        return text.encode()

    def interpolate_index(self, **parts: Any) -> str:  # type: ignore[override]  # Dash gives all of them by name
        """A document that is made, with its page."""
        document: str = super().interpolate_index(**parts)  # type: ignore[no-untyped-call]
        return with_page(document, g.page.markup, g.page.block, g.page.attributes)

    def _config(self) -> dict[str, Any]:
        """The start values of Dash's scripts, without the name that Dash gives each document for background callbacks:
        the bench has no such callbacks."""
        config: dict[str, Any] = super()._config()  # type: ignore[no-untyped-call]
        del config["end_id"]
        return config


def dash_app(settings: Settings, pages: OpenedPages) -> Dash:
    """A Dash app without a layout: it serves the document, the bundles and the icon."""
    bundles = styles, scripts, _ = own_files()
    app = Bench(
        pages,
        server=Flask("nnbench", static_folder=None),
        assets_folder=str(ASSETS),
        assets_ignore=bundle.JOINED,
        external_stylesheets=[settings.prefix + styles.address],
        requests_pathname_prefix=settings.prefix,
        routes_pathname_prefix="/",
        title="NNBench",
        update_title="",
        description=ABOUT,
        index_string=index(
            settings.prefix,
            constants_block(framed=bool(settings.frame_ancestors), classes=settings.class_rooms > 0),
            no_script(settings.prefix),
            settings.prefix + scripts.address,
            styles.element(settings.prefix),
        ),
        meta_tags=meta_tags(settings.public_url, settings.prefix),
        health_endpoint="healthz",
        serve_locally=True,
        # Otherwise Dash answers with coroutines wherever asgiref happens to be installed.
        use_async=False,
    )
    # Dash's view gives the text, which would be encoded for each visitor.
    app.server.view_functions["/"] = app.document
    for one in bundles:
        one.install(app.server)
    serve_icon(app.server)
    return app


@cache
def own_files() -> tuple[Bundle, Bundle, Bundle]:
    """The styles, the scripts, and the pictures of the menu, which the styles name."""
    pictures = Bundle("experiments.svg", "image/svg+xml", experiment_pictures(CATALOGUE))
    shown = picture_rules(CATALOGUE, f"../{pictures.name}?{pictures.address.partition('?')[2]}")
    return bundle.styles(ASSETS, font_faces(), style_rules(), shown), bundle.scripts(ASSETS), pictures


def serve_icon(server: Flask) -> None:
    """Serves /favicon.ico, which browsers ask for whatever a page says."""
    icon = (ASSETS / "favicon.ico").read_bytes()
    server.add_url_rule("/favicon.ico", view_func=lambda: Response(icon, mimetype="image/x-icon"))
