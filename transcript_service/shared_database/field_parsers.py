"""
The door: how one field of an upstream record becomes a value of ours, or is refused.

Text is brought to Unicode NFC here and nowhere else, and runs of blanks become one. Numbers
arrive as `Decimal` or `int` (the JSON reader never makes a float). Each parser takes what JSON
gave and returns the value, or raises `BadField`, whose text never contains the value.
"""

import re
import unicodedata
from collections.abc import Callable, Mapping
from datetime import UTC, date, datetime, timedelta, timezone
from decimal import Decimal

from transcript_service.errors import UpstreamError
from verifier.messages import _

Parser = Callable[[object], object]

_VIET_NAM = timezone(timedelta(hours=7))
_CODE = re.compile(r"[A-Za-z0-9._-]{1,64}", re.ASCII)
_SCHOOL_YEAR = re.compile(r"20[0-9]{2}-20[0-9]{2}", re.ASCII)
_PERSONAL_ID = re.compile(r"[0-9]{12}", re.ASCII)
_LOCAL_TIME = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}", re.ASCII)
_LONGEST_TEXT = 2000
_LONGEST_LIST = 100
_LARGEST_INTEGER = 2**31 - 1


class BadField(UpstreamError):
    """A field cannot be accepted; the text says why, without the value."""


def clean_text(value: str) -> str:
    """Bring *value* to NFC, and each run of blanks and line ends to one blank."""
    return " ".join(unicodedata.normalize("NFC", value).split())


def text(value: object) -> str:
    """Accept text of 1 to 2,000 characters without control characters."""
    if not isinstance(value, str):
        raise BadField(_("must be text"))
    cleaned = clean_text(value)
    if not cleaned:
        raise BadField(_("must not be empty"))
    if len(cleaned) > _LONGEST_TEXT:
        raise BadField(_("must not be longer than {limit} characters").format(limit=_LONGEST_TEXT))
    if any(unicodedata.category(character).startswith("C") for character in cleaned):
        raise BadField(_("contains a control, format or unassigned character"))
    return cleaned


def optional(parser: Parser) -> Parser:
    """Accept null beside what *parser* accepts."""
    return lambda value: None if value is None else parser(value)


def code(value: object) -> str:
    """Accept an opaque code: 1 to 64 of letters, digits, full stop, hyphen, underscore."""
    if not isinstance(value, str) or not _CODE.fullmatch(value):
        raise BadField(_("must be a code of 1 to 64 letters, digits, '.', '-' or '_'"))
    return value


def school_year(value: object) -> str:
    """Accept `2025-2026`: two consecutive years."""
    if not isinstance(value, str) or not _SCHOOL_YEAR.fullmatch(value):
        raise BadField(_("must be a school year such as 2025-2026"))
    if int(value[5:]) != int(value[:4]) + 1:
        raise BadField(_("must name two consecutive years"))
    return value


def integer(least: int, greatest: int = _LARGEST_INTEGER) -> Parser:
    """Accept a whole number from *least* to *greatest*."""

    def parse(value: object) -> int:
        if isinstance(value, bool) or not isinstance(value, int) or not least <= value <= greatest:
            raise BadField(
                _("must be a whole number from {least} to {greatest}").format(
                    least=least, greatest=greatest
                )
            )
        return value

    return parse


def flag(value: object) -> bool:
    """Accept 0 or 1."""
    if isinstance(value, bool) or not isinstance(value, int) or value not in (0, 1):
        raise BadField(_("must be 0 or 1"))
    return value == 1


def score(value: object) -> Decimal:
    """Accept a score from 0 to 10 with at most one decimal (Circular 22/2021, article 5)."""
    if isinstance(value, bool) or not isinstance(value, int | Decimal):
        raise BadField(_("must be a number"))
    number = Decimal(value)
    if not number.is_finite() or not 0 <= number <= 10:
        raise BadField(_("must be a score from 0 to 10"))
    tenths = number.quantize(Decimal("0.1"))
    if tenths != number:
        raise BadField(_("must have one decimal at most"))
    return abs(tenths)


def one_of(values: Mapping[str, object]) -> Parser:
    """Accept a code of a list and return its meaning."""

    def parse(value: object) -> object:
        if not isinstance(value, str) or value not in values:
            raise BadField(_("must be one of {codes}").format(codes=", ".join(values)))
        return values[value]

    return parse


def personal_id(value: object) -> str:
    """Accept twelve digits."""
    if not isinstance(value, str) or not _PERSONAL_ID.fullmatch(value):
        raise BadField(_("must be twelve digits"))
    return value


def birth_date(value: object) -> str:
    """Accept `YYYY-MM-DD`, `YYYY-MM` or `YYYY`: upstream knows partial dates."""
    if isinstance(value, str) and value.isascii():
        for length, suffix in ((10, ""), (7, "-01"), (4, "-01-01")):
            if len(value) == length and _is_date(value + suffix):
                return value
    raise BadField(_("must be a date: YYYY-MM-DD, YYYY-MM or YYYY"))


def day(value: object) -> str:
    """Accept `YYYY-MM-DD`, a day that exists."""
    if isinstance(value, str) and value.isascii() and len(value) == 10 and _is_date(value):
        return value
    raise BadField(_("must be a date: YYYY-MM-DD"))


def list_of(parser: Parser) -> Parser:
    """Accept a list of 1 to 100 different values that *parser* accepts."""

    def parse(value: object) -> list[object]:
        if not isinstance(value, list) or not 1 <= len(value) <= _LONGEST_LIST:
            raise BadField(_("must be a list of 1 to {limit} values").format(limit=_LONGEST_LIST))
        read = [parser(one) for one in value]
        if len(set(read)) != len(read):
            raise BadField(_("names a value twice"))
        return read

    return parse


def local_time(value: object) -> str:
    """Accept `YYYY-MM-DDTHH:MM:SS` in Viet Nam's time; return it as UTC with a Z."""
    if not isinstance(value, str) or not _LOCAL_TIME.fullmatch(value):
        raise BadField(_("must be a time: YYYY-MM-DDTHH:MM:SS"))
    try:
        moment = datetime.fromisoformat(value).replace(tzinfo=_VIET_NAM).astimezone(UTC)
    except (ValueError, OverflowError) as error:
        raise BadField(_("must be a time that exists")) from error
    return moment.replace(tzinfo=None).isoformat() + "Z"


def _is_date(value: str) -> bool:
    try:
        return date.fromisoformat(value).isoformat() == value
    except ValueError:
        return False
