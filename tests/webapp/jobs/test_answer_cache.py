"""An answer that many request is computed once, and all cached answers fit in a number of bytes."""

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
