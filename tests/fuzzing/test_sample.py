"""A seeded sample of what `scripts/soak --mutations` runs twenty thousand times."""

from pathlib import Path

from tests.fuzzing.campaigns import SHARES, Campaign, cases
from tests.verifier.issued import make_office

SEED = 20261122
SAMPLE = 200


def test_nothing_that_was_changed_passes(tmp_path: Path) -> None:
    """No wrong verdict, no traceback, nothing over the limits."""
    office = make_office(tmp_path / "office")
    with Campaign(office, tmp_path / "campaign", SEED) as campaign:
        tally = campaign.run(cases(SAMPLE))

    assert tally.faults == []
    assert tally.outcomes.total() == SAMPLE
    assert {outcome.split(":")[0] for outcome in tally.outcomes} == set(SHARES)
