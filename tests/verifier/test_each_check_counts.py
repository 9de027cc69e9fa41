"""
Every check earns its place: without it, a bad document passes that nothing else stops.

A numbered check is disabled by taking its finding for a pass, a single thing that it asks for by
putting another function into its place; the product has no switch for either.
"""

import pytest

from tests.verifier import bad_evidence as evidence
from tests.verifier import bad_signatures as bad
from tests.verifier.asked_things import ASKED
from tests.verifier.bad_documents import Case, Ground
from tests.verifier.disabling import Disable, without
from tests.verifier.issued import Office
from tests.verifier.outcomes import FAILED, OPEN, PASSED, outcome
from verifier import checks
from verifier.errors import SubReason
from verifier.report import Check, Verdict


@pytest.fixture(scope="module")
def ground(issued: Office, tmp_path_factory: pytest.TempPathFactory) -> Ground:
    """One office for all bad documents, each of which has a receipt of its own."""
    folder = tmp_path_factory.mktemp("bad")
    return Ground(issued.copy(folder / "office"), folder)


@pytest.fixture(scope="module")
def cases(ground: Ground) -> dict[object, Case]:
    """All bad documents, most of them anchored in one batch when the first one is judged."""
    rows = {**NUMBERED, **{asked: row[1:] for asked, row in ASKED.items()}}
    return {key: row[0](ground) for key, row in rows.items()}


NUMBERED = {
    Check.READABLE: (bad.unreadable, FAILED, SubReason.FORMAT_FAILURE),
    Check.TRANSCRIPT: (bad.no_transcript, FAILED, SubReason.FORMAT_FAILURE),
    Check.REGISTRY: (evidence.no_registry, OPEN, SubReason.REGISTRY_UNAVAILABLE),
    Check.ANCHORED: (evidence.never_anchored, OPEN, SubReason.NO_RECEIPT),
    Check.NOTHING_ADDED: (bad.something_appended, FAILED, SubReason.APPENDED),
    Check.SIGNATURES_PRESENT: (bad.without_seal, FAILED, SubReason.SIGNATURE_MISSING),
    Check.PRINCIPAL_SIGNATURE: (bad.changed_before_the_seal, FAILED, SubReason.HASH_FAILURE),
    Check.SEAL_SIGNATURE: (bad.changed_after_the_seal, FAILED, SubReason.HASH_FAILURE),
    Check.LEAST_LEVEL: (bad.low_level, OPEN, SubReason.SIG_CONSTRAINTS_FAILURE),
    Check.ISSUER_AUTHORIZED: (evidence.not_an_issuer, OPEN, SubReason.NOT_AUTHORIZED),
    Check.SIGNERS_DECLARED: (
        evidence.principals_key_as_seal,
        FAILED,
        SubReason.SIGNER_NOT_DECLARED,
    ),
    Check.STATUS: (evidence.revoked, FAILED, SubReason.REVOKED),
    Check.ONE_CURRENT_VERSION: (evidence.two_current, OPEN, SubReason.DISPUTED),
    Check.RENDERING: (bad.other_page, FAILED, SubReason.NOT_REPRODUCED),
}


def test_every_numbered_check_is_disabled_once() -> None:
    """A new one needs its bad document."""
    assert set(NUMBERED) == set(Check)


@pytest.mark.parametrize("number", NUMBERED, ids=lambda number: number.name)
def test_without_a_numbered_check_a_bad_document_passes(
    cases: dict[object, Case], number: Check
) -> None:
    """With it, the document is refused, and by nothing else."""
    _make, verdict, sub_reason = NUMBERED[number]

    assert_it_is_needed(cases[number], without(number), number, verdict, sub_reason)


def assert_it_is_needed(
    case: Case, disable: Disable, number: Check, verdict: Verdict, sub_reason: SubReason
) -> None:
    """See the document refused, and pass when nothing but this is disabled."""
    refused = case.check()
    with pytest.MonkeyPatch.context() as patch:
        disable(patch)
        passed = case.check()

    assert outcome(refused) == (verdict, sub_reason), refused.checks
    assert number in {one.number for one in refused.checks if one.verdict in (FAILED, OPEN)}
    assert outcome(passed) == (PASSED, None), passed.checks


@pytest.mark.parametrize("asked", ASKED)
def test_without_one_thing_that_a_check_asks_for_a_bad_document_passes(
    cases: dict[object, Case], asked: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What a check asks for is no less than the check."""
    number, make, disable, verdict, sub_reason = ASKED[asked]
    if make is bad.too_large:
        monkeypatch.setattr(checks, "GREATEST_FILE_BYTES", 1000)

    assert_it_is_needed(cases[asked], disable, number, verdict, sub_reason)
