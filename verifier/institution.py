"""Institution codes: text in JSON, zero-padded `bytes32` on chain (contracts/README.md)."""

import re
from functools import lru_cache

from verifier.errors import InvalidFormat
from verifier.messages import _

_CODE = re.compile(r"[A-Za-z0-9._-]{1,32}")


def check_institution(code: str, *, what: str = "institution") -> None:
    """
    Check that *code* is `[A-Za-z0-9._-]{1,32}`.

    Raises:
        InvalidFormat: it is not.
    """
    if not _CODE.fullmatch(code):
        problem = _("an institution code is 1 to 32 of A-Z, a-z, 0-9, '.', '_' and '-'")
        raise InvalidFormat(what, "", problem)


def institution_to_bytes32(code: str) -> bytes:
    """
    Return the 32 bytes by which the registry knows institution *code*.

    Raises:
        InvalidFormat: *code* is no institution code.
    """
    check_institution(code)
    return code.encode("ascii").ljust(32, b"\x00")


@lru_cache(maxsize=65_536)
def institution_from_bytes32(padded: bytes) -> str:
    """
    Return the code that was padded to *padded*, 32 bytes.

    Raises:
        InvalidFormat: *padded* is not 32 bytes, or not an institution code padded with zeros.
    """
    try:
        code = padded.rstrip(b"\x00").decode("ascii")
    except UnicodeDecodeError as error:
        raise InvalidFormat("institution", "", _("not ASCII")) from error
    check_institution(code)
    if len(padded) != 32:
        raise InvalidFormat("institution", "", _("not 32 bytes long"))
    return code
