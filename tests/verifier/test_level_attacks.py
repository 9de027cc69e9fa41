"""Time stamps and validation data that prove nothing, in documents that look like B-LT."""

from datetime import UTC, datetime

import pytest

from signing.long_term import add_validation_data
from signing.validation_data import ValidationData
from tests.pki.authorities import Authorities
from tests.verifier.extending import add_time_stamp
from tests.verifier.issued import Office
from tests.verifier.level_documents import (
    DAY,
    MINUTE,
    NUMBERS,
    SOON,
    STAMPED_AT,
    YEARS_LATER,
    Workshop,
    ask_for,
    indications_of,
    levels_of,
    without_anchor,
)
from tests.verifier.outcomes import FAILED, PASSED, outcome


def test_an_answer_about_the_signer_from_before_the_stamp_is_not_enough(
    level_office: Office, authorities: Authorities
) -> None:
    """Who stole a key could go on with what was said before it was revoked."""
    late = Workshop(authorities)
    late.stamper(bytes(32))
    before = late.gather()
    authorities.moment = STAMPED_AT + 5 * MINUTE
    try:
        pdf = add_validation_data(late.sign(NUMBERS["b_lt"]), before)
    finally:
        authorities.moment = STAMPED_AT
    ask_for(level_office, "B-B", YEARS_LATER)

    report = without_anchor(level_office, pdf)

    assert indications_of(report) == {"INDETERMINATE"}
    assert "B-LT" not in levels_of(report)


def test_a_token_over_another_signature_proves_nothing(
    level_office: Office, authorities: Authorities
) -> None:
    """A good token, cut out of elsewhere: no time is proven, whatever the rest is worth."""
    forger = Workshop(authorities)
    token = forger.stamper(bytes(32))
    forger.change_token = lambda _token: token
    pdf = forger.sign(NUMBERS["b_lt"])
    ask_for(level_office, "B-B", SOON)

    report = without_anchor(level_office, add_validation_data(pdf, Workshop(authorities).gather()))

    assert levels_of(report) == ["B-B", "B-B"]
    assert {one.time_stamped_at for one in report.signatures} == {None}


@pytest.mark.parametrize("service", ["tsa-revoked", "tsa-revoked-later"])
def test_a_stamp_of_a_revoked_service_proves_nothing(
    level_office: Office, authorities: Authorities, service: str
) -> None:
    """The policy's list of 2027 names it; whoever has its key may make any time, also earlier."""
    moment = datetime(2027, 3, 1, 12, tzinfo=UTC)
    data = authorities.revocation_list("ca-time", moment)
    (level_office.directory / "trust" / "ca-time.crl").write_bytes(data)
    level_office.edit_policy(
        "require_revocation_data = true", 'revocation_lists = ["trust/ca-time.crl"]'
    )
    forger = Workshop(authorities, service=service)
    honest = Workshop(authorities)
    honest.stamper(bytes(32))
    pdf = add_validation_data(forger.sign(NUMBERS["b_lt"]), honest.gather())
    ask_for(level_office, "B-B", moment)

    report = without_anchor(level_office, pdf)

    assert {one.time_stamped_at for one in report.signatures} == {None}
    assert indications_of(report) == {"INDETERMINATE"}


def test_a_document_time_stamp_of_strangers_makes_no_archive(level_office: Office) -> None:
    """It changes nothing and proves nothing: the level stays B-LT."""
    pdf = (level_office.transcripts / "b_lt.pdf").read_bytes()
    ask_for(level_office, "B-LT", YEARS_LATER)

    report = level_office.check("b_lt", add_time_stamp(pdf, STAMPED_AT + DAY))

    assert outcome(report) == (PASSED, None), report.checks
    assert levels_of(report) == ["B-LT", "B-LT"]


def test_a_document_time_stamp_before_the_validation_data_makes_no_archive(
    level_office: Office, authorities: Authorities
) -> None:
    """It does not protect what came after it."""
    workshop = Workshop(authorities)
    stamped = workshop.stamp(workshop.sign(NUMBERS["b_lt"]))
    ask_for(level_office, "B-LT", SOON)

    report = without_anchor(level_office, add_validation_data(stamped, workshop.gather()))

    assert levels_of(report) == ["B-LT", "B-LT"]


def test_an_altered_long_term_document_fails(level_office: Office) -> None:
    """One byte of the page."""
    pdf = bytearray((level_office.transcripts / "b_lta.pdf").read_bytes())
    pdf[3000] ^= 1

    assert level_office.check("b_lta", bytes(pdf)).verdict is FAILED


def test_an_answer_that_upsets_the_libraries_takes_nothing_from_an_anchored_document(
    level_office: Office, authorities: Authorities
) -> None:
    """Anybody can append validation data; that is no reason to call a genuine document false."""
    pdf = (level_office.transcripts / "b_lt.pdf").read_bytes()
    known, unknown = bytes.fromhex("2a8648ce3d030107"), bytes.fromhex("2a8648ce3d03017f")
    authorities.moment = STAMPED_AT + DAY
    try:
        answers = Workshop(authorities).gather().ocsp_responses
    finally:
        authorities.moment = STAMPED_AT
    upsetting = ValidationData(
        certificates=(),
        revocation_lists=(),
        ocsp_responses=tuple(answer.replace(known, unknown) for answer in answers),
    )
    ask_for(level_office, "B-LT", YEARS_LATER)

    report = level_office.check("b_lt", add_validation_data(pdf, upsetting))

    assert outcome(report) == (PASSED, None), report.checks
    assert levels_of(report) == ["B-LT", "B-LT"]
