"""Fixtures of several tests: a stack that closes what a test opens, a shared Valkey server, and a visitor."""

from collections.abc import Iterator
from contextlib import ExitStack

import pytest
from dash import Dash
from flask.testing import FlaskClient

from tests.webapp.asking import SETTINGS, ManualClock
from tests.webapp.store.valkey_server import ValkeyServer
from webapp import create_app


@pytest.fixture
def closes() -> Iterator[ExitStack]:
    """Closes at the end what a test has opened."""
    with ExitStack() as stack:
        yield stack


@pytest.fixture
def clock() -> ManualClock:
    return ManualClock()


@pytest.fixture(scope="module")
def valkey(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ValkeyServer]:
    """A server that need not keep anything, for stores of any name."""
    server = ValkeyServer(tmp_path_factory.mktemp("valkey"), appendonly="no")
    yield server
    server.kill()


@pytest.fixture(scope="module")
def app() -> Dash:
    return create_app(SETTINGS)


@pytest.fixture(scope="module")
def client(app: Dash) -> FlaskClient:
    visitor: FlaskClient = app.server.test_client()
    return visitor
