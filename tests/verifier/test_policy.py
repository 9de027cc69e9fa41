"""Policies: nothing by default, nothing misspelt, and every fault named by file and key."""

from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from verifier.errors import PolicyError
from verifier.policy import Policy, load_policy

WHOLE = """
format = "hocba/policy/1"
[signatures]
trust_anchors = ["trust/root.pem"]
revocation_lists = ["trust/root.crl"]
fetch_revocation = false
require_revocation_data = true
least_level = "B-B"
[registry]
rpc = ["embedded:chain/chain.sqlite3", "https://node.example/"]
agree = 2
chain_id = 88001
address = "0x00000000000000000000000000000000000000aa"
deployment_block = 1
deployment_block_hash = "0x00000000000000000000000000000000000000000000000000000000000000bb"
finality = "instant"
greatest_head_age_s = 86400
snapshot = "registry.state.json"
snapshot_digest = "0x00000000000000000000000000000000000000000000000000000000000000cc"
[time]
validation_time = "2026-06-30T00:00:00Z"
anchor_is_proof_of_existence = true
"""
SHORT = """
format = "hocba/policy/1"
[signatures]
trust_anchors = ["trust/root.pem"]
[registry]
rpc = ["embedded:chain/chain.sqlite3"]
chain_id = 88001
address = "0x00000000000000000000000000000000000000aa"
deployment_block = 1
deployment_block_hash = "0x00000000000000000000000000000000000000000000000000000000000000bb"
finality = 12
"""
Load = Callable[[str | bytes], Policy]


@pytest.fixture
def load(tmp_path: Path) -> Load:
    """Write a policy beside the files that it may name, and load it."""
    (tmp_path / "trust").mkdir()
    for name in ("trust/root.pem", "trust/root.crl", "registry.state.json"):
        (tmp_path / name).write_text("content")

    def write_and_load(text: str | bytes) -> Policy:
        path = tmp_path / "policy.toml"
        path.write_bytes(text.encode() if isinstance(text, str) else text)
        return load_policy(path)

    return write_and_load


def test_the_policy_of_the_design_is_read(load: Load, tmp_path: Path) -> None:
    """All keys of docs/formats.md, with paths made whole."""
    policy = load(WHOLE)

    assert policy.signatures.trust_anchors == (tmp_path / "trust/root.pem",)
    assert policy.signatures.revocation_lists == (tmp_path / "trust/root.crl",)
    assert policy.registry.rpc == ("embedded:chain/chain.sqlite3", "https://node.example/")
    assert (policy.registry.agree, policy.registry.chain_id) == (2, 88001)
    assert policy.registry.address == bytes(19) + b"\xaa"
    assert policy.registry.deployment_block_hash == bytes(31) + b"\xbb"
    assert policy.registry.snapshot == tmp_path / "registry.state.json"
    assert policy.registry.snapshot_digest == bytes(31) + b"\xcc"
    assert policy.time.validation_time == datetime(2026, 6, 30, tzinfo=UTC)
    assert policy.time.anchor_is_proof_of_existence
    assert policy.directory == tmp_path
    assert policy.checkpoint_path == tmp_path / "policy.state.json"


def test_what_is_left_out_is_the_stricter_choice(load: Load) -> None:
    """Without a word about it, revocation data are required and block times prove nothing."""
    policy = load(SHORT)

    assert policy.signatures.require_revocation_data
    assert not policy.signatures.fetch_revocation
    assert not policy.time.anchor_is_proof_of_existence
    assert policy.time.validation_time is None
    assert policy.registry.agree == 1
    assert policy.registry.finality == 12


REPLACEMENTS = [
    ('trust_anchors = ["trust/root.pem"]', "", "trust_anchors"),
    ('trust_anchors = ["trust/root.pem"]', "trust_anchors = []", "signatures.trust_anchors"),
    ('"trust/root.pem"', '"trust/other.pem"', "trust/other.pem"),
    ('"trust/root.pem"', '"trust"', "signatures.trust_anchors"),
    ('"trust/root.pem"', '"a\\u0000b"', "signatures.trust_anchors"),
    ('"trust/root.crl"', '"none.crl"', "signatures.revocation_lists"),
    ("least_level", "lowest_level", "lowest_level"),
    ('"B-B"', '"B-C"', "signatures.least_level"),
    ("fetch_revocation = false", 'fetch_revocation = "no"', "signatures.fetch_revocation"),
    ("[time]", "[times]", "times"),
    ("[time]", "extra = 1\n[time]", "extra"),
    ('"hocba/policy/1"', '"hocba/policy/2"', "format"),
    ('format = "hocba/policy/1"', "", "format"),
    ("agree = 2", "agree = 3", "registry.agree"),
    ("agree = 2", "agree = 0", "registry.agree"),
    *[
        ('"embedded:chain/chain.sqlite3"', f'"{same}"', "registry.rpc: https://node.example")
        for same in (
            "https://node.example/",
            "https://node.example",
            "HTTPS://Node.Example/",
            "https://node.example:443/",
            "https://me:secret@node.example/",
            "https://node.example/#a",
        )
    ],
    ('"https://node.example/"', '"embedded:./chain//chain.sqlite3"', "registry.rpc: embedded:"),
    ('"trust/root.pem"', f'"{"a" * 300}"', "signatures.trust_anchors"),
    ('"registry.state.json"', f'"{"a" * 300}"', "registry.snapshot"),
    ("chain_id = 88001", "chain_id = true", "registry.chain_id"),
    ("0000aa", "0000AA", "registry.address"),
    ("0000aa", "00aa", "registry.address"),
    ("0000bb", "0000BB", "registry.deployment_block_hash"),
    ("deployment_block = 1", "deployment_block = -1", "registry.deployment_block"),
    ("deployment_block = 1\n", "", "deployment_block"),
    ('finality = "instant"', "", "finality"),
    ('"instant"', '"soon"', "registry.finality"),
    ('"instant"', "-1", "registry.finality"),
    ("86400", "0", "registry.greatest_head_age_s"),
    ('snapshot = "registry.state.json"', "", "registry.snapshot"),
    ('"registry.state.json"', '"gone.json"', "registry.snapshot"),
    ("0000cc", "0000CC", "registry.snapshot_digest"),
    ("00:00:00Z", "00:00:00", "time.validation_time"),
    ("00:00:00Z", "00:00:00+07:00", "time.validation_time"),
    ('"2026-06-30T00:00:00Z"', '"yesterday"', "time.validation_time"),
    ('"2026-06-30T00:00:00Z"', "2026-06-30", "time.validation_time"),
    *[
        ("2026-06-30T00:00:00Z", far, "time.validation_time: is a time from 2000 to 2199")
        for far in (
            "0001-01-01T00:00:00Z",
            "1999-12-31T23:59:59Z",
            "2200-01-01T00:00:00Z",
            "9999-12-31T23:59:59Z",
        )
    ],
    ("[registry]", "[registry", "not TOML"),
    ("[registry]", "[signatures]", "not TOML"),
]


@pytest.mark.parametrize("moment", ["2000-01-01T00:00:00Z", "2199-12-31T23:59:59Z"])
def test_the_first_and_the_last_validation_time_are_read(load: Load, moment: str) -> None:
    """Tolerances may be added to both."""
    policy = load(WHOLE.replace("2026-06-30T00:00:00Z", moment))

    assert policy.time.validation_time == datetime.fromisoformat(moment)


@pytest.mark.parametrize(("old", "new", "named"), REPLACEMENTS)
def test_a_fault_is_named_by_file_and_key(load: Load, old: str, new: str, named: str) -> None:
    """A missing anchor, an unknown key, another spelling, a value out of bounds."""
    assert old in WHOLE

    with pytest.raises(PolicyError) as caught:
        load(WHOLE.replace(old, new, 1))

    assert "policy.toml" in str(caught.value)
    assert named in str(caught.value)


def test_a_policy_needs_a_node_or_a_snapshot(load: Load) -> None:
    """Without either nothing could ever be looked up."""
    with pytest.raises(PolicyError, match=r"registry\.rpc"):
        load(SHORT.replace('rpc = ["embedded:chain/chain.sqlite3"]', ""))
    kept = WHOLE.replace('rpc = ["embedded:chain/chain.sqlite3", "https://node.example/"]', "")
    assert load(kept.replace("agree = 2", "")).registry.rpc == ()


def test_other_nodes_take_the_place_of_the_policys(load: Load) -> None:
    """`--rpc` replaces the addresses; the pins and the number that must agree stay."""
    policy = load(WHOLE)

    replaced = policy.with_rpc(["http://127.0.0.1:1", "http://127.0.0.1:2"])
    assert replaced.registry.rpc == ("http://127.0.0.1:1", "http://127.0.0.1:2")
    assert replaced.registry.chain_id == policy.registry.chain_id
    with pytest.raises(PolicyError, match="must agree"):
        policy.with_rpc(["http://127.0.0.1:1"])
    with pytest.raises(PolicyError, match="twice"):
        policy.with_rpc(["http://127.0.0.1:1", "http://127.0.0.1:2", "http://127.0.0.1:1/"])


@pytest.mark.parametrize("name", ["nowhere.toml", ".", "a" * 300])
def test_a_policy_that_cannot_be_read_is_a_policy_error(tmp_path: Path, name: str) -> None:
    """No file, a folder, a name that no file can have."""
    with pytest.raises(PolicyError, match="cannot be read"):
        load_policy(tmp_path / name)


@pytest.mark.parametrize(
    "data", [b"", b"\xff\xfe", b"x = " + b"[" * 60_000, b"a" * 70_000, b"format = 1\x00", b"\r"]
)
def test_hostile_files_are_policy_errors(load: Load, data: bytes) -> None:
    """Other encodings, depth, length."""
    with pytest.raises(PolicyError, match=r"policy\.toml"):
        load(data)


@given(at=st.integers(0, 2_000), put=st.binary(min_size=1, max_size=4))
def test_a_mutated_policy_is_refused_or_whole(load: Load, at: int, put: bytes) -> None:
    """Overwriting some bytes gives a policy or a PolicyError, nothing else."""
    data = WHOLE.encode()
    at %= len(data)

    try:
        policy = load(data[:at] + put + data[at + len(put) :])
    except PolicyError:
        return
    assert policy.signatures.trust_anchors
    assert len(policy.registry.address) == 20
