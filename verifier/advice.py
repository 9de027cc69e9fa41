"""What a verdict means for the person who asked, and what to do next."""

from verifier.errors import SubReason
from verifier.messages import _
from verifier.report import Report, Verdict


def mark(report: Report) -> str:
    """Return the sign at the start of a file's line; genuine but withdrawn is never a cross."""
    if report.verdict is Verdict.TOTAL_PASSED:
        return "✓"
    if report.verdict is Verdict.INDETERMINATE:
        return "?"
    return "!" if report.sub_reason in (SubReason.SUPERSEDED, SubReason.REVOKED) else "✗"


def headline(report: Report) -> str:
    """Say in one sentence what was found."""
    if report.verdict is Verdict.TOTAL_PASSED:
        return _("genuine, unchanged and current")
    if report.sub_reason is SubReason.SUPERSEDED:
        return _("genuine, but replaced by a newer version")
    if report.sub_reason is SubReason.REVOKED:
        return _("genuine, but withdrawn by the school")
    if report.verdict is Verdict.TOTAL_FAILED:
        return _("not the document that was issued")
    if report.sub_reason is SubReason.SIGNATURES_NOT_CHECKED:
        return _("anchored and current by the registry; the document itself was not looked at")
    return _("could not be decided; this is no proof against the document")


def advice(sub_reason: SubReason | None) -> str:
    """Say what a person should do about *sub_reason*; empty for None."""
    if sub_reason is None:
        return ""
    general = _("Bring the policy's revocation lists up to date, or ask the school.")
    return {**_about_the_document(), **_about_the_evidence()}.get(sub_reason, general)


def _about_the_document() -> dict[SubReason, str]:
    original = _("Do not accept it. Ask the holder for the original file, or the school for it.")
    return {
        SubReason.FORMAT_FAILURE: original,
        SubReason.ALTERED: original,
        SubReason.HASH_FAILURE: original,
        SubReason.SIG_CRYPTO_FAILURE: original,
        SubReason.APPENDED: _(
            "Something was put behind the document. Ask the holder for the original file."
        ),
        SubReason.SIGNATURE_MISSING: _(
            "Do not accept it. Ask the school for the document with both signatures."
        ),
        SubReason.SIGNER_NOT_DECLARED: _(
            "Ask the department of education whether this signer may sign for the school."
        ),
        SubReason.SUPERSEDED: _("Ask the holder for the newest version."),
        SubReason.REVOKED: _("Ask the school why it was withdrawn."),
        SubReason.NO_CERTIFICATE_CHAIN_FOUND: _(
            "Check that the policy names the certification authority of the school."
        ),
        SubReason.FILE_TOO_LARGE: _("No transcript is as large as this. Ask for the original."),
    }


def _about_the_evidence() -> dict[SubReason, str]:
    return {
        SubReason.REGISTRY_UNAVAILABLE: _(
            "Check the network and the policy's node, or name another one with --rpc; try again."
        ),
        SubReason.OTHER_CHAIN: _("Check that policy, node and receipt belong to one registry."),
        SubReason.OTHER_HISTORY: _(
            "A node or a file contradicts the registry. Ask another node and tell its operator."
        ),
        SubReason.UNSUPPORTED_REGISTRY: _("Use a newer version of this program."),
        SubReason.NOT_AUTHORIZED: _("Tell the authority of the registry."),
        SubReason.WRONG_RECEIPT: _(
            "Put the document's own receipt beside it, or name manifests with --manifests."
        ),
        SubReason.NO_RECEIPT: _(
            "Ask the holder for the receipt, or the school for the manifest (--manifests)."
        ),
        SubReason.NOT_ANCHORED: _(
            "If it was issued today, try again tomorrow; otherwise ask the school."
        ),
        SubReason.DISPUTED: _("Ask the school which version counts."),
        SubReason.SIGNATURES_NOT_CHECKED: _(
            "A digest says nothing about signatures: verify the file itself."
        ),
    }
