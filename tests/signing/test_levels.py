"""Documents at B-T, B-LT and B-LTA (ETSI EN 319 142-1), as other programs read them."""

import re
import subprocess
from dataclasses import replace
from hashlib import sha256
from io import BytesIO

import pikepdf
import pytest
from asn1crypto import cms, x509
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign.diff_analysis import ModificationLevel
from pyhanko.sign.validation import validate_pdf_signature
from pyhanko.sign.validation.dss import DocumentSecurityStore

from signing.cms import largest_size, signed_data
from signing.errors import TimeStampUnavailable, UnreadableDocument
from signing.long_term import add_document_time_stamp, add_validation_data
from signing.pades import certify
from signing.profile import Level, SigningProfile
from signing.time_stamp_token import parse_token
from tests.signing.levels import Levels, make_levels

DIGEST = sha256(b"content").digest()


@pytest.fixture(scope="module")
def levels(authorities, signers, rendered) -> Levels:
    """The sample document at each level."""
    return make_levels(authorities, signers, rendered)


def values_of(pdf: bytes) -> list[bytes]:
    """The CMS objects of a PDF's signatures, in their order."""
    return [
        bytes(cms.ContentInfo.load(bytes.fromhex(found.decode())).dump())
        for found in re.findall(rb"/Contents <([0-9A-Fa-f]+)>", pdf)
    ]


def signer_of(value: bytes) -> cms.SignerInfo:
    return cms.ContentInfo.load(value, strict=True)["content"]["signer_infos"][0]


def test_each_signature_carries_a_token_over_its_value(levels, authorities):
    """The signature-time-stamp is the only unsigned attribute (EN 319 122-1 section 5.3)."""
    for value in values_of(levels.b_t):
        signer = signer_of(value)
        (attribute,) = signer["unsigned_attrs"]
        token = parse_token(attribute["values"][0].dump())

        assert attribute["type"].native == "signature_time_stamp_token"
        assert token.digest == sha256(signer["signature"].native).digest()
        assert token.made_at == authorities.moment


def test_the_cms_object_with_a_time_stamp_is_der(levels):
    """Decoding all of it and encoding it again gives the same bytes."""
    for value in values_of(levels.b_t):
        assert cms.ContentInfo.load(value, strict=True).dump(force=True) == value


def test_a_signature_with_a_token_is_never_larger_than_announced(signers, levels):
    """The room in the PDF is reserved before the token is asked for."""
    token = levels.tokens[0]
    key = signers.principal.key

    size = len(signed_data(key, DIGEST, lambda _digest: token))

    assert size <= largest_size(key, len(token)) <= size + 80


def test_a_larger_token_than_announced_is_an_error_and_no_broken_file(signers, prepared, levels):
    """Nothing is cut off."""
    profile = SigningProfile(level=Level.B_T, largest_token=1000)
    request = replace(
        signers.principal, profile=profile, time_stamper=lambda _digest: levels.tokens[0] * 3
    )

    with pytest.raises(TimeStampUnavailable, match="Raise `largest_token`"):
        certify(prepared, request)


def test_each_level_is_one_increment_over_the_one_before(levels):
    """What was signed and stamped stays byte for byte."""
    assert levels.b_lt.startswith(levels.b_t)
    assert levels.b_lta.startswith(levels.b_lt)
    assert [pdf.count(b"%%EOF") for pdf in (levels.b_t, levels.b_lt, levels.b_lta)] == [4, 5, 6]


def test_adding_the_same_validation_data_again_gives_the_same_bytes(levels):
    """A step that was killed can be run again."""
    assert add_validation_data(levels.b_t, levels.data) == levels.b_lt


def test_the_document_security_store_holds_all_of_it_once_and_no_index(levels, authorities):
    """EN 319 142-1 section 5.4.2: DSS with certificates, CRLs, OCSP answers; no VRI."""
    pdf = pikepdf.open(BytesIO(levels.b_lt))
    store = pdf.Root.DSS
    certificates = {bytes(one.read_bytes()) for one in store.Certs}

    assert set(store.keys()) == {"/Certs", "/CRLs", "/OCSPs"}
    assert {
        authorities.certificate(label)
        for label in ("principal", "seal", "tsa", "ca-public-service", "ca-time")
    } <= certificates
    assert authorities.certificate("root") not in certificates
    assert tuple(one.read_bytes() for one in store.CRLs) == levels.data.revocation_lists
    assert tuple(one.read_bytes() for one in store.OCSPs) == levels.data.ocsp_responses


def test_the_document_time_stamp_shows_nothing_and_covers_the_file(levels):
    """EN 319 142-1 section 5.4.3: subfilter ETSI.RFC3161, over the whole file."""
    pdf = pikepdf.open(BytesIO(levels.b_lta))
    stamp = pdf.Root.AcroForm.Fields[-1]

    assert (stamp.V.Type, stamp.V.SubFilter) == ("/DocTimeStamp", "/ETSI.RFC3161")
    assert [int(edge) for edge in stamp.Rect] == [0, 0, 0, 0]
    assert "/AP" not in stamp
    start, length, rest, tail = (int(number) for number in stamp.V.ByteRange)
    covered = levels.b_lta[start:length] + levels.b_lta[rest : rest + tail]
    assert rest + tail == len(levels.b_lta)
    assert parse_token(values_of(levels.b_lta)[-1]).digest == sha256(covered).digest()


def test_two_document_time_stamps_stand_in_two_fields(levels, authorities):
    """A renewal adds one more."""
    again = add_document_time_stamp(levels.b_lta, lambda _digest: levels.tokens[0])

    pdf = pikepdf.open(BytesIO(again))
    names = [str(field.T) for field in pdf.Root.AcroForm.Fields]
    assert len(set(names)) == len(names) == 4


@pytest.mark.parametrize("level", ["b_lt", "b_lta"])
def test_pyhanko_finds_every_level_good(levels, authorities, level):
    """Both signatures and their time stamps, trusting the root alone and asking nobody."""
    reader = PdfFileReader(BytesIO(getattr(levels, level)))
    trusted = {
        "trust_roots": [x509.Certificate.load(authorities.certificate("root"))],
        "moment": authorities.moment,
        "allow_fetching": False,
        "revocation_mode": "require",
    }
    context = DocumentSecurityStore.read_dss(reader).as_validation_context(trusted)

    for signature in reader.embedded_regular_signatures:
        status = validate_pdf_signature(signature, context)

        assert status.bottom_line, status.pretty_print_details()
        assert status.timestamp_validity.trusted
        assert status.modification_level <= ModificationLevel.FORM_FILLING


@pytest.mark.judge
def test_openssl_verifies_the_time_stamps(levels, authorities, tmp_path):
    """Another implementation of RFC 3161 accepts token, certificate and path."""
    value = values_of(levels.b_t)[0]
    token = signer_of(value)["unsigned_attrs"][0]["values"][0].dump()
    (tmp_path / "token").write_bytes(token)
    (tmp_path / "data").write_bytes(signer_of(value)["signature"].native)
    command = ["openssl", "ts", "-verify", "-token_in", "-in", "token", "-data", "data"]
    command += ["-CAfile", str(authorities.root)]
    command += ["-attime", str(int(authorities.moment.timestamp()))]

    answer = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False)

    assert "Verification: OK" in answer.stdout + answer.stderr, answer.stderr


@pytest.mark.judge
@pytest.mark.parametrize("level", ["b_t", "b_lt", "b_lta"])
def test_poppler_and_qpdf_agree(levels, ask, level):
    """Both signatures valid, no fault in the file."""
    pdf = getattr(levels, level)

    assert ask(pdf, "pdfsig").count("Signature is Valid.") >= 2
    assert "No syntax or stream encoding errors found" in ask(pdf, "qpdf", "--check")


@pytest.mark.parametrize("content", [b"", b"%PDF-1.7", b"not a PDF" * 1000])
def test_what_is_no_pdf_is_not_extended(content, levels):
    """Nothing is added to what cannot be read."""
    with pytest.raises(UnreadableDocument, match="cannot be extended"):
        add_validation_data(content, levels.data)
    with pytest.raises(UnreadableDocument, match="cannot be extended"):
        add_document_time_stamp(content, lambda _digest: levels.tokens[0])
