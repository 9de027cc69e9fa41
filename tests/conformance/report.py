"""Write what the judges say into docs/conformance.md, between its two marks."""

import re
import subprocess
import sys
from collections.abc import Iterable, Iterator
from pathlib import Path
from tempfile import TemporaryDirectory

from tests.conformance.hearing import JUDGES, Hearing
from tests.conformance.revisions import Document

DOCUMENT = Path(__file__).parents[2] / "docs" / "conformance.md"
BEGIN, END = "<!-- written by scripts/conformance -->\n", "<!-- end -->\n"
VERSIONS = re.compile(r"<artifactId>(?:validation-model|dss-bom).*?<version>(.+?)<", re.DOTALL)
ASK_FOR_VERSIONS = (
    ("java", "--version"),
    ("pdfsig", "-v"),
    ("openssl", "version"),
    ("qpdf", "--version"),
)


def main() -> int:
    """Ask all judges; 1 when one objects where it should not."""
    with TemporaryDirectory(prefix="hocba-conformance-") as name:
        hearing = Hearing(Path(name))
        tables = render_tables(hearing)
        objections = list(find_objections(hearing))
    before, _, rest = DOCUMENT.read_text(encoding="utf-8").partition(BEGIN)
    after = rest.partition(END)[2]
    text = f"{before}{BEGIN}{render_versions()}\n{tables}{END}{after}"
    DOCUMENT.write_text(text, encoding="utf-8")
    sys.stdout.writelines(f"{objection}\n" for objection in objections)
    return 1 if objections else 0


def render_versions() -> str:
    """Say with which programs the tables were made."""
    pom = (Path(__file__).parent / "pom.xml").read_text(encoding="utf-8")
    dss, verapdf = VERSIONS.findall(pom)
    said = [f"veraPDF {verapdf}", f"EU DSS {dss}"]
    for command in ASK_FOR_VERSIONS:
        done = subprocess.run(command, capture_output=True, text=True, check=True)
        found = re.search(r"(\w+)(?: version)? (\d[\d.]*)", done.stdout + done.stderr)
        said.append(" ".join(found.groups()) if found else command[0])
    return f"Last written with {', '.join(said)}.\n"


def render_tables(hearing: Hearing) -> str:
    """Write a table for each kind of document, and one of what was refused."""
    kinds = dict.fromkeys(document.kind for document in hearing.documents)
    return "\n".join([*(_kind(hearing, kind) for kind in kinds), _refusals(hearing)])


def find_objections(hearing: Hearing, judges: Iterable[str] = JUDGES) -> Iterator[str]:
    """Name every objection to an honest document, and every question without an answer."""
    for document in hearing.documents:
        for judge in judges:
            said = hearing.said_of(judge, document.case.name)
            for about in sorted(document.revision.questions(judge) ^ set(said)):
                yield f"{document.case.name}: {judge} says nothing fitting about {about}"
            for finding in said.values():
                if not finding.good:
                    yield f"{document.case.name}: {judge}, {finding.about}: {finding.said}"


def _kind(hearing: Hearing, kind: str) -> str:
    lines = [
        f"### {kind}\n",
        f"| Level | Revision | {' | '.join(JUDGES)} |",
        f"|---|---|{'---|' * len(JUDGES)}",
    ]
    for document in hearing.documents:
        if document.kind == kind:
            revision = document.revision
            cells = [_cell(hearing, document, judge) for judge in JUDGES]
            lines.append(f"| {revision.level or '—'} | {revision.name} | {' | '.join(cells)} |")
    return "\n".join(lines) + "\n"


def _cell(hearing: Hearing, document: Document, judge: str) -> str:
    """Say what one judge says of one document, as short as it can be."""
    said, revision = hearing.said_of(judge, document.case.name), document.revision
    objections = [finding for finding in said.values() if not finding.good]
    if objections:
        return "; ".join(f"**{finding.about}: {finding.said}**" for finding in objections)
    if not said:
        return "—"
    match judge:
        case "veraPDF":
            return ", ".join(sorted(said))
        case "EU DSS":
            stamps = f", {len(revision.stamps)} × PASSED" if revision.stamps else ""
            return f"{len(revision.signatures)} × TOTAL-PASSED {revision.level}{stamps}"
        case "qpdf":
            return "no errors"
    return f"{len(said)} good"


def _refusals(hearing: Hearing) -> str:
    lines = [
        "### Refused, as it must be\n",
        "| What is wrong | Judge | About | It says |",
        "|---|---|---|---|",
    ]
    lines += [
        f"| {forgery.what} | {forgery.judge} | {forgery.about} | {forgery.says} |"
        for forgery in hearing.forgeries
        if not hearing.said_of(forgery.judge, forgery.case.name)[forgery.about].good
    ]
    return "\n".join(lines) + "\n"


if __name__ == "__main__":
    sys.exit(main())
