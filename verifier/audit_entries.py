"""What became of the entries that the rebuilt batches list, by the registry (ADR 0004)."""

from collections.abc import Iterator
from itertools import chain

from verifier.audit_findings import AuditCode, AuditFinding, contradiction, note
from verifier.audit_manifests import RebuiltBatches
from verifier.audit_store import EntryStore, ListedEntry
from verifier.fields import to_hex
from verifier.messages import _
from verifier.registry_records import StatusRecord
from verifier.registry_state import RegistryState
from verifier.series import find_lines

_NAMED_ENTRIES = 20


def leaves_with_status(state: RegistryState) -> frozenset[bytes]:
    """Return the leaf hashes of what was revoked or superseded, and of the successors."""
    successors = (status.successor_leaf for status in state.statuses.values())
    leaves = (leaf for _institution, leaf in state.statuses)
    return frozenset(chain(leaves, (leaf for leaf in successors if leaf is not None)))


def judge_copies(store: EntryStore) -> Iterator[AuditFinding]:
    """
    Give a finding for each document that one institution anchored more than once.

    The same entry again changes nothing and is only noted; but one document cannot be two versions.
    """
    for entries in store.digests_of_many():
        first: dict[str, ListedEntry] = {}
        for item in entries:
            earlier = first.setdefault(item.batch.institution, item)
            if earlier is not item:
                message = _("{entry} is listed again as entry {index} of batch {root}: {again}")
                text = message.format(
                    entry=earlier.described(),
                    index=item.index,
                    root=to_hex(item.batch.root),
                    again=item.described(),
                )
                make = note if item.leaf == earlier.leaf else contradiction
                yield make(AuditCode.ENTRY_DOUBLED, text, **item.subject())


def judge_statuses(state: RegistryState, rebuilt: RebuiltBatches) -> Iterator[AuditFinding]:
    """Give a finding for each status that does not belong to an anchored entry."""
    unknown = rebuilt.unknown
    for (institution, leaf), status in state.statuses.items():
        listed = rebuilt.store.with_leaf(institution, leaf)
        if listed is None and institution not in unknown:
            message = _("{institution}: leaf {leaf} is {status}, but no batch lists it")
            yield contradiction(
                AuditCode.STATUS_WITHOUT_ENTRY,
                message.format(institution=institution, leaf=to_hex(leaf), status=status.status),
                institution=institution,
                leaf=leaf,
                event=status.history_size,
            )
        if listed is not None and status.status == "SUPERSEDED":
            yield from _judge_succession(listed, status, rebuilt)


def _judge_succession(
    listed: ListedEntry, status: StatusRecord, rebuilt: RebuiltBatches
) -> Iterator[AuditFinding]:
    institution, leaf = status.successor_institution or "", status.successor_leaf or b""
    successor = rebuilt.store.with_leaf(institution, leaf)
    if successor is None:
        problem = None if institution in rebuilt.unknown else _("no batch lists its successor")
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


def judge_series(state: RegistryState, store: EntryStore) -> Iterator[AuditFinding]:
    """
    Give a finding for each series of which its own institutions have two current entries.

    Entries of others, who copied the series id, are only noted, because anybody can make them.
    """
    for group in store.series_of_many():
        first: dict[tuple[str, bytes], ListedEntry] = {}
        for item in group:
            first.setdefault(_key(item), item)
        entries = list(first.values())
        series_id = group[0].entry.series_id
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
            entries="; ".join(item.described() for item in group[:_NAMED_ENTRIES]),
        ),
        series_id=series_id,
        institution=group[0].batch.institution,
        event=group[-1].batch.history_size,
        entries="; ".join(
            f"{to_hex(item.batch.root)}#{item.index}" for item in group[:_NAMED_ENTRIES]
        ),
    )


def _copied(series_id: bytes, beginner: str, copiers: set[str]) -> AuditFinding:
    names = ", ".join(sorted(copiers))
    message = _("series {series} of {institution}: {names} have entries of it that nothing ties")
    return note(
        AuditCode.SERIES_COPIED,
        message.format(series=to_hex(series_id), institution=beginner, names=names),
        series_id=series_id,
    )
