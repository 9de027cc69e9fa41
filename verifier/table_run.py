"""
Verify many files into one table, so that a run that was cut off goes on (docs/verification.md).

Memory holds the paths, two numbers and a digest for each file; rows wait on the disk.
"""

import hashlib
import json
import os
from array import array
from bisect import bisect_left
from collections import Counter, deque
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from importlib.metadata import version
from pathlib import Path

from verifier.advice import Outcome, outcome_by_name
from verifier.bulk import Task, verify_files
from verifier.checks import GREATEST_FILE_BYTES
from verifier.errors import SubReason
from verifier.evidence import RECEIPT_SUFFIX
from verifier.fields import to_hex
from verifier.found_files import is_pdf_by_name
from verifier.manifest_shelf import PATTERN
from verifier.regular_file import open_regular
from verifier.report import Verdict
from verifier.table_files import write_table
from verifier.table_journal import Journal
from verifier.table_rows import NotLookedAt, Row, duplicate_row, row_of, row_without_verdict

_NOWHERE = -1


@dataclass(slots=True)
class TableSummary:
    """What a whole table says."""

    counts: Counter[Outcome] = field(default_factory=Counter)
    verdicts: set[Verdict] = field(default_factory=set)
    without_verdict: int = 0
    """Files that could not be looked at; other files that lay there do not count."""
    kept: int = 0
    """Files whose rows an earlier run had written down."""


def verify_into_table(
    files: list[str],
    task: Task,
    *,
    named: frozenset[str],
    jobs: int,
    result: Path,
    tell: Callable[[int], None],
) -> TableSummary:
    """
    Verify *files* (sorted) into the table *result*.

    Args:
        files: what `found_files.find_everything` gave.
        task: what they are verified with; a run that goes on keeps the time of its beginning.
        named: those that were named on the command line: links among them are followed.
        jobs: processes.
        result: a .csv, .json or .xlsx file.
        tell: is told how many files are done.

    Raises:
        PolicyError: the result cannot be written there.
        VerifierError: the run was cut; the same call goes on.
    """
    journal = Journal.open(result)
    done = False
    try:
        begun_at = journal.begin(_circumstances(task), task.now)
        run = _Run(files, replace(task, now=begun_at), named, journal)
        run.find_kept()
        run.verify(jobs, tell)
        write_table(result, run.rows())
        done = True
        return run.summary
    finally:
        journal.close(done=done)


class _Run:
    """One run under way."""

    def __init__(
        self, files: list[str], task: Task, named: frozenset[str], journal: Journal
    ) -> None:
        self._files = files
        self._task = task
        self._named = named
        self._journal = journal
        self._places = array("q", [_NOWHERE]) * len(files)
        self._like = array("q", range(len(files)))
        """Which earlier file has the same bytes and receipts; itself for most."""
        self.summary = TableSummary()

    def find_kept(self) -> None:
        """Find what an earlier run wrote down of files that did not change since."""
        for file, fingerprint, place in self._journal.kept():
            at = bisect_left(self._files, file)
            is_here = at < len(self._files) and self._files[at] == file
            is_looked_at = is_here and self._why_not(file) is None and fingerprint != ""
            if is_looked_at and fingerprint == self._fingerprint(file):
                self._places[at] = place
        self.summary.kept = len(self._files) - self._places.count(_NOWHERE)

    def verify(self, jobs: int, tell: Callable[[int], None]) -> None:
        """Verify what is not known yet, each answer once for files that are the same."""
        waiting: deque[tuple[int, str]] = deque()
        finished = self.summary.kept
        tell(finished)
        for outcome in verify_files(self._pending(waiting), self._task, jobs=jobs):
            at, fingerprint = waiting.popleft()
            row = row_of(outcome)
            if self._may_change(row):
                fingerprint = ""  # not kept
            self._places[at] = self._journal.add(self._files[at], fingerprint, row)
            finished += 1
            tell(finished)

    def _may_change(self, row: Row) -> bool:
        """Tell whether a busy machine, a fault or somebody out of reach may be the reason."""
        if row["sub_reason"] in {SubReason.LIMIT_EXCEEDED, SubReason.GENERIC}:
            return True
        asks = self._task.service is not None or self._task.policy.signatures.fetch_revocation
        return asks and row["verdict"] == Verdict.INDETERMINATE

    def rows(self) -> Iterator[Row]:
        """Give the rows in the order of the files, and count them."""
        first_of: dict[str, int] = {}
        for at, file in enumerate(self._files):
            why_not = self._why_not(file)
            place = self._places[self._like[at]]
            if why_not is not None or place == _NOWHERE:
                row = row_without_verdict(file, why_not or NotLookedAt.UNREADABLE)
            else:
                row = {**self._journal.row(place), "file": file}
                first = first_of.setdefault(str(row.get("document_digest") or file), at)
                if first != at:
                    row = duplicate_row(row, self._files[first])
            self._count(row)
            yield row

    def _pending(self, waiting: deque[tuple[int, str]]) -> Iterator[Path]:
        first_of: dict[str, int] = {}
        for at, file in enumerate(self._files):
            if self._why_not(file) is not None:
                continue
            fingerprint = self._fingerprint(file)
            self._like[at] = first_of.setdefault(fingerprint or file, at)
            if self._like[at] == at and self._places[at] == _NOWHERE:
                waiting.append((at, fingerprint))
                yield Path(file)

    def _why_not(self, file: str) -> NotLookedAt | None:
        if file in self._named:
            return None
        if os.path.islink(file):
            return NotLookedAt.LINK
        return None if is_pdf_by_name(file) else NotLookedAt.NOT_A_PDF

    def _fingerprint(self, file: str) -> str:
        """Name the bytes of a file and of the receipts that go by its name; empty if unreadable."""
        path = Path(file)
        name = path.name.removesuffix(path.suffix) + RECEIPT_SUFFIX
        own = _content_digest(path)
        if not own:
            return ""
        places = [path.with_name(name)]
        places += [self._task.receipts / name] if self._task.receipts is not None else []
        return ":".join((own, *map(_content_digest, places)))

    def _count(self, row: Row) -> None:
        if "verdict" in row:
            verdict = Verdict(str(row["verdict"]))
            self.summary.verdicts.add(verdict)
            self.summary.counts[outcome_by_name(verdict, str(row["sub_reason"]))] += 1
        elif row["sub_reason"] != NotLookedAt.NOT_A_PDF:
            self.summary.without_verdict += 1


def _circumstances(task: Task) -> str:
    """Name all by which files are judged, beside themselves and the time."""
    signatures, registry = task.policy.signatures, task.policy.registry
    state = task.registry.state if task.registry is not None else None
    trusted = (task.policy.path, *signatures.trust_anchors, *signatures.revocation_lists)
    said = {
        "release": version("hocba"),
        "policy": [_content_digest(path) for path in trusted],
        "registry": [registry.chain_id, to_hex(registry.address)],
        "history": [state.history_size, to_hex(state.history_head)] if state else [],
        "unavailable": task.unavailable,
        "receipts": _listing(task.receipts, "*" + RECEIPT_SUFFIX),
        "manifests": _listing(task.manifests, PATTERN),
        "language": task.language,
        "service": task.service,
        "rendered": task.renderer is not None,
    }
    return hashlib.sha256(json.dumps(said).encode()).hexdigest()


def _listing(folder: Path | None, pattern: str) -> str:
    """Name a folder's evidence by names, sizes and times of change."""
    if folder is None:
        return ""
    digest = hashlib.sha256(str(folder.absolute()).encode(errors="surrogateescape"))
    for path in sorted(folder.glob(pattern)):
        try:
            found = path.stat()
        except OSError:
            continue
        digest.update(repr((path.name, found.st_size, found.st_mtime_ns)).encode())
    return digest.hexdigest()


def _content_digest(path: Path) -> str:
    """Return SHA-256 of the bytes that verification reads; empty for what cannot be read."""
    try:
        with open_regular(path) as file:
            return hashlib.sha256(file.read(GREATEST_FILE_BYTES + 1)).hexdigest()
    except OSError:
        return ""
