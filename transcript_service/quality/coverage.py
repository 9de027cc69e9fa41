"""The coverage figures that the plans of the sector ask for, of a class or of a whole school."""

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from transcript_service.quality.checks import ClassCheck, Finding, PupilCheck, PupilState
from transcript_service.quality.rule import Criterion, Severity
from transcript_service.transcript import GapCode

_UNFIT_IDS = frozenset({GapCode.PERSONAL_ID_DOUBTFUL, GapCode.PERSONAL_ID_DUPLICATE})


@dataclass(frozen=True, slots=True, kw_only=True)
class Coverage:
    """How many pupils there are, and of how many each figure is true."""

    pupils: int
    ready: int
    """Nothing stops them."""
    stopped: int
    issued: int
    complete: int
    """Nothing that a transcript needs is missing: no blocking finding of the criterion "đủ"."""
    with_personal_id: int
    with_valid_personal_id: int
    """It fits place, sex and year of birth, and nobody else has it."""
    identity_verified: int
    results_stored: int
    findings: tuple[tuple[Criterion, Severity, int], ...]
    """How many findings there are of each criterion and severity; none left out."""
    codes: tuple[tuple[GapCode, int], ...]
    """How many of each code, the most frequent first."""


def coverage_of(classes: Iterable[ClassCheck], findings: Iterable[Finding] = ()) -> Coverage:
    """Count over *classes*; *findings* are those of the school as a whole."""
    classes = tuple(classes)
    pupils = [pupil for one in classes for pupil in one.pupils]
    all_findings = [*findings, *(found for one in classes for found in _findings(one))]
    kinds = Counter((found.criterion, found.severity) for found in all_findings)
    codes = Counter(found.gap.code for found in all_findings)
    states = Counter(pupil.state for pupil in pupils)
    return Coverage(
        pupils=len(pupils),
        ready=states[PupilState.READY],
        stopped=states[PupilState.STOPPED],
        issued=states[PupilState.ISSUED],
        complete=sum(
            _is_complete(pupil)
            for one in classes
            if not _lacks_something(one.findings)
            for pupil in one.pupils
        ),
        with_personal_id=sum(pupil.has_personal_id for pupil in pupils),
        with_valid_personal_id=sum(_has_valid_id(pupil) for pupil in pupils),
        identity_verified=sum(pupil.is_identity_verified for pupil in pupils),
        results_stored=sum(one.results_stored for one in classes),
        findings=tuple(
            (criterion, severity, kinds[criterion, severity])
            for criterion in Criterion
            for severity in Severity
        ),
        codes=tuple(sorted(codes.items(), key=lambda item: (-item[1], item[0]))),
    )


def share(part: int, whole: int) -> str:
    """Write a share in per cent with one decimal; never 100 where somebody is missing."""
    if whole == 0:
        return "–"
    tenths = part * 1000 // whole
    return f"{tenths // 10},{tenths % 10} %"


def _findings(one: ClassCheck) -> Iterator[Finding]:
    yield from one.findings
    for pupil in one.pupils:
        yield from pupil.findings


def _is_complete(pupil: PupilCheck) -> bool:
    return not _lacks_something(pupil.findings)


def _lacks_something(findings: Iterable[Finding]) -> bool:
    return any(
        found.criterion is Criterion.COMPLETE and found.severity is Severity.BLOCKS
        for found in findings
    )


def _has_valid_id(pupil: PupilCheck) -> bool:
    codes = {found.gap.code for found in pupil.findings}
    return pupil.has_personal_id and not codes & _UNFIT_IDS
