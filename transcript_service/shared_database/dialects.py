"""
What the shared databases call tables and fields, and what becomes of them here.

A dialect is one mapping table of names over the same `SHAPES`; another upstream means another
such table and a base URL, nothing else.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from types import MappingProxyType

from transcript_service.errors import UsageError
from transcript_service.shared_database import dialect_hcm, dialect_national
from transcript_service.shared_database.field_parsers import BadField, Parser
from transcript_service.shared_database.mirror import MirrorRecord
from transcript_service.shared_database.record_fields import REQUIRED, Field, Shape
from transcript_service.shared_database.record_shapes import SHAPES
from verifier.messages import _

Names = Mapping[str, Mapping[str, str]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Column:
    """One field upstream, and the column it fills."""

    upstream: str
    ours: str
    parse: Parser
    default: object = REQUIRED
    children: tuple[tuple[str, str], ...] = ()
    """For a list of objects: our name of each member, and the name upstream."""

    def read(self, record: Mapping[str, object]) -> object:
        """Return this column's value of *record*; raise `BadField`."""
        if self.upstream in record:
            return self.parse(self._in_our_words(record[self.upstream]))
        if self.default is REQUIRED:
            raise BadField(_("is missing"))
        return self.default

    def _in_our_words(self, value: object) -> object:
        if not self.children or not isinstance(value, list):
            return value
        return [
            {ours: child.get(upstream) for ours, upstream in self.children}
            if isinstance(child, dict)
            else child
            for child in value
        ]


@dataclass(frozen=True, slots=True, kw_only=True)
class TableDialect:
    """One table upstream, the mirror table it fills, and how."""

    shape: Shape
    columns: tuple[Column, ...]

    @property
    def name(self) -> str:
        """Return what the table is called in addresses and answers."""
        return self.shape.name

    @property
    def model(self) -> type[MirrorRecord]:
        """Return the mirror table."""
        return self.shape.model

    @property
    def every_year(self) -> bool:
        """Tell whether the school year is data of the record, not the year it belongs to."""
        return self.shape.every_year

    def upstream_name(self, ours: str) -> str | None:
        """Return what upstream calls the field that fills our column; None if it has none."""
        return next((one.upstream for one in self.columns if one.ours == ours), None)


@dataclass(frozen=True, slots=True, kw_only=True)
class Dialect:
    """All tables of one kind of shared database."""

    name: str
    prefix: str
    """Where its tables stand below the base URL."""
    tables: tuple[TableDialect, ...]

    def table(self, name: str) -> TableDialect:
        """Return the table *name*; raise KeyError."""
        return _by_name(self.tables)[name]


def find_dialect(name: str) -> Dialect:
    """Return the dialect *name*; raise `UsageError` for one that is not known."""
    if name not in DIALECTS:
        raise UsageError(
            _("the dialect of the shared database must be one of {names}").format(
                names=", ".join(DIALECTS)
            )
        )
    return DIALECTS[name]


def translation(
    source: TableDialect, target: TableDialect
) -> Callable[[Mapping[str, object]], dict[str, object]]:
    """Return what writes the fields of a record of *source* with the names of *target*."""
    pairs = list(zip(source.columns, target.columns, strict=True))
    names = {one.upstream: other.upstream for one, other in pairs}
    rows = {
        one.upstream: dict(
            zip(dict(one.children).values(), dict(other.children).values(), strict=True)
        )
        for one, other in pairs
        if one.children
    }

    def translate(fields: Mapping[str, object]) -> dict[str, object]:
        return {
            names.get(name, name): _translate_rows(value, rows[name]) if name in rows else value
            for name, value in fields.items()
        }

    return translate


def _translate_rows(value: object, names: Mapping[str, str]) -> object:
    if not isinstance(value, list):
        return value
    return [
        {names.get(name, name): member for name, member in child.items()}
        if isinstance(child, dict)
        else child
        for child in value
    ]


def _make(name: str, prefix: str, names: Names) -> Dialect:
    tables = tuple(
        TableDialect(
            shape=shape,
            columns=tuple(
                _column(field, {**names[""], **names.get(shape.name, {})}) for field in shape.fields
            ),
        )
        for shape in SHAPES
    )
    return Dialect(name=name, prefix=prefix, tables=tables)


def _column(field: Field, names: Mapping[str, str]) -> Column:
    return Column(
        upstream=names[field.ours],
        ours=field.ours,
        parse=field.parse,
        default=field.default,
        children=tuple(
            (child, names.get(f"{field.ours}.{child}") or names[child]) for child in field.children
        ),
    )


def _by_name(tables: Iterable[TableDialect]) -> dict[str, TableDialect]:
    return {table.name: table for table in tables}


NATIONAL = _make("quocgia", "/v1", dialect_national.NAMES)
HCM = _make("hcm", "/hcm/v1", dialect_hcm.NAMES)
DIALECTS = MappingProxyType({dialect.name: dialect for dialect in (NATIONAL, HCM)})
TABLES = NATIONAL.tables
TABLE_NAMES = tuple(shape.name for shape in SHAPES)
