"""Looking at a whole chain block by block, and transactions to send to it."""

import rlp
from eth_utils import keccak

from tests.transcript_service.issuance.conftest import Ground
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


def raw_transaction(chain: EmbeddedChain, number: int) -> str:
    """Write a mined transaction again as it was signed (EIP-1559)."""
    body = chain.call("eth_getBlockByNumber", [hex(number), True])["transactions"][0]

    def quantity(name: str) -> bytes:
        value = int(body[name], 16)
        return value.to_bytes((value.bit_length() + 7) // 8)

    to = bytes.fromhex(body["to"][2:]) if body["to"] else b""
    fees = [quantity("maxPriorityFeePerGas"), quantity("maxFeePerGas")]
    call = [quantity("gas"), to, quantity("value"), bytes.fromhex(body["input"][2:]), []]
    signature = [quantity(name) for name in "vrs"]
    fields = [quantity("chainId"), quantity("nonce"), *fees, *call, *signature]
    return "0x02" + rlp.encode(fields).hex()


def sign_call(
    ground: Ground, chain: EmbeddedChain, *, calldata: str, gas: int = 500_000, **changes: object
) -> tuple[str, str]:
    """Sign a legacy transaction with the next nonce; give it raw, and its hash."""
    sender = "0x" + ground.account.address.hex()
    nonce = int(chain.call("eth_getTransactionCount", [sender, "latest"]), 16)
    raw, transaction_hash = ground.account.sign(
        {
            "to": ground.address,
            "data": calldata,
            "nonce": nonce,
            "gas": gas,
            "gasPrice": 0,
            "value": 0,
            "chainId": chain.chain_id,
            **changes,
        }
    )
    return "0x" + raw.hex(), "0x" + transaction_hash.hex()
