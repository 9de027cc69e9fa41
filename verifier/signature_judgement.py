"""
Judge one signature by ETSI EN 319 102-1: integrity, certificate path, time.

Behind the door `verifier.pdf_signature`.
"""

import asyncio
from collections.abc import Coroutine
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import TypeVar

from asn1crypto import x509
from cryptography.exceptions import InvalidSignature
from cryptography.x509 import load_der_x509_certificate
from pyhanko.sign.validation.generic_cms import get_signing_cert_attr
from pyhanko.sign.validation.pdf_embedded import EmbeddedPdfSignature, async_validate_pdf_signature
from pyhanko.sign.validation.status import PdfSignatureStatus, SignatureStatus

from verifier.errors import SubReason
from verifier.messages import _
from verifier.pdf_document import SignatureField
from verifier.signature_finding import Indication, Role, SignatureFinding
from verifier.signer_identity import certificate_identity, seal_identity
from verifier.trust_store import Past, TrustStore, ValidationData, validation_context

Status = TypeVar("Status", bound=SignatureStatus)

_TIME_DEPENDENT = frozenset(
    {
        SubReason.OUT_OF_BOUNDS_NO_POE,
        SubReason.REVOKED_NO_POE,
        SubReason.REVOKED_CA_NO_POE,
        SubReason.CRYPTO_CONSTRAINTS_FAILURE_NO_POE,
        SubReason.CERTIFICATE_CHAIN_GENERAL_FAILURE,
        SubReason.TRY_LATER,
    }
)
"""What a proof that the signature existed earlier may repair (EN 319 102-1, 5.6)."""


_DOCUMENT_PURPOSES = frozenset(
    {
        "1.3.6.1.5.5.7.3.36",  # documentSigning, RFC 9336
        "1.3.6.1.5.5.7.3.4",  # emailProtection, RFC 5280
        "1.3.6.1.4.1.311.10.3.12",  # Microsoft: document signing
        "1.2.840.113583.1.1.5",  # Adobe: authentic documents
        "2.5.29.37.0",  # anyExtendedKeyUsage, RFC 5280
    }
)
"""One of these must stand in a signer's extended key usage, if there is one (RFC 9336, 4)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Judge:
    """What all signatures of a document are judged with; times are aware, UTC."""

    trust: TrustStore
    data: ValidationData
    validation_time: datetime
    anchored_at: datetime | None
    """Block time of the anchor where the policy takes it as a proof of existence."""

    def judge(
        self, signature: SignatureField, embedded: EmbeddedPdfSignature, role: Role
    ) -> SignatureFinding:
        """Judge integrity, certificate path and time of a signature whose form is right."""
        status = self._status_at(embedded, self.validation_time, past=False)
        finding = _describe(signature, embedded, role, status, self.trust)
        if not status.intact:
            return _failed(finding, SubReason.HASH_FAILURE, _("the signed bytes were changed"))
        if not status.valid:
            problem = _("the signature value does not belong to the certificate and the bytes")
            return _failed(finding, SubReason.SIG_CRYPTO_FAILURE, problem)
        if get_signing_cert_attr(embedded.signer_info["signed_attrs"]) is None:
            problem = _("the signature does not name its certificate in a signed attribute")
            return _indeterminate(finding, SubReason.SIG_CONSTRAINTS_FAILURE, problem)
        if not _is_for_documents(embedded.signer_cert):
            reason = SubReason.CHAIN_CONSTRAINTS_FAILURE
            return _indeterminate(finding, reason, path_problem(reason))
        problem_found = _sub_indication(status)
        if problem_found is None:
            return finding
        return self._with_proof_of_existence(finding, embedded, problem_found)

    def _with_proof_of_existence(
        self, finding: SignatureFinding, embedded: EmbeddedPdfSignature, problem: SubReason
    ) -> SignatureFinding:
        """Judge the certificate again at times by which the signature is known to exist."""
        if problem not in _TIME_DEPENDENT:
            return _indeterminate(finding, problem, path_problem(problem))
        if finding.time_stamped_at is not None:
            stamped = self._status_at(embedded, finding.time_stamped_at, past=True)
            if _sub_indication(stamped) is None:
                return finding
        finding = _indeterminate(finding, problem, path_problem(problem))
        if self.anchored_at is None or self.anchored_at > self.validation_time:
            return finding
        anchored = _sub_indication(self._status_at(embedded, self.anchored_at, past=True))
        return replace(
            finding,
            anchored_sub_indication=anchored,
            proof_of_existence_helped=anchored is None,
        )

    def _status_at(
        self, embedded: EmbeddedPdfSignature, moment: datetime, *, past: bool
    ) -> PdfSignatureStatus:
        """Let pyHanko judge the signature as of *moment*."""
        authorities = (one for one in embedded.other_embedded_certs if one.ca)
        path = (embedded.signer_cert, *authorities)
        window = Past(certificates=path, validation_time=self.validation_time) if past else None
        context = validation_context(self.trust, self.data, moment, past=window)
        pending = async_validate_pdf_signature(
            embedded, context, ts_validation_context=context, skip_diff=True
        )
        if self.trust.fetch_revocation:
            return asyncio.run(pending)
        return finish_at_once(pending)


def finish_at_once(pending: Coroutine[object, None, Status]) -> Status:
    """Run a coroutine that waits for nothing, without the sockets of an event loop."""
    try:
        pending.send(None)
    except StopIteration as done:
        status: Status = done.value
        return status
    pending.close()
    raise RuntimeError("pyHanko waits for the network although fetching is off")


def _describe(
    signature: SignatureField,
    embedded: EmbeddedPdfSignature,
    role: Role,
    status: PdfSignatureStatus,
    trust: TrustStore,
) -> SignatureFinding:
    """Return who signed and when, as if everything passed."""
    certificate = embedded.signer_cert
    stamp = status.timestamp_validity
    stamped = stamp is not None and stamp.intact and stamp.valid and stamp.trusted
    stamped_at = stamp.timestamp.astimezone(UTC) if stamp is not None and stamped else None
    claimed = status.signer_reported_dt
    identities, complete = _identities(certificate, role, embedded, trust)
    return SignatureFinding(
        role=role,
        field_name=signature.field_name,
        revision=signature.revision,
        indication=Indication.TOTAL_PASSED,
        sub_indication=None,
        message="",
        level="B-T" if stamped else "B-B",
        signed_at=stamped_at or (claimed.astimezone(UTC) if claimed is not None else None),
        time_stamped_at=stamped_at,
        signer=certificate.subject.human_friendly,
        signer_name=_common_name(certificate),
        valid_from=certificate.not_valid_before.astimezone(UTC),
        identities=identities,
        identities_complete=complete,
    )


def _identities(
    certificate: x509.Certificate, role: Role, embedded: EmbeddedPdfSignature, trust: TrustStore
) -> tuple[tuple[bytes, ...], bool]:
    """Return by what the registry may know the signer, and whether that is all of it."""
    fingerprint = certificate_identity(certificate.dump())
    organization = certificate.subject.native.get("organization_identifier")
    if role is not Role.SEAL or not isinstance(organization, str):
        return (fingerprint,), True
    for issuer in (*embedded.other_embedded_certs, *trust.anchors):
        if issuer.subject == certificate.issuer and _issued(issuer, certificate):
            seal = seal_identity(issuer.public_key.dump(), organization)
            return (fingerprint, seal), True
    return (fingerprint,), False


def _common_name(certificate: x509.Certificate) -> str:
    name = certificate.subject.native.get("common_name")
    return name if isinstance(name, str) else certificate.subject.human_friendly


def _is_for_documents(certificate: x509.Certificate) -> bool:
    """Return whether a certificate that names its purposes names one of signing documents."""
    purposes = certificate.extended_key_usage_value
    return purposes is None or any(one.dotted in _DOCUMENT_PURPOSES for one in purposes)


def _issued(issuer: x509.Certificate, certificate: x509.Certificate) -> bool:
    """Return whether the key of *issuer* signed *certificate*."""
    try:
        signed = load_der_x509_certificate(certificate.dump())
        signed.verify_directly_issued_by(load_der_x509_certificate(issuer.dump()))
    except (ValueError, TypeError, InvalidSignature):
        return False
    return True


def _sub_indication(status: PdfSignatureStatus) -> SubReason | None:
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
            "the certificate path cannot be confirmed (for example, revocation data are missing)"
        ),
        SubReason.CHAIN_CONSTRAINTS_FAILURE: _(
            "the signer's certificate is not meant for signing documents"
        ),
    }
    return texts.get(sub_reason, _("the signer's certificate cannot be confirmed"))


def _failed(finding: SignatureFinding, sub_reason: SubReason, problem: str) -> SignatureFinding:
    return replace(
        finding, indication=Indication.TOTAL_FAILED, sub_indication=sub_reason, message=problem
    )


def _indeterminate(
    finding: SignatureFinding, sub_reason: SubReason, problem: str
) -> SignatureFinding:
    return replace(
        finding, indication=Indication.INDETERMINATE, sub_indication=sub_reason, message=problem
    )
