"""The blocks of code of every document run: Python prints what is written below it, and shells know each command."""

import contextlib
import io
import re
import shlex
import warnings
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
import yaml
from flask import Flask

from engine.errors import DivergedWarning
from tests.documents import ROOT, documents
from tests.webapp.asking import SETTINGS
from webapp import create_app
from webapp.command import parser

FENCE = re.compile(r"^```(\w*)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
PRINTED = re.compile(r"^```python\n(.*?)^```\n\n```text\n(.*?)^```$", re.MULTILINE | re.DOTALL)
ELSEWHERE = {"docs/sweeps.md": "tests/engine/sweeps/test_cluster.py"}
"""Documents with a program that needs a cluster, in a block of `py`, and the test that runs it on one."""

DOCUMENTS = documents()
BLOCKS = [(path, language, code) for path, text in DOCUMENTS.items() for language, code in FENCE.findall(text)]
WITH_PYTHON = [path for path, text in DOCUMENTS.items() if "```python\n" in text]
SHELL = [(path, code.replace("\\\n", " ")) for path, language, code in BLOCKS if language == "sh"]
CURL = re.compile(r"^curl (.*?)(https?://[\w.]+(?::\d+)?)(/[^\s'?]*)", re.MULTILINE)


def commands(word: str) -> list[Any]:
    """The lines of all shell blocks that begin with this word, each with the document that has it."""
    return [
        pytest.param(line, id=f"{path}: {line}")
        for path, code in SHELL
        for line in re.findall(rf"^(?:[A-Z_]+=\S+ +)*({word} .*)$", code, re.MULTILINE)
    ]


@pytest.fixture(scope="module")
def server() -> Flask:
    server: Flask = create_app(SETTINGS).server
    return server


@pytest.fixture
def with_a_file(server: Flask, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Programs run in a folder that holds the trained weights of the first experiment."""
    trained = server.test_client().get("/export/trained?experiment=tanh-signs")
    (tmp_path / trained.headers["Content-Disposition"].partition("filename=")[2]).write_bytes(trained.data)
    monkeypatch.chdir(tmp_path)


def test_every_block_is_of_a_language_that_is_tested() -> None:
    assert {language for _, language, _ in BLOCKS} <= {"python", "py", "text", "sh"}
    assert {path for path, language, _ in BLOCKS if language == "py"} == set(ELSEWHERE)
    assert all((ROOT / test).exists() for test in ELSEWHERE.values())


def test_there_are_programs_in_the_documents() -> None:
    assert {"README.md", "docs/python.md", "docs/sweeps.md", "docs/links-and-files.md"} <= set(WITH_PYTHON)


@pytest.mark.usefixtures("with_a_file")
@pytest.mark.parametrize("path", WITH_PYTHON)
def test_a_documents_programs_print_what_it_says(path: str) -> None:
    programs = PRINTED.findall(DOCUMENTS[path])
    assert len(programs) == DOCUMENTS[path].count("```python\n"), "a program without its output"
    names: dict[str, Any] = {"__name__": "__main__"}
    for source, printed in programs:
        console = io.StringIO()
        quiet = warnings.catch_warnings(action="ignore", category=DivergedWarning)
        with contextlib.redirect_stdout(console), quiet:
            exec(compile(source, path, "exec"), names)
        assert console.getvalue() == printed


@pytest.mark.parametrize("line", commands("make"))
def test_the_makefile_knows_the_word(line: str) -> None:
    assert re.search(f"^{line.split()[1]}:", (ROOT / "Makefile").read_text("utf-8"), re.MULTILINE)


@pytest.mark.parametrize("line", commands("nnbench"))
def test_the_command_takes_the_words(line: str) -> None:
    parser().parse_args(shlex.split(line, comments=True)[1:])


@pytest.mark.parametrize("line", commands("docker compose"))
def test_compose_has_the_file_and_the_profiles(line: str) -> None:
    words = line.split()
    composed = yaml.safe_load((ROOT / words[words.index("-f") + 1]).read_text("utf-8"))
    profiles = {profile for service in composed["services"].values() for profile in service.get("profiles", ())}
    assert {word for before, word in pairwise(words) if before == "--profile"} <= profiles


@pytest.mark.parametrize(("before", "path"), [found[::2] for _, code in SHELL for found in CURL.findall(code)])
def test_the_server_has_the_route(server: Flask, before: str, path: str) -> None:
    method = "DELETE" if "DELETE" in before else "GET"
    rule, _ = server.url_map.bind("localhost").match(path.replace("<id>", "x" * 22), method=method, return_rule=True)
    assert rule.rule != "/<path:path>", "only Dash's page has this address"


def test_every_kind_of_command_is_found() -> None:
    assert all(commands(word) for word in ("make", "nnbench", "docker compose"))
    assert any(CURL.search(code) for _, code in SHELL)
