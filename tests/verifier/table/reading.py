"""How the tests of tables run the command, and read what it wrote."""

import json
from collections.abc import Callable
from pathlib import Path

Run = Callable[..., int]
"""Runs the command line with these arguments; returns the exit code."""


def rows_of(table: Path) -> dict[str, dict[str, object]]:
    """The rows of a JSON table by the names of their files."""
    return {Path(row["file"]).name: row for row in json.loads(table.read_bytes())["files"]}
