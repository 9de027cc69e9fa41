"""Signing in ways that our signing side refuses, with pyHanko itself."""

from collections.abc import Callable
from io import BytesIO
from pathlib import Path

from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.sign.fields import MDPPerm, SigSeedSubFilter
from pyhanko.sign.signers import PdfSignatureMetadata, PdfSigner, SimpleSigner
from pyhanko.sign.timestamps import TimeStamper

from transcript_service.documents import places

PRINCIPAL, SEAL = places.principal_field("2025-2026"), places.seal_field("2025-2026")


def load(directory: Path, who: str) -> SimpleSigner:
    """Load `principal` or `seal` of an office."""
    password = {"principal": "mật khẩu 1", "seal": "mật khẩu 2"}[who]
    signer = SimpleSigner.load_pkcs12(
        directory / "keys" / f"{who}.p12", passphrase=password.encode()
    )
    assert signer is not None
    return signer


def sign(
    pdf: bytes,
    signer: SimpleSigner,
    field_name: str,
    *,
    permissions: MDPPerm | None = None,
    subfilter: SigSeedSubFilter = SigSeedSubFilter.PADES,
    time_stamper: TimeStamper | None = None,
    change: Callable[[IncrementalPdfFileWriter], None] | None = None,
) -> bytes:
    """Fill one field; with *permissions* as a certification; *change* rides along."""
    metadata = PdfSignatureMetadata(
        field_name=field_name,
        certify=permissions is not None,
        docmdp_permissions=permissions or MDPPerm.FILL_FORMS,
        subfilter=subfilter,
        md_algorithm="sha256",
    )
    writer = IncrementalPdfFileWriter(BytesIO(pdf))
    if change is not None:
        change(writer)
    stream = PdfSigner(metadata, signer, timestamper=time_stamper).sign_pdf(writer)
    return stream.getvalue()
