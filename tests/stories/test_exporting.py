"""Export hands out files of the run that is shown, draws the curve as a picture, and puts the page on paper."""

import base64
import json
import re
import struct
import time
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest
from selenium.webdriver.common.keys import Keys

from tests.stories.conftest import look
from tests.stories.visitor import PATIENCE, Visitor
from tests.webapp.asking import fingerprint
from webapp.files.exports import EXPORTS

RUN = fingerprint(seed=4)


AS_WIDE_AS_THE_PAGE = """
const { clientWidth } = document.getElementById('loss-picture');
return [...document.querySelectorAll('#loss .main-svg')].every((svg) => svg.clientWidth === clientWidth);
"""
"""Whether Plotly, where it draws the curve, has heard of the window's size."""


@pytest.fixture
def folder(beginner: Visitor, tmp_path: Path) -> Path:
    """Where downloads land, for a visitor who has turned to seed 4."""
    beginner.driver.execute_cdp_cmd("Browser.setDownloadBehavior", {"behavior": "allow", "downloadPath": str(tmp_path)})
    beginner.turns(beginner.click, "#next-seed")
    return tmp_path


def landed(path: Path) -> bytes:
    """The file, once it is whole."""
    end = time.monotonic() + PATIENCE
    while not path.exists():
        assert time.monotonic() < end, f"{path.name} never came; there is {[p.name for p in path.parent.iterdir()]}"
        time.sleep(0.02)
    return path.read_bytes()


def test_the_menu_hands_out_every_file_under_the_name_of_the_run(beginner: Visitor, folder: Path) -> None:
    for name, file in EXPORTS.items():
        if name != "rows":
            beginner.exports(file.title)
            landed(folder / f"tanh-signs-{RUN}{file.ending}")
    assert json.loads((folder / f"tanh-signs-{RUN}.json").read_bytes())["experiment"]["seed"] == 4
    beginner.begins("penguins")
    beginner.exports(EXPORTS["rows"].title)
    name = f"penguins-{beginner.shown['fingerprint']}"
    landed(folder / f"{name}-rows.csv")
    beginner.click("#view-loss")
    beginner.selects(".axis-menu", "right")
    beginner.until("return document.querySelector('.score-lines .end-held')")
    beginner.exports("Curve, SVG")
    texts = [part.text for part in ET.fromstring(landed(folder / f"{name}.svg")).iter() if part.text]
    assert {"Right", "100 %", "held out 98.5 %", "learned 99 %"} <= {*texts}


def test_the_curve_is_a_picture_with_its_sentence_its_dots_and_its_link(beginner: Visitor, folder: Path) -> None:
    beginner.exports("Curve, SVG")
    picture = ET.fromstring(landed(folder / f"tanh-signs-{RUN}.svg"))
    texts = [part.text for part in picture.iter() if part.tag.endswith("text") and part.text]
    assert beginner.sentence in texts
    assert any("seed=4" in text for text in texts)
    assert {"data seed → 4", "start, α 0.1"} <= set(texts)
    paths = [part.get("d", "") for part in picture.iter() if part.tag.endswith("path")]
    assert max(path.count("a") for path in paths) > 400
    beginner.exports("Curve, PNG")
    data = landed(folder / f"tanh-signs-{RUN}.png")
    width, height = struct.unpack(">II", data[16:24])
    assert data.startswith(b"\x89PNG")
    assert width > 1400
    assert height > 900
    assert len(data) > 30_000


def test_the_output_on_the_stage_is_a_picture_whatever_its_form(beginner: Visitor, folder: Path) -> None:
    """A square with its samples, two of them, curves over one input, and rows: counts, and predicted numbers."""
    beginner.click("#view-output")
    forms = {
        "circle": (".output:not([data-kind=two]) .stage-square canvas", "Output y₀", {"−1", "v₀", "1"},
            "has the right sign", 2 * (200 + 1)),
        "affine-swap": ("[data-kind=two] .stage-square canvas", "Output", {"Output y₀", "Output y₁", "−3"},
            "It is off by", 4 * (60 + 1)),
        "sine": ("[data-kind=line] canvas", "Output", {"Target dotted, output solid", "0.5"}, "It is off by", 2),
        "penguins": (".confusion", "Answers", {"is ↓ answered →", "Gentoo", "of 15", "14"},
            "67 of 68 held-out rows", 0),
        "cars": (".scatter canvas", "Answers", {"predicted", "true, miles per gallon (mpg)"},
            "Circles: 78 held out.", 236 + 2 * 78),
    }  # fmt: skip
    for key, (drawn_in, title, labels, words, circles) in forms.items():
        beginner.begins(key)
        beginner.one(drawn_in)
        beginner.rests()
        beginner.exports(f"{title}, SVG")
        name = f"{title.split()[0].lower()}-{key}-{beginner.shown['fingerprint']}"
        picture = ET.fromstring(landed(folder / f"{name}.svg"))
        texts = [part.text for part in picture.iter() if part.tag.endswith("text") and part.text]
        said = " ".join(texts)
        assert labels <= set(texts), key
        assert beginner.sentence in said
        assert re.search(f"{title} at step {beginner.shown['samples']:,}", said), said
        assert re.search(words, said), said
        drawn = sum("a" in part.get("d", "") for part in picture.iter() if part.tag.endswith("path"))
        assert drawn == circles, f"{key}: fillings and rims of its samples and of the ring"
    beginner.exports("Answers, PNG")
    data = landed(folder / f"{name}.png")
    assert struct.unpack(">I", data[16:20]) == (2 * float(picture.get("width", "")),)
    beginner.click("#view-loss")
    beginner.click("#export")
    menu = "return [...document.querySelectorAll('[role=menuitem]')].map(({ textContent }) => textContent)"
    assert "Answers, SVG" not in beginner.js(menu)
    beginner.presses(Keys.ESCAPE)


@pytest.mark.soak
def test_zeros_are_in_the_picture_of_the_curve_and_counted_there(beginner: Visitor, folder: Path) -> None:
    beginner.begins("identity-by-hand")
    beginner.exports("Curve, SVG")
    picture = ET.fromstring(landed(folder / f"identity-by-hand-{beginner.shown['fingerprint']}.svg"))
    texts = [part.text for part in picture.iter() if part.tag.endswith("text")]
    assert {"every loss is 0", "0"} <= set(texts)
    paths = [part.get("d", "") for part in picture.iter() if part.tag.endswith("path")]
    assert sum(path.count("a") == 200 for path in paths) == 1
    assert not [path for path in paths if "NaN" in path or "Infinity" in path]


@pytest.mark.soak
def test_the_menu_works_by_key_and_on_a_telephone(beginner: Visitor) -> None:
    beginner.js("document.getElementById('export').focus()")
    beginner.presses(Keys.ENTER)
    beginner.until("return document.activeElement.textContent === 'Curve as a table…'")
    beginner.presses(Keys.END)
    assert beginner.js("return document.activeElement.textContent") == "Open a file…"
    beginner.presses(Keys.ESCAPE)
    assert beginner.js("return document.activeElement.id") == "export"
    look(beginner.driver, 390, 844)
    beginner.rests()
    beginner.click("details.folded summary")
    beginner.click("#export-phone")
    beginner.until("return document.querySelector('#layer-menu').matches(':popover-open')")
    box = beginner.js("return document.querySelector('#layer-menu').getBoundingClientRect().toJSON()")
    assert 0 <= box["left"] <= box["right"] <= 390


@pytest.mark.soak
def test_the_page_goes_on_one_sheet_of_paper_and_the_picture_of_the_stage_on_another(beginner: Visitor) -> None:
    beginner.click("#view-loss")
    for size, scheme in (((1440, 900), "light"), ((1920, 1080), "dark"), ((390, 844), "light")):
        look(beginner.driver, *size, scheme)
        beginner.rests()
        beginner.until("return document.getElementById('printed-link').textContent !== ''")
        beginner.until(AS_WIDE_AS_THE_PAGE)
        sheet = {"printBackground": True, "preferCSSPageSize": True}
        pdf = base64.b64decode(beginner.driver.execute_cdp_cmd("Page.printToPDF", sheet)["data"])
        assert len(re.findall(rb"/Type\s*/Page\b", pdf)) == 1
        beginner.driver.execute_cdp_cmd("Emulation.setEmulatedMedia", {"media": "print"})
        seen = beginner.js("""
        const on = ['.find h1', '#loss-picture', '.weights-plot', '#printed-link'];
        const names = [...on, '.knobs', '.strip', '#share', '.foot'];
        return names.map((name) => document.querySelector(name).checkVisibility());
        """)
        beginner.driver.execute_cdp_cmd("Emulation.setEmulatedMedia", {"media": ""})
        assert seen == [True] * 4 + [False] * 4, size
    beginner.begins("circle")
    beginner.click("#view-output")
    beginner.until("return document.querySelector('#output canvas')")
    pdf = base64.b64decode(beginner.driver.execute_cdp_cmd("Page.printToPDF", sheet)["data"])
    assert len(re.findall(rb"/Type\s*/Page\b", pdf)) == 2, "the picture of the stage has a page of its own"
    assert not beginner.js("return document.querySelector('.printed-stage')")
