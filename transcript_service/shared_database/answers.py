"""What the shared database answers, read strictly: a page, a token, the title of a problem."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from email.utils import parsedate_to_datetime

from transcript_service.shared_database.trouble import BadAnswer
from verifier.canonical import is_too_deep
from verifier.messages import _

MOST_RECORDS = 10_000
"""On one page, whatever was asked for."""
_LONGEST_NUMBER = 40
_LONGEST_PLACE = 2000
_LONGEST_TITLE = 200
_LONGEST_ETAG = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """One page of a table; `records` as JSON gave them, numbers as `int` or `Decimal`."""

    records: tuple[object, ...]
    total: int
    cursor: str | None
    """Where the next page begins; None on the last one."""
    mark: str | None
    """`moc`: what changed after this page is asked for with it; None where there is none."""
    etag: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Token:
    """An access token, and for how many seconds it holds; None where that is not said."""

    value: str
    lifetime_s: int | None


def read_page(body: bytes, table: str, etag: str | None = None) -> Page:
    """Read one page of *table*; raise `BadAnswer`."""
    answer = _parse(body, table)
    records, total = answer.get("banghi"), answer.get("tongso")
    if answer.get("bang") != table or not isinstance(records, list):
        raise BadAnswer(_("table {table}: the answer is not a page of it").format(table=table))
    if len(records) > MOST_RECORDS:
        raise BadAnswer(_("table {table}: too many records on one page").format(table=table))
    if isinstance(total, bool) or not isinstance(total, int) or total < 0:
        raise BadAnswer(_("table {table}: the total is not a number").format(table=table))
    return Page(
        records=tuple(records),
        total=total,
        cursor=_read_place(answer.get("contro"), table),
        mark=_read_place(answer.get("moc"), table),
        etag=_usable_etag(etag),
    )


def read_token(body: bytes, path: str) -> Token:
    """Read the answer of the token endpoint (RFC 6749 section 5.1); raise `BadAnswer`."""
    answer = _parse(body, path)
    value, lifetime_s = answer.get("access_token"), answer.get("expires_in")
    if not isinstance(value, str) or not value.isascii() or not value.isprintable():
        raise BadAnswer(_("{path}: the answer holds no token").format(path=path))
    said = isinstance(lifetime_s, int) and not isinstance(lifetime_s, bool) and lifetime_s > 0
    return Token(value=value, lifetime_s=lifetime_s if said else None)  # type: ignore[arg-type]  # *said*


def problem_title(body: bytes) -> str:
    """Return the title of a problem (RFC 9457) as it may be shown, "" where there is none."""
    try:
        title = _parse(body, "problem").get("title")
    except BadAnswer:
        return ""
    if not isinstance(title, str):
        return ""
    return "".join(letter for letter in title[:_LONGEST_TITLE] if letter.isprintable())


def read_retry_after(headers: Mapping[str, str]) -> float | None:
    """
    Return the seconds that Retry-After asks for, None where it is missing or makes no sense.

    A date is compared with the server's own date, so that our clock does not matter.
    """
    value = headers.get("Retry-After", "").strip()
    if value.isascii() and value.isdigit() and len(value) < _LONGEST_NUMBER:
        return float(value)
    then, now = _read_date(value), _read_date(headers.get("Date", ""))
    if then is None or now is None:
        return None
    return max(0.0, (then - now).total_seconds())


def _usable_etag(etag: str | None) -> str | None:
    """Return *etag* if it can be sent back in a header."""
    if etag is None or len(etag) > _LONGEST_ETAG or not (etag.isascii() and etag.isprintable()):
        return None
    return etag


def _read_date(text: str) -> datetime | None:
    try:
        moment = parsedate_to_datetime(text)
    except ValueError:
        return None
    return moment if moment.tzinfo is not None else None


def _read_place(value: object, table: str) -> str | None:
    if value is None:
        return None
    if not isinstance(value, str) or len(value) > _LONGEST_PLACE or not value.isprintable():
        raise BadAnswer(_("table {table}: the cursor is not text").format(table=table))
    return value


def _parse(body: bytes, place: str) -> dict[str, object]:
    if is_too_deep(body):
        raise BadAnswer(_("{place}: the answer is not JSON").format(place=place))
    try:
        answer = json.loads(
            body.decode("utf-8"),
            parse_float=_number,
            parse_int=_integer,
            parse_constant=_refuse_constant,
            object_pairs_hook=_unique,
        )
    except ValueError as error:
        raise BadAnswer(_("{place}: the answer is not JSON").format(place=place)) from error
    if not isinstance(answer, dict):
        raise BadAnswer(_("{place}: the answer is not a JSON object").format(place=place))
    return answer


def _number(digits: str) -> Decimal:
    if len(digits) > _LONGEST_NUMBER:
        raise ValueError("number too long")
    return Decimal(digits)


def _integer(digits: str) -> int:
    if len(digits) > _LONGEST_NUMBER:
        raise ValueError("number too long")
    return int(digits)


def _refuse_constant(name: str) -> object:
    raise ValueError(name)


def _unique(pairs: list[tuple[str, object]]) -> dict[str, object]:
    members = dict(pairs)
    if len(members) != len(pairs):
        raise ValueError("duplicate member")
    return members
