"""Where the report of `hocba check` goes: the terminal, standard output, a file."""

import sys
from pathlib import Path

from rich.console import Console

from transcript_service.commands.check_screen import show_check
from transcript_service.errors import UsageError
from transcript_service.files import write_whole
from transcript_service.quality.checks import SchoolCheck
from transcript_service.quality.report_html import render_html
from transcript_service.quality.report_json import render_json
from transcript_service.quality.workbook import render_workbook
from verifier.messages import _

_OWNER_ONLY = 0o600
"""The report names pupils."""


def check_output(form: str, out: Path | None) -> None:
    """
    Check, before any work, that a report of this form can go there.

    Raises:
        UsageError: a workbook on the terminal, or a table in a file.
    """
    if form == "xlsx" and out is None:
        raise UsageError(_("a workbook goes into a file; name it with --out"))
    if form == "table" and out is not None:
        raise UsageError(_("--out needs a form that is a file: --format json, xlsx or html"))


def put_report(console: Console, check: SchoolCheck, form: str, out: Path | None) -> None:
    """
    Show the report, or write it to *out*, which only its owner can read.

    Raises:
        FileNotWritten: no space, no permission.
    """
    if form == "table":
        show_check(console, check)
        return
    data = _rendered(check, form)
    if out is None:
        sys.stdout.write(data.decode())
        return
    write_whole(out, data, mode=_OWNER_ONLY)
    console.print(_("the report is in {path}").format(path=out), markup=False, soft_wrap=True)


def _rendered(check: SchoolCheck, form: str) -> bytes:
    if form == "xlsx":
        return render_workbook(check)
    text = render_html(check) if form == "html" else render_json(check) + "\n"
    return text.encode()
