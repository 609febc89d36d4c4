"""Requests as an honest page sends them, for tests that change one thing about them."""

from dataclasses import replace
from typing import Any

from engine.catalogue import CATALOGUE, FIRST
from engine.run import run
from webapp.acts import Desk, GoOn
from webapp.sessions import Sessions
from webapp.settings import Settings

SETTINGS = Settings(store="memory", secret_key="k" * 32)
TAB = "tab-1"
VIEW = {"theme": "light", "limits": None, "maps": True, "frame": "", "axes": [0, 1], "step": None, "own": None}
"""How a page that has nothing yet wants its answer, with the cursor at the end."""


def plain_knobs(key: str = FIRST, **changes: Any) -> dict[str, Any]:
    """The knobs as they stand when the experiment has just been opened."""
    experiment = CATALOGUE[key].experiment
    names = ("alpha", "samples", "seed", "filter")
    return {name: getattr(experiment, name) for name in names} | changes


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


def wait(done: int) -> None:
    """Somebody still waits for the answer."""


def desk(max_samples: int = SETTINGS.max_samples, go_on: GoOn = wait) -> Desk:
    """A desk in an empty store of its own."""
    return Desk(Sessions.from_settings(SETTINGS), "s" * 32, max_samples, go_on)


def fingerprint(key: str = FIRST, **changes: Any) -> str:
    """The name of the engine's run of that experiment with these knobs."""
    experiment = replace(CATALOGUE[key].experiment, **changes)
    return run(experiment, experiment.network()).fingerprint
