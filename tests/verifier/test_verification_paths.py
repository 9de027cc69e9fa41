"""Row 7 of the table: certificate paths and time, judged by the policy."""

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

from tests.verifier.documents import (
    SCHOOL,
    SIGNED_AT,
    entry_of,
    load_signers,
    make_pdf,
    make_transcript,
)
from tests.verifier.issued import ANCHORED_AT, AUTHORITY, NOW, ROOT, Office
from tests.verifier.outcomes import OPEN, PASSED, outcome
from transcript_service.issuance.identities import principal_declaration
from transcript_service.issuance.registry_calls import declare_certificate
from transcript_service.sandbox_pki import SandboxPasswords, make_sandbox_pki
from verifier.errors import SubReason
from verifier.registry_events import Use


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


def test_a_certificate_that_begins_after_the_anchor_is_undecided(
    office: Office, tmp_path: Path
) -> None:
    """What was anchored was signed before: whoever made the signature had no such certificate."""
    pki = make_sandbox_pki(
        tmp_path,
        school_name="Trường THCS Hoa Phượng",
        organization_identifier="VATVN-0000000000",
        principal_name="Nguyễn Thị Ngọc Ánh",
        passwords=SandboxPasswords(principal="mật khẩu 1", seal="mật khẩu 2"),
        now=ANCHORED_AT + timedelta(days=10),
    )
    late = replace(load_signers(pki).principal, not_before=SIGNED_AT)
    declared = declare_certificate(
        SCHOOL, principal_declaration(late), Use.PRINCIPAL, acting_for=ROOT
    )
    office.act(AUTHORITY, declared)
    pdf = make_pdf(make_transcript(8), replace(office.signers, principal=late))
    office.anchor([("d", pdf, entry_of(pdf, 8))])
    for name, path in (
        ("root2.pem", pki.root),
        ("root2.crl", pki.root_crl),
        ("ca2.crl", pki.ca_crl),
    ):
        (office.directory / "trust" / name).write_bytes(path.read_bytes())
    office.edit_policy('["trust/root.pem"]', '["trust/root.pem", "trust/root2.pem"]')
    office.edit_policy('"trust/ca.crl"', '"trust/ca.crl", "trust/root2.crl", "trust/ca2.crl"')

    report = office.check("d")

    assert outcome(report) == (OPEN, SubReason.NOT_YET_VALID)
    assert [one.indication for one in report.signatures] == ["TOTAL-PASSED", "TOTAL-PASSED"]
    assert report.authority.principal_declared
