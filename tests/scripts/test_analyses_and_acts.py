"""A side analysis that the server answers beside an act waits for the run of that act, and is none of it; where the
server has the checkpoint no more, it gets it again, once."""

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


LOST = """
const { queue, state, requestAnalysis, requestEnded } = nnbench, acts = [], summary = { checkpoint: "00" };
const [isRun, isKept, at] = arguments;
performance.now = () => at;
const frame = { name: "" };
Object.assign(state, { shown: { summary, frame, serial: 1 }, experiment: { alpha: 0.1 }, withheld: null });
queue.send = (_, { act }) => setTimeout(() => {
  acts.push(act);
  if (isRun) state.shown = { summary, frame, serial: 2 };
  queue.answered(queue.serial);
  requestEnded.emit();
});
const found = () => (isKept && state.shown.serial === 2 ? { height: 3 } : { lost: true });
window.fetch = async () => ({ ok: true, headers: { get: () => null }, json: async () => found() });
return Promise.all([requestAnalysis("step", {}), requestAnalysis("luck", {})]).then((replies) => [replies, acts]);
"""


@pytest.mark.parametrize(
    ("is_run", "is_kept", "at", "reply"),
    [(True, True, 10**5, {"height": 3}), (True, False, 2 * 10**5, None), (False, False, 3 * 10**5, None)],
)
def test_a_checkpoint_that_the_server_lost_is_stored_again_and_no_second_time_where_it_keeps_none(
    page: Scripts, is_run: bool, is_kept: bool, at: float, reply: Any
) -> None:
    assert page.execute_script(LOST, is_run, is_kept, at) == [[reply, reply], ["open"]]


CUT = """
const { state, requestAnalysis } = nnbench, summary = { checkpoint: "00" }, ended = new AbortController();
let now = 10 ** 6;
performance.now = () => now;
window.setTimeout = (act, wait) => queueMicrotask(act, (now += wait));
Object.assign(state, { shown: { summary, serial: 1 }, experiment: {}, withheld: null });
const lines = [true, false, false];
window.fetch = async (_, { signal }) => {
  if (lines.pop() === false) throw new TypeError();
  if (signal) ended.abort(), signal.throwIfAborted();
  return { ok: true, headers: { get: () => null }, json: async () => ({ height: 3 }) };
};
return (async () => {
  const reply = await requestAnalysis("step", {});
  lines.push(true, false);
  const link = await requestAnalysis("address", {});
  return [reply, lines.pop(), link, await requestAnalysis("luck", {}, {}, { signal: ended.signal })];
})();
"""


def test_what_is_lost_is_asked_again_but_for_links_and_what_nobody_waits_for(page: Scripts) -> None:
    assert page.execute_script(CUT) == [{"height": 3}, True, None, None]
