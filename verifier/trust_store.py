"""
Whom a policy trusts: certificates and revocation lists read from its files.

Behind the door `verifier.pdf_signature`. The files are the verifier's own, so a file that does not
parse is a wrong policy and never a verdict.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import TypeVar

from asn1crypto import crl, ocsp, pem, x509
from pyhanko_certvalidator import ValidationContext

from verifier.errors import PolicyError
from verifier.messages import _

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
            raise PolicyError(problem.format(path=path, reason=error.strerror)) from error
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
    trust: TrustStore, data: ValidationData, moment: datetime, *, last_update: datetime | None
) -> ValidationContext:
    """
    Return what pyHanko needs to build and judge certificate paths at *moment*.

    With *last_update*, *moment* is a time in the past at which the signature is known to have
    existed: younger revocation data counts too, as long as it was made before *last_update* (a CA
    may leave expired certificates out of its lists after that, RFC 5280 section 3.3).
    """
    lists = [*trust.revocation_lists, *data.revocation_lists]
    if last_update is not None:
        lists = [one for one in lists if one["tbs_cert_list"]["this_update"].native <= last_update]
    backend = None
    if trust.fetch_revocation:
        from pyhanko_certvalidator.fetchers.requests_fetchers import RequestsFetcherBackend

        backend = RequestsFetcherBackend(per_request_timeout=FETCH_TIMEOUT_S)
    return ValidationContext(
        trust_roots=list(trust.anchors),
        other_certs=list(data.certificates),
        crls=lists,
        ocsps=list(data.ocsp_answers),
        moment=moment,
        revocation_mode="require" if trust.require_revocation_data else "soft-fail",
        retroactive_revinfo=last_update is not None,
        allow_fetching=trust.fetch_revocation,
        fetcher_backend=backend,
    )
