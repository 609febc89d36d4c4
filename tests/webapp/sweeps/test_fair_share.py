"""Sessions take turns: whoever has many sweeps, or came first, is served no better than whoever has one."""

from collections import Counter

from webapp.sweeps.fair_share import Turns, claim_order, to_give_back


def turns_of(jobs: dict[str, list[str]], rounds: int, turns: Turns | None = None) -> Counter[str]:
    """How often each job had its turn, with pieces of equal work."""
    turns, counted = turns or Turns(), Counter[str]()
    for _ in range(rounds):
        job = turns.next(jobs)
        counted[job] += 1
        turns.charge(jobs[job], 1.0)
    return counted


def test_sessions_share_the_pieces_and_owners_with_fewer_sweeps_are_first() -> None:
    counted = turns_of({"a": ["ann"], "b": ["ann"], "c": ["ann"], "d": ["bob"]}, 100)
    assert counted["d"] == 50
    turns = Turns()
    turns_of({"a": ["ann"]}, 1000, turns)
    counted = turns_of({"a": ["ann"], "b": ["bob"]}, 100, turns)
    assert counted == {"a": 50, "b": 50}
    counted = turns_of({"both": ["ann", "bob"], "own": ["carol"]}, 90)
    assert counted["both"] > counted["own"]
    turns, counted = Turns(), Counter[str]()
    for _ in range(110):
        job = turns.next({"long": ["ann"], "short": ["bob"]})
        counted[job] += 1
        turns.charge(["ann" if job == "long" else "bob"], 10.0 if job == "long" else 1.0)
    assert counted["short"] >= 9 * counted["long"]
    waiting = {"a2": ["ann"], "a3": ["ann"], "b1": ["bob"], "b2": ["bob"]}
    assert claim_order([["ann"]], waiting) == ["b1", "a2", "b2", "a3"]
    held = {"a1": ["ann"], "a2": ["ann"], "c1": ["carol"]}
    assert to_give_back(held, [["bob"]]) == "a2"
    assert to_give_back(held, [["ann"]]) is None
    assert to_give_back(held, []) is None
    assert to_give_back({"a1": ["ann"], "c1": ["carol"]}, [["bob"]]) is None
