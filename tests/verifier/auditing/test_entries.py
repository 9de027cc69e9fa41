"""What became of entries: statuses that belong to none, wrong successions, series in dispute."""

from hashlib import sha256

from verifier.audit_entries import EntryIndex, index_entries, judge_series, judge_statuses
from verifier.audit_findings import AuditCode, AuditLevel
from verifier.audit_manifests import RebuiltBatches
from verifier.manifest import Manifest, ManifestEntry
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


class Case:
    """A state and rebuilt batches, put together by hand."""

    def __init__(self) -> None:
        self.state: RegistryState = empty_state(1, bytes(20), "VN")
        self.rebuilt = RebuiltBatches()

    def batch(self, institution: str, *entries: ManifestEntry, withheld: bool = False) -> None:
        root = sha256(institution.encode() + repr(entries).encode()).digest()
        record = BatchRecord(
            institution=institution,
            root=root,
            size=len(entries),
            time=5,
            manifest_digest=bytes(32),
            sender=bytes(20),
            history_size=1,
            history_head=bytes(32),
        )
        self.state.batches[institution, root] = record
        if withheld:
            self.rebuilt.withheld.append(record)
            return
        self.rebuilt.manifests[institution, root] = Manifest(
            institution=institution, root=root, size=len(entries), certificates=(), entries=entries
        )

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

    @property
    def index(self) -> EntryIndex:
        return index_entries(self.state, self.rebuilt)

    def codes(self) -> list[AuditCode]:
        found = [*judge_statuses(self.state, self.index, self.rebuilt)]
        found += judge_series(self.state, self.index)
        return [finding.code for finding in found]


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

    assert case.codes() == []


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

    (finding,) = judge_series(case.state, case.index)

    assert finding.code is AuditCode.SERIES_COPIED
    assert finding.level is AuditLevel.NOTE


def test_institutions_tied_by_a_supersession_count_together() -> None:
    """The pupil changed school: the old school's other version is a second current one."""
    case = Case()
    case.batch(FIRST, entry(1), entry(3))
    case.batch(SECOND, entry(2))
    case.supersede(FIRST, entry(1), SECOND, entry(2))

    assert case.codes() == [AuditCode.DISPUTED]


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
