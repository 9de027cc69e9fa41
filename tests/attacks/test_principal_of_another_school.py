"""A principal signs for a school that is not his: a real certificate, declared elsewhere."""

from tests.attacks.ground import Ground
from tests.verifier.documents import entry_of, make_pdf, make_transcript
from tests.verifier.issued import AUTHORITY, OTHER_ISSUER, OTHER_SCHOOL, ROOT
from tests.verifier.outcomes import FAILED
from transcript_service.issuance.identities import principal_declaration
from transcript_service.issuance.registry_calls import declare_certificate
from verifier.errors import SubReason
from verifier.registry_events import Use


def test_signers_of_another_school_fail(ground: Ground) -> None:
    """Both signatures are good and the issuer is that of the school; its people did not sign."""
    signers = ground.office.signers
    identity = principal_declaration(signers.principal)
    ground.office.act(
        AUTHORITY, declare_certificate(OTHER_SCHOOL, identity, Use.PRINCIPAL, acting_for=ROOT)
    )
    pdf = make_pdf(make_transcript(45, institution=OTHER_SCHOOL), signers)
    ground.office.anchor(
        [("foreign", pdf, entry_of(pdf, 45))], institution=OTHER_SCHOOL, account=OTHER_ISSUER
    )

    assert ground.judge_of("foreign", pdf) == (FAILED, SubReason.SIGNER_NOT_DECLARED)
