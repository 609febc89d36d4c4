"""An answer that many request is computed once, and all cached answers fit in a number of bytes."""

import threading
from concurrent.futures import ThreadPoolExecutor
from unittest.mock import Mock

from tests.engine.asserting import refuses
from webapp.jobs.answer_cache import LARGEST_ANSWER, PER_ANSWER, AnswerCache, length_of


class Answers:
    def __init__(self) -> None:
        self.made = 0

    def __call__(self) -> dict[str, object]:
        self.made += 1
        return {"number": self.made}


def test_the_same_question_is_answered_once_and_the_oldest_answers_go_first() -> None:
    cache, make = AnswerCache(), Answers()
    assert cache.answer(("a", 1), make) == ({"number": 1}, False)
    assert cache.answer(("a", 1), make) == ({"number": 1}, True)
    assert cache.answer(("a", 2), make) == ({"number": 2}, False)
    fail, cache = Mock(side_effect=ValueError("no answer")), AnswerCache()
    refuses(ValueError, cache.answer, "a", fail, match="no answer")
    assert cache.answer("a", Answers()) == ({"number": 1}, False)
    cache, make = AnswerCache(most_bytes=2 * (PER_ANSWER + length_of({"number": 1}))), Answers()
    for question in "abc":
        cache.answer(question, make)
    assert [cache.answer(question, make)[1] for question in "cba"] == [True, True, False]
    long = AnswerCache()
    for _ in range(2):
        assert not long.answer("a", lambda: {"text": "x" * LARGEST_ANSWER})[1]


def test_those_who_ask_alike_while_an_answer_is_computed_wait_for_that_one() -> None:
    cache, make, computes, may_end = AnswerCache(), Answers(), threading.Event(), threading.Event()

    def slow() -> dict[str, object]:
        computes.set()
        assert may_end.wait(10)
        return make()

    with ThreadPoolExecutor(4) as pool:
        first = pool.submit(cache.answer, "alike", slow)
        assert computes.wait(10)
        others = [pool.submit(cache.answer, "alike", make) for _ in range(3)]
        assert cache.answer("another", lambda: {"number": 0}) == ({"number": 0}, False)
        assert not any(other.done() for other in others)
        may_end.set()
        assert first.result(10) == ({"number": 1}, False)
        assert [other.result(10) for other in others] == [({"number": 1}, True)] * 3
    assert cache._computed == {}


def test_whoever_waited_for_an_answer_that_did_not_come_makes_its_own() -> None:
    cache, computes, may_end = AnswerCache(), threading.Event(), threading.Event()

    def given_up() -> dict[str, object]:
        computes.set()
        assert may_end.wait(10)
        raise ValueError("its client has gone")

    with ThreadPoolExecutor(2) as pool:
        first = pool.submit(cache.answer, "alike", given_up)
        assert computes.wait(10)
        other = pool.submit(cache.answer, "alike", Answers())
        may_end.set()
        refuses(ValueError, first.result, 10, match="its client has gone")
        assert other.result(10) == ({"number": 1}, False)
    assert cache._computed == {}
