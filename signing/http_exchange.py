"""
Bounded HTTP: one question, one answer of at most so many bytes within so many seconds.

Time-stamping services and certification authorities are asked through here. Neither the
environment's proxies nor its passwords are used, and no redirect is followed.
"""

import threading
from collections.abc import Callable
from concurrent.futures import Future
from typing import TYPE_CHECKING, TypeVar
from urllib.parse import urlsplit

if TYPE_CHECKING:  # loaded with the first question: level B-B asks nobody
    from requests import Response, Session

_Answer = TypeVar("_Answer")
_PART = 65536


class NoAnswer(Exception):
    """
    No usable answer came; `str` says why, without credentials.

    Raised to the modules that ask, which tell it as an error of signing.
    """


class HttpExchange:
    """Questions over HTTP that share one connection where the other side allows it."""

    def __init__(self) -> None:
        self._session: Session | None = None

    def ask(
        self,
        url: str,
        *,
        body: bytes | None = None,
        content_type: str = "",
        timeout_s: float,
        most_bytes: int,
    ) -> bytes:
        """
        Get *url*, or post *body* to it, and return the answer's body.

        Args:
            url: `http:` or `https:`.
            body: None asks by GET.
            content_type: of the body.
            timeout_s: for all of it, from finding the host to the last byte.
            most_bytes: the longest answer read.

        Raises:
            NoAnswer: none came, in time, whole, of that size and with status 200.
        """
        if urlsplit(url).scheme not in ("http", "https"):
            raise NoAnswer("its address is neither http: nor https:")
        session = self._session = self._session or _new_session()
        headers = {"Accept-Encoding": "identity"}
        if body is not None:
            headers["Content-Type"] = content_type

        def exchange() -> bytes:
            with session.request(
                "GET" if body is None else "POST",
                url,
                data=body,
                headers=headers,
                timeout=timeout_s,
                stream=True,
                allow_redirects=False,
            ) as response:
                return _read(response, most_bytes)

        return self._finish(exchange, timeout_s)

    def _finish(self, exchange: Callable[[], bytes], timeout_s: float) -> bytes:
        import requests
        import urllib3

        try:
            return _finish_within(timeout_s, exchange)
        except (TimeoutError, requests.Timeout, urllib3.exceptions.TimeoutError) as error:
            self._session = None  # it may be in use for as long as data drip
            raise NoAnswer(f"no whole answer within {timeout_s:g} s") from error
        except (
            requests.RequestException,
            urllib3.exceptions.HTTPError,
            OSError,
            ValueError,  # a host name that is none
        ) as error:
            # The error's own text may repeat the address with its password.
            raise NoAnswer(f"no connection ({type(error).__name__})") from error


def shown_url(url: str) -> str:
    """Return what of *url* may be shown: no user, no password, no query."""
    try:
        parts = urlsplit(url)
        host = parts.netloc.rpartition("@")[2]
    except ValueError:
        return "an address that is none"
    return f"{parts.scheme}://{host}{parts.path}"


def _read(response: "Response", most_bytes: int) -> bytes:
    if response.status_code != 200:
        raise NoAnswer(f"it answers HTTP {response.status_code}")
    parts: list[bytes] = []
    size = 0
    while part := response.raw.read1(_PART):
        parts.append(part)
        size += len(part)
        if size > most_bytes:
            raise NoAnswer(f"its answer is longer than {most_bytes} bytes")
    return b"".join(parts)


def _new_session() -> "Session":
    import requests

    session = requests.Session()
    session.trust_env = False
    return session


def _finish_within(limit_s: float, work: Callable[[], _Answer]) -> _Answer:
    """
    Run *work* in a thread, and leave it behind when the time is over.

    The time limits of sockets start again with each byte, and none holds for finding the host.
    What is left behind keeps no program from ending.
    """
    outcome: Future[_Answer] = Future()

    def run() -> None:
        try:
            outcome.set_result(work())
        except BaseException as error:  # noqa: BLE001  raised in the thread that waits for it
            outcome.set_exception(error)

    threading.Thread(target=run, daemon=True).start()
    return outcome.result(limit_s)
