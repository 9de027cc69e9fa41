"""
Issuing against the usual stack and against what it cannot do without, in one run.

Each measurement is a process of its own, so that its memory is its own; both stacks get the same
transcripts, RSA-2048 keys and number of processes, started before the clock. Rounds alternate.
"""

import json
import shutil
import statistics
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from multiprocessing import get_context
from pathlib import Path

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import padding, rsa
from sqlmodel import select

from signing.fields import prepare
from signing.pades import SignatureRequest, certify
from tests.school import make_school, office_of
from transcript_service.commands.school import ClassOfYear, issue_class
from transcript_service.database import read_session
from transcript_service.documents import places, render
from transcript_service.documents.render import render as render_transcript
from transcript_service.issuance import batches
from transcript_service.issuance.looks import principal_look_of
from transcript_service.issuance.registry_calls import anchor_batch
from transcript_service.models import BatchRow, DocumentRow
from transcript_service.sandbox_pki import KeyKind

Found = dict[str, float]
"""Seconds, or MiB, by name."""
PROCESSES = 2
BOUND_STEPS = ("render", "sign", "seal", "tree", "anchor")
"""What the bound counts; augment, trial, publish, receipts, check and release come on top."""


@dataclass(frozen=True, kw_only=True)
class Ground:
    """A school with a class that waits to be issued, and the same class issued."""

    waiting: Path
    issued: Path
    which: ClassOfYear


def make_ground(folder: Path, pupils: int) -> Ground:
    """Make a school with RSA-2048 keys in a process of its own, and issue its class once."""
    folder.mkdir()
    command = [sys.executable, __file__, "ground", str(folder), str(pupils)]
    done = subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True)
    class_code, school_year = done.stdout.split()[-2:]
    which = ClassOfYear(class_code=class_code, school_year=school_year)
    return Ground(waiting=folder / "waiting", issued=folder / "issued", which=which)


def _fill_ground(folder: Path, pupils: int) -> str:
    sample = make_school(folder / "waiting", pupils=pupils, key_kind=KeyKind.RSA_2048)
    shutil.copytree(folder / "waiting", folder / "issued")
    which = ClassOfYear(class_code=sample.class_code, school_year=sample.school_year)
    issue_class(office_of(folder / "issued"), which)
    return f"{sample.class_code} {sample.school_year}"


def transcripts_of(directory: Path) -> list[bytes]:
    """Read the transcripts of an issued class."""
    with read_session(office_of(directory).engine) as session:
        return list(session.exec(select(DocumentRow.transcript_json)))


def issue_ours(ground: Ground) -> Found:
    """Issue the class; seconds for each document, of each step."""
    directory = ground.waiting.with_name("ours")
    shutil.rmtree(directory, ignore_errors=True)
    shutil.copytree(ground.waiting, directory)
    office = office_of(directory)
    list(office.desk.workshop.each(_nothing, range(100), {}))
    spent: dict[str, float] = {}
    steps = dict(batches.STEPS)
    for name, step in steps.items():
        batches.STEPS[name] = _timed(step, name, spent)
    start = time.perf_counter()
    done = issue_class(office, ground.which)
    spent["whole"] = time.perf_counter() - start
    batches.STEPS.update(steps)
    spent["bound"] = sum(spent[name] for name in BOUND_STEPS)
    return {name: seconds / done.documents for name, seconds in spent.items()}


def _timed(step: batches.Step, name: str, spent: dict[str, float]) -> batches.Step:
    def timed(*arguments: object) -> None:
        start = time.perf_counter()
        step(*arguments)  # type: ignore[arg-type]
        spent[name] = time.perf_counter() - start

    return timed


def _nothing(task: int, _ask: object) -> int:
    time.sleep(0.02)
    return task


def issue_usually(ground: Ground) -> Found:
    """Render, sign twice and send a transaction for each document; seconds for each."""
    import usual_stack

    directory = ground.waiting.with_name("usual")
    shutil.rmtree(directory, ignore_errors=True)
    shutil.copytree(ground.waiting, directory)
    desk = office_of(directory).desk
    jobs = [(transcript, directory / "keys") for transcript in transcripts_of(ground.issued)]
    out = directory / "made"
    out.mkdir()
    with get_context("spawn").Pool(PROCESSES) as pool:
        pool.map(usual_stack.make_document, jobs[:PROCESSES])
        start = time.perf_counter()
        for number, pdf in enumerate(pool.imap(usual_stack.make_document, jobs)):
            (out / f"{number}.pdf").write_bytes(pdf)
            root = number.to_bytes(32)
            desk.registry.writer.execute(
                desk.registry.account, anchor_batch(desk.institution, root, 1, b"")
            )
        return {"whole": (time.perf_counter() - start) / len(jobs)}


def render_ours(ground: Ground) -> Found:
    """Render transcripts, and let Typst alone set others like them; seconds for each."""
    transcripts = transcripts_of(ground.issued)
    render_transcript(transcripts[0])
    seconds: dict[str, list[float]] = {"ours": [], "typst": []}
    # Typst remembers what it has set, so no transcript is set twice.
    for number, transcript in enumerate(transcripts[1:]):
        if number % 2:
            seconds["ours"].append(_time(lambda one=transcript: render_transcript(one)))
        else:
            compile_it = _typst_alone(transcript)
            seconds["typst"].append(_time(compile_it))
    return {name: statistics.median(values) for name, values in seconds.items()}


def _typst_alone(transcript: bytes) -> Callable[[], object]:
    """Prepare everything, so that only the compiler's own work is left."""
    document = json.loads(transcript)
    root, main_file = render.root_of(document["rendering"]["template"])
    source = render.main_source(
        main_file,
        transcript.decode(),
        render.lookup_address(document),
        render.USUAL_PAGES[document["rendering"]["template"]],
    )
    moment = datetime.fromisoformat(document["rendering"]["created_at"])
    compiler = render.compiler_of(root)
    return lambda: compiler.compile(
        input=source.encode(), format="pdf", pdf_standards=["a-3a", "ua-1"], timestamp=moment
    )


def sign_ours(ground: Ground) -> Found:
    """Certify prepared documents: ours, pyHanko's own prepared path, and the bare RSA operation."""
    from pyhanko_path import pyhanko_signer

    office = office_of(ground.issued)
    key = office.desk.load_keys().principal
    with read_session(office.engine) as session:
        batch = session.exec(select(BatchRow)).one()
        look = principal_look_of(session, batch, None)
    year = ground.which.school_year
    names = (places.principal_field(year), places.seal_field(year))
    request = SignatureRequest(
        key=key, field_name=names[0], look=look, reason="Phê duyệt học bạ", location="VN"
    )
    theirs = pyhanko_signer(ground.issued / "keys", names[0])
    bare = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    seconds: dict[str, list[float]] = {"ours": [], "pyhanko": [], "rsa": []}
    for transcript in transcripts_of(ground.issued):
        prepared = prepare(render_transcript(transcript), names=names, tooltips=("a", "b"))
        seconds["ours"].append(_time(lambda pdf=prepared: certify(pdf, request)))
        seconds["pyhanko"].append(_time(lambda pdf=prepared: theirs(pdf)))
        seconds["rsa"].append(
            _time(lambda: bare.sign(b"x" * 200, padding.PKCS1v15(), hashes.SHA256()))
        )
    return {name: statistics.median(values) for name, values in seconds.items()}


def _time(work: Callable[[], object]) -> float:
    start = time.perf_counter()
    work()
    return time.perf_counter() - start


STAGES: dict[str, Callable[[Ground], Found]] = {
    "ours": issue_ours,
    "usual": issue_usually,
    "render": render_ours,
    "sign": sign_ours,
}


def measure(ground: Ground, stage: str) -> Found:
    """Run one stage in a process of its own."""
    done = subprocess.run(
        [
            sys.executable,
            __file__,
            stage,
            str(ground.waiting.parent),
            ground.which.class_code,
            ground.which.school_year,
        ],
        check=True,
        stdout=subprocess.PIPE,
    )
    found: dict[str, float] = json.loads(done.stdout.splitlines()[-1])
    return found


def main(stage: str, folder: Path, *facts: str) -> None:
    """STAGE FOLDER CLASS YEAR, or `ground` FOLDER PUPILS: print what was found."""
    if stage == "ground":
        print(_fill_ground(folder, int(facts[0])))
        return
    which = ClassOfYear(class_code=facts[0], school_year=facts[1])
    ground = Ground(waiting=folder / "waiting", issued=folder / "issued", which=which)
    print(json.dumps(STAGES[stage](ground)))


if __name__ == "__main__":
    main(sys.argv[1], Path(sys.argv[2]), *sys.argv[3:])
