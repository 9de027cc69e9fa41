"""
What signatures and time stamps of one document are judged on, and how pyHanko is run for it.

Behind the door `verifier.pdf_signature`.
"""

import asyncio
from collections.abc import Coroutine
from dataclasses import dataclass, replace
from datetime import datetime
from typing import TypeVar

from asn1crypto import ocsp, x509
from pyhanko.sign.validation.pdf_embedded import (
    EmbeddedPdfSignature,
    async_validate_pdf_signature,
    async_validate_pdf_timestamp,
)
from pyhanko.sign.validation.status import (
    DocumentTimestampStatus,
    PdfSignatureStatus,
    SignatureStatus,
)
from pyhanko_certvalidator import ValidationContext

from verifier.policy import check_aware
from verifier.trust_store import Past, TrustStore, ValidationData, validation_context

Status = TypeVar("Status", bound=SignatureStatus)


@dataclass(frozen=True, slots=True, kw_only=True)
class JudgingGrounds:
    """Whom the policy trusts, what the document brought along, the (aware) time of validation."""

    trust: TrustStore
    data: ValidationData
    validation_time: datetime

    def __post_init__(self) -> None:
        """Refuse what is no fault of the document: behind the door it would be held against it."""
        check_aware(self.validation_time)

    def of_document_alone(self) -> "JudgingGrounds":
        """Return the same without the policy's revocation lists, and without asking anybody."""
        alone = replace(
            self.trust, revocation_lists=(), require_revocation_data=True, fetch_revocation=False
        )
        return replace(self, trust=alone)

    def signature_status(
        self,
        embedded: EmbeddedPdfSignature,
        moment: datetime,
        *,
        past: bool,
        tolerant: bool = False,
    ) -> PdfSignatureStatus:
        """
        Let pyHanko judge a signature and its time stamp as of *moment*.

        *tolerant* passes over missing revocation data, whatever the policy says: what is left is
        whether anything speaks against the certificates.
        """
        authorities = tuple(one for one in embedded.other_embedded_certs if one.ca)
        window = self._window(embedded.signer_cert, authorities) if past else None
        context = self._context(moment, window, tolerant=tolerant)
        return self._finish(
            async_validate_pdf_signature(
                embedded, context, ts_validation_context=context, skip_diff=True
            )
        )

    def stamp_status(
        self, embedded: EmbeddedPdfSignature, moment: datetime, *, past: bool, tolerant: bool
    ) -> DocumentTimestampStatus:
        """Let pyHanko judge a document time stamp as of *moment*; arguments as above."""
        window = self._window(None, ()) if past else None
        context = self._context(moment, window, tolerant=tolerant)
        return self._finish(async_validate_pdf_timestamp(embedded, context, skip_diff=True))

    def _window(
        self, signer: x509.Certificate | None, authorities: tuple[x509.Certificate, ...]
    ) -> Past:
        return Past(signer=signer, authorities=authorities, validation_time=self.validation_time)

    def _context(
        self, moment: datetime, window: Past | None, *, tolerant: bool
    ) -> ValidationContext:
        trust, data = self.trust, self.data
        if tolerant:
            # To pyHanko, a good answer about another certificate of the same authority is trouble.
            bad_news = tuple(one for one in data.ocsp_answers if _tells_of_revocation(one))
            trust = replace(trust, require_revocation_data=False)
            data = replace(data, ocsp_answers=bad_news)
        return validation_context(trust, data, moment, past=window)

    def _finish(self, pending: Coroutine[object, None, Status]) -> Status:
        if self.trust.fetch_revocation:
            return asyncio.run(pending)
        return finish_at_once(pending)


def _tells_of_revocation(answer: ocsp.OCSPResponse) -> bool:
    try:
        found = answer.response_data["responses"]
        return any(one["cert_status"].name == "revoked" for one in found)
    except (ValueError, TypeError, KeyError):  # it came along in a hostile document
        return False


def finish_at_once(pending: Coroutine[object, None, Status]) -> Status:
    """Run a coroutine that waits for nothing, without the sockets of an event loop."""
    try:
        pending.send(None)
    except StopIteration as done:
        status: Status = done.value
        return status
    pending.close()
    raise RuntimeError("pyHanko waits for the network although fetching is off")
