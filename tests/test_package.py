"""The wheel alone is enough: installed into an empty folder, it serves the page, prints runs, and runs the notebook.

The packages that it depends on are those of this environment; the wheel is built without the network.
"""

import os
import re
import subprocess
import sys
import sysconfig
import urllib.request
import zipfile
from collections.abc import Sequence
from pathlib import Path

import pytest

from engine.kernel import cache

ROOT = Path(__file__).parent.parent
SEVERAL_STEPS = """
import numpy as np
from nnbench import AffinityLayer, NNBench, MapLayer, Network, stop_all
stop_all()
net = Network()
net.extend(AffinityLayer(2, 2, seed=1))
net.extend(MapLayer("tanh"))
bench = NNBench(net, lambda v: np.sign(v))
bench.checkpoint_net()
first = bench.learn(100)
bench.rollback_net()
assert np.array_equal(bench.learn(100), first)
print(f"{bench.learning_potential():.3f}")
"""


@pytest.fixture(scope="module")
def installed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with what is in the wheel, and nothing of the clone."""
    built, folder = tmp_path_factory.mktemp("built"), tmp_path_factory.mktemp("installed")
    backend = [sys.executable, "-m", "hatchling", "build", "--target", "wheel", "--directory", str(built)]
    subprocess.run(backend, cwd=ROOT, check=True, capture_output=True)
    (wheel,) = built.glob("nnbench-*-py3-none-any.whl")
    with zipfile.ZipFile(wheel) as archive:
        archive.extractall(folder)
    return folder


def environment(installed: Path) -> dict[str, str]:
    """The installed folder goes before this environment's packages, and the clone is on no path.

    The kernel seems to be compiled elsewhere, so that no compiler runs beside the tests for minutes.
    """
    paths = os.pathsep.join([str(installed), sysconfig.get_path("purelib")])
    folder = installed / "cache" / f"kernel-{cache.source_digest()}"
    folder.mkdir(parents=True, exist_ok=True)
    for by_rule in cache.PROGRAMS:
        cache.marker(folder, by_rule=by_rule).touch()
    return os.environ | {"PYTHONPATH": paths, "PYTHONSAFEPATH": "1", cache.SETTING: str(installed / "cache")}


def python(installed: Path, words: Sequence[str]) -> "subprocess.CompletedProcess[str]":
    """A Python that has the wheel, away from the clone."""
    command = [sys.executable, *words]
    return subprocess.run(
        command, cwd=installed, env=environment(installed), capture_output=True, text=True, check=False
    )


def test_the_command_is_named_in_the_wheel(installed: Path) -> None:
    (entry_points,) = installed.glob("nnbench-*.dist-info/entry_points.txt")
    assert "nnbench = webapp.command:main" in entry_points.read_text("utf-8")


def test_the_engine_runs_without_the_clone_with_tables_of_data_and_their_licences(installed: Path) -> None:
    program = """
import engine
from engine.sweeps import executor
print(engine.__file__, *(row.table().width for row in engine.TABLES.values()))
"""
    printed = python(installed, ["-c", program])
    found = [str(installed / "engine" / "__init__.py"), "4", "4", "13", "6", "64"]
    assert (printed.stderr, printed.stdout.split()) == ("", found)
    (notice,) = installed.glob("nnbench-*.dist-info/licenses/NOTICE")
    assert notice.read_bytes() == (ROOT / "NOTICE").read_bytes()
    assert (installed / "webapp/classes/lessons/overfitting.json").exists()


@pytest.mark.soak
def test_it_prints_the_run_of_a_link(installed: Path) -> None:
    printed = python(installed, ["-m", "webapp.command", "run", "http://127.0.0.1/?experiment=tanh-signs&alpha=0.2"])
    assert printed.stderr == ""
    title, sentence, proof = printed.stdout.splitlines()
    assert (title, sentence[:32]) == ("tanh learns signs", "After 300 samples the final loss")
    assert proof == "11× better than one answer for all, 1.01. Run a53f e43b."


def test_it_serves_the_page_with_its_scripts(installed: Path) -> None:
    settings = environment(installed) | {"STORE": "memory", "OPEN_BROWSER": "no"}
    command = [sys.executable, "-m", "webapp.command", "serve", "--port", "0", "--host", "127.0.0.1"]
    with subprocess.Popen(command, cwd=installed, env=settings, stdout=subprocess.PIPE, text=True) as server:
        assert server.stdout is not None
        printed = re.fullmatch(r"NNBench is on (http://127\.0\.0\.1:\d+/)\n", server.stdout.readline())
        assert printed
        url = printed[1]
        try:
            page = urllib.request.urlopen(url).read().decode()
            assert "_dash-config" in page
            (script,) = {part.split('"')[0] for part in page.split('src="')[1:] if "/assets/" in part.split('"')[0]}
            assert b"nnbench" in urllib.request.urlopen(url.removesuffix("/") + script).read()
        finally:
            server.terminate()
    assert server.returncode == 0


@pytest.mark.soak
def test_the_notebooks_bench_learns_with_it(installed: Path) -> None:
    printed = python(installed, ["-c", SEVERAL_STEPS])
    assert printed.stderr == ""
    assert float(printed.stdout) > 0
