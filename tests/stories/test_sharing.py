"""A link takes a run to somebody else's browser, and says there whether it is the same."""

from collections.abc import Callable
from urllib.parse import parse_qsl, urlsplit

import pytest
from selenium.webdriver import Chrome

from tests.stories.conftest import Server, arrived
from tests.stories.visitor import Visitor
from tests.webapp.asking import fingerprint

COPIED = """
const done = arguments[0];
navigator.clipboard.readText().then(done, (refused) => done(String(refused)));
"""
NewVisitor = Callable[[str], Visitor]


@pytest.fixture
def follows(driver: Chrome, server: Server) -> NewVisitor:
    """Somebody new follows a link and waits for the run."""

    def follow(link: str) -> Visitor:
        person = arrived(driver, server)
        driver.get(link if "://" in link else server.url + link)
        person.rests()
        return person

    return follow


def address(visitor: Visitor) -> dict[str, str]:
    """What the address bar says, once it tells of the run that is shown."""
    visitor.until("""
    const said = new URLSearchParams(location.search), { experiment } = nnbench.state;
    return ['alpha', 'samples', 'seed'].every((name) => said.get(name) === String(experiment[name]));
    """)
    return dict(parse_qsl(urlsplit(visitor.driver.current_url).query))


def shared(visitor: Visitor) -> str:
    """The link that Share link puts on the clipboard."""
    rights = {"permissions": ["clipboardReadWrite", "clipboardSanitizedWrite"]}
    visitor.driver.execute_cdp_cmd("Browser.grantPermissions", rights)
    visitor.click("#share")
    visitor.until("return document.getElementById('link-notice-text').textContent.startsWith('Link copied.')")
    return str(visitor.driver.execute_async_script(COPIED))


def test_the_address_bar_holds_what_is_shown_as_knobs_turn_and_are_undone(newcomer: Visitor) -> None:
    assert address(newcomer)["experiment"] == "tanh-signs"
    with newcomer.turning():
        newcomer.types("alpha-field", "0.252")
    assert address(newcomer)["alpha"] == "0.252"
    with newcomer.turning():
        newcomer.segment("filter", "raw")
    newcomer.until("return new URLSearchParams(location.search).get('filter') === 'raw'")
    with newcomer.turning():
        newcomer.click("#undo")
    assert address(newcomer)["alpha"] == "0.1"


def test_a_shared_link_is_reproduced_in_a_new_visitors_browser(newcomer: Visitor, follows: NewVisitor) -> None:
    with newcomer.turning():
        newcomer.types("alpha-field", "0.252")
    with newcomer.turning():
        newcomer.click("#next-seed")
    link = shared(newcomer)
    assert len(link) < 200
    other = follows(link)
    print_ = fingerprint(alpha=0.252, seed=4)
    other.sees("link-notice-text", f"Reproduced. This machine gets the same run, {print_[:4]} {print_[4:]}.")
    other.sees_value("alpha-field", "0.252")
    assert other.shown["fingerprint"] == print_
    assert other.depth == (0, 0)
    with other.turning():
        other.click("#next-seed")
    other.until("return document.getElementById('link-notice').hidden")
    other.until("return location.search.includes('seed=5') && !location.search.includes('run=')")


def test_a_tampered_link_says_where_the_runs_part(newcomer: Visitor, follows: NewVisitor) -> None:
    link = shared(newcomer)
    head, _, run = link.rpartition("run=")
    at = 8 + 2 * 2
    other = follows(f"{head}run={run[:at]}{int(run[at : at + 2], 16) ^ 255:02x}{run[at + 2 :]}")
    other.sees("link-notice-text", "Not reproduced. The first difference lies between steps 38 and 56.")
    assert other.by_id("link-notice").get_attribute("data-good") == "false"
    assert (
        follows(link.replace("alpha=0.1", "alpha=0.11"))
        .text("link-notice-text")
        .startswith("Not reproduced. The first difference lies between steps 0 and ")
    )


def test_nonsense_in_a_link_is_told_and_the_default_stands_in_its_place(follows: NewVisitor) -> None:
    visitor = follows("?experiment=tanh-signs&alpha=%3Cb%3Efast&seed=4")
    visitor.sees(
        "link-notice-text",
        "The link says alpha '<b>fast'. α must be a number above 0, at most 1e300. Showing 0.1 instead.",
    )
    assert visitor.shown["fingerprint"] == fingerprint(seed=4)
    visitor.click("#link-notice-close")
    visitor.until("return document.getElementById('link-notice').hidden")


def test_weights_that_no_seed_draws_travel_in_the_link(newcomer: Visitor, follows: NewVisitor) -> None:
    with newcomer.turning():
        newcomer.click("#keep")
    with newcomer.turning():
        newcomer.segment("filter", "low pass")
    shown = newcomer.shown["fingerprint"]
    newcomer.until("return location.search.includes('packed=') && location.search.includes('filter=low+pass')")
    other = follows(shared(newcomer))
    assert other.shown["fingerprint"] == shown
    assert other.js("return nnbench.state.experiment.filter") == "low pass"


def test_a_large_network_gets_a_short_link_that_holds_for_others(newcomer: Visitor, follows: NewVisitor) -> None:
    newcomer.opens("spiral")
    with newcomer.turning():
        newcomer.click("#keep")
    shown = newcomer.shown["fingerprint"]
    newcomer.until("return location.search.includes('saved=')")
    link = shared(newcomer)
    assert len(link) < 220
    other = follows(link)
    assert other.shown["fingerprint"] == shown
    assert other.text("link-notice-text").startswith("Reproduced.")


def test_a_reload_goes_on_and_is_no_link_to_anybody(newcomer: Visitor) -> None:
    with newcomer.turning():
        newcomer.click("#next-seed")
    assert address(newcomer)["seed"] == "4"
    newcomer.reload()
    assert newcomer.shown["fingerprint"] == fingerprint(seed=4)
    assert newcomer.by_id("link-notice").get_property("hidden") is True


def test_where_the_clipboard_is_closed_the_link_can_be_copied_by_hand(newcomer: Visitor) -> None:
    newcomer.js("Object.defineProperty(navigator, 'clipboard', { value: undefined })")
    newcomer.click("#share")
    newcomer.until("return document.activeElement.closest('#link-notice') !== null")
    chosen = newcomer.js("return String(getSelection())")
    assert chosen.startswith(newcomer.url + "?experiment=tanh-signs&")
    assert "&run=" in chosen
