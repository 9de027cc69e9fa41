"""Which answers go wrong: a plan, and dice that fall alike for the same seed."""

from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from transcript_service.shared_database.faults import (
    MILD,
    Fault,
    FaultDice,
    FaultPlan,
    parse_faults,
)


def _throws(plan, count=2000, is_page=True):
    dice = FaultDice(plan)
    return [dice.throw(is_page=is_page)[0] for _ in range(count)]


def test_a_plan_is_read():
    """Seed, per cent, kinds."""
    plan = parse_faults("7:20:cut,429")

    assert plan == FaultPlan(seed=7, percent=20, kinds=(Fault.CUT, Fault.TOO_MANY))


def test_a_plan_without_kinds_has_all():
    """Also those that a later release adds."""
    assert set(parse_faults("1:100").kinds) == set(Fault)


@pytest.mark.parametrize(
    "text", ["", "7", "7:", "x:20", "7:101", "7:20:", "7:20:flood", "7:20:cut,", "-1:20", "7:2:CUT"]
)
def test_a_plan_of_another_form_is_refused(text):
    """With a text for people."""
    with pytest.raises(ValueError, match=r"SEED:PERCENT|cut|kinds|SỐ|loại|phải"):
        parse_faults(text)


def test_the_same_seed_gives_the_same_faults():
    """And another seed other ones."""
    assert _throws(parse_faults("1:30")) == _throws(parse_faults("1:30"))
    assert _throws(parse_faults("1:30")) != _throws(parse_faults("2:30"))


def test_about_so_many_answers_go_wrong_as_was_asked_for():
    """Each kind among them."""
    thrown = Counter(_throws(parse_faults("3:20"), 5000))

    assert 900 < 5000 - thrown[None] < 1100
    assert set(thrown) == {None, *Fault}


def test_all_answers_fail_at_100_per_cent():
    """A database that is down."""
    assert None not in _throws(parse_faults("3:100:500"), 50)


@given(st.integers(0, 999), st.integers(0, 99), st.sets(st.sampled_from(list(Fault)), min_size=1))
def test_who_tries_four_times_gets_through(seed, percent, kinds):
    """Else a test with retries would depend on its seed."""
    plan = FaultPlan(seed=seed, percent=percent, kinds=tuple(sorted(kinds)))
    run = 0
    for fault in _throws(plan, 300):
        run = run + 1 if fault is not None and fault not in MILD else 0

        assert run < 4


def test_a_token_never_comes_in_another_order():
    """Only pages have records that could change or come twice."""
    assert not MILD & set(_throws(parse_faults("5:100"), is_page=False))
    assert set(_throws(parse_faults("5:100:repeats"), 50, is_page=False)) == {None}
