"""The sentences of a reveal: what the class said, what happened, and how near each prediction came.

Their words are those of the lesson's language, in `words/`. A number in them is written as on the bench, with that
language's marks.
"""

import math
import re
from collections.abc import Mapping, Sequence
from typing import Any

from webapp.base.format import grouped
from webapp.classes.kinds import scores
from webapp.classes.kinds.prediction import Plain, Prediction
from webapp.classes.kinds.scores import Round, end_of, or_none
from webapp.classes.kinds.table import PREDICTIONS
from webapp.classes.kinds.turn import diverging_seeds, loss_of
from webapp.classes.language import Words
from webapp.classes.lesson import Step
from webapp.classes.reveal.board import Place, median_of
from webapp.classes.values import Value

HALF = 50
"""The per cent from which on a group of opinions is told alone."""
Answered = tuple[Round, tuple[int, int]]
"""A round that somebody answered, and how many of it are within luck, sure and not sure."""
LISTED = 8
"""The rows of a board on the wall."""

NUMBER = re.compile(r"−?[0-9][0-9.,]*( × 10\S+)?")


def shown(asked: Step, truth: Plain, rounds: Sequence[Round], lang: str) -> dict[str, Any]:
    """The reveal of a step: its truth and rounds as plain data, and all sentences about them."""
    say, kind = Words(lang), PREDICTIONS[asked.ask]
    within = [scores.counted(each, lambda value: kind.is_within(truth, value)) for each in rounds]
    answered = [(votes, inside) for votes, inside in zip(rounds, within, strict=True) if scores.people(votes)]
    votes = [each for each, _ in answered]
    said = _said(say, kind, truth, votes) if rounds else ""
    happened = kind.happened(say, asked, truth)
    result = "".join(happened["it"] or happened["opening"])
    exact = max((scores.looked_up(truth, each) for each in votes if kind.names_loss), default=0)
    told = [truth["why"]] if lang == "en" and truth.get("why") else []
    return {
        **truth,
        "rounds": [{key_of(value): list(counts) for value, counts in each.items()} for each in rounds],
        "people": [scores.people(each) for each in rounds],
        "within": [sum(each) for each in within],
        "choices": [{"text": choice.text, "stands_for": choice.stands_for} for choice in asked.choices],
        "answer": asked.answer,
        "said": said,
        "result": result,
        "sentence": f"{said} {result}".strip(),
        "happened": happened["opening"],
        "within_words": _within_words(say, kind, truth, answered),
        "luck_words": kind.luck(say, truth),
        "class_words": _counts(say, "class", "class_then", answered, within=_is_within(say, kind)),
        "proof": " ".join([*told, *_proof(say, truth)]),
        "looked_up": exact,
        "looked_up_words": say("looked_up", n=exact) if exact else "",
    }


def key_of(value: Value) -> str:
    """A value as the key of a round in JSON."""
    return ",".join(map(str, value)) if isinstance(value, tuple) else str(value)


# Opinions


def _said(say: Words, kind: Prediction, truth: Plain, votes: Sequence[Round]) -> str:
    if not votes:
        return say("nobody")
    first, *others = (_shares(kind, truth, each) for each in votes)
    top, *rest = sorted(first, key=lambda group: -first[group])
    after = others[0] if others else {}
    words = say("drew" if kind.is_drawn else "said", p=first[top], group=_group(say, truth, top))
    if first[top] >= HALF or not rest:
        return words + (say("then", q=after.get(top, 0)) if others else "") + "."
    second = rest[0]
    words = say("parted", first=words, p=first[second], group=_group(say, truth, second))
    return words + (say("then_both", q=after.get(top, 0), r=after.get(second, 0)) if others else "") + "."


def _shares(kind: Prediction, truth: Plain, votes: Round) -> dict[int | str, int]:
    """The per cent of each group of opinions."""
    counts: dict[int | str, int] = {}
    for value, both in votes.items():
        group = kind.group(truth, value)
        counts[group] = counts.get(group, 0) + sum(both)
    everybody = sum(counts.values())
    # Neither 0 nor 100 % stands for some.
    return {
        group: 100 if count == everybody else min(max(round(100 * count / everybody), 1), 99)
        for group, count in counts.items()
    }


def _group(say: Words, truth: Plain, group: int | str) -> str:
    return say(group) if isinstance(group, str) else say("quoted", text=truth["texts"][group])


# Proof


def _proof(say: Words, truth: Plain) -> list[str]:
    proof = []
    if truth.get("raised") is not None:
        before, after = (end_of(loss) for loss in (truth["before"], loss_of(truth)))
        if after not in (before, math.inf):
            if after > before:
                name, count, diverges_too = "raises", truth["raised"], truth["lost"]
            else:
                name, count, diverges_too = "lowers", truth["lowered"], truth["before"] is None or truth["saved"]
            proof.append(say(f"{name}_or_diverges" if diverges_too else name, n=count))
        if lost := truth["seeds"].count(None):
            proof.append(diverging_seeds(say, lost) + ".")
    return [*proof, say("run", fingerprint=grouped(truth["fingerprint"]))] if "fingerprint" in truth else proof


# Luck


def _within_words(say: Words, kind: Prediction, truth: Plain, answered: Sequence[Answered]) -> str:
    if not answered:
        return ""
    of_kind, (votes, inside) = "_choice" if kind.is_right else "", answered[-1]
    bold = sum(sure for sure, _ in votes.values()) - inside[0]
    sentences = [_counts(say, f"within{of_kind}", "at_first", answered)]
    sentences += [say(f"sure{of_kind}", n=bold)] if bold else []
    return " ".join([*sentences, *([say("no_distance")] if kind.names_loss and truth["truth"] is None else [])])


def _counts(say: Words, name: str, then: str, answered: Sequence[Answered], **values: str) -> str:
    """How many of each round are within luck."""
    if not answered:
        return ""
    (m, n), *others = ((scores.people(votes), sum(inside)) for votes, inside in answered)
    return say(name, n=n, m=m, **values) + "".join(say(then, b=b, m=m) for m, b in others[:1]) + "."


def _is_within(say: Words, kind: Prediction) -> str:
    return say("is_right" if kind.is_right else "within_luck")


# Advice to an author

AGREE_FROM = 29
"""The data seeds of 32 that agree where the answer is no luck."""
TOLD_APART_UP_TO = 1 / 3
"""The most of all answers that are within luck where a question can be told apart."""


def difference(changes: Sequence[tuple[str, str, str]], lang: str, *, others: bool) -> dict[str, Any]:
    """In what two runs differ: each knob with its values, and whether there is more. A good question turns one."""
    say = Words(lang)
    changes = [(knob, _local(say, was), _local(say, now)) for knob, was, now in changes]
    if len(changes) == 1 and not others:
        return {"good": True, "text": say("differ_alone", **dict(zip(("knob", "was", "now"), changes[0], strict=True)))}
    told = ", ".join(f"{knob} {was} → {now}" for knob, was, now in changes)
    name = ("differ_more" if told else "differ_otherwise") if others else "differ" if told else "same_run"
    return {"good": False, "text": say(name, changes=told)}


def _local(say: Words, value: str) -> str:
    """The value of a knob, which need not be a number."""
    return say.local(value) if NUMBER.fullmatch(value) else value


def advice(truth: Plain, lang: str) -> list[dict[str, Any]]:
    """Whether a question is a good one: its answer no luck, and few answers within luck; each with its sentence."""
    say, told = Words(lang), []
    agree = _agreeing(truth)
    if agree is not None:
        good = agree >= AGREE_FROM
        told.append({"good": good, "text": say("agree" if good else "luck_decides", n=agree)})
    kind = PREDICTIONS[truth["kind"]]
    answers = kind.answers(truth)
    if answers:
        within = sum(kind.is_within(truth, value) for value in answers)
        good = within <= TOLD_APART_UP_TO * len(answers)
        told.append({"good": good, "text": say("apart" if good else "not_apart", n=within, m=len(answers))})
    return told


def _agreeing(truth: Plain) -> int | None:
    """With how many of 32 data seeds the same choice holds, or the final loss changes as in this run; None where that
    says nothing."""
    if "agree" in truth or truth.get("raised") is None:
        return truth.get("agree")
    before, after = (end_of(loss) for loss in (truth["before"], loss_of(truth)))
    if after == math.inf:
        return int(truth["seeds"].count(None))
    return None if after == before else int(truth["raised"] if after > before else truth["lowered"])


# One's own


def own(truth: Plain, values: Sequence[Value | None], rounds: Sequence[Round], lang: str) -> dict[str, Any]:
    """How near one's own predictions came: for each round whether it is within luck, and all of it in words."""
    say, kind = Words(lang), PREDICTIONS[truth["kind"]]
    made = [(value, votes) for value, votes in zip(values, rounds, strict=True) if value is not None]
    names = ["first", "second"] if len(made) > 1 else ["only"]
    within = [None if value is None else kind.is_within(truth, value) for value in values]
    sentences = [
        say(
            f"curve_{name}" if kind.is_drawn else name,
            value=kind.value(say, truth, value),
            words=_verdict(say, kind, truth, value),
        )
        for name, (value, _) in zip(names, made, strict=False)
    ]
    if made and scores.people(made[-1][1]) > 1:
        closer = closer_than(kind, truth, *made[-1])
        sentences += [say("closer", n=closer, m=scores.people(made[-1][1]))] if closer else []
    return {"within": within, "words": " ".join(sentences) or say("none")}


def _verdict(say: Words, kind: Prediction, truth: Plain, value: Value) -> str:
    if kind.is_within(truth, value):
        return _is_within(say, kind)
    return kind.miss(say, truth, value)


def closer_than(kind: Prediction, truth: Plain, value: Value, votes: Round) -> int:
    """How many predictions lie farther off than this one; 0 where its distance is no number."""
    own = kind.distance(truth, value)
    return 0 if own == math.inf else sum(scores.counted(votes, lambda other: kind.distance(truth, other) > own))


# A hunt


def board(places: Sequence[Place], start: Mapping[str, Any], lang: str) -> dict[str, Any]:
    """The board of a hunt as plain data: the first rows, the lucky one, a point for each, and what is said of them."""
    say = Words(lang)
    hidden = median_of(start["hidden"])
    begun = say("start", own=_diverging(say, start["own"]), median=_diverging(say, hidden))
    lucky = next((place for place in places if place.is_lucky), None)
    rows = [_row(place) for place in places[:LISTED]] + (
        [_row(lucky)] if lucky and lucky not in places[:LISTED] else []
    )
    return {
        "rows": rows,
        "count": len(places),
        "points": [[or_none(place.entry.own), or_none(place.entry.median)] for place in places],
        "lucky": None if lucky is None else lucky.entry.seat,
        "sentence": _found(say, places),
        "luck_words": "" if not places else _lucky(say, places, lucky),
        "proof": begun,
    }


def _found(say: Words, places: Sequence[Place]) -> str:
    if not places:
        return say("nobody_handed_in")
    best, count = places[0].entry, sum(place.place == 1 for place in places)
    if best.median == math.inf:
        return say("all_diverge")
    return say("found", n=count, seat=best.seat, median=say.number(best.median))


def _lucky(say: Words, places: Sequence[Place], lucky: Place | None) -> str:
    best, count = places[0], sum(place.place == place.seen_place == 1 for place in places)
    if count and max(best.entry.own, best.entry.median) < math.inf:
        return say("both_first", n=count, seat=best.entry.seat)
    if lucky is None:
        return ""
    own, median = say.number(lucky.entry.own), _diverging(say, lucky.entry.median)
    return say("lucky", seat=lucky.entry.seat, own=own, median=median, place=lucky.place, count=len(places))


def _row(place: Place) -> dict[str, Any]:
    entry = place.entry
    losses = {"own": or_none(entry.own), "median": or_none(entry.median)}
    return {
        "place": place.place,
        "seen_place": place.seen_place,
        "seat": entry.seat,
        "knobs": dict(entry.knobs),
        "link": f"?{entry.link}",
    } | losses


def _diverging(say: Words, loss: float) -> str:
    return say("divergence") if loss == math.inf else say.number(loss)
