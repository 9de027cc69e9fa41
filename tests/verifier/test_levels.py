"""Documents at B-T, B-LT and B-LTA, verified offline with the root and nothing else."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from signing.long_term import add_validation_data
from signing.validation_data import gather
from tests.pki.authorities import Authorities, serve_authorities
from tests.verifier.extending import add_time_stamp
from tests.verifier.issued import Office
from tests.verifier.level_documents import NUMBERS, STAMPED_AT, Workshop, make_level_office
from tests.verifier.outcomes import FAILED, OPEN, PASSED, outcome
from verifier.errors import SubReason
from verifier.report import Report

MINUTE, DAY = timedelta(minutes=1), timedelta(days=1)
SOON = STAMPED_AT + 5 * MINUTE
"""While the OCSP answers are fresh."""
YEARS_LATER = datetime(2029, 6, 1, tzinfo=UTC)
SIGNERS_EXPIRED = datetime(2031, 6, 1, tzinfo=UTC)
SERVICE_EXPIRED = datetime(2033, 6, 1, tzinfo=UTC)
NAMES = {"b_t": "B-T", "b_lt": "B-LT", "b_lta": "B-LTA"}


@pytest.fixture(scope="module")
def authorities(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Authorities]:
    with serve_authorities(tmp_path_factory.mktemp("authorities")) as served:
        yield served


@pytest.fixture(scope="module")
def issued_levels(
    issued: Office, authorities: Authorities, tmp_path_factory: pytest.TempPathFactory
) -> tuple[Office, Workshop]:
    """An office that issued one document of each level; tests only read it."""
    office = issued.copy(tmp_path_factory.mktemp("levels") / "office")
    return office, make_level_office(office, authorities)


@pytest.fixture
def office(issued_levels: tuple[Office, Workshop], tmp_path: Path) -> Office:
    """A copy to work on."""
    return issued_levels[0].copy(tmp_path / "office")


@pytest.fixture
def workshop(issued_levels: tuple[Office, Workshop]) -> Workshop:
    return issued_levels[1]


def ask_for(office: Office, level: str, moment: datetime, *, anchor_counts: bool = False) -> None:
    """Let the policy ask for *level* at *moment*."""
    office.edit_policy("[registry]", f'least_level = "{level}"\n[registry]')
    office.edit_policy("2026-06-30T00:00:00Z", moment.isoformat().replace("+00:00", "Z"))
    if anchor_counts:
        office.edit_policy("[time]", "[time]\nanchor_is_proof_of_existence = true")


def levels_of(report: Report) -> list[str | None]:
    return [one.level for one in report.signatures]


def indications_of(report: Report) -> set[str]:
    return {one.indication.value for one in report.signatures}


@pytest.mark.parametrize("moment", [SOON, YEARS_LATER, SIGNERS_EXPIRED])
@pytest.mark.parametrize("level", ["b_lt", "b_lta"])
def test_long_term_documents_pass_for_years_without_asking_anyone(
    office: Office, level: str, moment: datetime
) -> None:
    """While OCSP answers are fresh, when they are stale, when the signers have expired."""
    ask_for(office, NAMES[level], moment)

    report = office.check(level)

    assert outcome(report) == (PASSED, None), report.checks
    assert levels_of(report) == [NAMES[level]] * 2
    assert indications_of(report) == {"TOTAL-PASSED"}
    for signature in report.signatures:
        assert signature.signed_at == signature.time_stamped_at == STAMPED_AT


@pytest.mark.parametrize(("level", "asked"), [("b_t", "B-LT"), ("b_lt", "B-LTA"), ("b_t", "B-LTA")])
def test_a_level_below_the_least_one_is_not_enough(office: Office, level: str, asked: str) -> None:
    """What is missing is not false: INDETERMINATE."""
    ask_for(office, asked, SOON)

    report = office.check(level)

    assert report.verdict is OPEN
    assert any(one.sub_reason is SubReason.SIG_CONSTRAINTS_FAILURE for one in report.checks)


def test_a_time_stamp_without_validation_data_proves_nothing_offline(office: Office) -> None:
    """Whether anybody was revoked is not known."""
    report = office.check("b_t")

    assert report.verdict is OPEN
    assert levels_of(report) == ["B-B", "B-B"]
    assert {one.time_stamped_at for one in report.signatures} == {None}


def test_a_time_stamp_passes_with_revocation_lists_of_the_policy(
    office: Office, authorities: Authorities
) -> None:
    """B-T, as the policy's own lists are fresh."""
    moment = datetime(2026, 6, 30, 12, tzinfo=UTC)
    lists = ("root", "ca-public-service", "ca-time")
    for label in lists:
        data = authorities.revocation_list(label, moment)
        (office.directory / "trust" / f"{label}.crl").write_bytes(data)
    names = ", ".join(f'"trust/{label}.crl"' for label in lists)
    office.edit_policy("require_revocation_data = true", f"revocation_lists = [{names}]")
    ask_for(office, "B-T", moment)

    report = office.check("b_t")

    assert outcome(report) == (PASSED, None), report.checks
    assert levels_of(report) == ["B-T", "B-T"]


def test_a_stamp_of_an_expired_service_needs_a_later_one_or_the_anchor(office: Office) -> None:
    """Who holds an expired key could have made it since; the registry says that it is older."""
    ask_for(office, "B-LT", SERVICE_EXPIRED)
    alone = office.check("b_lt")
    office.edit_policy("[time]", "[time]\nanchor_is_proof_of_existence = true")
    anchored = office.check("b_lt")

    assert alone.verdict is OPEN
    assert outcome(anchored) == (PASSED, None), anchored.checks
    assert indications_of(anchored) == {"INDETERMINATE"}
    assert levels_of(anchored) == ["B-LT", "B-LT"]


@pytest.mark.parametrize(
    ("renewed", "expected"), [(True, "TOTAL-PASSED"), (False, "INDETERMINATE")]
)
def test_a_later_time_stamp_carries_an_expired_service_on(
    office: Office, authorities: Authorities, renewed: bool, expected: str
) -> None:
    """Renewed in 2031 by a service that lives until 2040; no anchor counts (EN 319 142-1, 5.5)."""
    pdf = (office.transcripts / "b_lta.pdf").read_bytes()
    if renewed:
        pdf = renew(pdf, authorities, SIGNERS_EXPIRED)
    (office.transcripts / "unanchored.pdf").write_bytes(pdf)
    ask_for(office, "B-LTA", SERVICE_EXPIRED)

    report = office.check("unanchored")

    assert outcome(report) == (OPEN, SubReason.NO_RECEIPT if renewed else report.sub_reason)
    assert indications_of(report) == {expected}
    assert levels_of(report) == [("B-LTA" if renewed else "B-B")] * 2


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
    office: Office, authorities: Authorities
) -> None:
    """A list of 2027, handed in by the policy, names the principal as revoked in September 2026."""
    pdf = Workshop(authorities, principal="principal-revoked-later")
    made = add_validation_data(pdf.sign(NUMBERS["b_lt"]), pdf.gather())
    moment = datetime(2027, 3, 1, 12, tzinfo=UTC)
    data = authorities.revocation_list("ca-public-service", moment)
    (office.directory / "trust" / "ca.crl").write_bytes(data)
    office.edit_policy("require_revocation_data = true", 'revocation_lists = ["trust/ca.crl"]')
    ask_for(office, "B-LT", moment)
    (office.transcripts / "unanchored.pdf").write_bytes(made)

    report = office.check("unanchored")

    assert outcome(report) == (OPEN, SubReason.NO_RECEIPT)
    assert indications_of(report) == {"TOTAL-PASSED"}


def without_anchor(office: Office, pdf: bytes) -> Report:
    """Verify a document for which there is no evidence."""
    (office.transcripts / "unanchored.pdf").write_bytes(pdf)
    return office.check("unanchored")


def test_an_answer_about_the_signer_from_before_the_stamp_is_not_enough(
    office: Office, authorities: Authorities
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
    ask_for(office, "B-B", YEARS_LATER)

    report = without_anchor(office, pdf)

    assert indications_of(report) == {"INDETERMINATE"}
    assert "B-LT" not in levels_of(report)


def test_a_token_over_another_signature_proves_nothing(
    office: Office, authorities: Authorities
) -> None:
    """A good token, cut out of elsewhere: no time is proven, whatever the rest is worth."""
    forger = Workshop(authorities)
    token = forger.stamper(bytes(32))
    forger.change_token = lambda _token: token
    pdf = forger.sign(NUMBERS["b_lt"])
    ask_for(office, "B-B", SOON)

    report = without_anchor(office, add_validation_data(pdf, Workshop(authorities).gather()))

    assert levels_of(report) == ["B-B", "B-B"]
    assert {one.time_stamped_at for one in report.signatures} == {None}


@pytest.mark.parametrize("service", ["tsa-revoked", "tsa-revoked-later"])
def test_a_stamp_of_a_revoked_service_proves_nothing(
    office: Office, authorities: Authorities, service: str
) -> None:
    """The policy's list of 2027 names it; whoever has its key may make any time, also earlier."""
    moment = datetime(2027, 3, 1, 12, tzinfo=UTC)
    data = authorities.revocation_list("ca-time", moment)
    (office.directory / "trust" / "ca-time.crl").write_bytes(data)
    office.edit_policy("require_revocation_data = true", 'revocation_lists = ["trust/ca-time.crl"]')
    forger = Workshop(authorities, service=service)
    honest = Workshop(authorities)
    honest.stamper(bytes(32))
    pdf = add_validation_data(forger.sign(NUMBERS["b_lt"]), honest.gather())
    ask_for(office, "B-B", moment)

    report = without_anchor(office, pdf)

    assert {one.time_stamped_at for one in report.signatures} == {None}
    assert indications_of(report) == {"INDETERMINATE"}


def test_a_document_time_stamp_of_strangers_makes_no_archive(office: Office) -> None:
    """It changes nothing and proves nothing: the level stays B-LT."""
    pdf = (office.transcripts / "b_lt.pdf").read_bytes()
    ask_for(office, "B-LT", YEARS_LATER)

    report = office.check("b_lt", add_time_stamp(pdf, STAMPED_AT + DAY))

    assert outcome(report) == (PASSED, None), report.checks
    assert levels_of(report) == ["B-LT", "B-LT"]


def test_a_document_time_stamp_before_the_validation_data_makes_no_archive(
    office: Office, authorities: Authorities
) -> None:
    """It does not protect what came after it."""
    workshop = Workshop(authorities)
    stamped = workshop.stamp(workshop.sign(NUMBERS["b_lt"]))
    ask_for(office, "B-LT", SOON)

    report = without_anchor(office, add_validation_data(stamped, workshop.gather()))

    assert levels_of(report) == ["B-LT", "B-LT"]


def test_an_altered_long_term_document_fails(office: Office) -> None:
    """One byte of the page."""
    pdf = bytearray((office.transcripts / "b_lta.pdf").read_bytes())
    pdf[3000] ^= 1

    assert office.check("b_lta", bytes(pdf)).verdict is FAILED
