"""`verify … --out FILE`: what the command does and says while it makes a table."""

import argparse
import sys
from typing import TYPE_CHECKING

from verifier.bulk import Task, processes_for
from verifier.found_files import find_everything
from verifier.messages import _
from verifier.printing import summary_line
from verifier.progress_bar import ProgressBar
from verifier.report import worst_exit_code
from verifier.table_files import check_destination
from verifier.table_journal import journal_of
from verifier.table_run import verify_into_table

if TYPE_CHECKING:
    from pathlib import Path

_TOOL_FAILED = 1


def run_table(arguments: argparse.Namespace, task: Task) -> int:
    """
    Verify into the table that `--out` names; print the summary, return the exit code.

    Raises:
        PolicyError: wrong usage.
        VerifierError: the run was cut; the same command goes on.
    """
    out: Path = arguments.out
    files = find_everything(arguments.files, without=(out, journal_of(out)))
    check_destination(out, len(files))
    bar = ProgressBar(len(files), sys.stderr)
    try:
        found = verify_into_table(
            files,
            task,
            named=frozenset(map(str, arguments.files)),
            jobs=arguments.jobs or processes_for(len(files)),
            result=out,
            tell=bar.tell,
        )
    finally:
        bar.end()
    if found.kept:
        kept = _("{count} files had been verified before the cut").format(count=found.kept)
        print(kept, file=sys.stderr)  # noqa: T201  the command's diagnosis
    block = task.registry.block_number if task.registry is not None else None
    print(summary_line(found.counts, found.without_verdict, block))  # noqa: T201  the answer
    code = worst_exit_code(found.verdicts)
    return _TOOL_FAILED if found.without_verdict and code == 0 else code
