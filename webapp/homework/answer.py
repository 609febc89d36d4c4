"""An answer as one line of text: the name of its task, and the link and the code of a run, or the numbers of a choice
and its reason.

nnbench 5a02b1c3.2 run 940c8266 http://127.0.0.1:8050/?experiment=circle&alpha=0.05&samples=500&seed=3&v=1
nnbench 5a02b1c3.3 choice 2 reason 1

The scripts write such lines, too (`assets/js/lib/answer_text.js`). A link alone, as *Share link* gives it, and the JSON
of a run are answers that name no task.
"""

import html
import re
from dataclasses import dataclass
from itertools import pairwise

from engine.experiments.catalogue import CATALOGUE
from engine.experiments.experiment import Experiment
from engine.experiments.link_codec import to_texts
from webapp.base.validation import Malformed
from webapp.files.file_import import FileRefused, read_file
from webapp.http.envelope import strict_json
from webapp.links.codec import LONGEST_READ, encode_query

MARK = "nnbench"
LONGEST = 2_000
"""The most letters of an answer that a page writes."""
ANSWER = re.compile(rf"\b{MARK}\s+([0-9a-f]{{8}}\.\d{{1,2}})\b", re.IGNORECASE)
CODE = re.compile(r"\brun\s+([0-9a-f]{4})\s?([0-9a-f]{4})\b", re.IGNORECASE)
PREDICTION = re.compile(r"\bchoice\s+(\d{1,2})(?:\s+reason\s+(\d{1,2}))?\b", re.IGNORECASE)
LINK = re.compile(rf"\?([A-Za-z_0-9]+=[!-~]{{0,{LONGEST_READ}}})")
SHARED_CODE = re.compile(r"[?&]run=([0-9a-f]{8})[0-9a-f]{32}(?:&|$)")
BREAK = r"(?:p|div|br|li|tr|td|pre|h\d)"
TAG = re.compile(rf"</?(?:{BREAK}|span|a|b|i|u|em|strong|ul|ol|code|font|table|tbody)\b[^<>]*>", re.IGNORECASE)
BREAKS = re.compile(rf"</?{BREAK}\b", re.IGNORECASE)
AFTER_A_LINK = "\"'<>.,;]}"


@dataclass(frozen=True)
class Answer:
    """The parts of an answer, each empty or None where the text has it not."""

    task: str = ""
    code: str = ""
    query: str = ""
    """That of the link, without its question mark."""
    choice: int | None = None
    """The number of the choice from 1."""
    reason: int | None = None


def answers_in(text: str) -> list[str]:
    """The answers of a text that may have several, or the text itself where it names no task."""
    plain = text_of_html(text)
    places = [match.start() for match in ANSWER.finditer(plain)]
    return [plain[start:end] for start, end in pairwise([*places, len(plain)])] or [plain]


def read_answer(text: str, most_samples: int) -> Answer:
    """The answer of a text; Malformed with a sentence where nothing in it is one."""
    if text.lstrip().startswith("{"):
        return _of_json(text.strip(), most_samples)
    task, prediction, link = ANSWER.search(text), PREDICTION.search(text), LINK.search(text)
    query = "" if link is None else _without_end(link[1])
    code = CODE.search(text) or SHARED_CODE.search(f"?{query}")
    if not query and prediction is None:
        raise Malformed("There is no link in it, and no choice. Was all of Copy my answer pasted?")
    choice, reason = (None, None) if prediction is None else prediction.groups()
    return Answer(
        "" if task is None else task[1].lower(),
        "" if code is None else "".join(code.groups()).lower(),
        query,
        int(choice) if choice else None,
        int(reason) if reason else None,
    )


def query_of_run(key: str, experiment: Experiment) -> str:
    """The query of a run that starts from an entry of the catalogue; ExperimentError for a table of one's own."""
    return encode_query({"experiment": key} | to_texts(experiment, CATALOGUE[key].experiment))


def _without_end(query: str) -> str:
    """The query without the characters of the text around a link."""
    while (plain := query.rstrip(AFTER_A_LINK)).endswith(")") and plain.count(")") > plain.count("("):
        query = plain[:-1]
    return plain


def run_line(task: str, code: str, query: str) -> str:
    """The answer with a run, without the address of a bench."""
    return f"{MARK} {task} run {code} ?{query}"


def prediction_line(task: str, answer: Answer) -> str:
    """The answer with a choice, and its reason where it has one."""
    return f"{MARK} {task} choice {answer.choice}" + ("" if answer.reason is None else f" reason {answer.reason}")


def text_of_html(text: str) -> str:
    """The text of a piece of HTML, as learning platforms export it; other text stays as it is."""
    if not TAG.search(text) and "&amp;" not in text:
        return text
    return html.unescape(TAG.sub(lambda tag: "\n" if BREAKS.match(tag[0]) else "", text))


def _of_json(text: str, most_samples: int) -> Answer:
    """The answer of a file of Export, or of /run.json, which says its code."""
    try:
        key, experiment = read_file(text.encode(), most_samples)
        query, plain = query_of_run(key, experiment), strict_json(text.encode())
    except (FileRefused, ValueError) as refused:
        raise Malformed(str(refused)) from None
    code = plain.get("fingerprint", "")
    return Answer(code=code if isinstance(code, str) else "", query=query)
