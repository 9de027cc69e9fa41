"""The registry accounts of an institution: a private key in a file, and nothing but signing."""

import os
import secrets
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from eth_account import Account as EthAccount

from transcript_service.errors import UsageError
from verifier.messages import _
from verifier.system_words import why


class Account:
    """An account; `address` is its 20 bytes. The key never leaves it."""

    def __init__(self, private_key: bytes) -> None:
        self._local = EthAccount.from_key(private_key)
        self.address = bytes.fromhex(self._local.address[2:])

    def __repr__(self) -> str:
        return f"Account(0x{self.address.hex()})"

    def sign(self, transaction: Mapping[str, Any]) -> tuple[bytes, bytes]:
        """Sign a transaction; return its raw bytes and its hash."""
        signed = self._local.sign_transaction(dict(transaction))
        return bytes(signed.raw_transaction), bytes(signed.hash)


def make_account(path: Path) -> Account:
    """
    Make a new key in *path*, readable by nobody else.

    Raises:
        UsageError: the file is there already, or cannot be written.
    """
    key = secrets.token_bytes(32)
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(descriptor, "w", encoding="ascii") as file:
            file.write(f"0x{key.hex()}\n")
    except OSError as error:
        raise UsageError(
            _("cannot make an account in {path}: {problem}").format(path=path, problem=why(error))
        ) from error
    return Account(key)


def load_account(path: Path) -> Account:
    """
    Read an account's key: 32 bytes in hex, with or without 0x.

    Raises:
        UsageError: the file cannot be read, or holds no key; what it holds is never shown.
    """
    try:
        text = path.read_text(encoding="ascii").strip().removeprefix("0x")
        return Account(bytes.fromhex(text))
    except OSError as error:
        raise UsageError(
            _("cannot read the account in {path}: {problem}").format(path=path, problem=why(error))
        ) from error
    except ValueError:
        # Without the cause: it would show what the file holds.
        raise UsageError(
            _("{path} holds no account: a private key is 32 bytes in hex").format(path=path)
        ) from None
