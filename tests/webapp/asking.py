"""Requests as an honest page sends and posts them, for tests that change one thing about them."""

import json
import subprocess
import sys
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path
from typing import Any, TypeVar

import pytest
from flask.testing import FlaskClient

from engine import Experiment, run
from engine.experiments.catalogue import CATALOGUE, FIRST
from webapp.bench.actions import OnProgress, PreparedRun, RequestContext, ignore_progress
from webapp.bench.knob_values import Refused
from webapp.http.rate_limit import SECONDS_HELD, Rate
from webapp.page.components.stores import SLOTS
from webapp.sessions.sessions import Sessions
from webapp.settings import Settings

SETTINGS = Settings(store="memory", secret_key="k" * 32)
NO_LIMITS = (
    "HOST", "PORT", "PUBLIC_URL", "URL_PREFIX", "TRUSTED_PROXIES", "FRAME_ANCESTORS", "SECRET_KEY", "DATA_DIR",
    "DRAIN_SECONDS", "SWEEPER", "SWEEP_LEASE", "SWEEP_DIR", "DASK_SCHEDULER", "METRICS_PORT", "LOG", "OPEN_BROWSER",
)  # fmt: skip
"""Settings that say where and how the server stands, among them places on its machine and the secret."""
TAB = "tab-1"
T = TypeVar("T")
VIEW = {
    "theme": "light", "limits": None, "maps": True, "frame": "", "axes": [0, 1], "step": None, "own": None,
    "unit": None, "large": False, "opened": None, "held": False, "answers": None, "through": None,
}  # fmt: skip
"""How a page that has nothing yet wants its response, with the cursor at the end."""


class ManualClock:
    """A clock that a test sets."""

    def __init__(self, now: float = 1_700_000_000.0) -> None:
        self.now = now

    def __call__(self) -> float:
        return self.now


def not_none(value: T | None) -> T:
    assert value is not None
    return value


def together(*works: Callable[[], object]) -> None:
    """Does all of these at once, in a thread each; what one of them raises fails the test."""
    with ThreadPoolExecutor(len(works)) as pool:
        for done in [pool.submit(work) for work in works]:
            done.result()


def refusal(ask: Callable[..., object], *given: Any, **named: Any) -> Refused:
    """How what is asked so is refused."""
    with pytest.raises(Refused) as refused:
        ask(*given, **named)
    return refused.value


def stop_the_clock(monkeypatch: pytest.MonkeyPatch) -> None:
    """Lets no bucket of a rate refill, however long the test takes; for apps that are made from now on."""
    monkeypatch.setattr(Rate.__init__, "__defaults__", (lambda: 100.0, SECONDS_HELD))


def plain_knobs(key: str = FIRST, **changes: Any) -> dict[str, Any]:
    """The knobs as they stand when the experiment has just been opened."""
    return CATALOGUE[key].experiment.knob_values | changes


def plain_request(act: str = "turn", key: str = FIRST, **changes: Any) -> dict[str, Any]:
    """The request of that action, with some of its parts changed."""
    return {
        "serial": 1, "tab": TAB, "act": act, "key": key, "knobs": plain_knobs(key), "experiment": None, "cell": None,
        "change": None, "before": None, "back_to": "", "point": None, "view": VIEW,
    } | changes  # fmt: skip


def plain_change(do: str, at: int = 0, value: object = None, **changes: Any) -> dict[str, Any]:
    return plain_request("change", **{"change": {"do": do, "at": at, "value": value}} | changes)


def analysis_request(asked: object, key: str = FIRST, **knobs: Any) -> dict[str, Any]:
    return {"serial": 2, "tab": TAB, "key": key, "knobs": plain_knobs(key, **knobs), "asked": asked}


def envelope(plain: object, slot: int = 0) -> dict[str, Any]:
    """The body that the page sends when that slot holds this request."""
    request_id, response_id = SLOTS[slot]
    return {
        "output": f"{response_id}.data", "outputs": {"id": response_id, "property": "data"},
        "inputs": [{"id": request_id, "property": "data", "value": plain}], "changedPropIds": [f"{request_id}.data"],
    }  # fmt: skip


def post(client: FlaskClient, plain: object, slot: int = 0) -> Any:
    return client.post("/_dash-update-component", json=envelope(plain, slot))


def reply(client: FlaskClient, plain: object, slot: int = 0) -> dict[str, Any]:
    response = post(client, plain, slot)
    assert response.status_code == 200, response.get_data(as_text=True)
    data: dict[str, Any] = response.get_json()["response"][SLOTS[slot][1]]["data"]
    return data


def context(max_samples: int = SETTINGS.max_samples, on_progress: OnProgress = ignore_progress) -> RequestContext:
    """A request context with an empty store of its own."""
    return RequestContext(Sessions.from_settings(SETTINGS), "s" * 32, max_samples, on_progress)


def prepared_for(key: str, **knobs: Any) -> PreparedRun:
    """An experiment of the catalogue under these knobs, with the checkpoint that it starts from."""
    experiment = replace(CATALOGUE[key].experiment, **knobs)
    return PreparedRun(experiment, experiment.network())


def settled(experiment: Experiment, prepared: PreparedRun) -> float | None:
    """The final loss of a run of its own from that checkpoint; None where it diverges."""
    result = run(experiment, prepared.checkpoint)
    return None if result.diverged_at is not None else result.settled


def said_elsewhere(program: str, given: object) -> str:
    """The output of a process of its own that runs this program and reads what is given as JSON."""
    command, root, plain = [sys.executable, "-c", program], Path(__file__).parents[2], json.dumps(given)
    return subprocess.run(
        command, input=plain, cwd=root, capture_output=True, text=True, check=True, timeout=120
    ).stdout


def fingerprint(key: str = FIRST, **changes: Any) -> str:
    experiment = replace(CATALOGUE[key].experiment, **changes)
    return run(experiment, experiment.network()).fingerprint
