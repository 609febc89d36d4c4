"""The web application: a Dash server around the engine.

`create_app` makes it and `launch` opens it on a bench of one's own. Importing this package starts nothing.
"""

from webapp.app import create_app
from webapp.launcher import launch

__all__ = ["create_app", "launch"]
