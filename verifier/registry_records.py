"""What the folded registry remembers of each thing."""

from dataclasses import dataclass
from typing import Literal


@dataclass(frozen=True, slots=True)
class Period:
    """A span of time, Unix seconds: a moment m lies inside when `start <= m < until`."""

    start: int
    until: int


@dataclass(frozen=True, slots=True, kw_only=True)
class InstitutionRecord:
    """A registered institution; `parent` is None for the root. Texts are for people."""

    parent: str | None
    name: str
    upstream_codes: str
    registered_at: int


@dataclass(frozen=True, slots=True, kw_only=True)
class BatchRecord:
    """
    An anchored batch.

    `time` is the block time, `sender` 20 bytes; `history_size` and `history_head` are those of
    its BatchAnchored event, as receipts carry them.
    """

    institution: str
    root: bytes
    size: int
    time: int
    manifest_digest: bytes
    sender: bytes
    history_size: int
    history_head: bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class StatusRecord:
    """What became of an entry; the successor only when it was superseded."""

    status: Literal["REVOKED", "SUPERSEDED"]
    reason: int
    time: int
    acting_for: str
    sender: bytes
    history_size: int
    successor_institution: str | None = None
    successor_leaf: bytes | None = None
