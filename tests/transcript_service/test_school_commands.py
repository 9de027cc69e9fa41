"""The school's commands from the command line: issue, revoke, reproduce, and what goes wrong."""

import json
import os
import resource
import shutil
import signal
import traceback

import pytest

from tests.school import UPSTREAM_FILE, make_school, office_of
from transcript_service.cli import main
from transcript_service.database import read_session
from transcript_service.files import FileNotWritten, write_whole
from transcript_service.issuance.registry_view import view_of
from transcript_service.models import DocumentRow
from transcript_service.settings import load_settings
from transcript_service.shared_database.server_process import running_server

DONE, TOOL_FAILED, USAGE, STOPPED, INDETERMINATE = 0, 1, 2, 3, 4


@pytest.fixture(scope="module")
def original(tmp_path_factory):
    """A school of two pupils before anything is issued."""
    directory = tmp_path_factory.mktemp("original")
    return directory, make_school(directory, pupils=2)


@pytest.fixture(scope="module")
def issued_once(original, tmp_path_factory):
    """The same school after `hocba issue`."""
    directory = tmp_path_factory.mktemp("issued") / "school"
    shutil.copytree(original[0], directory)
    assert main(["issue", *settings(directory), "--class", original[1].class_code]) == DONE
    return directory


@pytest.fixture
def school(original, tmp_path):
    return shutil.copytree(original[0], tmp_path / "school"), original[1]


@pytest.fixture
def issued(issued_once, tmp_path):
    return shutil.copytree(issued_once, tmp_path / "school")


def settings(directory, year="2025-2026"):
    return ["--settings", str(directory / "school.toml"), "--year", year, "--lang", "en"]


def first_stem(directory):
    with read_session(office_of(directory).engine) as session:
        return session.get_one(DocumentRow, 1).file_stem


def test_issuing_twice_issues_once(issued, original, capsys):
    """The second run finds everybody issued already and makes no batch."""
    code = main(["issue", *settings(issued), "--class", original[1].class_code])

    assert code == DONE
    assert "0 pupils ready, 0 stopped, 2 issued already" in capsys.readouterr().out
    assert len(view_of(office_of(issued).desk).state.batches) == 1


def test_a_revoked_transcript_is_taken_out_and_refused_as_revoked(issued, capsys):
    """`hocba revoke` withdraws it on chain; a stranger is told that it is genuine but withdrawn."""
    stem = first_stem(issued)
    code = stem.split(".")[0]
    act = ["--transcript", code, "--version", "1", "--reason", "WRONG_DATA"]

    assert main(["revoke", *settings(issued), *act]) == DONE
    assert main(["revoke", *settings(issued), *act]) == DONE

    assert not (issued / "transcripts" / f"{stem}.pdf").exists()
    capsys.readouterr()
    withdrawn = str(issued / "revoked" / f"{stem}.pdf")
    assert main(["verify", withdrawn, "--policy", str(issued / "policy.toml"), "--json"]) == STOPPED
    report = json.loads(capsys.readouterr().out.splitlines()[0])
    assert (report["verdict"], report["sub_reason"]) == ("TOTAL-FAILED", "REVOKED")


def test_after_a_revocation_the_pupil_can_be_issued_the_next_version(issued, original, capsys):
    """Revoking cannot be undone: the error is repaired by version 2."""
    stem = first_stem(issued)
    act = ["--transcript", stem.split(".")[0], "--version", "1", "--reason", "WRONG_DATA"]
    main(["revoke", *settings(issued), *act])

    assert main(["issue", *settings(issued), "--class", original[1].class_code]) == DONE

    second = issued / "transcripts" / f"{stem.removesuffix('v1')}v2.pdf"
    assert main(["verify", str(second), "--policy", str(issued / "policy.toml")]) == DONE


def test_what_was_never_issued_cannot_be_revoked(issued, capsys):
    """The error names the transcript code and says where to look."""
    act = ["--transcript", "HB-THCS-2025-0000000000-0", "--version", "1", "--reason", "OTHER"]

    assert main(["revoke", *settings(issued), *act]) == TOOL_FAILED
    assert "HB-THCS-2025-0000000000-0" in capsys.readouterr().err


def test_an_issued_document_is_reproduced_from_its_data(issued, capsys):
    """What is seen is what the data say: the first revision is rendered again, byte for byte."""
    pdf = issued / "transcripts" / f"{first_stem(issued)}.pdf"

    assert main(["reproduce", str(pdf), "--lang", "en"]) == DONE
    assert "byte for byte" in capsys.readouterr().out


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


def test_a_correction_of_an_unknown_pupil_is_refused(school, capsys):
    """The pupil's code is not on the class list."""
    directory, sample = school
    act = ["--class", sample.class_code, "--pupil", "000HS99999", "--reason", "điểm"]

    assert main(["supersede", *settings(directory), *act]) == TOOL_FAILED
    assert "000HS99999" in capsys.readouterr().err


def test_sync_asks_the_address_of_the_settings(school, capsys):
    """A server that answers brings the mirror up to date; one that is gone is named."""
    directory, _sample = school

    assert main(["sync", *settings(directory)]) == TOOL_FAILED
    assert "127.0.0.1" in capsys.readouterr().err

    with running_server(directory / UPSTREAM_FILE) as base_url:
        path = directory / "school.toml"
        old = load_settings(path).school.shared_database.base_url
        path.write_text(path.read_text().replace(old, base_url))
        assert main(["sync", *settings(directory)]) == DONE
    assert "refused" in capsys.readouterr().out


def test_check_lists_the_pupils_who_are_ready(school, capsys):
    """Exit 0 when nobody is stopped."""
    directory, sample = school

    assert main(["check", *settings(directory), "--class", sample.class_code]) == DONE
    assert "2 pupils ready" in capsys.readouterr().out


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


def test_the_sample_command_makes_a_database_that_the_server_serves(tmp_path, capsys):
    """`hocba sample` says school and class; a second run refuses to overwrite."""
    secret = tmp_path / "secret"
    secret.write_text("only-for-tests")
    command = ["sample", "--out", str(tmp_path / "x.db"), "--pupils", "1"]
    command += ["--client-secret-file", str(secret), "--lang", "en"]

    assert main(command) == DONE
    assert "class" in capsys.readouterr().out
    assert main(command) == USAGE
    secret.unlink()
    assert main(command) == USAGE
    assert "secret" in capsys.readouterr().err


def test_a_demo_does_not_overwrite_other_peoples_files(tmp_path, capsys):
    """A folder that no demo made is refused, and kept as it is."""
    (tmp_path / "mine.txt").write_text("precious")

    assert main(["demo", "--out", str(tmp_path), "--lang", "en"]) == USAGE
    assert (tmp_path / "mine.txt").read_text() == "precious"
