"""A folder of receipts, by the digests of their documents; looked through again when it changes."""

import os
from pathlib import Path

from verifier.errors import InvalidFormat
from verifier.evidence import RECEIPT_SUFFIX
from verifier.receipt import MAX_RECEIPT_BYTES, parse_receipt
from verifier.regular_file import open_regular

_Stamp = tuple[int, int, int]


class ReceiptFolder:
    """
    The receipts that a school hands out; each file is read once for as long as it stays as it is.

    What is malformed counts as absent.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._known: dict[str, tuple[_Stamp, bytes | None]] = {}
        self._places: dict[bytes, str] = {}

    def __len__(self) -> int:
        return len(self._places)

    def refresh(self) -> None:
        """Take note of what was added, changed or taken away."""
        known: dict[str, tuple[_Stamp, bytes | None]] = {}
        for entry in _entries(self._folder):
            stamp = _stamp(entry)
            held = self._known.get(entry.name)
            if held is None or held[0] != stamp:
                data = self._read(entry.name)
                held = (stamp, None if data is None else data[0])
            known[entry.name] = held
        self._known = known
        self._places = {digest: name for name, (_s, digest) in known.items() if digest is not None}

    def find(self, document_digest: bytes) -> bytes | None:
        """Return the receipt's bytes as they left the school; None where there is none."""
        name = self._places.get(document_digest)
        found = self._read(name) if name is not None else None
        return found[1] if found is not None and found[0] == document_digest else None

    def _read(self, name: str) -> tuple[bytes, bytes] | None:
        """Return a receipt's document digest and its bytes."""
        try:
            with open_regular(self._folder / name) as file:
                data = file.read(MAX_RECEIPT_BYTES + 1)
            return parse_receipt(data).document_digest, data
        except (OSError, InvalidFormat):
            return None


def _entries(folder: Path) -> list["os.DirEntry[str]"]:
    try:
        with os.scandir(folder) as entries:
            return [entry for entry in entries if entry.name.endswith(RECEIPT_SUFFIX)]
    except OSError:
        return []


def _stamp(entry: "os.DirEntry[str]") -> _Stamp:
    try:
        found = entry.stat()
    except OSError:
        return (0, 0, 0)
    return found.st_mtime_ns, found.st_size, found.st_ino
