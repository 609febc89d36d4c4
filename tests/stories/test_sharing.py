"""A link takes a run to somebody else's browser, and says there whether it is the same."""

from collections.abc import Callable, Iterator
from urllib.parse import parse_qsl, urlsplit

import pytest
from selenium.webdriver import Chrome
from selenium.webdriver.common.keys import Keys

from tests.stories.conftest import Server, new_visitor
from tests.stories.visitor import Visitor
from tests.webapp.asking import SETTINGS, fingerprint
from webapp.links.qr_code import qr_path

PASTE_HERE = """
const field = document.createElement('textarea');
(document.querySelector('dialog[open]') || document.body).append(field);
field.focus();
"""
PASTED = "const { value } = document.activeElement; document.activeElement.remove(); return value"
NewVisitor = Callable[[str], Visitor]


@pytest.fixture
def follows(driver: Chrome, server: Server) -> NewVisitor:
    """Somebody new follows a link and waits for the run."""

    def follow(link: str) -> Visitor:
        person = new_visitor(driver, server)
        person.open(link.removeprefix(server.url))
        return person

    return follow


def address(visitor: Visitor) -> dict[str, str]:
    """The parameters in the address bar, once they are those of the run that is shown."""
    visitor.until("""
    const said = new URLSearchParams(location.search), { experiment } = nnbench.state;
    return ['alpha', 'samples', 'seed'].every((name) => said.get(name) === String(experiment[name]));
    """)
    return dict(parse_qsl(urlsplit(visitor.driver.current_url).query))


def sharing(visitor: Visitor) -> None:
    """Opens the dialog of Share link and waits for its link."""
    visitor.click("#share")
    visitor.until("return document.getElementById('share-dialog').open && document.getElementById('share-link').value")


def clipboard(visitor: Visitor) -> str:
    """The text that Control and v put into a field."""
    visitor.js(PASTE_HERE)
    visitor.presses(Keys.CONTROL + "v")
    visitor.until("return document.activeElement.value")
    return str(visitor.js(PASTED))


def may_copy(visitor: Visitor) -> None:
    rights = {"permissions": ["clipboardReadWrite", "clipboardSanitizedWrite"]}
    visitor.driver.execute_cdp_cmd("Browser.grantPermissions", rights)


def shared(visitor: Visitor) -> str:
    """The link that Share link and Enter put on the clipboard."""
    may_copy(visitor)
    sharing(visitor)
    visitor.presses(Keys.ENTER)
    visitor.reads("#share-says", start="Link copied.")
    visitor.presses(Keys.ESCAPE)
    return clipboard(visitor)


def test_the_address_bar_holds_what_is_shown_and_a_reload_goes_on_and_is_no_link_to_anybody(beginner: Visitor) -> None:
    assert address(beginner)["experiment"] == "tanh-signs"
    beginner.turns(beginner.types, "alpha-field", "0.252")
    assert address(beginner)["alpha"] == "0.252"
    beginner.turns(beginner.segment, "filter", "raw")
    beginner.until("return new URLSearchParams(location.search).get('filter') === 'raw'")
    beginner.turns(beginner.click, "#undo")
    assert address(beginner)["alpha"] == "0.1"
    beginner.turns(beginner.click, "#next-seed")
    assert address(beginner)["seed"] == "4"
    beginner.reload()
    assert beginner.shown["fingerprint"] == fingerprint(seed=4)
    assert beginner.by_id("link-notice").get_property("hidden") is True


def test_a_shared_link_is_reproduced(beginner: Visitor) -> None:
    beginner.turns(beginner.types, "alpha-field", "0.252")
    beginner.turns(beginner.click, "#next-seed")
    link = shared(beginner)
    assert len(link) < 200
    beginner.begins()
    beginner.follows(f"?{urlsplit(link).query}")
    print_ = fingerprint(alpha=0.252, seed=4)
    beginner.sees("link-notice-text", f"Reproduced. This machine gets the same run, {print_[:4]} {print_[4:]}.")
    beginner.sees_value("alpha-field", "0.252")
    assert beginner.shown["fingerprint"] == print_
    beginner.turns(beginner.js, "nnbench.handlers['next-seed']()")
    beginner.until("return document.getElementById('link-notice').hidden")
    beginner.until("return location.search.includes('seed=5') && !location.search.includes('run=')")


@pytest.mark.soak
def test_a_tampered_link_says_where_the_runs_part_and_nonsense_in_one_is_told(beginner: Visitor) -> None:
    link = urlsplit(shared(beginner)).query
    head, _, run = link.rpartition("run=")
    at = 8 + 2 * 2
    beginner.follows(f"?{head}run={run[:at]}{int(run[at : at + 2], 16) ^ 255:02x}{run[at + 2 :]}")
    beginner.sees("link-notice-text", "Not reproduced. The first difference lies between steps 38 and 56.")
    assert beginner.by_id("link-notice").get_attribute("data-good") == "false"
    beginner.follows(f"?{link.replace('alpha=0.1', 'alpha=0.11')}")
    beginner.reads("#link-notice-text", start="Not reproduced. The first difference lies between steps 0 and ")
    beginner.follows("?experiment=tanh-signs&alpha=%3Cb%3Efast&seed=4")
    beginner.sees(
        "link-notice-text",
        "The link says alpha '<b>fast'. α must be a number above 0, at most 1e300. Showing 0.1 instead.",
    )
    assert beginner.shown["fingerprint"] == fingerprint(seed=4)
    beginner.js("scrollTo(0, 0)")
    beginner.click("#link-notice-close")
    beginner.until("return document.getElementById('link-notice').hidden")


@pytest.mark.soak
def test_weights_that_no_seed_draws_travel_in_the_link(beginner: Visitor) -> None:
    beginner.turns(beginner.click, "#keep")
    beginner.turns(beginner.segment, "filter", "low pass")
    shown = beginner.shown["fingerprint"]
    beginner.until("return location.search.includes('packed=') && location.search.includes('filter=low+pass')")
    link = shared(beginner)
    beginner.begins()
    assert beginner.shown["fingerprint"] != shown
    beginner.follows(f"?{urlsplit(link).query}")
    assert beginner.shown["fingerprint"] == shown
    assert beginner.js("return nnbench.state.experiment.filter") == "low pass"


HELD_BACK = """
const send = window.fetch;
window.fetch = (address, ...rest) => {
  const sent = send(address, ...rest);
  if (window.release || !String(address).endsWith('analysis/address')) return sent;
  return new Promise((done) => (window.release = () => done(sent)));
};
"""
"""The first answer about the address waits until it is released."""


@pytest.mark.soak
def test_a_late_answer_does_not_take_the_filter_out_of_the_address(beginner: Visitor) -> None:
    beginner.js(HELD_BACK)
    beginner.turns(beginner.click, "#next-seed")
    beginner.until("return !!window.release")
    beginner.turns(beginner.segment, "filter", "low pass")
    beginner.until("return location.search.includes('filter=low+pass')")
    beginner.js("window.release()")
    beginner.rests()
    assert "filter=low+pass" in shared(beginner)
    assert "filter=low+pass" in beginner.js("return location.search")


@pytest.mark.soak
def test_a_large_network_gets_a_short_link_that_holds_for_others(beginner: Visitor, follows: NewVisitor) -> None:
    beginner.follows("?experiment=spiral&samples=300")
    beginner.turns(beginner.click, "#keep")
    shown = beginner.shown["fingerprint"]
    beginner.until("return location.search.includes('saved=')")
    link = shared(beginner)
    assert len(link) < 220
    other = follows(link)
    assert other.shown["fingerprint"] == shown
    assert other.text("link-notice-text").startswith("Reproduced.")


@pytest.mark.soak
def test_where_the_clipboard_is_closed_the_link_is_selected_to_be_copied_by_hand(beginner: Visitor) -> None:
    beginner.js("Object.defineProperty(navigator, 'clipboard', { value: undefined, configurable: true })")
    sharing(beginner)
    beginner.click("#share-copy")
    beginner.sees("share-says", "This browser does not let the page copy. The text is selected: copy it by hand.")
    chosen = beginner.js("return String(getSelection())")
    assert chosen == beginner.js("return document.getElementById('share-link').value")
    assert chosen.startswith(beginner.url + "?experiment=tanh-signs&")
    assert "&run=" in chosen
    beginner.js("delete navigator.clipboard")


@pytest.mark.soak
def test_a_link_has_a_qr_code_where_it_is_short_and_a_frame_to_paste(beginner: Visitor) -> None:
    may_copy(beginner)
    sharing(beginner)
    drawn = "return document.querySelector('#share-qr path')?.getAttribute('d')"
    beginner.until(drawn)
    assert beginner.js(drawn) == qr_path(beginner.js("return document.getElementById('share-link').value"))["path"]
    beginner.click("#share-qr-large")
    beginner.until("return document.fullscreenElement?.id === 'share-qr'")
    beginner.until("return document.querySelector('#share-qr svg').clientHeight === Math.min(innerWidth, innerHeight)")
    beginner.js("return document.exitFullscreen()")
    beginner.until("return !document.fullscreenElement && document.getElementById('share-dialog').open")
    before = beginner.js(drawn)
    beginner.js("document.getElementById('share-prompt').value = ''")
    beginner.replaces(beginner.by_id("share-title"), '"Quoted" & <b>')
    beginner.until(f"const now = (() => {{ {drawn} }})(); return now && now !== arguments[0]", before)
    beginner.click("#share-copy-code")
    beginner.sees("share-says", "The code is on the clipboard.")
    code = clipboard(beginner)
    src, *rest = beginner.js(
        """
        const holder = document.implementation.createHTMLDocument().body;
        holder.innerHTML = arguments[0];
        const [frame, ...others] = holder.children;
        return [frame.getAttribute('src'), frame.title, frame.width, frame.height, others.length];
        """,
        code,
    )
    assert rest == ['"Quoted" & <b>', "800", "520", 0]
    said = dict(parse_qsl(urlsplit(src).query))
    assert (said["embed"], said["experiment"], "run" in said) == ("1", "tanh-signs", False)
    assert "embed" not in beginner.js("return document.getElementById('share-link').value")
    assert beginner.js("return document.getElementById('share-frames').checkVisibility()")
    beginner.sees("share-frames", "This server allows no frames; its owner can set FRAME_ANCESTORS.")
    beginner.js("document.getElementById('share-prompt').value = 'α'.repeat(200)")
    beginner.by_id("share-prompt").send_keys("!")
    beginner.sees("share-qr", "This link is too long for a QR code.Short link")


AWAY = """
const real = (window.answering ??= window.fetch);
window.fetch = (path, options) => (/(address|qr)$/.test(path) ? Promise.reject(new TypeError()) : real(path, options));
"""
"""The server gives neither links nor codes from here on."""


@pytest.fixture
def answering(beginner: Visitor) -> Iterator[None]:
    """The server gives links and codes again afterwards."""
    yield
    beginner.js("window.fetch = window.answering")


@pytest.mark.usefixtures("answering")
def test_without_a_server_that_gives_links_and_codes_the_page_says_so(beginner: Visitor) -> None:
    beginner.js(AWAY.replace("address|qr", "qr"))
    sharing(beginner)
    beginner.js("document.getElementById('share-prompt').value = ''")
    beginner.replaces(beginner.by_id("share-title"), "Short")
    beginner.sees("share-qr", "There is no QR code at the moment. Type on to try again.")
    beginner.presses(Keys.ESCAPE)
    beginner.js(AWAY)
    beginner.turns(beginner.js, "nnbench.turnKnobs({ seed: 77 })")  # whose link nobody has
    beginner.click("#share")
    beginner.sees("note-text", "There is no link to this run at the moment. Try again.")
    beginner.click("#export")
    beginner.js("[...document.querySelectorAll('[role=menuitem]')].find((r) => /losses/.test(r.textContent)).click()")
    beginner.sees("note-text", "The file of this run was not made. Try again.")


@pytest.mark.soak
def test_a_lesson_has_a_short_link_and_small_code_and_may_leave_a_knob(beginner: Visitor, follows: NewVisitor) -> None:
    sharing(beginner)
    beginner.js("document.getElementById('share-title').value = 'Homework'")
    beginner.js("document.getElementById('share-only').value = 'alpha'")
    beginner.by_id("share-prompt").send_keys("What does α 0.4 do, and why? Write it down before you look.")
    beginner.until("return document.getElementById('share-link').value.includes('only=alpha')")
    beginner.until("return document.querySelector('#share-qr path, #share-qr p')")
    beginner.click("#share-shorten")
    beginner.until("return document.getElementById('share-link').value.includes('/l/')")
    link = beginner.js("return document.getElementById('share-link').value")
    beginner.sees("share-says", f"This server keeps the short link for {SETTINGS.link_days} days.")
    beginner.until("return !document.getElementById('share-shorten')")
    assert qr_path(link)["size"] <= 45
    assert qr_path("x" * 154)["size"] == 45
    pupil = follows(link)
    pupil.sees("lesson-title", "Homework")
    pupil.until("return !document.getElementById('prediction').hidden")
    locked = "return [...document.querySelectorAll('.knob, .strip, #picker, #story')].filter((part) => !part.inert)"
    assert [part.get_attribute("id") for part in pupil.js(locked)] == ["knob-alpha"]
    pupil.presses("n")
    pupil.js("nnbench.turnKnobs({ seed: 9, alpha: 0.3 }); nnbench.turnKnobs({ seed: 3, alpha: 0.4 })")
    pupil.until("return nnbench.state.withheld")
    assert pupil.js("const { seed, alpha } = nnbench.state.withheld.summary; return [seed, alpha]") == [3, 0.4]
    pupil.until("return location.search.includes('only=alpha')")


def test_a_chapter_is_shared_by_its_name_until_something_is_typed(beginner: Visitor) -> None:
    beginner.turns(beginner.js, "nnbench.followLink('?lesson=tanh')")
    sharing(beginner)
    assert "&lesson=tanh" in beginner.js("return document.getElementById('share-link').value")
    beginner.by_id("share-title").send_keys("Mine")
    link = beginner.js("return document.getElementById('share-link').value")
    assert "lesson=" not in link
    assert "title=Mine" in link


def test_a_shared_link_has_title_and_prompt_and_hides_what_is_ticked(beginner: Visitor, follows: NewVisitor) -> None:
    sharing(beginner)
    beginner.by_id("share-title").send_keys("Homework <1>")
    beginner.by_id("share-prompt").send_keys("Predict: what does α 0.4 do?", Keys.ENTER, "Set α to 0.4.")
    beginner.js("document.getElementById('share-dialog').close()")
    sharing(beginner)
    assert "HOST=0.0.0.0 make serve" in beginner.text("share-body"), "the address is this computer's own"
    beginner.click("#share-hide input[value=runs]")
    beginner.click("#share-hide input[value=seed]")
    link = beginner.js("return document.getElementById('share-link').value")
    said = dict(parse_qsl(urlsplit(link).query))
    assert (said["title"], said["hide"]) == ("Homework <1>", "seed,runs")
    assert said["prompt"] == "Predict: what does α 0.4 do?\nSet α to 0.4."
    other = follows(link)
    other.sees("lesson-title", "Homework <1>")
    other.sees("lesson-prompt", said["prompt"])
    assert other.shown["fingerprint"] == beginner.shown["fingerprint"]
    assert other.depth == (0, 0)
    assert not other.js("return document.getElementById('runs').checkVisibility()")
    other.until("return !document.getElementById('prediction').hidden")
    assert other.js("return document.getElementById('link-notice').hidden"), "a lesson reports no run"
    sharing(other)
    assert other.js("return document.getElementById('share-title').value") == "Homework <1>"
    assert other.js("return [...document.querySelectorAll('#share-hide :checked')].map((box) => box.value)") == [
        "seed",
        "runs",
    ]


REQUESTED = "performance.getEntriesByType('resource').map(({ name }) => new URL(name).pathname)"


@pytest.mark.parametrize("link", [
    pytest.param("/?experiment=circle&alpha=0.21&seed=5", marks=pytest.mark.soak),
    "/?experiment=circle&alpha=0.22&seed=77&title=Look&prompt=Why%3F",
])  # fmt: skip
@pytest.mark.soak
def test_whoever_opens_a_link_after_others_asks_for_a_run_and_its_steps_alone(follows: NewVisitor, link: str) -> None:
    told = "return nnbench.queue.idle && nnbench.state.shown.luck"
    asked = {"/analysis/luck", "/analysis/failure", "/analysis/lr_range"}
    first = follows(link)
    first.until(f"const requested = {REQUESTED}; return {list(asked)}.every((path) => requested.includes(path))")
    first.until(told)
    first.until("return !document.querySelector('.waiting.lr-range')")
    assert "/link" not in first.js(f"return {REQUESTED}")
    second = follows(link)
    second.until(told)
    assert not {"/link", *asked} & set(second.js(f"return {REQUESTED}"))
