"""Real documents for the verifier's tests: rendered by Typst, signed by a sandbox PKI."""

import json
from dataclasses import asdict, dataclass
from datetime import UTC, datetime, timedelta
from functools import cache
from hashlib import sha256
from pathlib import Path
from typing import Any

from signing.appearance import Lettering, principal_look, seal_look
from signing.fields import prepare
from signing.keys.pkcs12 import load_pkcs12
from signing.keys.signing_key import SigningKey
from signing.look import Look
from signing.pades import SignatureRequest, certify, seal
from transcript_service.documents import places
from transcript_service.documents.render import FONTS_DIRECTORY, render, rendering_identity
from transcript_service.sandbox_pki import SandboxPasswords, SandboxPKI, make_sandbox_pki
from verifier.canonical import canonical_json
from verifier.entry import series_id
from verifier.manifest import ManifestEntry
from verifier.transcript_code import make_transcript_code

EXAMPLE = Path(__file__).parents[1] / "vectors" / "transcript_example.json"
SCHOOL = "VN-000-THCS-HOA-PHUONG"
YEAR = "2025-2026"
SIGNED_AT = datetime(2026, 5, 30, 8, 4, 5, tzinfo=UTC)
LETTERING = Lettering(directory=FONTS_DIRECTORY, family="Liberation Serif")


@dataclass(frozen=True)
class Signers:
    """The two keys of a school."""

    principal: SigningKey
    seal: SigningKey


def make_pki(directory: Path) -> SandboxPKI:
    """A sandbox of its own root."""
    return make_sandbox_pki(
        directory,
        school_name="Trường THCS Hoa Phượng",
        organization_identifier="VATVN-0000000000",
        principal_name="Nguyễn Thị Ngọc Ánh",
        passwords=SandboxPasswords(principal="mật khẩu 1", seal="mật khẩu 2"),
        now=SIGNED_AT - timedelta(days=1),
    )


def load_signers(pki: SandboxPKI) -> Signers:
    return Signers(
        principal=load_pkcs12(pki.principal_key, "mật khẩu 1"),
        seal=load_pkcs12(pki.seal_key, "mật khẩu 2"),
    )


def series_key(number: int) -> bytes:
    return sha256(b"series key %d" % number).digest()


def make_transcript(
    number: int, version: int = 1, institution: str = SCHOOL, example: Path = EXAMPLE
) -> bytes:
    """An example transcript as that of another pupil: own code, own series key."""
    document: dict[str, Any] = json.loads(example.read_bytes())
    level, template = document["level"], document["rendering"]["template"]
    code = make_transcript_code(level, 2025, random_bytes=lambda size: bytes([number]) * size)
    document["rendering"].update(asdict(rendering_identity(template)))
    document["rendering"]["lookup_url"] = f"https://tra-cuu.hoa-phuong.example/{code}"
    document.update(
        institution=institution,
        transcript_code=code,
        series_key="0x" + series_key(number).hex(),
        version=version,
    )
    if version > 1:
        digest = "0x" + bytes(32).hex()
        document["supersedes"] = {
            "version": version - 1,
            "document_digest": digest,
            "reason": "CORRECTION",
        }
    return canonical_json(document)


@cache
def looks() -> tuple[Look, Look]:
    size = (places.PRINCIPAL_WIDTH_PT, places.PRINCIPAL_HEIGHT_PT)
    organization = "Trường THCS Hoa Phượng"
    return (
        principal_look(
            name="Nguyễn Thị Ngọc Ánh",
            title="HIỆU TRƯỞNG",
            organization=organization,
            signed_at=SIGNED_AT,
            size=size,
            lettering=LETTERING,
        ),
        seal_look(
            organization=organization,
            signed_at=SIGNED_AT,
            size=(places.SEAL_SIDE_PT, places.SEAL_SIDE_PT),
            lettering=LETTERING,
        ),
    )


def request(key: SigningKey, field_name: str, look: Look) -> SignatureRequest:
    return SignatureRequest(
        key=key, field_name=field_name, look=look, reason="Phê duyệt", location="Hoa Phượng"
    )


def prepare_pdf(transcript: bytes) -> bytes:
    """Render, and make both empty fields."""
    names = (places.principal_field(YEAR), places.seal_field(YEAR))
    return prepare(render(transcript), names=names, tooltips=places.TOOLTIPS)


def certify_pdf(prepared: bytes, signers: Signers) -> bytes:
    return certify(prepared, request(signers.principal, places.principal_field(YEAR), looks()[0]))


def seal_pdf(certified: bytes, signers: Signers) -> bytes:
    return seal(certified, request(signers.seal, places.seal_field(YEAR), looks()[1]))


def make_pdf(transcript: bytes, signers: Signers) -> bytes:
    """Render, sign, seal."""
    return seal_pdf(certify_pdf(prepare_pdf(transcript), signers), signers)


def entry_of(pdf: bytes, number: int, version: int = 1) -> ManifestEntry:
    return ManifestEntry(
        document_digest=sha256(pdf).digest(),
        document_size=len(pdf),
        series_id=series_id(series_key(number), "YEAR", YEAR),
        version=version,
    )
