"""A side analysis that the server answers beside an act waits for the run of that act, and is none of it."""

from typing import Any

import pytest

from tests.scripts.node import Scripts, scripts

page = scripts("net/analyses.js", "net/requests.js", "core/signals.js", "core/state.js")
ASKED = """
const { queue, state, requestAnalysis, requestEnded } = nnbench, [after] = arguments;
const summary = { checkpoint: "00" };
Object.assign(state, { shown: { summary }, experiment: {} });
let reply = "waits";
queue.send = () => {};
window.fetch = async () => ({ ok: true, headers: { get: () => null }, json: async () => ({ of: "the act" }) });
requestAnalysis("step", {}).then((given) => { reply = given; });
queue.act(() => ({}));
return (async () => {
  await new Promise((done) => setTimeout(done, 60));
  const before = reply;
  state.shown = { summary: { checkpoint: after } };
  queue.answered(queue.serial);
  requestEnded.emit();
  await new Promise((done) => setTimeout(done, 60));
  return [before, reply];
})();
"""


@pytest.mark.parametrize(("after", "reply"), [("22", None), ("00", {"of": "the act"})])
def test_a_reply_beside_an_act_waits_for_its_run(page: Scripts, after: str, reply: Any) -> None:
    assert page.execute_script(ASKED, after) == ["waits", reply]
