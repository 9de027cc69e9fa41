"""Who may do what, and when: `grant`, `wasGranted`, `grantPeriods`."""

import pytest

from tests.contracts.harness import (
    AUTHORITY,
    DEPARTMENT,
    ISSUER,
    MINISTRY,
    OPEN_END,
    OTHER_SCHOOL,
    REVOKER,
    SCHOOL,
    code,
)

NOBODY = "0x" + "00" * 20


@pytest.mark.parametrize("role", [ISSUER, REVOKER])
def test_an_authority_grants_in_its_subtree(registry, role):
    """From now and without end, when nothing else is said."""
    (event,) = registry.send(
        registry.department, "grant", DEPARTMENT, registry.stranger, SCHOOL, role, 0, 0
    )

    assert event.name == "Granted"
    assert event.own == {
        "institution": SCHOOL,
        "account": registry.stranger.lower(),
        "role": role,
        "period": 0,
        "from": event.time,
        "until": OPEN_END,
        "actingFor": DEPARTMENT,
    }
    assert registry.view("grantPeriods", registry.stranger, SCHOOL, role) == (
        (event.time, OPEN_END),
    )


def test_an_authority_grants_at_its_own_institution(registry):
    """Issuing and revoking for itself, but not its own authority."""
    (event,) = registry.send(
        registry.department, "grant", DEPARTMENT, registry.stranger, DEPARTMENT, ISSUER, 0, 0
    )

    assert event.own["institution"] == DEPARTMENT


def test_a_grant_holds_from_its_first_second_until_before_its_end(registry):
    """A moment m is inside when from <= m < until."""
    start, end = registry.now + 100, registry.now + 200

    registry.send(
        registry.ministry, "grant", MINISTRY, registry.stranger, SCHOOL, ISSUER, start, end
    )

    held = {
        moment: registry.view("wasGranted", registry.stranger, SCHOOL, ISSUER, moment)
        for moment in (0, start - 1, start, end - 1, end, OPEN_END)
    }
    assert held == {
        0: False,
        start - 1: False,
        start: True,
        end - 1: True,
        end: False,
        OPEN_END: False,
    }


def test_a_grant_is_of_one_account_one_institution_and_one_role(registry):
    """Nothing is inherited, in no direction."""
    now = registry.now

    assert registry.view("wasGranted", registry.issuer, SCHOOL, ISSUER, now)
    assert not registry.view("wasGranted", registry.revoker, SCHOOL, ISSUER, now)
    assert not registry.view("wasGranted", registry.issuer, DEPARTMENT, ISSUER, now)
    assert not registry.view("wasGranted", registry.issuer, SCHOOL, REVOKER, now)
    assert not registry.view("wasGranted", registry.ministry, SCHOOL, AUTHORITY, now)
    assert not registry.view("wasGranted", registry.issuer, SCHOOL, 0, now)


def test_periods_follow_one_another(registry):
    """Several periods of one key, one after the other, with or without a gap."""
    t = registry.now + 1000
    spans = [(t, t + 10), (t + 10, t + 20), (t + 50, OPEN_END)]

    for number, (start, end) in enumerate(spans):
        (event,) = registry.send(
            registry.ministry, "grant", MINISTRY, registry.stranger, SCHOOL, ISSUER, start, end
        )
        assert event.own["period"] == number

    assert registry.view("grantPeriods", registry.stranger, SCHOOL, ISSUER) == tuple(spans)
    held = [
        registry.view("wasGranted", registry.stranger, SCHOOL, ISSUER, t + offset)
        for offset in (-1, 0, 9, 10, 19, 20, 49, 50)
    ]
    assert held == [False, True, True, True, True, False, False, True]


def test_a_period_may_not_overlap_the_one_before(registry):
    """Otherwise an end would have two meanings."""
    t = registry.now + 1000
    registry.send(
        registry.ministry, "grant", MINISTRY, registry.stranger, SCHOOL, ISSUER, t, t + 10
    )

    refusal = registry.refusal(
        registry.ministry, "grant", MINISTRY, registry.stranger, SCHOOL, ISSUER, t + 9, 0
    )

    assert refusal == ("PeriodOverlaps", [t + 9, t + 10])


def test_nothing_comes_after_a_period_without_end(registry):
    """It must be ended first."""
    refusal = registry.refusal(
        registry.ministry, "grant", MINISTRY, registry.issuer, SCHOOL, ISSUER, 0, 0
    )

    assert refusal == ("PeriodOverlaps", [registry.now, OPEN_END])


def test_a_grant_is_not_dated_back(registry):
    """Not by one second: the anchor's time must be worth something."""
    moment = registry.now + 500
    registry.at(moment)

    refusal = registry.refusal(
        registry.ministry, "grant", MINISTRY, registry.stranger, SCHOOL, ISSUER, moment - 1, 0
    )

    assert refusal == ("BackDated", [moment - 1, moment])


def test_a_grant_may_begin_in_the_very_block(registry):
    """The block's own time is not the past."""
    moment = registry.now + 500
    registry.at(moment)

    (event,) = registry.send(
        registry.ministry, "grant", MINISTRY, registry.stranger, SCHOOL, ISSUER, moment, 0
    )

    assert event.own["from"] == event.time == moment


@pytest.mark.parametrize("length", [0, -1])
def test_a_period_must_end_after_it_begins(registry, length):
    """An empty period would be a grant that grants nothing."""
    start = registry.now + 1000

    refusal = registry.refusal(
        *(registry.ministry, "grant", MINISTRY, registry.stranger, SCHOOL, ISSUER),
        *(start, start + length),
    )

    assert refusal == ("EmptyPeriod", [start, start + length])


@pytest.mark.parametrize("role", [0, 4, 255])
def test_there_are_three_roles(registry, role):
    """Zero is none."""
    refusal = registry.refusal(
        registry.ministry, "grant", MINISTRY, registry.stranger, SCHOOL, role, 0, 0
    )

    assert refusal == ("UnknownRole", [role])


def test_the_zero_account_gets_nothing(registry):
    """Nobody has its key."""
    refusal = registry.refusal(registry.ministry, "grant", MINISTRY, NOBODY, SCHOOL, ISSUER, 0, 0)

    assert refusal == ("UnusableAccount", [NOBODY])


def test_a_stranger_grants_nothing(registry):
    """Not even to itself."""
    refusal = registry.refusal(
        registry.stranger, "grant", SCHOOL, registry.stranger, SCHOOL, ISSUER, 0, 0
    )

    assert refusal == ("NotGranted", [registry.stranger.lower(), SCHOOL, AUTHORITY])


def test_an_issuer_grants_nothing(registry):
    """Issuing is not governing."""
    refusal = registry.refusal(
        registry.issuer, "grant", SCHOOL, registry.stranger, SCHOOL, ISSUER, 0, 0
    )

    assert refusal == ("NotGranted", [registry.issuer.lower(), SCHOOL, AUTHORITY])


def test_an_authority_grants_nothing_elsewhere(registry):
    """Only in its own subtree."""
    refusal = registry.refusal(
        registry.department, "grant", DEPARTMENT, registry.stranger, OTHER_SCHOOL, ISSUER, 0, 0
    )

    assert refusal == ("NotWithin", [DEPARTMENT, OTHER_SCHOOL])


def test_grants_need_a_registered_institution(registry):
    """An unknown code is named."""
    refusal = registry.refusal(
        registry.ministry, "grant", MINISTRY, registry.stranger, code("NONE"), ISSUER, 0, 0
    )

    assert refusal == ("UnknownInstitution", [code("NONE")])


def test_authority_is_given_from_strictly_above(registry):
    """A department cannot multiply its own authority, but makes a school an authority."""
    refusal = registry.refusal(
        registry.department, "grant", DEPARTMENT, registry.stranger, DEPARTMENT, AUTHORITY, 0, 0
    )
    (event,) = registry.send(
        registry.department, "grant", DEPARTMENT, registry.stranger, SCHOOL, AUTHORITY, 0, 0
    )

    assert refusal == ("NotStrictlyBelow", [DEPARTMENT, DEPARTMENT])
    assert event.own["role"] == AUTHORITY


def test_the_root_manages_its_own_authorities(registry):
    """The root has nobody above it."""
    (event,) = registry.send(
        registry.ministry, "grant", MINISTRY, registry.stranger, MINISTRY, AUTHORITY, 0, 0
    )

    assert event.own["until"] == OPEN_END
    assert registry.view("rootAuthorities") == 2


def test_authority_at_the_root_begins_now_and_has_no_end(registry):
    """A period that runs out could leave the root without a holder."""
    start = registry.now + 1000
    moment = registry.now + 500

    later = registry.refusal(
        registry.ministry, "grant", MINISTRY, registry.stranger, MINISTRY, AUTHORITY, start, 0
    )
    registry.at(moment)
    bounded = registry.refusal(
        *(registry.ministry, "grant", MINISTRY, registry.stranger, MINISTRY, AUTHORITY),
        *(0, moment + 9),
    )

    assert later == ("RootAuthorityNotOpen", [start, OPEN_END])
    assert bounded == ("RootAuthorityNotOpen", [moment, moment + 9])


def test_other_roles_at_the_root_may_have_an_end(registry):
    """Only AUTHORITY is special there."""
    start = registry.now + 1000

    (event,) = registry.send(
        *(registry.ministry, "grant", MINISTRY, registry.stranger, MINISTRY, ISSUER),
        *(start, start + 9),
    )

    assert event.own["until"] == start + 9
    assert registry.view("rootAuthorities") == 1
