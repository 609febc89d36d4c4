"""Every text that the page can show keeps the page's words: tests/sentences.py finds them, tables here judge each.

A new verb or a text that is no sentence is a row of a table, so it is decided on and not slipped in.
"""

import re
from dataclasses import dataclass

import pytest

from tests.sentences import HOLE, NAMES, ROOT, SILENT, Text, listed, page_texts, script_literals, texts_of


@pytest.fixture(scope="module")
def texts() -> list[Text]:
    return page_texts()


@dataclass(frozen=True)
class Word:
    """A word that the page does not use: its pattern, what it says instead, and a text that has it."""

    pattern: str
    instead: str
    example: str

    def is_in(self, text: str) -> bool:
        return re.search(self.pattern, text, re.IGNORECASE) is not None


OLD_WORDS = (
    Word(r"\baffin(?:e|ity)\b", "dense layer", "Affine 2→8"),
    Word(r"\bmap layers?\b", "activation", "Add a map layer"),
    Word(r"\bsettle[sd]?\b", "final loss", "The loss settled at 0.1."),
    Word(r"\b(?:times lower|times higher)\b.*loss|loss .*\btimes (?:lower|higher)", "(14×)", "the loss 2 times lower"),
    Word(r"\bturning the (?:target|samples|inputs|\w+ seed)\b", "changing: it has no slider", "Turning the target"),
    Word(r"\bnew checkpoint\b", "starting weights", "New checkpoint, same 500 samples."),
    Word(r"\bcheckpoints?\b", "starting weights", "Edit its checkpoint value"),
    Word(r"\bovershoot", "what a step does to the loss", "Past 0.188: one sample can overshoot"),
    Word(r"\bout of the numbers\b", "too large, or not a number", "The loss grew out of the numbers."),
    Word(r"\bturn α back\b", "the cause, and the cure", "Turn α back, or lower it."),
    Word(r"\bsamples made the run\b", "the run diverges", "100 samples made the run diverge."),
    Word(r"\bsettled potential\b", "final loss", "Settled potential"),
    Word(r"\blow[- ]pass\b", "smoothed", "The low-pass line"),
    Word(r"\bfans?\b", "band", "Fewer samples have a fan."),
    Word(r"\d(?:st|nd|rd|th) lowest of\b", "best of", "5th lowest of 32 seeds"),
    Word(r"\bfingerprints?\b", "run code", "Fingerprint"),
    Word(r"\bkeep trained\b|\bkept step\b", "start from these weights", "Keep trained weights"),
    Word(r"\bwhat matters\b|\btry them\b", "sensitivity", "What matters"),
    Word(r"≈ 0\b", "the number that it stands for", "≈ 0"),
    Word(r"▾|(?:\d|…\}) (?:lower|higher)$", "below the axis", "68 lower"),
    Word(r"\bpath over\b", "the weight over the steps", "line: path over all steps"),
    Word(r"\bas they were kept\b", "edited by hand", "weights as they were kept"),
    Word(r"\bfacts?\b", "sample, data", "Own facts"),
    Word(r"\bused in order\b", "repeat in order", "Rows are used in order."),
    Word(r"\bmistaken?s?\b|\bright net\b", "bug, correct network", "A right net and its two mistakes"),
    Word(r"\bneither: transposed\b", "as a column, as a row", "Neither: transposed."),
    Word(r"\bgo(?:es|ing)? back to\b", "restore", "Go back to it"),
    Word(r"\blisten\b", "keyboard shortcuts on", "Listen to these keys"),
    Word(r"\bstands? in (?:its |the |place)|\bin its place\b|\btakes its place\b", "instead", "in its place"),
    Word(r"\bcatalogue\b|\bas it comes\b", "the list of experiments", "as the catalogue has it"),
    Word(r"\btried ahead\b", "previewed", "runs this long are not tried ahead"),
    Word(r"\bsteps? (?:is|are) kept\b", "is stored", "every 7th step is kept"),
    Word(r"\blost at step\b", "diverges at step", "lost at step 130"),
    Word(r"\bbackprop (?:dis)?agrees\b", "gradient check passed", "Backprop agrees with it"),
    Word(r"\blearned well\b", "the final loss", "It learned well."),
    Word(r"\bslopes?\b", "gradient of a loss, derivative of a function", "the slope of tanh"),
    Word(r"\boffsets?\b", "bias", "The offset of u₀"),
    Word(r"\bschemes?\b", "size of the starting weights", "Scheme"),
    Word(r"\bharmed\b", "damaged", "The link is harmed."),
    Word(r"\b(?:dice|desk|stage|door|scent|tape|canary|verdict|glimpse|wander|room)\b", "the field's noun", "The dice"),
)  # fmt: skip
"""Words that the page had before, and scenes that name nothing of the field."""

KEPT_WORDS = {text: why for why, texts in {
    "a bench in a notebook": ("no checkpoint", "a checkpoint"),
    "it says what the notebook's word means": (
        ("Fully connected: y = M x + b. It learns its weights M and its biases b. The notebook calls it an affinity "
         "layer."),
        "Applies one function to every number. It has nothing to learn. The notebook calls it a map layer.",
    ),
    "it says once what a gradient is": (
        "The slope of the loss: how fast the loss grows when this number grows. A step goes against it.",
    ),
    "checkpoint_net is public in Python": ("There is no checkpoint to roll back to. Call checkpoint_net() first.",),
    "learn(facts) is public in Python": (
        "A learning potential needs at least one fact.",
        "There was no fact to learn from. Give at least one pair (x, expected).",
        ("The network gives an array of shape {…}, the fact expects {…}. Let the last layer and the ideal give equally "
         "many numbers."),
        "A fact is a pair of vectors; the network gives an array of shape {…}.",
    ),
    "it says what a gradient is": (
        ("A dense layer computes M x + b: M holds its weights, b its biases. Each step takes one sample, and from each "
         "of these numbers it subtracts α times its gradient, the slope of the loss. Three samples repeat.\nLook at "
         "the final loss, which is 0.000720 at α 0.03."),
    ),
    "the name of the file's format": (
        "Give the JSON of an experiment or of a checkpoint, as Export makes them, or a table as a CSV.",
        "The file says that it is a checkpoint, and holds no layers. {…}",
    ),
    "a name in Python: the layer whose slope is half": ("{…}, half slope",),
}.items() for text in texts}  # fmt: skip
"""Texts that have an old word, and why."""

VERBS = {
    "acts", "adds", "allows", "answers", "appear", "applies", "are", "asks", "become", "becomes", "began", "bends",
    "blurs", "calls", "can", "cannot", "change", "changed", "changes", "come", "comes", "computes", "could", "counts",
    "decide", "decides", "delete", "depends", "did", "differ", "diverge", "diverged", "diverges", "do", "does",
    "doubles", "draw", "draws", "edits", "end", "ends", "fail", "failed", "fails", "falls", "fills", "fits", "follow",
    "follows", "found", "get", "gets", "give", "gives", "go", "goes", "grew", "grows", "has", "have", "holds", "is",
    "keeps", "lack", "lacks", "learn", "learned", "learns", "leave", "lie", "lies", "lists", "lower", "makes", "may",
    "moved", "moves", "multiplies", "must", "names", "needs", "outputs", "passed", "passes", "predicted", "puts",
    "raises", "reaches", "reads", "repeat", "requests", "rises", "rolls", "sees", "sends", "set", "shows", "spends",
    "stand", "start", "starts", "stays", "stop", "stopped", "stores", "subtracts", "swaps", "take", "takes", "tell",
    "tries", "turns", "vary", "waits", "wants", "was", "will", "would",
}  # fmt: skip
"""The verbs of the page's sentences, in the forms that it says: a new one is a decision."""

COMMANDS = {
    "add", "allow", "ask", "call", "change", "choose", "click", "close", "compare", "correct", "drag", "export", "give",
    "hand", "let", "look", "lower", "make", "move", "name", "open", "paste", "point", "predict", "press", "reload",
    "round", "set", "shorten", "take", "tap", "try", "turn", "type", "use", "write", "zoom",
}  # fmt: skip
"""The verbs that begin what the page tells its user to do."""

NO_SENTENCES = {text: why for why, texts in {
    "the rest of a sentence, whose beginning is a text of its own": (
        ", to the last bit.", "With how many at α 0.1?", "before.", "changed the final loss by less than 5 %.",
    ),
    "a state, as a label": (
        "Handed in {…}.", "Connection lost.", "Link copied.", "Map of runs.", "Not reproduced.", "Reproduced.",
        "Retraining, {…}.", "Weights.",
    ),
    "the beginning of a lesson's name": ("story.",),
    "a statement of SQLite": ("VACUUM INTO ?",),
    "a definition: the word that it explains is its subject": (
        "A dot for each sample's loss.", "A function of x, such as x*x/2, tanh(2*x) or max(x, 0).",
        "A line through the losses: at each sample their mean, weighted by a Gaussian with σ = max(3, n/60).",
        "A network, a target and data to begin with.", "Fully connected: y = M x + b.",
        "One output as a formula of the inputs, such as v0*v1, sin(3*v0) or sign(v0 - v1).",
        "The dots, and the line through them.", "The largest loss of the run.",
        "The loss of the last sample: one sample's, so partly luck.", "The loss of each sample, in their order.",
        "The mean loss over the last tenth of the samples.",
        "The loss at every sample under 32 data seeds: the median, and a band for the middle 80 %.",
        "The numbers that every run begins with, as colours.",
        "The same run eight times, from weights nudged by a millionth.",
        "The slope of the loss: how fast the loss grows when this number grows.",
        "This run as a script, a notebook, a table, a picture, or as PyTorch.",
        "−ln of the last loss, the notebook's measure: one sample's, so partly luck.",
    ),
    "it ends a sentence that begins with Higher": (
        "a longer run; the first samples stay the same.", "a longer step at the same α.", "better.",
        "harder to learn by heart.", "calmer and fewer steps.",
        "faster along valleys, and steps that go too far sooner.", "smaller weights and a smoother output.",
        "a loss that depends less on which they are.",
        "faster learning, until steps are so long that they miss and the run diverges.",
        "other samples, neither better nor worse.", "other weights, neither better nor worse.",
        "the network can bend its output more, and has more weights to learn.",
    ),
    "its verb is in a hole": (
        "A dense layer {…} from 1 to {…} numbers, not {…}.", "In {…} of {…} data seeds the same {…} {…}{…}.",
        "It {…} the loss of {…} from {…} to {…}.", "The run before it {…}.", "The run {…}.", "{…} the {…} most, {…}.",
        "{…} nothing: {…}.", "{…} of {…} runs{…} {…}.", "{…}, not {…}.",
    ),
    "what the page does now, after what was refused": (
        "Showing the experiment's own network and samples.", "Showing the experiment's own network instead.",
        "Showing {…} instead.", "Still showing {…}.",
    ),
    "a note under the sentence, which has one line": (
        "Final loss: {…}.", "Final loss {…}: {…}.", "First below {…} (smoothed) at {…} {…}, not {…}.",
        "Means {…} the last {…} and {…} {…}s.", "No better than {…}.",
        "{…} % of the way from one answer for all ({…}) to the best known of this shape ({…}).", "{…} better than {…}.",
    ),
    "it ends a list": ("And {…} more.",),
    "an answer, in the order of its question": (
        "As a column: Mᵀ times the gradient, from the left.", "As a row: the gradient times M, from the right.",
        "The same numbers.",
    ),
    "it begins a list": ("Known: {…}.",),
    "the notebook's own heading": ("Left-multiply or right-multiply?",),
    "a place, and what is wrong there": ("Row {…}: {…}.",),
    "it begins with what was typed": ("v[{…}] is not a name here.",),
    "the caption of a picture": ("{…} for each {…}.",),
    "what was pasted, in numbers": ("{…}: {…} in, {…} out.",),
}.items() for text in texts}  # fmt: skip
"""Sentences without a verb or a beginning of their own, and why."""

SPELLINGS = (
    Word(
        r"\b(?:gr[a]y|colou?r(?<!colour)|center|behavior|neighbor|labeled|canceled|favor)", "British", "The gray line"
    ),
    Word(r"(?<![\w)\]*^e}-])-\d|\w - \w|[ .,] [-] ", "−", "from -1 to 1"),
    Word(r"\d x \d|\bx \d+ times", "×", "2 x 3"),
    Word(r"\.\.\.", "…", "Loading..."),
    Word(r'"|\s\'|\'\s', "“…”", 'the button "Pin"'),
    Word(r"\d%|…\}%", "a blank before %", "80% of the seeds"),
    Word(r"(?<![\d.,])\d{4,}(?![\d,])", "1,000", "10000 samples"),
    Word(r"  ", "one blank", "two  blanks"),
)
"""Turns that the page does not write."""

CODE = {
    "One output as a formula of the inputs, such as v0*v1, sin(3*v0) or sign(v0 - v1).": "formulas, as they are typed",
    "(v0 - v1)**2": "a formula, as it is typed",
    "sign(v0 - v1)": "a formula, as it is typed",
    "where(v0*v0 + v1*v1 < 0.64, 1, -1)": "a formula, as it is typed",
}
"""Texts that quote what is typed."""


def sentences(text: str) -> list[str]:
    """The sentences of a text that ends as one: none of a label or of a piece. A hole before a capital is one too."""
    if not re.search(r"[.?!]$", text):
        return []
    return [part for part in re.split(r"(?:(?<=[.?!])|(?<=^\{…\}))\s+(?=[^a-z\W\d]|\{|\d)", text.strip()) if part]


def words_of(text: str) -> list[str]:
    return re.findall(r"[^\W\d_]+", text.replace(HOLE, "").lower())


def commands_of(sentence: str) -> set[str]:
    """The words with which its clauses begin, where these are commands."""
    clauses = (
        re.sub(r"^\s*(?:and|or|then) ", "", clause, flags=re.IGNORECASE) for clause in re.split(r"[,:;]", sentence)
    )
    return {words[0] for words in map(words_of, clauses) if words} & COMMANDS


def verbs_of(sentence: str) -> set[str]:
    """The verbs anywhere in a sentence."""
    return set(words_of(sentence)) & VERBS


def judged(text: str) -> list[str]:
    """The faults of the sentences of a text."""
    found = []
    for sentence in sentences(text):
        if sentence in NO_SENTENCES or not words_of(sentence):
            continue
        if sentence[0].islower() and sentence[0].isascii():
            found.append(f"begins with a small letter: {sentence}")
        if not verbs_of(sentence) | commands_of(sentence):
            found.append(f"has no verb of VERBS: {sentence}")
    return found


@pytest.mark.parametrize("word", OLD_WORDS, ids=lambda word: word.example)
def test_no_text_of_the_page_has_an_old_word(texts: list[Text], word: Word) -> None:
    assert word.is_in(word.example), "the pattern finds nothing"
    found = [f"{text}: say {word.instead}" for text in texts if word.is_in(text.text) and text.text not in KEPT_WORDS]
    assert found == []


@pytest.mark.parametrize("word", SPELLINGS, ids=lambda word: word.example)
def test_every_text_is_written_as_the_page_writes(texts: list[Text], word: Word) -> None:
    assert word.is_in(word.example), "the pattern finds nothing"
    assert [f"{text}: write {word.instead}" for text in texts if word.is_in(text.text) and text.text not in CODE] == []


def test_every_sentence_has_a_beginning_and_a_verb(texts: list[Text]) -> None:
    wrong = [(text, judged(text.text)) for text in texts]
    assert [f"{text.path}:{text.line} {why}" for text, found in wrong for why in found] == []


@pytest.mark.parametrize(
    "text", ["the loss is 0.", "Loss over the steps.", "Done. Add row and column: the loss, lower."]
)
def test_a_text_that_is_no_sentence_is_caught(text: str) -> None:
    assert judged(text)


def test_a_sign_stands_for_one_thing(texts: list[Text]) -> None:
    assert [text.text for text in texts if "λ" in text.text and "ecay" not in text.text] == []


def test_every_row_of_the_tables_is_used(texts: list[Text]) -> None:
    found = {text.text for text in texts}
    said = [sentence for text in found for sentence in sentences(text)]
    assert {verb for sentence in said for verb in verbs_of(sentence)} == VERBS
    assert {verb for sentence in said for verb in commands_of(sentence)} == COMMANDS
    assert NO_SENTENCES.keys() <= set(said)
    assert {text for text in KEPT_WORDS if not any(word.is_in(text) for word in OLD_WORDS)} == set()
    assert {text for text in CODE if not any(word.is_in(text) for word in SPELLINGS)} == set()
    assert (KEPT_WORDS.keys() | CODE.keys()) - found == set()
    assert {path for path in SILENT if not (ROOT / path).exists()} == set()


def test_every_name_with_a_blank_stands_in_the_sources() -> None:
    sources = [path.read_text("utf-8") for folder in ("engine", "webapp") for path in (ROOT / folder).rglob("*.py")]
    assert {name for name in NAMES if not any(name in source for source in sources)} == set()


def test_the_list_has_each_text_once_under_its_source(texts: list[Text]) -> None:
    sections = [section.splitlines() for section in listed(texts).split("\n## ")[1:]]
    assert [heading for heading, *_ in sections] == sorted({text.path for text in texts})
    for heading, _, *lines in sections:
        shown = [re.sub(r"^- `(?:` (.*) `)?(.*?)`$", r"\1\2", line) for line in lines if line]
        found = dict.fromkeys(text.text.replace("\n", " ⏎ ") for text in texts if text.path == heading)
        assert shown == list(found)


# The sources of the list

PYTHON = '''
"""A docstring is no text."""
__all__ = ["Not this"]

def said(run: "A type of its own", names: dict) -> str:
    """Nor is this one."""
    log.warning("The log is not the page")
    if run == "a name with blanks":
        return names["a key of it"]
    html.P("One text " "in two parts.", className="hint wide")
    return f"It {'raised' if run else 'did not lower'} the loss to {run:.3g}."
'''

SCRIPT = r"""
// A comment is "no text at all"
/* Nor is `this one` */
import { byId } from "../lib/dom.js";
const split = /["'] no text [/"]/g;
const half = (count) / 2 + " steps / second";
const table = { "a key of it": 1, title: "Its title", class: "hint wide" };
box.querySelector("#box p, #box li");
if (kind === "a name with blanks") node.setAttribute("aria-label", "What it is");
setText(box, `It ${run ? `raised ${count(run)} of` : "did not lower"} the \u2018loss\u2019`);
const path = `M${x} ${y}L0 0`;
"""


def test_texts_of_python_are_found_and_what_is_no_text_is_not() -> None:
    found = [text.text for text in texts_of("webapp/a.py", PYTHON)]
    assert found == ["One text in two parts.", "It {…} the loss to {…}.", "did not lower"]


def test_texts_of_a_script_are_found_and_what_is_no_text_is_not() -> None:
    assert [text.text for text in texts_of("assets/js/a.js", SCRIPT)] == [
        " steps / second", "Its title", "What it is", "It {…} the ‘loss’", "raised {…} of", "did not lower",
    ]  # fmt: skip


def test_a_text_is_found_on_its_line() -> None:
    assert Text("assets/js/a.js", 9, "What it is") in texts_of("assets/js/a.js", SCRIPT)
    assert Text("webapp/a.py", 10, "One text in two parts.") in texts_of("webapp/a.py", PYTHON)


def test_every_string_of_the_scripts_closes() -> None:
    for path in (ROOT / "assets" / "js").rglob("*.js"):
        assert not any("\n\n" in literal for _, literal in script_literals(path.read_text("utf-8"))), path
