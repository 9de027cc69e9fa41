"""
The quality gate: every finding of a class, and who of it can be issued to.

What the records of a pupil say by themselves comes from `assemble.examine`; what stands around
them (other pupils, other classes, the sync, documents already issued) is judged here.
"""

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from sqlmodel import Session

from transcript_service.assemble import examine
from transcript_service.class_year import ClassYear, PupilYear
from transcript_service.gaps.doubts import find_missing_results
from transcript_service.quality.checks import ClassCheck, Finding, PupilCheck, PupilState
from transcript_service.quality.class_findings import find_class_findings
from transcript_service.quality.documents import (
    ClassDocuments,
    find_outdated,
    load_documents,
    state_by,
)
from transcript_service.quality.pupil_findings import find_pupil_findings, is_identity_verified
from transcript_service.quality.rule import Severity
from transcript_service.quality.rules import RULES
from transcript_service.quality.surroundings import Surroundings, load_surroundings
from transcript_service.rules.circular_22_2021 import RulePolicy
from transcript_service.transcript import Gap, GapCode, Place

_OF_THE_CLASS = frozenset({Place.SCHOOL, Place.CLASS, Place.CLASS_SUBJECT})


@dataclass(frozen=True, slots=True, kw_only=True)
class Gate:
    """How a school holds its gate, and when."""

    policy: RulePolicy
    now: datetime
    greatest_sync_age: timedelta = timedelta(hours=72)
    blocking: frozenset[GapCode] = frozenset()
    """Warnings that block in this school."""

    def finding(self, gap: Gap) -> Finding:
        """Say of a gap what its rule says of it."""
        rule = RULES[gap.code]
        severity = Severity.BLOCKS if gap.code in self.blocking else rule.severity
        return Finding(gap=gap, criterion=rule.criterion, severity=severity)


def check_class(
    session: Session, institution: str, class_year: ClassYear, gate: Gate
) -> ClassCheck:
    """Check a class that `records.load_class_year` loaded from the same database."""
    around = load_surroundings(session, class_year)
    documents = load_documents(session, institution, class_year)
    by_pupil = [
        tuple(_gaps_of(class_year, one, around, documents, gate.policy))
        for one in class_year.pupils
    ]
    shared = _shared(by_pupil)
    of_class = _sorted(
        gate.finding(gap) for gap in (*find_class_findings(around, documents), *shared)
    )
    is_blocked = any(found.severity is Severity.BLOCKS for found in of_class)
    keys = set(map(_key, shared))
    pupils = [
        _pupil_check(
            one,
            _sorted(gate.finding(gap) for gap in gaps if _key(gap) not in keys),
            state_by(documents.latest.get(one.pupil.student_code)),
            is_blocked=is_blocked,
        )
        for one, gaps in zip(class_year.pupils, by_pupil, strict=True)
    ]
    school_class = class_year.school_class
    return ClassCheck(
        school_code=class_year.school.school_code,
        school_name=class_year.school.name,
        class_code=school_class.class_code,
        class_name=school_class.name,
        grade=school_class.grade,
        level=school_class.level,
        school_year=school_class.school_year,
        pupils=tuple(pupils),
        findings=of_class,
        results_stored=sum(map(_has_result_of_year, class_year.pupils)),
        documents_issued=len(documents.elsewhere)
        + sum(pupil.state is PupilState.ISSUED for pupil in pupils),
    )


def _gaps_of(
    class_year: ClassYear,
    pupil_year: PupilYear,
    around: Surroundings,
    documents: ClassDocuments,
    policy: RulePolicy,
) -> Iterator[Gap]:
    """Find everything that is wrong or doubtful of one pupil."""
    beside = tuple(find_pupil_findings(class_year, pupil_year, around))
    yield from beside
    if not pupil_year.marks and any(gap.code is GapCode.TWO_CLASSES for gap in beside):
        return  # enrolled here by mistake: what is missing is in the other class
    found = examine(class_year, pupil_year, policy)
    yield from found.gaps
    yield from found.warnings
    yield from find_missing_results(pupil_year)
    document = documents.latest.get(pupil_year.pupil.student_code)
    if document is not None and found.results is not None:
        yield from find_outdated(document, class_year, pupil_year, found.results, policy)


def _pupil_check(
    pupil_year: PupilYear,
    findings: tuple[Finding, ...],
    state: PupilState | None,
    *,
    is_blocked: bool,
) -> PupilCheck:
    """Sum up one pupil; a document that there is already decides on the state."""
    pupil = pupil_year.pupil
    if state is None:
        is_stopped = is_blocked or any(one.severity is Severity.BLOCKS for one in findings)
        state = PupilState.STOPPED if is_stopped else PupilState.READY
    return PupilCheck(
        student_code=pupil.student_code,
        full_name=pupil.full_name,
        state=state,
        findings=findings,
        has_personal_id=pupil.personal_id is not None,
        is_identity_verified=is_identity_verified(pupil),
    )


def _shared(by_pupil: list[tuple[Gap, ...]]) -> tuple[Gap, ...]:
    """Return the gaps of the class itself, which all of its pupils have, without the pupil."""
    gaps = {_key(gap): gap for found in by_pupil for gap in found}
    counts = Counter(key for found in by_pupil for key in set(map(_key, found)))
    return tuple(
        replace(gap, student_code=None)
        for key, gap in gaps.items()
        if counts[key] == len(by_pupil)
        and (gap.place in _OF_THE_CLASS or (gap.record_id is not None and len(by_pupil) > 1))
    )


def _key(gap: Gap) -> tuple[str, str, str | None, str, str]:
    return gap.code, gap.place, gap.record_id, gap.field, gap.message


def _sorted(findings: Iterable[Finding]) -> tuple[Finding, ...]:
    """Put what blocks first; otherwise keep the order."""
    return tuple(sorted(findings, key=lambda found: found.severity is Severity.WARNS))


def _has_result_of_year(pupil_year: PupilYear) -> bool:
    return any(result.period == "full_year" for result in pupil_year.upstream_results)
