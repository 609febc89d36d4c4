"""Pinned runs are sorted by the numbers that the table says of them."""

import pytest

from tests.scripts.node import Scripts, scripts

page = scripts("tables/run_columns.js", "tables/data_columns.js", "model/run_differences.js", "core/state.js")
SORTED = """
const [head, texts] = arguments;
const run = (text) => ({ summary: {}, said: { scores: [["Right", text]], last: text } });
const rows = texts.map((text) => ({ run: run(text) }));
const column = nnbench.columnsOf(rows).find((one) => one.head === head);
return nnbench.sorted(rows, column, false).map(({ run: { said } }) => said.last);
"""


@pytest.mark.parametrize(("head", "in_order"), [
    ("Right or R²", ["—", "9.5 %", "62.0 %", "97.1 %", "100.0 %"]),
    ("Right or R²", ["9 of 206", "80 of 206", "201 of 206"]),
    ("Right or R²", ["—", "−1.20", "−0.30", "0.05", "0.86"]),
    ("Last loss", ["3.12 × 10⁻⁷", "0.0334", "12,300", "1.01 × 10⁶", "not a number"]),
])  # fmt: skip
def test_rows_go_from_the_lowest_number_to_the_highest(page: Scripts, head: str, in_order: list[str]) -> None:
    assert page.execute_script(SORTED, head, in_order[1::2] + in_order[::2]) == in_order
    assert page.execute_script(SORTED, head, in_order[::-1]) == in_order


FILE = """
const [learned, held] = arguments, weights = { kind: "drawn", seed: 1, scheme: "normal" };
const said = { scores: [["Right", learned], ["held out", held]], last: "1", max: "1", potential: "0" };
const summary = { fingerprint: "00000000", diverged_at: null };
const run = { summary, said, about: { network: "", title: "" }, experiment: { layers: [], weights } };
const [heads, values] = nnbench.tableAsCsv([{ letter: "A", run }]).split("\\r\\n").map((line) => line.split(","));
return values.slice(heads.indexOf("Final loss") + 1, heads.indexOf("Diverges at step") + 1);
"""


@pytest.mark.parametrize(
    ("learned", "held", "written"),
    [("−1,016", "0.86", ["-1016", "0.86"]), ("97.1 %", "201 of 206", ["97.1 %", "201 of 206"]), ("—", "", ["—", ""])],
)
def test_scores_that_are_numbers_are_numbers_in_the_file(
    page: Scripts, learned: str, held: str, written: list[str]
) -> None:
    assert page.execute_script(FILE, learned, held)[:2] == written


NAMED = """
const weights = { kind: "drawn", seed: 1, scheme: "normal" }, summary = { fingerprint: "00000000", diverged_at: null };
const run = { summary, said: { scores: [], last: "1", max: "1", potential: "0" }, about: {}, experiment: { weights } };
return arguments[0].map((name) => nnbench.tableAsCsv([{ letter: "A", name, run }]).split("\\r\\n")[1].split(",")[0]);
"""


def test_no_name_is_a_formula_in_the_file(page: Scripts) -> None:
    names = ["=1+1", "@sum", "-x", "-0.5", "+1e3", "wide"]
    assert page.execute_script(NAMED, names) == ["'=1+1", "'@sum", "'-x", "-0.5", "+1e3", "wide"]


EXACT = """
const weights = { kind: "drawn", seed: 1, scheme: "normal" }, words = { last: "0.107", max: "∞", potential: "2.24" };
const rows = [undefined, { last: 0.10652341, max: null, potential: 2.2394041 }].map((exact) => {
  const summary = { fingerprint: "00000000", diverged_at: null };
  return { letter: "A", run: { summary, said: { ...words, exact }, about: {}, experiment: { layers: [], weights } } };
});
const [, ...lines] = nnbench.tableAsCsv(rows).trim().split("\\r\\n").map((line) => line.split(","));
return lines.map((line) => line.slice(-4, -1));
"""


def test_losses_in_the_file_have_every_digit_and_those_of_a_run_kept_before_have_what_was_said(page: Scripts) -> None:
    expected = [["0.107", "", "2.24"], ["0.10652341", "", "2.2394041"]]
    assert page.execute_script(EXACT) == expected


DIFFERS = """
const weights = { kind: "drawn", seed: 1, scheme: "normal" }, experiment = { layers: [], weights };
const [one, other] = [...arguments].map((distinct) => ({ about: { title: "" }, summary: { distinct }, experiment }));
nnbench.state.shown = { frame: { ideals: [], inputs: [] } };
return [nnbench.differenceWords(one, other), nnbench.differenceWords(other, one)];
"""


def test_samples_that_are_all_distinct_are_not_said_to_be_none(page: Scripts) -> None:
    assert page.execute_script(DIFFERS, None, 10) == ["distinct all", "distinct 10"]


SPLIT = """
nnbench.state.shown = { frame: { strip: { layers: [] } } };
return nnbench.splitWords({ inputs: ["v0"], outputs: ["y0"], classes: false, split: arguments[0] });
"""


@pytest.mark.parametrize(
    ("split", "end"),
    [([1, 0, 0], "scaled. The row is for learning."), ([2, 0, 0], "scaled. All 2 rows are for learning.")],
)
def test_the_rows_of_a_table_without_a_split_are_all_learned(page: Scripts, split: list[int], end: str) -> None:
    assert page.execute_script(SPLIT, split).endswith(end)
