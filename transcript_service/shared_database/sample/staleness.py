"""A record whose version goes back upstream: a defect that only a second synchronisation sees."""

from dataclasses import replace
from datetime import datetime
from pathlib import Path

from transcript_service.errors import UsageError
from transcript_service.shared_database.sample.defect_kinds import DefectKind, PlantedDefect
from transcript_service.shared_database.upstream_store import (
    open_store,
    put_records,
    read_records,
)
from verifier.messages import _


def make_stale(path: Path, planted: PlantedDefect, *, changed_at: datetime) -> None:
    """
    Let the record of a `STALE_VERSION` defect go back to version 1 in a reference server's file.

    Raises:
        UpstreamError: there is no such file.
        UsageError: *planted* is another defect, or not in this file.
    """
    engine = open_store(path)
    try:
        found = [
            record
            for record in read_records(engine, planted.table, student_code=planted.student_code)
            if record.record_id == planted.record_id
        ]
        if planted.kind is not DefectKind.STALE_VERSION or not found:
            raise UsageError(
                _("{record_id}: no record that can go back to an older version").format(
                    record_id=planted.record_id
                )
            )
        older = replace(found[0], version=1, event="NEW")
        put_records(engine, [older], changed_at=changed_at)
    finally:
        engine.dispose()
