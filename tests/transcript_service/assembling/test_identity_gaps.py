"""Class, school and identity page: what must be there, and doubts about personal ids."""

from dataclasses import replace

import pytest

from transcript_service.assemble import examine


def found(example):
    gaps = examine(example.class_year, example.pupil_year, example.policy).gaps
    return [(gap.code, gap.place, gap.record_id, gap.field) for gap in gaps]


def warned(example):
    gaps = examine(example.class_year, example.pupil_year, example.policy).warnings
    return [(gap.code, gap.message) for gap in gaps]


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("full_name", " "),
        ("sex", "Nu"),
        ("birth_date", ""),
        ("birth_date", "14/03/2012"),
        ("birth_place", ""),
        ("ethnicity", ""),
        ("nationality", ""),
        ("current_address", ""),
        ("personal_id", "0003120047"),
    ],
)
def test_an_incomplete_identity_page_is_a_gap(example, field, value):
    """Each mandatory field of the form, and a personal id that is none."""
    assert found(example.with_pupil(**{field: value})) == [
        ("IDENTITY_INCOMPLETE", "hocsinh", "pupil-1", field)
    ]


@pytest.mark.parametrize(
    "changes",
    [
        {"birth_date": "2012"},
        {"birth_date": "2012-03"},
        {"personal_id": None},
        {"father": None, "mother": None, "guardian": None},
        {"register_number": None, "study_history": ()},
    ],
)
def test_what_may_be_missing_is_no_gap(example, changes):
    """Partial birth dates, foreign pupils and absent relatives occur."""
    assert found(example.with_pupil(**changes)) == []


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"full_name": "An\u200b Bình"}, "pupil.full_name"),
        ({"current_address": "x" * 301}, "pupil.current_address"),
        ({"birth_date": "2012-02-31"}, "pupil.birth_date"),
        ({"student_code": "a b"}, "pupil.student_code"),
    ],
)
def test_text_that_cannot_be_printed_is_a_gap(example, changes, field):
    """Invisible characters, too long, no such day: what the schema refuses."""
    gaps = found(example.with_pupil(**changes))

    assert [(code, name) for code, _, _, name in gaps] == [("NOT_PRINTABLE", field)]


@pytest.mark.parametrize("locked", [(), (1,), (2,)])
def test_both_terms_must_be_locked(example, locked):
    """Marks that can still change are not signed."""
    missing = [f"term_{term}" for term in (1, 2) if term not in locked]

    assert found(example.with_class(terms_locked=locked)) == [
        ("TERM_NOT_LOCKED", "lophoc", "class-1", field) for field in missing
    ]


@pytest.mark.parametrize(
    "changes",
    [
        {"level": "THPT"},
        {"grade": 10},
        {"grade": 8, "school_year": "2022-2023"},
        {"school_year": "2025-2027"},
        {"school_year": "2025"},
        {"school_year": "hai-nghìn"},
    ],
)
def test_a_class_without_rules_is_a_gap(example, changes):
    """Other levels, and years before the circular came into force for the grade."""
    assert ("CLASS_NOT_SUPPORTED", "lophoc", "class-1", "level") in found(
        example.with_class(**changes)
    )


def test_a_compulsory_subject_that_is_not_taught_is_a_gap(example):
    """Its row would be missing on page A; its records have nowhere to go."""
    subjects = tuple(
        subject
        for subject in example.class_year.school_class.subjects
        if subject.subject_code != "local_education"
    )

    assert ("CLASS_INCOMPLETE", "monhoclop", None, "local_education") in found(
        example.with_class(subjects=subjects)
    )


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"subject_code": "astronomy"}, "UNKNOWN_SUBJECT"),
        ({"subject_code": "mathematics"}, "DUPLICATE_RECORD"),
        ({"subject_code": "foreign_language_2", "teacher_name": ""}, "CLASS_INCOMPLETE"),
    ],
)
def test_the_subjects_of_the_class_must_be_usable(example, changes, code):
    """Each known, once, with a teacher."""
    extra = replace(example.class_year.school_class.subjects[0], record_id="extra", **changes)
    subjects = (*example.class_year.school_class.subjects, extra)

    gaps = found(example.with_class(subjects=subjects))

    assert (code, "monhoclop", "extra", changes["subject_code"]) in gaps


def test_the_school_must_be_complete(example):
    """The principal's name stands above the signature."""
    school = replace(example.class_year.school, principal_name="")
    without = replace(example, class_year=replace(example.class_year, school=school))

    assert found(without) == [("CLASS_INCOMPLETE", "truong", "school-1", "principal_name")]


def test_the_class_needs_a_homeroom_teacher(example):
    """Named on pages A and B."""
    assert found(example.with_class(homeroom_teacher_name="")) == [
        ("CLASS_INCOMPLETE", "lophoc", "class-1", "homeroom_teacher_name")
    ]


def test_an_honest_sample_number_raises_no_doubt(example):
    """Prefix 000, female of this century, born 2012."""
    assert warned(example) == []


@pytest.mark.parametrize(
    ("changes", "doubt"),
    [
        ({"personal_id": "000212004711"}, "does not fit the sex"),
        ({"sex": "Nam"}, "does not fit the sex"),
        ({"personal_id": "000311004711"}, "does not fit the year of birth"),
        ({"personal_id": "000112004711"}, "does not fit the year of birth"),
        ({"personal_id": "001312004711"}, "lacks their prefix"),
        ({"birth_date": "2013"}, "does not fit the year of birth"),
    ],
)
def test_a_doubtful_personal_id_is_a_warning_only(example, changes, doubt):
    """Sex and birth date may have been corrected after the number was given."""
    doubtful = example.with_pupil(**changes)

    assert found(doubtful) == []
    ((code, message),) = warned(doubtful)
    assert code == "PERSONAL_ID_DOUBTFUL"
    assert doubt in message


def test_a_pupil_without_personal_id_is_a_warning(example):
    """A foreign pupil may have none."""
    assert [code for code, _ in warned(example.with_pupil(personal_id=None))] == [
        "PERSONAL_ID_MISSING"
    ]


@pytest.mark.parametrize(
    ("personal_id", "doubt"),
    [
        ("000312004711", "prefix of sample data"),
        ("097312004711", "no province"),
        ("003312004711", "no province"),
        ("100312004711", "no province"),
    ],
)
def test_real_data_with_a_strange_prefix_is_a_warning(example, personal_id, doubt):
    """The sample prefix is accepted in sample data only."""
    real = replace(example, class_year=replace(example.class_year, sample=False))

    ((code, message),) = warned(real.with_pupil(personal_id=personal_id))

    assert code == "PERSONAL_ID_DOUBTFUL"
    assert doubt in message


@pytest.mark.parametrize("personal_id", ["001312004711", "096312004711", "101312004711"])
def test_a_number_of_a_province_or_of_a_country_raises_no_doubt(example, personal_id):
    """A pupil who was registered abroad has the code of a country: above 100."""
    real = replace(example, class_year=replace(example.class_year, sample=False))

    assert warned(real.with_pupil(personal_id=personal_id)) == []


def test_warnings_do_not_repeat_the_number(example):
    """Neither message nor remedy holds a digit of it."""
    doubtful = example.with_pupil(personal_id="001212004711")

    for gap in examine(doubtful.class_year, doubtful.pupil_year, doubtful.policy).warnings:
        assert "001212004711" not in repr(gap)


def test_an_incomplete_pupil_is_still_warned_about(example):
    """Doubts about the identity do not wait for the marks."""
    doubtful = example.with_pupil(personal_id=None).with_records(marks=())

    assert [code for code, _ in warned(doubtful)] == ["PERSONAL_ID_MISSING"]
