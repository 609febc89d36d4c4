"""The web application: a Dash server around the engine.

`create_app` makes it, and `launch` serves it for a bench of the user's own. Importing this package has no side effects.
"""

from webapp.app import create_app
from webapp.launcher import launch

__all__ = ["create_app", "launch"]
