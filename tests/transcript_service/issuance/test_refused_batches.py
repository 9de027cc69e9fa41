"""A batch that the registry refuses for good is given up, and nothing else waits for it."""

from datetime import UTC, datetime

import pytest

from tests.school import UPSTREAM_FILE, class_of, office_of, sync_from
from tests.school import command_options as settings
from tests.transcript_service.issuance.cutting import (
    Cut,
    cut,
    documents_of,
    issue_until,
    office_that_does,
    revoke_as_ministry,
    stem_of,
)
from transcript_service.cli import main
from transcript_service.commands import school as commands
from transcript_service.commands.office import open_office
from transcript_service.database import only_process, read_session
from transcript_service.demo.sandbox import MINISTRY
from transcript_service.errors import BatchError
from transcript_service.issuance.accounts import load_account
from transcript_service.issuance.registry_calls import end_grant, grant
from transcript_service.issuance.registry_view import view_of
from transcript_service.models import BatchRow
from transcript_service.settings import load_settings
from transcript_service.shared_database.sample.correction import correct_mark
from transcript_service.shared_database.server_process import running_server
from verifier.registry_events import Role

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


def supersede_until(directory, sample, student_code, step):
    """Begin a correction that is cut off when *step* is done for its document."""
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


def test_a_right_that_ended_before_anything_was_signed_makes_the_batch_wait(school):
    """It is asked for again before signing; nothing is cancelled, nothing signed."""
    directory, sample = school
    issue_until(directory, sample, "render")
    office = office_of(directory)
    ministry = load_account(directory / "keys/ministry.key")
    who = (office.desk.institution, office.desk.registry.account.address, Role.ISSUER)
    writer = office.desk.registry.writer
    writer.execute(ministry, end_grant(*who, acting_for=MINISTRY))

    (trouble,) = commands.resume(office_of(directory)).troubles

    assert "batch 1 waits: the registry refuses: NotGranted" in str(trouble)
    assert documents_of(directory, sample.student_codes[0])[0][1] in {"DATA_CONFIRMED", "RENDERED"}
    writer.execute(ministry, grant(*who, acting_for=MINISTRY))
    assert commands.resume(office_of(directory)).troubles == ()
    assert documents_of(directory, sample.student_codes[0]) == [(1, "ISSUED")]


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


def test_a_damaged_last_document_keeps_the_whole_batch_from_being_anchored(school):
    """The first one is good; after the repair the batch goes on."""
    directory, sample = school
    good = {}

    def damage(step, at, total):
        if step == "seal" and at == total:
            stem = stem_of(directory, sample.student_codes[-1])
            path = directory / f"work/batch-1/{stem}.sealed.pdf"
            good[path] = path.read_bytes()
            path.write_bytes(good[path].replace(b"/Contents <30", b"/Contents <31", 1))

    office = open_office(load_settings(directory / "school.toml"), damage)
    with pytest.raises(BatchError, match="nothing is anchored"):
        commands.issue_class(office, class_of(sample))
    assert not view_of(office.desk).state.batches

    for path, content in good.items():
        path.write_bytes(content)
    assert commands.resume(office_of(directory)).troubles == ()
    assert len(view_of(office.desk).state.batches) == 1
