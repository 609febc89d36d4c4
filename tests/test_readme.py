"""What README, ARCHITECTURE and SECURITY say is so: snippets print their numbers, tables are the program's own."""

import contextlib
import io
import re
import warnings
from pathlib import Path
from typing import Any

import pytest

from engine.errors import DivergedWarning
from engine.experiments.catalogue import CATALOGUE
from engine.experiments.knobs import KNOBS, Choice, Number, Whole
from engine.experiments.run import run
from tests.engine import test_faults as faults
from tests.webapp.asking import SETTINGS
from webapp import create_app
from webapp.base.format import grouped
from webapp.links.codec import read_link
from webapp.links.short_links import ShortLinks

ROOT = Path(__file__).parent.parent
README = (ROOT / "README.md").read_text("utf-8")
SECURITY = (ROOT / "SECURITY.md").read_text("utf-8")
SNIPPETS = re.findall(r"```python\n(.*?)```\n\n```text\n(.*?)```", README, re.DOTALL)


def experiments_table() -> str:
    """The catalogue as the README shows it."""
    rows = [f"| {row.group} | {row.title} | {row.look_for} |" for row in CATALOGUE.values()]
    return "\n".join(["| | experiment | what to look for |", "| --- | --- | --- |", *rows])


def test_every_python_snippet_has_its_output() -> None:
    assert len(SNIPPETS) == README.count("```python") == 6


def test_the_snippets_print_what_the_readme_says(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    trained = create_app(SETTINGS).server.test_client().get("/export/trained?experiment=tanh-signs")
    (tmp_path / trained.headers["Content-Disposition"].partition("filename=")[2]).write_bytes(trained.data)
    monkeypatch.chdir(tmp_path)
    names: dict[str, Any] = {"__name__": "__main__"}
    for source, printed in SNIPPETS:
        console = io.StringIO()
        quiet = warnings.catch_warnings(action="ignore", category=DivergedWarning)
        with contextlib.redirect_stdout(console), quiet:
            exec(compile(source, "README.md", "exec"), names)
        assert console.getvalue() == printed


def test_the_link_that_is_shown_leads_to_the_run_that_is_named() -> None:
    (query,) = re.findall(r"`\?(experiment=\S+)`", README)
    (named,) = re.findall(r"This machine gets the same run, (.{9})\.", README)
    experiment = read_link(query, ShortLinks(SETTINGS), SETTINGS.max_samples).experiment
    assert grouped(run(experiment, experiment.network()).fingerprint) == named


def test_the_experiments_are_the_catalogues() -> None:
    assert f"<!-- experiments -->\n{experiments_table()}\n<!-- /experiments -->" in README


def test_the_knobs_of_a_link_are_those_of_the_table_with_their_values() -> None:
    rows = re.findall(r"^\| `(\w+)` \| (.*) \| `(.*)` \| .* \|$", README.partition("<!-- knobs -->")[2], re.MULTILINE)
    shown = [knob for knob in KNOBS.values() if knob.later]
    assert [name for name, *_ in rows] == [knob.link_name for knob in shown]
    for knob, (_, values, off) in zip(shown, rows, strict=True):
        assert knob.kind.parse(off) == knob.default
        if isinstance(knob.kind, Number | Whole):
            assert values == f"{knob.kind.low:,g} to {knob.kind.high:,}".replace(".0", "")
        else:
            written = re.findall("`(.+?)`", values)
            assert all(knob.kind.text(knob.kind.parse(text)) == text for text in written)
            assert not isinstance(knob.kind, Choice) or written == list(knob.kind.options)


def test_each_of_the_ten_faults_has_a_row_and_a_test_of_that_name() -> None:
    named = re.findall(r"^\| (\d+) \|.* \| `(test_\w+)` \|$", README, re.MULTILINE)
    assert [int(number) for number, _ in named] == list(range(1, 11))
    for number, test in named:
        assert test.startswith(f"test_fault_{number}_")
        assert callable(getattr(faults, test))


@pytest.mark.parametrize("name", sorted(set(re.findall(r"\]\(([\w./-]+)\)", README))))
def test_what_the_readme_points_to_is_there(name: str) -> None:
    assert (ROOT / name).exists()


@pytest.mark.parametrize("word", sorted(set(re.findall(r"\bmake ([a-z]+)   ", README))))
def test_the_makefile_knows_the_readmes_words(word: str) -> None:
    assert re.search(f"^{word}:", (ROOT / "Makefile").read_text("utf-8"), re.MULTILINE)


@pytest.mark.parametrize("house", ["engine", "webapp"])
def test_every_module_stands_in_the_table_of_its_house(house: str) -> None:
    heading = f"### {house}, from the ground up"
    table = (ROOT / "ARCHITECTURE.md").read_text("utf-8").partition(heading)[2].partition("\n### ")[0]
    rows = re.findall(r"^\| (?:`(\w+)/`)? *\| (.+?) \|", table, re.MULTILINE)
    stated = {(folder, name) for folder, names in rows for name in re.findall(r"`(\w+/?)`", names)}
    top = {("", path.stem) for path in (ROOT / house).glob("*.py")}
    folders = [path for path in (ROOT / house).iterdir() if path.is_dir() and path.stem[0] != "_"]
    within = {(folder.name, path.stem + "/" * path.is_dir()) for folder in folders for path in folder.iterdir()}
    assert stated == {(folder, name) for folder, name in top | within if name[0] != "_"}


def test_every_script_stands_in_the_table_of_scripts() -> None:
    part = (ROOT / "ARCHITECTURE.md").read_text("utf-8").partition("### assets, the scripts")[2].partition("\n## ")[0]
    rows = re.findall(r"^\| `(\w+)/` \| (`.*?`) \|", part, re.MULTILINE)
    listed = [f"{folder}/{name}.js" for folder, row in rows for name in re.findall(r"`(\w+)`", row)]
    scripts = ROOT / "assets" / "js"
    there = [path.relative_to(scripts).as_posix() for path in scripts.rglob("*.js")]
    assert sorted([*listed, "main.js"]) == sorted(there)


@pytest.mark.parametrize("name", sorted(set(re.findall(r"`(test_\w+\.py)`", SECURITY))))
def test_a_promise_is_held_by_tests_that_are_there(name: str) -> None:
    assert list((ROOT / "tests").rglob(name))
