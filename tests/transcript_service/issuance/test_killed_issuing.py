"""
A kill, or a disk that is full, at any moment loses nothing and does nothing twice (ADR 0009).

The full disk is a small file system of its own, which asks for the right to mount one.
"""

import json
import subprocess
import sys
from dataclasses import asdict, dataclass
from pathlib import Path

import pytest
from sqlmodel import select

from tests.authority_school import make_authority_school, time_stamp_by
from tests.school import office_of
from tests.transcript_service.issuance.killed import (
    ASKING,
    DISK,
    FINISHED,
    FULL,
    PAUSED,
    PROCESS,
    WORKER,
    WORKERS,
)
from transcript_service.database import read_session
from transcript_service.issuance.registry_view import view_of
from transcript_service.models import BatchRow, DocumentRow, StateChangeRow, TransactionRow
from verifier.pdf_signature import open_document

PUPILS = 2
MOMENTS = 9
EVERY_MOMENT = 10_000
KILLED = -9
ENDS = {PROCESS: {KILLED}, WORKER: {PAUSED, FINISHED}, ASKING: {PAUSED}, DISK: {FULL, FINISHED}}
"""How the first command ends: a worker is not missed, and room not needed, after the last use."""


@dataclass(frozen=True, kw_only=True)
class Plan:
    """Which moments of a run, who is killed there, and how many workers make the documents."""

    workers: int = 1
    resuming: int = 1
    """How many workers the command after the kill has."""
    is_disk_small: bool = False
    victims: tuple[str, ...] = (PROCESS,)
    kills: int | tuple[tuple[int, str], ...]


SOME = Plan(kills=MOMENTS)
ALL = Plan(kills=EVERY_MOMENT)
SOME_WITH_WORKERS = Plan(workers=WORKERS, kills=((38, PROCESS), (5, ASKING)))
"""While the principal signs, and a worker while it asks for the time stamp of a seal."""
ALL_WITH_WORKERS = Plan(
    workers=WORKERS, resuming=WORKERS, kills=EVERY_MOMENT, victims=(PROCESS, WORKER)
)

SOME_FULL = Plan(is_disk_small=True, kills=((14, DISK), (60, DISK), (122, DISK)))
"""At the batch's first row, while it is signed, while it is anchored."""
ALL_FULL = Plan(is_disk_small=True, kills=EVERY_MOMENT, victims=(DISK,))


@pytest.fixture(scope="module")
def original(tmp_path_factory, moving_authorities):
    """A school that signs at level B-LT, so that every kind of outside call is made."""
    directory = tmp_path_factory.mktemp("school")
    sample = make_authority_school(directory, moving_authorities, pupils=PUPILS, level="B-LT")
    # Nothing here is about a slow service: a busy machine is not to look like one.
    time_stamp_by(directory, moving_authorities.time_stamp_url(), timeout_s=60.0)
    moving_authorities.let_clocks_run()
    return directory, sample


@pytest.fixture(
    scope="module",
    params=[
        pytest.param(SOME_FULL, id="some-with-a-full-disk"),
        pytest.param(ALL_FULL, id="all-with-a-full-disk", marks=pytest.mark.soak),
        pytest.param(SOME, id="some"),
        pytest.param(SOME_WITH_WORKERS, id="some-with-workers"),
        pytest.param(ALL, id="all", marks=pytest.mark.soak),
        pytest.param(ALL_WITH_WORKERS, id="all-with-workers", marks=pytest.mark.soak),
    ],
)
def killed_runs(request, tmp_path_factory, original):
    """What each kill of a plan gave, and where."""
    directory, sample = original
    work = tmp_path_factory.mktemp("killed")
    plan = asdict(request.param) | {
        "original": str(directory),
        "work": str(work),
        "class_code": sample.class_code,
        "school_year": sample.school_year,
    }
    script = Path(__file__).with_name("killed.py")
    alone = ["unshare", "--mount", "--map-root-user"] if request.param.is_disk_small else []
    done = subprocess.run(
        [*alone, sys.executable, str(script), json.dumps(plan)],
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return work, request.param, json.loads(done.stdout)


def test_the_process_was_killed_at_different_moments_and_went_on(killed_runs):
    """The first command ended as it had to; the next one finished the work it found."""
    _work, plan, report = killed_runs

    outcomes = report["outcomes"]
    if isinstance(plan.kills, int):
        wanted = min(plan.kills, len(report["moments"]))
        assert len(outcomes) == len(plan.victims) * wanted
        assert len(report["moments"]) > 3 * MOMENTS
        assert ("w" in report["moments"]) is (plan.workers > 1)
    for name, (killed, was_reached, resumed, is_kept) in outcomes.items():
        assert killed in (ENDS[name.split("-")[0]] if was_reached else {FINISHED})
        assert (resumed, is_kept) == (FINISHED, True)
    reached = [was_reached for _killed, was_reached, *_rest in outcomes.values()]
    assert sum(reached) > 0.9 * len(reached)  # a slower run commits more often
    found = {killed for killed, *_rest in outcomes.values()}
    assert (PAUSED in found) is (plan.workers > 1)
    assert (FULL in found) is plan.is_disk_small


def test_after_resuming_each_document_is_signed_once_and_anchored_once(killed_runs):
    """Two signatures in each PDF, one entry of it on chain, one transaction for each purpose."""
    work, _plan, report = killed_runs

    for name in report["outcomes"]:
        office = office_of(work / name)
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
    work, _plan, report = killed_runs

    for name in report["outcomes"]:
        folders = office_of(work / name).desk.folders
        for folder in (folders.transcripts, folders.archive):
            names = {path.name for path in folder.iterdir() if not path.name.startswith(".")}
            assert len(names) == 2 * PUPILS
