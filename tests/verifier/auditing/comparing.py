"""Running the audit on a world, and looking up what it found."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from tests.verifier.registry.world import (
    BATCHES,
    CLASS,
    SCHOOL,
    Document,
    World,
    manifest_of,
)
from verifier.audit import Sources, audit
from verifier.audit_database import DatabaseRow, RowState
from verifier.audit_findings import AuditCode, AuditReport


def run(world: World, rows: Sequence[DatabaseRow] | None = None) -> AuditReport:
    sources = Sources(manifests=(world.manifests,), archive=world.archive, rows=rows)
    return audit(world.policy, world.view(), sources)


def replay(world: World, **sources: Any) -> AuditReport:
    """Audit the registry with the folder of manifests alone."""
    sources = {"manifests": (world.manifests,), **sources}
    return audit(world.policy, world.view(), Sources(**sources))


def codes(report: AuditReport) -> set[AuditCode]:
    return {finding.code for finding in report.findings}


def the(report: AuditReport, code: AuditCode) -> str:
    """Return the message of the one finding of this kind."""
    (found,) = [finding.message for finding in report.findings if finding.code is code]
    return found


def manifest_file(world: World, documents: Sequence[Document]) -> Path:
    return world.manifests / f"0x{manifest_of(documents).root.hex()}.manifest.json"


def rows_of(world: World) -> list[DatabaseRow]:
    """The database's rows as they should be."""
    states: dict[str, RowState] = {CLASS[0].name: "SUPERSEDED", CLASS[3].name: "REVOKED"}
    return [
        DatabaseRow(
            name=item.name,
            institution=SCHOOL,
            series_id=item.series_id,
            version=item.version,
            document_digest=item.entry().document_digest,
            state=states.get(item.name, "CURRENT"),
            subject=item.series_id,
        )
        for batch in BATCHES
        for item in batch
    ]


def found(report: dict) -> list[str]:
    return [one["code"] for one in report["findings"]]
