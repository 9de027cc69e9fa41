"""A registry with a ministry, two departments and two schools, brought back after each test."""

from collections.abc import Iterator

import pytest

from tests.contracts.harness import (
    AUTHORITY,
    DEPARTMENT,
    ISSUER,
    MINISTRY,
    OTHER_DEPARTMENT,
    OTHER_SCHOOL,
    REVOKER,
    SCHOOL,
    RegistryOnTester,
)


@pytest.fixture(scope="session")
def deployed() -> RegistryOnTester:
    """A registry as it is after its deployment."""
    return RegistryOnTester()


@pytest.fixture(scope="session")
def furnished(deployed: RegistryOnTester) -> tuple[RegistryOnTester, tuple[object, ...]]:
    """The registry with its tree and its grants, and the mark to come back to."""
    ministry = deployed.ministry
    for parent, institution, name in (
        (MINISTRY, DEPARTMENT, "Sở A"),
        (MINISTRY, OTHER_DEPARTMENT, "Sở B"),
        (DEPARTMENT, SCHOOL, "Trường Hoa Phượng"),
        (OTHER_DEPARTMENT, OTHER_SCHOOL, "Trường Hoa Sen"),
    ):
        deployed.send(ministry, "registerInstitution", MINISTRY, parent, institution, name, "")
    for account, institution, role in (
        (deployed.department, DEPARTMENT, AUTHORITY),
        (deployed.issuer, SCHOOL, ISSUER),
        (deployed.revoker, SCHOOL, REVOKER),
        (deployed.issuer, OTHER_SCHOOL, ISSUER),
    ):
        deployed.send(ministry, "grant", MINISTRY, account, institution, role, 0, 0)
    return deployed, deployed.mark()


@pytest.fixture
def registry(
    furnished: tuple[RegistryOnTester, tuple[object, ...]],
) -> Iterator[RegistryOnTester]:
    """
    The furnished registry, brought back afterwards.

    `department` is AUTHORITY of DEPARTMENT, `issuer` ISSUER of both schools, `revoker` REVOKER of
    SCHOOL, `ministry` AUTHORITY of the root, `stranger` nothing.
    """
    found, mark = furnished
    found.back_to(mark)
    mark_again = found.mark()
    yield found
    found.back_to(mark_again)
