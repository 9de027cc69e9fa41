"""
The steps from a draft to the PDF that is anchored: render, sign, seal, augment.

Each step may run again at any time: what an earlier run made is taken as it is, so nothing is
signed twice (see `stages`).
"""

from collections import deque
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from hashlib import sha256
from itertools import chain

from sqlmodel import Session, select

from signing.keys.signing_key import SigningKey
from signing.look import Look
from signing.pades import SignatureRequest
from signing.profile import Level, SigningProfile
from signing.validation_data import last_of_each
from transcript_service.documents.places import principal_field, seal_field
from transcript_service.issuance.anchoring import documents_of
from transcript_service.issuance.desk import Desk, move
from transcript_service.issuance.jobs import (
    PRINCIPAL,
    SEAL,
    AugmentTask,
    PrepareTask,
    SignTask,
    augment_document,
    certify_document,
    find_tokens,
    prepare_document,
    seal_document,
)
from transcript_service.issuance.looks import principal_look_of, seal_look_of
from transcript_service.issuance.readiness import gather_for, time_stamp_client
from transcript_service.issuance.signers import elsewhere, note_signer, signers_of
from transcript_service.issuance.stages import (
    Stage,
    is_long_term,
    make_all,
    path_of,
    read,
    signing_errors,
)
from transcript_service.issuance.workshop import Job
from transcript_service.lifecycle import DocumentState
from transcript_service.models import BatchRow, DocumentRow
from verifier.messages import _
from verifier.registry_events import Use


def render_step(session: Session, desk: Desk, batch: BatchRow) -> None:
    """Render each transcript and prepare its two empty signature fields."""

    def task(document: DocumentRow) -> PrepareTask:
        return PrepareTask(
            transcript=session.exec(
                select(DocumentRow.transcript_json).where(DocumentRow.id == document.id)
            ).one(),
            school_year=batch.school_year,
        )

    stage = Stage(
        step="render",
        file="prepared",
        before=DocumentState.DATA_CONFIRMED,
        after=DocumentState.RENDERED,
        job=prepare_document,
        task=task,
        keys={},
    )
    _exhaust(make_all(session, desk, batch, stage))


@dataclass(frozen=True, slots=True, kw_only=True)
class _Act:
    """One of the two signatures: in which field, why, and from which file to which."""

    step: str
    use: Use
    name: str
    field_name: Callable[[str], str]
    reason: str
    source: str
    file: str
    before: DocumentState
    after: DocumentState
    job: Job[SignTask, bytes]


_CERTIFY = _Act(
    step="sign",
    use=Use.PRINCIPAL,
    name=PRINCIPAL,
    field_name=principal_field,
    reason="Phê duyệt học bạ",
    source="prepared",
    file="signed",
    before=DocumentState.SIGNING,
    after=DocumentState.SIGNED,
    job=certify_document,
)
_SEAL = _Act(
    step="seal",
    use=Use.SEAL,
    name=SEAL,
    field_name=seal_field,
    reason="Phát hành học bạ số",
    source="signed",
    file="sealed",
    before=DocumentState.SIGNED,
    after=DocumentState.SEALED,
    job=seal_document,
)


def sign_step(session: Session, desk: Desk, batch: BatchRow) -> None:
    """Certify each document with the principal's key, which is loaded once."""
    keys = desk.load_keys()
    _begin(session, desk, batch, _CERTIFY, keys.principal)
    look = principal_look_of(session, batch, keys.principal_image)
    _exhaust(_sign_all(session, desk, batch, _CERTIFY, key=keys.principal, look=look))


def seal_step(session: Session, desk: Desk, batch: BatchRow) -> None:
    """Seal each signed document with the school's key."""
    key = desk.load_keys().seal
    _begin(session, desk, batch, _SEAL, key)
    look = seal_look_of(session, batch)
    for document, pdf in _sign_all(session, desk, batch, _SEAL, key=key, look=look):
        if not is_long_term(batch):
            _take_digest(document, pdf)


def _sign_all(
    session: Session, desk: Desk, batch: BatchRow, act: _Act, *, key: SigningKey, look: Look
) -> Iterator[tuple[DocumentRow, bytes]]:
    profile = _profile_of(desk, batch)
    request = SignatureRequest(
        key=replace(key, sign=elsewhere),
        field_name=act.field_name(batch.school_year),
        look=look,
        reason=act.reason,
        location=desk.institution,
        profile=profile,
        time_stamper=elsewhere if profile.has_time_stamp else None,
    )
    stage = Stage(
        step=act.step,
        file=act.file,
        before=act.before,
        after=act.after,
        job=act.job,
        task=_task_of(desk, request, act.source),
        keys={act.name: key},
    )
    return make_all(session, desk, batch, stage)


def augment_step(session: Session, desk: Desk, batch: BatchRow) -> None:
    """
    Add to each sealed document what makes its signatures last, gathered once for all.

    At level B-T nothing is added; but who made the time stamps is looked at, before anchoring.
    """
    level = Level(batch.level)
    if not level.has_time_stamp:
        return
    rows = documents_of(session, batch.id or 0)
    sealed = (read(desk, row, "sealed") for row in rows)
    tokens = list(last_of_each(chain.from_iterable(desk.workshop.each(find_tokens, sealed, {}))))
    signers = [key for _use, key in signers_of(session, desk, batch)]
    session.commit()  # nobody waits for a lock while others are asked
    data = gather_for(desk, signers, tokens, lasting=is_long_term(batch))
    if not is_long_term(batch):
        return
    room = _room_for_token(desk) if level is Level.B_LTA else 0

    def task(document: DocumentRow) -> AugmentTask:
        pdf = read(desk, document, "sealed")
        return AugmentTask(
            pdf=pdf, data=data, level=level, services=desk.time_stamping, largest_token=room
        )

    stage = Stage(
        step="augment",
        file="augmented",
        before=DocumentState.SEALED,
        after=DocumentState.SEALED,
        job=augment_document,
        task=task,
        keys={},
    )
    for document, pdf in make_all(session, desk, batch, stage):
        _take_digest(document, pdf)


def _take_digest(document: DocumentRow, pdf: bytes) -> None:
    """Fix what is anchored: all bytes up to here (ADR 0001)."""
    document.document_digest = sha256(pdf).digest()
    document.document_size = len(pdf)


def _profile_of(desk: Desk, batch: BatchRow) -> SigningProfile:
    level = Level(batch.level)
    if not level.has_time_stamp:
        return SigningProfile(level=level)
    return SigningProfile(level=level, largest_token=_room_for_token(desk))


def _room_for_token(desk: Desk) -> int:
    with signing_errors(_("no time stamps")):
        return time_stamp_client(desk).largest_token


def _task_of(desk: Desk, request: SignatureRequest, file: str) -> Callable[[DocumentRow], SignTask]:
    services = desk.time_stamping
    return lambda document: SignTask(
        pdf=read(desk, document, file), request=request, services=services
    )


def _begin(session: Session, desk: Desk, batch: BatchRow, act: _Act, key: SigningKey) -> None:
    """Record with what a kind of signature is begun, or gone on with, before the next is made."""
    rows = documents_of(session, batch.id or 0)
    missing = [row for row in rows if not path_of(desk, row, act.file).exists()]
    if not missing:
        return
    note_signer(session, batch, act.use, key, is_first=len(missing) == len(rows))
    if act.use is Use.PRINCIPAL:
        batch.signed_at = desk.stamp()
    else:
        batch.sealed_at = desk.stamp()
    for row in rows:
        if row.state == DocumentState.RENDERED:
            move(desk, session, row, DocumentState.SIGNING)
    session.add(batch)
    session.commit()


def _exhaust(making: Iterable[object]) -> None:
    deque(making, maxlen=0)
