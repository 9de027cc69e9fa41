"""All entries that the rebuilt batches list, and what became of them by the registry (D4)."""

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field

from verifier.audit_findings import AuditCode, AuditFinding, contradiction, note
from verifier.audit_manifests import RebuiltBatches
from verifier.fields import to_hex
from verifier.manifest import ManifestEntry
from verifier.messages import _
from verifier.registry_records import BatchRecord, StatusRecord
from verifier.registry_state import RegistryState
from verifier.series import find_lines


@dataclass(frozen=True, slots=True, kw_only=True)
class ListedEntry:
    """An entry of a rebuilt batch, and its leaf hash."""

    entry: ManifestEntry
    leaf: bytes
    batch: BatchRecord

    def described(self) -> str:
        """Name the entry by what is public of it."""
        text = _("series {series}, version {version}, document {digest} of {institution}")
        return text.format(
            series=to_hex(self.entry.series_id),
            version=self.entry.version,
            digest=to_hex(self.entry.document_digest),
            institution=self.batch.institution,
        )

    def subject(self) -> dict[str, str | bytes | int]:
        """Return what a finding about this entry is about."""
        return {
            "institution": self.batch.institution,
            "root": self.batch.root,
            "series_id": self.entry.series_id,
            "version": self.entry.version,
            "document_digest": self.entry.document_digest,
        }


@dataclass(slots=True)
class EntryIndex:
    """
    Entries by institution and leaf, by document digest, and by series.

    Anybody can anchor a copy of a public entry, so a digest alone stands for who anchored it first.
    """

    by_leaf: dict[tuple[str, bytes], ListedEntry] = field(default_factory=dict)
    by_digest: dict[tuple[str, bytes], ListedEntry] = field(default_factory=dict)
    first_by_digest: dict[bytes, ListedEntry] = field(default_factory=dict)
    by_series: dict[bytes, list[ListedEntry]] = field(default_factory=lambda: defaultdict(list))


def index_entries(state: RegistryState, rebuilt: RebuiltBatches) -> EntryIndex:
    """Index the entries in the order of anchoring; one anchored twice is listed once."""
    index = EntryIndex()
    for key, batch in state.batches.items():
        manifest = rebuilt.manifests.get(key)
        for entry in manifest.entries if manifest is not None else ():
            listed = ListedEntry(entry=entry, leaf=entry.leaf_hash(), batch=batch)
            if (batch.institution, listed.leaf) in index.by_leaf:
                continue
            index.by_leaf[batch.institution, listed.leaf] = listed
            index.by_digest.setdefault((batch.institution, entry.document_digest), listed)
            index.first_by_digest.setdefault(entry.document_digest, listed)
            index.by_series[entry.series_id].append(listed)
    return index


def judge_statuses(
    state: RegistryState, index: EntryIndex, rebuilt: RebuiltBatches
) -> Iterator[AuditFinding]:
    """Give a finding for each status that does not belong to an anchored entry."""
    unknown = {batch.institution for batch in rebuilt.withheld}
    for (institution, leaf), status in state.statuses.items():
        listed = index.by_leaf.get((institution, leaf))
        if listed is None and institution not in unknown:
            message = _("{institution}: leaf {leaf} is {status}, but no batch lists it")
            yield contradiction(
                AuditCode.STATUS_WITHOUT_ENTRY,
                message.format(institution=institution, leaf=to_hex(leaf), status=status.status),
                institution=institution,
                leaf=leaf,
            )
        if listed is not None and status.status == "SUPERSEDED":
            yield from _judge_succession(listed, status, index, unknown)


def _judge_succession(
    listed: ListedEntry, status: StatusRecord, index: EntryIndex, unknown: set[str]
) -> Iterator[AuditFinding]:
    institution, leaf = status.successor_institution or "", status.successor_leaf or b""
    successor = index.by_leaf.get((institution, leaf))
    if successor is None:
        problem = None if institution in unknown else _("no batch lists its successor")
    elif successor.entry.series_id != listed.entry.series_id:
        problem = _("its successor is of another series")
    elif successor.entry.version <= listed.entry.version:
        problem = _("its successor's version is not greater")
    else:
        problem = None
    if problem is not None:
        message = _("{entry} was superseded, but {problem}")
        yield contradiction(
            AuditCode.SUCCESSION_WRONG,
            message.format(entry=listed.described(), problem=problem),
            **listed.subject(),
        )


def judge_series(state: RegistryState, index: EntryIndex) -> Iterator[AuditFinding]:
    """
    Give a finding for each series of which its own institutions have two current entries.

    Entries of others, who copied the series id, are only noted, because anybody can make them.
    """
    for series_id, entries in index.by_series.items():
        current = [item for item in entries if state.status(*_key(item)) is None]
        if len(current) < 2:
            continue
        lines = find_lines([(*_key(item), item.batch.root) for item in entries], state)
        beginner = next(iter(lines.values()))
        own = [item for item in current if lines[item.batch.institution] == beginner]
        others = {item.batch.institution for item in current} - {
            item.batch.institution for item in own
        }
        if len(own) > 1:
            yield _disputed(series_id, own)
        if others:
            yield _copied(series_id, beginner, others)


def _key(listed: ListedEntry) -> tuple[str, bytes]:
    return listed.batch.institution, listed.leaf


def _disputed(series_id: bytes, group: list[ListedEntry]) -> AuditFinding:
    message = _("series {series} has {count} current entries: {entries}")
    return contradiction(
        AuditCode.DISPUTED,
        message.format(
            series=to_hex(series_id),
            count=len(group),
            entries="; ".join(item.described() for item in group),
        ),
        series_id=series_id,
        institution=group[0].batch.institution,
    )


def _copied(series_id: bytes, beginner: str, copiers: set[str]) -> AuditFinding:
    names = ", ".join(sorted(copiers))
    message = _("series {series} of {institution}: {names} have entries of it that nothing ties")
    return note(
        AuditCode.SERIES_COPIED,
        message.format(series=to_hex(series_id), institution=beginner, names=names),
        series_id=series_id,
    )
