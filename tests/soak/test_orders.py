"""The stories hold in any order of their files, and none leaves a fault to the page that they share."""

import os
import secrets
import subprocess
import sys
from pathlib import Path

from tests.soak.shuffled import SETTING

ROOT = Path(__file__).parents[2]


def test_the_stories_hold_in_a_shuffled_order() -> None:
    seed = os.environ.get(SETTING) or str(secrets.randbelow(1_000_000))
    words = ["-p", "tests.soak.shuffled", "--force-reruns", "0", "--tb", "short", "tests/stories"]
    command, environment = [sys.executable, "-m", "pytest", "-q", *words], os.environ | {SETTING: seed}
    told = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, check=False)
    assert told.returncode == 0, f"{SETTING}={seed} repeats this:\n{told.stdout[-8_000:]}{told.stderr}"
