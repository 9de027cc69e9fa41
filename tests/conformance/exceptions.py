"""Where a judge may object to an honest document, and why."""

from dataclasses import dataclass

from tests.conformance.finding import Finding
from tests.conformance.revisions import RENEWAL, STAMP


@dataclass(frozen=True, slots=True, kw_only=True)
class KnownException:
    """`mark` leads to the reason in docs/conformance.md."""

    judge: str
    about: str
    says: str
    mark: str


EXCEPTIONS = tuple(
    KnownException(
        judge="poppler", about=field, says="Signature has not yet been verified", mark="a"
    )
    for field in (STAMP, RENEWAL)
)


def find_exception(finding: Finding) -> KnownException | None:
    """Find the exception that allows an objection."""
    for exception in EXCEPTIONS:
        if (exception.judge, exception.about) == (finding.judge, finding.about) and (
            exception.says in finding.said
        ):
            return exception
    return None
