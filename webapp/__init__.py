"""The web application: a Dash server around the engine.

`create_app` makes it, `launch` serves it for a bench of the user's own, and `stop_all` ends that. Importing this
package has no side effects.
"""

from webapp.app import create_app
from webapp.launcher import launch, stop_all

__all__ = ["create_app", "launch", "stop_all"]
