"""
Chosen subjects and study topics of upper secondary school that do not fit the programme of 2018.

Pure. Which subjects a pupil has to take is in `rules.programme_2018`; what the class as a whole
lacks is in `identity`.
"""

from collections import Counter
from collections.abc import Iterator
from functools import partial

from transcript_service.class_year import ClassYear, PupilYear
from transcript_service.gaps.marks import find_assessment_gaps
from transcript_service.rules.circular_22_2021_marks import assessment_of
from transcript_service.rules.programme_2018 import (
    ELECTIVE_COUNT,
    STUDY_TOPIC_COUNT,
    ChoiceCode,
    ChoiceProblem,
    find_choice_problems,
)
from transcript_service.subjects import taken_subjects
from transcript_service.transcript import Gap, GapCode, Place
from verifier.messages import _

LEVEL = "THPT"


def find_choice_gaps(class_year: ClassYear, pupil_year: PupilYear) -> Iterator[Gap]:
    """Find what is wrong with the subjects that the pupil chose, and with their study topics."""
    if class_year.school_class.level != LEVEL:
        return
    student_code = pupil_year.pupil.student_code
    taken = [
        subject.subject_code for subject in taken_subjects(class_year.school_class, pupil_year)
    ]
    topics = sorted({topic.subject_code for topic in pupil_year.study_topics})
    for problem in find_choice_problems(taken, topics):
        yield from _choice_gaps(student_code, problem)
    yield from _not_taught_gaps(class_year, pupil_year)
    yield from _topic_result_gaps(pupil_year)


def _choice_gaps(student_code: str, problem: ChoiceProblem) -> Iterator[Gap]:
    """Tell one problem; what all pupils of the class share is told of the class."""
    code = problem.subject_code or ""
    messages = {
        ChoiceCode.ELECTIVE_COUNT: _("the pupil must have chosen {count} subjects").format(
            count=ELECTIVE_COUNT
        ),
        ChoiceCode.STUDY_TOPIC_COUNT: _(
            "the pupil must have the study topics of {count} subjects"
        ).format(count=STUDY_TOPIC_COUNT),
        ChoiceCode.STUDY_TOPIC_NOT_OFFERED: _("{subject}: it has no study topics").format(
            subject=code
        ),
        ChoiceCode.STUDY_TOPIC_SUBJECT_NOT_TAKEN: _(
            "{subject}: study topics of a subject that the pupil has not chosen"
        ).format(subject=code),
    }
    if problem.code not in messages:
        return
    is_choice = problem.code is ChoiceCode.ELECTIVE_COUNT
    yield Gap(
        code=GapCode.CHOICE_INVALID if is_choice else GapCode.STUDY_TOPICS_INVALID,
        student_code=student_code,
        place=Place.CHOSEN_SUBJECT if is_choice else Place.STUDY_TOPIC,
        record_id=None,
        field=code or "subject_code",
        message=messages[problem.code],
        remedy=_("Correct the pupil's chosen subjects and study topics in the shared database."),
    )


def _not_taught_gaps(class_year: ClassYear, pupil_year: PupilYear) -> Iterator[Gap]:
    """Find chosen subjects that the class is not taught."""
    taught = {subject.subject_code for subject in class_year.school_class.subjects}
    for code in pupil_year.chosen_subjects or ():
        if code not in taught:
            yield Gap(
                code=GapCode.CHOICE_INVALID,
                student_code=pupil_year.pupil.student_code,
                place=Place.CHOSEN_SUBJECT,
                record_id=None,
                field=code,
                message=_("{subject}: the class is not taught this subject").format(subject=code),
                remedy=_("Add the subject to the class, or cancel the record."),
            )


def _topic_result_gaps(pupil_year: PupilYear) -> Iterator[Gap]:
    """Ask for one usable result of a subject's study topics in a term."""
    student_code = pupil_year.pupil.student_code
    gap = partial(Gap, student_code=student_code, place=Place.STUDY_TOPIC)
    counts = Counter((topic.subject_code, topic.term) for topic in pupil_year.study_topics)
    for topic in pupil_year.study_topics:
        field = f"{topic.subject_code}.term_{topic.term}.study_topic"
        if counts[topic.subject_code, topic.term] > 1:
            yield gap(
                code=GapCode.DUPLICATE_RECORD,
                record_id=topic.record_id,
                field=field,
                message=_("{field}: there is more than one").format(field=field),
                remedy=_("Cancel the record that does not count in the shared database."),
            )
        assessment = assessment_of(topic.subject_code)
        yield from find_assessment_gaps(student_code, Place.STUDY_TOPIC, field, topic, assessment)
