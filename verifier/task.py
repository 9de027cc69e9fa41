"""What many files are verified with, and the worker that verifies one after another with it."""

from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Self

from verifier.checks import Renderer
from verifier.errors import MissingEvidence, SubReason
from verifier.evidence import EvidencePool, EvidenceSources
from verifier.policy import Policy, check_aware
from verifier.receipt_service import ReceiptService
from verifier.registry import RegistryView


@dataclass(frozen=True, slots=True, kw_only=True)
class UnreadableFile:
    """A file that could not be opened: no verdict (exit code 1)."""

    file: str
    problem: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Task:
    """What all files are verified with; goes to each worker process once."""

    policy: Policy
    registry: RegistryView | None
    unavailable: tuple[SubReason, str] | None
    """Why there is no registry."""
    receipts: Path | None
    manifests: Path | None
    now: datetime
    language: str
    service: str | None = None
    """Address of a service that is asked for receipts; it learns which documents are checked."""
    renderer: Renderer | None = None
    """A function of a module, which processes can be told by name."""

    def __post_init__(self) -> None:
        """Refuse a time without its zone, before any process is started for it."""
        check_aware(self.now)

    @property
    def view(self) -> RegistryView | MissingEvidence:
        """The registry, or why there is none."""
        sub_reason, message = self.unavailable or (SubReason.REGISTRY_UNAVAILABLE, "")
        return self.registry or MissingEvidence(sub_reason, message)

    def start(self) -> "Worker":
        """Return what verifies or looks up one after another in this process."""
        return Worker.of(self)


@dataclass(frozen=True, slots=True, kw_only=True)
class Worker:
    """One process's part: the task, its registry and its evidence."""

    task: Task
    registry: RegistryView | MissingEvidence
    pool: EvidencePool

    @classmethod
    def of(cls, task: Task) -> Self:
        """Index nothing yet: folders and manifests are read when a file needs them."""
        view = task.registry
        pool = EvidencePool(
            receipts=task.receipts,
            manifests=task.manifests,
            service=ReceiptService(task.service) if task.service is not None else None,
            published=view.manifests if view is not None else {},
            state=view.state if view is not None else None,
        )
        return cls(task=task, registry=task.view, pool=pool)

    def sources(self, path: Path | None) -> EvidenceSources:
        """Return where evidence for the PDF at *path* is looked for; None for bytes."""
        return self.pool.for_file(path)
