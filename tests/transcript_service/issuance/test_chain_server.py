"""The embedded chain over HTTP on the loopback."""

import json
import os
import signal
import socket
import subprocess
import sys
import threading
from pathlib import Path

import pytest
import requests

from tests.transcript_service.issuance.chain_blocks import all_hashes, check_blocks
from tests.transcript_service.issuance.conftest import SCHOOL, Ground
from transcript_service.errors import ServiceError
from transcript_service.issuance.accounts import Account, make_account
from transcript_service.issuance.chain_server import CannotServe, ChainServer, serve, serving
from transcript_service.issuance.embedded_chain_file import ChainUnavailable
from transcript_service.issuance.registry_calls import publish_manifest, retire
from transcript_service.issuance.registry_reverts import RegistryRefused
from verifier.rpc import HttpRpc, RpcRefused

ROOT = Path(__file__).resolve().parents[3]


@pytest.fixture
def served(ground: Ground):
    """A chain, and the URL at which it is served."""
    with ground.open() as chain, serving(chain) as url:
        yield ground, chain, url


def post(url: str, body: bytes, **options: object) -> object:
    """Post raw bytes; give the parsed answer."""
    return requests.post(url, data=body, timeout=20, **options).json()


def test_the_verifiers_client_reads_the_same_chain(served):
    """The answers over HTTP are those in process."""
    _ground, chain, url = served
    rpc = HttpRpc(url)

    assert all_hashes(rpc) == all_hashes(chain)
    check_blocks(rpc)


def test_transactions_can_be_sent_over_http(served):
    """Sent, mined, refused with the contract's own error."""
    ground, chain, url = served
    writer = ground.writer(HttpRpc(url))

    mined = writer.execute(ground.account, publish_manifest(b"one"))

    assert chain.call("eth_blockNumber", []) == hex(mined.block_number) == "0x5"
    with pytest.raises(RegistryRefused, match="NotRoot") as refused:
        writer.prepare(ground.account, retire(SCHOOL))
    assert refused.value.values == {"actingFor": SCHOOL}


def test_a_revert_keeps_code_and_data(served):
    """As geth answers."""
    ground, _chain, url = served
    call = {"to": ground.address, "data": "0x" + retire(SCHOOL).hex()}

    with pytest.raises(RpcRefused, match="execution reverted") as refused:
        HttpRpc(url).call("eth_call", [call, "latest"])
    assert refused.value.code == 3
    assert refused.value.data.startswith("0x")


def test_several_requests_come_in_one_batch(served):
    """Answers in order, each with its ID; one that is wrong does not spoil the others."""
    _ground, _chain, url = served
    batch = [
        {"jsonrpc": "2.0", "id": 7, "method": "eth_chainId", "params": []},
        {"jsonrpc": "2.0", "id": "x", "method": "eth_mine"},
        3,
        {"jsonrpc": "2.0", "id": None, "method": "eth_blockNumber"},
    ]

    answers = post(url, json.dumps(batch).encode())

    assert [answer["id"] for answer in answers] == [7, "x", None, None]
    assert answers[0]["result"] == "0x157c1"
    assert answers[1]["error"]["code"] == -32601
    assert answers[2]["error"]["code"] == -32600
    assert answers[3]["result"] == "0x4"


@pytest.mark.parametrize(
    ("body", "code"),
    [
        (b"", -32700),
        (b"{", -32700),
        (b"\xff\xfe", -32700),
        (b"[" * 100_000, -32700),
        (b"[]", -32600),
        (b"3", -32600),
        (b'{"id": 1}', -32600),
        (b'{"id": 1, "method": 5}', -32600),
        (b'{"id": 1, "method": "eth_chainId", "params": {}}', -32600),
        (b'{"id": 1, "method": "eth_chainId", "params": [1]}', -32602),
    ],
)
def test_a_body_that_is_no_request_gets_an_error_answer(served, body, code):
    """And the server lives on."""
    _ground, _chain, url = served

    assert post(url, body)["error"]["code"] == code
    assert HttpRpc(url).call("eth_chainId", []) == "0x157c1"


@pytest.mark.parametrize("length", ["-1", "many", str(2**40), None])
def test_a_request_without_a_usable_length_is_refused(served, length):
    """Nothing is read that was not announced, nor more than the bound."""
    _ground, _chain, url = served
    port = int(url.rsplit(":", 1)[1])
    announced = f"Content-Length: {length}\r\n" if length else ""

    with socket.create_connection(("127.0.0.1", port), timeout=20) as connection:
        connection.sendall(f"POST / HTTP/1.1\r\nHost: x\r\n{announced}\r\n".encode())
        answer = connection.makefile("rb").read()

    assert answer.startswith((b"HTTP/1.1 411", b"HTTP/1.1 413"))
    assert HttpRpc(url).call("eth_chainId", []) == "0x157c1"


def test_requests_from_many_threads_are_answered_one_by_one(served):
    """No answer is mixed up with another."""
    _ground, chain, url = served
    hashes, wrong = all_hashes(chain), []

    def look() -> None:
        rpc = HttpRpc(url)
        for number in [0, 1, 2, 3, 4] * 5:
            block = rpc.call("eth_getBlockByNumber", [hex(number), False])
            if block["hash"] != hashes[number]:
                wrong.append(block)

    threads = [threading.Thread(target=look) for _number in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert wrong == []


def test_transactions_from_many_threads_are_mined_one_by_one(served):
    """Three accounts send at once: every transaction gets a block of its own."""
    ground, chain, url = served
    accounts = [make_account(ground.directory / f"sender-{number}") for number in range(3)]
    mined: list[int] = []

    def send(account: Account) -> None:
        writer = ground.writer(HttpRpc(url))
        for number in range(5):
            manifest = account.address + bytes([number])
            mined.append(writer.execute(account, publish_manifest(manifest)).block_number)

    threads = [threading.Thread(target=send, args=(account,)) for account in accounts]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert sorted(mined) == list(range(5, 20))
    check_blocks(chain)


def test_a_port_in_use_is_named(ground: Ground):
    """A clear error, and the other server goes on."""
    with ground.open() as chain, serving(chain) as url:
        port = int(url.rsplit(":", 1)[1])
        with pytest.raises(ServiceError, match=rf"127\.0\.0\.1:{port}: Address already in use"):
            ChainServer(chain, port=port)
        with pytest.raises(CannotServe, match="choose another port"):
            serve(ground.path, port=port)

        assert HttpRpc(url).call("eth_chainId", []) == "0x157c1"


@pytest.mark.parametrize("port", [-1, 65536])
def test_a_number_that_is_no_port_is_named(ground: Ground, port):
    """Before anything is opened."""
    with ground.open() as chain, pytest.raises(CannotServe, match="is no port"):
        ChainServer(chain, port=port)


@pytest.mark.parametrize("host", ["0.0.0.0", "192.0.2.1", "::", "example.org", ""])
def test_only_the_loopback_is_served(ground: Ground, host):
    """The embedded chain is for this machine."""
    with ground.open() as chain, pytest.raises(CannotServe, match="not a loopback address"):
        ChainServer(chain, host, 0)


def test_serving_needs_a_chain(tmp_path):
    """It is not made by serving it."""
    with pytest.raises(ChainUnavailable, match="there is no chain"):
        serve(tmp_path / "chain.sqlite3", port=0)


def test_a_server_process_ends_at_an_interrupt(ground: Ground):
    """Ctrl-C ends it without a traceback; the port is free and the chain whole."""
    command = ["-m", "transcript_service", "chain", "serve", ground.path, "--port", "0"]
    with subprocess.Popen(
        [sys.executable, *command, "--lang", "en"],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        cwd=ROOT,
    ) as process:
        url = process.stdout.readline().strip()
        number = HttpRpc(url).call("eth_blockNumber", [])
        os.kill(process.pid, signal.SIGINT)
        try:
            _out, errors = process.communicate(timeout=60)
        finally:
            process.kill()

    assert number == "0x4"
    assert process.returncode == 130
    assert errors == "hocba: stopped\n"
