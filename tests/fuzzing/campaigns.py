"""
What is fuzzed, and what may come of it.

A case is a kind and a number; with the campaign's seed they give its bytes. What counts is told
by bytes, digests and other programs, never by the verifier's own opinion.
"""

import json
import resource
from collections import Counter
from collections.abc import Callable, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field
from hashlib import sha256
from pathlib import Path
from random import Random
from time import monotonic, process_time
from traceback import format_exception_only
from typing import Any, Self

from tests.fuzzing.instruments import ChangingNode, judged_once, loads, pins, same_receipt
from tests.fuzzing.pdf_mutations import mutate_pdf
from tests.fuzzing.text_mutations import mutate_json, mutate_toml
from tests.fuzzing.visible import shows_the_same
from tests.verifier.documents import SIGNED_AT
from tests.verifier.extending import add_time_stamp, add_validation_data
from tests.verifier.issued import NOW, Office
from transcript_service.issuance.embedded_chain import open_rpc
from verifier.bulk import Task
from verifier.confined import DEFAULT_LIMITS, ConfinedVerifier
from verifier.errors import MissingEvidence, NodeUnreachable, PolicyError, SubReason
from verifier.evidence import EvidencePool
from verifier.policy import load_policy
from verifier.registry import RegistryView, read_registry
from verifier.report import Report, Verdict
from verifier.rpc import Rpc
from verifier.verification import verify

SHARES = {"pdf": 11, "receipt": 3, "manifest": 2, "policy": 2, "node": 2}
"""Of twenty cases, how many are of each kind."""
_SLACK_S = 5.0


@dataclass(frozen=True, slots=True)
class Case:
    """One thing to try."""

    kind: str
    number: int


@dataclass(slots=True)
class Tally:
    """What came of many cases."""

    outcomes: Counter[str] = field(default_factory=Counter)
    faults: list[str] = field(default_factory=list)
    """What may not be: wrong verdicts, tracebacks, cases over the limits."""
    kept: list[bytes] = field(default_factory=list)
    """The bytes of each of them."""

    def add(self, case: Case, outcome: str, fault: str | None, tried: bytes) -> None:
        """Count one case."""
        self.outcomes[f"{case.kind}: {outcome}"] += 1
        if fault is not None:
            self.faults.append(f"{case.kind} {case.number}: {outcome}: {fault}")
            self.kept.append(tried)


def cases(count: int) -> list[Case]:
    """Return *count* cases, of each kind its share."""
    order = [kind for kind, share in SHARES.items() for _n in range(share)]
    return [Case(order[number % len(order)], number) for number in range(count)]


class Campaign:
    """An office's documents and all that is needed to judge what is done to them."""

    def __init__(self, office: Office, directory: Path, seed: int) -> None:
        self._office = office
        self._directory = directory
        self._seed = seed
        self._view: RegistryView = office.view()
        self._honest_calls: dict[str, Any] = {}
        pdf = office.documents["a"].pdf
        renewed = add_time_stamp(add_validation_data(pdf, office), SIGNED_AT.replace(month=6))
        self._bases = (pdf, office.documents["b"].pdf, renewed)
        self._stack = ExitStack()
        self._verifier = ConfinedVerifier(self._task())
        (directory / "manifests").mkdir(parents=True)

    def __enter__(self) -> Self:
        self._stack.enter_context(self._verifier)
        self._stack.enter_context(judged_once(self._bases[0]))
        return self

    def __exit__(self, *_error: object) -> None:
        self._stack.close()

    def run(self, chosen: Sequence[Case]) -> Tally:
        """Try all of *chosen*."""
        tally = Tally()
        tries: dict[str, Callable[[Random], tuple[bytes, str, str | None]]] = {
            "pdf": self._try_pdf,
            "receipt": self._try_receipt,
            "manifest": self._try_manifest,
            "policy": self._try_policy,
            "node": self._try_node,
        }
        for case in chosen:
            random = Random(f"{self._seed}:{case.kind}:{case.number}")
            started, memory = process_time(), _peak_memory()
            tried, outcome, fault = tries[case.kind](random)
            if process_time() - started > DEFAULT_LIMITS.processor_seconds:
                fault = "over the limit of time"
            if _peak_memory() - memory > DEFAULT_LIMITS.memory_bytes:
                fault = "over the limit of memory"
            tally.add(case, outcome, fault, tried)
        return tally

    def _task(self) -> Task:
        return Task(
            policy=self._office.policy,
            registry=self._view,
            unavailable=None,
            receipts=self._office.transcripts,
            manifests=None,
            now=NOW,
            language="en",
        )

    def _try_pdf(self, random: Random) -> tuple[bytes, str, str | None]:
        base = random.choice(self._bases)
        (tried,) = mutate_pdf(random, base)
        started = monotonic()
        report = self._verifier.verify(tried)
        if monotonic() - started > DEFAULT_LIMITS.seconds + _SLACK_S:
            return tried, "late", "over the limit of time"
        if not isinstance(report, Report):
            return tried, "unreadable", "no verdict"
        outcome = _outcome(report)
        if _has_fault(report):
            return tried, outcome, report.checks[0].message
        if report.verdict is Verdict.TOTAL_PASSED and not self._may_pass(base, tried):
            return tried, outcome, "it was changed"
        return tried, outcome, None

    def _may_pass(self, base: bytes, tried: bytes) -> bool:
        """Tell whether nothing that counts was changed."""
        anchored = [issued.entry for issued in self._office.documents.values()]
        begins_as = any(
            sha256(tried[: entry.document_size]).digest() == entry.document_digest
            for entry in anchored
        )
        return begins_as and (tried == base or shows_the_same(base, tried))

    def _try_receipt(self, random: Random) -> tuple[bytes, str, str | None]:
        honest = (self._office.transcripts / "a.receipt.json").read_bytes()
        tried = mutate_json(random, honest)
        (self._directory / "a.receipt.json").write_bytes(tried)
        outcome, fault = self._judge(EvidencePool(), may_pass=same_receipt(honest, tried))
        return tried, outcome, fault

    def _try_manifest(self, random: Random) -> tuple[bytes, str, str | None]:
        (self._directory / "a.receipt.json").unlink(missing_ok=True)
        (path,) = self._office.manifests.iterdir()
        honest = path.read_bytes()
        tried = mutate_json(random, honest)
        (self._directory / "manifests" / path.name).write_bytes(tried)
        pool = EvidencePool(manifests=self._directory / "manifests", state=self._view.state)
        same = loads(tried) == loads(honest)
        outcome, fault = self._judge(pool, may_pass=same)
        return tried, outcome, fault

    def _judge(self, pool: EvidencePool, *, may_pass: bool) -> tuple[str, str | None]:
        """Verify an honest document by evidence that was changed: never a word against it."""
        try:
            report = verify(
                self._bases[0],
                policy=self._office.policy,
                registry=self._view,
                evidence=pool.for_file(self._directory / "a.pdf"),
                now=NOW,
            )
        except Exception as error:  # noqa: BLE001  that none comes is what is tried
            return "traceback", _told(error)
        if report.verdict is Verdict.TOTAL_FAILED:
            return _outcome(report), "false evidence fails a document"
        if report.verdict is Verdict.TOTAL_PASSED and not may_pass:
            return _outcome(report), "the evidence was changed"
        return _outcome(report), None

    def _try_policy(self, random: Random) -> tuple[bytes, str, str | None]:
        honest = self._office.policy_path.read_bytes()
        tried = mutate_toml(random, honest)
        path = self._office.directory / "tried.toml"
        path.write_bytes(tried)
        (self._directory / "a.receipt.json").write_bytes(
            (self._office.transcripts / "a.receipt.json").read_bytes()
        )
        try:
            policy = load_policy(path)
            view = read_registry(policy, self._open_honest, now=NOW, checkpoint=False)
            report = verify(
                self._bases[0],
                policy=policy,
                registry=view,
                evidence=EvidencePool().for_file(self._directory / "a.pdf"),
                now=NOW,
            )
        except PolicyError:
            return tried, "refused", None
        except MissingEvidence as error:
            return tried, str(error.sub_reason), None
        except Exception as error:  # noqa: BLE001  that none comes is what is tried
            return tried, "traceback", _told(error)
        if report.verdict is Verdict.TOTAL_PASSED and pins(tried) != pins(honest):
            return tried, _outcome(report), "it trusts somebody else"
        if report.verdict is Verdict.TOTAL_FAILED:
            return tried, _outcome(report), "a policy fails a document"
        return tried, _outcome(report), None

    def _try_node(self, random: Random) -> tuple[bytes, str, str | None]:
        policy = self._office.policy
        node = ChangingNode(self._honest_answer, random)
        try:
            view = read_registry(policy, lambda *_opened: node, now=NOW, checkpoint=False)
        except MissingEvidence as error:
            return node.told, str(error.sub_reason), None
        except Exception as error:  # noqa: BLE001  that none comes is what is tried
            return node.told, "traceback", _told(error)
        if view.state != self._view.state:
            return node.told, "believed", "another history"
        return node.told, "believed, the same state", None

    def _open_honest(self, address: str, directory: Path) -> Rpc:
        if address not in self._office.policy.registry.rpc:
            raise NodeUnreachable("no node is asked but the office's own")
        return open_rpc(address, directory)

    def _honest_answer(self, method: str, params: Sequence[object]) -> Any:
        key = json.dumps([method, *params])
        if key not in self._honest_calls:
            policy = self._office.policy
            rpc = open_rpc(policy.registry.rpc[0], self._office.directory)
            self._honest_calls[key] = rpc.call(method, params)
        return self._honest_calls[key]


def _outcome(report: Report) -> str:
    return f"{report.verdict} {report.sub_reason or ''}".strip()


def _has_fault(report: Report) -> bool:
    """Tell whether the program itself failed (`verifier.confined_child`)."""
    return report.sub_reason is SubReason.GENERIC and len(report.checks) == 2


def _told(error: BaseException) -> str:
    return format_exception_only(error)[-1].strip()


def _peak_memory() -> int:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024
