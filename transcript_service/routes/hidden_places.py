"""Reports leave this machine without the names of its folders."""

from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path

from verifier.report import Report


def without_places(report: Report, folders: Iterable[Path]) -> Report:
    """Return *report* with the names of files only, where they lie in *folders*."""
    prefixes = [f"{folder}/" for folder in folders]

    def shown(text: str) -> str:
        for prefix in prefixes:
            text = text.replace(prefix, "")
        return text

    anchor = report.anchor
    return replace(
        report,
        file="",
        anchor=None if anchor is None else replace(anchor, source=shown(anchor.source)),
        checks=tuple(replace(one, message=shown(one.message)) for one in report.checks),
        notes=tuple(map(shown, report.notes)),
    )
