"""Looking at a whole chain: every block hashes to its hash and has what belongs to it."""

import rlp
from eth_utils import keccak

from transcript_service.issuance.embedded_chain import EmbeddedChain


def all_hashes(chain: EmbeddedChain) -> list[str]:
    """Hashes of all blocks, oldest first."""
    head = int(chain.call("eth_blockNumber", []), 16)
    return [
        chain.call("eth_getBlockByNumber", [hex(number), False])["hash"]
        for number in range(head + 1)
    ]


def check_blocks(chain: EmbeddedChain) -> None:
    """Check that each block hashes to its hash, follows its parent and has what belongs to it."""
    parent, time = "0x" + "00" * 32, 0
    for block_hash in all_hashes(chain):
        block = chain.call("eth_getBlockByHash", [block_hash, True])
        assert keccak(rlp.encode(_header(block))) == bytes.fromhex(block_hash[2:])
        assert block["parentHash"] == parent
        assert int(block["timestamp"], 16) > time
        for transaction in block["transactions"]:
            receipt = chain.call("eth_getTransactionReceipt", [transaction["hash"]])
            assert receipt["blockHash"] == block_hash
            found = chain.call("eth_getLogs", [{"blockHash": block_hash}])
            assert found == receipt["logs"]
        parent, time = block_hash, int(block["timestamp"], 16)


def _header(block: dict) -> list[bytes]:
    """The header's fields in the order of the yellow paper (Paris)."""

    def octets(name: str) -> bytes:
        return bytes.fromhex(block[name][2:])

    def number(name: str) -> bytes:
        value = int(block[name], 16)
        return value.to_bytes((value.bit_length() + 7) // 8)

    return [
        octets("parentHash"),
        octets("sha3Uncles"),
        octets("miner"),
        octets("stateRoot"),
        octets("transactionsRoot"),
        octets("receiptsRoot"),
        octets("logsBloom"),
        number("difficulty"),
        number("number"),
        number("gasLimit"),
        number("gasUsed"),
        number("timestamp"),
        octets("extraData"),
        octets("mixHash"),
        octets("nonce"),
        number("baseFeePerGas"),
    ]
