"""Addresses of nodes: which are the same, which can be asked, and what people may read of them."""

import re
from collections.abc import Iterable
from posixpath import normpath
from urllib.parse import SplitResult, urlsplit

from verifier.errors import PolicyError
from verifier.messages import _

EMBEDDED = "embedded:"
_PLAIN = re.compile(r"[\w.:-]{0,80}")
_PORTS = {"http": 80, "https": 443}


def split_url(address: str) -> SplitResult | None:
    """Return the parts of an `http:` or `https:` address with a host; None for anything else."""
    try:
        parts = urlsplit(address)
        usable = parts.scheme in _PORTS and bool(parts.hostname) and parts.port != 0
    except ValueError:  # brackets that are no IPv6 address, a port that is no number
        return None
    return parts if usable else None


def node_key(address: str) -> str:
    """
    Return the same text for addresses that are spellings of one.

    Case of scheme and host, the scheme's own port, a slash at the end, a user name and a
    fragment make no other node. Two names of one machine are not found out.
    """
    if address.startswith(EMBEDDED):
        return EMBEDDED + normpath(address.removeprefix(EMBEDDED))
    parts = split_url(address)
    if parts is None:
        return address
    host = (parts.hostname or "").removesuffix(".")
    port = parts.port or _PORTS[parts.scheme]
    path = normpath("/" + parts.path.strip("/"))
    return f"{parts.scheme}://{host}:{port}{path}?{parts.query}"


def shown_address(address: str) -> str:
    """
    Return an address without what may be a secret: user, password, path and query.

    Services that run nodes put their keys into any of these; scheme, host and port remain.
    """
    if address.startswith(EMBEDDED):
        return address
    parts = split_url(address)
    if parts is None:
        return address if _PLAIN.fullmatch(address) else address.partition(":")[0][:20] + "…"
    host = parts.netloc.rpartition("@")[2]
    hidden = parts.path not in ("", "/") or parts.query or parts.fragment
    return f"{parts.scheme}://{host}{'/…' if hidden else parts.path}"


def check_addresses(addresses: Iterable[str], named_in: str) -> None:
    """
    Check that nodes can be asked: one that is named twice would agree with itself.

    Args:
        addresses: of the nodes.
        named_in: the option, or the policy's file and key, that names them.

    Raises:
        PolicyError: one is no address, or one is named twice.
    """
    seen: set[str] = set()
    for address in addresses:
        if split_url(address) is None and not address.startswith(EMBEDDED):
            problem = _("{url} is not the address of a node").format(url=shown_address(address))
            raise PolicyError(f"{named_in}: {problem}")
        if node_key(address) in seen:
            problem = _("{address} is named twice; name each node once")
            raise PolicyError(f"{named_in}: {problem.format(address=shown_address(address))}")
        seen.add(node_key(address))
