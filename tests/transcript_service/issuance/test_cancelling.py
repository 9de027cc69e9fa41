"""`hocba cancel`: a batch that nobody wants to finish, of which nothing was anchored."""

import io
import json
import shutil

import pytest
from sqlmodel import select

from tests.school import command_options, office_of
from tests.transcript_service.issuance.cutting import (
    documents_of,
    issue_until,
    issue_until_node,
)
from transcript_service.cli import main
from transcript_service.commands.school import resume
from transcript_service.database import read_session
from transcript_service.issuance import batches
from transcript_service.issuance.registry_calls import publish_manifest
from transcript_service.issuance.registry_view import view_of
from transcript_service.models import BatchRow, TransactionRow

DONE, TOOL_FAILED, USAGE, FAILED, INDETERMINATE = 0, 1, 2, 3, 4
REASON = ("--reason", "sai lớp")


def cancel(directory, *options):
    return main(["cancel", "--settings", f"{directory}/school.toml", "--lang", "en", *options])


def issue(directory, sample):
    return main(["issue", *command_options(directory), "--class", sample.class_code])


def verify(directory, path):
    return main(["verify", str(path), "--policy", f"{directory}/policy.toml", "--json"])


def reason_of(directory, batch_id):
    with read_session(office_of(directory).engine) as session:
        return session.get_one(BatchRow, batch_id).cancelled_because


@pytest.mark.parametrize("step", ["render", "sign", "seal", "tree"])
def test_a_cancelled_batch_hands_nothing_out_and_its_pupils_are_issued_to_again(
    school, tmp_path, capsys, step
):
    """A signed file that got out is a version of its own, and disputes nothing."""
    directory, sample = school
    if step == "tree":
        issue_until_node(directory, sample, "eth_estimateGas")
    else:
        issue_until(directory, sample, step)
    leaked = [
        shutil.copy(path, tmp_path / path.name) for path in directory.glob("work/*/*.sealed.pdf")
    ]

    assert cancel(directory, "--batch", "1", *REASON, "--yes") == DONE

    for pupil in sample.student_codes:
        assert documents_of(directory, pupil) == [(1, "CANCELLED")]
    assert reason_of(directory, 1) == "sai lớp"
    assert not [*directory.glob("transcripts/*"), *directory.glob("archive/*")]
    assert not [*directory.glob("work/*")]
    assert not view_of(office_of(directory).desk).state.batches

    assert issue(directory, sample) == DONE
    for pupil in sample.student_codes:
        assert documents_of(directory, pupil) == [(1, "CANCELLED"), (2, "ISSUED")]
    capsys.readouterr()
    assert verify(directory, directory / "transcripts") == DONE
    assert {json.loads(line)["status"] for line in capsys.readouterr().out.splitlines()} == {
        "CURRENT"
    }
    for path in leaked:
        assert verify(directory, path) == INDETERMINATE
        assert '"sub_reason": "WRONG_RECEIPT"' in capsys.readouterr().out
    assert len(leaked) == (2 if step in {"seal", "tree"} else 0)
    options = ["--policy", f"{directory}/policy.toml", "--archive", str(directory / "archive")]
    assert main(["audit", *options, "--database", str(directory / "service.db")]) == DONE


def test_what_is_anchored_is_not_cancelled_but_finished(school, capsys):
    """It says what to do instead."""
    directory, sample = school
    issue_until(directory, sample, "check")

    assert cancel(directory, "--batch", "1", *REASON, "--yes") == TOOL_FAILED

    assert "it is anchored; let `hocba issue`" in capsys.readouterr().err
    assert issue(directory, sample) == DONE
    assert documents_of(directory, sample.student_codes[0]) == [(1, "ISSUED")]


def test_what_may_be_anchored_yet_is_not_cancelled_but_finished(school, capsys):
    """The transaction is stored; whether the node has it is not known."""
    directory, sample = school
    issue_until_node(directory, sample, "eth_sendRawTransaction")

    assert cancel(directory, "--batch", "1", *REASON, "--yes") == TOOL_FAILED

    assert "may still be mined" in capsys.readouterr().err
    assert issue(directory, sample) == DONE
    assert documents_of(directory, sample.student_codes[0]) == [(1, "ISSUED")]


def test_a_transaction_whose_nonce_was_used_is_never_sent_for_a_cancelled_batch(school):
    """Not even when the chain is rolled back behind it."""
    directory, sample = school
    office = office_of(directory)
    chain = directory / "chain/chain.sqlite3"
    issue_until_node(directory, sample, "eth_sendRawTransaction")
    before = chain.read_bytes()
    account, writer = office.desk.registry.account, office.desk.registry.writer
    writer.execute(account, publish_manifest(b"{}"))

    assert cancel(directory, "--batch", "1", *REASON, "--yes") == DONE

    chain.write_bytes(before)
    assert issue(directory, sample) == DONE
    assert len(view_of(office_of(directory).desk).state.batches) == 1
    assert documents_of(directory, sample.student_codes[0]) == [(1, "CANCELLED"), (2, "ISSUED")]
    with read_session(office.engine) as session:
        first = session.exec(select(TransactionRow).order_by(TransactionRow.id)).first()
        assert first.abandoned == "sai lớp"
        assert first.block_number is None


def test_a_cut_before_the_files_are_gone_is_made_good_by_the_next_command(school, monkeypatch):
    """The batch stays cancelled."""
    directory, sample = school
    issue_until(directory, sample, "sign")
    monkeypatch.setattr(batches, "_remove_work", lambda *_: None)
    assert cancel(directory, "--batch", "1", *REASON, "--yes") == DONE
    monkeypatch.undo()
    assert [*directory.glob("work/*/*.signed.pdf")]

    assert resume(office_of(directory)).troubles == ()

    assert not [*directory.glob("work/*")]
    assert documents_of(directory, sample.student_codes[0]) == [(1, "CANCELLED")]


class Terminal(io.StringIO):
    def isatty(self):
        return True


def test_on_a_terminal_the_number_of_the_batch_has_to_be_typed(school, monkeypatch, capsys):
    """It says first how many documents there are, and how many were signed."""
    directory, sample = school
    issue_until(directory, sample, "sign")
    monkeypatch.setattr("sys.stdin", Terminal("yes\n"))
    assert cancel(directory, "--batch", "1", *REASON) == TOOL_FAILED
    said = capsys.readouterr().out
    assert "batch 1, class" in said
    assert "2 documents, of which 2 are signed or may be" in said
    assert documents_of(directory, sample.student_codes[0]) != [(1, "CANCELLED")]

    monkeypatch.setattr("sys.stdin", Terminal("1\n"))
    assert cancel(directory, "--batch", "1", *REASON) == DONE

    assert documents_of(directory, sample.student_codes[0]) == [(1, "CANCELLED")]


@pytest.mark.parametrize(
    ("options", "told"),
    [
        (("--batch", "1", *REASON), "add --yes"),
        (("--batch", "1", "--yes"), "needs a reason"),
        (("--batch", "2", *REASON, "--yes"), "no unfinished batch 2"),
    ],
)
def test_nothing_is_cancelled_by_a_command_that_is_not_complete(
    school, monkeypatch, capsys, options, told
):
    """Without a terminal to ask at, without a reason, without such a batch."""
    directory, sample = school
    issue_until(directory, sample, "render")
    monkeypatch.setattr("sys.stdin", io.StringIO(""))

    assert cancel(directory, *options) == USAGE

    assert told in capsys.readouterr().err
    assert documents_of(directory, sample.student_codes[0])[0][1] != "CANCELLED"


def test_the_batches_that_were_begun_are_listed(school, capsys):
    """None before, one after a cut, none after cancelling."""
    directory, sample = school
    assert cancel(directory) == DONE
    assert "no batch is unfinished" in capsys.readouterr().out
    issue_until(directory, sample, "render")

    assert cancel(directory) == DONE

    assert "2 documents, of which 0 are signed or may be" in capsys.readouterr().out
    assert cancel(directory, "--batch", "1", *REASON, "--yes") == DONE
    assert cancel(directory, "--batch", "1", *REASON, "--yes") == USAGE
