"""The PDF of a transcript: same bytes, attached data, standards, what is printed and where."""

import json
import multiprocessing
import re
import subprocess
from collections.abc import Callable
from io import BytesIO
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pikepdf
import pytest
import typst

from transcript_service.documents.render import (
    _FOLDERS,
    FONTS_DIRECTORY,
    OtherRenderer,
    _explain,
    compiler_of,
    lookup_address,
    main_source,
    qr_rows,
    render,
    rendering_identity,
    root_of,
)
from transcript_service.errors import RenderError
from verifier.canonical import canonical_json

Document = dict[str, Any]
Rendered = Callable[[Document], bytes]
TEMPLATES = FONTS_DIRECTORY.parent / "templates"


def test_the_same_json_gives_the_same_bytes(example: Document) -> None:
    """Rendering is a pure function of the JSON."""
    data = canonical_json(example)

    assert render(data) == render(data)


def test_a_process_started_afresh_gives_the_same_bytes(
    example: Document, rendered: Rendered
) -> None:
    """Workers are started with spawn; what they make is what anybody makes."""
    with multiprocessing.get_context("spawn").Pool(1) as pool:
        elsewhere = pool.apply(render, (canonical_json(example),))

    assert elsewhere == rendered(example)


def test_what_was_rendered_before_leaves_no_trace(
    example: Document, worst_case: Document, rendered: Rendered
) -> None:
    """The compiler that a process keeps has no memory that shows."""
    first = rendered(example)

    render(canonical_json(worst_case))

    assert render(canonical_json(example)) == first


@pytest.mark.parametrize("kind", ["example", "worst_case", "extreme", "thpt_extreme"])
def test_typst_has_nothing_to_warn_of(kind: str, request: pytest.FixtureRequest) -> None:
    """Page numbers and what is kept together settle before Typst gives up looking for a layout."""
    document = request.getfixturevalue(kind)
    root, main_file = root_of(document["rendering"]["template"])
    source = main_source(main_file, canonical_json(document).decode(), lookup_address(document))

    _pdf, warnings = compiler_of(root).compile_with_warnings(input=source.encode(), format="pdf")

    assert [warning.message for warning in warnings] == []


@pytest.mark.parametrize("kind", ["example", "thpt_example"])
def test_the_json_is_attached_byte_for_byte(
    kind: str, rendered: Rendered, request: pytest.FixtureRequest
) -> None:
    """The attachment is the source of the document, so relationship Source."""
    example = request.getfixturevalue(kind)
    with pikepdf.open(BytesIO(rendered(example))) as pdf:
        assert list(pdf.attachments) == ["transcript.json"]
        attached = pdf.attachments["transcript.json"]
        associated = pdf.Root.AF

        assert attached.get_file().read_bytes() == canonical_json(example)
        assert attached.get_file().mime_type == "application/json"
        assert len(associated) == 1
        assert associated[0].AFRelationship == "/Source"


def test_the_pdf_declares_both_standards_title_and_language(
    example: Document, rendered: Rendered
) -> None:
    """PDF/A-3a and PDF/UA-1 need a title and the natural language."""
    with pikepdf.open(BytesIO(rendered(example))) as pdf, pdf.open_metadata() as metadata:
        assert (metadata["pdfaid:part"], metadata["pdfaid:conformance"]) == ("3", "A")
        assert metadata["pdfuaid:part"] == "1"
        assert example["pupil"]["full_name"] in metadata["dc:title"]
        assert pdf.Root.Lang in ("vi", "vi-VN")
        assert pdf.Root.MarkInfo.Marked
        assert str(pdf.docinfo["/CreationDate"]).startswith("D:20260530080405")


def test_only_the_fonts_of_the_folder_are_embedded(example: Document, rendered: Rendered) -> None:
    """Fonts of the machine would make the bytes depend on it."""
    with pikepdf.open(BytesIO(rendered(example))) as pdf:
        names = {
            str(item.FontName).split("+")[1]
            for item in pdf.objects
            if isinstance(item, pikepdf.Dictionary) and "/FontName" in item
        }

    assert names
    assert names <= {path.stem.replace("-Regular", "") for path in FONTS_DIRECTORY.glob("*.ttf")}


def test_a_letter_that_the_fonts_lack_is_refused_without_the_name(example: Document) -> None:
    """A box in place of a letter would be signed; the message must not carry the name."""
    example["pupil"]["full_name"] = "Nguyễn Thị 漢 Bình"

    with pytest.raises(RenderError, match=r"U\+6F22") as caught:
        render(canonical_json(example))
    assert "Bình" not in str(caught.value)
    assert "漢" not in str(caught.value)
    assert example["transcript_code"] in str(caught.value)


def test_a_template_that_fails_is_named_with_its_line_only(tmp_path: Path) -> None:
    """What Typst says may quote the data."""
    template = tmp_path / "subjects.typ"
    template.write_text('\n#panic("Nguyễn")')

    with pytest.raises(typst.TypstError, match="Nguyễn") as caught:
        typst.compile(str(template))

    said = _explain(caught.value, "HB-1")
    assert said == "transcript HB-1: its template failed at subjects.typ:2"


@pytest.mark.parametrize("field", ["template_digest", "fonts_digest"])
def test_another_template_or_font_is_refused_naming_both(example: Document, field: str) -> None:
    """Else the attached data would name a renderer that did not make the pages."""
    named, at_hand = "0x" + "5a" * 32, getattr(rendering_identity("thcs-year/2"), field)
    example["rendering"][field] = named

    with pytest.raises(OtherRenderer, match=f"(?s){field}.*{named}.*{at_hand}"):
        render(canonical_json(example))


def test_another_typst_version_or_template_name_is_refused(example: Document) -> None:
    """A typst release may change bytes; an unknown template cannot be rendered."""
    example["rendering"]["typst_version"] = "0.1.0"

    with pytest.raises(OtherRenderer, match=r"typst_version 0\.1\.0"):
        render(canonical_json(example))
    example["rendering"]["template"] = "thcs-year/9"
    with pytest.raises(OtherRenderer, match="thcs-year/9"):
        render(canonical_json(example))


@pytest.mark.parametrize("data", [b"", b"{}", b"[]", b"\xff", b'{"format":"hocba/transcript/1"}'])
def test_what_is_no_transcript_is_refused(data: bytes) -> None:
    """The door is the verifier's strict parser."""
    with pytest.raises(RenderError, match=r"transcript\.json"):
        render(data)


def test_json_that_is_not_canonical_is_refused(example: Document) -> None:
    """The attachment must be the one form that everybody can compute."""
    with pytest.raises(RenderError, match="RFC 8785"):
        render(canonical_json(example) + b"\n")


@pytest.mark.parametrize(
    ("template", "folder", "files"),
    [
        ("thcs-year/1", "thcs-year-1", "*.typ"),
        ("thpt-year/1", "thpt-year-1", "*.typ ../thcs-year-1/*.typ"),
        ("thcs-year/2", "year-2", "*.typ"),
        ("thpt-year/2", "year-2", "*.typ"),
    ],
)
def test_digests_are_those_of_the_command_in_the_docstring(
    template: str, folder: str, files: str
) -> None:
    """A stranger recomputes them with sha256sum alone."""
    identity = rendering_identity(template)

    assert identity.template_digest == sha256sum_of_sha256sum(TEMPLATES / folder, files)
    assert identity.fonts_digest == sha256sum_of_sha256sum(FONTS_DIRECTORY, "*.ttf")


@pytest.mark.parametrize("template", _FOLDERS)
def test_a_template_imports_nothing_that_its_digest_does_not_cover(template: str) -> None:
    """Else a change elsewhere would change pages under the same digest."""
    folders = [TEMPLATES / folder for folder in _FOLDERS[template]]

    imported = {
        (path.parent / name).resolve()
        for folder in folders
        for path in folder.glob("*.typ")
        for name in re.findall(r'#import "([^"]+)"', path.read_text())
    }

    assert len(imported) >= 6
    assert {path.parent for path in imported} <= set(folders)
    assert all(path.is_file() for path in imported)


def test_the_first_template_has_not_changed_since_documents_were_issued_with_it() -> None:
    """Frozen documents name this digest, and are rendered again by it (ADR 0011)."""
    frozen = Path(__file__).parents[2] / "frozen" / "1" / "transcripts"
    (first, *_others) = sorted(frozen.glob("*.pdf"))

    with pikepdf.open(first) as pdf:
        document = json.loads(pdf.attachments["transcript.json"].get_file().read_bytes())

    named = document["rendering"]["template_digest"]
    assert named == rendering_identity("thcs-year/1").template_digest


def sha256sum_of_sha256sum(folder: Path, pattern: str) -> str:
    command = f"export LC_ALL=C; sha256sum {pattern} | sha256sum"
    done = subprocess.run(["sh", "-c", command], cwd=folder, capture_output=True, check=True)
    return f"0x{done.stdout.split()[0].decode()}"


def test_the_readme_of_the_fonts_names_each_file_with_its_digest() -> None:
    """Origin and digest of each embedded font are on record."""
    readme = (FONTS_DIRECTORY / "README.md").read_text()
    listed = re.findall(r"\| `([0-9a-f]{64})` \| `(\S+\.ttf)` \|", readme)
    command = ["sha256sum", *sorted(path.name for path in FONTS_DIRECTORY.glob("*.ttf"))]
    done = subprocess.run(command, cwd=FONTS_DIRECTORY, capture_output=True, check=True)

    assert [tuple(line.split()) for line in done.stdout.decode().splitlines()] == listed


def test_a_qr_code_has_its_three_finder_patterns() -> None:
    """A square of modules; other content, another pattern."""
    rows = qr_rows("https://tra-cuu.example/HB-THCS-2025-7K3M9QX2VD-K")

    assert {len(row) for row in rows} == {len(rows)}
    assert (rows[0][:7], rows[0][-7:], rows[-1][:7]) == ("1111111",) * 3
    assert rows != qr_rows("https://tra-cuu.example/HB-THCS-2025-0000000000-0")


@pytest.mark.parametrize("address", ["https://a.example/tra-cuu", "https://a.example/?ma={code}"])
def test_the_lookup_address_always_carries_the_code(
    example: Document, rendered: Rendered, look: SimpleNamespace, address: str
) -> None:
    """An address without the code gets it as fragment; it is printed beside the QR code."""
    code = example["transcript_code"]
    example["rendering"]["lookup_url"] = address.format(code=code)

    found = lookup_address(example)

    assert found == (f"{address}#{code}" if "{" not in address else address.format(code=code))
    # Poppler takes a hyphen at the end of a line for hyphenation.
    page = look.text(rendered(example), "-f", "1", "-l", "1").replace("\n", "").replace("-", "")
    assert found.replace("-", "") in page
