"""The sentences about runs without one sample each, and whether a sample stands out."""

import math
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from engine.base.number_text import loss_text, number_text
from engine.base.numerics import FloatArray
from engine.data.samples import Samples
from engine.experiments.experiment import Experiment
from engine.experiments.port_names import port_names
from engine.rules.losses import loss_named, softmax
from engine.scoring import answered_classes, are_one_hot, are_signs

SURE = 0.95
"""A network is sure of a class from this probability on."""

FAR = 3.0
"""A number stands out where it is missed by more than this multiple of the next."""

ONE_IN = 50
"""Nothing stands out where more rows than one in fifty are surely answered otherwise, as of points known by heart."""

FEWEST = 10
"""Of fewer rows none stands out."""

MUCH = 0.1
"""An effect is much from this share of the loss on."""

Kind = Literal["class", "sign", "number"]


def kind_of(experiment: Experiment) -> Kind:
    """The kind of its targets: one class of several, a sign for each output, or numbers."""
    if experiment.table is not None:
        targets = experiment.table.arrays[1]
    else:
        targets = experiment.facts()[1] if experiment.learned is None else experiment.learned[1][1]
    if are_one_hot(targets):
        return "class"
    return "sign" if are_signs(targets) else "number"


class WhichWords:
    """The words for one experiment."""

    def __init__(self, experiment: Experiment, *, is_held_out: bool) -> None:
        self._experiment, self._kind = experiment, kind_of(experiment)
        self._row = "point" if experiment.table is None else "row"
        self._loss = "the held-out loss" if is_held_out else "the mean loss of the others"

    def standing_out(self, numbers: NDArray[np.int64], samples: Samples, outputs: FloatArray, place: int) -> str:
        """The sentence about the row at a place, which is missed most by the run without it; "" where it does not stand
        out. `outputs` are those that the run without each row gives it, shape (rows, outputs)."""
        begins, (_, T) = f"{self._row.capitalize()} {numbers[place]:,} stands out", samples
        if len(T) < FEWEST:
            return ""
        if self._kind == "number":
            with np.errstate(all="ignore"):
                errors = np.nan_to_num(loss_named("absolute").value(outputs, T), nan=np.inf)
            largest, next_one = errors[place], np.sort(errors)[-2]
            if not largest > FAR * next_one:
                return ""
            times = f"{number_text(largest / next_one)} times that of the next" if next_one > 0.0 else "the only one"
            return f"{begins}: without it in the run its error is {times}."
        surely = self._surely_others(outputs, T)
        if not surely[place] or np.count_nonzero(surely) > max(1, len(T) // ONE_IN):
            return ""
        says, answers = (self._class_text(self._class_of(row[place])) for row in (T, outputs))
        return f"{begins}: it says {says}, the net without it answers {answers}."

    def _surely_others(self, outputs: FloatArray, targets: FloatArray) -> NDArray[np.bool_]:
        """Whether each of these outputs is surely another class than its target, shape (rows,): by its probability,
        where the loss reads outputs as such, else by the output itself."""
        loss = self._experiment.rule.loss_row
        with np.errstate(all="ignore"):
            if self._kind == "class":
                sure = (softmax(outputs) if loss.reads_probabilities else outputs).max(axis=1) >= SURE
            else:
                shares = 1.0 / (1.0 + np.exp(-np.abs(outputs))) if loss.of_product else np.abs(outputs)
                sure = shares.min(axis=1) >= SURE
        pairs = zip(outputs, targets, strict=True)
        others = np.array([self._class_of(output) != self._class_of(target) for output, target in pairs])
        surely: NDArray[np.bool_] = sure & others
        return surely

    def _class_of(self, answer: FloatArray) -> tuple[int, ...]:
        if self._kind == "class":
            return (int(answered_classes(answer[None])[0]),)
        return tuple(np.sign(answer).astype(int).tolist())

    def _class_text(self, answer: tuple[int, ...]) -> str:
        if self._kind == "class":
            return port_names(self._experiment).outputs[answer[0]]
        return ", ".join(number_text(sign) for sign in answer)

    def of_most(
        self,
        most: tuple[int, float, float, int | None] | None,
        effect: FloatArray,
        losses: FloatArray,
        *,
        is_judged: bool,
    ) -> str:
        """The sentence about the row that did most, with its number, its loss, its effect and a step of divergence, if
        one did much; else about the effects of all, beside the losses that they change."""
        if most is not None:
            number, loss, change, step = most
            if step is not None:
                one = self._experiment.rule.one
                return f"Without {self._row} {number:,} the run diverges at {one} {step:,}."
            now, before = loss_text(loss + change), loss_text(loss)
            return (
                f"{self._row.capitalize()} {number:,} did most: without it {self._loss} would be {now}, not {before}."
            )
        if not is_judged:
            return f"What did most of all {self._row}s is not known yet."
        if not effect.any():
            return f"No {self._row} did anything: the loss is the same without each."
        if not (np.abs(effect) >= MUCH * losses).any():
            percent = math.ceil(100.0 * float(np.max(np.abs(effect) / losses)))
            return f"No {self._row} did much: each changes {self._loss} by at most {percent} %."
        return f"Which {self._row} did most is not told apart from luck."

    def of_all(self, known: int, of: int, beyond: int, spread: float) -> str:
        """The sentences about all runs that are known, and how many effects are more than luck."""
        runs = f"{known:,} runs" if known == of else f"{known:,} of {of:,} runs so far"
        if not known:
            return f"{runs}."
        nudge = f"A nudge moves the loss by {number_text(spread)}."
        nudge = nudge if math.isfinite(spread) else "A nudge makes some runs diverge."
        return f"{runs}, each without one {self._row}; all else stays. {nudge} {_luck_words(known, beyond)}"


def _luck_words(known: int, beyond: int) -> str:
    """The sentence about how many of the effects that are known are more than luck."""
    if not beyond:
        return "No effect is more than luck."
    if beyond == known > 1:
        return f"All {known:,} effects are more than luck."
    if beyond == 1:
        return f"1 of {known:,} effects is more than luck."
    return f"{beyond:,} of {known:,} effects are more than luck."
