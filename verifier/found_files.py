"""Which files a run looks at: those that were named, and what lies in the folders named."""

import os
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import NamedTuple

from verifier.errors import PolicyError
from verifier.evidence import RECEIPT_SUFFIX
from verifier.messages import _

_COMPANIONS = (RECEIPT_SUFFIX, ".manifest.json")


class FoundPDFs(NamedTuple):
    """What a run without a table looks at, and what it only names."""

    files: list[Path]
    links: list[Path]
    """In folders; not followed, so that the same folder gives the same answers everywhere."""


def check_folders(folders: Iterable[Path | None]) -> None:
    """
    Check that each folder of evidence is there.

    Raises:
        PolicyError: one is not.
    """
    for folder in folders:
        if folder is not None and not os.path.isdir(folder):  # Path.is_dir() may raise
            raise PolicyError(_("there is no folder {path}").format(path=folder))


def find_everything(named: Sequence[Path], *, without: Iterable[Path] = ()) -> list[str]:
    """
    Return each named file and whatever lies in the named folders, each once, sorted by path.

    Receipts, manifests, hidden files that are no PDFs and the files *without* are left out.
    Folders behind links are not entered.

    Raises:
        PolicyError: something named is not there, or nothing was found at all.
    """
    left_out = {os.path.realpath(path) for path in without}
    return sorted(
        one
        for one, is_named in _find(named).items()
        if is_named or os.path.realpath(one) not in left_out
    )


def find_pdfs(named: Sequence[Path]) -> FoundPDFs:
    """
    Return the files that were named and what in the folders is no other file, in order, each once.

    What cannot be read is there as well: whoever verifies it says so.

    Raises:
        PolicyError: something named is not there, or nothing was found at all.
    """
    files, links = [], []
    for file, is_named in _find(named).items():
        if not is_named and os.path.islink(file):
            links.append(Path(file))
        elif is_named or is_pdf_by_name(file) or os.path.isdir(file):  # a folder that is closed
            files.append(Path(file))
    return FoundPDFs(files, links)


def _find(named: Sequence[Path]) -> dict[str, bool]:
    """Return what there is, and whether it was named itself."""
    found: dict[str, bool] = {}
    for path in named:
        if os.path.isdir(path):  # Path.is_dir() raises for a name that is too long
            for one in sorted(_inside(path)):
                found.setdefault(one, False)
        elif os.path.lexists(path):
            found[str(path)] = True
        else:
            raise PolicyError(_("there is no file {path}").format(path=path))
    if not any(is_named or is_pdf_by_name(one) for one, is_named in found.items()):
        raise PolicyError(_("no PDF file in what was named"))
    return found


def is_pdf_by_name(path: str) -> bool:
    """Tell by its ending whether a file says that it is a PDF."""
    return path.lower().endswith(".pdf")


def _inside(folder: Path) -> Iterator[str]:
    unread: list[str] = []
    for where, folders, names in os.walk(
        folder, onerror=lambda error: unread.append(error.filename)
    ):
        links = [name for name in folders if os.path.islink(os.path.join(where, name))]
        for name in (*names, *links):
            is_hidden = name.startswith(".") and not is_pdf_by_name(name)
            if not is_hidden and not name.endswith(_COMPANIONS):
                yield os.path.join(where, name)
        yield from unread
        unread.clear()
