"""Data of one's own: typed, pasted, dropped or chosen, in order or shuffled, and wrong rows named by their number."""

from collections.abc import Iterator

import pytest
from selenium.webdriver.common.keys import Keys

from engine import Experiment, Table, run
from engine.experiments.catalogue import CATALOGUE, FIRST
from engine.experiments.edits import set_table
from tests.stories.conftest import DESK, look
from tests.stories.visitor import TINTED_SAMPLE, Visitor
from tests.webapp.asking import fingerprint
from webapp.analyses.outcomes.score_curve import NO_R2
from webapp.figures.response_maps import LAST_SAMPLES

XOR = "x1,x2,target\n0,0,-1\n0,1,1\n1,0,1\n1,1,-1\n"
TABLE = Table(((0.0, 0.0), (0.0, 1.0), (1.0, 0.0), (1.0, 1.0)), ((-1.0,), (1.0,), (1.0,), (-1.0,)))
PASTE_HERE = """
document.querySelectorAll('#facts-rows td input')[arguments[0]].focus();
window.taken = null;
addEventListener('paste', (event) => { window.taken = [event.defaultPrevented]; }, { once: true });
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
CURVE_SAMPLES = 2.625, 3.0
"""The radii of dots and circles beside a curve, in pixels."""
CELLS = "return [...document.querySelectorAll('#facts-rows td input')].map((cell) => cell.value).join(' ')"
HEADS = "return [...document.querySelectorAll('#facts-rows thead th')].map((head) => head.textContent).join(' ')"
LARGE = f"""
const row = (k) => Array.from({{ length: 8 }}, (_, c) => Math.sin(9 * k + c).toFixed(8)).join(';');
arguments[0] = Array.from({{ length: 10000 }}, (_, k) => row(k)).join('\\n');
{DROPPED}
"""
"""Drops a table of the full size."""


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
    visitor.turns(visitor.click, "#facts-use")


def test_the_dialog_closes_by_a_press_beside_it_and_by_none_that_begins_or_ends_in_it(visitor: Visitor) -> None:
    box = "const { left, top } = document.getElementById('facts').getBoundingClientRect(); return [left, top]"
    left, top = visitor.js(box)
    inside, beside = (left + 5, top + 60), (left - 50, top + 60)
    for presses, lets_go in ((inside, inside), (visitor.middle("#facts-rows td input"), beside), (beside, inside)):
        visitor.mouse("mousePressed", *presses)
        visitor.mouse("mouseMoved", *lets_go)
        visitor.mouse("mouseReleased", *lets_go, held=False)
        assert visitor.js("return document.getElementById('facts').open"), (presses, lets_go)
    visitor.clicks_at(*beside)
    visitor.until("return !document.getElementById('facts').open")


def test_rows_are_typed_by_keyboard_and_learned_in_order(visitor: Visitor) -> None:
    past, _ = visitor.depth
    visitor.one("#facts-rows td input").send_keys("0.5", Keys.TAB, "−1", Keys.TAB, "1", Keys.TAB, "2")
    visitor.presses(Keys.TAB, "1e-1", Keys.TAB, "0,25", Keys.TAB, "3", Keys.TAB, "4")
    uses(visitor)
    wanted = with_table(Table(((0.5, -1.0), (0.1, 0.25)), ((1.0, 2.0), (3.0, 4.0))))
    assert visitor.shown["fingerprint"] == run(wanted, wanted.network()).fingerprint
    assert visitor.sentence.startswith("Changing the samples to a table of 2 rows: the final loss is ")
    assert visitor.depth == (past + 1, 0)
    assert visitor.ghosts[-1:] == ["start, α 0.1"]
    assert visitor.js("return !document.getElementById('facts').open")
    visitor.sees_value("target", "Table")
    assert visitor.kept.inputs == wanted.inputs
    opens(visitor)
    visitor.click("#facts-clear")
    visitor.one("#facts-rows td input").send_keys("0,5", Keys.TAB, "−1e−1", Keys.TAB, "1,000", Keys.TAB, "−,25")
    uses(visitor)
    assert visitor.kept.inputs == Table(((0.5, -0.1),), ((1000.0, -0.25),)), "as numbers are read everywhere"
    visitor.selects(".axis-menu", "right")
    visitor.until("return document.querySelector('.score-lines .said')?.textContent === arguments[0]", NO_R2)
    visitor.selects(".axis-menu", "loss")


def pastes(visitor: Visitor, text: str, cell: int = 0) -> bool:
    """Pastes a text into the first cell, or into another one by its number; whether the page has taken it."""
    visitor.copies(text)
    visitor.js(PASTE_HERE, cell)
    visitor.presses(Keys.CONTROL + "v")
    return bool(visitor.until("return window.taken")[0])


def drops(visitor: Visitor, text: str) -> None:
    """Drops a file with this text on the dialog."""
    visitor.js(DROPPED, text)


def chooses(visitor: Visitor, text: str) -> None:
    """Chooses a file with this text."""
    visitor.js(CHOSEN, text)


def test_a_csv_that_is_pasted_dropped_or_chosen_is_read_with_header_and_roles_of_columns(visitor: Visitor) -> None:
    for way in (pastes, drops, chooses):
        visitor.click("#facts-clear")
        way(visitor, XOR)
        visitor.sees("facts-error", "4 rows: x1, x2 in, target out.")
        assert visitor.js(HEADS) == "v₀ v₁ y₀", way
        assert visitor.js(CELLS) == "0 0 -1 0 1 1 1 0 1 1 1 -1", way
    uses(visitor)
    wanted = with_table(TABLE)
    assert visitor.shown["fingerprint"] == run(wanted, wanted.network()).fingerprint
    assert visitor.cards == ["Dense 2 → 1", "Activation tanh"], "the last layer gives what a row expects"
    assert visitor.driver.title == "Own data · NNBench"
    look(visitor.driver, 390, 844)
    assert visitor.js("return document.querySelector('.pick').innerText.trim()") == "Own data, from"
    look(visitor.driver, *DESK)
    assert len(visitor.circles(TINTED_SAMPLE)) == 2 * LAST_SAMPLES


def test_rows_of_one_input_are_dots_beside_the_curve_and_those_held_out_are_circles(visitor: Visitor) -> None:
    drops(visitor, "weight;price\n" + "".join(f"{k};{k * k}\n" for k in range(30)))
    visitor.sees("facts-stay", "30 rows.")
    uses(visitor)
    visitor.click("#view-output")
    visitor.click("#output-form [data-form=map]")
    title = "Targets as dots, held out as circles, scaled output solid"
    visitor.until("return document.querySelector('#output .map-label')?.textContent === arguments[0]", title)
    drawn = [visitor.circles(radius, "#output .stage-map") for radius in CURVE_SAMPLES]
    assert [len({circle["x"] for circle in circles}) for circles in drawn] == [18, 6]
    assert len({circle["y"] for circles in drawn for circle in circles}) > 20
    opens(visitor)
    visitor.click("#facts-clear")
    drops(visitor, "petal,species\n" + "".join(f"{k},{'Adelie' if k < 9 else 'Gentoo'}\n" for k in range(20)))
    visitor.sees("facts-stay", "20 rows: 9 Adelie, 11 Gentoo.")
    uses(visitor)
    names = "return [...document.querySelectorAll('#output .curve-end')].map((name) => name.textContent).join()"
    visitor.until(f"return (() => {{ {names} }})() === 'Gentoo,Adelie'")


def test_a_csv_whose_answer_is_text_has_a_column_for_each_class_and_says_what_it_leaves_out(visitor: Visitor) -> None:
    visitor.click("#facts-clear")
    drops(visitor, "species,island,bill_mm\nGentoo,a,0.5\nAdelie,b,-1\nGentoo,c,NA\nAdelie,c,0.25\n")
    lines = "Rows that lack a value are left out, by their lines: 4; the others are numbered anew."
    left_out = f"Columns that are not used: “island”. {lines}"
    visitor.sees("facts-stay", f"{left_out} 3 rows: 2 Adelie, 1 Gentoo.")
    visitor.replaces(visitor.by_id("facts-name-0-0"), f"Auk{Keys.TAB}")
    visitor.sees("facts-stay", f"{left_out} 3 rows: 2 Auk, 1 Gentoo.")
    visitor.click("#facts-as-rows")
    assert visitor.js(HEADS) == "v₀ y₀ y₁"
    assert visitor.js(CELLS) == "0.5 0 1 -1 1 0 0.25 1 0"
    uses(visitor)
    rows = ((0.5,), (-1.0,), (0.25,)), ((0.0, 1.0), (1.0, 0.0), (1.0, 0.0))
    wanted = with_table(Table(*rows, shuffled=True))
    assert visitor.shown["fingerprint"] == run(wanted, wanted.network()).fingerprint


def test_a_text_that_makes_no_table_has_columns_to_choose_among_and_a_paste_may_hold_names(visitor: Visitor) -> None:
    drops(visitor, "a,species\n" + "".join(f"{k},c{k}\n" for k in range(11)) + "# end\n")
    visitor.reads("#facts-error", start="“species” has 11 different")
    assert visitor.js("return document.getElementById('facts-role-1').selectedOptions[0].text") == "Answer, 11 classes"
    visitor.click("#facts-clear")
    pastes(visitor, "len\tkind\n1,234\tx\n2,5\ty\n")
    visitor.sees("facts-stay", "2 rows: 1 x, 1 y.")


def test_letters_of_windows_names_among_rows_and_whole_numbers_lead_to_a_classifier(visitor: Visitor) -> None:
    letters = [*"Größe;y\n1,5;0\n2;1\n".encode("cp1252")]
    visitor.js(DROPPED.replace("[arguments[0]]", "[new Uint8Array(arguments[0])]"), letters)
    visitor.sees("facts-stay", "2 rows. “y” has 2 different whole numbers. Take them as classes")
    assert visitor.js("return document.querySelector('#facts-columns th[scope=row]').textContent") == "Größe"
    visitor.click("#facts-stay button")
    visitor.sees("facts-stay", "2 rows: 1 0, 1 1.")
    visitor.click("#facts-clear")
    visitor.one("#facts-rows td input").send_keys("1", Keys.TAB, "2", Keys.TAB, "setosa")
    visitor.click("#facts-add")
    visitor.js("[...document.querySelectorAll('#facts-rows tr:nth-child(5) input')].at(0).focus()")
    visitor.presses(*"3", Keys.TAB, *"4", Keys.TAB, *"virginica", Keys.TAB)
    visitor.click("#facts-use")
    visitor.sees("facts-error", "Row 1: “setosa” is a name. Take the column as the answer? Take it")
    visitor.click("#facts-take")
    visitor.sees("facts-stay", "Columns that are not used: “y1”. 2 rows: 1 setosa, 1 virginica.")
    uses(visitor)


HELD = """
const real = window.fetch;
window.fetch = async (path, options) => {
  if (!path.endsWith('facts')) return real(path, options);
  window.fetch = real;
  const reply = real(path, options);
  await new Promise((goOn) => { window.goOn = () => (goOn(), reply); });
  return reply;
};
"""
"""The server's reply to the next text comes when it is let go on."""


def test_a_reply_that_another_text_has_overtaken_changes_nothing(visitor: Visitor) -> None:
    visitor.js(HELD)
    drops(visitor, "1,2\n3,4\n")
    visitor.until("return Boolean(window.goOn)")
    drops(visitor, XOR)
    visitor.sees("facts-error", "4 rows: x1, x2 in, target out.")
    visitor.js("return window.goOn().then(() => new Promise((done) => setTimeout(done)))")
    visitor.sees("facts-error", "4 rows: x1, x2 in, target out.")
    assert visitor.js(HEADS) == "v₀ v₁ y₀"


@pytest.mark.soak
def test_columns_without_names_are_guessed_and_it_is_said(visitor: Visitor) -> None:
    pastes(visitor, "1\t2\t3\n4\t5\t6\n")
    visitor.sees("facts-error", "2 rows. No name says which columns are outputs, so the last one is.")
    visitor.click("#facts-more-outputs")
    visitor.click("#facts-less-inputs")
    assert visitor.js(HEADS) == "v₀ y₀ y₁"


CURE = "Correct it, or empty the cell to leave out its row."
WRONG_ROWS = {
    "a;b;y\n0,5;1;2\n0,25;x;3\n": f"Row 3: “x” is not a number. {CURE}",
    "<b>a</b>,1\n2,3\n": f"Row 1: “<b>a</b>” is not a number. {CURE}",
    "1 2\n"
    * 300_000: "The text has 1,200,000 characters; at most 1,000,000 (1 MB) are read. Leave out rows or columns. "
    "These are still the columns of the text before.",
}


def test_a_wrong_row_is_named_by_its_number_and_the_rows_stay(visitor: Visitor) -> None:
    before = visitor.js(CELLS)
    for text, sentence in WRONG_ROWS.items():
        visitor.js(DROPPED, text)
        visitor.sees("facts-error", sentence)
        assert visitor.js(CELLS) == before, sentence
    assert visitor.shown["fingerprint"] == fingerprint()


def test_a_wrong_cell_is_ringed_and_what_was_typed_waits_in_the_dialog(visitor: Visitor) -> None:
    pastes(visitor, XOR)
    visitor.sees("facts-error", "4 rows: x1, x2 in, target out.")
    name = "Row 2: “many” is a name. Take the column as the answer? Take it"
    for typed, sentence in (("many", name), ("", "Row 2: a number is missing.")):
        cell = visitor.one("#facts input[aria-label='Row 2, v₁']")
        visitor.replaces(cell, typed or Keys.DELETE)
        visitor.click("#facts-use")
        visitor.sees("facts-error", sentence)
        assert cell.get_attribute("aria-invalid") == "true"
        visitor.until("return document.activeElement === arguments[0]", cell)
    visitor.presses(Keys.ESCAPE)
    visitor.until("return !document.getElementById('facts').open")
    opens(visitor)
    assert visitor.js(CELLS) == "0 0 -1 0  1 1 0 1 1 1 -1"
    assert visitor.shown["fingerprint"] == fingerprint()


@pytest.mark.soak
def test_shuffled_rows_come_in_an_order_of_the_seed(visitor: Visitor) -> None:
    pastes(visitor, XOR)
    visitor.sees("facts-error", "4 rows: x1, x2 in, target out.")
    visitor.by_id("facts-shuffled").send_keys(Keys.SPACE)
    uses(visitor)
    wanted = with_table(Table(TABLE.inputs, TABLE.targets, shuffled=True))
    assert visitor.shown["fingerprint"] == run(wanted, wanted.network()).fingerprint
    visitor.turns(visitor.click, "#next-seed")
    assert visitor.shown["fingerprint"] != run(wanted, wanted.network()).fingerprint
    opens(visitor)
    visitor.until("return document.getElementById('facts-shuffled').checked")


@pytest.mark.soak
def test_a_table_of_the_full_size_is_kept_and_turned(visitor: Visitor) -> None:
    visitor.js(LARGE)
    visitor.sees("facts-error", "10,000 rows. No name says which columns are outputs, so the last one is.")
    visitor.sees("facts-more", "and 9,900 more rows")
    uses(visitor)
    assert visitor.cards[0] == "Dense 7 → 1"
    for act in ("#next-weights", "#undo", "#undo"):
        visitor.turns(visitor.js, "document.querySelector(arguments[0]).click()", act)
    assert visitor.shown["fingerprint"] == fingerprint()
    assert visitor.js("return document.getElementById('note').hidden")


def test_the_notebooks_three_facts_are_in_the_list_and_the_dialog_and_others_can_be_drawn(visitor: Visitor) -> None:
    visitor.presses(Keys.ESCAPE)
    visitor.opens("three-facts")
    visitor.sees("experiment-group", "From the notebook")
    opens(visitor)
    assert visitor.js(CELLS) == "0 1 1 0 2 3 3 2 4 5 5 4"
    visitor.presses(Keys.ESCAPE)
    visitor.turns(visitor.picks, "target", "Swap")
    visitor.sees_value("inputs", "Normal")
    visitor.turns(visitor.click, "#undo")
    assert visitor.shown["fingerprint"] == fingerprint("three-facts")
    visitor.turns(visitor.picks, "inputs", "Corners")
    assert (visitor.kept.inputs, visitor.kept.ideal) == ("corners", ("v0", "v1"))
    visitor.sees_value("target", "Own formulas")


# Pasting into a table that is there


def filled(visitor: Visitor) -> None:
    """The four rows of XOR in the dialog."""
    pastes(visitor, XOR)
    visitor.sees("facts-error", "4 rows: x1, x2 in, target out.")


@pytest.mark.soak
def test_a_block_goes_where_it_is_pasted_and_brings_the_rows_and_outputs_that_it_needs(visitor: Visitor) -> None:
    filled(visitor)
    assert pastes(visitor, "0,5\t−6\n7\t8", 4), "row 2, v₁"
    visitor.sees("facts-error", "Pasted 2 rows and 2 columns from row 2, v₁ on.")
    assert visitor.js(CELLS) == "0 0 -1 0 0.5 -6 1 7 8 1 1 -1"
    assert visitor.js("return document.activeElement.getAttribute('aria-label')") == "Row 2, v₁"
    pastes(visitor, "a;b\n2;3", 0)
    visitor.sees("facts-error", "Pasted 1 row and 2 columns from row 1, v₀ on. The names above them are left out.")
    assert visitor.js(CELLS) == "2 3 -1 0 0.5 -6 1 7 8 1 1 -1"
    pastes(visitor, "3 4\n5 6", 11)
    visitor.sees("facts-error", "Pasted 2 rows and 2 columns from row 4, y₀ on.")
    assert visitor.js(HEADS) == "v₀ v₁ y₀ y₁"
    assert visitor.js(CELLS) == "2 3 -1  0 0.5 -6  1 7 8  1 1 3 4   5 6"


@pytest.mark.soak
def test_a_block_goes_into_an_empty_table_and_leaves_its_columns_as_they_are(visitor: Visitor) -> None:
    pastes(visitor, "1\n2\n3", 1)
    visitor.sees("facts-error", "Pasted 3 rows and 1 column from row 1, v₁ on.")
    pastes(visitor, "4\n5\n6")
    visitor.sees("facts-error", "Pasted 3 rows and 1 column from row 1, v₀ on.")
    assert visitor.js(CELLS).split() == ["4", "1", "5", "2", "6", "3"]
    visitor.click("#facts-clear")
    pastes(visitor, "1\t2\t3\t4")
    visitor.sees("facts-error", "Pasted 1 row and 4 columns from row 1, v₀ on.")
    assert visitor.js(HEADS) == "v₀ v₁ y₀ y₁"


NO_BLOCKS = [
    ("many", 0, "“many” is not a finite number."),
    ("1\t2\n3\tfour", 4, "Row 2: “four” is not a number."),
    ("1 " * 18, 2, "A table has at most 16 outputs."),
    ("1\n" * 10_000, 4, "A table has at most 10,000 rows."),
]


@pytest.mark.soak
def test_what_cannot_be_pasted_changes_nothing_and_is_said_and_one_number_is_the_browsers(visitor: Visitor) -> None:
    filled(visitor)
    for text, cell, sentence in NO_BLOCKS:
        assert pastes(visitor, text, cell), sentence
        visitor.sees("facts-error", f"Nothing was pasted. {sentence}")
        assert (visitor.js(HEADS), visitor.js(CELLS)) == ("v₀ v₁ y₀", "0 0 -1 0 1 1 1 0 1 1 1 -1"), sentence
    assert [text for text in ("1.5", "0,5", "−3", " 2e−4\n", "1,000") if pastes(visitor, text)] == []


# Limits


def test_a_table_has_up_to_64_inputs_and_the_bench_learns_them(visitor: Visitor) -> None:
    rows = [[(7 * r + k) % 5 / 4 for k in range(64)] for r in range(6)]
    lines = [",".join(map(repr, [*row, r % 2])) for r, row in enumerate(rows)]
    drops(visitor, "\n".join([",".join([*(f"x{k}" for k in range(64)), "y"]), *lines]))
    visitor.until("return document.querySelectorAll('#facts-rows thead th').length === 65")
    visitor.click("#facts-more-inputs")
    visitor.sees("facts-error", "A table has a whole number of inputs from 1 to 64.")
    uses(visitor)
    wanted = with_table(Table(tuple(map(tuple, rows)), tuple((float(r % 2),) for r in range(6))))
    assert visitor.shown["fingerprint"] == run(wanted, wanted.network()).fingerprint


@pytest.mark.soak
def test_the_counts_of_columns_have_ends_and_an_empty_table_is_refused_in_words(visitor: Visitor) -> None:
    visitor.click("#facts-use")
    visitor.sees("facts-error", "There are no numbers here. Give at least one row.")
    visitor.click("#facts-less-outputs")
    visitor.sees("facts-error", "")
    visitor.click("#facts-less-outputs")
    visitor.sees("facts-error", "A table has a whole number of outputs from 1 to 16.")
    visitor.js("for (let k = 0; k < 15; k += 1) document.getElementById('facts-more-outputs').click()")
    visitor.sees("facts-error", "")
    visitor.click("#facts-more-outputs")
    visitor.sees("facts-error", "A table has a whole number of outputs from 1 to 16.")
    assert visitor.js(HEADS).split()[16:] == ["y₁₄", "y₁₅"]


# Rows that wait


@pytest.mark.soak
def test_rows_that_were_not_used_wait_and_the_dialog_says_so(visitor: Visitor) -> None:
    filled(visitor)
    assert not visitor.by_id("facts-kept").is_displayed()
    visitor.turns(visitor.js, "nnbench.turnKnobs({ seed: 11 })")
    assert visitor.js("return document.getElementById('facts').open"), "a run that comes leaves the dialog open"
    visitor.presses(Keys.ESCAPE)
    opens(visitor)
    assert visitor.js(CELLS) == "0 0 -1 0 1 1 1 0 1 1 1 -1"
    assert visitor.by_id("facts-kept").is_displayed()
    assert "They are not in use, and are kept until the page is closed" in visitor.text("facts-kept")
    uses(visitor)
    opens(visitor)
    assert not visitor.by_id("facts-kept").is_displayed(), "what is in use does not wait"
    visitor.one("#facts-rows td input").send_keys("5")
    visitor.presses(Keys.ESCAPE)
    opens(visitor)
    visitor.sees("facts-discard", "Start again from the data in use")
    visitor.click("#facts-discard")
    assert visitor.js(CELLS) == "0 0 -1 0 1 1 1 0 1 1 1 -1"
    assert not visitor.by_id("facts-kept").is_displayed()
    visitor.presses(Keys.ESCAPE)
    visitor.turns(visitor.click, "#undo")


@pytest.mark.soak
def test_rows_that_were_in_use_wait_after_an_undo_and_can_be_discarded(visitor: Visitor) -> None:
    filled(visitor)
    uses(visitor)
    visitor.turns(visitor.click, "#undo")
    opens(visitor)
    assert (visitor.js(HEADS), visitor.js(CELLS)) == ("v₀ v₁ y₀", "0 0 -1 0 1 1 1 0 1 1 1 -1")
    visitor.sees("facts-discard", "Discard them")
    visitor.click("#facts-discard")
    assert (visitor.js(HEADS), visitor.js(CELLS).strip()) == ("v₀ v₁ y₀ y₁", "")
    visitor.presses(Keys.ESCAPE)
    opens(visitor)
    assert not visitor.by_id("facts-kept").is_displayed()


# More rows than samples


@pytest.mark.soak
def test_rows_past_the_samples_are_said_to_be_unused(visitor: Visitor) -> None:
    visitor.sees("facts-order", "Rows repeat in order until Samples is reached.")
    visitor.js(DROPPED, "\n".join(f"{k} {k % 3}" for k in range(442)))
    cure = "Set Samples to 442 or more to use all."
    visitor.sees("facts-order", f"The last 142 of 442 rows are not used. {cure}")
    visitor.by_id("facts-shuffled").send_keys(Keys.SPACE)
    visitor.sees("facts-order", f"Chosen by the data seed, 142 of 442 rows are not used. {cure}")
    uses(visitor)
    visitor.sees("inputs-rows", f"Chosen by the data seed, 142 of 442 rows are not used. {cure}")
    visitor.turns(visitor.types, "samples-field", "441")
    visitor.sees("inputs-rows", f"Chosen by the data seed, 1 of 442 rows is not used. {cure}")
    visitor.turns(visitor.types, "samples-field", "442")
    visitor.sees("inputs-rows", "")
    opens(visitor)
    visitor.sees("facts-order", "Rows repeat, in another order each pass, until Samples is reached.")


# Back to drawn inputs


@pytest.mark.soak
def test_inputs_are_drawn_again_with_the_target_before_the_table(visitor: Visitor) -> None:
    visitor.presses(Keys.ESCAPE)
    visitor.turns(visitor.picks, "target", "XOR")
    before = visitor.shown["fingerprint"]
    opens(visitor)
    filled(visitor)
    uses(visitor)
    table = visitor.shown["fingerprint"]
    visitor.turns(visitor.picks, "inputs", "Uniform")
    assert visitor.sentence.startswith("Changing the inputs from the table to Uniform and the target to XOR: ")
    visitor.sees_value("target", "XOR")
    visitor.sees_value("inputs", "Uniform")
    assert (visitor.kept.inputs, visitor.kept.ideal) == ("uniform", "xor")
    for fingerprint_before in (table, before):
        visitor.turns(visitor.click, "#undo")
        assert visitor.shown["fingerprint"] == fingerprint_before
    visitor.turns(visitor.click, "#redo")
    visitor.sees_value("inputs", "Table")
