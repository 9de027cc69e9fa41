"""
What workers do for one document: pure functions of their tasks (see `workshop`).

`ask` gives a raw signature by a key that stays where it was loaded.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime
from functools import lru_cache, partial
from pathlib import Path

from signing.fields import prepare
from signing.long_term import add_document_time_stamp, add_validation_data, find_time_stamps
from signing.pades import SignatureRequest, certify, seal
from signing.profile import Level
from signing.timestamp import TimeStampClient, TimeStampService
from signing.validation_data import ValidationData
from transcript_service.documents.places import TOOLTIPS, principal_field, seal_field
from transcript_service.documents.render import render
from transcript_service.issuance.embedded_chain import open_rpc
from transcript_service.issuance.workshop import Ask
from verifier.evidence import EvidencePool, EvidenceSources
from verifier.policy import Policy, load_policy
from verifier.registry import RegistryView, read_registry
from verifier.report import Report
from verifier.verification import verify

PRINCIPAL, SEAL = "principal", "seal"
"""Names of the two keys, as workers ask for them."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PrepareTask:
    """A transcript to render, in RFC 8785 form, with places for the signatures of its year."""

    transcript: bytes
    school_year: str


def prepare_document(task: PrepareTask, _ask: Ask) -> bytes:
    """
    Render a transcript and turn its two signature places into empty fields.

    Raises:
        RenderError: it cannot be rendered.
        SigningError: the rendered page lacks a place.
    """
    return prepare(
        render(task.transcript),
        names=(principal_field(task.school_year), seal_field(task.school_year)),
        tooltips=TOOLTIPS,
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class SignTask:
    """A PDF to sign; what `request` has `elsewhere` is asked for, or comes from `services`."""

    pdf: bytes
    request: SignatureRequest
    services: tuple[TimeStampService, ...]


def certify_document(task: SignTask, ask: Ask) -> bytes:
    """
    Make the principal's signature; it is asked for under the name `PRINCIPAL`.

    Raises:
        SigningError: the document, the certificate or the look does not fit.
    """
    return certify(task.pdf, _signed_by(task, ask, PRINCIPAL))


def seal_document(task: SignTask, ask: Ask) -> bytes:
    """
    Make the school's seal; it is asked for under the name `SEAL`.

    Raises:
        SigningError: the document, the certificate or the look does not fit.
    """
    return seal(task.pdf, _signed_by(task, ask, SEAL))


def find_tokens(pdf: bytes, _ask: Ask) -> tuple[bytes, ...]:
    """
    Find the tokens of a document's time stamps.

    Raises:
        SigningError: it cannot be read.
    """
    return find_time_stamps(pdf)


@dataclass(frozen=True, slots=True, kw_only=True)
class AugmentTask:
    """A sealed PDF and the validation data of its batch; `services` stamp it at level B-LTA."""

    pdf: bytes
    data: ValidationData
    level: Level
    services: tuple[TimeStampService, ...]
    largest_token: int


def augment_document(task: AugmentTask, _ask: Ask) -> bytes:
    """
    Add validation data, and a document time stamp at level B-LTA.

    Raises:
        SigningError: it cannot be extended, or there is no time stamp.
    """
    lasting = add_validation_data(task.pdf, task.data)
    if task.level is not Level.B_LTA:
        return lasting
    stamper = _client(task.services, task.largest_token).token
    return add_document_time_stamp(lasting, stamper, largest_token=task.largest_token)


@dataclass(frozen=True, slots=True, kw_only=True)
class CheckTask:
    """A sealed PDF with its receipt beside it, to be verified by the policy that strangers use."""

    path: Path
    policy: Path
    now: datetime
    round: str
    """Documents of the same round are judged by one state of the registry."""


def check_document(task: CheckTask, _ask: Ask) -> Report:
    """
    Verify a document as a stranger would.

    Raises:
        VerifierError: the policy or the registry cannot be read.
        OSError: the file cannot be read.
    """
    bench = _checking(task.policy, task.round, task.now)
    return verify(
        task.path.read_bytes(),
        policy=bench.policy,
        registry=bench.view,
        evidence=EvidenceSources(pool=bench.pool, path=task.path),
        now=task.now,
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class _Checking:
    policy: Policy
    view: RegistryView
    pool: EvidencePool


@lru_cache(maxsize=1)
def _checking(policy_file: Path, _round: str, now: datetime) -> _Checking:
    """Fold the registry once for a round of checks, which has one *now*."""
    policy = load_policy(policy_file)
    view = read_registry(policy, open_rpc, now=now, checkpoint=False)
    return _Checking(
        policy=policy,
        view=view,
        pool=EvidencePool(published=view.manifests, state=view.state),
    )


def _signed_by(task: SignTask, ask: Ask, name: str) -> SignatureRequest:
    return replace(
        task.request,
        key=replace(task.request.key, sign=partial(ask, name)),
        time_stamper=_stamper(task),
    )


def _stamper(task: SignTask) -> Callable[[bytes], bytes] | None:
    profile = task.request.profile
    return _client(task.services, profile.largest_token).token if profile.has_time_stamp else None


@lru_cache(maxsize=4)
def _client(services: tuple[TimeStampService, ...], largest_token: int) -> TimeStampClient:
    """Keep one client, with its open connections, in each process."""
    return TimeStampClient(services, largest_token=largest_token)
