"""Narration: one sentence about what the last change did.

The sentence compares two runs by their settled losses; the caller names the run that came before.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from engine.data.inputs import INPUT_DISTRIBUTIONS
from engine.data.table import TABLE
from engine.data.targets import TARGETS
from engine.experiments.knobs import (
    IDEAL,
    INPUTS,
    KNOBS,
    Choice,
    Knob,
    Knobs,
    Number,
    Seed,
    Structured,
    Whole,
    naming_knobs,
)
from webapp.base.format import grouped, number, plural
from webapp.bench.run_summary import RunSummary

ALMOST_NOTHING = 1.05
"""Two settled losses closer than this ratio are called equal."""

BRIEF = 40
"""A formula in a sentence has so many characters at most."""


@dataclass(frozen=True)
class Narration:
    """The sentence as pieces (text, emphasis), the proof under it, the label of the run once it is an earlier one, and
    what an undo would take back."""

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


def shown_value(knob: Knob, value: Any) -> str:
    """A knob's value as a sentence says it."""
    match knob.kind:
        case Number():
            return number(value)
        case Seed():
            return str(value)
        case Whole():
            return knob.kind.text(value) if value is None else f"{value:,}"
        case Choice(options=options):
            return options[value]
        case Structured():
            return STRUCTURED[knob.name](value)
        case _:
            return brief(knob.kind.text(value))


STRUCTURED: Mapping[str, Callable[[str], str]] = {IDEAL.name: target_name, INPUTS.name: input_name}
"""What the sentence calls a value with parts."""


def turned(knob: Knob, before: RunSummary, now: RunSummary) -> str:
    """α 0.102 → 0.252: what an undo would take back."""
    was, is_now = (shown_value(knob, run.knobs[knob.name]) for run in (before, now))
    return f"{knob.label} {was} → {is_now}"


def changed_knobs(before: RunSummary, now: RunSummary, knobs: Knobs = KNOBS) -> list[Knob]:
    """The knobs that two runs do not share."""
    return [knob for knob in naming_knobs(knobs) if before.knobs[knob.name] != now.knobs[knob.name]]


NEW_CHECKPOINTS = {
    "randomize": ("New weights", "new weights"),
    "keep": ("Starting from the trained weights", "kept weights"),
    "edit": ("The edited weight", "edited weight"),
}
"""How the sentence begins, and what the run is called, when an action has changed the checkpoint."""
OTHER_WEIGHTS = ("Another checkpoint", "other weights")
OTHER_NETWORK = ("Another network", "other network")
"""The same, when an undo or a ghost has brought another one."""


def narrate(
    before: RunSummary | None,
    now: RunSummary,
    action: str = "turn",
    change: tuple[str, str] | None = None,
    knobs: Knobs = KNOBS,
) -> Narration:
    """What the change from one run to the next did, or what the first run gave.

    A change with words of its own brings them: how the sentence begins, and what the run is called.
    """
    if before is None:
        return _first_run(now)
    changed = changed_knobs(before, now, knobs)
    new_network = before.network != now.network
    new_checkpoint = new_network or before.checkpoint != now.checkpoint
    if change is not None and before.title == now.title:
        return _one_change(before, now, change, new_checkpoint, changed)
    if before.title != now.title or len(changed) + new_checkpoint > 1:
        return _several_changes(now)
    if new_checkpoint:
        begins, label = OTHER_NETWORK if new_network else NEW_CHECKPOINTS.get(action, OTHER_WEIGHTS)
        opening: list[tuple[str, str]] = [(begins, "")]
        undone = label
    elif changed:
        knob = changed[0]
        was, is_now = (shown_value(knob, run.knobs[knob.name]) for run in (before, now))
        opening = [(f"Turning {knob.spoken} from {was} to ", ""), (is_now, "now")]
        label, undone = f"{knob.label} → {is_now}", turned(knob, before, now)
    else:
        return _first_run(now)
    return Narration((*opening, *_effect(before, now)), _proof(before, now, new_checkpoint, changed), label, undone)


def _one_change(
    before: RunSummary, now: RunSummary, change: tuple[str, str], new_checkpoint: bool, changed: list[Knob]
) -> Narration:
    begins, label = change
    undone = turned(changed[0], before, now) if len(changed) == 1 else label
    return Narration(((begins, ""), *_effect(before, now)), _proof(before, now, new_checkpoint, changed), label, undone)


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


def _first_run(now: RunSummary) -> Narration:
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


def _several_changes(now: RunSummary) -> Narration:
    if now.settled is None:
        pieces = ((f"{now.title}: the run ", ""), (f"diverged at step {now.diverged_at or 0:,}", "bad"), (".", ""))
    else:
        pieces = ((f"{now.title}: the loss settled at ", ""), (number(now.settled), "now"), (".", ""))
    return Narration(pieces, _ending(now, "Settled"), f"start, α {number(now.alpha)}", now.title)


SAME_CHECKPOINT = {
    "samples": "Same checkpoint, other samples.",
    "target": "Same checkpoint, other target.",
    "count": "Same checkpoint, same seed.",
}
"""What stayed, by what of the samples the turned knobs alter; the first that applies is said."""


def _proof(before: RunSummary, now: RunSummary, new_checkpoint: bool, changed: Sequence[Knob]) -> str:
    if now.settled is None:
        return _ending(now, "")
    altered = {knob.alters for knob in changed}
    samples = plural(now.samples, "sample")
    if new_checkpoint:
        same = f"New checkpoint, same {samples}."
    else:
        kept = (sentence for alters, sentence in SAME_CHECKPOINT.items() if alters in altered)
        same = next(kept, f"Same checkpoint, same {samples}.")
    was = "∞" if before.settled is None else number(before.settled)
    return f"{was} → {number(now.settled)}, {_tail(now)}. {same} Run {grouped(now.fingerprint)}."


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
