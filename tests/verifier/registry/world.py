"""A small registry with a history, on a real embedded chain, and the files that belong to it."""

import shutil
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from hashlib import sha256
from pathlib import Path
from typing import Any

from transcript_service.issuance.accounts import Account
from transcript_service.issuance.anchor import Deployment, RegistryWriter, deploy_registry
from transcript_service.issuance.embedded_chain import EmbeddedChain, open_rpc
from transcript_service.issuance.merkle_tree import build_tree
from transcript_service.issuance.registry_calls import Entry as ChainEntry
from transcript_service.issuance.registry_calls import (
    Supersession,
    anchor_and_supersede,
    anchor_batch,
    declare_certificate,
    grant,
    publish_manifest,
    register_institution,
    revoke_entry,
)
from verifier.manifest import DeclaredCertificate, Manifest, ManifestEntry, manifest_to_json
from verifier.policy import Policy, load_policy
from verifier.receipt import Receipt, receipt_to_json
from verifier.registry import RegistryView, read_registry
from verifier.registry_events import Role, Use
from verifier.rpc import Rpc

CHAIN_ID = 88001
ROOT = "VN-BGD"
SCHOOL = "VN-000-THCS-HOA-PHUONG"
NOW = datetime(2026, 6, 1, 8, 0, tzinfo=UTC)
PRINCIPAL, SEAL = sha256(b"principal").digest(), sha256(b"seal").digest()
AUTHORITY = Account(sha256(b"authority").digest())
ISSUER = Account(sha256(b"issuer").digest())
STRANGER = Account(sha256(b"stranger").digest())


@dataclass(frozen=True)
class Document:
    """A stand-in for an issued PDF: the registry and the audit look at its bytes only."""

    name: str
    content: bytes
    series_id: bytes
    version: int

    def entry(self) -> ManifestEntry:
        return ManifestEntry(
            document_digest=sha256(self.content).digest(),
            document_size=len(self.content),
            series_id=self.series_id,
            version=self.version,
        )


def document(number: int, version: int = 1) -> Document:
    return Document(
        name=f"HB-{number}.2025-2026.v{version}.pdf",
        content=b"%PDF-1.7\n" + f"document {number}, version {version}\n".encode() * 5,
        series_id=sha256(b"series %d" % number).digest(),
        version=version,
    )


def manifest_of(documents: Sequence[Document], institution: str = SCHOOL) -> Manifest:
    entries = tuple(item.entry() for item in documents)
    return Manifest(
        institution=institution,
        root=build_tree([entry.leaf_hash() for entry in entries]).root,
        size=len(entries),
        certificates=(
            DeclaredCertificate(identity=PRINCIPAL, use="PRINCIPAL"),
            DeclaredCertificate(identity=SEAL, use="SEAL"),
        ),
        entries=entries,
    )


def chain_entry(documents: Sequence[Document], index: int) -> ChainEntry:
    manifest = manifest_of(documents)
    tree = build_tree(list(manifest.leaf_hashes()))
    entry = manifest.entries[index]
    return ChainEntry(
        institution=SCHOOL,
        root=manifest.root,
        index=index,
        document_digest=entry.document_digest,
        series_id=entry.series_id,
        version=entry.version,
        proof=tree.inclusion_proof(index),
    )


CLASS = tuple(document(number) for number in range(5))
CORRECTIONS = (document(0, 2),)
SECOND_CLASS = tuple(document(number) for number in range(10, 13))
BATCHES = (CLASS, CORRECTIONS, SECOND_CLASS)
REVOKED = CLASS[3]


class Writer:
    """Acts on the registry, one block an act."""

    def __init__(self, chain: EmbeddedChain, deployment: Deployment) -> None:
        self._writer = RegistryWriter(chain, CHAIN_ID, deployment.address)

    def act(self, account: Account, calldata: bytes) -> Any:
        return self._writer.execute(account, calldata)

    def act_as_issuer(self, calldata: bytes) -> Any:
        return self.act(ISSUER, calldata)

    def anchor_as(self, institution: str, root: bytes, size: int, data: bytes) -> None:
        """Anchor whatever is said, true or not."""
        self.act(ISSUER, anchor_batch(institution, root, size, data))

    def anchor(self, documents: Sequence[Document], account: Account = ISSUER) -> bytes:
        data = manifest_to_json(manifest_of(documents))
        manifest = manifest_of(documents)
        self.act(account, anchor_batch(SCHOOL, manifest.root, manifest.size, data))
        return data


def set_up(chain: EmbeddedChain) -> tuple[Deployment, Writer]:
    """Deploy the registry, register the school, let it issue and declare its certificates."""
    deployment = deploy_registry(chain, CHAIN_ID, AUTHORITY, root_institution=ROOT, name="Bộ mẫu")
    writer = Writer(chain, deployment)
    for call in (
        register_institution(ROOT, parent=ROOT, institution=SCHOOL, name="Trường mẫu"),
        grant(SCHOOL, ISSUER.address, Role.ISSUER, acting_for=ROOT),
        grant(SCHOOL, ISSUER.address, Role.REVOKER, acting_for=ROOT),
        declare_certificate(SCHOOL, PRINCIPAL, Use.PRINCIPAL, acting_for=ROOT),
        declare_certificate(SCHOOL, SEAL, Use.SEAL, acting_for=ROOT),
    ):
        writer.act(AUTHORITY, call)
    return deployment, writer


def issue(writer: Writer) -> None:
    """Anchor a class, correct one document, revoke another, anchor an unpublished class."""
    writer.act(ISSUER, publish_manifest(writer.anchor(CLASS)))
    corrected = manifest_of(CORRECTIONS)
    data = manifest_to_json(corrected)
    pair = Supersession(
        predecessor=chain_entry(CLASS, 0), successor=chain_entry(CORRECTIONS, 0), reason=6
    )
    writer.act(ISSUER, anchor_and_supersede(SCHOOL, corrected.root, corrected.size, data, [pair]))
    writer.act(ISSUER, publish_manifest(data))
    writer.act(ISSUER, revoke_entry(chain_entry(CLASS, 3), 2))
    writer.anchor(SECOND_CLASS)


@dataclass(frozen=True)
class World:
    """A directory as `hocba demo` leaves one, without PDFs that are any."""

    directory: Path
    deployment: Deployment

    @property
    def policy_path(self) -> Path:
        return self.directory / "policy.toml"

    @property
    def policy(self) -> Policy:
        return load_policy(self.policy_path)

    @property
    def manifests(self) -> Path:
        return self.directory / "manifests"

    @property
    def archive(self) -> Path:
        return self.directory / "archive"

    def view(self, checkpoint: bool = False) -> RegistryView:
        return read_registry(self.policy, open_rpc, now=NOW, checkpoint=checkpoint)

    def chain(self) -> Rpc:
        return open_rpc("embedded:chain.sqlite3", self.directory)

    def writer(self) -> Writer:
        chain = EmbeddedChain(self.directory / "chain.sqlite3", clock=lambda: NOW)
        return Writer(chain, self.deployment)

    def edit_policy(self, old: str, new: str) -> Policy:
        text = self.policy_path.read_text()
        assert old in text
        self.policy_path.write_text(text.replace(old, new))
        return self.policy

    def copy(self, directory: Path) -> "World":
        shutil.copytree(self.directory, directory)
        return World(directory, self.deployment)


POLICY = """
format = "hocba/policy/1"
[signatures]
trust_anchors = ["root.pem"]
[registry]
rpc = ["embedded:chain.sqlite3"]
chain_id = {chain_id}
address = "0x{address}"
deployment_block = {block}
deployment_block_hash = "0x{digest}"
finality = "instant"
"""


def make_world(directory: Path) -> World:
    """Build everything; some two seconds."""
    directory.mkdir(parents=True)
    path = directory / "chain.sqlite3"
    with EmbeddedChain(path, chain_id=CHAIN_ID, create=True, clock=lambda: NOW) as chain:
        deployment, writer = set_up(chain)
        issue(writer)
    (directory / "root.pem").write_text("stands for a certificate")
    (directory / "policy.toml").write_text(
        POLICY.format(
            chain_id=CHAIN_ID,
            address=deployment.address.hex(),
            block=deployment.block_number,
            digest=deployment.block_hash.hex(),
        )
    )
    world = World(directory, deployment)
    world.manifests.mkdir()
    world.archive.mkdir()
    state = world.view().state
    for documents in BATCHES:
        manifest = manifest_of(documents)
        name = f"0x{manifest.root.hex()}.manifest.json"
        (world.manifests / name).write_bytes(manifest_to_json(manifest))
        batch = state.batches[SCHOOL, manifest.root]
        for index, item in enumerate(documents):
            (world.archive / item.name).write_bytes(item.content)
            receipt = receipt_for(world, manifest, index, batch.history_size, batch.history_head)
            (world.archive / item.name).with_suffix(".receipt.json").write_bytes(
                receipt_to_json(receipt)
            )
    return world


def receipt_for(
    world: World, manifest: Manifest, index: int, history_size: int, history_head: bytes
) -> Receipt:
    entry = manifest.entries[index]
    return Receipt(
        document_digest=entry.document_digest,
        document_size=entry.document_size,
        series_id=entry.series_id,
        version=entry.version,
        leaf_index=index,
        tree_size=manifest.size,
        inclusion_proof=build_tree(list(manifest.leaf_hashes())).inclusion_proof(index),
        root=manifest.root,
        institution=manifest.institution,
        chain_id=CHAIN_ID,
        registry=world.deployment.address,
        transaction_hash=bytes(32),
        block_number=1,
        block_hash=bytes(32),
        history_size=history_size,
        history_head=history_head,
    )
