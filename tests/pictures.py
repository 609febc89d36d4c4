"""The pictures of the documents, taken of the page as it is: `python -m tests.pictures [NAME …]` writes them anew."""

import base64
import io
import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from PIL import Image

from benchmarks.classroom import Line
from benchmarks.page import browser
from tests.stories.conftest import SETTINGS, Server, new_visitor
from tests.stories.test_larger_maps import DONE
from tests.stories.test_predicting import HELD_BACK
from tests.stories.test_unit_maps import UNIT
from tests.stories.visitor import PAINTED, Visitor

FOLDER = Path(__file__).resolve().parents[1] / "docs/pictures"
COLOURS = 96
"""The colours of a picture: so few are a third of the bytes, and nobody misses one."""
SETTLED = """
const busy = [...document.querySelectorAll('[aria-busy=true]')].some((one) => one.checkVisibility());
return !busy && arguments[0].every((words) => document.body.innerText.includes(words));
"""
AROUND = """
const [selectors, margin] = arguments, found = selectors.map((css) => document.querySelector(css));
found[0].scrollIntoView({ block: 'nearest', behavior: 'instant' });
const boxes = found.map((one) => one.getBoundingClientRect()).filter(({ width }) => width);
const [x, y] = ['left', 'top'].map((side) => Math.max(0, Math.min(...boxes.map((box) => box[side])) - margin));
const [right, bottom] = ['right', 'bottom'].map((side) => Math.max(...boxes.map((box) => box[side])) + margin);
const size = { width: Math.min(innerWidth, right) - x, height: Math.min(innerHeight, bottom) - y };
return { x, y: y + scrollY, ...size, scale: 1 };
"""
SWEEPS = """
const axes = { alpha: '0.02:2:80:log', weight_seed: '0:40', width: '1:13' };
const body = JSON.stringify({ link: 'experiment=xor-hidden-layer&samples=1000', axes, start: true });
const answer = await fetch('sweeps', { method: 'POST', headers: { 'Content-Type': 'application/json' }, body });
return (await answer.json()).job.id;
"""
DESK = (".find", ".imprint", ".step-col")


def turned(knob: str, value: str) -> Callable[[Visitor], None]:
    """Types a value into the field of a knob, and waits for the run."""
    return lambda visitor: visitor.turns(visitor.types, f"{knob}-field", value)


def scrolled(css: str) -> Callable[[Visitor], None]:
    """Scrolls the first such element to the top of the window."""
    return lambda visitor: visitor.js("document.querySelector(arguments[0]).scrollIntoView()", css)


def points_at_unit(visitor: Visitor) -> None:
    """Moves the mouse to a hidden unit."""
    visitor.hovers(UNIT.format(1, 3))


@dataclass(frozen=True)
class Picture:
    """A view of the page: the link that it begins with, what is done there, the words that are waited for, and the
    elements around which it is cut out of the window, with a margin in pixels; without any it is the whole window."""

    link: str
    acts: tuple[Callable[[Visitor], object], ...] = ()
    words: tuple[str, ...] = ()
    around: tuple[str, ...] = ()
    margin: int = 12


def predicts(visitor: Visitor) -> None:
    """Turns α where a prediction is asked for."""
    visitor.types("alpha-field", "0.3")
    visitor.until(HELD_BACK)


def compares(visitor: Visitor) -> None:
    """Pins the run, turns α, and has both side by side."""
    visitor.click("#pin")
    turned("alpha", "0.05")(visitor)
    visitor.js("document.activeElement.blur()")
    visitor.presses("c")


def changes_one_thing(visitor: Visitor) -> None:
    """Has the sensitivity of the run."""
    visitor.click("#sensitivity")
    scrolled(".strips")(visitor)


def opens_map(visitor: Visitor) -> None:
    """Opens a larger map that is made for it."""
    made = visitor.js(f"return (async () => {{ {SWEEPS} }})()")
    visitor.open(f"?sweep={made}")
    visitor.until(DONE, patience=120.0)


def teaches(visitor: Visitor) -> None:
    """Leads a class of one question, with votes that are drawn, up to what its wall shows at last."""
    votes = np.random.default_rng(1)
    teacher, *phones = (Line(visitor.url) for _ in range(41))
    led = teacher.ask("class", {"lesson": "story.tanh", "people": len(phones)})[1]
    path, key = f"class/{led['code']}", {"X_Class_Key": led["key"]}
    for phone in phones:
        phone.ask("j", Accept="text/html")
        phone.ask(f"{path}/seat", {})
    n = teacher.ask(path)[1]["n"]
    for phase, middle, spread in (("first", -8, 14), ("talk", 0, 0), ("second", -22, 4), ("reveal", 0, 0)):
        n = teacher.ask(f"{path}/go", {"n": n, "to": phase}, **key)[1]["n"]
        for phone in phones if spread else ():
            value = round(votes.normal(middle, spread))
            phone.ask(f"{path}/answer", {"n": n, "value": value, "sure": bool(votes.random() < 0.5)})
    visitor.driver.get(f"{visitor.url}wall/{led['code']}")


TURNED = ("data seeds the same turn",)
BY_ALPHA = (turned("alpha", "0.05"),)
CIRCLE = "?experiment=circle&alpha=0.02"
SIGNS = "?experiment=tanh-signs"
PICTURES: Mapping[str, Picture] = {
    "first-screen": Picture(f"{SIGNS}&view=output", (turned("alpha", "0.3"),), TURNED),
    "output": Picture(f"{CIRCLE}&view=output", BY_ALPHA, TURNED, DESK),
    "answers": Picture("?experiment=penguins&view=output", (), ("held-out rows right",), DESK),
    "unit": Picture(f"{CIRCLE}&view=output", (*BY_ALPHA, points_at_unit), (*TURNED, "Unit u₃"), DESK),
    "loss": Picture("?experiment=circle-by-heart&view=loss", (turned("decay", "0.001"),), TURNED, DESK),
    "surface": Picture(f"{CIRCLE}&view=surface", BY_ALPHA, (*TURNED, "No wall"), DESK),
    "weights": Picture(f"{CIRCLE}&view=weights", BY_ALPHA, TURNED, DESK),
    "landscape-and-probe": Picture("?experiment=square-map", (scrolled(".deck"),), ("is best",), (".deck",)),
    "larger-map": Picture("?experiment=xor-hidden-layer", (opens_map,), ("is luck of",), ("#sweeps-dialog",), margin=0),
    "sensitivity": Picture("?experiment=xor-hidden-layer", (changes_one_thing,), ("sharpness",), (".strips",)),
    "compare": Picture(CIRCLE, (compares,), ("From A to now",), DESK),
    "wall": Picture(SIGNS, (teaches,), ("32 data seeds",)),
    "predict": Picture(f"{SIGNS}&view=loss&prompt=What does a larger α do?", (predicts,), (), (".knobs", *DESK)),
}


def main(*names: str) -> None:
    """Takes these pictures, or all."""
    server = Server(SETTINGS)
    try:
        with browser() as driver:
            driver.execute_cdp_cmd("Emulation.setScrollbarsHidden", {"hidden": True})
            for name in names or PICTURES:
                visitor = new_visitor(driver, server)
                taken(visitor, PICTURES[name]).save(FOLDER / f"{name}.png", optimize=True)
    finally:
        server.stop()


def taken(visitor: Visitor, picture: Picture) -> Image.Image:
    """The picture, once all that it shows has come."""
    visitor.open(picture.link)
    for act in picture.acts:
        act(visitor)
    visitor.js("document.activeElement.blur()")
    visitor.until(SETTLED, picture.words, patience=60.0)
    shot = {"clip": visitor.js(AROUND, picture.around, picture.margin)} if picture.around else {}
    visitor.driver.execute_async_script(PAINTED)
    png = base64.b64decode(visitor.driver.execute_cdp_cmd("Page.captureScreenshot", shot)["data"])
    return Image.open(io.BytesIO(png)).convert("RGB").quantize(COLOURS, kmeans=4, dither=Image.Dither.NONE)


if __name__ == "__main__":
    main(*sys.argv[1:])
