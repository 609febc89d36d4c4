"""The stories hold in Firefox, and the central ones in WebKit: each file is a flow, and a test is a row of the table.

A story whose protocol a browser does not have is skipped there, and says so.
"""

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.stories.firefox import PROGRAM
from tests.stories.webkit import missing_programs

ROOT = Path(__file__).parents[2]
FIREFOX = (
    "back_is_back", "bad_input", "build_your_own", "compare", "exporting", "first_look", "held_out",
    "knobs_by_keyboard", "knobs_by_mouse", "landscape", "lessons", "luck", "own_facts", "own_formulas",
    "predicting", "probe", "runs", "scrubber", "seeds", "sharing", "surface", "training", "undo",
    "weight_table", "wires",
)  # fmt: skip
WEBKIT = (
    "back_is_back", "build_your_own", "compare", "first_look", "held_out", "knobs_by_keyboard",
    "knobs_by_mouse", "landscape", "lessons", "luck", "own_facts", "own_formulas", "predicting", "runs",
    "scrubber", "seeds", "sharing", "training", "undo", "weight_table", "wires",
)  # fmt: skip
"""A story counts here once it was seen to hold; the two lists grow."""


def hold(engine: str, flow: str) -> None:
    """Runs the stories of one file in a browser; some of them at least are told there."""
    command = [sys.executable, "-m", "pytest", "-q", "--engine", engine, f"tests/stories/test_{flow}.py"]
    told = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert told.returncode == 0, told.stdout[-4_000:]
    assert " passed" in told.stdout.splitlines()[-1]


@pytest.mark.soak
@pytest.mark.skipif(shutil.which(PROGRAM) is None, reason=f"{PROGRAM} is not installed")
@pytest.mark.parametrize("flow", FIREFOX)
def test_the_stories_hold_in_firefox(flow: str) -> None:
    hold("firefox", flow)


@pytest.mark.soak
@pytest.mark.skipif(bool(missing_programs()), reason=f"not installed: {', '.join(missing_programs())}")
@pytest.mark.parametrize("flow", WEBKIT)
def test_the_stories_hold_in_webkit(flow: str) -> None:
    hold("webkit", flow)
