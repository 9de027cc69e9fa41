"""Row 7 of the table: certificate paths and time, judged by the policy."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

from tests.verifier.issued import NOW, Office
from tests.verifier.outcomes import OPEN, PASSED, outcome
from verifier.errors import SubReason


def test_another_certification_authority_is_indeterminate(
    office: Office, other_pki_trust: Callable[[Office], None]
) -> None:
    """Whom one does not trust, one cannot call a forger."""
    other_pki_trust(office)

    report = office.check("a")

    assert outcome(report) == (OPEN, SubReason.NO_CERTIFICATE_CHAIN_FOUND)
    assert report.authority.seal_declared


def test_missing_revocation_data_are_indeterminate(office: Office) -> None:
    """The policy asks for revocation data and names too few."""
    office.edit_policy('"trust/root.crl", "trust/ca.crl"', '"trust/root.crl"')

    report = office.check("a")

    assert outcome(report) == (OPEN, SubReason.CERTIFICATE_CHAIN_GENERAL_FAILURE)


def test_revocation_data_are_not_asked_for_when_the_policy_does_not(office: Office) -> None:
    """`require_revocation_data = false`."""
    office.edit_policy(
        'revocation_lists = ["trust/root.crl", "trust/ca.crl"]', "require_revocation_data = false"
    )

    assert outcome(office.check("a")) == (PASSED, None)


def test_a_level_below_the_policy_is_indeterminate(office: Office) -> None:
    """B-B where B-T is asked for."""
    office.edit_policy("[registry]", 'least_level = "B-T"\n[registry]')

    assert outcome(office.check("a")) == (OPEN, SubReason.SIG_CONSTRAINTS_FAILURE)


def test_expired_certificates_need_the_anchor_as_a_proof_of_existence(office: Office) -> None:
    """After fifteen years the anchor's block time helps, only if the policy says so, and apart."""
    office.edit_policy("2026-06-30T00:00:00Z", "2041-11-22T00:00:00Z")

    without = office.check("a")
    office.edit_policy("[time]", "[time]\nanchor_is_proof_of_existence = true")
    with_anchor = office.check("a")

    assert without.verdict is OPEN
    assert without.sub_reason in ("OUT_OF_BOUNDS_NO_POE", "CERTIFICATE_CHAIN_GENERAL_FAILURE")
    assert outcome(with_anchor) == (PASSED, None)
    assert with_anchor.signatures[0].indication == "INDETERMINATE"
    assert with_anchor.signatures[0].proof_of_existence_helped


def test_the_policys_validation_time_takes_the_place_of_now(issued: Office) -> None:
    """Frozen documents name the time at which they are judged."""
    assert outcome(issued.check("a", now=NOW + timedelta(days=40_000))) == (PASSED, None)


def test_without_a_validation_time_now_counts(office: Office) -> None:
    """Certificates that are not valid yet."""
    office.edit_policy('validation_time = "2026-06-30T00:00:00Z"', "")

    assert office.check("a", now=datetime(2020, 1, 1, tzinfo=UTC)).verdict is OPEN
    assert outcome(office.check("a", now=NOW)) == (PASSED, None)
