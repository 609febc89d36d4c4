"""The web application: a Dash server around the engine.

`create_app` makes it, `launch` serves it for a bench of the user's own, `task` for a task of a lesson, and `stop_all`
ends that. Importing this package has no side effects.
"""

from webapp.app import create_app
from webapp.launcher import launch, stop_all, task

__all__ = ["create_app", "launch", "stop_all", "task"]
