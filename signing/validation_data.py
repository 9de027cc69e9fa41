"""
Validation data: what lets a stranger check signatures for years without asking anyone.

Certificates, revocation lists and OCSP answers for the signers and for the services that made
their time stamps (ETSI EN 319 142-1 section 5.4.2). Gathered once for a batch; also before it
starts, so that nothing is signed that could not be verified.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime

from asn1crypto import core, crl, x509
from pyhanko_certvalidator.path import ValidationPath

from signing.certificate_path import PathJudge, Subject, parse_certificate
from signing.errors import RevocationUnknown, TimeStampUnavailable
from signing.http_exchange import HttpExchange, NoAnswer
from signing.keys.signing_key import SigningKey
from signing.revocation import Evidence, fetch_evidence, parse_revocation_list
from signing.time_stamp_token import BadToken, TimeStampToken, parse_token


@dataclass(frozen=True, slots=True, kw_only=True)
class ValidationData:
    """What goes into a document: DER, each value once, in an order that depends on nothing else."""

    certificates: tuple[bytes, ...]
    revocation_lists: tuple[bytes, ...]
    ocsp_responses: tuple[bytes, ...]


def gather(
    keys: Sequence[SigningKey],
    tokens: Sequence[bytes],
    *,
    trust_anchors: Sequence[bytes],
    revocation_lists: Sequence[bytes] = (),
    moment: datetime,
    timeout_s: float = 10.0,
    lasting: bool = True,
) -> ValidationData:
    """
    Confirm the signers and the signers of their time stamps, and gather what proves it.

    Evidence about a certificate is taken from *revocation_lists*, then from its OCSP responder,
    then from its distribution point; the first that is sound. Evidence about one that has signed
    must be younger than what it signed, or last as long as the certificate: only then does it say
    that the certificate was good when it signed (ETSI EN 319 102-1 section 5.6.2.2). Without
    *lasting* older evidence will do, too: nothing of weight was signed yet.

    Args:
        keys: the signers.
        tokens: all time stamps of the batch, or one of each service; empty before a batch starts.
        trust_anchors: certificates that need no proof, DER or PEM.
        revocation_lists: CRLs at hand, DER or PEM.
        moment: the time at which everything must be valid, aware: now.
        timeout_s: for each question over HTTP.
        lasting: whether what is gathered goes into documents.

    Raises:
        CertificateUnfit: a certificate cannot be confirmed; the subclasses say why.
        TimeStampUnavailable: a token is none.
    """
    for key in keys:
        key.check_usable_at(moment)
    stamps = [_parsed(token) for token in tokens]
    signed_at = max((stamp.made_at for stamp in stamps), default=None)
    subjects = [
        *(_signer(key, signed_at) for key in keys),
        *_services(stamps),
    ]
    if not lasting:
        subjects = [replace(subject, made_at=None) for subject in subjects]
    judge = PathJudge(
        anchors=tuple(parse_certificate(content) for content in trust_anchors),
        others=tuple(_others(keys, stamps)),
        moment=moment,
    )
    collection = _Collection(judge, _lists(revocation_lists), timeout_s)
    unknown: RevocationUnknown | None = None
    for subject in subjects:
        try:
            collection.add(subject)
        except RevocationUnknown as error:
            # Of another one it may be known that it was revoked: that is said first.
            unknown = unknown or error
    if unknown is not None:
        raise unknown
    return collection.data()


def last_of_each(tokens: Iterable[bytes]) -> tuple[bytes, ...]:
    """
    Keep the last token of each time-stamping certificate: what `gather` needs of many.

    Raises:
        TimeStampUnavailable: a token is none.
    """
    last: dict[bytes, tuple[datetime, bytes]] = {}
    for token in tokens:
        stamp = _parsed(token)
        signer = stamp.signer.sha256
        if signer not in last or last[signer][0] < stamp.made_at:
            last[signer] = stamp.made_at, token
    return tuple(token for _made_at, token in last.values())


@dataclass
class _Collection:
    """Grows by what each subject needs; a certificate on several paths is looked at once."""

    judge: PathJudge
    lists: tuple[crl.CertificateList, ...]
    timeout_s: float
    http: HttpExchange = field(default_factory=HttpExchange)
    certificates: dict[bytes, x509.Certificate] = field(default_factory=dict)
    evidence: dict[bytes, Evidence] = field(default_factory=dict)

    def add(self, subject: Subject) -> None:
        path = self.judge.find_path(subject)
        below_anchor = [
            one for one in path if one.sha256 not in {top.sha256 for top in self.judge.anchors}
        ]
        found: list[Evidence] = []
        for certificate in below_anchor:  # from the top
            self.certificates[certificate.sha256] = certificate
            if certificate.sha256 not in self.evidence:
                self.evidence[certificate.sha256] = self._find(certificate, path, subject, found)
            found.append(self.evidence[certificate.sha256])

    def _find(
        self,
        certificate: x509.Certificate,
        path: ValidationPath,
        subject: Subject,
        above: Sequence[Evidence],
    ) -> Evidence:
        problems: list[str] = []
        is_signer = certificate.sha256 == subject.certificate.sha256
        since = subject.made_at if is_signer else None
        for evidence in self._sources(certificate, path, problems):
            if not self.judge.says_good(evidence, certificate, path, subject, above):
                problems.append(f"{evidence.source}: it says nothing sound about it")
            elif not _covers(evidence, certificate, since):
                problems.append(f"{evidence.source}: it is older than the time stamp")
            else:
                return evidence
        raise RevocationUnknown(
            "Whether the certificate of {source}, or one above it, has been revoked cannot be"
            " learnt: {reasons}. Try again later.",
            source=subject.source,
            reasons="; ".join(problems) or "it names neither a responder nor a revocation list",
        )

    def _sources(
        self, certificate: x509.Certificate, path: ValidationPath, problems: list[str]
    ) -> Iterator[Evidence]:
        for one in self.lists:
            if one.issuer == certificate.issuer:
                yield Evidence(source="a revocation list at hand", revocation_list=one)
        issuer = _issuer_on(path, certificate)
        yield from fetch_evidence(
            certificate, issuer, self.http, timeout_s=self.timeout_s, problems=problems
        )

    def data(self) -> ValidationData:
        found = self.evidence.values()
        lists = {one.revocation_list.dump() for one in found if one.revocation_list is not None}
        answers = {one.answer.dump() for one in found if one.answer is not None}
        certificates = {one.dump() for one in self.certificates.values()}
        return ValidationData(
            certificates=tuple(sorted(certificates)),
            revocation_lists=tuple(sorted(lists)),
            ocsp_responses=tuple(sorted(answers)),
        )


def _parsed(token: bytes) -> TimeStampToken:
    try:
        return parse_token(token)
    except BadToken as error:
        raise TimeStampUnavailable(
            "A time stamp of the batch is none: {reason}. Have it made again.", reason=error
        ) from error


def _signer(key: SigningKey, signed_at: datetime | None) -> Subject:
    return Subject(
        certificate=x509.Certificate.load(key.certificate),
        source=key.source,
        for_time_stamps=False,
        made_at=signed_at,
    )


def _services(stamps: Sequence[TimeStampToken]) -> Iterator[Subject]:
    """Give each time-stamping certificate once."""
    for certificate in {stamp.signer.sha256: stamp.signer for stamp in stamps}.values():
        yield Subject(
            certificate=certificate, source="the time stamp", for_time_stamps=True, made_at=None
        )


def _others(
    keys: Sequence[SigningKey], stamps: Sequence[TimeStampToken]
) -> Iterator[x509.Certificate]:
    for key in keys:
        yield from (x509.Certificate.load(one) for one in key.chain)
    for stamp in stamps:
        yield from stamp.certificates


def _lists(contents: Sequence[bytes]) -> tuple[crl.CertificateList, ...]:
    try:
        return tuple(parse_revocation_list(content) for content in contents)
    except NoAnswer as error:
        raise RevocationUnknown(
            "What should be a revocation list is none. Give revocation lists in DER or PEM."
        ) from error


def _issuer_on(path: ValidationPath, certificate: x509.Certificate) -> x509.Certificate:
    *_above, issuer = (one for one in path if one.subject == certificate.issuer)
    return issuer


def _covers(evidence: Evidence, certificate: x509.Certificate, since: datetime | None) -> bool:
    """Tell whether *evidence* speaks for *since*: made later, or lasting to the end."""
    if since is None:
        return True
    updates = [(one["this_update"].native, one["next_update"].native) for one in _updates(evidence)]
    return all(
        made_at >= since.replace(microsecond=0)
        or (next_at is not None and next_at >= certificate.not_valid_after)
        for made_at, next_at in updates
    )


def _updates(evidence: Evidence) -> list[core.Sequence]:
    lists = [evidence.revocation_list] if evidence.revocation_list is not None else []
    answers = (
        list(evidence.answer.response_data["responses"]) if evidence.answer is not None else []
    )
    return [*(one["tbs_cert_list"] for one in lists), *answers]
