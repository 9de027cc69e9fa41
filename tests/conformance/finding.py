"""What one judge said about one part of one document."""

from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """
    A document as it is put before the judges.

    `trusted` is the root certificate (PEM), `revocation_lists` are DER files that the judges get
    besides the PDF, `moment` is when they judge (ISO 8601 in UTC). A document that carries its
    evidence is judged by EU DSS at `alone_at`, years later, with nothing besides the root.
    """

    name: str
    path: Path
    trusted: Path
    revocation_lists: tuple[Path, ...]
    moment: str
    alone_at: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """
    One answer: of which judge, on which case, about what (a profile, a signature's field).

    `said` is the judge's own word, cut to what matters; `good` whether the judge has no objection.
    EU DSS also says what it warns of, and by which time a signature is proven to have existed.
    """

    judge: str
    case: str
    about: str
    said: str
    good: bool
    proven_at: str = ""
    warnings: str = ""


class JudgeAbsent(Exception):
    """A judge is not installed; `scripts/setup` installs it."""
