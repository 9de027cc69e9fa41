"""The setting `printing.subject_order`: the rows of page A as a school wants them."""

import json

import pytest
from sqlmodel import select

from tests.school import command_options, office_of
from transcript_service.cli import main
from transcript_service.database import read_session
from transcript_service.models import DocumentRow
from transcript_service.subjects import subject_order_of

DONE, USAGE = 0, 2


def set_order(directory, order):
    path = directory / "school.toml"
    path.write_text(path.read_text() + f"\n[printing.subject_order]\n{order}\n")


def printed_subjects(directory):
    """The codes of page A, and of the teachers' confirmations, of the first document."""
    office = office_of(directory)
    with read_session(office.engine) as session:
        row = session.exec(select(DocumentRow)).first()
        transcript = json.loads(row.transcript_json)
    office.engine.dispose()
    rows = [subject["subject_code"] for subject in transcript["results"]["subjects"]]
    acts = transcript["confirmations"]["subject_teachers"]
    return rows, [act["subject_code"] for act in acts]


def test_subjects_are_issued_in_the_order_of_the_setting(school):
    """What it does not name follows in the order of the form."""
    directory, sample = school
    set_order(directory, 'THCS = ["literature", "mathematics", "foreign_language_1"]')

    code = main(["issue", *command_options(directory), "--class", sample.class_code])

    rows, confirmed = printed_subjects(directory)
    assert code == DONE
    assert rows[:5] == [
        "literature",
        "mathematics",
        "foreign_language_1",
        "history_geography",
        "natural_science",
    ]
    assert confirmed == rows
    assert rows[3:] == [code for code in subject_order_of("THCS") if code in rows[3:]]


def test_another_order_makes_no_issued_transcript_outdated(issued, original, capsys):
    """It says the same; only documents issued from now on are printed differently."""
    set_order(issued, 'THCS = ["arts"]')

    assert main(["check", *command_options(issued), "--class", original[1].class_code]) == DONE

    assert "OUTDATED" not in capsys.readouterr().out


def test_transcripts_issued_in_another_order_are_not_outdated_either(school, capsys):
    """The check knows the records, not the setting by which they were printed."""
    directory, sample = school
    set_order(directory, 'THCS = ["arts", "literature"]')
    main(["issue", *command_options(directory), "--class", sample.class_code])
    capsys.readouterr()

    assert main(["check", *command_options(directory), "--class", sample.class_code]) == DONE

    assert "OUTDATED" not in capsys.readouterr().out


@pytest.mark.parametrize(
    ("order", "said"),
    [
        ('THCS = ["literature", "alchemy"]', "alchemy"),
        ('THCS = ["physics"]', "physics"),
        ('THCS = ["arts", "arts"]', "arts"),
        ('TH = ["arts"]', "TH"),
        ('THCS = "arts"', "subject_order"),
    ],
)
def test_an_order_that_names_what_the_level_does_not_have_is_refused(school, capsys, order, said):
    """A slip in the settings must not move a subject to the end unseen."""
    directory, sample = school
    set_order(directory, order)

    assert main(["check", *command_options(directory), "--class", sample.class_code]) == USAGE

    assert said in capsys.readouterr().err
