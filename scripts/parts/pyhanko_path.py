"""pyHanko's own way to sign many documents: key loaded, size given, stamp made once."""

from collections.abc import Callable
from io import BytesIO
from pathlib import Path

from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.sign.fields import MDPPerm, SigSeedSubFilter
from pyhanko.sign.signers import PdfSignatureMetadata, PdfSigner, SimpleSigner

_RESERVED = 16384


def pyhanko_signer(keys: Path, field_name: str) -> Callable[[bytes], object]:
    """Return a function that certifies a prepared PDF by *keys*' principal."""
    password = (keys / "principal.password").read_bytes().strip()
    signer = SimpleSigner.load_pkcs12(str(keys / "principal.p12"), passphrase=password)
    if signer is None:
        raise SystemExit(f"cannot load the keys in {keys}")
    meta = PdfSignatureMetadata(
        field_name=field_name,
        md_algorithm="sha256",
        subfilter=SigSeedSubFilter.PADES,
        certify=True,
        docmdp_permissions=MDPPerm.FILL_FORMS,
    )

    def sign(pdf: bytes) -> object:
        pdf_signer = PdfSigner(meta, signer)
        writer = IncrementalPdfFileWriter(BytesIO(pdf))
        return pdf_signer.sign_pdf(writer, existing_fields_only=True, bytes_reserved=_RESERVED)

    return sign
