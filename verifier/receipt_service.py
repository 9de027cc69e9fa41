"""
A service that is asked for receipts: `GET URL/v1/receipts/DIGEST`.

Only where the caller names one, because it learns which documents are checked. What it answers is
evidence like any other file: never trusted, and whatever is wrong with it counts as absent.
"""

from verifier.bounded_http import BoundedHttp, NoAnswer
from verifier.errors import InvalidFormat, PolicyError
from verifier.fields import to_hex
from verifier.messages import _
from verifier.node_address import shown_address, split_url
from verifier.receipt import MAX_RECEIPT_BYTES, Receipt, parse_receipt

TIMEOUT_S = 10.0
_GIVE_UP_AFTER = 3
"""Failures in a row after which a service is not asked again, so that many files do not wait."""


def check_service_address(url: str) -> None:
    """
    Check that *url* can be asked.

    Raises:
        PolicyError: it is no `http:` or `https:` address, or has more than a path.
    """
    parts = split_url(url)
    if parts is None or parts.query or parts.fragment:
        message = _("{url} is not the address of a service")
        raise PolicyError(message.format(url=shown_address(url)))


class ReceiptService:
    """
    One service, for many documents.

    Args:
        url: `http:` or `https:`, up to what stands before `/v1`.
        timeout_s: for one whole answer, in seconds.
    """

    def __init__(self, url: str, *, timeout_s: float = TIMEOUT_S) -> None:
        check_service_address(url)
        self._url = url.rstrip("/")
        self._timeout_s = timeout_s
        self._http: BoundedHttp | None = None
        self._failures = 0
        self.source = _("service {address}").format(address=shown_address(url))

    def receipt(self, document_digest: bytes, problems: list[str]) -> Receipt | None:
        """
        Ask for the receipt of the document of that digest (32 bytes).

        What stands in the way is added to *problems*; None when there is no usable receipt.
        """
        if self._failures >= _GIVE_UP_AFTER:
            problems.append(_("{source}: not asked again").format(source=self.source))
            return None
        try:
            data = self._get(document_digest)
            self._failures = 0
            return None if data is None else parse_receipt(data, what=self.source)
        except NoAnswer as error:
            self._failures += 1
            problems.append(f"{self.source}: {error}")
        except InvalidFormat as error:
            problems.append(_("skipped: {problem}").format(problem=error))
        return None

    def _get(self, document_digest: bytes) -> bytes | None:
        if self._http is None:
            self._http = BoundedHttp(timeout_s=self._timeout_s, max_bytes=MAX_RECEIPT_BYTES)
        url = f"{self._url}/v1/receipts/{to_hex(document_digest)}"
        answer = self._http.ask("GET", url, headers={"Accept": "application/json"})
        if answer.status == 404:
            return None
        if answer.status != 200:
            raise NoAnswer(_("it answers HTTP {status}").format(status=answer.status))
        return answer.content
