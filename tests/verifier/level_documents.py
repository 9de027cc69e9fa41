"""Year documents at the PAdES levels, issued by an office under the authorities of `tests/pki`."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from functools import cached_property

from signing.long_term import add_document_time_stamp, add_validation_data
from signing.pades import certify, seal
from signing.profile import Level, SigningProfile
from signing.timestamp import TimeStampClient, TimeStampService
from signing.validation_data import ValidationData, gather
from tests.pki.authorities import Authorities
from tests.signing.levels import Recorder
from tests.verifier.documents import (
    SCHOOL,
    Signers,
    entry_of,
    looks,
    make_transcript,
    prepare_pdf,
    request,
)
from tests.verifier.issued import ANCHORED_AT, AUTHORITY, ROOT, Office
from transcript_service.documents import places
from transcript_service.issuance.identities import principal_declaration, seal_declaration
from transcript_service.issuance.registry_calls import declare_certificate, register_institution
from verifier.registry_events import Use
from verifier.report import Report

STAMPED_AT = ANCHORED_AT + timedelta(seconds=50)
"""After the office's certificates were declared, before its documents are anchored."""
NUMBERS = {"b_t": 21, "b_lt": 22, "b_lta": 23}
YEAR = "2025-2026"
MINUTE, DAY = timedelta(minutes=1), timedelta(days=1)
SOON = STAMPED_AT + 5 * MINUTE
"""While the OCSP answers are fresh."""
YEARS_LATER = datetime(2029, 6, 1, tzinfo=UTC)
SIGNERS_EXPIRED = datetime(2031, 6, 1, tzinfo=UTC)
SERVICE_EXPIRED = datetime(2033, 6, 1, tzinfo=UTC)
NAMES = {"b_t": "B-T", "b_lt": "B-LT", "b_lta": "B-LTA"}


@dataclass
class Workshop:
    """Signs year documents; its parts can be exchanged for worse ones."""

    authorities: Authorities
    principal: str = "principal"
    service: str = "tsa"
    change_token: Callable[[bytes], bytes] = lambda token: token

    @cached_property
    def signers(self) -> Signers:
        return Signers(
            principal=self.authorities.key(self.principal), seal=self.authorities.key("seal")
        )

    @cached_property
    def stamper(self) -> Recorder:
        url = self.authorities.time_stamp_url(self.service)
        return Recorder(TimeStampClient((TimeStampService(url),)))

    def sign(self, number: int) -> bytes:
        """B-T, with both signatures."""
        profile = SigningProfile(level=Level.B_T, largest_token=self.stamper.client.largest_token)
        prepared = prepare_pdf(make_transcript(number))
        names = (places.principal_field(YEAR), places.seal_field(YEAR))
        keys = (self.signers.principal, self.signers.seal)
        first, second = (
            replace(request(key, name, look), profile=profile, time_stamper=self._stamp)
            for key, name, look in zip(keys, names, looks(), strict=True)
        )
        return seal(certify(prepared, first), second)

    def _stamp(self, digest: bytes) -> bytes:
        return self.change_token(self.stamper(digest))

    def gather(self) -> ValidationData:
        return gather(
            [self.signers.principal, self.signers.seal],
            self.stamper.tokens,
            trust_anchors=self.authorities.trust_anchors,
            moment=self.authorities.moment,
        )

    def make(self, level: str) -> bytes:
        """A document of its own number at *level*."""
        pdf = self.sign(NUMBERS[level])
        if level in ("b_lt", "b_lta"):
            pdf = add_validation_data(pdf, self.gather())
        return self.stamp(pdf) if level == "b_lta" else pdf

    def stamp(self, pdf: bytes) -> bytes:
        size = self.stamper.client.largest_token
        return add_document_time_stamp(pdf, self.stamper, largest_token=size)


def make_level_office(office: Office, authorities: Authorities) -> None:
    """Let *office* issue `b_t`, `b_lt` and `b_lta`, and trust nothing but the authorities' root."""
    workshop = Workshop(authorities)
    signers = workshop.signers
    declared = ((principal_declaration(signers.principal), Use.PRINCIPAL),)
    for identity, use in (*declared, (seal_declaration(signers.seal), Use.SEAL)):
        office.act(AUTHORITY, declare_certificate(SCHOOL, identity, use, acting_for=ROOT))
    authorities.moment = STAMPED_AT
    made = {level: workshop.make(level) for level in NUMBERS}
    time_passes = register_institution(ROOT, parent=ROOT, institution="LATER", name="Sau này")
    office.act(AUTHORITY, time_passes, seconds=100)
    office.signers = signers
    office.anchor([(name, pdf, entry_of(pdf, NUMBERS[name])) for name, pdf in made.items()])
    (office.directory / "trust" / "root.pem").write_bytes(authorities.root.read_bytes())
    office.edit_policy(
        'revocation_lists = ["trust/root.crl", "trust/ca.crl"]', "require_revocation_data = true"
    )


def ask_for(office: Office, level: str, moment: datetime) -> None:
    """Let the policy ask for *level* at *moment*."""
    office.edit_policy("[registry]", f'least_level = "{level}"\n[registry]')
    office.edit_policy("2026-06-30T00:00:00Z", moment.isoformat().replace("+00:00", "Z"))


def levels_of(report: Report) -> list[str | None]:
    return [one.level for one in report.signatures]


def indications_of(report: Report) -> set[str]:
    return {one.indication.value for one in report.signatures}


def without_anchor(office: Office, pdf: bytes) -> Report:
    """Verify a document for which there is no evidence."""
    (office.transcripts / "unanchored.pdf").write_bytes(pdf)
    return office.check("unanchored")
