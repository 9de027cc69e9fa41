"""A bare reader of the reference server, as a stranger would write one."""

from dataclasses import dataclass
from decimal import Decimal
from typing import Any

import httpx

from tests.transcript_service.shared_database.upstream import SCHOOL_YEAR, SECRET, Upstream

PROBLEM = "application/problem+json"


def check_problem(answer: httpx.Response, status: int, slug: str) -> dict[str, Any]:
    """Assert that *answer* is this problem, and return its body."""
    assert answer.status_code == status
    assert answer.headers["Content-Type"] == PROBLEM
    body: dict[str, Any] = answer.json()
    assert (body["type"], body["status"]) == (f"urn:hocba:problem:{slug}", status)
    assert body["title"]
    assert body["detail"]
    return body


@dataclass(frozen=True, kw_only=True)
class Reader:
    """One client of one school."""

    http: httpx.Client
    upstream: Upstream
    client_id: str

    def token(self, **options: Any) -> httpx.Response:
        """Ask for a token."""
        form = {"grant_type": "client_credentials"} | options.pop("form", {})
        client = (self.client_id, options.pop("secret", SECRET))
        return self.http.post("/oauth/token", data=form, auth=client)

    def page(
        self, table: str = "diem", *, prefix: str = "/v1", headers: Any = (), **query: Any
    ) -> httpx.Response:
        """Ask for a page, with a token of its own unless one is given; None leaves a part out."""
        token = query.pop("token", None) or self.token().json()["access_token"]
        asked = {"matruong": self.upstream.school_code, "namhoc": SCHOOL_YEAR} | query
        return self.http.get(
            f"{prefix}/{table}",
            params={name: value for name, value in asked.items() if value is not None},
            headers={"Authorization": f"Bearer {token}"} | dict(headers),
        )

    def read(self, table: str = "diem", **query: Any) -> tuple[list[dict[str, Any]], str]:
        """Read all pages; return the records and the last page's place."""
        token = self.token().json()["access_token"]
        records, cursor = [], None
        while True:
            answer = self.page(table, token=token, contro=cursor, **query)
            assert answer.status_code == 200, answer.text
            body = answer.json(parse_float=Decimal)
            records += body["banghi"]
            cursor = body["contro"]
            if cursor is None:
                return records, body["moc"]
