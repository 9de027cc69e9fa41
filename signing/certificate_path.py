"""
Certificate paths to trust anchors, and what says that nothing on them has been revoked.

Behind the door `signing.validation_data`. Paths, revocation lists and OCSP answers are judged by
pyhanko-certvalidator (RFC 5280, RFC 6960), which never asks the network here.
"""

import logging
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta

from asn1crypto import pem, x509
from pyhanko_certvalidator import CertificateValidator, ValidationContext
from pyhanko_certvalidator.errors import (
    CRLValidationError,
    DisallowedAlgorithmError,
    ExpiredError,
    InvalidCertificateError,
    NotYetValidError,
    OCSPValidationError,
    PathError,
    RevokedError,
    ValidationError,
)
from pyhanko_certvalidator.path import ValidationPath
from pyhanko_certvalidator.policy_decl import (
    CertRevTrustPolicy,
    RevocationCheckingPolicy,
    RevocationCheckingRule,
)
from pyhanko_certvalidator.revinfo.validate_crl import verify_crl
from pyhanko_certvalidator.revinfo.validate_ocsp import verify_ocsp_response
from pyhanko_certvalidator.validate import validate_usage

from signing.errors import (
    AlgorithmTooWeak,
    CertificateNotValid,
    CertificateRevoked,
    KeyUsageForbids,
    PathNotFound,
)
from signing.revocation import Evidence
from signing.time_stamp_token import UNREADABLE, finish_at_once

# Its warnings name certificates' subjects; what matters is said by the errors.
logging.getLogger("pyhanko_certvalidator").addHandler(logging.NullHandler())
logging.getLogger("pyhanko_certvalidator").propagate = False

_CLOCKS_DIFFER_BY = timedelta(minutes=1)
_PATH_ONLY = CertRevTrustPolicy(
    RevocationCheckingPolicy(RevocationCheckingRule.NO_CHECK, RevocationCheckingRule.NO_CHECK)
)
_WITH_REVOCATION = CertRevTrustPolicy(RevocationCheckingPolicy.from_legacy("require"))


@dataclass(frozen=True, slots=True, kw_only=True)
class Subject:
    """
    A certificate that is to be confirmed.

    `source` names it in messages. `made_at` is a time that evidence about it must not be older
    than, None where any evidence in force will do.
    """

    certificate: x509.Certificate
    source: str
    for_time_stamps: bool
    made_at: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class PathJudge:
    """Judges paths as of `moment` (aware); `anchors` need no proof, `others` help to build."""

    anchors: tuple[x509.Certificate, ...]
    others: tuple[x509.Certificate, ...]
    moment: datetime

    def find_path(self, subject: Subject) -> ValidationPath:
        """
        Find the subject's path, and check all of it but revocation.

        Raises:
            CertificateUnfit: what is wrong with it.
        """
        with _told(subject):
            context = self._context(_PATH_ONLY, ())
            validator = CertificateValidator(subject.certificate, validation_context=context)
            path = finish_at_once(validator.async_validate_path())
        if subject.for_time_stamps:
            _check_is_for_time_stamps(subject)
        return path

    def says_good(
        self,
        evidence: Evidence,
        certificate: x509.Certificate,
        path: ValidationPath,
        subject: Subject,
        above: Sequence[Evidence],
    ) -> bool:
        """
        Tell whether *evidence* is sound and says that *certificate* is not revoked.

        *above* is what was found about the certificates above it, one of which signed *evidence*.

        Raises:
            CertificateRevoked: it says that it is.
        """
        context = self._context(_WITH_REVOCATION, (*above, evidence))
        check = verify_ocsp_response if evidence.answer is not None else verify_crl
        try:
            with _told(subject):
                finish_at_once(check(certificate, path, context))
        except (CRLValidationError, OCSPValidationError, PathNotFound):
            return False
        return True

    def _context(self, policy: CertRevTrustPolicy, found: Iterable[Evidence]) -> ValidationContext:
        evidence = tuple(found)
        return ValidationContext(
            trust_roots=list(self.anchors),
            other_certs=list(self.others),
            crls=[one.revocation_list for one in evidence if one.revocation_list is not None],
            ocsps=[one.answer for one in evidence if one.answer is not None],
            moment=self.moment,
            best_signature_time=self.moment,
            time_tolerance=_CLOCKS_DIFFER_BY,
            revinfo_policy=policy,
            allow_fetching=False,
        )


def parse_certificate(content: bytes) -> x509.Certificate:
    """
    Read a certificate, DER or PEM.

    Raises:
        PathNotFound: it is none.
    """
    try:
        der = pem.unarmor(content)[2] if pem.detect(content) else content
        certificate = x509.Certificate.load(der, strict=True)
        certificate.native  # noqa: B018  asn1crypto parses lazily; what is broken must fail here
    except UNREADABLE as error:
        raise PathNotFound(
            "What should be a certificate of an authority is none. Give certificates in DER or PEM."
        ) from error
    return certificate


def _check_is_for_time_stamps(subject: Subject) -> None:
    """Check the extended key usage (RFC 3161 section 2.3); that of signers is the keys' matter."""
    try:
        validate_usage(subject.certificate, set(), {"time_stamping"}, False)
    except InvalidCertificateError as error:
        raise KeyUsageForbids(
            "The certificate of {source} is not for time stamps: its extended key usage lacks"
            " timeStamping. Name another time-stamping service.",
            source=subject.source,
        ) from error


@contextmanager
def _told(subject: Subject) -> Iterator[None]:
    """Tell certvalidator's failures as errors of signing; its own texts hold names of people."""
    try:
        yield
    except RevokedError as error:
        raise CertificateRevoked(
            "The certificate of {source}, or one above it, has been revoked since {moment}."
            " Ask the certification authority for another one.",
            source=subject.source,
            moment=error.revocation_dt.isoformat(),
        ) from error
    except (ExpiredError, NotYetValidError) as error:
        raise CertificateNotValid(
            "The certificate of {source}, or one above it, is not valid at this time. Renew it, or"
            " correct the clock.",
            source=subject.source,
        ) from error
    except DisallowedAlgorithmError as error:
        raise AlgorithmTooWeak(
            "The certificate of {source}, or one above it, is signed by an algorithm that is no"
            " longer safe. Ask the certification authority for another one.",
            source=subject.source,
        ) from error
    except (PathError, ValidationError, *UNREADABLE) as error:
        raise PathNotFound(
            "The certificate of {source} leads to no trust anchor. Put the certificates of its"
            " authorities into the key file, or name the right trust anchors.",
            source=subject.source,
        ) from error
