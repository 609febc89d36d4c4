"""A Valkey server of a test's own: on a free port of the loopback interface, in a folder, ended by its process id."""

import shutil
import socket
import subprocess
import time
from collections.abc import Callable
from contextlib import ExitStack
from pathlib import Path

import pytest

SERVER = shutil.which("valkey-server")
needs_valkey = pytest.mark.skipif(
    SERVER is None, reason="no valkey-server here: install it (on Debian: apt-get install valkey-server)"
)
SAFE = {"appendonly": "yes", "appendfsync": "always"}


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as line:
        port: int = line.getsockname()[1]
    return port


def until(holds: Callable[[], bool]) -> None:
    """Waits until it holds, for ten seconds at most."""
    end = time.monotonic() + 10
    while not holds():
        assert time.monotonic() < end
        time.sleep(0.01)


class ValkeyServer:
    """A server that can be killed and started again where it was; its settings are given as in its configuration."""

    def __init__(self, folder: Path, **settings: str) -> None:
        self._folder = folder
        self._settings = {**SAFE, **settings}
        self.port = free_port()
        self.start()

    @property
    def address(self) -> str:
        return f"valkey://127.0.0.1:{self.port}"

    @property
    def pid(self) -> int:
        return self._process.pid

    def start(self) -> None:
        """Starts it and waits until it takes connections."""
        assert SERVER is not None
        own = {"port": str(self.port), "bind": "127.0.0.1", "dir": str(self._folder), "save": ""} | self._settings
        words = [word for name, value in own.items() for word in (f"--{name}", value)]
        self._process = subprocess.Popen([SERVER, *words], stdout=subprocess.PIPE, text=True)
        assert self._process.stdout is not None
        said = []
        for line in self._process.stdout:
            said.append(line)
            if "Ready to accept connections" in line:
                return
        raise AssertionError("".join(said))

    def kill(self) -> None:
        self._process.kill()
        self._process.communicate()


def environ_of(store: str, folder: Path, stack: ExitStack) -> dict[str, str]:
    """The settings of processes on that store; on Valkey a server in the folder, which ends with the stack."""
    if store != "valkey":
        return {}
    server = ValkeyServer(folder)
    stack.callback(server.kill)
    return {"STORE": server.address}
