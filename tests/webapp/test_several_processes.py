"""Two server processes on one store: what they share, what is the same in both, and what only counts in each."""

import copy
import http.client
import json
import os
import re
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest

from benchmarks.load import ROOT, Visitor, address_of, started
from engine import CATALOGUE, Affinity, Map
from tests.webapp.asking import together
from tests.webapp.store.valkey_server import ValkeyServer, needs_valkey, until

SECRET, PASSWORD = "s" * 32, "p-a-s-s"
FEW_POSTS = 20
POSTS = 400


class Pair:
    """Two processes, and what a third one would be started with."""

    def __init__(self, folder: Path, valkey: ValkeyServer | None = None) -> None:
        self.folder = folder
        self.valkey = valkey
        self.environ = {"SECRET_KEY": SECRET, "POSTS_PER_SESSION": f"{FEW_POSTS}"}
        if valkey:
            self.environ["STORE"] = valkey.address.replace("//", f"//:{PASSWORD}@")
        self.processes = [started(str(folder), **self.environ) for _ in range(2)]
        self.urls = [address_of(process) for process in self.processes]

    def kill(self) -> None:
        for process in self.processes:
            process.kill()
            process.communicate()


@pytest.fixture(
    scope="module", params=[pytest.param("sqlite", marks=pytest.mark.soak), pytest.param("valkey", marks=needs_valkey)]
)
def pair(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Pair]:
    folder = tmp_path_factory.mktemp("pair")
    valkey = ValkeyServer(folder, requirepass=PASSWORD) if request.param == "valkey" else None
    both = Pair(folder, valkey)
    yield both
    both.kill()
    if valkey:
        valkey.kill()


on_valkey = pytest.mark.parametrize("pair", [pytest.param("valkey", marks=needs_valkey)], indirect=True)


def at(visitor: Visitor, url: str) -> Visitor:
    """The same tab, sent to another process; both count on."""
    other = copy.copy(visitor)
    other.line = http.client.HTTPConnection("127.0.0.1", urlsplit(url).port or 0, timeout=30)
    return other


@pytest.fixture
def visitors(pair: Pair) -> Iterator[tuple[Visitor, Visitor]]:
    """One tab as each of the processes sees it; it was opened at the first."""
    one = Visitor(pair.urls[0])
    two = at(one, pair.urls[1])
    yield one, two
    one.close()
    two.close()


Both = tuple[Visitor, Visitor]


def checkpoint(reply: Any) -> str:
    return str(reply["summary"]["checkpoint"])


def test_a_tab_of_one_process_goes_on_at_the_other_which_drops_only_what_it_knows(visitors: Both) -> None:
    one, two = visitors
    own = checkpoint(one.ask("randomize"))
    two.serial = one.serial
    assert checkpoint(two.ask(alpha=0.2)) == own
    newer = checkpoint(two.ask("randomize"))
    assert checkpoint(one.ask(alpha=0.3)) == newer != own
    one, two = visitors
    one.serial = 90
    assert one.ask()["serial"] == 91
    two.serial = 50
    older = two.ask()
    assert older["serial"] == 51
    assert "loss" in older


def test_writers_at_both_processes_leave_one_of_the_acknowledged_checkpoints(visitors: Both) -> None:
    acknowledged: list[str] = []

    def write(visitor: Visitor) -> None:
        for _ in range(8):
            reply = visitor.ask("randomize")
            acknowledged.extend([checkpoint(reply)] if "summary" in reply else [])

    together(*[partial(write, visitor) for visitor in visitors])
    found = [checkpoint(visitor.ask()) for visitor in visitors]
    assert found[0] == found[1]
    assert found[0] in acknowledged
    assert len(acknowledged) >= 8


def test_a_short_link_of_one_process_opens_at_the_other(visitors: Both) -> None:
    one, two = visitors
    large = CATALOGUE["spiral"].experiment
    large = large.with_weights_of(large.network())
    one.ask("open", experiment=json.loads(large.to_json()))
    query = one.ask_analysis("address", {})[1]["query"]
    assert "saved=" in query
    two.line.request("POST", "/link", json.dumps({"query": query}), {"Content-Type": "application/json"})
    opened = json.loads(two.line.getresponse().read())
    assert (opened["said"], opened["experiment"]["weights"]) == ("", json.loads(large.to_json())["weights"])


def test_runs_static_views_and_questions_are_the_same_at_both(visitors: Both) -> None:
    one, two = visitors
    one.ask("randomize")
    two.serial = one.serial
    two.frame = one.frame
    replies = [visitor.ask(alpha=0.25) for visitor in visitors]
    assert (replies[0], replies[1]["frame"]) == (replies[1], {"name": one.frame})
    for name, asked in (("lr_range", {"from": 0}), ("twins", {}), ("seed_spread", {"seeds": [1, 2]})):
        answers = [visitor.ask_analysis(name, asked)[1] for visitor in visitors]
        assert {**answers[0], "runs": 0} == {**answers[1], "runs": 0}


WIDE = replace(
    CATALOGUE["tanh-signs"].experiment,
    layers=(Affinity(2, 64), Map("tanh"), Affinity(64, 64), Map("tanh"), Affinity(64, 2)),
    alpha=1e-3,
    samples=120_000,
)
"""Its weights at every step are recorded in two pieces."""


def test_a_recording_that_was_begun_at_one_process_is_completed_at_the_other(visitors: Both) -> None:
    one, two = visitors
    opened = {"experiment": json.loads(WIDE.to_json()), "alpha": WIDE.alpha, "samples": WIDE.samples}
    assert "loss" in one.ask("open", **opened)
    two.serial = one.serial
    assert "done" in recording_of(one)
    moved: dict[str, Any] = {"done": 0}
    while "done" in moved:
        moved = recording_of(two)
    whole: dict[str, Any] = {"done": 0}
    while "done" in whole:
        whole = recording_of(one)
    assert (moved, moved["last"]) == (whole, WIDE.samples)


def recording_of(visitor: Visitor) -> dict[str, Any]:
    found: dict[str, Any] = visitor.ask_analysis("trajectory", {}, alpha=WIDE.alpha, samples=WIDE.samples)[1]
    return found


def test_the_page_of_one_process_finds_its_scripts_and_styles_at_the_other(pair: Pair, visitors: Both) -> None:
    documents, policies = [], []
    for visitor in visitors:
        visitor.line.request("GET", "/")
        answer = visitor.line.getresponse()
        documents.append(answer.read().decode())
        policies.append(answer.headers["Content-Security-Policy"])
    addresses = [re.findall(r'<(?:script|link)[^>]*(?:src|href)="([^"#][^"]*)"', document) for document in documents]
    assert (addresses[0], policies[0]) == (addresses[1], policies[1])
    for address in addresses[0]:
        visitors[1].line.request("GET", address)
        answer = visitors[1].line.getresponse()
        answer.read()
        assert answer.status == 200, address


def test_progress_and_rates_count_in_each_process(visitors: Both) -> None:
    visitors[0].ask(samples=200_000)
    here, elsewhere = map(progress_of, visitors)
    assert here > elsewhere == 0
    one, two = visitors
    assert http.HTTPStatus.TOO_MANY_REQUESTS in (one.post(2 + number)[0] for number in range(POSTS))
    assert two.post(2)[0] == http.HTTPStatus.OK


def progress_of(visitor: Visitor) -> int:
    visitor.line.request("GET", "/progress?tab=tab", headers={"Cookie": visitor.cookie})
    done: int = json.loads(visitor.line.getresponse().read())["done"]
    return done


def sentence_of_a_third(pair: Pair, **environ: str) -> str:
    """Why a third process with these settings does not start."""
    given = os.environ | {"PORT": "0", "DATA_DIR": str(pair.folder), "OPEN_BROWSER": "no"} | pair.environ | environ
    command = [sys.executable, "-m", "webapp"]
    third = subprocess.run(command, cwd=ROOT, env=given, capture_output=True, text=True, timeout=60, check=False)
    assert third.returncode == 1
    assert "Traceback" not in third.stderr
    assert PASSWORD not in third.stderr + third.stdout
    assert pair.environ["SECRET_KEY"] not in third.stderr + third.stdout
    return third.stderr.strip().splitlines()[-1]


@pytest.mark.soak
def test_a_third_process_with_another_secret_does_not_start(pair: Pair) -> None:
    sentence = sentence_of_a_third(pair, SECRET_KEY="t" * 32)
    assert sentence.startswith("NNBench did not start. ")
    assert "another SECRET_KEY. Give" in sentence


@on_valkey
@pytest.mark.soak
def test_a_third_process_with_a_wrong_password_or_no_secret_does_not_start(pair: Pair) -> None:
    assert pair.valkey is not None
    sentence = sentence_of_a_third(pair, STORE=pair.environ["STORE"].replace(PASSWORD, "wrong-word"))
    assert sentence.startswith(f"NNBench did not start. The store {pair.valkey.address} does not take the name and")
    assert "wrong-word" not in sentence
    assert "SECRET_KEY must be given when STORE is a Valkey server" in sentence_of_a_third(pair, SECRET_KEY="")


@on_valkey
def test_while_the_store_is_away_knobs_go_on_and_nothing_is_stored_or_lost(pair: Pair, visitors: Both) -> None:
    assert pair.valkey is not None
    one, two = visitors
    own, before = checkpoint(one.ask("randomize")), one.ask(alpha=0.2)
    two.serial = one.serial + 10
    pair.valkey.kill()
    try:
        for alpha in (0.3, 0.2):
            turned = one.ask(alpha=alpha)
            assert checkpoint(turned) == own
        assert turned["loss"] == before["loss"]
        assert one.ask_analysis("lr_range", {"from": 0})[1]["positions"]
        for reply in (one.ask("randomize"), two.ask(alpha=0.2)):
            assert "cannot reach the starting weights that it stores at the moment" in reply["note"]
        assert checkpoint(one.ask(alpha=0.2)) == own
    finally:
        pair.valkey.start()
    until(lambda: "summary" in two.ask(alpha=0.2))
    assert checkpoint(one.ask(alpha=0.2)) == own == checkpoint(two.ask(alpha=0.2))
    assert checkpoint(two.ask("randomize")) != own
