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
    def serials(self) -> list[int]:
        serials: list[int] = self._page.execute_script("return sent.map((request) => request.serial)")
        return serials

    @property
    def signals(self) -> list[str]:
        signals: list[str] = self._page.execute_script("return signals")
        return signals

    @property
    def idle(self) -> bool:
        return bool(self._page.execute_script("return queue.idle"))


empty_page = scripts("net/request_queue.js", first=SET_UP)


@pytest.fixture
def queue(empty_page: Scripts) -> Queue:
    return Queue(empty_page)


def test_a_value_goes_out_at_once(queue: Queue) -> None:
    queue.do("turn(1)")
    assert queue.sent == [1]
    assert not queue.idle


def test_five_that_pass_are_under_way_and_the_newest_goes_next(queue: Queue) -> None:
    queue.do(*[f"pass({k})" for k in range(1, 11)])
    assert queue.sent == [1, 2, 3, 4, 5]
    queue.do("answer(0)")
    assert queue.sent == [1, 2, 3, 4, 5, 10]
    queue.do(*[f"answer({k})" for k in range(1, 6)])
    assert queue.sent == [1, 2, 3, 4, 5, 10]
    assert queue.idle


def test_the_value_at_which_a_knob_is_let_go_leaves_at_once(queue: Queue) -> None:
    queue.do(*[f"pass({k})" for k in range(1, 11)], "turn(10)")
    assert queue.sent == [1, 2, 3, 4, 5, 10]
    queue.do("turn(11)", "pass(12)", "answer(0)")
    assert queue.sent == [1, 2, 3, 4, 5, 10, 12]


def test_answers_may_come_in_any_order(queue: Queue) -> None:
    queue.do("turn(1)", "turn(2)", "turn(3)", "turn(4)", "answer(2)", "turn(5)", "answer(0)", "answer(3)", "answer(1)")
    assert queue.sent == [1, 2, 3, 4, 5]
    queue.do("answer(4)")
    assert queue.idle


def test_every_request_has_a_number_greater_than_the_one_before(queue: Queue) -> None:
    queue.do("turn(1)", "act(2)", "answer(0)", "answer(1)", "turn(3)")
    assert queue.serials == sorted(set(queue.serials))


def test_what_is_under_way_is_in_slots_of_its_own(queue: Queue) -> None:
    queue.do("turn(1)", "turn(2)", "turn(3)", "answer(1)", "turn(4)")
    slots = queue._page.execute_script("return sent.map((request) => request.slot)")
    assert slots == [0, 1, 2, 1]


def test_an_act_goes_alone_and_knobs_wait_for_it(queue: Queue) -> None:
    queue.do("act(1)", "turn(2)", "turn(3)")
    assert queue.sent == [1]
    queue.do("answer(0)")
    assert queue.sent == [1, 3]


def test_acts_go_one_after_another_and_none_is_lost(queue: Queue) -> None:
    queue.do("act(1)", "act(2)", "turn(9)", "act(3)", "answer(0)", "answer(1)")
    assert queue.sent == [1, 2, 3]
    queue.do("answer(2)")
    assert queue.sent == [1, 2, 3, 9]


def test_a_value_is_made_when_it_leaves(queue: Queue) -> None:
    queue.do(
        "pass(1)",
        "pass(2)",
        "pass(3)",
        "pass(4)",
        "pass(5)",
        "window.alpha = 0.1",
        "queue.turn(() => ({ value: alpha }), true)",
        "window.alpha = 0.2",
    )
    queue.do("answer(0)")
    assert queue.sent == [1, 2, 3, 4, 5, 0.2]


def test_a_slow_answer_is_announced_and_a_quick_one_is_not(queue: Queue) -> None:
    queue.do("turn(1)", "later(149)")
    assert queue.signals == []
    queue.do("later(2)")
    assert queue.signals == ["slow"]
    queue.do("answer(0)", "turn(2)", "answer(1)", "later(1000)")
    assert queue.signals == ["slow"]


def test_an_answer_that_never_comes_frees_its_slot_and_the_newest_value_goes_again(queue: Queue) -> None:
    queue.do(*[f"pass({k})" for k in range(1, 7)], "later(5001)")
    assert "lost" in queue.signals
    queue.do("queue.pump()")
    assert queue.sent == [1, 2, 3, 4, 5, 6]
    queue.do("answer(5)")
    assert queue.idle


def test_a_lost_value_is_sent_again_when_there_is_no_newer_one(queue: Queue) -> None:
    queue.do("turn(1)", "later(5001)", "queue.pump()")
    assert queue.sent == [1, 1]


def test_a_lost_act_is_sent_again_before_anything_else(queue: Queue) -> None:
    queue.do("act(1)", "act(2)", "turn(3)", "later(5001)", "queue.pump()")
    assert queue.sent == [1, 1]
    queue.do("answer(1)", "answer(2)")
    assert queue.sent == [1, 1, 2, 3]


def test_an_answer_after_its_time_frees_nothing_twice(queue: Queue) -> None:
    queue.do("pass(1)", "later(5001)", "queue.pump()", *[f"pass({k})" for k in range(2, 7)])
    assert queue.sent == [1, 1, 2, 3, 4, 5]
    queue.do("answer(0)")
    assert queue.sent == [1, 1, 2, 3, 4, 5]
    queue.do("answer(1)")
    assert queue.sent == [1, 1, 2, 3, 4, 5, 6]


def test_an_answer_to_nothing_is_no_harm(queue: Queue) -> None:
    queue.do("queue.answered(12345)", "turn(1)")
    assert queue.sent == [1]


def test_a_request_that_failed_goes_again_or_never(queue: Queue) -> None:
    queue.do("turn(1)", "queue.failed(sent[0].serial, true)", "queue.pump()")
    assert queue.sent == [1, 1]
    queue.do("queue.failed(sent[1].serial, false)", "queue.pump()")
    assert queue.sent == [1, 1]
    assert queue.idle


def test_nothing_leaves_while_the_queue_is_paused_and_the_newest_goes_when_it_resumes(queue: Queue) -> None:
    queue.do("queue.pause()", "turn(1)", "turn(2)")
    assert queue.sent == []
    queue.do("queue.resume()")
    assert queue.sent == [2]
