"""`hocba check` from the command line: forms, files, exit codes, and the gate before `issue`."""

import json
import stat

import pytest
from sqlmodel import select

from tests.school import command_options, office_of
from transcript_service.cli import main
from transcript_service.database import write_session
from transcript_service.shared_database.mirror import MirrorComment, MirrorPupil

DONE, TOOL_FAILED, USAGE, STOPPED = 0, 1, 2, 3


def spoil(directory, model, which, **changes):
    engine = office_of(directory).engine
    with write_session(engine) as session:
        for row in session.exec(select(model).where(which)).all():
            for name, value in changes.items():
                setattr(row, name, value)
    engine.dispose()


def test_without_a_class_the_whole_school_is_checked(school, capsys):
    """Exit 0 where nobody is stopped, 3 where somebody is."""
    directory, sample = school

    assert main(["check", *command_options(directory)]) == DONE
    assert "2 pupils ready" in capsys.readouterr().out

    spoil(
        directory, MirrorComment, MirrorComment.record_id == "nhanxetmon-001-TOAN", cancelled=True
    )
    assert main(["check", sample.class_name, *command_options(directory)]) == STOPPED
    shown = capsys.readouterr().out
    assert "COMMENT_MISSING" in shown
    assert sample.student_codes[0] in shown


@pytest.mark.parametrize("form", ["json", "html", "xlsx"])
def test_a_report_goes_into_a_file_that_only_its_owner_reads(school, capsys, form):
    """It names pupils; standard output says where it is."""
    directory, _sample = school
    out = directory / "reports" / f"check.{form}"

    code = main(["check", *command_options(directory), "--format", form, "--out", str(out)])

    assert code == DONE
    assert stat.S_IMODE(out.stat().st_mode) == 0o600
    assert out.stat().st_size > 1000
    assert str(out) in capsys.readouterr().out


def test_json_without_a_file_is_all_of_standard_output(school, capsys):
    """So that a program can read it."""
    directory, _sample = school

    assert main(["check", *command_options(directory), "--format", "json"]) == DONE
    assert json.loads(capsys.readouterr().out)["format"] == "hocba/check/1"


@pytest.mark.parametrize(
    "wrong",
    [
        ["--format", "xlsx"],
        ["--out", "x.txt"],
        ["--format", "pdf"],
        ["no-such-class"],
        ["8A1", "--class", "8A1"],
    ],
)
def test_wrong_usage_is_said_before_anything_is_written(school, capsys, wrong):
    """A workbook on the terminal, a table in a file, an unknown form or class."""
    directory, _sample = school

    try:
        code = main(["check", *command_options(directory), *wrong])
    except SystemExit as end:
        code = end.code

    assert code == USAGE
    assert capsys.readouterr().err
    assert not (directory / "x.txt").exists()


def test_an_identity_that_is_not_verified_blocks_where_the_settings_say_so(school, capsys):
    """`check` and `issue` hold the same gate."""
    directory, sample = school
    which = MirrorPupil.student_code == sample.student_codes[0]
    spoil(directory, MirrorPupil, which, identity_verified=False)
    assert main(["check", *command_options(directory)]) == DONE

    settings = directory / "school.toml"
    strict = '\n[quality]\nidentity_not_verified = "blocks"\n'
    settings.write_text(settings.read_text() + strict)

    assert main(["check", *command_options(directory)]) == STOPPED
    issue = ["issue", *command_options(directory), "--class", sample.class_code]
    assert main(issue) == STOPPED
    assert "1 transcripts issued" in capsys.readouterr().out


def test_a_correction_passes_the_same_gate(issued, original, capsys):
    """A pupil whose number somebody else has gets no corrected version either."""
    sample = original[1]
    for code in sample.student_codes:
        which = MirrorPupil.student_code == code
        spoil(issued, MirrorPupil, which, personal_id="000312004711")
    act = ["--class", sample.class_code, "--pupil", sample.student_codes[0], "--reason", "sai tên"]

    assert main(["supersede", *command_options(issued), *act]) == TOOL_FAILED
    assert "PERSONAL_ID_DUPLICATE" in capsys.readouterr().err
