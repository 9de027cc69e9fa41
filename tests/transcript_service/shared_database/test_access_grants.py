"""Scopes, tokens and rates of the reference server."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from transcript_service.errors import UsageError
from transcript_service.shared_database.access_grants import (
    Access,
    Grants,
    Rate,
    RateLimiter,
    TokenOffice,
)

SECOND = 1_000_000_000
NAMES = st.frozensets(st.sampled_from(["A", "B", "C", "*"]))
GRANTS = st.builds(Grants, schools=NAMES, groups=NAMES)
ACCESS = Access(client_id="c", grants=Grants.parse("truong:S1 nhom:diem"))


def test_a_scope_opens_the_schools_and_tables_that_it_names():
    """And no other."""
    grants = Grants.parse("truong:S1 nhom:diem truong:S2")

    assert [grants.may_read_school(code) for code in ("S1", "S2", "S3")] == [True, True, False]
    assert [grants.may_read_group(name) for name in ("diem", "hocsinh")] == [True, False]
    assert grants.readable_schools == {"S1", "S2"}


def test_a_star_opens_all_of_a_kind_and_nothing_of_the_other():
    """A department reads all schools, maybe one table only."""
    grants = Grants.parse("truong:* nhom:truong")

    assert grants.may_read_school("anything")
    assert grants.readable_schools is None
    assert not grants.may_read_group("diem")


def test_an_empty_scope_opens_nothing():
    """Not even the list of schools."""
    assert not Grants.parse("").may_read_group("truong")
    assert Grants.parse("").readable_schools == frozenset()


@pytest.mark.parametrize("scope", ["S1", "truong", "truong:", "lop:1", ":x", "truong:S1 *"])
def test_a_scope_of_another_form_is_refused(scope):
    """Better no client than one that may read more than was meant."""
    with pytest.raises(UsageError):
        Grants.parse(scope)


@given(GRANTS)
def test_a_scope_written_and_read_again_is_the_same(grants):
    """It is stored as text and sent in the token's answer."""
    assert Grants.parse(str(grants)) == grants


@given(GRANTS, GRANTS)
def test_grants_hold_others_exactly_if_they_open_all_that_those_open(grants, other):
    """The rule by which a token is narrowed."""
    names = ["A", "B", "C", "another"]
    opened = all(
        (grants.may_read_school(name) or not other.may_read_school(name))
        and (grants.may_read_group(name) or not other.may_read_group(name))
        for name in names
    )

    assert grants.holds(other) == opened


def test_a_token_expires():
    """At its second, and not earlier."""
    now = [datetime(2026, 6, 1, tzinfo=UTC)]
    office = TokenOffice(lambda: now[0], lifetime_s=600)
    token = office.issue(ACCESS)

    now[0] += timedelta(seconds=599)
    assert office.find(token) == ACCESS
    now[0] += timedelta(seconds=1)
    assert office.find(token) is None


def test_tokens_that_expired_are_forgotten():
    """A server that runs for months keeps those of the last minutes only."""
    now = [datetime(2026, 6, 1, tzinfo=UTC)]
    office = TokenOffice(lambda: now[0], lifetime_s=600)
    for _hour in range(50):
        office.issue(ACCESS)
        now[0] += timedelta(hours=1)

    assert len(office._tokens) == 1


def _limiter(per_second, burst):
    now = [0]
    return now, RateLimiter(Rate(per_second=per_second, burst=burst), lambda: now[0])


def test_a_client_may_make_a_burst_and_then_waits():
    """Whole seconds, as Retry-After has them."""
    now, limiter = _limiter(2, 3)

    assert [limiter.seconds_to_wait("a") for _ in range(4)] == [0, 0, 0, 1]
    now[0] += SECOND // 2
    assert [limiter.seconds_to_wait("a") for _ in range(2)] == [0, 1]


def test_each_client_has_its_own_bucket():
    """One school's sync does not stop another's."""
    _now, limiter = _limiter(1, 1)
    limiter.seconds_to_wait("a")

    assert (limiter.seconds_to_wait("a"), limiter.seconds_to_wait("b")) == (1, 0)


def test_a_bucket_never_holds_more_than_its_burst():
    """A night's pause does not allow a flood in the morning."""
    now, limiter = _limiter(5, 2)
    limiter.seconds_to_wait("a")
    now[0] += 36_000 * SECOND

    assert [limiter.seconds_to_wait("a") for _ in range(3)] == [0, 0, 1]


@given(st.lists(st.integers(0, 3 * SECOND), max_size=60), st.integers(1, 4), st.integers(1, 5))
def test_no_client_ever_gets_more_than_rate_and_burst_allow(pauses, per_second, burst):
    """Over any time: burst plus rate times its length; who waits as told is served."""
    now, limiter = _limiter(per_second, burst)
    for served, pause in enumerate(pauses, start=1):
        now[0] += pause
        wait = limiter.seconds_to_wait("a")
        if wait:
            now[0] += wait * SECOND
            assert limiter.seconds_to_wait("a") == 0

        assert served * SECOND <= burst * SECOND + per_second * now[0]
