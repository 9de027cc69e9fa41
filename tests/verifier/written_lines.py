"""Journals and ledgers as an own run reads and writes them."""

from typing import Any

from verifier.own_lines import OwnLines


def read_lines(kind: str, data: bytes) -> list[dict[str, Any]]:
    """Return what the lines of a file say, its head first."""
    own, place, found = OwnLines(kind), 0, []
    for line in data.splitlines(keepends=True):
        found.append(own.read(line, place) if place else own.go_on(line))
        place += len(line)
    return found


def write_lines(kind: str, lines: list[dict[str, Any]]) -> bytes:
    """Return a file whose lines say so, its head first."""
    own = OwnLines(kind)
    head, *others = lines
    data = own.begin(head)
    for line in others:
        data += own.write(line, len(data))
    return data
