"""Certificates over time: revoked before, revoked after, expired, fetched revocation data."""

import threading
from collections.abc import Iterator
from datetime import datetime, timedelta
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.x509.oid import ExtendedKeyUsageOID

from tests.verifier.documents import SIGNED_AT, make_pdf, make_transcript
from tests.verifier.own_pki import SIGNER_LIFE, START, OwnPKI
from verifier.errors import SubReason
from verifier.pdf_signature import find_signers, judge_signatures, open_document
from verifier.signature_finding import Indication, SignatureFinding
from verifier.trust_store import TrustStore

DAY = timedelta(days=1)
ANCHORED_AT = SIGNED_AT + 2 * DAY
LATER = SIGNED_AT + 400 * DAY


@pytest.fixture(scope="module")
def pki(tmp_path_factory: pytest.TempPathFactory) -> OwnPKI:
    """A PKI that can revoke."""
    return OwnPKI(tmp_path_factory.mktemp("pki"))


@pytest.fixture(scope="module")
def pdf(pki: OwnPKI) -> bytes:
    """A document that its principal and its school signed."""
    return make_pdf(make_transcript(5), pki.signers())


def judge(
    pdf: bytes, trust: TrustStore, at: datetime, anchored_at: datetime | None = None
) -> tuple[SignatureFinding, SignatureFinding]:
    document = open_document(pdf)
    principal, seal = judge_signatures(
        document,
        find_signers(document),
        trust=trust,
        validation_time=at,
        anchored_at=anchored_at,
    )
    return principal, seal


def test_nobody_revoked_anything(pki: OwnPKI, pdf: bytes) -> None:
    """Both signatures pass."""
    for finding in judge(pdf, pki.trust(START), LATER):
        assert (finding.indication, finding.sub_indication) == (Indication.TOTAL_PASSED, None)


def test_a_revoked_principal_is_undecided(pki: OwnPKI, pdf: bytes) -> None:
    """Nothing proves that the signature is older than the revocation; the seal is not touched."""
    trust = pki.trust(LATER - DAY, {"principal": SIGNED_AT + 100 * DAY})

    principal, seal = judge(pdf, trust, LATER)

    assert principal.indication is Indication.INDETERMINATE
    assert principal.sub_indication is SubReason.REVOKED_NO_POE
    assert not principal.proof_of_existence_helped
    assert seal.indication is Indication.TOTAL_PASSED


def test_the_anchor_proves_that_a_signature_is_older_than_the_revocation(
    pki: OwnPKI, pdf: bytes
) -> None:
    """By itself the signature stays undecided: the anchor is no part of the ETSI indication."""
    trust = pki.trust(LATER - DAY, {"principal": ANCHORED_AT + DAY})

    principal, _seal = judge(pdf, trust, LATER, ANCHORED_AT)

    assert principal.sub_indication is SubReason.REVOKED_NO_POE
    assert principal.proof_of_existence_helped


def test_an_anchor_after_the_revocation_does_not_help(pki: OwnPKI, pdf: bytes) -> None:
    """The thief of a key cannot anchor it into validity."""
    trust = pki.trust(LATER - DAY, {"principal": ANCHORED_AT - DAY})

    principal, _seal = judge(pdf, trust, LATER, ANCHORED_AT)

    assert principal.indication is Indication.INDETERMINATE
    assert not principal.proof_of_existence_helped
    assert principal.anchored_sub_indication is SubReason.REVOKED_NO_POE


def test_a_revoked_authority_is_undecided(pki: OwnPKI, pdf: bytes) -> None:
    """All that the CA issued is."""
    trust = pki.trust(LATER - DAY, {"ca": SIGNED_AT + 100 * DAY})

    for finding in judge(pdf, trust, LATER):
        assert finding.sub_indication is SubReason.REVOKED_CA_NO_POE


def test_an_expired_certificate_is_undecided_and_the_anchor_helps(pki: OwnPKI, pdf: bytes) -> None:
    """With revocation data from before its end."""
    trust = pki.trust(START + SIGNER_LIFE - DAY)
    after = START + SIGNER_LIFE + DAY

    alone, _seal = judge(pdf, trust, after)
    anchored, _seal = judge(pdf, trust, after, ANCHORED_AT)

    assert alone.sub_indication is SubReason.OUT_OF_BOUNDS_NO_POE
    assert not alone.proof_of_existence_helped
    assert anchored.proof_of_existence_helped


def test_lists_from_after_the_end_of_a_certificate_do_not_help(pki: OwnPKI, pdf: bytes) -> None:
    """The CA may have dropped an earlier revocation from them."""
    trust = pki.trust(START + SIGNER_LIFE + DAY)

    principal, _seal = judge(pdf, trust, START + SIGNER_LIFE + 2 * DAY, ANCHORED_AT)

    assert not principal.proof_of_existence_helped


SERVER, EMAIL = ExtendedKeyUsageOID.SERVER_AUTH, ExtendedKeyUsageOID.EMAIL_PROTECTION
DOCUMENTS = x509.ObjectIdentifier("1.3.6.1.5.5.7.3.36")
ANY = ExtendedKeyUsageOID.ANY_EXTENDED_KEY_USAGE


@pytest.mark.parametrize(
    ("purposes", "expected"),
    [
        ((SERVER,), SubReason.CHAIN_CONSTRAINTS_FAILURE),
        ((SERVER, ExtendedKeyUsageOID.CLIENT_AUTH), SubReason.CHAIN_CONSTRAINTS_FAILURE),
        ((SERVER, EMAIL), None),
        ((DOCUMENTS,), None),
        ((ANY,), None),
    ],
)
def test_a_certificate_that_names_purposes_must_name_one_of_documents(
    tmp_path: Path, purposes: tuple[x509.ObjectIdentifier, ...], expected: SubReason | None
) -> None:
    """RFC 5280, 4.2.1.12, and RFC 9336: a web server's certificate signs no transcript."""
    pki = OwnPKI(tmp_path, purposes=purposes)
    pdf = make_pdf(make_transcript(7), pki.signers())

    principal, seal = judge(pdf, pki.trust(START), LATER, ANCHORED_AT)

    assert principal.sub_indication is expected
    assert not principal.proof_of_existence_helped
    assert seal.sub_indication is None


@pytest.fixture
def server(tmp_path: Path) -> Iterator[tuple[Path, str]]:
    """A folder, and the address at which the loopback serves it."""

    class Quiet(SimpleHTTPRequestHandler):
        def log_message(self, *_arguments: object) -> None:
            """Say nothing."""

    handler = partial(Quiet, directory=str(tmp_path))
    with ThreadingHTTPServer(("127.0.0.1", 0), handler) as served:
        threading.Thread(target=served.serve_forever, daemon=True).start()
        yield tmp_path, f"http://127.0.0.1:{served.server_address[1]}"
        served.shutdown()


def test_revocation_lists_are_fetched_where_the_policy_allows_it(
    server: tuple[Path, str],
) -> None:
    """From the certificates' distribution points; what they say counts."""
    folder, address = server
    pki = OwnPKI(folder, crl_address=address)
    pdf = make_pdf(make_transcript(6), pki.signers())
    trust = pki.trust(START, fetch=True)
    found, _seal = judge(pdf, trust, LATER)
    revoked = pki.trust(LATER - DAY, {"principal": SIGNED_AT + DAY}, fetch=True)
    refused, _seal = judge(pdf, revoked, LATER)
    (folder / "ca.crl").unlink()
    missing, _seal = judge(pdf, trust, LATER)

    assert found.indication is Indication.TOTAL_PASSED
    assert refused.sub_indication is SubReason.REVOKED_NO_POE
    assert missing.indication is Indication.INDETERMINATE
