"""
Judge one signature by ETSI EN 319 102-1: integrity, certificate path, time.

Behind the door `verifier.pdf_signature`.
"""

from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import NamedTuple

from asn1crypto import x509
from cryptography.exceptions import InvalidSignature
from cryptography.x509 import load_der_x509_certificate
from pyhanko.sign.validation.generic_cms import get_signing_cert_attr
from pyhanko.sign.validation.pdf_embedded import EmbeddedPdfSignature
from pyhanko.sign.validation.status import PdfSignatureStatus, TimestampSignatureStatus

from verifier.errors import SubReason
from verifier.judging_grounds import JudgingGrounds
from verifier.messages import _
from verifier.pdf_document import SignatureField
from verifier.signature_finding import Indication, Role, SignatureFinding
from verifier.signature_problems import path_problem, path_sub_reason
from verifier.signer_identity import (
    certificate_identity,
    find_organization_identifier,
    seal_identity,
)
from verifier.time_stamp_judgement import ArchiveStamp, proven_time
from verifier.trust_store import TrustStore, ValidationData

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

    grounds: JudgingGrounds
    archive: tuple[ArchiveStamp, ...]
    """The document time stamps that prove their time."""
    anchored_at: datetime | None
    """Block time of the anchor where the policy takes it as a proof of existence."""

    def judge(
        self, signature: SignatureField, embedded: EmbeddedPdfSignature, role: Role
    ) -> SignatureFinding:
        """Judge integrity, certificate path and time of a signature whose form is right."""
        examined = _Examination(embedded, self.grounds)
        status = examined.status_at(self._validation_time, past=False)
        finding = _describe(signature, embedded, role, status, self.grounds.trust)
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
        times = self._times(examined, signature.revision)
        finding = self._with_level(finding, examined, times.with_anchor)
        problem_found = path_sub_reason(status)
        if problem_found is None:
            return finding
        return self._with_proof_of_existence(finding, examined, problem_found, times)

    @property
    def _validation_time(self) -> datetime:
        return self.grounds.validation_time

    def _times(self, examined: "_Examination", revision: int) -> "_StampedTimes":
        """Find what the signature's own time stamp proves, by itself and with the anchor."""
        later = [stamp.made_at for stamp in self.archive if stamp.revision > revision]
        known_at = min([self._validation_time, *later])
        alone = proven_time(examined.stamp_at, known_at, self._validation_time)
        with_anchor = alone
        if alone is None and self.anchored_at is not None and self.anchored_at < known_at:
            with_anchor = proven_time(examined.stamp_at, self.anchored_at, self._validation_time)
        return _StampedTimes(alone=alone, with_anchor=with_anchor)

    def _with_level(
        self, finding: SignatureFinding, examined: "_Examination", stamped_at: datetime | None
    ) -> SignatureFinding:
        """Say which level was found valid (EN 319 142-1, 6), and the proven time of signing."""
        if stamped_at is None:
            return finding
        level = "B-T"
        if self.grounds.data != ValidationData():
            alone = examined.of_document_alone().status_at(stamped_at, past=True)
            stamp = alone.timestamp_validity
            if alone.trusted and stamp is not None and stamp.trusted:
                level = "B-LTA" if self._is_archived(finding.revision) else "B-LT"
        return replace(finding, level=level, signed_at=stamped_at, time_stamped_at=stamped_at)

    def _is_archived(self, revision: int) -> bool:
        return any(one.covers_validation_data and one.revision > revision for one in self.archive)

    def _with_proof_of_existence(
        self,
        finding: SignatureFinding,
        examined: "_Examination",
        problem: SubReason,
        times: "_StampedTimes",
    ) -> SignatureFinding:
        """Judge the certificate again at times by which the signature is known to exist."""
        if problem not in _TIME_DEPENDENT:
            return _indeterminate(finding, problem, path_problem(problem))
        if times.alone is not None and examined.problem_at(times.alone) is None:
            return finding
        finding = _indeterminate(finding, problem, path_problem(problem))
        if self.anchored_at is None or self.anchored_at > self._validation_time:
            return finding
        anchored = examined.problem_at(self.anchored_at)
        if times.with_anchor is not None and examined.problem_at(times.with_anchor) is None:
            anchored = None
        return replace(
            finding,
            anchored_sub_indication=anchored,
            proof_of_existence_helped=anchored is None,
        )


class _Examination:
    """One signature as of several moments, each of which is judged once."""

    def __init__(self, embedded: EmbeddedPdfSignature, grounds: JudgingGrounds) -> None:
        self._embedded = embedded
        self._grounds = grounds
        self._found: dict[tuple[datetime, bool, bool], PdfSignatureStatus] = {}

    def status_at(
        self, moment: datetime, *, past: bool, tolerant: bool = False
    ) -> PdfSignatureStatus:
        key = (moment, past, tolerant)
        if key not in self._found:
            self._found[key] = self._grounds.signature_status(
                self._embedded, moment, past=past, tolerant=tolerant
            )
        return self._found[key]

    def stamp_at(
        self, moment: datetime, *, past: bool, tolerant: bool
    ) -> TimestampSignatureStatus | None:
        return self.status_at(moment, past=past, tolerant=tolerant).timestamp_validity

    def of_document_alone(self) -> "_Examination":
        """Return the same by what the document brought along; this one if that is all there is."""
        alone = self._grounds.of_document_alone()
        return self if alone == self._grounds else _Examination(self._embedded, alone)

    def problem_at(self, moment: datetime) -> SubReason | None:
        return path_sub_reason(self.status_at(moment, past=True))


class _StampedTimes(NamedTuple):
    """What a signature's time stamp proves; None when it proves nothing, or there is none."""

    alone: datetime | None
    with_anchor: datetime | None
    """The same where the anchor's block time proves that the stamp existed."""


def _describe(
    signature: SignatureField,
    embedded: EmbeddedPdfSignature,
    role: Role,
    status: PdfSignatureStatus,
    trust: TrustStore,
) -> SignatureFinding:
    """Return who signed, and when by the signer's own word, as if everything passed."""
    certificate = embedded.signer_cert
    claimed = status.signer_reported_dt
    identities, complete = _identities(certificate, role, embedded, trust)
    return SignatureFinding(
        role=role,
        field_name=signature.field_name,
        revision=signature.revision,
        indication=Indication.TOTAL_PASSED,
        sub_indication=None,
        message="",
        level="B-B",
        signed_at=claimed.astimezone(UTC) if claimed is not None else None,
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
    organization = find_organization_identifier(certificate)
    if role is not Role.SEAL or organization is None:
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
