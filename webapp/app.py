"""The page: a Dash server around the engine.

`create_app` is the only place where settings, sessions, layout, callbacks and guard meet. Importing this package does
nothing.
"""

from pathlib import Path

from dash import Dash
from flask import Response

from engine import kernel
from webapp import callbacks, limits
from webapp.analyses import input_preview as preview
from webapp.analyses import routes as door
from webapp.bench.page_content import CATALOGUE_CONTENT, PageContent
from webapp.files import exports as files
from webapp.files import file_import as imports
from webapp.http import bundle, guard
from webapp.http import rate_limit as rates
from webapp.http.static_files import new_server
from webapp.links import routes as address
from webapp.links.short_links import ShortLinks
from webapp.page.constants import constants_block
from webapp.page.index import ABOUT, index, meta_tags
from webapp.page.initial_page import first_page
from webapp.page.layout import layout
from webapp.sessions.sessions import Sessions
from webapp.settings import Settings

ASSETS = Path(__file__).resolve().parent.parent / "assets"


def create_app(settings: Settings | None = None) -> Dash:
    """The whole web app, ready to serve; without settings they are read from the environment."""
    settings = (settings or Settings.from_environment()).furnished()
    return assemble(settings, Sessions.from_settings(settings), CATALOGUE_CONTENT)


def assemble(settings: Settings, sessions: Sessions, content: PageContent) -> Dash:
    """The app of these sessions, offering this."""
    kernel.warm_up()
    parts = bundle.styles(ASSETS), bundle.scripts(ASSETS)
    css, js = (settings.prefix + part.address for part in parts)
    app = Dash(
        "nnbench",
        server=new_server(),  # type: ignore[arg-type]  # Dash's own stub forgets it
        assets_folder=str(ASSETS),
        assets_ignore=bundle.JOINED,
        external_stylesheets=[css],
        external_scripts=[js],
        requests_pathname_prefix=settings.prefix,
        routes_pathname_prefix="/",
        title="NNBench",
        update_title="",
        description=ABOUT,
        index_string=index(settings.prefix, constants_block()),
        meta_tags=meta_tags(settings.public_url, settings.prefix),
        health_endpoint="healthz",
        serve_locally=True,
    )
    for part in parts:
        part.install(app.server)
    favicon = (ASSETS / "favicon.ico").read_bytes()
    app.server.add_url_rule("/favicon.ico", view_func=lambda: Response(favicon, mimetype="image/x-icon"))
    app.layout = layout(first_page(content))
    callbacks.register(app, sessions, settings, content)
    sessions.attach(app.server)
    preview.install(app.server)
    door.install(app.server, sessions, settings, content)
    if content.shared:
        saved = ShortLinks(settings)
        address.install(app.server, sessions, settings, saved)
        files.install(app.server, settings, saved)
        imports.install(app.server, settings)
    limits.install(app.server, settings)
    rates.install(app.server, settings, sessions)
    guard.install(app.server, settings, app)
    return app
