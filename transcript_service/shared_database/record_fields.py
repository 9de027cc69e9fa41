"""How a group of upstream records is described: its fields in our words, and how each is read."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from transcript_service.shared_database import field_parsers as door
from transcript_service.shared_database.field_parsers import Parser
from transcript_service.shared_database.mirror import MirrorRecord

REQUIRED = object()


@dataclass(frozen=True, slots=True, kw_only=True)
class Field:
    """One column of the mirror, and how it is read."""

    ours: str
    parse: Parser
    default: object = REQUIRED
    children: tuple[str, ...] = ()
    """Where the value is a list of objects: what their members are called for `parse`."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Shape:
    """One group of records."""

    name: str
    """In the address and the answer, in every dialect."""
    model: type[MirrorRecord]
    fields: tuple[Field, ...]
    every_year: bool = False
    """Whether `school_year` is data of the record, not the year it belongs to."""
    check: Callable[[Mapping[str, object]], tuple[str, str] | None] = field(
        default=lambda _values: None
    )
    """Judges our values together: None, or our name of the field and the problem."""

    @property
    def of_a_year(self) -> bool:
        """Tell whether its records belong to one school year each."""
        return not self.every_year and any(one.ours == "school_year" for one in self.fields)


def need(ours: str, parse: Parser) -> Field:
    """Return a field that every record must have."""
    return Field(ours=ours, parse=parse)


def may(ours: str, parse: Parser) -> Field:
    """Return a field that may be null or missing: both are None here."""
    return Field(ours=ours, parse=door.optional(parse), default=None)


def value_or(ours: str, parse: Parser, default: object) -> Field:
    """Return a field that stands for *default* where it is missing."""
    return Field(ours=ours, parse=parse, default=default)
