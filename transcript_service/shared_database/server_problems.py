"""
What the reference server refuses, as RFC 9457 problem details.

A problem's type is `urn:hocba:problem:SLUG`; neither title nor detail repeats what was sent.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field

from pydantic import BaseModel, ConfigDict
from pydantic import Field as Described

MEDIA_TYPE = "application/problem+json"


class ProblemDetails(BaseModel):
    """The body of every error (RFC 9457 section 3)."""

    model_config = ConfigDict(extra="allow")

    type: str = Described(description="`urn:hocba:problem:` and the name of the problem")
    title: str = Described(description="the same for every problem of this type")
    status: int = Described(description="the HTTP status")
    detail: str = Described(description="what to do; holds nothing of what was sent")


@dataclass(eq=False, kw_only=True)
class Problem(Exception):
    """A request that is not answered as asked."""

    slug: str
    title: str
    status: int
    detail: str
    headers: Mapping[str, str] = field(default_factory=dict)
    members: Mapping[str, str] = field(default_factory=dict)
    """Beside the standard ones, e.g. `error` of RFC 6749 section 5.2."""

    def body(self) -> dict[str, object]:
        """Return the JSON object that is sent."""
        return {
            "type": f"urn:hocba:problem:{self.slug}",
            "title": self.title,
            "status": self.status,
            "detail": self.detail,
            **self.members,
        }


def invalid_client() -> Problem:
    """Refuse client credentials, without saying whether the client is known."""
    return Problem(
        slug="invalid-client",
        title="Client not accepted",
        status=401,
        detail="Send the client id and secret with HTTP Basic authentication.",
        headers={"WWW-Authenticate": "Basic"},
        members={"error": "invalid_client"},
    )


def bad_grant(error: str) -> Problem:
    """Refuse a token request; *error* is a code of RFC 6749 section 5.2."""
    return Problem(
        slug=error.replace("_", "-"),
        title="Token request refused",
        status=400,
        detail="Ask for grant_type=client_credentials, and for no more than was granted.",
        members={"error": error},
    )


def invalid_token() -> Problem:
    """Refuse a missing, unknown or expired token (RFC 6750 section 3)."""
    return Problem(
        slug="invalid-token",
        title="Token missing, unknown or expired",
        status=401,
        detail="Fetch a new token at /oauth/token.",
        headers={"WWW-Authenticate": 'Bearer error="invalid_token"'},
    )


def not_in_scope() -> Problem:
    """Refuse a school or a group of records that the token does not open."""
    return Problem(
        slug="not-in-scope",
        title="Outside the token's scope",
        status=403,
        detail="This client may not read that school or that table; ask its owner for the scope.",
    )


def unknown_table() -> Problem:
    """Refuse a table that no dialect has."""
    return Problem(
        slug="unknown-table",
        title="No such table",
        status=404,
        detail="The tables are listed in the documentation of the shared database.",
    )


def bad_parameter(names: str) -> Problem:
    """Refuse a query; *names* are ours, never what was sent."""
    return Problem(
        slug="bad-parameter",
        title="Parameter missing or malformed",
        status=400,
        detail=f"Look at: {names}.",
    )


def bad_cursor() -> Problem:
    """Refuse a cursor or place that was never handed out."""
    return Problem(
        slug="bad-cursor",
        title="Not a cursor of this server",
        status=400,
        detail="Send contro and tu as they were received, or leave them out to begin anew.",
    )


def unknown_place() -> Problem:
    """Refuse a place in the changes of another database than the present one."""
    return Problem(
        slug="unknown-place",
        title="Place in another history of changes",
        status=410,
        detail="The database was made anew since; read the table again, without contro and tu.",
    )


def too_many_requests(seconds: int) -> Problem:
    """Refuse a request beyond the client's rate."""
    return Problem(
        slug="too-many-requests",
        title="Too many requests",
        status=429,
        detail="Wait as long as Retry-After says.",
        headers={"Retry-After": str(seconds)},
    )


def of_status(status: int) -> Problem:
    """Return the problem of a *status* that the framework found."""
    slug, title = {
        404: ("not-found", "Nothing here"),
        405: ("method-not-allowed", "Method not allowed"),
    }.get(status, ("internal-error", "Internal error"))
    return Problem(slug=slug, title=title, status=status, detail="See /openapi.json.")
