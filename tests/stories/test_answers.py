"""The answers to the rows of a table: a matrix of classes, predicted against true numbers, and names everywhere."""

from collections.abc import Iterator

import numpy as np
import pytest
from selenium.webdriver.common.keys import Keys

from engine import CATALOGUE, run, scores
from engine.scoring.answers import row_answers
from tests.stories.conftest import DESK, look
from tests.stories.visitor import Visitor

COUNTS = """
const rows = [...document.querySelectorAll('.confusion tbody tr')];
return rows.map((row) => [...row.querySelectorAll('button')].map(({ textContent }) => Number(textContent) || 0));
"""
NOTES = "return document.querySelector('.answer-notes')?.innerText.replace(/\\s+/g, ' ') ?? ''"
LISTED = "return [...document.querySelectorAll('.answer-rows button b')].map(({ textContent }) => textContent)"
IMPRINT = """
const shown = [...document.querySelectorAll('.imprint > div')].filter((part) => part.checkVisibility());
return Object.fromEntries(shown.map((part) => [part.children[0].textContent, part.children[1].textContent]));
"""
FINDING = """
const figure = document.querySelector('#output .answers-figure');
return document.getElementById(figure.getAttribute('aria-describedby')?.split(' ')[0])?.textContent ?? '';
"""
PRESSED = """
window.pressed = [...document.querySelectorAll('.answer-notes .choices button, #response-axes select')];
if (pressed.length !== 4) throw Error(`4 controls are expected, not ${pressed.length}`);
nnbench.moveCursor(30);
"""
"""Another step of the run comes while its controls are used."""
NAMES = "return [...document.querySelectorAll('#weight-names span')].map(({ textContent }) => textContent)"
PENGUINS = CATALOGUE["penguins"].experiment


@pytest.fixture(autouse=True)
def on_the_stage(visitor: Visitor) -> Iterator[None]:
    look(visitor.driver, *DESK)
    visitor.click("#view-output")
    visitor.js("Object.assign(nnbench.state, { answerSet: 'held-out', openCell: null }); nnbench.probeInput(null)")
    yield
    visitor.js("nnbench.moveCursor(Infinity); nnbench.probeInput(null)")
    look(visitor.driver, *DESK)


def counts(name: str, step: int | None = None) -> list[list[int]]:
    made = run(PENGUINS, PENGUINS.network(), step=step)
    found = scores(PENGUINS, made.at_step)
    part = found.learned if name == "learned" else found.held_out
    assert part is not None
    assert part.confusion is not None
    return [list(row) for row in part.confusion]


def sees_counts(visitor: Visitor, wanted: list[list[int]]) -> None:
    visitor.until(f"return JSON.stringify((() => {{ {COUNTS} }})()) === arguments[0]", str(wanted).replace(" ", ""))


def test_classes_are_a_matrix_whose_cells_open_their_rows_and_a_row_goes_to_the_probe(visitor: Visitor) -> None:
    visitor.begins("penguins")
    sees_counts(visitor, counts("held-out"))
    assert {"Right": "204 of 206", "held out": "67 of 68"}.items() <= visitor.js(IMPRINT).items()
    assert "Held-out loss" not in visitor.js(IMPRINT)
    assert "98.5 %" in visitor.js(NOTES)
    assert "One answer for all: 27 of 68" in visitor.js(NOTES)
    visitor.until(f"return (() => {{ {FINDING} }})().startsWith('67 of 68 held-out rows are answered right.')")
    visitor.click("[data-control=set-learned]")
    sees_counts(visitor, counts("learned"))
    visitor.click(".confusion [data-at='1,0']")
    visitor.until(f"return (() => {{ {LISTED} }})().length === 4")
    learned, _ = row_answers(PENGUINS, run(PENGUINS, PENGUINS.network()).trained)
    rows = [int(learned.rows[place]) + 1 for place in learned.of_cell(1, 0)]
    assert visitor.js(LISTED)[0] == f"Row {rows[0]}"
    visitor.click(f"[data-control='row-{rows[0]}']")
    visitor.until(
        "return document.querySelector('label[for=probe-own]').textContent === arguments[0]", f"Row {rows[0]}"
    )
    visitor.until("return nnbench.state.ownInput !== null && document.querySelector('#probe-flow .loss') !== null")
    table = PENGUINS.table
    assert table is not None
    assert np.allclose(visitor.js("return nnbench.state.ownInput"), table.arrays[0][rows[0] - 1], rtol=0, atol=0)
    visitor.until("return location.search.includes('set=learned&cell=Chinstrap%3AAdelie&row=' + arguments[0])", rows[0])
    visitor.one(f"[data-control='row-{rows[0]}']").send_keys(Keys.ESCAPE)
    visitor.until("return nnbench.state.openRow === null && nnbench.state.ownInput === null")


def test_answers_are_those_of_the_step_and_follow_a_turned_knob(visitor: Visitor) -> None:
    visitor.begins("penguins")
    early = counts("held-out", 30)
    assert early != counts("held-out")
    sees_counts(visitor, counts("held-out"))
    visitor.js(PRESSED)
    sees_counts(visitor, early)
    assert visitor.js("return pressed.every((control) => control.isConnected)"), "what is pressed hears its click"
    visitor.js("nnbench.moveCursor(Infinity)")
    with visitor.turning():
        visitor.types("alpha-field", "0.0001")
    visitor.until("return document.getElementById('read-held-score').textContent !== '67 of 68'")
    flat = CATALOGUE["penguins"].experiment.replace_unchecked(alpha=0.0001)
    found = scores(flat, run(flat, flat.network()).trained).held_out
    assert found is not None
    assert visitor.text("read-held-score") == f"{found.right} of 68"
    assert found.confusion is not None
    sees_counts(visitor, [list(row) for row in found.confusion])


def test_arrows_go_from_cell_to_cell_and_enter_opens_one(visitor: Visitor) -> None:
    visitor.begins("penguins")
    sees_counts(visitor, counts("held-out"))
    visitor.js("document.querySelector('.confusion button').focus()")
    visitor.presses(
        Keys.ARROW_DOWN, Keys.ARROW_RIGHT, Keys.ARROW_RIGHT, Keys.ARROW_RIGHT, Keys.ARROW_LEFT, Keys.ARROW_LEFT
    )
    found = visitor.js("return document.activeElement.getAttribute('aria-label')")
    assert found == "Chinstrap answered Adelie: 1 of 15"
    visitor.presses(Keys.ENTER)
    visitor.until("return String(nnbench.state.openCell) === '1,0'")
    visitor.presses(Keys.ESCAPE)
    visitor.until("return nnbench.state.openCell === null")


def test_numbers_stand_against_what_is_true_and_the_farthest_row_is_chosen_by_key(visitor: Visitor) -> None:
    visitor.begins("cars")
    visitor.until("return document.querySelectorAll('.answer-rows button').length === 5")
    assert {"R²": "0.86", "held out": "0.90"}.items() <= visitor.js(IMPRINT).items()
    notes = visitor.js(NOTES)
    assert "Mean error 2.2 mpg learned, 1.9 held out; one answer for all: 6.5" in notes
    visitor.js("document.querySelector('.scatter-plot').focus()")
    visitor.presses(Keys.ARROW_RIGHT)
    cars = CATALOGUE["cars"].experiment.table
    assert cars is not None
    rows = np.concatenate([cars.rows.learned, cars.rows.held_out])
    lowest = cars.table.arrays[1][rows, 0].min()
    row = visitor.until("return nnbench.state.openRow")
    assert cars.table.targets[row - 1] == (lowest,)
    visitor.until(f"return (() => {{ {NOTES} }})().includes('Row {row} true')")


def test_names_stand_for_letters_and_each_axis_has_the_range_of_its_column(visitor: Visitor) -> None:
    visitor.begins("penguins")
    visitor.until(f"return (() => {{ {NAMES} }})().length > 5")
    names = [name.replace("\u00ad", "") for name in visitor.js(NAMES)]
    assert names[:5] == ["bias", "bill length", "bill depth", "flipper length", "body mass"]
    assert names[-3:] == ["Adelie", "Chinstrap", "Gentoo"]
    ports = "return [...document.querySelectorAll('.port .label')].map(({ textContent }) => textContent)"
    assert visitor.js(ports) == ["4 columns", "3 classes"]
    visitor.click("#output-form [data-form=plane]")
    visitor.until("return document.querySelector('[data-control=two-inputs]') !== null")
    visitor.click("[data-control=two-inputs]")
    visitor.until("return document.querySelector('.tick.across.middle')?.textContent === 'bill length (mm)'")
    X = PENGUINS.table.table.arrays[0] if PENGUINS.table else np.zeros((1, 1))
    shown = [
        float(visitor.js(f"return document.querySelector('.tick.across.{end}').textContent")) for end in ("low", "high")
    ]
    assert PENGUINS.rows is not None
    open_rows = np.concatenate(PENGUINS.rows[:2])
    low, high = X[open_rows, 0].min(), X[open_rows, 0].max()
    past = 0.05 * (high - low)
    assert shown == pytest.approx([low - past, high + past], rel=5e-3)
    visitor.until("return location.search.includes('stage=map')")
    visitor.click("#view-loss")
    visitor.turns(visitor.selects, "#response-axes select", "2")
    visitor.click("#view-output")
    visitor.until("return document.querySelector('.tick.across.middle').textContent === 'flipper length (mm)'")
    assert visitor.js("return [...document.querySelectorAll('#output .axes select')].map((e) => e.value)") == ["2", "1"]
    visitor.turns(visitor.selects, "#output .axes select", "0")
    visitor.click("#output-form [data-form=answers]")
    visitor.until("return document.querySelector('.confusion') !== null")
    visitor.begins("circle")
    visitor.until("return document.getElementById('output-form').hidden && !location.search.includes('stage=')")


@pytest.mark.soak
def test_a_link_opens_a_cell_and_a_row(visitor: Visitor) -> None:
    visitor.open("?experiment=penguins&view=output&set=learned&cell=Chinstrap:Adelie&row=295")
    visitor.until(f"return (() => {{ {LISTED} }})()[0] === 'Row 295'")
    visitor.until("return document.querySelector('label[for=probe-own]')?.textContent === 'Row 295'")
    assert visitor.js("return document.querySelector('.confusion [aria-pressed=true]').dataset.at") == "1,0"


def test_lines_go_along_an_input_and_a_row_of_them_is_looked_at(visitor: Visitor) -> None:
    visitor.begins("penguins")
    visitor.click("#output-form [data-form=lines]")
    visitor.until("return document.querySelector('.lines-plot canvas') !== null")
    visitor.until("return location.search.includes('stage=lines&along=bill%20length')")
    visitor.js("document.querySelector('.lines-plot').focus()")
    visitor.presses(Keys.ARROW_RIGHT)
    row = visitor.until("return nnbench.state.openRow")
    visitor.until(f"return (() => {{ {NOTES} }})().includes('Row {row}, ')")
    visitor.selects("[data-control=menu-Along]", "2")
    visitor.until("return document.querySelector('.scatter-across').textContent === 'flipper length (mm)'")
    visitor.until(f"return (() => {{ {FINDING} }})().startsWith('31 rows along flipper length: Adelie changes by ')")
    visitor.js("document.querySelector('.lines-plot').focus()")
    visitor.presses(Keys.ESCAPE)
    visitor.until("return nnbench.state.openRow === null")
    visitor.click("#output-form [data-form=answers]")
    visitor.until("return document.querySelector('.confusion') !== null && !location.search.includes('along=')")


def test_the_name_of_the_curves_axis_is_a_menu_for_what_is_right_along_the_run(visitor: Visitor) -> None:
    ends = (
        "return [...document.querySelectorAll('.score-lines :is(.end-now, .end-held)')].map((text) => text.textContent)"
    )
    visitor.begins("penguins")
    visitor.click("#view-loss")
    visitor.until("return document.querySelector('.axis-menu')?.value === 'loss'")
    visitor.selects(".axis-menu", "right")
    visitor.until(f"return (() => {{ {ends} }})().join() === 'learned 99 %,held out 98.5 %'")
    visitor.until("return location.search.includes('&measure=right')")
    assert not visitor.one("#loss-picture").is_displayed()
    visitor.turns(visitor.types, "alpha-field", "0.2")
    visitor.until(f"return (() => {{ {ends} }})()[0] === 'learned 99.5 %'")
    assert visitor.js("return document.querySelector('.score-lines .earlier').getAttribute('d').length") > 100
    visitor.begins("cars")
    visitor.until(f"return (() => {{ {ends} }})().join() === 'learned 0.86,held out 0.90'")
    assert visitor.js("return document.querySelector('.score-lines .earlier') === null"), "of another experiment"
    visitor.begins("penguins")
    visitor.selects(".axis-menu", "loss")
    visitor.until("return !document.querySelector('.score-lines') && !location.search.includes('measure')")
    assert visitor.one("#loss-picture").is_displayed()
    visitor.begins("circle")
    visitor.until("return !document.querySelector('.axis-menu')")
    visitor.click("#view-output")


def test_a_page_says_that_the_server_compiles_and_asks_again(visitor: Visitor, monkeypatch: pytest.MonkeyPatch) -> None:
    with monkeypatch.context() as compiling:
        compiling.setattr("engine.kernel.ready", lambda **_: False)
        visitor.open("?experiment=iris&view=output&stage=lines")
        visitor.reads(".answers-none", "The rows come by themselves")
    visitor.until("return document.querySelector('.lines-plot canvas')", patience=20.0)


OTHER_CLASSES = """
const { state } = nnbench, { shown } = state;
const response = { ...shown.frame.response, rows: 10 };
state.shown = { ...shown, frame: { ...shown.frame, name: 'other', response } };
document.querySelector('#output-form [data-form=answers]').click();
state.shown = shown;
"""


def test_rows_of_another_table_wait_until_its_answers_have_come(visitor: Visitor) -> None:
    visitor.follows("?experiment=iris&view=output")
    visitor.click("#output-form [data-form=lines]")
    visitor.until("return document.querySelector('.lines-plot canvas')")
    visitor.begins("penguins")
    visitor.until("return document.querySelectorAll('.confusion tbody tr').length === 3")
    visitor.js(OTHER_CLASSES)
    assert visitor.js("return document.querySelectorAll('.confusion tbody tr').length") == 3
    assert visitor.console() == []
