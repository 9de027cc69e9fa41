"""Whose signatures count: `declareCertificate`, `endCertificate` and their views."""

import pytest

from tests.contracts.harness import (
    AUTHORITY,
    DEPARTMENT,
    MINISTRY,
    OPEN_END,
    OTHER_SCHOOL,
    PRINCIPAL,
    SCHOOL,
    SEAL,
    code,
)

IDENTITY = bytes(range(32))
OTHER_IDENTITY = bytes(range(1, 33))


def declare(registry, use=PRINCIPAL, start=0, until=0, identity=IDENTITY):
    """Call `declareCertificate` as the department."""
    return registry.send(
        registry.department, "declareCertificate", DEPARTMENT, SCHOOL, identity, use, start, until
    )


def end(registry, period=0, until=0, use=PRINCIPAL):
    """Call `endCertificate` as the department."""
    return registry.send(
        registry.department, "endCertificate", DEPARTMENT, SCHOOL, IDENTITY, use, period, until
    )


@pytest.mark.parametrize("use", [PRINCIPAL, SEAL])
def test_an_authority_declares_a_certificate(registry, use):
    """From now and without end, when nothing else is said."""
    (event,) = declare(registry, use)

    assert event.name == "CertificateDeclared"
    assert event.own == {
        "institution": SCHOOL,
        "identity": IDENTITY,
        "use": use,
        "period": 0,
        "from": event.time,
        "until": OPEN_END,
        "actingFor": DEPARTMENT,
    }
    assert registry.view("certificatePeriods", IDENTITY, SCHOOL, use) == ((event.time, OPEN_END),)


def test_a_declaration_is_of_one_identity_one_institution_one_use_and_one_time(registry):
    """A principal's certificate is no seal, and counts for no other school."""
    start, until = registry.now + 100, registry.now + 200
    declare(registry, PRINCIPAL, start, until)

    def was(identity=IDENTITY, institution=SCHOOL, use=PRINCIPAL, moment=start):
        return registry.view("wasDeclared", identity, institution, use, moment)

    assert was()
    assert was(moment=until - 1)
    assert not was(moment=start - 1)
    assert not was(moment=until)
    assert not was(use=SEAL)
    assert not was(identity=OTHER_IDENTITY)
    assert not was(institution=OTHER_SCHOOL)
    assert not was(institution=DEPARTMENT)


def test_an_end_takes_effect_in_the_next_second(registry):
    """As for grants."""
    declare(registry)

    (event,) = end(registry)

    assert event.name == "CertificateEnded"
    assert event.own == {
        "institution": SCHOOL,
        "identity": IDENTITY,
        "use": PRINCIPAL,
        "period": 0,
        "until": event.time + 1,
        "actingFor": DEPARTMENT,
    }
    assert registry.view("wasDeclared", IDENTITY, SCHOOL, PRINCIPAL, event.time)
    assert not registry.view("wasDeclared", IDENTITY, SCHOOL, PRINCIPAL, event.time + 1)


def test_periods_follow_the_rules_of_grants(registry):
    """No overlap, no back-dating, no empty period, no later end, no unknown period."""
    t = registry.now + 1000
    declare(registry, PRINCIPAL, t, t + 10)

    def refusal(start, until):
        return registry.refusal(
            *(registry.department, "declareCertificate", DEPARTMENT, SCHOOL, IDENTITY, PRINCIPAL),
            *(start, until),
        )

    def end_refusal(period, until):
        return registry.refusal(
            *(registry.department, "endCertificate", DEPARTMENT, SCHOOL, IDENTITY, PRINCIPAL),
            *(period, until),
        )

    assert refusal(t + 9, 0) == ("PeriodOverlaps", [t + 9, t + 10])
    assert refusal(t + 20, t + 20) == ("EmptyPeriod", [t + 20, t + 20])
    assert refusal(5, 0)[0] == "BackDated"
    assert end_refusal(0, t + 10) == ("EndNotEarlier", [t + 10, t + 10])
    assert end_refusal(0, 5)[0] == "EndTooEarly"
    assert end_refusal(1, 0) == ("UnknownPeriod", [1, 1])


def test_a_certificate_may_be_declared_again(registry):
    """A principal who comes back gets a second period."""
    declare(registry)
    (ended,) = end(registry)
    registry.at(ended.time + 100)

    (event,) = declare(registry)

    assert event.own["period"] == 1
    assert not registry.view("wasDeclared", IDENTITY, SCHOOL, PRINCIPAL, ended.time + 50)


@pytest.mark.parametrize("use", [0, 3, 255])
def test_there_are_two_uses(registry, use):
    """Zero is none."""
    refusal = registry.refusal(
        registry.department, "declareCertificate", DEPARTMENT, SCHOOL, IDENTITY, use, 0, 0
    )

    assert refusal == ("UnknownUse", [use])


def test_the_zero_identity_is_no_certificate(registry):
    """No certificate hashes to it; somebody forgot an argument."""
    refusal = registry.refusal(
        registry.department, "declareCertificate", DEPARTMENT, SCHOOL, bytes(32), SEAL, 0, 0
    )

    assert refusal == ("UnusableIdentity", [bytes(32)])


@pytest.mark.parametrize("name", ["declareCertificate", "endCertificate"])
def test_only_an_authority_above_declares_and_ends(registry, name):
    """Neither strangers nor the school's own issuer, nor the authority of another subtree."""

    def refusal(sender, acting_for, institution):
        return registry.refusal(sender, name, acting_for, institution, IDENTITY, SEAL, 0, 0)

    assert refusal(registry.stranger, SCHOOL, SCHOOL) == (
        "NotGranted",
        [registry.stranger.lower(), SCHOOL, AUTHORITY],
    )
    assert refusal(registry.issuer, SCHOOL, SCHOOL)[0] == "NotGranted"
    assert refusal(registry.department, DEPARTMENT, OTHER_SCHOOL) == (
        "NotWithin",
        [DEPARTMENT, OTHER_SCHOOL],
    )
    assert refusal(registry.department, MINISTRY, SCHOOL)[0] == "NotGranted"
    assert refusal(registry.ministry, MINISTRY, code("NONE")) == (
        "UnknownInstitution",
        [code("NONE")],
    )


def test_identities_do_not_mix(registry):
    """The same identity at two institutions are two declarations."""
    declare(registry)
    (event,) = registry.send(
        registry.ministry, "declareCertificate", MINISTRY, OTHER_SCHOOL, IDENTITY, PRINCIPAL, 0, 0
    )

    assert event.own["period"] == 0
    end(registry)
    assert registry.view("wasDeclared", IDENTITY, OTHER_SCHOOL, PRINCIPAL, OPEN_END - 1)
