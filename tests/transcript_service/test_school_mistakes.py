"""What goes wrong at the school's command line, and what is left as it was."""

import os
import resource
import signal
import traceback

import pytest

from tests.school import command_options as settings
from tests.school import office_of
from transcript_service.cli import main
from transcript_service.database import read_session
from transcript_service.files import FileNotWritten, write_whole
from transcript_service.issuance.registry_view import view_of
from transcript_service.models import DocumentRow

DONE, TOOL_FAILED, USAGE, STOPPED, INDETERMINATE = 0, 1, 2, 3, 4


def first_stem(directory):
    with read_session(office_of(directory).engine) as session:
        return session.get_one(DocumentRow, 1).file_stem


def test_what_was_never_issued_cannot_be_revoked(issued, capsys):
    """The error names the transcript code and says where to look."""
    act = ["--transcript", "HB-THCS-2025-0000000000-0", "--version", "1", "--reason", "OTHER"]

    assert main(["revoke", *settings(issued), *act]) == USAGE
    assert "HB-THCS-2025-0000000000-0" in capsys.readouterr().err


def test_a_document_that_does_not_come_from_its_data_is_not_reproduced(issued, tmp_path, capsys):
    """One byte of the first revision's comment line is another one."""
    pdf = bytearray((issued / "transcripts" / f"{first_stem(issued)}.pdf").read_bytes())
    pdf[10] ^= 1
    altered = tmp_path / "altered.pdf"
    altered.write_bytes(pdf)

    assert main(["reproduce", str(altered), "--lang", "en"]) == STOPPED


def test_a_wrong_password_pauses_the_batch_and_names_the_file(school, capsys):
    """Nothing is signed; after the repair the same command finishes the same batch."""
    directory, sample = school
    password = directory / "keys/principal.password"
    right = password.read_text()
    password.write_text("wrong")
    command = ["issue", *settings(directory), "--class", sample.class_code]

    assert main(command) == USAGE
    said = capsys.readouterr().err
    assert "principal.p12" in said
    assert "wrong\n" not in said
    assert not (directory / "transcripts").exists()

    password.write_text(right)
    assert main(command) == DONE
    assert len(list((directory / "transcripts").glob("*.pdf"))) == 2
    assert len(view_of(office_of(directory).desk).state.batches) == 1


def test_a_correction_needs_something_issued(school, capsys):
    """`hocba supersede` before `hocba issue` says so."""
    directory, sample = school
    act = ["--class", sample.class_code, "--pupil", sample.student_codes[0], "--reason", "điểm"]

    assert main(["supersede", *settings(directory), *act]) == TOOL_FAILED
    assert "no issued document" in capsys.readouterr().err


def test_a_correction_that_changes_nothing_is_refused(issued, original, capsys):
    """Forgotten `hocba sync`, or the same command twice: no version is spent on it."""
    sample = original[1]
    act = ["--class", sample.class_code, "--pupil", sample.student_codes[0]]

    assert main(["supersede", *settings(issued), *act, "--reason", "điểm"]) == USAGE
    assert "hocba sync" in capsys.readouterr().err
    assert main(["supersede", *settings(issued), *act, "--reason", " "]) == USAGE
    assert "--reason" in capsys.readouterr().err
    assert len(view_of(office_of(issued).desk).state.batches) == 1


def test_a_policy_that_cannot_be_used_stops_before_anything_is_signed(school, capsys):
    """Nothing is anchored that could not be checked afterwards."""
    directory, sample = school
    (directory / "policy.toml").rename(directory / "elsewhere.toml")

    assert main(["issue", *settings(directory), "--class", sample.class_code]) == USAGE
    assert "policy.toml" in capsys.readouterr().err
    assert not (directory / "work").exists()


def test_a_pdf_without_a_transcript_is_not_reproduced(school, tmp_path, capsys):
    """Wrong usage, with the name of the file."""
    path = tmp_path / "other.pdf"
    path.write_bytes(b"%PDF-1.7\n")

    assert main(["reproduce", str(path), "--lang", "en"]) == USAGE
    assert "other.pdf" in capsys.readouterr().err


def test_a_demo_keeps_what_was_put_beside_it(tmp_path, capsys):
    """A folder that a demo made, but where somebody put a file of his own."""
    (tmp_path / ".hocba-demo").write_text("")
    (tmp_path / "mine.txt").write_text("precious")

    assert main(["demo", "--out", str(tmp_path), "--lang=en"]) == USAGE
    assert "other files" in capsys.readouterr().err
    assert (tmp_path / "mine.txt").read_text() == "precious"


def test_the_server_takes_no_other_programs_database(school, capsys):
    """The chain's file is no shared database, and stays as it is."""
    chain = school[0] / "chain/chain.sqlite3"
    before = chain.read_bytes()

    command = ["shared-database", "serve", "--database", str(chain)]
    assert main(command) == TOOL_FAILED
    assert chain.read_bytes() == before


def test_a_correction_of_an_unknown_pupil_is_refused(school, capsys):
    """The pupil's code is not on the class list."""
    directory, sample = school
    act = ["--class", sample.class_code, "--pupil", "000HS99999", "--reason", "điểm"]

    assert main(["supersede", *settings(directory), *act]) == USAGE
    assert "000HS99999" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("damage", "said"),
    [
        (lambda text: text.replace("institution", "institutoin"), "institutoin"),
        (lambda text: text.replace("hocba/school/1", "hocba/school/9"), "hocba/school/9"),
        (lambda text: "[" + text, "malformed"),
        (lambda text: text.replace("keys/school.key", "keys/none.key"), "none.key"),
        (lambda text: text.replace("shared-database.secret", "none.secret"), "none.secret"),
    ],
)
def test_settings_that_cannot_be_used_are_refused_by_name(school, capsys, damage, said):
    """Exit 2; the message names the file and what is wrong in it."""
    directory, sample = school
    path = directory / "school.toml"
    path.write_text(damage(path.read_text()))

    assert main(["check", *settings(directory), "--class", sample.class_code]) == USAGE
    assert said in capsys.readouterr().err


def test_missing_settings_are_named(tmp_path, capsys):
    """Exit 2."""
    assert main(["check", *settings(tmp_path), "--class", "8A1"]) == USAGE
    assert "school.toml" in capsys.readouterr().err


def test_a_full_disk_leaves_no_half_file_and_pauses_the_batch(school):
    """The process may write no file beyond 20 KB: the first PDF fails, nothing is half-written."""
    directory, sample = school
    command = ["issue", *settings(directory), "--class", sample.class_code]
    child = os.fork()
    if child == 0:
        try:
            signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
            resource.setrlimit(resource.RLIMIT_FSIZE, (20_000, resource.RLIM_INFINITY))
            with pytest.raises(FileNotWritten, match="cannot write"):
                write_whole(directory / "work" / "x.pdf", bytes(50_000))
            resource.setrlimit(resource.RLIMIT_FSIZE, (resource.RLIM_INFINITY,) * 2)
            os._exit(0)
        except BaseException:  # noqa: BLE001  the parent sees the code
            traceback.print_exc()
            os._exit(1)

    assert os.waitpid(child, 0)[1] == 0
    assert not list((directory / "work").iterdir())
    assert main(command) == DONE


def test_a_demo_does_not_overwrite_other_peoples_files(tmp_path, capsys):
    """A folder that no demo made is refused, and kept as it is."""
    (tmp_path / "mine.txt").write_text("precious")

    assert main(["demo", "--out", str(tmp_path), "--lang", "en"]) == USAGE
    assert (tmp_path / "mine.txt").read_text() == "precious"
