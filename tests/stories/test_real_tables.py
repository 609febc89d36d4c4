"""Real tables: the Table fold, a look at the test rows, and the columns of a CSV of one's own."""

import re
from dataclasses import replace

import numpy as np
import pytest
from selenium.webdriver.common.keys import Keys

from engine import CATALOGUE, look_at_test, run
from tests.engine.asserting import known
from tests.stories.conftest import DESK, look
from tests.stories.visitor import Visitor
from webapp.base.format import column_number, grouped

BAR = "return document.getElementById('split-bar').innerText.replace(/\\s+/g, ' ').trim()"
DROPPED = """
const dataTransfer = new DataTransfer();
dataTransfer.items.add(new File([arguments[0]], 'birds.csv', { type: 'text/csv' }));
document.dispatchEvent(new DragEvent('drop', { dataTransfer, bubbles: true, cancelable: true }));
"""
COLUMNS = """
return [...document.querySelectorAll('#facts-columns tbody tr')].map((row) => [
  row.querySelector('th').textContent, row.querySelector('select').value,
  row.cells[4].querySelector('input')?.value ?? '',
].join('|'));
"""
PENGUINS, CARS = CATALOGUE["penguins"].experiment, CATALOGUE["cars"].experiment


def birds() -> str:
    """A German CSV: semicolons, decimal commas, a class as text, a row without a number."""
    rows = [
        f"{'Meise' if k % 2 else 'Fink'};{k % 7 + (6 if k % 2 else 0)},5;{1000 + 400 * (k % 3)};Nr {k}"
        for k in range(40)
    ]
    return "\n".join(["art;länge_mm;gewicht_g;ring", *rows, "Fink;NA;1200;Nr 41"])


@pytest.fixture
def penguins(stranger: Visitor) -> Visitor:
    """Somebody who has come by the link of the penguins, on a page of their own: it counts a table's runs as long as it
    is open."""
    stranger.open("?experiment=penguins&view=loss")
    return stranger


def test_a_table_is_split_and_scaled_and_its_test_rows_are_looked_at_once(penguins: Visitor) -> None:
    assert penguins.sentence == "After 1,000 samples the final loss is 0.0514. It answers 67 of 68 held-out rows right."
    penguins.until(f"{BAR} === '206 learned 68 held out 68 test, closed'")
    assert penguins.js("return document.querySelector('#knob-target summary b').textContent") == "Table"
    penguins.turns(penguins.types, "alpha-field", "0.05")
    assert penguins.sentence.endswith("Held-out rows right: 68 of 68, before 67.")
    penguins.click("#test-rows")
    assert "After that they are no test any more." in penguins.js(BAR)
    penguins.click("#split-look")
    turned = run(PENGUINS, PENGUINS.network())
    assert look_at_test(PENGUINS, turned.trained).rows == 68
    penguins.until("return document.querySelector('#split-bar [role=status]') !== null")
    said = penguins.js("return document.querySelector('#split-bar [role=status]').textContent")
    assert said == "Test: 68 of 68 right; held out 68 of 68 right, chosen among 2 runs."
    penguins.until("return location.search.includes('looks=1')")
    penguins.turns(penguins.types, "alpha-field", "0.02")
    assert penguins.js("return document.querySelector('#split-bar [role=status]')") is None
    assert "68 test, looked at once" in penguins.js(BAR)
    penguins.turns(penguins.js, "nnbench.turnKnobs({ without: '2' })")
    penguins.until(f"{BAR}.startsWith('205 of 206 learned 68 held out 68 test')")
    penguins.opens("circle")
    penguins.opens("penguins")
    assert "68 test, looked at once" in penguins.js(BAR), "a table that one comes back to is not closed again"


OWN_INPUT = "[...document.querySelectorAll('#probe-flow input')].map((field) => field.value)"


def test_an_own_input_is_typed_in_the_numbers_of_the_table_and_so_is_its_answer(beginner: Visitor) -> None:
    beginner.follows("?experiment=cars&view=output")
    beginner.js("document.getElementById('at-probe').scrollIntoView()")
    beginner.click("#probe-own")
    beginner.until(f"return {OWN_INPUT}.join() === '4,81,60,1760,16.1,81'")
    says = beginner.text("probe-says")
    beginner.replaces(beginner.one("#probe-flow input"), "8" + Keys.TAB)
    beginner.reads("#probe-says", " mpg. No target", start="The answer is miles per gallon ")
    assert beginner.text("probe-says") != says
    scale = known(known(CARS.table).scales[0])
    kept = beginner.js("return nnbench.state.ownInput")
    assert scale.offset + scale.size * np.array(kept) == pytest.approx([8, 81, 60, 1760, 16.1, 81])
    beginner.replaces(beginner.one("#probe-flow input"), "heavy" + Keys.TAB)
    beginner.sees("probe-says", "An input is a number, such as 8.")
    for seed in ("7", "3"):
        beginner.turns(beginner.types, "seed-field", seed)
        beginner.until(f"return {OWN_INPUT}.join() === '8,81,60,1760,16.1,81'")
    beginner.click("#probe-sample")
    beginner.rests()


FIELDS = """
const fields = [...document.querySelectorAll('#probe-flow input')].filter((field) => field.offsetHeight >= 20
  && field.scrollWidth <= field.clientWidth);
return fields.map((field) => field.parentElement.querySelector('small').title);
"""


def test_more_inputs_than_twelve_have_fields_with_room_for_names_and_numbers(beginner: Visitor) -> None:
    beginner.follows("?experiment=wine&view=output")
    look(beginner.driver, 1280, 720)
    beginner.js("document.getElementById('at-probe').scrollIntoView()")
    beginner.click("#probe-own")
    beginner.until("return document.querySelectorAll('#probe-flow input').length === 13")
    beginner.replaces(beginner.one("#probe-flow input"), "14230000.25" + Keys.TAB)
    beginner.until("return document.querySelector('#probe-flow input').style.getPropertyValue('--long') === '11'")
    names = known(known(CATALOGUE["wine"].experiment.table).table.names)
    assert tuple(beginner.js(FIELDS)) == names[0]
    look(beginner.driver, *DESK)
    beginner.click("#probe-sample")
    beginner.rests()


def test_names_and_ends_of_colours_follow_the_scaling(beginner: Visitor) -> None:
    beginner.follows("?experiment=cars&view=output")
    beginner.click("#output-form [data-form=plane]")
    beginner.until("return document.querySelector('.colour-scale .ends span')?.textContent === '2.26'")
    beginner.turns(beginner.js, "nnbench.turnKnobs({ scaling: 'none' })")
    beginner.until("return document.querySelector('.colour-scale .ends span')?.textContent === '−44.6'")
    beginner.click("[data-control=two-inputs]")
    beginner.reads(".colour-scale b", start="Output miles per gallon")
    beginner.turns(beginner.js, "nnbench.turnKnobs({ scaling: 'standard' })")
    beginner.reads(".colour-scale b", start="Scaled output miles per gallon")
    fits(beginner, ".notes-rest")  # and the small pictures at their foot
    beginner.follows("?experiment=iris&view=output")
    beginner.click("#output-form [data-form=plane]")
    beginner.click("[data-control=two-inputs]")
    beginner.until("return document.querySelectorAll('.held-inputs input').length === 2")
    fits(beginner, ".notes-rest", ".held-inputs")


def fits(visitor: Visitor, *parts: str) -> None:
    """Sees that nothing of these parts of the notes is to be scrolled."""
    for size in ((1366, 768), (1280, 720), DESK):
        look(visitor.driver, *size)
        visitor.until("return innerHeight === arguments[0]", size[1])
        for css in parts:
            visitor.until(
                "const { scrollHeight, clientHeight } = document.querySelector(arguments[0]);"
                "return scrollHeight <= clientHeight", css,
            )  # fmt: skip


WHOLE = """
const pen = document.createElement('canvas').getContext('2d');
const whole = (menu) => {
  const { font, paddingLeft, paddingRight } = getComputedStyle(menu);
  pen.font = font;
  const room = menu.clientWidth - parseFloat(paddingLeft) - parseFloat(paddingRight);
  return pen.measureText(menu.selectedOptions[0].text).width <= room;
};
return [...document.querySelectorAll('.output-notes .axes select')].every(whole)
  && [...document.querySelectorAll('.held-inputs input')].every((one) => one.scrollWidth <= one.clientWidth);
"""


def test_names_of_axes_and_large_numbers_of_other_inputs_are_not_cut_on_a_small_screen(beginner: Visitor) -> None:
    beginner.follows("?experiment=cars&view=output")
    look(beginner.driver, 1280, 720)
    beginner.click("#output-form [data-form=plane]")
    beginner.click("[data-control=two-inputs]")
    beginner.until("return document.querySelectorAll('.held-inputs input').length === 4")
    answer = "const { title, value } = document.getElementById('target'); return [title, value]"
    assert beginner.js(answer) == ["miles per gallon (mpg)"] * 2
    over = "return [...document.querySelectorAll('.name-over')].map(({ title }) => title)"
    assert {"cylinders", "displacement"} < set(beginner.js(over))
    assert beginner.js("return document.querySelectorAll('.output-notes .axes select')[1].value") == "1"
    assert beginner.js("return document.querySelectorAll('.axes option:checked')[1].text") == "displacement"
    beginner.replaces(beginner.one(".held-inputs input"), "3600000" + Keys.TAB)
    beginner.until("return nnbench.state.ownInput !== null")
    beginner.until(WHOLE)
    passes = beginner.js(
        "const { title, textContent } = document.getElementById('inputs-said'); return [title, textContent]"
    )
    assert passes[0] == passes[1] != ""
    look(beginner.driver, *DESK)


def test_a_row_that_is_looked_at_is_closed_with_its_table(beginner: Visitor) -> None:
    beginner.click("#view-output")
    for count in (60, 12):
        beginner.js(DROPPED, "a;b;c;kind\n" + "\n".join(f"{k % 7};{k % 5};{k};{'fo'[k % 2]}" for k in range(count)))
        beginner.until("return document.getElementById('facts-use').checkVisibility()")
        beginner.turns(beginner.click, "#facts-use")
        if count == 60:
            beginner.click(".confusion [data-at='0,0']")
            assert re.fullmatch(r"Row \d+ (f|o) .+", beginner.one(".answer-rows button").accessible_name)
            beginner.click(".answer-rows button")
            beginner.until("return nnbench.state.openRow > 12 && nnbench.state.ownInput !== null")
            beginner.turns(beginner.js, "nnbench.changeExperiment('insert', 0, 'map')")
            assert beginner.js("return nnbench.state.openRow") > 12, "it stays for another network"
    assert beginner.js("return [nnbench.state.openRow, nnbench.state.ownInput]") == [None, None]
    beginner.until("return nnbench.probedInput().length === 3 && document.getElementById('probe-sample').checked")
    beginner.click("#view-loss")


@pytest.mark.soak
def test_rows_are_left_out_by_their_numbers_held_out_ones_wait_and_a_test_row_is_refused(penguins: Visitor) -> None:
    held_out, test = (int(rows[0]) + 1 for rows in known(PENGUINS.rows)[1:])
    penguins.unfolds("without-field")
    penguins.turns(penguins.types, "without-field", "14, 6")
    without = replace(PENGUINS, without=(6, 14))
    assert penguins.sentence.startswith("Changing what is left out from none to 6, 14")
    penguins.sees("read-run", grouped(run(without, without.network()).fingerprint))
    assert penguins.js("return document.getElementById('without-field').value") == "6,14"
    penguins.until("return decodeURIComponent(location.search).includes('without=6,14')")
    penguins.turns(penguins.types, "without-field", str(held_out))
    words = f"The data seed has chosen the held-out rows: 68 of 274, with row {held_out}, which is left out."
    assert penguins.js("return document.getElementById('held-out-says').textContent") == words
    penguins.sees("read-run", grouped(run(PENGUINS, PENGUINS.network()).fingerprint))
    penguins.types("without-field", str(test))
    penguins.sees("without-error", f"Row {test} is a test row. It cannot be left out. Still showing {held_out}.")


def test_the_columns_of_a_csv_are_used_in_two_acts_with_names_classes_and_a_split(beginner: Visitor) -> None:
    beginner.js(DROPPED, birds())
    beginner.until("return document.querySelectorAll('#facts-columns tbody tr').length === 4")
    assert beginner.js(COLUMNS) == [
        "art|classes|art", "länge_mm|input|länge (mm)", "gewicht_g|input|gewicht (g)", "ring|left out|",
    ]  # fmt: skip
    assert beginner.text("facts-stay").endswith("40 rows: 20 Fink, 20 Meise.")
    assert "The activation at the end is removed." in beginner.text("facts-split")
    beginner.selects("#facts-role-1", "answer")
    beginner.reads("#facts-split", start="1 input to 1 number")
    assert [row.split("|")[1] for row in beginner.js(COLUMNS)] == ["left out", "answer", "input", "left out"]
    beginner.selects("#facts-role-0", "classes")
    beginner.reads("#facts-split", start="2 inputs to 2 classes")
    beginner.turns(beginner.click, "#facts-use")
    beginner.until("return !document.getElementById('facts').open")
    assert beginner.sentence.startswith("Changing the samples to a table of 40 rows: the final loss is ")
    assert " of 8 held-out rows right." in beginner.sentence
    experiment = beginner.js("return nnbench.state.experiment")
    assert (experiment["scaling"], experiment["split"], experiment["loss"]) == ("standard", "seed", "cross-entropy")
    assert beginner.js("return document.getElementById('target').value") == "art, 2 classes"
    beginner.click("#open-facts")
    assert beginner.texts("#facts-rows thead th") == ["länge", "gewicht", "Fink", "Meise"]
    beginner.one("#facts-rows td input").send_keys("1")
    beginner.turns(beginner.click, "#facts-use")
    edited, before = beginner.js("return nnbench.state.experiment.inputs"), experiment["inputs"]
    assert edited["inputs"][1:] == before["inputs"][1:] != edited["inputs"][:-1]
    assert (edited["names"], edited["classes"]) == (before["names"], before["classes"])


def test_rows_are_probed_and_listed_with_the_numbers_that_they_have_in_the_table(beginner: Visitor) -> None:
    beginner.js("scrollTo(0, 0)")
    rng = np.random.RandomState(1)
    rows = [f"{1900 + 3 * k % 121};{rng.randint(1000, 9999999)};8;{rng.uniform(1000, 9e6):.2f}" for k in range(60)]
    beginner.js(DROPPED, "\n".join(["year built;people;floors;price (€)", *rows]).replace(".", ","))
    beginner.until("return document.getElementById('facts-use').checkVisibility()")
    beginner.turns(beginner.click, "#facts-use")
    beginner.until("return !document.getElementById('facts').open")
    beginner.click("#view-output")
    beginner.click("#output-form [data-form=answers]")
    beginner.reads(".output-notes p, .answer-notes p", "€ learned")
    beginner.click(".answer-rows button")
    beginner.until("return nnbench.state.openRow !== null")
    year, people, _, price = rows[beginner.js("return nnbench.state.openRow") - 1].split(";")
    beginner.js("document.getElementById('at-probe').scrollIntoView()")
    beginner.until(f"return {OWN_INPUT}.join() === arguments[0]", f"{year},{people},8")
    beginner.reads(".answer-rows button span", start=f"true {column_number(float(price))}, predicted ")
    assert beginner.texts(".answer-inputs dd")[:2] == [year, column_number(float(people))]
    assert re.search(r" error is \d,\d00,000 €\.$", beginner.sentence)
    beginner.js("document.querySelector('#output-form [data-form=plane]').click()")
    ends = "const ends = document.querySelector('.colour-scale .ends')"
    beginner.until(f"{ends}; return ends && ends.scrollWidth <= ends.clientWidth && ends.clientHeight < 30")
    assert re.fullmatch(r"\d,\d\d0,000", beginner.texts(".colour-scale .ends span")[2])
    beginner.js("document.querySelector('#output-form [data-form=lines]').click()")
    beginner.until("return document.querySelector('.lines-plot .tick-x')?.textContent === '1900'")
    beginner.js("scrollTo(0, 0)")
    beginner.click("#view-loss")


APART = """
const boxes = [...document.querySelectorAll(arguments[0])].map((one) => one.getBoundingClientRect());
return boxes.length > 0 && boxes.every((box, k) => boxes.every((other, j) =>
  k === j || box.right <= other.left || other.right <= box.left || box.bottom <= other.top || other.bottom <= box.top));
"""


def test_names_of_columns_and_classes_are_those_of_the_table_that_is_shown(beginner: Visitor) -> None:
    beginner.click("#view-output")
    for names, classes in (("length;width", ("fir", "oak")), ("speed;weight", ("car", "van"))):
        rows = "\n".join(f"{k % 7};{k % 5};{classes[k % 2]}" for k in range(40))
        beginner.js(DROPPED, f"{names};kind\n{rows}")
        beginner.until("return document.getElementById('facts-use').checkVisibility()")
        beginner.turns(beginner.click, "#facts-use")
        beginner.reads("#output figcaption b", classes[0])
        beginner.reads("#probe-flow small", start=names.split(";", maxsplit=1)[0])
    beginner.click("#view-loss")


WITHIN = """
const outer = document.querySelector(arguments[0]).getBoundingClientRect();
const inner = [...document.querySelectorAll(arguments[1])].map((one) => one.getBoundingClientRect());
return inner.length > 0 && inner.every((box) => box.left >= outer.left && box.right <= outer.right && box.width > 0);
"""


BELOW = """
const [picture, output] = ['.answers-picture', '.output'].map((one) => document.querySelector(one));
const { bottom } = picture.getBoundingClientRect();
return bottom <= output.getBoundingClientRect().bottom && picture.scrollHeight - picture.clientHeight < 90;
"""


def test_long_names_many_classes_and_columns_of_one_name_are_told_apart(beginner: Visitor) -> None:
    kinds = [f"{first}-a-rather-long-name of three words or so" for first in "abcdef"]
    rows = [f"{k % 6}.5;{k % 5};{k % 4};{k % 3};{kinds[k % 6]}" for k in range(60)]
    beginner.js(DROPPED, "\n".join([f"dup;dup;{'w' * 60};x;kind", *rows]))
    beginner.until("return document.querySelectorAll('#facts-columns tbody tr').length === 5")
    beginner.turns(beginner.click, "#facts-use")
    beginner.click("#view-output")
    beginner.until("return document.querySelector('.answer-inputs dd') !== null")
    assert beginner.js(WITHIN, ".answer-notes", ".answer-inputs dd"), "numbers stay beside a name of any length"
    assert beginner.js(BELOW), "a table of long names stays above the scrubber"
    beginner.click(".confusion [data-at='0,0']")
    named = "const head = document.querySelector('.answer-head b')?.textContent; return /^\\d+ rows?: a-a/.test(head)"
    beginner.until(named)
    assert beginner.js("return nnbench.state.experiment.inputs.names[0].slice(0, 2)") == ["dup", "dup 2"]
    beginner.click("#output-form [data-form=plane]")
    beginner.until("return document.querySelectorAll('.class-key li').length === 6")
    assert beginner.js(WITHIN, ".answer-notes", ".class-key i")
    beginner.click("#view-weights")
    beginner.until("return document.querySelector('#response .map-label.above') !== null")
    assert beginner.js(APART, "#response .map-label.above"), "titles over small squares do not run into one another"
    beginner.click("#view-loss")


def test_roles_of_which_no_table_can_be_made_are_refused_where_they_are_chosen(beginner: Visitor) -> None:
    beginner.js(DROPPED, birds())
    beginner.until("return document.querySelectorAll('#facts-columns tbody tr').length === 4")
    before = beginner.shown["fingerprint"]
    for at in (1, 2):
        beginner.selects(f"#facts-role-{at}", "left out")
    beginner.reads("#facts-error", start="There is no input here")
    beginner.click("#facts-use")
    assert beginner.js("return document.getElementById('facts').open")
    assert beginner.shown["fingerprint"] == before
    beginner.selects("#facts-role-1", "input")
    beginner.sees("facts-error", "")
    beginner.js("document.getElementById('facts').close()")
