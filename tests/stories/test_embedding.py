"""The bench in a frame of somebody else's page, and without the parts that a link hides."""

from collections.abc import Iterator
from dataclasses import replace
from urllib.parse import parse_qs, urlsplit

import pytest
from selenium.webdriver import Chrome

from tests.stories.conftest import SETTINGS, Server, look, new_visitor
from tests.stories.host_page import HostPage, frame_is_refused
from tests.stories.test_access import findings
from tests.stories.visitor import Visitor
from webapp.page.index import PARTS

EMBEDDED = "?experiment=circle&embed=1&hide=seed"
PLACES = {
    "network": ".strip", "data": "#knob-inputs", "training": "#knob-samples", "seed": "#knob-seed",
    "weights": "#at-weights", "runs": "#runs", "landscape": "#landscape", "probe": "#at-probe",
}  # fmt: skip
SEEN = "return [...document.querySelectorAll(arguments[0])].some((part) => part.checkVisibility())"
BOX = """
const { left, top, width, height } = document.querySelector(arguments[0]).getBoundingClientRect();
return [left, top, width, height].map(Math.round);
"""


def opened(driver: Chrome, server: Server, query: str, width: int, height: int, scheme: str = "light") -> Visitor:
    """Somebody new at that link, in a window of that size."""
    person = new_visitor(driver, server)
    look(driver, width, height, scheme)
    person.open(query)
    return person


def query_of(address: str) -> dict[str, list[str]]:
    return parse_qs(urlsplit(address).query)


@pytest.mark.parametrize("scheme", [pytest.param("light", marks=pytest.mark.soak), "dark"])
def test_an_embedded_bench_is_the_square_alpha_the_curve_and_the_scrubber_and_fits_into_a_narrow_frame(
    driver: Chrome, server: Server, scheme: str
) -> None:
    visitor = opened(driver, server, EMBEDDED, 800, 520, scheme=scheme)
    assert visitor.js(BOX, "#output") == [16, 80, 352, 352]
    for part in ("#sentence", "#play", "#knob-alpha", "#loss", "#scrubber", "#embed-open"):
        assert visitor.js(SEEN, part), part
    for part in (".head", ".strip", ".deck", "#runs", ".foot", "#knob-samples", "#at-weights", ".stage-bar"):
        assert not visitor.js(SEEN, part), part
    assert visitor.js("return document.documentElement.scrollHeight") <= 520
    assert visitor.js("return document.documentElement.scrollWidth") == 800
    visitor.sees("embed-words", "Circle, 2 → 8 → 1, tanh, 3,000 samples, data seed 3.")
    assert findings(visitor) == []
    fits_into_a_narrow_frame(visitor)
    has_an_address_that_stays_embedded(visitor)
    assert visitor.console() == []


def test_the_line_under_an_edited_experiment_says_what_it_is(driver: Chrome, server: Server) -> None:
    visitor = opened(driver, server, "?experiment=tanh-signs&target=swap&momentum=0.9&noise=1&embed=1", 800, 520)
    visitor.sees(
        "embed-words",
        "tanh learns signs, edited, target Swap, normal inputs, 2 → 2, tanh, 300 samples, data seed 3, momentum 0.9, "
        "noise 1.",
    )
    assert driver.title == "tanh learns signs, edited · NNBench"
    assert visitor.console() == []


def fits_into_a_narrow_frame(visitor: Visitor) -> None:
    """There the square, the scrubber and α are below each other."""
    look(visitor.driver, 390, 700)
    visitor.rests()
    assert visitor.js(BOX, "#output")[2:] == [358, 358]
    tops = [visitor.js(BOX, part)[1] for part in ("#sentence", "#output", "#scrubber", "#knob-alpha", "#embed-open")]
    assert tops == sorted(tops)
    assert not visitor.js(SEEN, "#loss")
    assert visitor.js("return document.documentElement.scrollWidth") == 390
    assert findings(visitor) == []


def has_an_address_that_stays_embedded(visitor: Visitor) -> None:
    """Its link leads out."""
    visitor.turns(visitor.types, "alpha-field", "0.05")
    visitor.until("return location.search.includes('alpha=0.05')")
    said = query_of(visitor.driver.current_url)
    assert (said["embed"], said["hide"]) == (["1"], ["seed"])
    link = visitor.by_id("embed-open")
    leads_to = query_of(str(link.get_property("href")))
    assert leads_to == {name: values for name, values in said.items() if name != "embed"}
    assert (link.get_attribute("target"), link.get_attribute("rel")) == ("_blank", "noopener")
    assert "embed" not in visitor.text("printed-link")


@pytest.mark.soak
def test_an_embedded_bench_may_show_the_loss_and_no_surface_and_leaves_the_page_its_view(
    driver: Chrome, server: Server
) -> None:
    visitor = opened(driver, server, EMBEDDED + "&view=loss", 800, 520)
    assert visitor.js(BOX, "#loss-view")[2:] == [444, 352]
    assert visitor.js(SEEN, "#response")
    visitor.click(".step-col .enlarge")
    visitor.until("return document.documentElement.dataset.view === 'output'")
    assert visitor.js("return localStorage.getItem('nnbench-view')") == "loss"
    visitor.open(EMBEDDED + "&view=surface")
    view = "return document.documentElement.dataset.view"
    assert visitor.js(view) == "output"
    for expected in ("loss", "output"):
        visitor.presses("v")
        assert visitor.js(view) == expected


@pytest.mark.parametrize("first", [0, pytest.param(1, marks=pytest.mark.soak)])
def test_a_link_hides_each_part_that_it_names(driver: Chrome, server: Server, first: int) -> None:
    parts = list(PARTS)[first::2]
    visitor = opened(driver, server, f"?hide={','.join(parts)},nonsense", 1440, 900)
    seen = {name for name, place in PLACES.items() if visitor.js(SEEN, place)}
    assert seen == set(PLACES) - set(parts)
    assert visitor.js("return document.documentElement.dataset.hide.split(' ')") == parts
    visitor.until("return location.search.includes('experiment=')")
    assert query_of(visitor.driver.current_url)["hide"] == [",".join(parts)]


@pytest.mark.soak
def test_a_link_that_hides_nothing_known_shows_everything(driver: Chrome, server: Server) -> None:
    visitor = opened(driver, server, "?hide=%3Cscript%3E,everything&embed=yes", 1440, 900)
    assert all(visitor.js(SEEN, place) for place in PLACES.values())
    visitor.until("return location.search.includes('experiment=')")
    assert not {"hide", "embed"} & set(query_of(visitor.driver.current_url))


# In a frame of another site


@pytest.fixture(scope="module")
def host() -> Iterator[HostPage]:
    page = HostPage()
    yield page
    page.stop()


@pytest.fixture(scope="module")
def open_server(host: HostPage) -> Iterator[Server]:
    """A server that lets the host page show it."""
    running = Server(replace(SETTINGS, frame_ancestors=(host.origin,)))
    yield running
    running.stop()


def framed(driver: Chrome, host: HostPage, *addresses: str) -> list[Visitor]:
    """Somebody who opens the host page, once for each of its frames."""
    host.framed = addresses
    driver.switch_to.default_content()
    driver.get(host.origin)
    return [Visitor(driver, address) for address in addresses]


def enters(visitor: Visitor, at: int = 0) -> None:
    """Goes into that frame of the host page and waits for its run."""
    visitor.driver.switch_to.default_content()
    visitor.driver.switch_to.frame(at)
    visitor.rests()


@pytest.fixture
def at_desk(driver: Chrome) -> Iterator[Chrome]:
    """A window wide enough for the host page, left outside of any frame."""
    look(driver, 1440, 900)
    yield driver
    driver.switch_to.default_content()


def test_a_frame_without_cookies_says_what_it_loses(at_desk: Chrome, host: HostPage, open_server: Server) -> None:
    (visitor,) = framed(at_desk, host, open_server.url + EMBEDDED)
    enters(visitor)
    visitor.turns(visitor.types, "alpha-field", "0.05")
    visitor.until("return document.getElementById('lr-range').getAttribute('aria-label') !== ''")
    visitor.until("return nnbench.currentTrajectory() !== null")
    visitor.until("return location.search.includes('alpha=0.05')")
    visitor.sees(
        "embed-notice", "This browser keeps no cookies for a bench in a frame: after a reload it starts from its link."
    )
    assert visitor.js("return Object.keys(sessionStorage).filter((key) => key.startsWith('nnbench'))") == []
    assert visitor.js("return nnbench.state.shown.act") == "turn", "the server had lost the bench and opened it again"
    visitor.driver.switch_to.default_content()
    visitor.driver.refresh()
    enters(visitor)
    visitor.sees_value("alpha-field", "0.1")


NO_STORAGE = """
for (const name of ['localStorage', 'sessionStorage']) {
  Object.defineProperty(window, name, { configurable: true, get() { throw new DOMException('', 'SecurityError'); } });
}
window.BroadcastChannel = class { constructor() { throw new DOMException('', 'SecurityError'); } };
"""


@pytest.fixture
def storing_nothing(at_desk: Chrome) -> Iterator[Chrome]:
    """A browser whose pages may store nothing."""
    script = at_desk.execute_cdp_cmd("Page.addScriptToEvaluateOnNewDocument", {"source": NO_STORAGE})
    yield at_desk
    at_desk.execute_cdp_cmd("Page.removeScriptToEvaluateOnNewDocument", script)


@pytest.mark.soak
def test_a_frame_works_where_nothing_is_stored(storing_nothing: Chrome, host: HostPage, open_server: Server) -> None:
    (visitor,) = framed(storing_nothing, host, open_server.url + EMBEDDED)
    enters(visitor)
    visitor.turns(visitor.types, "alpha-field", "0.05")
    visitor.until("return location.search.includes('alpha=0.05')")


@pytest.mark.soak
def test_two_frames_of_a_page_are_two_benches(at_desk: Chrome, host: HostPage, open_server: Server) -> None:
    one, other = framed(at_desk, host, *(f"{open_server.url}?embed=1&experiment={key}" for key in ("circle", "sine")))
    enters(one)
    one.turns(one.types, "alpha-field", "0.05")
    enters(other, 1)
    other.turns(other.types, "alpha-field", "0.02")
    other.sees("embed-words", "Sine, 1 → 8 → 1, tanh, 2,000 samples, data seed 3.")
    enters(one)
    one.sees("embed-words", "Circle, 2 → 8 → 1, tanh, 3,000 samples, data seed 3.")
    one.sees_value("alpha-field", "0.05")


@pytest.mark.soak
def test_a_whole_bench_in_a_frame_says_it_too(at_desk: Chrome, host: HostPage, open_server: Server) -> None:
    (visitor,) = framed(at_desk, host, open_server.url + "?experiment=circle")
    enters(visitor)
    visitor.until("return document.getElementById('embed-notice').checkVisibility()")
    assert not visitor.js(SEEN, "#embed-open")


def test_a_server_that_names_nobody_or_another_origin_is_shown_in_no_frame(
    at_desk: Chrome, host: HostPage, server: Server, open_server: Server
) -> None:
    framed(at_desk, host, server.url + EMBEDDED)
    assert frame_is_refused(at_desk)
    host.framed = (open_server.url + EMBEDDED,)
    at_desk.get_log("browser")
    at_desk.get(host.origin.replace("localhost", "127.0.0.1"))
    assert frame_is_refused(at_desk)


BOXES_OF_A_LESSON = """
const boxOf = (css) => document.querySelector(css).getBoundingClientRect().toJSON();
return ['#lesson', '#loss', '#knob-alpha'].map(boxOf);
"""


@pytest.mark.soak
def test_a_lesson_in_a_wide_frame_stands_under_the_bench(stranger: Visitor) -> None:
    stranger.open("?lesson=alpha&embed=1")
    stranger.until("return !document.getElementById('lesson').hidden")
    lesson, loss, alpha = stranger.js(BOXES_OF_A_LESSON)
    assert loss["width"] > 400
    assert loss["right"] <= alpha["left"]
    assert lesson["top"] >= max(loss["bottom"], alpha["bottom"])
    assert stranger.by_id("lesson-elsewhere").is_displayed()
