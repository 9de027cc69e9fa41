"""What is wrong of a class beside its pupils: class list, records and documents do not agree."""

from collections.abc import Iterator

from transcript_service.quality.documents import ClassDocuments
from transcript_service.quality.surroundings import Stray, Surroundings
from transcript_service.quality.sync_findings import sync_gap
from transcript_service.transcript import Gap, GapCode, Place
from verifier.messages import _


def find_class_findings(around: Surroundings, documents: ClassDocuments) -> Iterator[Gap]:
    """Find what concerns the class as a whole, and pupils who are missing in its list."""
    for found in around.sync_findings:
        if found.student_code is None:
            yield sync_gap(found)
    for stray in around.strays:
        yield _stray_gap(stray)
    for transcript_code in documents.elsewhere:
        yield Gap(
            code=GapCode.ISSUED_NOT_IN_LIST,
            student_code=None,
            place=Place.DOCUMENT,
            record_id=transcript_code,
            field="student_code",
            message=_("issued for this class, whose list does not have the pupil"),
            remedy=_("Put the pupil back into the list, or revoke the transcript."),
        )


def _stray_gap(stray: Stray) -> Gap:
    return Gap(
        code=GapCode.NOT_IN_CLASS_LIST,
        student_code=stray.student_code,
        place=Place.CLASS_LIST,
        record_id=None,
        field="student_code",
        message=_("{count} records of a pupil who is not in the class list").format(
            count=stray.count
        ),
        remedy=_("Put the pupil into the class list, record the transfer, or cancel the records."),
    )
