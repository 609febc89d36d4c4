"""Addresses and sessions take turns: many sweeps, many sessions or an early start give nobody more than one has."""

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
    assert {counted[job] for job in "abc"} == {16, 17}, "a short sweep does not wait for the end of a long one"
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
    assert to_give_back(held, [["bob"]], []) == "a2"
    assert to_give_back(held, [["ann"]], ["c1"]) is None
    assert to_give_back(held, [], ["c1"]) is None
    assert to_give_back({"a1": ["ann"], "c1": ["carol"]}, [["bob"]], []) is None


def test_many_sessions_of_one_address_count_as_one_and_share_its_turns() -> None:
    crowd = {f"j{k}": [f"s{k}@crowd"] for k in range(4)}
    counted = turns_of({**crowd, "own": ["bob@home"]}, 100)
    assert counted["own"] == 50
    assert {counted[job] for job in crowd} == {12, 13}
    assert to_give_back(crowd, [["bob@home"]], []) == "j3"
    assert to_give_back(crowd, [["s9@crowd"]], ["j0"]) is None
    assert claim_order(crowd.values(), {"j4": ["s4@crowd"], "own": ["bob@home"]}) == ["own", "j4"]


def test_a_place_that_was_had_for_long_is_given_back_when_all_are_of_other_addresses() -> None:
    held = {"a": ["ann@1"], "b": ["bob@2"]}
    assert to_give_back(held, [["carol@3"]], []) is None
    assert to_give_back(held, [["carol@3"]], ["b"]) == "b"
