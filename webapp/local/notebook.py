"""The notebook that this process is the kernel of, and whether its cells can show a page that this process serves."""

import json
import os
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from engine.base.notebook import is_a_kernel

EDITOR = ("vscode-webview:", "vscode-file:")
"""The origins of frames that show the cells of VS Code."""
NEAR = ("localhost", "127.0.0.1", "::1")


@dataclass(frozen=True)
class Notebook:
    """A notebook, seen from its kernel: the origins that may show a page in a frame, and the address of the page.

    No origins: no frame can reach it, as where the kernel runs on another machine than the browser.
    """

    origins: tuple[str, ...] = ()
    proxy: str = ""
    """The path at which the notebook's own server passes requests on to a port of this machine, if it does."""


def current_notebook(environ: Mapping[str, str] = os.environ) -> Notebook | None:
    """The notebook whose kernel this process is; None in a terminal, a script or a console."""
    if not is_a_kernel():
        return None
    if "google.colab" in sys.modules:
        return Notebook()
    if environ.get("VSCODE_PID"):
        return Notebook(EDITOR)
    server = own_server(environ.get("JPY_PARENT_PID", ""))
    return Notebook() if server is None else behind(server, near="JUPYTERHUB_API_TOKEN" not in environ)


def behind(server: Mapping[str, Any], *, near: bool) -> Notebook:
    """The notebook of a Jupyter server, which is `near` where the browser may be on this machine."""
    address = urlsplit(server["url"])
    if near and address.hostname in NEAR:
        return Notebook(tuple(f"{address.scheme}://{host}:{server['port']}" for host in ("localhost", "127.0.0.1")))
    if find_spec("jupyter_server_proxy"):
        return Notebook(("'self'",), f"{server['base_url']}proxy/absolute/")
    return Notebook()


def own_server(process_id: str) -> dict[str, Any] | None:
    """The entry of the Jupyter server with that process number, as it states it; None if it states nothing."""
    if not process_id.isdecimal() or not find_spec("jupyter_core"):
        return None
    folder = import_module("jupyter_core.paths").jupyter_runtime_dir()
    try:
        said = json.loads((Path(folder) / f"jpserver-{process_id}.json").read_text())
    except (OSError, ValueError):
        return None
    return said if isinstance(said, dict) and {"url", "port", "base_url"} <= said.keys() else None
