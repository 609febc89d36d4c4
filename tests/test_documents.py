"""The documents say what is so: their tables are the sources', their links lead somewhere, and they stay short."""

import json
import pkgutil
import re
from collections.abc import Iterator
from functools import cache
from pathlib import PurePosixPath
from typing import Any
from urllib.parse import quote, urlsplit

import pytest

from engine.experiments.knobs import KNOBS, Choice, Number, Whole
from engine.experiments.run import run
from tests import documents as made
from tests.engine import test_faults as faults
from tests.pictures import PICTURES
from tests.test_architecture_scripts import LADDER
from tests.webapp.asking import SETTINGS
from webapp import create_app
from webapp.base.format import grouped
from webapp.links.codec import read_link
from webapp.links.lessons import CHAPTERS
from webapp.links.short_links import ShortLinks

ROOT = made.ROOT
DOCUMENTS = made.documents()
LINKS = DOCUMENTS["docs/links-and-files.md"]
CHANGELOG = DOCUMENTS["CHANGELOG.md"]
FOLDERS = ("assets", "benchmarks", "deploy", "docs", "engine", "tests", "webapp", ".ci")
MADE = {f".{path}" for path in (ROOT / ".gitignore").read_text("utf-8").split()}
"""Paths that are not committed, but made in a checkout."""
PATH = re.compile(r"\.?[\w-]+(?:/[\w.-]+)+/?|[\w-]+\.(?:py|js|css|md|cfg|yaml|ipynb|toml)|Makefile|Dockerfile")
SPAN = re.compile(r"`([^`\n]+)`")
LINK = re.compile(r"\]\(([^)\s]+)\)")
HEADING = re.compile(r"^#+ (.*)$", re.MULTILINE)
RUN_LINK = re.compile(r"\?((?:experiment|lesson)=[^\s'`)\"]+)")
MOST_WORDS = {"README.md": 700, "ARCHITECTURE.md": 2_000}
MOST_LINES_OF_0_1 = 25
MOST_BYTES, MOST_BYTES_TOGETHER = 80_000, 600_000
"""The bytes of a picture, and of all pictures."""
LONGEST_LINE = 130


# Tables made of the sources


@pytest.mark.parametrize("name", made.TABLES)
def test_a_table_is_what_the_sources_have(name: str) -> None:
    (path,) = [path for path, text in DOCUMENTS.items() if f"<!-- {name} -->" in text]
    table = f"<!-- {name} -->\n{made.TABLES[name]()}\n<!-- /{name} -->"
    assert table in DOCUMENTS[path], f"`python -m tests.documents` writes {path} anew"


def test_every_feature_has_sources_of_each_of_its_names() -> None:
    stems = {path.stem.removeprefix("test_") for floor in made.FLOORS.values() for path in made.sources(*floor)}
    folders = {part for floor in made.FLOORS.values() for path in made.sources(*floor) for part in path.parts[:-1]}
    assert {word for words in made.FEATURES.values() for word in words.split()} - stems - folders == set()


def test_every_signal_is_heard() -> None:
    assert [name for name, folders in made.listeners().items() if not folders] == []


def test_the_folders_of_scripts_are_those_of_their_ladder() -> None:
    part = DOCUMENTS["ARCHITECTURE.md"].partition("### The scripts")[2].partition("\n## ")[0]
    assert re.findall(r"^- `(\w+)/`: ", part, re.MULTILINE) == LADDER


# Text written by hand


def test_the_knobs_of_a_link_are_those_of_the_table_with_their_values() -> None:
    rows = re.findall(r"^\| `(\w+)` \| (.*) \| `(.*)` \| .* \|$", part_of(LINKS, "knobs"), re.MULTILINE)
    shown = [knob for knob in KNOBS.values() if knob.since_v0_2]
    assert [name for name, *_ in rows] == [knob.link_name for knob in shown]
    for knob, (_, values, off) in zip(shown, rows, strict=True):
        assert knob.kind.parse(off) == knob.default
        if isinstance(knob.kind, Number | Whole):
            assert values == f"{knob.kind.low:,g} to {knob.kind.high:,}".replace(".0", "")
        else:
            written = re.findall("`(.+?)`", values)
            assert all(knob.kind.text(knob.kind.parse(text)) == text for text in written)
            assert not isinstance(knob.kind, Choice) or written == list(knob.kind.options)


def part_of(text: str, name: str) -> str:
    """The part of a document that two comments enclose."""
    return text.partition(f"<!-- {name} -->\n")[2].partition(f"<!-- /{name} -->")[0]


NOW = "experiment=penguins&samples=300&scaling=none"
BEFORE = f"{NOW}&alpha=0.1"
RESPONSES = {
    "/run.json": f"/run.json?{NOW}&twins=8&floor=1&scores=1&look=1&which=1&decided=1&compare={quote(BEFORE, safe='')}",
    "/compare.json": f"/compare.json?a={quote(BEFORE, safe='')}&b={quote(NOW, safe='')}",
}


@pytest.mark.parametrize("route", RESPONSES)
def test_the_fields_of_a_response_are_those_that_are_listed(route: str) -> None:
    rows = re.findall(r"^\| (.*?) \|", part_of(LINKS, f"fields of {route}"), re.MULTILINE)
    listed = [name for row in rows for name in SPAN.findall(row)]
    response: dict[str, Any] = json.loads(create_app(SETTINGS).server.test_client().get(RESPONSES[route]).data)
    assert sorted(listed) == sorted(response)
    for field in {"why", "twins", "floor", "which_sample", "decided"} & set(response):
        said = LINKS.partition(f"\n- `{field}` ")[2].partition("\n- `")[0]
        assert {name for name in response[field] if f"`{name}`" not in said} == set()


def test_the_link_that_is_shown_leads_to_the_run_that_is_named() -> None:
    (query,) = re.findall(r"`\?(experiment=\S+&v=1)`", LINKS)
    (named,) = re.findall(r"This machine gets the same run, (.{9})\.", LINKS)
    experiment = read_link(query, ShortLinks(SETTINGS), SETTINGS.max_samples).experiment
    assert grouped(run(experiment, experiment.network()).fingerprint) == named


@pytest.mark.parametrize("query", sorted({query for text in DOCUMENTS.values() for query in RUN_LINK.findall(text)}))
def test_a_link_to_a_run_is_read_as_it_stands(query: str) -> None:
    link = read_link(query, ShortLinks(SETTINGS), SETTINGS.max_samples)
    assert link.warnings == ()
    assert link.texts.get("lesson", next(iter(CHAPTERS))) in CHAPTERS


def test_each_of_the_ten_faults_has_a_row_and_a_test_of_that_name() -> None:
    named = re.findall(r"^\| (\d+) \|.* \| `(test_\w+)` \|$", DOCUMENTS["docs/notebook.md"], re.MULTILINE)
    assert [int(number) for number, _ in named] == list(range(1, 11))
    for number, test in named:
        assert test.startswith(f"test_fault_{number}_")
        assert callable(getattr(faults, test))


def test_contributing_has_every_word_of_the_makefile() -> None:
    words = re.findall(r"^([a-z]+):.*## ", (ROOT / "Makefile").read_text("utf-8"), re.MULTILINE)
    assert {word for word in words if f"`make {word}`" not in DOCUMENTS["CONTRIBUTING.md"]} == set()


# Names of what is there


@cache
def files() -> list[str]:
    """The paths of the repository's files and folders."""
    within = [path for folder in FOLDERS for path in [ROOT / folder, *(ROOT / folder).rglob("*")]]
    return [path.relative_to(ROOT).as_posix() for path in [*ROOT.iterdir(), *within] if "__pycache__" not in path.parts]


def is_there(name: str, folder: str = "") -> bool:
    """Whether a path as documents write it is one of the repository, from its root or from a folder within."""
    name = name.removesuffix("/")
    return f"./{name}" in MADE or any(path == name or path.endswith(f"/{name}") for path in files())


def named_paths(text: str) -> Iterator[str]:
    """The texts that look like a path of the repository: a whole span of code, or a word of a shell block."""
    prose = re.sub(r"^```.*?^```$", "", text, flags=re.MULTILINE | re.DOTALL)
    yield from (span for span in SPAN.findall(prose) if PATH.fullmatch(span))
    blocks = re.findall(r"^```sh$(.*?)^```$", text, re.MULTILINE | re.DOTALL)
    yield from re.findall(rf"(?<![\w/.])(?:{'|'.join(FOLDERS)})/[\w./@-]*\w", "\n".join(blocks))


@pytest.mark.parametrize("document", DOCUMENTS)
def test_every_path_that_a_document_names_exists(document: str) -> None:
    assert [path for path in named_paths(DOCUMENTS[document]) if not is_there(path)] == []


def test_every_promise_of_security_names_a_test_and_those_of_the_soak_are_in_it() -> None:
    promised = DOCUMENTS["docs/security.md"].partition("## What is promised")[2].partition("\n## ")[0]
    rows = [line.strip("| ").split(" | ") for line in promised.splitlines() if line.startswith("| ")][2:]
    assert len(rows) > 20
    found = {path.name: path.read_text("utf-8") for path in (ROOT / "tests").rglob("test_*.py")}
    for promise, _, tests in rows:
        names = re.findall(r"`(test_\w+\.py)`", tests)
        assert names, promise
        assert "*soak*" not in tests or any("mark.soak" in found[name] for name in names), promise


def test_a_path_that_does_not_exist_is_seen() -> None:
    text = "`engine/kernel/no.py`, `no.js` and `tests/none/`, not `/run.json`.\n```sh\ncat deploy/no.cfg\n```\n"
    missing = [path for path in named_paths(text) if not is_there(path)]
    assert missing == ["engine/kernel/no.py", "no.js", "tests/none/", "deploy/no.cfg"]


@pytest.mark.parametrize("document", DOCUMENTS)
def test_every_link_of_a_document_leads_to_a_file_and_to_a_heading_in_it(document: str) -> None:
    lost = []
    for target in LINK.findall(DOCUMENTS[document]):
        path, _, anchor = target.partition("#")
        if urlsplit(target).scheme:
            continue
        file = (ROOT / document).parent / path if path else ROOT / document
        if not file.exists() or (anchor and anchor not in anchors(file.read_text("utf-8"))):
            lost.append(target)
    assert lost == []


def anchors(text: str) -> set[str]:
    """The names of a document's headings in links."""
    return {re.sub(r"[^\w -]", "", heading.lower()).replace(" ", "-") for heading in HEADING.findall(text)}


@pytest.mark.parametrize("document", DOCUMENTS)
def test_every_name_of_python_that_a_document_says_is_there(document: str) -> None:
    named = set(re.findall(r"`((?:engine|webapp|benchmarks|nnbench)(?:\.\w+)+)(?:\(.*?\))?`", DOCUMENTS[document]))
    for name in named | set(re.findall(r"\bpython -m ([\w.]+)", DOCUMENTS[document])):
        assert is_there(name) or pkgutil.resolve_name(name) is not None


def test_every_document_is_a_link_away_from_the_readme() -> None:
    linked = {PurePosixPath(target.partition("#")[0]).as_posix() for target in LINK.findall(DOCUMENTS["README.md"])}
    assert set(DOCUMENTS) - {"README.md", "SECURITY.md"} - linked == set()


# Length


@pytest.mark.parametrize("document", MOST_WORDS)
def test_a_document_is_read_in_minutes(document: str) -> None:
    assert len(DOCUMENTS[document].split()) <= MOST_WORDS[document]


def test_pictures_are_small_and_each_is_shown_with_words_for_it() -> None:
    sizes = {path.name: path.stat().st_size for path in (ROOT / "docs/pictures").iterdir()}
    shown = re.findall(r"^!\[(.*)\]\(pictures/(.*)\)$", "\n".join(DOCUMENTS.values()), re.MULTILINE)
    assert {name for _, name in shown} == set(sizes) == {f"{name}.png" for name in PICTURES}
    assert all(words for words, _ in shown)
    assert max(sizes.values()) < MOST_BYTES
    assert sum(sizes.values()) < MOST_BYTES_TOGETHER


def test_the_changelog_names_the_knobs_that_the_first_version_did_not_have() -> None:
    newer = CHANGELOG.partition("\n## 0.1.0\n")[0].lower()
    assert [knob.name for knob in KNOBS.values() if knob.since_v0_2 and knob.label.lower() not in newer] == []


def test_the_changelog_has_a_line_for_each_entry_and_few_for_the_first_version() -> None:
    versions = re.split(r"^## ", CHANGELOG, flags=re.MULTILINE)[1:]
    assert versions[-1].startswith("0.1.0\n")
    assert len(versions[-1].strip().splitlines()) <= MOST_LINES_OF_0_1
    lines = CHANGELOG.splitlines()
    assert [line for line in lines if line.startswith("  ") or len(line) > LONGEST_LINE] == []
