"""
A small real batch: rendered, signed, sealed, anchored on the embedded chain, with receipts.

Nothing stands in for anything: Typst renders, the sandbox PKI signs, the contract runs. `Office`
keeps what an issuer has, so that a test can issue one more document as it needs it.
"""

import shutil
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from pathlib import Path
from typing import Any

from tests.verifier.documents import (
    SCHOOL,
    Signers,
    entry_of,
    load_signers,
    make_pdf,
    make_pki,
    make_transcript,
)
from transcript_service.issuance.accounts import Account
from transcript_service.issuance.anchor import Deployment, RegistryWriter, deploy_registry
from transcript_service.issuance.embedded_chain import EmbeddedChain, open_rpc
from transcript_service.issuance.identities import principal_declaration, seal_declaration
from transcript_service.issuance.merkle_tree import build_tree
from transcript_service.issuance.registry_calls import Entry as ChainEntry
from transcript_service.issuance.registry_calls import (
    Supersession,
    anchor_batch,
    declare_certificate,
    grant,
    publish_manifest,
    register_institution,
    revoke_entry,
    supersede_entry,
)
from verifier.checks import Renderer
from verifier.evidence import EvidencePool, EvidenceSources
from verifier.manifest import DeclaredCertificate, Manifest, ManifestEntry, manifest_to_json
from verifier.policy import Policy, load_policy
from verifier.receipt import Receipt, parse_receipt, receipt_to_json
from verifier.registry import RegistryView, read_registry
from verifier.registry_events import Role, Use
from verifier.report import Report
from verifier.verification import verify

CHAIN_ID = 88001
ROOT = "VN-BGD"
OTHER_SCHOOL = "VN-000-THCS-PHUONG-VI"
ANCHORED_AT = datetime(2026, 6, 1, 8, 0, tzinfo=UTC)
NOW = datetime(2026, 6, 30, tzinfo=UTC)
AUTHORITY = Account(sha256(b"authority").digest())
ISSUER = Account(sha256(b"issuer").digest())
OTHER_ISSUER = Account(sha256(b"other issuer").digest())


@dataclass(frozen=True)
class Issued:
    """One issued document in its batch."""

    pdf: bytes
    entry: ManifestEntry
    index: int
    manifest: Manifest

    def chain_entry(self) -> ChainEntry:
        tree = build_tree(list(self.manifest.leaf_hashes()))
        return ChainEntry(
            institution=self.manifest.institution,
            root=self.manifest.root,
            index=self.index,
            document_digest=self.entry.document_digest,
            series_id=self.entry.series_id,
            version=self.entry.version,
            proof=tree.inclusion_proof(self.index),
        )


POLICY = """\
format = "hocba/policy/1"
[signatures]
trust_anchors = ["trust/root.pem"]
revocation_lists = ["trust/root.crl", "trust/ca.crl"]
[registry]
rpc = ["embedded:chain/chain.sqlite3"]
chain_id = {chain_id}
address = "0x{address}"
deployment_block = {block}
deployment_block_hash = "0x{digest}"
finality = "instant"
[time]
validation_time = "2026-06-30T00:00:00Z"
"""


@dataclass
class Office:
    """What an issuer has, in one directory; a test works on a copy of its own."""

    directory: Path
    deployment: Deployment
    signers: Signers
    documents: dict[str, Issued] = field(default_factory=dict)

    @property
    def chain_path(self) -> Path:
        return self.directory / "chain" / "chain.sqlite3"

    @property
    def policy_path(self) -> Path:
        return self.directory / "policy.toml"

    @property
    def policy(self) -> Policy:
        return load_policy(self.policy_path)

    @property
    def transcripts(self) -> Path:
        return self.directory / "transcripts"

    @property
    def manifests(self) -> Path:
        return self.directory / "manifests"

    def copy(self, directory: Path) -> "Office":
        shutil.copytree(self.directory, directory)
        return replace(self, directory=directory, documents=dict(self.documents))

    def act(self, account: Account, calldata: bytes, *, seconds: int = 0) -> None:
        """Send one transaction; the clock stands still unless told otherwise."""
        moment = ANCHORED_AT + timedelta(seconds=seconds)
        with EmbeddedChain(self.chain_path, clock=lambda: moment) as chain:
            RegistryWriter(chain, CHAIN_ID, self.deployment.address).execute(account, calldata)

    def edit_policy(self, old: str, new: str) -> None:
        text = self.policy_path.read_text()
        assert old in text
        self.policy_path.write_text(text.replace(old, new))

    def view(self) -> RegistryView:
        return read_registry(self.policy, open_rpc, now=NOW, checkpoint=False)

    def anchor(
        self,
        named: Sequence[tuple[str, bytes, ManifestEntry]],
        *,
        institution: str = SCHOOL,
        account: Account = ISSUER,
        publish: bool = False,
    ) -> Manifest:
        """Anchor a batch; write PDFs, receipts and the manifest."""
        entries = tuple(entry for _name, _pdf, entry in named)
        tree = build_tree([entry.leaf_hash() for entry in entries])
        manifest = Manifest(
            institution=institution,
            root=tree.root,
            size=len(entries),
            certificates=(
                DeclaredCertificate(
                    identity=principal_declaration(self.signers.principal), use="PRINCIPAL"
                ),
                DeclaredCertificate(identity=seal_declaration(self.signers.seal), use="SEAL"),
            ),
            entries=entries,
        )
        data = manifest_to_json(manifest)
        self.act(account, anchor_batch(institution, tree.root, tree.size, data))
        if publish:
            self.act(account, publish_manifest(data))
        self.manifests.mkdir(exist_ok=True)
        (self.manifests / f"0x{tree.root.hex()}.manifest.json").write_bytes(data)
        self._write(named, manifest)
        return manifest

    def _write(self, named: Sequence[tuple[str, bytes, ManifestEntry]], manifest: Manifest) -> None:
        self.transcripts.mkdir(exist_ok=True)
        batch = self.view().state.batches[manifest.institution, manifest.root]
        tree = build_tree(list(manifest.leaf_hashes()))
        for index, (name, pdf, entry) in enumerate(named):
            receipt = Receipt(
                document_digest=entry.document_digest,
                document_size=entry.document_size,
                series_id=entry.series_id,
                version=entry.version,
                leaf_index=index,
                tree_size=manifest.size,
                inclusion_proof=tree.inclusion_proof(index),
                root=manifest.root,
                institution=manifest.institution,
                chain_id=CHAIN_ID,
                registry=self.deployment.address,
                transaction_hash=bytes(32),
                block_number=1,
                block_hash=bytes(32),
                history_size=batch.history_size,
                history_head=batch.history_head,
            )
            (self.transcripts / f"{name}.pdf").write_bytes(pdf)
            self.put_receipt(name, receipt)
            self.documents[name] = Issued(pdf, entry, index, manifest)

    def put_receipt(self, name: str, receipt: Receipt) -> None:
        (self.transcripts / f"{name}.receipt.json").write_bytes(receipt_to_json(receipt))

    def receipt(self, name: str) -> Receipt:
        return parse_receipt((self.transcripts / f"{name}.receipt.json").read_bytes())

    def revoke(self, name: str, reason: int = 1) -> None:
        self.act(ISSUER, revoke_entry(self.documents[name].chain_entry(), reason))

    def supersede(self, old: str, new: str) -> None:
        pair = Supersession(
            predecessor=self.documents[old].chain_entry(),
            successor=self.documents[new].chain_entry(),
            reason=6,
        )
        self.act(ISSUER, supersede_entry(pair))

    def check(
        self,
        name: str,
        pdf: bytes | None = None,
        *,
        registry: Any = None,
        receipts: Path | None = None,
        manifests: Path | None = None,
        now: datetime = NOW,
        renderer: Renderer | None = None,
    ) -> Report:
        """Verify a document, or other bytes under its name, as the command line does."""
        view = self.view() if registry is None else registry
        known = view if isinstance(view, RegistryView) else None
        pool = EvidencePool(
            receipts=receipts,
            manifests=manifests,
            published=known.manifests if known else {},
            state=known.state if known else None,
        )
        path = self.transcripts / f"{name}.pdf"
        return verify(
            path.read_bytes() if pdf is None else pdf,
            policy=self.policy,
            registry=view,
            evidence=EvidenceSources(pool=pool, path=path),
            now=now,
            renderer=renderer,
        )


def make_office(directory: Path, *, publish: bool = False) -> Office:
    """Deploy, register, declare, and issue a batch of three documents: a, b and c."""
    directory.mkdir(parents=True)
    signers = load_signers(make_pki(directory))
    path = directory / "chain" / "chain.sqlite3"
    path.parent.mkdir()
    with EmbeddedChain(path, chain_id=CHAIN_ID, create=True, clock=lambda: ANCHORED_AT) as chain:
        deployment = deploy_registry(
            chain, CHAIN_ID, AUTHORITY, root_institution=ROOT, name="Bộ mẫu"
        )
        writer = RegistryWriter(chain, CHAIN_ID, deployment.address)
        for call in _founding(signers):
            writer.execute(AUTHORITY, call)
    (directory / "policy.toml").write_text(
        POLICY.format(
            chain_id=CHAIN_ID,
            address=deployment.address.hex(),
            block=deployment.block_number,
            digest=deployment.block_hash.hex(),
        )
    )
    office = Office(directory=directory, deployment=deployment, signers=signers)
    pdfs = {name: make_pdf(make_transcript(at), signers) for at, name in enumerate("abc")}
    office.anchor(
        [(name, pdf, entry_of(pdf, at)) for at, (name, pdf) in enumerate(pdfs.items())],
        publish=publish,
    )
    return office


def _founding(signers: Signers) -> list[bytes]:
    principal, school_seal = (
        principal_declaration(signers.principal),
        seal_declaration(signers.seal),
    )
    return [
        register_institution(ROOT, parent=ROOT, institution=SCHOOL, name="Trường mẫu"),
        register_institution(ROOT, parent=ROOT, institution=OTHER_SCHOOL, name="Trường khác"),
        grant(SCHOOL, ISSUER.address, Role.ISSUER, acting_for=ROOT),
        grant(SCHOOL, ISSUER.address, Role.REVOKER, acting_for=ROOT),
        grant(OTHER_SCHOOL, OTHER_ISSUER.address, Role.ISSUER, acting_for=ROOT),
        declare_certificate(SCHOOL, principal, Use.PRINCIPAL, acting_for=ROOT),
        declare_certificate(SCHOOL, school_seal, Use.SEAL, acting_for=ROOT),
    ]
