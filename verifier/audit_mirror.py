"""Fetching manifests that are neither at hand nor on chain from a mirror, into a folder."""

from collections.abc import Iterable
from pathlib import Path

from verifier.bounded_http import BoundedHttp, NoAnswer
from verifier.fields import to_hex
from verifier.manifest import MAX_MANIFEST_BYTES, manifest_digest
from verifier.messages import _
from verifier.node_address import shown_address, split_url
from verifier.registry_records import BatchRecord

TIMEOUT_S = 120.0
"""For one whole manifest."""
MAX_FAILURES = 3
"""Requests without an answer before the mirror is given up."""
_OK = 200


def fetch_manifests(url: str, batches: Iterable[BatchRecord], folder: Path) -> list[str]:
    """
    Put the manifests of *batches* that the mirror has into *folder*, and say what went wrong.

    Only bytes with the anchored digest are kept, so a mirror can withhold but not deceive.

    Args:
        url: `{root}` in it stands for a batch's root; without, `/ROOT.manifest.json` follows it.
        batches: what is wanted.
        folder: where the files are put.
    """
    if split_url(url) is None:
        return [_("{url} is not the address of a mirror").format(url=shown_address(url))]
    pattern = url if "{root}" in url else url.rstrip("/") + "/{root}.manifest.json"
    http = BoundedHttp(timeout_s=TIMEOUT_S, max_bytes=MAX_MANIFEST_BYTES)
    problems: list[str] = []
    failures = 0
    for batch in batches:
        root = to_hex(batch.root)
        try:
            answer = http.ask("GET", pattern.replace("{root}", root), headers={})
        except NoAnswer as error:
            failures += 1
            problem = str(error)
        else:
            problem = f"HTTP {answer.status}" if answer.status != _OK else ""
            if not problem and manifest_digest(answer.content) != batch.manifest_digest:
                problem = _("what it gives has another digest than the anchored one")
        if problem:
            text = _("mirror {url}: no manifest of {root} ({problem})")
            problems.append(text.format(url=shown_address(url), root=root, problem=problem))
        else:
            (folder / f"{root}.manifest.json").write_bytes(answer.content)
        if failures == MAX_FAILURES:
            break
    return problems
