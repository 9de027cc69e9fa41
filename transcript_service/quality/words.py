"""What the reports call states, figures and places, for people."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from transcript_service.quality.checks import (
    ClassCheck,
    Finding,
    PupilCheck,
    PupilState,
    SchoolCheck,
)
from transcript_service.quality.coverage import Coverage, share
from transcript_service.subjects import subjects_of
from transcript_service.transcript import Gap
from verifier.messages import _
from verifier.printing import VIET_NAM


@dataclass(frozen=True, slots=True, kw_only=True)
class Figure:
    """One coverage figure: how many of how many, and what the plans of the sector ask for."""

    name: str
    part: int
    whole: int
    aim: str = ""

    @property
    def share(self) -> str:
        """Return it in per cent."""
        return share(self.part, self.whole)


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One finding of a class, with whose it is."""

    class_name: str
    student_code: str
    full_name: str
    state: str
    found: Finding

    field: str
    """As people call it; so does `message`."""
    message: str

    @property
    def values(self) -> str:
        """Return what was recorded and expected, where that is known."""
        gap = self.found.gap
        if gap.recorded is None and gap.expected is None:
            return ""
        return _("(recorded: {recorded}; expected: {expected})").format(
            recorded=gap.recorded or "-", expected=gap.expected or "-"
        )


def state_name(state: PupilState) -> str:
    """Return what people call a pupil's state."""
    return {
        PupilState.READY: _("ready"),
        PupilState.STOPPED: _("stopped"),
        PupilState.ISSUED: _("issued"),
        PupilState.ON_THE_WAY: _("under way"),
        PupilState.WITHDRAWN: _("revoked"),
    }[state]


def figures(coverage: Coverage) -> tuple[Figure, ...]:
    """Return the coverage figures in the order in which the reports show them."""
    whole = coverage.pupils
    all_of_them = "100 %"
    return (
        Figure(
            name=_("pupils with complete data"),
            part=coverage.complete,
            whole=whole,
            aim=all_of_them,
        ),
        Figure(
            name=_("pupils whom nothing stops, or who have the transcript"),
            part=coverage.ready + coverage.issued,
            whole=whole,
        ),
        Figure(name=_("transcripts issued"), part=coverage.issued, whole=whole),
        Figure(name=_("pupils with a personal ID"), part=coverage.with_personal_id, whole=whole),
        Figure(
            name=_("personal IDs that fit place, sex and year of birth"),
            part=coverage.with_valid_personal_id,
            whole=whole,
            aim=_("100 % in grades 9 and 12"),
        ),
        Figure(
            name=_("identities verified with date and source"),
            part=coverage.identity_verified,
            whole=whole,
            aim=all_of_them,
        ),
        Figure(
            name=_("pupils with a stored result of the year"),
            part=coverage.results_stored,
            whole=whole,
            aim=all_of_them,
        ),
    )


def rows_of(one: ClassCheck) -> Iterator[Row]:
    """Give all findings of a class: its own first, then those of its pupils."""
    for found in one.findings:
        yield _row(one, found, None)
    for pupil in one.pupils:
        for found in pupil.findings:
            yield _row(one, found, pupil)


def _row(one: ClassCheck, found: Finding, pupil: PupilCheck | None) -> Row:
    field, message = spoken(found.gap, one.level)
    return Row(
        class_name=one.class_name,
        student_code=(found.gap.student_code or "") if pupil is None else pupil.student_code,
        full_name="" if pupil is None else pupil.full_name,
        state="" if pupil is None else state_name(pupil.state),
        found=found,
        field=field,
        message=message,
    )


def state_notes(on_the_way: Sequence[str], withdrawn: Sequence[str]) -> Iterator[str]:
    """Name those whose document is under way or revoked, and say what takes them further."""
    if on_the_way:
        yield _(
            "under way or cut off, not issued yet: {pupils}; `hocba issue` finishes them"
        ).format(pupils=", ".join(on_the_way))
    if withdrawn:
        yield _("revoked, issued again only by `hocba supersede`: {pupils}").format(
            pupils=", ".join(withdrawn)
        )


def notes_of(one: ClassCheck) -> Iterator[str]:
    """Give the notes on a class's documents."""
    return state_notes(one.of_state(PupilState.ON_THE_WAY), one.of_state(PupilState.WITHDRAWN))


def title_of(check: SchoolCheck) -> str:
    """Return the report's title."""
    return _("Quality of the transcript data, {school}, school year {year}").format(
        school=check.school_name, year=check.school_year
    )


def moments_of(check: SchoolCheck) -> str:
    """Say when it was checked, and of when the data are, in the time of Viet Nam."""
    checked = check.checked_at.astimezone(VIET_NAM).strftime("%H:%M %d/%m/%Y")
    if check.synchronised_at is None:
        return _("checked at {checked}; never synchronised").format(checked=checked)
    synchronised = (
        datetime.fromisoformat(check.synchronised_at)
        .astimezone(VIET_NAM)
        .strftime("%H:%M %d/%m/%Y")
    )
    return _("checked at {checked}; synchronised at {synchronised}").format(
        checked=checked, synchronised=synchronised
    )


def spoken(gap: Gap, level: str) -> tuple[str, str]:
    """Return field and message of a gap with subjects, terms and fields as people call them."""
    parts = gap.field.split(".")
    names = field_names() | {code: subject.name for code, subject in subjects_of(level).items()}
    field = ", ".join(names.get(part, part) for part in parts)
    message = gap.message.replace(gap.field, field)
    for part in parts:
        message = re.sub(rf"\b{re.escape(part)}\b", names.get(part, part), message)
    return field, message


def field_names() -> dict[str, str]:
    """Return what people call the parts of a field's name."""
    return _names_of_results() | _names_of_identity() | _names_of_parts()


def _names_of_results() -> dict[str, str]:
    return {
        "term_1": _("term 1"),
        "term_2": _("term 2"),
        "full_year": _("the year"),
        "regular_mark": _("regular marks"),
        "midterm_mark": _("mid-term mark"),
        "final_mark": _("final mark"),
        "study_topic": _("study topic"),
        "subject_code": _("subject"),
        "assessment_status": _("way of assessment"),
        "comment": _("comment"),
        "homeroom_comment": _("homeroom teacher's comment"),
        "homeroom_teacher_name": _("homeroom teacher"),
        "principal_name": _("principal"),
        "confirmed_at": _("confirmation"),
        "conduct_result": _("conduct"),
        "conduct_after_summer": _("conduct after summer training"),
        "academic_result": _("academic result"),
        "promoted": _("promotion"),
        "promotion_status": _("promotion"),
        "year_summary": _("summary of the year"),
        "absent_excused": _("excused absences"),
        "absent_unexcused": _("unexcused absences"),
    }


def _names_of_identity() -> dict[str, str]:
    return {
        "full_name": _("full name"),
        "sex": _("sex"),
        "birth_date": _("birth date"),
        "birth_place": _("birth place"),
        "ethnicity": _("ethnicity"),
        "nationality": _("nationality"),
        "current_address": _("address"),
        "personal_id": _("personal ID"),
        "identity_verified": _("verification"),
        "identity_verified_on": _("date of verification"),
        "identity_source": _("source of verification"),
        "status": _("status"),
        "class_code": _("class"),
        "student_code": _("pupil code"),
        "title": _("title"),
        "father": _("father"),
        "mother": _("mother"),
        "guardian": _("guardian"),
    }


def _names_of_parts() -> dict[str, str]:
    return {
        "pupil": _("identity page"),
        "school": _("school"),
        "results": _("results"),
        "confirmations": _("confirmations"),
    }
