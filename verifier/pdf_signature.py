"""
The verifier's only door to pyHanko: hostile bytes go in, values and named failures come out.

Behind it stand `pdf_document`, `pdf_usages`, `pdf_additions`, `signature_bytes`,
`signature_judgement`, `time_stamp_judgement`, `validation_data`, `trust_store` and what they use,
which nothing else imports.
"""

import logging
from datetime import datetime
from typing import NamedTuple

from pyhanko.sign.ades.report import AdESStatus
from pyhanko.sign.validation.errors import SignatureValidationError
from pyhanko.sign.validation.pdf_embedded import EmbeddedPdfSignature

from verifier import pdf_additions, pdf_document, pdf_steps, signature_bytes
from verifier.errors import InvalidEvidence, LimitExceeded, SubReason
from verifier.judging_grounds import JudgingGrounds
from verifier.messages import _
from verifier.pdf_document import PDFDocument, SignatureField
from verifier.pdf_hostile import hostile_bytes
from verifier.policy import SignaturePolicy
from verifier.signature_finding import Indication, Role, SignatureFinding
from verifier.signature_judgement import Judge
from verifier.signature_problems import sub_reason_of
from verifier.time_stamp_judgement import ArchiveStamp, judge_archive_stamp
from verifier.trust_store import TrustStore, load_trust_store
from verifier.validation_data import read_validation_data

for _library in ("pyhanko", "pyhanko_certvalidator"):
    # Their warnings name certificates' subjects; what matters is said by the findings.
    logging.getLogger(_library).addHandler(logging.NullHandler())
    logging.getLogger(_library).propagate = False

_NEWEST_HEADER = b"%PDF-2.0"
_END_OF_FILE = b"%%EOF"
_MOST_ARCHIVE_STAMPS = 30
"""One for each renewal, that is for five years or so."""


def load_trust(policy: SignaturePolicy) -> TrustStore:
    """
    Read the certificates and revocation lists that *policy* names.

    Raises:
        PolicyError: a file cannot be read or holds nothing of its kind.
    """
    return load_trust_store(
        trust_anchors=policy.trust_anchors,
        revocation_lists=policy.revocation_lists,
        require_revocation_data=policy.require_revocation_data,
        fetch_revocation=policy.fetch_revocation,
    )


def open_document(pdf: bytes) -> PDFDocument:
    """
    Read the structure of a PDF, strictly and from its first to its last revision.

    Raises:
        InvalidEvidence: FORMAT_FAILURE.
        LimitExceeded: it asks for more than any transcript does.
    """
    with hostile_bytes(SubReason.FORMAT_FAILURE, _("the file cannot be read as a PDF")):
        return pdf_document.read_pdf(pdf)


def find_first_transcripts(pdf: bytes) -> tuple[bytes, ...]:
    """
    Return the attachments named `transcript.json` of what looks like the first revision.

    For a file that cannot be read as a whole: what it was may still be told from its beginning,
    so that it can be called altered. Never used to judge a document that passes.
    """
    end = pdf.find(_END_OF_FILE)
    if end < 0:
        return ()
    beginning = _NEWEST_HEADER + pdf[len(_NEWEST_HEADER) : end + len(_END_OF_FILE)] + b"\n"
    try:
        return open_document(beginning).transcripts
    except (InvalidEvidence, LimitExceeded):
        return ()


def check_additions(document: PDFDocument, end: int) -> None:
    """
    Check that after offset *end* only whole revisions of validation data follow (ADR 0001).

    Raises:
        InvalidEvidence: APPENDED.
    """
    with hostile_bytes(SubReason.APPENDED, _("what follows the document cannot be read")):
        pdf_additions.check_additions(document, end)


def check_transcript_is_kept(document: PDFDocument, revision: int) -> None:
    """
    Check that *revision* still attaches the `transcript.json` of the first one.

    Raises:
        InvalidEvidence: FORMAT_FAILURE.
    """
    problem = _("a later revision attaches another transcript.json than the first")
    with hostile_bytes(SubReason.FORMAT_FAILURE, problem):
        if not pdf_document.keeps_transcript(document, revision):
            raise InvalidEvidence(SubReason.FORMAT_FAILURE, problem)


def find_signers(document: PDFDocument) -> tuple[SignatureField, SignatureField]:
    """
    Return the principal's and the school's signature: exactly two, one after the other.

    Raises:
        InvalidEvidence: SIGNATURE_MISSING, or FORMAT_FAILURE for more than two.
    """
    signatures = [one for one in document.signatures if not one.is_time_stamp]
    if len(signatures) < 2:
        problem = _("{count} of the two signatures (principal, school seal) found")
        raise InvalidEvidence(SubReason.SIGNATURE_MISSING, problem.format(count=len(signatures)))
    principal, seal = signatures[:2]
    if principal.revision == seal.revision:
        raise InvalidEvidence(
            SubReason.FORMAT_FAILURE, _("principal and school seal signed the same revision")
        )
    return principal, seal


def find_unsigned(document: PDFDocument) -> bytes:
    """
    Return what stood there before the principal signed, who added the signature and nothing else.

    Raises:
        InvalidEvidence: NOT_REPRODUCED; as `find_signers` when it is not signed.
    """
    principal, _seal = find_signers(document)
    problem = _("what was signed cannot be told from what was rendered")
    with hostile_bytes(SubReason.NOT_REPRODUCED, problem):
        pdf_steps.check_principal_step(document, principal)
        return document.pdf[: document.revision_ends[principal.revision - 1]]


def judge_signatures(
    document: PDFDocument,
    signers: tuple[SignatureField, SignatureField],
    *,
    trust: TrustStore,
    validation_time: datetime,
    anchored_at: datetime | None,
    renewed: PDFDocument | None = None,
) -> tuple[SignatureFinding, ...]:
    """
    Judge the principal's signature and the school's seal.

    Args:
        document: what `open_document` returned.
        signers: what `find_signers` returned.
        trust: what `load_trust` returned.
        validation_time: the time at which certificates must be valid (ADR 0014).
        anchored_at: a time by which the signatures existed, where the policy takes it as such.
        renewed: the same document with what was added since, where `check_additions` allowed it:
            its validation data and time stamps count.
    """
    times = _Times(validation_time=validation_time, anchored_at=anchored_at)
    if renewed is not None:
        found = _judge_all(document, signers, trust, times, proof=renewed)
        if all(one.indication is not Indication.TOTAL_FAILED for one in found):
            return found
        # Whoever appends what upsets the libraries takes nothing from what was signed.
    return _judge_all(document, signers, trust, times, proof=document)


class _Times(NamedTuple):
    validation_time: datetime
    anchored_at: datetime | None


def _judge_all(
    document: PDFDocument,
    signers: tuple[SignatureField, SignatureField],
    trust: TrustStore,
    times: _Times,
    *,
    proof: PDFDocument,
) -> tuple[SignatureFinding, ...]:
    """Judge both signatures of *document* by the validation data and time stamps of *proof*."""
    try:
        with hostile_bytes(SubReason.FORMAT_FAILURE, _("the validation data cannot be read")):
            data = read_validation_data(proof)
    except (InvalidEvidence, LimitExceeded) as error:
        return tuple(_refused(one, role, error) for one, role in zip(signers, Role, strict=True))
    grounds = JudgingGrounds(trust=trust, data=data, validation_time=times.validation_time)
    archive = _find_archive_stamps(proof, grounds)
    judge = Judge(grounds=grounds, archive=archive, anchored_at=times.anchored_at)
    return tuple(
        _judge_one(document, one, role, judge, signers)
        for one, role in zip(signers, Role, strict=True)
    )


def _find_archive_stamps(
    document: PDFDocument, grounds: JudgingGrounds
) -> tuple[ArchiveStamp, ...]:
    """Return the document time stamps that prove their time, newest first; each older by it."""
    found: list[ArchiveStamp] = []
    known_at = grounds.validation_time
    stamps = [one for one in document.signatures if one.is_time_stamp]
    for stamp in reversed(stamps[-_MOST_ARCHIVE_STAMPS:]):
        problem = _("a document time stamp cannot be read")
        try:
            with hostile_bytes(SubReason.FORMAT_FAILURE, problem):
                archive_stamp = judge_archive_stamp(document, stamp, grounds, known_at)
        except (
            InvalidEvidence,
            LimitExceeded,
        ):  # it proves nothing; whether it may stand there is not asked here
            continue
        if archive_stamp is not None:
            found.append(archive_stamp)
            known_at = archive_stamp.made_at
    return tuple(found)


def _judge_one(
    document: PDFDocument,
    signature: SignatureField,
    role: Role,
    judge: Judge,
    signers: tuple[SignatureField, SignatureField],
) -> SignatureFinding:
    try:
        with hostile_bytes(SubReason.FORMAT_FAILURE, _("the signature cannot be read")):
            embedded = signature_bytes.read_signature(document, signature)
            signature_bytes.check_form(document, signature, embedded, role)
            finding = _validated(judge, signature, embedded, role)
            if role is Role.PRINCIPAL and finding.indication is not Indication.TOTAL_FAILED:
                signature_bytes.check_seal_changes(document, *signers)
            return finding
    except (InvalidEvidence, LimitExceeded) as error:
        return _refused(signature, role, error)


def _validated(
    judge: Judge, signature: SignatureField, embedded: EmbeddedPdfSignature, role: Role
) -> SignatureFinding:
    """Judge, with pyHanko's own failures under their ETSI names."""
    try:
        return judge.judge(signature, embedded, role)
    except SignatureValidationError as error:
        status = error.ades_status
        failed = status is AdESStatus.FAILED
        return SignatureFinding(
            role=role,
            field_name=signature.field_name,
            revision=signature.revision,
            indication=Indication.TOTAL_FAILED if failed else Indication.INDETERMINATE,
            sub_indication=sub_reason_of(error.ades_subindication.standard_name),
            message=_("the signature is not built as it should be"),
        )


def _refused(
    signature: SignatureField, role: Role, error: InvalidEvidence | LimitExceeded
) -> SignatureFinding:
    failed = isinstance(error, InvalidEvidence)
    return SignatureFinding(
        role=role,
        field_name=signature.field_name,
        revision=signature.revision,
        indication=Indication.TOTAL_FAILED if failed else Indication.INDETERMINATE,
        sub_indication=error.sub_reason,
        message=str(error),
    )
