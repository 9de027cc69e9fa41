"""
Revisions behind an issued document that readers would read in different ways.

Each is written byte by byte behind a frozen document: pyHanko's own reading of most of them is
harmless validation data, while other readers draw another page.
"""

import json
import re
import shutil
from pathlib import Path

import pytest

from transcript_service.cli import main

FROZEN = Path(__file__).parents[1] / "frozen" / "1"
FORGED = b"<</Length 30>>\nstream\n1 0 0 rg 40 300 520 120 re f  \nendstream"


class Ground:
    """An issued document, taken apart as far as an attacker needs it."""

    def __init__(self) -> None:
        self.path = next((FROZEN / "transcripts").glob("*.v1.pdf"))
        self.pdf = self.path.read_bytes()
        catalog = list(
            re.finditer(
                rb"\n(\d+) 0 obj\n(<<\s*/Type\s*/Catalog.*?>>)\nendobj", self.pdf, re.DOTALL
            )
        )
        self.catalog_number, self.catalog = int(catalog[-1][1]), catalog[-1][2]
        page = re.findall(rb"/Contents (\d+) 0 R", self.pdf)
        self.content_number = int(page[1])
        self.size = int(re.findall(rb"/Size (\d+)", self.pdf)[-1])
        self.info = int(re.findall(rb"/Info (\d+) 0 R", self.pdf)[-1])
        self.identity = b"/ID [<00> <01>]"
        self.previous = int(re.findall(rb"startxref\s+(\d+)", self.pdf)[-1])

    def with_dss(self, more: bytes = b"") -> bytes:
        return b"%d 0 obj\n%s%s/DSS<</Type/DSS>>>>\nendobj\n" % (
            self.catalog_number,
            self.catalog[:-2],
            more,
        )

    def append(
        self,
        objects,
        rows=None,
        *,
        behind_trailer=b"",
        trailer=b"",
        size=None,
        root=None,
        info=None,
    ):
        """Append *objects*, pairs of number and bytes; *rows* are pairs of number and position."""
        out, offsets = bytearray(self.pdf), []
        for _number, raw in objects:
            offsets.append(len(out))
            out += raw
        start = len(out)
        if rows is None:
            rows = sorted((number, position) for position, (number, _) in enumerate(objects))
        out += b"xref\n"
        for number, position in rows:
            out += b"%d 1\n%010d 00000 n \n" % (number, offsets[position])
        out += (
            b"trailer\n<</Size %d/Root %d 0 R/Info %d 0 R%s/Prev %d%s>>%s\nstartxref\n%d\n%%%%EOF\n"
            % (
                size or self.size,
                root or self.catalog_number,
                info or self.info,
                self.identity,
                self.previous,
                trailer,
                behind_trailer,
                start,
            )
        )
        return bytes(out)


GROUND = Ground()
DSS = (GROUND.catalog_number, GROUND.with_dss())
COPY = re.search(rb"\n(%d 0 obj\n.*?\nendobj)" % GROUND.content_number, GROUND.pdf, re.DOTALL)[1]
FORGED_PAGE = b"%d 0 obj\n%s\nendobj\n" % (GROUND.content_number, FORGED)
PAGE = GROUND.content_number
NEW = GROUND.size

ATTACKS = {
    "two rows for one object, the forged one first": GROUND.append(
        [DSS, (PAGE, FORGED_PAGE), (PAGE, COPY + b"\n")],
        [(GROUND.catalog_number, 0), (PAGE, 1), (PAGE, 2)],
    ),
    "two rows for one object, the forged one last": GROUND.append(
        [DSS, (PAGE, FORGED_PAGE), (PAGE, COPY + b"\n")],
        [(GROUND.catalog_number, 0), (PAGE, 2), (PAGE, 1)],
    ),
    "an object that no row names": GROUND.append(
        [DSS, (PAGE, FORGED_PAGE)], [(GROUND.catalog_number, 0)]
    ),
    "text behind an object": GROUND.append(
        [(DSS[0], DSS[1] + b"HIDDEN TEXT endobj\n")],
    ),
    "text behind the trailer": GROUND.append([DSS], behind_trailer=b"\nANY TEXT <</X 1>>"),
    "a new object that nothing needs": GROUND.append(
        [DSS, (NEW, b"%d 0 obj\n%s\nendobj\n" % (NEW, FORGED))], size=NEW + 1
    ),
    "validation data that are none": GROUND.append(
        [
            (DSS[0], DSS[1].replace(b"/Type/DSS", b"/Type/DSS/Certs[%d 0 R]" % NEW)),
            (NEW, b"%d 0 obj\n%s\nendobj\n" % (NEW, FORGED)),
        ],
        size=NEW + 1,
    ),
    "another version and an extension": GROUND.append(
        [(DSS[0], GROUND.with_dss(b"/Version/1.0/Extensions<</X(payload)>>"))]
    ),
    "a second previous revision": GROUND.append([DSS], trailer=b"/Prev 10"),
    "a page's content that is named as the catalog": GROUND.append(
        [
            (
                PAGE,
                GROUND.with_dss().replace(b"%d 0 obj" % GROUND.catalog_number, b"%d 0 obj" % PAGE),
            )
        ],
        root=PAGE,
    ),
    "another object as the document's properties": GROUND.append([DSS], info=PAGE),
    "a trailer that says more": GROUND.append([DSS], trailer=b"/Encrypt null"),
    "another catalog entry": GROUND.append(
        [(DSS[0], GROUND.with_dss(b"/OpenAction<</S/JavaScript/JS(1)>>"))]
    ),
    "the page itself": GROUND.append([DSS, (PAGE, FORGED_PAGE)]),
}


@pytest.fixture
def judge(tmp_path, capsys):
    def run(pdf):
        path = tmp_path / GROUND.path.name
        path.write_bytes(pdf)
        shutil.copy(GROUND.path.with_suffix(".receipt.json"), tmp_path)
        policy = FROZEN / "policy-snapshot.toml"
        main(["verify", str(path), "--policy", str(policy), "--json"])
        report = json.loads(capsys.readouterr().out.splitlines()[0])
        return report["verdict"], report["sub_reason"]

    return run


def test_plain_validation_data_may_follow(judge):
    """The ground of all attacks is good: an empty DSS, written in the same way."""
    assert judge(GROUND.append([DSS])) == ("TOTAL-PASSED", None)


@pytest.mark.parametrize("attack", ATTACKS)
def test_what_can_be_read_in_two_ways_is_appended(judge, attack):
    """Whatever one reader makes of it, the file is not the one that was issued."""
    assert judge(ATTACKS[attack]) == ("TOTAL-FAILED", "APPENDED")
