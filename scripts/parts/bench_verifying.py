"""
Verifying against pyHanko's bare validation of the same signatures; many files in one command.

Each measurement is a process of its own. What runs in one process is counted in processor time,
so that other programs on the machine do not count; rounds alternate.
"""

import asyncio
import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from hashlib import sha256
from io import BytesIO
from pathlib import Path

from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign.validation import async_validate_pdf_signature
from pyhanko_certvalidator import ValidationContext

from transcript_service.issuance.embedded_chain import open_rpc
from verifier.evidence import EvidencePool, EvidenceSources
from verifier.pdf_signature import load_trust
from verifier.policy import load_policy
from verifier.registry import read_registry
from verifier.registry_file import state_to_json
from verifier.report import Verdict
from verifier.trust_store import TrustStore
from verifier.verification import verify

Found = dict[str, float]
OFFLINE_POLICY = "offline-policy.toml"
TRANSCRIPTS = "transcripts"
LOADED = "verifier.cli, verifier.confined_child, verifier.printing, verifier.registry"
"""What `hocba-verify FILE` imports, with what these import."""
BARE = "pyhanko.sign.validation"


def verify_one(issued: Path, rounds: int) -> Found:
    """Verify documents one by one, by ourselves and by pyHanko alone; seconds for each."""
    policy, now = load_policy(issued / "policy.toml"), datetime.now(UTC)
    view = read_registry(policy, open_rpc, now=now, checkpoint=False)
    pool = EvidencePool(published=view.manifests, state=view.state)
    trust = load_trust(policy.signatures)
    paths = sorted((issued / TRANSCRIPTS).glob("*.pdf"))[: rounds + 1]

    def ours(path: Path) -> None:
        sources = EvidenceSources(pool=pool, path=path)
        report = verify(path.read_bytes(), policy=policy, registry=view, evidence=sources, now=now)
        if report.verdict is not Verdict.TOTAL_PASSED:
            raise RuntimeError(f"{path}: {report.verdict} {report.sub_reason}")

    def bare(path: Path) -> None:
        asyncio.run(_validate_bare(path.read_bytes(), trust, now))

    ours(paths[0])
    bare(paths[0])
    both = [
        (_time(lambda one=path: ours(one)), _time(lambda one=path: bare(one))) for path in paths[1:]
    ]
    return {
        "ours": statistics.median(one for one, _other in both),
        "pyhanko": statistics.median(other for _one, other in both),
    }


async def _validate_bare(pdf: bytes, trust: TrustStore, now: datetime) -> None:
    """Validate both signatures as pyHanko does by default, with its difference analysis."""
    context = ValidationContext(
        trust_roots=list(trust.anchors),
        crls=list(trust.revocation_lists),
        moment=now,
        allow_fetching=False,
        revocation_mode="require",
    )
    for signature in PdfFileReader(BytesIO(pdf)).embedded_regular_signatures:
        status = await async_validate_pdf_signature(signature, context)
        if not status.bottom_line:
            raise RuntimeError(status.summary())


def write_offline_policy(issued: Path) -> None:
    """Let a policy name a snapshot of the registry, so that the verifier needs nothing else."""
    policy = load_policy(issued / "policy.toml")
    view = read_registry(policy, open_rpc, now=datetime.now(UTC), checkpoint=False)
    data = state_to_json(view.state, view.block)
    (issued / "registry.state.json").write_bytes(data)
    text = (issued / "policy.toml").read_text("utf-8")
    snapshot = (
        f'snapshot = "registry.state.json"\nsnapshot_digest = "0x{sha256(data).hexdigest()}"\n'
    )
    text = text.replace("[registry]\n", "[registry]\n" + snapshot)
    (issued / OFFLINE_POLICY).write_text(text, "utf-8")


def verify_many(issued: Path, count: int) -> Found:
    """Verify so many files, real documents under many names, by one `hocba-verify`."""
    write_offline_policy(issued)
    originals = sorted((issued / TRANSCRIPTS).glob("*.pdf"))
    with tempfile.TemporaryDirectory(prefix="hocba-bench-", dir=issued) as name:
        folder = Path(name)
        for number in range(count):
            source = originals[number % len(originals)]
            _link(source, folder / f"{number:06}.pdf")
            receipt = source.with_name(source.stem + ".receipt.json")
            _link(receipt, folder / f"{number:06}.receipt.json")
        options = ["--policy", str(issued / OFFLINE_POLICY), "--offline", "--jobs", "2", "--json"]
        start = time.perf_counter()
        with Path(name, "report.jsonl").open("wb") as out:
            usage = _run([sys.executable, "-m", "verifier", name, *options], out.fileno())
        seconds = time.perf_counter() - start
        with (folder / "report.jsonl").open("rb") as lines:
            passed = sum(json.loads(line)["verdict"] == "TOTAL-PASSED" for line in lines)
    if passed != count:
        raise RuntimeError(f"{passed} of {count} files passed")
    return {"seconds": seconds, "processor": usage.processor_s, "peak": usage.peak_mib}


def _link(source: Path, target: Path) -> None:
    """Give a file another name; copy it where the file system has no more room for names."""
    try:
        target.hardlink_to(source)
    except OSError:
        target.write_bytes(source.read_bytes())


def start(_issued: Path, rounds: int) -> Found:
    """Start the interpreter with what a verification loads, and with pyHanko's validation alone."""
    cases = {"ours": ["-c", f"import {LOADED}"], "help": ["-m", "verifier", "--help"]}
    cases["pyhanko"] = ["-c", f"import {BARE}"]
    found: dict[str, list[float]] = {name: [] for name in cases}
    with Path(os.devnull).open("wb") as nowhere:
        for _round in range(rounds):
            for name, case in cases.items():
                usage = _run([sys.executable, *case], nowhere.fileno())
                found[name].append(usage.processor_s)
    return {name: statistics.median(values) for name, values in found.items()}


@dataclass(frozen=True, kw_only=True)
class Usage:
    """What a command and the processes that it started took."""

    processor_s: float
    peak_mib: float
    """The greatest memory of one of them."""


def _run(command: list[str], stdout: int) -> Usage:
    with subprocess.Popen(command, stdout=stdout) as process:
        _pid, status, usage = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        raise RuntimeError(f"{command} ended with {process.returncode}")
    return Usage(processor_s=usage.ru_utime + usage.ru_stime, peak_mib=usage.ru_maxrss / 1024)


def _time(work: Callable[[], object]) -> float:
    begun = time.process_time()
    work()
    return time.process_time() - begun


STAGES: dict[str, Callable[[Path, int], Found]] = {
    "one": verify_one,
    "many": verify_many,
    "start": start,
}


def measure(issued: Path, stage: str, count: int) -> Found:
    """Run one stage in a process of its own."""
    command = [sys.executable, __file__, stage, str(issued), str(count)]
    done = subprocess.run(command, check=True, stdout=subprocess.PIPE)
    found: Found = json.loads(done.stdout.splitlines()[-1])
    return found


if __name__ == "__main__":
    print(json.dumps(STAGES[sys.argv[1]](Path(sys.argv[2]), int(sys.argv[3]))))
