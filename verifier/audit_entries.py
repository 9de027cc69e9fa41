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
    """Entries by institution and leaf, by document digest, and by series."""

    by_leaf: dict[tuple[str, bytes], ListedEntry] = field(default_factory=dict)
    by_digest: dict[bytes, ListedEntry] = field(default_factory=dict)
    by_series: dict[bytes, list[ListedEntry]] = field(default_factory=lambda: defaultdict(list))


def index_entries(state: RegistryState, rebuilt: RebuiltBatches) -> EntryIndex:
    """Index the entries of all rebuilt batches; one anchored twice is listed once."""
    index = EntryIndex()
    for key, manifest in rebuilt.manifests.items():
        batch = state.batches[key]
        for entry in manifest.entries:
            listed = ListedEntry(entry=entry, leaf=entry.leaf_hash(), batch=batch)
            if (batch.institution, listed.leaf) in index.by_leaf:
                continue
            index.by_leaf[batch.institution, listed.leaf] = listed
            index.by_digest.setdefault(entry.document_digest, listed)
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
    Give a finding for each series with two current entries.

    Institutions that a supersession ties together count as one; a stranger's entry with a copied
    series id is only noted, because anybody can make one.
    """
    for series_id, entries in index.by_series.items():
        current = [item for item in entries if state.status(*_key(item)) is None]
        if len(current) < 2:
            continue
        groups: dict[str, list[ListedEntry]] = defaultdict(list)
        tie = _ties(state, entries)
        for item in current:
            groups[_find(tie, item.batch.institution)].append(item)
        for group in groups.values():
            if len(group) > 1:
                yield _disputed(series_id, group)
        if len(groups) > 1:
            names = ", ".join(sorted({item.batch.institution for item in current}))
            message = _("series {series} has current entries of {names}, which nothing ties")
            yield note(
                AuditCode.SERIES_COPIED,
                message.format(series=to_hex(series_id), names=names),
                series_id=series_id,
            )


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


def _ties(state: RegistryState, entries: list[ListedEntry]) -> dict[str, str]:
    """Join the institutions of a series that supersessions lead between (union-find)."""
    tie: dict[str, str] = {}
    for item in entries:
        status = state.status(*_key(item))
        if status is not None and status.successor_institution is not None:
            left = _find(tie, item.batch.institution)
            right = _find(tie, status.successor_institution)
            if left != right:
                tie[left] = right
    return tie


def _find(tie: dict[str, str], institution: str) -> str:
    while institution in tie:
        institution = tie[institution]
    return institution
