"""docs/verification.md tells of every check and every sub-reason, by the numbers of the code."""

import re
from pathlib import Path

from verifier.errors import SubReason
from verifier.report import Check

TEXT = (Path(__file__).parents[2] / "docs" / "verification.md").read_text(encoding="utf-8")
OF_THE_AUDIT_ALONE = {str(SubReason.MANIFEST_WITHHELD)}


def test_every_check_has_its_row() -> None:
    """Number and name as reports print them, with clause, evidence and sub-reasons."""
    rows = re.findall(
        r"^\| (\d+) \| ([A-Z_]+) \| (.+?) \| (.+?) \| (.+?) \| (.+?) \|$", TEXT, re.MULTILINE
    )

    assert [(int(row[0]), row[1]) for row in rows] == [(int(one), one.name) for one in Check]
    assert all(re.search(r"[A-Z]{4}|as 7", row[5]) for row in rows)


def test_every_sub_reason_that_people_meet_is_explained() -> None:
    """What to do stands beside it."""
    advised = TEXT.split("## Sub-reasons and what to do")[1].split("\n## ")[0]
    named = set(re.findall(r"[A-Z][A-Z_]{4,}", advised))

    assert {str(one) for one in SubReason} - named == OF_THE_AUDIT_ALONE
