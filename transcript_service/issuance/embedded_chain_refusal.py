"""What the embedded chain does not take, as a node says it."""

from verifier.rpc import RpcRefused

SERVER_ERROR = -32000
REVERTED = 3


class Refused(Exception):
    """
    The machine does not take a transaction or a call.

    `reverted` carries the bytes that a contract reverted with; None when it did not come so far.
    """

    def __init__(self, message: str, *, reverted: bytes | None = None) -> None:
        super().__init__(message)
        self.reverted = reverted


def refusal(error: Refused) -> RpcRefused:
    """Turn the machine's refusal into a node's error answer."""
    if error.reverted is None:
        return RpcRefused(SERVER_ERROR, str(error))
    return RpcRefused(REVERTED, str(error), "0x" + error.reverted.hex())
