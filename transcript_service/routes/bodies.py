"""Reading what strangers send: never more than allowed, never for longer."""

import asyncio
from collections.abc import AsyncGenerator
from dataclasses import dataclass

from fastapi import Request
from python_multipart.multipart import parse_options_header
from starlette.datastructures import UploadFile
from starlette.formparsers import MultiPartException, MultiPartParser
from starlette.requests import ClientDisconnect

from transcript_service.routes.problems import Kind, Problem
from verifier.checks import GREATEST_FILE_BYTES
from verifier.messages import _
from verifier.receipt import MAX_RECEIPT_BYTES

MOST_JSON_BYTES = 1024 * 1024
MOST_FORM_BYTES = GREATEST_FILE_BYTES + MAX_RECEIPT_BYTES + 64 * 1024
READ_WITHIN_S = 60.0


@dataclass(frozen=True, slots=True, kw_only=True)
class SentFile:
    """A PDF that was sent, maybe with its receipt."""

    pdf: bytes
    receipt: bytes | None = None


async def read_body(request: Request, most: int) -> bytes:
    """
    Read a body of at most *most* bytes, whatever its header says of its length.

    Raises:
        Problem: TOO_LARGE, TOO_SLOW or INCOMPLETE.
    """
    declared = request.headers.get("content-length", "0")
    if not declared.isdecimal() or int(declared[:20]) > most:
        raise _too_large(most)
    body = bytearray()
    try:
        async with asyncio.timeout(READ_WITHIN_S):
            async for chunk in request.stream():
                body += chunk
                if len(body) > most:
                    raise _too_large(most)
    except TimeoutError as error:
        raise Problem(kind=Kind.TOO_SLOW) from error
    except ClientDisconnect as error:
        raise Problem(kind=Kind.INCOMPLETE) from error
    return bytes(body)


async def read_form(request: Request) -> SentFile:
    """
    Read multipart/form-data with a part `file`, and maybe one `receipt`.

    Raises:
        Problem: as `read_body`, or INVALID, or MEDIA for another `charset` than UTF-8.
    """
    _check_charset(request)
    body = await read_body(request, MOST_FORM_BYTES)
    parser = MultiPartParser(request.headers, _once(body), max_files=2, max_fields=2)
    try:
        form = await parser.parse()
    except (MultiPartException, KeyError, ValueError) as error:
        reason = _("The body cannot be read as multipart/form-data.")
        raise Problem(kind=Kind.INVALID, reason=reason) from error
    try:
        parts = {name: await _content(value) for name, value in form.multi_items()}
        if len(parts) != len(form.multi_items()) or not {"file"} <= set(parts) <= _PARTS:
            reason = _("The form takes one part file, maybe one part receipt, and nothing else.")
            raise Problem(kind=Kind.INVALID, reason=reason)
    except ValueError as error:  # text that has no bytes
        reason = _("The body cannot be read as multipart/form-data.")
        raise Problem(kind=Kind.INVALID, reason=reason) from error
    finally:
        await form.close()
    if len(parts["file"]) > GREATEST_FILE_BYTES:
        raise _too_large(GREATEST_FILE_BYTES)
    return SentFile(pdf=parts["file"], receipt=parts.get("receipt"))


_PARTS = {"file", "receipt"}


def _too_large(most: int) -> Problem:
    return Problem(kind=Kind.TOO_LARGE, reason=_("Send at most {most} bytes.").format(most=most))


def _check_charset(request: Request) -> None:
    """Refuse other codecs: the parser would take any that a stranger names, slow ones too."""
    _kind, options = parse_options_header(request.headers["content-type"])
    if options.get(b"charset", b"utf-8").lower() not in (b"utf-8", b"utf8"):
        reason = _("A form is read as UTF-8 only: send charset=utf-8, or no charset.")
        raise Problem(kind=Kind.MEDIA, reason=reason)


async def _content(part: UploadFile | str) -> bytes:
    return part.encode() if isinstance(part, str) else await part.read()


async def _once(body: bytes) -> AsyncGenerator[bytes, None]:
    yield body
