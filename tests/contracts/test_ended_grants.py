"""The end of a grant is brought forward, never erased: `endGrant`."""

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
)


def end(registry, sender, acting_for, account, institution, role, period=0, until=0):
    """Call `endGrant`."""
    return registry.send(sender, "endGrant", acting_for, account, institution, role, period, until)


def refused(registry, sender, acting_for, account, institution, role, period=0, until=0):
    """Call `endGrant`, which must refuse."""
    return registry.refusal(
        sender, "endGrant", acting_for, account, institution, role, period, until
    )


def test_an_end_takes_effect_in_the_next_second(registry):
    """One block has one answer: what came before in it stays allowed."""
    (event,) = end(registry, registry.department, DEPARTMENT, registry.issuer, SCHOOL, ISSUER)

    assert event.name == "GrantEnded"
    assert event.own == {
        "institution": SCHOOL,
        "account": registry.issuer.lower(),
        "role": ISSUER,
        "period": 0,
        "until": event.time + 1,
        "actingFor": DEPARTMENT,
    }
    assert registry.view("wasGranted", registry.issuer, SCHOOL, ISSUER, event.time)
    assert not registry.view("wasGranted", registry.issuer, SCHOOL, ISSUER, event.time + 1)


def test_the_past_stays_as_it_was(registry):
    """Batches anchored before the end keep their issuer."""
    before = registry.now

    (event,) = end(registry, registry.ministry, MINISTRY, registry.issuer, SCHOOL, ISSUER)

    assert registry.view("wasGranted", registry.issuer, SCHOOL, ISSUER, before)
    (span,) = registry.view("grantPeriods", registry.issuer, SCHOOL, ISSUER)
    assert span[1] == event.time + 1


def test_an_end_may_be_announced_and_brought_forward_again(registry):
    """Each time earlier than before."""
    t = registry.now + 1000

    end(registry, registry.ministry, MINISTRY, registry.issuer, SCHOOL, ISSUER, until=t)
    end(registry, registry.ministry, MINISTRY, registry.issuer, SCHOOL, ISSUER, until=t - 1)

    assert registry.view("grantPeriods", registry.issuer, SCHOOL, ISSUER)[0][1] == t - 1


@pytest.mark.parametrize("later", [0, 1, 10**6])
def test_an_end_is_never_put_off(registry, later):
    """Neither to the same second nor to a later one."""
    t = registry.now + 1000
    end(registry, registry.ministry, MINISTRY, registry.issuer, SCHOOL, ISSUER, until=t)

    refusal = refused(
        registry, registry.ministry, MINISTRY, registry.issuer, SCHOOL, ISSUER, until=t + later
    )

    assert refusal == ("EndNotEarlier", [t + later, t])


def test_a_grant_that_ended_stays_ended(registry):
    """The next second is no earlier end any more."""
    (event,) = end(registry, registry.ministry, MINISTRY, registry.issuer, SCHOOL, ISSUER)
    registry.at(event.time + 50)

    refusal = refused(registry, registry.ministry, MINISTRY, registry.issuer, SCHOOL, ISSUER)

    assert refusal == ("EndNotEarlier", [event.time + 51, event.time + 1])


@pytest.mark.parametrize("earlier", [0, 1, 500])
def test_an_end_is_not_dated_back(registry, earlier):
    """Not even to the block's own second."""
    moment = registry.now + 1000
    registry.at(moment)

    refusal = refused(
        *(registry, registry.ministry, MINISTRY, registry.issuer, SCHOOL, ISSUER),
        until=moment - earlier,
    )

    assert refusal == ("EndTooEarly", [moment - earlier, moment + 1])


def test_only_a_period_that_exists_is_ended(registry):
    """The error says how many there are."""
    refusal = refused(
        registry, registry.ministry, MINISTRY, registry.issuer, SCHOOL, ISSUER, period=1
    )

    assert refusal == ("UnknownPeriod", [1, 1])
    assert refused(registry, registry.ministry, MINISTRY, registry.issuer, SCHOOL, REVOKER) == (
        "UnknownPeriod",
        [0, 0],
    )


def test_after_an_end_a_new_period_may_begin(registry):
    """From the second in which the old one ended."""
    (event,) = end(registry, registry.ministry, MINISTRY, registry.issuer, SCHOOL, ISSUER)
    registry.at(event.time + 1)

    (granted,) = registry.send(
        registry.ministry, "grant", MINISTRY, registry.issuer, SCHOOL, ISSUER, 0, 0
    )

    assert granted.own["period"] == 1
    assert granted.own["from"] == event.time + 1
    assert registry.view("wasGranted", registry.issuer, SCHOOL, ISSUER, event.time + 1)


def test_a_period_ended_before_it_began_holds_no_moment_and_is_in_nobodys_way(registry):
    """A grant given for the wrong year can be given anew, for now."""
    t = registry.now + 10**6
    registry.send(registry.ministry, "grant", MINISTRY, registry.stranger, SCHOOL, ISSUER, t, 0)
    (ended,) = end(registry, registry.ministry, MINISTRY, registry.stranger, SCHOOL, ISSUER)

    (granted,) = registry.send(
        registry.ministry, "grant", MINISTRY, registry.stranger, SCHOOL, ISSUER, 0, 0
    )

    assert ended.own["until"] == ended.time + 1
    assert granted.own["period"] == 1
    held = [
        registry.view("wasGranted", registry.stranger, SCHOOL, ISSUER, moment)
        for moment in (ended.time, granted.time - 1, granted.time, t - 1, t, t + 1)
    ]
    assert held == [False, False, True, True, True, True]


def test_an_earlier_period_still_bounds_a_new_one_behind_a_cancelled_one(registry):
    """The cancelled period is skipped, the one before it counts."""
    t = registry.now + 10**6
    for start, until in ((t, t + 10), (t + 100, 0)):
        registry.send(
            registry.ministry, "grant", MINISTRY, registry.stranger, SCHOOL, ISSUER, start, until
        )
    end(registry, registry.ministry, MINISTRY, registry.stranger, SCHOOL, ISSUER, period=1)

    refusal = registry.refusal(
        registry.ministry, "grant", MINISTRY, registry.stranger, SCHOOL, ISSUER, t + 5, 0
    )
    (granted,) = registry.send(
        registry.ministry, "grant", MINISTRY, registry.stranger, SCHOOL, ISSUER, t + 10, 0
    )

    assert refusal == ("PeriodOverlaps", [t + 5, t + 10])
    assert granted.own["period"] == 2


def test_who_may_not_grant_may_not_end(registry):
    """Strangers, holders of other roles, and authorities of other subtrees."""
    issuer = registry.issuer
    assert refused(registry, registry.stranger, SCHOOL, issuer, SCHOOL, ISSUER) == (
        "NotGranted",
        [registry.stranger.lower(), SCHOOL, AUTHORITY],
    )
    assert refused(registry, issuer, SCHOOL, issuer, SCHOOL, ISSUER)[0] == "NotGranted"
    assert refused(registry, registry.department, DEPARTMENT, issuer, OTHER_SCHOOL, ISSUER) == (
        "NotWithin",
        [DEPARTMENT, OTHER_SCHOOL],
    )
    assert refused(registry, registry.ministry, MINISTRY, issuer, SCHOOL, 4) == ("UnknownRole", [4])


def test_authority_is_taken_from_strictly_above(registry):
    """A department cannot end its own authority, the ministry can, and it then holds no more."""
    department = registry.department
    refusal = refused(registry, department, DEPARTMENT, department, DEPARTMENT, AUTHORITY)
    (event,) = end(registry, registry.ministry, MINISTRY, department, DEPARTMENT, AUTHORITY)
    registry.at(event.time + 1)

    afterwards = registry.refusal(
        department, "grant", DEPARTMENT, registry.stranger, SCHOOL, ISSUER, 0, 0
    )

    assert refusal == ("NotStrictlyBelow", [DEPARTMENT, DEPARTMENT])
    assert afterwards == ("NotGranted", [department.lower(), DEPARTMENT, AUTHORITY])


def test_the_last_authority_of_the_root_cannot_be_ended(registry):
    """Neither by itself, now or later: nobody could ever govern again."""
    for until in (0, registry.now + 10**6):
        refusal = refused(
            *(registry, registry.ministry, MINISTRY, registry.ministry, MINISTRY, AUTHORITY),
            until=until,
        )
        assert refusal == ("LastRootAuthority", [registry.ministry.lower()])


def test_one_of_two_authorities_of_the_root_can_be_ended(registry):
    """An announced end counts at once, and only once."""
    second = registry.stranger
    registry.send(registry.ministry, "grant", MINISTRY, second, MINISTRY, AUTHORITY, 0, 0)
    t = registry.now + 10**6

    end(registry, second, MINISTRY, registry.ministry, MINISTRY, AUTHORITY, until=t)
    end(registry, second, MINISTRY, registry.ministry, MINISTRY, AUTHORITY, until=t - 1)

    assert registry.view("rootAuthorities") == 1
    assert refused(registry, second, MINISTRY, second, MINISTRY, AUTHORITY) == (
        "LastRootAuthority",
        [second.lower()],
    )
    assert registry.view("grantPeriods", second, MINISTRY, AUTHORITY)[0][1] == OPEN_END
