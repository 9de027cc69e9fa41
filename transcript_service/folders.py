"""Where a school keeps its files: one folder for each thing that a person looks for."""

from dataclasses import dataclass
from pathlib import Path

from transcript_service.lifecycle import DocumentState


@dataclass(frozen=True, slots=True)
class Folders:
    """The folders below one directory; each is made when the first file needs it."""

    directory: Path

    @property
    def transcripts(self) -> Path:
        """Return the current versions with their receipts: what pupils get."""
        return self.directory / "transcripts"

    @property
    def superseded(self) -> Path:
        """Return versions that a later one replaced, with their receipts."""
        return self.directory / "superseded"

    @property
    def revoked(self) -> Path:
        """Return versions that were withdrawn, with their receipts."""
        return self.directory / "revoked"

    @property
    def archive(self) -> Path:
        """Return every version ever issued: nothing is taken away here."""
        return self.directory / "archive"

    @property
    def manifests(self) -> Path:
        """Return the manifests of all batches."""
        return self.directory / "manifests"

    @property
    def works(self) -> Path:
        """Return the folder of the batches that are under way."""
        return self.directory / "work"

    def of(self, state: DocumentState) -> Path:
        """Return where documents of *state* lie with their receipts, once they were issued."""
        return {
            DocumentState.ISSUED: self.transcripts,
            DocumentState.SUPERSEDED: self.superseded,
            DocumentState.REVOKED: self.revoked,
        }[state]

    def work(self, batch_id: int) -> Path:
        """Return the unfinished files of one batch; gone once it is released."""
        return self.works / f"batch-{batch_id}"
