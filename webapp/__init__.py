"""The web application: a Dash server around the engine.

`create_app` makes it, `launch` serves it for a bench of the user's own, `task` for a task of a lesson, and `stop_all`
ends that. Importing this package has no side effects, and it imports Dash when one of these names is first asked for: a
run in a terminal needs no page.
"""

import importlib
from typing import TYPE_CHECKING, Any

from engine.base.notebook import no_comms

if TYPE_CHECKING:
    from webapp.app import create_app
    from webapp.launcher import launch, stop_all, task

__all__ = ["create_app", "launch", "stop_all", "task"]


def __getattr__(name: str) -> Any:
    if name not in __all__:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    with no_comms():
        module = importlib.import_module("webapp.app" if name == "create_app" else "webapp.launcher")
    return getattr(module, name)
