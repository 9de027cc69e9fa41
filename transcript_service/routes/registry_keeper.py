"""
The registry that answers are made with: folded at the start, brought up to date in the background.

When it cannot be brought up to date, the last reading is used until it is too old; then there is
none, and answers are INDETERMINATE / REGISTRY_UNAVAILABLE.
"""

import logging
import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path

from transcript_service.routes.bodies import SentFile
from transcript_service.routes.evidence_folder import ReceiptFolder
from transcript_service.routes.verifier_pool import Retired, VerifierPool
from verifier.errors import MissingEvidence, SubReason
from verifier.messages import _
from verifier.pdf_signature import load_trust
from verifier.policy import Policy
from verifier.registry import RegistryView, read_registry
from verifier.report import Report
from verifier.rpc import OpenRpc
from verifier.task import Task, Worker

_LOG = logging.getLogger("hocba.serve")
_RENEWED_AFTER = timedelta(minutes=10)
"""A task says what time it is: it is made anew also when the registry stays as it is."""


@dataclass(frozen=True, slots=True, kw_only=True)
class KeeperOptions:
    """What is served, and how fresh it has to be."""

    policy: Policy
    receipts: Path | None = None
    manifests: Path | None = None
    processes: int = 2
    refresh_s: int = 60
    greatest_age_s: int = 900


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """What requests are answered with; they take one and keep it to their end."""

    task: Task
    worker: Worker
    pool: VerifierPool
    folders: tuple[int, ...]
    """When the folders of evidence changed last."""
    lock: threading.Lock = field(default_factory=threading.Lock)
    """For the worker's evidence, which is for one thread at a time."""


class RegistryKeeper:
    """Keeps the newest reading; *clock* tells an aware time."""

    def __init__(
        self, options: KeeperOptions, open_rpc: OpenRpc, clock: Callable[[], datetime]
    ) -> None:
        self.options = options
        self.receipts = ReceiptFolder(options.receipts) if options.receipts is not None else None
        self._open_rpc = open_rpc
        self._clock = clock
        self._view: RegistryView | None = None
        self._read_at: datetime | None = None
        self._problem: SubReason | None = None
        self._reading: Reading | None = None
        self._lock = threading.Lock()
        self._reader: threading.Thread | None = None
        self._ending = threading.Event()
        self._thread = threading.Thread(target=self._keep, daemon=True)

    def start(self) -> None:
        """
        Read once, then go on in the background.

        Raises:
            PolicyError: a certificate or revocation list of the policy cannot be used.
        """
        load_trust(self.options.policy.signatures)
        self.refresh()
        self._thread.start()

    def close(self) -> None:
        """End the background's work and the processes."""
        self._ending.set()
        if self._thread.is_alive():
            self._thread.join(timeout=5)
        with self._lock:
            if self._reading is not None:
                self._reading.pool.retire()

    @property
    def reading(self) -> Reading:
        """What to answer with now."""
        if self._reading is None:
            raise RuntimeError("start() comes first")
        return self._reading

    def verify(self, sent: SentFile, language: str) -> Report:
        """
        Verify what was sent, with the reading of that moment.

        Raises:
            Problem: BUSY.
        """
        while True:
            try:
                return self.reading.pool.verify(sent, language)
            except Retired:
                continue

    @property
    def problem(self) -> SubReason | None:
        """Why the registry could not be brought up to date the last time."""
        return self._problem

    @property
    def as_of_block(self) -> int | None:
        """Return the block of the reading in use."""
        view = self.reading.task.registry
        return view.block_number if view is not None else None

    @property
    def age_s(self) -> int | None:
        """Return the age of the last good reading, in whole seconds."""
        if self._read_at is None:
            return None
        return max(0, int((self._clock() - self._read_at).total_seconds()))

    def refresh(self) -> None:
        """Read the registry and the folder of receipts; keep what is known if that fails."""
        now = self._clock()
        try:
            found = read_registry(self.options.policy, self._open_rpc, now=now)
        except MissingEvidence as error:
            self._take(now, None, error.sub_reason)
        else:
            self._take(now, found, None)

    def tick(self) -> None:
        """Begin to read, unless the last reading still goes on; stop using what is too old."""
        if self._reader is None or not self._reader.is_alive():
            self._reader = threading.Thread(target=self._refresh_quietly, daemon=True)
            self._reader.start()
        age = self.age_s
        if self._view is not None and age is not None and age > self.options.greatest_age_s:
            self._take(self._clock(), None, SubReason.REGISTRY_UNAVAILABLE)

    def _take(self, now: datetime, found: RegistryView | None, problem: SubReason | None) -> None:
        """Answer with what was found from now on, or with what is left."""
        with self._lock:
            self._problem = problem
            if found is not None:
                self._view, self._read_at = found, now
            age = self.age_s
            if age is None or age > self.options.greatest_age_s:
                self._view = None
            if self.receipts is not None:
                self.receipts.refresh()
            self._renew(now)

    def _keep(self) -> None:
        while not self._ending.wait(self.options.refresh_s):
            self.tick()

    def _refresh_quietly(self) -> None:
        try:
            self.refresh()
        except Exception as error:  # noqa: BLE001  the next round may go well; health tells
            self._problem = SubReason.REGISTRY_UNAVAILABLE
            _LOG.warning("the registry could not be read: %s", type(error).__name__)

    def _renew(self, now: datetime) -> None:
        """Make a new reading where the old one says something else, or is of long ago."""
        if self._ending.is_set():
            return
        held = self._reading
        task = self._task(now)
        folders = tuple(map(_changed_at, (self.options.receipts, self.options.manifests)))
        if held is not None and held.folders == folders and not _is_news(held.task, task):
            return
        pool = VerifierPool(task, self.options.processes)
        self._reading = Reading(task=task, worker=task.start(), pool=pool, folders=folders)
        if held is not None:
            held.pool.retire()

    def _task(self, now: datetime) -> Task:
        unavailable = None
        if self._view is None:
            said = _("this service cannot read the registry at present")
            unavailable = (self._problem or SubReason.REGISTRY_UNAVAILABLE, said)
        return Task(
            policy=self.options.policy,
            registry=self._view,
            unavailable=unavailable,
            receipts=self.options.receipts,
            manifests=self.options.manifests,
            now=now,
            language="vi",
        )


def _changed_at(folder: Path | None) -> int:
    try:
        return folder.stat().st_mtime_ns if folder is not None else 0
    except OSError:
        return 0


def _is_news(old: Task, new: Task) -> bool:
    if old.unavailable != new.unavailable or new.now - old.now > _RENEWED_AFTER:
        return True
    before, after = old.registry, new.registry
    return (before and before.block) != (after and after.block)
