"""Narration: one sentence about the effect of the last change.

The sentence compares two runs by their final losses; the caller names the run that came before.
"""

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from engine.data.inputs import INPUT_DISTRIBUTIONS
from engine.data.prepared_table import BY_SEED
from engine.data.table import TABLE
from engine.data.targets import TARGETS
from engine.experiments.knobs import (
    DISTINCT,
    HELD_OUT,
    IDEAL,
    INPUTS,
    KNOBS,
    LOSS,
    NOISE,
    SAMPLES,
    SCALING,
    SEED,
    SPLIT,
    TEST,
    WITHOUT,
    Choice,
    Knob,
    Knobs,
    Number,
    Seed,
    Structured,
    Whole,
    WholeNumbers,
    naming_knobs,
)
from engine.scoring import Judged as JudgedRows
from webapp.base.format import grouped, knob_number, number, plural, told_apart
from webapp.bench.held_out_words import HeldOutWords, error_text
from webapp.bench.run_summary import RunSummary

ALMOST_NOTHING, TWICE = 1.05, 2.0
"""Ratios of two final losses: closer than the first they are called equal, from the second on the ratio is stated."""

BRIEF = 40
"""The most characters of a formula in a sentence."""


Pieces = tuple[tuple[str, str], ...]
"""A sentence as pieces, each with its emphasis or nothing."""


@dataclass(frozen=True)
class Narration:
    """The sentence, the proof under it, the label of the run once it is an earlier one, the change that an undo takes
    back, whether the sentence compares the run with the one before, and the sentences to put in its place once the
    luck of both runs is known, if it claims a change."""

    sentence: Pieces
    proof: str
    label: str
    change: str
    compares: bool = False
    judged: "Judged | None" = None


@dataclass(frozen=True)
class Judged:
    """The sentence about a change that is beyond the luck of both runs, about one that is within that of this run, and
    about one within that of the run before; how each of them opens, and ends where `more` is said; and whether the
    change is called a turn or a change, empty where it is too small to be made under other data seeds."""

    beyond: Pieces
    within: Pieces
    within_before: Pieces
    opening: Pieces
    noun: str
    more: Pieces = ()


def brief(text: str) -> str:
    """A formula as a sentence has room for it, with dots for the rest."""
    return text if len(text) <= BRIEF else f"{text[: BRIEF - 1].rstrip(' ,')}…"


def target_name(ideal: str) -> str:
    """The name of a target in a sentence: its title, the table, or formulas of one's own."""
    if ideal == TABLE:
        return "the table"
    return TARGETS[ideal].title if ideal in TARGETS else brief(ideal)


def input_name(name: str) -> str:
    """The name of an input distribution in a sentence."""
    return INPUT_DISTRIBUTIONS[name].title if name in INPUT_DISTRIBUTIONS else "the table"


LAYER_KINDS = {"affinity": "dense layer", "map": "activation", "identity": "identity layer"}
"""The nouns of layers in a sentence, by the engine's names of their kinds."""


def with_article(noun: str) -> str:
    """a dense layer, an activation."""
    return f"{'an' if noun[0] in 'aeiou' else 'a'} {noun}"


def shown_value(knob: Knob, value: Any) -> str:
    """A knob's value as a sentence writes it."""
    match knob.kind:
        case Number():
            return knob_number(value)
        case Seed():
            return str(value)
        case Whole():
            return knob.kind.text(value) if value is None else f"{value:,}"
        case Choice(options=options):
            return options[value]
        case Structured() | WholeNumbers():
            return STRUCTURED[knob.name](value)
        case _:
            return brief(knob.kind.text(value))


def shown_values(knob: Knob, before: Mapping[str, Any], now: Mapping[str, Any]) -> tuple[str, str]:
    """The knob's values in two runs, as a sentence writes them: numbers that differ are told apart."""
    was, is_now = before[knob.name], now[knob.name]
    if isinstance(knob.kind, Number):
        return told_apart(was, is_now)
    return shown_value(knob, was), shown_value(knob, is_now)


STRUCTURED: Mapping[str, Callable[[str], str]] = {
    IDEAL.name: target_name,
    INPUTS.name: input_name,
    WITHOUT.name: lambda numbers: brief(numbers.replace(",", ", ")),
}
"""The functions that name a value with parts in a sentence."""


def turned(knob: Knob, before: RunSummary, now: RunSummary) -> str:
    """α 0.102 → 0.252: the change that an undo takes back."""
    was, is_now = shown_values(knob, before.knobs, now.knobs)
    return f"{knob.label} {was} → {is_now}"


def in_a_sentence(begins: str) -> str:
    """The opening of a sentence, after other words: adding a dense layer, He starting weights."""
    first = begins.split(maxsplit=1)[0]
    return (begins[0].lower() + begins[1:] if first.endswith("ing") or first in LOWERED else begins).rstrip(",")


LOWERED = ("New", "Other", "Another", "Weight", "Normal", "Zero")
"""Words that begin a sentence about a change, and have no capital letter after others."""


def changed_knobs(before: RunSummary, now: RunSummary, knobs: Knobs = KNOBS) -> list[Knob]:
    """The knobs that two runs do not share."""
    return [knob for knob in naming_knobs(knobs) if before.knobs[knob.name] != now.knobs[knob.name]]


NEW_WEIGHTS = {
    "randomize": ("New weights", "new weights"),
    "keep": ("Starting from the trained weights", "trained weights"),
}
"""The opening of the sentence and the label of the run, when an action has changed the starting weights."""
OTHER_WEIGHTS = ("Other starting weights", "other weights")
OTHER_NETWORK = ("Another network", "other network")
"""The opening and the label when another experiment was opened."""
OTHER_TABLE = ("Other rows of the table", "other rows")
"""The opening and the label when the samples alone are others."""


@dataclass(frozen=True)
class Origin:
    """The narration's knowledge of a run's origin, beside its summary and the one before."""

    action: str = "turn"
    change: tuple[str, str] | None = None
    """The opening of the sentence about the change and the label of the run, where the change has words of its own."""
    kept: str = ""
    """The things that the starting weights share with those before, where they differ and that is known."""
    back_to: str = ""
    """The fingerprint of the earlier run that was gone back to."""


def narrate(
    before: RunSummary | None,
    now: RunSummary,
    origin: Origin | None = None,
    knobs: Knobs = KNOBS,
    held_out: HeldOutWords | None = None,
) -> Narration:
    """The effect of the last change, or the result of the first run, and the clause about held-out samples."""
    origin = origin or Origin()
    narration = _narration(before, now, origin, knobs)
    if held_out is None or origin.back_to:
        return narration
    changed = [] if before is None else changed_knobs(before, now, knobs)
    if before is not None and [knob.name for knob in changed] in _OF_DATA and _same_start(before, now):
        return _learned_and_held_out(narration, changed[0], (before, now), held_out)
    if held_out.score is not None:
        earlier = before if before is not None and _same_rows(before, now) else None
        return _with_score(narration, earlier, held_out.score)
    was = before.held_out_loss if before is not None and _same_held_out(before, now, changed) else None
    return _with_held_out(narration, was if narration.compares else None, held_out)


_OF_DATA = ([NOISE.name], [DISTINCT.name], [HELD_OUT.name])
"""Knobs whose sentence tells how much the run has learned of its samples, in place of a change of the final loss."""


def _same_start(before: RunSummary, now: RunSummary) -> bool:
    """Whether both are runs of one network, or of one table, from one checkpoint."""
    return (before.title, before.network, before.checkpoint) == (now.title, now.network, now.checkpoint)


def _learned_and_held_out(
    narration: Narration, knob: Knob, runs: tuple[RunSummary, RunSummary], held_out: HeldOutWords
) -> Narration:
    was, is_now = shown_values(knob, *(each.knobs for each in runs))
    pieces: Pieces = (
        (f"{turns(knob)} {knob.spoken} from {was} to ", ""),
        (is_now, "now"),
        (": learned ", ""),
        (number(runs[1].settled or 0.0), "strong"),
        (", held-out ", ""),
        (number(held_out.loss), "strong"),
        (f". It has {held_out.by_heart}." if held_out.by_heart else ".", ""),
    )
    return replace(narration, sentence=pieces, compares=False, judged=None)


def _same_held_out(before: RunSummary, now: RunSummary, changed: Sequence[Knob]) -> bool:
    """Whether the samples that both runs hold out are the same."""
    if any(knob.alters in ("samples", "target") for knob in changed):
        return False
    return before.network == now.network or before.data == now.data


def _same_rows(before: RunSummary, now: RunSummary) -> bool:
    """Whether both hold out the same rows of one table."""
    names = [HELD_OUT.name, SPLIT.name, TEST.name]
    if now.knobs.get(SPLIT.name) == BY_SEED:
        names.append(SEED.name)
    same_table = before.network == now.network or before.data == now.data
    return same_table and all(before.knobs.get(name) == now.knobs.get(name) for name in names)


def _with_score(narration: Narration, before: RunSummary | None, score: JudgedRows) -> Narration:
    """The narration, and after each of its sentences how many held-out rows are answered right, or by how much they are
    missed; and how many before, or by how much."""
    was, end = None if before is None else before.held_out_score, (".", "")
    if score.right is not None:
        of_all = f"{score.right:,} of {score.rows:,}"
        opening, same, earlier = " Held-out rows right: ", was == score.right, f"{was or 0:,.0f}"
    else:
        of_all = error_text(score.mean_error or 0.0, score.unit)
        opening, same = " The held-out mean error is ", of_all == error_text(was or 0.0, score.unit)
        earlier = error_text(was or 0.0, None)
    compared = (", as before" if same else f", before {earlier}", "")
    more: Pieces = ((opening, ""), (of_all, "strong"), *([] if was is None else [compared]), end)
    if was is None and score.right is not None:
        more = ((" It answers ", ""), (of_all, "strong"), (" held-out rows right", ""), end)
    return _followed(narration, more, more)


def _with_held_out(narration: Narration, was: float | None, held_out: HeldOutWords) -> Narration:
    """The narration, and after each of its sentences the held-out loss: that of the run before too, where it was
    another, and that the samples were learned by heart, where they were."""
    text = number(held_out.loss)
    moved = was is not None and number(was) != text
    if not moved and not held_out.by_heart:
        return narration
    # The page has room for two lines.
    opening, by_heart = " Held-out ", f": it has {held_out.by_heart}."
    if was is not None and moved:
        opening, by_heart = f" Held-out {number(was)} → ", ": learned by heart."
    more: Pieces = ((opening, ""), (text, "strong"), (by_heart if held_out.by_heart else ".", ""))
    return _followed(narration, more, (*more[:2], (".", "")) if moved else more)


def _followed(narration: Narration, more: Pieces, in_luck: Pieces) -> Narration:
    """The narration with more after each of its sentences, those that are within luck with other words."""
    judged = narration.judged and replace(
        narration.judged,
        more=more,
        beyond=(*narration.judged.beyond, *more),
        within=(*narration.judged.within, *in_luck),
        within_before=(*narration.judged.within_before, *in_luck),
    )
    return replace(narration, sentence=(*narration.sentence, *more), judged=judged)


def _narration(before: RunSummary | None, now: RunSummary, origin: Origin, knobs: Knobs) -> Narration:
    if before is None:
        return _first_run(now)
    changed = changed_knobs(before, now, knobs)
    new_network = before.network != now.network
    new_checkpoint = new_network or before.checkpoint != now.checkpoint
    proof = _proof(before, now, changed, origin.kept)
    if origin.back_to:
        return _back(before, now, origin.back_to, changed, new_checkpoint)
    several = before.title != now.title or len(changed) + new_checkpoint > 1
    words = origin.change if before.title == now.title else None
    if has_other_loss(before, now) and words is None:
        return _several_changes(now, origin) if several else _other_loss(before, now, changed[0], proof)
    if several and words is None:
        return _several_changes(now, origin)
    change = _words_of_change(before, now, (changed, new_network, new_checkpoint), words, origin.action)
    if change is None:
        return _first_run(now)
    opening, label, undone = change
    # A change with words of its own brings another table with the knobs that suit it.
    knobs_alone = changed if words is None else [knob for knob in changed if knob in (IDEAL, SCALING)]
    alike = not has_other_loss(before, now) and not has_other_targets(before, now, knobs_alone)
    return (_narration_of_change if alike else _other_targets)(opening, before, now, (proof, label, undone))


def _words_of_change(
    before: RunSummary,
    now: RunSummary,
    what: tuple[Sequence[Knob], bool, bool],
    words: tuple[str, str] | None,
    action: str,
) -> tuple[Pieces, str, str] | None:
    """The opening of the sentence, the label of the run and what an undo takes back; None where nothing has changed.

    `what` has the knobs that were turned, and whether the network and the starting weights are others; `words` are
    those that the change has itself.
    """
    changed, new_network, new_checkpoint = what
    if words is not None:
        begins, label = words
        undone = turned(changed[0], before, now) if len(changed) == 1 else in_a_sentence(begins)
        return ((begins, ""),), label, undone
    if new_checkpoint:
        begins, label = NEW_WEIGHTS.get(action, OTHER_WEIGHTS)
        if new_network:
            has_other_rows = before.layers == now.layers and before.data != now.data
            begins, label = OTHER_TABLE if has_other_rows else OTHER_NETWORK
        return ((begins, ""),), label, label
    if not changed:
        return None
    knob = changed[0]
    was, is_now = shown_values(knob, before.knobs, now.knobs)
    opening = ((f"{turns(knob)} {knob.spoken} from {was} to ", ""), (is_now, "now"))
    return opening, f"{knob.label} → {is_now}", turned(knob, before, now)


def _narration_of_change(opening: Pieces, before: RunSummary, now: RunSummary, rest: tuple[str, str, str]) -> Narration:
    """The opening names the change, and its effect follows; `rest` is the proof, the label and what is undone."""
    nothing = _no_effect(before, now)
    if nothing:
        return Narration((*opening, *nothing), *rest, compares=True)
    almost = _almost_nothing(before, now)
    within, within_before = ((*opening, *_move(before, now, words)) for words in (WITHIN_LUCK, WITHIN_LUCK_BEFORE))
    noun = "turn" if opening[0][0].startswith(TURNING) else "change"
    beyond = (*opening, *(almost or _effect(before, now)))
    judged = Judged(beyond, within, within_before, opening, "" if almost else noun)
    # Until the luck of both runs is known, only what the numbers say is said.
    both = before.settled is not None and now.settled is not None
    sentence = (*opening, *_move(before, now)) if both and not almost else beyond
    return Narration(sentence, *rest, compares=True, judged=judged)


def has_other_loss(before: RunSummary, now: RunSummary) -> bool:
    """Whether the losses of two runs are of different kinds: then none is lower or higher than the other."""
    return loss_of(before) != loss_of(now)


def has_other_targets(before: RunSummary, now: RunSummary, changed: Sequence[Knob]) -> bool:
    """Whether the targets of two runs are those of another task, or in another unit, so that a lower loss is no
    better one."""
    if before.data and now.data and before.data[8:] == now.data[8:]:
        return False
    tables = [run.knobs.get(INPUTS.name) == TABLE for run in (before, now)]
    other_table = all(tables) and not any(knob.alters for knob in changed) and bool(before.data and now.data)
    return other_table or any(knob in (IDEAL, SCALING) for knob in changed)


def _other_targets(opening: Pieces, before: RunSummary, now: RunSummary, rest: tuple[str, str, str]) -> Narration:
    """The opening names the change of the targets, and the loss at the end follows; `rest` is the proof, the label and
    what is undone."""
    opening = (*opening[:-1], (opening[-1][0].rstrip(","), opening[-1][1]))
    if before.fingerprint == now.fingerprint:
        end: Pieces = _no_effect(before, now)
    elif now.settled is None:
        end = ((": the run ", ""), (_lost(now), "bad"), (".", ""))
    else:
        end = ((": the final loss is ", ""), (number(now.settled), "strong"), (".", ""))
    return Narration((*opening, *end), *rest)


def loss_of(summary: RunSummary) -> str:
    """The loss that the run has."""
    return str(summary.knobs.get(LOSS.name, LOSS.default))


NAMES = ("Huber",)
"""Titles that begin with somebody's name."""


def _other_loss(before: RunSummary, now: RunSummary, knob: Knob, proof: str) -> Narration:
    """The words for a changed loss function, and the loss at the end."""
    spoken = shown_value(knob, loss_of(now))
    label, undone = f"{knob.label} → {spoken}", turned(knob, before, now)
    opening: Pieces = (("The loss is now ", ""), (spoken if spoken in NAMES else spoken.lower(), "now"))
    if before.fingerprint == now.fingerprint:
        rest: Pieces = ((", which changed ", ""), ("nothing", "strong"), (": the run is the same to the last bit.", ""))
    elif now.settled is None:
        rest = ((", and the run ", ""), (_lost(now), "bad"), (".", ""))
    else:
        rest = (("; its final value is ", ""), (number(now.settled), "strong"), (".", ""))
    return Narration((*opening, *rest), proof, label, undone)


TURNING = "Turning"
PER_STEP = "step"
"""The word for one number along a run of which each sample is a step."""


def turns(knob: Knob) -> str:
    """Turning or Changing: knobs with a slider are turned."""
    return TURNING if isinstance(knob.kind, Number | Whole) and not isinstance(knob.kind, Seed) else "Changing"


def _back(
    before: RunSummary, now: RunSummary, fingerprint: str, changed: Sequence[Knob], new_checkpoint: bool
) -> Narration:
    """Back at an earlier run, which is the same to the last bit, or else is not."""
    one = changed[0] if len(changed) == 1 and not new_checkpoint and before.title == now.title else None
    where = "" if one is None else f"{one.label} {shown_value(one, now.knobs[one.name])}: "
    run = f"run {grouped(now.fingerprint)}"
    if now.fingerprint == fingerprint:
        pieces = ((f"Back to {where}{run}, ", ""), ("identical", "strong"), (".", ""))
    else:
        pieces = ((f"Back to {where}{run}, which was ", ""), (grouped(fingerprint), "bad"), (" before.", ""))
    if one is None:
        return Narration(pieces, _ending_of_back(now), run, f"back to {run}")
    label = f"{one.label} → {shown_value(one, now.knobs[one.name])}"
    return Narration(pieces, _ending_of_back(now), label, turned(one, before, now))


def _ending_of_back(now: RunSummary) -> str:
    """The end of a run whose sentence has said that it is back."""
    if now.settled is None:
        return f"The run {_lost(now)}."
    return _one_line(f"Final loss {number(now.settled)}: {_tail(now)}.", _goodness(now))


WITHIN_LUCK, WITHIN_LUCK_BEFORE = "within the luck of this run", "within the luck of the run before"


def _no_effect(before: RunSummary, now: RunSummary) -> Pieces:
    """The rest of a sentence that claims no change of the final loss; nothing where there is one to claim."""
    if before.fingerprint == now.fingerprint:
        return ((" changed ", ""), ("nothing", "strong"), (": the run is the same to the last bit.", ""))
    was, is_now = before.diverged_at, now.diverged_at
    if was is not None and is_now is not None:
        moved = f" moved the divergence from {before.one} {was:,} to "
        opening = " left the divergence at " if was == is_now else moved
        return ((opening, ""), (f"{now.one} {is_now:,}", "bad"), (".", ""))
    if before.settled is None and now.settled is not None and _is_cut_short(before, now):
        opening = f" stopped the run before its divergence at {before.one} {before.diverged_at:,}: the final loss is "
        return ((opening, ""), (number(now.settled), "strong"), (".", ""))
    if before.settled is None or now.settled is None:
        return ()
    low, high = sorted((before.settled, now.settled))
    if low == high:
        return ((" left the final loss at ", ""), (number(now.settled), "strong"), (".", ""))
    return ()


def _almost_nothing(before: RunSummary, now: RunSummary) -> Pieces:
    """The rest of a sentence about two final losses that are almost the same; nothing where they are not."""
    low, high = sorted((before.settled or 0.0, now.settled or 0.0))
    return ((" changed the final loss by less than 5 %.", ""),) if low > 0 and high / low < ALMOST_NOTHING else ()


def _is_cut_short(before: RunSummary, now: RunSummary) -> bool:
    """Whether now is the beginning of the run before, up to a step before its divergence."""
    same = before.network == now.network and before.checkpoint == now.checkpoint
    others = [knob for knob in before.knobs if knob != SAMPLES.name]
    return (
        same
        and now.samples <= (before.diverged_at or 0)
        and all(before.knobs[name] == now.knobs[name] for name in others)
    )


def _effect(before: RunSummary, now: RunSummary) -> Pieces:
    """The effect of the change."""
    if now.settled is None:
        return ((" made the run ", ""), (_lost(now, "diverge"), "bad"), (".", ""))
    if before.settled is None:
        was = f" lowered the final loss from {PAST_ALL} to "
        opening = was if before.diverged_at is None else " ended the divergence: the final loss is "
        return ((opening, ""), (number(now.settled), "strong"), (".", ""))
    way = "lowered" if now.settled < before.settled else "raised"
    opening = f" {way} the final loss from {number(before.settled)} to "
    return ((opening, ""), (number(now.settled) + how_much(before.settled, now.settled), "strong"), (".", ""))


def _move(before: RunSummary, now: RunSummary, luck: str = "") -> Pieces:
    """Both final losses or divergences, and no word of an effect."""
    tail = ((", ", ""), (luck, "strong"), (".", "")) if luck else ((".", ""),)
    end, kind = _end(now), "" if luck else "strong"
    if before.settled is not None and now.settled is not None:
        return ((f" moved the final loss from {number(before.settled)} to ", ""), (end, kind), *tail)
    was, final = (" a final loss of " if run.settled is not None else " " for run in (before, now))
    return ((f" moved the run from{was}{_end(before)} to{final}", ""), (end, kind), *tail)


def _end(run: RunSummary) -> str:
    """A final loss, or the divergence of a run that has none."""
    if run.settled is not None:
        return number(run.settled)
    return PAST_ALL if run.diverged_at is None else f"divergence at {run.one} {run.diverged_at:,}"


PAST_ALL = "past all numbers"
"""A final loss that is the mean of losses too large to be added."""


def _lost(run: RunSummary, verb: str = "diverges") -> str:
    """The end of a run without a final loss: diverges at step 38."""
    if run.diverged_at is None:
        return f"{verb.replace('diverge', 'end')} {PAST_ALL}"
    return f"{verb} at {run.one} {run.diverged_at:,}"


def how_much(before: float, now: float) -> str:
    """The change in per cent, from twice on the ratio; nothing where one of the two is 0."""
    low, high = sorted((before, now))
    if low == 0:
        return ""
    if high / low >= TWICE:
        ratio = number(high / low, 2)
        return f" ({ratio} times)" if "×" in ratio else f" ({ratio}×)"
    share = round(100 * (now / before - 1))
    return f" ({'−' if share < 0 else '+'}{abs(share)} %)"


def _first_run(now: RunSummary) -> Narration:
    label = f"start, α {knob_number(now.alpha)}"
    if now.settled is None:
        pieces = (("The run ", ""), (_lost(now), "bad"), (".", ""))
    else:
        pieces = (
            (f"After {plural(now.samples, 'sample')} the final loss is ", ""),
            (number(now.settled), "now"),
            (".", ""),
        )
    return Narration(pieces, _ending(now), label, now.title)


def _several_changes(now: RunSummary, origin: Origin) -> Narration:
    title = now.name or now.title
    if now.settled is None:
        pieces = ((f"{title}: the run ", ""), (_lost(now), "bad"), (".", ""))
    else:
        pieces = ((f"{title}: the final loss is ", ""), (number(now.settled), "now"), (".", ""))
    return Narration(pieces, _ending(now), f"start, α {knob_number(now.alpha)}", title)


def _proof(before: RunSummary, now: RunSummary, changed: Sequence[Knob], kept: str) -> str:
    """The things that both runs share: their starting weights, their network, their data; and how good the loss is."""
    if now.settled is None:
        return _ending(now)
    weights = SAME_WEIGHTS if before.checkpoint == now.checkpoint else kept or "Other starting weights"
    network = "" if _same_network(before, now) or before.checkpoint != now.checkpoint else ", other network"
    data = _same_data(before, now, changed)
    both = f"{weights}{network}, {data}".replace(f"{SAME_WEIGHTS}, same ", f"{SAME_WEIGHTS} and ")
    return _one_line(f"{both}.", _sooner(before, now) or _goodness(now), _tails(before, now))


def _one_line(*sentences: str) -> str:
    """As many of these sentences, in their order, as one line has room for."""
    line = ""
    for sentence in filter(None, sentences):
        longer = f"{line} {sentence}".lstrip()
        if not line or len(longer) <= LINE:
            line = longer
    return line


LINE = 90
"""The most characters of the line under a sentence."""


def _goodness(now: RunSummary) -> str:
    """The final loss beside that of the best constant answer; empty where that is not known, or the final loss is of
    too few samples to be compared with that of all."""
    constant, settled = now.constant, now.settled
    if constant is None or settled is None or _tail_length(now) < ENOUGH:
        return ""
    one_answer = f"one answer for all, {number(constant)}"
    if settled >= constant:
        return f"No better than {one_answer}."
    if settled == 0.0:
        return f"One answer for all ends at {number(constant)}."
    return f"{_gain(constant / settled)} better than {one_answer}."


def _gain(ratio: float) -> str:
    """A ratio of more than 1 of two losses: 5.1×, below twice in per cent."""
    if ratio >= TWICE:
        times = number(ratio, 2)
        return f"{times} times" if "×" in times else f"{times}×"
    share = math.floor(100 * (1 - 1 / ratio))
    return f"{share} %" if share else "Less than 1 %"


def _sooner(before: RunSummary, now: RunSummary) -> str:
    """The step at which the smoothed loss is half of the best constant answer's, where two runs of the same samples
    differ in it."""
    same = before.data == now.data and before.constant == now.constant and not has_other_loss(before, now)
    if not same or not now.data or now.constant is None:
        return ""
    was, is_now = before.halved_at, now.halved_at
    if was is None or is_now is None or max(was, is_now) < SOONER * max(1, min(was, is_now)):
        return ""
    return f"First below {number(now.constant / 2, 2)} (smoothed) at {now.one} {is_now:,}, not {was:,}."


SOONER = 1.5
"""The least ratio of two counts of steps of which one is called sooner."""


def _tails(before: RunSummary, now: RunSummary) -> str:
    """The numbers of steps that both final losses are means of, where they differ; in samples, where a step of one of
    the runs has several."""
    one = before.one if before.one != PER_STEP else now.one
    tails = [_tail_length(run) for run in (before, now)]
    if before.settled is None or tails[0] == tails[1] or has_other_loss(before, now):
        return ""
    of_all = not any(map(_leaves_out, (before, now)))
    return f"Means {'of' if of_all else 'within'} the last {tails[0]:,} and {tails[1]:,} {one}s."


def _same_network(before: RunSummary, now: RunSummary) -> bool:
    """Whether both have the same layers, frozen or not; an earlier version named them with a table of samples."""
    if before.layers and now.layers:
        return before.layers == now.layers
    return before.network == now.network


SAME_WEIGHTS, SAME_SAMPLES = "Same starting weights", "same samples"


def _same_data(before: RunSummary, now: RunSummary, changed: Sequence[Knob]) -> str:
    """The samples that two runs share: by the data, or by their knobs where an earlier version summed one up."""
    altered = {knob.alters for knob in changed}
    if altered == {"count"}:
        few = min(before.samples, now.samples)
        return f"same first {f'{few:,} samples' if few > 1 else 'sample'}"
    if before.data and now.data:
        same_inputs, same_targets = before.data[:8] == now.data[:8], before.data[8:] == now.data[8:]
    else:
        same_inputs, same_targets = "samples" not in altered, "target" not in altered
    if same_inputs and same_targets and before.samples == now.samples:
        return SAME_SAMPLES if now.samples > 1 else "same sample"
    if same_targets and [knob.name for knob in changed] == [NOISE.name]:
        return "same samples, other noise"
    return "same inputs, other target" if same_inputs and before.samples == now.samples else "other samples"


def _ending(now: RunSummary) -> str:
    """How good the final loss of a run is that is compared with none, or where a run that diverges ends."""
    if now.diverged_at is not None:
        last = max(0, now.diverged_at - 1)
        return f"The loss is over 10⁶ times the first or not finite. Weights and maps stop at {now.one} {last:,}."
    return _goodness(now) or f"Final loss: {_tail(now)}."


def _tail(now: RunSummary) -> str:
    steps = _tail_length(now)
    last = f"the loss of the last {now.one}"
    but = " but for what is left out" if _leaves_out(now) else ""
    words = f"mean of the last {plural(steps, now.one)}{but}" if steps > 1 else last
    return words if steps >= ENOUGH else f"{words}, too few to judge by"


def _leaves_out(run: RunSummary) -> bool:
    """Whether turns are passed over, whose losses are not among those that make the final loss."""
    nothing = WITHOUT.kind.plain(WITHOUT.default)
    return bool(run.knobs.get(WITHOUT.name, nothing) != nothing)


def _tail_length(run: RunSummary) -> int:
    """The number of samples whose losses make the final loss."""
    return max(1, run.samples // 10)


ENOUGH = 5
"""The least number of samples of a final loss that is judged beside the losses of all."""
