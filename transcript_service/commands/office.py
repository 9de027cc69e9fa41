"""Put the parts of a school's issuing desk together from its settings file."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import cache

from sqlalchemy import Engine

from signing.errors import SigningError
from signing.keys.pkcs12 import load_pkcs12
from signing.signature_image import LARGEST_IMAGE, SignatureImage, read_signature_image
from signing.timestamp import TimeStampService
from transcript_service.database import open_database
from transcript_service.errors import UsageError
from transcript_service.folders import Folders
from transcript_service.issuance.accounts import load_account
from transcript_service.issuance.anchor import RegistryWriter
from transcript_service.issuance.desk import Desk, Progress, SigningKeys
from transcript_service.issuance.embedded_chain import open_writer
from transcript_service.issuance.registry_access import RegistryAccess
from transcript_service.issuance.workshop import shared_workshop
from transcript_service.quality.gate import Gate
from transcript_service.rules.circular_22_2021 import RulePolicy
from transcript_service.settings import Settings, SigningSettings
from transcript_service.shared_database.client import UpstreamAccess
from transcript_service.shared_database.retrying import Patience
from transcript_service.transcript import GapCode
from verifier.messages import _
from verifier.system_words import why

ACTOR = "registrar"


@dataclass(frozen=True, slots=True, kw_only=True)
class Office:
    """A school's desk with its rules and its access to the shared database."""

    settings: Settings
    engine: Engine
    desk: Desk
    rules: RulePolicy
    upstream: tuple[UpstreamAccess, ...]
    """One for each address of the shared database."""

    def gate(self) -> Gate:
        """Return the quality gate as this school holds it now."""
        quality = self.settings.school.quality
        is_strict = quality.identity_not_verified == "blocks"
        return Gate(
            policy=self.rules,
            now=self.desk.now(),
            greatest_sync_age=timedelta(hours=quality.greatest_sync_age_h),
            blocking=frozenset({GapCode.IDENTITY_NOT_VERIFIED} if is_strict else ()),
        )


def open_office(settings: Settings, progress: Progress) -> Office:
    """
    Open everything that a school's settings name; keys are loaded only when signatures are due.

    Raises:
        ServiceError: something named there cannot be used.
    """
    school = settings.school
    engine = open_database(settings.path(school.database))
    return Office(
        settings=settings,
        engine=engine,
        desk=Desk(
            engine=engine,
            folders=Folders(settings.directory),
            institution=school.institution,
            registry=_registry(settings),
            load_keys=_key_loader(settings),
            level=school.signing.level,
            office=school.signing.office,
            time_stamping=_time_stamping(school.signing),
            policy=settings.path(school.policy),
            now=lambda: datetime.now(UTC),
            actor=ACTOR,
            progress=progress,
            workshop=shared_workshop(),
        ),
        rules=RulePolicy(
            single_subject_test=school.rules.single_subject_test,
            nx_subject_counts=school.rules.nx_subject_counts,
        ),
        upstream=_upstream(settings),
    )


def _upstream(settings: Settings) -> tuple[UpstreamAccess, ...]:
    shared = settings.school.shared_database
    secret = settings.secret(shared.secret_file)
    return tuple(
        UpstreamAccess(
            base_url=base_url,
            client_id=shared.client_id,
            client_secret=secret,
            dialect=shared.dialect,
            timeout_s=shared.timeout_s,
            patience=Patience(attempts=shared.attempts, longest_wait_s=shared.longest_wait_s),
        )
        for base_url in shared.addresses
    )


def _registry(settings: Settings) -> RegistryAccess:
    registry = settings.school.registry
    return RegistryAccess(
        writer=RegistryWriter(
            open_writer(registry.rpc, settings.directory),
            chain_id=registry.chain_id,
            address=bytes.fromhex(registry.address.removeprefix("0x")),
        ),
        account=load_account(settings.path(registry.account_key_file)),
        publish_manifests=registry.publish_manifests,
    )


def _time_stamping(signing: SigningSettings) -> tuple[TimeStampService, ...]:
    named = signing.time_stamping
    if named is None:
        return ()
    return tuple(TimeStampService(url, named.timeout_s) for url in named.urls)


def _signature_image(settings: Settings) -> SignatureImage | None:
    signing = settings.school.signing
    name = signing.office.image if signing.office is not None else signing.principal_image
    if name is None:
        return None
    path = settings.path(name)
    try:
        with path.open("rb") as file:
            return read_signature_image(file.read(LARGEST_IMAGE + 1))
    except OSError as error:
        raise UsageError(
            _("cannot read the signature image {path}: {problem}").format(
                path=path, problem=why(error)
            )
        ) from error


def _key_loader(settings: Settings) -> Callable[[], SigningKeys]:
    signing = settings.school.signing

    @cache
    def load() -> SigningKeys:
        try:
            return SigningKeys(
                principal=load_pkcs12(
                    settings.path(signing.principal),
                    settings.secret(signing.principal_password_file),
                ),
                seal=load_pkcs12(
                    settings.path(signing.seal), settings.secret(signing.seal_password_file)
                ),
                principal_image=_signature_image(settings),
            )
        except SigningError as error:
            raise UsageError(_(error.template).format(**error.facts)) from error

    return load
