"""The sample document at each stage of signing, and the judges that look at it."""

import subprocess
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from asn1crypto import pem, x509
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign.validation import validate_pdf_signature
from pyhanko.sign.validation.status import PdfSignatureStatus
from pyhanko_certvalidator import ValidationContext

from signing.fields import prepare
from signing.pades import certify, seal
from tests.pki.authorities import Authorities, serve_authorities
from tests.pki.misbehaving import server_that
from tests.signing.sample import (
    DOCUMENT,
    NAMES,
    SIGNED_AT,
    TOOLTIPS,
    Signers,
    make_signers,
    render,
)
from tests.signing.services import Serve
from transcript_service.sandbox_pki import KeyKind, SandboxPKI


@pytest.fixture(scope="session")
def rendered() -> bytes:
    """The sample document as rendered."""
    return render(DOCUMENT)


@pytest.fixture(scope="session")
def prepared(rendered: bytes) -> bytes:
    """The sample document with its two empty signature fields."""
    return prepare(rendered, names=NAMES, tooltips=TOOLTIPS)


@pytest.fixture(scope="session")
def signers(tmp_path_factory: pytest.TempPathFactory, rendered: bytes) -> Signers:
    """Signers with P-256 keys."""
    return make_signers(tmp_path_factory.mktemp("sandbox"), rendered)


@pytest.fixture(scope="session", params=list(KeyKind), ids=lambda kind: kind.value)
def any_signers(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory, rendered: bytes
) -> Signers:
    """Signers with keys of each kind that is supported."""
    return make_signers(tmp_path_factory.mktemp("sandbox"), rendered, request.param)


@pytest.fixture(scope="session")
def authorities(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Authorities]:
    """The authorities of `tests/pki`, served on the loopback; their clock is not to be moved."""
    with serve_authorities(tmp_path_factory.mktemp("authorities")) as served:
        yield served


@pytest.fixture
def serve() -> Iterator[Serve]:
    """Serve an answer on the loopback for the length of a test."""
    with ExitStack() as stack:
        yield lambda answer: stack.enter_context(server_that(answer))


@pytest.fixture(scope="session")
def certified(prepared: bytes, signers: Signers) -> bytes:
    """The sample document with the principal's signature."""
    return certify(prepared, signers.principal)


@pytest.fixture(scope="session")
def sealed(certified: bytes, signers: Signers) -> bytes:
    """The sample document with both signatures."""
    return seal(certified, signers.school)


@pytest.fixture(scope="session")
def validate() -> Callable[[bytes, SandboxPKI], list[PdfSignatureStatus]]:
    """Ask pyHanko about every signature of a PDF, trusting the sandbox's root alone."""
    return _validate


def _validate(pdf: bytes, pki: SandboxPKI) -> list[PdfSignatureStatus]:
    _, _, root = pem.unarmor(pki.root.read_bytes())
    options: dict[str, Any] = {
        "trust_roots": [x509.Certificate.load(root)],
        "crls": [pki.root_crl.read_bytes(), pki.ca_crl.read_bytes()],
        "allow_fetching": False,
        "revocation_mode": "require",
        "moment": SIGNED_AT,
    }
    return [
        validate_pdf_signature(signature, ValidationContext(**options))
        for signature in PdfFileReader(BytesIO(pdf)).embedded_signatures
    ]


@pytest.fixture
def ask(tmp_path: Path) -> Callable[..., str]:
    """Run a program on a file and get what it prints; a program that is absent fails the test."""

    def run(content: bytes, *command: str) -> str:
        path = tmp_path / "asked.pdf"
        path.write_bytes(content)
        return subprocess.run(
            [*command, str(path)], check=True, capture_output=True, text=True
        ).stdout

    return run
