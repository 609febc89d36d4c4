"""The theme, the help and the keys: what concerns the eye and the hand, and never the run."""

from collections.abc import Iterator

import pytest
from selenium.webdriver.common.keys import Keys

from tests.stories.conftest import DESK, look
from tests.stories.painted import weights_are_painted
from tests.stories.visitor import Visitor
from tests.webapp.asking import fingerprint
from webapp.base.theme import THEMES
from webapp.bench.knob_values import alpha_at

COLOURS = """
const graph = document.querySelector('#loss .js-plotly-plot');
const corner = (id) => {
  const canvas = document.querySelector(`#${id} canvas`);
  const { left, top } = nnbench.drawnIn(canvas.parentElement).layout.plots[0];
  const copy = new OffscreenCanvas(canvas.width, canvas.height).getContext('2d', { willReadFrequently: true });
  copy.drawImage(canvas, 0, 0);
  const [...colour] = copy.getImageData(left + 1, top + 1, 1, 1).data;
  return `#${colour.slice(0, 3).map((part) => part.toString(16).padStart(2, '0')).join('')}`;
};
return [
  document.documentElement.getAttribute('data-mantine-color-scheme'),
  getComputedStyle(document.documentElement).getPropertyValue('--paper').trim(),
  graph._fullData.find((trace) => trace.mode === 'lines' && trace.line.width === 2.5).line.color,
  corner('response'),
];
"""
HELP_IS_OPEN = "return document.getElementById('help-sheet').open"
HELP_IS_SHUT = "return !document.getElementById('help-sheet').open"


def colours(name: str) -> list[str]:
    """The values that COLOURS gives in that theme."""
    theme = THEMES[name]
    return [name, theme.paper, theme.now, theme.neg_map]


@pytest.fixture(autouse=True)
def first_experiment(visitor: Visitor) -> Iterator[None]:
    visitor.begins()
    visitor.js("document.activeElement.blur()")
    yield
    visitor.js("document.getElementById('help-sheet').close()")


def test_the_help_opens_lists_every_key_and_closes_and_gives_the_focus_back(visitor: Visitor) -> None:
    for way in ("key", "button"):
        visitor.until(HELP_IS_SHUT)
        if way == "button":
            visitor.click("#help")
        else:
            visitor.presses("?")
        visitor.until(HELP_IS_OPEN)
        visitor.until("return document.activeElement.closest('dialog') !== null")
        visitor.presses("n")
        visitor.presses(Keys.ESCAPE)
        visitor.until(HELP_IS_SHUT)
    visitor.until("return document.activeElement.id === 'help'")
    assert visitor.shown["fingerprint"] == fingerprint()
    listed = visitor.js("return Array.from(document.querySelectorAll('#help-sheet kbd'), (cap) => cap.textContent)")
    assert sorted(listed) == sorted([*"[]NVFSTWDGPCUL←→", "Home", "End", "Space", *"12345?"])


@pytest.mark.soak
def test_brackets_turn_alpha_a_little_and_with_shift_ten_times_as_far(visitor: Visitor) -> None:
    position = visitor.thumb("alpha-slider")
    for key, by in (("]", 0.005), ("[", -0.005), ("}", 0.05), ("{", -0.05)):
        visitor.turns(visitor.presses, key)
        position += by
        assert visitor.shown["alpha"] == pytest.approx(alpha_at(position), rel=1e-4)
        assert by > 0 or visitor.shown["fingerprint"] == fingerprint(), "away and back is the same run"


def test_a_bracket_pressed_in_quick_succession_loses_no_step(visitor: Visitor) -> None:
    position = visitor.thumb("alpha-slider")
    visitor.presses("]" * 10)
    wanted = alpha_at(position + 0.05)
    visitor.until("return Math.abs(nnbench.state.shown.summary.alpha / arguments[0] - 1) < 1e-4", wanted)
    visitor.rests()
    assert visitor.shown["alpha"] == pytest.approx(wanted, rel=1e-4)


def test_f_takes_the_next_filter(visitor: Visitor) -> None:
    visitor.segment("filter", "both")
    visitor.until("return nnbench.state.knobs.filter === 'both' && nnbench.queue.idle")
    for name in ("raw", "low pass", "both"):
        visitor.turns(visitor.presses, "f")
        visitor.until("return document.querySelector('#filter input:checked').value === arguments[0]", name)


def test_keys_work_after_a_segment_was_clicked(visitor: Visitor) -> None:
    visitor.segment("weights-view", "checkpoint")
    visitor.turns(visitor.presses, "n")
    assert visitor.shown["seed"] == 4
    visitor.segment("weights-view", "trained")


def test_a_tooltip_comes_with_the_pointer_changes_and_goes_with_it(visitor: Visitor) -> None:
    tip = "document.querySelector('#tooltip:popover-open')"
    for button in ("#randomize", "#next-seed"):
        visitor.hovers(button)
        visitor.until(f"return {tip} && document.querySelector(arguments[0]).matches(':hover')", button)
    visitor.mouse("mouseMoved", 5, 400, held=False)
    visitor.until(f"return !{tip}")


def test_a_digit_jumps_to_its_view(visitor: Visitor) -> None:
    seen = """
    const box = document.getElementById(arguments[0]).getBoundingClientRect();
    return box.top < innerHeight && box.bottom > 0 && document.activeElement.closest(`#${arguments[0]}`) !== null;
    """
    for key, part in (("1", "at-weights"), ("2", "at-response")):
        visitor.presses(key)
        visitor.until(seen, part)


def test_keys_are_letters_while_somebody_types(visitor: Visitor) -> None:
    field = visitor.by_id("seed-field")
    field.send_keys("n]fu?")
    assert str(field.get_property("value")).endswith("n]fu?")
    field.send_keys(Keys.ESCAPE, Keys.TAB)
    visitor.until(HELP_IS_SHUT)
    assert visitor.shown["fingerprint"] == fingerprint()


@pytest.mark.soak
def test_keys_can_be_switched_off_and_stay_so(visitor: Visitor) -> None:
    for on in (False, True):
        visitor.click("#help")
        visitor.until(HELP_IS_OPEN)
        visitor.by_id("keys-on").send_keys(Keys.SPACE)
        visitor.until("return document.getElementById('keys-on').checked === arguments[0]", on)
        visitor.presses(Keys.ESCAPE)
        visitor.until(HELP_IS_SHUT)
        if on:
            visitor.turns(visitor.presses, "n")
            assert visitor.shown["seed"] == 4
        else:
            visitor.reload()
            assert visitor.js("return document.getElementById('keys-on').checked") is False
            visitor.presses("n")
            visitor.rests()
            assert visitor.shown["fingerprint"] == fingerprint()


def becomes(visitor: Visitor, name: str) -> None:
    visitor.loads_plotly()
    visitor.until(f"return JSON.stringify((() => {{ {COLOURS} }})()) === JSON.stringify(arguments[0])", colours(name))


def test_the_theme_changes_the_page_and_all_charts_and_is_remembered(visitor: Visitor) -> None:
    becomes(visitor, "light")
    depth = visitor.depth
    visitor.click("#theme")
    becomes(visitor, "dark")
    visitor.rests()
    assert weights_are_painted(visitor, visitor.js("return [...nnbench.cursor.weights]"), "dark")
    assert visitor.depth == depth
    assert visitor.shown["fingerprint"] == fingerprint()
    visitor.reload()
    becomes(visitor, "dark")
    visitor.click("#theme")
    becomes(visitor, "light")
    visitor.rests()
    assert weights_are_painted(visitor, visitor.js("return [...nnbench.cursor.weights]"), "light")


def test_the_system_chooses_the_theme_until_somebody_does(visitor: Visitor) -> None:
    look(visitor.driver, *DESK, "light")
    visitor.js("localStorage.clear()")
    visitor.reload()
    look(visitor.driver, *DESK, "dark")
    becomes(visitor, "dark")
    visitor.reload()
    becomes(visitor, "dark")  # the page that these stories began with was opened under a light one
    look(visitor.driver, *DESK, "light")
    visitor.js("localStorage.clear()")
