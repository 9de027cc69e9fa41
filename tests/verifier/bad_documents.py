"""
Bad documents, signed and anchored so that one numbered check alone stops them.

Each maker returns a `Case`: the document, the evidence beside it, whom the verifier trusts.
"""

import json
import re
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from functools import cached_property
from pathlib import Path
from typing import Any

import pytest
from msgspec.structs import replace as replace_entry
from pyhanko.sign.fields import MDPPerm

from signing.pades import seal
from tests.verifier.documents import (
    SCHOOL,
    Signers,
    certify_pdf,
    entry_of,
    load_signers,
    looks,
    make_pki,
    make_transcript,
    prepare_pdf,
    request,
)
from tests.verifier.extending import time_stamper
from tests.verifier.issued import AUTHORITY, NOW, ROOT, Office
from tests.verifier.own_pki import START, OwnPKI
from tests.verifier.pyhanko_signing import PRINCIPAL, SEAL, load, sign
from transcript_service.issuance.identities import principal_declaration, seal_declaration
from transcript_service.issuance.registry_calls import declare_certificate
from verifier.checks import Renderer
from verifier.errors import MissingEvidence
from verifier.evidence import EvidencePool
from verifier.manifest import ManifestEntry
from verifier.policy import Policy
from verifier.receipt import Receipt, receipt_to_json
from verifier.registry import RegistryView
from verifier.registry_events import Use
from verifier.report import Report
from verifier.verification import verify

NUMBER = 8
FILL = MDPPerm.FILL_FORMS


@dataclass(frozen=True, kw_only=True)
class Case:
    """A bad document and what it is judged by."""

    pdf: bytes
    path: Path
    policy: Policy
    registry: Callable[[], RegistryView | MissingEvidence]
    manifests: Path | None = None
    renderer: Renderer | None = None

    def check(self) -> Report:
        """Verify it as the command line does."""
        registry = self.registry()
        view = registry if isinstance(registry, RegistryView) else None
        pool = EvidencePool(manifests=self.manifests, state=view.state if view else None)
        return verify(
            self.pdf,
            policy=self.policy,
            registry=registry,
            evidence=pool.for_file(self.path),
            now=NOW,
            renderer=self.renderer,
        )


@dataclass
class Ground:
    """An office that bad documents come from; what is dear is made once."""

    office: Office
    folder: Path
    count: int = 0
    waiting: list[tuple[str, bytes, ManifestEntry]] = field(default_factory=list)
    seen: RegistryView | None = None
    revoked_after: int = 0

    @cached_property
    def prepared(self) -> bytes:
        """A rendered document with two empty fields."""
        return prepare_pdf(make_transcript(NUMBER))

    @cached_property
    def certified(self) -> bytes:
        return certify_pdf(self.prepared, self.office.signers)

    @cached_property
    def strangers(self) -> Signers:
        """Keys of a certification authority that the policy does not trust."""
        return load_signers(make_pki(self.new_folder()))

    def new_folder(self) -> Path:
        self.count += 1
        folder = self.folder / str(self.count)
        folder.mkdir(parents=True)
        return folder

    def signed(self, *, principal: Any = None, seal: Any = None) -> bytes:
        """Sign and seal, with another key where one is named."""
        if principal is None:
            return self.sealed(self.certified, seal)
        signers = replace(self.office.signers, principal=principal)
        return self.sealed(certify_pdf(self.prepared, signers), seal)

    def sealed(self, certified: bytes, key: Any = None) -> bytes:
        """Seal, each time with another reason: no two documents here are the same bytes."""
        self.count += 1
        asked = request(key or self.office.signers.seal, SEAL, looks()[1])
        return seal(certified, replace(asked, reason=f"Phê duyệt {self.count}"))

    def anchored(self, pdf: bytes, **entry: Any) -> Path:
        """Let *pdf* be anchored with all others that wait; return where it will lie."""
        self.count += 1
        name = f"bad-{self.count}"
        self.waiting.append((name, pdf, replace_entry(entry_of(pdf, NUMBER), **entry)))
        return self.office.transcripts / f"{name}.pdf"

    def view(self) -> RegistryView:
        """Anchor what waits; return the registry as it is then."""
        if self.waiting:
            self.office.anchor(self.waiting)
            self.waiting.clear()
            self.seen = None
        self.seen = self.seen or self.office.view()
        return self.seen

    @cached_property
    def known(self) -> tuple[bytes, Receipt]:
        """A good document and its receipt."""
        pdf = self.signed()
        path = self.anchored(pdf)
        self.view()
        return pdf, self.office.receipt(path.stem)

    def case(
        self,
        pdf: bytes,
        *,
        receipt: Receipt | None = None,
        signatures: dict[str, Any] | None = None,
        **more: Any,
    ) -> Case:
        """Anchor *pdf*, or put *receipt* beside it; judge it by the office's policy."""
        if receipt is None:
            path = self.anchored(pdf)
        else:
            path = self.new_folder() / "bad.pdf"
            path.with_name("bad.receipt.json").write_bytes(receipt_to_json(receipt))
        judged_by = {"registry": self.view, "policy": self.policy(**signatures or {})}
        return Case(**{"pdf": pdf, "path": path, **judged_by, **more})

    def policy(self, **signatures: Any) -> Policy:
        policy = self.office.policy
        return replace(policy, signatures=replace(policy.signatures, **signatures))

    def declare(self, identity: bytes, use: Use, institution: str = SCHOOL) -> None:
        call = declare_certificate(institution, identity, use, acting_for=ROOT)
        self.office.act(AUTHORITY, call)


def bent(pdf: bytes) -> bytes:
    """Another size of the first page: one digit."""
    at = pdf.index(b"/MediaBox") + len(b"/MediaBox [0 0 5")
    return pdf[:at] + bytes([pdf[at] ^ 1]) + pdf[at + 1 :]


def value_places(pdf: bytes) -> list[range]:
    """Where the values of the signatures stand, their brackets included."""
    found = re.finditer(rb"/ByteRange ?\[ *0 +(\d+) +(\d+) +\d+ *\]", pdf)
    return [range(int(one[1]), int(one[2])) for one in found]


def with_data(ground: Ground, change: Callable[[Any], bytes]) -> bytes:
    """A document whose attachment a careless renderer took as it was, signed and sealed."""
    from transcript_service.documents import render

    data = change(json.loads(make_transcript(NUMBER)))
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(render, "_parse", json.loads)
        prepared = prepare_pdf(data)
    return ground.sealed(certify_pdf(prepared, ground.office.signers))


def with_own_pki(ground: Ground, **options: Any) -> tuple[bytes, OwnPKI, dict[str, Any]]:
    """A document signed by a PKI whose keys are at hand, declared; and how it is trusted."""
    pki = OwnPKI(ground.new_folder(), **options)
    honest = pki.signers()
    signers = Signers(
        principal=replace(honest.principal, not_before=START),
        seal=replace(honest.seal, not_before=START),
    )
    ground.declare(principal_declaration(signers.principal), Use.PRINCIPAL)
    ground.declare(seal_declaration(signers.seal), Use.SEAL)
    pdf = ground.signed(principal=signers.principal, seal=signers.seal)
    return pdf, pki, {"trust_anchors": (pki.directory / "root.pem",)}


def lists_of(
    pki: OwnPKI, made_at: datetime, life: timedelta, **revoked: dict[str, Any]
) -> tuple[Path, ...]:
    """Revocation lists of root and authority."""
    paths = []
    for issuer in ("root", "ca"):
        path = pki.directory / f"{issuer}-{life.days}.crl"
        path.write_bytes(pki.revocation_list(issuer, made_at, revoked.get(issuer), life))
        paths.append(path)
    return tuple(paths)


def time_stamped(ground: Ground, moment: datetime) -> bytes:
    """Both signatures with a time stamp of *moment*."""
    stamper = time_stamper(moment)
    directory = ground.office.directory
    principal = load(directory, "principal")
    certified = sign(ground.prepared, principal, PRINCIPAL, permissions=FILL, time_stamper=stamper)
    return sign(certified, load(directory, "seal"), SEAL, time_stamper=stamper)
