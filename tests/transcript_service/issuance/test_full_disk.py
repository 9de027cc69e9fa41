"""A disk that is full at any write pauses the batch; with room again it goes on."""

import errno
import os

import pytest
from sqlmodel import select

from tests.school import class_of, office_of
from transcript_service.commands.school import issue_class, resume
from transcript_service.database import read_session
from transcript_service.files import FileNotWritten
from transcript_service.issuance.registry_view import view_of
from transcript_service.models import DocumentRow

WRITES = (0, 3, 5, 8, 11, 13)
"""Which write fails: of the two documents' files, receipts, the manifest, the released copies."""


@pytest.mark.parametrize("fatal", WRITES)
def test_no_room_pauses_the_batch_with_the_path_and_nothing_is_half_written(
    school, monkeypatch, fatal
):
    """The same command finishes it: two documents, one anchor, and no file with another's name."""
    directory, sample = school
    sync_to_disk, seen = os.fsync, []

    def fsync(descriptor):
        seen.append(descriptor)
        if len(seen) == fatal + 1:
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
        sync_to_disk(descriptor)

    monkeypatch.setattr(os, "fsync", fsync)
    with pytest.raises(FileNotWritten, match=r"cannot write .*No space left.*run it again"):
        issue_class(office_of(directory), class_of(sample))
    assert not list(directory.rglob(".writing-*"))
    monkeypatch.undo()

    assert resume(office_of(directory)).troubles == ()

    office = office_of(directory)
    with read_session(office.engine) as session:
        assert [row.state for row in session.exec(select(DocumentRow))] == ["ISSUED"] * 2
    assert len(view_of(office.desk).state.batches) == 1
    assert len(list(office.desk.folders.transcripts.iterdir())) == 4
