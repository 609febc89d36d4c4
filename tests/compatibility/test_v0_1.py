"""The data of version 0.1 opens today and gives the same bits: checkpoints, links, short links, files and scripts."""

import json
import re
import shutil
import subprocess
import sys
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from engine.data.named_tables import TABLES
from engine.experiments.catalogue import CATALOGUE
from engine.experiments.run import checkpoint_fingerprint, run
from engine.sweeps.bit_check import bit_check_fingerprint
from webapp.bench.page_content import CATALOGUE_CONTENT
from webapp.files.file_import import read_file
from webapp.links.codec import read_link
from webapp.links.short_links import ShortLinks
from webapp.sessions.sessions import Sessions
from webapp.settings import Settings
from webapp.store.open_store import open_store
from webapp.store import Limits

HERE = Path(__file__).parent / "v0_1"
ROOT = Path(__file__).parents[2]
SESSION = "s" * 32
STORED = json.loads((HERE / "tabs.json").read_text("utf-8"))
TABS: dict[str, Any] = STORED["tabs"]
LINKS: dict[str, str] = json.loads((HERE / "links.json").read_text("utf-8"))
SCRIPTS = sorted((HERE / "files").glob("*.py"))
NOTEBOOKS = sorted((HERE / "files").glob("*.ipynb"))
FILES: dict[str, str] = json.loads((HERE / "files.json").read_text("utf-8"))


def at_that_time() -> float:
    """The clock when the data folder was written: what is stored expires."""
    return float(STORED["written_at"])


@pytest.fixture
def data_folder(tmp_path: Path) -> Path:
    """A copy of the data folder, which opening may change."""
    return Path(shutil.copytree(HERE / "data", tmp_path / "data"))


@pytest.fixture
def settings(data_folder: Path) -> Settings:
    return Settings(store="sqlite", data_dir=data_folder, secret_key="k" * 32)


@pytest.fixture
def sessions(settings: Settings) -> Sessions:
    limits = Limits(settings.session_seconds, settings.tabs_per_session, settings.store_bytes)
    return Sessions(settings, open_store(settings, "sessions", limits, at_that_time), at_that_time)


@pytest.mark.parametrize("tab", TABS)
def test_a_stored_checkpoint_opens_and_its_run_has_the_same_bits(sessions: Sessions, tab: str) -> None:
    stored = sessions.stored_checkpoint(SESSION, tab)
    assert stored is not None
    experiment = replace(CATALOGUE_CONTENT.read_stored(stored.experiment), **TABS[tab]["knobs"])
    assert checkpoint_fingerprint(stored.network) == TABS[tab]["checkpoint"]
    assert run(experiment, stored.network).fingerprint == TABS[tab]["run"]


LATER = ("circle-by-heart", "circle-decay", "falling-rate")
"""The experiments that version 0.1 did not have."""


def test_every_experiment_of_its_catalogue_is_among_them() -> None:
    assert {f"of-{key}" for key in CATALOGUE if key not in {*LATER, *TABLES}} <= set(TABS)


@pytest.mark.parametrize("query", LINKS)
def test_a_link_leads_to_the_same_run(settings: Settings, query: str) -> None:
    link = read_link(query, ShortLinks(settings, at_that_time), settings.max_samples)
    assert link.warnings == ()
    assert run(link.experiment, link.experiment.network()).fingerprint == LINKS[query]


def test_exported_scripts_print_the_fingerprints_that_they_name() -> None:
    program = "import runpy, sys\nfor path in sys.argv[1:]:\n    runpy.run_path(path)"
    printed = subprocess.run(
        [sys.executable, "-c", program, *SCRIPTS], cwd=ROOT, capture_output=True, text=True, check=True
    )
    assert [line for line in printed.stdout.splitlines() if re.fullmatch("[0-9a-f]{8}", line)] == [
        script.stem.rpartition("-")[2] for script in SCRIPTS
    ]


@pytest.mark.parametrize("notebook", NOTEBOOKS, ids=lambda path: path.stem)
def test_an_exported_notebook_runs(notebook: Path, capsys: pytest.CaptureFixture[str]) -> None:
    names: dict[str, Any] = {}
    for cell in json.loads(notebook.read_text("utf-8"))["cells"]:
        if cell["cell_type"] == "code":
            exec("".join(cell["source"]), names)
    assert notebook.stem.rpartition("-")[2] in capsys.readouterr().out


@pytest.mark.parametrize("name", FILES)
def test_an_exported_file_opens_again(name: str) -> None:
    _, experiment = read_file((HERE / "files" / name).read_bytes(), Settings().max_samples)
    assert run(experiment, experiment.network()).fingerprint == FILES[name]


def test_the_bits_of_every_activation_and_formula_are_those_of_version_0_1() -> None:
    assert bit_check_fingerprint() == STORED["canary"]
