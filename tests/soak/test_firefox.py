"""The central stories hold in Firefox too: each file is a flow, and a test with its name is a row of the table."""

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.stories.firefox import PROGRAM

ROOT = Path(__file__).parents[2]
FLOWS = ("scrubber", "back_is_back")
"""Files of stories that need nothing of Chromium's own protocol beyond what `tests/stories/firefox.py` translates."""


@pytest.mark.soak
@pytest.mark.skipif(shutil.which(PROGRAM) is None, reason=f"{PROGRAM} is not installed")
@pytest.mark.parametrize("flow", FLOWS)
def test_the_stories_hold_in_firefox(flow: str) -> None:
    command = [sys.executable, "-m", "pytest", "-q", "--engine", "firefox", f"tests/stories/test_{flow}.py"]
    told = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert told.returncode == 0, told.stdout[-4_000:]
