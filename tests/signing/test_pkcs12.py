"""A key file opens once with its password, or says in one sentence why it does not."""

from datetime import UTC, datetime, timedelta

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, padding, rsa
from cryptography.hazmat.primitives.serialization import (
    BestAvailableEncryption,
    pkcs12,
)

from signing.errors import (
    KeyFileUnreadable,
    KeyIncomplete,
    KeyMismatch,
    KeyUnusable,
    UnsupportedKey,
    WrongPassword,
)
from signing.keys.pkcs12 import load_pkcs12
from signing.keys.signing_key import SignatureAlgorithm

PASSWORD = "mật khẩu dài"
START = datetime(2026, 1, 1, tzinfo=UTC)


def certificate_of(key, usage: x509.KeyUsage | None = None) -> x509.Certificate:
    """A self-signed certificate of *key*."""
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "SANDBOX")])
    builder = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(START)
        .not_valid_after(START + timedelta(days=1))
    )
    if usage is not None:
        builder = builder.add_extension(usage, critical=True)
    algorithm = None if isinstance(key, ed25519.Ed25519PrivateKey) else hashes.SHA256()
    return builder.sign(key, algorithm)


@pytest.fixture
def write(tmp_path):
    """Write a key file of given parts."""

    def make(key, certificate, others=None):
        path = tmp_path / "key.p12"
        encryption = BestAvailableEncryption(PASSWORD.encode())
        path.write_bytes(
            pkcs12.serialize_key_and_certificates(b"key", key, certificate, others, encryption)
        )
        return path

    return make


def test_what_a_loaded_key_signs_is_verified_by_its_certificate(any_signers):
    """The raw signature is over the message itself, with SHA-256."""
    key = any_signers.principal.key
    public_key = x509.load_der_x509_certificate(key.certificate).public_key()

    signature = key.sign(b"message")

    if isinstance(public_key, rsa.RSAPublicKey):
        assert key.algorithm is SignatureAlgorithm.RSA_PKCS1
        public_key.verify(signature, b"message", padding.PKCS1v15(), hashes.SHA256())
    else:
        assert key.algorithm is SignatureAlgorithm.ECDSA_P256
        public_key.verify(signature, b"message", ec.ECDSA(hashes.SHA256()))
    assert len(signature) <= key.largest_signature


def test_a_loaded_key_needs_its_file_no_more(write):
    """Loading reads the file once for a whole batch."""
    private_key = ec.generate_private_key(ec.SECP256R1())
    path = write(private_key, certificate_of(private_key))
    key = load_pkcs12(path, PASSWORD)

    path.unlink()

    assert key.sign(b"message")


@pytest.mark.parametrize("password", ["", "sai mật khẩu", PASSWORD + " ", PASSWORD.upper()])
def test_a_wrong_password_names_the_file_and_not_the_password(write, password):
    """What was typed may be nearly right: it stays out of every message."""
    private_key = ec.generate_private_key(ec.SECP256R1())
    path = write(private_key, certificate_of(private_key))

    with pytest.raises(
        WrongPassword, match=r"does not open the key file .*key\.p12\. Give"
    ) as caught:
        load_pkcs12(path, password)
    assert not password or password not in repr(caught.value.args)
    assert PASSWORD not in repr(caught.value.args)


def test_a_missing_file_is_named(tmp_path):
    """With the reason of the operating system."""
    with pytest.raises(KeyFileUnreadable, match=r"absent\.p12 cannot be read: No such file"):
        load_pkcs12(tmp_path / "absent.p12", PASSWORD)


def test_a_directory_is_no_key_file(tmp_path):
    """With the reason of the operating system."""
    with pytest.raises(KeyFileUnreadable, match="cannot be read: Is a directory"):
        load_pkcs12(tmp_path, PASSWORD)


@pytest.mark.parametrize("content", [b"", b"text", b"\x30\x03\x02\x01\x03", b"\x30\x80" * 500])
def test_a_file_of_another_kind_is_not_a_wrong_password(tmp_path, content):
    """Else someone would try passwords on a file that has none."""
    path = tmp_path / "other.p12"
    path.write_bytes(content)

    with pytest.raises(KeyFileUnreadable, match=r"other\.p12 is not a PKCS#12 file, or is damaged"):
        load_pkcs12(path, PASSWORD)


def test_a_truncated_file_is_not_a_wrong_password(write):
    """A half-copied key file is named as damaged."""
    private_key = ec.generate_private_key(ec.SECP256R1())
    path = write(private_key, certificate_of(private_key))
    path.write_bytes(path.read_bytes()[:-100])

    with pytest.raises(KeyFileUnreadable, match="or is damaged"):
        load_pkcs12(path, PASSWORD)


def test_a_file_without_private_key_is_refused(write):
    """A certificate alone cannot sign."""
    with pytest.raises(KeyIncomplete, match="holds no private key"):
        load_pkcs12(write(None, certificate_of(ec.generate_private_key(ec.SECP256R1()))), PASSWORD)


def test_a_file_without_certificate_is_refused(write):
    """Nobody could tell whose signature it is."""
    with pytest.raises(KeyIncomplete, match="holds no certificate"):
        load_pkcs12(write(ec.generate_private_key(ec.SECP256R1()), None), PASSWORD)


def test_a_certificate_of_another_key_is_refused(write):
    """Its signatures would verify for nobody."""
    other = certificate_of(ec.generate_private_key(ec.SECP256R1()))
    path = write(ec.generate_private_key(ec.SECP256R1()), None, [other])

    with pytest.raises(KeyMismatch, match=r"key\.p12 holds certificates, but none belongs"):
        load_pkcs12(path, PASSWORD)


@pytest.mark.parametrize(
    "make_key",
    [
        lambda: ec.generate_private_key(ec.SECP384R1()),
        ed25519.Ed25519PrivateKey.generate,
        lambda: rsa.generate_private_key(public_exponent=65537, key_size=1024),
    ],
    ids=["P-384", "Ed25519", "RSA-1024"],
)
def test_other_kinds_and_sizes_of_keys_are_refused(write, make_key):
    """P-384 asks for SHA-384, 1024 bits are too few, and few PDF readers know Ed25519."""
    private_key = make_key()

    with pytest.raises(UnsupportedKey, match=r"key\.p12"):
        load_pkcs12(write(private_key, certificate_of(private_key)), PASSWORD)


@pytest.mark.parametrize(("content_commitment", "expected"), [(True, True), (False, False)])
def test_the_key_usage_decides_whether_content_may_be_signed(write, content_commitment, expected):
    """nonRepudiation, which X.509 now calls contentCommitment."""
    private_key = ec.generate_private_key(ec.SECP256R1())
    flags = dict.fromkeys(
        ("key_encipherment", "data_encipherment", "key_agreement", "key_cert_sign", "crl_sign"),
        False,
    )
    usage = x509.KeyUsage(
        digital_signature=True,
        content_commitment=content_commitment,
        encipher_only=False,
        decipher_only=False,
        **flags,
    )

    key = load_pkcs12(write(private_key, certificate_of(private_key, usage)), PASSWORD)

    assert key.signs_content is expected


def test_a_self_signed_issuer_does_not_travel_in_signatures(write):
    """The root is the verifier's to choose."""
    root, private_key = (ec.generate_private_key(ec.SECP256R1()) for _ in range(2))
    path = write(private_key, certificate_of(private_key), [certificate_of(root)])

    assert load_pkcs12(path, PASSWORD).chain == ()


def test_a_key_shows_nothing_but_where_it_came_from(write):
    """It may end in a log or a traceback."""
    private_key = ec.generate_private_key(ec.SECP256R1())
    path = write(private_key, certificate_of(private_key))

    assert repr(load_pkcs12(path, PASSWORD)) == f"SigningKey(source={str(path)!r})"


def test_every_failure_is_one_kind_of_error():
    """Callers need one `except`."""
    for error in (KeyFileUnreadable, KeyIncomplete, KeyMismatch, UnsupportedKey, WrongPassword):
        assert issubclass(error, KeyUnusable)
