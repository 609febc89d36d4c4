"""The request queue keeps few requests under way, sends the newest value next, and never waits for ever.

Its module runs alone in Node, with a clock that is set by hand.
"""

from typing import Any

import pytest

from tests.scripts.node import Scripts, scripts

SET_UP = """
const timers = [];
window.clock = 0;
window.forget = () => timers.forEach((timer) => (timer.at = Infinity));
window.setTimeout = (act, delay) => timers.push({ act, at: window.clock + delay });
window.clearTimeout = (name) => { if (timers[name - 1]) timers[name - 1].at = Infinity; };
window.later = (ms) => {
  window.clock += ms;
  for (const timer of timers) if (timer.at <= window.clock) { timer.at = Infinity; timer.act(); }
};
"""
NEW_QUEUE = """
forget();
window.sent = [];
window.signals = [];
window.queue = new nnbench.RequestQueue(
  (slot, request) => sent.push({ slot, ...request }),
  () => signals.push('slow'),
  () => signals.push('lost'),
);
window.turn = (value) => queue.turn(() => ({ value }));
window.pass = (value) => queue.turn(() => ({ value }), true);
window.act = (value) => queue.act(() => ({ value }));
window.answer = (k) => { queue.answered(sent[k].serial); queue.pump(); };
"""


class Queue:
    """A request queue of a test's own."""

    def __init__(self, page: Scripts) -> None:
        self._page = page
        page.execute_script(NEW_QUEUE)

    def do(self, *steps: str) -> None:
        """Calls turn(…), pass(…), act(…), answer(k) or later(ms), one after another."""
        self._page.execute_script(";".join(steps))

    @property
    def sent(self) -> list[Any]:
        """The values that were posted, in order."""
        values: list[Any] = self._page.execute_script("return sent.map((request) => request.value)")
        return values

    @property
    def signals(self) -> list[str]:
        signals: list[str] = self._page.execute_script("return signals")
        return signals

    @property
    def idle(self) -> bool:
        return bool(self._page.execute_script("return queue.idle"))


page = scripts("net/request_queue.js", first=SET_UP)


@pytest.fixture
def queue(page: Scripts) -> Queue:
    return Queue(page)


FIVE: list[float] = [1, 2, 3, 4, 5]
PASSING = [f"pass({k})" for k in range(1, 11)]
LOST: list[str] = ["later(5001)", "queue.pump()"]
ORDERS: dict[str, list[tuple[list[str], list[float]]]] = {
    "a value goes out at once": [(["turn(1)"], [1])],
    "five that pass are under way and the newest goes next": [
        (PASSING, FIVE), (["answer(0)"], [*FIVE, 10]), ([f"answer({k})" for k in FIVE], [*FIVE, 10]),
    ],
    "the value at which a knob is let go leaves at once": [
        ([*PASSING, "turn(10)"], [*FIVE, 10]), (["turn(11)", "pass(12)", "answer(0)"], [*FIVE, 10, 12]),
    ],
    "answers may come in any order": [
        (["turn(1)", "turn(2)", "turn(3)", "turn(4)", "answer(2)", "turn(5)", "answer(0)", "answer(3)", "answer(1)"],
         FIVE),
        (["answer(4)"], FIVE),
    ],
    "an act goes alone and knobs wait for it": [(["act(1)", "turn(2)", "turn(3)"], [1]), (["answer(0)"], [1, 3])],
    "acts go one after another and none is lost": [
        (["act(1)", "act(2)", "turn(9)", "act(3)", "answer(0)", "answer(1)"], [1, 2, 3]), (["answer(2)"], [1, 2, 3, 9]),
    ],
    "a value is made when it leaves": [
        ([*PASSING[:5], "window.alpha = 0.1", "queue.turn(() => ({ value: alpha }), true)", "window.alpha = 0.2",
          "answer(0)"], [*FIVE, 0.2]),
    ],
    "an answer that never comes frees its slot and the newest value goes again": [
        ([*PASSING[:6], *LOST], [*FIVE, 6]), (["answer(5)"], [*FIVE, 6]),
    ],
    "a lost value is sent again when there is no newer one": [(["turn(1)", *LOST], [1, 1])],
    "a lost act is sent again before anything else": [
        (["act(1)", "act(2)", "turn(3)", *LOST], [1, 1]), (["answer(1)", "answer(2)"], [1, 1, 2, 3]),
    ],
    "an answer after its time frees nothing twice": [
        (["pass(1)", *LOST, *PASSING[1:6]], [1, *FIVE]), (["answer(0)"], [1, *FIVE]), (["answer(1)"], [1, *FIVE, 6]),
    ],
    "an answer to nothing is no harm": [(["queue.answered(12345)", "turn(1)"], [1])],
    "a request that failed goes again or never": [
        (["turn(1)", "queue.failed(sent[0].serial, true)", "queue.pump()"], [1, 1]),
        (["queue.failed(sent[1].serial, false)", "queue.pump()"], [1, 1]),
    ],
    "nothing leaves while the queue is paused and the newest goes when it resumes": [
        (["queue.pause()", "turn(1)", "turn(2)"], []), (["queue.resume()"], [2]),
    ],
}  # fmt: skip
"""The calls of each step, and the values that have been posted after it."""
END_IDLE = {
    "five that pass are under way and the newest goes next",
    "answers may come in any order",
    "an answer that never comes frees its slot and the newest value goes again",
    "a request that failed goes again or never",
}


@pytest.mark.parametrize("order", ORDERS)
def test_requests_leave_in_order(queue: Queue, order: str) -> None:
    for done, sent in ORDERS[order]:
        queue.do(*done)
        assert queue.sent == sent
    assert queue.idle == (order in END_IDLE)


def test_every_request_has_a_greater_number_than_the_one_before_and_a_slot_of_its_own(queue: Queue) -> None:
    queue.do("turn(1)", "turn(2)", "turn(3)", "answer(1)", "turn(4)")
    slots, serials = queue._page.execute_script("return ['slot', 'serial'].map((name) => sent.map((one) => one[name]))")
    assert slots == [0, 1, 2, 1]
    assert serials == sorted(set(serials))


def test_a_slow_answer_is_announced_a_quick_one_is_not_and_a_lost_one_is(queue: Queue) -> None:
    queue.do("turn(1)", "later(149)")
    assert queue.signals == []
    queue.do("later(2)")
    assert queue.signals == ["slow"]
    queue.do("answer(0)", "turn(2)", "answer(1)", "later(1000)")
    assert queue.signals == ["slow"]
    queue.do("turn(3)", "later(5001)")
    assert queue.signals[-1] == "lost"
