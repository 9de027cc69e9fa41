"""A batch that the registry refuses for good is given up, and nothing else waits for it."""

from datetime import UTC, datetime

import pytest
from sqlmodel import select

from tests.school import UPSTREAM_FILE, class_of, office_of, sync_from
from tests.school import command_options as settings
from transcript_service.cli import main
from transcript_service.commands import school as commands
from transcript_service.commands.office import open_office
from transcript_service.database import only_process, read_session
from transcript_service.demo.sandbox import MINISTRY
from transcript_service.errors import BatchError
from transcript_service.issuance.accounts import load_account
from transcript_service.issuance.anchoring import chain_entry
from transcript_service.issuance.registry_calls import revoke_entry
from transcript_service.issuance.registry_view import view_of
from transcript_service.models import BatchRow, DocumentRow, TranscriptRow
from transcript_service.settings import load_settings
from transcript_service.shared_database.sample.correction import correct_mark
from transcript_service.shared_database.server_process import running_server
from verifier.reasons import Reason

DONE, TOOL_FAILED, USAGE, STOPPED = 0, 1, 2, 3


@pytest.fixture
def corrected(issued, original):
    """An issued class; one mark of every pupil was corrected upstream and synchronised."""
    sample = original[1]
    for student_code in sample.student_codes:
        correct_mark(
            issued / UPSTREAM_FILE, student_code=student_code, changed_at=datetime.now(UTC)
        )
    with running_server(issued / UPSTREAM_FILE) as base_url:
        sync_from(issued, base_url, sample)
    return issued, sample


def documents_of(directory, student_code):
    """Version and state of each document of a pupil."""
    with read_session(office_of(directory).engine) as session:
        rows = session.exec(
            select(DocumentRow)
            .join(TranscriptRow)
            .where(TranscriptRow.student_code == student_code)
            .order_by(DocumentRow.version)
        ).all()
        return [(row.version, row.state) for row in rows]


def stem_of(directory, student_code, version=1):
    with read_session(office_of(directory).engine) as session:
        (row,) = session.exec(
            select(DocumentRow)
            .join(TranscriptRow)
            .where(TranscriptRow.student_code == student_code, DocumentRow.version == version)
        ).all()
        return row.file_stem


def revoke_as_ministry(directory, student_code):
    """The ministry withdraws version 1 of a pupil, without telling the school."""
    office = office_of(directory)
    with read_session(office.engine) as session:
        row = session.exec(
            select(DocumentRow)
            .join(TranscriptRow)
            .where(TranscriptRow.student_code == student_code, DocumentRow.version == 1)
        ).one()
        call = revoke_entry(chain_entry(session, row), Reason.WRONG_DATA, acting_for=MINISTRY)
    ministry = load_account(directory / "keys/ministry.key")
    office.desk.registry.writer.execute(ministry, call)


def office_that_does(directory, step, act):
    """An office that does *act* once, when *step* tells how far it is."""
    waiting = [act]

    def tell(name, _at, _of):
        if name == step and waiting:
            waiting.pop()()

    return open_office(load_settings(directory / "school.toml"), tell)


class Cut(Exception):
    """The process ends in the middle."""


def supersede_until(directory, sample, student_code, step):
    """Begin a correction that is cut off when *step* is done for its document."""

    def cut():
        raise Cut

    with pytest.raises(Cut):
        commands.supersede(
            office_that_does(directory, step, cut), class_of(sample), student_code, "điểm"
        )


def supersede(directory, sample, student_code):
    act = ["--class", sample.class_code, "--pupil", student_code, "--reason", "điểm"]
    return main(["supersede", *settings(directory), *act])


def verify_transcripts(directory):
    return main(["verify", str(directory / "transcripts"), "--policy", f"{directory}/policy.toml"])


def test_a_correction_whose_predecessor_was_revoked_on_the_way_is_cancelled(corrected, capsys):
    """The reason is recorded and shown, nothing of it is handed out, and the pupil goes on."""
    directory, sample = corrected
    first, second = sample.student_codes
    office = office_that_does(directory, "seal", lambda: revoke_as_ministry(directory, first))

    with pytest.raises(BatchError, match="StatusSet"):
        commands.supersede(office, class_of(sample), first, "điểm")

    assert documents_of(directory, first) == [(1, "REVOKED"), (2, "CANCELLED")]
    with read_session(office.engine) as session:
        assert "StatusSet" in session.get_one(BatchRow, 2).cancelled_because
    assert not (directory / "transcripts" / f"{stem_of(directory, first)}.pdf").exists()
    assert (directory / "revoked" / f"{stem_of(directory, first)}.pdf").exists()
    for folder in ("transcripts", "archive", "superseded"):
        assert not list(directory.glob(f"{folder}/*.v2.pdf"))
    assert not list((directory / "work").iterdir())

    assert supersede(directory, sample, second) == DONE
    assert supersede(directory, sample, first) == DONE
    assert main(["issue", *settings(directory), "--class", sample.class_code]) == DONE
    assert documents_of(directory, first) == [(1, "REVOKED"), (2, "CANCELLED"), (3, "ISSUED")]
    assert verify_transcripts(directory) == DONE
    assert len(view_of(office.desk).state.batches) == 3


def test_a_revocation_by_the_ministry_is_learnt_before_a_correction_is_planned(corrected):
    """No signature is made that the registry could only refuse."""
    directory, sample = corrected
    first = sample.student_codes[0]
    revoke_as_ministry(directory, first)

    assert supersede(directory, sample, first) == DONE

    assert documents_of(directory, first) == [(1, "REVOKED"), (2, "ISSUED")]
    assert verify_transcripts(directory) == DONE


def test_revoking_what_the_ministry_revoked_takes_it_out_without_a_second_act(issued, original):
    """The database follows the registry."""
    first = original[1].student_codes[0]
    revoke_as_ministry(issued, first)
    before = view_of(office_of(issued).desk).state.history_size
    act = ["--transcript", stem_of(issued, first).split(".")[0], "--version", "1"]

    assert main(["revoke", *settings(issued), *act, "--reason", "OTHER"]) == DONE

    assert documents_of(issued, first) == [(1, "REVOKED")]
    assert view_of(office_of(issued).desk).state.history_size == before


def test_a_version_on_its_way_stops_a_second_one_and_a_revocation(corrected, capsys):
    """Each says which version, and that `hocba issue` takes it further."""
    directory, sample = corrected
    first = sample.student_codes[0]
    supersede_until(directory, sample, first, "render")
    capsys.readouterr()

    assert main(["check", *settings(directory), "--class", sample.class_code]) == DONE
    said = capsys.readouterr().out
    assert "1 issued already" in said
    assert f"under way or cut off, not issued yet: {first}" in said
    with pytest.raises(BatchError, match="version 2 of"):
        commands.supersede(office_of(directory), class_of(sample), first, "điểm")
    act = ["--transcript", stem_of(directory, first).split(".")[0], "--version", "1"]
    assert main(["revoke", *settings(directory), *act, "--reason", "OTHER"]) == TOOL_FAILED
    assert "version 2 of" in capsys.readouterr().err

    assert main(["issue", *settings(directory), "--class", sample.class_code]) == DONE
    assert documents_of(directory, first) == [(1, "SUPERSEDED"), (2, "ISSUED")]


def test_a_batch_that_cannot_go_on_does_not_stop_the_others(corrected, capsys):
    """The one of a pupil whose prepared file is lost waits; the other pupil is served."""
    directory, sample = corrected
    first, second = sample.student_codes
    supersede_until(directory, sample, first, "render")
    for prepared in directory.glob("work/*/*.prepared.pdf"):
        prepared.unlink()
    capsys.readouterr()

    assert supersede(directory, sample, second) == TOOL_FAILED
    assert "prepared.pdf" in capsys.readouterr().err

    assert documents_of(directory, second) == [(1, "SUPERSEDED"), (2, "ISSUED")]
    assert documents_of(directory, first) == [(1, "ISSUED"), (2, "SIGNING")]


def test_a_chain_that_was_rolled_back_gets_the_lost_batch_again(corrected):
    """An older copy of the chain's file: what it no longer holds is anchored once more."""
    directory, sample = corrected
    first, second = sample.student_codes
    chain = directory / "chain/chain.sqlite3"
    before = chain.read_bytes()
    assert supersede(directory, sample, first) == DONE
    chain.write_bytes(before)

    assert supersede(directory, sample, second) == DONE

    assert verify_transcripts(directory) == DONE
    assert len(view_of(office_of(directory).desk).state.batches) == 3
    assert documents_of(directory, first) == [(1, "SUPERSEDED"), (2, "ISSUED")]
    options = ["--policy", f"{directory}/policy.toml", "--archive", str(directory / "archive")]
    assert main(["audit", *options, "--database", str(directory / "service.db")]) == DONE


def test_a_second_process_is_refused_while_one_is_issuing(issued, original, capsys):
    """Nothing is done twice at once; the words say that waiting helps."""
    sample = original[1]
    with only_process(office_of(issued).engine):
        code = main(["issue", *settings(issued), "--class", sample.class_code])

    assert code == TOOL_FAILED
    assert "another process" in capsys.readouterr().err
    assert main(["issue", *settings(issued), "--class", sample.class_code]) == DONE
