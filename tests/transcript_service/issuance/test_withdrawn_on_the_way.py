"""A document that an authority withdraws between its anchoring and its release."""

from contextlib import contextmanager

import pytest
from sqlmodel import select

from tests.school import class_of, command_options, office_of
from tests.transcript_service.issuance.cutting import (
    documents_of,
    issue_until,
    office_that_does,
    revoke_as_ministry,
    stem_of,
)
from transcript_service.cli import main
from transcript_service.commands import screen
from transcript_service.commands.school import issue_class, resume
from transcript_service.database import read_session
from transcript_service.models import StateChangeRow

DONE = 0


@pytest.fixture(params=["before the check", "after the check"])
def withdrawn(request, school):
    """The second pupil's document, revoked before the batch was released."""
    directory, sample = school
    pupil = sample.student_codes[1]
    if request.param == "before the check":
        issue_until(directory, sample, "check")
        revoke_as_ministry(directory, pupil)
        assert resume(office_of(directory)).troubles == ()
    else:
        revoking = office_that_does(
            directory, "check", lambda: revoke_as_ministry(directory, pupil)
        )
        issue_class(revoking, class_of(sample))
    return directory, sample


def test_it_is_revoked_and_the_others_are_handed_out(withdrawn):
    """The registry is named as the one who did it."""
    directory, sample = withdrawn
    first, second = sample.student_codes

    assert documents_of(directory, first) == [(1, "ISSUED")]
    assert documents_of(directory, second) == [(1, "REVOKED")]
    assert [path.stem for path in directory.glob("transcripts/*.pdf")] == [
        stem_of(directory, first)
    ]
    assert [path.stem for path in directory.glob("revoked/*.pdf")] == [stem_of(directory, second)]
    assert len(list(directory.glob("archive/*.pdf"))) == 2
    with read_session(office_of(directory).engine) as session:
        last = session.exec(select(StateChangeRow).where(StateChangeRow.after == "REVOKED")).one()
        assert (last.before, last.actor) == ("ANCHORING", "registry")
    options = ["--policy", f"{directory}/policy.toml", "--archive", str(directory / "archive")]
    assert main(["audit", *options, "--database", str(directory / "service.db")]) == DONE


def test_what_is_told_as_issued_was_handed_out(school, monkeypatch, capsys):
    """A revoked document lies in a folder of its own, and is told apart."""
    directory, sample = school
    revoking = office_that_does(
        directory, "check", lambda: revoke_as_ministry(directory, sample.student_codes[1])
    )

    @contextmanager
    def progress_that_revokes(_console):
        yield revoking.desk.progress

    monkeypatch.setattr(screen, "progress_on", progress_that_revokes)

    assert main(["issue", *command_options(directory), "--class", sample.class_code]) == DONE
    said = capsys.readouterr().out
    assert "1 transcripts issued" in said
    assert "1 were revoked by an authority on the way" in said
