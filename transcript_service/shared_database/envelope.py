"""
One upstream record: its envelope, then its fields, judged before anything is written.

The envelope is that of every table of the sector's schema: `idbanghi`, `sukien`, `phienban`,
`thoigiancapnhat`, `ngaycapnhat`.
"""

import unicodedata
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from transcript_service.shared_database import field_parsers as door
from transcript_service.shared_database.code_lists import EVENTS
from transcript_service.shared_database.dialects import Column, TableDialect
from transcript_service.shared_database.field_parsers import BadField
from verifier.messages import _

_VERSION = door.integer(1)
_ENVELOPE = (
    Column(upstream="idbanghi", ours="record_id", parse=door.code),
    Column(upstream="phienban", ours="version", parse=_VERSION),
    Column(upstream="sukien", ours="cancelled", parse=door.one_of(EVENTS)),
    Column(upstream="thoigiancapnhat", ours="updated_at", parse=door.local_time),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Scope:
    """The school and year that were asked for; a record of another one is refused."""

    school_code: str
    school_year: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Refusal:
    """A field of a record that was refused; `problem` never contains the value."""

    table: str
    record_id: str | None
    """None where the record has no readable id."""
    version: int
    field: str
    problem: str
    student_code: str | None
    class_code: str | None

    def __str__(self) -> str:
        """Say where to look, for people."""
        return f"{self.table} / {self.record_id or '?'} / {self.field}: {self.problem}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Envelope:
    """What every record carries."""

    record_id: str
    version: int
    cancelled: bool
    updated_at: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Body:
    """The columns of the mirror that a record fills; or the reasons why it cannot."""

    values: Mapping[str, object]
    refusals: tuple[Refusal, ...]


def read_envelope(table: TableDialect, record: object) -> Envelope | Refusal:
    """Read the envelope of *record*; a `Refusal` if it is not one."""
    if not isinstance(record, dict):
        return _refusal(table, {}, "*", _("must be a JSON object"))
    values, problems = _read(_ENVELOPE, record)
    for name, problem in problems:
        return _refusal(table, record, name, problem)
    if record.get("ngaycapnhat") != str(record["thoigiancapnhat"])[:10]:
        return _refusal(table, record, "ngaycapnhat", _("must be the day of thoigiancapnhat"))
    return Envelope(**values)  # type: ignore[arg-type]  # the parsers of _ENVELOPE made them


def read_body(table: TableDialect, record: Mapping[str, object], scope: Scope) -> Body:
    """Read all fields of *record*, naming each one that cannot be accepted."""
    values, problems = _read(table.columns, record)
    if not problems:
        problems = [
            (table.upstream_name(ours) or ours, problem)
            for ours, problem in _contradictions(table, values, scope)
        ]
    return Body(
        values=values,
        refusals=tuple(_refusal(table, record, name, problem) for name, problem in problems),
    )


def count_decomposed(record: Mapping[str, object]) -> int:
    """Count the texts of *record* that upstream does not keep in NFC."""
    return sum(
        isinstance(value, str) and not unicodedata.is_normalized("NFC", value)
        for value in record.values()
    )


def _read(
    columns: tuple[Column, ...], record: Mapping[str, object]
) -> tuple[dict[str, object], list[tuple[str, str]]]:
    values: dict[str, object] = {}
    problems: list[tuple[str, str]] = []
    for column in columns:
        try:
            values[column.ours] = column.read(record)
        except BadField as error:
            problems.append((column.upstream, str(error)))
    return values, problems


def _contradictions(
    table: TableDialect, values: Mapping[str, object], scope: Scope
) -> Iterator[tuple[str, str]]:
    if values["school_code"] != scope.school_code:
        yield "school_code", _("is not the school that was asked for")
    if table.shape.of_a_year and values["school_year"] != scope.school_year:
        yield "school_year", _("is not the school year that was asked for")
    problem = table.shape.check(values)
    if problem is not None:
        yield problem


def _refusal(table: TableDialect, record: Mapping[str, object], name: str, problem: str) -> Refusal:
    return Refusal(
        table=table.name,
        record_id=_code_of(record, "idbanghi"),
        version=_version_of(record),
        field=name,
        problem=problem,
        student_code=_code_of(record, table.upstream_name("student_code")),
        class_code=_code_of(record, table.upstream_name("class_code")),
    )


def _version_of(record: Mapping[str, object]) -> int:
    """Return the version that a refused record names, 0 where it names none that can be."""
    try:
        version = _VERSION(record.get("phienban"))
    except BadField:
        return 0
    return version if isinstance(version, int) else 0


def _code_of(record: Mapping[str, object], name: str | None) -> str | None:
    if name is None:
        return None
    try:
        return door.code(record.get(name))
    except BadField:
        return None
