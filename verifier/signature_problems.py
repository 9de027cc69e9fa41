"""
What a signature or its certificate path suffers from: ETSI sub-indications, and words for them.

Behind the door `verifier.pdf_signature`.
"""

from pyhanko.sign.validation.status import SignatureStatus

from verifier.errors import SubReason
from verifier.messages import _


def path_sub_reason(status: SignatureStatus) -> SubReason | None:
    """Return the ETSI sub-indication of the certificate path, None when it passed."""
    problem = status.trust_problem_indic
    if problem is None:
        return None if status.trusted else SubReason.CERTIFICATE_CHAIN_GENERAL_FAILURE
    return sub_reason_of(problem.standard_name)


def sub_reason_of(name: str) -> SubReason:
    """Return the sub-reason of an ETSI *name*; GENERIC for one that this release does not know."""
    return SubReason.__members__.get(name, SubReason.GENERIC)


def path_problem(sub_reason: SubReason) -> str:
    """Say in words what a sub-indication of the certificate path means."""
    texts = {
        SubReason.NO_CERTIFICATE_CHAIN_FOUND: _(
            "no path from the signer's certificate to a trust anchor of the policy"
        ),
        SubReason.REVOKED_NO_POE: _("the signer's certificate has been revoked"),
        SubReason.REVOKED_CA_NO_POE: _("a certificate of the issuing authority has been revoked"),
        SubReason.OUT_OF_BOUNDS_NO_POE: _("the signer's certificate is not valid at this time"),
        SubReason.TRY_LATER: _("the revocation data are out of date"),
        SubReason.CERTIFICATE_CHAIN_GENERAL_FAILURE: _(
            "the certificate path cannot be confirmed: usable revocation data are missing, or a"
            " certificate has a critical extension that is not known here"
        ),
        SubReason.CHAIN_CONSTRAINTS_FAILURE: _(
            "the signer's certificate is not meant for signing documents"
        ),
    }
    return texts.get(sub_reason, _("the signer's certificate cannot be confirmed"))
