"""
Trees, replays and gas, against the hashing that cannot be avoided.

A tree of n entries has 2n - 1 hashes: SHA-256 of each entry and of each pair of nodes. That alone,
in a plain loop, is what trees and replays are held against. Each measurement is a process of its
own, counted in processor time.
"""

import io
import json
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterable
from contextlib import redirect_stdout
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from pathlib import Path

from transcript_service.issuance.accounts import Account
from transcript_service.issuance.anchor import RegistryWriter, deploy_registry
from transcript_service.issuance.embedded_chain import EmbeddedChain, open_rpc
from transcript_service.issuance.merkle_tree import build_tree
from transcript_service.issuance.registry_calls import anchor_batch, grant, register_institution
from verifier import cli
from verifier.entry import entry_bytes
from verifier.manifest import Manifest, ManifestEntry, manifest_to_json
from verifier.merkle import leaf_hash
from verifier.receipt import Receipt, receipt_to_json
from verifier.registry_events import Role

Found = dict[str, float]
CHAIN_ID = 88001
BATCH = 1_000
ROOT, SCHOOL = "VN-BGD", "VN-000-BENCH"
AUTHORITY, ISSUER = Account(sha256(b"authority").digest()), Account(sha256(b"issuer").digest())
_POLICY = """\
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


def _entries(count: int, batch: int = 0) -> list[ManifestEntry]:
    """Return so many entries of a batch, the same ones in each run."""
    return [
        ManifestEntry(
            document_digest=sha256(b"digest %d %d" % (batch, number)).digest(),
            document_size=180_000,
            series_id=sha256(b"series %d %d" % (batch, number)).digest(),
            version=1,
        )
        for number in range(count)
    ]


def hash_alone(entries: Iterable[ManifestEntry]) -> float:
    """Make the 2n - 1 hashes of a tree over *entries*, in seconds; reading them does not count."""
    raws = [entry_bytes(one.document_digest, one.series_id, one.version) for one in entries]
    begun = time.process_time()
    level = [sha256(b"\x00" + raw).digest() for raw in raws]
    for _number in range(len(raws) - 1):
        sha256(b"\x01" + level[0] + level[-1]).digest()
    return time.process_time() - begun


def tree(count: int) -> Found:
    """Build a tree of so many entries and all its inclusion proofs."""
    raws = [entry_bytes(one.document_digest, one.series_id, one.version) for one in _entries(count)]
    begun = time.process_time()
    built = build_tree([leaf_hash(raw) for raw in raws])
    siblings = sum(map(len, built.inclusion_proofs()))
    spent = time.process_time() - begun
    if built.size != count or siblings < count - 1:
        raise RuntimeError("the tree is none")
    return {"ours": spent, "alone": hash_alone(_entries(count)), "peak": _peak_mib()}


def receipts(count: int) -> Found:
    """Build such a tree and write all receipts, one after the other, to the disk."""
    entries = _entries(count)
    built = build_tree([one.leaf_hash() for one in entries])
    with tempfile.TemporaryFile(prefix="hocba-bench-") as file:
        for index, (entry, proof) in enumerate(zip(entries, built.inclusion_proofs(), strict=True)):
            receipt = Receipt(
                document_digest=entry.document_digest,
                document_size=entry.document_size,
                series_id=entry.series_id,
                version=entry.version,
                leaf_index=index,
                tree_size=count,
                inclusion_proof=proof,
                root=built.root,
                institution=SCHOOL,
                chain_id=CHAIN_ID,
                registry=bytes(20),
                transaction_hash=bytes(32),
                block_number=1,
                block_hash=bytes(32),
                history_size=1,
                history_head=bytes(32),
            )
            file.write(receipt_to_json(receipt) + b"\n")
        return {"bytes": file.tell(), "peak": _peak_mib()}


def replay(count: int) -> Found:
    """Anchor batches of so many entries in all, and audit them by manifests in a folder."""
    with tempfile.TemporaryDirectory(prefix="hocba-bench-") as name:
        small, whole = Path(name, "small"), Path(name, "whole")
        _anchor(small, BATCH)
        _anchor(whole, count)
        _audit(small)  # loads what an audit needs: starting has a row of its own
        both = [(_time(lambda: _audit(whole)), _hash_batches(count)) for _round in range(3)]
    return {
        "ours": statistics.median(one for one, _other in both),
        "alone": statistics.median(other for _one, other in both),
        "peak": _peak_mib(),
    }


def _hash_batches(count: int) -> float:
    return sum(hash_alone(_entries(BATCH, batch)) for batch in range(count // BATCH))


def _time(work: Callable[[], object]) -> float:
    begun = time.process_time()
    work()
    return time.process_time() - begun


def _audit(folder: Path) -> None:
    options = ["audit", "--policy", str(folder / "policy.toml"), "--json"]
    options += ["--manifests", str(folder / "manifests")]
    said = io.StringIO()
    with redirect_stdout(said):
        code = cli.main(options, open_rpc=open_rpc)
    if code != 0:
        raise RuntimeError(said.getvalue()[:1000])


def _anchor(folder: Path, count: int) -> None:
    """Write a chain with a registry, batches of `BATCH` entries, their manifests and a policy."""
    (folder / "manifests").mkdir(parents=True)
    (folder / "root.pem").touch()  # an audit of the registry judges no signatures
    past = datetime.now(UTC) - timedelta(days=1)
    with EmbeddedChain(
        folder / "chain.sqlite3", chain_id=CHAIN_ID, create=True, clock=lambda: past
    ) as chain:
        writer, block, digest = _found_registry(chain)
        for batch in range(count // BATCH):
            entries = tuple(_entries(BATCH, batch))
            root = build_tree([one.leaf_hash() for one in entries]).root
            data = manifest_to_json(
                Manifest(
                    institution=SCHOOL, root=root, size=BATCH, certificates=(), entries=entries
                )
            )
            writer.execute(ISSUER, anchor_batch(SCHOOL, root, BATCH, data))
            (folder / "manifests" / f"0x{root.hex()}.manifest.json").write_bytes(data)
    address = writer.address.hex()
    (folder / "policy.toml").write_text(
        _POLICY.format(chain_id=CHAIN_ID, address=address, block=block, digest=digest.hex())
    )


def _found_registry(chain: EmbeddedChain) -> tuple[RegistryWriter, int, bytes]:
    deployment = deploy_registry(chain, CHAIN_ID, AUTHORITY, root_institution=ROOT, name="Bộ mẫu")
    writer = RegistryWriter(chain, CHAIN_ID, deployment.address)
    school = register_institution(ROOT, parent=ROOT, institution=SCHOOL, name="Trường mẫu")
    writer.execute(AUTHORITY, school)
    writer.execute(AUTHORITY, grant(SCHOOL, ISSUER.address, Role.ISSUER, acting_for=ROOT))
    return writer, deployment.block_number, deployment.block_hash


def gas(count: int) -> Found:
    """Anchor batches of one entry, of a thousand and of *count*; the gas of each transaction."""
    with tempfile.TemporaryDirectory(prefix="hocba-bench-") as name:
        path = Path(name) / "chain.sqlite3"
        with EmbeddedChain(path, chain_id=CHAIN_ID, create=True) as chain:
            writer, _block, _digest = _found_registry(chain)
            return {
                str(size): writer.execute(
                    ISSUER, anchor_batch(SCHOOL, sha256(b"%d" % size).digest(), size, b"")
                ).gas_used
                for size in (1, 1_000, count)
            }


def _peak_mib() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


STAGES: dict[str, Callable[[int], Found]] = {
    "tree": tree,
    "receipts": receipts,
    "replay": replay,
    "gas": gas,
}


def measure(stage: str, count: int) -> Found:
    """Run one stage in a process of its own."""
    command = [sys.executable, __file__, stage, str(count)]
    done = subprocess.run(command, check=True, stdout=subprocess.PIPE)
    found: Found = json.loads(done.stdout.splitlines()[-1])
    return found


if __name__ == "__main__":
    print(json.dumps(STAGES[sys.argv[1]](int(sys.argv[2]))))
