"""Facts of one's own: typed, pasted, dropped or chosen, in order or shuffled, and wrong rows named by their number."""

from collections.abc import Iterator

import pytest
from selenium.webdriver.common.keys import Keys

from engine.data.table import Table
from engine.experiments.catalogue import CATALOGUE, FIRST
from engine.experiments.edits import set_table
from engine.experiments.experiment import Experiment
from engine.experiments.run import run
from tests.stories.visitor import TINTED_SAMPLE, Visitor
from tests.webapp.asking import fingerprint
from webapp.figures.response_maps import LAST_SAMPLES

XOR = "x1,x2,target\n0,0,-1\n0,1,1\n1,0,1\n1,1,-1\n"
TABLE = Table(((0.0, 0.0), (0.0, 1.0), (1.0, 0.0), (1.0, 1.0)), ((-1.0,), (1.0,), (1.0,), (-1.0,)))
PASTED = """
const clipboardData = new DataTransfer();
clipboardData.setData('text', arguments[0]);
const paste = new ClipboardEvent('paste', { clipboardData, bubbles: true, cancelable: true });
document.querySelector('#facts td input').dispatchEvent(paste);
"""
DROPPED = """
const dataTransfer = new DataTransfer();
dataTransfer.items.add(new File([arguments[0]], 'facts.csv', { type: 'text/csv' }));
const drop = new DragEvent('drop', { dataTransfer, bubbles: true, cancelable: true });
document.getElementById('facts').dispatchEvent(drop);
"""
CHOSEN = """
const { prototype } = HTMLInputElement, { click } = prototype, [text] = arguments;
prototype.click = function choose() {
  const chosen = new DataTransfer();
  chosen.items.add(new File([text], 'facts.csv', { type: 'text/csv' }));
  prototype.click = click;
  this.files = chosen.files;
  this.dispatchEvent(new Event('change'));
};
document.getElementById('facts-file').click();
"""
"""Stands in for the system's own dialog, which no page can fill in."""
CELLS = "return [...document.querySelectorAll('#facts-rows td input')].map((cell) => cell.value).join(' ')"
HEADS = "return [...document.querySelectorAll('#facts-rows thead th')].map((head) => head.textContent).join(' ')"
LARGE = """
const row = (k) => Array.from({ length: 8 }, (_, c) => Math.sin(9 * k + c).toFixed(8)).join(';');
return Array.from({ length: 10000 }, (_, k) => row(k)).join('\\n');
"""


@pytest.fixture(autouse=True)
def dialog(visitor: Visitor) -> Iterator[None]:
    """The first experiment with the dialog open and empty."""
    visitor.begins()
    opens(visitor)
    visitor.click("#facts-clear")
    yield
    visitor.js("document.getElementById('facts').close()")


def opens(visitor: Visitor) -> None:
    visitor.click("#open-facts")
    visitor.until("return document.getElementById('facts').open")


def with_table(table: Table) -> Experiment:
    return set_table(CATALOGUE[FIRST].experiment, table)


def uses(visitor: Visitor) -> None:
    with visitor.turning():
        visitor.click("#facts-use")


def test_rows_are_typed_by_keyboard_and_learned_in_order(visitor: Visitor) -> None:
    past, _ = visitor.depth
    visitor.one("#facts td input").send_keys("0.5", Keys.TAB, "−1", Keys.TAB, "1", Keys.TAB, "2")
    visitor.presses(Keys.TAB, "1e-1", Keys.TAB, "0,25", Keys.TAB, "3", Keys.TAB, "4")
    uses(visitor)
    wanted = with_table(Table(((0.5, -1.0), (0.1, 0.25)), ((1.0, 2.0), (3.0, 4.0))))
    assert visitor.shown["fingerprint"] == run(wanted, wanted.network()).fingerprint
    assert visitor.sentence.startswith("The facts of the table ")
    assert visitor.depth == (past + 1, 0)
    assert visitor.ghosts[-1:] == ["start, α 0.1"]
    assert visitor.js("return !document.getElementById('facts').open")
    visitor.sees_value("target", "Own data")
    assert visitor.kept.inputs == wanted.inputs


@pytest.mark.parametrize("way", [PASTED, DROPPED, CHOSEN], ids=["pasted", "dropped", "chosen as a file"])
def test_a_csv_is_read_with_its_header_and_the_roles_of_its_columns(visitor: Visitor, way: str) -> None:
    visitor.js(way, XOR)
    visitor.sees("facts-error", "4 rows: x1, x2 in, target out.")
    assert visitor.js(HEADS) == "v₀ v₁ y₀"
    assert visitor.js(CELLS) == "0 0 -1 0 1 1 1 0 1 1 1 -1"
    uses(visitor)
    wanted = with_table(TABLE)
    assert visitor.shown["fingerprint"] == run(wanted, wanted.network()).fingerprint
    assert visitor.cards == ["Dense 2 → 1", "Activation tanh"], "the last layer gives what a row expects"
    assert len(visitor.circles(TINTED_SAMPLE)) == 2 * LAST_SAMPLES


def test_columns_without_names_are_guessed_and_it_is_said(visitor: Visitor) -> None:
    visitor.js(PASTED, "1\t2\t3\n4\t5\t6\n")
    visitor.sees("facts-error", "2 rows. No name said which columns are expected: the last one is.")
    visitor.click("#facts-more-outputs")
    visitor.click("#facts-less-inputs")
    assert visitor.js(HEADS) == "v₀ y₀ y₁"


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("a;b;y\n0,5;1;2\n0,25;x;3\n", "Row 3: “x” is not a number."),
        ("1 2 3\n4 5\n7 8 9\n", "Row 2 has 2 numbers, the others 3."),
        ("1,2\n3,inf\n", "Row 2: “inf” is not a finite number."),
        ("<b>a</b>,1\n2,3\n", "Row 1: “<b>a</b>” is not a number."),
        ("1 2\n" * 300_000, "The text has 1,200,000 characters; at most 1,000,000 (1 MB) are read."),
        ("1 2\n" * 10_002, "There are 10,002 rows; a table has at most 10,000."),
    ],
)
def test_a_wrong_row_is_named_by_its_number_and_the_rows_stay(visitor: Visitor, text: str, sentence: str) -> None:
    before = visitor.js(CELLS)
    visitor.js(DROPPED, text)
    visitor.sees("facts-error", sentence)
    assert visitor.js(CELLS) == before
    assert visitor.shown["fingerprint"] == fingerprint()


def test_a_wrong_cell_is_ringed_and_what_was_typed_waits_in_the_dialog(visitor: Visitor) -> None:
    visitor.js(PASTED, XOR)
    visitor.sees("facts-error", "4 rows: x1, x2 in, target out.")
    for typed, sentence in (("many", "Row 2: “many” is not a number."), ("", "Row 2: a number is missing.")):
        cell = visitor.one("#facts input[aria-label='Row 2, v₁']")
        cell.send_keys(Keys.CONTROL + "a" + Keys.NULL + (typed or Keys.DELETE))
        visitor.click("#facts-use")
        visitor.sees("facts-error", sentence)
        assert cell.get_attribute("aria-invalid") == "true"
        visitor.until("return document.activeElement === arguments[0]", cell)
    visitor.presses(Keys.ESCAPE)
    visitor.until("return !document.getElementById('facts').open")
    opens(visitor)
    assert visitor.js(CELLS) == "0 0 -1 0  1 1 0 1 1 1 -1"
    assert visitor.shown["fingerprint"] == fingerprint()


def test_shuffled_rows_come_in_an_order_of_the_seed(visitor: Visitor) -> None:
    visitor.js(PASTED, XOR)
    visitor.sees("facts-error", "4 rows: x1, x2 in, target out.")
    visitor.by_id("facts-shuffled").send_keys(Keys.SPACE)
    uses(visitor)
    wanted = with_table(Table(TABLE.inputs, TABLE.targets, shuffled=True))
    assert visitor.shown["fingerprint"] == run(wanted, wanted.network()).fingerprint
    with visitor.turning():
        visitor.click("#next-seed")
    assert visitor.shown["fingerprint"] != run(wanted, wanted.network()).fingerprint
    opens(visitor)
    visitor.until("return document.getElementById('facts-shuffled').checked")


def test_a_table_of_the_full_size_is_kept_and_turned(visitor: Visitor) -> None:
    visitor.js(DROPPED, visitor.js(LARGE))
    visitor.sees("facts-error", "10,000 rows. No name said which columns are expected: the last one is.")
    visitor.sees("facts-more", "and 9,900 more rows")
    uses(visitor)
    assert visitor.cards[0] == "Dense 7 → 1"
    with visitor.turning():
        visitor.types("samples-field", "10000")
    with visitor.turning():
        visitor.click("#undo")
    with visitor.turning():
        visitor.click("#undo")
    assert visitor.shown["fingerprint"] == fingerprint()
    assert visitor.js("return document.getElementById('note').hidden")


def test_the_notebooks_three_facts_are_in_the_catalogue_and_in_the_dialog(visitor: Visitor) -> None:
    visitor.presses(Keys.ESCAPE)
    visitor.opens("three-facts")
    visitor.sees("experiment-group", "From the notebook")
    opens(visitor)
    assert visitor.js(CELLS) == "0 1 1 0 2 3 3 2 4 5 5 4"
    visitor.presses(Keys.ESCAPE)
    with visitor.turning():
        visitor.picks("target", "Swap")
    visitor.sees_value("inputs", "Normal")
    with visitor.turning():
        visitor.click("#undo")
    assert visitor.shown["fingerprint"] == fingerprint("three-facts")
