"""Requests as an honest page sends and posts them, for tests that change one thing about them."""

from dataclasses import replace
from typing import Any

import pytest
from flask.testing import FlaskClient

from engine.experiments.catalogue import CATALOGUE, FIRST
from engine.experiments.experiment import Experiment
from engine.experiments.run import run
from webapp.bench.actions import OnProgress, PreparedRun, RequestContext, ignore_progress
from webapp.callbacks import SLOTS
from webapp.http.rate_limit import Rate
from webapp.sessions.sessions import Sessions
from webapp.settings import Settings

SETTINGS = Settings(store="memory", secret_key="k" * 32)
TAB = "tab-1"
VIEW = {"theme": "light", "limits": None, "maps": True, "frame": "", "axes": [0, 1], "step": None, "own": None}
"""How a page that has nothing yet wants its answer, with the cursor at the end."""


def stop_the_clock(monkeypatch: pytest.MonkeyPatch) -> None:
    """Lets no bucket of a rate refill, however long the test takes; for apps that are made from now on."""
    monkeypatch.setattr(Rate.__init__, "__defaults__", (lambda: 100.0,))


def plain_knobs(key: str = FIRST, **changes: Any) -> dict[str, Any]:
    """The knobs as they stand when the experiment has just been opened."""
    return CATALOGUE[key].experiment.knob_values | changes


def plain_ask(act: str = "turn", key: str = FIRST, **changes: Any) -> dict[str, Any]:
    """The request of that act, with some of its parts changed."""
    return {
        "serial": 1,
        "tab": TAB,
        "act": act,
        "key": key,
        "knobs": plain_knobs(key),
        "experiment": None,
        "cell": None,
        "change": None,
        "before": None,
        "view": VIEW,
    } | changes


def plain_change(do: str, at: int = 0, value: object = None, **changes: Any) -> dict[str, Any]:
    """The request that changes the experiment so."""
    return plain_ask("change", **{"change": {"do": do, "at": at, "value": value}} | changes)


def question(asked: object, key: str = FIRST, **knobs: Any) -> dict[str, Any]:
    """The side question about the experiment under these knobs."""
    return {"serial": 2, "tab": TAB, "key": key, "knobs": plain_knobs(key, **knobs), "asked": asked}


def envelope(plain: object, slot: int = 0) -> dict[str, Any]:
    """What travels to the server when that slot of the page holds this request."""
    asked, given = SLOTS[slot]
    return {
        "output": f"{given}.data",
        "outputs": {"id": given, "property": "data"},
        "inputs": [{"id": asked, "property": "data", "value": plain}],
        "changedPropIds": [f"{asked}.data"],
    }


def post(client: FlaskClient, plain: object, slot: int = 0) -> Any:
    """The server's response to a request in that slot."""
    return client.post("/_dash-update-component", json=envelope(plain, slot))


def told(client: FlaskClient, plain: object, slot: int = 0) -> dict[str, Any]:
    """The answer to a request that gets one."""
    response = post(client, plain, slot)
    assert response.status_code == 200, response.get_data(as_text=True)
    answer: dict[str, Any] = response.get_json()["response"][SLOTS[slot][1]]["data"]
    return answer


def context(max_samples: int = SETTINGS.max_samples, on_progress: OnProgress = ignore_progress) -> RequestContext:
    """A desk in an empty store of its own."""
    return RequestContext(Sessions.from_settings(SETTINGS), "s" * 32, max_samples, on_progress)


def prepared_for(key: str, **knobs: Any) -> PreparedRun:
    """An experiment of the catalogue under these knobs, with the checkpoint that it starts from."""
    experiment = replace(CATALOGUE[key].experiment, **knobs)
    return PreparedRun(experiment, experiment.network())


def settled(experiment: Experiment, prepared: PreparedRun) -> float | None:
    """The settled loss of a run of its own from that checkpoint; None where it diverges."""
    result = run(experiment, prepared.checkpoint)
    return None if result.diverged_at is not None else result.settled


def fingerprint(key: str = FIRST, **changes: Any) -> str:
    """The name of the engine's run of that experiment with these knobs."""
    experiment = replace(CATALOGUE[key].experiment, **changes)
    return run(experiment, experiment.network()).fingerprint
