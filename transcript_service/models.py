"""
The service's own tables: transcripts, documents, batches and what each step did.

Times are UTC in ISO 8601 text with seconds; digests are raw 32 bytes. The tables that mirror the
shared database are in `shared_database.mirror`.
"""

from sqlalchemy import UniqueConstraint
from sqlmodel import Field, SQLModel

from signing.profile import Level


class TranscriptRow(SQLModel, table=True):
    """One pupil at one school level: the transcript code and the series key never change."""

    __tablename__ = "transcript"
    __table_args__ = (UniqueConstraint("institution", "student_code", "level"),)

    transcript_code: str = Field(primary_key=True)
    institution: str
    student_code: str = Field(index=True)
    level: str
    series_key: bytes = Field(unique=True)


class BatchRow(SQLModel, table=True):
    """One batch: documents signed in one act and anchored under one root."""

    __tablename__ = "batch"

    id: int | None = Field(default=None, primary_key=True)
    institution: str = Field(index=True)
    class_code: str
    school_year: str
    created_at: str
    signed_at: str
    """When the principal's signing began, or went on after a cut: what its appearances print."""
    sealed_at: str | None = None
    """The same of the school's seal."""
    publish: bool
    """Whether the manifest's bytes go on chain, too."""
    level: str = Field(default=Level.B_B, sa_column_kwargs={"server_default": Level.B_B})
    """PAdES baseline level of its signatures."""
    finished_at: str | None = None
    root: bytes | None = None
    manifest: bytes | None = None
    cancelled_because: str | None = None
    """What the registry said when it refused the batch for good; no personal data."""


class BatchSignerRow(SQLModel, table=True):
    """A certificate that signs documents of a batch, with its chain."""

    __tablename__ = "batch_signer"

    id: int | None = Field(default=None, primary_key=True)
    batch_id: int = Field(foreign_key="batch.id", index=True)
    use: str
    """`PRINCIPAL` or `SEAL`."""
    certificates: str
    """JSON list of DER in base64: the signer's, then its authorities'."""


class BatchStepRow(SQLModel, table=True):
    """A named step that is done, written in the same transaction as what it did."""

    __tablename__ = "batch_step"

    batch_id: int = Field(foreign_key="batch.id", primary_key=True)
    name: str = Field(primary_key=True)
    done_at: str


class DocumentRow(SQLModel, table=True):
    """One version of one document of a transcript."""

    __tablename__ = "document"
    __table_args__ = (
        UniqueConstraint("transcript_code", "kind", "school_year", "version"),
        UniqueConstraint("batch_id", "position"),
    )

    id: int | None = Field(default=None, primary_key=True)
    transcript_code: str = Field(foreign_key="transcript.transcript_code", index=True)
    kind: str
    school_year: str
    version: int
    batch_id: int = Field(foreign_key="batch.id", index=True)
    position: int
    """Index of the document's entry in the batch's tree, from 0."""
    state: str
    transcript_json: bytes
    series_id: bytes
    predecessor_id: int | None = Field(default=None, foreign_key="document.id")
    correction_reason: str | None = None
    document_digest: bytes | None = Field(default=None, index=True)
    document_size: int | None = None

    @property
    def file_stem(self) -> str:
        """Return `CODE.YEAR.vN`, the name of the document's files without their suffix."""
        return f"{self.transcript_code}.{self.school_year}.v{self.version}"


class StateChangeRow(SQLModel, table=True):
    """The audit record of one transition (who, when, from, to)."""

    __tablename__ = "state_change"

    id: int | None = Field(default=None, primary_key=True)
    document_id: int = Field(foreign_key="document.id", index=True)
    before: str
    after: str
    at: str
    actor: str


class TransactionRow(SQLModel, table=True):
    """
    The intent of one transaction, stored before it is sent, so that it is never sent twice.

    A transaction with the same raw bytes has the same hash and nonce: sending it again after a
    cut either finds it mined or mines it once. One that is abandoned is never sent again, only
    looked up.
    """

    __tablename__ = "registry_transaction"

    id: int | None = Field(default=None, primary_key=True)
    purpose: str
    """`anchor`, `publish` or `revoke`."""
    batch_id: int | None = Field(default=None, foreign_key="batch.id", index=True)
    document_id: int | None = Field(default=None, foreign_key="document.id", index=True)
    sender: str = Field(index=True)
    nonce: int
    raw: bytes
    transaction_hash: bytes = Field(unique=True)
    created_at: str
    block_number: int | None = None
    block_hash: bytes | None = None
    abandoned: str | None = None
    """Why it cannot be mined any more."""
