"""The sample document at each PAdES level, signed by the authorities of `tests/pki`."""

from dataclasses import dataclass, field, replace

from signing.fields import prepare
from signing.long_term import add_document_time_stamp, add_validation_data
from signing.pades import certify, seal
from signing.profile import Level, SigningProfile
from signing.timestamp import TimeStampClient, TimeStampService
from signing.validation_data import ValidationData, gather
from tests.pki.authorities import Authorities
from tests.signing.sample import NAMES, TOOLTIPS, Signers


@dataclass
class Recorder:
    """A time stamper that keeps its tokens."""

    client: TimeStampClient
    tokens: list[bytes] = field(default_factory=list)

    def __call__(self, digest: bytes) -> bytes:
        token = self.client.token(digest)
        self.tokens.append(token)
        return token


@dataclass(frozen=True)
class Levels:
    """One document at all levels; each contains the one before it as a prefix, B-B apart."""

    b_t: bytes
    b_lt: bytes
    b_lta: bytes
    data: ValidationData
    tokens: tuple[bytes, ...]


def make_levels(
    authorities: Authorities,
    signers: Signers,
    rendered: bytes,
    *,
    principal: str = "principal",
    service: str = "tsa",
) -> Levels:
    """Sign, seal and extend with the keys of *authorities* instead of those of the sandbox."""
    client = TimeStampClient((TimeStampService(authorities.time_stamp_url(service)),))
    stamper = Recorder(client)
    profile = SigningProfile(level=Level.B_LTA, largest_token=client.largest_token)
    first = replace(
        signers.principal,
        key=authorities.key(principal),
        profile=profile,
        time_stamper=stamper,
    )
    second = replace(
        signers.school, key=authorities.key("seal"), profile=profile, time_stamper=stamper
    )
    b_t = seal(certify(prepare(rendered, names=NAMES, tooltips=TOOLTIPS), first), second)
    data = gather(
        [first.key, second.key],
        stamper.tokens,
        trust_anchors=authorities.trust_anchors,
        moment=authorities.moment,
    )
    b_lt = add_validation_data(b_t, data)
    b_lta = add_document_time_stamp(b_lt, stamper, largest_token=client.largest_token)
    return Levels(b_t=b_t, b_lt=b_lt, b_lta=b_lta, data=data, tokens=tuple(stamper.tokens))
