"""Which revocation data say something about the past: made since, or still in force."""

from datetime import datetime, timedelta
from pathlib import Path

import pytest
from asn1crypto import crl as asn1_crl
from asn1crypto import ocsp as asn1_ocsp
from asn1crypto import x509 as asn1_x509

from tests.verifier.documents import make_pdf, make_transcript
from tests.verifier.own_pki import SIGNER_LIFE, START, OwnPKI
from tests.verifier.test_certificate_paths import ANCHORED_AT, DAY, LATER, judge
from verifier.errors import SubReason
from verifier.signature_finding import Indication
from verifier.trust_store import Past, TrustStore, load_trust_store


@pytest.fixture(scope="module")
def pki(tmp_path_factory: pytest.TempPathFactory) -> OwnPKI:
    """A PKI that can revoke."""
    return OwnPKI(tmp_path_factory.mktemp("pki"))


@pytest.fixture(scope="module")
def pdf(pki: OwnPKI) -> bytes:
    """A document that its principal and its school signed."""
    return make_pdf(make_transcript(5), pki.signers())


def with_lists(pki: OwnPKI, directory: Path, *lists: bytes) -> TrustStore:
    """Trust the root, with just these revocation lists."""
    paths = []
    for at, data in enumerate(lists):
        paths.append(directory / f"{at}.crl")
        paths[-1].write_bytes(data)
    return load_trust_store(
        trust_anchors=[pki.directory / "root.pem"],
        revocation_lists=paths,
        require_revocation_data=True,
        fetch_revocation=False,
    )


def test_a_list_from_before_the_anchor_does_not_say_that_nobody_was_revoked_until_then(
    pki: OwnPKI, pdf: bytes, tmp_path: Path
) -> None:
    """It was in force when the document was anchored, but the key may have been stolen since."""
    root_list = pki.revocation_list("root", LATER - DAY)
    stale = pki.revocation_list("ca", START, life=10 * DAY)
    trust = with_lists(pki, tmp_path, root_list, stale)

    principal, _seal = judge(pdf, trust, LATER, ANCHORED_AT)

    assert principal.sub_indication is SubReason.TRY_LATER
    assert principal.anchored_sub_indication is SubReason.CERTIFICATE_CHAIN_GENERAL_FAILURE
    assert not principal.proof_of_existence_helped


def test_a_list_in_force_is_enough_while_the_certificate_is_valid(
    pki: OwnPKI, pdf: bytes, tmp_path: Path
) -> None:
    """By RFC 5280, at the time of validation; no past is looked at."""
    lists = [pki.revocation_list(issuer, START, life=10 * DAY) for issuer in ("root", "ca")]

    principal, _seal = judge(pdf, with_lists(pki, tmp_path, *lists), ANCHORED_AT + DAY, ANCHORED_AT)

    assert principal.indication is Indication.TOTAL_PASSED


def test_a_list_from_after_the_anchor_is_evidence_when_it_is_out_of_date_itself(
    pki: OwnPKI, pdf: bytes, tmp_path: Path
) -> None:
    """Of the time of anchoring it says all there is to say; one second earlier it does not."""
    found = []
    for made_at in (ANCHORED_AT, ANCHORED_AT - timedelta(seconds=1)):
        lists = [pki.revocation_list(issuer, made_at, life=10 * DAY) for issuer in ("root", "ca")]
        principal, _seal = judge(pdf, with_lists(pki, tmp_path, *lists), LATER, ANCHORED_AT)
        found.append((principal.sub_indication, principal.proof_of_existence_helped))

    assert found == [(SubReason.TRY_LATER, True), (SubReason.TRY_LATER, False)]


def test_a_list_in_force_is_enough_for_a_certificate_that_has_expired_since(
    pki: OwnPKI, pdf: bytes, tmp_path: Path
) -> None:
    """The authority promised no newer one until then; one day after its end it is nothing."""
    end = START + SIGNER_LIFE
    life = end + 5 * DAY - START
    lists = [pki.revocation_list(issuer, START, life=life) for issuer in ("root", "ca")]
    trust = with_lists(pki, tmp_path, *lists)

    in_force, _seal = judge(pdf, trust, end + 4 * DAY, ANCHORED_AT)
    stale, _seal = judge(pdf, trust, end + 6 * DAY, ANCHORED_AT)

    assert in_force.sub_indication is SubReason.OUT_OF_BOUNDS_NO_POE
    assert in_force.proof_of_existence_helped
    assert not stale.proof_of_existence_helped


def test_an_old_list_beside_one_that_names_the_certificate_does_not_help(
    pki: OwnPKI, pdf: bytes, tmp_path: Path
) -> None:
    """Whatever the order in which the policy names them."""
    root_list = pki.revocation_list("root", LATER - DAY)
    old = pki.revocation_list("ca", START)
    new = pki.revocation_list("ca", LATER - DAY, {"principal": ANCHORED_AT - DAY})
    for lists in ((old, new), (new, old)):
        trust = with_lists(pki, tmp_path, root_list, *lists)
        principal, _seal = judge(pdf, trust, LATER, ANCHORED_AT)
        assert principal.sub_indication is SubReason.REVOKED_NO_POE
        assert not principal.proof_of_existence_helped


def test_each_authoritys_list_is_bound_by_the_end_of_its_own_certificates(
    pki: OwnPKI, pdf: bytes, tmp_path: Path
) -> None:
    """The root's newest list speaks of the CA, whose certificate outlives the signers'."""
    end = START + SIGNER_LIFE
    trust = with_lists(
        pki,
        tmp_path,
        pki.revocation_list("root", end + 5 * DAY),
        pki.revocation_list("ca", end - DAY),
    )

    principal, _seal = judge(pdf, trust, end + 6 * DAY, ANCHORED_AT)

    assert principal.sub_indication is SubReason.OUT_OF_BOUNDS_NO_POE
    assert principal.proof_of_existence_helped


def answered(made_at: datetime, next_at: datetime | None) -> asn1_ocsp.OCSPResponse:
    """An OCSP answer; who signed it does not matter here."""
    single = {
        "cert_id": {
            "hash_algorithm": {"algorithm": "sha1"},
            "issuer_name_hash": bytes(20),
            "issuer_key_hash": bytes(20),
            "serial_number": 1,
        },
        "cert_status": asn1_ocsp.CertStatus("good"),
        "this_update": made_at,
        "next_update": next_at,
    }
    basic = {
        "tbs_response_data": {
            "responder_id": asn1_ocsp.ResponderId(name="by_key", value=bytes(20)),
            "produced_at": made_at,
            "responses": [single],
        },
        "signature_algorithm": {"algorithm": "sha256_ecdsa"},
        "signature": b"",
    }
    return asn1_ocsp.OCSPResponse(
        {
            "response_status": "successful",
            "response_bytes": {
                "response_type": "basic_ocsp_response",
                "response": asn1_ocsp.BasicOCSPResponse(basic),
            },
        }
    )


@pytest.mark.parametrize(
    ("made_at", "next_at", "accepted"),
    [
        (ANCHORED_AT, None, True),
        (ANCHORED_AT - DAY, None, False),
        (ANCHORED_AT - DAY, ANCHORED_AT + DAY, False),
        (ANCHORED_AT - DAY, LATER, True),
    ],
)
def test_ocsp_answers_are_held_to_the_same_rule(
    made_at: datetime, next_at: datetime | None, accepted: bool
) -> None:
    """Made since, or still in force when judged; a refusal says nothing."""
    signer = asn1_x509.Certificate({"tbs_certificate": {"serial_number": 1}})
    past = Past(signer=signer, validation_time=LATER)
    refused = asn1_ocsp.OCSPResponse({"response_status": "try_later"})

    assert past.accepts_answer(answered(made_at, next_at), ANCHORED_AT) is accepted
    assert not past.accepts_answer(refused, ANCHORED_AT)


@pytest.mark.parametrize(
    ("made_at", "next_at", "accepted"),
    [
        (ANCHORED_AT, None, True),
        (ANCHORED_AT - DAY, None, False),
        (ANCHORED_AT - DAY, ANCHORED_AT, True),
        (ANCHORED_AT - DAY, ANCHORED_AT - timedelta(seconds=1), False),
        (ANCHORED_AT - 2 * DAY, LATER, True),
    ],
)
def test_about_others_than_the_signer_an_answer_in_force_at_that_time_is_enough(
    made_at: datetime, next_at: datetime | None, accepted: bool
) -> None:
    """Authorities and time-stamping services: EN 319 102-1, 5.2.5."""
    signer = asn1_x509.Certificate({"tbs_certificate": {"serial_number": 2}})
    past = Past(signer=signer, validation_time=LATER)

    assert past.accepts_answer(answered(made_at, next_at), ANCHORED_AT) is accepted


def test_a_list_of_the_root_in_force_at_the_anchor_is_enough_for_the_authority(
    pki: OwnPKI, pdf: bytes, tmp_path: Path
) -> None:
    """Roots publish theirs months apart; the signer's authority must have spoken since."""
    stale_root = pki.revocation_list("root", START, life=10 * DAY)
    ended_root = pki.revocation_list("root", START, life=DAY)
    since = pki.revocation_list("ca", ANCHORED_AT, life=DAY)

    helped, _seal = judge(pdf, with_lists(pki, tmp_path, stale_root, since), LATER, ANCHORED_AT)
    not_helped, _seal = judge(pdf, with_lists(pki, tmp_path, ended_root, since), LATER, ANCHORED_AT)

    assert helped.proof_of_existence_helped
    assert not not_helped.proof_of_existence_helped


@pytest.mark.parametrize("points_to_it", [True, False])
def test_a_list_that_the_signer_points_to_is_about_the_signer(points_to_it: bool) -> None:
    """Another than its issuer may publish it (RFC 5280, 4.2.1.13): it must be younger, too."""
    lister = asn1_x509.Name.build({"common_name": "Lists"})
    point = {"crl_issuer": [asn1_x509.GeneralName("directory_name", lister)]}
    extension = {"extn_id": "crl_distribution_points", "extn_value": [point]}
    signer = asn1_x509.Certificate(
        {
            "tbs_certificate": {
                "issuer": asn1_x509.Name.build({"common_name": "CA"}),
                "extensions": [extension] if points_to_it else [],
            }
        }
    )
    times = {"this_update": ANCHORED_AT - DAY, "next_update": ANCHORED_AT + DAY}
    described = {
        "issuer": lister,
        **{name: asn1_x509.Time("utc_time", moment) for name, moment in times.items()},
    }
    in_force = asn1_crl.CertificateList({"tbs_cert_list": described})

    past = Past(signer=signer, validation_time=LATER)

    assert past.accepts(in_force, ANCHORED_AT) is not points_to_it
