"""The states of a document: the law's order, and nothing leaves an end."""

import itertools

import pytest

from transcript_service.lifecycle import (
    TRANSITIONS,
    DocumentState,
    ForbiddenTransition,
    check_transition,
    state_name,
)

WAY = ["DRAFT", "DATA_CONFIRMED", "RENDERED", "SIGNING", "SIGNED", "SEALED", "ANCHORING", "ISSUED"]


def test_the_way_of_a_document_is_principal_then_seal_then_anchor():
    """Each step leads to the next one (decree 30/2020, article 32.2d)."""
    for before, after in itertools.pairwise(WAY):
        check_transition(DocumentState(before), DocumentState(after))


@pytest.mark.parametrize("end", ["SUPERSEDED", "REVOKED", "CANCELLED"])
def test_nothing_leaves_an_end(end):
    """Revoking and superseding cannot be undone."""
    for after in DocumentState:
        with pytest.raises(ForbiddenTransition, match=end):
            check_transition(DocumentState(end), after)


def test_no_shortcut_leads_to_a_seal_or_an_issue():
    """Only a signed document is sealed, only a sealed one anchored, only an anchored one issued."""
    into = {
        after: {before for before, allowed in TRANSITIONS.items() if after in allowed}
        for after in DocumentState
    }

    assert into[DocumentState.SEALED] == {DocumentState.SIGNED}
    assert into[DocumentState.ANCHORING] == {DocumentState.SEALED}
    assert into[DocumentState.ISSUED] == {DocumentState.ANCHORING}


def test_every_state_has_its_row_in_the_table():
    """A state without a row would crash instead of being refused."""
    assert set(TRANSITIONS) == set(DocumentState)


def test_every_state_has_a_name_for_people():
    """Nobody at a school has to learn our words."""
    names = {state_name(state) for state in DocumentState}

    assert len(names) == len(DocumentState)
    assert not names & set(DocumentState)


def test_whatever_is_not_issued_yet_can_be_given_up():
    """And nothing that was issued, or withdrawn after it was anchored."""
    into = {before for before, allowed in TRANSITIONS.items() if "CANCELLED" in allowed}

    assert into == set(WAY) - {"ISSUED"}


def test_only_what_was_anchored_can_be_withdrawn():
    """By an authority also before the school hands it out."""
    for withdrawn in ("REVOKED", "SUPERSEDED"):
        into = {before for before, allowed in TRANSITIONS.items() if withdrawn in allowed}
        assert into == {"ANCHORING", "ISSUED"}
