"""`eth_getProof` of the embedded chain, checked by a verifier of tries written from EIP-1186."""

import pytest
import rlp
from eth_utils import keccak
from trie import HexaryTrie

from tests.transcript_service.issuance.conftest import Ground
from transcript_service.issuance.embedded_chain_nodes import _prove
from transcript_service.issuance.registry_calls import publish_manifest
from verifier.rpc import RpcRefused


def nibbles(octets: bytes) -> list[int]:
    """Split bytes into half bytes."""
    return [half for octet in octets for half in (octet >> 4, octet & 15)]


def proved(root: bytes, key: bytes, proof: list[str]) -> bytes | None:
    """Walk a proof from *root*; give the value under *key*, or None when it proves absence."""
    return walked(root, nibbles(keccak(key)), [bytes.fromhex(node[2:]) for node in proof])


def walked(root: bytes, path: list[int], nodes: list[bytes]) -> bytes | None:
    """Walk along *path*; every node given must be needed."""
    wanted: bytes | list = root
    while True:
        if isinstance(wanted, list):
            node = wanted
        elif wanted == b"":
            assert not nodes
            return None
        else:
            encoded = nodes.pop(0)
            assert keccak(encoded) == wanted
            node = rlp.decode(encoded)
        if len(node) == 17:
            wanted = node[path.pop(0)]
            continue
        prefix = nibbles(node[0])
        part = prefix[1:] if prefix[0] & 1 else prefix[2:]
        if path[: len(part)] != part:
            assert not nodes
            return None
        path = path[len(part) :]
        if prefix[0] >= 2:
            assert not nodes
            assert not path
            return node[1]
        wanted = node[1]


def account_of(chain, answer: dict, block: str) -> list[bytes]:
    """Check the proof of an account against the block's state root; give its four fields."""
    root = bytes.fromhex(chain.call("eth_getBlockByNumber", [block, False])["stateRoot"][2:])
    value = proved(root, bytes.fromhex(answer["address"][2:]), answer["accountProof"])
    assert value is not None
    return rlp.decode(value)


@pytest.mark.parametrize("block", ["0x1", "0x2", "0x3", "0x4", "latest"])
def test_head_and_size_of_the_history_are_proved_at_every_block(ground: Ground, block):
    """Slots 0 and 1 of the registry, against the state root of the block."""
    with ground.open(read_only=True) as chain:
        answer = chain.call("eth_getProof", [ground.address, ["0x0", "0x1"], block])
        nonce, balance, storage_root, code_hash = account_of(chain, answer, block)
        code = bytes.fromhex(chain.call("eth_getCode", [ground.address, block])[2:])

        assert bytes.fromhex(answer["storageHash"][2:]) == storage_root
        assert bytes.fromhex(answer["codeHash"][2:]) == code_hash == keccak(code)
        assert int(answer["nonce"], 16) == int.from_bytes(nonce) == 1
        assert int(answer["balance"], 16) == int.from_bytes(balance) == 0
        for slot, found in zip((0, 1), answer["storageProof"], strict=True):
            value = proved(storage_root, slot.to_bytes(32), found["proof"])
            stored = chain.call("eth_getStorageAt", [ground.address, hex(slot), block])
            assert int.from_bytes(rlp.decode(value)) == int(found["value"], 16) == int(stored, 16)


def test_an_old_block_stays_provable(ground: Ground):
    """The chain forgets no state: the head at block 1 is proved after later blocks, too."""
    with ground.open() as chain:
        before = chain.call("eth_getProof", [ground.address, ["0x0"], "0x1"])
        ground.writer(chain).execute(ground.account, publish_manifest(b"one"))

        assert chain.call("eth_getProof", [ground.address, ["0x0"], "0x1"]) == before
        assert chain.call("eth_getProof", [ground.address, ["0x0"], "latest"]) != before


def test_what_is_not_there_is_proved_absent(ground: Ground):
    """An empty slot, a stranger's account, and the empty state of block 0."""
    stranger = "0x" + "ee" * 20
    with ground.open(read_only=True) as chain:
        answer = chain.call("eth_getProof", [ground.address, ["0x3e7"], "latest"])
        storage_root = bytes.fromhex(answer["storageHash"][2:])
        (slot,) = answer["storageProof"]
        nobody = chain.call("eth_getProof", [stranger, ["0x0"], "latest"])
        head = chain.call("eth_getBlockByNumber", ["latest", False])
        empty = chain.call("eth_getProof", [stranger, [], "earliest"])

        assert slot["value"] == "0x0"
        assert proved(storage_root, (999).to_bytes(32), slot["proof"]) is None
        root = bytes.fromhex(head["stateRoot"][2:])
        assert proved(root, bytes.fromhex(stranger[2:]), nobody["accountProof"]) is None
        assert nobody["nonce"] == nobody["balance"] == nobody["storageProof"][0]["value"] == "0x0"
        assert nobody["codeHash"] == "0x" + keccak(b"").hex()
        assert empty["accountProof"] == []


def test_slots_are_a_list(ground: Ground):
    """A single slot is refused, not guessed at."""
    with ground.open(read_only=True) as chain, pytest.raises(RpcRefused, match="slots are a list"):
        chain.call("eth_getProof", [ground.address, "0x0", "latest"])


def test_nodes_that_stand_inside_their_parent_are_not_listed():
    """A node below 32 bytes has no hash of its own (yellow paper, appendix D)."""
    nodes: dict[bytes, bytes] = {}
    trie = HexaryTrie(nodes)
    for key, value in ((b"\x12\x34", b"a"), (b"\x12\x35", b"b"), (b"\x99\x99", b"c" * 40)):
        trie[key] = value

    for key in (b"\x12\x34", b"\x12\x35", b"\x99\x99", b"\x12\x36", b"\x00\x00"):
        value, listed = _prove(nodes, trie.root_hash, key)
        assert walked(trie.root_hash, nibbles(key), list(listed)) == (value or None)
