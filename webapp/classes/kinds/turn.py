"""The sentences about a run that is turned from the one before, for each kind that predicts one."""

import math
from collections.abc import Sequence

from webapp.classes.kinds import scores
from webapp.classes.kinds.prediction import Plain
from webapp.classes.kinds.runs import SEEDS
from webapp.classes.language import Words
from webapp.classes.lesson import Step


def happened(say: Words, asked: Step, truth: Plain) -> dict[str, list[str]]:
    """The result of a turn, and which choice is right where the author says that."""
    right = [say("right"), asked.choices[truth["truth"]].text, "."] if asked.is_judged else []
    if not asked.after:
        return {"it": [], "opening": right}
    name, values = _change(truth, say)
    rest = say(name, **values) + (say("luck") if truth["verdict"] == "luck" and name not in ("stayed", "again") else "")
    subject = say("the_run" if name in ("diverged", "again", "learned") else "the_loss")
    more = [". ", "".join(right)] if right else ["."]
    return {"it": [say("it"), rest, "".join(more)], "opening": [subject, rest, "".join(more)]}


def _change(truth: Plain, say: Words) -> tuple[str, dict[str, str]]:
    before, after = truth["before"], loss_of(truth)
    if after is None:
        return "diverged" if before is not None else "again", {"place": place(say, truth)}
    if before is None:
        return "learned", {"after": say.number(after)}
    values = {"before": say.number(before), "after": say.number(after)}
    low, high = sorted((before, after))
    if values["before"] == values["after"]:
        return "stayed", values
    if high < scores.ALIKE * low:
        return "hardly", values
    if truth["verdict"] != "effect":
        return "went", values
    return "rose" if after > before else "fell", values


def loss_of(truth: Plain) -> float | None:
    """The final loss of the run to predict, which is not the truth of a choice or an α; None where it diverges."""
    loss: float | None = truth.get("loss", truth["truth"])
    return loss


def place(say: Words, truth: Plain) -> str:
    """The step at which the run diverges."""
    return say(truth["one"], at=say.local(f"{truth['diverged'] or 0:,}"))


def luck(say: Words, truth: Plain) -> str:
    """Where the run's twins and its other data seeds end."""
    if "seeds" not in truth:
        return ""
    ends = [loss_of(truth), *truth["twins"]]
    lost = truth["seeds"].count(None)
    found = sorted(map(scores.end_of, truth["seeds"]))
    inner = found[scores.BEYOND : -scores.BEYOND]
    alike = sum(inner[0] <= loss <= inner[-1] for loss in found)
    seeds = [] if math.inf in inner else [_range(say, "seeds", inner, n=alike)]
    seeds += [diverging_seeds(say, lost)] if lost else []
    if None in ends:
        count = ends.count(None)
        own = say("ends_diverge") if count == len(ends) else say("ends_some", n=count, m=len(ends))
    else:
        own = _range(say, "ends", [end for end in ends if end is not None])
    return " ".join(f"{sentence}." for sentence in (own, *seeds))


def diverging_seeds(say: Words, lost: int) -> str:
    """How many data seeds diverge."""
    return say("seeds_diverge") if lost == len(SEEDS) else say("seeds_some", n=lost)


def _range(say: Words, name: str, losses: Sequence[float], **values: int) -> str:
    low, high = say.number(min(losses)), say.number(max(losses))
    return say(f"{name}_at", a=low, **values) if low == high else say(f"{name}_between", a=low, b=high, **values)
