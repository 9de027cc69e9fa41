"""
The documents that are put before the judges: every kind, level and revision, one line each.

Kinds are the frozen transcripts of tests/vectors/rendering that the templates of today print. They
are signed as a school signs them, by the authorities of tests/pki, and once for each kind of key in
a sandbox of its own.
"""

import json
from collections.abc import Iterator
from dataclasses import asdict, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from signing.appearance import Lettering, principal_look, seal_look
from signing.fields import prepare
from signing.keys.pkcs12 import load_pkcs12
from signing.keys.signing_key import SigningKey
from signing.long_term import add_document_time_stamp, add_validation_data
from signing.pades import SignatureRequest, certify, seal
from signing.profile import Level, SigningProfile
from signing.timestamp import TimeStampClient, TimeStampService
from signing.validation_data import gather
from tests.conformance.finding import Case
from tests.conformance.revisions import (
    CERTIFIED,
    CERTIFIED_T,
    NEXT_DAY,
    PREPARED,
    PRINCIPAL,
    RENDERED,
    RENEWED,
    SEAL,
    SEALED,
    SEALED_T,
    STAMPED,
    WITH_DATA,
    YEARS_LATER,
    Document,
    Revision,
)
from tests.pki.authorities import Authorities, serve_authorities
from tests.signing.levels import Recorder
from transcript_service.documents.places import (
    PRINCIPAL_HEIGHT_PT,
    PRINCIPAL_WIDTH_PT,
    SEAL_SIDE_PT,
)
from transcript_service.documents.render import (
    FONTS_DIRECTORY,
    YEAR_TEMPLATES,
    render,
    rendering_identity,
)
from transcript_service.sandbox_pki import KeyKind, SandboxPasswords, make_sandbox_pki
from verifier.canonical import canonical_json

FROZEN = Path(__file__).parents[1] / "vectors" / "rendering"
LETTERING = Lettering(directory=FONTS_DIRECTORY, family="Liberation Serif")
SIGNED_AT = datetime(2026, 5, 30, 8, 4, 5, tzinfo=UTC)
LISTS = ("root", "ca-public-service", "ca-time")
FIRST_AND_LAST = (RENDERED, PREPARED, RENEWED)
"""What is judged of kinds that differ from others only in what is printed."""
WRONG_SIGNERS = ("principal-revoked", "principal-of-strangers", "principal-sha1")
"""Principals whose certificate a judge must refuse, by their labels in tests/pki."""


def make_documents(folder: Path) -> tuple[Document, ...]:
    """Make every document of the table in *folder*."""
    with serve_authorities(folder / "authorities") as authorities:
        lists = tuple(_write_lists(folder, authorities))
        _sign_wrongly(folder, authorities)
        of_kinds = [
            _document(folder, kind, revision, pdf, authorities.root, lists)
            for template in YEAR_TEMPLATES.values()
            for path in sorted(FROZEN.glob(f"{template.replace('/', '-')}.*.transcript.json"))
            for kind in [path.name.removesuffix(".transcript.json")]
            for revision, pdf in _revisions(path, authorities)
            if kind.endswith(".usual") or revision in FIRST_AND_LAST
        ]
    return (*of_kinds, *_of_key_kinds(folder))


def _revisions(path: Path, authorities: Authorities) -> Iterator[tuple[Revision, bytes]]:
    """Yield the revisions of one transcript, without and with time stamps."""
    transcript = _transcript(path)
    rendered = render(canonical_json(transcript))
    yield RENDERED, rendered
    prepared = _prepared(rendered)
    yield PREPARED, prepared
    principal, school = _requests(
        transcript["school"], authorities.key("principal"), authorities.key("seal")
    )
    certified = certify(prepared, principal)
    yield CERTIFIED, certified
    yield SEALED, seal(certified, school)
    stamper = Recorder(TimeStampClient((TimeStampService(authorities.time_stamp_url()),)))
    principal, school = (
        replace(request, profile=SigningProfile(level=Level.B_LTA), time_stamper=stamper)
        for request in (principal, school)
    )
    certified = certify(prepared, principal)
    yield CERTIFIED_T, certified
    sealed = seal(certified, school)
    yield SEALED_T, sealed
    data = gather(
        [principal.key, school.key],
        stamper.tokens,
        trust_anchors=authorities.trust_anchors,
        moment=authorities.moment,
    )
    with_data = add_validation_data(sealed, data)
    yield WITH_DATA, with_data
    stamped = add_document_time_stamp(with_data, stamper)
    yield STAMPED, stamped
    yield RENEWED, _renew(stamped, authorities)


def _renew(pdf: bytes, authorities: Authorities) -> bytes:
    """Add a document time stamp of a younger service, after what proves that service."""
    made_at, authorities.moment = authorities.moment, YEARS_LATER
    stamper = TimeStampClient((TimeStampService(authorities.time_stamp_url("tsa-3")),)).token
    data = gather(
        [],
        [stamper(bytes(32))],
        trust_anchors=authorities.trust_anchors,
        moment=authorities.moment,
    )
    renewed = add_document_time_stamp(add_validation_data(pdf, data), stamper)
    authorities.moment = made_at
    return renewed


def _of_key_kinds(folder: Path) -> Iterator[Document]:
    """Yield a sealed document for each kind of key, signed in a sandbox of its own."""
    school, prepared = _usual()
    for kind in KeyKind:
        pki = make_sandbox_pki(
            folder / kind.value,
            school_name=school["name"],
            organization_identifier="NTRVN-0000000000",
            principal_name=school["principal"]["full_name"],
            passwords=SandboxPasswords(principal="mật khẩu 1", seal="mật khẩu 2"),
            now=SIGNED_AT - timedelta(days=1),
            key_kind=kind,
        )
        principal, seal_of_school = _requests(
            school,
            load_pkcs12(pki.principal_key, "mật khẩu 1"),
            load_pkcs12(pki.seal_key, "mật khẩu 2"),
        )
        pdf = seal(certify(prepared, principal), seal_of_school)
        lists = (pki.root_crl, pki.ca_crl)
        yield _document(folder, f"keys {kind.value}", SEALED, pdf, pki.root, lists)


def _sign_wrongly(folder: Path, authorities: Authorities) -> None:
    """Let principals certify a document who must not."""
    school, prepared = _usual()
    for label in WRONG_SIGNERS:
        request, _ = _requests(school, authorities.key(label), authorities.key("seal"))
        path_of_wrongly_signed(folder, label).write_bytes(certify(prepared, request))


def _usual() -> tuple[dict[str, Any], bytes]:
    """Prepare one usual document; its school's data, and the PDF."""
    template = YEAR_TEMPLATES["THCS"].replace("/", "-")
    transcript = _transcript(FROZEN / f"{template}.usual.transcript.json")
    return transcript["school"], _prepared(render(canonical_json(transcript)))


def path_of_wrongly_signed(folder: Path, label: str) -> Path:
    """Say where the document of one of `WRONG_SIGNERS` stands."""
    return folder / f"{label}.pdf"


def _transcript(path: Path) -> dict[str, Any]:
    """Read a frozen transcript, to be printed with what is at hand."""
    transcript: dict[str, Any] = json.loads(path.read_bytes())
    transcript["rendering"] |= asdict(rendering_identity(transcript["rendering"]["template"]))
    return transcript


def _prepared(rendered: bytes) -> bytes:
    return prepare(
        rendered,
        names=(PRINCIPAL, SEAL),
        tooltips=("Chữ ký số của hiệu trưởng", "Chữ ký số của nhà trường"),
    )


def _requests(
    school: dict[str, Any], principal_key: SigningKey, seal_key: SigningKey
) -> tuple[SignatureRequest, SignatureRequest]:
    """Make the two requests as the service makes them."""
    principal = SignatureRequest(
        key=principal_key,
        field_name=PRINCIPAL,
        look=principal_look(
            name=school["principal"]["full_name"],
            title=school["principal"]["title"],
            organization=school["name"],
            signed_at=SIGNED_AT,
            size=(PRINCIPAL_WIDTH_PT, PRINCIPAL_HEIGHT_PT),
            lettering=LETTERING,
        ),
        reason="Phê duyệt học bạ",
        location="VN-000-THCS-HOAPHUONG",
    )
    look = seal_look(
        organization=school["name"],
        signed_at=SIGNED_AT,
        size=(SEAL_SIDE_PT, SEAL_SIDE_PT),
        lettering=LETTERING,
    )
    return principal, replace(
        principal,
        key=seal_key,
        field_name=SEAL,
        look=look,
        reason="Phát hành học bạ số",
    )


def _document(
    folder: Path,
    kind: str,
    revision: Revision,
    pdf: bytes,
    root: Path,
    lists: tuple[Path, ...],
) -> Document:
    name = ".".join(filter(None, (kind, revision.level, revision.name))).replace(" ", "-")
    path = folder / f"{name}.pdf"
    path.write_bytes(pdf)
    case = Case(
        name=name,
        path=path,
        trusted=root,
        revocation_lists=lists,
        moment=NEXT_DAY.isoformat(),
        alone_at=revision.alone_at and revision.alone_at.isoformat(),
    )
    return Document(kind=kind, revision=revision, case=case)


def _write_lists(folder: Path, authorities: Authorities) -> Iterator[Path]:
    """Write what the authorities have revoked by the next day."""
    for label in LISTS:
        path = folder / f"{label}.crl"
        path.write_bytes(authorities.revocation_list(label, NEXT_DAY))
        yield path
