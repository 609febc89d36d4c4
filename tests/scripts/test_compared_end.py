"""The end of a pinned run is asked for again where the current run's output is drawn, or shown, in another way."""

from tests.scripts.node import Scripts, scripts

page = scripts("model/comparison.js", "model/run_end.js", "core/signals.js", "core/state.js")
ASKED = """
const { state, installComparison, installRunEnd, mapsReceived, openComparison, comparedEnd } = nnbench;
const summary = { fingerprint: "now", checkpoint: "00" }, none = { dtype: "f4", bdata: "" };
const run = { summary: { fingerprint: "pinned" }, experiment: {} };
let asked = 0;
window.fetch = async () => ({ ok: true, headers: { get: () => null }, json: async () => ({ asked: ++asked }) });
const show = ({ frame, maps }) => {
  const map = { inputs: 2, reach: 1, scale: 1, rows: 1, probability: false, ...frame };
  Object.assign(state, { shown: { summary, frame: { name: "", response: map } }, experiment: {} });
  const response = { axes: [0, 1], spans: null, probed: none, output: none, highest: 1, ...maps };
  mapsReceived.emit({ summary, place: { step: 3, last: 3 }, response });
};
const known = async (way) => {
  show(way);
  await new Promise((done) => setTimeout(done, 20));
  return comparedEnd().asked;
};
installRunEnd();
installComparison();
show({});
openComparison({ run });
return (async () => {
  const found = [];
  for (const way of arguments[0]) found.push(await known(way));
  return found;
})();
"""


def test_another_way_of_showing_outputs_asks_for_them_again(page: Scripts) -> None:
    ways = [{}, {}, {"frame": {"probability": True}}, {"frame": {"reach": 2}}, {"maps": {"spans": [[0, 1], [0, 2]]}}]
    assert page.execute_script(ASKED, ways) == [1, 1, 2, 3, 4]
