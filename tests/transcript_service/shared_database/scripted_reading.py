"""Reading a table from a server that answers by a script."""

from tests.transcript_service.shared_database.upstream import (
    SECRET,
    Patient,
    Script,
    scripted_server,
)
from transcript_service.shared_database.client import UpstreamAccess, UpstreamClient


def read_all(*answers, table="diem", start=None, patient=None, waiting=None, **access):
    """Return all pages that *answers* make, and what was asked for them."""
    script = Script(answers)
    with scripted_server(script) as base_url:
        whole = UpstreamAccess(base_url=base_url, client_id="a", client_secret=SECRET, **access)
        with UpstreamClient(whole, waiting=waiting or (patient or Patient()).waiting) as client:
            scope = {"school_code": "S1", "school_year": "2025-2026"}
            pages = list(client.pages(table, start=start, **scope))
    return pages, script.seen
