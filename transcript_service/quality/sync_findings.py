"""What the sync could not explain, and how old its last word is."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from functools import partial

from transcript_service.quality.surroundings import SyncState
from transcript_service.shared_database.findings import FindingKind
from transcript_service.shared_database.sync_log import SyncFinding
from transcript_service.transcript import Gap, GapCode, Place
from verifier.messages import _


def sync_gap(found: SyncFinding) -> Gap:
    """Say what a finding of the sync means for those whose record it is."""
    gap = partial(
        Gap,
        student_code=found.student_code,
        place=found.upstream_table,
        record_id=found.record_id,
        field=found.upstream_field,
    )
    if found.kind == FindingKind.NOT_SEEN:
        return gap(
            code=GapCode.RECORD_GONE,
            message=_("no longer in the shared database, and not cancelled there"),
            remedy=_("Ask why the record is gone; have it restored or cancelled."),
        )
    return gap(
        code=GapCode.VERSION_WENT_BACK,
        message=_("the version is lower than the one held; the one held stays"),
        remedy=_("Ask the shared database's operator for a newer version of the record."),
    )


def find_sync_gaps(state: SyncState, now: datetime, greatest_age: timedelta) -> Iterator[Gap]:
    """Find data that may be old: no complete sync for too long, or the last one cut off."""
    gap = partial(
        Gap, student_code=None, place=Place.SYNC, record_id=None, remedy=_("Run `hocba sync`.")
    )
    if state.completed_at is None:
        yield gap(
            code=GapCode.STALE_DATA,
            field="completed_at",
            message=_("no synchronisation of this school and year ever came to its end"),
        )
    elif (age := now - datetime.fromisoformat(state.completed_at)) > greatest_age:
        yield gap(
            code=GapCode.STALE_DATA,
            field="completed_at",
            message=_(
                "the last complete synchronisation is {age} hours old; {most} allowed"
            ).format(age=_hours(age), most=_hours(greatest_age)),
        )
    if state.last_outcome not in (None, "COMPLETED"):
        yield gap(
            code=GapCode.SYNC_CUT_OFF,
            field="outcome",
            message=_("the last synchronisation did not come to its end"),
        )


def _hours(span: timedelta) -> int:
    return int(span / timedelta(hours=1))
