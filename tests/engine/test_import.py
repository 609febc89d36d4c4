"""Importing the engine or the command takes a fraction of a second: what is large is loaded when it is first used."""

import subprocess
import sys

LARGE = ("dash", "llvmlite", "numba", "plotly", "scipy.linalg", "scipy.ndimage", "scipy.optimize", "tqdm")


def test_importing_the_engine_or_the_command_loads_nothing_large() -> None:
    names = "import sys, engine, nnbench, webapp.command; nnbench.NNBench"
    source = f"{names}; print([name for name in {LARGE} if name in sys.modules])"
    printed = subprocess.run([sys.executable, "-c", source], capture_output=True, text=True, check=True)
    assert printed.stdout == "[]\n"
