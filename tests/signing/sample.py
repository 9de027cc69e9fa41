"""A small document with two signature places, and the sandbox signers that sign it."""

from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import typst

from signing.appearance import Lettering, principal_look, seal_look
from signing.fields import find_places
from signing.keys.pkcs12 import load_pkcs12
from signing.pades import SignatureRequest
from transcript_service.sandbox_pki import (
    KeyKind,
    SandboxPasswords,
    SandboxPKI,
    make_sandbox_pki,
)

FONTS = Path(__file__).parents[2] / "transcript_service" / "documents" / "fonts"
LETTERING = Lettering(directory=FONTS, family="Liberation Serif")
NAMES = ("Sig_HieuTruong_2025-2026", "Sig_CoQuan_2025-2026")
TOOLTIPS = ("Chữ ký số của Hiệu trưởng", "Con dấu số của nhà trường")
PRINCIPAL = "Nguyễn Thị Ngọc Ánh"
SCHOOL = "Trường THCS Hoa Phượng"
SIGNED_AT = datetime(2026, 5, 30, 8, 4, 5, tzinfo=UTC)
DOCUMENT = """
#set document(title: "Học bạ mẫu", date: datetime(year: 2026, month: 5, day: 30))
#set page(paper: "a5", margin: 20mm)
#set text(lang: "vi", font: "Liberation Serif")
= Học bạ mẫu
Ngữ văn: 8,0
#place(dx: 40mm, dy: 20mm, link("urn:sig:Sig_HieuTruong_2025-2026", box(width: 60mm, height: 25mm)))
#place(dx: 24mm, dy: 18mm, link("urn:sig:Sig_CoQuan_2025-2026", box(width: 36mm, height: 34mm)))
"""


def render(source: str) -> bytes:
    """Render a document as the service's renderer does."""
    fonts = typst.Fonts(
        include_system_fonts=False, include_embedded_fonts=False, font_paths=[str(FONTS)]
    )
    pdf = typst.compile(
        source.encode(),
        font_paths=fonts,
        format="pdf",
        pdf_standards=["a-3a", "ua-1"],
        timestamp=SIGNED_AT,
    )
    assert isinstance(pdf, bytes)
    return pdf


@dataclass(frozen=True, slots=True, kw_only=True)
class Signers:
    """The two requests that sign a document, and the sandbox their keys come from."""

    pki: SandboxPKI
    principal: SignatureRequest
    school: SignatureRequest


def make_signers(directory: Path, rendered: bytes, kind: KeyKind = KeyKind.P256) -> Signers:
    """Make keys, load them, and draw both looks in the sizes of *rendered*'s places."""
    pki = make_sandbox_pki(
        directory,
        school_name=SCHOOL,
        organization_identifier="VATVN-0000000000",
        principal_name=PRINCIPAL,
        passwords=SandboxPasswords(principal="mật khẩu 1", seal="mật khẩu 2"),
        now=SIGNED_AT,
        key_kind=kind,
    )
    places = find_places(rendered)
    sizes = [(places[name].width, places[name].height) for name in NAMES]
    return Signers(
        pki=pki,
        principal=SignatureRequest(
            key=load_pkcs12(pki.principal_key, "mật khẩu 1"),
            field_name=NAMES[0],
            look=principal_look(
                name=PRINCIPAL,
                title="HIỆU TRƯỞNG",
                organization=SCHOOL,
                signed_at=SIGNED_AT,
                size=sizes[0],
                lettering=LETTERING,
            ),
            reason="Phê duyệt học bạ",
            location="Phường Hoa Phượng",
        ),
        school=SignatureRequest(
            key=load_pkcs12(pki.seal_key, "mật khẩu 2"),
            field_name=NAMES[1],
            look=seal_look(
                organization=SCHOOL, signed_at=SIGNED_AT, size=sizes[1], lettering=LETTERING
            ),
            reason="Đóng dấu của nhà trường",
            location="Phường Hoa Phượng",
        ),
    )
