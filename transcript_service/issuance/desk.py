"""The issuing desk: all that the steps of a batch need, put together once by the command line."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from sqlalchemy import Engine
from sqlmodel import Session

from signing.keys.signing_key import SigningKey
from signing.profile import Level
from signing.signature_image import SignatureImage
from signing.timestamp import TimeStampService
from transcript_service.folders import Folders
from transcript_service.issuance.registry_access import RegistryAccess
from transcript_service.issuance.workshop import Workshop
from transcript_service.lifecycle import DocumentState, check_transition
from transcript_service.models import DocumentRow, StateChangeRow
from transcript_service.settings import OfficeSettings

REGISTRY_ACTOR = "registry"
"""Who acted, in audit records of what others did in the registry."""
Progress = Callable[[str, int, int], None]
"""Called with the name of a step, how many are done, and of how many."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SigningKeys:
    """The two keys of a batch, loaded once for all of its documents, and the drawn signature."""

    principal: SigningKey
    seal: SigningKey
    principal_image: SignatureImage | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Desk:
    """
    One school's issuing desk.

    `load_keys` loads them at the first call; `level` is the one of batches that begin now, `office`
    who signs them if it is not the principal, `time_stamping` the services asked for it; `now`
    gives aware UTC times; `policy` is the file by which every document is checked.
    """

    engine: Engine
    folders: Folders
    institution: str
    registry: RegistryAccess
    load_keys: Callable[[], SigningKeys]
    level: Level
    office: OfficeSettings | None
    time_stamping: tuple[TimeStampService, ...]
    policy: Path
    now: Callable[[], datetime]
    actor: str
    progress: Progress
    workshop: Workshop

    def session(self) -> Session:
        """
        Open a session whose transactions hold the write lock from their beginning.

        Rows stay as they are after a commit: nobody else writes these tables (`only_process`).
        """
        engine = self.engine.execution_options(sqlite_begin="IMMEDIATE")
        return Session(engine, expire_on_commit=False)

    def stamp(self) -> str:
        """Return the present time as it is stored: UTC with seconds."""
        return self.now().strftime("%Y-%m-%dT%H:%M:%SZ")


def move(desk: Desk, session: Session, document: DocumentRow, after: DocumentState) -> None:
    """
    Take *document* to the state *after* and write the audit record of it.

    Raises:
        ForbiddenTransition: the table of `lifecycle` does not allow it.
    """
    before = DocumentState(document.state)
    check_transition(before, after)
    document.state = after
    session.add(document)
    session.add(
        StateChangeRow(
            document_id=document.id or 0,
            before=before,
            after=after,
            at=desk.stamp(),
            actor=desk.actor,
        )
    )
