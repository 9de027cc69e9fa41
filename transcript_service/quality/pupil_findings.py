"""What is wrong or doubtful of a pupil beside others: identity, class lists, the sync."""

from collections.abc import Iterator
from functools import partial

from transcript_service.class_year import ClassYear, Pupil, PupilYear
from transcript_service.gaps.identity import is_known
from transcript_service.quality.surroundings import STUDYING, Surroundings
from transcript_service.quality.sync_findings import sync_gap
from transcript_service.transcript import Gap, GapCode, Place
from verifier.messages import _


def find_pupil_findings(
    class_year: ClassYear, pupil_year: PupilYear, around: Surroundings
) -> Iterator[Gap]:
    """Find what no record of the pupil shows by itself."""
    student_code = pupil_year.pupil.student_code
    if is_known(pupil_year.pupil):
        yield from _identity_gaps(pupil_year.pupil)
    yield from _same_number_gaps(pupil_year.pupil, around)
    yield from _enrolment_gaps(class_year, student_code, around)
    for found in around.sync_findings:
        if found.student_code == student_code:
            yield sync_gap(found)


def is_identity_verified(pupil: Pupil) -> bool:
    """Tell whether the identity was verified, when, and against what."""
    return (
        pupil.identity_verified is True
        and pupil.identity_verified_on is not None
        and pupil.identity_source is not None
    )


def _identity_gaps(pupil: Pupil) -> Iterator[Gap]:
    gap = partial(
        Gap, student_code=pupil.student_code, place=Place.PUPIL, record_id=pupil.record_id
    )
    if not is_identity_verified(pupil):
        fields = {
            "identity_verified": pupil.identity_verified,
            "identity_verified_on": pupil.identity_verified_on,
            "identity_source": pupil.identity_source,
        }
        field = next(name for name, value in fields.items() if value in (None, False))
        yield gap(
            code=GapCode.IDENTITY_NOT_VERIFIED,
            field=field,
            message=_("{field}: the identity is not verified with date and source").format(
                field=field
            ),
            remedy=_("Have it verified with the population database; record date and source."),
        )
    if pupil.status is not None and pupil.status not in STUDYING:
        yield gap(
            code=GapCode.NOT_STUDYING,
            field="status",
            message=_("the pupil has left or moved, and stands in the class list"),
            remedy=_("Take the pupil off the list, or correct the status."),
        )


def _same_number_gaps(pupil: Pupil, around: Surroundings) -> Iterator[Gap]:
    """Name everybody else who has the pupil's number; the number itself is not told."""
    if pupil.personal_id is None:
        return
    for other in around.holders.get(pupil.personal_id, ()):
        if other.student_code != pupil.student_code:
            yield Gap(
                code=GapCode.PERSONAL_ID_DUPLICATE,
                student_code=pupil.student_code,
                place=Place.PUPIL,
                record_id=pupil.record_id,
                field="personal_id",
                message=_("pupil {other} has the same personal id").format(
                    other=other.student_code
                ),
                remedy=_("Find out whose number it is, and correct the other record."),
            )


def _enrolment_gaps(
    class_year: ClassYear, student_code: str, around: Surroundings
) -> Iterator[Gap]:
    """Ask for one place in one class list."""
    class_code = class_year.school_class.class_code
    enrolments = around.enrolments.get(student_code, ())
    gap = partial(
        Gap,
        student_code=student_code,
        place=Place.CLASS_LIST,
        remedy=_("Cancel the enrolment that does not hold in the shared database."),
    )
    here = [row for row in enrolments if row.class_code == class_code]
    for row in here[1:]:
        yield gap(
            code=GapCode.DUPLICATE_RECORD,
            record_id=row.record_id,
            field="class_code",
            message=_("the class list has the pupil more than once"),
        )
    for row in enrolments:
        if row.class_code != class_code:
            yield gap(
                code=GapCode.TWO_CLASSES,
                record_id=row.record_id,
                field="class_code",
                message=_("the list of class {other} has the pupil, too").format(
                    other=row.class_code
                ),
            )
