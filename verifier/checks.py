"""
The numbered checks of docs/verification.md, one function each.

Each takes values and raises: `InvalidEvidence` when something contradicts the document
(TOTAL-FAILED), `MissingEvidence` when it could not be looked at (INDETERMINATE). The numbers are
those of `verifier.report.Check`.
"""

from collections.abc import Callable, Sequence
from datetime import datetime

from verifier.anchor_search import Anchor, AnchorSearch
from verifier.errors import InvalidEvidence, InvalidFormat, MissingEvidence, SubReason
from verifier.messages import _
from verifier.pdf_document import PDFDocument
from verifier.pdf_signature import find_unsigned
from verifier.policy import Level
from verifier.registry_events import Role as GrantRole
from verifier.registry_events import Use, reason_name
from verifier.registry_state import RegistryState
from verifier.series import Rivals
from verifier.signature_finding import Indication, Role, SignatureFinding
from verifier.transcript import TranscriptView, parse_transcript

GREATEST_FILE_BYTES = 50 * 1024 * 1024
"""A transcript has some 100 kB; what is larger than this is not read."""
LEVELS = ("B-B", "B-T", "B-LT", "B-LTA")
Renderer = Callable[[bytes, bytes], None]
"""
Renders data again: takes what the principal signed, as bytes, and its `transcript.json`.

Raises `InvalidEvidence` (NOT_REPRODUCED) when the data give other bytes, and `RendererMissing` when
it is not the renderer that the data name. Handed in, for the verifier imports none (ADR 0002).
"""


def check_size(size_bytes: int) -> None:
    """
    Check 1, first half: the file is small enough to be looked at.

    Raises:
        MissingEvidence: FILE_TOO_LARGE. Not looking proves nothing against the document.
    """
    if size_bytes > GREATEST_FILE_BYTES:
        message = _("the file has more than {size} bytes and was not looked at")
        raise MissingEvidence(SubReason.FILE_TOO_LARGE, message.format(size=GREATEST_FILE_BYTES))


def check_transcript(transcripts: Sequence[bytes]) -> TranscriptView:
    """
    Check 2: exactly one `transcript.json` in the first revision, valid by its schema.

    Args:
        transcripts: all attachments of that name in the first revision.

    Raises:
        InvalidEvidence: FORMAT_FAILURE.
    """
    if len(transcripts) != 1:
        message = _("{count} attachments transcript.json in the first revision, expected one")
        raise InvalidEvidence(SubReason.FORMAT_FAILURE, message.format(count=len(transcripts)))
    try:
        return parse_transcript(transcripts[0])
    except InvalidFormat as error:
        raise InvalidEvidence(SubReason.FORMAT_FAILURE, str(error)) from error


def check_anchored(search: AnchorSearch, *, has_receipts_of_others: bool) -> Anchor:
    """
    Check 4: evidence leads from the document to a batch that its institution anchored.

    Raises:
        InvalidEvidence: ALTERED.
        MissingEvidence: OTHER_HISTORY, OTHER_CHAIN, NOT_ANCHORED, WRONG_RECEIPT, NO_RECEIPT.
    """
    failure = search.failure
    if failure is None and search.anchor is not None:
        return search.anchor
    if failure is None or (failure.sub_reason is SubReason.NO_RECEIPT and has_receipts_of_others):
        message = _("all receipts at hand belong to other documents")
        raise MissingEvidence(SubReason.WRONG_RECEIPT, message)
    raise failure


def check_signature(finding: SignatureFinding, anchored_at: datetime | None) -> None:
    """
    Checks 7 and 8: the principal's signature, the school's seal (ETSI EN 319 102-1).

    An INDETERMINATE that the anchor's block time repairs counts as passed here; the finding keeps
    its own indication (ADR 0014).

    Raises:
        InvalidEvidence: the signature does not hold.
        MissingEvidence: it could not be confirmed, or NOT_YET_VALID.
    """
    if finding.indication is Indication.TOTAL_PASSED or finding.proof_of_existence_helped:
        check_certificate_had_begun(finding, anchored_at)
        return
    sub_reason = finding.sub_indication or SubReason.GENERIC
    if finding.indication is Indication.TOTAL_FAILED:
        raise InvalidEvidence(sub_reason, finding.message)
    raise MissingEvidence(sub_reason, finding.message)


def check_certificate_had_begun(finding: SignatureFinding, anchored_at: datetime | None) -> None:
    """
    Checks 7 and 8: what was anchored was signed before, whatever the policy takes as a proof.

    Raises:
        MissingEvidence: NOT_YET_VALID, the certificate begins later than *anchored_at* (aware).
    """
    if anchored_at and finding.valid_from and anchored_at < finding.valid_from:
        message = _("the certificate begins after the signature was anchored")
        raise MissingEvidence(SubReason.NOT_YET_VALID, message)


def check_least_level(findings: Sequence[SignatureFinding], least: Level) -> None:
    """
    Check 9: each signature has at least the PAdES level that the policy asks for.

    Raises:
        MissingEvidence: SIG_CONSTRAINTS_FAILURE.
    """
    for finding in findings:
        if finding.level is None or LEVELS.index(finding.level) < LEVELS.index(least):
            message = _("{role}: level {found}, the policy asks for {least}")
            raise MissingEvidence(
                SubReason.SIG_CONSTRAINTS_FAILURE,
                message.format(role=finding.role, found=finding.level or "-", least=least),
            )


def check_issuer_authorized(anchor: Anchor, state: RegistryState) -> None:
    """
    Check 10: the account that anchored the batch was an ISSUER of the institution at that time.

    The contract enforces it, so a registry that shows otherwise does not fit together.

    Raises:
        MissingEvidence: NOT_AUTHORIZED.
    """
    batch = anchor.batch
    if not state.was_granted(batch.sender, batch.institution, GrantRole.ISSUER, batch.time):
        message = _("the account that anchored the batch was not an issuer of {institution}")
        raise MissingEvidence(
            SubReason.NOT_AUTHORIZED, message.format(institution=batch.institution)
        )


def is_declared(finding: SignatureFinding, anchor: Anchor, state: RegistryState) -> bool | None:
    """
    Tell whether the registry knows the signer at the anchor's block time (ADR 0014).

    At the proven time of signing too, where a time stamp proves one. None when that cannot be
    told, because the issuer of a seal's certificate is not at hand.
    """
    use = Use.PRINCIPAL if finding.role is Role.PRINCIPAL else Use.SEAL
    declared = all(
        any(
            state.was_declared(identity, anchor.batch.institution, use, moment)
            for identity in finding.identities
        )
        for moment in _moments_of_authority(finding, anchor)
    )
    if not declared and (not finding.identities or not finding.identities_complete):
        return None
    return declared


def _moments_of_authority(finding: SignatureFinding, anchor: Anchor) -> list[int]:
    """Return the times, in Unix seconds, at which the registry has to know the signer."""
    if finding.time_stamped_at is None:
        return [anchor.batch.time]
    return [anchor.batch.time, int(finding.time_stamped_at.timestamp())]


def check_signers_declared(declared: Sequence[tuple[Role, bool | None]]) -> None:
    """
    Check 11: both certificates were declared for this institution and use.

    Raises:
        InvalidEvidence: SIGNER_NOT_DECLARED.
        MissingEvidence: NO_CERTIFICATE_CHAIN_FOUND where it cannot be told.
    """
    for role, known in declared:
        if known is False:
            message = _("{role}: the certificate was not declared for the institution and use")
            raise InvalidEvidence(SubReason.SIGNER_NOT_DECLARED, message.format(role=role))
    for role, known in declared:
        if known is None:
            message = _("{role}: the certificate's issuer is not at hand to look it up")
            raise MissingEvidence(SubReason.NO_CERTIFICATE_CHAIN_FOUND, message.format(role=role))


def check_status(anchor: Anchor, state: RegistryState) -> None:
    """
    Check 12: the entry is neither superseded nor revoked.

    Raises:
        InvalidEvidence: SUPERSEDED or REVOKED; the document is genuine nevertheless.
    """
    found = state.status(anchor.batch.institution, anchor.leaf)
    if found is None:
        return
    reason = reason_name(found.reason)
    if found.status == "SUPERSEDED":
        message = _("a newer version has taken its place (reason: {reason})")
        raise InvalidEvidence(SubReason.SUPERSEDED, message.format(reason=reason))
    message = _("its institution has withdrawn it (reason: {reason})")
    raise InvalidEvidence(SubReason.REVOKED, message.format(reason=reason))


def check_one_current_version(rivals: Rivals) -> None:
    """
    Check 13: no other current entry of the same series, by the manifests at hand (ADR 0004).

    Raises:
        MissingEvidence: DISPUTED.
    """
    if rivals.counting:
        message = _("{count} other entries of this series are current as well ({source})")
        raise MissingEvidence(
            SubReason.DISPUTED,
            message.format(count=len(rivals.counting), source=rivals.counting[0].source),
        )


def check_rendering(renderer: Renderer, document: PDFDocument) -> None:
    """
    Check 14: the attached data, rendered again, are what was signed, byte for byte (ADR 0027).

    Raises:
        InvalidEvidence: NOT_REPRODUCED.
        RendererMissing: it cannot be told here.
    """
    renderer(find_unsigned(document), document.transcripts[0])
