"""A school seal alone, or in both places: the principal did not sign."""

from pyhanko.sign.fields import MDPPerm

from tests.attacks.ground import Ground
from tests.verifier.documents import make_transcript, prepare_pdf
from tests.verifier.outcomes import FAILED
from tests.verifier.pyhanko_signing import PRINCIPAL, SEAL, load, sign
from verifier.errors import SubReason


def test_a_seal_alone_fails(ground: Ground) -> None:
    """Anchored all the same."""
    key = load(ground.office.directory, "seal")
    pdf = ground.anchor("sealed-only", 43, sign(prepare_pdf(make_transcript(43)), key, SEAL))

    assert ground.judge_of("sealed-only", pdf) == (FAILED, SubReason.SIGNATURE_MISSING)


def test_the_seal_in_the_principals_place_fails(ground: Ground) -> None:
    """The registry declares each certificate for one use."""
    key = load(ground.office.directory, "seal")
    prepared = prepare_pdf(make_transcript(44))
    certified = sign(prepared, key, PRINCIPAL, permissions=MDPPerm.FILL_FORMS)
    pdf = ground.anchor("sealed-twice", 44, sign(certified, key, SEAL))

    assert ground.judge_of("sealed-twice", pdf) == (FAILED, SubReason.SIGNER_NOT_DECLARED)
