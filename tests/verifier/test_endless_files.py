"""
Small files that a reader could follow without end.

Each is opened in a process of its own with a limit of CPU seconds, so that a reader that does
not end fails here and does not hang.
"""

import resource
import subprocess
import sys
import zlib
from collections.abc import Callable
from pathlib import Path

import pytest

CPU_SECONDS = 20
OPEN = """
import sys
from pathlib import Path
from verifier.opened_file import open_file
opened = open_file(Path(sys.argv[1]).read_bytes())
print("read" if opened.document is not None else "refused")
"""
PAGES = b"<</Type/Pages/Kids[]/Count 0>>"


def write_pdf(objects: dict[int, bytes]) -> bytes:
    """Return a PDF of one revision; object 1 is its catalog."""
    out = bytearray(b"%PDF-1.7\n%\x80\x80\x80\x80\n")
    rows = [b"0000000000 65535 f "]
    for number in range(1, max(objects) + 1):
        rows.append(b"%010d 00000 n " % len(out))
        out += b"%d 0 obj\n%s\nendobj\n" % (number, objects.get(number, b"null"))
    start = len(out)
    out += b"xref\n0 %d\n%s\n" % (len(rows), b"\n".join(rows))
    out += b"trailer\n<</Size %d/Root 1 0 R>>\nstartxref\n%d\n%%%%EOF\n" % (len(rows), start)
    return bytes(out)


def append_revisions(pdf: bytes, count: int) -> bytes:
    """Append *count* revisions of one object each."""
    out, previous = bytearray(pdf), pdf.rindex(b"xref", 0, pdf.rindex(b"startxref"))
    for number in range(count):
        at = len(out)
        out += b"3 0 obj\n%d\nendobj\n" % number
        start = len(out)
        out += b"xref\n3 1\n%010d 00000 n \n" % at
        out += b"trailer\n<</Size 4/Root 1 0 R/Prev %d>>\nstartxref\n%d\n%%%%EOF\n" % (
            previous,
            start,
        )
        previous = start
    return bytes(out)


def name_tree(*nodes: bytes) -> bytes:
    catalog = b"<</Type/Catalog/Pages 2 0 R/Names<</EmbeddedFiles 3 0 R>>>>"
    return write_pdf({1: catalog, 2: PAGES, **dict(enumerate(nodes, 3))})


def form(*fields: bytes) -> bytes:
    catalog = b"<</Type/Catalog/Pages 2 0 R/AcroForm<</Fields[3 0 R]>>>>"
    return write_pdf({1: catalog, 2: PAGES, **dict(enumerate(fields, 3))})


def name_tree_of_itself() -> bytes:
    return name_tree(b"<</Kids[" + b"3 0 R " * 20 + b"]>>")


def name_tree_ladder() -> bytes:
    rungs = [b"<</Kids[" + b"%d 0 R " % (number + 4) * 20 + b"]>>" for number in range(14)]
    return name_tree(*rungs, b"<</Names[(a) 2 0 R]>>")


def name_tree_chain() -> bytes:
    links = [b"<</Kids[%d 0 R]>>" % (number + 4) for number in range(1_200)]
    return name_tree(*links, b"<</Names[(a) 2 0 R]>>")


def field_ladder() -> bytes:
    rungs = [
        b"<</T(a%d)/FT/Sig/Kids[%d 0 R %d 0 R]>>" % (number, number + 4, number + 4)
        for number in range(60)
    ]
    return form(*rungs, b"<</T(z)/FT/Sig>>")


def field_of_itself() -> bytes:
    return form(b"<</T(a)/FT/Sig/Kids[3 0 R]>>")


def inflated_attachment() -> bytes:
    packer = zlib.compressobj(9)
    once = b"".join(packer.compress(bytes(1 << 20)) for _ in range(64)) + packer.flush()
    twice = zlib.compress(once, 9)
    catalog = b"<</Type/Catalog/Pages 2 0 R/AF[3 0 R]>>"
    file = b"<</Type/Filespec/F(transcript.json)/UF(transcript.json)/EF<</F 4 0 R>>>>"
    stream = b"<</Filter[/FlateDecode/FlateDecode]/Length %d>>stream\n%s\nendstream"
    return write_pdf({1: catalog, 2: PAGES, 3: file, 4: stream % (len(twice), twice)})


def many_revisions() -> bytes:
    catalog = b"<</Type/Catalog/Pages 2 0 R>>"
    return append_revisions(write_pdf({1: catalog, 2: PAGES, 3: b"0"}), 20_000)


def revisions_of_a_large_file() -> bytes:
    catalog, padding = b"<</Type/Catalog/Pages 2 0 R>>", b"(" + b"A" * (40 << 20) + b")"
    return append_revisions(write_pdf({1: catalog, 2: PAGES, 3: padding}), 400)


def many_associated_files() -> bytes:
    catalog = b"<</Type/Catalog/Pages 2 0 R/AF[" + b"3 0 R " * 20_000 + b"]>>"
    return write_pdf({1: catalog, 2: PAGES, 3: b"<</Type/Filespec/F(x)>>"})


REFUSED = [
    name_tree_of_itself,
    name_tree_ladder,
    name_tree_chain,
    field_ladder,
    field_of_itself,
    inflated_attachment,
    many_revisions,
]
READ = [revisions_of_a_large_file, many_associated_files]


def open_in_process(pdf: bytes, directory: Path) -> str:
    path = directory / "hostile.pdf"
    path.write_bytes(pdf)

    def limit() -> None:
        resource.setrlimit(resource.RLIMIT_CPU, (CPU_SECONDS, CPU_SECONDS))
        resource.setrlimit(resource.RLIMIT_AS, (4 << 30, 4 << 30))

    done = subprocess.run(
        [sys.executable, "-c", OPEN, path],
        capture_output=True,
        text=True,
        check=False,
        preexec_fn=limit,
    )
    return done.stdout.strip() or f"ended with {done.returncode}: {done.stderr[-300:]}"


@pytest.mark.parametrize("make", REFUSED)
def test_a_file_without_end_is_refused(make: Callable[[], bytes], tmp_path: Path) -> None:
    """Its structure is that of no document."""
    assert open_in_process(make(), tmp_path) == "refused"


@pytest.mark.parametrize("make", READ)
def test_a_file_of_many_parts_is_read_in_time(make: Callable[[], bytes], tmp_path: Path) -> None:
    """What costs little for each part costs little in all."""
    assert open_in_process(make(), tmp_path) == "read"
