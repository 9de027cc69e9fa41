"""Batches that are cut off at a chosen place, and what a pupil's documents have become."""

from collections.abc import Callable
from pathlib import Path

import pytest
from sqlmodel import select

from tests.school import class_of, office_of
from transcript_service.commands.office import Office, open_office
from transcript_service.commands.school import issue_class
from transcript_service.database import read_session
from transcript_service.demo.sandbox import MINISTRY
from transcript_service.issuance.accounts import load_account
from transcript_service.issuance.anchoring import chain_entry
from transcript_service.issuance.embedded_chain import EmbeddedChain
from transcript_service.issuance.registry_calls import revoke_entry
from transcript_service.models import DocumentRow, TranscriptRow
from transcript_service.settings import load_settings
from transcript_service.shared_database.sample import SampleSummary
from verifier.reasons import Reason


class Cut(Exception):
    """The process ends in the middle."""


def office_that_does(directory: Path, step: str, act: Callable[[], None]) -> Office:
    """An office that does *act* once, when *step* tells how far it is."""
    waiting = [act]

    def tell(name: str, _at: int, _of: int) -> None:
        if name == step and waiting:
            waiting.pop()()

    return open_office(load_settings(directory / "school.toml"), tell)


def cut() -> None:
    raise Cut


def issue_until(directory: Path, sample: SampleSummary, step: str) -> None:
    """Issue until the first document is done with *step*."""
    with pytest.raises(Cut):
        issue_class(office_that_does(directory, step, cut), class_of(sample))


def issue_until_node(directory: Path, sample: SampleSummary, question: str) -> None:
    """Issue until the node of the registry is asked *question* after the tree is built."""
    answer, tree_is_built = EmbeddedChain.call, []

    def call(self: EmbeddedChain, method: str, *rest: object) -> object:
        if method == question and tree_is_built:
            raise Cut
        return answer(self, method, *rest)

    office = office_that_does(directory, "seal", lambda: tree_is_built.append(True))
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(EmbeddedChain, "call", call)
        with pytest.raises(Cut):
            issue_class(office, class_of(sample))


def documents_of(directory: Path, student_code: str) -> list[tuple[int, str]]:
    """Version and state of each document of a pupil."""
    with read_session(office_of(directory).engine) as session:
        rows = session.exec(
            select(DocumentRow)
            .join(TranscriptRow)
            .where(TranscriptRow.student_code == student_code)
            .order_by(DocumentRow.version)
        ).all()
        return [(row.version, row.state) for row in rows]


def stem_of(directory: Path, student_code: str, version: int = 1) -> str:
    with read_session(office_of(directory).engine) as session:
        (row,) = session.exec(
            select(DocumentRow)
            .join(TranscriptRow)
            .where(TranscriptRow.student_code == student_code, DocumentRow.version == version)
        ).all()
        return row.file_stem


def revoke_as_ministry(directory: Path, student_code: str) -> None:
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
