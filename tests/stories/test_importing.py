"""A file that is dropped or chosen comes onto the bench and can be undone; what is refused changes nothing."""

import base64
import json
from dataclasses import replace
from pathlib import Path

import pytest

from engine.data.table import Table
from engine.experiments.catalogue import CATALOGUE, FIRST
from engine.experiments.run import run
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


def test_a_dropped_experiment_is_opened_and_can_be_undone(newcomer: Visitor) -> None:
    with newcomer.turning():
        drop(newcomer, FILE.encode())
    assert newcomer.js("return window.hinted")
    assert newcomer.shown["fingerprint"] == WANTED
    newcomer.sees_value("experiment", "Circle")
    newcomer.sees_value("samples-field", "500")
    assert newcomer.depth == (1, 0)
    with newcomer.turning():
        newcomer.click("#undo")
    assert newcomer.shown["fingerprint"] == fingerprint()


def test_a_file_can_be_chosen(newcomer: Visitor, tmp_path: Path) -> None:
    path = tmp_path / "circle.json"
    path.write_text(FILE)
    newcomer.js("""
    HTMLInputElement.prototype.click = function () { if (this.type === 'file') document.body.append(this); };
    """)
    newcomer.click("#export")
    newcomer.js(
        "[...document.querySelectorAll('#layer-menu button')].find((b) => b.textContent === 'Open a file…').click()"
    )
    with newcomer.turning():
        newcomer.one("input[type=file][accept^='.json']").send_keys(str(path))
    assert newcomer.shown["fingerprint"] == WANTED
    assert newcomer.depth == (1, 0)


@pytest.mark.parametrize("name", ["dill", "npz with objects", "900 deep", "1e999", "NaN", "9,000 tensors"])
def test_a_refused_file_is_told_in_a_sentence_and_nothing_is_lost(visitor: Visitor, name: str) -> None:
    visitor.begins(FIRST)
    before = visitor.shown, visitor.depth, visitor.ghosts
    data, sentence = REFUSED[name]
    drop(visitor, data)
    visitor.until("return document.getElementById('note-text').textContent.includes(arguments[0])", sentence)
    assert visitor.by_id("note").is_displayed()
    assert (visitor.shown, visitor.depth, visitor.ghosts) == before
    with visitor.turning():
        visitor.click("#next-seed")
    with visitor.turning():
        visitor.click("#undo")
    assert visitor.shown["fingerprint"] == before[0]["fingerprint"]


@pytest.mark.parametrize("name", ["own.csv", "OWN.TSV", "own.txt"])
def test_a_table_that_is_dropped_anywhere_is_shown_in_the_dialog(newcomer: Visitor, name: str) -> None:
    drop(newcomer, "a;b;y\n0,5;1;−1\n2;3;4\n".encode(), name)
    newcomer.sees("facts-error", "2 rows: a, b in, y out.")
    assert newcomer.js("return document.getElementById('facts').open")
    with newcomer.turning():
        newcomer.click("#facts-use")
    assert newcomer.kept.inputs == Table(((0.5, 1.0), (2.0, 3.0)), ((-1.0,), (4.0,)))


def test_an_experiment_is_opened_wherever_it_is_dropped_and_whatever_its_name_is(newcomer: Visitor) -> None:
    newcomer.click("#open-facts")
    newcomer.until("return document.getElementById('facts').open")
    with newcomer.turning():
        drop(newcomer, FILE.encode(), "circle.txt")
    assert newcomer.shown["fingerprint"] == WANTED
    assert not newcomer.js("return document.getElementById('facts').open")


def test_a_spreadsheets_own_file_is_refused_on_the_page_and_in_the_dialog(newcomer: Visitor) -> None:
    drop(newcomer, b"PK\x03\x04\x00\x00", "own.xlsx")
    newcomer.until("return document.getElementById('note-text').textContent.includes('or a table as a CSV.')")
    newcomer.click("#open-facts")
    newcomer.until("return document.getElementById('facts').open")
    drop(newcomer, b"PK\x03\x04\x00\x00", "own.xlsx")
    newcomer.sees("facts-error", "This is no text. Give rows of numbers as text, such as a CSV.")
    assert newcomer.shown["fingerprint"] == fingerprint()
