"""Keys in PKCS#12 files (RFC 7292)."""

from collections.abc import Callable
from pathlib import Path
from typing import NoReturn

from asn1crypto.pkcs12 import Pfx
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa
from cryptography.hazmat.primitives.serialization import pkcs12
from cryptography.hazmat.primitives.serialization.pkcs12 import PKCS12KeyAndCertificates

from signing.errors import (
    KeyFileUnreadable,
    KeyIncomplete,
    KeyMismatch,
    UnsupportedKey,
    WrongPassword,
)
from signing.keys.signing_key import SigningKey, signing_key


def load_pkcs12(path: Path, password: str) -> SigningKey:
    """
    Load the key of a PKCS#12 file once; signing with it does not open the file again.

    ECDSA signatures are deterministic (RFC 6979), so that signing the same bytes twice gives the
    same document.

    Raises:
        KeyFileUnreadable: missing, not permitted, not PKCS#12.
        WrongPassword: the password does not open it.
        KeyIncomplete: no private key or no certificate in it.
        KeyMismatch: its certificate belongs to another key.
        UnsupportedKey: neither RSA with at least 2048 bits nor P-256.
    """
    content = _read(path)
    try:
        opened = pkcs12.load_pkcs12(content, password.encode())
    except ValueError as error:
        _check_is_pkcs12(content, path)
        raise WrongPassword(
            "The password does not open the key file {path}. Give the right password.", path=path
        ) from error
    private_key = opened.key
    if private_key is None:
        raise KeyIncomplete(
            "The key file {path} holds no private key. Export it again, with its key.", path=path
        )
    if not isinstance(private_key, rsa.RSAPrivateKey | ec.EllipticCurvePrivateKey):
        raise UnsupportedKey(
            "The key file {path} holds a key that is neither RSA nor elliptic.", path=path
        )
    if opened.cert is None:
        _refuse_without_certificate(opened, path)
    return signing_key(
        opened.cert.certificate,
        tuple(other.certificate for other in opened.additional_certs),
        sign=_signer(private_key),
        source=str(path),
    )


def _read(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        raise KeyFileUnreadable(
            "The key file {path} cannot be read: {reason}. Give the path of a PKCS#12 file.",
            path=path,
            reason=error.strerror,
        ) from error


def _check_is_pkcs12(content: bytes, path: Path) -> None:
    """Tell a file of another kind from one whose password is wrong: both end in one ValueError."""
    try:
        is_pkcs12 = Pfx.load(content, strict=True)["version"].native == "v3"
    except ValueError:
        is_pkcs12 = False
    if not is_pkcs12:
        raise KeyFileUnreadable(
            "The key file {path} is not a PKCS#12 file, or is damaged. Give a .p12 or .pfx file.",
            path=path,
        )


def _refuse_without_certificate(opened: PKCS12KeyAndCertificates, path: Path) -> NoReturn:
    if opened.additional_certs:
        raise KeyMismatch(
            "The key file {path} holds certificates, but none belongs to its private key."
            " Export key and certificate together again.",
            path=path,
        )
    raise KeyIncomplete(
        "The key file {path} holds no certificate. Export it again, with the certificate.",
        path=path,
    )


def _signer(
    private_key: rsa.RSAPrivateKey | ec.EllipticCurvePrivateKey,
) -> Callable[[bytes], bytes]:
    if isinstance(private_key, rsa.RSAPrivateKey):
        return lambda message: private_key.sign(message, padding.PKCS1v15(), hashes.SHA256())
    ecdsa = ec.ECDSA(hashes.SHA256(), deterministic_signing=True)
    return lambda message: private_key.sign(message, ecdsa)
