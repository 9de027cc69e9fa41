"""
The verifier as a library: open it once by a policy, verify as many documents as you like.

    with open_verifier(Policy.load(Path("policy.toml")), now=datetime.now(UTC)) as verifier:
        report = verifier.verify(Path("transcript.pdf"))

docs/library.md has the examples. Files are read in a confined process (ADR 0023), the registry
once, when the verifier is opened.
"""

from collections.abc import Iterable, Iterator
from datetime import datetime
from pathlib import Path
from types import TracebackType
from typing import Self

from verifier.bulk import verify_files
from verifier.checks import Renderer
from verifier.confined import ConfinedVerifier
from verifier.digest_lookup import look_up_digest
from verifier.errors import MissingEvidence, PolicyError, VerifierError
from verifier.found_files import check_folders
from verifier.messages import _, language
from verifier.policy import Policy, check_aware
from verifier.receipt_service import check_service_address
from verifier.registry import RegistryView, read_registry, read_snapshot
from verifier.report import Report
from verifier.rpc import OpenRpc, open_rpc
from verifier.task import Task, UnreadableFile


class Verifier:
    """
    Verifies documents by one policy and the registry as it was when this was opened.

    A context manager: leaving it ends the confined process. Threads may share it.
    """

    def __init__(self, task: Task) -> None:
        self._task = task
        self._worker = task.start()
        self._confined = ConfinedVerifier(task)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self._confined.__exit__(kind, error, traceback)

    @property
    def registry(self) -> RegistryView | MissingEvidence:
        """The folded registry, or why it could not be read."""
        return self._task.view

    def verify(self, document: Path | bytes, *, file: str | None = None) -> Report:
        """
        Verify one issued PDF.

        Args:
            document: where it lies, so that its receipt is looked for beside it; or its bytes.
            file: how the report calls it; the path where none is given.

        Raises:
            PolicyError: a certificate or revocation list of the policy cannot be used.
            VerifierError: the file cannot be opened, or no process could be started.
        """
        outcome = self._confined.verify(document, file=file)
        if isinstance(outcome, UnreadableFile):
            raise VerifierError(f"{outcome.file}: {outcome.problem}")
        return outcome

    def verify_files(
        self, paths: Iterable[Path], *, jobs: int = 1
    ) -> Iterator[Report | UnreadableFile]:
        """
        Verify many files in *jobs* confined processes, in their order and with flat memory.

        Raises:
            PolicyError, VerifierError: as `verify`; a file that cannot be opened is an outcome.
        """
        return verify_files(paths, self._task, jobs=jobs)

    def look_up(self, document_digest: bytes) -> Report:
        """
        Say what the registry knows of a bare digest; never TOTAL-PASSED.

        Raises:
            PolicyError: it is not 32 bytes.
        """
        return look_up_digest(
            document_digest, registry=self._worker.registry, pool=self._worker.pool
        )


def open_verifier(
    policy: Policy,
    *,
    now: datetime,
    receipts: Path | None = None,
    manifests: Path | None = None,
    service: str | None = None,
    offline: bool = False,
    renderer: Renderer | None = None,
    open_rpc: OpenRpc = open_rpc,
) -> Verifier:
    """
    Read the registry by *policy*; that it cannot be read is a finding of every report.

    Args:
        policy: whom to trust.
        now: aware; the policy's `validation_time` takes its place when certificates are judged.
        receipts: a folder of receipts.
        manifests: a folder of manifests.
        service: address of a service that is asked for receipts, as the last source; it learns
            which documents are checked.
        offline: open no socket; the policy has to name a snapshot.
        renderer: makes check 14; a function of a module, so that processes can be told its name.
        open_rpc: opens a node's address.

    Raises:
        PolicyError: *now* is not aware, a folder is not there, *service* is no address or named
            together with *offline*.
    """
    check_aware(now)
    check_folders((receipts, manifests))
    if service is not None:
        if offline:
            raise PolicyError(_("a service is asked over the network, and offline forbids it"))
        check_service_address(service)
    if offline:
        policy = policy.offline()
    view, unavailable = None, None
    try:
        view = read_snapshot(policy) if offline else read_registry(policy, open_rpc, now=now)
    except MissingEvidence as error:
        unavailable = (error.sub_reason, str(error))
    return Verifier(
        Task(
            policy=policy,
            registry=view,
            unavailable=unavailable,
            receipts=receipts,
            manifests=manifests,
            now=now,
            language=language(),
            service=service,
            renderer=renderer,
        )
    )


def verify(document: Path | bytes, *, policy: Policy, now: datetime) -> Report:
    """
    Verify one issued PDF, with the receipt beside it or the manifests on chain.

    Reads the registry each time: for several documents, `open_verifier`. Arguments and errors are
    those of `open_verifier` and `Verifier.verify`.
    """
    with open_verifier(policy, now=now) as verifier:
        return verifier.verify(document)
