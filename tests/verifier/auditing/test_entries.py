"""What became of entries: statuses that belong to none, wrong successions, series in dispute."""

from hashlib import sha256

from verifier.audit_entries import (
    judge_copies,
    judge_series,
    judge_statuses,
    leaves_with_status,
)
from verifier.audit_findings import AuditCode, AuditFinding, AuditLevel
from verifier.audit_manifests import RebuiltBatches
from verifier.audit_store import EntryStore
from verifier.entry import entry_bytes
from verifier.manifest import ManifestEntry
from verifier.manifest_scan import EntryPart
from verifier.registry_records import BatchRecord, StatusRecord
from verifier.registry_state import RegistryState, empty_state

SERIES = sha256(b"series").digest()
FIRST, SECOND = "SCHOOL-1", "SCHOOL-2"


def entry(version: int, series: bytes = SERIES) -> ManifestEntry:
    return ManifestEntry(
        document_digest=sha256(b"%d" % version + series).digest(),
        document_size=9,
        series_id=series,
        version=version,
    )


def forged(version: int) -> ManifestEntry:
    """An entry of the same series with a document of somebody else."""
    return ManifestEntry(
        document_digest=sha256(b"forged %d" % version).digest(),
        document_size=9,
        series_id=SERIES,
        version=version,
    )


def as_version(version: int) -> ManifestEntry:
    """The document of version 1, listed as another one."""
    return ManifestEntry(
        document_digest=entry(1).document_digest,
        document_size=9,
        series_id=SERIES,
        version=version,
    )


class Case:
    """A state and rebuilt batches, put together by hand."""

    def __init__(self) -> None:
        self.state: RegistryState = empty_state(1, bytes(20), "VN")
        self.listed: list[tuple[BatchRecord, tuple[ManifestEntry, ...]]] = []
        self.withheld: list[BatchRecord] = []

    def batch(self, institution: str, *entries: ManifestEntry, withheld: bool = False) -> None:
        root = sha256(institution.encode() + repr(entries).encode()).digest()
        record = BatchRecord(
            institution=institution,
            root=root,
            size=len(entries),
            time=5,
            manifest_digest=bytes(32),
            sender=bytes(20),
            history_size=len(self.state.batches) + 1,
            history_head=bytes(32),
        )
        self.state.batches[institution, root] = record
        if withheld:
            self.withheld.append(record)
            return
        self.listed.append((record, entries))

    def supersede(
        self, institution: str, old: ManifestEntry, successor: str, new: ManifestEntry
    ) -> None:
        self.state.statuses[institution, old.leaf_hash()] = StatusRecord(
            status="SUPERSEDED",
            reason=6,
            time=6,
            acting_for=institution,
            sender=bytes(20),
            history_size=2,
            successor_institution=successor,
            successor_leaf=new.leaf_hash(),
        )

    def revoke(self, institution: str, old: ManifestEntry) -> None:
        self.state.statuses[institution, old.leaf_hash()] = StatusRecord(
            status="REVOKED",
            reason=1,
            time=6,
            acting_for=institution,
            sender=bytes(20),
            history_size=2,
        )

    def findings(self) -> list[AuditFinding]:
        with EntryStore(leaves_with_status(self.state)) as store:
            for record, entries in self.listed:
                store.begin(record)
                store.add(part_of(entries))
            rebuilt = RebuiltBatches(store=store, withheld=self.withheld)
            found = [*judge_statuses(self.state, rebuilt), *judge_series(self.state, store)]
            return [*found, *judge_copies(store)]

    def codes(self) -> list[AuditCode]:
        return [finding.code for finding in self.findings()]


def part_of(entries: tuple[ManifestEntry, ...]) -> EntryPart:
    return EntryPart(
        [entry_bytes(one.document_digest, one.series_id, one.version)[1:] for one in entries],
        [one.document_size for one in entries],
        [one.leaf_hash() for one in entries],
    )


def test_a_correction_leaves_one_current_version() -> None:
    """Version 2 supersedes version 1: nothing to say."""
    case = Case()
    case.batch(FIRST, entry(1))
    case.batch(FIRST, entry(2))
    case.supersede(FIRST, entry(1), FIRST, entry(2))

    assert case.codes() == []


def test_the_same_entry_in_two_batches_is_one_document() -> None:
    """Anchored twice, it is still one current version."""
    case = Case()
    case.batch(FIRST, entry(1))
    case.batch(FIRST, entry(1), entry(1, bytes(32)))

    (finding,) = case.findings()

    assert (finding.code, finding.level) == (AuditCode.ENTRY_DOUBLED, AuditLevel.NOTE)


def test_one_document_under_two_versions_is_named() -> None:
    """A document says itself which version of which series it is: one of the entries is false."""
    case = Case()
    case.batch(FIRST, entry(1))
    case.batch(FIRST, as_version(2))
    case.supersede(FIRST, entry(1), FIRST, as_version(2))

    (finding,) = case.findings()

    assert (finding.code, finding.level) == (AuditCode.ENTRY_DOUBLED, AuditLevel.CONTRADICTION)
    assert finding.subject["leaf_index"] == 0


def test_a_revoked_version_does_not_dispute() -> None:
    """Only current versions count."""
    case = Case()
    case.batch(FIRST, entry(1), entry(2))
    case.revoke(FIRST, entry(1))

    assert case.codes() == []


def test_a_copied_series_is_only_noted() -> None:
    """A stranger's entry with the same series id cannot put a document in dispute."""
    case = Case()
    case.batch(FIRST, entry(1))
    case.batch(SECOND, entry(2))

    (finding,) = case.findings()

    assert finding.code is AuditCode.SERIES_COPIED
    assert finding.level is AuditLevel.NOTE


def test_institutions_tied_by_a_supersession_count_together() -> None:
    """The pupil changed school: the old school's other version is a second current one."""
    case = Case()
    case.batch(FIRST, entry(1), entry(3))
    case.batch(SECOND, entry(2))
    case.supersede(FIRST, entry(1), SECOND, entry(2))

    assert case.codes() == [AuditCode.DISPUTED]


def test_a_stranger_cannot_tie_itself_to_a_series_that_it_copied() -> None:
    """It supersedes its own false entry by the school's true one, and keeps another current."""
    case = Case()
    case.batch(FIRST, entry(1), entry(2))
    case.supersede(FIRST, entry(1), FIRST, entry(2))
    case.batch(SECOND, entry(1, SERIES[::-1]), forged(1), forged(9))
    case.supersede(SECOND, forged(1), FIRST, entry(2))

    assert case.codes() == [AuditCode.SERIES_COPIED]


def test_copies_of_every_version_are_only_noted() -> None:
    """In the copier's batch both versions are current; in the school's only the newest is."""
    case = Case()
    case.batch(FIRST, entry(1))
    case.batch(FIRST, entry(2))
    case.supersede(FIRST, entry(1), FIRST, entry(2))
    case.batch(SECOND, entry(1), entry(2))

    assert case.codes() == [AuditCode.SERIES_COPIED]


def test_a_status_of_no_entry_is_named_unless_a_manifest_is_withheld() -> None:
    """What the missing manifest might list is not called false."""
    case = Case()
    case.batch(FIRST, entry(1))
    case.revoke(FIRST, entry(7))

    assert case.codes() == [AuditCode.STATUS_WITHOUT_ENTRY]
    case.batch(FIRST, entry(7), withheld=True)
    assert case.codes() == []


def test_a_wrong_succession_is_named() -> None:
    """Another series, a version that is not greater, a successor that no batch lists."""
    other_series = Case()
    other_series.batch(FIRST, entry(1), entry(2, bytes(32)))
    other_series.supersede(FIRST, entry(1), FIRST, entry(2, bytes(32)))
    not_greater = Case()
    not_greater.batch(FIRST, entry(1), entry(2))
    not_greater.supersede(FIRST, entry(2), FIRST, entry(1))
    unknown = Case()
    unknown.batch(FIRST, entry(1))
    unknown.supersede(FIRST, entry(1), SECOND, entry(2))

    assert other_series.codes() == [AuditCode.SUCCESSION_WRONG]
    assert not_greater.codes() == [AuditCode.SUCCESSION_WRONG]
    assert unknown.codes() == [AuditCode.SUCCESSION_WRONG]
    unknown.batch(SECOND, entry(2), withheld=True)
    assert unknown.codes() == []
