"""
The CMS object of a PAdES signature (RFC 5652, ETSI EN 319 122-1 section 5, EN 319 142-1).

Only the message digest and the signature differ between two documents of a batch; everything else
is joined from DER that was encoded once. `SET OF` members are sorted as DER demands (X.690 11.6).
"""

from collections.abc import Callable, Iterable
from functools import lru_cache
from hashlib import sha256

from asn1crypto import x509
from asn1crypto.core import ObjectIdentifier

from signing.keys.signing_key import SignatureAlgorithm, SigningKey

_INTEGER, _OCTET_STRING, _NULL = 0x02, 0x04, 0x05
_SEQUENCE, _SET = 0x30, 0x31
_CONTEXT_0, _CONTEXT_1 = 0xA0, 0xA1
# Room for the lengths of the outer structures, which grow with what is inside.
_LENGTHS_MARGIN = 64


def signed_data(
    key: SigningKey, content_digest: bytes, time_stamper: Callable[[bytes], bytes] | None = None
) -> bytes:
    """
    Sign *content_digest* (SHA-256 of the byte range, 32 bytes) with *key*; DER of the ContentInfo.

    *time_stamper* gives an RFC 3161 token over a SHA-256 digest; with it the signature carries a
    signature-time-stamp over its value (EN 319 122-1 section 5.3).

    Signed attributes: content-type, message-digest, signing-certificate-v2 (RFC 5035) and
    CMS-algorithm-protection (RFC 6211). The signing time stands in the PDF's `/M` instead
    (EN 319 142-1 section 6.3), the signer's chain among the certificates.
    """
    attributes = _joined_set(
        [*_constant_attributes(key.certificate, key.algorithm), _message_digest(content_digest)]
    )
    signature = key.sign(_tlv(_SET, attributes))
    signer_info = _tlv(
        _SEQUENCE,
        _tlv(_INTEGER, b"\x01"),
        _issuer_and_serial(key.certificate),
        _SHA256,
        _tlv(_CONTEXT_0, attributes),
        _algorithm_identifier(key.algorithm),
        _tlv(_OCTET_STRING, signature),
        b"" if time_stamper is None else _time_stamp(time_stamper(sha256(signature).digest())),
    )
    return _tlv(
        _SEQUENCE,
        _oid("1.2.840.113549.1.7.2"),
        _tlv(
            _CONTEXT_0,
            _tlv(
                _SEQUENCE,
                _tlv(_INTEGER, b"\x01"),
                _tlv(_SET, _SHA256),
                _tlv(_SEQUENCE, _DATA),
                _tlv(_CONTEXT_0, _joined_set([key.certificate, *key.chain])),
                _tlv(_SET, signer_info),
            ),
        ),
    )


def largest_size(key: SigningKey, largest_token: int = 0) -> int:
    """
    Bound the bytes of any `signed_data` of *key*, without asking the key for a signature.

    *largest_token* bounds the token of its time stamp, in bytes; 0 means none.
    """
    return (
        len(key.certificate)
        + sum(len(issuer) for issuer in key.chain)
        + len(_issuer_and_serial(key.certificate))
        + len(_joined_set(_constant_attributes(key.certificate, key.algorithm)))
        + len(_message_digest(bytes(32)))
        + 3 * len(_SHA256)
        + len(_algorithm_identifier(key.algorithm))
        + key.largest_signature
        + (len(_time_stamp(bytes(largest_token))) if largest_token else 0)
        + _LENGTHS_MARGIN
    )


def _tlv(tag: int, *contents: bytes) -> bytes:
    """Encode one value with its tag and definite length (X.690 section 8.1.3)."""
    content = b"".join(contents)
    length = len(content)
    if length < 0x80:
        return bytes((tag, length)) + content
    octets = length.to_bytes((length.bit_length() + 7) // 8, "big")
    return bytes((tag, 0x80 | len(octets))) + octets + content


def _joined_set(members: Iterable[bytes]) -> bytes:
    return b"".join(sorted(members))


@lru_cache(maxsize=32)
def _oid(dotted: str) -> bytes:
    encoded: bytes = ObjectIdentifier(dotted).dump()
    return encoded


def _attribute(type_oid: str, value: bytes) -> bytes:
    return _tlv(_SEQUENCE, _oid(type_oid), _tlv(_SET, value))


def _time_stamp(token: bytes) -> bytes:
    """Encode the unsigned attributes: signature-time-stamp alone (RFC 3161 appendix A)."""
    return _tlv(_CONTEXT_1, _attribute("1.2.840.113549.1.9.16.2.14", token))


def _message_digest(digest: bytes) -> bytes:
    return _attribute("1.2.840.113549.1.9.4", _tlv(_OCTET_STRING, digest))


def _algorithm_identifier(algorithm: SignatureAlgorithm, tag: int = _SEQUENCE) -> bytes:
    parameters = _tlv(_NULL) if algorithm is SignatureAlgorithm.RSA_PKCS1 else b""
    return _tlv(tag, _oid(algorithm.value), parameters)


@lru_cache(maxsize=8)
def _constant_attributes(
    certificate: bytes, algorithm: SignatureAlgorithm
) -> tuple[bytes, bytes, bytes]:
    # ESSCertIDv2 without issuerSerial (EN 319 122-1 section 6.3); SHA-256 is its default.
    certificate_id = _tlv(_SEQUENCE, _tlv(_OCTET_STRING, sha256(certificate).digest()))
    protection = _tlv(_SEQUENCE, _SHA256, _algorithm_identifier(algorithm, _CONTEXT_1))
    return (
        _attribute("1.2.840.113549.1.9.3", _DATA),
        _attribute("1.2.840.113549.1.9.16.2.47", _tlv(_SEQUENCE, _tlv(_SEQUENCE, certificate_id))),
        _attribute("1.2.840.113549.1.9.52", protection),
    )


@lru_cache(maxsize=8)
def _issuer_and_serial(certificate: bytes) -> bytes:
    parsed = x509.Certificate.load(certificate)["tbs_certificate"]
    return _tlv(_SEQUENCE, parsed["issuer"].dump(), parsed["serial_number"].dump())


_DATA = _oid("1.2.840.113549.1.7.1")
_SHA256 = _tlv(_SEQUENCE, _oid("2.16.840.1.101.3.4.2.1"))
