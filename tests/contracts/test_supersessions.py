"""A newer version takes the place of an entry: `supersede` and `anchorAndSupersede`."""

import pytest

from tests.contracts.entries import make_entries
from tests.contracts.harness import (
    AUTHORITY,
    DEPARTMENT,
    ISSUER,
    MINISTRY,
    OTHER_SCHOOL,
    REVOKED,
    REVOKER,
    SCHOOL,
    SUPERSEDED,
)
from tests.contracts.test_revocations import anchor

CORRECTION = 6
NO_LEAF = bytes(32)


@pytest.fixture
def versions(registry):
    """Two anchored batches with versions 1 and 2 of the same series."""
    return anchor(registry), anchor(registry, size=3, version=2)


def refusal(registry, old, new, sender=None, acting_for=SCHOOL, reason=CORRECTION):
    """Call `supersede`, which must refuse."""
    return registry.refusal(
        sender or registry.revoker, "supersede", acting_for, old.abi(), new.abi(), reason
    )


def test_a_revoker_supersedes_an_entry(registry, versions):
    """The old entry points to the new leaf, which stays current."""
    old, new = versions[0][1], versions[1][1]

    (event,) = registry.send(
        registry.revoker, "supersede", SCHOOL, old.abi(), new.abi(), CORRECTION
    )

    assert event.name == "EntrySuperseded"
    assert event.own == {
        "institution": SCHOOL,
        "leaf": old.leaf,
        "successorInstitution": SCHOOL,
        "successorLeaf": new.leaf,
        "reason": CORRECTION,
        "actingFor": SCHOOL,
    }
    assert registry.view("statusOf", SCHOOL, old.leaf) == (
        *(SUPERSEDED, CORRECTION, event.time),
        new.leaf,
    )
    assert registry.view("statusOf", SCHOOL, new.leaf) == (0, 0, 0, NO_LEAF)


def test_a_version_may_be_skipped(registry, versions):
    """Greater is enough."""
    newest = anchor(registry, size=2, version=9)

    registry.send(
        registry.revoker, "supersede", SCHOOL, versions[0][0].abi(), newest[0].abi(), CORRECTION
    )


def test_versions_form_a_chain(registry, versions):
    """The second supersedes the first, the third the second."""
    third = anchor(registry, size=2, version=3)
    registry.send(
        *(registry.revoker, "supersede", SCHOOL, versions[0][0].abi(), versions[1][0].abi()),
        CORRECTION,
    )

    registry.send(
        registry.revoker, "supersede", SCHOOL, versions[1][0].abi(), third[0].abi(), CORRECTION
    )

    assert registry.view("statusOf", SCHOOL, versions[1][0].leaf)[0] == SUPERSEDED


def test_the_successor_may_be_of_another_school(registry, versions):
    """The pupil has changed school; the predecessor's side decides."""
    old = versions[0][2]
    new = anchor(registry, size=3, institution=OTHER_SCHOOL, version=2, label="elsewhere")[2]

    (event,) = registry.send(
        registry.department, "supersede", DEPARTMENT, old.abi(), new.abi(), CORRECTION
    )

    assert event.own["successorInstitution"] == OTHER_SCHOOL
    assert event.own["actingFor"] == DEPARTMENT
    assert registry.view("statusOf", SCHOOL, old.leaf)[3] == new.leaf


def test_the_successors_side_cannot_supersede_anothers_entry(registry, versions):
    """Otherwise a school could push another's documents aside."""
    old = versions[0][2]
    new = anchor(registry, size=3, institution=OTHER_SCHOOL, version=2, label="elsewhere")[2]
    registry.send(
        registry.ministry, "grant", MINISTRY, registry.stranger, OTHER_SCHOOL, REVOKER, 0, 0
    )

    for acting_for in (OTHER_SCHOOL, SCHOOL):
        assert refusal(registry, old, new, registry.stranger, acting_for) == (
            "NotGranted",
            [registry.stranger.lower(), acting_for, AUTHORITY],
        )


def test_only_versions_of_one_series_follow_each_other(registry, versions):
    """Another pupil's document, or another year's, is no successor."""
    old, new = versions[0][0], versions[1][1]

    assert refusal(registry, old, new) == ("OtherSeries", [old.series, new.series])


def test_a_successor_is_newer(registry, versions):
    """Neither older nor of the same version."""
    old, new = versions[0][0], versions[1][0]
    same = anchor(registry, version=1, label="again")[0]

    assert refusal(registry, new, old) == ("NotNewer", [2, 1])
    assert refusal(registry, old, same) == ("NotNewer", [1, 1])
    assert refusal(registry, old, old) == ("NotNewer", [1, 1])


def test_a_superseded_entry_is_not_superseded_again(registry, versions):
    """A status is set once."""
    old, new = versions[0][0], versions[1][0]
    registry.send(registry.revoker, "supersede", SCHOOL, old.abi(), new.abi(), CORRECTION)

    assert refusal(registry, old, new) == ("StatusSet", [SCHOOL, old.leaf, SUPERSEDED])
    assert registry.refusal(registry.revoker, "revoke", SCHOOL, old.abi(), 1) == (
        "StatusSet",
        [SCHOOL, old.leaf, SUPERSEDED],
    )


def test_what_was_revoked_has_no_successor_and_is_none(registry, versions):
    """Neither side may carry a status."""
    old, new = versions[0][0], versions[1][0]
    other_old, other_new = versions[0][1], versions[1][1]
    registry.send(registry.revoker, "revoke", SCHOOL, old.abi(), 5)
    registry.send(registry.revoker, "revoke", SCHOOL, other_new.abi(), 5)

    assert refusal(registry, old, new) == ("StatusSet", [SCHOOL, old.leaf, REVOKED])
    assert refusal(registry, other_old, other_new) == (
        "StatusSet",
        [SCHOOL, other_new.leaf, REVOKED],
    )


def test_both_entries_must_be_anchored_and_proved(registry, versions):
    """By their own institution, under their own root."""
    old, new = versions[0][0], versions[1][0]
    nowhere = make_entries(SCHOOL, 2, version=7, label="nowhere")[0]

    assert refusal(registry, old, nowhere) == ("UnknownBatch", [SCHOOL, nowhere.root])
    assert refusal(registry, old, new.but(institution=OTHER_SCHOOL)) == (
        "UnknownBatch",
        [OTHER_SCHOOL, new.root],
    )
    assert refusal(registry, old, new.but(index=1)) == (
        "BadInclusionProof",
        [SCHOOL, new.root, new.leaf],
    )
    assert refusal(registry, old.but(index=1), new) == (
        "BadInclusionProof",
        [SCHOOL, old.root, old.leaf],
    )


def test_superseding_needs_a_role_and_a_reason(registry, versions):
    """As revoking does."""
    old, new = versions[0][0], versions[1][0]

    assert refusal(registry, old, new, registry.issuer) == (
        "NotGranted",
        [registry.issuer.lower(), SCHOOL, AUTHORITY],
    )
    assert refusal(registry, old, new, reason=0) == ("NoReason", [0])


def corrections(registry, olds, news):
    """Give the arguments of `anchorAndSupersede` for a batch of corrections."""
    pairs = [(old.abi(), new.abi(), CORRECTION) for old, new in olds]
    return (SCHOOL, news[0].root, len(news), NO_LEAF, SCHOOL, pairs)


@pytest.fixture
def batch_of_corrections(registry):
    """Three entries, their corrections not anchored yet, and an issuer who may also revoke."""
    registry.send(registry.ministry, "grant", MINISTRY, registry.issuer, SCHOOL, REVOKER, 0, 0)
    olds = anchor(registry)[:3]
    news = make_entries(SCHOOL, 3, version=2)
    return olds, news


def test_a_batch_of_corrections_is_one_transaction(registry, batch_of_corrections):
    """One anchor and its supersessions, in this order in the history."""
    olds, news = batch_of_corrections
    arguments = corrections(registry, list(zip(olds, news, strict=True)), news)

    events = registry.send(registry.issuer, "anchorAndSupersede", *arguments)

    assert [event.name for event in events] == ["BatchAnchored"] + ["EntrySuperseded"] * 3
    assert [event.own["leaf"] for event in events[1:]] == [old.leaf for old in olds]
    assert [event.own["successorLeaf"] for event in events[1:]] == [new.leaf for new in news]
    assert registry.view("batches", SCHOOL, news[0].root)[0] == 3


def test_a_batch_may_supersede_nothing(registry, batch_of_corrections):
    """Then it is an anchored batch like any other."""
    _olds, news = batch_of_corrections

    (event,) = registry.send(
        registry.issuer, "anchorAndSupersede", *corrections(registry, [], news)
    )

    assert event.name == "BatchAnchored"


def test_one_wrong_correction_stops_all(registry, batch_of_corrections):
    """All or nothing: no batch, no status."""
    olds, news = batch_of_corrections
    pairs = [(olds[0], news[0]), (olds[1], news[2])]

    refused = registry.refusal(
        registry.issuer, "anchorAndSupersede", *corrections(registry, pairs, news)
    )

    assert refused == ("OtherSeries", [olds[1].series, news[2].series])
    assert registry.view("batches", SCHOOL, news[0].root) == (0, 0)
    assert registry.view("statusOf", SCHOOL, olds[0].leaf)[0] == 0


def test_an_entry_is_corrected_once_in_a_batch(registry, batch_of_corrections):
    """The second time it has a status."""
    olds, news = batch_of_corrections
    pairs = [(olds[0], news[0]), (olds[0], news[0])]

    refused = registry.refusal(
        registry.issuer, "anchorAndSupersede", *corrections(registry, pairs, news)
    )

    assert refused == ("StatusSet", [SCHOOL, olds[0].leaf, SUPERSEDED])


def test_a_batch_of_corrections_needs_both_roles(registry, batch_of_corrections):
    """ISSUER to anchor, REVOKER to supersede."""
    olds, news = batch_of_corrections
    arguments = corrections(registry, [(olds[0], news[0])], news)
    registry.send(registry.ministry, "grant", MINISTRY, registry.stranger, SCHOOL, ISSUER, 0, 0)

    assert registry.refusal(registry.revoker, "anchorAndSupersede", *arguments) == (
        "NotGranted",
        [registry.revoker.lower(), SCHOOL, ISSUER],
    )
    assert registry.refusal(registry.stranger, "anchorAndSupersede", *arguments) == (
        "NotGranted",
        [registry.stranger.lower(), SCHOOL, AUTHORITY],
    )
