"""The stories hold in Firefox, and most of them in WebKit: each file is a flow, and a test is a row of the table.

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
    "access", "answers", "back_is_back", "bad_input", "before_dash", "build_your_own", "busy_server", "checkpoint",
    "checkpoint_history", "class", "coming_back", "compare", "drag", "embedding", "every_experiment", "exporting",
    "failure", "figure_texts", "first_look", "fixed_bars", "floor", "held_out", "importing", "in_sight",
    "knobs_by_keyboard", "knobs_by_mouse", "landscape", "large_sweeps", "larger_maps", "lesson_alone",
    "lesson_editor", "lessons", "long_runs", "look_and_keys", "loss_knob", "luck", "maps", "narrow_windows",
    "notebook_cell", "opening", "output_view", "own_bench", "own_facts", "own_formulas", "own_host", "points",
    "predicting", "probe", "row_plane", "runs", "scrubber", "seeds", "server_restart", "sharing", "slow_line",
    "spoken", "store_away", "sub_path", "surface", "text_spacing", "training", "two_mistakes", "undo", "unit_maps",
    "weight_table", "which_sample", "wide_weights", "wires", "zoom",
)  # fmt: skip
WEBKIT = [flow for flow in FIREFOX if flow not in ("before_dash", "slow_line", "text_spacing")]
"""A story counts here once it was seen to hold; the two lists grow."""


def hold(engine: str, flow: str) -> None:
    """Runs the stories of one file in a browser; some of them at least are told there."""
    command = [sys.executable, "-m", "pytest", "-q", "--engine", engine, f"tests/stories/test_{flow}.py"]
    told = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert told.returncode == 0, told.stdout[-4_000:]
    assert " passed" in told.stdout.splitlines()[-1]


@pytest.mark.skipif(shutil.which(PROGRAM) is None, reason=f"{PROGRAM} is not installed")
@pytest.mark.parametrize("flow", FIREFOX)
def test_the_stories_hold_in_firefox(flow: str) -> None:
    hold("firefox", flow)


@pytest.mark.skipif(bool(missing_programs()), reason=f"not installed: {', '.join(missing_programs())}")
@pytest.mark.parametrize("flow", WEBKIT)
def test_the_stories_hold_in_webkit(flow: str) -> None:
    hold("webkit", flow)
