"""`webapp.wsgi:server` for any WSGI server; importing it reads the environment and builds the app."""

from webapp import create_app
from webapp.settings import Settings

server = create_app(Settings.from_environment()).server
