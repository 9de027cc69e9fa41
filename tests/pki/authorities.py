"""
The certification authorities of `pki.yml`, served on the loopback by certomancer.

The clock of all services stands at `moment` until a test moves it. Keys are made from their labels
and signatures follow RFC 6979, so under one address the same certificates come out each time:
certificates that change from start to start would break what was proved about them before.
"""

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from pathlib import Path
from typing import Any

import yaml
from asn1crypto import pem
from certomancer import crypto_utils
from certomancer.integrations.animator import Animator, AnimatorArchStore
from certomancer.registry import (
    ArchLabel,
    CertLabel,
    CertomancerConfig,
    KeyLabel,
    ServiceLabel,
)
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    load_der_private_key,
)
from werkzeug.serving import WSGIRequestHandler, make_server
from werkzeug.test import Client
from werkzeug.wrappers import Request, Response

from signing.keys.pkcs12 import load_pkcs12
from signing.keys.signing_key import SigningKey

MOMENT = datetime(2026, 5, 30, 8, 4, 10, tzinfo=UTC)
"""Five seconds after the sample documents' claimed signing time."""
PASSWORD = "mật khẩu"
_DECLARED = Path(__file__).with_name("pki.yml")
_ARCH = ArchLabel("tests")


class _Deterministic(crypto_utils.PycaCryptographyBackend):
    """ECDSA by RFC 6979 instead of with random numbers."""

    def generic_sign(self, private_key: Any, tbs_bytes: bytes, sd_algo: Any) -> bytes:
        key = load_der_private_key(private_key.dump(), password=None)
        assert isinstance(key, ec.EllipticCurvePrivateKey)
        digest = getattr(hashes, sd_algo.hash_algo.upper())()
        return key.sign(tbs_bytes, ec.ECDSA(digest, deterministic_signing=True))


class Authorities:
    """
    What `pki.yml` declares, by its labels, while it is served at `url`.

    `files` is a folder where a test may write; `root` is the trust anchor's PEM file in it.
    `trouble` maps the beginning of a service's path (`/ocsp/ca-time`) to what takes its place: it
    gets the question's body and gives status and body of the answer.
    """

    def __init__(self, files: Path, url: str) -> None:
        self.url = url
        self.files = files
        self.trouble: dict[str, Callable[[bytes], tuple[int, bytes]]] = {}
        declared = yaml.safe_load(_DECLARED.read_text(encoding="utf-8"))
        _write_keys(files / "keys", declared["keysets"]["tests"]["keys"])
        crypto_utils.CRYPTO_BACKEND = _Deterministic()
        config = CertomancerConfig(declared, str(files), external_url_prefix=url)
        self._declared = config.get_pki_arch(_ARCH)
        self._animator = Animator(AnimatorArchStore(config.pki_archs), at_time=MOMENT)
        self.root = files / "root.pem"
        self.root.write_bytes(pem.armor("CERTIFICATE", self.certificate("root")))

    @property
    def moment(self) -> datetime:
        """What the clocks of all services show."""
        return self._animator.fixed_time

    @moment.setter
    def moment(self, moment: datetime) -> None:
        self._animator.fixed_time = moment

    def let_clocks_run(self) -> None:
        """Show the time of this machine from now on."""
        self._animator.fixed_time = None

    @property
    def trust_anchors(self) -> tuple[bytes, ...]:
        """The root, DER."""
        return (self.certificate("root"),)

    def certificate(self, label: str) -> bytes:
        """A certificate, DER."""
        return self._declared.get_cert(CertLabel(label)).dump()

    def sign(self, label: str, message: bytes) -> bytes:
        """Sign as the owner of a key, whatever it is (ECDSA with SHA-256)."""
        key = load_der_private_key(
            self._declared.key_set.get_private_key(KeyLabel(label)).dump(), password=None
        )
        assert isinstance(key, ec.EllipticCurvePrivateKey)
        return key.sign(message, ec.ECDSA(hashes.SHA256()))

    def key(self, label: str) -> SigningKey:
        """A signer's key with its chain, loaded from a PKCS#12 file."""
        path = self.files / f"{label}.p12"
        if not path.exists():
            content = self._declared.package_pkcs12(CertLabel(label), password=PASSWORD.encode())
            path.write_bytes(content)
        return load_pkcs12(path, PASSWORD)

    def revocation_list(self, label: str, moment: datetime | None = None) -> bytes:
        """What an authority has revoked by *moment* (the clocks' one by default), DER."""
        services = self._declared.service_registry
        return services.get_crl(ServiceLabel(label), moment or self.moment).dump()

    def time_stamp_url(self, label: str = "tsa") -> str:
        """Where a time-stamping service answers."""
        return f"{self.url}/{_ARCH}/tsa/{label}"

    def __call__(self, environ: Any, start_response: Any) -> Any:
        """Answer one HTTP request (WSGI)."""
        for path, answer in self.trouble.items():
            if environ["PATH_INFO"].startswith(f"/{_ARCH}{path}"):
                status, content = answer(Request(environ).get_data())
                return Response(content, status=status)(environ, start_response)
        return self._animator(environ, start_response)

    def ask(self, path: str, question: bytes) -> bytes:
        """Ask a service past all trouble; *path* as in `trouble`."""
        answered: Any = Client(self._animator).post(f"/{_ARCH}{path}", data=question)
        return bytes(answered.data)


class _Quiet(WSGIRequestHandler):
    disable_nagle_algorithm = True

    def log(self, *_arguments: object, **_facts: object) -> None:
        """Say nothing."""


@contextmanager
def serve_authorities(files: Path) -> Iterator[Authorities]:
    """Serve the authorities on a free port of the loopback; *files* is an empty folder."""

    def application(environ: Any, start_response: Any) -> Any:
        return served(environ, start_response)

    server = make_server("127.0.0.1", 0, application, threaded=True, request_handler=_Quiet)
    served = Authorities(files, f"http://127.0.0.1:{server.port}")
    thread = threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True)
    thread.start()
    try:
        yield served
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def _write_keys(folder: Path, declared: dict[str, dict[str, str]]) -> None:
    folder.mkdir(parents=True)
    for label, where in declared.items():
        number = int.from_bytes(sha256(f"hocba tests {label}".encode()).digest())
        key = ec.derive_private_key(number, ec.SECP256R1())
        content = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
        (folder / where["path"]).write_bytes(content)


def days_later(days: float) -> datetime:
    """A moment after the documents were signed."""
    return MOMENT + timedelta(days=days)
