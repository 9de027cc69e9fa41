"""An application whose answers go wrong as a plan says: only for trials and tests."""

import asyncio
import json
from collections.abc import Awaitable, Callable, MutableMapping
from random import Random
from typing import Any
from urllib.parse import parse_qs

from sqlalchemy import Engine

from transcript_service.shared_database.access_grants import Grants
from transcript_service.shared_database.dialects import DIALECTS
from transcript_service.shared_database.faults import Fault, FaultDice, FaultPlan
from transcript_service.shared_database.server_pages import PageQuery, Pages
from transcript_service.shared_database.server_problems import (
    MEDIA_TYPE,
    Problem,
    of_status,
    too_many_requests,
)
from transcript_service.shared_database.upstream_store import read_last_place, write_again

Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]
App = Callable[[Message, Receive, Send], Awaitable[None]]
"""As ASGI 3 has them."""

_CHANGED_AT_ONCE = 3
_WHERE = ("matruong", "namhoc", "contro", "tu")
_ALL = Grants.parse("truong:* nhom:*")


class _Cut(Exception):
    """Raised when half of an answer has been sent."""


class FaultyApp:
    """Stands before the real application; everything but the OpenAPI document can go wrong."""

    def __init__(self, app: App, engine: Engine, plan: FaultPlan, *, hold_s: int) -> None:
        self._app = app
        self._engine = engine
        self._pages = Pages(engine)
        self._dice = FaultDice(plan)
        self._hold_s = hold_s

    async def __call__(self, scope: Message, receive: Receive, send: Send) -> None:
        """Answer one request."""
        if scope["type"] != "http" or scope["path"] == "/openapi.json":
            await self._app(scope, receive, send)
            return
        asked = _asked_page(scope)
        fault, random = self._dice.throw(is_page=asked is not None)
        if fault is Fault.TIMEOUT:
            await _until_gone(receive, self._hold_s)
            await _send_problem(send, of_status(500))
        elif fault is Fault.TOO_MANY:
            await _send_problem(send, too_many_requests(1))
        elif fault is Fault.BROKEN:
            await _send_problem(send, of_status(500))
        elif fault is Fault.CHANGES and asked is not None:
            await asyncio.to_thread(self._change, *asked)
            await self._app(scope, receive, send)
        elif fault is None:
            await self._app(scope, receive, send)
        else:
            answer = _Answer()
            await self._app(scope, receive, answer.take)
            await answer.send_wrongly(send, fault, random)

    def _change(self, table: str, query: PageQuery) -> None:
        """Write some records again that were read already, or the newest where none was."""
        try:
            wanted = self._pages.wanted(table, query, _ALL)
            place = self._pages.place_of(query).number
        except Problem:
            return  # the application refuses the request itself
        newest = read_last_place(self._engine)
        write_again(self._engine, wanted, up_to=place or newest, number=_CHANGED_AT_ONCE)


class _Answer:
    """An answer that is kept back, to be sent otherwise than it was made."""

    def __init__(self) -> None:
        self._status = 500
        self._headers: list[tuple[bytes, bytes]] = []
        self._body = b""

    async def take(self, event: Message) -> None:
        """Keep a part of the answer."""
        if event["type"] == "http.response.start":
            self._status = event["status"]
            self._headers = list(event["headers"])
        elif event["type"] == "http.response.body":
            self._body += event["body"]

    async def send_wrongly(self, send: Send, fault: Fault, random: Random) -> None:
        """Send the answer with *fault*."""
        body = self._body
        sent = body[: len(body) // 2]
        if fault is Fault.CUT:
            await self._send(send, sent, promised=len(body))
            raise _Cut
        if fault is Fault.REPEATS:
            sent = _repeat(body, random) if self._status == 200 else body
            self._headers = [pair for pair in self._headers if pair[0].lower() != b"etag"]
        await self._send(send, sent, promised=len(sent))

    async def _send(self, send: Send, body: bytes, *, promised: int) -> None:
        headers = [pair for pair in self._headers if pair[0].lower() != b"content-length"]
        headers.append((b"content-length", str(promised).encode()))
        await send({"type": "http.response.start", "status": self._status, "headers": headers})
        more = promised > len(body)
        await send({"type": "http.response.body", "body": body, "more_body": more})


def _asked_page(scope: Message) -> tuple[str, PageQuery] | None:
    """Return the table and the query of a request for a page; None for any other request."""
    prefix, _slash, table = scope["path"].rpartition("/")
    if prefix not in {dialect.prefix for dialect in DIALECTS.values()}:
        return None
    given = parse_qs(scope["query_string"].decode("latin-1"))
    told = {name: values[-1] for name, values in given.items() if name in _WHERE}
    return table, PageQuery.model_construct(**told)


def _repeat(body: bytes, random: Random) -> bytes:
    page = json.loads(body)
    records = page["banghi"]
    records += random.sample(records, k=min(_CHANGED_AT_ONCE, len(records)))
    random.shuffle(records)
    return json.dumps(page, ensure_ascii=False).encode()


async def _until_gone(receive: Receive, longest_s: int) -> None:
    """Wait until the reader has hung up, *longest_s* seconds at most."""

    async def gone() -> None:
        while (await receive())["type"] != "http.disconnect":
            pass

    try:
        await asyncio.wait_for(gone(), longest_s)
    except TimeoutError:
        return


async def _send_problem(send: Send, problem: Problem) -> None:
    body = json.dumps(problem.body()).encode()
    headers = {"content-type": MEDIA_TYPE, "content-length": str(len(body)), **problem.headers}
    await send(
        {
            "type": "http.response.start",
            "status": problem.status,
            "headers": [(name.lower().encode(), text.encode()) for name, text in headers.items()],
        }
    )
    await send({"type": "http.response.body", "body": body, "more_body": False})
