"""Bad documents whose fault lies in the file, its data or its signatures."""

import json
from dataclasses import replace
from datetime import timedelta
from typing import Any

from cryptography.x509.oid import ExtendedKeyUsageOID
from pyhanko.pdf_utils import generic
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.sign.fields import MDPPerm

from tests.verifier.bad_documents import (
    FILL,
    Case,
    Ground,
    bent,
    lists_of,
    time_stamped,
    value_places,
    with_data,
    with_own_pki,
)
from tests.verifier.documents import (
    SIGNED_AT,
    certify_pdf,
)
from tests.verifier.extending import extend
from tests.verifier.issued import ANCHORED_AT, NOW
from tests.verifier.pyhanko_signing import PRINCIPAL, SEAL, load, sign
from tests.verifier.test_signed_changes import (
    Forgetful,
    add_text_field,
    fill_text_field,
    replace_attachment,
)
from transcript_service.documents.reproduce import renderer
from transcript_service.issuance.identities import principal_declaration
from verifier.canonical import canonical_json
from verifier.registry_events import Use


def unreadable(ground: Ground) -> Case:
    """What ends as a revision and is none, anchored along."""
    return ground.case(ground.signed() + b"\nstartxref\n0\n%%EOF\n")


def too_large(ground: Ground) -> Case:
    """The test lowers the limit, and disables it by not lowering it."""
    return ground.case(ground.signed())


def no_transcript(ground: Ground) -> Case:
    """The attachment has another name."""
    prepared = ground.prepared.replace(b"transcript.json", b"transcript.jsoN")
    return ground.case(ground.sealed(certify_pdf(prepared, ground.office.signers)))


def other_attachment_later(ground: Ground) -> Case:
    """Readers show the attachment of a later revision, from before both signatures."""
    certified = certify_pdf(extend(ground.prepared, replace_attachment), ground.office.signers)
    return ground.case(ground.sealed(certified))


def against_the_schema(ground: Ground) -> Case:
    """A mark of 11.9."""

    def change(data: Any) -> bytes:
        data["results"]["subjects"][0]["full_year"] = "11.9"
        return canonical_json(data)

    return ground.case(with_data(ground, change))


def not_canonical(ground: Ground) -> Case:
    """The same data in another order."""
    data = with_data(ground, lambda data: json.dumps(data, ensure_ascii=False).encode())
    return ground.case(data)


def false_check_character(ground: Ground) -> Case:
    """A transcript code with a slip of the pen."""

    def change(data: Any) -> bytes:
        code = data["transcript_code"]
        data["transcript_code"] = code[:-1] + ("A" if code[-1] != "A" else "B")
        return canonical_json(data)

    return ground.case(with_data(ground, change))


def turn_page(writer: IncrementalPdfFileWriter) -> None:
    page = writer.root["/Pages"]["/Kids"][0]
    page["/Rotate"] = generic.NumberObject(180)
    writer.update_container(page)


def changed_before_anchoring(ground: Ground) -> Case:
    """The first page turned round after the seal, and anchored like that."""
    return ground.case(extend(ground.signed(), turn_page))


def something_appended(ground: Ground) -> Case:
    """The first page turned round after anchoring."""
    case = ground.case(ground.signed())
    return replace(case, pdf=extend(case.pdf, turn_page))


def without_seal(ground: Ground) -> Case:
    """Only the principal signed."""
    return ground.case(ground.certified)


def changed_before_the_seal(ground: Ground) -> Case:
    """The school sealed something else than the principal had signed."""
    return ground.case(ground.sealed(bent(ground.certified)))


def changed_after_the_seal(ground: Ground) -> Case:
    """A byte of the seal's own revision: where it was made."""
    pdf = ground.signed()
    at = pdf.rindex(b"\\000H") + len(b"\\000")
    return ground.case(pdf[:at] + bytes([pdf[at] ^ 1]) + pdf[at + 1 :])


def other_signature_value(ground: Ground) -> Case:
    """The bytes that the key has to have made are others."""
    place = value_places(ground.certified)[0]
    end = len(ground.certified[place.start : place.stop - 1].rstrip(b"0"))
    at = place.start + end - 40
    spoilt = b"2" if ground.certified[at : at + 1] == b"1" else b"1"
    certified = ground.certified[:at] + spoilt + ground.certified[at + 1 :]
    return ground.case(ground.sealed(certified))


def hidden_behind_the_value(ground: Ground) -> Case:
    """Something in the gap that no signature covers."""
    pdf = ground.signed()
    stop = value_places(pdf)[1].stop
    return ground.case(pdf[: stop - 9] + b"48656c6c" + pdf[stop - 1 :])


def annotations_allowed(ground: Ground) -> Case:
    """The principal certifies that comments may be put on the page."""
    directory = ground.office.directory
    principal, school = load(directory, "principal"), load(directory, "seal")
    certified = sign(ground.prepared, principal, PRINCIPAL, permissions=MDPPerm.ANNOTATE)
    return ground.case(sign(certified, school, SEAL))


def filled_with_the_seal(ground: Ground) -> Case:
    """A mark in a field of the form is bettered along with the seal."""
    directory = ground.office.directory
    principal, school = load(directory, "principal"), load(directory, "seal")
    start = extend(ground.prepared, add_text_field)
    certified = sign(start, principal, PRINCIPAL, permissions=FILL)
    return ground.case(sign(certified, school, SEAL, change=fill_text_field))


def unnamed_certificate(ground: Ground) -> Case:
    """The seal's certificate stands in no signed attribute."""
    school = load(ground.office.directory, "seal")
    forgetful = Forgetful(
        signing_cert=school.signing_cert,
        signing_key=school.signing_key,
        cert_registry=school.cert_registry,
    )
    return ground.case(sign(ground.certified, forgetful, SEAL))


def stranger(ground: Ground) -> Case:
    """A principal of an authority that the policy does not trust, but declared on chain."""
    key = ground.strangers.principal
    ground.declare(principal_declaration(key), Use.PRINCIPAL)
    return ground.case(ground.signed(principal=key))


def for_web_servers(ground: Ground) -> Case:
    """A certificate for servers."""
    pdf, pki, trusted = with_own_pki(ground, purposes=(ExtendedKeyUsageOID.SERVER_AUTH,))
    lists = lists_of(pki, ANCHORED_AT, timedelta(days=4000))
    return ground.case(pdf, signatures={**trusted, "revocation_lists": lists})


def revoked_certificate(ground: Ground) -> Case:
    """The authority's list names the principal's certificate, since before anchoring."""
    pdf, pki, trusted = with_own_pki(ground)
    since = {"principal": SIGNED_AT}
    lists = lists_of(pki, ANCHORED_AT, timedelta(days=4000), ca=since)
    return ground.case(pdf, signatures={**trusted, "revocation_lists": lists})


def no_list_at_hand(ground: Ground) -> Case:
    """The same revoked certificate, and the authority's list withheld."""
    case = revoked_certificate(ground)
    lists = case.policy.signatures.revocation_lists[:1]
    signatures = replace(case.policy.signatures, revocation_lists=lists)
    return replace(case, policy=replace(case.policy, signatures=signatures))


def expired(ground: Ground) -> Case:
    """Judged after the end of the certificates; nothing proves that it was signed before."""
    case = ground.case(ground.signed())
    late = replace(case.policy.time, validation_time=NOW.replace(year=2041))
    return replace(case, policy=replace(case.policy, time=late))


def not_yet_begun(ground: Ground) -> Case:
    """Anchored before its principal's certificate began; judged later."""
    pdf, pki, trusted = with_own_pki(ground, start=ANCHORED_AT + timedelta(days=5))
    lists = lists_of(pki, NOW, timedelta(days=4000))
    return ground.case(pdf, signatures={**trusted, "revocation_lists": lists})


def low_level(ground: Ground) -> Case:
    """Without time stamps, where the policy asks for them."""
    return ground.case(ground.signed(), signatures={"least_level": "B-T"})


def stamped_by_a_stranger(ground: Ground) -> Case:
    """With time stamps of a service that nobody trusts, where the policy asks for them."""
    pdf = time_stamped(ground, ANCHORED_AT + timedelta(seconds=50))
    return ground.case(pdf, signatures={"least_level": "B-T"})


def other_page(ground: Ground) -> Case:
    """The page is not what the data render to."""
    pdf = ground.sealed(certify_pdf(bent(ground.prepared), ground.office.signers))
    return ground.case(pdf, renderer=renderer)
