"""In a notebook: who may frame the page, where it stands, and what the cell shows with and without a frame."""

import json
import re
import sys
import types
import urllib.error
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from xml.etree import ElementTree as ET

import numpy as np
import pytest

from engine import AffinityLayer, MapLayer, Network, NNBench
from engine.base.notebook_html import CURVE_COLOUR
from webapp import launch, stop_all
from webapp.figures.loss import curve_of
from webapp.launcher import RunningPage, page_address, settings_for
from webapp.local.cell import curve_picture, framed
from webapp.local.notebook import EDITOR, Notebook, behind, current_notebook
from webapp.page.constants import READY

SERVER = {"url": "http://localhost:8888/", "port": 8888, "base_url": "/", "hostname": "localhost"}


@pytest.fixture
def kernel(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    """A kernel of a Jupyter server whose number is 77; the folder is where such servers say what they are."""
    paths = types.ModuleType("jupyter_core.paths")
    paths.jupyter_runtime_dir = lambda: str(tmp_path)  # type: ignore[attr-defined]
    monkeypatch.setattr("webapp.local.notebook.is_a_kernel", lambda: True)
    module = types.ModuleType("jupyter_core")
    module.__spec__ = types.SimpleNamespace()  # type: ignore[assignment]
    monkeypatch.setitem(sys.modules, "jupyter_core", module)
    monkeypatch.setitem(sys.modules, "jupyter_core.paths", paths)
    (tmp_path / "jpserver-77.json").write_text(json.dumps(SERVER))
    return tmp_path


@pytest.fixture(autouse=True)
def no_page_is_left() -> Iterator[None]:
    yield
    stop_all()


def bench() -> NNBench:
    net = Network()
    net.extend(AffinityLayer(2, 2, seed=5))
    net.extend(MapLayer("tanh"))
    return NNBench(net, "signs")


def test_a_terminal_is_no_notebook() -> None:
    assert current_notebook({}) is None


@pytest.mark.usefixtures("kernel")
def test_the_notebook_of_a_server_or_an_editor_is_told_by_its_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    notebook = current_notebook({"JPY_PARENT_PID": "77"})
    assert notebook == Notebook(("http://localhost:8888", "http://127.0.0.1:8888"))
    assert current_notebook({"VSCODE_PID": "1"}) == Notebook(EDITOR)
    assert current_notebook({"JPY_PARENT_PID": "77", "JUPYTERHUB_API_TOKEN": "x"}) == Notebook()
    monkeypatch.setitem(sys.modules, "google.colab", types.ModuleType("google.colab"))
    assert current_notebook({"VSCODE_PID": "1"}) == Notebook()
    assert current_notebook({"JPY_PARENT_PID": "77"}) == Notebook()


def test_a_server_that_says_nothing_of_use_frames_nothing(kernel: Path) -> None:
    for said in ["", "no JSON", "[]", '{"url": "http://localhost:1/"}']:
        (kernel / "jpserver-5.json").write_text(said)
        assert current_notebook({"JPY_PARENT_PID": "5"}) == Notebook()
        assert (current_notebook({"JPY_PARENT_PID": "../77"}), current_notebook({})) == (Notebook(), Notebook())


def test_the_notebooks_own_server_passes_the_page_on_where_it_can(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("webapp.local.notebook.find_spec", lambda name: name == "jupyter_server_proxy")
    far = SERVER | {"url": "http://10.0.0.1:8888/user/ada/", "base_url": "/user/ada/"}
    notebook = behind(far, near=True)
    assert notebook == Notebook(("'self'",), "/user/ada/proxy/absolute/")
    settings = settings_for(notebook, 5000)
    assert settings.url_prefix.startswith("/user/ada/proxy/absolute/5000/")
    assert page_address(notebook, settings) == settings.url_prefix + "/"


def served(notebook: Notebook | None, monkeypatch: pytest.MonkeyPatch) -> RunningPage:
    monkeypatch.setattr("webapp.launcher.current_notebook", lambda: notebook)
    monkeypatch.setattr("webbrowser.open", lambda url: pytest.fail("a notebook opens no browser"))
    return launch(bench())


NEAR = Notebook(("http://localhost:8888", "http://127.0.0.1:8888"))


def test_the_page_is_at_a_secret_address_and_framed_by_that_notebook_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    page = served(NEAR, monkeypatch)
    with urllib.request.urlopen(page.url, timeout=10) as answer:
        assert (
            "frame-ancestors http://localhost:8888 http://127.0.0.1:8888" in answer.headers["Content-Security-Policy"]
        )
        assert "X-Frame-Options" not in answer.headers
    start, secret, _ = page.url.rsplit("/", 2)
    assert len(secret) >= 20
    for path in ("", "/", "/limits", "/_dash-layout", f"/{secret[:-1]}/"):
        with pytest.raises(urllib.error.HTTPError) as refused:
            urllib.request.urlopen(start + path, timeout=10)
        refused.value.close()
        assert refused.value.code == 404


def test_a_bench_that_is_served_already_keeps_its_page(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("webapp.launcher.current_notebook", lambda: NEAR)
    own = bench()
    page = launch(own)
    assert launch(own) is page
    assert launch(bench()) is not page
    assert launch(own, samples=50) is not page
    own.net.learn([([1.0, 2.0], [1.0, 1.0])])
    own.checkpoint_net()
    assert launch(own) is not page
    page.stop()
    own = bench()
    first = launch(own)
    stop_all()
    assert not first.running
    assert launch(own) is not first


def test_the_cell_has_the_frame_and_the_still_figure_with_its_words(monkeypatch: pytest.MonkeyPatch) -> None:
    page = served(NEAR, monkeypatch)
    cell = page._repr_html_()
    assert cell.count("<iframe") == 1
    assert f'frame.src = "{page.url}"' in cell
    assert READY in cell
    losses = page.experiment.network().copy().train(*page.experiment.facts())
    assert f"100 losses at α 0.1; the largest is {max(losses):.2f}." in cell
    assert f'<a href="{page.url}"' in cell
    page = served(NEAR, monkeypatch)
    page.stop()
    assert "iframe" not in page._repr_html_()
    monkeypatch.setattr("webapp.launcher.current_notebook", lambda: NEAR)
    own = bench()
    own.net.layers[1:] = [MapLayer("square/2")]
    own.net.alpha = 5.0
    cell = launch(own)._repr_html_()
    assert re.search(r"100 losses at α 5, \d+ of them 0, infinite or not a number; the largest is \d", cell)


@pytest.mark.parametrize("notebook", [None, Notebook()])
def test_without_a_frame_the_still_figure_is_there(notebook: Notebook | None, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("webapp.launcher.current_notebook", lambda: notebook)
    cell = launch(bench(), open_browser=False)._repr_html_()
    assert cell.startswith("<figure")
    assert "iframe" not in cell


def test_every_run_has_a_still_figure_in_the_notebooks_colours_named_for_one_cell_alone() -> None:
    for losses, diverged_at in [
        ([1.0], None), ([0.0, 0.0], None), ([4.0, 2.0, 1e-9, 0.5], None), ([1.0, 1e300, np.nan], 1), ([np.nan], 0),
    ]:  # fmt: skip
        picture = curve_picture(curve_of(np.array(losses), diverged_at), "its words & more")
        drawn = ET.fromstring(picture)
        assert drawn.get("aria-label") == "its words & more"
        assert "nan" not in picture
    drawn = ET.fromstring(curve_picture(curve_of(np.array([4.0, 2.0, 0.5]), None), "its words"))
    colours = {part.get(name) for part in drawn.iter() for name in ("fill", "stroke")} - {None, "none"}
    assert colours == {"currentColor", CURVE_COLOUR}
    texts = [part for part in drawn.iter() if part.tag == "text"]
    assert texts
    assert all(part.get("fill") is None for part in texts)
    cell = framed("nnbench-1", "http://127.0.0.1:5/x/", "<figure></figure>")
    assert 'id="nnbench-1"' in cell
    assert 'title="NNBench"' in cell
    assert "nnbench-2" not in cell
