"""
Reading a manifest of any length in one pass and little memory, for the audit.

`verifier.manifest` makes an object of each entry, which is right for looking one up. A replay only
hashes them, so here they come in parts of some thousands, straight from the one form that a
manifest can have (RFC 8785). What is accepted is the same: the tests compare the two readers.
"""

import re
from binascii import Error as HexError
from binascii import unhexlify
from collections.abc import Iterator
from dataclasses import dataclass
from hashlib import sha256
from struct import Struct
from typing import Annotated, BinaryIO, Literal

import msgspec
from msgspec import Meta

from verifier.canonical import MAX_INTEGER
from verifier.entry import ENTRY_TYPE, MAX_VERSION
from verifier.errors import InvalidFormat
from verifier.fields import HexDigest, InstitutionCode, Positive, from_hex, invalid
from verifier.manifest import MAX_MANIFEST_BYTES, CertificateJson, Manifest
from verifier.messages import _

PART_BYTES = 256 * 1024
"""Read at once: some two thousand entries."""
_ENTRY = re.compile(
    rb',\["0x(.{64})",([1-9][0-9]{0,15}),"0x(.{64})",([1-9][0-9]{0,9})\]', re.DOTALL
)
"""With the comma before it, so that the lengths of all entries are that of their text."""
_ENTRY_BYTES = len(',["0x",,"0x",]') + 128
_OPENING = b'"entries":['
_BETWEEN = b"],["
_LONGEST_WITHOUT_END = 1024
"""More than an entry and all that can follow the last one."""
_CAPITALS = (b"A", b"B", b"C", b"D", b"E", b"F")
_LONGEST_HEAD = 16 * 1024 * 1024
"""More than a hundred thousand certificates."""
_VERSION = Struct(">I")
_LEAF = bytes((0, ENTRY_TYPE))
"""What a leaf's hash begins with: RFC 9162's octet of leaves, and the entry's own first one."""


class _Frame(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A manifest without its entries; the order of the fields is that of RFC 8785."""

    certificates: list[CertificateJson]
    entries: Annotated[list[None], Meta(max_length=0)]
    format: Literal["hocba/manifest/1"]
    institution: InstitutionCode
    root: HexDigest
    size: Positive


_DECODER = msgspec.json.Decoder(_Frame)


@dataclass(frozen=True, slots=True)
class EntryPart:
    """
    Some entries in order, one list for each column.

    Args:
        bodies: the entries' bytes (ADR 0004) without the first one, which is the same in all.
        sizes: of the documents, in bytes.
        leaves: the entries' leaf hashes (RFC 9162 section 2.1.1).
    """

    bodies: list[bytes]
    sizes: list[int]
    leaves: list[bytes]


class ManifestScan:
    """
    One pass over a manifest's bytes: iterate over its parts, then ask `head` and `digest`.

    Args:
        file: its bytes; read once, from where it stands.
        what: how to call it in an error.
    """

    def __init__(self, file: BinaryIO, *, what: str) -> None:
        self._file = file
        self._what = what
        self._hashed = sha256()
        self._count = 0
        self._length = 0
        self._head: Manifest | None = None

    @property
    def head(self) -> Manifest:
        """Return all of the manifest but its entries, after the last part."""
        if self._head is None:
            raise ValueError("the manifest was not read to its end")
        return self._head

    @property
    def digest(self) -> bytes:
        """Return SHA-256 of all bytes, after the last part."""
        return self._hashed.digest()

    def __iter__(self) -> Iterator[EntryPart]:
        """
        Give the entries.

        Raises:
            InvalidFormat: it is not a `hocba/manifest/1` in canonical form, or its size is not
                the number of its entries. Parts that were given before do not count then.
            OSError: it cannot be read.
        """
        before, rest = self._find_entries()
        while True:
            more = self._read()
            rest += more
            end = rest.rfind(_BETWEEN) if more else _end_of_entries(rest)
            if end <= 0 and more and len(rest) > _LONGEST_WITHOUT_END:
                raise self._wrong(_("not written in the canonical form of RFC 8785"))
            if end > 0:
                yield self._part(rest[: end + 1])
                rest = rest[end + 2 :] if more else rest[end + 1 :]
            if not more:
                break
        self._close(before, rest)

    def _read(self) -> bytes:
        data = self._file.read(PART_BYTES)
        self._hashed.update(data)
        self._length += len(data)
        if self._length > MAX_MANIFEST_BYTES:
            raise self._wrong(_("{size} bytes are too many").format(size=self._length))
        return data

    def _find_entries(self) -> tuple[bytes, bytes]:
        """Split what comes first at the beginning of the entries."""
        found, searched = b"", 0
        while (at := found.find(_OPENING, searched)) < 0:
            searched = max(0, len(found) - len(_OPENING))
            more = self._read()
            if not more or len(found) > _LONGEST_HEAD:
                raise self._wrong(_("not written in the canonical form of RFC 8785"))
            found += more
        return found[: at + len(_OPENING)], found[at + len(_OPENING) :]

    def _part(self, text: bytes) -> EntryPart:
        listed = b"," + text
        found = _ENTRY.findall(listed)
        written = len(found) * _ENTRY_BYTES + sum([len(x[1]) + len(x[3]) for x in found])
        if written != len(listed) or any(letter in text for letter in _CAPITALS):
            raise self._wrong(_("not written in the canonical form of RFC 8785"))
        self._count += len(found)
        sizes = [int(x[1]) for x in found]
        versions = {digits: int(digits) for digits in {x[3] for x in found}}
        if max(sizes) > MAX_INTEGER or max(versions.values()) > MAX_VERSION:
            raise self._wrong(_("a number is too great"))
        packed = {digits: _VERSION.pack(version) for digits, version in versions.items()}
        try:
            bodies = [unhexlify(x[0] + x[2]) + packed[x[3]] for x in found]
        except HexError as error:
            raise self._wrong(_("not written in the canonical form of RFC 8785")) from error
        return EntryPart(bodies, sizes, [sha256(_LEAF + body).digest() for body in bodies])

    def _close(self, before: bytes, after: bytes) -> None:
        """Read what stands around the entries."""
        frame = before + after
        try:
            found = _DECODER.decode(frame)
        except UnicodeDecodeError as error:
            raise self._wrong(_("not UTF-8")) from error
        except msgspec.MsgspecError as error:
            raise invalid(error, self._what) from error
        if msgspec.json.encode(found) != frame:
            raise self._wrong(_("not written in the canonical form of RFC 8785"))
        if found.size != self._count:
            raise InvalidFormat(self._what, "size", _("is not the number of entries"))
        self._head = Manifest(
            institution=found.institution,
            root=from_hex(found.root),
            certificates=tuple(one.declared() for one in found.certificates),
            entries=(),
            size=found.size,
        )

    def _wrong(self, problem: str) -> InvalidFormat:
        return InvalidFormat(self._what, "", problem)


def _end_of_entries(text: bytes) -> int:
    """Return where the bracket of the last entry stands, with another one behind it; -1 if none."""
    return text.rfind(b"]]")
