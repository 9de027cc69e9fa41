"""Judges that run on Java: veraPDF and EU DSS, one virtual machine each for all files."""

import subprocess
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

from tests.conformance.finding import Case, Finding, JudgeAbsent

BUILT = Path(__file__).parent / "target"
PROFILES = {"3a": "PDF/A-3a", "ua1": "PDF/UA-1"}


def ask_verapdf(cases: Iterable[Case]) -> Iterator[Finding]:
    """Ask veraPDF whether each file keeps every clause of PDF/A-3a, and of PDF/UA-1."""
    by_path = {str(case.path): case for case in cases}
    for path, profile, clauses in _ask("VeraPdf", list(by_path)):
        yield Finding(
            judge="veraPDF",
            case=by_path[path].name,
            about=PROFILES[profile],
            said=f"breaks {clauses}" if clauses else "conforms",
            good=not clauses,
        )


def ask_eu_dss(cases: Iterable[Case]) -> Iterator[Finding]:
    """Ask EU DSS for indication and level of each signature and time stamp."""
    by_path = {str(case.path): case for case in cases}
    questions = ["\t".join(_question(case)) for case in by_path.values()]
    for path, about, *words, proven_at, objections, warnings in _ask("EuDss", questions):
        yield Finding(
            judge="EU DSS",
            case=by_path[path].name,
            about=about,
            said=" ".join(word for word in (*words, objections) if word),
            good=words[0] in {"TOTAL_PASSED", "PASSED"},
            proven_at=proven_at,
            warnings=warnings,
        )


def _question(case: Case) -> list[str]:
    """Name file, moment, root, and what else is at hand: nothing where the file is enough."""
    if case.alone_at is not None:
        return [str(case.path), case.alone_at, str(case.trusted)]
    return [str(case.path), case.moment, str(case.trusted), *map(str, case.revocation_lists)]


def _ask(judge: str, questions: Sequence[str]) -> Iterator[list[str]]:
    """Run one judge on all *questions*; its answers, cut at tabs."""
    if not (BUILT / "classes" / "judges" / f"{judge}.class").is_file():
        raise JudgeAbsent(f"{judge} is not built; scripts/setup builds it")
    command = ["java", "-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC", "-Djava.awt.headless=true"]
    try:
        done = subprocess.run(
            [*command, "-cp", f"{BUILT}/classes:{BUILT}/dependency/*", f"judges.{judge}"],
            input="".join(f"{question}\n" for question in questions).encode(),
            capture_output=True,
            check=False,
        )
    except FileNotFoundError as error:
        raise JudgeAbsent("java is not installed; scripts/setup installs it") from error
    if done.returncode != 0:
        raise RuntimeError(f"{judge} broke off: {done.stderr.decode(errors='replace')}")
    return (line.split("\t") for line in done.stdout.decode().splitlines())
