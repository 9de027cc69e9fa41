"""The tree of institutions: `registerInstitution`, `institutions`, `isWithin`."""

import pytest

from tests.contracts.harness import (
    AUTHORITY,
    DEPARTMENT,
    ISSUER,
    MINISTRY,
    OTHER_DEPARTMENT,
    OTHER_SCHOOL,
    SCHOOL,
    code,
)

NEW = code("VN-000-MOI")


def test_an_authority_registers_below_itself(registry):
    """The event carries the names, the storage only parent and time."""
    (event,) = registry.send(
        registry.department, "registerInstitution", DEPARTMENT, SCHOOL, NEW, "Trường Mới", "co-1"
    )

    assert event.name == "InstitutionRegistered"
    assert event.own == {
        "institution": NEW,
        "parent": SCHOOL,
        "name": "Trường Mới",
        "upstreamCodes": "co-1",
    }
    assert registry.view("institutions", NEW) == (SCHOOL, event.time)


def test_names_may_be_empty_long_or_in_any_script(registry):
    """Text enters the history by its SHA-256, whatever its length."""
    names = ["", "x" * 31, "y" * 32, "Trường Trung học cơ sở " * 40]

    for number, name in enumerate(names):
        (event,) = registry.send(
            *(registry.ministry, "registerInstitution", MINISTRY, MINISTRY),
            *(code(f"N-{number}"), name, name),
        )
        assert event.own["name"] == event.own["upstreamCodes"] == name


def test_an_institution_is_within_itself_and_all_above_it(registry):
    """One read a level, up to the root."""
    assert registry.view("isWithin", SCHOOL, SCHOOL)
    assert registry.view("isWithin", DEPARTMENT, SCHOOL)
    assert registry.view("isWithin", MINISTRY, SCHOOL)
    assert registry.view("isWithin", MINISTRY, MINISTRY)


def test_an_institution_is_not_within_its_children_or_strangers(registry):
    """Neither sideways nor downwards, nor for what nobody registered."""
    assert not registry.view("isWithin", SCHOOL, DEPARTMENT)
    assert not registry.view("isWithin", OTHER_DEPARTMENT, SCHOOL)
    assert not registry.view("isWithin", MINISTRY, NEW)
    assert not registry.view("isWithin", NEW, NEW)
    assert not registry.view("isWithin", NEW, SCHOOL)
    assert not registry.view("isWithin", bytes(32), SCHOOL)


def test_a_tree_may_be_deep(registry):
    """The root acts for an institution twelve levels below it."""
    parent = SCHOOL
    for level in range(12):
        child = code(f"LEVEL-{level}")
        registry.send(registry.ministry, "registerInstitution", MINISTRY, parent, child, "", "")
        parent = child

    assert registry.view("isWithin", MINISTRY, parent)
    assert not registry.view("isWithin", OTHER_DEPARTMENT, parent)


@pytest.mark.parametrize(
    "characters", ["A", "a-z_0.9", "Z" * 32, "-", ".", "_", "VN-000-THCS-HOA-PHUONG.2"]
)
def test_a_well_formed_code_is_taken(registry, characters):
    """`[A-Za-z0-9._-]{1,32}`."""
    registry.send(
        registry.ministry, "registerInstitution", MINISTRY, MINISTRY, code(characters), "", ""
    )


@pytest.mark.parametrize(
    "malformed",
    [
        bytes(32),
        b"A\x00B".ljust(32, b"\x00"),
        b"\x00" * 31 + b"A",
        b"A" * 31 + b"\xff",
        *(
            f"A{character}".encode("latin-1").ljust(32, b"\x00")
            for character in ' /@`[{^:,"é\x7f\n'
        ),
    ],
)
def test_a_malformed_code_is_refused(registry, malformed):
    """What cannot be written as text in a receipt must not come into the registry."""
    refusal = registry.refusal(
        registry.ministry, "registerInstitution", MINISTRY, MINISTRY, malformed, "", ""
    )

    assert refusal == ("MalformedInstitution", [malformed])


def test_an_institution_is_registered_once(registry):
    """Not even by another authority, or below another parent."""
    refusal = registry.refusal(
        registry.ministry, "registerInstitution", MINISTRY, OTHER_DEPARTMENT, SCHOOL, "", ""
    )

    assert refusal == ("InstitutionExists", [SCHOOL])


def test_a_stranger_registers_nothing(registry):
    """Only an AUTHORITY of the institution that is acted for."""
    refusal = registry.refusal(
        registry.stranger, "registerInstitution", MINISTRY, MINISTRY, NEW, "", ""
    )

    assert refusal == ("NotGranted", [registry.stranger.lower(), MINISTRY, AUTHORITY])


def test_an_issuer_registers_nothing(registry):
    """Another role of the institution is not enough."""
    assert registry.view("wasGranted", registry.issuer, SCHOOL, ISSUER, registry.now)

    refusal = registry.refusal(registry.issuer, "registerInstitution", SCHOOL, SCHOOL, NEW, "", "")

    assert refusal == ("NotGranted", [registry.issuer.lower(), SCHOOL, AUTHORITY])


def test_an_authority_registers_nothing_beside_itself(registry):
    """The parent must be the institution that is acted for, or below it."""
    refusal = registry.refusal(
        registry.department, "registerInstitution", DEPARTMENT, OTHER_SCHOOL, NEW, "", ""
    )

    assert refusal == ("NotWithin", [DEPARTMENT, OTHER_SCHOOL])


def test_an_authority_registers_nothing_above_itself(registry):
    """Neither by naming the parent, nor by naming itself."""
    for acting_for, expected in (
        (DEPARTMENT, ("NotWithin", [DEPARTMENT, MINISTRY])),
        (MINISTRY, ("NotGranted", [registry.department.lower(), MINISTRY, AUTHORITY])),
    ):
        refusal = registry.refusal(
            registry.department, "registerInstitution", acting_for, MINISTRY, NEW, "", ""
        )
        assert refusal == expected


def test_a_parent_must_be_registered(registry):
    """No branch begins in the air."""
    refusal = registry.refusal(
        registry.ministry, "registerInstitution", MINISTRY, NEW, code("CHILD"), "", ""
    )

    assert refusal == ("UnknownInstitution", [NEW])
