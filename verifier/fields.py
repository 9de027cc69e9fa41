"""The field types that the formats share, and how JSON becomes a checked struct."""

import re
from typing import Annotated, Any, TypeVar

import msgspec
from msgspec import Meta

from verifier.canonical import MAX_INTEGER, parse_json
from verifier.errors import InvalidFormat
from verifier.format_words import plain_words
from verifier.messages import _

HexDigest = Annotated[str, Meta(pattern=r"^0x[0-9a-f]{64}\Z")]
"""32 bytes, `0x` and lower-case hex."""
HexAddress = Annotated[str, Meta(pattern=r"^0x[0-9a-f]{40}\Z")]
"""20 bytes, `0x` and lower-case hex."""
InstitutionCode = Annotated[str, Meta(pattern=r"^[A-Za-z0-9._-]{1,32}\Z")]
Natural = Annotated[int, Meta(ge=0, le=MAX_INTEGER)]
Positive = Annotated[int, Meta(ge=1, le=MAX_INTEGER)]
EntryVersion = Annotated[int, Meta(ge=1, le=2**32 - 1)]

_PLACE = re.compile(r" - at `\$\.?(.*)`\Z")
_StructT = TypeVar("_StructT", bound=msgspec.Struct)


def to_hex(octets: bytes) -> str:
    """Write *octets* as `0x` and lower-case hex."""
    return "0x" + octets.hex()


def from_hex(text: str) -> bytes:
    """Read what a `HexDigest` or `HexAddress` field holds, already checked by its pattern."""
    return bytes.fromhex(text[2:])


def parse_struct(data: bytes, kind: type[_StructT], *, what: str, max_bytes: int) -> _StructT:
    """
    Read one JSON object strictly into a struct that forbids unknown fields.

    Raises:
        InvalidFormat: not strict JSON, or not what *kind* says.
    """
    return convert(parse_json(data, what=what, max_bytes=max_bytes), kind, what=what)


def convert(value: Any, kind: type[_StructT], *, what: str) -> _StructT:
    """
    Check a parsed JSON value against *kind*.

    Raises:
        InvalidFormat: a field is missing, unknown, of another type or out of its bounds.
    """
    try:
        return msgspec.convert(value, kind)
    except msgspec.ValidationError as error:
        raise invalid(error, what) from error


def invalid(error: msgspec.MsgspecError, what: str) -> InvalidFormat:
    """Turn what msgspec says into this package's error, with the place apart."""
    text = str(error)
    found = _PLACE.search(text)
    place = found.group(1) if found else ""
    reason = text[: found.start()] if found else text
    return InvalidFormat(
        what, place, _("does not fit the format ({reason})").format(reason=plain_words(reason))
    )
