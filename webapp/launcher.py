"""`launch` serves the page for the user's own bench, from a terminal or a notebook cell, on this machine only; `task`
serves it with a task of a lesson."""

import secrets
import threading
import webbrowser
from collections.abc import Mapping
from dataclasses import replace
from http import HTTPStatus

from flask import Flask, abort, request

from engine.base.numerics import FloatArray
from engine.bench import NNBench
from engine.experiments.experiment import Experiment
from engine.experiments.run import Run, run
from engine.layers.layers import AffinityLayer
from engine.training.plotting import losses_title
from webapp.analyses.routes import ANALYSES, Analysis
from webapp.app import assemble
from webapp.bench.page_content import CATALOGUE_CONTENT
from webapp.classes.lesson import Lesson
from webapp.figures.loss import curve_of
from webapp.homework.command import lesson_named
from webapp.homework.notebook_task import NotebookTask
from webapp.http.connections.event_loop import EventLoop
from webapp.http.server import address, listen, listener
from webapp.local.cell import framed, still_figure
from webapp.local.exports import export
from webapp.local.notebook import Notebook, current_notebook
from webapp.local.own_bench import LocalSessions, WatchedSessions, local_bench, local_content
from webapp.settings import Settings

MAX_SAMPLES = 1_000_000
STOP_SECONDS = 10.0
LOOPBACK_NAMES = ("127.0.0.1", "localhost")


class RunningPage:
    """A page that is being served at `url` until `stop` is called; in a cell of a notebook, the page itself."""

    def __init__(
        self,
        url: str,
        wsgi_server: EventLoop,
        sessions: WatchedSessions,
        experiment: Experiment,
        notebook: Notebook | None,
    ) -> None:
        self.url = url
        self._sessions = sessions
        self.experiment = experiment
        self._notebook = notebook
        self._wsgi_server = wsgi_server
        self._thread = threading.Thread(target=wsgi_server.run, name=f"nnbench {url}", daemon=True)
        self._thread.start()

    @property
    def running(self) -> bool:
        """Whether it is still served."""
        return self._thread.is_alive()

    @property
    def run(self) -> Run:
        """The run that the page shows, with its `losses` and its network, `trained`; the first, before it is opened."""
        return self._sessions.shown or run(self.experiment, self.experiment.network())

    @property
    def weights(self) -> list[dict[str, FloatArray]]:
        """M and b of each dense layer at the end of that run."""
        dense = [layer for layer in self.run.trained.layers if isinstance(layer, AffinityLayer)]
        return [{"M": layer.M.copy(), "b": layer.b.copy()} for layer in dense]

    def stop(self) -> None:
        """Stops serving and frees the port; a second call does nothing."""
        if self.running:
            self._wsgi_server.stop()
            self._thread.join(STOP_SECONDS)

    def __repr__(self) -> str:
        return f"NNBench on {self.url}" if self.running else "NNBench, stopped"

    def _repr_html_(self) -> str:
        """The page in a frame where one can reach it, and a still figure of its run in its place until then."""
        result = self.run
        words = losses_title(result.losses, result.experiment.alpha)
        still = still_figure(curve_of(result.losses, result.diverged_at), f"{words}.", self.url)
        reachable = self.running and self._notebook is not None and bool(self._notebook.origins)
        return framed(f"nnbench-{secrets.token_hex(4)}", self.url, still) if reachable else still


_pages: list[RunningPage] = []
"""The pages that `launch` has served and nobody has stopped."""


def launch(bench: NNBench, port: int = 0, open_browser: bool = True, samples: int = 100) -> RunningPage:
    """Serves the page for this bench, with `samples` samples at first; returns at once, and serves until stopped.

    The page trains copies of the bench's checkpoint, which is taken first when there is none; `bench.net` does not
    change. A bench that is served already, as it is, keeps its page. Only this machine can reach it. In a notebook the
    returned page shows itself, framed by that notebook alone and at an address that nobody guesses; elsewhere the
    browser opens. BenchError when the page cannot show the bench, and whatever the bench's own functions raise.
    """
    notebook = current_notebook()
    _pages[:] = [page for page in _pages if page.running]
    local = local_bench(bench)
    content = local_content(local, samples)
    experiment = content.rows[content.first].experiment
    page = next((page for page in _pages if shows(page.experiment, experiment)), None)
    if page is None:
        line = listen(Settings(port=port))
        settings = settings_for(notebook, line.getsockname()[1])
        sessions = LocalSessions(local, experiment)
        server = assemble(settings, sessions, content, {**ANALYSES, "export": Analysis(export)}).server
        refuse_other_hosts(server, settings.url_prefix)
        loop = listener(line, server, settings)
        page = RunningPage(page_address(notebook, settings), loop, sessions, experiment, notebook)
        _pages.append(page)
    if open_browser and notebook is None:
        webbrowser.open(page.url)
    return page


def task(lesson: str, number: int = 1) -> NotebookTask:
    """A task of a lesson: the path of its file, or the name of one that comes with the bench, and the number of a step.

    In a notebook it shows the page with the task; `check` gives the points of an answer. BenchError for no task.
    """
    return NotebookTask(lesson_named(lesson), number, serve_task, Settings.from_environment().run_seconds)


def serve_task(link: str, experiment: Experiment, lessons: Mapping[str, Lesson]) -> RunningPage:
    """Serves the whole page at a link, with these lessons, for this machine only, until it is stopped."""
    notebook = current_notebook()
    line = listen(Settings(port=0))
    settings = settings_for(notebook, line.getsockname()[1])
    settings = replace(settings, store="memory", class_rooms=0, sweeper=False)
    sessions = WatchedSessions.from_settings(settings)
    server = assemble(settings, sessions, CATALOGUE_CONTENT, lessons=lessons).server
    refuse_other_hosts(server, settings.url_prefix)
    url = page_address(notebook, settings) + link
    page = RunningPage(url, listener(line, server, settings), sessions, experiment, notebook)
    _pages.append(page)
    return page


def stop_all() -> None:
    """Stops every page that `launch` serves."""
    for page in _pages:
        page.stop()
    _pages.clear()


def shows(served: Experiment, wanted: Experiment) -> bool:
    """Whether a page that serves the one experiment shows the other: of the same bench, as it is now."""
    return served == wanted and served.local.bench is wanted.local.bench  # type: ignore[attr-defined]


def settings_for(notebook: Notebook | None, port: int) -> Settings:
    """Settings for one visitor: in a notebook its cells may frame the page, at an address with a secret in it."""
    settings = Settings(port=port, secret_key=secrets.token_hex(32), max_samples=MAX_SAMPLES)
    if notebook is None:
        return settings
    path = f"{notebook.proxy}{port}/" if notebook.proxy else "/"
    return replace(settings, frame_ancestors=notebook.origins, url_prefix=path + secrets.token_urlsafe(16))


def page_address(notebook: Notebook | None, settings: Settings) -> str:
    """The address at which the browser finds the page: behind the notebook's own server, or on this machine."""
    return settings.prefix if notebook and notebook.proxy else address(settings, settings.port)


def refuse_other_hosts(server: Flask, prefix: str) -> None:
    """Before all else 403 under any other name than this machine's, which may be pointed here (DNS rebinding), and 404
    off its path."""

    def check_name() -> None:
        if request.host.partition(":")[0] not in LOOPBACK_NAMES:
            abort(HTTPStatus.FORBIDDEN)
        if request.script_root != prefix:
            abort(HTTPStatus.NOT_FOUND)

    server.before_request_funcs.setdefault(None, []).insert(0, check_name)
