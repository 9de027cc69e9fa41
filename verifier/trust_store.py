"""
Whom a policy trusts: certificates and revocation lists read from its files.

Behind the door `verifier.pdf_signature`. The files are the verifier's own, so a file that does not
parse is a wrong policy and never a verdict.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import TypeVar

from asn1crypto import crl, ocsp, pem, x509
from pyhanko_certvalidator import ValidationContext
from pyhanko_certvalidator.policy_decl import (
    CertRevTrustPolicy,
    FreshnessReqType,
    RevocationCheckingPolicy,
)

from verifier.errors import PolicyError
from verifier.messages import _
from verifier.system_words import why

FETCH_TIMEOUT_S = 10
Parsed = TypeVar("Parsed", x509.Certificate, crl.CertificateList)


@dataclass(frozen=True, slots=True, kw_only=True)
class TrustStore:
    """
    Trust anchors and revocation lists.

    Args:
        anchors: certificates that need no proof.
        revocation_lists: CRLs (RFC 5280) of the CAs below the anchors.
        require_revocation_data: whether each certificate below an anchor needs a CRL or OCSP
            answer; otherwise a missing one is passed over.
        fetch_revocation: whether CRLs and OCSP answers may be fetched where certificates point.
    """

    anchors: tuple[x509.Certificate, ...]
    revocation_lists: tuple[crl.CertificateList, ...]
    require_revocation_data: bool
    fetch_revocation: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class ValidationData:
    """Certificates and revocation data that came along in a document (its DSS)."""

    certificates: tuple[x509.Certificate, ...] = ()
    revocation_lists: tuple[crl.CertificateList, ...] = ()
    ocsp_answers: tuple[ocsp.OCSPResponse, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Past:
    """
    Which revocation data count when certificates are judged at a time in the past.

    About the signer's own certificate those made at that time or later, for only they tell that it
    was not revoked until then, and those still in force at the time of validation: ETSI
    EN 319 102-1, 5.2.5 and 5.6.2.2, where data that are not fresh take the time up to which
    anything is known back to when they were made.
    About all others, authorities and time-stamping services, also those in force at that time
    (5.2.5 alone): authorities publish lists months apart, and the time in a stamp is the service's
    own word, so that younger data would prove no more (ADR 0020).
    A list counts only if no certificate of its issuer here had expired when it was made: a CA may
    leave expired ones out (RFC 5280, section 3.3).

    Args:
        signer: the signer's certificate; None where a time-stamping service alone is judged.
        authorities: certificates of the authorities above it, as far as they are at hand.
        validation_time: aware.
    """

    signer: x509.Certificate | None
    authorities: tuple[x509.Certificate, ...] = ()
    validation_time: datetime

    def accepts(self, revocation_list: crl.CertificateList, moment: datetime) -> bool:
        """Tell whether a list says something about *moment*."""
        described = revocation_list["tbs_cert_list"]
        made_at = described["this_update"].native
        is_of_signer = self._may_name_signer(revocation_list)
        known = (*((self.signer,) if self.signer is not None else ()), *self.authorities)
        return self._is_fresh(
            made_at, described["next_update"].native, moment, is_of_signer=is_of_signer
        ) and all(
            made_at <= one.not_valid_after for one in known if one.issuer == revocation_list.issuer
        )

    def _may_name_signer(self, revocation_list: crl.CertificateList) -> bool:
        """Tell whether the signer could stand in a list: its issuer's, or one that it points to."""
        if self.signer is None:
            return False
        pointed_to = (
            name.chosen
            for point in self.signer.crl_distribution_points_value or ()
            for name in point["crl_issuer"] or ()
            if name.name == "directory_name"
        )
        return revocation_list.issuer in (self.signer.issuer, *pointed_to)

    def accepts_answer(self, answer: ocsp.OCSPResponse, moment: datetime) -> bool:
        """Tell whether an OCSP answer says something about *moment*; a refusal does not."""
        try:
            return all(
                self._is_fresh(
                    one["this_update"].native,
                    one["next_update"].native,
                    moment,
                    is_of_signer=self._is_about_signer(one["cert_id"]),
                )
                for one in answer.response_data["responses"]
            )
        except (ValueError, TypeError, KeyError):  # it came along in a hostile document
            return False

    def _is_about_signer(self, certificate_id: ocsp.CertId) -> bool:
        """Tell whether an answer may be about the signer; its issuer's key is not at hand."""
        serial_number = certificate_id["serial_number"].native
        return self.signer is not None and self.signer.serial_number == serial_number

    def _is_fresh(
        self, made_at: datetime, next_at: datetime | None, moment: datetime, *, is_of_signer: bool
    ) -> bool:
        # Such times are written in whole seconds, those of time stamps in parts of one.
        if made_at >= moment.replace(microsecond=0):
            return True
        until = self.validation_time if is_of_signer else moment
        return next_at is not None and made_at <= until <= next_at


def load_trust_store(
    *,
    trust_anchors: Sequence[Path],
    revocation_lists: Sequence[Path],
    require_revocation_data: bool,
    fetch_revocation: bool,
) -> TrustStore:
    """
    Read the files that a policy names, PEM or DER.

    Raises:
        PolicyError: a file cannot be read, or holds nothing of its kind.
    """
    return TrustStore(
        anchors=tuple(_load_all(trust_anchors, "CERTIFICATE", x509.Certificate.load)),
        revocation_lists=tuple(_load_all(revocation_lists, "X509 CRL", crl.CertificateList.load)),
        require_revocation_data=require_revocation_data,
        fetch_revocation=fetch_revocation,
    )


def _load_all(
    paths: Sequence[Path], label: str, parse: Callable[[bytes], Parsed]
) -> Iterable[Parsed]:
    for path in paths:
        problem = _("{path} holds no {label} in PEM or DER")
        try:
            found = [parse(der) for der in _der_parts(path.read_bytes(), label)]
            for item in found:
                item.native  # noqa: B018  asn1crypto parses lazily; a broken file must fail here
        except OSError as error:
            problem = _("{path} cannot be read: {reason}")
            raise PolicyError(problem.format(path=path, reason=why(error))) from error
        except (ValueError, TypeError, KeyError) as error:
            raise PolicyError(problem.format(path=path, label=label)) from error
        if not found:
            raise PolicyError(problem.format(path=path, label=label))
        yield from found


def _der_parts(data: bytes, label: str) -> list[bytes]:
    """Return the DER values of a file that is PEM, with any number of parts, or DER."""
    if not pem.detect(data):
        return [data]
    return [der for name, _headers, der in pem.unarmor(data, multiple=True) if name == label]


def validation_context(
    trust: TrustStore, data: ValidationData, moment: datetime, *, past: Past | None
) -> ValidationContext:
    """
    Return what pyHanko needs to build and judge certificate paths at *moment*.

    With *past*, *moment* is a time in the past at which the signature is known to have existed, and
    only revocation data count that say something about it: see `Past`.
    """
    lists, answers = [*trust.revocation_lists, *data.revocation_lists], [*data.ocsp_answers]
    if past is not None:
        lists = [one for one in lists if past.accepts(one, moment)]
        answers = [one for one in answers if past.accepts_answer(one, moment)]
    backend = None
    if trust.fetch_revocation:
        from pyhanko_certvalidator.fetchers.requests_fetchers import RequestsFetcherBackend

        backend = RequestsFetcherBackend(per_request_timeout=FETCH_TIMEOUT_S)
    return ValidationContext(
        trust_roots=list(trust.anchors),
        other_certs=list(data.certificates),
        crls=lists,
        ocsps=answers,
        moment=moment,
        best_signature_time=moment,
        revinfo_policy=_revocation_policy(trust, is_past=past is not None),
        allow_fetching=trust.fetch_revocation,
        fetcher_backend=backend,
    )


def _revocation_policy(trust: TrustStore, *, is_past: bool) -> CertRevTrustPolicy:
    """Say which revocation data count; what is fetched for the past must be made since."""
    needed = "require" if trust.require_revocation_data else "soft-fail"
    checking = RevocationCheckingPolicy.from_legacy(needed)
    if is_past and trust.fetch_revocation:
        since = FreshnessReqType.TIME_AFTER_SIGNATURE
        return CertRevTrustPolicy(checking, freshness=timedelta(0), freshness_req_type=since)
    return CertRevTrustPolicy(checking, retroactive_revinfo=is_past)
