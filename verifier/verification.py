"""
Verify one document: gather the evidence, run the numbered checks, return the report.

Everything is tried that can be tried, also after a check has failed, so that the report says
all that is wrong; `report.conclude` makes the verdict.
"""

from dataclasses import dataclass, field
from datetime import datetime
from functools import cache
from hashlib import sha256

from verifier import checks
from verifier.anchor_search import Anchor, DocumentTarget, find_anchor
from verifier.entry import series_id
from verifier.errors import (
    InvalidEvidence,
    LimitExceeded,
    MissingEvidence,
    RendererMissing,
    SubReason,
)
from verifier.evidence import EvidenceSources
from verifier.findings import Findings
from verifier.messages import _
from verifier.opened_file import OpenedFile, open_file
from verifier.pdf_document import PDFDocument
from verifier.pdf_signature import (
    check_additions,
    check_transcript_is_kept,
    find_signers,
    judge_signatures,
    load_trust,
    open_document,
)
from verifier.policy import Policy, SignaturePolicy
from verifier.registry import RegistryView
from verifier.registry_axes import anchored_at, judge_axes
from verifier.report import Check, Report, Verdict, conclude
from verifier.signature_finding import SignatureFinding
from verifier.transcript import TranscriptView
from verifier.trust_store import TrustStore


def verify(
    pdf: bytes,
    *,
    policy: Policy,
    registry: RegistryView | MissingEvidence,
    evidence: EvidenceSources,
    now: datetime,
    file: str = "",
    renderer: checks.Renderer | None = None,
) -> Report:
    """
    Verify the bytes of one issued PDF, in this process and without limits of time or memory.

    For files from strangers there is `verifier.confined`, which gives the same reports.

    Args:
        pdf: the whole file.
        policy: whom to trust; its `validation_time` takes the place of *now*.
        registry: the folded registry, or why there is none.
        evidence: where receipts and manifests are looked for.
        now: aware.
        file: how the report calls the file.
        renderer: makes check 14; without it the check is noted as not made.

    Raises:
        PolicyError: *now* is not aware, or a certificate or revocation list cannot be used.
    """
    judging_time = policy.time.judging_time(now)
    run = _Run(pdf=pdf, policy=policy, registry=registry, evidence=evidence, renderer=renderer)
    try:
        checks.check_size(len(pdf))
    except MissingEvidence as error:
        run.findings.refuse(Check.READABLE, error)
    else:
        run.verify(judging_time, _trust(policy.signatures))
    return run.report(file)


@cache
def _trust(policy: SignaturePolicy) -> TrustStore:
    """Read the policy's certificates once per process."""
    return load_trust(policy)


@dataclass(slots=True, kw_only=True)
class _Run:
    """One verification under way: what is known so far, and what the checks found."""

    pdf: bytes
    policy: Policy
    registry: RegistryView | MissingEvidence
    evidence: EvidenceSources
    renderer: checks.Renderer | None
    findings: Findings = field(default_factory=Findings)
    transcript: TranscriptView | None = None
    anchor: Anchor | None = None
    document: PDFDocument | None = None
    """The bytes that are judged, as far as they can be read."""
    renewed: PDFDocument | None = None
    """The whole file, where only validation data and time stamps follow what was anchored."""
    signatures: tuple[SignatureFinding, ...] = ()

    def verify(self, validation_time: datetime, trust: TrustStore) -> None:
        """Run checks 1 to 9."""
        opened = open_file(self.pdf)
        found = self.findings.make(
            Check.TRANSCRIPT,
            lambda: checks.check_transcript(opened.get_transcripts()),
            _("one transcript.json, valid by its schema, in the first revision"),
        )
        self.transcript = found[0] if found else None
        self.findings.add_registry(self.registry)
        self._check_anchored(opened)
        self.document = self._check_readable(opened)
        if self.document is not None:
            self._check_transcript_is_kept(self.document)
            self._check_signatures(self.document, validation_time, trust)

    def _check_anchored(self, opened: OpenedFile) -> None:
        """Look for evidence; without a registry none can be confirmed and none counts."""
        transcript = self.transcript
        if transcript is None or not isinstance(self.registry, RegistryView):
            return
        target = DocumentTarget(
            institution=transcript.institution,
            series_id=_series_of(transcript),
            version=transcript.version,
            pdf=self.pdf,
            natural_ends=opened.natural_ends,
        )
        offers = self.evidence.offers(
            target.series_id, self.findings.notes, target.possible_digests()
        )
        search = find_anchor(target, offers, self.registry.state)
        self.findings.notes.extend(search.skipped)
        self.anchor = search.anchor
        source = search.anchor.offer.source if search.anchor is not None else ""
        others = search.anchor is None and self.evidence.pool.has_receipts()
        self.findings.make(
            Check.ANCHORED,
            lambda: checks.check_anchored(search, has_receipts_of_others=others),
            _("anchored by its institution: {source}").format(source=source),
        )

    def _check_transcript_is_kept(self, document: PDFDocument) -> None:
        """Check 2, second half: nothing that is judged attaches another transcript."""
        last = len(document.revision_ends) - 1
        if self.anchor is None:
            last = _last_signed_revision(document) or last
        try:
            check_transcript_is_kept(document, last)
        except (InvalidEvidence, LimitExceeded) as error:
            self.findings.refuse(Check.TRANSCRIPT, error)

    def _check_readable(self, opened: OpenedFile) -> PDFDocument | None:
        """Find the bytes to judge; check that they are a PDF, and what follows the seal."""
        if self.anchor is None:
            return self._check_readable_without_anchor(opened)
        size, whole = self.anchor.offer.document_size, len(self.pdf)
        judged = self.findings.make(
            Check.READABLE,
            opened.get_document if size == whole else lambda: open_document(self.pdf[:size]),
            _("readable as a PDF"),
        )
        document = judged[0] if judged else None
        signed = _last_signed_revision(document) if document is not None else None
        # What was anchored along without being signed is nobody's but the anchoring account's.
        end = (
            document.revision_ends[signed] if document is not None and signed is not None else size
        )
        if end == whole:
            nothing = _("nothing was added")
            self.findings.add(Check.NOTHING_ADDED, Verdict.TOTAL_PASSED, None, nothing)
        elif self._check_nothing_added(opened, end) and size < whole:
            self.renewed = opened.document
        return document

    def _check_readable_without_anchor(self, opened: OpenedFile) -> PDFDocument | None:
        """Without an anchor, the document ends with its last signature."""
        if opened.document is None and self.findings.has(SubReason.ALTERED):
            message = _("only the beginning of the file can be read")
            self.findings.add(Check.READABLE, None, None, message)
            return None
        document = opened.document or opened.without_tail
        if document is None:
            self.findings.make(Check.READABLE, opened.get_document, "")
            return None
        self.findings.add(Check.READABLE, Verdict.TOTAL_PASSED, None, _("readable as a PDF"))
        signed = _last_signed_revision(document)
        if signed is not None or opened.document is None:
            end = document.revision_ends[signed] if signed is not None else None
            self._check_nothing_added(opened, end)
        return document

    def _check_nothing_added(self, opened: OpenedFile, end: int | None) -> bool:
        found = self.findings.make(
            Check.NOTHING_ADDED,
            lambda: check_additions(opened.get_whole(end), end or 0),
            _("only validation data or time stamps were added, if anything"),
        )
        return found is not None

    def _check_signatures(
        self, document: PDFDocument, validation_time: datetime, trust: TrustStore
    ) -> None:
        found = self.findings.make(
            Check.SIGNATURES_PRESENT,
            lambda: find_signers(document),
            _("two signatures: principal, then school seal"),
        )
        if not found:
            return
        counts = self.policy.time.anchor_is_proof_of_existence and self.anchor is not None
        self.signatures = judge_signatures(
            document,
            found[0],
            trust=trust,
            validation_time=validation_time,
            anchored_at=anchored_at(self.anchor) if counts and self.anchor else None,
            renewed=self.renewed,
        )
        for number, signature in zip(
            (Check.PRINCIPAL_SIGNATURE, Check.SEAL_SIGNATURE), self.signatures, strict=True
        ):
            self._check_signature(number, signature)
        least = self.policy.signatures.least_level
        self.findings.make(
            Check.LEAST_LEVEL,
            lambda: checks.check_least_level(self.signatures, least),
            _("level {level} or better").format(level=least),
        )

    def _check_signature(self, number: Check, signature: SignatureFinding) -> None:
        passed = _("intact, valid, trusted ({level})").format(level=signature.level)
        if signature.proof_of_existence_helped:
            passed = _("{reason} by itself; it existed when it was anchored, and held then")
            passed = passed.format(reason=signature.sub_indication)
        moment = anchored_at(self.anchor) if self.anchor else None
        self.findings.make(number, lambda: checks.check_signature(signature, moment), passed)

    def _check_rendering(self) -> None:
        """Render last, and only what passes otherwise: it is dear, and not for hostile data."""
        renderer, document = self.renderer, self.document
        if renderer is None:
            self._not_rendered(_("the renderer is not at hand"))
        elif document is None or conclude(self.findings.checks)[0] is not Verdict.TOTAL_PASSED:
            self._not_rendered(_("the document does not pass the other checks"))
        else:
            passed = _("the data give the pages, byte for byte")
            try:
                self.findings.make(
                    Check.RENDERING, lambda: checks.check_rendering(renderer, document), passed
                )
            except RendererMissing as error:
                self._not_rendered(str(error))

    def _not_rendered(self, reason: str) -> None:
        message = _("not made: {reason}").format(reason=reason)
        self.findings.add(Check.RENDERING, None, None, message)

    def report(self, file: str) -> Report:
        """Run the checks on the registry's entry and put together what was found."""
        axes = judge_axes(
            self.findings, self.anchor, self.signatures, self.registry, self.evidence.pool
        )
        self._check_rendering()
        verdict, sub_reason = conclude(self.findings.checks)
        registry = self.registry
        return Report(
            file=file,
            document_digest=(
                self.anchor.offer.document_digest if self.anchor else sha256(self.pdf).digest()
            ),
            transcript_code=self.transcript.transcript_code if self.transcript else None,
            verdict=verdict,
            sub_reason=sub_reason,
            signatures=self.signatures,
            anchor=axes.anchor,
            status=axes.status,
            authority=axes.authority,
            checks=tuple(sorted(self.findings.checks, key=lambda finding: finding.number)),
            notes=tuple(dict.fromkeys(self.findings.notes)),
            as_of_block=registry.block_number if isinstance(registry, RegistryView) else None,
            transcript=self.transcript if verdict is Verdict.TOTAL_PASSED else None,
        )


def _series_of(transcript: TranscriptView) -> bytes:
    school_year = transcript.school_year if transcript.kind == "YEAR" else ""
    return series_id(transcript.series_key, transcript.kind, school_year)


def _last_signed_revision(document: PDFDocument) -> int | None:
    """Return the revision of the seal, or of the only signature."""
    signatures = [one for one in document.signatures if not one.is_time_stamp][:2]
    return signatures[-1].revision if signatures else None
