"""Tables of what a class's charts show: the rounds beside the run, and its final losses on the data seeds."""

from itertools import combinations
from typing import Any

import pytest

from tests.scripts.node import Scripts, scripts
from webapp.classes.kinds.table import PREDICTIONS
from webapp.classes.language import words_of
from webapp.classes.lesson import KINDS, TASK

ELEMENTS = """
class Plain {
  constructor(tag) { Object.assign(this, { tag, children: [], style: { setProperty() {} } }); }
  setAttribute(name, value) { Object.assign(this, { [`at-${name}`]: value }); }
  append(...children) { this.children.push(...children); }
  text() { return this.children.map((child) => (child.text ? child.text() : child)).join(""); }
}
document.createElement = (tag) => new Plain(tag);
document.createElementNS = (_, tag) => new Plain(tag);
"""
page = scripts(
    "class/kinds.js",
    "class/axis.js",
    "class/alpha.js",
    "class/hunt.js",
    "class/result.js",
    "class/wall_view.js",
    first=ELEMENTS,
)
TABLES = """
const { children } = nnbench.spokenTables(...arguments);
return children.map((table) => table.children.map((row) => row.children.map((cell) => cell.text())));
"""
ROUNDS = [{"-30": [1, 2], "-61": [0, 1]}, {"21": [3, 0]}]
LOSS = {"kind": "loss", "axis": [-60, 20]}


def tables(page: Scripts, kind: str, **shown: Any) -> Any:
    whole = {"rounds": ROUNDS, "choices": []} | shown
    return page.execute_script(TABLES, LOSS | {"kind": kind}, whole)


def test_each_kind_of_the_server_has_a_row_and_words(page: Scripts) -> None:
    words = words_of("en")
    for kind in PREDICTIONS:
        assert page.execute_script("return Boolean(nnbench.kindOf({ kind: arguments[0] }))", kind), kind
    assert {f"kind_{kind}" for kind in KINDS} <= words["editor"].keys()
    assert {f"kind_{kind}" for kind in KINDS if kind != TASK} <= words["control"].keys()


def test_a_loss_has_its_rounds_and_its_data_seeds(page: Scripts) -> None:
    rounds, seeds = tables(page, "loss", seeds=[1.02, None])
    assert rounds == [
        ["", "at_first, sure", "at_first, not_sure", "after_talking, sure", "after_talking, not_sure"],
        ["below_loss", "0", "1", "0", "0"],
        ["0.0316", "1", "2", "0", "0"],
        ["it_diverges", "0", "0", "3", "0"],
    ]
    assert seeds == [["", "final_loss"], ["data_seed", "1.02"], ["data_seed", "it_diverges"]]
    assert tables(page, "loss", rounds=[], seeds=[1.02]) == [seeds[:2]]


def test_choices_have_a_row_each_and_a_round_that_nobody_answered_has_no_column(page: Scripts) -> None:
    (rounds,) = tables(page, "choice", rounds=[{"1": [2, 1]}, {}], choices=[{"text": "Lower"}, {"text": "Higher"}])
    assert rounds == [["", "at_first, sure", "at_first, not_sure"], ["Lower", "0", "0"], ["Higher", "2", "1"]]


def test_a_curve_has_the_median_and_the_mean_of_each_part(page: Scripts) -> None:
    votes = {",".join([str(position)] * 16): [1, 0] for position in (-40, -20, 0)}
    (parts,) = tables(page, "curve", rounds=[votes], means=[-20.0] * 15 + [21.0])
    assert parts[0] == ["", "at_first, middle", "mean_loss"]
    assert parts[1] == ["part", "0.100", "0.100"]
    assert (len(parts), parts[16][2]) == (17, "it_diverges")


@pytest.mark.parametrize("rounds", [[], [{"60": [0, 2]}]])
def test_each_alpha_has_its_final_loss(page: Scripts, rounds: list[dict[str, list[int]]]) -> None:
    (alphas,) = tables(page, "alpha", rounds=rounds, finals=[0.5] * 60 + [None])
    assert alphas[1] == ["α 0.001", *["0"] * (2 * len(rounds)), "0.500"]
    assert alphas[61] == ["α 1", *(["0", "2"] if rounds else []), "it_diverges"]


LABEL = """
const ask = { alpha: 0.1, before: 2, axis: [-60, 20], curve: [1, 1] }, shown = { happened: ["Told."], finals: [1] };
return nnbench.kindOf({ kind: "alpha" }).chart(ask, shown, [])["at-aria-label"];
"""


def test_the_chart_of_alphas_says_whose_loss_stands_last(page: Scripts) -> None:
    assert page.execute_script(LABEL) == "Told. alpha_before"


RESULT = """
const box = document.createElement("div"), replaceChildren = (...all) => (box.children = all);
Object.assign(box, { replaceChildren, scrollHeight: 1, clientHeight: 1, scrollWidth: 1, clientWidth: 1 });
const ask = { kind: "choice", before: 1 }, shown = { truth: 0, choices: [], rounds: [], said: "", result: "!" };
nnbench.showWall(box, { phase: "reveal", ask, shown: { ...shown, ...arguments[0] }, code: "KXWPRT" }, { base: "" });
const found = (one) => (one?.tag === "span" ? [one["at-class"]] : (one?.children ?? []).flatMap(found));
return found(box.children[1]);
"""


def test_a_result_that_diverges_is_red_on_the_wall_whatever_was_asked(page: Scripts) -> None:
    assert page.execute_script(RESULT, {"diverged": 30}) == ["bad"]
    assert page.execute_script(RESULT, {"diverged": None}) == ["now"]
    assert page.execute_script(RESULT, {}) == ["now"]


@pytest.mark.parametrize(("decades", "names"), [(4, 5), (8, 9), (38, 20)])
def test_an_axis_of_many_decades_has_no_more_names_than_fit(decades: int, names: int, page: Scripts) -> None:
    draws = """
const { frame } = nnbench.lossAxis([-20 * arguments[0], 0], { width: 400, height: 400 });
return frame.filter(({ tag }) => tag === "text").length - 2;
"""
    assert page.execute_script(draws, decades) == names


@pytest.mark.parametrize(("finals", "ends"), [([0.5, None, 20.0], [-20, 40]), ([0.0, 0.0, None], [0, 20])])
def test_the_axis_of_final_losses_has_ends_where_each_is_0_too(
    finals: list[float | None], ends: list[int], page: Scripts
) -> None:
    assert page.execute_script("return nnbench.alphaEnds({ finals: arguments[0] })", finals) == ends


NAMES = """
const [kind, diverged, ...values] = arguments;
Object.assign(document, { documentElement: { clientWidth: 390 } });
Object.assign(globalThis, { innerHeight: 844, window: globalThis });
const ask = { kind, alpha: 0.1, axis: [-60, 20], before: 1, curve: [1, 1], samples: 300 };
const told = { diverged, happened: [], curve: [1, 1], truth: 5, choices: [], rounds: [], twins: [] };
const shown = { ...told, finals: Array(61).fill(1) };
const all = (one) => (one.children ? [one, ...one.children.flatMap(all)] : []);
const found = nnbench.resultView(ask, shown, values.map((value) => [value, true])).flatMap(all);
return found.filter((one) => /^name/.test(one["at-class"])).map((one) => [one.text(), one["at-y"]]);
"""


@pytest.mark.parametrize("kind", ["loss", "alpha"])
@pytest.mark.parametrize("values", [(20, 20), (20, 21), (21, 20), (14, 12), (17, 11)])
def test_the_names_of_two_predictions_that_are_close_and_of_the_run_stand_apart(
    kind: str, values: tuple[int, int], page: Scripts
) -> None:
    names = page.execute_script(NAMES, kind, None, *values)
    assert [name for name, _ in names] == ["first", "then", "this_run"][: 3 if kind == "loss" else 2]
    lost = page.execute_script(NAMES, kind, 30, *values)
    for (_, height), (_, other) in [*combinations(names, 2), *combinations(lost, 2)]:
        assert abs(float(height) - float(other)) >= 16


SEEDS = """
const ask = { axis: [-60, 20], before: 1, curve: [1, 1], samples: 300 }, room = { width: 1200, height: 430, unit: 14 };
const shown = { rounds: [], curve: [1, 1], truth: 1, seeds: Array(32).fill(1) };
const { children } = nnbench.kindOf({ kind: "loss" }).reveal(ask, shown, room);
return children.filter((one) => one["at-class"] === "seed").map((dot) => dot["at-cx"]);
"""


def test_data_seeds_that_all_end_alike_stay_on_the_wall(page: Scripts) -> None:
    across = [float(place) for place in page.execute_script(SEEDS)]
    assert len({*across}) == 32
    assert max(across) <= 1200


LOST = """
const ask = { axis: [-60, 20], before: 1, curve: [1, null], samples: 300 };
const room = { width: 1200, height: 430, unit: 14 };
const { children } = nnbench.kindOf({ kind: "curve" }).reveal(ask, { rounds: [], curve: [1, null], truth: null }, room);
return children.filter((one) => /^name/.test(one["at-class"])).map((one) => [one["at-class"], one.text()]);
"""


def test_a_curve_that_diverges_is_told_in_red_with_its_word(page: Scripts) -> None:
    assert page.execute_script(LOST) == [["name bad", "× diverges"]]


ENDS = """
const [kind, before, samples, diverged] = arguments, curve = [1, 1];
const ask = { kind, axis: [-60, 20], before: 1, curve, samples: before };
const shown = { rounds: [], curve, samples, truth: diverged === null ? 1 : null, diverged, seeds: [] };
const { children } = nnbench.kindOf(ask).reveal(ask, shown, { width: 1000, height: 430, unit: 10 });
const line = (name) => children.find((one) => one["at-class"] === `line ${name}`)["at-d"].match(/L([0-9.]+)/)[1];
const bad = children.find((one) => one["at-class"] === "name bad") ?? {};
const width = kind === "loss" ? 330 : 1000 - 54 - 130;
return [line("before"), line("now"), bad["at-x"] ?? 0].map((x) => (Number(x) - 54) / width);
"""


@pytest.mark.parametrize(("before", "now"), [(100, 20), (34, 340), (60, 60)])
def test_runs_of_other_lengths_end_at_their_own_samples(before: int, now: int, page: Scripts) -> None:
    whole = max(before, now)
    for kind in ("loss", "curve"):
        ends = page.execute_script(ENDS, kind, before, now, None if kind == "curve" else 10)
        assert ends[:2] == pytest.approx([before / whole, now / whole], abs=0.001)
    assert page.execute_script(ENDS, "loss", before, now, 10)[2] == pytest.approx(10 / whole, abs=0.02)


HEIGHTS = """
const axis = nnbench.lossAxis([-60, 20], { width: 400, height: 400 });
return [...arguments].map((loss) => nnbench.lossY(axis, loss)).map((y) => [y - axis.top, y - axis.bottom]);
"""


def test_a_finite_loss_above_the_axis_does_not_look_like_divergence_and_0_is_below_it(page: Scripts) -> None:
    above, lost, nothing, less = page.execute_script(HEIGHTS, 40, None, 0, 1e-9)
    assert above[0] == 0 > lost[0]
    assert nothing[1] == less[1] > 0


@pytest.mark.parametrize(("low", "high", "marks"), [
    (-0.96, 0.08, [0.2, 0.5, 1]),
    (-0.56, -0.43, [0.28, 0.3, 0.32, 0.34, 0.36]),
    (0.01, 0.11, [1.1, 1.2]),
    (-3.2, 0.1, [0.001, 0.01, 0.1, 1]),
    (-20.05, 0.05, [1e-18, 1e-15, 1e-12, 1e-9, 1e-6, 1e-3, 1]),
])  # fmt: skip
def test_an_axis_of_a_board_names_a_few_losses(low: float, high: float, marks: list[float], page: Scripts) -> None:
    assert page.call("marksBetween", low, high) == marks


WALL_NAMES = """
const [before, truth] = arguments, ask = { axis: [-60, 20], before, curve: [1, 1], samples: 300 };
const shown = { rounds: [], curve: [1, 1], truth, seeds: [] }, room = { width: 1000, height: 600, unit: 16 };
const { children } = nnbench.kindOf({ kind: "loss" }).reveal(ask, shown, room);
return ["label", "name now"].map((kind) => children.findLast((one) => one["at-class"] === kind)["at-y"]);
"""


@pytest.mark.parametrize(("before", "now"), [(0, 0), (0.001, 0.001), (1, 0.6), (1, 1)])
def test_on_the_wall_the_names_of_both_final_losses_stand_apart(before: float, now: float, page: Scripts) -> None:
    first, then = page.execute_script(WALL_NAMES, before, now)
    assert abs(float(first) - float(then)) >= 16


BOARD = """
const box = document.createElement("div"), [rows] = arguments, replaceChildren = (...all) => (box.children = all);
Object.assign(box, { replaceChildren, scrollHeight: 1, clientHeight: 1, scrollWidth: 1, clientWidth: 1 });
const shown = { rows, points: [], count: rows.length, sentence: "", luck_words: "", proof: "" };
nnbench.showWall(box, { phase: "reveal", ask: { kind: "hunt" }, shown, code: "KXWPRT" }, { base: "" });
const tables = ({ tag, children = [] }) => (tag === "table") + children.reduce((sum, one) => sum + tables(one), 0);
return tables(box);
"""


def test_a_board_without_runs_has_no_table(page: Scripts) -> None:
    row = {"place": 1, "seat": 2, "knobs": {"alpha": "0.1"}, "own": 0.2, "median": None}
    assert page.execute_script(BOARD, [row]) == 1
    assert page.execute_script(BOARD, []) == 0
