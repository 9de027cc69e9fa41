"""
RFC 3161 tokens: a time-stamping service's signature over a digest and a time.

Behind the doors `signing.timestamp` and `signing.validation_data`. Whether the service is to be
trusted is not asked here.
"""

import hashlib
from collections.abc import Coroutine
from dataclasses import dataclass
from datetime import datetime
from typing import TypeVar

from asn1crypto import cms, tsp, x509
from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from pyhanko.sign.general import CMSExtractionError, extract_certificate_info
from pyhanko.sign.validation.errors import SignatureValidationError
from pyhanko.sign.validation.generic_cms import validate_sig_integrity

_Result = TypeVar("_Result")
_DIGESTS = ("sha256", "sha384", "sha512")
UNREADABLE = (
    ValueError,
    TypeError,
    LookupError,
    AttributeError,
    OverflowError,
    RecursionError,
    CMSExtractionError,
    SignatureValidationError,
    InvalidSignature,
    UnsupportedAlgorithm,
)
"""What reading hostile ASN.1, and using the keys in it, raises."""


class BadToken(Exception):
    """The token is not one; `str` says why."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TimeStampToken:
    """
    A token whose signature holds.

    `signer` is the service's certificate, `certificates` are those that came along. `made_at` is
    the time that the service vouches for. `nonce` is what the question held, None without one.
    """

    digest: bytes
    nonce: int | None
    made_at: datetime
    signer: x509.Certificate
    certificates: tuple[x509.Certificate, ...]


def parse_token(der: bytes) -> TimeStampToken:
    """
    Read a token (DER of its ContentInfo) over a SHA-256 digest, and check its signature.

    Raises:
        BadToken: it is none, or its certificate does not fit its signature.
    """
    try:
        return _parse(der)
    except UNREADABLE as error:
        raise BadToken(f"the token cannot be read ({type(error).__name__})") from error


def _parse(der: bytes) -> TimeStampToken:
    container = cms.ContentInfo.load(der, strict=True)
    signed = container["content"]
    content = signed["encap_content_info"]["content"]
    info = content.parsed
    if not isinstance(info, tsp.TSTInfo):
        raise BadToken("the token is about something else than time")
    imprint = info["message_imprint"]
    if imprint["hash_algorithm"]["algorithm"].native != "sha256":
        raise BadToken("the token is over another kind of digest than SHA-256")
    found = extract_certificate_info(signed)
    (signer_info,) = signed["signer_infos"]
    kind = signer_info["digest_algorithm"]["algorithm"].native
    if kind not in _DIGESTS:
        raise BadToken("the token is signed over an unsafe kind of digest")
    signed_digest = hashlib.new(kind, bytes(content)).digest()
    held = validate_sig_integrity(signer_info, found.signer_cert, "tst_info", signed_digest)
    if held != (True, True):
        raise BadToken("the token's signature does not hold")
    made_at = info["gen_time"].native
    if made_at.tzinfo is None:
        raise BadToken("the token's time has no zone")
    return TimeStampToken(
        digest=imprint["hashed_message"].native,
        nonce=info["nonce"].native,
        made_at=made_at,
        signer=found.signer_cert,
        certificates=tuple(found.other_certs),
    )


def finish_at_once(pending: Coroutine[object, None, _Result]) -> _Result:
    """Run a coroutine that waits for nothing, without the sockets of an event loop."""
    try:
        pending.send(None)
    except StopIteration as done:
        result: _Result = done.value
        return result
    pending.close()
    raise RuntimeError("pyHanko waits for the network although fetching is off")
