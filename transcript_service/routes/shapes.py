"""What the API takes and gives, as OpenAPI tells it; reports are those of `hocba/report/1`."""

from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field

from verifier.errors import SubReason
from verifier.report import Status, Verdict
from verifier.signature_finding import Indication, Role

MOST_DIGESTS = 10_000
DIGEST_PATTERN = "^0x[0-9a-f]{64}$"
EXAMPLE_DIGEST = "0x" + "5f" * 32
Digest = Annotated[str, Field(pattern=DIGEST_PATTERN, examples=[EXAMPLE_DIGEST])]


class _Shape(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class ProblemDetails(_Shape):
    """The body of every error (RFC 9457 section 3)."""

    type: str = Field(description="`urn:hocba:problem:` and the name of the problem")
    title: str = Field(description="the same for every problem of this type")
    status: int = Field(description="the HTTP status")
    detail: str = Field(description="what to do; holds nothing of what was sent")


class DigestQuestion(_Shape):
    """Bare digests to be looked up."""

    digests: list[Digest] = Field(min_length=1, max_length=MOST_DIGESTS)


class DigestAnswer(_Shape):
    """What the registry says of a bare digest; signatures were not looked at."""

    document_digest: Digest
    verdict: Literal[Verdict.INDETERMINATE, Verdict.TOTAL_FAILED]
    sub_reason: SubReason
    reason: str = Field(description="for people")
    advice: str = Field(description="what a person should do")
    status: Status | None
    institution: str | None = Field(description="who anchored it first")
    anchored_at: str | None
    as_of_block: int | None


class DigestAnswers(_Shape):
    """One answer for each digest, in the order of the question."""

    format: Literal["hocba/digests/1"]
    answers: list[DigestAnswer]


class SignatureBody(_Shape):
    """One signature of a report."""

    role: Role
    signer: str | None
    identity: str | None
    indication: Indication
    sub_indication: SubReason | None
    level: str | None
    signed_at: str | None
    anchor_proves_existence: bool


class AnchorBody(_Shape):
    """Where and when the document was anchored."""

    institution: str
    root: Digest
    tree_size: int
    leaf_index: int
    anchored_at: str
    source: str


class AuthorityBody(_Shape):
    """Who was allowed to do what at the anchor's block time; null: not known."""

    issuer_granted: bool | None
    principal_declared: bool | None
    seal_declared: bool | None


class CheckBody(_Shape):
    """What one numbered check found (docs/verification.md)."""

    number: int
    name: str
    verdict: Verdict | None
    sub_reason: SubReason | None
    message: str


class ReportBody(BaseModel):
    """A report, `hocba/report/1`, about the file that was sent; it repeats no pupil's data."""

    model_config = ConfigDict(frozen=True)

    format: Literal["hocba/report/1"]
    file: Literal[""]
    document_digest: Digest | None
    transcript_code: str | None
    verdict: Verdict
    sub_reason: SubReason | None
    signatures: list[SignatureBody]
    anchor: AnchorBody | None
    status: Status | None
    authority: AuthorityBody
    checks: list[CheckBody]
    notes: list[str]
    as_of_block: int | None


class RegistryHealth(_Shape):
    """The folded registry that answers are made with."""

    as_of_block: int | None
    age_s: int | None = Field(description="seconds since it was read; null when it never was")
    problem: SubReason | None = Field(description="why it cannot be brought up to date")


class Health(_Shape):
    """What is out of reach, if anything. The service answers all the same."""

    status: Literal["ok", "degraded"] = Field(
        description="degraded: answers that need the registry are older, or INDETERMINATE"
    )
    registry: RegistryHealth
    greatest_age_s: int = Field(description="an older registry is not used any more")
    receipts: int | None = Field(description="receipts at hand; null without a folder")
