"""A call is repeated through a short outage, and fails at once in a long one."""

from unittest.mock import Mock

from tests.engine.asserting import refuses
from webapp.store.outage import PROBE, SEPARATE, SHARE, Outage


class Away(Exception):
    """The exception of a store that does not answer."""


class World:
    """A clock that only waiting moves, and a store that answers until or from some time on."""

    def __init__(self, back_at: float = 1000.0) -> None:
        self.now = 1000.0
        self.back_at = back_at
        self.attempts = 0
        self.outage = Outage((Away,), clock=lambda: self.now, wait=self.wait)

    def wait(self, seconds: float) -> None:
        self.now += seconds

    def attempt(self) -> str:
        self.attempts += 1
        if self.now < self.back_at:
            raise Away
        return "here"

    def call(self, patience: float = 5.0) -> str:
        return self.outage.call(self.attempt, patience)


def test_a_call_waits_through_a_short_outage_and_in_a_long_one_one_at_a_time_is_tried() -> None:
    world = World(1000.3)
    assert world.call() == "here"
    assert 1000.3 <= world.now < 1000.6
    world = World(2000.0)
    refuses(Away, world.call, patience=1.0)
    assert 1001.0 <= world.now < 1001.3
    world = World(2000.0)
    refuses(Away, world.call, patience=1.0)
    refuses(Away, world.call, patience=5.0)
    assert 1005.0 <= world.now < 1005.3
    world = World(2000.0)
    refuses(Away, world.call)
    world.now += PROBE
    begun, before = world.now, world.attempts
    for _ in range(50):
        refuses(Away, world.call)
    assert (world.now, world.attempts) == (begun, before + 1)


def test_an_attempt_that_hangs_is_made_the_more_seldom_and_alone() -> None:
    world = World()
    attempts: list[float] = []

    def hang() -> None:
        attempts.append(world.now)
        world.now += 1.0
        raise Away

    until = world.now + 30.0
    while world.now < until:
        refuses(Away, world.outage.call, hang, 0.5)
        world.now += 0.1
    assert len(attempts) <= 30 / (1 + SHARE) + 1
    world = World(2000.0)
    refuses(Away, world.call)
    world.now += PROBE

    def hang_alone() -> None:
        world.now += 1.0
        before = world.attempts
        refuses(Away, world.call)
        assert world.attempts == before
        raise Away

    refuses(Away, world.outage.call, hang_alone, 5.0)


def test_a_refusal_is_an_answer_and_what_is_no_outage_is_raised_at_once() -> None:
    world, refuse = World(1006.0), Mock(side_effect=KeyError)
    refuses(Away, world.call)
    world.now = 1006.0
    refuses(KeyError, world.outage.call, refuse, 5.0)
    assert world.call() == "here"
    world = World(1010.0)
    refuses(Away, world.call)
    world.now = 1010.0
    assert [world.call(), world.call()] == ["here", "here"]
    world.back_at = 1010.2
    assert world.call() == "here"
    world = World(1006.0)
    refuses(Away, world.call)
    world.now += SEPARATE + 1
    world.back_at = world.now + 0.3
    assert world.call() == "here"
    world = World()
    refuses(KeyError, world.outage.call, refuse, 5.0)
    assert world.now == 1000.0


def test_an_attempt_that_hangs_counts_from_its_beginning_and_one_that_fails_alone_in_the_end() -> None:
    world = World()

    def hang() -> None:
        world.now += 1.0
        raise Away

    refuses(Away, world.outage.call, hang, 0.5)
    assert world.now == 1001.0
    world = World()

    def refuse() -> None:
        world.call()
        raise Away

    refuses(Away, world.outage.call, refuse, 2.0)
    assert 1002.0 <= world.now < 1002.3
