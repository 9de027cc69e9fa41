"""Which files a run looks at: those that were named, and what lies in the folders named."""

import os
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

from verifier.errors import PolicyError
from verifier.evidence import RECEIPT_SUFFIX
from verifier.messages import _

_COMPANIONS = (RECEIPT_SUFFIX, ".manifest.json")


def find_everything(named: Sequence[Path], *, without: Iterable[Path] = ()) -> list[str]:
    """
    Return each named file and whatever lies in the named folders, each once, sorted by path.

    Receipts, manifests, hidden files that are no PDFs and the files *without* are left out.
    Folders behind links are not entered.

    Raises:
        PolicyError: something named is not there, or nothing was found at all.
    """
    left_out = {os.path.realpath(path) for path in without}
    found: set[str] = set()
    files = {str(path) for path in named}
    for path in named:
        if os.path.isdir(path):
            found.update(one for one in _inside(path) if os.path.realpath(one) not in left_out)
        elif os.path.lexists(path):
            found.add(str(path))
        else:
            raise PolicyError(_("there is no file {path}").format(path=path))
    if not any(is_pdf_by_name(file) or file in files for file in found):
        raise PolicyError(_("no PDF file in what was named"))
    return sorted(found)


def find_pdfs(named: Sequence[Path]) -> list[Path]:
    """
    Return the files and the PDFs of the folders that were named, in order, each once.

    Raises:
        PolicyError: something named is not there, or nothing was found at all.
    """
    found: dict[Path, None] = {}
    for path in named:
        if os.path.isdir(path):  # Path.is_dir() raises for a name that is too long
            inside = (one for one in path.rglob("*") if is_pdf_by_name(one.name))
            found.update(dict.fromkeys(sorted(one for one in inside if one.is_file())))
        elif os.path.isfile(path):
            found[path] = None
        else:
            raise PolicyError(_("there is no file {path}").format(path=path))
    if not found:
        raise PolicyError(_("no PDF file in what was named"))
    return list(found)


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
