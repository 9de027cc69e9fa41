"""
What holds for every answer: language, security headers, and a problem instead of a traceback.

A fault is logged by its place only: what was sent, and whom it is about, stands in no log.
"""

import logging
from pathlib import Path
from traceback import extract_tb

from fastapi import Request, Response
from fastapi.responses import JSONResponse
from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from transcript_service.routes.problems import MEDIA_TYPE, Kind, Problem, body_of
from verifier.arguments import LANGUAGES
from verifier.messages import in_language

_LOG = logging.getLogger("hocba.serve")
_HEADERS = {
    "X-Content-Type-Options": "nosniff",
    "Content-Security-Policy": "default-src 'none'; frame-ancestors 'none'",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Cache-Control": "no-store",
    "Vary": "Accept-Language",
}


class Front:
    """Stands before the application."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        language = preferred_language(Headers(scope=scope).get("accept-language", ""))
        scope.setdefault("state", {})["language"] = language
        begun = False

        async def send_with_headers(message: Message) -> None:
            nonlocal begun
            if message["type"] == "http.response.start":
                begun = True
                headers = MutableHeaders(scope=message)
                headers["Content-Language"] = language
                for name, value in _HEADERS.items():
                    headers.setdefault(name, value)
            await send(message)

        with in_language(language):
            try:
                await self._app(scope, receive, send_with_headers)
            except Exception as error:  # noqa: BLE001  a fault of ours: told, and nothing of the request
                _log_fault(error)
                if not begun:
                    answer = respond(Problem(kind=Kind.INTERNAL))
                    await answer(scope, receive, send_with_headers)


def respond(problem: Problem) -> Response:
    """Return a problem as an answer, in the language in use."""
    headers = dict(problem.headers)
    return JSONResponse(body_of(problem), problem.kind.status, headers, media_type=MEDIA_TYPE)


def language_of(request: Request) -> str:
    """Return the language that the client wants."""
    language: str = request.state.language
    return language


def preferred_language(accepted: str) -> str:
    """Choose by RFC 9110 section 12.5.4 among ours; Vietnamese where nothing is wished."""
    wishes: dict[str, float] = {}
    for part in accepted[:1000].split(","):
        name, _semicolon, parameter = part.partition(";")
        language = name.strip().lower().partition("-")[0]
        if language in LANGUAGES:
            wishes[language] = max(wishes.get(language, 0.0), _quality(parameter))
    best = max(LANGUAGES, key=lambda language: wishes.get(language, 0.0))
    return best if wishes.get(best, 0.0) > 0 else LANGUAGES[0]


def _quality(parameter: str) -> float:
    name, _equals, value = parameter.strip().partition("=")
    if name.strip().lower() != "q":
        return 1.0
    try:
        quality = float(value)
    except ValueError:
        return 0.0
    return quality if 0 <= quality <= 1 else 0.0


def _log_fault(error: Exception) -> None:
    last = extract_tb(error.__traceback__)[-1]
    _LOG.error("%s at %s:%d", type(error).__name__, Path(last.filename).name, last.lineno or 0)
