"""A page that was refused waits as long as it was told, longer each time, and by chance, as many come again."""

from tests.scripts.node import Scripts, scripts

page = scripts("lib/http.js", "net/requests.js", "core/signals.js")

WAITS = "const [seconds, tries] = arguments; return Array.from({ length: 50 }, () => nnbench.backOff(seconds, tries));"


def test_a_wait_is_what_the_server_says_or_more_and_not_the_same_for_all(page: Scripts) -> None:
    for seconds, tries, least in [(1, 0, 1), (1, 1, 2), (1, 2, 4), (1, 9, 4), (0.25, 1, 0.5), (30, 5, 30)]:
        waits = page.execute_script(WAITS, seconds, tries)
        assert least <= min(waits) < max(waits) <= 1.5 * least


REFUSED = """
const said = [], timers = [], statuses = [503, 503, 200, 503];
nnbench.noticeRaised.on((sentence) => said.push(sentence));
window.setTimeout = (act, wait) => timers.push({ act, wait });
window.clearTimeout = () => {};
window.fetch = async (_, { body }) => {
  const [{ id, value }] = JSON.parse(body).inputs, status = statuses.shift();
  const data = { serial: value.serial, note: "There was room." };
  const json = async () => ({ response: { [id.replace("request", "answer")]: { data } } });
  return { ok: status === 200, status, headers: { get: () => (status === 200 ? null : "1") }, json };
};
const settle = async () => { for (let k = 0; k < 60; k += 1) await Promise.resolve(); };
const wait = async () => {
  timers.splice(0).filter(({ wait }) => wait >= 1000 && wait <= 3000).forEach(({ act }) => act());
  await settle();
};
return (async () => {
  nnbench.queue.turn(() => ({ value: 1 }));
  await settle();
  await wait();
  await wait();
  nnbench.queue.turn(() => ({ value: 2 }));
  await settle();
  return [said, statuses.length];
})();
"""


def test_it_is_said_once_that_the_server_has_no_room_and_again_after_it_had(page: Scripts) -> None:
    busy = "The bench is busy, trying again."
    assert page.execute_script(REFUSED) == [[busy, "There was room.", busy], 0]
