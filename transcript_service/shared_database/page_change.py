"""
What one page does to the mirror: its records judged one by one, and written together.

The order and the number of times in which records come make no difference: they are judged by
version, and an older one neither replaces what is held nor settles what was refused of a newer.
"""

from collections.abc import Mapping, Sequence
from typing import cast

from sqlalchemy import bindparam, func, insert, update
from sqlmodel import Session, SQLModel, col, select

from transcript_service.shared_database import envelope as records
from transcript_service.shared_database import field_parsers as door
from transcript_service.shared_database.dialects import TableDialect
from transcript_service.shared_database.envelope import Envelope, Refusal, Scope
from transcript_service.shared_database.field_parsers import BadField
from transcript_service.shared_database.mirror import RefusedRecord

COUNTS = ("received", "inserted", "updated", "cancelled", "unchanged", "refused")


class PageChange:
    """
    The records of one page, judged; `write` lets them take effect.

    `counts` goes by the names of `COUNTS`; `met` are the ids that can be read.
    """

    def __init__(
        self, session: Session, table: TableDialect, scope: Scope, page: Sequence[object]
    ) -> None:
        self._session = session
        self._table = table
        self._scope = scope
        self.met = {name for record in page if (name := _id_of(record)) is not None}
        self._held = self._versions_held() if self.met else {}
        self._held_before = dict(self._held)
        self._refused_before = self._versions_refused() if self.met else {}
        self._new: dict[str, dict[str, object]] = {}
        self._changed: dict[str, dict[str, object]] = {}
        self._passed: dict[str, int] = {}
        """The greatest version of each record that passed the door, held already or not."""
        self._refused: dict[str, tuple[Refusal, ...]] = {}
        self._nameless: list[Refusal] = []
        self.counts = dict.fromkeys(COUNTS, 0)
        self.decomposed = 0
        for record in sorted(page, key=_version_of):
            self._take(record)

    @property
    def nameless(self) -> tuple[Refusal, ...]:
        """Return the refusals of records without a readable id: they can only be told."""
        return tuple(self._nameless)

    @property
    def greatest_version(self) -> int:
        """Return the greatest version that passed the door; 0 if none did."""
        return max(self._passed.values(), default=0)

    @property
    def went_back(self) -> set[str]:
        """Return the records that came, and in no version as great as the one held before."""
        return {
            record_id
            for record_id, version in self._passed.items()
            if version < self._held_before.get(record_id, 0)
        }

    def write(self, run_id: int) -> None:
        """Write what was accepted, and what was refused."""
        connection = self._session.connection()
        mirror = SQLModel.metadata.tables[str(self._table.model.__tablename__)]
        if self._new:
            connection.execute(insert(mirror), list(self._new.values()))
        for record_id, values in self._changed.items():
            row = update(mirror).where(mirror.c.record_id == record_id)
            connection.execute(row.values(**values))
        self._settle_refused()
        for refusals in self._refused.values():
            for refusal in refusals:
                self._session.merge(_refused_row(refusal, self._scope, run_id))

    def _take(self, record: object) -> None:
        """Accept *record*, ignore it as known, or refuse it."""
        self.counts["received"] += 1
        envelope = records.read_envelope(self._table, record)
        if isinstance(envelope, Refusal):
            self._refuse((envelope,))
            return
        held = self._held.get(envelope.record_id)
        if held is not None and envelope.version <= held:
            self.counts["unchanged"] += 1
            self._pass(envelope)
        elif envelope.cancelled and held is not None:
            self._accept(envelope, "cancelled", {})
        else:
            self._read(envelope, cast("Mapping[str, object]", record))

    def _read(self, envelope: Envelope, record: Mapping[str, object]) -> None:
        body = records.read_body(self._table, record, self._scope)
        if body.refusals and envelope.cancelled:
            self.counts["unchanged"] += 1  # it was never held, and now never will be
            self._pass(envelope)
        elif body.refusals:
            self._refuse(body.refusals)
        else:
            kind = "updated" if envelope.record_id in self._held else "inserted"
            self._accept(envelope, "cancelled" if envelope.cancelled else kind, body.values)
            self.decomposed += records.count_decomposed(record)

    def _accept(self, envelope: Envelope, kind: str, values: Mapping[str, object]) -> None:
        """Let a version take effect; without *values*, what the row says stays."""
        record_id = envelope.record_id
        is_new = record_id in self._new or record_id not in self._held
        rows = self._new if is_new else self._changed
        rows.setdefault(record_id, {}).update(
            values,
            record_id=record_id,
            version=envelope.version,
            cancelled=envelope.cancelled,
            updated_at=envelope.updated_at,
        )
        self._held[record_id] = envelope.version
        self.counts[kind] += 1
        self._pass(envelope)

    def _pass(self, envelope: Envelope) -> None:
        """Let a good version settle what this page's older ones were refused for."""
        self._passed[envelope.record_id] = envelope.version
        self._refused.pop(envelope.record_id, None)

    def _refuse(self, refusals: tuple[Refusal, ...]) -> None:
        """Remember what the newest refused version of a record was refused for."""
        self.counts["refused"] += 1
        record_id, version = refusals[0].record_id, refusals[0].version
        if record_id is None:
            self._nameless += refusals
        elif version >= self._refused_before.get(record_id, 0):
            self._refused[record_id] = refusals

    def _settle_refused(self) -> None:
        """Close what was refused earlier of a record, up to the version judged now."""
        judged = self._passed | {name: of[0].version for name, of in self._refused.items()}
        known = [name for name in judged if name in self._refused_before]
        if not known:
            return
        rows = SQLModel.metadata.tables["sync_refused_record"]
        closing = (
            update(rows)
            .where(
                rows.c.upstream_table == self._table.name,
                rows.c.record_id == bindparam("of_record"),
                rows.c.version <= bindparam("up_to"),
            )
            .values(resolved=True)
        )
        up_to = [{"of_record": name, "up_to": judged[name]} for name in known]
        self._session.connection().execute(closing, up_to)

    def _versions_held(self) -> dict[str, int]:
        model = self._table.model
        held = select(model.record_id, model.version).where(col(model.record_id).in_(self.met))
        return dict(self._session.exec(held).all())

    def _versions_refused(self) -> dict[str, int]:
        """Return the greatest version of each of these records that stands refused."""
        refused = (
            select(RefusedRecord.record_id, func.max(RefusedRecord.version))
            .where(
                RefusedRecord.upstream_table == self._table.name,
                col(RefusedRecord.record_id).in_(self.met),
                col(RefusedRecord.resolved).is_(False),
            )
            .group_by(RefusedRecord.record_id)
        )
        return dict(self._session.exec(refused).all())


def _id_of(record: object) -> str | None:
    """Return the id of *record* as the door would read it."""
    try:
        return door.code(record.get("idbanghi")) if isinstance(record, dict) else None
    except BadField:
        return None


def _version_of(record: object) -> int:
    """Return the version of *record*; what has none comes first."""
    version = record.get("phienban") if isinstance(record, dict) else None
    return version if isinstance(version, int) else 0


def _refused_row(refusal: Refusal, scope: Scope, run_id: int) -> RefusedRecord:
    return RefusedRecord(
        upstream_table=refusal.table,
        record_id=refusal.record_id or "",
        upstream_field=refusal.field,
        version=refusal.version,
        problem=refusal.problem,
        school_code=scope.school_code,
        school_year=scope.school_year,
        class_code=refusal.class_code,
        student_code=refusal.student_code,
        run_id=run_id,
    )
