"""Network addresses: what counts as one visitor's, and its name in what is stored."""

import hashlib
import hmac
import ipaddress
from functools import lru_cache

REMEMBERED_ADDRESSES = 10_000


@lru_cache(maxsize=REMEMBERED_ADDRESSES)
def network_of(address: str) -> str:
    """The address, or the /64 network of an IPv6 address, since one visitor has all of that."""
    try:
        found = ipaddress.ip_address(address)
    except ValueError:
        return ""
    if isinstance(found, ipaddress.IPv6Address) and not found.ipv4_mapped:
        return str(ipaddress.ip_network((found, 64), strict=False))
    return address


@lru_cache(maxsize=REMEMBERED_ADDRESSES)
def address_name(network: str, secret: str) -> str:
    """A name for an address that does not show it."""
    return hmac.digest(secret.encode(), b"nnbench owner " + network.encode(), hashlib.sha256).hex()[:16]
