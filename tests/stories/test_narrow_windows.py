"""A window as wide as a notebook's cell has an arrangement of its own, in which nothing covers or cuts anything; on a
telephone the tabs and the tools beside them stand on one line."""

from itertools import cycle

import pytest

from tests.stories.conftest import look
from tests.stories.visitor import Visitor

SIZES = [
    *[(900, 700), (900, 900), (960, 760), (1024, 768), (1058, 740), (1100, 800), (1119, 720), (1120, 801)],
    *[(1180, 700), (1181, 700), (1181, 900), (1280, 720), (1280, 860)],
]
PARTS = """
#sentence, #proof, #elsewhere, .say .play, .views .tab, .tools > :not(.of-loss, .of-comparison), .of-loss > *,
.stage-square figcaption, .stage-square .stage-map, .stage-plot .stage-map, .stage-square .tick, .output .thumb,
.output-notes .colour-scale, .output-notes .picture-key, .output-notes .share, .output-notes .at-sample,
.output-notes .hint, .surface-box, .surface-figure figcaption, .surface-notes > *, .loss-view .plot, .small-head,
.scrub, .imprint, .response-part > *, .weights-part > *, .knob, .keep > *
"""
BOXES = """
const shown = [...document.querySelectorAll(arguments[0])].filter((part) => {
  const { width, height } = part.getBoundingClientRect();
  return part.checkVisibility({ visibilityProperty: true }) && width > 0 && height > 0;
});
const name = (part) => `${part.id || part.className || part.tagName} ${part.textContent.slice(0, 40)}`;
const boxes = new Map();
function box(part) {
  if (!boxes.has(part)) boxes.set(part, part.getBoundingClientRect());
  return boxes.get(part);
}
const meet = (a, b) => a.left < b.right - 1 && b.left < a.right - 1 && a.top < b.bottom - 1 && b.top < a.bottom - 1;
const clips = (part) => getComputedStyle(part).overflow !== 'visible' || part === document.body;
const around = (part) => (getComputedStyle(part).position === 'absolute' ? part.offsetParent : part.parentElement);
const clipping = (part) => (clips(around(part)) ? around(part) : clipping(around(part)));
const isCut = (part) => {
  const [inner, outer] = [box(part), box(clipping(part))];
  const isLeft = inner.left < outer.left - 1 || inner.right > outer.right + 1;
  return isLeft || inner.top < outer.top - 1 || inner.bottom > outer.bottom + 1;
};
const overflows = (part) => clips(part) && part.scrollWidth > part.clientWidth + 1;
const within = shown.flatMap((part) => [part, ...part.querySelectorAll('.values, dd')]);
const overlaps = shown.flatMap((a, k) => shown.slice(k + 1).filter((b) => meet(box(a), box(b)) && !a.contains(b))
  .map((b) => `${name(a)} | ${name(b)}`));
return [overlaps, shown.filter(isCut).map(name), within.filter(overflows).map(name)];
"""
"""The parts that lie over each other, that are cut by what is around them, and whose words are."""

EXPERIMENTS = ["xor-hidden-layer", "tanh-signs", "sine"]
VIEWS = ["output", "loss", "surface"]


@pytest.mark.parametrize(
    ("experiment", "part"),
    [(EXPERIMENTS[0], 5), *(pytest.param(experiment, 1, marks=pytest.mark.soak) for experiment in EXPERIMENTS)],
)
def test_nothing_lies_over_anything_or_is_cut(beginner: Visitor, experiment: str, part: int) -> None:
    # Each view has a part of the sizes, small ones and large ones.
    look(beginner.driver, *SIZES[0])
    beginner.follows(f"?experiment={experiment}&view=loss")
    beginner.turns(beginner.click, "#next-seed")
    found = {}
    for k, view in enumerate(VIEWS):
        beginner.click(f"#view-{view}")
        for size, theme in zip(SIZES[k % part :: part], cycle(["light", "dark"]), strict=False):
            look(beginner.driver, *size, theme)
            if view == "surface":
                beginner.one(".surface-notes .pair-words button")
            beginner.rests()
            found[view, size] = beginner.js(BOXES, PARTS)
    assert {case: faults for case, faults in found.items() if any(faults)} == {}


@pytest.mark.soak
def test_in_a_notebooks_cell_two_squares_fill_their_row_and_the_sentence_has_three_lines(beginner: Visitor) -> None:
    look(beginner.driver, 960, 760)
    beginner.follows("?experiment=tanh-signs&view=output")
    side = "return document.querySelector('.stage-square .stage-map').clientWidth"
    assert beginner.js(side) > 140
    look(beginner.driver, 900, 700)
    beginner.rests()
    room = """
    const [sentence, proof] = ['sentence', 'proof'].map((id) => document.getElementById(id));
    sentence.textContent = 'm '.repeat(50);
    proof.textContent = 'm '.repeat(36);
    const lines = (part, high) => Math.round(part.getClientRects().length > 1 ? part.getClientRects().length
      : part.clientHeight / high);
    const bottom = proof.getBoundingClientRect().bottom;
    return [lines(sentence, 22), lines(proof, 17), bottom <= document.querySelector('.stage-bar').offsetTop];
    """
    assert beginner.js(room) == [3, 2, True]


RULES = """
const [bar, views, tools] = ['.stage-bar', '.views', '.tools'].map((part) => document.querySelector(part));
const [across, left, right] = [bar, views, tools].map((part) => part.getBoundingClientRect());
return {
  left: left.left - across.left,
  between: right.left - left.right,
  height: right.bottom - left.bottom,
  right: Math.max(0, across.right - right.right),
};
"""
"""How far the lines under the tabs and under the tools are from the ends of their bar and from each other."""


@pytest.mark.soak
def test_on_a_telephone_one_line_runs_under_the_tabs_from_edge_to_edge(beginner: Visitor) -> None:
    look(beginner.driver, 390, 844)
    for view in VIEWS:
        beginner.click(f"#view-{view}")
        rules = beginner.js(RULES)
        assert rules == pytest.approx({"left": 0, "between": 0, "height": 0, "right": 0}, abs=0.5), view


def test_a_laptop_of_1366_by_768_shows_every_card_of_the_circle(beginner: Visitor) -> None:
    look(beginner.driver, 1366, 768)
    beginner.follows("?experiment=circle")
    widths = "const { scrollWidth, clientWidth } = document.querySelector('.chain'); return [scrollWidth, clientWidth]"
    whole, shown = beginner.js(widths)
    assert whole == shown
