"""A finished change is one step to undo and one ghost; undo and redo ask for the runs before and after.

The modules run in Node; a request goes nowhere and its response is made by hand.
"""

from typing import Any

import pytest

from tests.scripts.node import Scripts, scripts

page = scripts(
    "core/constants.js", "core/pacing.js", "core/signals.js", "core/state.js", "net/requests.js", "model/undo.js",
    "model/session_codec.js", "lib/storage.js",
)  # fmt: skip
START = """
const { state, queue, receive, turnKnobs, installUndo } = nnbench;
window.sent = [];
queue.send = (slot, request) => sent.push(request);
state.knobs = { alpha: 0.1, samples: 300, seed: 3, filter: 'both' };
installUndo();
nnbench.pauseDetails();
const summaryOf = ({ alpha, samples, seed }, title, network) => (
  { title, alpha, samples, seed, ideal: 'signs', inputs: 'normal', network, checkpoint: 'bb', settled: alpha }
);
const nothing = { dtype: 'f4', bdata: '' };
const line = () => ({ x: { ...nothing }, y: { ...nothing }, end: 1, samples: 300 });
const loss = () => ({ data: [{ uid: nnbench.constants.traces.line, x: { ...nothing }, y: { ...nothing } }] });
const target = { formulas: ['v0'] };
const frame = () => ({ name: 'f', strip: {}, response: { inputs: 2 }, target, drawn: { seed: 1 } });
window.answer = ({ serial, act, key, knobs, experiment, said } = sent.at(-1)) => receive({
  serial, act, key, loss: loss(), weights: {}, response: null, frame: frame(), limits: [0, 1], ghost: line(),
  experiment: { ...(experiment || { weights: { seed: 1 }, layers: [], ideal: 'signs', inputs: 'normal' }), ...knobs },
  summary: summaryOf(knobs, key, String(experiment?.layers ?? [])),
  said: said ?? { label: `α ${knobs.alpha}`, change: `α to ${knobs.alpha}` },
});
let layers = [];
window.answerAll = () => {
  for (let at = sent.findIndex(({ serial }) => queue.indexOf(serial) >= 0); !queue.idle; at += 1) {
    const { act, experiment } = sent[at];
    layers = act === 'change' ? ['frozen'] : (experiment?.layers ?? layers);
    answer({ ...sent[at], experiment: { ...experiment, layers } });
    nnbench.requestEnded.emit();
  }
};
window.turn = (alpha) => { turnKnobs({ alpha }); answer(); };
window.open = (key) => {
  nnbench.openExperiment({ key, experiment: { ...state.experiment } });
  answer();
};
state.key = 'tanh';
turn(0.1);
"""
DEPTH = "return [nnbench.state.past.length, nnbench.state.future.length, nnbench.state.ghosts.length]"


class Memory:
    """The memory of an empty page with one run."""

    def __init__(self, page: Scripts) -> None:
        self._scripts = page
        page.load()
        page.execute_script(START)

    def do(self, *steps: str) -> Any:
        """Runs these steps one after another; returns the value of the last one."""
        return self._scripts.execute_script(";".join(steps))

    @property
    def depth(self) -> tuple[int, int, int]:
        """Steps to undo, steps to redo, ghosts."""
        past, future, ghosts = self.do(DEPTH)
        return past, future, ghosts

    @property
    def alpha(self) -> float:
        """The α of the run that the next change is compared with."""
        return float(self.do("return nnbench.state.base.summary.alpha"))


@pytest.fixture
def memory(page: Scripts) -> Memory:
    return Memory(page)


TURNS = "for (let k = 1; k <= 110; k++) turn(0.1 + k / 1000)"
STEPS: list[tuple[list[str], tuple[int, int, int], float | None]] = [
    ([], (0, 0, 0), 0.1),  # the first run is no step
    (["turn(0.2)"], (1, 0, 1), 0.2),
    (["turn(0.1)", "turn(0.1)"], (0, 0, 0), 0.1),  # nor is the same one once more
    (["turn(0.2)", "turn(0.3)", "nnbench.undo()", "answer()", "turn(0.4)"], (2, 0, 2), 0.4),
    (["turn(0.2)", "turn(0.3)", "nnbench.undo()", "nnbench.undo()", "answer()", "answer()"], (0, 2, 0), 0.1),
    (["nnbench.state.held = true", "turn(0.2)", "turn(0.3)"], (0, 0, 0), 0.1),
    (["nnbench.state.held = true", "turn(0.2)", "nnbench.state.held = false", "turn(0.3)"], (1, 0, 1), 0.3),
    (["turn(0.2)", "open('spiral')"], (2, 0, 0), None),  # another experiment has no ghosts of this one
    (["turn(0.2)", "turn(0.3)", "nnbench.forgetRun(nnbench.state.ghosts[0])"], (2, 0, 1), 0.3),
    ([TURNS], (100, 0, 5), 0.21),
]
"""The calls, then the steps to undo and to redo and the ghosts after them, and α."""


@pytest.mark.parametrize(("done", "depth", "alpha"), STEPS)
def test_a_finished_change_of_the_run_is_a_step_and_a_ghost(
    memory: Memory, done: list[str], depth: tuple[int, int, int], alpha: float | None
) -> None:
    memory.do(*done)
    assert memory.depth == depth
    assert alpha is None or memory.alpha == pytest.approx(alpha)
    assert memory.do("return nnbench.state.base.ghosts.length") == depth[2]
    if done == [TURNS]:
        assert memory.do("return nnbench.state.past[0].summary.alpha") == pytest.approx(0.11), "the latest stay"


def test_a_change_that_is_held_back_is_remembered_though_a_knob_is_turned_meanwhile(memory: Memory) -> None:
    memory.do(
        "nnbench.state.asksFirst = true",
        "nnbench.changeExperiment('freeze', 0, true)",
        "answer({ ...sent.at(-1), knobs: { seed: 4 }, experiment: { layers: ['frozen'], weights: { seed: 2 } } })",
        "nnbench.turnKnobs({ alpha: 0.2 })",
        "answer({ ...sent.at(-1), experiment: {} })",
    )
    # A server that has lost the checkpoint gets it too.
    assert memory.do("nnbench.reopen()", "answer()", "return sent.at(-1).experiment.layers") == ["frozen"]
    kept = memory.do("nnbench.showWithheldRun()", "return nnbench.state.base.experiment")
    assert (kept["layers"], kept["weights"], kept["alpha"]) == (["frozen"], {"seed": 2}, 0.2)


@pytest.mark.parametrize("asks_first", [False, True])
def test_a_knob_that_is_turned_before_a_chosen_experiment_has_come_is_turned_there_and_no_other(
    memory: Memory, asks_first: bool
) -> None:
    asked = memory.do(
        f"nnbench.state.asksFirst = {str(asks_first).lower()}",
        "nnbench.turnKnobs({ seed: 8 })",
        "nnbench.chooseExperiment('circle')",
        "nnbench.turnKnobs({ alpha: 0.2 })",
        "answer({ ...sent.at(-1), knobs: { alpha: 0.5, samples: 3000, seed: 4, filter: 'both' } })",
        "return sent.at(-1).knobs",
    )
    assert (asked["alpha"], asked["samples"], asked["seed"]) == (0.2, 3000, 4)


def test_a_change_of_a_network_that_another_takes_the_place_of_is_refused_in_words(memory: Memory) -> None:
    memory.do("window.notes = []", "nnbench.noticeRaised.on((text) => notes.push(text))")
    freeze = "nnbench.changeExperiment('freeze', 0, true)"
    assert memory.do("nnbench.chooseExperiment('circle')", freeze, "answer()", "return [sent.at(-1).act, notes]") == [
        "choose", ["Another experiment is on its way, so this network was left as it is."],
    ]  # fmt: skip
    assert memory.do(freeze, "return [sent.at(-1).act, notes.length]") == ["change", 1]


def test_undo_asks_for_the_run_before_and_redo_for_the_one_after(memory: Memory) -> None:
    memory.do("turn(0.2)", "nnbench.undo()")
    assert memory.do("return sent.at(-1).act") == "open"
    assert memory.do("return sent.at(-1).experiment.alpha") == 0.1
    memory.do("answer()")
    assert (memory.depth, memory.alpha) == ((0, 1, 0), 0.1)
    memory.do("nnbench.redo()", "answer()")
    assert (memory.depth, memory.alpha) == ((1, 0, 1), 0.2)


QUICK: list[tuple[list[str], tuple[int, int, int], float]] = [
    (["nnbench.undo()", "nnbench.redo()"], (2, 0, 2), 0.3),
    (["nnbench.undo()", "answerAll()", "nnbench.redo()", "nnbench.undo()"], (1, 1, 1), 0.2),
    (["nnbench.undo()", "nnbench.turnKnobs({ alpha: 0.4 })"], (2, 0, 2), 0.4),
    (["nnbench.undo()", "nnbench.turnKnobs({ alpha: 0.4 })", "answerAll()", "nnbench.undo()"], (1, 1, 1), 0.2),
    (["nnbench.undo()", "nnbench.turnKnobs({ alpha: 0.4 })", "nnbench.undo()"], (1, 1, 1), 0.2),
    (["nnbench.turnKnobs({ alpha: 0.4 })", "nnbench.undo()", "nnbench.redo()"], (3, 0, 3), 0.4),
    (["nnbench.undo()", "nnbench.turnKnobs({ alpha: 0.4 })", "nnbench.redo()"], (2, 0, 2), 0.4),
    (["nnbench.turnKnobs({ alpha: 0.4 })", *["nnbench.undo()"] * 3, *["nnbench.redo()"] * 3], (3, 0, 3), 0.4),
    (["nnbench.turnKnobs({ alpha: 0.4 })", *["nnbench.undo()"] * 2, *["nnbench.redo()"]], (2, 0, 2), 0.3),
    (["nnbench.changeExperiment('freeze', 0, true)", "nnbench.undo()", "nnbench.undo()"], (1, 2, 1), 0.2),
    (["nnbench.changeExperiment('freeze', 0, true)", "nnbench.undo()", "nnbench.redo()"], (3, 0, 3), 0.3),
    (["nnbench.changeExperiment('freeze', 0, true)", *["nnbench.undo()"] * 5], (0, 3, 0), 0.1),
]
"""After α 0.1, 0.2 and 0.3, acts before the run of the one before them has come; the steps, the ghosts and α then."""


@pytest.mark.parametrize(("acts", "depth", "alpha"), QUICK)
def test_acts_that_follow_one_another_before_a_run_has_come_are_all_done(
    memory: Memory, acts: list[str], depth: tuple[int, int, int], alpha: float
) -> None:
    memory.do("turn(0.2)", "turn(0.3)", *acts, "answerAll()")
    assert (memory.depth, memory.alpha) == (depth, alpha)
    assert memory.do("return nnbench.state.knobs.alpha") == alpha


STEPS_OFFERED = "return [nnbench.nextSteps().undo || '', nnbench.nextSteps().redo || '', told]"


def test_undo_and_redo_are_offered_as_soon_as_the_act_before_them_is_done(memory: Memory) -> None:
    memory.do("turn(0.2)", "turn(0.3)", "window.told = 0", "nnbench.undoChanged.on(() => (told = 1))")
    last = "the last change"
    for act, undo, redo in (
        ("undo()", "α to 0.2", "α to 0.3"), ("undo()", "", "α to 0.2"), ("redo()", "α to 0.2", "α to 0.3"),
        ("turnKnobs({ alpha: 0.4 })", last, ""), ("undo()", "α to 0.2", last), ("redo()", last, ""),
    ):  # fmt: skip
        assert memory.do("told = 0", f"nnbench.{act}", STEPS_OFFERED) == [undo, redo, 1], act


def test_a_restored_run_has_the_name_and_the_ghosts_that_it_had(memory: Memory) -> None:
    memory.do("turn(0.2)", "turn(0.3)", "nnbench.undo()", "answer()")
    label, change, ghosts = memory.do(
        "const { label, change, ghosts } = nnbench.state.base; return [label, change, ghosts.length]"
    )
    assert (label, change, ghosts) == ("α 0.2", "α to 0.2", 1)
    back = "{ ...sent.at(-1), said: { label: 'back', change: 'α from 0.3' } }"
    memory.do("nnbench.redo()", "answer()", "nnbench.undo()", f"answer({back})", "turn(0.2)")
    assert memory.do("return nnbench.state.base.change") == "α to 0.2", "drawn anew"


def test_runs_that_are_no_steps_any_more_are_forgotten(memory: Memory) -> None:
    memory.do("for (let k = 1; k <= 200; k++) turn(k / 1000)")
    assert memory.do("""
    const known = new Set(), { base, past } = nnbench.state;
    const add = (run) => known.has(run) || (known.add(run), run.ghosts.forEach(add));
    [base, ...past].forEach(add);
    return [past.length, known.size];
    """) == [100, 106]


def test_with_nothing_to_undo_or_to_redo_nothing_is_asked(memory: Memory) -> None:
    memory.do("nnbench.undo()", "nnbench.redo()")
    assert memory.do("return sent.length") == 1


def without_ghosts(run: dict[str, Any]) -> dict[str, Any]:
    """The run, and of its ghosts only which they are."""
    return run | {"ghosts": [ghost["summary"] for ghost in run["ghosts"]]}


def test_a_session_is_written_and_read_without_loss(memory: Memory) -> None:
    memory.do("turn(0.2)", "turn(0.3)", "turn(0.4)", "nnbench.undo()", "answer()")
    memory.do("nnbench.state.pins = [{ letter: 'A', on: true, run: nnbench.state.past[0] }]")
    written, read = memory.do("""
    const { state: { base, past, future, pins }, packSession, unpackSession } = nnbench;
    const written = { base, past, future, pins };
    return [written, unpackSession(JSON.parse(packSession(written)))];
    """)
    assert without_ghosts(read["base"]) == without_ghosts(written["base"])
    for steps in ("past", "future"):
        assert list(map(without_ghosts, read[steps])) == list(map(without_ghosts, written[steps]))
    found = [pin | {"run": without_ghosts(pin["run"])} for pin in read["pins"]]
    assert found == [pin | {"run": without_ghosts(pin["run"])} for pin in written["pins"]]
    assert (len(read["past"]), len(read["future"]), len(read["base"]["ghosts"])) == (2, 1, 2)
    memory.do("nnbench.undo()", "answer()", "nnbench.undo()", "answer()")
    first = memory.do("return nnbench.unpackSession(JSON.parse(nnbench.packSession(nnbench.state)))")
    assert (len(first["past"]), len(first["future"])) == (0, 3), "all of it can be redone"


def test_parts_that_runs_share_are_written_once_and_read_as_one_and_the_whole_is_bounded(memory: Memory) -> None:
    memory.do("for (let k = 1; k <= 4; k++) turn(0.1 + k / 10)")
    parts, shared = memory.do("""
    const plain = JSON.parse(nnbench.packSession(nnbench.state)), { past } = nnbench.unpackSession(plain);
    return [plain.parts, past.every((run) => run.experiment.weights === past[0].experiment.weights)];
    """)
    assert parts == [[], {"seed": 1}, "normal", "signs"]
    assert shared
    length, left, latest = memory.do("""
    const weight = Array.from({ length: 30000 }, (_, k) => k / 7), { state, packSession, unpackSession } = nnbench;
    const large = state.past.map((run, k) => ({ ...run, experiment: { ...run.experiment, weights: [k, ...weight] } }));
    const crowded = packSession({ ...state, past: large, future: [] }), { past } = unpackSession(JSON.parse(crowded));
    return [crowded.length, past.length, past.at(-1)?.summary.alpha];
    """)
    assert length <= 1_500_000
    assert (0 < left < 4, latest) == (True, pytest.approx(0.4)), "the oldest make room"


def test_a_session_that_an_earlier_page_wrote_is_read(memory: Memory) -> None:
    """The text has the names that are stored; they must not change while version 1 is read."""
    said = '{"label":"start","change":"","last":"0.1","max":"1","potential":"2.30"}'
    run = (
        '{"key":"tanh-signs","summary":{"alpha":0.1},"label":"start","change":"","said":%s,"about":{"network":"2",'
        '"target":"v0"},"ghost":{"x":{"dtype":"f4","bdata":""},"y":{"dtype":"f4","bdata":""},"end":1},'
        '"experiment":{"alpha":0.1,"layers":0,"weights":1,"inputs":2,"ideal":3},"ghosts":[%s]}'
    )
    runs = ",".join([run % (said, "1"), run % (said, "")])
    session = (
        f'{{"version":1,"base":0,"past":[1],"future":[],"pins":[{{"letter":"A","on":true,"run":1}}],"runs":[{runs}],'
        '"parts":[[],{"seed":1},"normal","signs"]}'
    )
    read = memory.do(f"""
    const {{ base, past, pins }} = nnbench.unpackSession({session});
    return [base.experiment, base.ghosts[0] === past[0], pins[0].run === past[0], pins[0].letter, past[0].ghosts];
    """)
    experiment = {"alpha": 0.1, "layers": [], "weights": {"seed": 1}, "inputs": "normal", "ideal": "signs"}
    assert read == [experiment, True, True, "A", []]


@pytest.mark.parametrize("text", ["null", "[]", "{}", '{"version":0}', '"text"'])
def test_what_no_page_has_written_is_no_session(memory: Memory, text: str) -> None:
    assert memory.do(f"return nnbench.unpackSession({text})") is None


def test_what_a_browser_has_no_room_for_is_not_stored_and_what_cannot_be_read_is_nothing(memory: Memory) -> None:
    read = memory.do("""
    const full = { setItem() { throw new Error('full'); }, getItem: (text) => text };
    console.info = () => {};
    nnbench.remember(full, 'nnbench-slow-line', 'yes');
    return ['{', 'null', '[1]'].map((text) => nnbench.recall(full, text));
    """)
    assert read == [None, None, [1]]
