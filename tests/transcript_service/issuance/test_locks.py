"""Slow work holds up nobody else who writes to the school's database."""

import sqlite3

import pytest

from tests.school import class_of, office_of
from tests.transcript_service.issuance.cutting import issue_until
from transcript_service.commands.school import issue_class, resume
from transcript_service.issuance import batches, release


@pytest.mark.parametrize("is_resumed", [False, True])
def test_others_write_while_readiness_is_asked_and_documents_are_verified(
    school, monkeypatch, is_resumed
):
    """`hocba sync`, for example, which would give up after 30 seconds."""
    directory, sample = school
    asked = []

    def watched(name, work):
        def watching(*arguments, **options):
            other = sqlite3.connect(directory / "service.db", timeout=0, isolation_level=None)
            other.execute("BEGIN IMMEDIATE")
            other.execute("ROLLBACK")
            other.close()
            asked.append(name)
            return work(*arguments, **options)

        return watching

    if is_resumed:
        issue_until(directory, sample, "render")
    for module, name in (
        (batches, "check_ready"),
        (batches, "check_may_anchor"),
        (release, "check_declared"),
        (release, "check_document"),
        (release, "view_of"),
    ):
        monkeypatch.setattr(module, name, watched(name, getattr(module, name)))

    if is_resumed:
        assert resume(office_of(directory)).troubles == ()
    else:
        issue_class(office_of(directory), class_of(sample))

    assert set(asked) >= {"check_ready", "check_declared", "check_document", "view_of"}
    assert ("check_may_anchor" in asked) is is_resumed
    assert asked.count("check_document") == 4
