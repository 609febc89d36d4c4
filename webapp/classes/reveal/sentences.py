"""The sentences of a reveal: what the class said, what happened, and how near each prediction came.

Their words are those of the lesson's language, in `words/`. A number in them is written as on the bench.
"""

import math
from collections.abc import Mapping, Sequence
from typing import Any

from webapp.base.format import grouped, knob_number, number
from webapp.classes.language import filled, words_of
from webapp.classes.lesson import ALPHA, CHOICE, CURVE, Step
from webapp.classes.reveal import scores
from webapp.classes.reveal.board import Place, median_of
from webapp.classes.reveal.scores import Round
from webapp.classes.values import MOST_ALPHA, Value, alpha_at, below, diverges, loss_at

HALF = 50
"""The per cent from which on a group of opinions is told alone."""
SEEDS = 32
LISTED = 8
"""The rows of a board on the wall."""


class _Words:
    """The sentences of one language, filled in."""

    def __init__(self, lang: str) -> None:
        self._words = words_of(lang)["truth"]

    def __call__(self, name: str, **values: Any) -> str:
        """A sentence; one with a plural goes by `n`."""
        return filled(self._words[name], values)


def shown(asked: Step, truth: Mapping[str, Any], rounds: Sequence[Round], lang: str) -> dict[str, Any]:
    """The reveal of a step: its truth and rounds as plain data, and all sentences about them."""
    say = _Words(lang)
    votes = [each for each in rounds if scores.people(each)]
    within = [scores.counted(each, lambda value: scores.is_within(truth, value)) for each in rounds]
    said = _said(say, asked, truth, votes) if rounds else ""
    happened = _happened(say, asked, truth)
    result = "".join(happened["it"]) if happened["it"] else "".join(happened["opening"])
    exact = (
        max((scores.looked_up(truth, each) for each in votes), default=0)
        if truth["kind"] not in (CHOICE, CURVE, ALPHA)
        else 0
    )
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
        "within_words": _within_words(say, truth, rounds, within),
        "luck_words": _luck_words(say, truth),
        "class_words": _counts(say, "class", "class_then", truth, rounds, within),
        "proof": " ".join([*told, *_proof(say, truth)]),
        "looked_up": exact,
        "looked_up_words": say("looked_up", n=exact) if exact else "",
    }


def key_of(value: Value) -> str:
    """A value as the key of a round in JSON."""
    return ",".join(map(str, value)) if isinstance(value, tuple) else str(value)


# Opinions


def _said(say: _Words, asked: Step, truth: Mapping[str, Any], votes: Sequence[Round]) -> str:
    if not votes:
        return say("nobody")
    shares = [_shares(asked, truth, each) for each in votes]
    first, *others = shares
    ordered = sorted(first, key=lambda group: -first[group])
    form = "drew" if asked.ask == CURVE else "said"
    top, after = ordered[0], others[0] if others else {}
    words = say(form, p=first[top], group=_group(say, asked, top))
    if first[top] >= HALF or len(ordered) == 1:
        return words + (say("then", q=after.get(top, 0)) if others else "") + "."
    second = ordered[1]
    words = say("parted", first=words, p=first[second], group=_group(say, asked, second))
    return words + (say("then_both", q=after.get(top, 0), r=after.get(second, 0)) if others else "") + "."


def _shares(asked: Step, truth: Mapping[str, Any], votes: Round) -> dict[Any, int]:
    """The per cent of each group of opinions."""
    counts: dict[Any, int] = {}
    before = math.inf if truth["before"] is None else truth["before"]
    for value, both in votes.items():
        group = (
            value
            if asked.ask == CHOICE
            else scores.group_of(asked.ask, value, before, truth["axis"], truth.get("own", 0))
        )
        counts[group] = counts.get(group, 0) + sum(both)
    everybody = sum(counts.values())
    # Neither 0 nor 100 % stands for some.
    return {
        group: 100 if count == everybody else min(max(round(100 * count / everybody), 1), 99)
        for group, count in counts.items()
    }


def _group(say: _Words, asked: Step, group: Any) -> str:
    if asked.ask == CHOICE:
        return say("quoted", text=asked.choices[group].text)
    if asked.ask == ALPHA:
        return say(f"alpha_{group}")
    return say("drew_diverges" if asked.ask == CURVE and group == "diverges" else group)


# The result


def _happened(say: _Words, asked: Step, truth: Mapping[str, Any]) -> dict[str, list[str]]:
    """The result as an opening, what is emphasised, and the end; of a turn with “It” as its opening too."""
    if asked.ask == ALPHA:
        best = say("best_is", loss=number(truth["loss"]), alpha=knob_number(truth["alpha"]))
        return {"it": [], "opening": [say("best"), best, "."]}
    right = [say("right"), asked.choices[truth["truth"]].text, "."] if asked.is_judged else []
    if not asked.after:
        return {"it": [], "opening": right}
    name, values = _change(truth, say)
    rest = say(name, **values) + (say("luck") if truth["verdict"] == "luck" and name != "stayed" else "")
    subject = say("the_run" if name in ("diverged", "again", "learned") else "the_loss")
    more = [". ", "".join(right)] if right else ["."]
    return {"it": [say("it"), rest, "".join(more)], "opening": [subject, rest, "".join(more)]}


def _change(truth: Mapping[str, Any], say: _Words) -> tuple[str, dict[str, str]]:
    before, after = truth["before"], _loss_of(truth)
    if after is None:
        return "diverged" if before is not None else "again", {"place": _place(say, truth)}
    if before is None:
        return "learned", {"after": number(after)}
    values = {"before": number(before), "after": number(after)}
    low, high = sorted((before, after))
    if values["before"] == values["after"]:
        return "stayed", values
    if high < scores.ALIKE * low:
        return "hardly", values
    if truth["verdict"] != "effect":
        return "went", values
    return "rose" if after > before else "fell", values


def _loss_of(truth: Mapping[str, Any]) -> float | None:
    loss: float | None = truth["loss"] if truth["kind"] == CHOICE else truth["truth"]
    return loss


def _place(say: _Words, truth: Mapping[str, Any]) -> str:
    return say(truth["one"], at=f"{truth['diverged'] or 0:,}")


def _proof(say: _Words, truth: Mapping[str, Any]) -> list[str]:
    proof = []
    if truth.get("raised") is not None:
        before, after = (math.inf if loss is None else loss for loss in (truth["before"], _loss_of(truth)))
        if after not in (before, math.inf):
            if after > before:
                name, count, diverges_too = "raises", truth["raised"], truth["lost"]
            else:
                name, count, diverges_too = "lowers", truth["lowered"], truth["before"] is None or truth["saved"]
            proof.append(say(f"{name}_or_diverges" if diverges_too else name, n=count))
        if lost := truth["seeds"].count(None):
            proof.append(_diverging_seeds(say, lost) + ".")
    return [*proof, say("run", fingerprint=grouped(truth["fingerprint"]))] if "fingerprint" in truth else proof


# Luck


def _within_words(
    say: _Words, truth: Mapping[str, Any], rounds: Sequence[Round], within: Sequence[tuple[int, int]]
) -> str:
    words = _counts(say, "within", "at_first", truth, rounds, within)
    if not words:
        return ""
    asked = [(votes, inside) for votes, inside in zip(rounds, within, strict=True) if scores.people(votes)]
    votes, inside = asked[-1]
    bold = sum(sure for sure, _ in votes.values()) - inside[0]
    sentences = [words, say(_of_choice("sure", truth), n=bold)] if bold else [words]
    return " ".join([*sentences, *([say("no_distance")] if truth["kind"] == "loss" and truth["truth"] is None else [])])


def _counts(
    say: _Words,
    name: str,
    then: str,
    truth: Mapping[str, Any],
    rounds: Sequence[Round],
    within: Sequence[tuple[int, int]],
) -> str:
    asked = [
        (scores.people(votes), sum(inside))
        for votes, inside in zip(rounds, within, strict=True)
        if scores.people(votes)
    ]
    if not asked:
        return ""
    (m, n), *others = asked
    words = say(_of_choice(name, truth), n=n, m=m)
    return words + "".join(say(then, b=b, m=m) for m, b in others[:1]) + "."


def _of_choice(name: str, truth: Mapping[str, Any]) -> str:
    return f"{name}_choice" if truth["kind"] == CHOICE else name


def _luck_words(say: _Words, truth: Mapping[str, Any]) -> str:
    """Where the run's twins and its other data seeds end, or how near a curve or an α must be."""
    if truth["kind"] == CURVE:
        return say("curve_luck", factor=number(10.0 ** truth["limit"], 2)) + "."
    if truth["kind"] == ALPHA:
        return say("alpha_luck", loss=number(truth["limit"] * truth["loss"])) + "."
    if "seeds" not in truth:
        return ""
    ends = [_loss_of(truth), *truth["twins"]]
    lost = truth["seeds"].count(None)
    inner = sorted(math.inf if loss is None else loss for loss in truth["seeds"])[scores.BEYOND : -scores.BEYOND]
    seeds = [] if math.inf in inner else [_range(say, "seeds", inner)]
    seeds += [_diverging_seeds(say, lost)] if lost else []
    if None in ends:
        count = ends.count(None)
        own = say("ends_diverge") if count == len(ends) else say("ends_some", n=count, m=len(ends))
    else:
        own = _range(say, "ends", [end for end in ends if end is not None])
    return " ".join(f"{sentence}." for sentence in (own, *seeds))


def _diverging_seeds(say: _Words, lost: int) -> str:
    return say("seeds_diverge") if lost == SEEDS else say("seeds_some", n=lost)


def _range(say: _Words, name: str, losses: Sequence[float]) -> str:
    low, high = number(min(losses)), number(max(losses))
    return say(f"{name}_at", a=low) if low == high else say(f"{name}_between", a=low, b=high)


# Advice to an author

AGREE_FROM = 29
"""The data seeds of 32 that agree where the answer is no luck."""
TOLD_APART_UP_TO = 1 / 3
"""The most of all answers that are within luck where a question can be told apart."""


def difference(changes: Sequence[tuple[str, str, str]], lang: str, *, others: bool) -> dict[str, Any]:
    """In what two runs differ: each knob with its values, and whether there is more. A good question turns one."""
    say = _Words(lang)
    if len(changes) == 1 and not others:
        return {"good": True, "text": say("differ_alone", **dict(zip(("knob", "was", "now"), changes[0], strict=True)))}
    told = ", ".join(f"{knob} {was} → {now}" for knob, was, now in changes)
    name = ("differ_more" if told else "differ_otherwise") if others else "differ" if told else "same_run"
    return {"good": False, "text": say(name, changes=told)}


def advice(truth: Mapping[str, Any], lang: str) -> list[dict[str, Any]]:
    """Whether a question is a good one: its answer no luck, and few answers within luck; each with its sentence."""
    say, told = _Words(lang), []
    agree = _agreeing(truth)
    if agree is not None:
        good = agree >= AGREE_FROM
        told.append({"good": good, "text": say("agree" if good else "luck_decides", n=agree)})
    answers = {
        "loss": range(below(truth["axis"]), diverges(truth["axis"]) + 1),
        "alpha": range(MOST_ALPHA + 1),
    }.get(truth["kind"], range(0))
    if answers:
        within = sum(scores.is_within(truth, value) for value in answers)
        good = within <= TOLD_APART_UP_TO * len(answers)
        told.append({"good": good, "text": say("apart" if good else "not_apart", n=within, m=len(answers))})
    return told


def _agreeing(truth: Mapping[str, Any]) -> int | None:
    """With how many of 32 data seeds the same choice holds, or the final loss changes as in this run; None where that
    says nothing."""
    if "agree" in truth or truth.get("raised") is None:
        return truth.get("agree")
    before, after = (math.inf if loss is None else loss for loss in (truth["before"], _loss_of(truth)))
    if after == math.inf:
        return int(truth["seeds"].count(None))
    return None if after == before else int(truth["raised"] if after > before else truth["lowered"])


# One's own


def own(truth: Mapping[str, Any], values: Sequence[Value | None], rounds: Sequence[Round], lang: str) -> dict[str, Any]:
    """How near one's own predictions came: for each round whether it is within luck, and all of it in words."""
    say = _Words(lang)
    made = [(value, votes) for value, votes in zip(values, rounds, strict=True) if value is not None]
    kind = "curve_" if truth["kind"] == CURVE else ""
    names = ["first", "second"] if len(made) > 1 else ["only"]
    sentences = [
        say(f"{kind}{name}", value=_value(say, truth, value), words=_verdict(say, truth, value))
        for name, (value, _) in zip(names, made, strict=False)
    ]
    if made and scores.people(made[-1][1]) > 1:
        closer = scores.closer_than(truth, *made[-1])
        sentences += [] if not closer else [say("closer", n=closer, m=scores.people(made[-1][1]))]
    return {
        "within": [None if value is None else scores.is_within(truth, value) for value in values],
        "words": " ".join(sentences) or say("none"),
    }


def _value(say: _Words, truth: Mapping[str, Any], value: Value) -> str:
    if isinstance(value, tuple):
        return ""
    if truth["kind"] == CHOICE:
        return say("quoted", text=truth["texts"][value])
    if truth["kind"] == ALPHA:
        return say("alpha", alpha=knob_number(alpha_at(value)))
    if value == diverges(truth["axis"]):
        return say("named_diverges")
    if value == below(truth["axis"]):
        return say("below", loss=knob_number(loss_at(truth["axis"][0])))
    return number(loss_at(value))


def _verdict(say: _Words, truth: Mapping[str, Any], value: Value) -> str:
    within, kind = scores.is_within(truth, value), truth["kind"]
    if kind == CHOICE:
        return say("is_right" if within else "not_right")
    if within:
        return say("within_luck")
    if isinstance(value, tuple):
        return say("off", times=number(10.0 ** scores.distance(truth, value), 2))
    if kind == ALPHA:
        final, times = truth["finals"][value], scores.alpha_ratio(truth, value)
        if final is None:
            return say("alpha_diverges")
        return say("over_best", times=number(times, 2)) if times < math.inf else say("it_ended", loss=number(final))
    return _miss(say, truth, value)


def _miss(say: _Words, truth: Mapping[str, Any], value: int) -> str:
    """How far off a loss is that is not within luck, as a factor where there is one."""
    loss, axis = truth["truth"], truth["axis"]
    if loss is None:
        return say("it_diverged", place=_place(say, truth))
    if value == diverges(axis) or loss == 0.0:
        return say("it_ended", loss=number(loss))
    if value == below(axis):
        return say("at_least_too_low", times=number(loss / loss_at(axis[0]), 2))
    guess = loss_at(value)
    return (
        say("too_low", times=number(loss / guess, 2))
        if guess < loss
        else say("too_high", times=number(guess / loss, 2))
    )


# A hunt


def board(places: Sequence[Place], start: Mapping[str, Any], lang: str) -> dict[str, Any]:
    """The board of a hunt as plain data: the first rows, the lucky one, a point for each, and what is said of them."""
    say = _Words(lang)
    hidden = median_of(start["hidden"])
    begun = say("start", own=_diverging(say, start["own"]), median=_diverging(say, hidden))
    lucky = next((place for place in places if place.is_lucky), None)
    rows = [_row(place) for place in places[:LISTED]] + (
        [_row(lucky)] if lucky and lucky not in places[:LISTED] else []
    )
    return {
        "rows": rows,
        "count": len(places),
        "points": [[_or_none(place.entry.own), _or_none(place.entry.median)] for place in places],
        "lucky": None if lucky is None else lucky.entry.seat,
        "sentence": _found(say, places),
        "luck_words": "" if not places else _lucky(say, places, lucky),
        "proof": begun,
    }


def _found(say: _Words, places: Sequence[Place]) -> str:
    if not places:
        return say("nobody_handed_in")
    best, count = places[0].entry, sum(place.place == 1 for place in places)
    if best.median == math.inf:
        return say("all_diverge")
    return say("found", n=count, seat=best.seat, median=number(best.median))


def _lucky(say: _Words, places: Sequence[Place], lucky: Place | None) -> str:
    best, count = places[0], sum(place.place == place.seen_place == 1 for place in places)
    if count and max(best.entry.own, best.entry.median) < math.inf:
        return say("both_first", n=count, seat=best.entry.seat)
    if lucky is None:
        return ""
    own, median = number(lucky.entry.own), _diverging(say, lucky.entry.median)
    return say("lucky", seat=lucky.entry.seat, own=own, median=median, place=lucky.place, count=len(places))


def _row(place: Place) -> dict[str, Any]:
    entry = place.entry
    losses = {"own": _or_none(entry.own), "median": _or_none(entry.median)}
    return {
        "place": place.place,
        "seen_place": place.seen_place,
        "seat": entry.seat,
        "knobs": dict(entry.knobs),
        "link": f"?{entry.link}",
    } | losses


def _diverging(say: _Words, loss: float) -> str:
    return say("divergence") if loss == math.inf else number(loss)


def _or_none(loss: float) -> float | None:
    return loss if loss < math.inf else None
