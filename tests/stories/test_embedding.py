"""The bench in a frame of somebody else's page, and without the parts that a link hides."""

from urllib.parse import parse_qs, urlsplit

import pytest
from selenium.webdriver import Chrome

from tests.stories.conftest import Server, arrived, look
from tests.stories.test_access import findings
from tests.stories.visitor import Visitor
from webapp.page.index import PARTS

EMBEDDED = "?experiment=circle&embed=1&hide=seed"
PLACES = {
    "network": ".strip",
    "data": "#knob-inputs",
    "training": "#knob-samples",
    "seed": "#knob-seed",
    "weights": "#at-weights",
    "runs": "#runs",
}
SEEN = "return [...document.querySelectorAll(arguments[0])].some((part) => part.checkVisibility())"
BOX = """
const { left, top, width, height } = document.querySelector(arguments[0]).getBoundingClientRect();
return [left, top, width, height].map(Math.round);
"""


def opened(driver: Chrome, server: Server, query: str, width: int, height: int, scheme: str = "light") -> Visitor:
    """Somebody new at that link, in a window of that size."""
    person = arrived(driver, server)
    look(driver, width, height, scheme)
    driver.get(server.url + query)
    person.rests()
    return person


def query_of(address: str) -> dict[str, list[str]]:
    return parse_qs(urlsplit(address).query)


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_an_embedded_bench_is_the_square_alpha_the_curve_and_the_scrubber(
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
    assert visitor.console() == []


def test_a_narrow_frame_has_the_square_the_scrubber_and_alpha_below_each_other(driver: Chrome, server: Server) -> None:
    visitor = opened(driver, server, EMBEDDED, 390, 700)
    assert visitor.js(BOX, "#output")[2:] == [358, 358]
    tops = [visitor.js(BOX, part)[1] for part in ("#sentence", "#output", "#scrubber", "#knob-alpha", "#embed-open")]
    assert tops == sorted(tops)
    assert not visitor.js(SEEN, "#loss")
    assert visitor.js("return document.documentElement.scrollWidth") == 390
    assert findings(visitor) == []


def test_the_address_of_an_embedded_bench_stays_embedded_and_its_link_leads_out(driver: Chrome, server: Server) -> None:
    visitor = opened(driver, server, EMBEDDED, 800, 520)
    with visitor.turning():
        visitor.types("alpha-field", "0.05")
    visitor.until("return location.search.includes('alpha=0.05')")
    said = query_of(visitor.driver.current_url)
    assert (said["embed"], said["hide"]) == (["1"], ["seed"])
    link = visitor.by_id("embed-open")
    leads_to = query_of(str(link.get_property("href")))
    assert leads_to == {name: values for name, values in said.items() if name != "embed"}
    assert (link.get_attribute("target"), link.get_attribute("rel")) == ("_blank", "noopener")
    assert "embed" not in visitor.text("printed-link")


def test_an_embedded_bench_may_show_the_loss_and_leaves_the_view_of_the_page_as_it_was(
    driver: Chrome, server: Server
) -> None:
    visitor = opened(driver, server, EMBEDDED + "&view=loss", 800, 520)
    assert visitor.js(BOX, "#loss-view")[2:] == [444, 352]
    assert visitor.js(SEEN, "#response")
    visitor.click(".step-col .enlarge")
    visitor.until("return document.documentElement.dataset.view === 'output'")
    assert visitor.js("return localStorage.getItem('nnbench-view')") == "loss"


@pytest.mark.parametrize("part", PARTS)
def test_a_link_hides_each_part_that_it_names(driver: Chrome, server: Server, part: str) -> None:
    visitor = opened(driver, server, f"?hide={part},nonsense", 1440, 900)
    seen = {name for name, place in PLACES.items() if visitor.js(SEEN, place)}
    assert seen == set(PLACES) - {part}
    assert visitor.js("return document.documentElement.dataset.hide") == part
    visitor.until("return location.search.includes('experiment=')")
    assert query_of(visitor.driver.current_url)["hide"] == [part]


def test_a_link_that_hides_nothing_known_shows_everything(driver: Chrome, server: Server) -> None:
    visitor = opened(driver, server, "?hide=%3Cscript%3E,everything&embed=yes", 1440, 900)
    assert all(visitor.js(SEEN, place) for place in PLACES.values())
    visitor.until("return location.search.includes('experiment=')")
    assert not {"hide", "embed"} & set(query_of(visitor.driver.current_url))
