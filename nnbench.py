"""All that a notebook needs, under the package's own name: the engine's names, and the bench in the browser."""

from typing import TYPE_CHECKING, Any

import engine
import webapp
from engine import *  # noqa: F403

if TYPE_CHECKING:
    from webapp import launch, stop_all, task

__all__ = [*engine.__all__, "launch", "stop_all", "task"]  # noqa: PLE0604


def __getattr__(name: str) -> Any:
    if name in __all__:
        return getattr(webapp, name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")


def __dir__() -> list[str]:
    return __all__
