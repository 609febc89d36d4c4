"""All that a notebook needs, under the package's own name: the engine's names, and the bench in the browser."""

import engine
from engine import *  # noqa: F403
from engine.base.notebook import no_comms

with no_comms():
    from webapp import launch, stop_all, task

__all__ = [*engine.__all__, "launch", "stop_all", "task"]  # noqa: PLE0604
