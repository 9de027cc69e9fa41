"""Which entries of a series count against each other: the same seen from both."""

from dataclasses import replace
from hashlib import sha256
from itertools import permutations

from hypothesis import given
from hypothesis import strategies as st

from verifier.manifest import ManifestEntry
from verifier.manifest_shelf import ShelvedEntry
from verifier.registry_records import BatchRecord, StatusRecord
from verifier.registry_state import RegistryState, empty_state
from verifier.series import find_rivals

SERIES = sha256(b"series").digest()
OLD_SCHOOL, NEW_SCHOOL, STRANGER = "OLD", "NEW", "STRANGER"


class Series:
    """Entries of one series, each in a batch of its own, in the order of anchoring."""

    def __init__(self) -> None:
        self.state: RegistryState = empty_state(1, bytes(20), "VN")
        self.entries: list[ShelvedEntry] = []

    def anchor(self, institution: str, version: int) -> ShelvedEntry:
        entry = ManifestEntry(
            document_digest=sha256(f"{institution} {version}".encode()).digest(),
            document_size=9,
            series_id=SERIES,
            version=version,
        )
        root, sequence = entry.leaf_hash(), len(self.entries) + 1
        self.state.batches[institution, root] = BatchRecord(
            institution=institution,
            root=root,
            size=1,
            time=sequence,
            manifest_digest=bytes(32),
            sender=bytes(20),
            history_size=sequence,
            history_head=bytes(32),
        )
        shelved = ShelvedEntry(
            source="manifest",
            institution=institution,
            root=root,
            tree_size=1,
            index=0,
            entry=entry,
            is_anchored=True,
        )
        self.entries.append(shelved)
        return shelved

    def supersede(self, old: ShelvedEntry, new: ShelvedEntry) -> None:
        self.state.statuses[old.institution, old.entry.leaf_hash()] = StatusRecord(
            status="SUPERSEDED",
            reason=6,
            time=99,
            acting_for=old.institution,
            sender=bytes(20),
            history_size=99,
            successor_institution=new.institution,
            successor_leaf=new.entry.leaf_hash(),
        )

    def against(self, judged: ShelvedEntry) -> set[ShelvedEntry]:
        """Return what counts against *judged*."""
        rivals = find_rivals(
            judged.institution, judged.entry.leaf_hash(), judged.root, self.entries, self.state
        )
        return set(rivals.counting)


def test_a_school_that_handed_a_series_on_and_goes_on_disputes_it() -> None:
    """Seen from the old school's entry and from the new school's."""
    series = Series()
    first = series.anchor(OLD_SCHOOL, 1)
    taken_over = series.anchor(NEW_SCHOOL, 2)
    series.supersede(first, taken_over)
    again = series.anchor(OLD_SCHOOL, 3)

    assert series.against(again) == {taken_over}
    assert series.against(taken_over) == {again}


def test_a_stranger_cannot_tie_itself_to_a_document() -> None:
    """Superseding an entry of one's own by somebody else's needs nobody's consent."""
    series = Series()
    good = series.anchor(OLD_SCHOOL, 2)
    false, kept = series.anchor(STRANGER, 1), series.anchor(STRANGER, 9)
    series.supersede(false, good)

    assert series.against(good) == set()
    assert series.against(kept) == set()


def test_a_stranger_cannot_tie_itself_before_a_series_is_taken_over() -> None:
    """It copies while the pupil is on the way to the new school."""
    series = Series()
    first = series.anchor(OLD_SCHOOL, 1)
    false, kept = series.anchor(STRANGER, 1), series.anchor(STRANGER, 9)
    taken_over = series.anchor(NEW_SCHOOL, 2)
    series.supersede(first, taken_over)
    series.supersede(false, taken_over)

    assert series.against(taken_over) == set()
    assert series.against(kept) == set()


def test_the_order_in_which_entries_are_found_does_not_matter() -> None:
    """The registry's order does, not that of the files."""
    series = Series()
    first = series.anchor(OLD_SCHOOL, 1)
    taken_over = series.anchor(NEW_SCHOOL, 2)
    series.supersede(first, taken_over)
    again = series.anchor(OLD_SCHOOL, 3)
    for shuffled in permutations(list(series.entries)):
        series.entries = list(shuffled)
        assert series.against(taken_over) == {again}


acts = st.lists(
    st.tuples(
        st.sampled_from([OLD_SCHOOL, NEW_SCHOOL, STRANGER]),
        st.integers(1, 4),
        st.none() | st.integers(0, 7),
    ),
    min_size=2,
    max_size=8,
    unique_by=lambda act: act[:2],
)


@given(acts)
def test_rivals_are_rivals_of_each_other(made: list[tuple[str, int, int | None]]) -> None:
    """Whatever was anchored, superseded and copied."""
    series = Series()
    for institution, version, _superseded_by in made:
        series.anchor(institution, version)
    for at, (_institution, _version, by) in enumerate(made):
        if by is not None and by < len(made) and by != at:
            series.supersede(series.entries[at], series.entries[by])
    current = [
        one
        for one in series.entries
        if series.state.status(one.institution, one.entry.leaf_hash()) is None
    ]

    for one in current:
        assert all(one in series.against(other) for other in series.against(one))


def test_what_is_not_anchored_is_no_rival() -> None:
    """A manifest that its institution never anchored says nothing."""
    series = Series()
    good, made_up = series.anchor(OLD_SCHOOL, 1), series.anchor(OLD_SCHOOL, 2)
    series.entries[1] = replace(made_up, is_anchored=False)
    del series.state.batches[OLD_SCHOOL, made_up.root]

    assert series.against(good) == set()
