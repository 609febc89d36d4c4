"""The knobs that somebody has turned from the run that a hunt or a task gives, and whether these may be turned."""

from collections.abc import Mapping, Sequence
from dataclasses import replace

from engine.errors import BenchError
from engine.experiments.experiment import DrawnWeights, Experiment
from engine.experiments.knobs import DISTINCT, FILTER, LOSS, SEED, WITHOUT, Knob, plain_knobs
from webapp.base.format import told_apart
from webapp.base.validation import Malformed
from webapp.bench.narration import shown_value
from webapp.classes.language import ENGLISH, Refusal
from webapp.classes.lesson import HUNT
from webapp.links.codec import Link

FIXED = (LOSS, WITHOUT)
"""Knobs that nobody turns, beside those that alter the samples: losses would not be compared on the same terms."""
OF_TASKS = (SEED, DISTINCT)
"""Knobs that alter the samples, and that a task may allow all the same: it names the loss that counts."""
WEIGHTS = "weights"
"""The weight seed, by its name in links, which a task may allow."""
WEIGHT_SEED = "weight seed"


class KnobName(Refusal):
    """A knob in a refusal: as English speaks of it, and elsewhere by its name on the bench, which is in English."""

    def __init__(self, spoken: str, label: str) -> None:
        super().__init__(spoken)
        self._spoken, self._label = spoken, label

    def said(self, lang: str) -> str:
        """The knob in this language."""
        return self._spoken if lang == ENGLISH else f"„{self._label}“"


def knobs_of(experiment: Experiment) -> list[Knob]:
    """The knobs that name a run."""
    return [knob for knob in plain_knobs(experiment.knobs) if knob.names_run]


def turnable(before: Experiment, what: str) -> set[str]:
    """The names in links of what a hunt can allow, or a task."""
    rows = knobs_of(before)
    names = {knob.link_name for knob in rows if knob.alters in ("", "count") and knob not in FIXED}
    if what == HUNT:
        return names
    drawn = isinstance(before.weights, DrawnWeights)
    return names | {knob.link_name for knob in OF_TASKS} | ({WEIGHTS} if drawn else set())


def refusal_of(names: Sequence[str], before: Experiment, what: str, where: str) -> str:
    """Why a hunt, or a task, cannot allow these knobs, after `where`; empty where it can."""
    known = turnable(before, what)
    strange = [name for name in names if name not in known]
    return f"{where}a {what} cannot turn {strange[0][:40]}. It can turn {', '.join(sorted(known))}." if strange else ""


def check_turned(own: Link, before: Link, allowed: Sequence[str], what: str) -> None:
    """Malformed with a sentence where a run differs from that of a hunt or a task in more than the allowed knobs."""
    experiment, first = own.experiment, before.experiment
    if WEIGHTS in allowed and _weight_seeds(experiment, first):
        experiment = experiment.replace_unchecked(weights=first.weights)
    rows = knobs_of(first)
    if not same_beside(rows, experiment, first):
        raise Malformed(Refusal("other_run", what=Refusal(what)))
    for knob in rows:
        if knob.link_name not in allowed and getattr(experiment, knob.name) != getattr(first, knob.name):
            raise Malformed(Refusal("leaves", what=Refusal(what), knob=KnobName(knob.spoken, knob.label)))


def turned(own: Experiment, before: Experiment) -> Mapping[str, tuple[str, str]]:
    """The values that were turned, before and now, by the labels of their knobs."""
    found = {}
    for knob in knobs_of(before):
        was, now = (knob.kind.plain(getattr(one, knob.name)) for one in (before, own))
        if was != now:
            texts = told_apart(was, now) if isinstance(was, float) else (shown_value(knob, was), shown_value(knob, now))
            found[knob.label] = texts
    if seeds := _weight_seeds(own, before):
        found[WEIGHT_SEED] = seeds
    return found


def same_beside(knobs: Sequence[Knob], own: Experiment, before: Experiment) -> bool:
    """Whether nothing differs beside these knobs, and the filter, which names no run."""
    try:
        return replace(own, **{knob.name: getattr(before, knob.name) for knob in (*knobs, FILTER)}) == before
    except BenchError:
        return False


def _weight_seeds(own: Experiment, before: Experiment) -> tuple[str, str] | None:
    """The weight seeds of both, where they differ and all else of how the weights are drawn does not."""
    was, now = before.weights, own.weights
    if not isinstance(was, DrawnWeights) or not isinstance(now, DrawnWeights) or was.scheme != now.scheme:
        return None
    return None if was.seed == now.seed else (str(was.seed), str(now.seed))
