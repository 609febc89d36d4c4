"""Somebody who sets letters, words and lines wider loses no word (WCAG 1.4.12): nothing is cut or covered."""

from collections.abc import Iterator

import pytest

from tests.stories.conftest import look
from tests.stories.visitor import Visitor

SIZES = [(1440, 900), (390, 844)]
WIDER = """
const style = document.createElement('style');
style.textContent = `p { margin-bottom: 2em !important }
  * { line-height: 1.5 !important; letter-spacing: 0.12em !important; word-spacing: 0.16em !important }`;
addEventListener('DOMContentLoaded', () => document.head.append(style));
"""
CUT = """
const range = document.createRange(), found = new Set();
const clips = (overflow) => overflow === 'hidden' || overflow === 'clip';
const walker = document.createTreeWalker(document.querySelector('.page'), NodeFilter.SHOW_TEXT);
const isSeen = (element) => element.checkVisibility({ visibilityProperty: true, opacityProperty: true })
  && !element.closest('.spoken, .jump, option, #lesson, dialog, .chain');
const around = new Map([[document.documentElement, []]]);
function clipping(element) {
  if (!around.has(element)) {
    const { display, overflowX, overflowY } = getComputedStyle(element), [x, y] = [overflowX, overflowY].map(clips);
    const own = display !== 'contents' && display !== 'inline' && (x || y);
    const inner = own ? [{ element, x, y, box: element.getBoundingClientRect() }] : [];
    around.set(element, [...inner, ...clipping(element.parentElement)]);
  }
  return around.get(element);
}
const cutting = (element, { left, right, top, bottom }) => clipping(element).find(({ x, y, box }) => (
  (x && (left < box.left - 1 || right > box.right + 1)) || (y && (top < box.top - 3 || bottom > box.bottom + 3))
))?.element;
while (walker.nextNode()) {
  const { parentElement, data } = walker.currentNode;
  if (!data.trim() || !isSeen(parentElement)) continue;
  range.selectNodeContents(walker.currentNode);
  for (const box of range.getClientRects()) {
    const around = box.width > 1 && cutting(parentElement, box);
    if (around) found.add(`${around.id || around.className} | ${data.slice(0, 40)}`);
  }
}
return [...found];
"""
"""Which words end outside of something that hides what stands out of it."""
OVER = """
const boxes = ['#sentence', '#proof', '#elsewhere', '#next-seed', '#seed', '.views', '.tools > :not(.of-loss)']
  .flatMap((selector) => [...document.querySelectorAll(selector)])
  .filter((part) => part.checkVisibility({ visibilityProperty: true }))
  .flatMap((part) => [...part.getClientRects()].map((box) => [part.id || part.className, box]));
const meet = (a, b) => a.left < b.right - 1 && b.left < a.right - 1 && a.top < b.bottom - 3 && b.top < a.bottom - 3;
return boxes.flatMap(([name, box], k) => boxes.slice(k + 1)
  .filter(([other, one]) => other !== name && meet(box, one)).map(([other]) => `${name} over ${other}`));
"""


@pytest.fixture
def wider(stranger: Visitor) -> Iterator[Visitor]:
    """Somebody new whose browser sets all letters wider, on every page."""
    command = {"source": WIDER}
    added = stranger.driver.execute_cdp_cmd("Page.addScriptToEvaluateOnNewDocument", command)
    yield stranger
    stranger.driver.execute_cdp_cmd("Page.removeScriptToEvaluateOnNewDocument", added)


EXPERIMENTS = ["tanh-signs", pytest.param("circle", marks=pytest.mark.soak)]
VIEWS = ["output", "loss", "surface"]


@pytest.mark.parametrize("experiment", EXPERIMENTS)
@pytest.mark.soak
def test_no_word_is_cut_or_covered(wider: Visitor, experiment: str) -> None:
    wider.open(f"?experiment={experiment}&view=loss")
    wider.turns(wider.js, "nnbench.turnKnobs({ alpha: 0.2 })")
    wider.until("return document.getElementById('alpha-state').textContent")
    found = {}
    for view in VIEWS:
        wider.click(f"#view-{view}")
        for size in SIZES:
            look(wider.driver, *size)
            wider.rests()
            found[view, size] = wider.js(CUT) + wider.js(OVER)
    assert {case: faults for case, faults in found.items() if faults} == {}
    wider.js("document.getElementById('sentence').style.cssText = 'height: 10px; overflow: hidden'")
    assert any("sentence" in line for line in wider.js(CUT)), "the search for cut words is awake"
