"""What a verdict means for the person who asked, and what to do next."""

from enum import StrEnum

from verifier.errors import SubReason
from verifier.messages import _
from verifier.report import Report, Verdict


class Outcome(StrEnum):
    """The verdicts as people are told them: superseded and revoked documents are no forgeries."""

    PASSED = "PASSED"
    SUPERSEDED = "SUPERSEDED"
    REVOKED = "REVOKED"
    FAILED = "FAILED"
    UNDECIDED = "UNDECIDED"


_MARKS = {
    Outcome.PASSED: "✓",
    Outcome.SUPERSEDED: "!",
    Outcome.REVOKED: "!",
    Outcome.FAILED: "✗",
    Outcome.UNDECIDED: "?",
}


def outcome_of(report: Report) -> Outcome:
    """Sort a report by what people are told."""
    return outcome_by_name(report.verdict, report.sub_reason)


def outcome_by_name(verdict: str, sub_reason: str | None) -> Outcome:
    """Sort a verdict and its sub-reason by what people are told."""
    if verdict == Verdict.TOTAL_PASSED:
        return Outcome.PASSED
    if verdict == Verdict.INDETERMINATE:
        return Outcome.UNDECIDED
    if sub_reason in (SubReason.SUPERSEDED, SubReason.REVOKED):
        return Outcome(sub_reason)
    return Outcome.FAILED


def mark(report: Report) -> str:
    """Return the sign at the start of a file's line; genuine but withdrawn is never a cross."""
    return _MARKS[outcome_of(report)]


def headline(report: Report) -> str:
    """Say in one sentence what was found."""
    outcome = outcome_of(report)
    if outcome is Outcome.PASSED:
        return _("genuine, unchanged and current")
    if outcome is Outcome.FAILED:
        if report.sub_reason is SubReason.NOT_REPRODUCED:
            return _("issued like this, but its page and its data contradict each other")
        return _("not the document that was issued")
    if outcome is Outcome.UNDECIDED:
        if report.sub_reason is SubReason.SIGNATURES_NOT_CHECKED:
            return _("anchored and current by the registry; the document itself was not looked at")
        return _("could not be decided; this is no proof against the document")
    return _withdrawn(report, outcome)


def _withdrawn(report: Report, outcome: Outcome) -> str:
    """Say that it was replaced or withdrawn, and no more of it than was found out."""
    undecided = {one.sub_reason for one in report.checks if one.verdict is Verdict.INDETERMINATE}
    if not undecided:
        return {
            Outcome.SUPERSEDED: _("genuine, but replaced by a newer version"),
            Outcome.REVOKED: _("genuine, but withdrawn by the school"),
        }[outcome]
    if SubReason.SIGNATURES_NOT_CHECKED in undecided:
        return {
            Outcome.SUPERSEDED: _(
                "replaced by a newer version, by the registry;"
                " the document itself was not looked at"
            ),
            Outcome.REVOKED: _(
                "withdrawn by the school, by the registry; the document itself was not looked at"
            ),
        }[outcome]
    return {
        Outcome.SUPERSEDED: _(
            "replaced by a newer version; whether this one is genuine could not be decided"
        ),
        Outcome.REVOKED: _("withdrawn by the school; whether it is genuine could not be decided"),
    }[outcome]


def what_to_do(sub_reason: SubReason | None) -> str:
    """Say what a person should do about *sub_reason*; empty for None."""
    return "" if sub_reason is None else _advice()[sub_reason]


def _advice() -> dict[SubReason, str]:
    return {
        **_about_the_document(),
        **_about_certificates(),
        **_about_the_evidence(),
        **_about_the_registry(),
    }


def _about_the_document() -> dict[SubReason, str]:
    original = _("Do not accept it. Ask the holder for the original file, or the school for it.")
    return {
        SubReason.FORMAT_FAILURE: original,
        SubReason.ALTERED: original,
        SubReason.HASH_FAILURE: original,
        SubReason.SIG_CRYPTO_FAILURE: original,
        SubReason.SIGNED_DATA_NOT_FOUND: original,
        SubReason.APPENDED: _(
            "Something was put behind the document. Ask the holder for the original file."
        ),
        SubReason.SIGNATURE_MISSING: _(
            "Do not accept it. Ask the school for the document with both signatures."
        ),
        SubReason.SIGNER_NOT_DECLARED: _(
            "Ask the department of education whether this signer may sign for the school."
        ),
        SubReason.NOT_REPRODUCED: _(
            "Page and data contradict each other: accept neither. Ask the school, and tell the"
            " department of education."
        ),
        SubReason.SUPERSEDED: _("Ask the holder for the newest version."),
        SubReason.REVOKED: _("Ask the school why it was withdrawn."),
        SubReason.FILE_TOO_LARGE: _("No transcript is as large as this. Ask for the original."),
        SubReason.LIMIT_EXCEEDED: _(
            "The file asks for more than any transcript needs, so it was given up."
            " Ask the holder for the original file, or the school for it."
        ),
        SubReason.SIGNATURES_NOT_CHECKED: _(
            "A digest says nothing about signatures: verify the file itself."
        ),
    }


def _about_certificates() -> dict[SubReason, str]:
    """Advise by the sub-indications of ETSI EN 319 102-1, table 6."""
    authority = _("Check that the policy names the certification authority of the school.")
    lists = _("Bring the policy's revocation lists up to date, or ask the school.")
    older = _(
        "Nothing that the policy accepts proves that the signature is older than the end of its"
        " certificate. Ask the school whether it was renewed, or for a newly issued document."
    )
    unfit = _(
        "The signature or its certificate is not of the kind that the policy asks for."
        " Ask the school for a document that is, or who wrote the policy whether it asks too much."
    )
    times = _("The times of signature, certificate and anchor do not fit together. Ask the school.")
    return {
        SubReason.NO_CERTIFICATE_CHAIN_FOUND: authority,
        SubReason.NO_CERTIFICATE_CHAIN_FOUND_NO_POE: authority,
        SubReason.NO_SIGNING_CERTIFICATE_FOUND: unfit,
        SubReason.CERTIFICATE_CHAIN_GENERAL_FAILURE: lists,
        SubReason.TRY_LATER: lists,
        SubReason.REVOKED_NO_POE: older,
        SubReason.REVOKED_CA_NO_POE: older,
        SubReason.OUT_OF_BOUNDS_NO_POE: older,
        SubReason.OUT_OF_BOUNDS_NOT_REVOKED: older,
        SubReason.NO_POE: older,
        SubReason.CRYPTO_CONSTRAINTS_FAILURE_NO_POE: older,
        SubReason.SIG_CONSTRAINTS_FAILURE: unfit,
        SubReason.CHAIN_CONSTRAINTS_FAILURE: unfit,
        SubReason.CRYPTO_CONSTRAINTS_FAILURE: unfit,
        SubReason.POLICY_PROCESSING_ERROR: unfit,
        SubReason.SIGNATURE_POLICY_NOT_AVAILABLE: unfit,
        SubReason.EXPIRED: times,
        SubReason.NOT_YET_VALID: times,
        SubReason.TIMESTAMP_ORDER_FAILURE: times,
        SubReason.GENERIC: _(
            "The signature could not be judged. Try a newer version of this program, or ask the"
            " school."
        ),
    }


def _about_the_evidence() -> dict[SubReason, str]:
    return {
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
        SubReason.MANIFEST_WITHHELD: _("Ask the school for the manifest (--manifests)."),
    }


def _about_the_registry() -> dict[SubReason, str]:
    return {
        SubReason.REGISTRY_UNAVAILABLE: _(
            "Check the network and the policy's node, or name another one with --rpc; try again."
            " --offline needs a policy that names a snapshot."
        ),
        SubReason.OTHER_CHAIN: _("Check that policy, node and receipt belong to one registry."),
        SubReason.OTHER_HISTORY: _(
            "A node or a file contradicts the registry. Ask another node and tell its operator."
        ),
        SubReason.UNSUPPORTED_REGISTRY: _("Use a newer version of this program."),
        SubReason.NOT_AUTHORIZED: _("Tell the authority of the registry."),
    }
