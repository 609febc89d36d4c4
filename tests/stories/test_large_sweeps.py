"""A sweep that is too large for the page is read in parts: coarse at first, finer where one zooms in, run for run.

Here a few hundred runs are too many for the page, so that a small sweep counts as a large one.
"""

import functools
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray
from selenium.webdriver import Chrome
from selenium.webdriver.common.keys import Keys

from engine import CATALOGUE, Experiment, run, sweep
from engine.base.number_text import loss_text
from tests.stories.conftest import SETTINGS, Server, arrived
from tests.stories.test_larger_maps import CELL, opens, plans
from tests.stories.visitor import Visitor
from webapp.sweeps import loss_file, pieces

WHOLE, PART = 500, 300
ALPHAS = np.geomspace(0.01, 1, 40)
READ = """
const { cube, job } = nnbench.shownSweep();
const isPart = cube?.part && JSON.stringify(cube.part) === JSON.stringify(arguments[0]);
return isPart && job.state === 'done' && cube.upTo === job.pieces;
"""
SHOWN = "const { cube: { part }, range } = nnbench.shownSweep(); return { part, range }"
FINE = """
const { cube, job } = nnbench.shownSweep();
return Object.values(cube.part).every(([, , every]) => every === 1) && cube.upTo === job.pieces;
"""
LOSSES = "return [...nnbench.shownSweep().cube.losses].map((loss) => (loss === Infinity ? 'lost' : loss))"
COUNTING = """
const send = window.fetch;
window.asked = 0;
window.fetch = (address, ...more) => {
  window.asked += Number(String(address).includes('sweeps/'));
  return send(address, ...more);
};
"""
FINDS = "return document.getElementById('sweep-finding')?.textContent.startsWith(arguments[0])"
COARSE = {"alpha": [0, 40, 4], "weight_seed": [0, 40, 2]}
COARSE_WORDS = "200 of the 1,600 runs are read here: every 4th α, every 2nd weight seed."


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("sweeps")


@pytest.fixture(scope="module")
def small_pages(folder: Path) -> Iterator[Server]:
    """A server whose pages hold few runs."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(pieces, "WHOLE_IN_PAGE", WHOLE)
        patch.setattr(loss_file, "MOST_RUNS", PART)
        running = Server(replace(SETTINGS, sweep_dir=folder))
        yield running
        running.stop()


@pytest.fixture(scope="module")
def all_read(driver: Chrome, small_pages: Server) -> Visitor:
    """Somebody with a sweep of 1,600 runs, of which the page has read a part."""
    person = arrived(driver, small_pages)
    opens(person)
    plans(person, alpha=(0.01, 1, 40), weight_seed=(0, 39, 40))
    person.click("#sweep-start")
    return person


@pytest.fixture
def reader(all_read: Visitor) -> Iterator[Visitor]:
    """Somebody with the whole map of that sweep before them, coarse as at first."""
    all_read.js(
        "if (!document.getElementById('sweeps-dialog').open) document.getElementById('landscape-larger').click()"
    )
    all_read.one("#sweep-y")
    all_read.selects("#sweep-y", "weight_seed")
    all_read.until(READ, COARSE)
    all_read.until(FINDS, COARSE_WORDS)
    yield all_read
    assert all_read.console() == []


@functools.cache
def settled() -> NDArray[np.float64]:
    """The losses of all runs."""
    return sweep(CATALOGUE["tanh-signs"].experiment, alphas=ALPHAS, weight_seeds=range(40)).settled.reshape(40, 40)


def float32_of(losses: NDArray[np.float64]) -> list[float]:
    found: list[float] = losses.astype(np.float32).ravel().tolist()
    return found


def zooms_in(reader: Visitor) -> None:
    """Zooms by keyboard until the page has every value of what is seen."""
    reader.js("document.getElementById('sweep-map').focus()")
    reader.presses(*["+"] * 4)
    reader.until(FINE)


@pytest.mark.soak
def test_a_part_has_the_bits_of_its_runs_a_zoom_reads_finer_ones_and_axes_have_their_own_parts(reader: Visitor) -> None:
    whole = settled()
    assert reader.js(LOSSES) == float32_of(whole[::4, ::2])
    lowest = np.unravel_index(np.argmin(whole[::4, ::2]), (10, 20))
    place = f"weight seed {2 * lowest[1]}."
    finding = reader.text("sweep-finding")
    assert f"The lowest final loss of a single run read here is {loss_text(whole[::4, ::2][lowest])}, at α " in finding
    assert place in finding
    assert reader.text("sweep-progress") == "1,600 runs"
    x, y = reader.js(CELL, 20, 14)
    reader.mouse("mouseMoved", x, y, held=False)
    reader.until(
        "return document.getElementById('sweep-says').textContent.endsWith(arguments[0])",
        f"weight seed 14: final loss {loss_text(whole[20, 14])}.",
    )
    assert reader.js("return document.getElementById('sweep-csv').disabled") is False
    picture = reader.saved(reader.click, "#sweep-svg")
    assert "200 of 1,600 runs (every 4th α, every 2nd weight seed)" in picture
    zooms_in(reader)
    shown = reader.js(SHOWN)
    (a, b, _), (c, d, _) = shown["part"]["alpha"], shown["part"]["weight_seed"]
    assert 0 < a < shown["range"]["x"][0]
    assert shown["range"]["x"][1] < b < 40
    assert reader.js(LOSSES) == float32_of(whole[a:b, c:d])
    reader.until(FINDS, f"{(b - a) * (d - c)} of the 1,600 runs are read here: α from ")
    reader.js(COUNTING)
    reader.presses("0")
    reader.until(FINDS, COARSE_WORDS)
    assert reader.js("return window.asked") == 0
    goes_with_a_filter(reader)
    reader.js("document.getElementById('sweep-map').focus()")
    reader.presses("0")
    reader.until(FINDS, COARSE_WORDS)
    reader.selects("#sweep-y", "loss")
    reader.until(READ, {"alpha": [0, 40, 1], "weight_seed": [0, 40, 8]})
    assert reader.js(LOSSES) == float32_of(whole[:, ::8])
    reader.until(FINDS, "200 of the 1,600 runs are read here: every 8th weight seed.")
    reader.until("return document.querySelector('#sweep-map .line')")
    reader.selects("#sweep-of-weight_seed", "one")
    reader.until(READ, {"alpha": [0, 40, 1], "weight_seed": [20, 21, 1]})
    reader.until(FINDS, "40 of the 1,600 runs are read here: weight seed 20.")
    reader.by_id("sweep-at-weight_seed").send_keys(Keys.ARROW_RIGHT)
    reader.until(READ, {"alpha": [0, 40, 1], "weight_seed": [21, 22, 1]})
    assert reader.js(LOSSES) == float32_of(whole[:, 21])
    reader.sees("sweep-reading", "")


@pytest.mark.soak
def test_a_cell_of_a_part_opens_its_run_and_others_see_it_without_the_file(reader: Visitor, folder: Path) -> None:
    whole = settled()
    for fine in (False, True):
        if fine:
            reader.js("document.getElementById('landscape-larger').click()")
            reader.until(READ, COARSE)
            zooms_in(reader)
        across, up = (19, 21) if fine else (12, 30)
        x, y = reader.js(CELL, across, up)
        reader.turns(reader.clicks_at, x, y)
        opened = Experiment.from_plain(reader.js("return nnbench.state.experiment"))
        found = run(opened, opened.network())
        assert reader.shown["settled"] == found.settled == whole[across, up]
        assert reader.shown["fingerprint"] == found.fingerprint
        assert reader.js("return nnbench.shownSweep().opened") == 40 * across + up
    reader.js("document.getElementById('landscape-larger').click()")
    reader.until(
        "return [...document.querySelectorAll('#sweep-map text')].some((text) => text.textContent === 'opened')"
    )
    id_ = reader.js("return nnbench.shownSweep().id")
    (folder / "nnbench-sweeps" / id_ / pieces.LOSSES).unlink()
    reader.driver.delete_all_cookies()
    reader.open(f"?experiment=spiral&sweep={id_}")
    reader.until(READ, COARSE)
    reader.until(FINDS, COARSE_WORDS)
    assert reader.js(LOSSES) == float32_of(whole[::4, ::2])
    assert (folder / "nnbench-sweeps" / id_ / pieces.LOSSES).exists()


def goes_with_a_filter(reader: Visitor) -> None:
    """Whatever part is drawn, runs are counted of that part."""
    whole = settled().astype(np.float32)
    reader.selects("#sweep-only", "most")
    limit = reader.js("return nnbench.shownSweep().filter.limit")
    count = int((whole[::4, ::2] <= np.float32(limit)).sum())
    assert 0 < count < 200
    reader.reads("#sweep-left", start=f"{count} of 200 runs read here are left (")  # fmt: skip
    reader.reads("#sweep-finding", "run read here that is left")
    zooms_in(reader)
    a, b, _ = reader.js("return nnbench.shownSweep().cube.part.alpha")
    c, d, _ = reader.js("return nnbench.shownSweep().cube.part.weight_seed")
    few = int((whole[a:b, c:d] <= np.float32(limit)).sum())
    reader.reads("#sweep-left", start=f"{few} of {(b - a) * (d - c)} runs read here ")  # fmt: skip
    reader.click("#sweep-unfilter")
    reader.sees("sweep-left", "")


def made_of(reader: Visitor) -> dict[str, Any]:
    found: dict[str, Any] = reader.js(
        "const { cube: { made, size }, job } = nnbench.shownSweep(); return { made, size, runs: job.made }"
    )
    return found


@pytest.mark.soak
def test_while_it_is_made_a_part_fills_and_a_cancel_leaves_what_is_read(driver: Chrome, small_pages: Server) -> None:
    reader = arrived(driver, small_pages)
    reader.open("?experiment=tanh-signs&samples=100000")
    opens(reader)
    plans(reader, alpha=(0.01, 1, 100), weight_seed=(0, 99, 100))
    reader.click("#sweep-start")
    reader.until("return nnbench.shownSweep().cube && nnbench.shownSweep().cube.made > 0")
    found = made_of(reader)
    assert 0 < found["made"] < found["size"] <= PART
    reader.until("return /of 10,000 runs, .* left$/.test(document.getElementById('sweep-progress').textContent)")
    reader.reads("#sweep-says", start="Paler cells are not read yet")
    assert reader.js("return /^[0-9]+ of the 10,000 runs are read here: every /.test(arguments[0])",
                     reader.text("sweep-finding"))  # fmt: skip
    reader.until("return nnbench.shownSweep().cube.made > arguments[0]", found["made"])
    reader.click("#sweep-cancel")
    reader.until("return document.getElementById('sweep-progress').textContent.endsWith('runs, cancelled')")
    reader.until("return /(single|Every) run read here/.test(document.getElementById('sweep-finding').textContent)")
    reader.reads("#sweep-says", "goes on from here")
    assert reader.js("const { cube, job } = nnbench.shownSweep(); return cube.upTo === job.stored")
    assert reader.console() == []
