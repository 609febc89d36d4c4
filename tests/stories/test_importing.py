"""A file that is dropped or chosen comes onto the bench and can be undone; what is refused changes nothing."""

import base64
import json
from dataclasses import replace
from pathlib import Path

import pytest
from selenium.webdriver.common.keys import Keys

from engine import Table, run
from engine.experiments.catalogue import CATALOGUE, FIRST
from tests.stories.visitor import Visitor
from tests.webapp.asking import fingerprint
from tests.webapp.files.test_file_import import REFUSED
from webapp.files.format import EXPERIMENT

OTHER = replace(CATALOGUE["circle"].experiment, alpha=0.3, samples=500)
FILE = json.dumps({"format": EXPERIMENT, "version": 1, "key": "circle", "experiment": json.loads(OTHER.to_json())})
WANTED = run(OTHER, OTHER.network()).fingerprint
DROP = """
const data = new DataTransfer(), bytes = Uint8Array.from(atob(arguments[0]), (letter) => letter.charCodeAt(0));
data.items.add(new File([bytes], arguments[1]));
for (const kind of ['dragover', 'drop']) {
  const event = new DragEvent(kind, { dataTransfer: data, bubbles: true, cancelable: true });
  document.querySelector('main').dispatchEvent(event);
  if (kind === 'dragover') window.hinted = document.body.classList.contains('dropping');
}
"""


def drop(visitor: Visitor, data: bytes, name: str = "file.json") -> None:
    visitor.js(DROP, base64.b64encode(data).decode(), name)


def test_a_dropped_experiment_is_opened_and_can_be_undone_but_none_is_taken_behind_a_dialog(beginner: Visitor) -> None:
    link = "document.getElementById('share-link').value"
    beginner.click("#share")
    beginner.until(f"return document.getElementById('share-dialog').open && {link}.includes('seed=3')")
    drop(beginner, FILE.encode())
    assert beginner.js("return [window.hinted, nnbench.queue.idle]") == [False, True]
    # The run of an earlier act may come late.
    beginner.turns(beginner.js, "nnbench.turnKnobs({ seed: 4 })")
    beginner.until(f"return {link}.includes('seed=4')")
    beginner.presses(Keys.ESCAPE)
    beginner.turns(beginner.click, "#undo")
    with beginner.turning():
        drop(beginner, FILE.encode())
    assert beginner.js("return window.hinted")
    assert beginner.shown["fingerprint"] == WANTED
    beginner.sees_value("experiment", "Circle")
    beginner.sees_value("samples-field", "500")
    assert beginner.depth == (1, 0)
    beginner.turns(beginner.click, "#undo")
    assert beginner.shown["fingerprint"] == fingerprint()


@pytest.mark.soak
def test_a_file_can_be_chosen(beginner: Visitor, tmp_path: Path) -> None:
    path = tmp_path / "circle.json"
    path.write_text(FILE)
    beginner.js("""
    HTMLInputElement.prototype.click = function () { if (this.type === 'file') document.body.append(this); };
    """)
    beginner.click("#export")
    beginner.js(
        "[...document.querySelectorAll('#layer-menu button')].find((b) => b.textContent === 'Open a file…').click()"
    )
    with beginner.turning():
        beginner.one("input[type=file][accept^='.json']").send_keys(str(path))
    assert beginner.shown["fingerprint"] == WANTED
    assert beginner.depth == (1, 0)


def test_a_refused_file_is_told_in_a_sentence_and_nothing_is_lost(visitor: Visitor) -> None:
    visitor.begins(FIRST)
    before = visitor.shown, visitor.depth, visitor.ghosts
    for name in ("dill", "1e999", "9,000 tensors"):
        data, sentence = REFUSED[name]
        visitor.js("document.getElementById('note-text').textContent = ''")
        drop(visitor, data)
        visitor.reads("#note-text", sentence)
        assert visitor.by_id("note").is_displayed(), name
        assert (visitor.shown, visitor.depth, visitor.ghosts) == before, name
    visitor.turns(visitor.click, "#next-seed")
    visitor.turns(visitor.click, "#undo")
    assert visitor.shown["fingerprint"] == before[0]["fingerprint"]


@pytest.mark.parametrize("name", ["OWN.TSV", "own.csv", "own.txt"])
@pytest.mark.soak
def test_a_table_that_is_dropped_anywhere_is_shown_in_the_dialog(beginner: Visitor, name: str) -> None:
    drop(beginner, "a;b;y\n0,5;1;−1\n2;3;4\n".encode(), name)
    beginner.sees("facts-stay", "2 rows. “y” has 2 different whole numbers. Take them as classes")
    assert beginner.js("return document.getElementById('facts').open")
    beginner.turns(beginner.click, "#facts-use")
    rows = ((0.5, 1.0), (2.0, 3.0)), ((-1.0,), (4.0,))
    assert beginner.kept.inputs == Table(*rows, shuffled=True, names=(("a", "b"), ("y",)))


@pytest.mark.soak
def test_an_experiment_is_opened_wherever_it_is_dropped_and_whatever_its_name_is(beginner: Visitor) -> None:
    beginner.click("#open-facts")
    beginner.until("return document.getElementById('facts').open")
    with beginner.turning():
        drop(beginner, FILE.encode(), "circle.txt")
    assert beginner.shown["fingerprint"] == WANTED
    assert not beginner.js("return document.getElementById('facts').open")


@pytest.mark.soak
def test_a_spreadsheets_own_file_is_refused_on_the_page_and_in_the_dialog(beginner: Visitor) -> None:
    drop(beginner, b"PK\x03\x04\x00\x00", "own.xlsx")
    beginner.reads("#note-text", "or a table as a CSV.")
    beginner.click("#open-facts")
    beginner.until("return document.getElementById('facts').open")
    drop(beginner, b"PK\x03\x04\x00\x00", "own.xlsx")
    beginner.sees("facts-error", "This is no text. Give rows of numbers as text, such as a CSV.")
    assert beginner.shown["fingerprint"] == fingerprint()
