"""Addresses of nodes: which of them are the same, and what of them people may read."""

import re
from posixpath import normpath
from urllib.parse import SplitResult, urlsplit

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
