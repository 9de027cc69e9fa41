"""
Where to learn whether a certificate has been revoked: OCSP (RFC 6960), then CRLs (RFC 5280).

Behind the door `signing.validation_data`, which judges what is found here: nothing that came over
the network is believed in this module.
"""

import secrets
from collections.abc import Iterator
from dataclasses import dataclass

from asn1crypto import crl, ocsp, pem, x509

from signing.http_exchange import HttpExchange, NoAnswer, shown_url
from signing.time_stamp_token import UNREADABLE

_MOST_OCSP_BYTES = 256 * 1024
_MOST_CRL_BYTES = 32 * 1024 * 1024
_MOST_ADDRESSES = 4
_NONCE_BYTES = 16


@dataclass(frozen=True, slots=True, kw_only=True)
class Evidence:
    """One revocation list or OCSP answer; one of both is None. `source` says where it is from."""

    source: str
    revocation_list: crl.CertificateList | None = None
    answer: ocsp.OCSPResponse | None = None


def fetch_evidence(
    certificate: x509.Certificate,
    issuer: x509.Certificate,
    http: HttpExchange,
    *,
    timeout_s: float,
    problems: list[str],
) -> Iterator[Evidence]:
    """
    Yield what the addresses in *certificate* give: OCSP answers first, then revocation lists.

    Nothing is asked before the caller wants it. What could not be had is told to *problems*.
    """
    for url in _addresses(certificate.ocsp_urls):
        try:
            answer = _ask_responder(url, certificate, issuer, http, timeout_s)
            yield Evidence(source=shown_url(url), answer=answer)
        except NoAnswer as error:
            problems.append(f"{shown_url(url)}: {error}")
    for url in _addresses(_list_urls(certificate)):
        try:
            content = http.ask(url, timeout_s=timeout_s, most_bytes=_MOST_CRL_BYTES)
            yield Evidence(source=shown_url(url), revocation_list=parse_revocation_list(content))
        except NoAnswer as error:
            problems.append(f"{shown_url(url)}: {error}")


def parse_revocation_list(content: bytes) -> crl.CertificateList:
    """
    Read a revocation list, DER or PEM.

    Raises:
        NoAnswer: it is none.
    """
    try:
        der = pem.unarmor(content)[2] if pem.detect(content) else content
        found = crl.CertificateList.load(der, strict=True)
        found.native  # noqa: B018  asn1crypto parses lazily; what is broken must fail here
    except UNREADABLE as error:
        raise NoAnswer("it is no revocation list") from error
    return found


def _ask_responder(
    url: str,
    certificate: x509.Certificate,
    issuer: x509.Certificate,
    http: HttpExchange,
    timeout_s: float,
) -> ocsp.OCSPResponse:
    nonce = secrets.token_bytes(_NONCE_BYTES)
    content = http.ask(
        url,
        body=_question(certificate, issuer, nonce).dump(),
        content_type="application/ocsp-request",
        timeout_s=timeout_s,
        most_bytes=_MOST_OCSP_BYTES,
    )
    try:
        answer = ocsp.OCSPResponse.load(content, strict=True)
        status = answer["response_status"].native
        answer.native  # noqa: B018  as above
        given = answer.nonce_value if status == "successful" else None
    except UNREADABLE as error:
        raise NoAnswer("its answer is no OCSP response") from error
    if status != "successful":
        raise NoAnswer(f"it refuses ({status})")
    if given is not None and given.native != nonce:
        raise NoAnswer("its answer is to another question (its nonce differs)")
    return answer


def _question(
    certificate: x509.Certificate, issuer: x509.Certificate, nonce: bytes
) -> ocsp.OCSPRequest:
    # SHA-1 is not for security here: responders know certificates by these digests.
    wanted = {
        "hash_algorithm": {"algorithm": "sha1"},
        "issuer_name_hash": certificate.issuer.sha1,
        "issuer_key_hash": issuer.public_key.sha1,
        "serial_number": certificate.serial_number,
    }
    return ocsp.OCSPRequest(
        {
            "tbs_request": {
                "request_list": [{"req_cert": wanted}],
                "request_extensions": [{"extn_id": "nonce", "extn_value": nonce}],
            }
        }
    )


def _list_urls(certificate: x509.Certificate) -> list[str]:
    """Return all addresses of the distribution points: the first is often one for LDAP."""
    places = [point["distribution_point"] for point in certificate.crl_distribution_points]
    names = [name for place in places if place.name == "full_name" for name in place.chosen]
    urls = [name.native for name in names if name.name == "uniform_resource_identifier"]
    return list(dict.fromkeys(urls))


def _addresses(urls: list[str]) -> list[str]:
    """Leave out what is not asked over HTTP (LDAP), and more than a certificate needs."""
    return [url for url in urls if url.startswith(("http:", "https:"))][:_MOST_ADDRESSES]
