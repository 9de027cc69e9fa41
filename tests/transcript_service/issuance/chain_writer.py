"""
Writers of an embedded chain in processes of their own: to be killed, or to write side by side.

`python -m … many CHAIN KEY ADDRESS COUNT` writes COUNT blocks.
`python -m … killed GROUND ADDRESS OUT` kills writers at many moments of a write, each in a copy of
GROUND, and tells in JSON which blocks each had reported as written before it was killed.
"""

import json
import os
import shutil
import signal
import sys
import time
from datetime import UTC, datetime
from pathlib import Path

from transcript_service.issuance.accounts import Account, load_account
from transcript_service.issuance.embedded_chain import EmbeddedChain
from transcript_service.issuance.registry_calls import publish_manifest

STATEMENTS, TIMES = 12, 8


def open_chain(path: Path) -> EmbeddedChain:
    """Open the chain as a writer whose clock stands still."""
    return EmbeddedChain(path, clock=lambda: datetime(2026, 6, 1, tzinfo=UTC))


def write_block(chain: EmbeddedChain, account: Account, address: str) -> str:
    """Publish a manifest of 8 kB; give the hash of its block."""
    sender = "0x" + account.address.hex()
    nonce = int(chain.call("eth_getTransactionCount", [sender, "latest"]), 16)
    call = publish_manifest(nonce.to_bytes(4) * 2_000)
    content = {"to": address, "data": "0x" + call.hex(), "value": 0, "chainId": chain.chain_id}
    raw, transaction_hash = account.sign(
        {**content, "nonce": nonce, "gas": 50_000_000, "gasPrice": 0}
    )
    chain.call("eth_sendRawTransaction", ["0x" + raw.hex()])
    receipt = chain.call("eth_getTransactionReceipt", ["0x" + transaction_hash.hex()])
    return str(receipt["blockHash"])


def write_many(chain_file: str, key_file: str, address: str, count: str) -> None:
    """Write a number of blocks."""
    account = load_account(Path(key_file))
    with open_chain(Path(chain_file)) as chain:
        for _block in range(int(count)):
            write_block(chain, account, address)


class Victim:
    """A forked process that writes blocks in *directory* and reports each through a pipe."""

    def __init__(self, directory: Path, address: str, *, fatal: int | None) -> None:
        reading, writing = os.pipe()
        self.pid = os.fork()
        if self.pid == 0:
            os.close(reading)
            self._live(directory, address, os.fdopen(writing, "w", buffering=1), fatal)
        os.close(writing)
        self.reports = os.fdopen(reading)

    def _live(self, directory: Path, address: str, reports, fatal: int | None) -> None:
        account = load_account(directory / "key")
        chain = open_chain(directory / "chain.sqlite3")
        connection = chain._file.connection
        # So few pages in memory that a write reaches the file long before its commit.
        connection.execute("PRAGMA cache_size = 2")
        for number in range(1000):
            if number == 2 and fatal is not None:
                connection.set_trace_callback(_countdown(fatal))
            reports.write(write_block(chain, account, address) + "\n")
        os._exit(1)

    def end(self) -> list[str]:
        """Wait for the end; give what was reported and not read yet."""
        os.waitpid(self.pid, 0)
        rest = self.reports.read().split("\n")
        self.reports.close()
        return [line for line in rest if line.startswith("0x") and len(line) == 66]


def _countdown(fatal: int):
    """Kill this process at the statement number *fatal*."""
    seen = iter(range(10**9))

    def count(_statement: str) -> None:
        if next(seen) == fatal:
            os.kill(os.getpid(), signal.SIGKILL)

    return count


def moments_of_a_write(directory: Path, address: str) -> list[int]:
    """Choose statements of one block: its first one, then evenly from the first that writes."""
    account = load_account(directory / "key")
    with open_chain(directory / "chain.sqlite3") as chain:
        write_block(chain, account, address)
        seen: list[str] = []
        chain._file.connection.set_trace_callback(seen.append)
        write_block(chain, account, address)
    last = len(seen) - 1
    first = next(at for at, statement in enumerate(seen) if statement.startswith("INSERT"))
    steps = STATEMENTS - 2
    return [0, *(first + step * (last - first) // steps for step in range(steps + 1))]


def killed_at_a_statement(directory: Path, address: str, fatal: int) -> list[str]:
    """Let a writer kill itself at a statement of its third block."""
    return Victim(directory, address, fatal=fatal).end()


def killed_at_a_time(directory: Path, address: str, fraction: float) -> list[str]:
    """Kill a writer from outside, at a fraction of the time that its blocks take."""
    victim = Victim(directory, address, fatal=None)
    reported = [victim.reports.readline().strip()]
    start = time.monotonic()
    reported.append(victim.reports.readline().strip())
    duration = time.monotonic() - start
    while time.monotonic() < start + duration * (1 + fraction):
        pass
    os.kill(victim.pid, signal.SIGKILL)
    return [*reported, *victim.end()]


def kill_writers(ground: str, address: str, out: str) -> None:
    """Kill writers at statements and at times, spread over a write."""
    probe = shutil.copytree(ground, Path(out) / "probe")
    found = []
    for fatal in moments_of_a_write(probe, address):
        directory = shutil.copytree(ground, Path(out) / f"statement-{fatal}")
        reported = killed_at_a_statement(directory, address, fatal)
        found.append({"directory": str(directory), "reported": reported})
    for moment in range(TIMES):
        directory = shutil.copytree(ground, Path(out) / f"time-{moment}")
        reported = killed_at_a_time(directory, address, moment / TIMES)
        found.append({"directory": str(directory), "reported": reported})
    sys.stdout.write(json.dumps(found))


if __name__ == "__main__":
    {"many": write_many, "killed": kill_writers}[sys.argv[1]](*sys.argv[2:])
