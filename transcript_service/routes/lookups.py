"""What can be looked up: digests, receipts, manifests, and whether the service is well."""

import time
from collections.abc import Sequence

from transcript_service.routes.problems import Kind, Problem
from transcript_service.routes.registry_keeper import Reading, RegistryKeeper
from transcript_service.routes.shapes import DigestAnswer, Health, RegistryHealth
from verifier.advice import headline, what_to_do
from verifier.digest_lookup import look_up_digest
from verifier.errors import InvalidFormat, SubReason
from verifier.fields import to_hex
from verifier.manifest import MAX_MANIFEST_BYTES, parse_manifest
from verifier.messages import _, in_language
from verifier.regular_file import open_regular
from verifier.report import Report, Verdict

LOOK_UP_WITHIN_S = 30.0


def look_up(reading: Reading, digests: Sequence[str], language: str) -> list[DigestAnswer]:
    """
    Say what the registry says of each digest, nothing of where that is known from.

    Raises:
        Problem: BUSY when it takes too long.
    """
    deadline = time.monotonic() + LOOK_UP_WITHIN_S
    known: dict[str, DigestAnswer] = {}
    with in_language(language):
        for digest in digests:
            if digest not in known:
                if time.monotonic() > deadline:
                    raise Problem(kind=Kind.BUSY, place="digests", headers={"Retry-After": "60"})
                with reading.lock:
                    report = look_up_digest(
                        bytes.fromhex(digest[2:]),
                        registry=reading.worker.registry,
                        pool=reading.worker.pool,
                    )
                known[digest] = _answer(digest, report)
    return [known[digest] for digest in digests]


def _answer(digest: str, report: Report) -> DigestAnswer:
    """Leave out sources and notes: they may name files, which go by transcript codes."""
    sub_reason = report.sub_reason or SubReason.SIGNATURES_NOT_CHECKED
    anchor = report.anchor
    return DigestAnswer(
        document_digest=digest,
        verdict=(
            Verdict.TOTAL_FAILED
            if report.verdict is Verdict.TOTAL_FAILED
            else Verdict.INDETERMINATE
        ),
        sub_reason=sub_reason,
        reason=headline(report),
        advice=advice_for_clients(sub_reason),
        status=report.status,
        institution=anchor.institution if anchor is not None else None,
        anchored_at=(
            anchor.anchored_at.isoformat().replace("+00:00", "Z") if anchor is not None else None
        ),
        as_of_block=report.as_of_block,
    )


def advice_for_clients(sub_reason: SubReason) -> str:
    """Say what a person should do, where there is no command line with options."""
    school = _("Ask the school for the document's receipt or for the manifest.")
    return {
        SubReason.WRONG_RECEIPT: school,
        SubReason.NO_RECEIPT: school,
        SubReason.MANIFEST_WITHHELD: school,
        SubReason.REGISTRY_UNAVAILABLE: _("The registry is out of reach here. Ask again later."),
    }.get(sub_reason, what_to_do(sub_reason))


def find_receipt(keeper: RegistryKeeper, document_digest: bytes) -> bytes:
    """
    Return a receipt as it left the school.

    Raises:
        Problem: NOT_FOUND.
    """
    found = keeper.receipts.find(document_digest) if keeper.receipts is not None else None
    if found is None:
        raise Problem(kind=Kind.NOT_FOUND)
    return found


def find_manifest(keeper: RegistryKeeper, root: bytes) -> bytes:
    """
    Return the manifest of an anchored root: from the folder, else from the chain.

    Raises:
        Problem: NOT_FOUND.
    """
    found = _manifest_in_folder(keeper, root) or _manifest_on_chain(keeper, root)
    if found is None:
        raise Problem(kind=Kind.NOT_FOUND)
    return found


def _manifest_in_folder(keeper: RegistryKeeper, root: bytes) -> bytes | None:
    folder = keeper.options.manifests
    if folder is None:
        return None
    try:
        with open_regular(folder / f"{to_hex(root)}.manifest.json") as file:
            data = file.read(MAX_MANIFEST_BYTES + 1)
        return data if parse_manifest(data).root == root else None
    except (OSError, InvalidFormat):
        return None


def _manifest_on_chain(keeper: RegistryKeeper, root: bytes) -> bytes | None:
    view = keeper.reading.task.registry
    if view is None:
        return None
    digests = (batch.manifest_digest for batch in view.state.batches.values() if batch.root == root)
    return next((view.manifests[digest] for digest in digests if digest in view.manifests), None)


def health(keeper: RegistryKeeper) -> Health:
    """Say what is out of reach."""
    return Health(
        status="ok" if keeper.problem is None else "degraded",
        registry=RegistryHealth(
            as_of_block=keeper.as_of_block, age_s=keeper.age_s, problem=keeper.problem
        ),
        greatest_age_s=keeper.options.greatest_age_s,
        receipts=len(keeper.receipts) if keeper.receipts is not None else None,
    )
