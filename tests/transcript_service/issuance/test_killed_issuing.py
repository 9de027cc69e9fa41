"""Killing the issuing process at any moment loses nothing and does nothing twice (ADR 0009)."""

import json
import subprocess
import sys
from pathlib import Path

import pytest
from sqlmodel import select

from tests.authority_school import make_authority_school
from tests.school import office_of
from transcript_service.database import read_session
from transcript_service.issuance.registry_view import view_of
from transcript_service.models import BatchRow, DocumentRow, StateChangeRow, TransactionRow
from verifier.pdf_signature import open_document

PUPILS = 2
MOMENTS = 20
EVERY_MOMENT = 10_000
KILLED = -9


@pytest.fixture(
    scope="module", params=[MOMENTS, pytest.param(EVERY_MOMENT, marks=pytest.mark.soak)]
)
def killed_runs(request, tmp_path_factory, moving_authorities):
    """A class signed at level B-LT, so that every kind of outside call is made."""
    original = tmp_path_factory.mktemp("school")
    work = tmp_path_factory.mktemp("killed")
    sample = make_authority_school(original, moving_authorities, pupils=PUPILS, level="B-LT")
    moving_authorities.let_clocks_run()
    done = subprocess.run(
        [
            sys.executable,
            str(Path(__file__).with_name("killed.py")),
            str(original),
            str(work),
            sample.class_code,
            sample.school_year,
            str(request.param),
        ],
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    report = json.loads(done.stdout)
    report["wanted"] = min(request.param, report["moments"])
    return work, report


def test_the_process_was_killed_at_different_moments_and_went_on(killed_runs):
    """Each child died by SIGKILL where it was told to; the next one finished the work it found."""
    _work, report = killed_runs

    assert len(report["outcomes"]) == report["wanted"] >= MOMENTS
    assert report["moments"] > 3 * MOMENTS
    assert set(map(tuple, report["outcomes"].values())) == {(KILLED, 0, True)}


def test_after_resuming_each_document_is_signed_once_and_anchored_once(killed_runs):
    """Two signatures in each PDF, one entry of it on chain, one transaction for each purpose."""
    work, report = killed_runs

    for fatal in report["outcomes"]:
        office = office_of(work / f"killed-{fatal}")
        state = view_of(office.desk).state
        with read_session(office.engine) as session:
            documents = session.exec(select(DocumentRow)).all()
            batches = session.exec(select(BatchRow)).all()
            signings = [
                row.document_id
                for row in session.exec(select(StateChangeRow))
                if row.after == "SIGNED"
            ]
            purposes = [(row.purpose, row.batch_id) for row in session.exec(select(TransactionRow))]
            assert [row.state for row in documents] == ["ISSUED"] * PUPILS
            assert sorted(signings) == sorted(row.id for row in documents)
            assert len(batches) == len(state.batches) == 1
            assert sorted(purposes) == [("anchor", batches[0].id), ("publish", batches[0].id)]
            for row in documents:
                for folder in (office.desk.folders.transcripts, office.desk.folders.archive):
                    pdf = (folder / f"{row.file_stem}.pdf").read_bytes()
                    assert len(open_document(pdf).signatures) == 2
        assert not list(office.desk.folders.works.iterdir())


def test_no_half_written_file_is_left_where_people_look(killed_runs):
    """What a cut leaves behind never has the name of a document, receipt or manifest."""
    work, report = killed_runs

    for fatal in report["outcomes"]:
        folders = office_of(work / f"killed-{fatal}").desk.folders
        for folder in (folders.transcripts, folders.archive):
            names = {path.name for path in folder.iterdir() if not path.name.startswith(".")}
            assert len(names) == 2 * PUPILS
