"""Lesson texts: a title and a prompt above the sentence, and the notebook's story as sixteen chapters of them.

A link may contain the text of anybody, which is plain text and cut to a length. The chapters are rows of a table: each
opens an experiment with the knobs that its text is about.
"""

import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from engine.experiments.catalogue import CATALOGUE
from engine.experiments.edits import multiply_left
from engine.experiments.experiment import Experiment
from engine.experiments.link_codec import to_texts

LONGEST_TITLE = 120
LONGEST_PROMPT = 1_000


@dataclass(frozen=True)
class Chapter:
    """One chapter of the notebook's story: its name in links, its title, its text, and its experiment."""

    key: str
    title: str
    prompt: str
    row: str
    experiment: Experiment

    @property
    def texts(self) -> dict[str, str]:
        """The texts that a link with the chapter's name need not repeat."""
        return {"experiment": self.row} | to_texts(self.experiment, CATALOGUE[self.row].experiment)


def _chapter(key: str, row: str, title: str, prompt: str, **knobs: Any) -> Chapter:
    return Chapter(key, title, prompt, row, replace(CATALOGUE[row].experiment, **knobs))


_LEFT = multiply_left(CATALOGUE["left-or-right"].experiment, wrong=True)

_CHAPTERS = (
    _chapter("wheels", "identity-layer", "See if the wheels turn",
        "The notebook builds networks out of layers with two ports. Forward, a vector goes in and another comes out. "
        "Backward, the slope of the loss comes in and is handed on. An identity layer does nothing either way.\n"
        "Predict: what will α change here? Turn it and see."),
    _chapter("map", "map-plus-one", "A function, and still nothing to learn",
        "A map layer applies one function to every number. On the way back it multiplies the slope of the loss by the "
        "function's own slope, but it holds no number that could be adjusted.\n"
        "Predict: do the losses depend on α now? What would a layer need in order to learn?"),
    _chapter("numbers", "three-facts", "A layer with numbers in it",
        "An affine layer computes M x + b, and M and b are its own to adjust: each fact moves them by α times the "
        "slope of its loss. These are the three facts that the notebook began with, over and over; each swaps two "
        "numbers.\n"
        "Predict: will M become the swap, with ones across the other diagonal? The loss goes to 0. Now look at the "
        "weights: three facts leave room for many an M."),
    _chapter("identity", "affine-identity", "Can it learn the identity?",
        "So asks the notebook. Facts are now drawn from a seed, a new one at each step, and the target is whatever "
        "went in.\n"
        "Predict the six weights before you look at them. Then set Samples to 500: the loss ends at exactly 0."),
    _chapter("swap", "affine-swap", "Can it learn the swap?",
        "The two numbers change places. Nothing in the network knows it; only the facts say so. Any target of the form "
        "M x + b is found in this way, from whatever weights one begins with.\n"
        "Press Randomize a few times. How much of the curve is luck, and how much is not?"),
    _chapter("double", "doubling-map", "Something stands behind it",
        "A map that doubles stands behind the affine layer, and the target is still what went in. The slope of the "
        "loss comes back through the map, doubled, before it reaches M and b.\n"
        "Predict: where do the weights settle? So one can learn through a map layer. Keep that in mind."),
    _chapter("stuck", "square-map", "Where the notebook got stuck",
        "The map is x²/2, the target is (v₀ − v₁)² and 0, and α is 0.1, as it was for everything before. The "
        "notebook's learning potential came out as nan, and nothing on its bench could say why. Here you see it: the "
        "run diverges at step 30.\n"
        "Predict: is this network unable to learn, or is it α? Turn α down, and find out.",
        alpha=0.1),
    _chapter("alpha", "square-map", "The first answer",
        "At α 0.02 the same network, from the same weights and over the same data, settles at 0.0009. At 0.05 it is "
        "lost at step 130. A parabola grows steeper with its input, so one step that is too long makes the next one "
        "longer.\n"
        "The notebook's nan was a learning rate. But it changed other things first, and so do the next pages."),
    _chapter("tanh", "tanh-signs", "A map that cannot run away",
        "tanh stays between −1 and 1, and far from 0 its slope vanishes. The targets are signs: is v₀ above 0, and is "
        "it above v₁? No affine layer alone can say.\n"
        "Predict: what will α 0.4 do to the weights, and to the edges in the output map, that α 0.1 does not?"),
    _chapter("by-hand", "identity-by-hand", "The answer, set by hand",
        "The weights are right before the first step, so every loss is 0 and the learning potential is +∞. The "
        "notebook set such weights, trained, asked “What is learning doing to it?” and found them untouched. But after "
        "a rollback its bench held another network: it was looking at an old copy.\n"
        "Here there is one network, and what you see is its own. Click a weight, type 2, and predict where it ends."),
    _chapter("taken-off", "map-taken-off", "The map taken off again",
        "“It learns just fine, as expected. So we definitely have a problem.” That is the notebook, with the affine "
        "layer alone. Two of its problems you have met: an α too large for a parabola, and a look at the wrong copy.\n"
        "A third is there as well, and a network with one affine layer can never show it. Can you guess why?"),
    _chapter("leak", "leaky-relu-ones", "A function and its slope",
        "A ReLU gives 0 below 0, and there its slope is 0 too: nothing comes back, nothing is learned. A leaky one "
        "lets a hundredth through. The notebook's fell with half its leak and stated the whole of it as its slope; "
        "here the two agree.\n"
        "At α 0.1 the loss settles at 0.42. Predict what 0.3 will do, and then 0.5. Were you right both times?"),
    _chapter("xor", "xor-one-layer", "XOR, where the notebook ends",
        "Its last cells begin XOR with a single affine layer, and stop. One such layer cuts the plane along a straight "
        "line, and no line has opposite corners on the same side and neighbours apart.\n"
        "Turn whatever you like: at least one corner stays wrong. What is missing?"),
    _chapter("hidden", "xor-hidden-layer", "A hidden layer",
        "Four numbers between input and output, and every corner comes out right: the plane is bent before it is cut. "
        "Luck has its part in it: with weight seed 2 or 7 the loss stays near 0.8, over the same facts.\n"
        "And something is new on the way back. The first affine layer learns only from what the second one hands to "
        "it. Predict: what if that were wrong?"),
    replace(_chapter("left", "left-or-right", "Left-multiply or right-multiply?",
        "So asks a note in the notebook, beside the slope that an affine layer hands back. It handed back M times the "
        "slope, and these layers do the same, on purpose. Square layers do so without an error, and it even learns: "
        "the loss settles at 0.66.\n"
        "Look at the check beside the network: it says what the curve cannot. Predict: how far down would the loss go "
        "if the slope were right?"), experiment=_LEFT),
    _chapter("answer", "left-or-right", "The answer",
        "Neither: transposed. M takes x to y, and Mᵀ takes the slope of the loss from y back to x. The same network, "
        "from the same weights and over the same data, now settles at 0.048 instead of 0.66, and the check agrees.\n"
        "That was the third problem. With one affine layer nobody asks for the slope it hands back, so it showed only "
        "with a hidden layer, which is what XOR needs. Here the notebook's story ends. The bench is yours."),
)  # fmt: skip

CHAPTERS: dict[str, Chapter] = {chapter.key: chapter for chapter in _CHAPTERS}


def chapter_about(row: str) -> str:
    """The first chapter about this entry of the catalogue, else the first of all."""
    return next((chapter.key for chapter in _CHAPTERS if chapter.row == row), _CHAPTERS[0].key)


def lesson_of(texts: Mapping[str, str]) -> dict[str, Any] | None:
    """The lesson of a link with these texts: a chapter, the link's own text, or None."""
    chapter = CHAPTERS.get(texts.get("lesson", ""))
    if chapter is not None:
        return _chapter_lesson(chapter)
    title = plain_text(texts.get("title", ""), LONGEST_TITLE)
    prompt = plain_text(texts.get("prompt", ""), LONGEST_PROMPT)
    if not title and not prompt:
        return None
    texts_alone = {"key": None, "row": None, "place": "", "back": None, "next": None}
    return texts_alone | {"title": title, "prompt": prompt, "asks": bool(prompt)}


def _chapter_lesson(chapter: Chapter) -> dict[str, Any]:
    at = _CHAPTERS.index(chapter)
    return {
        "key": chapter.key,
        "row": chapter.row,
        "title": chapter.title,
        "prompt": chapter.prompt,
        "place": f"{at + 1} of {len(_CHAPTERS)}",
        "back": _CHAPTERS[at - 1].key if at else None,
        "next": _CHAPTERS[at + 1].key if at + 1 < len(_CHAPTERS) else None,
    }


def plain_text(text: str, most: int) -> str:
    """The text without control and direction characters, cut to that many characters."""
    visible = "".join(letter for letter in text if letter == "\n" or unicodedata.category(letter)[0] != "C").strip()
    return visible if len(visible) <= most else f"{visible[: most - 1]}…"
