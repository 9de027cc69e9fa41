"""
JSON that is read strictly and written canonically (RFC 8785; ADR 0003 and docs/formats.md).

Every JSON text that reaches the verifier from outside passes `parse_json`, except manifests,
which are compared with their own canonical bytes (`verifier.manifest`).
"""

import json
import re
import unicodedata
from typing import Any, NoReturn

import rfc8785

from verifier.errors import InvalidFormat
from verifier.messages import _

MAX_INTEGER = 2**53 - 1
"""The greatest integer that RFC 8785 and every JSON reader keep exactly."""

MAX_DEPTH = 32
"""Arrays and objects within each other; the deepest format here needs 6."""

_FIRST_BYTE_OF_FOUR = 0xF0
_write = json.JSONEncoder(ensure_ascii=False, separators=(",", ":"), sort_keys=True).encode


def canonical_json(value: object) -> bytes:
    """
    Write *value* as RFC 8785 says.

    Args:
        value: str, int, bool, None, and lists, tuples and string-keyed dicts of them; no floats.

    Raises:
        ValueError: *value* has no canonical form.
    """
    try:
        return rfc8785.dumps(value)  # type: ignore[arg-type]  # checked by rfc8785 itself
    except rfc8785.CanonicalizationError as error:
        raise ValueError(str(error)) from error


def is_canonical(value: object, data: bytes) -> bool:
    """
    Tell whether *data* is what RFC 8785 makes of *value*, which `parse_json` read from it.

    As that has neither fractions nor great integers, Python's encoder writes the same, in a tenth
    of the time; it only sorts names by code points, which differs from RFC 8785's UTF-16 units
    where there are characters of four bytes.
    """
    if max(data) < _FIRST_BYTE_OF_FOUR:
        return _write(value).encode() == data
    return canonical_json(value) == data


def is_nfc(value: object) -> bool:
    """Tell at once that all texts within *value* are in Unicode NFC; if not, some may be."""
    return unicodedata.is_normalized("NFC", _write(value))


def parse_json(data: bytes, *, what: str, max_bytes: int) -> Any:
    """
    Read one JSON text, strictly: I-JSON (RFC 7493) without fractions.

    UTF-8, no byte order mark, no duplicate names, no lone surrogates, no fractions or exponents,
    integers within ±(2⁵³ - 1), at most `MAX_DEPTH` levels.

    Args:
        data: the text.
        what: what is being read, for the error message.
        max_bytes: the greatest length accepted.

    Raises:
        InvalidFormat: anything else.
    """
    if len(data) > max_bytes:
        problem = _("{size} bytes are more than the {limit} allowed")
        raise InvalidFormat(what, "", problem.format(size=len(data), limit=max_bytes))
    if is_too_deep(data):
        raise InvalidFormat(what, "", _("nested too deeply"))
    try:
        value = _DECODER.decode(data.decode("utf-8"))
    except UnicodeDecodeError as error:
        problem = _("byte {offset} is not UTF-8").format(offset=error.start)
        raise InvalidFormat(what, "", problem) from error
    except json.JSONDecodeError as error:
        problem = _("not JSON at line {line}, column {column}").format(
            line=error.lineno, column=error.colno
        )
        raise InvalidFormat(what, "", problem) from error
    except _Refused as error:
        raise InvalidFormat(what, "", str(error)) from error
    if _SURROGATE.search(data):
        _check_texts(value, what)
    return value


_TEXT = re.compile(rb'"(?:[^"\\]++|\\.)*+"', re.DOTALL)
_BRACKET = re.compile(rb"[\[\]{}]")
_SURROGATE = re.compile(rb"\\u[dD][89a-fA-F]")


def is_too_deep(data: bytes) -> bool:
    """
    Tell whether brackets stand more than `MAX_DEPTH` deep within each other.

    Looked at before the decoder runs: it recurses on the C stack, and where another library has
    raised the interpreter's recursion limit (py-evm does), depth would end the process.
    """
    if data.count(b"[") + data.count(b"{") <= MAX_DEPTH:
        return False
    depth = 0
    for bracket in _BRACKET.finditer(_TEXT.sub(b"", data)):
        depth += 1 if bracket[0] in b"[{" else -1
        if depth > MAX_DEPTH:
            return True
    return False


class _Refused(ValueError):
    """What the decoder's hooks refuse."""


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise _Refused(_("a name occurs twice in one object"))
    return found


def _integer(digits: str) -> int:
    if len(digits) > 17 or abs(number := int(digits)) > MAX_INTEGER:
        raise _Refused(_("an integer is not below 2^53"))
    if digits == "-0":
        _not_an_integer(digits)
    return number


def _not_an_integer(digits: str) -> NoReturn:
    raise _Refused(_("{number} is not written as an integer").format(number=digits[:20]))


_DECODER = json.JSONDecoder(
    object_pairs_hook=_object,
    parse_int=_integer,
    parse_float=_not_an_integer,
    parse_constant=_not_an_integer,
)


def _check_texts(value: object, what: str) -> None:
    """Refuse strings that are not Unicode scalar values: escaped surrogates without partner."""
    pending: list[object] = [value]
    while pending:
        item = pending.pop()
        if isinstance(item, dict):
            pending.extend(item.keys())
            pending.extend(item.values())
        elif isinstance(item, list):
            pending.extend(item)
        elif isinstance(item, str):
            try:
                item.encode("utf-8")
            except UnicodeEncodeError as error:
                raise InvalidFormat(what, "", _("a string holds a lone surrogate")) from error
