"""Accounts: a key in a file that only its owner reads, and that is never shown."""

import stat

import pytest
from eth_account import Account as EthAccount

from transcript_service.errors import UsageError
from transcript_service.issuance.accounts import load_account, make_account

# The first private key of the well-known test mnemonic "test test test … junk".
KEY = "ac0974bec39a17e36ba4a6b4d238ff944bacb478cbed5efcae784d7bf4f2ff80"
ADDRESS = "f39fd6e51aad88f6f4ce6ab8827279cfffb92266"


@pytest.mark.parametrize("text", [KEY, f"0x{KEY}", f"  0x{KEY.upper()}\n"])
def test_a_key_is_read_with_and_without_its_prefix(tmp_path, text):
    """A known key has its known address."""
    (tmp_path / "key").write_text(text)

    assert load_account(tmp_path / "key").address.hex() == ADDRESS


def test_a_new_key_is_read_by_its_owner_only(tmp_path):
    """And found again."""
    account = make_account(tmp_path / "keys" / "issuer.key")

    mode = (tmp_path / "keys" / "issuer.key").stat().st_mode
    assert stat.S_IMODE(mode) == 0o600
    assert load_account(tmp_path / "keys" / "issuer.key").address == account.address


def test_two_new_keys_differ(tmp_path):
    """They are random."""
    assert make_account(tmp_path / "a").address != make_account(tmp_path / "b").address


def test_a_key_is_never_overwritten(tmp_path):
    """The account that it opens would be lost."""
    make_account(tmp_path / "key")
    before = (tmp_path / "key").read_text()

    with pytest.raises(UsageError, match=r"cannot make an account in .*key: File exists"):
        make_account(tmp_path / "key")
    assert (tmp_path / "key").read_text() == before


def test_what_is_signed_is_signed_by_the_account(tmp_path):
    """The sender is recovered from the raw bytes."""
    account = make_account(tmp_path / "key")
    content = {"to": "0x" + "11" * 20, "nonce": 0, "gas": 21000, "gasPrice": 0, "value": 0}

    raw, transaction_hash = account.sign({**content, "chainId": 88001})

    assert EthAccount.recover_transaction(raw)[2:].lower() == account.address.hex()
    assert len(transaction_hash) == 32


@pytest.mark.parametrize(
    "text",
    ["", "0x", "zz" * 32, KEY[:-2], KEY + "00", "00" * 32, "ff" * 32, "not hex é", f"0x0x{KEY}"],
)
def test_a_file_without_a_key_is_named_and_its_content_is_not(tmp_path, text):
    """Neither in the message nor in what caused it."""
    (tmp_path / "key").write_text(text, encoding="utf-8")

    with pytest.raises(UsageError, match="holds no account") as refused:
        load_account(tmp_path / "key")
    assert refused.value.__cause__ is None
    assert len(text) < 4 or text[:20] not in str(refused.value)


def test_a_missing_file_is_named(tmp_path):
    """With the system's reason."""
    with pytest.raises(UsageError, match=r"cannot read the account in .*key: No such file"):
        load_account(tmp_path / "key")


def test_an_account_shows_its_address_only(tmp_path):
    """In logs and tracebacks."""
    (tmp_path / "key").write_text(KEY)

    shown = repr(load_account(tmp_path / "key"))

    assert shown == f"Account(0x{ADDRESS})"
