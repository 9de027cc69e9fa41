"""
What the API refuses, as RFC 9457 problem details, in Vietnamese or English.

A problem's type is `urn:hocba:problem:SLUG`; nothing in it repeats what was sent.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import Enum

from verifier.messages import _

MEDIA_TYPE = "application/problem+json"


class Kind(Enum):
    """The problems: name, and status of RFC 9110."""

    INCOMPLETE = ("incomplete-request", 400)
    NOT_FOUND = ("not-found", 404)
    METHOD = ("method-not-allowed", 405)
    TOO_SLOW = ("too-slow", 408)
    TOO_LARGE = ("too-large", 413)
    MEDIA = ("unsupported-media-type", 415)
    INVALID = ("invalid-request", 422)
    TOO_MANY = ("too-many-requests", 429)
    INTERNAL = ("internal-error", 500)
    BUSY = ("busy", 503)

    @property
    def slug(self) -> str:
        """Return the last part of the problem's type."""
        return self.value[0]

    @property
    def status(self) -> int:
        """Return the HTTP status."""
        return self.value[1]


@dataclass(eq=False, kw_only=True)
class Problem(Exception):
    """A request that is not answered as asked."""

    kind: Kind
    place: str = ""
    """Which part of the request; a name of ours, never what was sent."""
    reason: str = ""
    """What is wrong, where more can be said than the kind says; nothing of what was sent."""
    headers: Mapping[str, str] = field(default_factory=dict)


def kind_of(status: int) -> Kind:
    """Return the problem of a status that the framework found."""
    return next((kind for kind in Kind if kind.status == status), Kind.INTERNAL)


def body_of(problem: Problem) -> dict[str, object]:
    """Return the JSON object that is sent, in the language in use."""
    title, usual = _texts()[problem.kind]
    detail = problem.reason or usual
    if problem.place:
        detail = f"{detail} ({problem.place})"
    return {
        "type": f"urn:hocba:problem:{problem.kind.slug}",
        "title": title,
        "status": problem.kind.status,
        "detail": detail,
    }


def _texts() -> dict[Kind, tuple[str, str]]:
    return {
        Kind.INCOMPLETE: (_("Incomplete request"), _("The connection ended before the body did.")),
        Kind.NOT_FOUND: (
            _("Nothing here"),
            _("This service does not have it; that proves nothing against a document."),
        ),
        Kind.METHOD: (_("Method not allowed"), _("See /openapi.json for what can be asked.")),
        Kind.TOO_SLOW: (_("Too slow"), _("The body took too long to arrive; send it again.")),
        Kind.TOO_LARGE: (_("Too large"), _("See /openapi.json for how much may be sent.")),
        Kind.MEDIA: (
            _("Media type not supported"),
            _("Send application/pdf, multipart/form-data or application/json."),
        ),
        Kind.INVALID: (_("Not a request of this kind"), _("See /openapi.json; look at the place.")),
        Kind.TOO_MANY: (_("Too many requests"), _("Wait as long as Retry-After says.")),
        Kind.INTERNAL: (
            _("Internal error"),
            _("This is a fault of the service and says nothing of the document. Ask again later."),
        ),
        Kind.BUSY: (_("Busy"), _("Ask again after the time that Retry-After says, or for less.")),
    }
