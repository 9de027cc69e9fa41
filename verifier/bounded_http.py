"""
HTTP with servers that are not trusted: bounded in size and time, and nobody else decides.

No redirects, no proxies, no `.netrc`; an answer has one time limit as a whole.
"""

import threading
from collections.abc import Callable, Mapping
from concurrent.futures import Future
from typing import TYPE_CHECKING, NamedTuple, TypeVar

from verifier.errors import VerifierError
from verifier.messages import _

if TYPE_CHECKING:  # loaded when the first server is asked: most of what starting would cost
    from requests import Response, Session

_AnswerT = TypeVar("_AnswerT")


class NoAnswer(VerifierError):
    """No whole answer: no connection, too slow."""


class TooLongAnswer(NoAnswer):
    """The answer is longer than allowed."""


class Answer(NamedTuple):
    """What a server answered, whatever its status says."""

    status: int
    content: bytes
    retry_after: str | None = None
    """The header of that name (RFC 9110 section 10.2.3), as it came."""


class BoundedHttp:
    """
    One server, asked again and again over connections that are kept.

    Args:
        timeout_s: for one whole answer, in seconds.
        max_bytes: the longest answer read.
    """

    def __init__(self, *, timeout_s: float, max_bytes: int) -> None:
        self._timeout_s = timeout_s
        self._max_bytes = max_bytes
        self._session = _new_session()

    def ask(
        self, method: str, url: str, *, headers: Mapping[str, str], body: bytes | None = None
    ) -> Answer:
        """
        Make one request.

        Raises:
            NoAnswer: its text names no address, which may hold a secret.
        """
        session = self._session
        sent = {**headers, "Accept-Encoding": "identity"}
        try:
            return _finish_within(
                self._timeout_s, lambda: self._exchange(session, method, url, sent, body)
            )
        except TimeoutError as error:
            self._session = _new_session()  # the old one may be in use for as long as data drip
            problem = _("no whole answer within {seconds} s").format(seconds=self._timeout_s)
            raise NoAnswer(problem) from error

    def _exchange(
        self,
        session: "Session",
        method: str,
        url: str,
        headers: Mapping[str, str],
        body: bytes | None,
    ) -> Answer:
        import requests
        import urllib3

        try:
            with session.request(
                method,
                url,
                data=body,
                headers=headers,
                timeout=self._timeout_s,
                stream=True,
                allow_redirects=False,
            ) as response:
                wait = response.headers.get("Retry-After")
                return Answer(response.status_code, self._read(response), wait)
        except (requests.RequestException, urllib3.exceptions.HTTPError, OSError) as error:
            # The text of the error may hold whole addresses and objects.
            problem = _("no connection ({kind})").format(kind=type(error).__name__)
            raise NoAnswer(problem) from error

    def _read(self, response: "Response") -> bytes:
        parts: list[bytes] = []
        size = 0
        while chunk := response.raw.read1(65536):
            parts.append(chunk)
            size += len(chunk)
            if size > self._max_bytes:
                message = _("the answer is longer than {limit} bytes")
                raise TooLongAnswer(message.format(limit=self._max_bytes))
        return b"".join(parts)


def _new_session() -> "Session":
    import requests

    session = requests.Session()
    # The environment is not read: neither proxies nor .netrc decide whom the verifier asks.
    session.trust_env = False
    return session


def _finish_within(limit_s: float, work: Callable[[], _AnswerT]) -> _AnswerT:
    """
    Run *work* in a thread, and leave it behind when the time is over.

    The time limits of sockets and of the libraries over them start again with each byte, and no
    limit holds for finding the host. What is left behind keeps no program from ending.

    Raises:
        TimeoutError: *work* takes longer than *limit_s* seconds.
    """
    outcome: Future[_AnswerT] = Future()

    def run() -> None:
        try:
            outcome.set_result(work())
        except BaseException as error:  # noqa: BLE001  raised in the thread that waits for it
            outcome.set_exception(error)

    threading.Thread(target=run, daemon=True).start()
    return outcome.result(limit_s)
