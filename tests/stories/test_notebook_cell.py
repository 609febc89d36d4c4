"""The cell of a notebook shows the bench itself in place of a still figure, on the bench that Python holds."""

from collections.abc import Iterator

import pytest
from selenium.webdriver import Chrome

from engine import AffinityLayer, MapLayer, Network, NNBench
from engine.experiments.run import checkpoint_fingerprint
from tests.stories.conftest import look
from tests.stories.host_page import HostPage, frame_is_refused
from tests.stories.visitor import Visitor
from webapp import stop_all
from webapp.local.notebook import Notebook

SEEN = "return [!document.querySelector('figure').hidden, document.querySelector('iframe').style.opacity !== '0']"
HIDDEN_BELOW = "const output = document.querySelector('#output'); return output.scrollHeight - output.clientHeight"
THEME = "return document.documentElement.dataset.mantineColorScheme"
STILL, LIVING = [True, False], [False, True]


@pytest.fixture
def notebook(driver: Chrome, monkeypatch: pytest.MonkeyPatch) -> Iterator[HostPage]:
    """A page that stands for the notebook: this process is its kernel."""
    page = HostPage()
    monkeypatch.setattr("webapp.launcher.current_notebook", lambda: Notebook((page.origin,)))
    look(driver, 1000, 1100)
    driver.get_log("browser")
    yield page
    driver.switch_to.default_content()
    stop_all()
    page.stop()


def bench() -> NNBench:
    net = Network()
    net.extend(AffinityLayer(2, 2, seed=5))
    net.extend(MapLayer("tanh"))
    net.alpha = 0.05
    return NNBench(net, ideal=lambda v: [v[1], v[0]])


def enters(visitor: Visitor) -> None:
    """Waits until the bench stands in the cell, and goes into its frame."""
    visitor.until(f"return JSON.stringify((() => {{ {SEEN} }})()) === '{str(LIVING).lower().replace(' ', '')}'")
    visitor.driver.switch_to.frame(0)


@pytest.mark.soak
def test_the_cell_shows_the_bench_and_python_finds_what_is_kept_there(driver: Chrome, notebook: HostPage) -> None:
    own = bench()
    page = own.knobs_plot_learning(60)
    notebook.cell = page._repr_html_()
    driver.get(notebook.origin)
    visitor = Visitor(driver, page.url)
    enters(visitor)
    visitor.rests()
    visitor.turns(visitor.types, "alpha-field", "0.3")
    visitor.turns(visitor.click, "#keep")
    kept = visitor.shown["checkpoint"]
    own.rollback_net()
    assert checkpoint_fingerprint(own.net) == kept
    assert visitor.console() == []


@pytest.mark.parametrize(("text", "theme"), [("#cccccc", "dark"), ("#1f1f1f", "light")])
@pytest.mark.soak
def test_the_bench_has_the_theme_of_the_notebook(driver: Chrome, notebook: HostPage, text: str, theme: str) -> None:
    driver.execute_cdp_cmd("Emulation.setEmulatedMedia", {"features": []})
    page = bench().knobs_plot_learning(60)
    notebook.cell = f'<div style="color:{text}">{page._repr_html_()}</div>'
    driver.get(notebook.origin)
    enters(Visitor(driver, page.url))
    assert driver.execute_script(THEME) == theme


@pytest.mark.soak
def test_without_a_kernel_the_still_figure_stays_in_the_room_that_it_needs(driver: Chrome, notebook: HostPage) -> None:
    page = bench().knobs_plot_learning(60)
    notebook.cell = f'<div id="output" style="overflow:auto">{page._repr_html_()}</div>'
    page.stop()
    driver.get(notebook.origin)
    assert driver.execute_script(SEEN) == STILL
    assert driver.execute_script(HIDDEN_BELOW) == 0
    assert driver.execute_script("return document.querySelector('figure').getBoundingClientRect().height") > 200
    assert [entry for entry in driver.get_log("browser") if "ERR_CONNECTION_REFUSED" not in entry["message"]] == []


def test_a_stranger_frames_nothing(driver: Chrome, notebook: HostPage, monkeypatch: pytest.MonkeyPatch) -> None:
    other = Notebook(("http://localhost:1",))
    monkeypatch.setattr("webapp.launcher.current_notebook", lambda: other)
    notebook.cell = bench().knobs_plot_learning(60)._repr_html_()
    driver.get(notebook.origin)
    assert frame_is_refused(driver)
    assert driver.execute_script(SEEN) == STILL
