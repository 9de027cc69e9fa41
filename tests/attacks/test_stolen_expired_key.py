"""Back-dating: who steals a key that has ended signs "in 2026", and nothing proves the time."""

from datetime import UTC, datetime, timedelta

from tests.attacks.ground import Ground
from tests.verifier.issued import ANCHORED_AT
from tests.verifier.outcomes import OPEN, outcome
from verifier.errors import SubReason

LATER = datetime(2038, 6, 1, tzinfo=UTC)


def test_a_back_dated_document_is_undecided(ground: Ground) -> None:
    """The page says 2026; the anchor, which nobody can back-date, says 2038."""
    office = ground.copy("stolen-key")
    office.edit_policy("2026-06-30", LATER.date().isoformat())
    pdf = ground.unanchored(42)
    assert b"2026" in pdf

    honest = office.check("a")
    ground.anchor_later(office, "back-dated", 42, pdf, LATER - ANCHORED_AT - timedelta(days=30))

    assert outcome(honest) == outcome(office.check("a"))
    assert outcome(office.check("back-dated")) == (OPEN, SubReason.OUT_OF_BOUNDS_NO_POE)
