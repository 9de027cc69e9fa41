"""Signed after the right to sign has ended, or after the certificate was revoked."""

from datetime import timedelta

from tests.attacks.ground import Ground
from tests.verifier.documents import SIGNED_AT, entry_of, make_pdf, make_transcript
from tests.verifier.issued import ANCHORED_AT, AUTHORITY, ROOT, SCHOOL
from tests.verifier.outcomes import FAILED, OPEN, PASSED, outcome
from tests.verifier.own_pki import START, OwnPKI
from transcript_service.issuance.identities import principal_declaration, seal_declaration
from transcript_service.issuance.registry_calls import declare_certificate, end_certificate
from verifier.errors import SubReason
from verifier.registry_events import Use


def test_a_signer_who_is_no_longer_declared_fails(ground: Ground) -> None:
    """The department took the principal's name out; what he signed before still holds."""
    office = ground.copy("ended")
    identity = principal_declaration(office.signers.principal)
    end = int(ANCHORED_AT.timestamp()) + 3_600
    office.act(
        AUTHORITY,
        end_certificate(SCHOOL, identity, Use.PRINCIPAL, acting_for=ROOT, end=end),
    )
    pdf = ground.unanchored(46)
    ground.anchor_later(office, "afterwards", 46, pdf, timedelta(hours=2))

    assert outcome(office.check("a")) == (PASSED, None)
    assert outcome(office.check("afterwards")) == (FAILED, SubReason.SIGNER_NOT_DECLARED)


def test_a_certificate_that_was_revoked_before_the_anchor_is_undecided(ground: Ground) -> None:
    """The authority's list names it; the thief of the key cannot anchor it into validity."""
    office = ground.copy("revoked")
    (office.directory / "own").mkdir()
    pki = OwnPKI(office.directory / "own")
    signers = pki.signers()
    for identity, use in (
        (principal_declaration(signers.principal), Use.PRINCIPAL),
        (seal_declaration(signers.seal), Use.SEAL),
    ):
        office.act(AUTHORITY, declare_certificate(SCHOOL, identity, use, acting_for=ROOT))
    pdf = make_pdf(make_transcript(47), signers)
    office.anchor([("revoked", pdf, entry_of(pdf, 47))])
    trust = office.directory / "trust"
    (trust / "root.pem").write_bytes((pki.directory / "root.pem").read_bytes())
    (trust / "root.crl").write_bytes(pki.revocation_list("root", START))

    (trust / "ca.crl").write_bytes(pki.revocation_list("ca", START))
    honest = outcome(office.check("revoked"))
    listed = pki.revocation_list("ca", ANCHORED_AT, {"principal": SIGNED_AT - timedelta(hours=1)})
    office = office.copy(office.directory.with_name("revoked-listed"))
    (office.directory / "trust" / "ca.crl").write_bytes(listed)

    assert honest == (PASSED, None)
    assert outcome(office.check("revoked")) == (OPEN, SubReason.REVOKED_NO_POE)
