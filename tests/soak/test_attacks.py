"""No stranger stops the server: health and an honest knob are answered during every attack, within bounded memory.

Each attack has a process of its own and runs twice: short, one after the other against one server, where only what a
noisy machine cannot blur is looked at, and whole on a server each, which is held to its figures.
`python -m tests.soak.test_attacks RUNS [NAME …]` prints the table of those figures.
"""

import logging
import statistics
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import replace
from http import HTTPStatus
from pathlib import Path

import pytest

from benchmarks.load import ROOT
from engine.experiments.catalogue import CATALOGUE, FIRST
from tests.soak.attacks import ATTACKS, BESIDE, envelope, opening, question
from tests.soak.attacks import SETTINGS as ENVIRON
from tests.soak.probe import BEFORE_IT, GIVEN_UP, HEADING, KNOB, Seen, Server, Watched, serving
from tests.webapp.asking import SETTINGS
from webapp import create_app

log = logging.getLogger(__name__)

SHORT, WHOLE = 1.0, 20.0
SECONDS = {"mixed": 8.0}
"""How long a whole attack takes where it is not WHOLE."""
MEMORY, DISK = 100, 50
"""Megabytes that an attack may take."""
SHORT_MEMORY = 250
"""Megabytes for the short form, whose server is new at first: it grows by 150 before it has its usual size."""
LONG = [name for name in ATTACKS if "longest" in name or "faulty" in name]


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """The server of the short attacks."""
    with serving(tmp_path_factory.mktemp("attacked")) as running:
        yield running


def seen_during(name: str, seconds: float, server: Server, used: bool = True) -> Seen:
    """The measurements before, during and after the attack."""
    with Watched(server, used, BESIDE.get(name, "")) as watched:
        watched.alone(max(0.5, seconds / 10))
        command = [sys.executable, "-m", "tests.soak.attacks", name, watched.url, str(seconds)]
        attack = subprocess.run(command, cwd=ROOT, stdout=subprocess.PIPE, text=True, check=True)
        watched.seen.doubled = int(attack.stdout)
        watched.recovers(seconds / 10)
    log.warning("%s: %s", name, watched.seen.sentence())
    return watched.seen


def main(runs: str = "1", *names: str) -> None:
    """Prints the table of these attacks, or of all; each run is whole and has a server of its own."""
    sys.stdout.write(f"{HEADING}\n")
    for name in names or ATTACKS:
        for _ in range(int(runs)):
            with tempfile.TemporaryDirectory() as folder, serving(Path(folder), **ENVIRON.get(name, {})) as server:
                seen = seen_during(name, SECONDS.get(name, WHOLE), server)
            for line in seen.rows(name, BESIDE.get(name, "")):
                sys.stdout.write(f"{line}\n")
            sys.stdout.flush()


@pytest.mark.parametrize(("path", "body"), [
    ("/_dash-update-component", envelope(1, "tab", **opening(replace(CATALOGUE[FIRST].experiment, seed=7)))),
    ("/_dash-update-component", envelope(2, "tab", knobs={"samples": 500, "alpha": 0.2})),
    ("/analysis/sensitivity", question(3, "tab", {"strip": 3, "from": 0})),
    ("/analysis/percentile_band", question(4, "tab", {"first": 1}, samples=500)),
    ("/analysis/trajectory", question(5, "tab", {}, samples=500, seed=4)),
])  # fmt: skip
def test_what_an_attack_sends_is_read_as_a_pages_request_is(path: str, body: object) -> None:
    client = create_app(SETTINGS).server.test_client()
    client.get("/")
    client.post("/_dash-update-component", json=envelope(0, "tab", "choose"))
    answer = client.post(path, json=body)
    assert answer.status_code == HTTPStatus.OK, answer.text
    assert "refused" not in answer.text[:200]


@pytest.mark.parametrize("name", ATTACKS)
def test_a_short_attack_costs_neither_an_answer_nor_memory_nor_disk(name: str, server: Server) -> None:
    seen = seen_during(name, SHORT, server, used=False)
    assert max(seen.health) < GIVEN_UP
    assert min(seen.knob) < GIVEN_UP
    assert seen.recovered < GIVEN_UP
    assert (seen.more_memory < SHORT_MEMORY, seen.more_disk < DISK, seen.doubled) == (True, True, 0)


@pytest.mark.parametrize("name", ATTACKS)
def test_an_attack_leaves_health_and_an_honest_knob_their_time(name: str, tmp_path: Path) -> None:
    with serving(tmp_path, **ENVIRON.get(name, {})) as server:
        seen = seen_during(name, SECONDS.get(name, WHOLE), server)
    alone = seen.median(BEFORE_IT, KNOB)
    assert max(seen.health) <= 1.0
    assert statistics.median(seen.health) <= 0.1
    assert statistics.median(seen.knob) <= (2 * alone if name in LONG else 0.5)
    if name in BESIDE:
        assert statistics.median(seen.beside) <= 2 * seen.median(BEFORE_IT, "beside") + 1.0
    assert seen.recovered <= 5.0
    assert (seen.more_memory <= MEMORY, seen.more_disk <= DISK, seen.doubled) == (True, True, 0)


if __name__ == "__main__":
    main(*sys.argv[1:])
