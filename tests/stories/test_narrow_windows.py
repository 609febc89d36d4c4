"""Nothing covers or cuts anything, at any width: in a window as wide as a notebook's cell, which has an arrangement of
its own, at a desk, and on a telephone, where the tabs and the tools beside them stand on one line."""

import json
from contextlib import closing
from itertools import cycle
from typing import Any

import pytest

from benchmarks.classroom import Line
from tests.stories.conftest import DESK, Server, look
from tests.stories.test_class import STEPS
from tests.stories.test_lesson_alone import LESSON
from tests.stories.visitor import PAINTED, Visitor

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
"""Parts that are whole and apart in the views of a desk."""
FAULTS = r"""
const found = new Set(), boxes = [], known = new Map();
const root = [...document.querySelectorAll('dialog:modal')].at(-1) ?? document.body;
const isSeen = (part) => part.checkVisibility({ visibilityProperty: true, opacityProperty: true });
const label = (part) => part.id || part.getAttribute('class') || part.tagName;
const isDrawnLater = (map) => map && map.getBoundingClientRect().top > innerHeight;
function about(part) {
  if (known.has(part)) return known.get(part);
  const style = getComputedStyle(part), { position } = style, { parentElement } = part;
  const isOver = part === root || part.matches(':popover-open') || ['fixed', 'sticky'].includes(position);
  const around = isOver ? null : position === 'absolute' ? part.offsetParent ?? parentElement : parentElement;
  const layer = isOver || !parentElement ? part : about(parentElement).layer;
  known.set(part, { style, around, layer, edge: part.getBoundingClientRect() });
  return known.get(part);
}
function add(kind, part, words, { left, top, right, bottom }) {
  const name = `${label(part)} ${words.trim().slice(0, 40)}`, isPart = kind === 'part';
  for (let one = isPart ? about(part).around : part; one; one = about(one).around) {
    const { edge, style: { display, overflowX, overflowY, textOverflow, webkitLineClamp } } = about(one);
    if (['contents', 'inline'].includes(display)) continue;
    if (edge.width < 2) return;
    const isOut = left >= edge.right || right <= edge.left || top >= edge.bottom || bottom <= edge.top;
    const across = overflowX !== 'visible' && (left < edge.left - 2 || right > edge.right + 2);
    const down = overflowY !== 'visible' && (top < edge.top - 3 || bottom > edge.bottom + 3);
    const scrolls = (!across || overflowX === 'auto') && (!down || overflowY === 'auto');
    const isBrief = textOverflow === 'ellipsis' || webkitLineClamp !== 'none';
    const isMeant = isBrief ? one.closest('[title], [data-says], button, .weight-names') : isOut || scrolls;
    if ((across || down) && (isPart || !isMeant)) found.add(`${name} | is cut by ${label(one)}`);
    if (isOut && (across || down)) return;
    if (overflowX !== 'visible') [left, right] = [Math.max(left, edge.left), Math.min(right, edge.right)];
    if (overflowY !== 'visible') [top, bottom] = [Math.max(top, edge.top), Math.min(bottom, edge.bottom)];
  }
  if (left < -1 || right > innerWidth + 1) found.add(`${name} | is outside of the window`);
  const air = kind === 'text' ? 0.15 * (bottom - top) : 0;
  boxes.push({ isPart, part, name, layer: about(part).layer, left, right, top: top + air, bottom: bottom - air });
}
const walker = document.createTreeWalker(root, NodeFilter.SHOW_TEXT), range = document.createRange();
while (walker.nextNode()) {
  const { parentElement: part, data } = walker.currentNode;
  if (/^\s*×?\s*$/.test(data) || part.closest('script, style, option, title, .spoken') || !isSeen(part)) continue;
  if (isDrawnLater(part.closest('.run-map'))) continue;
  range.selectNodeContents(walker.currentNode);
  for (const box of range.getClientRects()) if (box.width > 1) add('text', part, data, box);
}
function isFramed(part) {
  const { borderTopWidth, borderTopColor, backgroundColor } = getComputedStyle(part);
  const isClear = (colour) => /, 0\)$/.test(colour);
  return (parseFloat(borderTopWidth) > 0 && !isClear(borderTopColor)) || !isClear(backgroundColor);
}
for (const [kind, css] of [['control', 'button, select, textarea, input[type=text]'], ['part', arguments[0]]]) {
  for (const part of css ? root.querySelectorAll(css) : []) {
    const { edge } = about(part);
    if (!isSeen(part) || !edge.width || !edge.height || (kind === 'control' && !isFramed(part))) continue;
    add(kind, part, part.textContent, edge);
  }
}
boxes.sort((a, b) => a.top - b.top).forEach((a, k) => {
  for (let n = k + 1; n < boxes.length && boxes[n].top < a.bottom - 1; n++) {
    const b = boxes[n], isWithin = a.part.contains(b.part) || b.part.contains(a.part);
    if (isWithin || a.isPart !== b.isPart || a.layer !== b.layer) continue;
    const [wide, high] = [Math.min(a.right, b.right) - Math.max(a.left, b.left), Math.min(a.bottom, b.bottom) - b.top];
    if (wide > 2 && high > 2) found.add(`${a.name} | ${b.name}`);
  }
});
if (document.documentElement.scrollWidth > innerWidth) found.add('the page is wider than the window');
return [...found];
"""
"""The texts, controls and parts that lie over each other, that are cut and say so nowhere, or that leave the window; a
map of runs that is out of sight is drawn for another size when it comes into sight."""

EXPERIMENTS = ["xor-hidden-layer", "tanh-signs", "sine"]
VIEWS = ["output", "loss", "surface"]


def faults_in(visitor: Visitor, experiment: str, shown: dict[str, list[tuple[int, int]]]) -> dict[Any, list[str]]:
    """The faults of an experiment in these views and sizes, by turns in a light theme and in a dark one."""
    look(visitor.driver, *SIZES[0])
    visitor.follows(f"?experiment={experiment}&view=loss")
    visitor.turns(visitor.click, "#next-seed")
    found = {}
    for view, sizes in shown.items():
        visitor.click(f"#view-{view}")
        for size, theme in zip(sizes, cycle(["light", "dark"]), strict=False):
            look(visitor.driver, *size, theme)
            if view == "surface":
                visitor.one(".surface-notes .pair-words button")
            visitor.rests()
            found[view, size] = visitor.js(FAULTS, PARTS)
    return {case: those for case, those in found.items() if those}


@pytest.mark.parametrize(
    ("experiment", "part"),
    [(EXPERIMENTS[0], 5), *(pytest.param(experiment, 1, marks=pytest.mark.soak) for experiment in EXPERIMENTS)],
)
def test_nothing_lies_over_anything_or_is_cut(beginner: Visitor, experiment: str, part: int) -> None:
    # Each view has a part of the sizes, small ones and large ones.
    shown = {view: SIZES[k % part :: part] for k, view in enumerate(VIEWS)}
    assert faults_in(beginner, experiment, shown) == {}


WIDTHS = [DESK, (1280, 720), (1024, 768), (900, 700), (768, 1024), (390, 844), (320, 568)]
TURN = "nnbench.turnKnobs({ alpha: 0.3, seed: 8 })"
UNFOLD = "document.querySelectorAll('.knobs details').forEach((fold) => (fold.open = true))"
LARGER = "document.getElementById('landscape-larger').click()"
TASK = "?experiment=tanh-signs&samples=300&seed=3&v=1&task=alpha-and-luck.1&alpha="


def click(css: str) -> str:
    """The script that clicks the first such element."""
    return f"document.querySelector({json.dumps(css)}).click()"


def types(id_: str, text: str) -> str:
    """The script that types a value into that field, and leaves it."""
    return f"""const field = document.getElementById('{id_}');
    field.focus();
    Object.getOwnPropertyDescriptor(HTMLInputElement.prototype, 'value').set.call(field, '{text}');
    field.dispatchEvent(new Event('input', {{ bubbles: true }}));
    field.blur();"""


STATES = {
    "a square": ["?experiment=circle&view=output", TURN],
    "two squares": ["?experiment=affine-swap&view=output", TURN],
    "a curve": ["?experiment=sine&view=output"],
    "ten outputs": ["?layers=2:8:tanh:8:relu:8:tanh:8:relu:8:1&view=output"],
    "the loss": ["?experiment=tanh-signs&view=loss", TURN],
    "the surface": ["?experiment=circle&view=surface", TURN],
    "the weights": ["?experiment=circle&view=weights"],
    "a hidden unit": ["?experiment=spiral&view=output&unit=1.3"],
    "a task": [f"{TASK}0.01"],
    "a task that is done": [f"{TASK}0.2"],
    "a task that refuses": [f"{TASK}0.01", "nnbench.turnKnobs({ samples: 400 })"],
    "a page of the story": ["?lesson=wheels"],
    "the contents of the story": ["?lesson=wheels", click("#lesson-contents")],
    "all knobs": ["?experiment=circle&optimizer=adam&batch=5&decay=0.01&noise=0.2&held=50", UNFOLD],
    "the knobs of a table": ["?experiment=penguins", UNFOLD],
    "refused values": ["?experiment=circle", UNFOLD, types("samples-field", "99999999"), types("seed-field", "-5")],
    "pinned runs": ["?experiment=circle&view=output", "p", TURN, "p"],
    "a comparison": ["?experiment=circle&view=output", "p", TURN, "c"],
    "a decided run": ["?experiment=circle&distinct=20&view=output", "d"],
    "which sample": ["?experiment=circle&distinct=20&view=output", "w"],
    "a divergent run": ["?experiment=square-map&alpha=0.5&view=loss"],
    "the output of a failed run": ["?experiment=spiral&alpha=50&view=output"],
    "three classes": ["?experiment=penguins&view=output"],
    "ten classes": ["?experiment=digits&view=output"],
    "predicted numbers": ["?experiment=cars&view=output"],
    "rows as lines": ["?experiment=iris&view=output&stage=lines"],
    "a plane through rows": ["?experiment=wine&view=output&stage=plane"],
    "two inputs of six": ["?experiment=cars&view=output&stage=map"],
    "two inputs of 64": ["?experiment=digits&view=output&stage=map"],
    "the weights of a picture": ["?experiment=digits&view=weights"],
    "rows of one's own": ["?experiment=circle", click("#open-facts")],
    "a link to share": ["?experiment=circle", click("#share")],
    "keys": ["?experiment=circle", "?"],
    "larger maps": ["?experiment=circle", LARGER],
    "a prediction": ["?experiment=circle&predict=1", TURN],
    "a projector": ["?experiment=circle&view=output&present=1"],
    "a frame": ["?experiment=circle&embed=1"],
    "a task in a frame": [f"{TASK}0.01&embed=1"],
}
"""A link, and the keys and scripts that lead on from there."""


@pytest.mark.soak
def test_no_state_of_the_page_is_covered_or_cut_at_any_width(stranger: Visitor) -> None:
    found = {}
    for state, (link, *acts) in STATES.items():
        look(stranger.driver, *DESK)
        stranger.open(link)
        for act in acts:
            (stranger.presses if len(act) == 1 else stranger.js)(act)
            stranger.rests()
        for size in WIDTHS:
            look(stranger.driver, *size)
            stranger.rests()
            found[state, size] = stranger.js(FAULTS, "")
    assert {case: faults for case, faults in found.items() if faults} == {}


ANSWERS = [-30, 0, [-10] * 16, 20, 0, {"link": "?experiment=circle&samples=300&rate=where(k<2250,1,0.1)"}, 19]


@pytest.mark.soak
def test_no_page_of_a_class_is_covered_or_cut_at_any_width(stranger: Visitor, server: Server) -> None:
    found = {}

    def sees(path: str, css: str, phase: str = "", walls: bool = False) -> None:
        look(stranger.driver, *DESK)
        stranger.driver.get(server.url + path)
        stranger.one(css)
        for size in WIDTHS[:3] if walls else WIDTHS:
            look(stranger.driver, *size)
            stranger.driver.execute_async_script(PAINTED)
            found[path, phase, size] = stranger.js(FAULTS, "")

    with closing(Line(server.url)) as line:
        first: Any = LESSON["steps"]
        steps = [*first, *STEPS]
        name = line.ask("lesson", {**LESSON, "steps": steps})[1]["name"]
        opened = line.ask("class", {"lesson": name, "people": 2})[1]
        code, key = opened["code"], opened["key"]
        assert line.ask(f"class/{code}/seat", {})[0] == 200
        for path, css in (("class", "form .go"), ("j", "form"), ("lesson", ".preview"), ("lesson/overfitting", "h1")):
            sees(path, css)
        sees(f"wall/{code}", ".code", walls=True)
        sees(f"j/{code}", "h1")
        for step, asked in enumerate(steps):
            for to in ["next" if step else "first", "reveal"]:
                n = line.ask(f"class/{code}")[1]["n"]
                answer = line.ask(f"class/{code}/go", {"n": n, "to": to}, X_Class_Key=key)
                assert answer[0] == 200, (step, to, answer)
                if to != "reveal":
                    body = {"n": answer[1]["n"], "value": ANSWERS[step], "sure": True}
                    assert line.ask(f"class/{code}/answer", body)[0] == 200
                phase = f"{asked['ask']}, {to}"
                sees(f"wall/{code}", ".fill, .proof" if to == "reveal" else ".asked-and-count", phase, walls=True)
                sees(f"j/{code}", "h1", phase)
    assert {case: faults for case, faults in found.items() if faults} == {}


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


LONG_NAMES = """
const heads = ['average household income in thousands of euros', 'share of people below 18 years', 'km', 'opinion'];
const classes = ['strongly in favour of the bypass', 'undecided or no opinion yet', 'against'];
const rows = Array.from({ length: 30 }, (_, k) => [5e4 * Math.sin(k), Math.cos(3 * k), k % 7, classes[k % 3]]);
const dataTransfer = new DataTransfer();
dataTransfer.items.add(new File([[heads, ...rows].join('\\n')], 'long.csv', { type: 'text/csv' }));
const drop = new DragEvent('drop', { dataTransfer, bubbles: true, cancelable: true });
document.getElementById('facts').dispatchEvent(drop);
"""


@pytest.mark.soak
def test_long_names_of_a_table_of_ones_own_are_cut_where_they_would_cover_anything(newcomer: Visitor) -> None:
    newcomer.click("#open-facts")
    newcomer.js(LONG_NAMES)
    newcomer.turns(newcomer.click, "#facts-use")
    found = {}
    for view, form in (("weights", None), *(("output", form) for form in ("answers", "plane", "lines"))):
        newcomer.js(click(f"#view-{view}"))
        if form:
            newcomer.js(click(f"#output-form [data-form={form}]"))
        for size in ((900, 700), (390, 844)):
            look(newcomer.driver, *size)
            newcomer.rests()
            found[view, form, size] = newcomer.js(FAULTS, "")
        look(newcomer.driver, *DESK)
    assert {case: faults for case, faults in found.items() if faults} == {}


@pytest.mark.soak
def test_while_a_map_fills_in_a_narrow_window_its_buttons_stand_beside_the_probe(beginner: Visitor) -> None:
    look(beginner.driver, 900, 700)
    fills = """
    document.getElementById('landscape-progress').textContent = '1,525 of 1,952 runs, 12 s';
    document.getElementById('landscape-stop').hidden = false;
    const [button, map] = ['landscape-larger', 'landscape'].map((id) => document.getElementById(id));
    return button.getBoundingClientRect().right <= map.getBoundingClientRect().right;
    """
    assert beginner.js(fills)


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


@pytest.mark.soak
def test_beside_own_data_the_menu_of_inputs_shows_its_choice_whole_in_a_small_window(beginner: Visitor) -> None:
    look(beginner.driver, 1280, 720)
    beginner.follows("?experiment=circle")
    beginner.unfolds("inputs")
    assert beginner.js("const { scrollWidth, clientWidth } = inputs; return clientWidth >= scrollWidth")
    look(beginner.driver, *DESK)


@pytest.mark.soak
def test_a_network_that_is_wider_than_its_place_stays_where_it_was_scrolled_while_it_is_edited(
    beginner: Visitor,
) -> None:
    look(beginner.driver, 700, 800)
    beginner.follows("?experiment=spiral&samples=300")
    beginner.js("document.getElementById('network').scrollLeft = 300")
    edit = "arguments[0].value = '7'; arguments[0].dispatchEvent(new Event('change', { bubbles: true }))"
    beginner.turns(beginner.js, edit, beginner.hand("width-2"))
    assert beginner.cards[2] == "Dense 16 → 7"
    assert beginner.js("return document.getElementById('network').scrollLeft") == 300
