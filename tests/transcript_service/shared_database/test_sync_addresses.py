"""A school whose levels have shared databases of their own: each with its own places."""

import pytest

from tests.transcript_service.shared_database.small_runs import asked_of, mark, run, scores
from tests.transcript_service.shared_database.small_upstream import (
    SmallUpstream,
    no_trouble,
    serving,
)
from tests.transcript_service.shared_database.upstream import SECRET
from transcript_service.shared_database.client import UpstreamAccess
from transcript_service.shared_database.trouble import (
    UpstreamRefused,
)


@pytest.fixture
def wire():
    with serving(SmallUpstream()) as made:
        yield made


def test_another_address_is_another_database(wire, engine):
    """Its marks mean nothing here."""
    wire.put("diem", mark(1))
    run(wire, engine)
    with serving(SmallUpstream()) as other:
        other.put("diem", mark(1), mark(2))
        run(other, engine)

        assert "tu" not in asked_of(other)[0]
    assert len(scores(engine)) == 2


def test_each_level_may_have_its_own_address(wire, engine):
    """A school with two levels is read at both, and marked at both."""
    wire.put("diem", *map(mark, range(1, 5)))
    with serving(SmallUpstream()) as upper:
        upper.put("diem", *map(mark, range(11, 16)))
        access = UpstreamAccess(base_url=upper.url, client_id="a", client_secret=SECRET)
        told = []
        report = run(wire, engine, others=(access,), progress=lambda *step: told.append(step))
        again = run(wire, engine, others=(access,))

    assert (report.applied, again.received) == (9, 0)
    assert len(scores(engine)) == 9
    assert [step for step in told if step[0] == "diem"][-1] == ("diem", 9, 9)
    assert len(report.tables) == len({table.table for table in report.tables})


def test_what_one_level_does_not_have_is_looked_for_at_the_other(wire, engine):
    """A full read has met everything only when it has been everywhere."""
    wire.put("diem", mark(1))
    with serving(SmallUpstream()) as upper:
        upper.put("diem", mark(2))
        access = UpstreamAccess(base_url=upper.url, client_id="a", client_secret=SECRET)
        run(wire, engine, others=(access,))
        assert run(wire, engine, others=(access,), full=True).findings == ()
        upper.drop("diem", "M002")

        report = run(wire, engine, others=(access,), full=True)

    assert [found.record_id for found in report.findings] == ["M002"]


def test_a_full_read_cut_off_between_two_addresses_goes_on_at_the_second(wire, engine):
    """The first has been read; what is gone is known only after the second."""
    wire.put("diem", mark(1))
    with serving(SmallUpstream()) as upper:
        upper.put("diem", mark(2))
        upper.trouble = lambda table, _query: (403, b"") if table == "diem" else None
        access = UpstreamAccess(base_url=upper.url, client_id="a", client_secret=SECRET)
        with pytest.raises(UpstreamRefused, match="403"):
            run(wire, engine, others=(access,))
        upper.trouble = no_trouble
        wire.asked.clear()

        report = run(wire, engine, others=(access,))

    assert asked_of(wire) == []
    assert report.findings == ()
    assert list(scores(engine)) == ["M001", "M002"]
