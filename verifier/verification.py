"""
Verify one document: gather the evidence, run the numbered checks, return the report.

Everything is tried that can be tried, also after a check has failed, so that the report says
all that is wrong; `report.conclude` makes the verdict.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import cache
from hashlib import sha256
from typing import TypeVar

from verifier import checks
from verifier.anchor_search import Anchor, Wanted, find_anchor
from verifier.entry import series_id
from verifier.errors import InvalidEvidence, MissingEvidence, SubReason
from verifier.evidence import EvidenceSources
from verifier.messages import _
from verifier.opened_file import OpenedFile, open_file
from verifier.pdf_document import PDFDocument
from verifier.pdf_signature import (
    check_additions,
    find_signers,
    judge_signatures,
    load_trust,
    open_document,
)
from verifier.policy import Policy, SignaturePolicy
from verifier.registry import RegistryView
from verifier.report import (
    AnchorFinding,
    AuthorityFinding,
    Check,
    Finding,
    Report,
    Status,
    Verdict,
    conclude,
)
from verifier.series import find_rivals
from verifier.signature_finding import Role, SignatureFinding
from verifier.transcript import TranscriptView
from verifier.trust_store import TrustStore

Found = TypeVar("Found")


def verify(
    pdf: bytes,
    *,
    policy: Policy,
    registry: RegistryView | MissingEvidence,
    evidence: EvidenceSources,
    now: datetime,
    file: str = "",
) -> Report:
    """
    Verify the bytes of one issued PDF.

    Args:
        pdf: the whole file.
        policy: whom to trust; its `validation_time` takes the place of *now*.
        registry: the folded registry, or why there is none.
        evidence: where receipts and manifests are looked for.
        now: aware.
        file: how the report calls the file.

    Raises:
        PolicyError: a certificate or revocation list of the policy cannot be used.
    """
    trust = _trust(policy.signatures)
    run = _Run(pdf=pdf, policy=policy, trust=trust, registry=registry, evidence=evidence)
    if run.make(Check.READABLE, lambda: checks.check_size(len(pdf)), "", silent=True):
        run.verify(policy.time.validation_time or now)
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
    trust: TrustStore
    registry: RegistryView | MissingEvidence
    evidence: EvidenceSources
    findings: list[Finding] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    transcript: TranscriptView | None = None
    anchor: Anchor | None = None
    signatures: tuple[SignatureFinding, ...] = ()
    declared: tuple[tuple[Role, bool | None], ...] = ()
    issuer_granted: bool | None = None
    status: Status | None = None

    def make(
        self, number: Check, check: Callable[[], Found], passed: str, *, silent: bool = False
    ) -> tuple[Found] | None:
        """Run a check and keep its finding; its result as a one-tuple, None if it failed."""
        try:
            found = check()
        except InvalidEvidence as error:
            self.add(number, Verdict.TOTAL_FAILED, error.sub_reason, str(error))
            return None
        except MissingEvidence as error:
            self.add(number, Verdict.INDETERMINATE, error.sub_reason, str(error))
            return None
        if not silent:
            self.add(number, Verdict.TOTAL_PASSED, None, passed)
        return (found,)

    def add(
        self, number: Check, verdict: Verdict | None, reason: SubReason | None, message: str
    ) -> None:
        """Keep what one check found."""
        self.findings.append(
            Finding(number=number, verdict=verdict, sub_reason=reason, message=message)
        )

    def verify(self, validation_time: datetime) -> None:
        """Run the checks in their order."""
        opened = open_file(self.pdf)
        self._check_transcript(opened)
        self._check_registry()
        self._check_anchored(opened)
        document = self._check_readable(opened)
        if document is not None:
            self._check_signatures(document, validation_time)
        if self.anchor is not None and isinstance(self.registry, RegistryView):
            self._check_registry_acts(self.anchor, self.registry)
        self.add(Check.RENDERING, None, None, _("not made: the renderer is not at hand"))

    def _check_transcript(self, opened: OpenedFile) -> None:
        found = self.make(
            Check.TRANSCRIPT,
            lambda: checks.check_transcript(opened.transcripts, is_kept=opened.transcript_is_kept),
            _("one transcript.json, valid by its schema, in the first revision"),
        )
        self.transcript = found[0] if found else None

    def _check_registry(self) -> None:
        if isinstance(self.registry, RegistryView):
            message = _("history hash agrees with the contract's at block {block}")
            block = self.registry.block_number
            self.add(Check.REGISTRY, Verdict.TOTAL_PASSED, None, message.format(block=block))
        else:
            reason = self.registry.sub_reason
            self.add(Check.REGISTRY, Verdict.INDETERMINATE, reason, str(self.registry))

    def _check_anchored(self, opened: OpenedFile) -> None:
        """Look for evidence; without a registry none can be confirmed and none counts."""
        transcript = self.transcript
        if transcript is None or not isinstance(self.registry, RegistryView):
            return
        wanted = Wanted(
            institution=transcript.institution,
            series_id=_series_of(transcript),
            version=transcript.version,
            pdf=self.pdf,
            natural_ends=opened.natural_ends,
        )
        offers = self.evidence.offers(wanted.series_id, self.notes)
        search = find_anchor(wanted, offers, self.registry.state)
        self.notes.extend(search.skipped)
        self.anchor = search.anchor
        others = search.anchor is None and self.evidence.has_receipts_of_others()
        self.make(
            Check.ANCHORED,
            lambda: checks.check_anchored(search, has_receipts_of_others=others),
            _("anchored by its institution: {source}").format(
                source=search.anchor.offer.source if search.anchor else ""
            ),
        )

    def _check_readable(self, opened: OpenedFile) -> PDFDocument | None:
        """Find the bytes to judge, check that they are a PDF and what follows them."""
        if self.anchor is None:
            return self._check_readable_without_anchor(opened)
        end = self.anchor.offer.document_size
        document = opened.document
        if end < len(self.pdf):
            judged = self.make(
                Check.READABLE, lambda: open_document(self.pdf[:end]), _("readable as a PDF")
            )
            self.make(
                Check.NOTHING_ADDED,
                lambda: _check_additions(opened, end),
                _("only validation data and time stamps were added"),
            )
            return judged[0] if judged else None
        judged = self.make(Check.READABLE, opened.get_document, _("readable as a PDF"))
        self.add(Check.NOTHING_ADDED, Verdict.TOTAL_PASSED, None, _("nothing was added"))
        return document if judged else None

    def _check_readable_without_anchor(self, opened: OpenedFile) -> PDFDocument | None:
        """Without an anchor the document ends with its last signature."""
        if opened.document is None and self._is_altered():
            self.add(Check.READABLE, None, None, _("only the beginning of the file is readable"))
            return None
        document = opened.document or opened.without_tail
        if document is None:
            self.make(Check.READABLE, opened.get_document, "")
            return None
        self.add(Check.READABLE, Verdict.TOTAL_PASSED, None, _("readable as a PDF"))
        end = _end_of_last_signature(document)
        if document is not opened.document or end is not None:
            self.make(
                Check.NOTHING_ADDED,
                lambda: _check_additions(opened, end or 0),
                _("nothing but validation data and time stamps follows the last signature"),
            )
        return document

    def _is_altered(self) -> bool:
        return any(found.sub_reason is SubReason.ALTERED for found in self.findings)

    def _check_signatures(self, document: PDFDocument, validation_time: datetime) -> None:
        found = self.make(
            Check.SIGNATURES_PRESENT,
            lambda: find_signers(document),
            _("two signatures: principal, then school seal"),
        )
        if not found:
            return
        as_proof = self.policy.time.anchor_is_proof_of_existence and self.anchor is not None
        self.signatures = judge_signatures(
            document,
            found[0],
            trust=self.trust,
            validation_time=validation_time,
            anchored_at=_anchored_at(self.anchor) if as_proof and self.anchor else None,
        )
        for number, signature in zip(
            (Check.PRINCIPAL_SIGNATURE, Check.SEAL_SIGNATURE), self.signatures, strict=True
        ):
            self._check_signature(number, signature)
        self.make(
            Check.LEAST_LEVEL,
            lambda: checks.check_least_level(self.signatures, self.policy.signatures.least_level),
            _("level {level} or better").format(level=self.policy.signatures.least_level),
        )

    def _check_signature(self, number: Check, signature: SignatureFinding) -> None:
        passed = _("intact, valid, trusted ({level})").format(level=signature.level)
        if signature.proof_of_existence_helped:
            passed = _(
                "by itself {sub_reason}; existed when it was anchored, and held then"
            ).format(sub_reason=signature.sub_indication)
        self.make(number, lambda: checks.check_signature(signature), passed)

    def _check_registry_acts(self, anchor: Anchor, registry: RegistryView) -> None:
        state = registry.state
        granted = self.make(
            Check.ISSUER_AUTHORIZED,
            lambda: checks.check_issuer_authorized(anchor, state),
            _("anchored by an issuer of the institution"),
        )
        self.issuer_granted = granted is not None
        if self.signatures:
            self.declared = tuple(
                (one.role, checks.is_declared(one, anchor, state)) for one in self.signatures
            )
            self.make(
                Check.SIGNERS_DECLARED,
                lambda: checks.check_signers_declared(self.declared),
                _("both certificates were declared for the institution and their use"),
            )
        current = self.make(Check.STATUS, lambda: checks.check_status(anchor, state), _("current"))
        if current:
            self.status = Status.CURRENT
            self._check_one_current_version(anchor, registry)
        else:
            self.status = Status(str(self.findings[-1].sub_reason))

    def _check_one_current_version(self, anchor: Anchor, registry: RegistryView) -> None:
        entries = self.evidence.pool.shelf.entries(anchor.offer.series_id, [])
        rivals = find_rivals(anchor.batch.institution, anchor.leaf, entries, registry.state)
        for stranger in rivals.strangers:
            note = _("{institution} anchored an entry with this series id; it does not count")
            self.notes.append(note.format(institution=stranger.institution))
        passed = _("no other current version in the manifests at hand")
        found = self.make(
            Check.ONE_CURRENT_VERSION, lambda: checks.check_one_current_version(rivals), passed
        )
        if not found:
            self.status = Status.DISPUTED

    def report(self, file: str) -> Report:
        """Put together what was found."""
        verdict, sub_reason = conclude(self.findings)
        registry = self.registry
        declared = dict(self.declared)
        return Report(
            file=file,
            document_digest=(
                self.anchor.offer.document_digest if self.anchor else sha256(self.pdf).digest()
            ),
            transcript_code=self.transcript.transcript_code if self.transcript else None,
            verdict=verdict,
            sub_reason=sub_reason,
            signatures=self.signatures,
            anchor=_anchor_finding(self.anchor, self.policy),
            status=self.status,
            authority=AuthorityFinding(
                issuer_granted=self.issuer_granted,
                principal_declared=declared.get(Role.PRINCIPAL),
                seal_declared=declared.get(Role.SEAL),
            ),
            checks=tuple(sorted(self.findings, key=lambda finding: finding.number)),
            notes=tuple(dict.fromkeys(self.notes)),
            as_of_block=registry.block_number if isinstance(registry, RegistryView) else None,
        )


def _series_of(transcript: TranscriptView) -> bytes:
    school_year = transcript.school_year if transcript.kind == "YEAR" else ""
    return series_id(transcript.series_key, transcript.kind, school_year)


def _check_additions(opened: OpenedFile, end: int) -> None:
    """Check 5: what follows the judged bytes (design D1)."""
    if opened.document is None:
        raise InvalidEvidence(SubReason.APPENDED, _("bytes follow that are no part of a PDF"))
    check_additions(opened.document, end)


def _end_of_last_signature(document: PDFDocument) -> int | None:
    """Return where the revision of the seal, or of the only signature, ends."""
    signatures = [one for one in document.signatures if not one.is_time_stamp][:2]
    return document.revision_ends[signatures[-1].revision] if signatures else None


def _anchored_at(anchor: Anchor) -> datetime:
    return datetime.fromtimestamp(anchor.batch.time, UTC)


def _anchor_finding(anchor: Anchor | None, policy: Policy) -> AnchorFinding | None:
    if anchor is None:
        return None
    return AnchorFinding(
        institution=anchor.batch.institution,
        root=anchor.batch.root,
        tree_size=anchor.batch.size,
        leaf_index=anchor.offer.leaf_index,
        anchored_at=_anchored_at(anchor),
        source=anchor.offer.source,
        is_proof_of_existence=policy.time.anchor_is_proof_of_existence,
    )
