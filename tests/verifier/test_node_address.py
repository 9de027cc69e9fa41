"""Addresses of nodes: one node has one key, and no secret of an address is shown."""

from itertools import combinations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from verifier.node_address import node_key, shown_address

OTHERS = [
    "http://node.example/",
    "https://node.example/",
    "https://node.example:8545/",
    "https://node.example/v1",
    "https://node.example/V1",
    "https://node.example/?chain=1",
    "https://[::1]/",
    "embedded:chain.sqlite3",
    "embedded:other/chain.sqlite3",
    "node.example",
]


def test_other_nodes_have_other_keys() -> None:
    """Scheme, host, port, path and query each make another node."""
    assert all(node_key(one) != node_key(other) for one, other in combinations(OTHERS, 2))


@pytest.mark.parametrize(
    "spelling",
    [
        "https://node.example:8545",
        "HTTPS://NODE.example:8545/",
        "https://node.example.:8545/",
        "https://user:password@node.example:8545/",
        "https://node.example:8545/#fragment",
        "https://node.example:8545//",
        "https://node.example:8545/./",
    ],
)
def test_spellings_of_one_address_have_one_key(spelling: str) -> None:
    """Case, a slash, a user name: the same node, which must not count twice."""
    assert node_key(spelling) == node_key("https://node.example:8545/")


@pytest.mark.parametrize(
    ("address", "shown"),
    [
        ("https://node.example", "https://node.example"),
        ("http://127.0.0.1:8545/", "http://127.0.0.1:8545/"),
        ("https://user:SECRET@node.example:1/", "https://node.example:1/"),
        ("https://SECRET@node.example/", "https://node.example/"),
        ("https://node.example/v3/SECRET", "https://node.example/…"),
        ("https://node.example/?token=SECRET", "https://node.example/…"),
        ("https://node.example#SECRET", "https://node.example/…"),
        ("http://a@b:SECRET@node.example/", "http://node.example/"),
        ("wss://user:SECRET@node.example/", "wss…"),
        ("https://user:SECRET@node.example:port/", "https…"),
        ("https://user:SECRET@[x/", "https…"),
        ("user:SECRET@node.example", "user…"),
        ("localhost:8545", "localhost:8545"),
        ("embedded:chain/chain.sqlite3", "embedded:chain/chain.sqlite3"),
    ],
)
def test_what_may_be_a_secret_is_not_shown(address: str, shown: str) -> None:
    """Scheme, host and port tell people which node it is."""
    assert shown_address(address) == shown


@given(st.text(max_size=40))
def test_no_text_is_too_odd_for_an_address(text: str) -> None:
    """Whatever stands in a policy, there is a key and something to show."""
    for address in (text, f"http://{text}", f"embedded:{text}"):
        assert isinstance(node_key(address), str)
        assert isinstance(shown_address(address), str)
