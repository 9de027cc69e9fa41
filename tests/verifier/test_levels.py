"""Documents at B-T, B-LT and B-LTA, verified offline with the root and nothing else."""

import json
import socket
from datetime import UTC, datetime

import pytest

from signing.long_term import add_validation_data
from signing.validation_data import gather
from tests.pki.authorities import Authorities
from tests.verifier.issued import Office
from tests.verifier.level_documents import (
    DAY,
    NAMES,
    NUMBERS,
    SERVICE_EXPIRED,
    SIGNERS_EXPIRED,
    SOON,
    STAMPED_AT,
    YEARS_LATER,
    Workshop,
    ask_for,
    indications_of,
    levels_of,
)
from tests.verifier.outcomes import OPEN, PASSED, outcome
from transcript_service.issuance.embedded_chain import open_rpc
from verifier.cli import main
from verifier.errors import SubReason


@pytest.mark.parametrize("moment", [SOON, YEARS_LATER, SIGNERS_EXPIRED])
@pytest.mark.parametrize("level", ["b_lt", "b_lta"])
def test_long_term_documents_pass_for_years_without_asking_anyone(
    level_office: Office, level: str, moment: datetime
) -> None:
    """While OCSP answers are fresh, when they are stale, when the signers have expired."""
    ask_for(level_office, NAMES[level], moment)

    report = level_office.check(level)

    assert outcome(report) == (PASSED, None), report.checks
    assert levels_of(report) == [NAMES[level]] * 2
    assert indications_of(report) == {"TOTAL-PASSED"}
    for signature in report.signatures:
        assert signature.signed_at == signature.time_stamped_at == STAMPED_AT


@pytest.mark.parametrize(("level", "name"), [("b_lt", "B-LT"), ("b_lta", "B-LTA")])
def test_the_command_line_says_so_without_a_socket(
    level_office: Office,
    level: str,
    name: str,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Level and proven time of signing stand in the report."""
    ask_for(level_office, name, YEARS_LATER)
    command = [
        str(level_office.transcripts / f"{level}.pdf"),
        "--policy",
        str(level_office.policy_path),
    ]

    real = socket.socket

    def refuse(family: int = socket.AF_INET, *rest: int) -> socket.socket:
        assert family == socket.AF_UNIX, "more than the pipe to the process that reads the files"
        return real(family, *rest)

    monkeypatch.setattr(socket, "socket", refuse)

    code = main([*command, "--json"], open_rpc=open_rpc)

    report = json.loads(capsys.readouterr().out)
    assert (code, report["verdict"]) == (0, "TOTAL-PASSED")
    for signature in report["signatures"]:
        assert signature["level"] == name
        assert datetime.fromisoformat(signature["signed_at"]) == STAMPED_AT


@pytest.mark.parametrize(("level", "asked"), [("b_t", "B-LT"), ("b_lt", "B-LTA"), ("b_t", "B-LTA")])
def test_a_level_below_the_least_one_is_not_enough(
    level_office: Office, level: str, asked: str
) -> None:
    """What is missing is not false: INDETERMINATE."""
    ask_for(level_office, asked, SOON)

    report = level_office.check(level)

    assert report.verdict is OPEN
    assert any(one.sub_reason is SubReason.SIG_CONSTRAINTS_FAILURE for one in report.checks)


def test_a_time_stamp_without_validation_data_proves_nothing_offline(level_office: Office) -> None:
    """Whether anybody was revoked is not known."""
    report = level_office.check("b_t")

    assert report.verdict is OPEN
    assert levels_of(report) == ["B-B", "B-B"]
    assert {one.time_stamped_at for one in report.signatures} == {None}


def test_a_time_stamp_passes_with_revocation_lists_of_the_policy(
    level_office: Office, authorities: Authorities
) -> None:
    """B-T, as the policy's own lists are fresh."""
    moment = datetime(2026, 6, 30, 12, tzinfo=UTC)
    lists = ("root", "ca-public-service", "ca-time")
    for label in lists:
        data = authorities.revocation_list(label, moment)
        (level_office.directory / "trust" / f"{label}.crl").write_bytes(data)
    names = ", ".join(f'"trust/{label}.crl"' for label in lists)
    level_office.edit_policy("require_revocation_data = true", f"revocation_lists = [{names}]")
    ask_for(level_office, "B-T", moment)

    report = level_office.check("b_t")

    assert outcome(report) == (PASSED, None), report.checks
    assert levels_of(report) == ["B-T", "B-T"]


def test_a_stamp_of_an_expired_service_needs_a_later_one_or_the_anchor(
    level_office: Office,
) -> None:
    """Who holds an expired key could have made it since; the registry says that it is older."""
    ask_for(level_office, "B-LT", SERVICE_EXPIRED)
    alone = level_office.check("b_lt")
    level_office.edit_policy("[time]", "[time]\nanchor_is_proof_of_existence = true")
    anchored = level_office.check("b_lt")

    assert alone.verdict is OPEN
    assert outcome(anchored) == (PASSED, None), anchored.checks
    assert indications_of(anchored) == {"INDETERMINATE"}
    assert levels_of(anchored) == ["B-LT", "B-LT"]


@pytest.mark.parametrize(
    ("renewed", "expected"), [(True, "TOTAL-PASSED"), (False, "INDETERMINATE")]
)
def test_a_later_time_stamp_carries_an_expired_service_on(
    level_office: Office, authorities: Authorities, renewed: bool, expected: str
) -> None:
    """Renewed in 2031 by a service that lives until 2040; no anchor counts (EN 319 142-1, 5.5)."""
    pdf = (level_office.transcripts / "b_lta.pdf").read_bytes()
    if renewed:
        pdf = renew(pdf, authorities, SIGNERS_EXPIRED)
    (level_office.transcripts / "unanchored.pdf").write_bytes(pdf)
    ask_for(level_office, "B-LTA", SERVICE_EXPIRED)

    report = level_office.check("unanchored")

    assert outcome(report) == (OPEN, SubReason.NO_RECEIPT if renewed else report.sub_reason)
    assert indications_of(report) == {expected}
    assert levels_of(report) == [("B-LTA" if renewed else "B-B")] * 2


@pytest.mark.parametrize("level", ["b_lt", "b_lta"])
def test_what_was_added_since_the_anchor_carries_an_issued_document_on(
    level_office: Office, authorities: Authorities, level: str
) -> None:
    """The anchored prefix is judged; what proves it may be younger (ADR 0001)."""
    pdf = (level_office.transcripts / f"{level}.pdf").read_bytes()
    ask_for(level_office, "B-LTA", SERVICE_EXPIRED)
    before = level_office.check(level)

    after = level_office.check(level, renew(pdf, authorities, SIGNERS_EXPIRED))

    assert before.verdict is OPEN
    assert outcome(after) == (PASSED, None), after.checks
    assert levels_of(after) == ["B-LTA", "B-LTA"]
    assert {one.signed_at for one in after.signatures} == {STAMPED_AT}
    assert after.document_digest == before.document_digest


def test_a_renewal_that_comes_too_late_proves_nothing(
    level_office: Office, authorities: Authorities
) -> None:
    """In 2033 the old service's key may be anybody's."""
    pdf = (level_office.transcripts / "b_lta.pdf").read_bytes()
    moment = SERVICE_EXPIRED + DAY
    ask_for(level_office, "B-LT", moment)

    report = level_office.check("b_lta", renew(pdf, authorities, moment))

    assert report.verdict is OPEN
    assert indications_of(report) == {"INDETERMINATE"}


def renew(pdf: bytes, authorities: Authorities, moment: datetime) -> bytes:
    """Add a time stamp of a younger service, with what proves that service."""
    renewal = Workshop(authorities, service="tsa-3")
    authorities.moment = moment
    try:
        token = renewal.stamper(bytes(32))
        data = gather([], [token], trust_anchors=authorities.trust_anchors, moment=moment)
        return renewal.stamp(add_validation_data(pdf, data))
    finally:
        authorities.moment = STAMPED_AT


def test_a_revocation_after_the_stamp_changes_nothing(
    level_office: Office, authorities: Authorities
) -> None:
    """A list of 2027, handed in by the policy, names the principal as revoked in September 2026."""
    pdf = Workshop(authorities, principal="principal-revoked-later")
    made = add_validation_data(pdf.sign(NUMBERS["b_lt"]), pdf.gather())
    moment = datetime(2027, 3, 1, 12, tzinfo=UTC)
    data = authorities.revocation_list("ca-public-service", moment)
    (level_office.directory / "trust" / "ca.crl").write_bytes(data)
    level_office.edit_policy(
        "require_revocation_data = true", 'revocation_lists = ["trust/ca.crl"]'
    )
    ask_for(level_office, "B-LT", moment)
    (level_office.transcripts / "unanchored.pdf").write_bytes(made)

    report = level_office.check("unanchored")

    assert outcome(report) == (OPEN, SubReason.NO_RECEIPT)
    assert indications_of(report) == {"TOTAL-PASSED"}
