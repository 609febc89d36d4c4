"""The frame of a run, which the server leaves out where the page has it, is found however many others came since."""

from tests.scripts.node import Scripts, scripts

page = scripts("net/requests.js", "core/state.js")

HELD_BACK = """
const { queue, receive, state } = nnbench;
queue.pause();
queue.turn(() => ({}));
const trace = { x: { dtype: "i4", bdata: "" }, y: { dtype: "f8", bdata: "" } };
let serial = 0;
const response = (name, alpha, more = {}) => ({
  serial: (serial += 1), act: "turn", key: "own", experiment: {}, summary: { alpha },
  loss: { data: [trace], layout: {} },
  ghost: { y: trace.y }, said: {}, frame: { name, ...more },
});
Object.assign(state, { predicting: true, base: { summary: { alpha: 1 } } });
state.shown = response("shown", 1, { strip: ["whole"] });
for (let k = 0; k < 20; k += 1) receive(response(`other ${k}`, 2, { strip: [] }));
receive(response("shown", 3));
return state.withheld.frame.strip;
"""


def test_the_frame_of_the_shown_run_outlasts_those_of_runs_that_are_held_back(page: Scripts) -> None:
    assert page.execute_script(HELD_BACK) == ["whole"]
