"""
Manifests, `hocba/manifest/1`: every entry of one batch, in order, without personal data.

With a manifest and the chain anybody can make the batch's receipts again. The registry anchors
SHA-256 of its bytes, so they have one form only: RFC 8785. That is also how it is read: the
bytes must be what writing the parsed manifest gives, which leaves no room for doubled names,
unknown fields or another spelling of a number.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from hashlib import sha256
from typing import Annotated, Final, Literal

import msgspec
from msgspec import Meta

from verifier.entry import entry_bytes
from verifier.errors import InvalidFormat, OtherHistory
from verifier.fields import (
    EntryVersion,
    HexDigest,
    InstitutionCode,
    Positive,
    from_hex,
    invalid,
    to_hex,
)
from verifier.merkle import leaf_hash, tree_head
from verifier.messages import _

FORMAT: Final = "hocba/manifest/1"
MAX_MANIFEST_BYTES = 512 * 1024 * 1024
"""About three million entries."""

CertificateUse = Literal["PRINCIPAL", "SEAL"]


@dataclass(frozen=True, slots=True, kw_only=True)
class DeclaredCertificate:
    """A certificate that signed documents of the batch: its identity (32 bytes) and use."""

    identity: bytes
    use: CertificateUse


class ManifestEntry(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """One issued document: digests of 32 bytes, `document_size` in bytes."""

    document_digest: bytes
    document_size: int
    series_id: bytes
    version: int

    def leaf_hash(self) -> bytes:
        """Return the leaf hash of this entry (RFC 9162 section 2.1.1)."""
        return leaf_hash(entry_bytes(self.document_digest, self.series_id, self.version))


@dataclass(frozen=True, slots=True, kw_only=True)
class Manifest:
    """What an institution says it anchored under `root` (32 bytes)."""

    institution: str
    root: bytes
    certificates: tuple[DeclaredCertificate, ...]
    entries: tuple[ManifestEntry, ...]
    size: int

    def leaf_hashes(self) -> Iterator[bytes]:
        """Give the leaf hashes of all entries, in order."""
        return (entry.leaf_hash() for entry in self.entries)


class CertificateJson(msgspec.Struct, forbid_unknown_fields=True, frozen=True):
    """A certificate as JSON has it."""

    identity: HexDigest
    use: CertificateUse

    def declared(self) -> DeclaredCertificate:
        """Return it with bytes for hex."""
        return DeclaredCertificate(identity=from_hex(self.identity), use=self.use)


class _ManifestJson(msgspec.Struct, forbid_unknown_fields=True, frozen=True):
    # The order of the fields is that of RFC 8785, and everything they can hold is ASCII without
    # quotes or controls, so that msgspec's encoder writes exactly the canonical form.
    certificates: list[CertificateJson]
    entries: Annotated[
        list[tuple[HexDigest, Positive, HexDigest, EntryVersion]], Meta(min_length=1)
    ]
    format: Literal["hocba/manifest/1"]
    institution: InstitutionCode
    root: HexDigest
    size: Positive


_DECODER = msgspec.json.Decoder(_ManifestJson)


def parse_manifest(data: bytes, *, what: str = "manifest") -> Manifest:
    """
    Read a manifest.

    The root is not recomputed here, see `check_manifest_root`.

    Raises:
        InvalidFormat: it is not a `hocba/manifest/1` in canonical form, or its size is not the
            number of its entries.
    """
    found = _decode(data, what)
    if msgspec.json.encode(found) != data:
        raise InvalidFormat(what, "", _("not written in the canonical form of RFC 8785"))
    return _to_manifest(found)


def parse_any_spelling(data: bytes, *, what: str = "manifest") -> Manifest:
    """
    Read a manifest that may be spelt in another way than RFC 8785 says.

    Only good for naming what is wrong with one that is not the anchored one.

    Raises:
        InvalidFormat: as `parse_manifest`, without the demand on its form.
    """
    return _to_manifest(_decode(data, what))


def _decode(data: bytes, what: str) -> _ManifestJson:
    if len(data) > MAX_MANIFEST_BYTES:
        raise InvalidFormat(what, "", _("{size} bytes are too many").format(size=len(data)))
    try:
        found = _DECODER.decode(data)
    except UnicodeDecodeError as error:
        raise InvalidFormat(what, "", _("not UTF-8")) from error
    except msgspec.MsgspecError as error:
        raise invalid(error, what) from error
    if found.size != len(found.entries):
        raise InvalidFormat(what, "size", _("is not the number of entries"))
    return found


def _to_manifest(found: _ManifestJson) -> Manifest:
    return Manifest(
        institution=found.institution,
        root=from_hex(found.root),
        size=found.size,
        certificates=tuple(one.declared() for one in found.certificates),
        entries=tuple(
            ManifestEntry(
                document_digest=from_hex(document_digest),
                document_size=document_size,
                series_id=from_hex(series_id),
                version=version,
            )
            for document_digest, document_size, series_id, version in found.entries
        ),
    )


def manifest_to_json(manifest: Manifest) -> bytes:
    """Write *manifest* as RFC 8785 JSON: the bytes whose SHA-256 is anchored."""
    return msgspec.json.encode(
        _ManifestJson(
            certificates=[
                CertificateJson(identity=to_hex(certificate.identity), use=certificate.use)
                for certificate in manifest.certificates
            ],
            entries=[
                (
                    to_hex(entry.document_digest),
                    entry.document_size,
                    to_hex(entry.series_id),
                    entry.version,
                )
                for entry in manifest.entries
            ],
            format=FORMAT,
            institution=manifest.institution,
            root=to_hex(manifest.root),
            size=manifest.size,
        )
    )


def manifest_digest(data: bytes) -> bytes:
    """Return the digest that the registry anchors beside the root: SHA-256 of the bytes."""
    return sha256(data).digest()


def check_manifest_root(manifest: Manifest) -> None:
    """
    Check that the manifest's entries are the tree under its root.

    Raises:
        OtherHistory: they are not.
    """
    head = tree_head(manifest.leaf_hashes())
    if head != manifest.root:
        message = _("the manifest's entries lead to root {found}, it names {expected}")
        raise OtherHistory(message.format(found=to_hex(head), expected=to_hex(manifest.root)))
