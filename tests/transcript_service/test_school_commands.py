"""The school's commands from the command line: issue, revoke, reproduce, and what goes wrong."""

import json

from tests.school import UPSTREAM_FILE, office_of
from tests.school import command_options as settings
from transcript_service.cli import main
from transcript_service.database import read_session
from transcript_service.issuance.registry_view import view_of
from transcript_service.models import DocumentRow, TranscriptRow
from transcript_service.settings import load_settings
from transcript_service.shared_database.server_process import running_server

DONE, TOOL_FAILED, USAGE, STOPPED, INDETERMINATE = 0, 1, 2, 3, 4


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


def test_after_a_revocation_only_an_explicit_correction_issues_the_next_version(
    issued, original, capsys
):
    """Revoking cannot be undone: the error is repaired by version 2, never by `issue`."""
    stem = first_stem(issued)
    act = ["--transcript", stem.split(".")[0], "--version", "1", "--reason", "WRONG_DATA"]
    main(["revoke", *settings(issued), *act])

    sample = original[1]
    with read_session(office_of(issued).engine) as session:
        pupil = session.get_one(TranscriptRow, stem.split(".")[0]).student_code
    assert main(["issue", *settings(issued), "--class", sample.class_code]) == DONE
    assert pupil in capsys.readouterr().out
    act = ["--class", sample.class_code, "--pupil", pupil, "--reason", "sai học sinh"]
    assert main(["supersede", *settings(issued), *act]) == DONE

    second = issued / "transcripts" / f"{stem.removesuffix('v1')}v2.pdf"
    assert main(["verify", str(second), "--policy", str(issued / "policy.toml")]) == DONE


def test_an_issued_document_is_reproduced_from_its_data(issued, capsys):
    """What is seen is what the data say: the first revision is rendered again, byte for byte."""
    pdf = issued / "transcripts" / f"{first_stem(issued)}.pdf"

    assert main(["reproduce", str(pdf), "--lang", "en"]) == DONE
    assert "byte for byte" in capsys.readouterr().out


def test_a_class_is_found_by_its_printed_name(school, capsys):
    """The registrar reads 8A1 on the page, and types that."""
    directory, sample = school

    assert main(["check", *settings(directory), "--class", sample.class_name]) == DONE
    assert "2 pupils ready" in capsys.readouterr().out


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


def test_the_sample_command_makes_a_database_that_the_server_serves(tmp_path, capsys):
    """`hocba sample` says how much it wrote; a second run refuses to overwrite."""
    secret = tmp_path / "secret"
    secret.write_text("only-for-tests")
    command = ["sample", "--out", str(tmp_path / "sample"), "--pupils", "1"]
    command += ["--client-secret-file", str(secret), "--lang", "en"]

    assert main(command) == DONE
    assert "1 pupils" in capsys.readouterr().out
    assert main(command) == USAGE
    secret.unlink()
    assert main(command) == USAGE
    assert "secret" in capsys.readouterr().err
