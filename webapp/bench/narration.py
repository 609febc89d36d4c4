"""Narration: one sentence about what the last change did.

The sentence compares two runs by their settled losses; the caller names the run that came before.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from engine.data.inputs import INPUT_DISTRIBUTIONS
from engine.data.table import TABLE
from engine.data.targets import TARGETS
from webapp.base.format import grouped, number, plural

ALMOST_NOTHING = 1.05
"""Two settled losses closer than this ratio are called equal."""

BRIEF = 40
"""A formula is told in so many characters at most."""


@dataclass(frozen=True)
class RunSummary:
    """What the page remembers of a run, to say later what has changed since."""

    title: str
    alpha: float
    samples: int
    seed: int
    ideal: str
    inputs: str
    network: str
    """Eight hex digits that name the layers, and the facts where they are a table."""
    checkpoint: str
    settled: float | None
    """None when the run diverged."""
    first: float
    diverged_at: int | None
    fingerprint: str


@dataclass(frozen=True)
class Narration:
    """The sentence as pieces (text, emphasis), the proof under it, and the name this run gets as a ghost."""

    sentence: tuple[tuple[str, str], ...]
    proof: str
    label: str
    change: str


def brief(text: str) -> str:
    """A formula as a sentence has room for it, with dots for the rest."""
    return text if len(text) <= BRIEF else f"{text[: BRIEF - 1].rstrip(' ,')}…"


def target_name(ideal: str) -> str:
    """What the sentence calls a target: its title, the table, or formulas of one's own."""
    if ideal == TABLE:
        return "the table"
    return TARGETS[ideal].title if ideal in TARGETS else brief(ideal)


def input_name(name: str) -> str:
    """What the sentence calls a way to draw inputs."""
    return INPUT_DISTRIBUTIONS[name].title if name in INPUT_DISTRIBUTIONS else "the table"


@dataclass(frozen=True)
class Knob:
    """One field of a Summary: how the sentence, the ghost's label and the undo tooltip call it."""

    field: str
    says: str
    tag: str

    def show(self, run: RunSummary) -> str:
        value = getattr(run, self.field)
        match self.field:
            case "alpha":
                return number(value)
            case "ideal":
                return target_name(value)
            case "inputs":
                return input_name(value)
            case _:
                return f"{value:,}" if self.field == "samples" else str(value)

    def turned(self, before: RunSummary, now: RunSummary) -> str:
        """α 0.102 → 0.252: what an undo would take back."""
        return f"{self.tag} {self.show(before)} → {self.show(now)}"


KNOBS = (
    Knob("alpha", "α", "α"),
    Knob("samples", "samples", "samples"),
    Knob("seed", "the seed", "seed"),
    Knob("ideal", "the target", "target"),
    Knob("inputs", "the inputs", "inputs"),
)


def changed_knobs(before: RunSummary, now: RunSummary) -> list[Knob]:
    """The knobs that two runs do not share."""
    return [knob for knob in KNOBS if getattr(before, knob.field) != getattr(now, knob.field)]


NEW_CHECKPOINTS = {
    "randomize": ("New weights", "new weights"),
    "keep": ("Starting from the trained weights", "kept weights"),
    "edit": ("The edited weight", "edited weight"),
}
"""How the sentence begins, and what the run is called, when an act has changed the checkpoint."""
OTHER_WEIGHTS = ("Another checkpoint", "other weights")
OTHER_NETWORK = ("Another network", "other network")
"""The same, when an undo or a ghost has brought another one."""


def narrate(
    before: RunSummary | None, now: RunSummary, act: str = "turn", change: tuple[str, str] | None = None
) -> Narration:
    """What the change from one run to the next did, or what the first run gave.

    A change with words of its own brings them: how the sentence begins, and what the run is called.
    """
    if before is None:
        return _said_first(now)
    knobs = changed_knobs(before, now)
    new_network = before.network != now.network
    new_checkpoint = new_network or before.checkpoint != now.checkpoint
    if change is not None and before.title == now.title:
        return _said_change(before, now, change, new_checkpoint, knobs)
    if before.title != now.title or len(knobs) + new_checkpoint > 1:
        return _said_whole(now)
    if new_checkpoint:
        begins, label = OTHER_NETWORK if new_network else NEW_CHECKPOINTS.get(act, OTHER_WEIGHTS)
        opening: list[tuple[str, str]] = [(begins, "")]
        undone = label
    elif knobs:
        knob = knobs[0]
        opening = [(f"Turning {knob.says} from {knob.show(before)} to ", ""), (knob.show(now), "now")]
        label, undone = f"{knob.tag} → {knob.show(now)}", knob.turned(before, now)
    else:
        return _said_first(now)
    return Narration((*opening, *_effect(before, now)), _proof(before, now, new_checkpoint, knobs), label, undone)


def _said_change(
    before: RunSummary, now: RunSummary, change: tuple[str, str], new_checkpoint: bool, knobs: list[Knob]
) -> Narration:
    begins, label = change
    undone = knobs[0].turned(before, now) if len(knobs) == 1 else label
    return Narration(((begins, ""), *_effect(before, now)), _proof(before, now, new_checkpoint, knobs), label, undone)


def _effect(before: RunSummary, now: RunSummary) -> list[tuple[str, str]]:
    if now.settled is None:
        return [(" made the run ", ""), (f"diverge at step {now.diverged_at or 0:,}", "bad"), (".", "")]
    if before.settled is None:
        return [
            (" brought the run back: the loss settled at ", ""),
            (number(now.settled), "strong"),
            (".", ""),
        ]
    low, high = sorted((before.settled, now.settled))
    if low == high or (low > 0 and high / low < ALMOST_NOTHING):
        return [(" changed almost nothing.", "")]
    way = "lower" if now.settled < before.settled else "higher"
    if low == 0:
        to = "to 0" if way == "lower" else f"from 0 to {number(high)}"
        return [(" took the settled loss ", ""), (to, "strong"), (".", "")]
    return [(" settled the loss ", ""), (f"{number(high / low, 2)} times {way}", "strong"), (".", "")]


def _said_first(now: RunSummary) -> Narration:
    label = f"start, α {number(now.alpha)}"
    samples = plural(now.samples, "sample")
    if now.settled is None:
        pieces = (
            (f"{samples} made the run ", ""),
            (f"diverge at step {now.diverged_at or 0:,}", "bad"),
            (".", ""),
        )
    else:
        pieces = (
            (f"{samples} took the loss from {number(now.first)} to ", ""),
            (number(now.settled), "now"),
            (".", ""),
        )
    return Narration(pieces, _ending(now, "The loss settles"), label, now.title)


def _said_whole(now: RunSummary) -> Narration:
    if now.settled is None:
        pieces = ((f"{now.title}: the run ", ""), (f"diverged at step {now.diverged_at or 0:,}", "bad"), (".", ""))
    else:
        pieces = ((f"{now.title}: the loss settled at ", ""), (number(now.settled), "now"), (".", ""))
    return Narration(pieces, _ending(now, "Settled"), f"start, α {number(now.alpha)}", now.title)


def _proof(before: RunSummary, now: RunSummary, new_checkpoint: bool, knobs: Sequence[Knob]) -> str:
    if now.settled is None:
        return _ending(now, "")
    changed = {knob.field for knob in knobs}
    if new_checkpoint:
        kept = f"New checkpoint, same {plural(now.samples, 'sample')}."
    elif changed & {"seed", "inputs"}:
        kept = "Same checkpoint, other samples."
    elif "ideal" in changed:
        kept = "Same checkpoint, other target."
    elif "samples" in changed:
        kept = "Same checkpoint, same seed."
    else:
        kept = f"Same checkpoint, same {plural(now.samples, 'sample')}."
    was = "∞" if before.settled is None else number(before.settled)
    return f"{was} → {number(now.settled)}, {_tail(now)}. {kept} Run {grouped(now.fingerprint)}."


def _ending(now: RunSummary, settles: str) -> str:
    if now.settled is None:
        return (
            f"The loss grew past 10⁶ or out of the numbers. Weights and response stop at step "
            f"{max(0, (now.diverged_at or 0) - 1):,}. Turn α back, or lower it."
        )
    return f"{settles}: {_tail(now)}. Run {grouped(now.fingerprint)}."


def _tail(now: RunSummary) -> str:
    steps = now.samples // 10
    return f"mean of the last {plural(steps, 'step')}" if steps > 1 else "the loss of the last step"
