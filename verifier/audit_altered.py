"""Naming the entries in which a false manifest differs from the anchored one."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from verifier.audit_findings import AuditCode, AuditFinding, contradiction
from verifier.audit_store import EntryStore
from verifier.fields import to_hex
from verifier.manifest import ManifestEntry
from verifier.messages import _
from verifier.registry_records import BatchRecord


@dataclass(frozen=True, slots=True, kw_only=True)
class FalseManifest:
    """A manifest of an anchored batch that is not the one that was anchored."""

    path: Path
    entries: tuple[ManifestEntry, ...]
    batch: BatchRecord


def name_altered(false: FalseManifest, store: EntryStore) -> Iterator[AuditFinding]:
    """Name the entries in which a false manifest differs from the true one, if that is known."""
    yield from differing_entries(
        false, {listed.index: listed.entry for listed in store.entries_of(false.batch)}
    )


def differing_entries(
    false: FalseManifest, known: Mapping[int, ManifestEntry]
) -> Iterator[AuditFinding]:
    """Give a finding for each entry of a false manifest that is not the *known* one."""
    listed = false.entries
    for index, entry in sorted(known.items()):
        if index < len(listed) and listed[index] == entry:
            continue
        message = _(
            "{path}: entry {index} is not the anchored one: series {series}, version {version},"
            " document {digest}"
        )
        yield contradiction(
            AuditCode.ENTRY_ALTERED,
            message.format(
                path=false.path,
                index=index,
                series=to_hex(entry.series_id),
                version=entry.version,
                digest=to_hex(entry.document_digest),
            ),
            file=str(false.path),
            institution=false.batch.institution,
            root=false.batch.root,
            event=false.batch.history_size,
            leaf_index=index,
            series_id=entry.series_id,
            version=entry.version,
            document_digest=entry.document_digest,
        )
