"""
Render the frozen transcripts of tests/vectors/rendering and compare the PDFs' digests.

A transcript names the template, fonts and typst version that made it, so a difference means that
documents already issued could not be rendered again: make a new version of the template and keep
the old one. `--write` freezes the samples anew, which is right only before a template's first
release.
"""

import argparse
import json
import sys
from dataclasses import asdict
from hashlib import sha256
from pathlib import Path

from transcript_service.documents.render import render, rendering_identity
from transcript_service.errors import RenderError
from verifier.canonical import canonical_json

FROZEN = Path(__file__).resolve().parents[2] / "tests" / "vectors" / "rendering"
DIGESTS = FROZEN / "SHA256SUMS"


def main(arguments: list[str]) -> int:
    """Compare, or write; 1 when a frozen sample renders to other bytes or not at all."""
    parser = argparse.ArgumentParser(description="Check the frozen sample of each template.")
    parser.add_argument("--write", action="store_true", help="freeze the samples anew")
    if parser.parse_args(arguments).write:
        write()
        return 0
    problems = find_problems()
    for problem in problems:
        print(problem)
    return 1 if problems else 0


def find_problems() -> list[str]:
    """Name every sample that is not what it was."""
    problems = []
    lines = (line.split() for line in DIGESTS.read_text().splitlines())
    frozen = {name: digest for digest, name in lines}
    for path in samples():
        name = pdf_name(path)
        try:
            digest = sha256(render(path.read_bytes())).hexdigest()
        except RenderError as error:
            problems.append(f"{name}: {error}")
            continue
        if digest != frozen.pop(name, None):
            problems.append(f"{name}: renders to {digest}, which is not what {DIGESTS.name} says")
    return problems + [f"{name}: its frozen transcript is missing" for name in frozen]


def write() -> None:
    """Let each sample name what is at hand, and note its digest."""
    lines = []
    for path in samples():
        document = json.loads(path.read_bytes())
        identity = rendering_identity(document["rendering"]["template"])
        document["rendering"].update(asdict(identity))
        data = canonical_json(document)
        path.write_bytes(data)
        lines.append(f"{sha256(render(data)).hexdigest()}  {pdf_name(path)}\n")
    DIGESTS.write_text("".join(lines))


def samples() -> list[Path]:
    """Return the frozen transcripts, in order of their names; there is at least one."""
    found = sorted(FROZEN.glob("*.transcript.json"))
    if not found:
        sys.exit(f"no *.transcript.json in {FROZEN}")
    return found


def pdf_name(path: Path) -> str:
    """Name the PDF of a frozen transcript."""
    return path.name.replace(".transcript.json", ".pdf")


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
