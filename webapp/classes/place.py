"""The place where phones find the bench, where a page stands at an address of this computer alone."""

import re
import socket
from pathlib import Path
from urllib.parse import urlsplit

from flask import request

from webapp.settings import Settings

OWN_HOST = re.compile(r"(?:localhost|127\.[0-9.]+|0\.0\.0\.0|\[::1?\])(:[0-9]+)?", re.IGNORECASE)
"""A host, with its port, that leads each computer to itself; assets/js/lib/own_host.js has the same."""
EVERYWHERE = ("0.0.0.0", "::")  # noqa: S104
KERNEL = Path("/proc/version")
OF_WSL = re.compile(r"172\.(?:1[6-9]|2[0-9]|3[01])\.[0-9.]+(:[0-9]+)?")
"""An address in the network that WSL has within its own computer, unless it mirrors that of the computer."""
CONTAINER_FILES = (Path("/.dockerenv"), Path("/run/.containerenv"))
ELSEWHERE = "192.0.2.1"
"""An address of no machine: the route to it leads over the network that phones come by."""


def place(settings: Settings) -> dict[str, str | bool]:
    """Whether the bench listens to a network, whether that lies within this computer, and the beginning of its address
    there, empty where it is not known.

    Nothing is said of a server whose own address is such a place.
    """
    own, within = OWN_HOST.fullmatch(request.host), is_within(request.host)
    if not own and not within:
        return {"listens": True, "within": False, "instead": ""}
    public = urlsplit(settings.public_url or "")
    if public.netloc and not OWN_HOST.fullmatch(public.netloc):
        return {"listens": True, "within": within, "instead": f"{public.scheme}://{public.netloc}"}
    address = own_address()
    listens = settings.host in EVERYWHERE
    if not own or is_within(address):
        return {"listens": listens, "within": True, "instead": ""}
    instead = f"{request.scheme}://{address}{own[1] or ''}" if listens and address else ""
    return {"listens": listens, "within": False, "instead": instead}


def is_within(host: str) -> bool:
    """Whether a host is an address in the network of a WSL that runs this server; its computer alone leads there."""
    if not OF_WSL.fullmatch(host):
        return False
    try:
        return "microsoft" in KERNEL.read_text("ascii", "replace").lower()
    except OSError:
        return False


def own_address() -> str:
    """This machine's address in its network, empty where it has none that others reach; nothing is sent."""
    if any(file.exists() for file in CONTAINER_FILES):
        return ""  # that of a container leads to it from its own machine alone
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as line:
        try:
            line.connect((ELSEWHERE, 9))
        except OSError:
            return ""
        address: str = line.getsockname()[0]
        return address
